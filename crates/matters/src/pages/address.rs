//! Addresses of pages, put together and taken apart.

use std::fmt::Write;

/// Percent-encodes what may not stand in a query value.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
        out
    })
}

/// `name=value&…` of the pairs whose value is not empty.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_survives_the_address() {
        assert_eq!(
            query(&[("q", "漏 水&"), ("area", ""), ("page", "2")]),
            "q=%E6%BC%8F%20%E6%B0%B4%26&page=2"
        );
    }
}

//! JSON or XML: said by the end of the address, as the specification has it.

use axum::http::{HeaderMap, header};

/// A form in which answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The one every endpoint must speak.
    Xml,
    /// The one most clients ask for.
    Json,
}

impl Format {
    /// The media type, exactly as the specification gives it.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::Xml => "text/xml; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
        }
    }

    /// The media type as discovery lists it.
    pub(super) fn listed(self) -> &'static str {
        match self {
            Format::Xml => "text/xml",
            Format::Json => "application/json",
        }
    }

    fn from_suffix(suffix: &str) -> Option<Format> {
        match suffix {
            "xml" => Some(Format::Xml),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// The form to answer in where the address does not say: JSON to those who accept no XML.
    pub(super) fn accepted(headers: &HeaderMap) -> Format {
        let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if accepts.contains("json") && !accepts.contains("xml") { Format::Json } else { Format::Xml }
    }
}

/// An address without its suffix, and the form the suffix names.
///
/// # Errors
/// The whole address when its suffix names no form. Codes may hold dots, so only what follows the last
/// one counts, and `None` stands for no suffix at all.
pub(super) fn split(path: &str) -> Result<(&str, Option<Format>), &str> {
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[last..].rfind('.') {
        None => Ok((path, None)),
        Some(dot) => match Format::from_suffix(&path[last + dot + 1..]) {
            Some(format) => Ok((&path[..last + dot], Some(format))),
            None => Err(path),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_after_the_last_dot_says_the_form() {
        for (path, expected) in [
            ("v2/services.json", Ok(("v2/services", Some(Format::Json)))),
            ("v2/services/road.old.xml", Ok(("v2/services/road.old", Some(Format::Xml)))),
            ("v2/services", Ok(("v2/services", None))),
            ("v2.1/services", Ok(("v2.1/services", None))),
            ("v2/services.yaml", Err("v2/services.yaml")),
            ("v2/services.JSON", Err("v2/services.JSON")),
            ("v2/services.", Err("v2/services.")),
        ] {
            assert_eq!(split(path), expected, "{path}");
        }
    }

    #[test]
    fn without_a_suffix_the_reader_is_asked() {
        let accepted = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, value.parse().unwrap());
            Format::accepted(&headers)
        };
        assert_eq!(Format::accepted(&HeaderMap::new()), Format::Xml);
        assert_eq!(accepted("application/json"), Format::Json);
        assert_eq!(accepted("text/xml,application/json"), Format::Xml);
    }
}

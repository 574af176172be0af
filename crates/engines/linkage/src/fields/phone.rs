//! Telephone numbers.

/// The digits, four bits each, the last digit lowest.
pub(crate) type Phone = u64;

/// How two numbers agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhoneLevel {
    /// The same number.
    Same = 1,
    /// One slip of the pen.
    Slip = 2,
    /// Different.
    Differs = 3,
}

/// Reads the first number of at least seven digits; the country's prefix goes.
pub(crate) fn read(text: &str) -> Option<Phone> {
    all(text).next()
}

/// Reads every such number of a text.
pub(crate) fn all(text: &str) -> impl Iterator<Item = Phone> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (number, end) = first(rest);
            rest = &rest[end..];
            if number >> 24 != 0 {
                return Some(number);
            }
        }
        None
    })
}

/// The first number, and where the text goes on behind it.
fn first(text: &str) -> (Phone, usize) {
    let mut number = 0_u64;
    let mut count = 0;
    let mut end = text.len();
    for (at, letter) in text.char_indices() {
        let letter = if letter == ' ' { ' ' } else { crate::text::folded(letter).unwrap_or(' ') };
        match letter.to_digit(10) {
            // More digits than any number has: a second number follows without a mark.
            Some(_) if count >= 15 => break,
            Some(digit) => {
                number = number << 4 | u64::from(digit);
                count += 1;
            }
            None if matches!(letter, '+' | '(' | ')' | '-' | ' ') => {}
            // 13812345678.0 is what a spreadsheet makes of it.
            None if letter == '.' => break,
            None if count >= 7 => {
                end = at;
                break;
            }
            None => (number, count) = (0, 0),
        }
    }
    let mobile = |number: u64| number >> 40 == 1;
    if number >> 44 == 0x86 && mobile(number & MOBILE) {
        number &= MOBILE;
    }
    (number, end)
}

/// Eleven digits.
const MOBILE: u64 = (1 << 44) - 1;

pub(crate) fn compare(a: Phone, b: Phone) -> PhoneLevel {
    if a == b {
        return PhoneLevel::Same;
    }
    let difference = a ^ b;
    let any = difference | difference >> 1 | difference >> 2 | difference >> 3;
    let digits = any & 0x1111_1111_1111_1111;
    let slip = match digits.count_ones() {
        1 => true,
        2 => {
            let low = digits.trailing_zeros();
            let (x, y) = (a >> low & 0xFF, b >> low & 0xFF);
            digits >> low == 0x11 && x >> 4 | (x & 0xF) << 4 == y
        }
        // A digit lost or added shifts those before it.
        _ => length(a) != length(b) && one_more(a, b),
    };
    if slip { PhoneLevel::Slip } else { PhoneLevel::Differs }
}

fn length(number: Phone) -> u32 {
    (67 - number.leading_zeros()) / 4
}

/// Whether leaving one digit out of the longer number makes them the same.
fn one_more(a: Phone, b: Phone) -> bool {
    let (short, long) = if a < b { (a, b) } else { (b, a) };
    length(long) == length(short) + 1
        && (0..length(long)).any(|place| {
            let below = (1_u64 << (4 * place)) - 1;
            (long >> 4 & !below) | (long & below) == short
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in [
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "+86 13812345678",
            "8613812345678",
            "１３８１２３４５６７８",
            "手机：13812345678",
            "13812345678/0715-8888888",
            "13812345678.0",
        ] {
            assert_eq!(read(text), Some(0x138_1234_5678), "{text}");
        }
        for text in ["", "无", "123", "、", "无/无"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_of_a_cell_is_read() {
        for text in
            ["13812345678/15987654321", "13812345678、159 8765 4321", "13812345678（母亲）；15987654321"]
        {
            assert_eq!(all(text).collect::<Vec<_>>(), [0x138_1234_5678, 0x159_8765_4321], "{text}");
        }
        assert_eq!(all("13812345678.0").count(), 1);
        assert_eq!(all("1381234567815987654321").count(), 1);
    }

    #[test]
    fn one_slip_is_seen() {
        assert_eq!(compare(0x138_1234_5678, 0x138_1234_5687), PhoneLevel::Slip);
        assert_eq!(compare(0x138_1234_5678, 0x138_1234_5679), PhoneLevel::Slip);
        assert_eq!(compare(0x138_1234_5678, 0x13_8124_5678), PhoneLevel::Slip);
        assert_eq!(compare(0x138_1234_5678, 0x159_1234_5679), PhoneLevel::Differs);
    }
}

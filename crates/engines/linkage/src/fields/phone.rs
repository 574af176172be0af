//! Telephone numbers.

/// The digits as a number.
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
    let mut number = 0_u64;
    let mut count = 0;
    for letter in text.chars() {
        let letter = if letter == ' ' { ' ' } else { crate::text::folded(letter).unwrap_or(' ') };
        match letter.to_digit(10) {
            // More digits than any number has: a second number follows without a mark.
            Some(_) if count >= 15 => break,
            Some(digit) => {
                number = number * 10 + u64::from(digit);
                count += 1;
            }
            None if matches!(letter, '+' | '(' | ')' | '-' | ' ') => {}
            None if letter == '.' => break,
            None if count >= 7 => break,
            None => (number, count) = (0, 0),
        }
    }
    let mobile = |number: u64| (10_000_000_000..20_000_000_000).contains(&number);
    if number / 100_000_000_000 == 86 && mobile(number % 100_000_000_000) {
        number %= 100_000_000_000;
    }
    (number >= 1_000_000).then_some(number)
}

pub(crate) fn compare(a: Phone, b: Phone) -> PhoneLevel {
    if a == b {
        return PhoneLevel::Same;
    }
    let digits = |mut number: u64| -> ([u8; 16], usize) {
        let mut digits = [0; 16];
        let mut count = 0;
        while number > 0 && count < 16 {
            digits[count] = (number % 10) as u8;
            number /= 10;
            count += 1;
        }
        (digits, count)
    };
    let ((a, long_a), (b, long_b)) = (digits(a), digits(b));
    match crate::text::distance(&a[..long_a], &b[..long_b], 1) {
        0 | 1 => PhoneLevel::Slip,
        _ => PhoneLevel::Differs,
    }
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
            assert_eq!(read(text), Some(13_812_345_678), "{text}");
        }
        for text in ["", "无", "123"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn one_slip_is_seen() {
        assert_eq!(compare(13_812_345_678, 13_812_345_687), PhoneLevel::Slip);
        assert_eq!(compare(13_812_345_678, 13_812_345_679), PhoneLevel::Slip);
        assert_eq!(compare(13_812_345_678, 1_381_234_567), PhoneLevel::Slip);
        assert_eq!(compare(13_812_345_678, 15_912_345_679), PhoneLevel::Differs);
    }
}

//! Telephone numbers, resident ID numbers and addresses: one spelling for searching, and what may be
//! shown before somebody gives a reason to see the rest.

use jiff::civil::Date;

/// Weights of the seventeen digits before the check character (GB 11643).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder modulo 11 (GB 11643).
const ID_CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// The usual form of a character that a Chinese keyboard may give in double width: `１` is `1`.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// One spelling for each telephone number, or `None` when the text is none.
///
/// A mainland number is its digits without `+86`: a mobile (11), a landline with its area code (10
/// to 12, from `0`), a landline without one (7 or 8) or a service number (`400`, `800`: 10). A number
/// from elsewhere keeps its `+` and country code. Spaces, dashes, brackets and double-width forms go.
pub fn normalise_phone(text: &str) -> Option<String> {
    let compact: String = text.chars().map(half_width).filter(|c| !phone_separator(*c)).collect();
    let (international, digits) = match compact.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => match compact.strip_prefix("00") {
            Some(rest) => (true, rest),
            None => (false, compact.as_str()),
        },
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match (international, digits.strip_prefix("86")) {
        (true, Some(national)) => mainland(national).or_else(|| landline_without_trunk(national)),
        (true, None) => (8..=15).contains(&digits.len()).then(|| format!("+{digits}")),
        (false, Some(national)) if mobile(national) => Some(national.to_owned()),
        (false, _) => mainland(digits),
    }
}

/// People group digits with these, and address books add invisible marks for the writing direction.
fn phone_separator(c: char) -> bool {
    c.is_whitespace()
        || "-()./·‐‑‒–—―−".contains(c)
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{FEFF}')
}

fn mainland(digits: &str) -> Option<String> {
    let known = mobile(digits) || landline(digits) || service_number(digits) || local(digits);
    known.then(|| digits.to_owned())
}

fn mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

fn landline(digits: &str) -> bool {
    (10..=12).contains(&digits.len()) && matches!(digits.as_bytes(), [b'0', b'1'..=b'9', ..])
}

fn service_number(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

fn local(digits: &str) -> bool {
    matches!(digits.len(), 7 | 8) && matches!(digits.as_bytes(), [b'2'..=b'9', ..])
}

/// `+86 573 …` leaves out the `0` that the same number has inside the country.
fn landline_without_trunk(national: &str) -> Option<String> {
    let with_trunk = format!("0{national}");
    landline(&with_trunk).then_some(with_trunk)
}

/// One spelling for each resident ID number: eighteen characters, `X` in capitals; `None` when it is
/// not valid. The fifteen-digit numbers issued before 1999 get their century and check character, so
/// that a person's old and new card are found as one.
pub fn normalise_id(text: &str) -> Option<String> {
    let compact: String =
        text.chars().map(half_width).filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let body = match compact.len() {
        15 => format!("{}19{}", compact.get(..6)?, compact.get(6..)?),
        18 => compact.get(..17)?.to_owned(),
        _ => return None,
    };
    let full = format!("{body}{}", id_check(&body)?);
    let as_given = compact.len() == 15 || compact == full;
    (as_given && id_birth_is_a_day(&full)).then_some(full)
}

/// Whether the text is a resident ID number whose check character (GB 11643) and day of birth are
/// right. Both the eighteen-character and the old fifteen-digit form count.
pub fn resident_id_valid(text: &str) -> bool {
    normalise_id(text).is_some()
}

/// `None` when one of the seventeen is no digit, or no division code begins so.
fn id_check(body: &str) -> Option<char> {
    let mut sum = 0;
    for (c, weight) in body.chars().zip(ID_WEIGHTS) {
        sum += c.to_digit(10)? * weight;
    }
    (!body.starts_with('0')).then(|| ID_CHECKS[sum as usize % ID_CHECKS.len()])
}

fn id_birth_is_a_day(full: &str) -> bool {
    let number = |from: usize, to: usize| full.get(from..to)?.parse::<i16>().ok();
    let day = || {
        let month = i8::try_from(number(10, 12)?).ok()?;
        let day = i8::try_from(number(12, 14)?).ok()?;
        Date::new(number(6, 10)?, month, day).ok()
    };
    day().is_some()
}

/// `13812345678` becomes `138****5678`. A number too short for that keeps its last two digits.
pub fn mask_phone(phone: &str) -> String {
    if phone.chars().count() >= 11 { mask(phone, 3, 4) } else { mask(phone, 0, 2) }
}

/// `11010519491231002X` becomes `110***********002X`: the province and county's beginning, and what
/// a clerk reads out to compare, but not the day of birth.
pub fn mask_id(id: &str) -> String {
    if id.chars().count() >= 15 { mask(id, 3, 4) } else { mask(id, 0, 2) }
}

/// Keeps the first six characters, at most half of the address, and hides how long the rest is:
/// `咸宁市崇阳县****`.
pub fn mask_address(address: &str) -> String {
    let kept = 6.min(address.chars().count() / 2);
    let head: String = address.chars().take(kept).collect();
    format!("{head}****")
}

/// Stars for all but `head` characters at the beginning and `tail` at the end; for everything when
/// that would leave nothing hidden.
fn mask(text: &str, head: usize, tail: usize) -> String {
    let len = text.chars().count();
    let hidden = if len > head + tail { head..len - tail } else { 0..len };
    text.chars().enumerate().map(|(at, c)| if hidden.contains(&at) { '*' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_have_one_spelling() {
        let cases = [
            ("13812345678", Some("13812345678")),
            (" 138-1234-5678 ", Some("13812345678")),
            ("１３８　１２３４　５６７８", Some("13812345678")),
            ("+86 138 1234 5678", Some("13812345678")),
            ("＋８６－１３８１２３４５６７８", Some("13812345678")),
            ("(86)13812345678", Some("13812345678")),
            ("0086-138.1234.5678", Some("13812345678")),
            ("\u{202D}138 1234 5678\u{202C}", Some("13812345678")),
            ("0715-3381234", Some("07153381234")),
            ("（０７１５）３３８１２３４", Some("07153381234")),
            ("+86 715 3381234", Some("07153381234")),
            ("+86 10 88881234", Some("01088881234")),
            ("010—8888 1234", Some("01088881234")),
            ("3381234", Some("3381234")),
            ("86123456", Some("86123456")),
            ("400-810-0000", Some("4008100000")),
            ("+852 9123 4567", Some("+85291234567")),
            ("00852-91234567", Some("+85291234567")),
            ("", None),
            ("+", None),
            ("12812345678", None),
            ("1381234567", None),
            ("138123456789", None),
            ("13812345678转801", None),
            ("没有电话", None),
            ("+86 1", None),
            ("110", None),
        ];
        for (text, expected) in cases {
            assert_eq!(normalise_phone(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn normalising_a_telephone_number_twice_changes_nothing() {
        for text in ["+86 138 1234 5678", "+86 715 3381234", "+852 9123 4567", "86123456"] {
            let once = normalise_phone(text).unwrap();
            assert_eq!(normalise_phone(&once), Some(once.clone()));
        }
    }

    #[test]
    fn id_numbers_are_checked_and_have_one_spelling() {
        let good = "11010519491231002X";
        let cases = [
            (good, Some(good)),
            ("11010519491231002x", Some(good)),
            ("１１０１０５ 19491231 002Ｘ", Some(good)),
            ("110105491231002", Some(good)),
            ("110105194912310021", None),
            ("11010519491231003X", None),
            ("11010519491331002X", None),
            ("110105490231002", None),
            ("11010519491231002", None),
            ("X1010519491231002X", None),
            ("0101051949123100２X", None),
            ("一一〇一〇五", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(normalise_id(text).as_deref(), expected, "{text:?}");
            assert_eq!(resident_id_valid(text), expected.is_some(), "{text:?}");
        }
    }

    /// GB 11643's check catches every single wrong digit and every swap of neighbours.
    #[test]
    fn every_slip_of_one_digit_or_two_neighbours_is_caught() {
        let good: Vec<char> = "11010519491231002X".chars().collect();
        for at in 0..17 {
            for digit in ('0'..='9').filter(|digit| *digit != good[at]) {
                let mut slip = good.clone();
                slip[at] = digit;
                assert!(!resident_id_valid(&slip.iter().collect::<String>()), "{at} {digit}");
            }
            let mut swap = good.clone();
            swap.swap(at, at + 1);
            if swap != good {
                assert!(!resident_id_valid(&swap.iter().collect::<String>()), "swap {at}");
            }
        }
    }

    #[test]
    fn masks_hide_what_they_should() {
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_phone("07153381234"), "071****1234");
        assert_eq!(mask_phone("3381234"), "*****34");
        assert_eq!(mask_phone("12"), "**");
        assert_eq!(mask_phone(""), "");
        assert_eq!(mask_id("11010519491231002X"), "110***********002X");
        assert_eq!(mask_id("12345"), "***45");
        assert_eq!(mask_address("咸宁市崇阳县天城镇桃溪社区 3 组 12 号"), "咸宁市崇阳县****");
        assert_eq!(mask_address("北山村三组"), "北山****");
        assert_eq!(mask_address(""), "****");
    }
}

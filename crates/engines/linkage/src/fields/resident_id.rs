//! The resident identity number, GB 11643: 6 digits of place, 8 of birth, 3 of order, 1 to check; before 1999
//! 15 digits without the century and the check.

/// A number as 18 half-bytes from the left, each a symbol + 1 (X is 10), 0 where there is none; the top bit
/// says that date and check digit are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentId(u128);

const VALID: u128 = 1 << 127;
const LENGTH: usize = 18;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];

/// How two numbers agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdLevel {
    /// The same number.
    Same = 1,
    /// One slip of the pen apart, and at least one of them is not a right number.
    Slip = 2,
    /// Same place and birth, other order: twins, or neighbours born on a day.
    SameStart = 3,
    /// Different.
    Differs = 4,
    /// Several slips apart with at least one of them not a right number.
    Garbled = 5,
}

impl ResidentId {
    /// Reads 18 or 15 digits with blanks, full-width digits and hyphens anywhere; numbers of 16 to 19 digits
    /// are kept as wrong ones. `None` for anything else, also where digits are masked by asterisks.
    pub fn read(text: &str) -> Option<ResidentId> {
        let mut symbols = [0_u8; LENGTH + 1];
        let mut count = 0;
        for letter in text.chars().filter_map(crate::text::folded) {
            let symbol = match letter {
                '0'..='9' => letter as u8 - b'0',
                'x' => 10,
                '-' | '\'' | '`' | '"' | '.' | '=' | '\t' => continue,
                _ => return None,
            };
            *symbols.get_mut(count)? = symbol;
            count += 1;
        }
        // A spreadsheet may have lost the X.
        match count {
            15 if symbols[..15].iter().all(|symbol| *symbol < 10) => Some(Self::from_fifteen(&symbols)),
            16..=19 if symbols[..14].iter().all(|symbol| *symbol < 10) => {
                let valid = count == 18 && is_right(&symbols[..18]);
                Some(Self::pack(&symbols[..count.min(LENGTH)], valid))
            }
            _ => None,
        }
    }

    fn from_fifteen(symbols: &[u8]) -> ResidentId {
        let mut full = [0; LENGTH];
        full[..6].copy_from_slice(&symbols[..6]);
        (full[6], full[7]) = (1, 9);
        full[8..17].copy_from_slice(&symbols[6..15]);
        full[17] = check(&full[..17]);
        Self::pack(&full, is_right(&full))
    }

    fn pack(symbols: &[u8], valid: bool) -> ResidentId {
        let mut packed = 0;
        for place in 0..LENGTH {
            packed = packed << 4 | symbols.get(place).map_or(0, |symbol| u128::from(*symbol) + 1);
        }
        ResidentId(packed | if valid { VALID } else { 0 })
    }

    /// Whether date and check digit are right.
    pub fn is_valid(self) -> bool {
        self.0 & VALID != 0
    }

    fn symbol(self, place: usize) -> u32 {
        let half = (self.0 >> (4 * (LENGTH - 1 - place)) & 0xF) as u32;
        half.saturating_sub(1)
    }

    fn number(self, from: usize, to: usize) -> u32 {
        (from..to).fold(0, |number, place| number * 10 + self.symbol(place).min(9))
    }

    /// The birth date it tells, as yyyymmdd.
    pub(crate) fn birth(self) -> Option<u32> {
        self.is_valid().then(|| self.number(6, 14))
    }

    /// The sex it tells: 1 male, 2 female.
    pub(crate) fn sex(self) -> Option<u32> {
        self.is_valid().then(|| 2 - self.symbol(16) % 2)
    }

    /// The number without its mark of being right.
    pub(crate) fn digits(self) -> u128 {
        self.0 & !VALID
    }

    /// The 17 digits before the check digit.
    pub(crate) fn body(self) -> u128 {
        self.digits() >> 4
    }

    /// Birth and order, without the place.
    pub(crate) fn tail(self) -> u128 {
        self.body() & ((1 << 44) - 1)
    }

    pub(crate) fn compare(self, other: ResidentId) -> IdLevel {
        let changed = halves_that_differ(self.digits() ^ other.digits());
        if changed == 0 || self.body() == other.body() {
            return IdLevel::Same;
        }
        if self.is_valid() && other.is_valid() {
            let start = !((1_u128 << 16) - 1);
            let alike = (self.digits() ^ other.digits()) & start == 0;
            return if alike { IdLevel::SameStart } else { IdLevel::Differs };
        }
        let (a, b) = (self.symbols(), other.symbols());
        match crate::text::distance(&a, &b, 4) {
            0 | 1 => IdLevel::Slip,
            // A digit lost or added shifts what follows and drops the last.
            2..=4 => IdLevel::Garbled,
            _ => IdLevel::Differs,
        }
    }

    fn symbols(self) -> [u8; LENGTH] {
        std::array::from_fn(|place| (self.0 >> (4 * (LENGTH - 1 - place)) & 0xF) as u8)
    }
}

fn halves_that_differ(difference: u128) -> u32 {
    let ones = 0x1111_1111_1111_1111_1111_1111_1111_1111_u128;
    let any = difference | difference >> 1 | difference >> 2 | difference >> 3;
    (any & ones).count_ones()
}

fn check(body: &[u8]) -> u8 {
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(symbol, weight)| u32::from(*symbol) * weight).sum();
    CHECKS[(sum % 11) as usize]
}

fn is_right(symbols: &[u8]) -> bool {
    let digits = symbols[..17].iter().all(|symbol| *symbol < 10);
    let two = |at: usize| u32::from(symbols[at]) * 10 + u32::from(symbols[at + 1]);
    let year = two(6) * 100 + two(8);
    digits
        && check(&symbols[..17]) == symbols[17]
        && (1880..=2100).contains(&year)
        && (1..=12).contains(&two(10))
        && (1..=31).contains(&two(12))
}

/// The number of a person: place, birth as yyyymmdd, order below 1000; for generated people.
pub(crate) fn numbered(place: u32, birth: u32, order: u32) -> String {
    let body = format!("{:06}{:08}{:03}", place % 1_000_000, birth % 100_000_000, order % 1000);
    let symbols: Vec<u8> = body.bytes().map(|digit| digit - b'0').collect();
    match check(&symbols) {
        10 => body + "X",
        digit => format!("{body}{digit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ResidentId {
        ResidentId::read(text).unwrap()
    }

    #[test]
    fn fifteen_digits_are_the_same_person_as_eighteen() {
        let whole = read(&numbered(110_101, 19_900_307, 123));
        let old = read("110101900307123");
        assert!(whole.is_valid() && old.is_valid());
        assert_eq!(whole.compare(old), IdLevel::Same);
        assert_eq!((whole.birth(), whole.sex()), (Some(19_900_307), Some(1)));
    }

    #[test]
    fn a_slip_is_told_from_a_twin() {
        let text = numbered(420_101, 19_850_612, 341);
        let twin = numbered(420_101, 19_850_612, 343);
        let slip = format!("{}9{}", &text[..9], &text[10..]);
        let mut swapped: Vec<u8> = text.bytes().collect();
        swapped.swap(8, 9);
        let swapped = String::from_utf8(swapped).unwrap();
        assert_eq!(read(&text).compare(read(&slip)), IdLevel::Slip);
        assert_eq!(read(&text).compare(read(&swapped)), IdLevel::Slip);
        assert_eq!(read(&text).compare(read(&twin)), IdLevel::SameStart);
        assert_eq!(read(&text).compare(read(&text[..17])), IdLevel::Same);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "12", "4201**********1234", "王", "12345678901234567890"] {
            assert_eq!(ResidentId::read(text), None, "{text}");
        }
    }
}

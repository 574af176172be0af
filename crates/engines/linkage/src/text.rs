//! Text made comparable: one width, one case, one form of each character; small distances; hashes.

use crate::characters::{characters, is_chinese};

/// One form of a character: half width, lower case, simplified; no blanks.
pub(crate) fn folded(character: char) -> Option<char> {
    let half = match character {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '〇' | '○' => '零',
        other => other,
    };
    if half.is_whitespace() || half == '\u{FEFF}' || half == '\u{200B}' {
        None
    } else if half.is_ascii() {
        Some(half.to_ascii_lowercase())
    } else {
        Some(characters().canonical(half))
    }
}

/// Whether a character is a letter or a digit of any script.
pub(crate) fn is_word(letter: char) -> bool {
    is_chinese(letter) || letter.is_ascii_alphanumeric() || (!letter.is_ascii() && letter.is_alphanumeric())
}

/// Whether a field says only that nothing is known.
pub(crate) fn says_nothing(text: &str) -> bool {
    const NOTHING: [&str; 14] =
        ["无", "無", "不详", "未知", "没有", "暂无", "空", "null", "none", "nan", "n/a", "na", "#n/a", "\\n"];
    let text = text.trim();
    let begins = text.as_bytes().first().is_none_or(|byte| b"\xe6\xe7\xe4\xe2\xef-/*?. nN#\\".contains(byte));
    if !begins {
        return false;
    }
    text.chars().all(|letter| matches!(letter, '-' | '/' | '—' | '*' | '?' | '.' | ' '))
        || (text.len() <= 6 && NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing)))
}

/// A hash that is the same on every run and machine; never 0.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        state = mixed(state ^ u64::from_le_bytes(word));
    }
    let mut word = [0; 8];
    word[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mixed(state ^ u64::from_le_bytes(word)).max(1)
}

/// Spreads a number over all 64 bits (the finaliser of SplitMix64).
pub(crate) fn mixed(number: u64) -> u64 {
    let mut state = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// Two hashes made one; the order counts.
pub(crate) fn joined(a: u64, b: u64) -> u64 {
    mixed(a.rotate_left(17) ^ mixed(b)).max(1)
}

/// The number of letters to change, add, leave out or swap with a neighbour, counted up to `most`;
/// `most + 1` stands for more.
pub(crate) fn distance<T: PartialEq + Copy>(a: &[T], b: &[T], most: usize) -> usize {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    if a.len().max(b.len()) > 64 {
        return most + 1;
    }
    full_distance(a, b).min(most + 1)
}

fn full_distance<T: PartialEq + Copy>(a: &[T], b: &[T]) -> usize {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    // Three rows of the table, used in turn; 64 letters at most, so a byte holds a count.
    let mut rows = [[0_u8; 65]; 3];
    for (column, count) in rows[2].iter_mut().enumerate().take(short.len() + 1) {
        *count = column as u8;
    }
    for (i, letter) in long.iter().enumerate() {
        let (row, above, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[row][0] = i as u8 + 1;
        for (j, other) in short.iter().enumerate() {
            let change = rows[above][j] + u8::from(letter != other);
            let mut least = change.min(rows[above][j + 1] + 1).min(rows[row][j] + 1);
            if i > 0 && j > 0 && *letter == short[j - 1] && long[i - 1] == *other {
                least = least.min(rows[before][j - 1] + 1);
            }
            rows[row][j + 1] = least;
        }
    }
    usize::from(rows[(long.len() + 2) % 3][short.len()])
}

/// How alike two texts are by the pairs of neighbouring letters they share, 0 to 1 (Dice).
pub(crate) fn shared_pairs(a: &[u16], b: &[u16]) -> f64 {
    if a.len() < 2 || b.len() < 2 || a.len().max(b.len()) > 64 {
        return 0.0;
    }
    let mut used = 0_u64;
    let mut shared = 0;
    for pair in a.windows(2) {
        let found = b.windows(2).enumerate().find(|(at, other)| used >> at & 1 == 0 && *other == pair);
        if let Some((at, _)) = found {
            used |= 1 << at;
            shared += 1;
        }
    }
    2.0 * f64::from(shared) / (a.len() + b.len() - 2) as f64
}

/// One bit of 64 for each letter a text has: texts with few bits in common have little in common.
pub(crate) fn letters_had(text: &[u16]) -> u64 {
    text.iter().fold(0, |bits, letter| bits | 1 << (mixed(u64::from(*letter)) >> 58))
}

/// Whether all letters of `short` stand in `long` in the same order.
pub(crate) fn stands_in(short: &[u16], long: &[u16]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(a: &str, b: &str) -> usize {
        distance(a.as_bytes(), b.as_bytes(), 4)
    }

    #[test]
    fn distances_count_changes_and_swaps() {
        assert_eq!(far("abc", "abc"), 0);
        assert_eq!(far("abc", "acb"), 1);
        assert_eq!(far("abcd", "bcd"), 1);
        assert_eq!(far("kitten", "sitting"), 3);
        assert_eq!(far("", "abc"), 3);
        assert_eq!(far("aaaaaaaaaa", "b"), 5);
    }

    #[test]
    fn widths_cases_and_blanks_go() {
        let text: String = "Ａ 張　B１".chars().filter_map(folded).collect();
        assert_eq!(text, "a张b1");
        assert!(says_nothing(" — ") && says_nothing("NULL") && says_nothing("") && !says_nothing("王"));
    }
}

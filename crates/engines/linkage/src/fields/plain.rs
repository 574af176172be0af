//! Any other text, employers among them.

use crate::text::{distance, folded, is_word, letters_had, shared_pairs, stands_in};

/// How two texts agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextLevel {
    /// The same text once width, case and blanks are made one.
    Same = 1,
    /// One or, in longer texts, two letters differ.
    Slip = 2,
    /// One is an abbreviation of the other, or they share most of their letters.
    Alike = 3,
    /// They share something.
    Somewhat = 4,
    /// Different.
    Differs = 5,
}

/// A text's letters and digits, folded, and which letters it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    letters: Box<[u16]>,
    had: u64,
}

impl Text {
    fn new(letters: Box<[u16]>) -> Text {
        let had = letters_had(&letters);
        Text { letters, had }
    }

    /// The letters.
    pub(crate) fn letters(&self) -> &[u16] {
        &self.letters
    }
}

/// Reads any text.
pub(crate) fn read(text: &str) -> Option<Text> {
    let letters: Box<[u16]> = text
        .chars()
        .filter_map(folded)
        .filter(|letter| is_word(*letter))
        .map(|letter| u32::from(letter) as u16)
        .take(60)
        .collect();
    (!letters.is_empty()).then(|| Text::new(letters))
}

/// An employer without the words that every employer has.
pub(crate) fn read_employer(text: &str) -> Option<Text> {
    let mut core: String = text.chars().filter_map(folded).filter(|letter| is_word(*letter)).collect();
    for word in
        ["有限责任公司", "股份有限公司", "有限公司", "集团公司", "总公司", "分公司", "公司", "集团", "股份"]
    {
        if core.len() > word.len() + 3 {
            core = core.replace(word, "");
        }
    }
    read(if core.is_empty() { text } else { &core })
}

pub(crate) fn compare(a: &Text, b: &Text) -> TextLevel {
    // Half of the letters at the least must be the same for anything that counts as alike.
    let (fewer, common) = (a.had.count_ones().min(b.had.count_ones()), (a.had & b.had).count_ones());
    if common * 2 < fewer {
        return TextLevel::Differs;
    }
    let (a, b) = (a.letters(), b.letters());
    if a == b {
        return TextLevel::Same;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let most = match short.len() {
        0..=2 => 0,
        3..=8 => 1,
        _ => 2,
    };
    if most > 0 && distance(a, b, most) <= most {
        return TextLevel::Slip;
    }
    let alike = shared_pairs(a, b);
    let abbreviated = short.len() >= 2 && (long.starts_with(short) || long.ends_with(short));
    let chinese = |text: &[u16]| text.iter().all(|letter| *letter >= 0x4E00);
    let skipped = short.len() >= 3 && chinese(short) && stands_in(short, long);
    if alike >= 0.7 || abbreviated || skipped {
        TextLevel::Alike
    } else if alike >= 0.4 || (short.len() >= 4 && distance(a, b, 3) <= 3 && short.len() >= 6) {
        TextLevel::Somewhat
    } else {
        TextLevel::Differs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str) -> TextLevel {
        compare(&read(a).unwrap(), &read(b).unwrap())
    }

    #[test]
    fn texts_agree_in_steps() {
        assert_eq!(level("Main  Street", "ＭＡＩＮ street"), TextLevel::Same);
        assert_eq!(level("main street", "main stret"), TextLevel::Slip);
        assert_eq!(level("main street north", "main street"), TextLevel::Alike);
        assert_eq!(level("main street", "wellington"), TextLevel::Differs);
        assert_eq!(read("--"), None);
    }

    #[test]
    fn employers_are_known_by_their_abbreviations() {
        let employer = |text| read_employer(text).unwrap();
        assert_eq!(employer("咸宁市华能电力有限责任公司"), employer("咸宁市华能电力公司"));
        let (whole, short) = (employer("咸宁市第一人民医院"), employer("咸宁一医院"));
        assert_eq!(compare(&whole, &short), TextLevel::Alike);
        assert_eq!(read_employer("公司"), read("公司"));
    }
}

//! One form for what is written in several: `ＡＢＣ`, `路燈`, and `路灯  ` are `abc`, `路灯`, `路灯`.

use std::collections::HashMap;
use std::sync::OnceLock;

const VARIANTS: &str = include_str!("../data/variants.txt");

fn variants() -> &'static HashMap<char, char> {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for line in VARIANTS.lines().filter(|line| !line.starts_with('#')) {
            let mut letters = line.chars();
            while let (Some(variant), Some(stands)) = (letters.next(), letters.next()) {
                table.insert(variant, stands);
            }
        }
        table
    })
}

/// The half-width, lower-case, simplified form of one character; anything else is itself. One character
/// always gives one, so that places in a text stay.
pub fn one(character: char) -> char {
    let narrow = match character {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character).to_ascii_lowercase()
        }
        _ => character.to_ascii_lowercase(),
    };
    variants().get(&narrow).copied().unwrap_or(narrow)
}

/// Whether a character is a common Chinese one (the basic block of Unicode).
pub fn is_chinese(character: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&character)
}

/// A text in its one form: every character by [`one`], whatever is no letter or digit a space, spaces once.
pub fn text(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for character in text.chars().map(one) {
        if character.is_alphanumeric() {
            said.push(character);
        } else if !said.is_empty() && !said.ends_with(' ') {
            said.push(' ');
        }
    }
    said.truncate(said.trim_end().len());
    said
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_in_several_ways_is_one() {
        for (written, normal) in [
            ("路燈不亮，３號樓", "路灯不亮 3号楼"),
            ("ＡＢｃ　路灯！！", "abc 路灯"),
            ("後面裡面髒亂", "后面里面脏乱"),
            ("  。 ", ""),
        ] {
            assert_eq!(text(written), normal);
        }
    }

    proptest! {
        #[test]
        fn normal_stays_normal(written in ".{0,60}") {
            let once = text(&written);
            prop_assert_eq!(text(&once), once.clone());
            prop_assert!(!once.contains("  "));
        }
    }
}

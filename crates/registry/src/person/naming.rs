//! How people are looked for: by characters, by pinyin, by initials.

use lianxin_linkage::sound;

/// The longest name, in characters: names of minorities with their fathers' names fit.
pub const LONGEST_NAME: usize = 40;

/// A name as it is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Simplified characters without spaces and dots.
    pub plain: String,
    /// Syllables without tones, written together.
    pub sound: String,
    /// The first letter of each.
    pub initials: String,
}

impl Keys {
    /// The keys of a name.
    pub fn of(name: &str) -> Keys {
        let syllables = sound::syllables(name);
        Keys { plain: sound::plain(name), initials: sound::initials(&syllables), sound: syllables.concat() }
    }
}

/// A name as given, trimmed, unless it is none: empty, too long, or with characters no name has.
pub fn named(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    let letters = name.chars().all(|c| c.is_alphabetic() || " ·•．.-'’".contains(c));
    (fits && letters && !sound::plain(name).is_empty()).then_some(name)
}

/// Which key a list is in order of, and where in it to look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Look {
    /// Everybody, by name.
    #[default]
    All,
    /// Names that begin so.
    Plain(String),
    /// Names read so, or beginning so.
    Sound(String),
    /// Initials that begin so.
    Initials(String),
}

impl Look {
    /// What somebody typed means: letters that can be read are pinyin, other letters initials, anything
    /// else the beginning of a name.
    pub fn of(typed: &str) -> Look {
        let typed = sound::plain(typed);
        if typed.is_empty() {
            return Look::All;
        }
        if !typed.bytes().all(|letter| letter.is_ascii_lowercase()) {
            return Look::Plain(typed);
        }
        let typed = typed.replace('v', "u");
        if sound::is_spelled(&typed) { Look::Sound(typed) } else { Look::Initials(typed) }
    }

    /// The column it looks in.
    pub(crate) fn column(&self) -> &'static str {
        match self {
            Look::All | Look::Plain(_) => "p.plain",
            Look::Sound(_) => "p.sound",
            Look::Initials(_) => "p.initials",
        }
    }

    /// What the column begins with.
    pub(crate) fn start(&self) -> &str {
        match self {
            Look::All => "",
            Look::Plain(start) | Look::Sound(start) | Look::Initials(start) => start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_characters_pinyin_or_initials() {
        for (typed, look) in [
            ("", Look::All),
            ("張偉", Look::Plain("张伟".into())),
            ("张 ", Look::Plain("张".into())),
            ("Zhang Wei", Look::Sound("zhangwei".into())),
            ("lv", Look::Sound("lu".into())),
            ("zw", Look::Initials("zw".into())),
            ("ZW", Look::Initials("zw".into())),
        ] {
            assert_eq!(Look::of(typed), look, "{typed}");
        }
    }

    #[test]
    fn names_are_told_from_what_is_none() {
        for (name, is_one) in [
            (" 王芳 ", true),
            ("迪丽热巴·迪力木拉提", true),
            ("Anna-Maria O'Neill", true),
            ("", false),
            ("王芳1", false),
            ("·", false),
            ("<b>", false),
            ("王\n芳", false),
        ] {
            assert_eq!(named(name).is_some(), is_one, "{name:?}");
        }
        assert!(named(&"王".repeat(LONGEST_NAME + 1)).is_none());
    }
}

//! What is known of each Chinese character: which simplified form stands for it, how it sounds, how it is built.
//!
//! The data is made from Unihan 14.0 (Unicode licence; `data/characters.txt` says which of its properties).

use std::sync::OnceLock;

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;
const COUNT: usize = (LAST - FIRST + 1) as usize;

/// A toneless Mandarin syllable; 0 is an unknown one.
pub(crate) type Sound = u16;

/// Letters of a Cangjie code, zero-filled.
type Shape = [u8; 5];

/// The table, by character.
pub(crate) struct Characters {
    canonical: Vec<u16>,
    sound: Vec<Sound>,
    shape: Vec<Shape>,
    spelled: Vec<&'static str>,
    blurred: Vec<u64>,
}

/// The table, read once.
pub(crate) fn characters() -> &'static Characters {
    static TABLE: OnceLock<Characters> = OnceLock::new();
    TABLE.get_or_init(|| Characters::read(include_str!("../data/characters.txt")))
}

fn place(character: char) -> Option<usize> {
    let code = u32::from(character);
    (FIRST..=LAST).contains(&code).then(|| (code - FIRST) as usize)
}

/// Whether a character is a common Chinese one (the basic block of Unicode).
pub(crate) fn is_chinese(character: char) -> bool {
    place(character).is_some()
}

impl Characters {
    fn read(text: &'static str) -> Characters {
        let mut table = Characters {
            canonical: (FIRST..=LAST).map(|code| code as u16).collect(),
            sound: vec![0; COUNT],
            shape: vec![[0; 5]; COUNT],
            spelled: vec![""],
            blurred: vec![0],
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(' ') {
                Some(("=", pairs)) => table.read_variants(pairs),
                Some((sound, members)) => table.read_sound(sound, members),
                None => {}
            }
        }
        table
    }

    fn read_sound(&mut self, spelled: &'static str, members: &str) {
        let sound = self.spelled.len() as Sound;
        self.spelled.push(spelled);
        self.blurred.push(blurred(spelled));
        let (mut at, mut letters) = (None, 0);
        for letter in members.chars() {
            if let Some(place) = place(letter) {
                self.sound[place] = sound;
                (at, letters) = (Some(place), 0);
            } else if let Some(place) = at.filter(|_| letters < 5) {
                self.shape[place][letters] = letter as u8;
                letters += 1;
            }
        }
    }

    fn read_variants(&mut self, pairs: &str) {
        let mut letters = pairs.chars();
        while let (Some(variant), Some(stands)) = (letters.next(), letters.next()) {
            if let (Some(from), Some(to)) = (place(variant), place(stands)) {
                self.canonical[from] = (FIRST + to as u32) as u16;
                self.sound[from] = self.sound[to];
                self.shape[from] = self.shape[to];
            }
        }
    }

    /// The simplified form a traditional or variant character stands for; anything else is itself.
    pub(crate) fn canonical(&self, character: char) -> char {
        place(character)
            .and_then(|place| char::from_u32(u32::from(self.canonical[place])))
            .unwrap_or(character)
    }

    /// How a character is most often read.
    pub(crate) fn sound(&self, character: char) -> Sound {
        place(character).map_or(0, |place| self.sound[place])
    }

    /// The syllable's letters.
    pub(crate) fn spelled(&self, sound: Sound) -> &'static str {
        self.spelled.get(usize::from(sound)).copied().unwrap_or("")
    }

    /// Whether letters are a syllable, `ü` as `u`.
    pub(crate) fn is_syllable(&self, letters: &str) -> bool {
        self.spelled.iter().any(|known| same_letters(known, letters))
    }

    /// Whether a syllable begins with these letters, `ü` as `u`.
    pub(crate) fn begins_syllable(&self, letters: &str) -> bool {
        let begins =
            |known: &&str| known.get(..letters.len()).is_some_and(|head| same_letters(head, letters));
        self.spelled.iter().any(begins)
    }

    /// The same number for syllables that many speakers do not tell apart: zh and z, n and l, ing and in.
    pub(crate) fn blurred(&self, sound: Sound) -> u64 {
        self.blurred.get(usize::from(sound)).copied().unwrap_or(0)
    }

    /// Whether two characters are easily taken for each other: built alike but for one part.
    pub(crate) fn near_shape(&self, a: char, b: char) -> bool {
        let (Some(a), Some(b)) = (place(a), place(b)) else { return false };
        let (a, b) = (letters(&self.shape[a]), letters(&self.shape[b]));
        if a.len().min(b.len()) < 2 {
            return false;
        }
        let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
        let longer = a.len().max(b.len());
        // One letter more, less or other; or the same right-hand part, which mostly says the sound.
        (head + tail) + 1 >= longer || (tail >= 2 && tail + 2 >= longer)
    }
}

/// Whether a syllable of the table, where `ü` is `v`, has these letters.
fn same_letters(known: &str, letters: &str) -> bool {
    !known.is_empty()
        && known.len() == letters.len()
        && known.bytes().zip(letters.bytes()).all(|(a, b)| a == b || (a == b'v' && b == b'u'))
}

fn letters(shape: &Shape) -> &[u8] {
    let length = shape.iter().position(|letter| *letter == 0).unwrap_or(shape.len());
    &shape[..length]
}

/// Packs a syllable's letters after taking together what dialects take together.
fn blurred(spelled: &str) -> u64 {
    let mut text = spelled.replace('v', "u");
    for (sharp, flat) in [("zh", "z"), ("ch", "c"), ("sh", "s")] {
        if let Some(rest) = text.strip_prefix(sharp) {
            text = format!("{flat}{rest}");
        }
    }
    if let Some(rest) = text.strip_prefix('n').filter(|rest| !rest.is_empty()) {
        text = format!("l{rest}");
    }
    if let Some(rest) = text.strip_prefix("hu").filter(|rest| !rest.is_empty()) {
        text = format!("f{rest}");
    }
    if text.ends_with("ng") && !text.ends_with("ong") {
        text.pop();
    }
    text.bytes().fold(0, |packed, letter| packed << 8 | u64::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_and_variant_characters_stand_for_the_simplified_one() {
        let table = characters();
        for (variant, simple) in ["張张", "劉刘", "峯峰", "喆哲", "啟启", "黃黄", "國国", "乾乾", "王王"]
            .iter()
            .map(|pair| (pair.chars().next().unwrap(), pair.chars().nth(1).unwrap()))
        {
            assert_eq!(table.canonical(variant), simple);
        }
    }

    #[test]
    fn sounds_and_shapes_are_known() {
        let table = characters();
        assert_eq!(table.spelled(table.sound('张')), "zhang");
        assert_eq!(table.sound('伟'), table.sound('玮'));
        assert_eq!(table.blurred(table.sound('陈')), table.blurred(table.sound('程')));
        assert_ne!(table.blurred(table.sound('王')), table.blurred(table.sound('李')));
        assert!(table.near_shape('精', '倩') && table.near_shape('玲', '铃'));
        assert!(!table.near_shape('伟', '芳'));
        assert_eq!(table.sound('a'), 0);
    }
}

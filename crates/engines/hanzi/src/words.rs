//! The words of the field: what a text is about once synonyms are one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::normal;

const WORDS: &str = include_str!("../data/words.txt");

/// What kind of thing a concept is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What it is about: a lamp, a pipe, a dog.
    Thing,
    /// What many reports name and few are about: a road, a car, a child.
    Broad,
    /// What is wrong with it: dark, leaking, piled up.
    State,
    /// A kind of place: a gate, a bridge, behind.
    Place,
    /// Says nothing: greetings, particles.
    Filler,
}

/// What a line of the word list stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Concept {
    /// Its kind.
    pub kind: Kind,
    /// Its name in the list.
    pub name: &'static str,
}

/// A word, and every concept it means.
type Entry = (Vec<char>, Vec<Concept>);

/// The list by first letter, longer words first.
struct Lexicon(HashMap<char, Vec<Entry>>);

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut words: BTreeMap<Vec<char>, Vec<Concept>> = BTreeMap::new();
        for line in WORDS.lines() {
            let mut parts = line.split(' ');
            let kind = match parts.next() {
                Some("thing") => Kind::Thing,
                Some("broad") => Kind::Broad,
                Some("state") => Kind::State,
                Some("place") => Kind::Place,
                Some("filler") => Kind::Filler,
                _ => continue,
            };
            let Some(name) = parts.next() else { continue };
            for word in parts {
                let meanings = words.entry(word.chars().collect()).or_default();
                meanings.push(Concept { kind, name });
            }
        }
        let mut by_first: HashMap<char, Vec<Entry>> = HashMap::new();
        for (word, meanings) in words {
            if let Some(first) = word.first() {
                by_first.entry(*first).or_default().push((word, meanings));
            }
        }
        for entries in by_first.values_mut() {
            entries.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        Lexicon(by_first)
    })
}

/// A short text taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// What it is about.
    pub things: BTreeSet<&'static str>,
    /// What it names beside: a road, a car, a child.
    pub broad: BTreeSet<&'static str>,
    /// What is wrong with it.
    pub states: BTreeSet<&'static str>,
    /// Kinds of places it names.
    pub places: BTreeSet<&'static str>,
    /// Numbers with the word they count: `3栋` → (`栋`, `3`).
    pub numbers: BTreeSet<(char, String)>,
    /// What the list does not know: pairs of neighbouring characters and whole Latin words, each once,
    /// hashed and sorted. Mostly names of places.
    pub rest: Vec<u64>,
    /// Every pair of neighbouring characters, hashed and sorted: for what is written almost alike.
    pub pairs: Vec<u64>,
    /// Every character that is in no filler word, sorted.
    pub letters: Vec<char>,
}

/// No number that somebody writes is longer: without an end, a page of digits would be read again from each of them.
const LONGEST_NUMBER: usize = 12;

/// Words that count buildings, doors and poles.
const COUNTED: &str = "号栋幢座单楼层期组队米弄巷区村社路线站门室户杆";

/// Takes a text apart.
pub fn said(text: &str) -> Said {
    let text = normal::text(text);
    let letters: Vec<char> = text.chars().collect();
    let mut said = Said::default();
    let mut unknown: Vec<char> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if letters[at].is_numeric() || "一二三四五六七八九十".contains(letters[at]) {
            let end = digits_end(&letters, at);
            if let Some(unit) = letters.get(end).filter(|unit| COUNTED.contains(**unit)) {
                said.numbers.insert((building(*unit), digits(&letters[at..end])));
                rest(&mut said, &mut unknown);
                at = end + 1;
                continue;
            }
        }
        if let Some((length, meanings)) = found(&letters[at..]) {
            rest(&mut said, &mut unknown);
            if meanings.iter().any(|concept| concept.kind != Kind::Filler) {
                said.letters.extend(&letters[at..at + length]);
            }
            for concept in meanings {
                match concept.kind {
                    Kind::Thing => said.things.insert(concept.name),
                    Kind::Broad => said.broad.insert(concept.name),
                    Kind::State => said.states.insert(concept.name),
                    Kind::Place => said.places.insert(concept.name),
                    Kind::Filler => false,
                };
            }
            at += length;
            continue;
        }
        if letters[at] == ' ' {
            rest(&mut said, &mut unknown);
        } else {
            unknown.push(letters[at]);
            said.letters.push(letters[at]);
        }
        at += 1;
    }
    rest(&mut said, &mut unknown);
    said.pairs = letters.windows(2).filter(|pair| !pair.contains(&' ')).map(hashed).collect();
    said.letters.sort_unstable();
    said.letters.dedup();
    for list in [&mut said.rest, &mut said.pairs] {
        list.sort_unstable();
        list.dedup();
    }
    said
}

/// The longest word of the list at the beginning of `letters`.
fn found(letters: &[char]) -> Option<(usize, &'static [Concept])> {
    let entries = lexicon().0.get(letters.first()?)?;
    let entry = entries.iter().find(|(word, _)| letters.starts_with(word))?;
    Some((entry.0.len(), &entry.1))
}

/// Closes a stretch of unknown letters: its pairs, or a Latin word whole.
fn rest(said: &mut Said, unknown: &mut Vec<char>) {
    for stretch in unknown.chunk_by(|a, b| normal::is_chinese(*a) == normal::is_chinese(*b)) {
        if stretch.iter().all(|letter| normal::is_chinese(*letter)) && stretch.len() > 1 {
            said.rest.extend(stretch.windows(2).map(hashed));
        } else {
            said.rest.push(hashed(stretch));
        }
    }
    unknown.clear();
}

/// FNV-1a over characters: the same on every machine.
pub(crate) fn hashed(letters: &[char]) -> u64 {
    letters.iter().fold(0xcbf2_9ce4_8422_2325, |hash, letter| {
        (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3)
    })
}

fn digits_end(letters: &[char], from: usize) -> usize {
    let is_digit = |letter: &char| letter.is_ascii_digit() || "一二三四五六七八九十百".contains(*letter);
    from + letters[from..].iter().take(LONGEST_NUMBER).take_while(|letter| is_digit(letter)).count()
}

/// Digits as digits: `十二` is `12`.
fn digits(letters: &[char]) -> String {
    const CHINESE: &str = "一二三四五六七八九";
    if letters.iter().all(char::is_ascii_digit) {
        return letters.iter().collect::<String>().trim_start_matches('0').to_owned();
    }
    let (mut sum, mut one) = (0_usize, 0);
    for letter in letters {
        match letter {
            '百' => (sum, one) = (sum + one.max(1) * 100, 0),
            '十' => (sum, one) = (sum + one.max(1) * 10, 0),
            letter if letter.is_ascii_digit() => one = one * 10 + (*letter as usize - '0' as usize),
            letter => one = CHINESE.chars().position(|known| known == *letter).map_or(0, |at| at + 1),
        }
    }
    (sum + one).to_string()
}

/// Words for a building are one: 3栋 is 3号楼 is 3幢.
fn building(unit: char) -> char {
    if "号栋幢座楼".contains(unit) { '栋' } else { unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synonyms_are_one() {
        let (a, b) = (said("大桥路口路灯不亮"), said("橋頭那盏灯黑漆漆的，坏了"));
        assert!(a.things.contains("lamp") && b.things.contains("lamp"));
        assert!(a.states.contains("dark") && b.states.contains("dark") && b.states.contains("broken"));
        assert!(said("水管爆了").states.contains("leak") && said("渗水").states.contains("leak"));
        assert!(said("垃圾堆成山，臭").things.contains("rubbish"));
    }

    #[test]
    fn numbers_keep_what_they_count() {
        let numbers = |text: &str| said(text).numbers.into_iter().collect::<Vec<_>>();
        assert_eq!(numbers("3号楼二单元"), [('单', "2".to_owned()), ('栋', "3".to_owned())]);
        assert_eq!(numbers("十二栋"), numbers("12幢"));
        assert_eq!(numbers("三十五号"), numbers("35号"));
        assert_eq!(numbers("坏了三天"), []);
    }

    #[test]
    fn pages_of_digits_are_no_number_and_take_no_time() {
        assert!(said(&format!("一{}号楼漏水", "1".repeat(30))).states.contains("leak"), "no sum runs over");
        for run in ["一", "1", "百", "9"] {
            let text = run.repeat(64_000);
            assert!(said(&format!("{text}号")).numbers.len() <= 1, "{run}");
        }
    }

    #[test]
    fn names_stay_as_pairs() {
        let (a, b) = (said("幸福里小区"), said("幸福里"));
        assert!(b.rest.iter().all(|pair| a.rest.contains(pair)) && !b.rest.is_empty());
    }
}

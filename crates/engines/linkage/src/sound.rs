//! How a Chinese name is read and looked for: one spelling of its characters, its syllables, their initials.

use crate::characters::characters;

/// Family names that are read otherwise than their characters mostly are; two-character ones first.
const FAMILY_NAMES: &[(&str, &[&str])] = &[
    ("万俟", &["mo", "qi"]),
    ("尉迟", &["yu", "chi"]),
    ("长孙", &["zhang", "sun"]),
    ("澹台", &["tan", "tai"]),
    ("令狐", &["ling", "hu"]),
    ("单", &["shan"]),
    ("解", &["xie"]),
    ("仇", &["qiu"]),
    ("查", &["zha"]),
    ("盖", &["ge"]),
    ("乐", &["yue"]),
    ("区", &["ou"]),
    ("曾", &["zeng"]),
    ("朴", &["piao"]),
    ("缪", &["miao"]),
    ("任", &["ren"]),
    ("翟", &["zhai"]),
    ("覃", &["qin"]),
    ("种", &["chong"]),
    ("秘", &["bi"]),
    ("冼", &["xian"]),
    ("折", &["she"]),
    ("繁", &["po"]),
    ("员", &["yun"]),
    ("召", &["shao"]),
    ("黑", &["he"]),
    ("纪", &["ji"]),
    ("谌", &["chen"]),
    ("宁", &["ning"]),
    ("石", &["shi"]),
];

/// One spelling for each name: simplified characters, small half-width letters, no spaces or dots between.
pub fn plain(name: &str) -> String {
    let table = characters();
    name.chars()
        .map(half_width)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(|c| table.canonical(c))
        .collect()
}

/// A name's syllables in letters without tones, `ü` as `u`; what is no common Chinese character stands as
/// its own letters. Family names with a reading of their own get it.
pub fn syllables(name: &str) -> Vec<String> {
    let table = characters();
    let name = plain(name);
    let family = FAMILY_NAMES.iter().find(|(family, _)| name.starts_with(family) && name != *family);
    let (read, rest) = match family {
        Some((family, read)) => (*read, &name[family.len()..]),
        None => (&[][..], name.as_str()),
    };
    let mut found: Vec<String> = read.iter().map(|syllable| (*syllable).to_owned()).collect();
    let mut letters = String::new();
    for character in rest.chars() {
        let spelled = table.spelled(table.sound(character));
        if spelled.is_empty() {
            letters.push(character);
            continue;
        }
        if !letters.is_empty() {
            found.push(std::mem::take(&mut letters));
        }
        found.push(spelled.replace('v', "u"));
    }
    if !letters.is_empty() {
        found.push(letters);
    }
    found
}

/// The first letter of each syllable.
pub fn initials(syllables: &[String]) -> String {
    syllables.iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// Whether small letters can be the beginning of syllables written together: `zhangw` can, `zw` cannot and
/// is then a row of initials.
pub fn is_spelled(letters: &str) -> bool {
    if letters.is_empty() || !letters.is_ascii() {
        return false;
    }
    let table = characters();
    let known = |part: &str| table.is_syllable(part);
    let begins =
        |part: &str| part.bytes().any(|letter| b"aeiou".contains(&letter)) && table.begins_syllable(part);
    // Whether the rest from a place on can be spelled, worked out from the end.
    let mut spelled = vec![false; letters.len() + 1];
    spelled[letters.len()] = true;
    for from in (0..letters.len()).rev() {
        let longest = letters.len().min(from + LONGEST_SYLLABLE);
        let ends = |to: usize| known(&letters[from..to]) && spelled[to];
        let tail = &letters[from..];
        // A letter begun at the end counts only after a whole syllable.
        let begun =
            tail.len() <= LONGEST_SYLLABLE && (begins(tail) || (from > 0 && table.begins_syllable(tail)));
        spelled[from] = (from + 1..=longest).any(ends) || begun;
    }
    spelled[0]
}

/// `zhuang`, `shuang`, `chuang`.
const LONGEST_SYLLABLE: usize = 6;

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        for (name, spelling) in
            [("張 偉", "张伟"), ("迪丽·热巴", "迪丽热巴"), ("Ｌｉ Lei", "lilei"), ("　王　芳　", "王芳")]
        {
            assert_eq!(plain(name), spelling);
        }
    }

    #[test]
    fn family_names_have_their_own_reading() {
        for (name, read, first) in [
            ("张伟", "zhang wei", "zw"),
            ("单雄信", "shan xiong xin", "sxx"),
            ("尉迟恭", "yu chi gong", "ycg"),
            ("曾国强", "zeng guo qiang", "zgq"),
            ("吕布", "lu bu", "lb"),
            ("A张", "a zhang", "az"),
        ] {
            let syllables = syllables(name);
            assert_eq!(syllables.join(" "), read);
            assert_eq!(initials(&syllables), first);
        }
    }

    #[test]
    fn spelled_letters_and_initials_are_told_apart() {
        for (letters, spelled) in [
            ("zhang", true),
            ("zhangw", true),
            ("zhangwei", true),
            ("zha", true),
            ("li", true),
            ("zw", false),
            ("lxm", false),
            ("z", false),
            ("", false),
            ("张", false),
        ] {
            assert_eq!(is_spelled(letters), spelled, "{letters}");
        }
    }
}

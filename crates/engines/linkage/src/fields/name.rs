//! Personal names, Chinese ones by characters and sounds, others as text.

use crate::characters::{Sound, characters, is_chinese};
use crate::text::{distance, folded, joined, mixed, shared_pairs};

/// The most characters of a Chinese name that are looked at one by one.
const MOST: usize = 6;

/// How two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameLevel {
    /// The same name once width, blanks, and traditional and variant characters are made one.
    Same = 1,
    /// Sounds the same, or the same parts in another order.
    SameSound = 2,
    /// One character is built or sounds much like the other's; in other scripts one letter is.
    Near = 3,
    /// One of the two leaves a character or a part out.
    Shorter = 4,
    /// Same surname and one given character, the other differs: brothers and sisters often do.
    OneGiven = 5,
    /// Only the surname.
    Surname = 6,
    /// Only the given name.
    Given = 7,
    /// Different.
    Differs = 8,
}

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    letters: [u16; MOST],
    sounds: [Sound; MOST],
    /// Chinese characters in `letters`; 0 for another script.
    length: u8,
    surname: u8,
    /// A whole name in another script, or one too long to look at by characters.
    other: Option<Box<[u16]>>,
    key: u64,
    sound_key: u64,
    blurred_key: u64,
}

/// Surnames of two characters, by how many bear them (National Citizen Identity Information Centre's reports
/// on surnames name them; order does not matter here).
const DOUBLE: &str = "欧阳上官皇甫令狐诸葛司徒司马申屠夏侯尉迟慕容长孙宇文东方司空公孙轩辕钟离端木独孤南宫西门百里呼延赫连澹台公冶宗政濮阳淳于单于太叔闻人第五东郭鲜于万俟拓跋达奚纳兰";

impl Name {
    /// Reads a name; what stands in brackets behind it, digits and marks do not count.
    pub(crate) fn read(text: &str) -> Option<Name> {
        let before = text.find(['(', '（', '[', '【']).filter(|at| *at > 0).map_or(text, |at| &text[..at]);
        let letters: Vec<char> =
            before.chars().filter_map(folded).filter(|letter| letter.is_alphabetic()).collect();
        if letters.is_empty() {
            return None;
        }
        let chinese = letters.iter().all(|letter| is_chinese(*letter));
        if chinese && letters.len() <= MOST {
            return Some(Self::chinese(&letters));
        }
        let whole: Box<[u16]> = letters.iter().map(|letter| u32::from(*letter) as u16).collect();
        let sound_key = anagram(letters.iter().map(|letter| u64::from(u32::from(*letter))));
        let key = hash_letters(&whole);
        Some(Name {
            letters: [0; MOST],
            sounds: [0; MOST],
            length: 0,
            surname: 0,
            other: Some(whole),
            key,
            sound_key,
            blurred_key: sound_key,
        })
    }

    fn chinese(text: &[char]) -> Name {
        let table = characters();
        let mut name = Name {
            letters: [0; MOST],
            sounds: [0; MOST],
            length: text.len() as u8,
            surname: if text.len() >= 3 && is_double(text[0], text[1]) { 2 } else { 1 },
            other: None,
            key: 0,
            sound_key: 0,
            blurred_key: 0,
        };
        for (at, letter) in text.iter().enumerate() {
            name.letters[at] = u32::from(*letter) as u16;
            name.sounds[at] = table.sound(*letter);
        }
        let spelled = name.sounds().iter().flat_map(|sound| table.spelled(*sound).bytes().map(u64::from));
        name.sound_key = anagram(spelled);
        name.key = hash_letters(name.letters());
        let heard = name.sounds().iter().zip(name.letters()).map(|(sound, letter)| match sound {
            0 => u64::from(*letter),
            known => table.blurred(*known),
        });
        name.blurred_key = anagram(heard);
        name
    }

    fn letters(&self) -> &[u16] {
        &self.letters[..usize::from(self.length)]
    }

    fn sounds(&self) -> &[Sound] {
        &self.sounds[..usize::from(self.length)]
    }

    fn surname(&self) -> &[u16] {
        &self.letters()[..usize::from(self.surname).min(self.letters().len())]
    }

    fn given(&self) -> &[u16] {
        &self.letters()[usize::from(self.surname).min(self.letters().len())..]
    }

    /// Whether it is written in letters, or too long to be looked at by characters.
    pub(crate) fn is_spelled(&self) -> bool {
        self.other.is_some()
    }

    /// The same for equal names.
    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    /// The same for names of the same letters when spelled, in whatever order the parts stand.
    pub(crate) fn sound_key(&self) -> u64 {
        self.sound_key
    }

    /// The same for names that dialects do not tell apart, in whatever order the parts stand.
    pub(crate) fn blurred_key(&self) -> u64 {
        self.blurred_key
    }

    /// The surname's sound, or the other script's first three letters.
    pub(crate) fn surname_key(&self) -> u64 {
        match &self.other {
            Some(other) => hash_letters(&other[..other.len().min(3)]),
            None => joined(1, u64::from(self.sounds.first().copied().unwrap_or(0))),
        }
    }

    /// The surname with the first given character.
    pub(crate) fn head_key(&self) -> u64 {
        match &self.other {
            Some(other) => joined(2, hash_letters(&other[..other.len().min(5)])),
            None => joined(2, hash_letters(&self.letters()[..self.letters().len().min(2)])),
        }
    }

    /// The last character's sound, or the other script's last letters.
    pub(crate) fn tail_key(&self) -> u64 {
        match &self.other {
            Some(other) => joined(3, hash_letters(&other[other.len().saturating_sub(4)..])),
            None => joined(3, u64::from(self.sounds().last().copied().unwrap_or(0))),
        }
    }

    pub(crate) fn given_key(&self) -> u64 {
        if self.given().is_empty() { 0 } else { joined(4, hash_letters(self.given())) }
    }

    /// Surname as written.
    pub(crate) fn surname_hash(&self) -> u64 {
        joined(5, hash_letters(self.surname()))
    }

    pub(crate) fn compare(&self, other: &Name) -> NameLevel {
        if self.key == other.key {
            return NameLevel::Same;
        }
        if self.sound_key == other.sound_key {
            return NameLevel::SameSound;
        }
        match (&self.other, &other.other) {
            (None, None) => self.compare_chinese(other),
            (Some(a), Some(b)) => compare_other(a, b),
            _ => NameLevel::Differs,
        }
    }

    fn compare_chinese(&self, other: &Name) -> NameLevel {
        let (a, b) = (self.letters(), other.letters());
        if a.len() != b.len() {
            return self.compare_lengths(other);
        }
        let mut differ = (0..a.len()).filter(|at| a[*at] != b[*at]);
        if let (Some(at), None) = (differ.next(), differ.next()) {
            let alike = near(a[at], b[at])
                || self.sounds[at] != 0 && blurred(self.sounds[at]) == blurred(other.sounds[at]);
            if alike {
                return NameLevel::Near;
            }
            if at == 0 {
                return NameLevel::Given;
            }
            return if a.len() >= 3 { NameLevel::OneGiven } else { NameLevel::Surname };
        }
        if self.blurred_key == other.blurred_key {
            return NameLevel::Near;
        }
        // One slip within each of several characters that all sound or look alike is a slip all the same.
        let all_alike = (0..a.len()).all(|at| {
            a[at] == b[at] || near(a[at], b[at]) || blurred(self.sounds[at]) == blurred(other.sounds[at])
        });
        if all_alike {
            return NameLevel::Near;
        }
        if self.surname() == other.surname() { NameLevel::Surname } else { NameLevel::Differs }
    }

    fn compare_lengths(&self, other: &Name) -> NameLevel {
        let (short, long) = if self.length < other.length { (self, other) } else { (other, self) };
        let within = short.length >= 2 && crate::text::stands_in(short.letters(), long.letters());
        if within {
            return NameLevel::Shorter;
        }
        if self.surname() == other.surname() {
            return NameLevel::Surname;
        }
        NameLevel::Differs
    }
}

/// The commonest surnames, which nine tenths of people bear.
const COMMON: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";

/// Whether a text looks like a Chinese name: two to four characters, the first of them a common surname.
pub(crate) fn looks_chinese(text: &str) -> bool {
    let mut letters = text.chars().filter_map(folded);
    let surname = letters.next().is_some_and(|letter| COMMON.contains(letter));
    let rest = letters.clone().count();
    surname && (1..=3).contains(&rest) && letters.all(is_chinese)
}

fn is_double(first: char, second: char) -> bool {
    let mut letters = DOUBLE.chars();
    while let (Some(a), Some(b)) = (letters.next(), letters.next()) {
        if (a, b) == (first, second) {
            return true;
        }
    }
    false
}

fn near(a: u16, b: u16) -> bool {
    match (char::from_u32(u32::from(a)), char::from_u32(u32::from(b))) {
        (Some(a), Some(b)) => characters().near_shape(a, b),
        _ => false,
    }
}

fn blurred(sound: Sound) -> u64 {
    match characters().blurred(sound) {
        // An unknown sound is like no other.
        0 => u64::MAX - u64::from(sound),
        known => known,
    }
}

fn compare_other(a: &[u16], b: &[u16]) -> NameLevel {
    let shorter = a.len().min(b.len());
    let most = if shorter >= 8 { 2 } else { 1 };
    if shorter >= 4 && distance(a, b, most) <= most {
        return NameLevel::Near;
    }
    if shorter >= 3 && (a.starts_with(b) || b.starts_with(a) || a.ends_with(b) || b.ends_with(a)) {
        return NameLevel::Shorter;
    }
    let alike = shared_pairs(a, b);
    if alike >= 0.75 {
        NameLevel::Shorter
    } else if alike >= 0.45 {
        NameLevel::OneGiven
    } else {
        NameLevel::Differs
    }
}

pub(crate) fn hash_letters(letters: &[u16]) -> u64 {
    letters.iter().fold(letters.len() as u64 + 0x51, |state, letter| mixed(state ^ u64::from(*letter))).max(1)
}

/// The same for the same parts in any order.
fn anagram(parts: impl Iterator<Item = u64>) -> u64 {
    parts.fold(0_u64, |sum, part| sum.wrapping_add(mixed(part))).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str) -> NameLevel {
        let (a, b) = (Name::read(a).unwrap(), Name::read(b).unwrap());
        assert_eq!(a.compare(&b), b.compare(&a));
        a.compare(&b)
    }

    #[test]
    fn names_agree_in_steps() {
        use NameLevel::{Differs, Given, Near, OneGiven, Same, SameSound, Shorter, Surname};
        for (a, b, want) in [
            ("张 伟", "張偉", Same),
            ("王小明（户主）", "王小明", Same),
            ("王晓明", "王小明", SameSound),
            ("张伟", "伟张", SameSound),
            ("张伟", "Zhang Wei", SameSound),
            ("陈静", "程静", Near),
            ("李玲", "李铃", SameSound),
            ("王小精", "王小倩", Near),
            ("王伟", "王伟明", Shorter),
            ("欧阳锋", "欧锋", Shorter),
            ("王小明", "王小红", OneGiven),
            ("王伟", "王芳", Surname),
            ("王小明", "王大红", Surname),
            ("赵小明", "王小明", Given),
            ("赵小明", "王大红", Differs),
            ("John Smith", "Jon Smith", Near),
            ("John Smith", "Smith John", SameSound),
            ("John Smith", "Mary Wellington", Differs),
        ] {
            assert_eq!(level(a, b), want, "{a} {b}");
        }
        assert!(Name::read("123").is_none());
    }
}

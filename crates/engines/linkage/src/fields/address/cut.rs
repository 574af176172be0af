//! Cuts an address into units. Administrative units are looked for from the largest down; villages, estates
//! and roads in the order they stand; numbers wherever they are.

use super::gazetteer::{Gazetteer, NOTHING, grown};
use super::{Address, CITY, COUNTY, ESTATE, LEVELS, NUMBERS, PROVINCE, ROAD, TOWN, VILLAGE};
use crate::text::{folded, is_word, mixed};

/// The most characters that are looked at.
const LONGEST: usize = 80;
/// The most characters of a unit's name.
const NAME: usize = 8;

/// Words that end a unit's name, by level, longer ones first.
const SUFFIXES: [(&str, usize); 49] = [
    ("特别行政区", PROVINCE),
    ("自治区", PROVINCE),
    ("省", PROVINCE),
    ("自治州", CITY),
    ("地区", CITY),
    ("市", CITY),
    ("盟", CITY),
    ("自治县", COUNTY),
    ("县", COUNTY),
    ("区", COUNTY),
    ("旗", COUNTY),
    ("镇人民政府", TOWN),
    ("乡人民政府", TOWN),
    ("街道办事处", TOWN),
    ("街道办", TOWN),
    ("街道", TOWN),
    ("办事处", TOWN),
    ("民族乡", TOWN),
    ("苏木", TOWN),
    ("镇", TOWN),
    ("乡", TOWN),
    ("社区居民委员会", VILLAGE),
    ("村民委员会", VILLAGE),
    ("居民委员会", VILLAGE),
    ("社区居委会", VILLAGE),
    ("居委会", VILLAGE),
    ("村委会", VILLAGE),
    ("行政村", VILLAGE),
    ("村委", VILLAGE),
    ("居委", VILLAGE),
    ("社区", VILLAGE),
    ("村", VILLAGE),
    ("自然村", ESTATE),
    ("小区", ESTATE),
    ("花园", ESTATE),
    ("家园", ESTATE),
    ("公寓", ESTATE),
    ("名苑", ESTATE),
    ("广场", ESTATE),
    ("大厦", ESTATE),
    ("新村", ESTATE),
    ("宿舍", ESTATE),
    ("苑", ESTATE),
    ("大道", ROAD),
    ("胡同", ROAD),
    ("路", ROAD),
    ("街", ROAD),
    ("巷", ROAD),
    ("弄", ROAD),
];

fn begins_suffix(letter: char) -> bool {
    matches!(
        letter,
        '特' | '自'
            | '省'
            | '地'
            | '市'
            | '盟'
            | '县'
            | '区'
            | '旗'
            | '街'
            | '办'
            | '民'
            | '苏'
            | '镇'
            | '乡'
            | '社'
            | '村'
            | '居'
            | '行'
            | '名'
            | '小'
            | '花'
            | '家'
            | '公'
            | '广'
            | '大'
            | '新'
            | '宿'
            | '苑'
            | '胡'
            | '路'
            | '巷'
            | '弄'
    )
}

/// What ends a number's meaning; those of a village group first.
const GROUPS: [&str; 4] = ["村民小组", "小组", "组", "队"];
const COUNTERS: [&str; 14] =
    ["号楼", "单元", "门牌", "号", "栋", "幢", "座", "楼", "室", "层", "户", "排", "#", "-"];

/// An address being cut.
pub(crate) struct Cut {
    letters: [char; LONGEST],
    length: usize,
    /// Every unit found: level, and where its name stands.
    pub(crate) found: [Option<(usize, usize)>; LEVELS],
    group: u16,
    road_number: u16,
    /// Where the road's name ended, if nothing stood behind it yet.
    road_end: usize,
    numbers: [u16; NUMBERS],
    count: usize,
    /// What belongs to nothing known: the run of characters being read and where it ends, the run that a number
    /// stands behind, and the others together; as hashes.
    run: u64,
    run_end: usize,
    numbered: u64,
    rest: u64,
}

impl Cut {
    /// Cuts a text; the gazetteer knows names that stand without their suffix.
    pub(crate) fn new(text: &str, known: &Gazetteer) -> Cut {
        let mut cut = Cut {
            letters: ['\0'; LONGEST],
            length: 0,
            found: [None; LEVELS],
            group: 0,
            road_number: 0,
            road_end: usize::MAX,
            numbers: [0; NUMBERS],
            count: 0,
            run: 0,
            run_end: usize::MAX,
            numbered: 0,
            rest: 0,
        };
        let kept =
            text.chars().filter_map(folded).filter(|letter| is_word(*letter) || matches!(letter, '-' | '#'));
        for (place, letter) in cut.letters.iter_mut().zip(kept) {
            *place = letter;
            cut.length += 1;
        }
        let mut at = 0;
        while at < cut.length {
            at = cut
                .number(at)
                .or_else(|| cut.known_name(at, known))
                .or_else(|| cut.suffixed_name(at))
                .unwrap_or_else(|| cut.leftover(at));
        }
        cut.end_run();
        cut
    }

    /// A unit's name.
    pub(crate) fn name(&self, range: (usize, usize)) -> &[char] {
        &self.letters[range.0..range.1]
    }

    /// The first level that may still come.
    fn next_level(&self) -> usize {
        (PROVINCE..=TOWN).rev().find(|level| self.found[*level].is_some()).map_or(PROVINCE, |level| level + 1)
    }

    fn starts_with(&self, at: usize, word: &str) -> Option<usize> {
        let mut end = at;
        for letter in word.chars() {
            if end >= self.length || self.letters[end] != letter {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// A number with what it counts; `None` when no number stands here.
    fn number(&mut self, at: usize) -> Option<usize> {
        let (value, end) = self.digits(at).or_else(|| self.numerals(at))?;
        for word in GROUPS {
            if let Some(end) = self.starts_with(end, word) {
                self.group = value;
                return Some(end);
            }
        }
        let counted = COUNTERS.iter().find_map(|word| self.starts_with(end, word)).unwrap_or(end);
        // What has houses is an estate, whatever its name ends in: 碧桂园5幢.
        if at == self.run_end && self.numbered == 0 {
            self.numbered = std::mem::take(&mut self.run);
        }
        // 12 of 解放路12号 is the road's, whatever estate's building follows.
        let plain = counted == end || (counted == end + 1 && self.letters[end] == '号');
        if at == self.road_end && plain {
            self.road_number = value.max(1);
        } else if let Some(place) = self.numbers.get_mut(self.count) {
            *place = value.max(1);
            self.count += 1;
        }
        Some(counted)
    }

    fn digits(&self, at: usize) -> Option<(u16, usize)> {
        let mut value = 0_u32;
        let mut end = at;
        while end < self.length {
            let Some(digit) = self.letters[end].to_digit(10) else { break };
            value = (value * 10 + digit) % 1_000_000;
            end += 1;
        }
        (end > at).then_some(((value % 65_536) as u16, end))
    }

    /// Numerals count only where a counter follows: 三组, 十二号; not in 三里屯.
    fn numerals(&self, at: usize) -> Option<(u16, usize)> {
        let (mut value, mut digit, mut end) = (0_u16, 0_u16, at);
        while end < self.length && end < at + 5 {
            match "零一二三四五六七八九".chars().position(|numeral| numeral == self.letters[end]) {
                Some(found) => digit = found as u16,
                None if self.letters[end] == '十' => {
                    value += digit.max(1) * 10;
                    digit = 0;
                }
                None if self.letters[end] == '百' => {
                    value += digit.max(1) * 100;
                    digit = 0;
                }
                None => break,
            }
            end += 1;
        }
        let counted = GROUPS.iter().chain(&COUNTERS[..11]).any(|word| self.starts_with(end, word).is_some());
        (end > at && counted).then_some((value + digit, end))
    }

    /// A suffix that stands at `at`: its level, given what was found before, and where it ends.
    fn suffix(&self, at: usize) -> Option<(usize, usize)> {
        if at >= self.length || !begins_suffix(self.letters[at]) {
            return None;
        }
        let (level, end) =
            SUFFIXES.iter().find_map(|(word, level)| self.starts_with(at, word).map(|end| (*level, end)))?;
        let letter = self.letters[at];
        let before = if at > 0 { self.letters[at - 1] } else { '\0' };
        let after = if end < self.length { self.letters[end] } else { '\0' };
        match (letter, before, after) {
            ('市', _, '场') | ('县', _, '府') | ('路', _, '口') | ('街', _, '口') => None,
            ('区', '小' | '社' | '园', _) => None,
            ('市', _, _) if self.next_level() > CITY => Some((COUNTY, end)),
            _ => Some((level, end)),
        }
    }

    /// A name with its suffix behind it, beginning at `at`.
    fn suffixed_name(&mut self, at: usize) -> Option<usize> {
        let next = self.next_level();
        let mut best: Option<(usize, usize, usize)> = None;
        let mut below = None;
        for here in at..(at + NAME + 1).min(self.length) {
            if self.letters[here].is_ascii_digit() {
                break;
            }
            let Some((level, end)) = self.suffix(here) else { continue };
            if here == at {
                continue;
            }
            let shortest = if level == CITY || level == PROVINCE { 2 } else { 1 };
            if here - at < shortest || self.found[level].is_some() || (level <= TOWN && level < next) {
                continue;
            }
            // A larger unit's name does not run across a smaller unit, unless that only ends it (新村镇).
            let across = below.is_some_and(|(lower, ends)| level < lower && ends != here);
            if across && (level <= COUNTY || below.is_some_and(|(lower, _)| lower == VILLAGE)) {
                continue;
            }
            let better = match best {
                None => true,
                // 西街社区 is a village, not the road 西街.
                Some((kept, _, ends)) if kept > TOWN && level > TOWN => level != kept && ends == here,
                Some((kept, _, _)) => level <= TOWN && level < kept,
            };
            if better {
                best = Some((level, here, end));
            }
            if level >= TOWN && below.is_none() {
                below = Some((level, end));
            }
        }
        let (level, here, end) = best?;
        self.found[level] = Some((at, here));
        if level == ROAD {
            self.road_end = end;
        }
        Some(end)
    }

    /// A name that is known, with or without its suffix.
    fn known_name(&mut self, at: usize, known: &Gazetteer) -> Option<usize> {
        let mut hashes = [0; NAME];
        let longest = (self.length - at).min(NAME);
        let mut hash = NOTHING;
        for (length, letter) in self.letters[at..at + longest].iter().enumerate() {
            hash = grown(hash, *letter);
            hashes[length] = hash;
            if length == 1 && !known.may_begin(hash) {
                return None;
            }
        }
        let next = self.next_level();
        for length in (2..=longest).rev() {
            let end = at + length;
            let Some(counts) = known.levels(hashes[length - 1]) else { continue };
            let free = |level: &usize| self.found[*level].is_none() && (*level >= next || *level > TOWN);
            match self.suffix(end) {
                // 上海市 is a province.
                Some((CITY, after)) if counts[PROVINCE] > 0 && free(&PROVINCE) => {
                    self.found[PROVINCE] = Some((at, end));
                    return Some(after);
                }
                Some((level, after)) if level <= VILLAGE && free(&level) => {
                    self.found[level] = Some((at, end));
                    return Some(after);
                }
                // 永安 of 永安路 is not the town.
                Some(_) => continue,
                None => {}
            }
            let Some(level) = (PROVINCE..=VILLAGE)
                .filter(free)
                .filter(|level| counts[*level] > 1)
                .max_by_key(|level| counts[*level])
            else {
                continue;
            };
            self.found[level] = Some((at, end));
            return Some(end);
        }
        None
    }

    /// A character that belongs to nothing known.
    fn leftover(&mut self, at: usize) -> usize {
        let suffix = self.suffix(at).map(|(_, end)| end);
        let word = || COUNTERS.iter().chain(&GROUPS).find_map(|word| self.starts_with(at, word));
        if let Some(end) = suffix.or_else(word) {
            if self.run_end == at {
                self.run_end = end;
            }
            return end;
        }
        if self.run_end != at {
            self.end_run();
        }
        self.run = mixed(self.run ^ u64::from(u32::from(self.letters[at])));
        self.run_end = at + 1;
        at + 1
    }

    /// No number stands behind the run.
    fn end_run(&mut self) {
        if self.run != 0 {
            self.rest = mixed(self.rest ^ std::mem::take(&mut self.run));
        }
    }

    /// The address as numbers; larger units that the text leaves out are filled in where only one is possible.
    pub(crate) fn address(&self, known: &Gazetteer) -> Address {
        let mut address = Address { group: self.group, numbers: self.numbers, ..Address::default() };
        for level in 0..LEVELS {
            address.units[level] = self.found[level].map_or(0, |range| unit(self.name(range)));
        }
        for level in (CITY..=VILLAGE).rev() {
            if address.units[level] != 0 && address.units[level - 1] == 0 {
                address.units[level - 1] = known.parent(level, address.units[level]);
            }
        }
        let placed = [VILLAGE, ROAD, TOWN].iter().any(|level| address.units[*level] != 0);
        match (address.units[ESTATE], self.numbered, self.rest) {
            (0, 0, rest) if rest != 0 && placed => address.units[ESTATE] = (rest >> 32) as u32,
            (0, run, rest) if run != 0 => {
                address.units[ESTATE] = (mixed(run) >> 32) as u32;
                address.rest = (rest >> 32) as u32;
            }
            (_, run, rest) => address.rest = ((run ^ rest) >> 32) as u32,
        }
        address
    }
}

/// A unit's number: a hash of its name; never 0.
pub(crate) fn unit(name: &[char]) -> u32 {
    let hash = name.iter().fold(NOTHING, |hash, letter| grown(hash, *letter));
    ((hash >> 32) as u32).max(1)
}

//! The names of units: learned from the addresses that tell their suffixes, and from a table of divisions when
//! there is one.

use std::collections::HashMap;

use super::cut::{Cut, unit};
use super::{CITY, COUNTY, PROVINCE, TOWN, VILLAGE};
use crate::people::Hashed;
use crate::text::mixed;

/// Levels whose names are learned: province to village.
const LEARNED: usize = VILLAGE + 1;

/// Provinces, autonomous regions and municipalities, without their suffixes.
const PROVINCES: [&str; 34] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "台湾",
    "香港",
    "澳门",
];

/// How often each name was seen at each level, and the unit it mostly lies in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gazetteer {
    names: HashMap<Box<[char]>, [u32; LEARNED]>,
    parents: HashMap<(usize, u32), Vote>,
    /// The same as `names` by hash, and which pairs of characters a name begins with, as bits: most places in
    /// a text begin none.
    found: Hashed<[u32; LEARNED]>,
    begins: Vec<u64>,
}

/// How a name's hash grows by a character.
pub(super) fn grown(hash: u64, letter: char) -> u64 {
    mixed(hash ^ u64::from(u32::from(letter)))
}

/// The hash of no characters.
pub(super) const NOTHING: u64 = 0x6C69_616E;

fn hashed(name: &[char]) -> u64 {
    name.iter().fold(NOTHING, |hash, letter| grown(hash, *letter))
}

const BEGINS: usize = 1 << 16;

fn bit(hash: u64) -> (usize, u64) {
    let at = (hash >> 48) as usize;
    (at / 64, 1 << (at % 64))
}

/// A majority vote in one pass (Boyer and Moore).
#[derive(Debug, Clone, Copy, Default)]
struct Vote {
    parent: u32,
    ahead: u32,
    seen: u32,
}

impl Gazetteer {
    /// Knows the provinces.
    pub(crate) fn new() -> Gazetteer {
        let mut gazetteer = Gazetteer::default();
        for name in PROVINCES {
            gazetteer.add(PROVINCE, &name.chars().collect::<Vec<char>>(), 1000);
        }
        gazetteer.index();
        gazetteer
    }

    fn add(&mut self, level: usize, name: &[char], times: u32) {
        if let Some(counts) = self.names.get_mut(name) {
            counts[level] = counts[level].saturating_add(times);
        } else {
            let mut counts = [0; LEARNED];
            counts[level] = times;
            self.names.insert(name.into(), counts);
        }
    }

    /// Adds a division of the official table by its code (2, 4, 6, 9 or 12 digits) and name.
    pub(crate) fn add_division(&mut self, code: &str, name: &str) {
        let level = match code.len() {
            2 => PROVINCE,
            4 => CITY,
            6 => COUNTY,
            9 => TOWN,
            12 => VILLAGE,
            _ => return,
        };
        if name == "市辖区" || name == "县" {
            return;
        }
        // Cutting the name alone takes the suffix off as it would be within an address.
        let cut = Cut::new(name, &Gazetteer::default());
        if let Some(range) = cut.found.iter().flatten().next() {
            self.add(level, cut.name(*range), 1000);
        }
    }

    /// Counts the units of an address that was cut by its suffixes.
    pub(crate) fn learn(&mut self, cut: &Cut) {
        for level in PROVINCE..=VILLAGE {
            let Some(range) = cut.found[level] else { continue };
            let name = cut.name(range);
            if name.len() < 2 {
                continue;
            }
            self.add(level, name, 1);
            if let Some(above) = level.checked_sub(1).and_then(|above| cut.found[above]) {
                self.vote(level, unit(name), unit(cut.name(above)));
            }
        }
    }

    fn vote(&mut self, level: usize, unit: u32, parent: u32) {
        let vote = self.parents.entry((level, unit)).or_default();
        vote.seen += 1;
        if vote.ahead == 0 {
            (vote.parent, vote.ahead) = (parent, 1);
        } else if vote.parent == parent {
            vote.ahead += 1;
        } else {
            vote.ahead -= 1;
        }
    }

    /// Forgets names that are two names run together (咸安永安) and names seen once.
    pub(crate) fn settle(&mut self) {
        let known = |name: &[char], level: usize| self.names.get(name).map_or(0, |counts| counts[level]);
        let mut wrong = Vec::new();
        for (name, counts) in &self.names {
            for (level, count) in counts.iter().enumerate().skip(CITY) {
                let split = *count > 0
                    && (2..name.len().saturating_sub(1)).any(|at| {
                        let (front, back) = name.split_at(at);
                        let higher = (PROVINCE..level).map(|above| known(front, above)).max().unwrap_or(0);
                        higher > *count && known(back, level) > *count
                    });
                if split || *count == 1 {
                    wrong.push((name.clone(), level));
                }
            }
        }
        for (name, level) in wrong {
            if let Some(counts) = self.names.get_mut(&name) {
                counts[level] = 0;
            }
        }
        self.names.retain(|_, counts| counts.iter().any(|count| *count > 0));
        self.index();
    }

    fn index(&mut self) {
        self.begins = vec![0; BEGINS / 64];
        self.found = self.names.iter().map(|(name, counts)| (hashed(name), *counts)).collect();
        for name in self.names.keys().filter(|name| name.len() >= 2) {
            let (word, bit) = bit(hashed(&name[..2]));
            self.begins[word] |= bit;
        }
    }

    /// Whether any name may begin with two characters of this hash.
    pub(super) fn may_begin(&self, hash: u64) -> bool {
        let (word, bit) = bit(hash);
        self.begins.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// How often the name of a hash was seen at each level.
    pub(super) fn levels(&self, hash: u64) -> Option<&[u32; LEARNED]> {
        self.found.get(&hash)
    }

    /// The unit that one lies in, where hardly any other is told; 0 otherwise.
    pub(crate) fn parent(&self, level: usize, unit: u32) -> u32 {
        match self.parents.get(&(level, unit)) {
            Some(vote) if vote.seen >= 2 && vote.ahead * 10 >= vote.seen * 8 => vote.parent,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Address, AddressLevel};
    use super::*;

    fn learned() -> Gazetteer {
        let mut known = Gazetteer::new();
        let texts = [
            "湖北省咸宁市咸安区永安街道文笔社区3组12号",
            "湖北省咸宁市咸安区永安街道西街社区2组1号",
            "咸安永安街道文笔社区1组",
            "湖北省咸宁市咸安区官埠桥镇窑嘴村4组",
            "湖北省咸宁市咸安区官埠桥镇湖场村4组",
        ];
        for text in texts.iter().chain(&texts[..2]) {
            let cut = Cut::new(text, &Gazetteer::new());
            known.learn(&cut);
        }
        known.settle();
        known
    }

    fn read(text: &str, known: &Gazetteer) -> Address {
        Cut::new(text, known).address(known)
    }

    #[test]
    fn abbreviated_addresses_agree_with_whole_ones() {
        use AddressLevel::{Differs, Door, DoorSoFar, OtherDoor, OtherPlace, OtherTown, Place, Within};
        let known = learned();
        let whole = "湖北省咸宁市咸安区永安街道文笔社区3组12号";
        for (text, level) in [
            ("咸安永安文笔3组12号", Door),
            ("咸安区永安办事处文笔社区三组12号", Door),
            ("永安街道文笔社区3组12号2单元", DoorSoFar),
            ("文笔社区三组", DoorSoFar),
            ("咸安永安文笔", Place),
            ("咸安区永安街道解放路8号文笔社区3组12号", Door),
            ("咸安区永安街道文笔社区3组13号", OtherDoor),
            ("咸安区永安街道文笔社区4组12号", OtherDoor),
            ("湖北咸宁咸安", Within),
            ("咸安…", Within),
            ("咸安区永安街道", Within),
            ("咸安区永安街道西街社区", OtherPlace),
            ("咸安区官埠桥镇窑嘴村4组", OtherTown),
            ("官埠桥镇", OtherTown),
            ("广东省深圳市", Differs),
        ] {
            let (a, b) = (read(whole, &known), read(text, &known));
            assert_eq!(a.compare(&b).level, level, "{text} {b:?}");
            assert_eq!(b.compare(&a).level, level, "{text} {b:?}");
        }
    }

    #[test]
    fn what_has_houses_is_an_estate_and_entrances_may_be_left_out() {
        use AddressLevel::{Door, OtherDoor, Place};
        let known = learned();
        let whole = "湖北省咸宁市咸安区永安街道文笔社区碧桂园5幢3单元1104室";
        for (text, level) in [
            ("咸宁市咸安区碧桂园5幢3单元1104", Door),
            ("咸安区碧桂园5-3-1104", Door),
            ("永安街道碧桂园5号楼1104室", Door),
            ("咸宁大道8号碧桂园5栋1104", Door),
            ("碧桂园5幢2单元1104", OtherDoor),
            ("碧桂园5幢1204", OtherDoor),
            ("咸安区永安街道碧桂园", Place),
        ] {
            let (a, b) = (read(whole, &known), read(text, &known));
            assert_eq!(a.compare(&b).level, level, "{text} {a:?} {b:?}");
            assert_eq!(b.compare(&a).level, level, "{text} {b:?}");
        }
    }

    #[test]
    fn suffixes_alone_cut_most_addresses() {
        let none = Gazetteer::new();
        let units = |text: &str| {
            let cut = Cut::new(text, &none);
            cut.found.map(|range| range.map(|range| cut.name(range).iter().collect::<String>()))
        };
        let want = |parts: [&str; 7]| parts.map(|part| (!part.is_empty()).then(|| part.to_owned()));
        assert_eq!(units("湖北省沙市区新村镇李家村5组"), want(["湖北", "", "沙市", "新村", "李家", "", ""]));
        assert_eq!(
            units("上海市浦东新区人民路街道世纪大道100号"),
            want(["上海", "", "浦东新", "人民路", "", "", "世纪"])
        );
        assert_eq!(
            units("咸宁市咸安区市场路8号阳光花园小区3栋2单元301"),
            want(["", "咸宁", "咸安", "", "", "阳光", "市场"])
        );
    }
}

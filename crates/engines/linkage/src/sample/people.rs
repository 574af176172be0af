//! A county and its households.

use super::words::{ESTATES, FIRMS, MEN, PLACES, ROADS, SURNAMES, TOWNS, TRADES, WOMEN};
use crate::fields::resident_id::numbered;
use crate::text::mixed;

/// How much of the lists is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poverty {
    /// Some of everything.
    Ordinary,
    /// Three quarters of the resident numbers, two fifths of the telephones, a quarter of the birth dates.
    Poor,
}

/// Random draws that repeat (SplitMix64).
pub(super) struct Luck(u64);

impl Luck {
    pub(super) fn new(seed: u64) -> Luck {
        Luck(mixed(seed))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// A number below `end`; 0 for `end` 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        ((self.next() >> 11) as f64) < share * (1_u64 << 53) as f64
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Towards the front: what is common comes first.
    fn common<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let (x, y) = (self.below(all.len()), self.below(all.len()));
        &all[x.min(y)]
    }
}

/// A place to live.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home {
    pub(super) village: u32,
    pub(super) group: u32,
    pub(super) door: u32,
    /// A flat in a town's estate, on a road.
    pub(super) flat: Option<(u32, u32, u32, u32)>,
}

/// A person.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) surname: &'static str,
    pub(super) given: Vec<char>,
    pub(super) male: bool,
    pub(super) birth: u32,
    pub(super) id: String,
    pub(super) phone: u64,
    pub(super) home: Home,
    /// Where a mover lives by the time of the second list.
    pub(super) moved: Option<Home>,
    pub(super) employer: Option<u32>,
}

/// A county.
pub(super) struct County {
    pub(super) people: Vec<Person>,
    villages: u32,
}

fn pairs(words: &'static str) -> Vec<&'static str> {
    let letters: Vec<(usize, char)> = words.char_indices().collect();
    letters
        .chunks(2)
        .map(|pair| &words[pair[0].0..pair.get(1).map_or(words.len(), |(at, letter)| at + letter.len_utf8())])
        .collect()
}

fn surnames() -> Vec<(&'static str, u32)> {
    let mut all = Vec::new();
    let mut rest = SURNAMES;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let end = rest[at..].find(|letter: char| !letter.is_ascii_digit()).map_or(rest.len(), |end| at + end);
        all.push((&rest[..at], rest[at..end].parse().unwrap_or(1)));
        rest = &rest[end..];
    }
    all
}

struct Founder<'a> {
    luck: &'a mut Luck,
    surnames: Vec<(&'static str, u32)>,
    total: usize,
    men: Vec<char>,
    women: Vec<char>,
    villages: u32,
    orders: u32,
}

impl County {
    /// Settles about `size` people in households.
    pub(super) fn settled(size: usize, luck: &mut Luck) -> County {
        let surnames = surnames();
        let total = surnames.iter().map(|(_, share)| *share as usize).sum();
        let villages = (size / 1500).clamp(8, 640) as u32;
        let mut founder = Founder {
            luck,
            surnames,
            total,
            men: MEN.chars().collect(),
            women: WOMEN.chars().collect(),
            villages,
            orders: 0,
        };
        let mut people = Vec::with_capacity(size + 8);
        while people.len() < size {
            founder.household(&mut people);
        }
        people.truncate(size);
        County { people, villages }
    }

    /// Town and village names of a village's number.
    pub(super) fn names(&self, village: u32) -> (&'static str, String) {
        let (towns, places) = (pairs(TOWNS), pairs(PLACES));
        let town = towns[village as usize % towns.len()];
        let at = village as usize / towns.len();
        let first = places[at % places.len()];
        let name = if at < places.len() {
            first.to_owned()
        } else {
            format!("{first}{}", places[at / places.len() % places.len()])
        };
        debug_assert!(village < self.villages);
        (town, name)
    }
}

pub(super) fn road(number: u32) -> &'static str {
    let roads = pairs(ROADS);
    roads[number as usize % roads.len()]
}

pub(super) fn estate(number: u32) -> &'static str {
    let estates = pairs(ESTATES);
    estates[number as usize % estates.len()]
}

/// A firm's name in full and in short.
pub(super) fn firm(number: u32) -> (String, String) {
    let firms = pairs(FIRMS);
    let name = firms[number as usize % firms.len()];
    let trade = TRADES[number as usize / firms.len() % TRADES.len()];
    (format!("咸宁市{name}{trade}有限公司"), format!("{name}{trade}"))
}

impl Founder<'_> {
    fn surname(&mut self) -> &'static str {
        let mut at = self.luck.below(self.total);
        for (surname, share) in &self.surnames {
            match at.checked_sub(*share as usize) {
                Some(rest) => at = rest,
                None => return surname,
            }
        }
        "王"
    }

    fn given(&mut self, male: bool, generation: Option<char>) -> Vec<char> {
        let letters = if male { &self.men } else { &self.women };
        let last = *self.luck.common(letters);
        match generation {
            Some(shared) => vec![shared, last],
            None if self.luck.chance(0.25) => vec![last],
            None => vec![*self.luck.common(letters), last],
        }
    }

    fn home(&mut self) -> Home {
        let village = self.luck.below(self.villages as usize) as u32;
        let flat = self.luck.chance(0.4).then(|| {
            let floor = 1 + self.luck.below(11) as u32;
            (
                self.luck.below(600) as u32,
                1 + self.luck.below(20) as u32,
                1 + self.luck.below(4) as u32,
                floor * 100 + 1 + self.luck.below(4) as u32,
            )
        });
        Home { village, group: 1 + self.luck.below(12) as u32, door: 1 + self.luck.below(160) as u32, flat }
    }

    fn phone(&mut self) -> u64 {
        let prefix = *self.luck.one_of(&[
            130, 131, 132, 135, 136, 137, 138, 139, 150, 151, 152, 158, 159, 180, 186, 187, 188, 189_u64,
        ]);
        prefix * 100_000_000 + self.luck.below(100_000_000) as u64
    }

    fn birth(&mut self, year: u32) -> u32 {
        year * 10_000 + (1 + self.luck.below(12) as u32) * 100 + 1 + self.luck.below(28) as u32
    }

    fn person(
        &mut self,
        surname: &'static str,
        given: Vec<char>,
        male: bool,
        birth: u32,
        home: Home,
        phone: u64,
    ) -> Person {
        self.orders = self.orders.wrapping_add(1 + self.luck.below(3) as u32);
        let order = self.orders % 499 * 2 + u32::from(male);
        let place = if self.luck.chance(0.85) { 421_202 } else { 420_100 + self.luck.below(80) as u32 };
        let employer = self.luck.chance(0.4).then(|| self.luck.below(2000) as u32);
        Person {
            surname,
            given,
            male,
            birth,
            id: numbered(place, birth, order),
            phone,
            home,
            moved: None,
            employer,
        }
    }

    fn household(&mut self, people: &mut Vec<Person>) {
        let begin = people.len();
        let home = self.home();
        let year = 1945 + self.luck.below(55) as u32;
        let (his, hers) = (self.surname(), self.surname());
        let (phone, other) = (self.phone(), self.phone());
        let single = self.luck.chance(0.2);
        let man = !single || self.luck.chance(0.5);
        let given = self.given(man, None);
        let birth = self.birth(year);
        people.push(self.person(his, given, man, birth, home, phone));
        if !single {
            let given = self.given(false, None);
            let younger = year + self.luck.below(5) as u32;
            let birth = self.birth(younger);
            let own = if self.luck.chance(0.3) { phone } else { other };
            people.push(self.person(hers, given, false, birth, home, own));
            self.children(his, year, home, phone, people);
            if self.luck.chance(0.12) {
                let given = self.given(true, None);
                let birth = self.birth(year - 25);
                people.push(self.person(his, given, true, birth, home, phone));
            }
        }
        // A part of the household moves, mostly all of it.
        if self.luck.chance(0.06) {
            let new = self.home();
            for person in &mut people[begin..] {
                if self.luck.chance(0.8) {
                    person.moved = Some(new);
                }
            }
        }
    }

    fn children(
        &mut self,
        surname: &'static str,
        year: u32,
        home: Home,
        phone: u64,
        people: &mut Vec<Person>,
    ) {
        let count = self.luck.below(4);
        let generation = self.luck.chance(0.4).then(|| *self.luck.common(&self.men.clone()));
        let mut born = year + 22;
        for _ in 0..count {
            born += 1 + self.luck.below(4) as u32;
            if born > 2022 {
                break;
            }
            let birth = self.birth(born);
            let twins = if self.luck.chance(0.012) { 2 } else { 1 };
            for _ in 0..twins {
                let male = self.luck.chance(0.52);
                let given = self.given(male, generation);
                let own = if self.luck.chance(0.6) { phone } else { self.phone() };
                people.push(self.person(surname, given, male, birth, home, own));
            }
        }
    }
}

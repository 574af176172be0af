//! Compares two people: a level for each field, and how rare what they agree on is.

use crate::fields::address::Address;
use crate::fields::birth::{self, Birth, BirthLevel};
use crate::fields::name::{Name, NameLevel};
use crate::fields::phone;
use crate::fields::plain::{self, Text};
use crate::fields::resident_id::{IdLevel, ResidentId};
use crate::people::{Field, Hashed, Kind, People, Values};
use crate::threads::shared_out;

/// Levels of a field fit in four bits; 0 is "not told by both".
pub(crate) const LEVELS: usize = 16;

/// How the chance of reaching a level by accident is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chance {
    /// The share of people who have what the pair agrees on.
    Share,
    /// That share times a factor found by drawing pairs at random.
    Scaled,
    /// Found by drawing pairs at random.
    Drawn,
}

impl Chance {
    /// Whether the chance depends on what the two agree on.
    pub(crate) fn depends(self) -> bool {
        self != Chance::Drawn
    }
}

/// What a field's levels are called and how their chance is known, from level 1.
pub(crate) fn levels(kind: Kind) -> &'static [(&'static str, Chance)] {
    use Chance::{Drawn, Scaled, Share};
    match kind {
        Kind::Name => &[
            ("same", Share),
            ("same sound or order", Share),
            ("near sound or shape", Scaled),
            ("a part left out", Scaled),
            ("one given character", Scaled),
            ("surname only", Scaled),
            ("given name only", Drawn),
            ("differs", Drawn),
        ],
        Kind::ResidentId => &[
            ("same", Share),
            ("one slip", Drawn),
            ("same place and birth", Drawn),
            ("differs", Drawn),
            ("several slips", Drawn),
        ],
        Kind::Birth => &[
            ("same", Share),
            ("one slip or swapped", Drawn),
            ("same as far as told", Share),
            ("near", Drawn),
            ("same year", Drawn),
            ("differs", Drawn),
        ],
        Kind::Sex => &[("same", Drawn), ("differs", Drawn)],
        Kind::Phone => &[("same", Share), ("one slip", Drawn), ("differs", Drawn)],
        Kind::Address => &[
            ("same door", Share),
            ("same door as far as told", Share),
            ("same village, estate or road", Share),
            ("another door there", Share),
            ("within the other", Share),
            ("another place in the town", Share),
            ("another town", Drawn),
            ("differs", Drawn),
        ],
        Kind::Employer | Kind::Text | Kind::SharedText => &[
            ("same", Share),
            ("one slip", Drawn),
            ("abbreviated or alike", Drawn),
            ("somewhat alike", Drawn),
            ("differs", Drawn),
        ],
    }
}

/// How a pair's field compares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Compared {
    /// The level; 0 when one of them does not tell.
    pub(crate) level: usize,
    /// The logarithm to base 2 of the share of people who have what the pair agrees on; 0 when that is not
    /// counted.
    pub(crate) rarity: f32,
}

/// How a pair compares in all fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Comparison {
    /// Four bits for each field, the first field lowest.
    pub(crate) pattern: u64,
    /// The sum of all fields' rarities.
    pub(crate) rarity: f32,
}

/// How often what a field's values have is found among everybody.
struct Counts {
    /// The log share of each value, by its number.
    same: Vec<f32>,
    /// For names: the log share of the sound and of the surname, by number.
    parts: Vec<[f32; 2]>,
    /// Of other keys; of an address's only those that several have.
    keys: Hashed<f32>,
    /// Of what only one has.
    once: f32,
}

/// Compares people.
pub(crate) struct Comparer<'a> {
    people: &'a People,
    counts: Vec<Counts>,
    id: Option<usize>,
    derived: [Option<usize>; 2],
}

impl<'a> Comparer<'a> {
    /// Counts what is needed to compare.
    pub(crate) fn new(people: &'a People, threads: usize) -> Comparer<'a> {
        let width = people.columns().len();
        let counts = shared_out(width, threads, |range| {
            range.map(|column| Counts::new(people, column)).collect::<Vec<_>>()
        });
        Comparer {
            people,
            counts: counts.into_iter().flatten().collect(),
            id: people.column_of(Kind::ResidentId),
            derived: [people.column_of(Kind::Birth), people.column_of(Kind::Sex)],
        }
    }

    /// How many fields there are.
    pub(crate) fn width(&self) -> usize {
        self.counts.len()
    }

    /// The kind of a field.
    pub(crate) fn kind(&self, column: usize) -> Kind {
        self.people.fields[column].kind
    }

    /// Compares one field of many pairs: done field by field, so that the processor fetches what many pairs need
    /// at the same time.
    fn column(&self, column: usize, pairs: &[u64], compared: &mut Vec<Compared>) {
        let counts = &self.counts[column];
        let field = &self.people.fields[column];
        let told = pairs.iter().map(|pair| {
            let number = |person: u64| self.people.row(person as usize)[column] as usize;
            (number(pair >> 32), number(pair & 0xFFFF_FFFF))
        });
        // Both tell: places in the table of values.
        let each = |(a, b): (usize, usize), compare: &dyn Fn(usize, usize) -> Compared| match (a, b) {
            (0, _) | (_, 0) => NOT_TOLD,
            _ => compare(a - 1, b - 1),
        };
        compared.clear();
        match &field.values {
            Values::Names(all) => {
                compared.extend(told.map(|pair| each(pair, &|a, b| compare_names(counts, all, a, b))))
            }
            Values::Ids(all) => {
                compared.extend(told.map(|pair| each(pair, &|a, b| compare_ids(counts, all, a, b))))
            }
            Values::Numbers(all) => {
                compared.extend(
                    told.map(|pair| each(pair, &|a, b| compare_numbers(counts, field.kind, all, a, b))),
                );
            }
            Values::Addresses(all) => {
                compared.extend(told.map(|pair| each(pair, &|a, b| compare_addresses(counts, all, a, b))));
            }
            Values::Texts(all) => {
                compared.extend(told.map(|pair| each(pair, &|a, b| compare_texts(counts, all, a, b))))
            }
        }
    }

    /// The level of one field of two people by itself.
    pub(crate) fn alone(&self, column: usize, pairs: &[u64]) -> Vec<Compared> {
        let mut compared = Vec::with_capacity(pairs.len());
        self.column(column, pairs, &mut compared);
        compared
    }

    /// Compares pairs in all fields, each giving a row of the result. What the resident number says is not
    /// counted twice: where both have one, birth and sex speak only when they contradict a number that agrees.
    pub(crate) fn fields(&self, pairs: &[u64]) -> Vec<Vec<Compared>> {
        let mut columns: Vec<Vec<Compared>> =
            (0..self.width()).map(|column| self.alone(column, pairs)).collect();
        let Some(id) = self.id else { return columns };
        let ids = columns[id].clone();
        for column in self.derived.into_iter().flatten() {
            let differs = levels(self.kind(column)).len();
            for (compared, id) in columns[column].iter_mut().zip(&ids) {
                let agrees = id.level == IdLevel::Same as usize || id.level == IdLevel::Slip as usize;
                if id.level != 0 && !(agrees && compared.level == differs) {
                    *compared = NOT_TOLD;
                }
            }
        }
        columns
    }

    /// The pairs' patterns.
    pub(crate) fn pairs(&self, pairs: &[u64]) -> Vec<Comparison> {
        let mut comparisons = vec![Comparison { pattern: 0, rarity: 0.0 }; pairs.len()];
        self.compare(pairs, &mut comparisons);
        comparisons
    }

    /// Puts the pairs' patterns into a place of the same length.
    pub(crate) fn compare(&self, pairs: &[u64], comparisons: &mut [Comparison]) {
        const AT_ONCE: usize = 512;
        for (pairs, comparisons) in pairs.chunks(AT_ONCE).zip(comparisons.chunks_mut(AT_ONCE)) {
            let columns = self.fields(pairs);
            for (at, comparison) in comparisons.iter_mut().enumerate() {
                let (mut pattern, mut rarity) = (0, 0.0);
                for (column, compared) in columns.iter().enumerate() {
                    pattern |= (compared[at].level as u64) << (4 * column);
                    rarity += compared[at].rarity;
                }
                *comparison = Comparison { pattern, rarity };
            }
        }
    }

    /// The mean share of people with a person's surname: the chance of sharing it.
    pub(crate) fn mean_share(&self, column: usize) -> f64 {
        let counts = &self.counts[column];
        let mut sum = 0.0;
        let mut told = 0_u32;
        for person in 0..self.people.len() {
            let number = self.people.row(person)[column] as usize;
            if let Some(parts) = number.checked_sub(1).and_then(|at| counts.parts.get(at)) {
                sum += f64::from(parts[1]).exp2();
                told += 1;
            }
        }
        if told == 0 { 1.0 } else { sum / f64::from(told) }
    }
}

const NOT_TOLD: Compared = Compared { level: 0, rarity: 0.0 };

fn compare_names(counts: &Counts, all: &[Name], a: usize, b: usize) -> Compared {
    if a == b {
        return Compared { level: NameLevel::Same as usize, rarity: counts.same[a] };
    }
    let level = all[a].compare(&all[b]);
    let rarity = match level {
        NameLevel::Same => counts.same[a],
        NameLevel::SameSound => counts.parts[a][0],
        NameLevel::Near | NameLevel::Shorter | NameLevel::OneGiven | NameLevel::Surname => {
            counts.parts[a][1].min(counts.parts[b][1])
        }
        NameLevel::Given | NameLevel::Differs => 0.0,
    };
    Compared { level: level as usize, rarity }
}

fn compare_ids(counts: &Counts, all: &[ResidentId], a: usize, b: usize) -> Compared {
    let level = if a == b { IdLevel::Same } else { all[a].compare(all[b]) };
    let rarity = if level == IdLevel::Same { counts.same[a] } else { 0.0 };
    Compared { level: level as usize, rarity }
}

fn compare_addresses(counts: &Counts, all: &[Address], a: usize, b: usize) -> Compared {
    let agreed = all[a].compare(&all[b]);
    let rarity = match agreed.common {
        0 => 0.0,
        key => counts.keys.get(&key).copied().unwrap_or(counts.once),
    };
    Compared { level: agreed.level as usize, rarity }
}

fn compare_texts(counts: &Counts, all: &[Text], a: usize, b: usize) -> Compared {
    match a == b {
        true => Compared { level: 1, rarity: counts.same[a] },
        false => Compared { level: plain::compare(&all[a], &all[b]) as usize, rarity: 0.0 },
    }
}

fn compare_numbers(counts: &Counts, kind: Kind, all: &[u64], a: usize, b: usize) -> Compared {
    let (x, y) = (all[a], all[b]);
    match kind {
        Kind::Birth => {
            let level = birth::compare(x as Birth, y as Birth);
            let rarity = match level {
                BirthLevel::Same => counts.same[a],
                BirthLevel::SameSoFar => {
                    let known = if month_told(x) && month_told(y) { 100 } else { 10_000 };
                    counts.keys.get(&(x / known)).copied().unwrap_or(0.0)
                }
                _ => 0.0,
            };
            Compared { level: level as usize, rarity }
        }
        Kind::Phone => {
            let level = phone::compare(x, y);
            let same = level == phone::PhoneLevel::Same;
            Compared { level: level as usize, rarity: if same { counts.same[a] } else { 0.0 } }
        }
        _ => Compared { level: 1 + usize::from(x != y), rarity: 0.0 },
    }
}

fn month_told(date: u64) -> bool {
    !(date / 100).is_multiple_of(100)
}

impl Counts {
    fn new(people: &People, column: usize) -> Counts {
        let field: &Field = &people.fields[column];
        let mut times = vec![0_u32; field.values.len() + 1];
        for person in 0..people.len() {
            times[people.row(person)[column] as usize] += 1;
        }
        let told: u32 = times[1..].iter().sum();
        let share = |count: u32| (f64::from(count.max(1)) / f64::from(told.max(1))).log2() as f32;
        let mut counts = Counts {
            same: times[1..].iter().map(|count| share(*count)).collect(),
            parts: Vec::new(),
            keys: Hashed::default(),
            once: share(1),
        };
        match &field.values {
            Values::Ids(all) => {
                let seldom = share(SELDOM);
                for (share, id) in counts.same.iter_mut().zip(all) {
                    if id.is_valid() && *share <= seldom {
                        *share = (*share - GIVEN_ONCE).min(BY_MISTAKE);
                    }
                }
            }
            Values::Names(all) => {
                let sounds = summed(all.iter().map(Name::sound_key), &times[1..]);
                let surnames = summed(all.iter().map(Name::surname_hash), &times[1..]);
                let part =
                    |name: &Name| [share(sounds[&name.sound_key()]), share(surnames[&name.surname_hash()])];
                counts.parts = all.iter().map(part).collect();
            }
            Values::Addresses(all) => {
                let keys = summed_all(all, &times[1..]);
                let several = keys.into_iter().filter(|(_, count)| *count > 1);
                counts.keys = several.map(|(key, count)| (key, share(count))).collect();
            }
            Values::Numbers(all) if field.kind == Kind::Birth => {
                for unit in [100, 10_000] {
                    let dates = all.iter().map(|date| date / unit);
                    counts.keys.extend(
                        summed(dates, &times[1..]).into_iter().map(|(key, count)| (key, share(count))),
                    );
                }
            }
            _ => {}
        }
        counts
    }
}

/// A right resident number is given to one person only: two people show the same one by a mistake in copying, which
/// happens to one row in some dozens, not by chance, so it says more than that few have it; to base 2.
const GIVEN_ONCE: f32 = 6.0;
/// And however short the list is, that two of its people show one number by mistake is no likelier than so; to base 2.
const BY_MISTAKE: f32 = -20.0;
/// Numbers that stand there more often than this were put in where the true one was not known.
const SELDOM: u32 = 4;

fn summed(keys: impl Iterator<Item = u64>, times: &[u32]) -> Hashed<u32> {
    let mut sums = Hashed::default();
    for (key, count) in keys.zip(times) {
        *sums.entry(key).or_insert(0) += count;
    }
    sums
}

fn summed_all(all: &[Address], times: &[u32]) -> Hashed<u32> {
    let mut sums = Hashed::default();
    for (address, count) in all.iter().zip(times) {
        for key in address.keys() {
            *sums.entry(key).or_insert(0) += count;
        }
    }
    sums
}

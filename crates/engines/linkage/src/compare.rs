//! Compares two people: a level for each field, and how rare what they agree on is.

use crate::fields::address::Address;
use crate::fields::birth::{self, Birth, BirthLevel};
use crate::fields::name::{Name, NameLevel};
use crate::fields::resident_id::IdLevel;
use crate::fields::{phone, plain};
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
    /// Of other keys.
    keys: Hashed<f32>,
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

    /// Compares one field of two people by itself.
    fn field(&self, column: usize, a: u32, b: u32) -> Compared {
        if a == 0 || b == 0 {
            return Compared { level: 0, rarity: 0.0 };
        }
        let counts = &self.counts[column];
        let field = &self.people.fields[column];
        let (a, b) = (a as usize - 1, b as usize - 1);
        let plain = |level: usize| Compared { level, rarity: 0.0 };
        let same = |level: usize| Compared { level, rarity: counts.same[a] };
        match &field.values {
            Values::Names(all) => compare_names(counts, all, a, b),
            Values::Ids(_) if a == b => same(IdLevel::Same as usize),
            Values::Ids(all) => match all[a].compare(all[b]) {
                IdLevel::Same => same(IdLevel::Same as usize),
                other => plain(other as usize),
            },
            Values::Numbers(all) => compare_numbers(counts, field.kind, all, a, b),
            Values::Addresses(all) => {
                let agreed = all[a].compare(&all[b]);
                let rarity = counts.keys.get(&agreed.common).copied().unwrap_or(0.0);
                Compared { level: agreed.level as usize, rarity }
            }
            Values::Texts(_) if a == b => same(1),
            Values::Texts(all) => plain(plain::compare(&all[a], &all[b]) as usize),
        }
    }

    /// The level of one field of two people by itself.
    pub(crate) fn alone(&self, column: usize, a: usize, b: usize) -> usize {
        self.field(column, self.people.row(a)[column], self.people.row(b)[column]).level
    }

    /// Compares all fields. What the resident number says is not counted twice: where both have one, birth and
    /// sex speak only when they contradict a number that agrees.
    pub(crate) fn fields(&self, a: usize, b: usize) -> [Compared; crate::people::MOST_COLUMNS] {
        let (a, b) = (self.people.row(a), self.people.row(b));
        let mut fields = [Compared { level: 0, rarity: 0.0 }; crate::people::MOST_COLUMNS];
        let id_level = self.id.map_or(0, |column| {
            fields[column] = self.field(column, a[column], b[column]);
            fields[column].level
        });
        for (column, compared) in fields.iter_mut().enumerate().take(a.len()) {
            if Some(column) == self.id {
                continue;
            }
            *compared = self.field(column, a[column], b[column]);
            let derived = self.derived.contains(&Some(column)) && id_level != 0;
            if derived && !self.contradicts(column, compared.level, id_level) {
                *compared = Compared { level: 0, rarity: 0.0 };
            }
        }
        fields
    }

    fn contradicts(&self, column: usize, level: usize, id_level: usize) -> bool {
        let agrees = id_level == IdLevel::Same as usize || id_level == IdLevel::Slip as usize;
        agrees && level == levels(self.kind(column)).len()
    }

    /// The pair's pattern.
    pub(crate) fn pair(&self, a: usize, b: usize) -> Comparison {
        let fields = self.fields(a, b);
        let mut pattern = 0;
        let mut rarity = 0.0;
        for (column, compared) in fields.iter().enumerate().take(self.width()) {
            pattern |= (compared.level as u64) << (4 * column);
            rarity += compared.rarity;
        }
        Comparison { pattern, rarity }
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
    date / 100 % 100 != 0
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
        };
        match &field.values {
            Values::Names(all) => {
                let sounds = summed(all.iter().map(Name::sound_key), &times[1..]);
                let surnames = summed(all.iter().map(Name::surname_hash), &times[1..]);
                let part =
                    |name: &Name| [share(sounds[&name.sound_key()]), share(surnames[&name.surname_hash()])];
                counts.parts = all.iter().map(part).collect();
            }
            Values::Addresses(all) => {
                let keys = summed_all(all, &times[1..]);
                counts.keys = keys.into_iter().map(|(key, count)| (key, share(count))).collect();
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

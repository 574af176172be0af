//! What the people one lives with say: where the husband was found at a new address, the wife of the same name
//! there is she; where all of a family were found elsewhere, a namesake alone is probably somebody else.
//!
//! What is known of a pair after everybody was looked at alone is carried over to those who live with them. The
//! chances come from the pairs that are sure already.

use crate::assign::{Candidate, Overlap};
use crate::compare::Comparer;
use crate::model::Model;
use crate::people::{Kind, People, Side, Values};
use crate::sorting::sort_by_bits;
use crate::text::joined;

/// From which probability on a pair speaks for those who live with it.
const SURE: f64 = 0.85;
/// Whoever shares a door with more people lives in no household.
const LARGEST: usize = 12;
const NOBODY: u32 = u32::MAX;

/// Who lives together by one sign: the door, or the telephone.
struct Homes {
    /// Everybody's home, counted from 1; 0 for none.
    home: Vec<u32>,
    members: Vec<u32>,
    ends: Vec<u32>,
}

impl Homes {
    /// By a key of each person; 0 for none.
    fn new(people: &People, key: impl Fn(usize) -> u64) -> Homes {
        let first = people.count(Side::A);
        let list = |person: usize| u64::from(person >= first);
        let mut keyed: Vec<u64> = (0..people.len())
            .filter_map(|person| match key(person) {
                0 => None,
                key => Some(joined(key, list(person)) & !0xFFFF_FFFF | person as u64),
            })
            .collect();
        sort_by_bits(&mut keyed, 32, 64);
        let mut homes = Homes { home: vec![0; people.len()], members: Vec::new(), ends: vec![0] };
        for block in keyed.chunk_by(|x, y| x >> 32 == y >> 32) {
            if (2..=LARGEST).contains(&block.len()) {
                let number = homes.ends.len() as u32;
                for member in block {
                    homes.home[*member as u32 as usize] = number;
                    homes.members.push(*member as u32);
                }
                homes.ends.push(homes.members.len() as u32);
            }
        }
        homes
    }

    fn members(&self, person: u32) -> &[u32] {
        match self.home[person as usize] as usize {
            0 => &[],
            number => &self.members[self.ends[number - 1] as usize..self.ends[number] as usize],
        }
    }

    fn share(&self, x: u32, y: u32) -> bool {
        let home = self.home[x as usize];
        home != 0 && home == self.home[y as usize]
    }
}

/// What the others say about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Nobody is known who could say something.
    Nothing,
    For,
    Against,
}

/// The households of both lists, and who of them was found.
pub(crate) struct Households {
    signs: Vec<Homes>,
    mates: Vec<u32>,
}

impl Households {
    /// From what is told and from the candidates that are sure; `None` where nobody is known to live together.
    pub(crate) fn new(people: &People, candidates: &[Candidate]) -> Option<Households> {
        let mut signs = Vec::new();
        for (column, field) in people.fields.iter().enumerate() {
            let value = |person: usize| people.row(person)[column] as usize;
            match &field.values {
                Values::Addresses(all) => signs.push(Homes::new(people, |person| {
                    value(person).checked_sub(1).map_or(0, |at| all[at].home_key())
                })),
                Values::Numbers(_) if field.kind == Kind::Phone => {
                    signs.push(Homes::new(people, |person| value(person) as u64));
                }
                _ => {}
            }
        }
        let mut mates = vec![NOBODY; people.len()];
        for candidate in candidates.iter().filter(|candidate| candidate.probability >= SURE) {
            mates[candidate.a as usize] = candidate.b;
            mates[candidate.b as usize] = candidate.a;
        }
        signs.iter().any(|homes| !homes.members.is_empty()).then_some(Households { signs, mates })
    }

    fn others(&self, person: u32) -> impl Iterator<Item = u32> {
        self.signs
            .iter()
            .flat_map(move |homes| homes.members(person))
            .copied()
            .filter(move |other| *other != person)
    }

    fn live_together(&self, x: u32, y: u32) -> bool {
        self.signs.iter().any(|homes| homes.share(x, y))
    }

    fn found(&self, person: u32) -> Option<u32> {
        Some(self.mates[person as usize]).filter(|mate| *mate != NOBODY)
    }

    fn said(&self, a: u32, b: u32) -> Said {
        let mut told = false;
        for mate in self.others(a).filter_map(|other| self.found(other)) {
            told = true;
            if mate != b && self.live_together(mate, b) {
                return Said::For;
            }
        }
        let told = told && self.others(b).any(|other| self.found(other).is_some());
        if told { Said::Against } else { Said::Nothing }
    }

    /// Pairs of those not found yet who live with people who were found in each other.
    fn suggested(&self, first: u32) -> Vec<u64> {
        let mut pairs = Vec::new();
        for a in 0..first {
            let Some(b) = self.found(a) else { continue };
            for x in self.others(a).filter(|x| self.found(*x).is_none()) {
                for y in self.others(b).filter(|y| self.found(*y).is_none()) {
                    pairs.push(u64::from(x) << 32 | u64::from(y));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// What is said counted among the sure pairs: the share of the same person's pairs that others speak for, and
    /// how many pairs of different people there are for each of one among those spoken for.
    /// Some ten thousands of people tell it as well as all.
    fn chances(&self, first: u32) -> Chances {
        const ASKED: u32 = 50_000;
        let (mut spoken, mut against, mut different): (f64, f64, f64) = (1.0, 1.0, 1.0);
        for a in (0..first).step_by((first / ASKED).max(1) as usize) {
            let Some(b) = self.found(a) else { continue };
            match self.said(a, b) {
                Said::For => spoken += 1.0,
                Said::Against => against += 1.0,
                Said::Nothing => {}
            }
            let others = self.others(b).filter(|y| self.found(*y).is_some()).count();
            different += others as f64;
        }
        Chances { spoken: (spoken / (spoken + against)).clamp(0.05, 0.95), different: different / spoken }
    }

    /// Lets the others' word count: candidates change, and new ones come in.
    pub(crate) fn speak(
        &self,
        candidates: &mut Vec<Candidate>,
        model: &Model,
        comparer: &Comparer<'_>,
        overlap: Overlap,
        people: &People,
    ) {
        let first = people.count(Side::A) as u32;
        let chances = self.chances(first);
        let even = overlap.even();
        let silence = (1.0 - chances.spoken).log2();
        let mut spoken_for = Vec::new();
        for candidate in candidates.iter_mut().filter(|candidate| candidate.probability < SURE) {
            match self.said(candidate.a, candidate.b) {
                Said::For => spoken_for.push(u64::from(candidate.a) << 32 | u64::from(candidate.b)),
                Said::Against => candidate.log_ratio += silence,
                Said::Nothing => {}
            }
        }
        spoken_for.sort_unstable();
        candidates.retain(|candidate| {
            let pair = u64::from(candidate.a) << 32 | u64::from(candidate.b);
            spoken_for.binary_search(&pair).is_err()
        });
        spoken_for.extend(self.suggested(first));
        spoken_for.sort_unstable();
        spoken_for.dedup();
        let columns = comparer.fields(&spoken_for);
        for (at, pair) in spoken_for.iter().enumerate() {
            let levels = columns.iter().map(|column| column[at]);
            let apart = model.log_ratio_apart(levels, chances.different);
            let candidate = Candidate {
                a: (pair >> 32) as u32,
                b: *pair as u32,
                log_ratio: apart + even,
                probability: 0.0,
            };
            if apart > -7.0 {
                candidates.push(candidate);
            }
        }
    }
}

/// What living with people who were found tells.
#[derive(Debug, Clone, Copy)]
struct Chances {
    spoken: f64,
    different: f64,
}

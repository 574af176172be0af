//! Prices that prove how good a plan can be at best.
//!
//! Give every small unit a price, and every place at a host one. If no group's prices add up to more than
//! *group + metre × its metres*, no unit's price is above *metre × the metres to a host + the price of a place there*,
//! and none is above *out*, then for every plan
//!
//! > out × units left out + group × new joint branches + metre × metres ≥ Σ prices − Σ places × their price
//!
//! because in a plan everyone stands in one group, at one host, or out. That is the dual of the linear programme over
//! all groups; it is looked for by subgradients of the Lagrangean relaxation that lets a unit stand in several groups.

use crate::draft::Worth;
use crate::ground::{Ground, Reason};

/// What the figures of a plan weigh; whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Weights {
    /// For each unit left out.
    pub out: i64,
    /// For each new joint branch.
    pub group: i64,
    /// For each metre.
    pub metre: i64,
}

impl Weights {
    /// What a plan weighs.
    pub(crate) fn of(&self, worth: Worth) -> i128 {
        i128::from(self.out) * i128::from(worth.left_out)
            + i128::from(self.group) * i128::from(worth.organisations)
            + i128::from(self.metre) * i128::from(worth.metres)
    }
}

/// Prices for a part, and what follows from them.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    pub(crate) weights: Weights,
    /// By unit of the part.
    pub(crate) units: Vec<i64>,
    /// By host of the part.
    pub(crate) hosts: Vec<i64>,
    /// No plan weighs less.
    pub(crate) bound: i128,
}

/// The best value among a seat's groups, and who is in that group.
pub(crate) struct Best {
    pub(crate) value: i64,
    pub(crate) units: Vec<u32>,
}

/// Finds, for a seat, the group whose prices exceed its weight by most.
pub(crate) struct Pricer<'a> {
    ground: &'a Ground,
    /// How many classes of members there are: 1 to `least − 1`.
    classes: usize,
    /// Others in a group at most.
    others: usize,
    /// Members are counted up to here.
    cap: usize,
    /// Whether more members than that are too many rather than enough.
    strict: bool,
    /// By reason and class: the best others, the best first.
    tops: Vec<Vec<(i64, u32)>>,
    hopes: Vec<i64>,
    /// By others and members so far: the value and how many of the last class.
    table: Vec<Option<i64>>,
    taken: Vec<u8>,
}

impl<'a> Pricer<'a> {
    pub(crate) fn new(ground: &'a Ground) -> Self {
        let classes = (ground.limits.least.max(1) - 1) as usize;
        let others = ground.limits.units.max(1) - 1;
        let strict = (others + 1) * classes > ground.limits.most as usize;
        let cap = if strict { ground.limits.most } else { ground.limits.least } as usize;
        let cells = (others + 1) * (cap + 1);
        Pricer {
            ground,
            classes,
            others,
            cap,
            strict,
            tops: vec![Vec::new(); 3 * classes],
            hopes: Vec::new(),
            table: vec![None; cells * (classes + 1)],
            taken: vec![0; cells * (classes + 1)],
        }
    }

    /// The best group with this seat; `None` when there is none that is worth more than it weighs. `price` is by unit of the ground.
    pub(crate) fn best(&mut self, weights: &Weights, price: &[i64], seat: u32) -> Option<Best> {
        self.tops.iter_mut().for_each(Vec::clear);
        for link in self.ground.near.of(seat) {
            let value = price[link.to as usize] - weights.metre * i64::from(link.metres());
            let class = self.ground.spots[link.to as usize].members as usize - 1;
            for reason in 0..3 {
                if link.reasons() >> reason & 1 == 1 {
                    let top = &mut self.tops[reason * self.classes + class];
                    if top.len() < self.others || top.last().is_some_and(|last| value > last.0) {
                        let at = top.partition_point(|other| other.0 >= value);
                        top.insert(at, (value, link.to));
                        top.truncate(self.others);
                    }
                }
            }
        }
        let mut best: Option<Best> = None;
        let own = price[seat as usize] - weights.group;
        for reason in Reason::ALL {
            if own + self.hope(reason as usize) <= 0 {
                continue;
            }
            if let Some((value, units)) =
                self.fill(reason as usize, seat, best.as_ref().map(|best| best.value))
            {
                best = Some(Best { value, units });
            }
        }
        best.map(|mut best| {
            best.value += own;
            best.units.push(seat);
            best
        })
        .filter(|best| best.value > 0)
    }

    /// What the best others for one reason are worth at most, whatever members they have.
    fn hope(&mut self, reason: usize) -> i64 {
        let classes = &self.tops[reason * self.classes..(reason + 1) * self.classes];
        self.hopes.clear();
        self.hopes.extend(classes.iter().flatten().map(|(value, _)| (*value).max(0)));
        self.hopes.sort_unstable_by(|a, b| b.cmp(a));
        self.hopes.iter().take(self.others).sum()
    }

    /// The best others for one reason, if they are better than `beat`: class by class, so many of each.
    fn fill(&mut self, reason: usize, seat: u32, beat: Option<i64>) -> Option<(i64, Vec<u32>)> {
        let (others, cap) = (self.others, self.cap);
        let cells = (others + 1) * (cap + 1);
        self.table.fill(None);
        let own = self.ground.spots[seat as usize].members as usize;
        if self.strict && own > cap {
            return None;
        }
        self.table[own.min(cap)] = Some(0);
        for class in 0..self.classes {
            let top = &self.tops[reason * self.classes + class];
            for count in 0..=others {
                for members in 0..=cap {
                    let Some(before) = self.table[class * cells + count * (cap + 1) + members] else {
                        continue;
                    };
                    let mut value = before;
                    for more in 0..=(others - count).min(top.len()) {
                        if more > 0 {
                            value += top[more - 1].0;
                        }
                        let sum = members + more * (class + 1);
                        if self.strict && sum > cap {
                            break;
                        }
                        let cell = (class + 1) * cells + (count + more) * (cap + 1) + sum.min(cap);
                        if self.table[cell].is_none_or(|there| value > there) {
                            self.table[cell] = Some(value);
                            self.taken[cell] = more as u8;
                        }
                    }
                }
            }
        }
        self.read(reason, beat)
    }

    /// Reads the best of the table back into units.
    fn read(&self, reason: usize, beat: Option<i64>) -> Option<(i64, Vec<u32>)> {
        let (others, cap, classes) = (self.others, self.cap, self.classes);
        let cells = (others + 1) * (cap + 1);
        let least = self.ground.limits.least as usize;
        let mut best: Option<(i64, usize, usize)> = None;
        for count in 1..=others {
            for members in least..=cap {
                if let Some(value) = self.table[classes * cells + count * (cap + 1) + members]
                    && beat.is_none_or(|beat| value > beat)
                    && best.is_none_or(|best| value > best.0)
                {
                    best = Some((value, count, members));
                }
            }
        }
        let (value, count, members) = best?;
        let mut units = Vec::with_capacity(count + 1);
        let (mut count, mut members) = (count, members);
        for class in (0..classes).rev() {
            let more = usize::from(self.taken[(class + 1) * cells + count * (cap + 1) + members]);
            units.extend(self.tops[reason * classes + class][..more].iter().map(|(_, unit)| *unit));
            count -= more;
            // Where members are counted up to a cap, the cell before is the one that led here.
            members = self.before(class, count, members, more)?;
        }
        Some((value, units))
    }

    /// The members counted before `more` of a class came to `members`.
    fn before(&self, class: usize, count: usize, members: usize, more: usize) -> Option<usize> {
        let cells = (self.others + 1) * (self.cap + 1);
        let there = |members: usize| self.table[class * cells + count * (self.cap + 1) + members];
        let sum = more * (class + 1);
        let fits = |before: &usize| (before + sum).min(self.cap) == members && there(*before).is_some();
        // Of several, the one with the highest value was taken.
        (0..=members).filter(fits).max_by_key(|before| (there(*before), std::cmp::Reverse(*before)))
    }
}

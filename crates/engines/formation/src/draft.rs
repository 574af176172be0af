//! A plan for the small units while it is made.

use std::ops::{Add, AddAssign, Sub};

use crate::ground::{Ground, Part, Reason};

/// How good a plan is, the first figure first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Worth {
    /// Units with members that no organisation covers.
    pub left_out: i64,
    /// Joint branches that are new.
    pub organisations: i64,
    /// The sum of the metres from units to the seats of their organisations.
    pub metres: i64,
}

impl Add for Worth {
    type Output = Worth;

    fn add(self, other: Worth) -> Worth {
        Worth {
            left_out: self.left_out + other.left_out,
            organisations: self.organisations + other.organisations,
            metres: self.metres + other.metres,
        }
    }
}

impl AddAssign for Worth {
    fn add_assign(&mut self, other: Worth) {
        *self = *self + other;
    }
}

impl Sub for Worth {
    type Output = Worth;

    fn sub(self, other: Worth) -> Worth {
        Worth {
            left_out: self.left_out - other.left_out,
            organisations: self.organisations - other.organisations,
            metres: self.metres - other.metres,
        }
    }
}

impl std::iter::Sum for Worth {
    fn sum<I: Iterator<Item = Worth>>(all: I) -> Worth {
        all.fold(Worth::default(), Add::add)
    }
}

/// Units of one joint branch around the one that leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Star {
    /// Which of the units leads, by its place among them.
    pub(crate) seat: usize,
    pub(crate) reason: Reason,
    pub(crate) metres: u32,
}

/// Where a small unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Out,
    Group(u32),
    Host(u32),
}

/// Groups that are empty are gone.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// By unit.
    pub(crate) at: Vec<At>,
    pub(crate) groups: Vec<Vec<u32>>,
    /// By host.
    pub(crate) hosts: Vec<Vec<u32>>,
}

impl Ground {
    /// The shortest star that makes these units a joint branch, if any does.
    pub(crate) fn star(&self, units: &[u32]) -> Option<Star> {
        let members: u32 = units.iter().map(|unit| self.spots[*unit as usize].members).sum();
        if units.len() < 2
            || units.len() > self.limits.units
            || members < self.limits.least
            || members > self.limits.most
        {
            return None;
        }
        let mut best: Option<Star> = None;
        for (seat, lead) in units.iter().enumerate() {
            let (mut reasons, mut metres) = (7, 0);
            for unit in units.iter().filter(|unit| *unit != lead) {
                let (holds, far) = self.limits.link(&self.spots[*lead as usize], &self.spots[*unit as usize]);
                reasons &= holds;
                metres += far;
            }
            let reason = Reason::ALL.into_iter().find(|reason| reasons & reason.bit() != 0);
            if let Some(reason) = reason
                && best.is_none_or(|best| metres < best.metres)
            {
                best = Some(Star { seat, reason, metres });
            }
        }
        best
    }

    /// What it costs that a host takes these units on, if it may.
    pub(crate) fn attached(&self, host: u32, units: &[u32]) -> Option<u32> {
        let to = &self.hosts[host as usize];
        let members: u32 = units.iter().map(|unit| self.spots[*unit as usize].members).sum();
        if units.len() > to.slots as usize || members > to.room {
            return None;
        }
        units.iter().try_fold(0, |sum, unit| {
            let (reasons, metres) = self.limits.door(&self.spots[*unit as usize], &to.spot);
            (reasons != 0).then_some(sum + metres)
        })
    }
}

impl Draft {
    /// Everyone is still left out.
    pub(crate) fn new(ground: &Ground) -> Self {
        Draft {
            at: vec![At::Out; ground.spots.len()],
            groups: Vec::new(),
            hosts: vec![Vec::new(); ground.hosts.len()],
        }
    }

    /// Who is together with `at`.
    pub(crate) fn members(&self, at: At) -> &[u32] {
        match at {
            At::Out => &[],
            At::Group(group) => &self.groups[group as usize],
            At::Host(host) => &self.hosts[host as usize],
        }
    }

    /// Puts units together, whoever was there before; those must be put elsewhere.
    pub(crate) fn set(&mut self, at: At, mut units: Vec<u32>) {
        units.sort_unstable();
        units.iter().for_each(|unit| self.at[*unit as usize] = at);
        match at {
            At::Out => {}
            At::Group(group) => self.groups[group as usize] = units,
            At::Host(host) => self.hosts[host as usize] = units,
        }
    }

    /// A place for a new group.
    pub(crate) fn free(&mut self) -> At {
        let place = self.groups.iter().position(Vec::is_empty).unwrap_or_else(|| {
            self.groups.push(Vec::new());
            self.groups.len() - 1
        });
        At::Group(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// What those at a place cost; `None` when they may not be there together.
    pub(crate) fn cost(ground: &Ground, at: At, units: &[u32]) -> Option<Worth> {
        let (organisations, metres) = match at {
            _ if units.is_empty() => (0, 0),
            At::Out => return Some(Worth { left_out: units.len() as i64, ..Worth::default() }),
            At::Group(_) => (1, ground.star(units)?.metres),
            At::Host(host) => (0, ground.attached(host, units)?),
        };
        Some(Worth { left_out: 0, organisations, metres: i64::from(metres) })
    }

    /// The places where units of a part are, each once, with what they cost.
    pub(crate) fn places(&self, ground: &Ground, part: &Part) -> Vec<(At, Worth)> {
        let mut places = Vec::new();
        for unit in &part.units {
            let at = self.at[*unit as usize];
            let together = self.members(at);
            if at == At::Out {
                places.push((at, Worth { left_out: 1, ..Worth::default() }));
            } else if together.first() == Some(unit) {
                places.push((at, Draft::cost(ground, at, together).unwrap_or_default()));
            }
        }
        places
    }

    /// How good it is for a part.
    pub(crate) fn worth(&self, ground: &Ground, part: &Part) -> Worth {
        self.places(ground, part).into_iter().map(|(_, worth)| worth).sum()
    }
}

//! The lists together, checked, and what follows from the rules alone.

use std::collections::BTreeMap;

use crate::ground::{Ground, Host, Limits, Part, Spot};
use crate::model::{InputError, Organisation, OrganisationKind, Unit, UnitKind, check_input, superior};
use crate::rules::Rules;

/// Most pairs of units that are kept, from both ends: 0.5 GB, and 1.3 GB while they are listed.
pub const MOST_PAIRS: usize = 1 << 26;

/// What the rules alone say about a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It belongs to an organisation, by its place in the list, and stays there.
    Kept(u32),
    /// It has members enough for a branch of its own.
    Own {
        /// The joint branch it leaves for that, by its place in the list.
        leaves: Option<u32>,
    },
    /// It has members, too few for a branch of its own: the search places it.
    Small,
    /// It has no members.
    NoMembers,
}

/// Who takes a unit on or sends it an instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// An organisation there is, by its place in the list.
    Organisation(u32),
    /// The branch a unit forms, by the unit's place in the list.
    Unit(u32),
}

/// Why there is nothing to plan with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// Records that cannot be used.
    #[error("{} records cannot be used, the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Input(Vec<InputError>),
    /// Too many units are close to each other.
    #[error("more than {} pairs of units are close enough for each other: allow fewer metres", MOST_PAIRS / 2)]
    TooMany,
}

/// What is to be planned: checked once, then only read.
#[derive(Debug, Clone)]
pub struct Problem {
    rules: Rules,
    units: Vec<Unit>,
    organisations: Vec<Organisation>,
    standing: Vec<Standing>,
    /// By unit.
    pub(crate) spots: Vec<Spot>,
    /// The small units' places in the list.
    pub(crate) small: Vec<u32>,
    /// Who the hosts are.
    pub(crate) seats: Vec<Seat>,
    pub(crate) ground: Ground,
    pub(crate) parts: Vec<Part>,
}

impl Problem {
    /// Checks the lists and finds every pair that may share an organisation.
    ///
    /// # Errors
    /// Every record that cannot be used, in the order of the lists; or more pairs than [`MOST_PAIRS`].
    pub fn new(
        units: Vec<Unit>,
        organisations: Vec<Organisation>,
        rules: Rules,
    ) -> Result<Self, ProblemError> {
        let wrong = check_input(&units, &organisations, &rules);
        if !wrong.is_empty() {
            return Err(ProblemError::Input(wrong));
        }
        let known: BTreeMap<&str, u32> = organisations.iter().map(|one| one.id.as_str()).zip(0..).collect();
        let standing: Vec<Standing> = units
            .iter()
            .map(|unit| {
                standing(unit, known.get(unit.organisation.as_str()).copied(), &organisations, &rules)
            })
            .collect();
        let mut names = Names::default();
        let spots: Vec<Spot> = units.iter().map(|unit| names.unit(unit, &rules)).collect();
        let small: Vec<u32> = places(&standing, |one| one == Standing::Small);
        let (seats, hosts) = hosts(&units, &organisations, &standing, &spots, &mut names, &rules);
        let small_spots = small.iter().map(|at| spots[*at as usize]).collect();
        let ground = Ground::new(Limits::new(&rules), small_spots, hosts, MOST_PAIRS)
            .map_err(|_| ProblemError::TooMany)?;
        let parts = ground.parts();
        Ok(Problem { rules, units, organisations, standing, spots, small, seats, ground, parts })
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Enterprises and associations, in the order they were given.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The organisations there are, in the order they were given.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// By unit: what the rules alone say.
    pub fn standing(&self) -> &[Standing] {
        &self.standing
    }

    /// Into how many parts the small units fall that have nothing to do with each other.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Where somebody who takes a unit on is.
    pub(crate) fn place_of(&self, seat: Seat) -> (i32, i32) {
        match seat {
            Seat::Organisation(at) => {
                let one = &self.organisations[at as usize];
                (one.x, one.y)
            }
            Seat::Unit(at) => {
                let unit = &self.units[at as usize];
                (unit.x, unit.y)
            }
        }
    }
}

fn standing(unit: &Unit, organisation: Option<u32>, known: &[Organisation], rules: &Rules) -> Standing {
    let enough = unit.members >= rules.own_least.value;
    match organisation {
        Some(at) if enough && known[at as usize].kind == OrganisationKind::JointBranch => {
            Standing::Own { leaves: Some(at) }
        }
        Some(at) => Standing::Kept(at),
        None if enough => Standing::Own { leaves: None },
        None if unit.members > 0 => Standing::Small,
        None => Standing::NoMembers,
    }
}

fn places(standing: &[Standing], wanted: impl Fn(Standing) -> bool) -> Vec<u32> {
    (0..).zip(standing).filter(|(_, one)| wanted(**one)).map(|(at, _)| at).collect()
}

/// Those who may take units on: the organisations there are, then the branches that units form.
fn hosts(
    units: &[Unit],
    organisations: &[Organisation],
    standing: &[Standing],
    spots: &[Spot],
    names: &mut Names,
    rules: &Rules,
) -> (Vec<Seat>, Vec<Host>) {
    let mut seats = Vec::new();
    let mut hosts = Vec::new();
    for (at, one) in (0..).zip(organisations) {
        let most = match one.kind {
            OrganisationKind::JointBranch => rules.joint_units.value,
            _ => rules.attached_units.value,
        };
        seats.push(Seat::Organisation(at));
        hosts.push(Host {
            spot: names.organisation(one, rules),
            slots: most.saturating_sub(one.units).min(one.takes),
            room: one.kind.most_members(rules).saturating_sub(one.members),
        });
    }
    for at in places(standing, |one| matches!(one, Standing::Own { .. })) {
        let members = units[at as usize].members;
        seats.push(Seat::Unit(at));
        hosts.push(Host {
            spot: spots[at as usize],
            slots: match units[at as usize].kind {
                UnitKind::Association => rules.attached_units.value,
                UnitKind::Enterprise => rules.enterprise_takes.value,
            },
            room: OrganisationKind::of(members, rules).most_members(rules).saturating_sub(members),
        });
    }
    (seats, hosts)
}

/// Numbers for names, from 1; 0 is no name.
#[derive(Default)]
struct Names {
    superiors: BTreeMap<String, u32>,
    trades: BTreeMap<String, u32>,
    associations: BTreeMap<String, u32>,
}

fn number(names: &mut BTreeMap<String, u32>, name: &str) -> u32 {
    if name.is_empty() {
        return 0;
    }
    let next = u32::try_from(names.len() + 1).unwrap_or(u32::MAX);
    *names.entry(name.to_owned()).or_insert(next)
}

impl Names {
    fn unit(&mut self, unit: &Unit, rules: &Rules) -> Spot {
        let superior = superior(&unit.area, rules.same_area.value).unwrap_or_default();
        Spot {
            x: unit.x,
            y: unit.y,
            members: unit.members,
            trade: number(&mut self.trades, &unit.trade),
            association: number(&mut self.associations, &unit.association),
            superior: number(&mut self.superiors, superior),
        }
    }

    fn organisation(&mut self, one: &Organisation, rules: &Rules) -> Spot {
        let superior = superior(&one.area, rules.same_area.value).unwrap_or_default();
        let superior = number(&mut self.superiors, superior);
        Spot { x: one.x, y: one.y, members: one.members, trade: 0, association: 0, superior }
    }
}

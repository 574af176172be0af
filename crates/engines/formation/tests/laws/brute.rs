//! The best plan by trying them all, unit by unit; written apart from the engine, from the rules' text.

use lianxin_formation::{Organisation, Problem, Standing, Unit, UnitKind, Worth, distance_m};

/// A place and who is there so far; the limits of members and units where it exists already.
#[derive(Clone)]
struct Place {
    host: Option<(Spot, u32, u32)>,
    units: Vec<usize>,
}

/// Where an organisation is that takes units on, and whose association it is.
type Spot = ((i32, i32), String);

struct Tried<'a> {
    units: Vec<&'a Unit>,
    problem: &'a Problem,
    best: Worth,
}

/// The best there is.
pub(crate) fn best(problem: &Problem) -> Worth {
    let standing = problem.units().iter().zip(problem.standing());
    let units: Vec<&Unit> =
        standing.clone().filter(|(_, one)| **one == Standing::Small).map(|(unit, _)| unit).collect();
    let rules = problem.rules();
    let branch = |one: &Organisation| Place {
        host: Some((
            ((one.x, one.y), String::new()),
            one.takes.min(rules.attached_units.value),
            rules.branch_most.value - one.members,
        )),
        units: Vec::new(),
    };
    let mut places: Vec<Place> = problem.organisations().iter().map(branch).collect();
    let own = standing.filter(|(_, one)| matches!(one, Standing::Own { .. }));
    places.extend(own.filter(|(unit, _)| unit.kind == UnitKind::Association).map(|(unit, _)| Place {
        host: Some((
            ((unit.x, unit.y), unit.association.clone()),
            rules.attached_units.value,
            rules.branch_most.value - unit.members,
        )),
        units: Vec::new(),
    }));
    let worst = Worth { left_out: i64::MAX, ..Worth::default() };
    let mut tried = Tried { units, problem, best: worst };
    tried.go(0, &mut places, 0);
    tried.best
}

impl Tried<'_> {
    fn go(&mut self, unit: usize, places: &mut Vec<Place>, out: i64) {
        if out > self.best.left_out {
            return;
        }
        if unit == self.units.len() {
            if let Some(worth) = self.worth(places, out) {
                self.best = self.best.min(worth);
            }
            return;
        }
        for at in 0..places.len() {
            let most = places[at].host.as_ref().map_or(self.problem.rules().joint_units.value, |host| host.1);
            if places[at].units.len() < most as usize {
                places[at].units.push(unit);
                self.go(unit + 1, places, out);
                places[at].units.pop();
            }
        }
        places.push(Place { host: None, units: vec![unit] });
        self.go(unit + 1, places, out);
        places.pop();
        self.go(unit + 1, places, out + 1);
    }

    fn worth(&self, places: &[Place], left_out: i64) -> Option<Worth> {
        let mut worth = Worth { left_out, ..Worth::default() };
        for place in places.iter().filter(|place| !place.units.is_empty()) {
            let units: Vec<&Unit> = place.units.iter().map(|unit| self.units[*unit]).collect();
            let members: u32 = units.iter().map(|unit| unit.members).sum();
            let rules = self.problem.rules();
            worth.metres += match &place.host {
                Some((spot, _, room)) => {
                    (members <= *room).then_some(())?;
                    units.iter().map(|unit| self.attached(unit, spot)).sum::<Option<i64>>()?
                }
                None => {
                    worth.organisations += 1;
                    (rules.own_least.value <= members && members <= rules.branch_most.value).then_some(())?;
                    units.iter().filter_map(|seat| self.star(seat, &units)).min()?
                }
            };
        }
        Some(worth)
    }

    fn attached(&self, unit: &Unit, (at, association): &Spot) -> Option<i64> {
        let rules = self.problem.rules();
        let metres = distance_m((unit.x, unit.y), *at);
        let same = !association.is_empty() && *association == unit.association;
        let near = metres <= rules.near_metres.value || same && metres <= rules.association_metres.value;
        near.then_some(i64::from(metres))
    }

    /// All neighbours of the seat, or all of its trade, or all of its association.
    fn star(&self, seat: &Unit, units: &[&Unit]) -> Option<i64> {
        let rules = self.problem.rules();
        let metres = |unit: &Unit| distance_m((unit.x, unit.y), (seat.x, seat.y));
        let all = |holds: &dyn Fn(&Unit) -> bool| units.iter().all(|unit| unit.id == seat.id || holds(unit));
        let near = all(&|unit| metres(unit) <= rules.near_metres.value);
        let trade = all(&|unit| {
            !unit.trade.is_empty() && unit.trade == seat.trade && metres(unit) <= rules.trade_metres.value
        });
        let association = all(&|unit| {
            let same = !unit.association.is_empty() && unit.association == seat.association;
            same && metres(unit) <= rules.association_metres.value
        });
        let sum = units.iter().map(|unit| i64::from(metres(unit))).sum();
        (near || trade || association).then_some(sum)
    }
}

//! What is published beside a plan so that anyone can check how good it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::draft::Worth;
use crate::ground::{Ground, Part, Reason};
use crate::prices::{Prices, Weights};
use crate::problem::{Problem, Seat};
use crate::search::{Effort, Outcome, search};
use crate::solve::{Proof, figure, least, wanted};

/// The names of the three figures, in the order they are compared.
pub const FIGURES: [&str; 3] = ["left_out", "organisations", "metres"];

/// What proves how good a plan is: units left out first, then new joint branches, then metres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// How the three figures are weighed against each other.
    pub order: String,
    /// Units with members, too few for a branch of their own: those that are placed.
    pub units: usize,
    /// What the plan is worth.
    pub found: Worth,
    /// What no plan can be better than: in each part nobody leaves fewer out, nobody who leaves as few forms fewer
    /// branches, nobody who forms as few has fewer metres.
    pub bound: Worth,
    /// The parts, which have no pair in common.
    pub parts: Vec<PartProof>,
}

/// A part's proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartProof {
    /// Its units' ids.
    pub units: Vec<String>,
    /// What the plan is worth here.
    pub found: Worth,
    /// What it can be at best.
    pub bound: Worth,
    /// For the figures that are not 0.
    pub levels: Vec<Level>,
}

/// Prices for one figure, by which `out × left out + group × branches + metre × metres ≥ Σ prices − Σ places × price`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Which of [`FIGURES`].
    pub figure: String,
    /// What is weighed.
    pub weights: Weights,
    /// By unit of the part.
    pub prices: Vec<i64>,
    /// What a place costs, at those who take units on; 0 at all others.
    pub hosts: Vec<HostPrice>,
    /// Whether the prices leave a gap, which a search through every plan within it closed.
    pub searched: bool,
}

/// What a place costs at somebody who takes units on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPrice {
    /// An organisation there is, or the unit that forms its own.
    #[serde(flatten)]
    pub host: HostId,
    /// For each place.
    pub price: i64,
}

/// Somebody who takes units on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HostId {
    /// An organisation's id.
    Organisation(String),
    /// A unit's id.
    Unit(String),
}

/// What a certificate gets wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Its parts are not the small units, each once.
    #[error("the certificate's parts do not hold every unit that is to be placed exactly once: {0}")]
    Units(String),
    /// Two units of different parts may share an organisation, or a host.
    #[error("{0} and {1} are in different parts but can share an organisation")]
    Parts(String, String),
    /// The number of prices, or a figure's name, or a host is not what it must be.
    #[error("the level {0} of the part of {1} is not whole")]
    Level(String, String),
    /// Prices that do not hold.
    #[error("the prices for {figure} do not hold at {unit}: {what} takes in {over} too much")]
    Price {
        /// The figure.
        figure: String,
        /// The unit.
        unit: String,
        /// What takes in more than it weighs.
        what: &'static str,
        /// How much more.
        over: i64,
    },
    /// A bound that does not follow.
    #[error("the part of {unit} says at best {said} {figure}; its proof gives {given}")]
    Bound {
        /// The part's first unit.
        unit: String,
        /// The figure.
        figure: &'static str,
        /// What is said.
        said: i64,
        /// What follows.
        given: i64,
    },
    /// The sums are not the sums.
    #[error("the certificate says {said:?} {what}; its parts give {given:?}")]
    Sum {
        /// What.
        what: &'static str,
        /// What is said.
        said: Worth,
        /// What follows.
        given: Worth,
    },
}

impl Certificate {
    pub(crate) fn new(problem: &Problem, proofs: &[Proof]) -> Self {
        let id = |small: &u32| problem.units()[problem.small[*small as usize] as usize].id.clone();
        let parts = problem.parts.iter().zip(proofs).map(|(part, proof)| PartProof {
            units: part.units.iter().map(id).collect(),
            found: proof.found,
            bound: proof.bound,
            levels: proof
                .prices
                .iter()
                .map(|(prices, searched)| level(problem, part, prices, *searched))
                .collect(),
        });
        let parts: Vec<PartProof> = parts.collect();
        Certificate {
            order:
                "everyone covered, then the fewest new joint branches, then the least metres; a later figure \
                    never outweighs an earlier one"
                    .to_owned(),
            units: problem.small.len(),
            found: parts.iter().map(|part| part.found).sum(),
            bound: parts.iter().map(|part| part.bound).sum(),
            parts,
        }
    }

    /// Whether the plan is proved to be the best there is.
    pub fn optimal(&self) -> bool {
        self.found == self.bound
    }

    /// How far the plan may be from the best: units left out and branches too many, and metres too many as a part of
    /// the bound.
    #[expect(clippy::cast_precision_loss, reason = "a figure to be shown")]
    pub fn gap(&self) -> (i64, i64, f64) {
        let over = self.found - self.bound;
        (over.left_out, over.organisations, over.metres as f64 / self.bound.metres.max(1) as f64)
    }

    /// Checks every price against every pair, trusting nothing of what is written here.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, problem: &Problem) -> Result<(), ProofError> {
        let checker = Checker::new(self, problem)?;
        checker.independent()?;
        for (number, part) in self.parts.iter().enumerate() {
            checker.part(number, part)?;
        }
        let sum = |what, said, given| {
            if said == given { Ok(()) } else { Err(ProofError::Sum { what, said, given }) }
        };
        sum("found", self.found, self.parts.iter().map(|part| part.found).sum())?;
        sum("at best", self.bound, self.parts.iter().map(|part| part.bound).sum())
    }
}

fn host_id(problem: &Problem, host: u32) -> HostId {
    match problem.seats[host as usize] {
        Seat::Organisation(at) => HostId::Organisation(problem.organisations()[at as usize].id.clone()),
        Seat::Unit(at) => HostId::Unit(problem.units()[at as usize].id.clone()),
    }
}

fn level(problem: &Problem, part: &Part, prices: &Prices, searched: bool) -> Level {
    let weights = prices.weights;
    let number =
        if weights.group == 0 && weights.metre == 0 { 0 } else { 1 + usize::from(weights.metre > 0) };
    let priced = part.hosts.iter().zip(&prices.hosts).filter(|(_, price)| **price > 0);
    Level {
        figure: FIGURES[number].to_owned(),
        weights,
        prices: prices.units.clone(),
        hosts: priced
            .map(|(host, price)| HostPrice { host: host_id(problem, *host), price: *price })
            .collect(),
        searched,
    }
}

/// The problem gone through anew, all pairs of it.
struct Checker<'a> {
    problem: &'a Problem,
    ground: &'a Ground,
    parts: Vec<Part>,
    part_of: Vec<usize>,
    hosts: BTreeMap<HostId, u32>,
    /// By small unit: others with the reasons and metres.
    near: Vec<Vec<(u32, u8, u32)>>,
    doors: Vec<Vec<(u32, u32)>>,
}

impl<'a> Checker<'a> {
    fn new(certificate: &Certificate, problem: &'a Problem) -> Result<Self, ProofError> {
        let ground = &problem.ground;
        let id = |small: usize| problem.units()[problem.small[small] as usize].id.as_str();
        let places: BTreeMap<&str, u32> = (0..problem.small.len()).map(id).zip(0..).collect();
        let mut part_of = vec![usize::MAX; problem.small.len()];
        let mut parts = Vec::new();
        for (number, part) in certificate.parts.iter().enumerate() {
            let mut units = Vec::new();
            for unit in &part.units {
                let at = places.get(unit.as_str()).copied();
                let at = at.filter(|at| part_of[*at as usize] == usize::MAX);
                let at = at.ok_or_else(|| ProofError::Units(unit.clone()))?;
                part_of[at as usize] = number;
                units.push(at);
            }
            if units.is_empty() || !units.is_sorted() {
                return Err(ProofError::Units(part.units.first().cloned().unwrap_or_default()));
            }
            parts.push(Part { units, hosts: Vec::new() });
        }
        if let Some(at) = part_of.iter().position(|part| *part == usize::MAX) {
            return Err(ProofError::Units(id(at).to_owned()));
        }
        let hosts = (0..).take(ground.hosts.len()).map(|host| (host_id(problem, host), host)).collect();
        let (near, doors) = (all_pairs(ground), all_doors(ground));
        let mut checker = Checker { problem, ground, parts, part_of, hosts, near, doors };
        checker.share_hosts();
        Ok(checker)
    }

    /// Gives every host to the parts that can go there.
    fn share_hosts(&mut self) {
        for (unit, doors) in self.doors.iter().enumerate() {
            let hosts = &mut self.parts[self.part_of[unit]].hosts;
            hosts.extend(doors.iter().map(|(host, _)| *host));
        }
        for part in &mut self.parts {
            part.hosts.sort_unstable();
            part.hosts.dedup();
        }
    }

    fn id(&self, small: u32) -> String {
        self.problem.units()[self.problem.small[small as usize] as usize].id.clone()
    }

    /// Whether parts have neither a pair nor a host in common.
    fn independent(&self) -> Result<(), ProofError> {
        let mut whose: Vec<Option<u32>> = vec![None; self.ground.hosts.len()];
        for (unit, near) in (0_u32..).zip(&self.near) {
            let other = |at: u32| self.part_of[at as usize] != self.part_of[unit as usize];
            if let Some((to, ..)) = near.iter().find(|(to, ..)| other(*to)) {
                return Err(ProofError::Parts(self.id(unit), self.id(*to)));
            }
            for (host, _) in &self.doors[unit as usize] {
                let first = *whose[*host as usize].get_or_insert(unit);
                if other(first) {
                    return Err(ProofError::Parts(self.id(first), self.id(unit)));
                }
            }
        }
        Ok(())
    }

    fn part(&self, number: usize, said: &PartProof) -> Result<(), ProofError> {
        let part = &self.parts[number];
        let mut given = Worth::default();
        for level in &said.levels {
            let at = FIGURES.iter().position(|figure| *figure == level.figure);
            let whole = || ProofError::Level(level.figure.clone(), said.units[0].clone());
            let at = at.ok_or_else(whole)?;
            let prices = self.prices(part, level).ok_or_else(whole)?;
            self.hold(part, level, &prices)?;
            let mut low = least(at, &prices.weights, prices.bound, said.found);
            let mut found = said.found;
            let have = *figure(&mut found, at);
            if low < have && level.searched {
                let wanted = wanted(at, &prices.weights, said.found);
                if search(self.ground, part, &prices, &wanted, Effort::PART) == Outcome::None {
                    low = have;
                }
            }
            *figure(&mut given, at) = low.min(have);
        }
        let mut bound = said.bound;
        for (at, name) in FIGURES.into_iter().enumerate() {
            let (said_here, given) = (*figure(&mut bound, at), *figure(&mut given, at));
            if said_here > given {
                let unit = said.units[0].clone();
                return Err(ProofError::Bound { unit, figure: name, said: said_here, given });
            }
        }
        Ok(())
    }

    /// A level's prices; `None` when they are not for this part.
    fn prices(&self, part: &Part, level: &Level) -> Option<Prices> {
        let weights = level.weights;
        let sane = |price: i64| (-(1_i64 << 50)..=1 << 50).contains(&price);
        let all = [weights.out, weights.group, weights.metre];
        if level.prices.len() != part.units.len()
            || all.into_iter().any(|weight| weight < 0 || !sane(weight))
            || !level.prices.iter().all(|price| sane(*price))
        {
            return None;
        }
        let mut hosts = vec![0; part.hosts.len()];
        for priced in &level.hosts {
            let at = part.hosts.binary_search(self.hosts.get(&priced.host)?).ok()?;
            hosts[at] = Some(priced.price).filter(|price| *price >= 0 && sane(*price))?;
        }
        let bound = crate::ascent::bound(self.ground, part, &level.prices, &hosts);
        Some(Prices { weights, units: level.prices.clone(), hosts, bound })
    }

    /// Whether nothing takes in more than it weighs.
    fn hold(&self, part: &Part, level: &Level, prices: &Prices) -> Result<(), ProofError> {
        let weights = prices.weights;
        let price: BTreeMap<u32, i64> =
            part.units.iter().copied().zip(prices.units.iter().copied()).collect();
        for (unit, own) in &price {
            let refuse = |what, over| ProofError::Price {
                figure: level.figure.clone(),
                unit: self.id(*unit),
                what,
                over,
            };
            if *own > weights.out {
                return Err(refuse("being left out", own - weights.out));
            }
            for (host, metres) in &self.doors[*unit as usize] {
                let at = part.hosts.binary_search(host).unwrap_or(0);
                let over = own - weights.metre * i64::from(*metres) - prices.hosts[at];
                if over > 0 {
                    return Err(refuse("an attachment", over));
                }
            }
            for reason in Reason::ALL {
                let over =
                    self.heaviest(*unit, reason, &price, weights).map_or(0, |sum| own + sum - weights.group);
                if over > 0 {
                    return Err(refuse("a joint branch", over));
                }
            }
        }
        Ok(())
    }

    /// The most that others, who make a branch with this seat for this reason, can take in beyond their metres.
    fn heaviest(
        &self,
        seat: u32,
        reason: Reason,
        price: &BTreeMap<u32, i64>,
        weights: Weights,
    ) -> Option<i64> {
        let limits = self.ground.limits;
        let mut classes: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for (to, reasons, metres) in &self.near[seat as usize] {
            if reasons & reason.bit() != 0 {
                let value = price.get(to)? - weights.metre * i64::from(*metres);
                classes.entry(self.ground.spots[*to as usize].members).or_default().push(value);
            }
        }
        let mut classes: Vec<(u32, Vec<i64>)> = classes.into_iter().collect();
        for (_, values) in &mut classes {
            values.sort_unstable_by(|a, b| b.cmp(a));
            values.truncate(limits.units);
        }
        let own = self.ground.spots[seat as usize].members;
        fill(&classes, limits.units - 1, own, 0, &|count, members| {
            count > 0 && (limits.least..=limits.most).contains(&members)
        })
    }
}

/// The best of each class in every number, by trying them all.
fn fill(
    classes: &[(u32, Vec<i64>)],
    room: usize,
    members: u32,
    count: usize,
    may: &dyn Fn(usize, u32) -> bool,
) -> Option<i64> {
    let Some(((each, values), rest)) = classes.split_first() else {
        return may(count, members).then_some(0);
    };
    let mut best = None;
    let mut sum = 0;
    for more in 0..=values.len().min(room) {
        if more > 0 {
            sum += values[more - 1];
        }
        let after = members + each * u32::try_from(more).unwrap_or(u32::MAX);
        let following = fill(rest, room - more, after, count + more, may);
        best = best.max(following.map(|following| following + sum));
    }
    best
}

/// Every pair of small units that may share an organisation, found by going through all of them.
fn all_pairs(ground: &Ground) -> Vec<Vec<(u32, u8, u32)>> {
    let mut order: Vec<u32> = (0..).take(ground.spots.len()).collect();
    order.sort_by_key(|at| (ground.spots[*at as usize].x, *at));
    let mut near = vec![Vec::new(); ground.spots.len()];
    for (index, a) in order.iter().enumerate() {
        let from = &ground.spots[*a as usize];
        for b in &order[index + 1..] {
            let to = &ground.spots[*b as usize];
            if i64::from(to.x) - i64::from(from.x) > ground.limits.farthest() {
                break;
            }
            let (reasons, metres) = ground.limits.link(from, to);
            if reasons != 0 {
                near[*a as usize].push((*b, reasons, metres));
                near[*b as usize].push((*a, reasons, metres));
            }
        }
    }
    near
}

/// By small unit: every host that may take it on, with the metres.
fn all_doors(ground: &Ground) -> Vec<Vec<(u32, u32)>> {
    let doors = |unit: &crate::ground::Spot| {
        let open = (0..).zip(&ground.hosts).filter(|(_, host)| host.slots > 0 && unit.members <= host.room);
        let near = open.filter_map(|(at, host)| {
            let (reasons, metres) = ground.limits.door(unit, &host.spot);
            (reasons != 0).then_some((at, metres))
        });
        near.collect()
    };
    ground.spots.iter().map(doors).collect()
}

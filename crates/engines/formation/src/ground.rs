//! Who may share an organisation with whom: every pair of units close enough for one of the reasons, and every
//! organisation that may take a unit on.

use crate::rules::Rules;

/// Why units may share an organisation; a set of them fits into three bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// 地域相邻
    Near,
    /// 行业相近
    Trade,
    /// 同一协会
    Association,
}

impl Reason {
    /// Every reason, the first to be named first.
    pub const ALL: [Reason; 3] = [Reason::Near, Reason::Trade, Reason::Association];

    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Where a unit stands and what it has in common with others; names are numbers, 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) members: u32,
    pub(crate) trade: u32,
    pub(crate) association: u32,
    pub(crate) superior: u32,
}

/// An organisation that may take units on: it exists, or is a unit's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) spot: Spot,
    /// Units it may take on.
    pub(crate) slots: u32,
    /// Members it may take on.
    pub(crate) room: u32,
}

/// The numbers of the rules that the search needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) least: u32,
    pub(crate) most: u32,
    pub(crate) units: usize,
    metres: [u32; 3],
}

impl Limits {
    pub(crate) fn new(rules: &Rules) -> Self {
        Limits {
            least: rules.own_least.value,
            most: rules.branch_most.value,
            units: rules.joint_units.value as usize,
            metres: [rules.near_metres.value, rules.trade_metres.value, rules.association_metres.value],
        }
    }

    /// How far from a seat a unit can be at most.
    pub(crate) fn farthest(&self) -> i64 {
        self.metres.into_iter().max().map_or(0, i64::from)
    }

    /// The reasons for which two may share an organisation, as a set, and how far apart they are.
    pub(crate) fn link(&self, a: &Spot, b: &Spot) -> (u8, u32) {
        let metres = distance_m((a.x, a.y), (b.x, b.y));
        if a.superior != b.superior {
            return (0, metres);
        }
        let same = |a: u32, b: u32| a != 0 && a == b;
        let holds = [true, same(a.trade, b.trade), same(a.association, b.association)];
        let mut reasons = 0;
        for (reason, (holds, most)) in Reason::ALL.into_iter().zip(holds.into_iter().zip(self.metres)) {
            if holds && metres <= most {
                reasons |= reason.bit();
            }
        }
        (reasons, metres)
    }

    /// The same for an organisation that takes a unit on: sharing a trade is no reason.
    pub(crate) fn door(&self, unit: &Spot, host: &Spot) -> (u8, u32) {
        let (reasons, metres) = self.link(unit, host);
        (reasons & !Reason::Trade.bit(), metres)
    }
}

/// The floor of the straight distance between two points, in metres, exactly.
pub fn distance_m(from: (i32, i32), to: (i32, i32)) -> u32 {
    let (east, north) = (u64::from(from.0.abs_diff(to.0)), u64::from(from.1.abs_diff(to.1)));
    // Coordinates are within ±10⁸, so this is below 2²⁹.
    u32::try_from((east * east).saturating_add(north * north).isqrt()).unwrap_or(u32::MAX)
}

/// One end of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    metres_and_reasons: u32,
    /// The other unit, or the host.
    pub(crate) to: u32,
}

impl Link {
    fn new(to: u32, metres: u32, reasons: u8) -> Self {
        Link { metres_and_reasons: metres << 3 | u32::from(reasons), to }
    }

    pub(crate) fn metres(self) -> u32 {
        self.metres_and_reasons >> 3
    }

    pub(crate) fn reasons(self) -> u8 {
        (self.metres_and_reasons & 7) as u8
    }
}

/// Lists behind each other, one for each of a row of things.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    begins: Vec<usize>,
    links: Vec<Link>,
}

impl Lists {
    fn new(count: usize, pairs: &[(u32, Link)]) -> Self {
        let mut begins = vec![0; count + 1];
        pairs.iter().for_each(|(from, _)| begins[*from as usize + 1] += 1);
        for at in 0..count {
            begins[at + 1] += begins[at];
        }
        let mut links = vec![Link::new(0, 0, 0); pairs.len()];
        let mut next = begins.clone();
        for (from, link) in pairs {
            links[next[*from as usize]] = *link;
            next[*from as usize] += 1;
        }
        for at in 0..count {
            links[begins[at]..begins[at + 1]].sort_unstable();
        }
        Lists { begins, links }
    }

    /// The nearest first.
    pub(crate) fn of(&self, at: u32) -> &[Link] {
        &self.links[self.begins[at as usize]..self.begins[at as usize + 1]]
    }
}

/// The small units, all pairs of them, and the hosts.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub(crate) limits: Limits,
    pub(crate) spots: Vec<Spot>,
    pub(crate) hosts: Vec<Host>,
    /// By unit: other units.
    pub(crate) near: Lists,
    /// By unit: hosts.
    pub(crate) doors: Lists,
}

/// Units that can share organisations only with each other, with the hosts that only they can go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) units: Vec<u32>,
    pub(crate) hosts: Vec<u32>,
}

/// More pairs than are kept in memory.
pub(crate) struct TooMany;

impl Ground {
    pub(crate) fn new(
        limits: Limits,
        spots: Vec<Spot>,
        hosts: Vec<Host>,
        most: usize,
    ) -> Result<Self, TooMany> {
        let near = Lists::new(spots.len(), &pairs(&limits, &spots, most)?);
        let doors = Lists::new(spots.len(), &doors(&limits, &spots, &hosts, most)?);
        Ok(Ground { limits, spots, hosts, near, doors })
    }

    /// The independent parts, by their first units.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let units = self.spots.len();
        let mut parent: Vec<u32> = (0..).take(units + self.hosts.len()).collect();
        let mut join = |a: usize, b: usize| {
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            parent[a.max(b)] = u32::try_from(a.min(b)).unwrap_or(0);
        };
        for unit in 0..units {
            let at = u32::try_from(unit).unwrap_or(0);
            self.near.of(at).iter().for_each(|link| join(unit, link.to as usize));
            self.doors.of(at).iter().for_each(|door| join(unit, units + door.to as usize));
        }
        let mut number = vec![usize::MAX; units];
        let mut parts: Vec<Part> = Vec::new();
        for (unit, at) in (0..units).zip(0_u32..) {
            let first = root(&mut parent, unit);
            if number[first] == usize::MAX {
                number[first] = parts.len();
                parts.push(Part { units: Vec::new(), hosts: Vec::new() });
            }
            parts[number[first]].units.push(at);
        }
        for host in 0..self.hosts.len() {
            // A host that nobody can go to is in no part.
            let first = root(&mut parent, units + host);
            if first < units {
                parts[number[first]].hosts.push(u32::try_from(host).unwrap_or(0));
            }
        }
        parts
    }
}

fn root(parent: &mut [u32], mut at: usize) -> usize {
    while parent[at] as usize != at {
        parent[at] = parent[parent[at] as usize];
        at = parent[at] as usize;
    }
    at
}

/// Every pair of units that may share an organisation, from both ends, each once.
fn pairs(limits: &Limits, spots: &[Spot], most: usize) -> Result<Vec<(u32, Link)>, TooMany> {
    let mut pairs = Vec::new();
    for reason in Reason::ALL {
        // Only those of one superior, trade or association are looked at together, from west to east.
        let class = |spot: &Spot| match reason {
            Reason::Near => 1,
            Reason::Trade => spot.trade,
            Reason::Association => spot.association,
        };
        let mut sorted: Vec<u32> =
            (0..).zip(spots).filter(|(_, spot)| class(spot) != 0).map(|(at, _)| at).collect();
        let key = |at: u32| {
            let spot = &spots[at as usize];
            (spot.superior, class(spot), spot.x, at)
        };
        sorted.sort_unstable_by_key(|at| key(*at));
        let radius = limits.metres[reason as usize];
        for (index, a) in sorted.iter().enumerate() {
            let (superior, class, x, _) = key(*a);
            for b in &sorted[index + 1..] {
                let other = key(*b);
                if (other.0, other.1) != (superior, class) || other.2.abs_diff(x) > radius {
                    break;
                }
                let (from, to) = (&spots[*a as usize], &spots[*b as usize]);
                if from.y.abs_diff(to.y) > radius {
                    continue;
                }
                let (reasons, metres) = limits.link(from, to);
                // The first reason that holds enters the pair.
                if reasons != 0 && reasons.trailing_zeros() == reason as u32 {
                    pairs.push((*a, Link::new(*b, metres, reasons)));
                    pairs.push((*b, Link::new(*a, metres, reasons)));
                }
            }
        }
        if pairs.len() > most {
            return Err(TooMany);
        }
    }
    Ok(pairs)
}

/// Every host that may take a unit on.
fn doors(limits: &Limits, spots: &[Spot], hosts: &[Host], most: usize) -> Result<Vec<(u32, Link)>, TooMany> {
    let mut sorted: Vec<u32> = (0..).take(spots.len()).collect();
    let key = |spot: &Spot| (spot.superior, spot.x);
    sorted.sort_unstable_by_key(|at| (key(&spots[*at as usize]), *at));
    let radius = limits.metres[0].max(limits.metres[2]);
    let mut doors = Vec::new();
    for (number, host) in (0_u32..).zip(hosts) {
        if host.slots == 0 || host.room == 0 {
            continue;
        }
        let west = (host.spot.superior, host.spot.x.saturating_sub_unsigned(radius));
        let first = sorted.partition_point(|at| key(&spots[*at as usize]) < west);
        for at in &sorted[first..] {
            let spot = &spots[*at as usize];
            if spot.superior != host.spot.superior
                || spot.x.saturating_sub(host.spot.x) > radius.cast_signed()
            {
                break;
            }
            let (reasons, metres) = limits.door(spot, &host.spot);
            if reasons != 0 && spot.members <= host.room {
                doors.push((*at, Link::new(number, metres, reasons)));
            }
        }
        if doors.len() > most {
            return Err(TooMany);
        }
    }
    Ok(doors)
}

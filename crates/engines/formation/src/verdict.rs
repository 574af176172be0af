//! Whether a plan, whoever made it, keeps the rules: what must be is refused, what is usual is warned about.

use std::collections::BTreeMap;

use crate::draft::Worth;
use crate::plan::{Place, metres_of};
use crate::problem::{Problem, Seat, Standing};
use crate::rules::{Force, Rule};

/// A rule that a plan does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The unit where that shows, by its place in the list.
    pub unit: usize,
    /// The rule's name; empty where the plan contradicts the lists.
    pub rule: &'static str,
    /// Whether the plan is refused for it.
    pub force: Force,
    /// What is wrong, in Chinese and in English.
    pub says: [String; 2],
}

/// What a plan is worth and which rules it does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it is worth.
    pub worth: Worth,
    /// In the order of the units.
    pub breaches: Vec<Breach>,
}

impl Verdict {
    /// Whether no rule is broken that must be kept.
    pub fn allowed(&self) -> bool {
        self.breaches.iter().all(|breach| breach.force == Force::Usual)
    }
}

struct Judge<'a> {
    problem: &'a Problem,
    breaches: Vec<Breach>,
}

/// Judges a plan.
pub fn judge(problem: &Problem, places: &[Place]) -> Verdict {
    let mut judge = Judge { problem, breaches: Vec::new() };
    if places.len() != problem.units().len() {
        judge.contradicts(0, "方案与单位名单不一致", "the plan is not for these units");
        return Verdict { worth: Worth::default(), breaches: judge.breaches };
    }
    let mut worth = Worth::default();
    let mut joint: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut attached: BTreeMap<Seat, Vec<usize>> = BTreeMap::new();
    let mut instructed: BTreeMap<Seat, Vec<usize>> = BTreeMap::new();
    for (unit, place) in places.iter().enumerate() {
        judge.standing(unit, *place);
        match *place {
            Place::Joint { seat } => joint.entry(seat).or_default().push(unit),
            Place::Attached { to } => attached.entry(to).or_default().push(unit),
            Place::Instructed { by } | Place::Left { by } => {
                worth.left_out += i64::from(matches!(place, Place::Left { .. }));
                by.into_iter().for_each(|by| instructed.entry(by).or_default().push(unit));
                continue;
            }
            Place::Kept | Place::Own => continue,
        }
        worth.metres += i64::from(metres_of(*place, problem, unit));
    }
    worth.organisations = joint.len() as i64;
    joint.iter().for_each(|(seat, units)| judge.joint(*seat as usize, units));
    attached.iter().for_each(|(to, units)| judge.attached(*to, units));
    let most = &problem.rules().instructor_units;
    for units in instructed.values().filter(|units| units.len() > most.value as usize) {
        judge.breaks(units[0], "instructor_units", most, &format!("{}", units.len()));
    }
    judge.breaches.sort_by_key(|breach| breach.unit);
    Verdict { worth, breaches: judge.breaches }
}

impl Judge<'_> {
    fn contradicts(&mut self, unit: usize, zh: &str, en: &str) {
        let says = [zh.to_owned(), en.to_owned()];
        self.breaches.push(Breach { unit, rule: "", force: Force::Must, says });
    }

    fn breaks(&mut self, unit: usize, name: &'static str, rule: &Rule, have: &str) {
        let [zh, en] = rule.says();
        let says =
            [format!("{zh}；现为{have}（{}）", rule.source), format!("{en}; here {have} ({})", rule.source)];
        self.breaches.push(Breach { unit, rule: name, force: rule.force, says });
    }

    /// Whether the place is one for such a unit.
    fn standing(&mut self, unit: usize, place: Place) {
        let rules = self.problem.rules();
        let members = self.problem.units()[unit].members;
        match (self.problem.standing()[unit], place) {
            (Standing::Kept(_), Place::Kept)
            | (Standing::Own { .. }, Place::Own)
            | (Standing::NoMembers, Place::Instructed { .. })
            | (Standing::Small, Place::Joint { .. } | Place::Attached { .. } | Place::Left { .. }) => {}
            (Standing::Small, Place::Own) | (Standing::Own { .. }, _) => {
                self.breaks(unit, "own_least", &rules.own_least, &members.to_string());
            }
            (Standing::Kept(_), _) => {
                self.contradicts(unit, "已在现有组织中", "it belongs to an organisation already");
            }
            (Standing::NoMembers, _) => {
                self.contradicts(
                    unit,
                    "没有正式党员，不能编入党支部",
                    "it has no members to put into a branch",
                );
            }
            (Standing::Small, _) => {
                self.contradicts(
                    unit,
                    "有正式党员，应当纳入党支部",
                    "it has members, who belong into a branch",
                );
            }
        }
    }

    fn joint(&mut self, seat: usize, units: &[usize]) {
        let rules = self.problem.rules();
        if !units.contains(&seat) {
            self.contradicts(
                units[0],
                "牵头单位不在本联合党支部",
                "the unit that leads is not in the branch",
            );
            return;
        }
        let members: u32 = units.iter().map(|unit| self.problem.units()[*unit].members).sum();
        let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
        if members < rules.own_least.value {
            self.breaks(seat, "own_least", &rules.own_least, &members.to_string());
        }
        if members > rules.branch_most.value {
            self.breaks(seat, "branch_most", &rules.branch_most, &members.to_string());
        }
        if count > rules.joint_units.value {
            self.breaks(seat, "joint_units", &rules.joint_units, &count.to_string());
        }
        let limits = self.problem.ground.limits;
        let spots = &self.problem.spots;
        let others = || units.iter().filter(|unit| **unit != seat);
        if let Some(away) = others().find(|unit| spots[**unit].superior != spots[seat].superior) {
            self.breaks(*away, "same_area", &rules.same_area, &self.problem.units()[*away].area.clone());
            return;
        }
        let reasons = others().fold(7, |all, unit| all & limits.link(&spots[seat], &spots[*unit]).0);
        if reasons == 0 {
            let far = others().map(|unit| limits.link(&spots[seat], &spots[*unit]).1).max().unwrap_or(0);
            self.breaks(seat, "near_metres", &rules.near_metres, &far.to_string());
        }
    }

    fn attached(&mut self, to: Seat, units: &[usize]) {
        let rules = self.problem.rules();
        let Some(host) = self.problem.seats.iter().position(|seat| *seat == to) else {
            self.contradicts(units[0], "挂靠的单位没有自己的党组织", "nobody is there to take it on");
            return;
        };
        let host = self.problem.ground.hosts[host];
        let (name, rule) = match to {
            Seat::Unit(at) if self.problem.units()[at as usize].kind == crate::UnitKind::Enterprise => {
                ("enterprise_takes", &rules.enterprise_takes)
            }
            _ => ("attached_units", &rules.attached_units),
        };
        if units.len() > host.slots as usize {
            self.breaks(units[0], name, rule, &format!("{}/{}", units.len(), host.slots));
        }
        let members: u32 = units.iter().map(|unit| self.problem.units()[*unit].members).sum();
        if members > host.room {
            self.breaks(units[0], "branch_most", &rules.branch_most, &format!("+{members}"));
        }
        for unit in units {
            let spot = self.problem.spots[*unit];
            let (reasons, metres) = self.problem.ground.limits.door(&spot, &host.spot);
            if spot.superior != host.spot.superior {
                self.breaks(*unit, "same_area", &rules.same_area, &self.problem.units()[*unit].area.clone());
            } else if reasons == 0 {
                self.breaks(*unit, "near_metres", &rules.near_metres, &metres.to_string());
            }
        }
    }
}

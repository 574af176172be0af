//! Why each unit is placed as it is, in Chinese and in English, and what the next best place would cost.

use std::collections::BTreeMap;

use crate::draft::{At, Draft, Worth};
use crate::ground::Reason;
use crate::model::OrganisationKind;
use crate::nearest::Nearest;
use crate::plan::{Joint, Place, Plan, metres_of, own_kind};
use crate::problem::{Problem, Seat, Standing};

/// Why a unit is placed as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The rules it follows from, by their names.
    pub rules: Vec<&'static str>,
    /// Why, in Chinese and in English.
    pub why: [String; 2],
    /// The next best place, in Chinese and in English; why there is none.
    pub next: [String; 2],
    /// What the whole plan would be worse by, if there is a next best place.
    pub cost: Option<Worth>,
}

struct Teller<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    joints: BTreeMap<u32, &'a Joint>,
    nearest: Nearest<'a>,
    draft: Draft,
    /// By group of the draft: the unit that leads.
    leads: Vec<u32>,
    /// By unit: its place among the small ones.
    small: BTreeMap<u32, u32>,
}

/// Explains a plan, by unit.
pub fn explain(problem: &Problem, plan: &Plan) -> Vec<Line> {
    let small: BTreeMap<u32, u32> = problem.small.iter().copied().zip(0..).collect();
    let mut draft = Draft::new(&problem.ground);
    let mut leads = Vec::new();
    for joint in &plan.joints {
        let at = draft.free();
        draft.set(at, joint.units.iter().filter_map(|unit| small.get(unit).copied()).collect());
        leads.push(joint.seat);
    }
    let mut hosts: BTreeMap<Seat, Vec<u32>> = BTreeMap::new();
    for (unit, at) in &small {
        if let Place::Attached { to } = plan.places[*unit as usize] {
            hosts.entry(to).or_default().push(*at);
        }
    }
    for (host, seat) in (0_u32..).zip(&problem.seats) {
        if let Some(units) = hosts.remove(seat) {
            draft.set(At::Host(host), units);
        }
    }
    let teller = Teller {
        problem,
        plan,
        joints: plan.joints.iter().map(|joint| (joint.seat, joint)).collect(),
        nearest: Nearest::new(problem, plan.joints.iter().map(|joint| joint.seat)),
        draft,
        leads,
        small,
    };
    (0..plan.places.len()).map(|unit| teller.line(unit)).collect()
}

/// What an organisation of this kind is called in Chinese and in English.
pub fn kind_name(kind: OrganisationKind) -> [&'static str; 2] {
    match kind {
        OrganisationKind::Branch => ["党支部", "branch"],
        OrganisationKind::JointBranch => ["联合党支部", "joint branch"],
        OrganisationKind::GeneralBranch => ["党总支", "general branch"],
        OrganisationKind::Committee => ["党委", "committee"],
    }
}

fn both(zh: impl Into<String>, en: impl Into<String>) -> [String; 2] {
    [zh.into(), en.into()]
}

impl Teller<'_> {
    fn name(&self, seat: Seat) -> &str {
        let (name, id) = match seat {
            Seat::Organisation(at) => {
                let one = &self.problem.organisations()[at as usize];
                (&one.name, &one.id)
            }
            Seat::Unit(at) => {
                let unit = &self.problem.units()[at as usize];
                (&unit.name, &unit.id)
            }
        };
        if name.is_empty() { id } else { name }
    }

    fn line(&self, unit: usize) -> Line {
        let no_choice = both("依规则别无选择", "the rule leaves no choice");
        match self.plan.places[unit] {
            Place::Kept => {
                let seat = crate::plan::seat_of(Place::Kept, self.problem, unit);
                let name = seat.map_or("", |seat| self.name(seat));
                let why = both(
                    format!("已由“{name}”覆盖，保持不变"),
                    format!("covered by “{name}” already: it stays there"),
                );
                Line { rules: Vec::new(), why, next: both("不作调整", "nothing is changed"), cost: None }
            }
            Place::Own => {
                Line { rules: self.own_rules(unit), why: self.own(unit), next: no_choice, cost: None }
            }
            Place::Joint { seat } => self.placed(unit, self.joint(unit, seat)),
            Place::Attached { to } => self.placed(unit, self.attached(unit, to)),
            Place::Instructed { by } => self.instructed(unit, by),
            Place::Left { by } => {
                let (by_zh, by_en) = self.by(by);
                let why = both(
                    format!(
                        "有正式党员但规定距离内没有可联合或挂靠的组织；先由{by_zh}选派指导员，请放宽距离或由上级确定"
                    ),
                    format!(
                        "it has members, but nobody within the rules can take it in; {by_en} sends an instructor \
                         meanwhile: allow more metres, or the superior decides"
                    ),
                );
                self.placed(unit, (vec!["own_least", "joint_units", "near_metres"], why))
            }
        }
    }

    fn own_rules(&self, unit: usize) -> Vec<&'static str> {
        match own_kind(self.problem, unit) {
            OrganisationKind::Branch | OrganisationKind::JointBranch => vec!["own_least", "leaders_from"],
            OrganisationKind::GeneralBranch => vec!["own_least", "branch_most", "committee_from"],
            OrganisationKind::Committee => vec!["own_least", "committee_from"],
        }
    }

    fn own(&self, unit: usize) -> [String; 2] {
        let (rules, members) = (self.problem.rules(), self.problem.units()[unit].members);
        let [zh, en] = kind_name(own_kind(self.problem, unit));
        let (led_zh, led_en) = match own_kind(self.problem, unit) {
            OrganisationKind::Branch if members >= rules.leaders_from.value => {
                ("，设支部委员会", ", with a committee of its own")
            }
            OrganisationKind::Branch => ("，设书记1名", ", with a secretary"),
            _ => ("（须经上级批准）", ", where the superior approves"),
        };
        let (leave_zh, leave_en) = match self.problem.standing()[unit] {
            Standing::Own { leaves: Some(at) } => {
                let name = self.name(Seat::Organisation(at));
                (format!("；不再属于“{name}”"), format!("; it leaves “{name}”"))
            }
            _ => Default::default(),
        };
        both(
            format!("有正式党员{members}名，单独组建{zh}{led_zh}{leave_zh}"),
            format!("{members} formal members: a {en} of its own{led_en}{leave_en}"),
        )
    }

    fn joint(&self, unit: usize, seat: u32) -> (Vec<&'static str>, [String; 2]) {
        let Some(joint) = self.joints.get(&seat) else { return Default::default() };
        let lead = &self.problem.units()[seat as usize];
        let association = lead.association.as_str();
        let (rule, zh, en) = match joint.reason {
            Reason::Near => ("near_metres", "地域相邻".to_owned(), "neighbours".to_owned()),
            Reason::Trade => {
                ("trade_metres", format!("同属{}行业", lead.trade), format!("same trade, {}", lead.trade))
            }
            Reason::Association => (
                "association_metres",
                format!("同属协会{association}"),
                format!("same association, {association}"),
            ),
        };
        let metres = metres_of(self.plan.places[unit], self.problem, unit);
        let name = self.name(Seat::Unit(seat));
        let (role_zh, role_en) = if seat as usize == unit {
            ("由本单位牵头".to_owned(), "it leads".to_owned())
        } else {
            (format!("由“{name}”牵头，相距{metres}米"), format!("“{name}” leads, {metres} m away"))
        };
        let (own, units, members) = (self.problem.units()[unit].members, joint.units.len(), joint.members);
        let why = both(
            format!(
                "正式党员{own}名，不足以单独组建；{zh}，{units}家单位共{members}名党员成立联合党支部，{role_zh}"
            ),
            format!(
                "{own} formal members are too few for its own: a joint branch ({en}) of {units} units with {members} \
                 members; {role_en}"
            ),
        );
        (vec!["own_least", "joint_units", rule], why)
    }

    fn attached(&self, unit: usize, to: Seat) -> (Vec<&'static str>, [String; 2]) {
        let own = self.problem.units()[unit].members;
        let metres = metres_of(self.plan.places[unit], self.problem, unit);
        let name = self.name(to);
        let why = both(
            format!("正式党员{own}名，不足以单独组建；挂靠“{name}”，相距{metres}米，不必新建组织"),
            format!(
                "{own} formal members are too few for its own: attached to “{name}”, {metres} m away, so that no new \
                 organisation is needed"
            ),
        );
        let near = metres <= self.problem.rules().near_metres.value;
        (vec!["own_least", "attached_units", if near { "near_metres" } else { "association_metres" }], why)
    }

    fn by(&self, by: Option<Seat>) -> (String, String) {
        match by {
            Some(seat) => {
                let name = self.name(seat);
                (format!("“{name}”"), format!("“{name}”"))
            }
            None => ("上级党组织".to_owned(), "the superior organisation".to_owned()),
        }
    }

    fn instructed(&self, unit: usize, by: Option<Seat>) -> Line {
        let metres = metres_of(self.plan.places[unit], self.problem, unit);
        let (zh, en) = self.by(by);
        let why = both(
            format!("没有正式党员，由{zh}（相距{metres}米）选派党建工作指导员"),
            format!("no formal members: {en}, {metres} m away, sends an instructor"),
        );
        let second = self.nearest.of(self.problem, unit).get(1).copied();
        let (next, cost) = match second {
            Some((far, seat)) => {
                let (zh, en) = self.by(Some(seat));
                let more = i64::from(far) - i64::from(metres);
                let next = both(format!("由{zh}选派，远{more}米"), format!("from {en}, {more} m further"));
                (next, Some(Worth { metres: more, ..Worth::default() }))
            }
            None => (both("附近没有其他组织", "no other organisation is near"), None),
        };
        Line { rules: vec!["instructor_units"], why, next, cost }
    }

    fn placed(&self, unit: usize, (rules, why): (Vec<&'static str>, [String; 2])) -> Line {
        let best =
            u32::try_from(unit).ok().and_then(|unit| self.small.get(&unit)).and_then(|at| self.next(*at));
        let Some((cost, at, swapped)) = best else {
            let next = both("规则内没有其他去处", "there is no other place within the rules");
            return Line { rules, why, next, cost: None };
        };
        let (to_zh, to_en) = match at {
            At::Out => ("不纳入组织".to_owned(), "left without an organisation".to_owned()),
            At::Host(host) => {
                let name = self.name(self.problem.seats[host as usize]);
                (format!("挂靠“{name}”"), format!("attached to “{name}”"))
            }
            At::Group(group) => {
                let name = self.name(Seat::Unit(self.leads[group as usize]));
                (format!("加入“{name}”牵头的联合党支部"), format!("in the joint branch that “{name}” leads"))
            }
        };
        let (with_zh, with_en) = match swapped {
            Some(other) => {
                let name = self.name(Seat::Unit(self.problem.small[other as usize]));
                (format!("，与“{name}”对调"), format!(", changing places with “{name}”"))
            }
            None => Default::default(),
        };
        let (left, new, metres) = (cost.left_out, cost.organisations, cost.metres);
        let next = both(
            format!("{to_zh}{with_zh}：未覆盖{left:+}、组织{new:+}、距离{metres:+}米"),
            format!("{to_en}{with_en}: {left:+} left out, {new:+} organisations, {metres:+} m"),
        );
        Line { rules, why, next, cost: Some(cost) }
    }

    /// The cheapest way to have a small unit elsewhere: there alone, or changing places with somebody.
    fn next(&self, unit: u32) -> Option<(Worth, At, Option<u32>)> {
        let ground = &self.problem.ground;
        let own = self.draft.at[unit as usize];
        let home: Vec<u32> = self.draft.members(own).to_vec();
        let rest: Vec<u32> = home.iter().copied().filter(|other| *other != unit).collect();
        let here = if own == At::Out { vec![unit] } else { home };
        let now = Draft::cost(ground, own, &here)?;
        // Those left behind who are too few for a branch are out.
        let out = |units: usize| Worth { left_out: units as i64, ..Worth::default() };
        let behind = Draft::cost(ground, own, &rest).unwrap_or(out(rest.len()));
        let mut best = (own != At::Out).then(|| (behind + out(1) - now, At::Out, None));
        let mut offer = |worth: Worth, at: At, swapped: Option<u32>| {
            if best.is_none_or(|best| worth < best.0) {
                best = Some((worth, at, swapped));
            }
        };
        let hosts = ground.doors.of(unit).iter().map(|door| At::Host(door.to));
        let groups = ground.near.of(unit).iter().map(|link| self.draft.at[link.to as usize]).take(60);
        let mut seen = vec![own, At::Out];
        for at in hosts.chain(groups) {
            if seen.contains(&at) {
                continue;
            }
            seen.push(at);
            let there = self.draft.members(at);
            let Some(before) = Draft::cost(ground, at, there) else { continue };
            let mut with = there.to_vec();
            with.push(unit);
            if let Some(after) = Draft::cost(ground, at, &with) {
                offer(behind + after - now - before, at, None);
            }
            for other in there.iter().filter(|_| own != At::Out) {
                let theirs: Vec<u32> = with.iter().copied().filter(|one| one != other).collect();
                let mut ours = rest.clone();
                ours.push(*other);
                let swapped = Draft::cost(ground, at, &theirs).zip(Draft::cost(ground, own, &ours));
                if let Some((theirs, ours)) = swapped {
                    offer(theirs + ours - now - before, at, Some(*other));
                }
            }
        }
        best
    }
}

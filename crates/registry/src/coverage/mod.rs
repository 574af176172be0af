//! Which enterprises and associations have no branch, and how each could be covered (应建尽建): a plan from what the
//! registry knows, line by line, for somebody to accept or decline.
//!
//! The plan is the engine's ([`lianxin_formation`]); here stand what it is made from ([`facts`]), how it is made in the
//! background ([`worker`]), and what a line is.

pub(crate) mod facts;
pub(crate) mod planner;
pub mod store;
pub mod worker;

use std::sync::OnceLock;

use lianxin_formation::{Rule, Rules};
use lianxin_foundation::{Micros, Scope, every};
use uuid::Uuid;

/// How a unit is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// 单独: it has members enough for a branch of its own.
    Own,
    /// 联合: with others.
    Joint,
    /// 挂靠: somebody takes it on.
    Attached,
    /// It has members, and nobody within the rules can take them in.
    Left,
    /// 选派指导员: it has no members.
    Instructed,
    /// It is covered already, and stays so.
    Kept,
}

every! {
    /// Every way, in the order screens list them.
    Way {
        Own        = "own",        "coverage-way-own";
        Joint      = "joint",      "coverage-way-joint";
        Attached   = "attached",   "coverage-way-attached";
        Left       = "left",       "coverage-way-left";
        Instructed = "instructed", "coverage-way-instructed";
        Kept       = "kept",       "coverage-way-kept";
    }
}

/// A stored way that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown way of covering {0:?}")]
pub struct UnknownWay(String);

impl TryFrom<String> for Way {
    type Error = UnknownWay;

    fn try_from(code: String) -> Result<Way, UnknownWay> {
        Way::from_code(&code).ok_or(UnknownWay(code))
    }
}

impl Way {
    /// Whether there is something to accept: a branch to found, or somebody to be attached to.
    pub fn proposes(self) -> bool {
        matches!(self, Way::Own | Way::Joint | Way::Attached)
    }
}

/// A plan for everything in an area.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Plan {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The area it is for: a county or below.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// When it was asked for.
    pub made_at: Micros,
    /// By whom.
    pub made_by: String,
    /// When its state changed last.
    pub changed_at: Micros,
    /// Units it is about.
    pub units: i64,
    /// Units left aside, since nobody knows where they stand.
    pub placeless: i64,
    /// Units with members whom nobody can take in.
    pub left_out: i64,
    /// New joint branches.
    pub joints: i64,
    /// Metres of joint and attached units to their seats.
    pub metres: i64,
    /// No plan leaves out fewer.
    pub least_left_out: i64,
    /// No plan that leaves out as many has fewer joint branches.
    pub least_joints: i64,
    /// No such plan has fewer metres.
    pub least_metres: i64,
}

impl Plan {
    /// Whether it can be read and decided upon.
    pub fn is_done(&self) -> bool {
        self.state == "done"
    }

    /// Whether no plan is better, by its proof.
    pub fn is_best(&self) -> bool {
        (self.left_out, self.joints, self.metres)
            == (self.least_left_out, self.least_joints, self.least_metres)
    }

    /// Whether somebody may read and decide upon it: they keep the organisations of its place and see its people, whose
    /// numbers it tells.
    pub fn within(&self, manages: &Scope, sees: &Scope) -> bool {
        [manages, sees].iter().all(|scope| scope.covers(&self.path, &[]))
    }
}

/// How one unit is covered in a plan.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// The unit.
    pub unit: Uuid,
    /// The proposal it belongs to: the unit that leads a joint branch, else itself.
    pub seat: Uuid,
    /// How.
    #[sqlx(try_from = "String")]
    pub way: Way,
    /// What is founded, by code of [`crate::organisation::OrganisationKind`].
    pub founds: Option<String>,
    /// The organisation that takes it on, keeps it or sends an instructor; for one that forms its own, the joint branch it
    /// leaves for that.
    pub host: Option<Uuid>,
    /// The unit whose new branch does.
    pub host_unit: Option<Uuid>,
    /// Formal members who work there.
    pub members: i64,
    /// Everybody who works there, as far as the registry knows.
    pub staff: i64,
    /// Metres to its seat.
    pub metres: i64,
    /// The rules it follows from, by name, with commas.
    pub rules: String,
    /// What the cheapest other place would cost the whole plan: units left out, where there is one.
    pub next_left_out: Option<i64>,
    /// New joint branches.
    pub next_joints: Option<i64>,
    /// Metres.
    pub next_metres: Option<i64>,
    /// What it rests on, as it was read.
    pub basis: String,
}

impl Line {
    /// The rules it follows from, by name.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.split(',').filter(|rule| !rule.is_empty())
    }
}

/// What was decided about a proposal.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// The proposal.
    pub seat: Uuid,
    /// `accepted` or `declined`.
    pub decision: String,
    /// The organisation that was founded, or takes the unit on.
    pub organisation: Option<Uuid>,
    /// Whether it was founded by this.
    pub founded: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub made_at: Micros,
    /// By whom.
    pub made_by: String,
}

impl Decision {
    /// Whether it was accepted.
    pub fn is_accepted(&self) -> bool {
        self.decision == "accepted"
    }
}

/// The engine's rule with this name.
pub(crate) fn rule(name: &str) -> Option<&'static Rule> {
    static RULES: OnceLock<Rules> = OnceLock::new();
    let rules = RULES.get_or_init(Rules::built_in);
    Some(match name {
        "own_least" => &rules.own_least,
        "branch_most" => &rules.branch_most,
        "committee_from" => &rules.committee_from,
        "leaders_from" => &rules.leaders_from,
        "joint_units" => &rules.joint_units,
        "near_metres" => &rules.near_metres,
        "trade_metres" => &rules.trade_metres,
        "association_metres" => &rules.association_metres,
        "attached_units" => &rules.attached_units,
        "instructor_units" => &rules.instructor_units,
        _ => return None,
    })
}

/// What a new branch is called unless somebody knows better: the unit that leads it, how many others, and what it is.
pub(crate) fn usual_name(line: &Line, seat: &str, units: usize) -> String {
    let kind = match line.founds.as_deref() {
        Some("committee") => "党委",
        Some("general-branch") => "党总支",
        _ => "党支部",
    };
    let others = if units > 1 { format!("等{units}家单位联合") } else { String::new() };
    let room = 60 - kind.chars().count() - others.chars().count();
    let short: String = seat.chars().take(room).collect();
    format!("{short}{others}{kind}")
}

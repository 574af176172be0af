//! Who goes to which shelter.

mod certificate;
mod distance;
mod ground;
mod members;
mod model;
mod picture;
mod plan;
mod planner;
mod problem;
mod replan;
pub mod sample;
mod shortage;
mod stages;
mod transport;
mod whole;

pub use certificate::{Certificate, CheckError, LeftOut, ShelterPrice};
pub use distance::distance_m;
pub use members::{MemberError, MemberPlan, answer_for};
pub use model::{
    FARTHEST_M, Household, InputError, LARGEST_HOUSEHOLD, List, MOST_PERSONS, Member, Need, Reason, Shelter,
    check_input, check_members,
};
pub use picture::picture;
pub use plan::{Assignment, Plan, Progress, Remaining, plan};
pub use planner::Planner;
pub use problem::Problem;
pub use replan::{Earlier, Goal, Replan, replan, rows_by_id};
pub use shortage::{Shortage, shortages};
pub use stages::{Bottleneck, Danger, Departure, Means, Timetable, timetable};
pub use whole::{Keep, WholePlan, plan_whole};

/// The work was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before there was a plan")]
pub struct Cancelled;

//! Who goes to which shelter, when a typhoon moves a city.
//!
//! Every household gets a shelter that has what it needs, within capacities, at the least total person-metres over
//! *all* pairs, and the answer comes with prices that prove it in one pass. The same plan can be had without split
//! households or buildings ([`plan_whole`]), from an earlier plan ([`replan`], [`Planner`]), as a timetable
//! ([`timetable`]) and as a picture ([`picture`]); [`answer_for`] gives every household a member who answers for it.
//!
//! Nothing here does I/O, reads a clock or draws a random number: the same lists give the same plan.
//!
//! ```
//! use std::ops::ControlFlow;
//! use lianxin_relocation::{Household, Need, Problem, Shelter, plan};
//!
//! let household = |id: &str, x, size| Household {
//!     id: id.into(), village: "V".into(), building: "B".into(), x, y: 0, size, need: Need::Any,
//! };
//! let shelter = |id: &str, x, capacity| Shelter {
//!     id: id.into(), x, y: 0, capacity, medical: false, ground: false,
//! };
//! let households = vec![household("H1", 0, 3), household("H2", 100, 2)];
//! let shelters = vec![shelter("S1", 0, 4), shelter("S2", 300, 9)];
//! let problem = Problem::new(households, shelters).expect("every record can be used");
//!
//! let plan = plan(&problem, &mut |_| ControlFlow::Continue(()))?;
//! // H1 and one of H2 go to S1, the other of H2 to S2.
//! assert_eq!(plan.person_metres, 100 + 200);
//! assert!(plan.certificate.optimal());
//! plan.certificate.check(&problem, &plan.assignments, &plan.remaining)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod cheapest;
mod distance;
mod few;
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
mod villages;
mod ways;
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
pub use villages::{Pays, VillagePlan, VillageProof, plan_villages};
pub use ways::{Ways, WaysError};
pub use whole::{Keep, WholePlan, plan_whole};

/// The work was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before there was a plan")]
pub struct Cancelled;

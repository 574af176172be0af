//! Which enterprises and associations form a branch of their own, which join, which are attached (应建尽建).
//!
//! Whoever has members enough forms its own; the others are placed so that everyone is covered, then with the fewest new
//! joint branches, then with the least metres to their seats ([`plan`]). The rules are data with their sources
//! ([`Rules`]); prices prove how good the plan is ([`Certificate`]); any plan can be judged by the rules ([`judge`]),
//! explained line by line ([`explain`]) and drawn ([`picture`]).
//!
//! Nothing here does I/O, reads a clock or draws a random number: the same lists give the same plan.
//!
//! ```
//! use std::ops::ControlFlow;
//! use lianxin_formation::{Place, Problem, Rules, Unit, UnitKind, plan};
//!
//! let unit = |id: &str, x, members| Unit {
//!     id: id.into(), kind: UnitKind::Enterprise, name: String::new(), area: "42/4299/429901".into(), x, y: 0,
//!     trade: String::new(), association: String::new(), members, staff: 20, organisation: String::new(),
//! };
//! let units = vec![unit("E1", 0, 2), unit("E2", 400, 1), unit("E3", 900, 1), unit("E4", 500, 8)];
//! let problem = Problem::new(units, Vec::new(), Rules::built_in())?;
//!
//! let plan = plan(&problem, &mut |_| ControlFlow::Continue(()))?;
//! // E4 has members enough; the others join around E2, which lies in the middle.
//! assert_eq!(plan.places[3], Place::Own);
//! assert_eq!(plan.places[0], Place::Joint { seat: 1 });
//! assert_eq!(plan.worth().metres, 400 + 500);
//! assert!(plan.certificate.optimal());
//! plan.certificate.check(&problem)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ascent;
mod certificate;
mod chains;
mod draft;
mod explain;
mod ground;
mod model;
mod nearest;
mod picture;
mod plan;
mod prices;
mod problem;
mod rules;
pub mod sample;
mod search;
mod solve;
mod verdict;
mod windows;

pub use certificate::{Certificate, FIGURES, HostId, HostPrice, Level, PartProof, ProofError};
pub use draft::Worth;
pub use explain::{Line, explain, kind_name};
pub use ground::{Reason, distance_m};
pub use model::{
    FARTHEST_M, InputError, List, MOST_PEOPLE, Organisation, OrganisationKind, Reason as InputReason, Unit,
    UnitKind, check_input,
};
pub use picture::picture;
pub use plan::{Joint, Place, Plan, Progress, Watch, metres_of, own_kind, plan, seat_of};
pub use prices::Weights;
pub use problem::{MOST_PAIRS, Problem, ProblemError, Seat, Standing};
pub use rules::{Force, MOST_LEAST, MOST_UNITS, Rule, Rules, RulesError, Sure};

pub use verdict::{Breach, Verdict, judge};

/// The work was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before there was a plan")]
pub struct Cancelled;

//! Which enterprises and associations form a branch of their own, which join, which are attached (应建尽建).
mod ascent;
mod certificate;
mod chains;
mod draft;
mod ground;
mod model;
mod nearest;
mod plan;
mod prices;
mod problem;
mod rules;
pub mod sample;
mod search;
mod solve;
mod windows;

pub use certificate::{Certificate, FIGURES, HostId, HostPrice, Level, PartProof, ProofError};
pub use draft::Worth;
pub use ground::{Reason, distance_m};
pub use model::{
    FARTHEST_M, InputError, List, MOST_PEOPLE, Organisation, OrganisationKind, Reason as InputReason, Unit,
    UnitKind, check_input,
};
pub use plan::{Joint, Place, Plan, Progress, Watch, metres_of, own_kind, plan, seat_of};
pub use prices::Weights;
pub use problem::{MOST_PAIRS, Problem, ProblemError, Seat, Standing};
pub use rules::{Force, MOST_LEAST, MOST_UNITS, Rule, Rules, RulesError, Sure};

/// The work was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before there was a plan")]
pub struct Cancelled;

//! Transfers between organisations: asked for by one end, answered by the other within a stated time. Nothing
//! changes until the other end agrees; then one membership ends and the next begins on the same day.

pub mod store;

use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Micros, Scope};
use uuid::Uuid;

/// How long the other end has. Our default: no text at hand names the days for an answer.
pub const ANSWER_WITHIN: Micros = 30 * DAY;

/// A transfer as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Transfer {
    /// The person's county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// Who goes.
    pub person: Uuid,
    /// As what: the kind of the membership, which they keep.
    pub kind: String,
    /// The membership that ends.
    pub membership: Uuid,
    /// Where from.
    pub from_organisation: Uuid,
    /// That organisation's path.
    pub from_path: String,
    /// Where to.
    pub to_organisation: Uuid,
    /// That organisation's path.
    pub to_path: String,
    /// Whether the organisation they leave asked; else the one they come to.
    pub asked_from: bool,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Micros,
    /// Why.
    pub reason: String,
    /// Until when it can be answered.
    pub due_at: Micros,
    /// `open`, `accepted`, `refused` or `withdrawn`.
    pub state: String,
    /// Who answered.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<Micros>,
    /// What they said.
    pub answer: Option<String>,
}

impl Transfer {
    /// Whether it still waits for its answer.
    pub fn is_open(&self, now: Micros) -> bool {
        self.state == "open" && now < self.due_at
    }

    /// Whether a scope holds the end that asked.
    pub fn asked_within(&self, scope: &Scope) -> bool {
        self.end_within(scope, self.asked_from)
    }

    /// Whether a scope holds the end that answers.
    pub fn answered_within(&self, scope: &Scope) -> bool {
        self.end_within(scope, !self.asked_from)
    }

    fn end_within(&self, scope: &Scope, from: bool) -> bool {
        match from {
            true => scope.covers(&self.from_path, &[Some(self.from_organisation)]),
            false => scope.covers(&self.to_path, &[Some(self.to_organisation)]),
        }
    }

    /// The message of its state, as somebody sees it at a moment.
    pub fn message(&self, now: Micros) -> &'static str {
        match self.state.as_str() {
            "accepted" => "transfer-accepted",
            "refused" => "transfer-refused",
            "withdrawn" => "transfer-withdrawn",
            _ if now < self.due_at => "transfer-open",
            _ => "transfer-lapsed",
        }
    }
}

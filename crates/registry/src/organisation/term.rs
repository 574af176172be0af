//! Terms of office (届).

use lianxin_foundation::Micros;
use uuid::Uuid;

/// A term: elected on its first day, due to be elected anew on its last.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Term {
    /// Its id.
    pub id: Uuid,
    /// The first moment of the first day.
    #[sqlx(rename = "valid_from")]
    pub from: Micros,
    /// The first moment of the day the next election is due.
    #[sqlx(rename = "valid_to")]
    pub to: Micros,
    /// The paper that approves of an early or late election.
    pub approval: Option<String>,
}

#[cfg(test)]
impl Term {
    /// A term between two moments.
    pub(crate) fn between(from: Micros, to: Micros) -> Term {
        Term { id: Uuid::nil(), from, to, approval: None }
    }
}

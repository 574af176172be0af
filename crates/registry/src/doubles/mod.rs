//! Two records of one person: found by name and birth or telephone, laid side by side, merged with an undo, or said to be two
//! people ([decision 24](../../../../docs/decisions/0024-doubles.md)).
//!
//! A merge moves facts and never copies or deletes one: [`plan`] says for each whose it is afterwards and from when until
//! when, the log keeps what it was, and undoing writes exactly that back while nothing else was changed since.

pub mod plan;
pub mod store;

use std::future::Future;
use std::pin::Pin;

use lianxin_foundation::{Micros, Result, Tx, every};
use uuid::Uuid;

/// One of the two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// The record that stays.
    #[default]
    Kept,
    /// The one that goes into it.
    Gone,
}

every! {
    /// Both.
    Side {
        Kept = "kept", "doubles-kept";
        Gone = "gone", "doubles-gone";
    }
}

impl Side {
    /// The one of two that this side names.
    pub fn of<T>(self, kept: T, gone: T) -> T {
        match self {
            Side::Kept => kept,
            Side::Gone => gone,
        }
    }
}

/// Why two records may be of one person; the name is the same in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same day of birth.
    Birth,
    /// The same telephone.
    Phone,
}

every! {
    /// Both, the firmer first.
    Likeness {
        Birth = "birth", "doubles-same-birth";
        Phone = "phone", "doubles-same-phone";
    }
}

/// A merge on record.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Merge {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The record that stayed.
    pub kept: Uuid,
    /// The one that went into it.
    pub gone: Uuid,
    /// When.
    pub made_at: Micros,
    /// By whom.
    pub made_by: String,
    /// Why.
    pub reason: String,
    /// The version the kept record had right after.
    pub version: i64,
    /// When it was undone.
    pub undone_at: Option<Micros>,
    /// By whom.
    pub undone_by: Option<String>,
}

/// The rows of other rooms that name a person, each as a text that its room can read again.
pub type RowsOf =
    for<'t> fn(&'t mut Tx, String, Uuid) -> Pin<Box<dyn Future<Output = Result<Vec<String>>> + Send + 't>>;

/// Lets such a row name another person; one that is no more stays so.
pub type Point =
    for<'t> fn(&'t mut Tx, String, String, Uuid) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 't>>;

/// What other rooms hold about people, which this one knows nothing of; lent by the program as an `axum::Extension`.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere {
    /// Finds the rows.
    pub rows: RowsOf,
    /// Changes whom one names.
    pub point: Point,
}

impl Elsewhere {
    /// No other room holds anything.
    pub const NOWHERE: Elsewhere = Elsewhere {
        rows: |_, _, _| Box::pin(async { Ok(Vec::new()) }),
        point: |_, _, _, _| Box::pin(async { Ok(()) }),
    };
}

/// What one line of the log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Where they lived.
    Residence,
    /// What they were in an organisation.
    Membership,
    /// From one organisation to another.
    Transfer,
    /// A row of another room.
    Elsewhere,
}

every! {
    /// Every kind.
    What {
        Residence  = "residence";
        Membership = "membership";
        Transfer   = "transfer";
        Elsewhere  = "elsewhere";
    }
}

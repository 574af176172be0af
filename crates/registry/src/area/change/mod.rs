//! Changes of the tree: another name, another place, two into one, one into two, an end.
//!
//! An area's id spells its path for ever, so nothing ever moves: an area that goes elsewhere ends, and its heir goes on
//! under an id of its own ([decision 19](../../../../docs/decisions/0019-the-tree-as-of-any-day.md)). Every operation is
//! [planned](plan) as a list of steps that can be looked at before, [carried out](carry) in one transaction, and
//! [undone](undo) to the letter.

pub mod carry;
mod ground;
pub mod plan;
pub mod store;
pub mod undo;

use lianxin_foundation::{Micros, every};
use uuid::Uuid;

use super::Area;

/// Which operation a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// 改名
    Rename,
    /// 划转: below another area, or under another code.
    Move,
    /// 合并
    Merge,
    /// 拆分
    Split,
    /// 撤销: what is left goes to the area around it.
    Close,
    /// 改边界: the grids of a place have other outlines.
    Redraw,
    /// 新设: a town or village that was not there.
    Open,
}

every! {
    /// Every kind.
    ChangeKind {
        Rename = "rename", "area-change-rename";
        Move   = "move",   "area-change-move";
        Merge  = "merge",  "area-change-merge";
        Split  = "split",  "area-change-split";
        Close  = "close",  "area-change-close";
        Redraw = "redraw", "area-change-redraw";
        Open   = "open",   "area-change-open";
    }
}

/// An area that ends, and the one that goes on for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Succession {
    /// The area that ends.
    pub area: Area,
    /// The id of its heir: one that is there, or one that this change makes.
    pub heir: String,
}

/// Everything a change does to the tree, before it is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Which operation it is.
    pub kind: ChangeKind,
    /// The county it lies in.
    pub county: String,
    /// Areas to be made, those around before those within; beside each the id it goes back to when this is undone.
    pub makes: Vec<(Area, String)>,
    /// Areas that end.
    pub ends: Vec<Succession>,
    /// Areas that stay but are not quite the same: as they were, and as they will be.
    pub amends: Vec<(Area, Area)>,
}

/// A change on record.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Change {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// [`ChangeKind`]'s code.
    pub kind: String,
    /// The first moment of the day from which it counts.
    pub valid_from: Micros,
    /// When it was made.
    pub made_at: Micros,
    /// Who made it.
    pub made_by: String,
    /// Why.
    pub reason: String,
    /// When it was undone.
    pub undone_at: Option<Micros>,
    /// Who undid it.
    pub undone_by: Option<String>,
}

/// What a change did to one area.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Step {
    /// The change.
    pub change: Uuid,
    /// The area.
    pub area: String,
    /// Its heir; itself where it stayed; where it goes back to if it was made.
    pub heir: String,
    /// Whether it was made.
    pub made: bool,
    /// Its name before; of a made one its name.
    pub name: String,
    /// Its households before.
    pub households: Option<i64>,
    /// Its boundary before.
    pub shape: Option<String>,
}

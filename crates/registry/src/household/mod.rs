//! Households: who lives together, where, from a day to a day.

pub mod store;

use lianxin_foundation::{Micros, every};
use uuid::Uuid;

/// How somebody is related to the head of the household, after the groups of GB/T 4761.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// 户主
    Head,
    /// 配偶
    Spouse,
    /// 子女
    Child,
    /// 孙辈
    Grandchild,
    /// 父母
    Parent,
    /// 祖辈
    Grandparent,
    /// 兄弟姐妹
    Sibling,
    /// 其他
    Other,
}

every! {
    /// Every relation, in the order screens list them.
    Relation {
        Head        = "head",        "relation-head";
        Spouse      = "spouse",      "relation-spouse";
        Child       = "child",       "relation-child";
        Grandchild  = "grandchild",  "relation-grandchild";
        Parent      = "parent",      "relation-parent";
        Grandparent = "grandparent", "relation-grandparent";
        Sibling     = "sibling",     "relation-sibling";
        Other       = "other",       "relation-other";
    }
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Household {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The number of its booklet, where it has one: once in a county.
    pub code: Option<String>,
    /// The smallest area it stands in.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// The rest of the address, sealed.
    pub sealed_address: Option<Vec<u8>>,
    /// From when.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Option<Micros>,
}

/// Somebody living in a household from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Residence {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub person: Uuid,
    /// In which household.
    pub household: Uuid,
    /// [`Relation`]'s code.
    pub relation: String,
    /// Where the household stood.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// The first moment of the first day.
    #[sqlx(rename = "valid_from")]
    pub from: Micros,
    /// The first moment of the day after the last, if it is over.
    #[sqlx(rename = "valid_to")]
    pub to: Option<Micros>,
    /// Why it is over: `moved`, `moved-away`, `died`, `corrected`.
    pub ended: Option<String>,
}

impl Residence {
    /// Whether it holds at a moment.
    pub fn holds(&self, at: Micros) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }

    /// The message id of the relation.
    pub fn message(&self) -> &'static str {
        Relation::from_code(&self.relation).unwrap_or(Relation::Other).message()
    }
}

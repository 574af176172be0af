//! Households: who lives together, where, from a day to a day.

pub mod store;

use lianxin_foundation::Micros;
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

impl Relation {
    /// Every relation, in the order screens list them.
    pub const ALL: [Relation; 8] = [
        Relation::Head,
        Relation::Spouse,
        Relation::Child,
        Relation::Grandchild,
        Relation::Parent,
        Relation::Grandparent,
        Relation::Sibling,
        Relation::Other,
    ];

    /// The stable code in tables, files and the API.
    pub fn code(self) -> &'static str {
        match self {
            Relation::Head => "head",
            Relation::Spouse => "spouse",
            Relation::Child => "child",
            Relation::Grandchild => "grandchild",
            Relation::Parent => "parent",
            Relation::Grandparent => "grandparent",
            Relation::Sibling => "sibling",
            Relation::Other => "other",
        }
    }

    /// The message id of its name.
    pub fn message(self) -> &'static str {
        match self {
            Relation::Head => "relation-head",
            Relation::Spouse => "relation-spouse",
            Relation::Child => "relation-child",
            Relation::Grandchild => "relation-grandchild",
            Relation::Parent => "relation-parent",
            Relation::Grandparent => "relation-grandparent",
            Relation::Sibling => "relation-sibling",
            Relation::Other => "relation-other",
        }
    }

    /// The relation with this code.
    pub fn from_code(code: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.code() == code)
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

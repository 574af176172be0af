//! Organisations: departments, committees, branches, companies, and what they answer for.

pub mod store;

use lianxin_foundation::{Micros, every};
use uuid::Uuid;

/// What kind of organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// 承办单位: a department, a town's office, a village committee.
    Unit,
    /// 党委
    Committee,
    /// 党总支
    GeneralBranch,
    /// 党支部
    Branch,
    /// 党小组
    Group,
    /// 协会、商会
    Association,
    /// 物业公司
    PropertyCompany,
    /// 业主委员会
    OwnersCommittee,
    /// 企业
    Enterprise,
    /// 合作社
    Cooperative,
    /// 志愿服务队
    VolunteerTeam,
}

/// A stored kind that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown kind of organisation {0:?}")]
pub struct UnknownOrganisationKind(String);

every! {
    /// Every kind, in the order screens list them.
    OrganisationKind {
        Unit            = "unit",             "organisation-kind-unit";
        Committee       = "committee",        "organisation-kind-committee";
        GeneralBranch   = "general-branch",   "organisation-kind-general-branch";
        Branch          = "branch",           "organisation-kind-branch";
        Group           = "group",            "organisation-kind-group";
        Association     = "association",      "organisation-kind-association";
        PropertyCompany = "property-company", "organisation-kind-property-company";
        OwnersCommittee = "owners-committee", "organisation-kind-owners-committee";
        Enterprise      = "enterprise",       "organisation-kind-enterprise";
        Cooperative     = "cooperative",      "organisation-kind-cooperative";
        VolunteerTeam   = "volunteer-team",   "organisation-kind-volunteer-team";
    }
}

impl TryFrom<String> for OrganisationKind {
    type Error = UnknownOrganisationKind;

    fn try_from(code: String) -> Result<OrganisationKind, UnknownOrganisationKind> {
        OrganisationKind::from_code(&code).ok_or(UnknownOrganisationKind(code))
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Organisation {
    /// The county of its area.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// A short name for files and commands, where it has one.
    pub code: Option<String>,
    /// Its kind.
    #[sqlx(try_from = "String")]
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// The area it belongs to.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// Its public phone number.
    pub phone: Option<String>,
    /// From when it exists.
    pub valid_from: Micros,
    /// Since when it is closed.
    pub valid_to: Option<Micros>,
}

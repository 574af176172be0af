//! Organisations: departments, committees, branches, companies, and what they answer for.

pub mod store;

use lianxin_foundation::Micros;
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

impl OrganisationKind {
    /// Every kind, in the order screens list them.
    pub const ALL: [OrganisationKind; 11] = [
        OrganisationKind::Unit,
        OrganisationKind::Committee,
        OrganisationKind::GeneralBranch,
        OrganisationKind::Branch,
        OrganisationKind::Group,
        OrganisationKind::Association,
        OrganisationKind::PropertyCompany,
        OrganisationKind::OwnersCommittee,
        OrganisationKind::Enterprise,
        OrganisationKind::Cooperative,
        OrganisationKind::VolunteerTeam,
    ];

    /// The stable code in tables, files and the API.
    pub fn code(self) -> &'static str {
        match self {
            OrganisationKind::Unit => "unit",
            OrganisationKind::Committee => "committee",
            OrganisationKind::GeneralBranch => "general-branch",
            OrganisationKind::Branch => "branch",
            OrganisationKind::Group => "group",
            OrganisationKind::Association => "association",
            OrganisationKind::PropertyCompany => "property-company",
            OrganisationKind::OwnersCommittee => "owners-committee",
            OrganisationKind::Enterprise => "enterprise",
            OrganisationKind::Cooperative => "cooperative",
            OrganisationKind::VolunteerTeam => "volunteer-team",
        }
    }

    /// The message id of its name.
    pub fn message(self) -> &'static str {
        match self {
            OrganisationKind::Unit => "organisation-kind-unit",
            OrganisationKind::Committee => "organisation-kind-committee",
            OrganisationKind::GeneralBranch => "organisation-kind-general-branch",
            OrganisationKind::Branch => "organisation-kind-branch",
            OrganisationKind::Group => "organisation-kind-group",
            OrganisationKind::Association => "organisation-kind-association",
            OrganisationKind::PropertyCompany => "organisation-kind-property-company",
            OrganisationKind::OwnersCommittee => "organisation-kind-owners-committee",
            OrganisationKind::Enterprise => "organisation-kind-enterprise",
            OrganisationKind::Cooperative => "organisation-kind-cooperative",
            OrganisationKind::VolunteerTeam => "organisation-kind-volunteer-team",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<OrganisationKind> {
        OrganisationKind::ALL.into_iter().find(|kind| kind.code() == code)
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

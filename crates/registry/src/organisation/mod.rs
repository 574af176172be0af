//! Organisations: departments, committees, branches, companies; their tree, their terms, and what they answer for.

pub mod rules;
pub(crate) mod standing;
pub mod store;
pub mod term;

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
    /// 党员中心户
    ContactHousehold,
    /// 协会
    Association,
    /// 商会
    Chamber,
    /// 联盟
    Alliance,
    /// 工会
    Union,
    /// 共青团组织
    Youth,
    /// 妇联组织
    Women,
    /// 物业公司
    PropertyCompany,
    /// 业主委员会
    OwnersCommittee,
    /// 企业
    Enterprise,
    /// 合作社
    Cooperative,
    /// 阵地: a service centre, a drivers' home, a warm-service station.
    Station,
    /// 志愿服务队
    VolunteerTeam,
    /// 工作专班
    TaskForce,
}

/// A stored kind that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown kind of organisation {0:?}")]
pub struct UnknownOrganisationKind(String);

every! {
    /// Every kind, in the order screens list them.
    OrganisationKind {
        Unit             = "unit",              "organisation-kind-unit";
        Committee        = "committee",         "organisation-kind-committee";
        GeneralBranch    = "general-branch",    "organisation-kind-general-branch";
        Branch           = "branch",            "organisation-kind-branch";
        Group            = "group",             "organisation-kind-group";
        ContactHousehold = "contact-household", "organisation-kind-contact-household";
        Association      = "association",       "organisation-kind-association";
        Chamber          = "chamber",           "organisation-kind-chamber";
        Alliance         = "alliance",          "organisation-kind-alliance";
        Union            = "union",             "organisation-kind-union";
        Youth            = "youth",             "organisation-kind-youth";
        Women            = "women",             "organisation-kind-women";
        PropertyCompany  = "property-company",  "organisation-kind-property-company";
        OwnersCommittee  = "owners-committee",  "organisation-kind-owners-committee";
        Enterprise       = "enterprise",        "organisation-kind-enterprise";
        Cooperative      = "cooperative",       "organisation-kind-cooperative";
        Station          = "station",           "organisation-kind-station";
        VolunteerTeam    = "volunteer-team",    "organisation-kind-volunteer-team";
        TaskForce        = "task-force",        "organisation-kind-task-force";
    }
}

impl OrganisationKind {
    /// Whether it is an organisation of the Party, which has others below it.
    pub fn is_party(self) -> bool {
        matches!(
            self,
            OrganisationKind::Committee
                | OrganisationKind::GeneralBranch
                | OrganisationKind::Branch
                | OrganisationKind::Group
                | OrganisationKind::ContactHousehold
        )
    }

    /// Whether one of this kind can stand above one of `below`: of the Party's own the wider above the narrower, and
    /// whoever is not of the Party below any of its branches and committees.
    pub fn leads(self, below: OrganisationKind) -> bool {
        let rank = |kind: OrganisationKind| match kind {
            OrganisationKind::Committee => 0,
            OrganisationKind::GeneralBranch => 1,
            OrganisationKind::Branch => 2,
            OrganisationKind::Group => 3,
            OrganisationKind::ContactHousehold => 4,
            _ => 5,
        };
        match rank(self) {
            // Committees stand below committees: a town's below the county's.
            0 => true,
            own @ (1 | 2) => own < rank(below),
            3 => below == OrganisationKind::ContactHousehold,
            _ => false,
        }
    }
}

/// How a branch is formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// As usual: one unit, one place.
    #[default]
    Ordinary,
    /// 联合: several units together.
    Joint,
    /// 临时: for a task, until it is over.
    Temporary,
    /// 功能型: for something its members do together beside their own branches.
    Functional,
    /// 项目: on a project.
    Project,
    /// 跨村: for several villages.
    AcrossVillages,
}

every! {
    /// Every form, in the order screens list them.
    Form {
        Ordinary       = "ordinary",        "organisation-form-ordinary";
        Joint          = "joint",           "organisation-form-joint";
        Temporary      = "temporary",       "organisation-form-temporary";
        Functional     = "functional",      "organisation-form-functional";
        Project        = "project",         "organisation-form-project";
        AcrossVillages = "across-villages", "organisation-form-across-villages";
    }
}

/// A stored form that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown form of organisation {0:?}")]
pub struct UnknownForm(String);

impl TryFrom<Option<String>> for Form {
    type Error = UnknownForm;

    fn try_from(code: Option<String>) -> Result<Form, UnknownForm> {
        match code {
            None => Ok(Form::Ordinary),
            Some(code) => Form::from_code(&code).ok_or(UnknownForm(code)),
        }
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
    /// How it is formed, where it is a branch.
    #[sqlx(try_from = "Option<String>")]
    pub form: Form,
    /// The organisation above it; for an enterprise or an association the one that covers it.
    pub superior: Option<Uuid>,
    /// The paper by which the superior approved of it.
    pub approval: Option<String>,
    /// When its task is over, where it is for a task.
    pub ends: Option<Micros>,
    /// From when it exists.
    pub valid_from: Micros,
    /// Since when it is closed.
    pub valid_to: Option<Micros>,
}

impl Organisation {
    /// Whether it exists at a moment.
    pub fn holds(&self, at: Micros) -> bool {
        self.valid_from <= at && self.valid_to.is_none_or(|to| at < to)
    }
}

/// What else is known of an organisation.
#[derive(Debug, Clone, Default, PartialEq, sqlx::FromRow)]
pub struct Profile {
    /// What it works in, in the county's own words.
    pub trade: Option<String>,
    /// Degrees east of where it stands, where that is known better than by its area.
    pub lon: Option<f64>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// How many units a branch takes on besides those it covers; none: as its form has it.
    pub takes: Option<i64>,
}

/// What an organisation was before.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Past {
    /// Its name then.
    pub name: String,
    /// The area it belonged to.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// The organisation above it then.
    pub superior: Option<Uuid>,
    /// From when it was so.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Micros,
    /// Why it changed.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_forms_are_found_by_their_codes() {
        for kind in OrganisationKind::ALL {
            assert_eq!(OrganisationKind::from_code(kind.code()), Some(kind));
        }
        for form in Form::ALL {
            assert_eq!(Form::from_code(form.code()), Some(form));
        }
        assert!(OrganisationKind::from_code("no-such").is_none() && Form::from_code("").is_none());
    }

    #[test]
    fn the_wider_leads_the_narrower() {
        use OrganisationKind::{Branch, Committee, ContactHousehold, Enterprise, GeneralBranch, Group, Unit};
        for (above, below) in
            [(Committee, Committee), (Committee, Branch), (GeneralBranch, Branch), (Branch, Group)]
        {
            assert!(above.leads(below), "{above:?} {below:?}");
        }
        assert!(Branch.leads(Enterprise) && Group.leads(ContactHousehold) && Committee.leads(Unit));
        for (above, below) in [(Branch, Branch), (Branch, GeneralBranch), (Group, Enterprise), (Unit, Branch)]
        {
            assert!(!above.leads(below), "{above:?} {below:?}");
        }
    }
}

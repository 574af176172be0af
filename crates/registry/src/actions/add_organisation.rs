//! Adds an organisation.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::end_of_day;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::named;
use crate::area::store as areas;
use crate::organisation::rules::{Facts, Law};
use crate::organisation::{Form, Organisation, OrganisationKind, standing, store};
use crate::post::require_kept;

/// How an organisation is founded, where there is more to it than a name.
#[derive(Debug, Clone, Default)]
pub struct Founding {
    /// How it is formed; only branches are formed otherwise than as usual.
    pub form: Form,
    /// The organisation above it.
    pub superior: Option<Uuid>,
    /// The paper by which the superior approved of it.
    pub approval: Option<String>,
    /// The last day of its task, as its first moment.
    pub ends: Option<Micros>,
}

/// A new organisation.
pub struct AddOrganisation {
    /// A short name for files and commands, once in a county; lower-case letters, digits, hyphens.
    pub code: Option<String>,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// The area it belongs to.
    pub area: String,
    /// Its public phone number.
    pub phone: Option<String>,
    /// How it is formed, below whom, by whose leave and until when.
    pub founding: Founding,
}

impl Action for AddOrganisation {
    type Output = Organisation;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Organisation> {
        let area = areas::area(tx, &self.area).await?.filter(|area| area.valid_to.is_none());
        let Some(area) = area else { return Err(Problem::invalid().field("area", "area-unknown").into()) };
        require_kept(cx, &area.path)?;
        self.check()?;
        if let Some(code) = &self.code
            && store::by_code(tx, &area.county, code).await?.is_some()
        {
            return Err(Problem::invalid().field("code", "organisation-code-taken").into());
        }
        let organisation = Organisation {
            county: area.county,
            id: cx.app.ids().new_id(cx.now),
            code: self.code.clone(),
            kind: self.kind,
            name: self.name.trim().to_owned(),
            area: area.id,
            path: area.path,
            phone: self.phone.clone(),
            form: self.founding.form,
            superior: self.founding.superior,
            approval: self.founding.approval.clone(),
            ends: self.founding.ends.map(end_of_day),
            valid_from: cx.now,
            valid_to: None,
        };
        self.check_founding(tx, cx, &organisation).await?;
        store::insert(tx, &organisation).await?;
        tx.audit(
            Entry::new(cx.who, &organisation.county, "organisation-add", "organisation", organisation.id)
                .detail(json!({
                    "name": organisation.name, "area": organisation.area, "superior": organisation.superior,
                })),
        );
        Ok(organisation)
    }
}

impl AddOrganisation {
    /// Refuses what its kind's rules say must be otherwise.
    async fn check_founding(&self, tx: &mut Tx, cx: Context<'_>, new: &Organisation) -> Result<()> {
        if self.kind != OrganisationKind::Branch && new.form != Form::Ordinary {
            return Err(Problem::invalid().field("form", "organisation-form-not-there").into());
        }
        standing::require_superior(tx, cx, new).await?;
        let facts = Facts {
            form: new.form,
            superior: new.superior.is_some(),
            approval: new.approval.is_some(),
            from: new.valid_from,
            ends: new.ends,
            ..Facts::default()
        };
        let mut problem = Problem::invalid();
        for finding in Law::of(self.kind, &facts).founding().iter().filter(|finding| finding.must()) {
            problem = match finding.rule.code.as_str() {
                "superior" => problem.field("superior", "organisation-superior-missing"),
                "approval" => problem.field("approval", "organisation-approval-missing"),
                _ => problem.field("ends", "organisation-ends-missing"),
            };
        }
        if new.ends.is_some_and(|ends| ends <= cx.now) {
            problem = problem.field("ends", "organisation-ends-past");
        }
        problem.when_fields()
    }

    fn check(&self) -> Result<()> {
        let mut problem = Problem::invalid();
        if named(&self.name).is_none() {
            problem = problem.field("name", "organisation-name-form");
        }
        let code_ok = |code: &str| {
            (1..=60).contains(&code.len())
                && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if self.code.as_deref().is_some_and(|code| !code_ok(code)) {
            problem = problem.field("code", "organisation-code-form");
        }
        if self.founding.approval.as_deref().is_some_and(|paper| named(paper).is_none()) {
            problem = problem.field("approval", "organisation-approval-form");
        }
        let phone_ok = |phone: &str| {
            (3..=40).contains(&phone.len())
                && phone.bytes().all(|byte| byte.is_ascii_digit() || b"+-() ,".contains(&byte))
        };
        if self.phone.as_deref().is_some_and(|phone| !phone_ok(phone)) {
            problem = problem.field("phone", "organisation-phone-form");
        }
        problem.when_fields()
    }
}

//! Adds an organisation.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;

use super::named;
use crate::area::store as areas;
use crate::organisation::{Organisation, OrganisationKind, store};
use crate::post::require_kept;

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
            valid_from: cx.now,
            valid_to: None,
        };
        store::insert(tx, &organisation).await?;
        tx.audit(
            Entry::new(cx.who, &organisation.county, "organisation-add", "organisation", organisation.id)
                .detail(json!({ "name": organisation.name, "area": organisation.area })),
        );
        Ok(organisation)
    }
}

impl AddOrganisation {
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

//! What a county lacks before anybody can work on what is reported in it: told to whoever keeps it, on its own page.

use lianxin_foundation::account::store::{self as accounts, PostFilter};
use lianxin_foundation::web::Visitor;
use lianxin_foundation::{Result, Right, Role};

use crate::area::path_of;
use crate::duty::store as duties;

/// Who has to be there: one to send matters, one to work on them, one to see to it.
const PEOPLE: [Role; 3] = [Role::Dispatcher, Role::UnitHandler, Role::Supervisor];
/// A county's code: organisations, duties and posts of the places above it are many counties'.
const COUNTY_DIGITS: usize = 6;

/// One thing to be done.
#[derive(Debug, Clone)]
pub(crate) struct FirstStep {
    /// The message that names it.
    pub(crate) words: &'static str,
    /// Where it is done.
    pub(crate) href: String,
    pub(crate) done: bool,
}

/// The steps in their order, those done among them; empty once all are done. `organisations` is how many the
/// county has.
pub(super) async fn of(visitor: &Visitor, county: &str, organisations: i64) -> Result<Vec<FirstStep>> {
    if county.len() != COUNTY_DIGITS {
        return Ok(Vec::new());
    }
    let scope = visitor.scope(Right::Manage)?;
    let mut tx = visitor.app.db().read().await?;
    let mut staffed = true;
    for role in PEOPLE {
        let filter = PostFilter { path: path_of(county), role: role.code().to_owned(), ..Default::default() };
        staffed &= accounts::count_holders(&mut tx, &scope, &filter, visitor.now).await? > 0;
    }
    let answered = duties::any(&mut tx, county, visitor.now).await?;
    let steps = [
        ("first-step-organisation", format!("/organisations/new?area={county}"), organisations > 0),
        ("first-step-duty", format!("/organisations?area={county}"), answered),
        ("first-step-people", "/posts/new-account".to_owned(), staffed),
    ];
    let steps = steps.map(|(words, href, done)| FirstStep { words, href, done });
    Ok(if steps.iter().all(|step| step.done) { Vec::new() } else { steps.into() })
}

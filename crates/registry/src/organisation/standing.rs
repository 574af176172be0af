//! Where an organisation stands: what is known of it for its rules, and who is above it.

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Context, Micros, Problem, Result, Right, Tx};

use super::rules::{Facts, Law};
use super::{Organisation, store};
use crate::area::{AreaKind, ancestors};
use crate::membership::store as memberships;

/// At most so many organisations stand one above the other.
const DEEPEST: usize = 12;

/// What is known of an organisation at a moment.
pub(crate) async fn facts(tx: &mut Tx, organisation: &Organisation, at: Micros) -> Result<Facts> {
    let below = store::below(tx, organisation.id, at).await?;
    let mut terms = store::terms_of(tx, &organisation.county, organisation.id).await?;
    terms.retain(|term| term.from <= at);
    Ok(Facts {
        form: organisation.form,
        village: ancestors(&organisation.path).len() > AreaKind::Village as usize,
        people: memberships::counted(tx, organisation.id, at).await?.into_iter().collect(),
        covers: i64::try_from(below.iter().filter(|one| !one.kind.is_party()).count()).unwrap_or(i64::MAX),
        superior: organisation.superior.is_some(),
        approval: organisation.approval.is_some(),
        term: terms.into_iter().next(),
        from: organisation.valid_from,
        ends: organisation.ends,
    })
}

/// Whether an organisation leads people into the Party: a temporary branch does not.
pub(crate) fn admits(organisation: &Organisation) -> bool {
    let facts = Facts { form: organisation.form, ..Facts::default() };
    Law::of(organisation.kind, &facts).rule("no-admission").is_none()
}

/// Refuses a superior that does not exist for the asker, cannot stand above it, or stands below it. One of the places
/// around it needs no right of its own: everybody knows whom they report to.
pub(crate) async fn require_superior(
    tx: &mut Tx,
    cx: Context<'_>,
    organisation: &Organisation,
) -> Result<()> {
    let Some(id) = organisation.superior else { return Ok(()) };
    let refused = |code| Err(Problem::invalid().field("superior", code).into());
    let near = |one: &Organisation| {
        one.holds(cx.now)
            && (organisation.path.starts_with(&one.path)
                || cx.scope(Right::SeeRegistry).covers(&one.path, &[]))
    };
    let Some(superior) = store::find(tx, id).await?.filter(near) else {
        return refused("organisation-superior-unknown");
    };
    if !superior.kind.leads(organisation.kind) {
        return refused("organisation-superior-kind");
    }
    let mut above = Some(superior);
    for _ in 0..DEEPEST {
        let Some(one) = above else { return Ok(()) };
        if one.id == organisation.id {
            return refused("organisation-superior-below");
        }
        above = match one.superior {
            Some(next) => store::find(tx, next).await?,
            None => None,
        };
    }
    Err(Problem::new(Kind::Conflict, "organisation-superior-deep").into())
}

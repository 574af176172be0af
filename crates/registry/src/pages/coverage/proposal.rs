//! One proposal: its units line by line, and the forms to accept it, change it, decline it or take that back.

use std::collections::BTreeSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Tx};
use uuid::Uuid;

use super::told::{Proposal, tell};
use super::visible;
use crate::actions::coverage::{AcceptProposal, DeclineProposal, UndoDecision};
use crate::coverage::{Plan, store};
use crate::organisation::{Organisation, OrganisationKind, store as organisations};
use crate::pages::organisation_life::sent_superior;
use crate::pages::{Asked, Wrong, done, notice, wrong};

#[derive(Template)]
#[template(path = "coverage-proposal.html")]
pub(crate) struct ProposalPage {
    pub(crate) s: Shell,
    /// Where the other proposals are.
    pub(crate) back: String,
    pub(crate) one: Proposal,
    /// Which units are ticked.
    pub(crate) ticked: BTreeSet<String>,
    pub(crate) name: String,
    pub(crate) superior: String,
    pub(crate) approval: String,
    pub(crate) reason: String,
    pub(crate) offered: Vec<String>,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

impl ProposalPage {
    /// Whether a unit is ticked.
    pub(crate) fn ticks(&self, id: &str) -> bool {
        self.ticked.contains(id)
    }
}

/// The Party's organisations around a plan's place, by name.
pub(super) async fn offered(tx: &mut Tx, plan: &Plan) -> Result<Vec<String>> {
    let around = organisations::party_around(tx, &plan.county, &plan.path).await?;
    Ok(around.into_iter().filter(|one| one.kind != OrganisationKind::Group).map(|one| one.name).collect())
}

/// Who would usually stand above the branch that a proposal founds: the nearest committee around its unit, else the
/// nearest general branch.
pub(super) async fn usual_superior(
    visitor: &Visitor,
    plan: &Plan,
    one: &Proposal,
) -> Result<Option<(Uuid, String)>> {
    let mut tx = visitor.app.db().read().await?;
    let Ok(seat) = one.seat.parse::<Uuid>() else { return Ok(None) };
    let Some(seat) = organisations::organisation(&mut tx, &plan.county, seat).await? else { return Ok(None) };
    let around = organisations::party_around(&mut tx, &plan.county, &seat.path).await?;
    let above = around.into_iter().filter(|above| {
        seat.path.starts_with(&above.path)
            && matches!(above.kind, OrganisationKind::Committee | OrganisationKind::GeneralBranch)
    });
    let rank = |above: &Organisation| (above.kind == OrganisationKind::Committee, above.path.len());
    Ok(above.max_by_key(rank).map(|above| (above.id, above.name)))
}

/// A proposal accepted as it stands.
pub(super) fn usual(
    visitor: &Visitor,
    plan: &Plan,
    one: &Proposal,
    superior: Option<Uuid>,
    approval: Option<String>,
) -> Result<AcceptProposal> {
    Ok(AcceptProposal {
        county: plan.county.clone(),
        plan: plan.id,
        seat: one.seat.parse().map_err(|_| Problem::not_found())?,
        name: one.name.clone(),
        superior,
        approval,
        units: BTreeSet::new(),
        reason: visitor.words.t("coverage-reason"),
    })
}

async fn load(visitor: &Visitor, county: &str, plan: Uuid, seat: Uuid) -> Result<ProposalPage> {
    let mut tx = visitor.app.db().read().await?;
    let plan = visible(&mut tx, visitor, county, plan).await?;
    let lines = store::lines_of(&mut tx, &plan, &[seat]).await?.remove(&seat);
    let Some(lines) = lines else { return Err(Problem::not_found().into()) };
    let Some(one) = tell(&mut tx, &visitor.words, &plan, vec![lines]).await?.pop() else {
        return Err(Problem::not_found().into());
    };
    let offered = offered(&mut tx, &plan).await?;
    drop(tx);
    let superior = usual_superior(visitor, &plan, &one).await?.map(|(_, name)| name).unwrap_or_default();
    Ok(ProposalPage {
        s: visitor.shell(one.lead().to_owned()),
        back: super::list::address(&plan),
        ticked: one.units.iter().map(|unit| unit.id.clone()).collect(),
        name: one.name.clone(),
        one,
        superior,
        approval: String::new(),
        reason: String::new(),
        offered,
        notice: None,
        wrong: Wrong::default(),
    })
}

pub(crate) async fn page(
    visitor: Visitor,
    Path((county, plan, seat)): Path<(String, Uuid, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut page = load(&visitor, &county, plan, seat).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

/// What was sent, done; the word for what was done.
async fn act(
    visitor: &Visitor,
    sent: &Submission,
    (county, plan, seat): (&str, Uuid, Uuid),
    step: &str,
) -> Result<&'static str> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let county = county.to_owned();
    let reason = sent.text("reason").to_owned();
    match step {
        "accept" => {
            let mut tx = app.db().read().await?;
            let found = visible(&mut tx, visitor, &county, plan).await?;
            drop(tx);
            let accept = AcceptProposal {
                superior: sent_superior(visitor, sent, &found.area).await?,
                county,
                plan,
                seat,
                name: sent.text("name").to_owned(),
                approval: sent.given("approval"),
                units: sent.all("unit").iter().filter_map(|id| id.parse().ok()).collect(),
                reason: visitor.words.t("coverage-reason"),
            };
            app.act(who, &accept).await?;
            Ok("coverage-accepted")
        }
        "decline" => {
            app.act(who, &DeclineProposal { county, plan, seat, reason }).await?;
            Ok("coverage-declined")
        }
        "undo" => {
            app.act(who, &UndoDecision { county, plan, seat, reason }).await?;
            Ok("coverage-undone")
        }
        _ => Err(Problem::not_found().into()),
    }
}

pub(crate) async fn take(
    Path((county, plan, seat, step)): Path<(String, Uuid, Uuid, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    match act(&visitor, &sent, (&county, plan, seat), &step).await {
        Ok(what) => {
            Ok(done(&format!("/organisations/coverage/{county}/{plan}/{seat}"), what).into_response())
        }
        Err(error) => {
            let refused = wrong(&visitor, error)?;
            let mut page = load(&visitor, &county, plan, seat).await?;
            page.wrong = refused;
            page.reason = sent.text("reason").to_owned();
            if step == "accept" {
                page.name = sent.text("name").to_owned();
                page.superior = sent.text("superior").to_owned();
                page.approval = sent.text("approval").to_owned();
                page.ticked = sent.all("unit").iter().cloned().collect();
            }
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

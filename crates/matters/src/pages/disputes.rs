//! Mediation: the list of disputes, one of them with everything that can be done, its file on paper.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::{Micros, parse_rfc3339, rfc3339};
use lianxin_foundation::vault::mask_phone;
use lianxin_foundation::web::{Form as Sent, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Error, Problem, Result, Right, Tx};
use lianxin_registry::organisation::store as organisations;
use serde::Deserialize;
use uuid::Uuid;

use super::invitations;
use super::lists::{Tabs, Which};
use super::rows::{Names, Row};
use super::view::{Chip, Choice, Errors, Parts, Refused};
use crate::Matters;
use crate::actions::{
    AddTaker, Agree, Arrange, ConfirmAgreement, FailMediation, File, OpenDispute, RecordSession, mediates,
    parties, unsealed,
};
use crate::disputes::{Dispute, Form, Outcome, Part, Session, Taker, store};
use crate::model::Matter;
use crate::store as matters_store;

/// One dispute in the list.
pub(super) struct DisputeLine {
    pub href: String,
    pub chip: Chip,
    pub opened: Micros,
    pub row: Row,
}

#[derive(Template)]
#[template(path = "disputes.html")]
pub(super) struct DisputesPage {
    pub s: Shell,
    /// Open are those that are not over.
    pub tabs: Tabs,
    pub disputes: Vec<DisputeLine>,
    pub may_enter: bool,
}

/// Somebody who takes part.
pub(super) struct TakerLine {
    pub id: String,
    pub part: String,
    pub name: String,
    pub phone: String,
}

/// A sitting.
pub(super) struct SessionLine {
    pub id: String,
    pub when: String,
    pub place: String,
    pub chip: Chip,
    /// Who was invited: id, name, and whether they came, in words.
    pub invited: Vec<(String, String, String)>,
    pub record: String,
    pub may_record: bool,
    /// Whether invitations to it can be printed: it is still to come.
    pub may_invite: bool,
}

#[derive(Template)]
#[template(path = "dispute.html")]
pub(super) struct DisputePage {
    pub s: Shell,
    pub here: String,
    pub said: String,
    pub refused: String,
    pub errors: Errors,
    /// Which form was refused.
    pub sent: String,
    pub chip: Chip,
    pub matter: Row,
    pub about: String,
    pub facts: Vec<(String, String)>,
    /// What the law says about what was agreed, or about what else there is.
    pub law: Vec<String>,
    pub terms: String,
    pub takers: Vec<TakerLine>,
    pub sessions: Vec<SessionLine>,
    pub mediates: bool,
    pub open: bool,
    pub may_confirm: bool,
    pub parts: Vec<Choice>,
    pub organisations: Vec<Choice>,
    pub forms: Vec<Choice>,
    /// Now, as a form's field for a moment has it.
    pub now: String,
}

#[derive(Template)]
#[template(path = "dispute_file.html")]
pub(super) struct FilePage {
    pub s: Shell,
    pub back: String,
    pub number: String,
    pub chip: Chip,
    pub unit: String,
    pub about: String,
    pub takers: Vec<TakerLine>,
    pub sessions: Vec<SessionLine>,
    pub facts: Vec<(String, String)>,
    pub terms_title: String,
    pub terms: String,
    pub law: Vec<String>,
    pub made: String,
}

/// What was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// `GET /disputes`
pub(super) async fn list(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("disputes-title"));
    let mut tx = visitor.app.db().read().await?;
    let (opened, all) =
        (store::count(&mut tx, &scope, true).await?, store::count(&mut tx, &scope, false).await?);
    let found = store::list(&mut tx, &scope, which.open(), which.paging()).await?;
    let of: Vec<Matter> = found.iter().map(|(_, matter)| matter.clone()).collect();
    let names = Names::of(&mut tx, &of).await?;
    let line = |(dispute, matter): &(Dispute, Matter)| DisputeLine {
        href: address(dispute),
        chip: chip(&s, dispute),
        opened: dispute.opened_at,
        row: names.row(&s, &matters.catalogue, matter),
    };
    html(&DisputesPage {
        disputes: found.iter().map(line).collect(),
        tabs: which.tabs("/disputes", opened, all),
        may_enter: visitor.scope(Right::EnterMatters).is_ok(),
        s,
    })
}

/// The address of a dispute's page.
pub(super) fn address(dispute: &Dispute) -> String {
    format!("/disputes/{}/{}", dispute.county, dispute.id)
}

/// How a dispute stands.
pub(super) fn chip(s: &Shell, dispute: &Dispute) -> Chip {
    match dispute.outcome {
        Some(Outcome::Agreed) if dispute.confirmed_at.is_some() => {
            Chip::new("resolved", s.t("dispute-confirmed"))
        }
        Some(Outcome::Agreed) => Chip::new("resolved", s.t(Outcome::Agreed.message())),
        Some(Outcome::Failed) => Chip::new("refused", s.t(Outcome::Failed.message())),
        Some(Outcome::Dropped) => Chip::new("closed", s.t(Outcome::Dropped.message())),
        None if s.now > dispute.due => {
            let span = s.span(&(s.now - dispute.due));
            Chip::new("due-today", s.t1("dispute-over-month", "span", span))
        }
        None => Chip::new("on-time", s.t1("dispute-under-way", "span", s.span(&(dispute.due - s.now)))),
    }
}

/// What a page shows beside the dispute itself.
#[derive(Default)]
struct After {
    said: &'static str,
    refused: String,
    errors: Errors,
    sent: String,
}

/// `GET /disputes/{county}/{id}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let said = match asked.done.as_str() {
        "parties" => "dispute-said-party",
        "sessions" => "dispute-said-session",
        "record" => "dispute-said-record",
        "agreement" => "dispute-said-agreed",
        "failure" => "dispute-said-failed",
        "confirmation" => "dispute-said-confirmed",
        _ => "",
    };
    html(&build(&visitor, &matters, &county, id, After { said, ..After::default() }).await?)
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    after: After,
) -> Result<DisputePage> {
    let who = visitor.signed_in()?;
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("dispute-title"));
    let mut tx = visitor.app.db().read().await?;
    let dispute = store::any(&mut tx, county, id).await?.ok_or_else(Problem::not_found)?;
    let matter = matters_store::matter(&mut tx, &scope, county, dispute.matter).await?;
    let matter = matter.ok_or_else(Problem::not_found)?;
    let mine = mediates(&parties(&matter, who, visitor.now));
    let takers = store::takers(&mut tx, county, id).await?;
    let sessions = store::sessions(&mut tx, county, id).await?;
    let names = organisation_names(&mut tx, &takers).await?;
    let shown = |what: &str, id: Uuid, sealed: Option<&[u8]>| -> Result<String> {
        match sealed {
            Some(_) if !mine => Ok(s.t("dispute-sealed")),
            sealed => Ok(unsealed(&visitor.app, what, id, sealed)?.unwrap_or_default()),
        }
    };
    // People's names stay masked here; the file opens them, with a reason.
    let mut lines = Vec::with_capacity(takers.len());
    for taker in &takers {
        let name = unsealed(&visitor.app, "name", taker.id, taker.sealed_name.as_deref())?;
        let phone = unsealed(&visitor.app, "phone", taker.id, taker.sealed_phone.as_deref())?;
        let name = name.map(|name| masked_name(&name)).or_else(|| organisation(&names, taker));
        lines.push(taker_line(&s, taker, name.unwrap_or_default(), phone.map(|phone| mask_phone(&phone))));
    }
    let mut rows = Vec::with_capacity(sessions.len());
    for session in &sessions {
        let record = shown("record", session.id, session.sealed_record.as_deref())?;
        let open = mine && dispute.ended_at.is_none();
        rows.push(session_line(&s, session, &lines, record, open));
    }
    let about = shown("about", id, Some(&dispute.sealed_about))?;
    let terms = shown("terms", id, dispute.sealed_terms.as_deref())?;
    let row = Names::of(&mut tx, std::slice::from_ref(&matter)).await?.row(&s, &matters.catalogue, &matter);
    let open = dispute.ended_at.is_none();
    let within = dispute.confirm_by.is_some_and(|until| s.now < until);
    Ok(DisputePage {
        here: address(&dispute),
        said: if after.said.is_empty() { String::new() } else { s.t(after.said) },
        refused: after.refused,
        errors: after.errors,
        sent: after.sent,
        chip: chip(&s, &dispute).big(),
        facts: facts(&s, &dispute),
        law: law(&s, &dispute),
        matter: row,
        about,
        terms,
        takers: lines,
        sessions: rows,
        may_confirm: mine && within && dispute.confirmed_at.is_none(),
        mediates: mine,
        open,
        parts: Part::ALL.map(|part| Choice::new(part.code(), s.t(part.message()), "side")).into(),
        organisations: if mine && open { to_invite(&mut tx, visitor, &matter).await? } else { Vec::new() },
        forms: Form::ALL.map(|form| Choice::new(form.code(), s.t(form.message()), "written")).into(),
        now: rfc3339(s.now)[..16].to_owned(),
        s,
    })
}

/// 「王**」
fn masked_name(name: &str) -> String {
    name.chars().take(1).chain("**".chars()).collect()
}

type OrganisationNames = std::collections::HashMap<Uuid, String>;

async fn organisation_names(tx: &mut Tx, takers: &[Taker]) -> Result<OrganisationNames> {
    let ids: Vec<Uuid> = takers.iter().filter_map(|taker| taker.organisation).collect();
    organisations::names(tx, &ids).await
}

fn organisation(names: &OrganisationNames, taker: &Taker) -> Option<String> {
    taker.organisation.and_then(|id| names.get(&id).cloned())
}

fn taker_line(s: &Shell, taker: &Taker, name: String, phone: Option<String>) -> TakerLine {
    TakerLine {
        id: taker.id.to_string(),
        part: s.t(taker.part.message()),
        name,
        phone: phone.unwrap_or_default(),
    }
}

fn session_line(
    s: &Shell,
    session: &Session,
    takers: &[TakerLine],
    record: String,
    open: bool,
) -> SessionLine {
    let came = |came: Option<bool>| match came {
        Some(true) => s.t("dispute-came"),
        Some(false) => s.t("dispute-did-not-come"),
        None => s.t("dispute-invited"),
    };
    let invited = session.invited.iter().filter_map(|(party, there)| {
        let taker = takers.iter().find(|taker| taker.id == party.to_string())?;
        Some((taker.id.clone(), taker.name.clone(), came(*there)))
    });
    let (class, message) = match session.held_at {
        Some(_) => ("resolved", "dispute-held"),
        None if session.at > s.now => ("on-time", "dispute-to-come"),
        None => ("waiting", "dispute-to-note"),
    };
    SessionLine {
        id: session.id.to_string(),
        when: s.time(&session.at),
        place: session.place.clone(),
        chip: Chip::new(class, s.t(message)),
        invited: invited.collect(),
        record,
        may_record: open && session.held_at.is_none() && session.at <= s.now,
        may_invite: open && session.held_at.is_none() && session.at > s.now,
    }
}

/// When what happened.
pub(super) fn facts(s: &Shell, dispute: &Dispute) -> Vec<(String, String)> {
    let form = dispute.form.map(|form| s.t(form.message()));
    let at = |at: Option<Micros>| at.map(|at| s.time(&at));
    [
        ("dispute-opened", Some(s.time(&dispute.opened_at))),
        ("dispute-month", at(dispute.ended_at.is_none().then_some(dispute.due))),
        ("dispute-ended", at(dispute.ended_at)),
        ("dispute-form", form),
        ("dispute-holds-from", at(dispute.agreed_at)),
        // The last day itself, not the first moment after it.
        ("dispute-confirm-by", dispute.confirm_by.map(|until| s.day(&(until - 1)))),
        ("dispute-confirmed-at", at(dispute.confirmed_at)),
        ("dispute-court", dispute.confirm_note.clone()),
    ]
    .into_iter()
    .filter_map(|(message, said)| said.map(|said| (s.t(message), said)))
    .collect()
}

/// What those who take part should know.
pub(super) fn law(s: &Shell, dispute: &Dispute) -> Vec<String> {
    let mut said = vec![s.t("dispute-law-free")];
    match dispute.outcome {
        Some(Outcome::Agreed) => said.push(s.t("dispute-law-agreed")),
        Some(Outcome::Failed) => said.push(s.t("dispute-law-failed")),
        Some(Outcome::Dropped) => {}
        None => said.push(s.t("dispute-law-month")),
    }
    said
}

/// The organisations in the matter's town that a three-party table or a side may be.
async fn to_invite(tx: &mut Tx, visitor: &Visitor, matter: &Matter) -> Result<Vec<Choice>> {
    let town: String = lianxin_registry::area::ancestors(&matter.path)
        .into_iter()
        .take(4)
        .map(|id| format!("{id}/"))
        .collect();
    let found = store::organisations_at(tx, &matter.county, &town, visitor.now).await?;
    Ok(found.into_iter().map(|(id, name)| Choice::new(id.to_string(), name, "")).collect())
}

/// `POST /disputes/{county}/{id}/{what}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, id, what)): Path<(String, Uuid, String)>,
    Sent { visitor, sent }: Sent,
) -> Result<Response> {
    if what == "file" {
        return file(&visitor, &matters, &county, id, &sent).await;
    }
    if what == "invitations" {
        return invitations::all(&visitor, &county, id, &sent).await;
    }
    match take(&visitor, &matters, &county, id, &what, &sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/disputes/{county}/{id}?done={what}")).into_response()),
        Err(error) => again(&visitor, &matters, (&county, id), &what, error).await,
    }
}

/// The page with what was wrong.
async fn again(
    visitor: &Visitor,
    matters: &Matters,
    (county, id): (&str, Uuid),
    what: &str,
    error: Error,
) -> Result<Response> {
    let Refused { status, said: refused, errors } = Refused::of(error, &visitor.words)?;
    let after = After { refused, errors, sent: what.to_owned(), said: "" };
    html_with(status, &build(visitor, matters, county, id, after).await?)
}

async fn take(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    what: &str,
    sent: &Submission,
) -> Result<()> {
    let (who, app) = (visitor.signed_in()?, &visitor.app);
    let county = county.to_owned();
    let text = |field: &str| sent.text(field).to_owned();
    let ids = |field: &str| sent.all(field).iter().filter_map(|id| id.parse().ok()).collect();
    match what {
        "parties" => {
            let part = Part::from_code(sent.text("part"));
            let part = part.ok_or_else(|| Problem::invalid().field("part", "dispute-part-missing"))?;
            let organisation = sent.parsed("organisation", "matter-unit-missing")?;
            let (name, phone) = (text("name"), text("phone"));
            app.act(who, &AddTaker { county, id, part, organisation, name, phone }).await.map(drop)
        }
        "sessions" => {
            let (at, place, invited) = (moment(sent)?, text("place"), ids("invited"));
            app.act(who, &Arrange { county, id, at, place, invited }).await.map(drop)
        }
        "record" => {
            let session = sent.parsed("session", "problem-unreadable")?.ok_or_else(Problem::not_found)?;
            let (came, record) = (ids("came"), text("record"));
            app.act(who, &RecordSession { county, id, session, came, record }).await
        }
        "agreement" => {
            let form = Form::from_code(sent.text("form"));
            let form = form.ok_or_else(|| Problem::invalid().field("form", "dispute-form-missing"))?;
            let (at, terms) = (moment(sent)?, text("terms"));
            app.act(who, &Agree { matters, county, id, form, at, terms }).await.map(drop)
        }
        "failure" => {
            app.act(who, &FailMediation { matters, county, id, reason: text("reason") }).await.map(drop)
        }
        "confirmation" => {
            app.act(who, &ConfirmAgreement { county, id, at: moment(sent)?, note: text("note") }).await
        }
        _ => Err(Problem::not_found().into()),
    }
}

/// The moment a form's field `at` holds: `2026-11-23T09:30`, China standard time.
fn moment(sent: &Submission) -> Result<Micros> {
    let at = parse_rfc3339(&format!("{}:00+08:00", sent.text("at")));
    at.ok_or_else(|| Problem::invalid().field("at", "dispute-time-form").into())
}

async fn file(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    sent: &Submission,
) -> Result<Response> {
    let open = OpenDispute { county: county.to_owned(), id, reason: sent.text("reason").to_owned() };
    match visitor.app.act(visitor.signed_in()?, &open).await {
        Ok(file) => html(&paper(visitor, file).await?),
        Err(error) => again(visitor, matters, (county, id), "file", error).await,
    }
}

/// The file as it is printed.
async fn paper(visitor: &Visitor, file: File) -> Result<FilePage> {
    let File { dispute, matter, about, terms, takers, sessions } = file;
    let s = visitor.shell(visitor.words.t("dispute-file"));
    let mut tx = visitor.app.db().read().await?;
    let only: Vec<Taker> = takers.iter().map(|(taker, ..)| taker.clone()).collect();
    let names = organisation_names(&mut tx, &only).await?;
    let unit = Names::of(&mut tx, std::slice::from_ref(&matter)).await?.unit(matter.unit);
    let lines: Vec<TakerLine> = takers
        .into_iter()
        .map(|(taker, name, phone)| {
            let name = name.or_else(|| organisation(&names, &taker)).unwrap_or_default();
            taker_line(&s, &taker, name, phone)
        })
        .collect();
    let rows = sessions
        .iter()
        .map(|(session, record)| session_line(&s, session, &lines, record.clone().unwrap_or_default(), false))
        .collect();
    let terms_title = match dispute.outcome {
        Some(Outcome::Failed) => s.t("dispute-why-not"),
        _ => s.t("dispute-terms"),
    };
    Ok(FilePage {
        back: address(&dispute),
        number: matter.number.clone(),
        chip: chip(&s, &dispute),
        facts: facts(&s, &dispute),
        law: law(&s, &dispute),
        made: s.time(&s.now),
        takers: lines,
        sessions: rows,
        terms: terms.unwrap_or_default(),
        terms_title,
        unit,
        about,
        s,
    })
}

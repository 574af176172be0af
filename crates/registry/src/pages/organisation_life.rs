//! What an organisation's page says of its own life: who stands above and below it, who leads it until when, what its
//! rules ask for, and what it was before.

use std::collections::HashMap;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Submission, Visitor, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Scope, Tx};
use uuid::Uuid;

use super::organisation::{load, visible};
use super::place::sent_area;
use super::{Choice, day, done, place_names, wrong};
use crate::CategoryNames;
use crate::actions::{BeginTerm, ChangeOrganisation};
use crate::membership::store as memberships;
use crate::organisation::rules::{self, Finding, Law};
use crate::organisation::{Form as Formed, Organisation, standing, store};

/// An organisation named beside another one.
#[derive(Debug, Clone)]
pub(crate) struct Near {
    pub(crate) name: String,
    /// Where it is, where the reader may open it.
    pub(crate) href: Option<String>,
    pub(crate) kind: &'static str,
}

/// Something its rules ask for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) words: String,
    /// Whether the text says it must be so.
    pub(crate) must: bool,
    pub(crate) source: &'static str,
    /// The message that says how sure the source is.
    pub(crate) sure: &'static str,
}

/// Somebody who leads it.
#[derive(Debug, Clone)]
pub(crate) struct Leader {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) since: Micros,
}

/// A term of office.
#[derive(Debug, Clone)]
pub(crate) struct TermRow {
    pub(crate) from: Micros,
    pub(crate) to: Micros,
    pub(crate) approval: Option<String>,
    /// Whether the next election was due already.
    pub(crate) over: bool,
}

/// What it was before.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) superior: Option<String>,
    pub(crate) from: Micros,
    pub(crate) to: Micros,
    pub(crate) reason: String,
}

/// An organisation's own life.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life {
    /// How it is formed, where not as usual.
    pub(crate) form: Option<&'static str>,
    pub(crate) approval: Option<String>,
    /// The last day of its task.
    pub(crate) ends: Option<Micros>,
    pub(crate) superior: Option<Near>,
    pub(crate) below: Vec<Near>,
    /// Units it covers.
    pub(crate) covered: Vec<Near>,
    /// What its rules ask for, where the reader may know its numbers.
    pub(crate) asked: Option<Vec<Asked>>,
    pub(crate) leaders: Option<Vec<Leader>>,
    /// The newest term, then those before it.
    pub(crate) terms: Vec<TermRow>,
    pub(crate) elects: bool,
    pub(crate) before: Vec<Before>,
    /// Organisations that may stand above it, to complete what is typed.
    pub(crate) offered: Vec<String>,
    /// Its place, to be typed over.
    pub(crate) place: String,
    /// Whether it can have a superior at all.
    pub(crate) party: bool,
    /// The form that came back, and what was typed into it.
    pub(crate) step: &'static str,
    pub(crate) typed: HashMap<&'static str, String>,
}

impl Life {
    /// What was typed into a field that came back, else what is so.
    pub(crate) fn typed<'a>(&'a self, field: &str, so: &'a str) -> &'a str {
        self.typed.get(field).map_or(so, String::as_str)
    }

    /// The name of its superior; empty where it has none.
    pub(crate) fn superior_name(&self) -> &str {
        self.superior.as_ref().map_or("", |superior| superior.name.as_str())
    }

    /// Whether the page has anything to say of its life.
    pub(crate) fn is_told(&self) -> bool {
        self.party || self.elects || self.superior.is_some() || !self.before.is_empty()
    }
}

fn near(one: &Organisation, scope: &Scope) -> Near {
    let open = scope.covers(&one.path, &[]);
    Near {
        name: one.name.clone(),
        href: open.then(|| format!("/organisations/{}", one.id)),
        kind: one.kind.message(),
    }
}

/// Reads the life of an organisation for a reader.
pub(super) async fn of(tx: &mut Tx, visitor: &Visitor, organisation: &Organisation) -> Result<Life> {
    let who = visitor.signed_in()?;
    let scope = who.scope(Right::SeeRegistry, visitor.now);
    let people = who.scope(Right::SeePeople, visitor.now);
    let sees_people = people.covers(&organisation.path, &[Some(organisation.id)]);
    let facts = standing::facts(tx, organisation, visitor.now).await?;
    let law = Law::of(organisation.kind, &facts);
    let superior = match organisation.superior {
        Some(id) => store::find(tx, id).await?.map(|one| near(&one, &scope)),
        None => None,
    };
    let all = store::below(tx, organisation.id, visitor.now).await?;
    let (below, covered): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.kind.is_party());
    let terms = store::terms_of(tx, &organisation.county, organisation.id).await?;
    let keeps = organisation.valid_to.is_none() && super::may_keep(visitor, &organisation.path);
    let places = place_names(tx, [organisation.path.as_str()].into_iter()).await?;
    Ok(Life {
        form: (organisation.form != Formed::Ordinary).then(|| organisation.form.message()),
        approval: organisation.approval.clone(),
        ends: organisation.ends.map(|ends| ends - 1),
        superior,
        below: below.into_iter().map(|one| near(one, &scope)).collect(),
        covered: covered.into_iter().map(|one| near(one, &scope)).collect(),
        asked: sees_people
            .then(|| law.check(visitor.now).iter().map(|found| asked(visitor, found)).collect()),
        leaders: if sees_people { Some(leaders(tx, visitor, organisation).await?) } else { None },
        terms: terms
            .into_iter()
            .map(|term| TermRow {
                over: term.to <= visitor.now,
                from: term.from,
                to: term.to,
                approval: term.approval,
            })
            .collect(),
        elects: law.elects(),
        before: before(tx, organisation).await?,
        offered: if keeps { offered(tx, organisation, &scope).await? } else { Vec::new() },
        place: format!("{} {}", places.get(&organisation.path).map_or("", String::as_str), organisation.area),
        party: organisation.kind.is_party(),
        step: "",
        typed: HashMap::new(),
    })
}

fn asked(visitor: &Visitor, found: &Finding) -> Asked {
    let words = match found.day {
        Some(day) => visitor.words.t1(
            &found.message(),
            "day",
            lianxin_foundation::clock::civil(day).date().to_string(),
        ),
        None => visitor.words.t2(&found.message(), "value", found.rule.value, "has", found.has),
    };
    let sure = match found.rule.sure.as_str() {
        "V" => "organisation-rule-sure-read",
        "2" => "organisation-rule-sure-repost",
        _ => "organisation-rule-sure-usual",
    };
    Asked { words, must: found.must(), source: &found.rule.source, sure }
}

async fn leaders(tx: &mut Tx, visitor: &Visitor, organisation: &Organisation) -> Result<Vec<Leader>> {
    let posts = rules::posts(organisation.kind);
    let mut rows = memberships::leading(tx, organisation.id, posts, visitor.now).await?;
    rows.sort_by_key(|row| posts.iter().position(|post| *post == row.3));
    let leader = |(county, person, name, kind, since): (String, Uuid, String, String, Micros)| Leader {
        kind: visitor.words.t(&format!("membership-kind-{kind}")),
        name,
        href: format!("/people/{county}/{person}"),
        since,
    };
    Ok(rows.into_iter().map(leader).collect())
}

async fn before(tx: &mut Tx, organisation: &Organisation) -> Result<Vec<Before>> {
    let past = store::past_of(tx, &organisation.county, organisation.id).await?;
    let places = place_names(tx, past.iter().map(|one| one.path.as_str())).await?;
    let above: Vec<Uuid> = past.iter().filter_map(|one| one.superior).collect();
    let names = store::names(tx, &above).await?;
    let row = |one: crate::organisation::Past| Before {
        place: places.get(&one.path).cloned().unwrap_or_default(),
        superior: one.superior.and_then(|id| names.get(&id).cloned()),
        name: one.name,
        from: one.valid_from,
        to: one.valid_to,
        reason: one.reason,
    };
    Ok(past.into_iter().map(row).collect())
}

/// The organisations that may stand above one, for the reader who types a name.
async fn offered(tx: &mut Tx, organisation: &Organisation, scope: &Scope) -> Result<Vec<String>> {
    let around = store::party_around(tx, &organisation.county, &organisation.path).await?;
    let fits = |one: &&Organisation| {
        one.id != organisation.id
            && one.kind.leads(organisation.kind)
            && (organisation.path.starts_with(&one.path) || scope.covers(&one.path, &[]))
    };
    Ok(around.iter().filter(fits).map(|one| one.name.clone()).collect())
}

/// The organisation a form names in its field `superior`: by its name or its short name.
///
/// # Errors
/// A refusal of the field, where it names none or several. Whether it may stand there, the action asks.
pub(super) async fn sent_superior(visitor: &Visitor, sent: &Submission, area: &str) -> Result<Option<Uuid>> {
    let Some(typed) = sent.given("superior") else { return Ok(None) };
    let county = crate::county_of(area);
    let mut tx = visitor.app.db().read().await?;
    let found = store::called(&mut tx, &county, &typed).await?;
    let refused = |code| Err(Problem::invalid().field("superior", code).into());
    match found.as_slice() {
        [] => refused("organisation-superior-unknown"),
        [one] => Ok(Some(*one)),
        _ => refused("organisation-superior-several"),
    }
}

/// The choices of how a branch is formed.
pub(super) fn forms(visitor: &Visitor) -> Vec<Choice> {
    Formed::ALL.map(|form| Choice::new(form.code(), visitor.words.t(form.message()))).into()
}

pub(super) async fn change(
    Path(id): Path<Uuid>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let organisation = visible(&visitor, id).await?;
    let read = async {
        let area = sent_area(&visitor, &sent).await?;
        Ok(ChangeOrganisation {
            superior: sent_superior(&visitor, &sent, &organisation.area).await?,
            county: organisation.county.clone(),
            id,
            name: sent.text("name").to_owned(),
            area,
            reason: sent.text("reason").to_owned(),
        })
    };
    let outcome = match read.await {
        Err(error) => Err(error),
        Ok(change) => visitor.app.act(visitor.signed_in()?, &change).await,
    };
    match outcome {
        Ok(()) => Ok(done(&format!("/organisations/{id}"), "organisation-changed").into_response()),
        Err(error) => {
            let mut page = load(&visitor, id, &categories).await?;
            page.wrong = wrong(&visitor, error)?;
            page.life.step = "change";
            page.life.typed =
                ["name", "superior", "area", "reason"].map(|f| (f, sent.text(f).to_owned())).into();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

pub(super) async fn begin_term(
    Path(id): Path<Uuid>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let organisation = visible(&visitor, id).await?;
    let read = || {
        Ok(BeginTerm {
            county: organisation.county.clone(),
            organisation: id,
            from: day(&sent, "from")?,
            to: day(&sent, "to")?,
            approval: sent.given("approval"),
        })
    };
    let outcome = match read() {
        Err(error) => Err(error),
        Ok(begin) => visitor.app.act(visitor.signed_in()?, &begin).await,
    };
    match outcome {
        Ok(off) => {
            let what = if off { "term-off" } else { "term" };
            Ok(done(&format!("/organisations/{id}"), what).into_response())
        }
        Err(error) => {
            let mut page = load(&visitor, id, &categories).await?;
            page.wrong = wrong(&visitor, error)?;
            page.life.step = "term";
            page.life.typed =
                ["from", "to", "approval"].map(|field| (field, sent.text(field).to_owned())).into();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

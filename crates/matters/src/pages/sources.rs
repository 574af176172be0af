//! Causes behind many matters: the list, the form that takes one up, one of them with everything that can be done.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::{Micros, parse_rfc3339, rfc3339};
use lianxin_foundation::web::{Form as Sent, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::{ancestors, store as areas};
use lianxin_registry::organisation::store as organisations;
use serde::Deserialize;
use uuid::Uuid;

use super::lists::{Tabs, Which};
use super::rows::{Names, Row};
use super::units::{Wanted, units};
use super::view::{Chip, Choice, Errors, Group, Parts, Refused};
use crate::Matters;
use crate::actions::{EndSource, LinkMatter, NoteSource, OpenSource, ReopenSource, parties};
use crate::model::{Matter, Party};
use crate::sources::flow::{self, Span, Verdict, Week};
use crate::sources::near::proposals;
use crate::sources::{Kind, MOST_TITLE, Outcome, Source, store, works_on};
use crate::store as matters_store;

/// How many linked matters a source's page shows.
const LINKED: i64 = 40;

/// One source in the list.
pub(super) struct SourceLine {
    pub href: String,
    pub title: String,
    pub chip: Chip,
    pub opened: Micros,
    pub category: String,
    pub place: String,
    pub unit: String,
    pub linked: i64,
}

#[derive(Template)]
#[template(path = "sources.html")]
pub(super) struct SourcesPage {
    pub s: Shell,
    /// Open are those worked on.
    pub tabs: Tabs,
    pub sources: Vec<SourceLine>,
    pub county: String,
    pub number: String,
    pub error: String,
}

/// The form that takes a source up.
#[derive(Template)]
#[template(path = "source_new.html")]
pub(super) struct NewPage {
    pub s: Shell,
    pub here: String,
    pub matter: Row,
    pub title: String,
    pub words: String,
    pub areas: Vec<Choice>,
    pub units: Vec<Group>,
    pub most: usize,
    pub refused: String,
    pub errors: Errors,
}

/// A week as it is drawn, in the drawing's own units.
pub(super) struct Bar {
    pub x: i64,
    pub alike: i64,
    pub linked: i64,
    /// What a pointer resting on it reads.
    pub said: String,
}

/// A week in the table.
pub(super) struct WeekRow {
    pub from: String,
    pub linked: i64,
    pub alike: i64,
    pub after: bool,
}

/// Matters per week around a measure.
pub(super) struct FlowView {
    pub verdict: Chip,
    /// How many came in before and after, in how many weeks.
    pub said: Vec<String>,
    pub bars: Vec<Bar>,
    /// Where the measure begins to hold; `None` where there is none.
    pub measure: Option<i64>,
    pub width: i64,
    pub most: i64,
    pub rows: Vec<WeekRow>,
}

/// Something noted or done.
pub(super) struct EntryLine {
    pub kind: String,
    pub at: Micros,
    pub by: String,
    pub words: String,
    /// Of a measure: since when it holds.
    pub since: String,
    /// The page counted around this measure; empty where it is or there is nothing to count.
    pub href: String,
}

/// A matter that may belong.
pub(super) struct Proposed {
    pub row: Row,
    pub why: String,
}

#[derive(Template)]
#[template(path = "source.html")]
pub(super) struct SourcePage {
    pub s: Shell,
    pub here: String,
    pub said: String,
    pub refused: String,
    pub errors: Errors,
    /// Which form was refused.
    pub sent: String,
    pub title: String,
    pub chip: Chip,
    pub words: String,
    pub facts: Vec<(String, String)>,
    pub flow: FlowView,
    pub entries: Vec<EntryLine>,
    pub linked: Vec<Row>,
    pub links: i64,
    pub proposed: Vec<Proposed>,
    pub works: bool,
    pub open: bool,
    pub outcomes: Vec<Choice>,
    pub today: String,
    /// The words of a form that was refused.
    pub kept: String,
}

/// The matter that a source is to be taken up behind.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct First {
    county: String,
    number: String,
}

/// What was just done, and around which measure to count.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
    measure: Option<Uuid>,
}

/// `GET /sources`; with a matter's number it leads to the form that takes one up.
pub(super) async fn list(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(which): Query<Which>,
    Query(first): Query<First>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let who = visitor.signed_in()?;
    let county = if first.county.is_empty() { who.county.clone() } else { first.county };
    let number: String = first.number.chars().filter(|c| !c.is_whitespace()).collect();
    let s = visitor.shell(visitor.words.t("sources-title"));
    let mut tx = visitor.app.db().read().await?;
    let mut error = String::new();
    if !number.is_empty() {
        match matters_store::matter_by_number(&mut tx, &scope, &county, &number).await? {
            Some(matter) => {
                let form = format!("/sources/new/{}/{}", matter.county, matter.id);
                return Ok(Redirect::to(&form).into_response());
            }
            None => error = s.t("source-number-missing"),
        }
    }
    let (opened, all) =
        (store::count(&mut tx, &scope, true).await?, store::count(&mut tx, &scope, false).await?);
    let found = store::list(&mut tx, &scope, which.open(), which.paging()).await?;
    let names = names(&mut tx, &found).await?;
    let linked = store::linked_to_each(&mut tx, &found).await?;
    let line = |source: &Source| SourceLine {
        href: address(source),
        title: source.title.clone(),
        chip: chip(&s, source),
        opened: source.opened_at,
        category: matters.catalogue.name(&source.category, s.language()),
        place: names.place(&source.path),
        unit: names.unit(Some(source.unit)),
        linked: linked.get(&source.id).copied().unwrap_or(0),
    };
    html(&SourcesPage {
        tabs: which.tabs("/sources", opened, all),
        sources: found.iter().map(line).collect(),
        county,
        number,
        error,
        s,
    })
}

/// The names of the places and units of sources.
async fn names(tx: &mut Tx, sources: &[Source]) -> Result<Names> {
    let units = sources.iter().map(|source| (source.county.as_str(), source.unit));
    Names::looked_up(tx, sources.iter().map(|source| source.path.as_str()), units).await
}

/// The address of a source's page.
pub(super) fn address(source: &Source) -> String {
    format!("/sources/{}/{}", source.county, source.id)
}

/// How a source stands.
pub(super) fn chip(s: &Shell, source: &Source) -> Chip {
    let Some(outcome) = source.outcome else { return Chip::new("on-time", s.t("source-under-way")) };
    let class = match outcome {
        Outcome::Stopped | Outcome::Eased => "resolved",
        Outcome::Above => "waiting",
        Outcome::Mistaken => "closed",
    };
    Chip::new(class, s.t(outcome.message()))
}

/// `GET /sources/new/{county}/{id}`: behind which matter it was found.
pub(super) async fn form(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
) -> Result<Response> {
    html(&new_page(&visitor, &matters, &county, id, None).await?)
}

/// Whether somebody may take up a source behind a matter.
pub(super) fn may_open(parties: &[Party]) -> bool {
    parties.iter().any(|party| matches!(party, Party::Unit | Party::Supervisor | Party::Dispatcher))
}

async fn new_page(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    refused: Option<(&Submission, Errors, String)>,
) -> Result<NewPage> {
    let who = visitor.signed_in()?;
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("source-new"));
    let mut tx = visitor.app.db().read().await?;
    let matter = matters_store::matter(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?;
    let parties = parties(&matter, who, visitor.now);
    if !may_open(&parties) {
        return Err(Problem::forbidden().into());
    }
    let kept =
        |field: &str| refused.as_ref().map(|(sent, ..)| sent.text(field).to_owned()).unwrap_or_default();
    let directs = parties.iter().any(|party| matches!(party, Party::Supervisor | Party::Dispatcher));
    let own = matter.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let unit = if kept("unit").is_empty() { own } else { kept("unit") };
    let row = Names::of(&mut tx, std::slice::from_ref(&matter)).await?.row(&s, &matters.catalogue, &matter);
    let page = NewPage {
        here: format!("/sources/new/{county}/{id}"),
        areas: around(&mut tx, &matter, &kept("area")).await?,
        units: owners(&mut tx, visitor, &matter, directs, &unit).await?,
        title: kept("title"),
        words: kept("words"),
        matter: row,
        most: MOST_TITLE,
        s,
        refused: String::new(),
        errors: Errors::default(),
    };
    Ok(match refused {
        Some((_, errors, refused)) => NewPage { errors, refused, ..page },
        None => page,
    })
}

/// The places a source may work in: the matter's own and those around it within the county, the village first.
async fn around(tx: &mut Tx, matter: &Matter, kept: &str) -> Result<Vec<Choice>> {
    let ids: Vec<&str> = ancestors(&matter.path).into_iter().filter(|id| id.len() >= 6).collect();
    let names = areas::names(tx, &ids).await?;
    // A village is where most causes lie; what is smaller is for a cause in one building or lane.
    let usual = ids.iter().rfind(|id| id.len() <= 12).copied().unwrap_or_default();
    let now = if kept.is_empty() { usual } else { kept };
    let choice = |id: &&str| Choice::new(*id, names.get(*id).cloned().unwrap_or_default(), now);
    Ok(ids.iter().rev().map(choice).collect())
}

/// Who may answer for it: the unit that has the matter takes it for itself, whoever directs work may name any.
async fn owners(
    tx: &mut Tx,
    visitor: &Visitor,
    matter: &Matter,
    directs: bool,
    now: &str,
) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    if let Some(unit) = matter.unit
        && let Some(found) = organisations::serving(tx, &matter.county, unit).await?
    {
        let name = visitor.words.t("source-unit-has");
        groups.push(Group { name, choices: vec![Choice::new(unit.to_string(), found.name, now)] });
    }
    if directs {
        let wanted = Wanted {
            county: &matter.county,
            path: &matter.path,
            categories: &[matter.category.as_str()],
            except: matter.unit,
        };
        groups.extend(units(tx, &visitor.words, &wanted, visitor.now).await?);
    }
    for choice in groups.iter_mut().flat_map(|group| &mut group.choices) {
        choice.chosen = choice.value == now;
    }
    Ok(groups)
}

/// `POST /sources/new/{county}/{id}`
pub(super) async fn open(
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Sent { visitor, sent }: Sent,
) -> Result<Response> {
    let taken_up = async {
        let unit = sent.parsed("unit", "matter-unit-missing")?;
        let unit = unit.ok_or_else(|| Problem::invalid().field("unit", "matter-unit-missing"))?;
        let text = |field: &str| sent.text(field).to_owned();
        let (title, words, area) = (text("title"), text("words"), text("area"));
        let open = OpenSource { county: county.clone(), matter: id, title, words, area, unit };
        visitor.app.act(visitor.signed_in()?, &open).await
    };
    match taken_up.await {
        Ok(source) => Ok(Redirect::to(&format!("/sources/{county}/{source}?done=open")).into_response()),
        Err(error) => {
            let Refused { status, said, errors } = Refused::of(error, &visitor.words)?;
            let page = new_page(&visitor, &matters, &county, id, Some((&sent, errors, said))).await?;
            html_with(status, &page)
        }
    }
}

/// What a page shows beside the source itself.
#[derive(Default)]
struct After {
    said: &'static str,
    refused: String,
    errors: Errors,
    sent: String,
    kept: String,
    measure: Option<Uuid>,
}

/// `GET /sources/{county}/{id}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let said = match asked.done.as_str() {
        "open" => "source-said-open",
        "notes" => "source-said-note",
        "links" => "source-said-link",
        "parting" => "source-said-parting",
        "end" => "source-said-end",
        "again" => "source-said-again",
        _ => "",
    };
    let after = After { said, measure: asked.measure, ..After::default() };
    html(&build(&visitor, &matters, &county, id, after).await?)
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    after: After,
) -> Result<SourcePage> {
    let who = visitor.signed_in()?;
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("sources-title"));
    let mut tx = visitor.app.db().read().await?;
    let source = store::source(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?;
    let entries = store::entries(&mut tx, &source).await?;
    let measures = || entries.iter().filter(|entry| entry.kind == Kind::Measure);
    // Around the measure asked for, or the one that holds first.
    let around = measures().find(|entry| Some(entry.id) == after.measure);
    let around = around.or_else(|| measures().min_by_key(|entry| entry.since));
    let since = around.and_then(|entry| entry.since);
    let flow = flow_view(&mut tx, &s, &scope, &source, since).await?;
    let (works, open) = (works_on(who, &source.path, source.unit, visitor.now), source.ended_at.is_none());
    let found = store::linked(&mut tx, &scope, &source, LINKED).await?;
    let likely =
        if works && open { proposals(&mut tx, &scope, &source, visitor.now).await? } else { Vec::new() };
    let all: Vec<Matter> =
        found.iter().chain(likely.iter().map(|proposal| &proposal.matter)).cloned().collect();
    let names = Names::of(&mut tx, &all).await?;
    let row = |matter: &Matter| names.row(&s, &matters.catalogue, matter);
    let why = |by_words: bool| s.t(if by_words { "source-by-words" } else { "source-by-place" });
    let here = address(&source);
    let shown = around.map(|entry| entry.id);
    let entry = |entry: &crate::sources::Entry| EntryLine {
        kind: s.t(entry.kind.message()),
        at: entry.at,
        by: entry.by_name.clone(),
        words: entry.words.clone(),
        since: entry.since.map(|since| s.day(&since)).unwrap_or_default(),
        href: match entry.kind {
            Kind::Measure if shown != Some(entry.id) => format!("{here}?measure={}#flow", entry.id),
            _ => String::new(),
        },
    };
    Ok(SourcePage {
        said: if after.said.is_empty() { String::new() } else { s.t(after.said) },
        refused: after.refused,
        errors: after.errors,
        sent: after.sent,
        kept: after.kept,
        chip: chip(&s, &source).big(),
        facts: facts(&mut tx, &s, matters, &source).await?,
        entries: entries.iter().map(entry).collect(),
        linked: found.iter().map(row).collect(),
        links: store::links(&mut tx, &source).await?,
        proposed: likely
            .iter()
            .map(|proposal| Proposed { row: row(&proposal.matter), why: why(proposal.by_words) })
            .collect(),
        outcomes: Outcome::ALL.map(|outcome| Choice::new(outcome.code(), s.t(outcome.message()), "")).into(),
        today: rfc3339(s.now)[..10].to_owned(),
        title: source.title,
        words: source.words,
        works,
        open,
        here,
        flow,
        s,
    })
}

async fn facts(tx: &mut Tx, s: &Shell, matters: &Matters, source: &Source) -> Result<Vec<(String, String)>> {
    let category = matters.catalogue.name(&source.category, s.language());
    let ended = source.ended_at.map(|at| s.time(&at)).unwrap_or_default();
    let names = names(tx, std::slice::from_ref(source)).await?;
    let all = [
        ("source-unit", names.unit(Some(source.unit))),
        ("source-place", names.place(&source.path)),
        ("matter-category", category),
        ("source-opened", s.time(&source.opened_at)),
        ("source-ended", ended),
    ];
    Ok(all.into_iter().filter(|(_, said)| !said.is_empty()).map(|(id, said)| (s.t(id), said)).collect())
}

/// How wide a week is drawn, and how high the drawing's bars may be.
const WIDE: i64 = 24;
const HIGH: i64 = 100;

async fn flow_view(
    tx: &mut Tx,
    s: &Shell,
    scope: &Scope,
    source: &Source,
    since: Option<Micros>,
) -> Result<FlowView> {
    let span = Span::around(since, s.now);
    let linked = store::linked_by_week(tx, scope, source, span).await?;
    let alike = store::alike_by_week(tx, scope, source, span).await?;
    let weeks = flow::weeks(span, &linked, &alike);
    Ok(drawn(s, span, &weeks, since.is_some()))
}

/// The weeks as a drawing and as a table.
pub(super) fn drawn(s: &Shell, span: Span, weeks: &[Week], measured: bool) -> FlowView {
    let most = weeks.iter().map(|week| week.alike.max(week.linked)).max().unwrap_or(0);
    let high = |n: i64| if most == 0 { 0 } else { n * HIGH / most };
    let bar = |(at, week): (i64, &Week)| Bar {
        x: at * WIDE,
        alike: high(week.alike),
        linked: high(week.linked),
        said: s.t2("source-week", "from", s.day(&week.from), "n", week.alike),
    };
    let verdict = flow::verdict(span, weeks, measured);
    let class = match verdict {
        Verdict::Stopped | Verdict::Fewer => "resolved",
        Verdict::More => "overdue",
        Verdict::Early | Verdict::NoMeasure | Verdict::Unclear => "waiting",
        Verdict::Nothing => "closed",
    };
    let sum =
        |after: bool| weeks.iter().filter(|week| week.after == after).map(|week| week.alike).sum::<i64>();
    let mut said = vec![s.t2("source-flow-before", "n", sum(false), "weeks", span.before)];
    if measured {
        said.push(s.t2("source-flow-after", "n", sum(true), "weeks", span.after));
    }
    FlowView {
        verdict: Chip::new(class, s.t(verdict.message())),
        said,
        bars: (0_i64..).zip(weeks).map(bar).collect(),
        measure: measured.then_some(span.before * WIDE),
        width: span.weeks() * WIDE,
        most,
        rows: weeks
            .iter()
            .map(|week| WeekRow {
                from: s.day(&week.from),
                linked: week.linked,
                alike: week.alike,
                after: week.after,
            })
            .collect(),
    }
}

/// `POST /sources/{county}/{id}/{what}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, id, what)): Path<(String, Uuid, String)>,
    Sent { visitor, sent }: Sent,
) -> Result<Response> {
    match take(&visitor, &county, id, &what, &sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/sources/{county}/{id}?done={what}")).into_response()),
        Err(error) => {
            let Refused { status, said: refused, errors } = Refused::of(error, &visitor.words)?;
            let kept = ["words", "result", "reason", "number"].map(|field| sent.text(field)).concat();
            let after = After { refused, errors, sent: what, kept, ..After::default() };
            html_with(status, &build(&visitor, &matters, &county, id, after).await?)
        }
    }
}

async fn take(visitor: &Visitor, county: &str, id: Uuid, what: &str, sent: &Submission) -> Result<()> {
    let (who, app, county) = (visitor.signed_in()?, &visitor.app, county.to_owned());
    let text = |field: &str| sent.text(field).to_owned();
    match what {
        "notes" => app.act(who, &NoteSource { county, id, words: text("words"), since: since(sent)? }).await,
        "links" | "parting" => {
            let belongs = what == "links";
            app.act(who, &LinkMatter { county, id, number: text("number"), belongs }).await
        }
        "end" => {
            let outcome = Outcome::from_code(sent.text("outcome"));
            let outcome =
                outcome.ok_or_else(|| Problem::invalid().field("outcome", "source-outcome-missing"))?;
            app.act(who, &EndSource { county, id, outcome, result: text("result") }).await
        }
        "again" => app.act(who, &ReopenSource { county, id, reason: text("reason") }).await,
        _ => Err(Problem::not_found().into()),
    }
}

/// The day since which a measure holds, where one was done.
fn since(sent: &Submission) -> Result<Option<Micros>> {
    match sent.text("since") {
        "" => Ok(None),
        day => match parse_rfc3339(&format!("{day}T00:00:00+08:00")) {
            None => Err(Problem::invalid().field("since", "source-since-range").into()),
            since => Ok(since),
        },
    }
}

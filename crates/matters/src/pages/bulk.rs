//! One step on many matters: which of them, with what words; then what became of each.

use std::collections::HashSet;

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::error::Kind;
use lianxin_foundation::web::{Form, Paging, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Error, Micros, Problem, Result, Right, Tx, Who};
use uuid::Uuid;

use super::filter::{Filter, looked_at};
use super::matter::pointed_out;
use super::rows::{Names, Row};
use super::step_form::{Forms, StepForm};
use super::units::{Wanted, units};
use super::view::{Errors, Group, Parts};
use crate::Matters;
use crate::actions::{BulkStep, Chore, MOST_AT_ONCE, NotePhoneSearch, Outcome, available, in_bulk};
use crate::model::Matter;
use crate::store;

/// Before it is done.
#[derive(Template)]
#[template(path = "bulk.html")]
pub(super) struct BulkPage {
    pub s: Shell,
    pub title: String,
    pub refused: String,
    /// The list this began in.
    pub query: String,
    /// The id of this sending: sent twice, it is done once.
    pub id: String,
    /// The words it needs; `None` where none of them can be done.
    pub form: Option<StepForm>,
    pub can: Vec<Row>,
    pub cannot: Vec<Row>,
    /// Said where some are gone from sight.
    pub lost: String,
}

/// After it was done.
#[derive(Template)]
#[template(path = "bulk_done.html")]
pub(super) struct BulkDonePage {
    pub s: Shell,
    pub title: String,
    pub query: String,
    pub said: String,
    /// Said where this very sending had done some before.
    pub already: String,
    pub refused: Vec<(Row, String)>,
    pub done: Vec<Row>,
    pub lost: String,
}

/// The steps that somebody may ever take on many at once.
pub(super) fn chores(who: &Who, now: Micros) -> Vec<BulkStep> {
    let handles = who.may(Right::HandleMatters, now);
    let dispatches = who.may(Right::DispatchMatters, now);
    let may = |step: &BulkStep| match step {
        BulkStep::Accept | BulkStep::Resolve => handles,
        BulkStep::Dispatch => dispatches,
        BulkStep::Note => handles || dispatches,
    };
    BulkStep::ALL.into_iter().filter(may).collect()
}

/// What was picked.
struct Picked {
    found: Vec<Matter>,
    /// How many there are not, or not for this person.
    lost: usize,
}

/// What is sent with a form besides its own words.
struct Sending<'a> {
    step: BulkStep,
    query: String,
    sent: Option<&'a Submission>,
    refused: String,
    errors: Errors,
}

/// `GET /inbox/bulk/{step}`: where a sign-in in between, or the way back, leads.
pub(super) async fn back() -> Response {
    Redirect::to("/inbox").into_response()
}

/// `POST /inbox/bulk/{step}`: without the id of a sending the words are asked for, with it it is done.
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path(code): Path<String>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    let who = visitor.signed_in()?;
    let step = BulkStep::from_code(&code).ok_or_else(Problem::not_found)?;
    let filter: Filter = serde_urlencoded::from_str(sent.text("query")).unwrap_or_default();
    let filter = filter.settled(who, visitor.now);
    let picked = picked(&visitor, who, &filter, &sent).await?;
    let sending = |sent, refused, errors| Sending { step, query: filter.query(), sent, refused, errors };
    let Some(id) = sent.parsed::<Uuid>("bulk", "problem-unreadable")? else {
        let none = if picked.found.is_empty() { visitor.words.t("bulk-none") } else { String::new() };
        let page = ask(&visitor, &matters, who, picked, sending(None, none, Errors::default())).await?;
        return html(&page);
    };
    if let Some(refused) = pointed_out(&visitor, &code, &mut sent) {
        let sending = sending(Some(&sent), refused, Errors::default());
        let page = ask(&visitor, &matters, who, picked, sending).await?;
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let chore = Chore {
        step,
        words: sent.text(step.words()).to_owned(),
        unit: sent.parsed("unit", "matter-unit-missing")?,
        internal: sent.ticked("internal"),
    };
    let keys: Vec<(String, Uuid)> =
        picked.found.iter().map(|matter| (matter.county.clone(), matter.id)).collect();
    match in_bulk(&visitor.app, who, &matters, id, &chore, &keys).await {
        Ok(outcomes) => html(&done(&visitor, &matters, step, filter.query(), picked, outcomes).await?),
        Err(Error::Refused(problem)) if problem.kind == Kind::Invalid => {
            let refused = visitor.words.problem(&problem);
            let (errors, _) = Errors::from_refusal(Error::Refused(problem), &visitor.words)?;
            let page = ask(&visitor, &matters, who, picked, sending(Some(&sent), refused, errors)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error),
    }
}

/// The rows that were ticked, or the whole list as far as one sending goes, within what this person may see.
async fn picked(visitor: &Visitor, who: &Who, filter: &Filter, sent: &Submission) -> Result<Picked> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let mut tx = visitor.app.db().read().await?;
    if sent.ticked("all") {
        let mut query = filter.asked(visitor, who, &scope);
        let within = looked_at(&query, who, &scope, visitor.now);
        query.from = query.from.or(store::words_since(&mut tx, &within, &query, visitor.now).await?);
        let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
        let found = store::list(&mut tx, &within, &query, Paging::new(None, most), visitor.now).await?;
        drop(tx);
        if let Some(phone) = filter.phone(who, visitor.now) {
            let found = i64::try_from(found.len()).unwrap_or(i64::MAX);
            visitor.app.act(who, &NotePhoneSearch { phone: &phone, found }).await?;
        }
        return Ok(Picked { found, lost: 0 });
    }
    let keys: HashSet<&String> = sent.all("pick").iter().collect();
    if keys.len() > MOST_AT_ONCE {
        return Err(Problem::new(Kind::TooLarge, "bulk-most").with("n", MOST_AT_ONCE).into());
    }
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for key in sent.all("pick").iter().filter(|key| seen.insert(*key)) {
        let Some((county, id)) =
            key.split_once('.').and_then(|(county, id)| Some((county, id.parse().ok()?)))
        else {
            continue;
        };
        found.extend(store::matter(&mut tx, &scope, county, id).await?);
    }
    Ok(Picked { lost: keys.len() - found.len(), found })
}

fn lost(s: &Shell, lost: usize) -> String {
    if lost == 0 { String::new() } else { s.t1("bulk-lost", "n", lost) }
}

/// The page that asks for the words, with what can be done and what cannot.
async fn ask(
    visitor: &Visitor,
    matters: &Matters,
    who: &Who,
    picked: Picked,
    sending: Sending<'_>,
) -> Result<BulkPage> {
    let Sending { step, query, sent, mut refused, errors } = sending;
    let s = visitor.shell(visitor.words.t("bulk-page"));
    let (can, cannot): (Vec<Matter>, Vec<Matter>) = picked
        .found
        .into_iter()
        .partition(|matter| available(matter, who, visitor.now).contains(&step.step()));
    let mut tx = visitor.app.db().read().await?;
    let names = Names::of(&mut tx, &can).await?;
    let others = Names::of(&mut tx, &cannot).await?;
    let units =
        if step == BulkStep::Dispatch { common_units(&mut tx, visitor, &can).await? } else { Vec::new() };
    drop(tx);
    let nobody = step == BulkStep::Dispatch && units.is_empty() && !can.is_empty();
    if nobody {
        refused = s.t("bulk-no-unit");
    }
    let forms = Forms {
        s: &s,
        catalogue: &matters.catalogue,
        here: "/inbox/bulk",
        units,
        categories: Vec::new(),
        sent: sent.map(|sent| (step.code(), sent)),
        errors: &errors,
    };
    let mut form = forms.of(&[step.step()]).pop().ok_or_else(Problem::not_found)?;
    // One photo shows one place; so a note has words.
    form.photos = String::new();
    if let Some(note) = form.note.as_mut().filter(|_| step == BulkStep::Note) {
        note.optional = String::new();
    }
    let id = sent.map(|sent| sent.text("bulk").to_owned());
    let row = |names: &Names, matter: &Matter| names.row(&s, &matters.catalogue, matter);
    Ok(BulkPage {
        title: s.t2("bulk-title", "what", form.title.as_str(), "n", can.len()),
        refused,
        query,
        id: id.unwrap_or_else(|| visitor.app.ids().new_id(visitor.now).to_string()),
        form: Some(form).filter(|_| !can.is_empty() && !nobody),
        can: can.iter().map(|matter| row(&names, matter)).collect(),
        cannot: cannot.iter().map(|matter| row(&others, matter)).collect(),
        lost: lost(&s, picked.lost),
        s,
    })
}

/// The units that all of these can be given to: of the smallest place that holds them all, where one county does.
async fn common_units(tx: &mut Tx, visitor: &Visitor, matters: &[Matter]) -> Result<Vec<Group>> {
    let Some(first) = matters.first() else { return Ok(Vec::new()) };
    if matters.iter().any(|matter| matter.county != first.county) {
        return Ok(Vec::new());
    }
    let path = matters.iter().fold(first.path.as_str(), |path, matter| common(path, &matter.path));
    let mut categories: Vec<&str> = matters.iter().map(|matter| matter.category.as_str()).collect();
    categories.sort_unstable();
    categories.dedup();
    let wanted = Wanted { county: &first.county, path, categories: &categories, except: None };
    units(tx, &visitor.words, &wanted, visitor.now).await
}

/// The path that both begin with.
fn common<'p>(one: &'p str, other: &str) -> &'p str {
    let mut ends = one.char_indices().filter(|(_, letter)| *letter == '/').map(|(at, _)| at + 1);
    ends.rfind(|end| other.starts_with(&one[..*end])).map_or("", |end| &one[..end])
}

/// The page that says what became of each.
async fn done(
    visitor: &Visitor,
    matters: &Matters,
    step: BulkStep,
    query: String,
    picked: Picked,
    outcomes: Vec<Outcome>,
) -> Result<BulkDonePage> {
    let s = visitor.shell(visitor.words.t("bulk-page"));
    let names = Names::of(&mut visitor.app.db().read().await?, &picked.found).await?;
    let (mut finished, mut refused, mut already) = (Vec::new(), Vec::new(), 0);
    for (matter, outcome) in picked.found.iter().zip(outcomes) {
        let row = names.row(&s, &matters.catalogue, matter);
        match outcome {
            Outcome::Done => finished.push(row),
            Outcome::Already => {
                already += 1;
                finished.push(row);
            }
            Outcome::Refused(problem) => {
                let field = problem.fields.first().map(|field| s.t(field.code));
                refused.push((row, field.unwrap_or_else(|| visitor.words.problem(&problem))));
            }
        }
    }
    Ok(BulkDonePage {
        title: s.t(done_message(step)),
        said: s.t2("bulk-said", "done", finished.len(), "refused", refused.len() + picked.lost),
        already: if already == 0 { String::new() } else { s.t1("bulk-already", "n", already) },
        query,
        refused,
        done: finished,
        lost: lost(&s, picked.lost),
        s,
    })
}

fn done_message(step: BulkStep) -> &'static str {
    match step {
        BulkStep::Accept => "bulk-done-accept",
        BulkStep::Dispatch => "bulk-done-dispatch",
        BulkStep::Resolve => "bulk-done-resolve",
        BulkStep::Note => "bulk-done-note",
    }
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn places_have_a_place_in_common() {
        for (one, other, both) in [
            ("42/4212/421223/421223100/", "42/4212/421223/421223101/", "42/4212/421223/"),
            (
                "42/4212/421223/421223100/",
                "42/4212/421223/421223100/421223100001/",
                "42/4212/421223/421223100/",
            ),
            ("42/4212/421223/", "42/4212/421223/", "42/4212/421223/"),
            ("42/", "43/", ""),
        ] {
            assert_eq!(common(one, other), both);
            assert_eq!(common(other, one), both);
        }
    }
}

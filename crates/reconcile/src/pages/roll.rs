//! One list: which column holds what, then who on it is certain, likely, unclear, on it only, or missing from it.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_registry::form::{Choice, Wrong, place_names, wrong};
use lianxin_registry::organisation::store as organisations;
use uuid::Uuid;

use super::visits::told_of;
use super::{Asked, PersonLine, asked, done, known, notice, person_line, person_lines};
use crate::actions::{DropRoll, ReadRoll, Standing};
use crate::model::{Band, Campaign, Field, Roll};
use crate::rules::bands::Thresholds;
use crate::rules::lines::Fault;
use crate::rules::tables;
use crate::sealed::{Listed, row_place};
use crate::store::matches::{self, Matched, Whom};
use crate::store::{rolls, visits};
use crate::visit::Question;

/// Rows on a page, and lines shown with something wrong.
const SIZE: i64 = 50;
const FAULTY: i64 = 100;
/// The tab of what was found at the doors.
pub(super) const VISITED: &str = "visited";
/// Lines shown while columns are told.
const SHOWN: usize = 3;

/// A column of a list that is not read yet.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRow {
    pub(crate) at: usize,
    pub(crate) heading: String,
    pub(crate) examples: Vec<String>,
    pub(crate) field: String,
    /// Whether the office said so an earlier time.
    pub(crate) known: bool,
}

#[derive(Template)]
#[template(path = "check-columns.html")]
pub(super) struct ColumnsPage {
    pub(super) s: Shell,
    pub(super) here: String,
    pub(super) campaign: String,
    pub(super) office: String,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) fields: Vec<Choice>,
    pub(super) notice: Option<String>,
    pub(super) wrong: Wrong,
}

/// A line of a list, or somebody it lacks.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineRow {
    pub(crate) line: i64,
    pub(crate) listed: Listed,
    pub(crate) sex: Option<&'static str>,
    pub(crate) faults: Vec<&'static str>,
    pub(crate) person: Option<PersonLine>,
    pub(crate) percent: i64,
    pub(crate) decided: bool,
    pub(crate) place: String,
    /// What was found of them at the door, in words.
    pub(crate) found: Vec<String>,
}

#[derive(Template)]
#[template(path = "check-roll.html")]
pub(super) struct RollPage {
    pub(super) s: Shell,
    pub(super) here: String,
    pub(super) campaign: String,
    pub(super) office: String,
    pub(super) roll: Roll,
    pub(super) runs: bool,
    pub(super) open: bool,
    pub(super) tells: bool,
    pub(super) linked: bool,
    pub(super) tabs: Vec<(String, &'static str, i64)>,
    pub(super) tab: String,
    pub(super) rows: Vec<LineRow>,
    pub(super) next: Option<String>,
    pub(super) faulty: Vec<(i64, Vec<&'static str>)>,
    pub(super) twice: Vec<(PersonLine, i64)>,
    pub(super) notice: Option<String>,
}

/// A list of a campaign that the visitor may see.
pub(super) async fn seen(
    tx: &mut Tx,
    visitor: &Visitor,
    (county, id, roll): (&str, Uuid, Uuid),
) -> Result<(Campaign, Standing, Roll)> {
    let (campaign, standing) = known(tx, visitor, county, id).await?;
    let roll = rolls::roll(tx, county, roll).await?.filter(|roll| roll.campaign == id && standing.sees(roll));
    roll.map(|roll| (campaign, standing, roll)).ok_or_else(|| Problem::not_found().into())
}

pub(super) async fn page(
    visitor: Visitor,
    Path((county, id, roll)): Path<(String, Uuid, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let (campaign, standing, roll) = seen(&mut tx, &visitor, (&county, id, roll)).await?;
    if roll.sealed_file.is_some() {
        let mut page = columns(&mut tx, &visitor, &campaign, &roll).await?;
        page.notice = notice(&visitor, &query);
        return html(&page);
    }
    let office = office(&mut tx, &roll).await?;
    let thresholds = Thresholds::taught(&matches::decisions(&mut tx, &county, id).await?);
    let mut page = RollPage {
        s: visitor.shell(roll.title.clone()),
        here: format!("/checks/{county}/{id}/rolls/{}", roll.id),
        campaign: format!("/checks/{county}/{id}"),
        office,
        runs: standing.runs,
        open: campaign.is_open(visitor.now),
        tells: roll.run.is_some() && tells(&visitor, &campaign, &roll)?,
        linked: roll.run.is_some(),
        tabs: Vec::new(),
        tab: String::new(),
        rows: Vec::new(),
        next: None,
        faulty: Vec::new(),
        twice: Vec::new(),
        notice: notice(&visitor, &query),
        roll,
    };
    let wrong = rolls::faulty(&mut tx, &county, page.roll.id, FAULTY).await?;
    let said = |codes: &str| Fault::read(codes).into_iter().map(Fault::message).collect();
    page.faulty = wrong.into_iter().map(|(line, codes)| (line, said(&codes))).collect();
    if let Some(run) = page.roll.run {
        page.fill(&mut tx, &visitor, (&campaign, run), &thresholds, &query).await?;
    }
    html(&page)
}

/// Whether the visitor may take the list's results away.
fn tells(visitor: &Visitor, campaign: &Campaign, roll: &Roll) -> Result<bool> {
    let export = visitor.signed_in()?.scope(Right::Export, visitor.now);
    Ok(export.covers(&campaign.path, &[Some(roll.organisation)]))
}

async fn office(tx: &mut Tx, roll: &Roll) -> Result<String> {
    let mut names = organisations::names_of(tx, &roll.county, &[roll.organisation]).await?;
    Ok(names.remove(&roll.organisation).unwrap_or_default())
}

impl RollPage {
    async fn fill(
        &mut self,
        tx: &mut Tx,
        visitor: &Visitor,
        (campaign, run): (&Campaign, Uuid),
        thresholds: &Thresholds,
        query: &HashMap<String, String>,
    ) -> Result<()> {
        let whom = Whom::of(campaign, visitor.now);
        let counted = matches::by_band(tx, &self.roll, run, thresholds).await?;
        let of = |band: Band| counted.iter().find(|(code, _)| code == band.code()).map_or(0, |one| one.1);
        self.tabs =
            Band::ALL.iter().map(|band| (band.code().to_owned(), band.message(), of(*band))).collect();
        let visited = visits::count_found(tx, &self.roll.county, self.roll.id).await?;
        if visited > 0 {
            self.tabs.push((VISITED.to_owned(), "check-tab-visited", visited));
        }
        // Whom the registry has beside an office's list is no business of that office.
        if self.runs {
            let lacking = matches::count_lacking(tx, &self.roll, run, thresholds, &whom).await?;
            self.tabs.push(("below".to_owned(), "check-band-below", lacking));
        }
        let tab = asked(query, "show");
        let known = self.tabs.iter().any(|(code, _, _)| code == tab);
        self.tab = if known { tab } else { Band::Above.code() }.to_owned();
        let after = asked(query, "after");
        if self.tab == VISITED {
            return self.fill_visited(tx, visitor, (run, thresholds), after.parse().unwrap_or(0)).await;
        }
        if self.tab == "below" {
            let after = after.parse().unwrap_or(Uuid::nil());
            let found = matches::lacking(tx, &self.roll, run, thresholds, &whom, (after, SIZE)).await?;
            self.next_after(found.last().map(|one| one.person.to_string()), found.len());
            let places = place_names(tx, found.iter().map(|one| one.path.as_str())).await?;
            for one in found {
                let told = (one.name, one.sex.as_deref(), one.birth);
                let person = PersonLine::of(visitor, (&self.roll.county, one.person), told);
                let place = places.get(&one.path).cloned().unwrap_or_default();
                self.rows.push(LineRow { person: Some(person), place, ..LineRow::default() });
            }
            return Ok(());
        }
        let of = (self.tab.as_str(), after.parse().unwrap_or(0));
        let found = matches::lines(tx, &self.roll, run, thresholds, of, SIZE).await?;
        self.next_after(found.last().map(|one| one.line.to_string()), found.len());
        let places = place_names(tx, found.iter().filter_map(|one| one.path.as_deref())).await?;
        let told = |one: &Matched| one.person.filter(|_| self.runs && one.band != Band::Above.code());
        let ids: Vec<Uuid> = found.iter().filter_map(told).collect();
        let people = person_lines(tx, visitor, &self.roll.county, &ids).await?;
        let ends = (found.first().map_or(0, |one| one.line), found.last().map_or(0, |one| one.line));
        let visited = visits::found(tx, &self.roll.county, self.roll.id, ends, SIZE).await?;
        for one in found {
            let person = told(&one).and_then(|person| people.get(&person).cloned());
            let question = visited.iter().find(|found| found.line == one.line).map(|found| &found.question);
            let place = one.path.as_ref().and_then(|path| places.get(path).cloned()).unwrap_or_default();
            self.rows.push(self.row(visitor, one, question, (person, place))?);
        }
        if self.runs {
            for (person, lines) in matches::twice(tx, &self.roll, run, thresholds, FAULTY).await? {
                self.twice.extend(
                    person_line(tx, visitor, &self.roll.county, person).await?.map(|one| (one, lines)),
                );
            }
        }
        Ok(())
    }

    /// The lines that were asked about at the doors, and what was found.
    async fn fill_visited(
        &mut self,
        tx: &mut Tx,
        visitor: &Visitor,
        (run, thresholds): (Uuid, &Thresholds),
        after: i64,
    ) -> Result<()> {
        let lines = (after + 1, i64::MAX);
        let found = visits::found(tx, &self.roll.county, self.roll.id, lines, SIZE).await?;
        self.next_after(found.last().map(|one| one.line.to_string()), found.len());
        for one in found {
            let Some(line) = matches::line(tx, &self.roll, run, thresholds, one.line).await? else {
                continue;
            };
            let person = match line.person.filter(|_| self.runs && line.band != Band::Above.code()) {
                Some(person) => person_line(tx, visitor, &self.roll.county, person).await?,
                None => None,
            };
            let mut places = place_names(tx, line.path.as_deref().into_iter()).await?;
            let place = line.path.as_ref().and_then(|path| places.remove(path)).unwrap_or_default();
            self.rows.push(self.row(visitor, line, Some(&one.question), (person, place))?);
        }
        Ok(())
    }

    /// A line as the page shows it.
    fn row(
        &self,
        visitor: &Visitor,
        one: Matched,
        question: Option<&Question>,
        (person, place): (Option<PersonLine>, String),
    ) -> Result<LineRow> {
        let listed = Listed::opened(&visitor.app, &row_place(self.roll.id, one.line), &one.sealed)?;
        Ok(LineRow {
            line: one.line,
            sex: lianxin_registry::person::Sex::from_code(&listed.sex)
                .map(lianxin_registry::person::Sex::message),
            found: match question {
                Some(question) => told_of(&visitor.app, &visitor.words, &listed, question, false)?,
                None => Vec::new(),
            },
            listed: listed.masked(),
            faults: Fault::read(&one.faults).into_iter().map(Fault::message).collect(),
            person,
            percent: (one.probability * 100.0).round() as i64,
            decided: one.decided,
            place,
        })
    }

    fn next_after(&mut self, last: Option<String>, rows: usize) {
        let whole = i64::try_from(rows).is_ok_and(|rows| rows >= SIZE);
        self.next =
            last.filter(|_| whole).map(|last| format!("{}?show={}&after={last}", self.here, self.tab));
    }
}

/// The page that asks what the columns hold: filled in by what the office said last time, else by a guess.
async fn columns(tx: &mut Tx, visitor: &Visitor, campaign: &Campaign, roll: &Roll) -> Result<ColumnsPage> {
    let text = crate::actions::file_text(&visitor.app, roll)?.unwrap_or_default();
    let (header, rows) = tables::head(&text, SHOWN)?;
    let guessed = tables::guessed(&text);
    let said: HashMap<String, String> =
        rolls::columns(tx, &roll.county, roll.organisation).await?.into_iter().collect();
    let column = |(at, heading): (usize, &String)| {
        let known = said.get(heading);
        let guess = guessed.get(at).copied().flatten().map_or("", Field::code);
        ColumnRow {
            at,
            heading: heading.clone(),
            examples: rows
                .iter()
                .filter_map(|row| row.get(at))
                .filter(|cell| !cell.is_empty())
                .cloned()
                .collect(),
            field: known.map_or(guess, String::as_str).to_owned(),
            known: known.is_some(),
        }
    };
    Ok(ColumnsPage {
        s: visitor.shell(roll.title.clone()),
        here: format!("/checks/{}/{}/rolls/{}", campaign.county, campaign.id, roll.id),
        campaign: format!("/checks/{}/{}", campaign.county, campaign.id),
        office: office(tx, roll).await?,
        columns: header.iter().enumerate().map(column).collect(),
        fields: Field::ALL.map(|field| Choice::new(field.code(), visitor.words.t(field.message()))).into(),
        notice: None,
        wrong: Wrong::default(),
    })
}

pub(super) async fn take(
    Path((county, id, roll, step)): Path<(String, Uuid, Uuid, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let here = format!("/checks/{county}/{id}/rolls/{roll}");
    drop(seen(&mut app.db().read().await?, &visitor, (&county, id, roll)).await?);
    let error = match step.as_str() {
        "read" => {
            let told = sent.beginning("column-");
            let field = |(at, values): (&str, &[String])| {
                Some((at.parse().ok()?, Field::from_code(values.first()?)?))
            };
            let read = ReadRoll { county: county.clone(), roll, fields: told.filter_map(field).collect() };
            match read.carry_out(app, who).await {
                Ok(_) => return Ok(done(&here, "read").into_response()),
                Err(error) => (error, Some(read)),
            }
        }
        "drop" => match app.act(who, &DropRoll { county: county.clone(), roll }).await {
            Ok(_) => return Ok(done(&format!("/checks/{county}/{id}"), "dropped").into_response()),
            Err(error) => (error, None),
        },
        _ => return Err(Problem::not_found().into()),
    };
    let (error, Some(read)) = error else { return Err(error.0) };
    let wrong = wrong(&visitor, error)?;
    let mut tx = app.db().read().await?;
    let (campaign, _, roll) = seen(&mut tx, &visitor, (&county, id, roll)).await?;
    if roll.sealed_file.is_none() {
        return Err(Problem::not_found().into());
    }
    let mut page = columns(&mut tx, &visitor, &campaign, &roll).await?;
    for column in &mut page.columns {
        column.field = read.fields.get(&column.at).map_or("", |field| field.code()).to_owned();
    }
    page.wrong = wrong;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

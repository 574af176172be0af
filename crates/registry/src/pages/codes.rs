//! A year's changes of division codes as a table: looked at, brought in, and what was not taken handed back.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use lianxin_foundation::clock::civil;
use lianxin_foundation::web::{Cell, Csv, Form, Shell, Submission, Visitor, Workbook, html, html_with};
use lianxin_foundation::{Problem, Result, Right};

use super::{Wrong, wrong};
use crate::actions::{Became, Outcome, bring_codes, look_at_codes};
use crate::codes::{HEADINGS, Happened, Line, Table, Unreadable};

/// A row with what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) line: u32,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) name: String,
    pub(crate) kind: Option<&'static str>,
    /// A chip's class and words.
    pub(crate) became: (&'static str, &'static str),
    /// Why it is not taken.
    pub(crate) why: Option<&'static str>,
    pub(crate) odd: bool,
}

#[derive(Template)]
#[template(path = "codes.html")]
pub(crate) struct CodesPage {
    pub(crate) s: Shell,
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
    /// The table as the form carries it; empty where none was looked at.
    pub(crate) table: String,
    /// Whether it was brought in, and not only looked at.
    pub(crate) done: bool,
    pub(crate) changes: i64,
    pub(crate) refused: i64,
    pub(crate) wrong: Wrong,
}

fn page(visitor: &Visitor) -> CodesPage {
    CodesPage {
        s: visitor.shell(visitor.words.t("codes-title")),
        kinds: Happened::ALL.map(Happened::message).into(),
        rows: Vec::new(),
        table: String::new(),
        done: false,
        changes: 0,
        refused: 0,
        wrong: Wrong::default(),
    }
}

pub(super) async fn form(visitor: Visitor) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    html(&page(&visitor))
}

/// The table that a form carries, or that comes as a file.
async fn sent_table(sent: &Submission) -> Result<Table> {
    let refused = |why: Unreadable| {
        let code = match why {
            Unreadable::Headings => "codes-file-headings",
            Unreadable::TooLong => "codes-file-long",
            other => other.code(),
        };
        Problem::invalid().field("file", code)
    };
    if let Some(text) = sent.given("table") {
        return Table::parse(&text).ok_or_else(|| refused(Unreadable::Kind).into());
    }
    let file = sent.files.iter().find(|file| file.field == "file");
    let Some(file) = file else { return Err(Problem::invalid().field("file", "roster-file-missing").into()) };
    let bytes = file.bytes.clone();
    let read = tokio::task::spawn_blocking(move || Table::read(&bytes)).await;
    read.unwrap_or(Err(Unreadable::Kind)).map_err(|why| refused(why).into())
}

pub(super) async fn bring(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let mut page = page(&visitor);
    let table = match sent_table(&sent).await {
        Ok(table) => table,
        Err(error) => {
            page.wrong = wrong(&visitor, error)?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let who = visitor.signed_in()?;
    page.done = sent.text("confirmed") == "yes";
    let outcomes = match page.done {
        true => bring_codes(&visitor.app, who, &table, &|_| {}).await?,
        false => look_at_codes(&visitor.app, who, &table).await?,
    };
    let count = |wanted: fn(&Became) -> bool| {
        i64::try_from(outcomes.iter().filter(|one| wanted(&one.what)).count()).unwrap_or(i64::MAX)
    };
    page.changes = count(|what| *what == Became::Changed);
    page.refused = count(|what| matches!(what, Became::Refused(_)));
    page.rows = table.lines.iter().zip(&outcomes).map(|(line, one)| row(line, one, page.done)).collect();
    page.table = table.text();
    html(&page)
}

fn row(line: &Line, outcome: &Outcome, done: bool) -> Row {
    let why = match outcome.what {
        Became::Refused(code) => Some(code),
        _ => None,
    };
    let became = match outcome.what {
        Became::Changed if done => ("closed", "codes-done"),
        Became::Changed => ("new", "codes-will"),
        Became::Same => ("closed", "codes-same"),
        Became::Refused(_) => ("refused", "codes-refused"),
    };
    Row {
        line: line.line,
        old: line.before().to_owned(),
        new: line.after().to_owned(),
        name: line.name().to_owned(),
        kind: line.happened().map(Happened::message),
        became,
        why,
        odd: outcome.odd,
    }
}

/// The rows that would not be taken: as they came, with a column that says why.
pub(super) async fn refused(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let table = sent_table(&sent).await?;
    let outcomes = look_at_codes(&visitor.app, visitor.signed_in()?, &table).await?;
    let t = |id: &str| visitor.words.t(id);
    let mut book = Workbook::new(visitor.now)?;
    let columns = HEADINGS.iter().map(|heading| ((*heading).to_owned(), 18));
    let columns: Vec<_> = std::iter::once((t("roster-why"), 40)).chain(columns).collect();
    book.sheet(&t("codes-refused"), &columns)?;
    for (line, outcome) in table.lines.iter().zip(outcomes) {
        let Became::Refused(code) = outcome.what else { continue };
        let cells = std::iter::once(t(code)).chain(line.cells.iter().cloned());
        book.row(&cells.map(Cell::Text).collect::<Vec<_>>())?;
    }
    let who = visitor.signed_in()?.name.clone();
    let when = civil(visitor.now).strftime("%Y-%m-%d %H:%M").to_string();
    book.download(
        "codes-refused.xlsx",
        &visitor.words.t2("roster-mark", "who", who.as_str(), "at", when.as_str()),
    )
}

/// The empty table, with one row that shows how.
pub(super) async fn template(visitor: Visitor) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    Ok(Csv::new(&HEADINGS).download("codes.csv"))
}

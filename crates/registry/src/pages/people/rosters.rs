//! Bringing in a roster: the file, what its columns hold, what it would change, and how it went.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Cell, Csv, Form, Path, Shell, Submission, Visitor, Workbook, html, html_with};
use lianxin_foundation::{Context, Micros, Problem, Result, Right, Tx};
use uuid::Uuid;

use super::kinds;
use super::person::offered;
use crate::actions::rosters::{BeginRoster, DropRoster, RunRoster, SetColumns, own};
use crate::area::store as areas;
use crate::organisation::store as organisations;
use crate::pages::place::{PlaceField, sent_place};
use crate::pages::{Asked, Choice, Wrong, asked, wrong};
use crate::roster::{Field, Roster, Seen, Sheet, keep, kept, store, worker};

/// Files up to so many rows are looked at and brought in while the reader waits; longer ones by the worker.
const AT_ONCE: i64 = 2_000;
/// Rows on a page.
const SIZE: usize = 50;
/// How many earlier rosters are listed.
const EARLIER: i64 = 20;

/// A roster brought in before.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    pub(crate) href: String,
    pub(crate) whither: String,
    pub(crate) at: Micros,
    pub(crate) rows: i64,
    /// The message of its state.
    pub(crate) state: &'static str,
}

#[derive(Template)]
#[template(path = "rosters.html")]
pub(crate) struct RostersPage {
    pub(crate) s: Shell,
    pub(crate) place: PlaceField,
    pub(crate) organisations: Vec<Choice>,
    pub(crate) organisation: String,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) kind: String,
    pub(crate) earlier: Vec<Earlier>,
    pub(crate) wrong: Wrong,
}

/// A column of the file, with the field it holds.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRow {
    /// Its place in the file, from 0.
    pub(crate) at: usize,
    pub(crate) heading: String,
    pub(crate) field: String,
}

/// A row with what would become of it.
#[derive(Debug, Clone)]
pub(crate) struct RowSeen {
    pub(crate) line: u32,
    pub(crate) name: String,
    /// The message of what it is: new, changed, …
    pub(crate) what: &'static str,
    /// Field, what is there, and what the row says.
    pub(crate) changes: Vec<(String, String, String)>,
    pub(crate) reasons: Vec<String>,
}

/// One of the four kinds of rows: its code, its name, how many, and whether it is the one shown.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) what: &'static str,
    pub(crate) label: String,
    pub(crate) count: i64,
    pub(crate) current: bool,
}

#[derive(Template)]
#[template(path = "roster.html")]
pub(crate) struct RosterPage {
    pub(crate) s: Shell,
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) whither: String,
    pub(crate) state: String,
    pub(crate) total: i64,
    pub(crate) behind: i64,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) columns: Vec<ColumnRow>,
    pub(crate) fields: Vec<Choice>,
    /// How many columns are not read.
    pub(crate) unread: usize,
    pub(crate) rows: Vec<RowSeen>,
    pub(crate) what: String,
    pub(crate) next: Option<usize>,
    /// How many rows would change something.
    pub(crate) moves: i64,
    pub(crate) refused: i64,
    pub(crate) wrong: Wrong,
}

pub(crate) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let typed = [asked(&query, "area"), asked(&query, "organisation"), asked(&query, "kind")];
    html(&lists(&visitor, typed, Wrong::default()).await?)
}

async fn lists(
    visitor: &Visitor,
    [area, organisation, kind]: [&str; 3],
    wrong: Wrong,
) -> Result<RostersPage> {
    let scope = visitor.scope(Right::KeepPeople)?;
    let who = visitor.signed_in()?;
    let mut tx = visitor.app.db().read().await?;
    let mut earlier = Vec::new();
    if let Some(account) = who.account {
        for roster in store::of_account(&mut tx, account, EARLIER).await? {
            earlier.push(Earlier {
                href: format!("/people/rosters/{}/{}", roster.county, roster.id),
                whither: whither(&mut tx, &roster).await?,
                at: roster.created_at,
                rows: roster.total,
                state: state_message(&roster.state),
            });
        }
    }
    Ok(RostersPage {
        place: PlaceField::of(&mut tx, &scope, area).await?,
        organisations: offered(&mut tx, visitor).await?,
        s: visitor.shell(visitor.words.t("rosters-title")),
        organisation: organisation.to_owned(),
        kinds: kinds(visitor),
        kind: kind.to_owned(),
        earlier,
        wrong,
    })
}

fn state_message(state: &str) -> &'static str {
    match state {
        "checking" => "roster-state-checking",
        "checked" => "roster-state-checked",
        "running" => "roster-state-running",
        "done" => "roster-state-done",
        "stopped" => "roster-state-stopped",
        _ => "roster-state-gone",
    }
}

/// Where a roster's people go, by name.
async fn whither(tx: &mut Tx, roster: &Roster) -> Result<String> {
    let mut names = Vec::new();
    if let Some(organisation) = roster.organisation {
        names.extend(organisations::find(tx, organisation).await?.map(|one| one.name));
    }
    if let Some(area) = roster.area.as_deref() {
        names.extend(areas::area(tx, area).await?.map(|area| area.name));
    }
    Ok(names.join(" · "))
}

pub(crate) async fn begin(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    match begun(&visitor, &sent).await {
        Ok(roster) => {
            go_on(&visitor, &roster).await?;
            Ok(to(&roster).into_response())
        }
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let typed = [sent.text("area"), sent.text("organisation"), sent.text("kind")];
            let mut page = lists(&visitor, typed, wrong).await?;
            page.place = PlaceField::given_back(&visitor, Right::KeepPeople, &sent).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn begun(visitor: &Visitor, sent: &Submission) -> Result<Roster> {
    let refused = |code| Problem::invalid().field("file", code);
    let area = match sent.text("area") {
        "" => None,
        _ => Some(sent_place(visitor, Right::KeepPeople, sent).await?),
    };
    let organisation = sent.parsed("organisation", "membership-organisation-unknown")?;
    let file = sent.files.iter().find(|file| file.field == "file");
    let bytes = file.ok_or_else(|| refused("roster-file-missing"))?.bytes.clone();
    let read = tokio::task::spawn_blocking(move || Sheet::read(&bytes)).await;
    let sheet =
        read.ok().unwrap_or(Err(crate::roster::Unreadable::Kind)).map_err(|why| refused(why.code()))?;
    let app = &visitor.app;
    let begin = BeginRoster {
        id: app.ids().new_id(visitor.now),
        sheet: &sheet,
        area,
        organisation,
        kind: sent.text("kind").to_owned(),
    };
    let file = format!("rosters/{}", begin.id);
    keep(app, &file, &sheet.text()).await?;
    let roster = app.act(visitor.signed_in()?, &begin).await;
    if roster.is_err() {
        // It is nobody's: what cannot be removed now is only sealed bytes.
        let _ = app.blobs().delete(&file).await;
    }
    roster
}

fn to(roster: &Roster) -> Redirect {
    Redirect::to(&format!("/people/rosters/{}/{}", roster.county, roster.id))
}

/// Does the next thing with a short roster at once.
async fn go_on(visitor: &Visitor, roster: &Roster) -> Result<()> {
    if roster.total > AT_ONCE {
        return Ok(());
    }
    match worker::one(&visitor.app, &roster.county, roster.id).await {
        // The worker was quicker.
        Err(error) if error.code() == Some("roster-moved-on") => Ok(()),
        other => other,
    }
}

/// The reader's own roster.
async fn mine(visitor: &Visitor, county: &str, id: Uuid) -> Result<Roster> {
    let mut tx = visitor.app.db().read().await?;
    let cx = Context::new(&visitor.app, visitor.signed_in()?, visitor.now);
    own(&mut tx, cx, county, id).await
}

pub(crate) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let roster = mine(&visitor, &county, id).await?;
    let page =
        load(&visitor, &roster, (asked(&query, "show"), asked(&query, "from")), Wrong::default()).await?;
    let mut answer = html(&page)?;
    if matches!(roster.state.as_str(), "checking" | "running") {
        answer.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
    }
    Ok(answer)
}

async fn load(
    visitor: &Visitor,
    roster: &Roster,
    (show, from): (&str, &str),
    wrong: Wrong,
) -> Result<RosterPage> {
    let t = |id: &str| visitor.words.t(id);
    let sheet = worker::sheet(&visitor.app, roster).await?;
    let headings = sheet.map(|sheet| sheet.headings).unwrap_or_default();
    let fields = roster.fields();
    let code = |at: usize| fields.get(at).copied().flatten().map_or("", Field::code).to_owned();
    let columns: Vec<ColumnRow> = headings
        .into_iter()
        .enumerate()
        .map(|(at, heading)| ColumnRow { at, heading, field: code(at) })
        .filter(|column| !column.heading.is_empty())
        .collect();
    let counts = roster.counts();
    let tab = |what: &'static str, label: &str, count: i64| Tab {
        what,
        label: t(label),
        count,
        current: what == show,
    };
    let mut tabs = vec![
        tab("new", "roster-new", counts.added),
        tab("changed", "roster-changed", counts.changed),
        tab("refused", "roster-refused", counts.refused),
        tab("same", "roster-same", counts.same),
    ];
    if let Some(first) =
        tabs.iter().position(|tab| tab.count > 0).filter(|_| !tabs.iter().any(|tab| tab.current))
    {
        tabs[first].current = true;
    }
    let what = tabs.iter().find(|tab| tab.current).map_or("", |tab| tab.what);
    let seen: Vec<Seen> = if roster.state == "checked" { seen(visitor, roster).await? } else { Vec::new() };
    let from: usize = from.parse().unwrap_or_default();
    let mut of_kind = seen.into_iter().filter(|row| row.what == what).skip(from);
    let rows: Vec<RowSeen> = of_kind.by_ref().take(SIZE).map(|row| row_seen(visitor, row)).collect();
    let whither = whither(&mut visitor.app.db().read().await?, roster).await?;
    Ok(RosterPage {
        s: visitor.shell(t("roster-title")),
        county: roster.county.clone(),
        id: roster.id.to_string(),
        whither,
        state: roster.state.clone(),
        total: roster.total,
        behind: roster.next_row,
        unread: columns.iter().filter(|column| column.field.is_empty()).count(),
        columns,
        fields: Field::ALL.map(|field| Choice::new(field.code(), t(field.message()))).into(),
        what: what.to_owned(),
        next: of_kind.next().map(|_| from + SIZE),
        tabs,
        rows,
        moves: counts.added + counts.changed,
        refused: counts.refused,
        wrong,
    })
}

/// What a look found of the rows.
async fn seen(visitor: &Visitor, roster: &Roster) -> Result<Vec<Seen>> {
    let text = kept(&visitor.app, &roster.found()).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn row_seen(visitor: &Visitor, row: Seen) -> RowSeen {
    let t = |id: &str| visitor.words.t(id);
    let change = |(code, before, after): (String, String, String)| {
        let field = Field::from_code(&code);
        let value = |text: String| match field {
            Some(Field::Sex) if !text.is_empty() => t(&format!("sex-{text}")),
            Some(Field::Kind) if !text.is_empty() => t(&format!("membership-kind-{text}")),
            _ => text,
        };
        (field.map(|field| t(field.message())).unwrap_or_default(), value(before), value(after))
    };
    RowSeen {
        line: row.line,
        name: row.name,
        what: match row.what.as_str() {
            "new" => "roster-new",
            "changed" => "roster-changed",
            "same" => "roster-same",
            _ => "roster-refused",
        },
        changes: row.changes.into_iter().map(change).collect(),
        reasons: row.reasons.iter().map(|code| t(code)).collect(),
    }
}

pub(crate) async fn take(
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let roster = mine(&visitor, &county, id).await?;
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let done = match step.as_str() {
        "columns" => {
            let headings = worker::sheet(app, &roster).await?.map(|sheet| sheet.headings).unwrap_or_default();
            let columns = headings.into_iter().enumerate();
            let chosen = |at: usize| Field::from_code(sent.text(&format!("column[{at}]")));
            let columns = columns.map(|(at, heading)| (heading, chosen(at))).collect();
            app.act(who, &SetColumns { county: county.clone(), id, columns }).await
        }
        "go" => app.act(who, &RunRoster { county: county.clone(), id }).await,
        "drop" => {
            let dropped = app.act(who, &DropRoster { county: county.clone(), id }).await?;
            worker::forget(app, &dropped).await?;
            return Ok(Redirect::to("/people/rosters").into_response());
        }
        _ => Err(Problem::not_found().into()),
    };
    if let Err(error) = done {
        let wrong = wrong(&visitor, error)?;
        let page = load(&visitor, &mine(&visitor, &county, id).await?, ("", ""), wrong).await?;
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    go_on(&visitor, &roster).await?;
    Ok(to(&roster).into_response())
}

/// The rows that were, or would be, refused: as they came, with a column that says why.
pub(crate) async fn refused(visitor: Visitor, Path((county, id)): Path<(String, Uuid)>) -> Result<Response> {
    visitor.from_within()?;
    let roster = mine(&visitor, &county, id).await?;
    let Some(sheet) = worker::sheet(&visitor.app, &roster).await? else {
        return Err(Problem::not_found().into());
    };
    let mut reasons: Vec<(i64, Vec<String>)> = if roster.state == "checked" {
        let refused = seen(&visitor, &roster).await?.into_iter().filter(|row| row.what == "refused");
        refused.map(|row| (i64::from(row.line), row.reasons)).collect()
    } else {
        let mut tx = visitor.app.db().read().await?;
        let rows = store::refusals(&mut tx, &roster).await?;
        rows.into_iter().map(|(line, codes)| (line, codes.split(',').map(str::to_owned).collect())).collect()
    };
    reasons.sort_unstable();
    let t = |id: &str| visitor.words.t(id);
    let mut book = Workbook::new(visitor.now)?;
    let mut columns = vec![(t("roster-why"), 40)];
    columns.extend(sheet.headings.iter().map(|heading| (heading.clone(), 16)));
    book.sheet(&t("roster-refused"), &columns)?;
    for row in &sheet.rows {
        let Ok(at) = reasons.binary_search_by_key(&i64::from(row.line), |(line, _)| *line) else { continue };
        let why = reasons[at].1.iter().map(|code| t(code)).collect::<Vec<_>>().join(" ");
        let cells = std::iter::once(why).chain(row.cells.iter().map(str::to_owned));
        book.row(&cells.map(Cell::Text).collect::<Vec<_>>())?;
    }
    let who = visitor.signed_in()?.name.clone();
    let when = lianxin_foundation::clock::civil(visitor.now).strftime("%Y-%m-%d %H:%M").to_string();
    let mark = visitor.words.t2("roster-mark", "who", who.as_str(), "at", when.as_str());
    book.download("roster-refused.xlsx", &mark)
}

/// The empty form people fill in: one column for each field.
pub(crate) async fn template_csv(visitor: Visitor) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    Ok(Csv::new(&Field::ALL.map(Field::heading)).download("roster.csv"))
}

/// The same as a workbook, with a sheet that says what goes where.
pub(crate) async fn template_xlsx(visitor: Visitor) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let t = |id: &str| visitor.words.t(id);
    let mut book = Workbook::new(visitor.now)?;
    book.sheet(&t("roster-sheet"), &Field::ALL.map(|field| (field.heading().to_owned(), 18)))?;
    book.sheet(&t("roster-sheet-how"), &[(t("roster-column"), 22), (t("roster-how"), 70)])?;
    for field in Field::ALL {
        let how = t(&format!("roster-how-{}", field.code()));
        book.row(&[Cell::Text(field.heading().to_owned()), Cell::Text(how)])?;
    }
    book.download("roster.xlsx", "")
}

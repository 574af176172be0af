//! Changes of the tree around one area: what one would touch, doing it, what was done, and taking it back.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::error::Kind;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Context, Micros, Problem, Result, Right, Tx};
use uuid::Uuid;

use super::people::as_of;
use super::{Asked as Query, Choice, Step, Wrong, done, may_keep, notice, steps, within, wrong};
use crate::actions::{ChangeAreas, UndoAreas, looked_at};
use crate::area::change::plan::{Asked, Cut, touched};
use crate::area::change::store::{self as changes, Fact};
use crate::area::change::{ChangeKind, Plan};
use crate::area::{Area, AreaKind, county_of, path_of, store};

/// At most so many changes are listed.
const MOST_CHANGES: i64 = 100;

/// How many matters stand at and below a path: still open, and in all.
pub type CountMatters =
    for<'t> fn(&'t mut Tx, String) -> Pin<Box<dyn Future<Output = Result<(i64, i64)>> + Send + 't>>;

/// Counts matters for the pages here, which know nothing of them; lent by the program as an `axum::Extension`.
#[derive(Clone, Copy)]
pub struct MattersAt(pub CountMatters);

/// An area that ends or is not quite the same, and what goes on for it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) becomes: String,
    pub(crate) heir: String,
}

/// What an operation would do.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    pub(crate) kind: &'static str,
    pub(crate) rows: Vec<Row>,
    /// What stands in these areas: words and number.
    pub(crate) counts: Vec<(&'static str, i64)>,
    pub(crate) open: i64,
    pub(crate) matters: i64,
    /// The form to be sent again: field and value.
    pub(crate) sent: Vec<(String, String)>,
}

/// A change in the history.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) kind: &'static str,
    pub(crate) what: Vec<Row>,
    pub(crate) day: Micros,
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) undone: Option<(Micros, String)>,
    pub(crate) address: String,
}

#[derive(Template)]
#[template(path = "area-change.html")]
pub(crate) struct ChangePage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) households: Option<i64>,
    /// Which operations there are for such an area; none for a reader who does not keep it.
    pub(crate) kinds: Vec<&'static str>,
    /// Whether its new code follows by itself: grids are numbered.
    pub(crate) numbered: bool,
    pub(crate) children: Vec<Choice>,
    pub(crate) preview: Option<Preview>,
    pub(crate) history: Vec<Done>,
    pub(crate) keeps: bool,
    pub(crate) day: String,
    /// The areas directly in it on that day.
    pub(crate) then: Vec<(String, String, &'static str)>,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
    pub(crate) typed: HashMap<String, String>,
}

impl ChangePage {
    /// Whether the area can be changed so.
    pub(crate) fn can(&self, kind: &str) -> bool {
        self.kinds.contains(&kind)
    }

    /// What was typed into a field of this operation's form.
    pub(crate) fn typed(&self, kind: &str, field: &str) -> &str {
        let own = self.typed.get("kind").is_some_and(|sent| sent == kind);
        self.typed.get(field).filter(|_| own).map_or("", String::as_str)
    }

    /// Whether this operation's form came back.
    pub(crate) fn came_back(&self, kind: &str) -> bool {
        self.typed.get("kind").is_some_and(|sent| sent == kind)
    }
}

pub(super) async fn page(visitor: Visitor, Path(id): Path<String>, query: Query) -> Result<Response> {
    let (day, at) = as_of(&visitor, &query);
    let mut page = load(&visitor, &id, (day, at)).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

fn kinds(area: &Area) -> Vec<&'static str> {
    let fits = |kind: &ChangeKind| match kind {
        ChangeKind::Rename | ChangeKind::Redraw | ChangeKind::Open => false,
        ChangeKind::Move | ChangeKind::Merge => area.kind >= AreaKind::Town,
        ChangeKind::Split => area.kind >= AreaKind::Village,
        ChangeKind::Close => area.kind >= AreaKind::Grid,
    };
    ChangeKind::ALL.into_iter().filter(fits).map(ChangeKind::code).collect()
}

async fn load(visitor: &Visitor, id: &str, (day, at): (String, Micros)) -> Result<ChangePage> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(area) = store::area(&mut tx, id).await? else { return Err(Problem::not_found().into()) };
    within(&scope, &area.path)?;
    let keeps = may_keep(visitor, &area.path);
    let children = store::children(&mut tx, id).await?;
    let then = changes::children_as_of(&mut tx, id, at).await?;
    Ok(ChangePage {
        s: visitor.shell(visitor.words.t1("area-changes-title", "name", area.name.as_str())),
        steps: steps(&mut tx, &area.path, &scope).await?,
        kinds: if keeps && area.valid_to.is_none() { kinds(&area) } else { Vec::new() },
        numbered: area.kind >= AreaKind::Grid,
        children: children.into_iter().map(|child| Choice::new(child.id, child.name)).collect(),
        preview: None,
        history: history(&mut tx, id).await?,
        keeps,
        day,
        then: then.into_iter().map(|area| (area.id, area.name, area.kind.message())).collect(),
        id: area.id,
        name: area.name,
        households: area.households,
        notice: None,
        wrong: Wrong::default(),
        typed: HashMap::new(),
    })
}

async fn history(tx: &mut Tx, id: &str) -> Result<Vec<Done>> {
    let mut rows = Vec::new();
    for change in changes::history(tx, id, MOST_CHANGES).await? {
        let steps = changes::steps(tx, &change.county, change.id).await?;
        let ids: Vec<&str> = steps.iter().map(|step| step.heir.as_str()).collect();
        let names = store::names(tx, &ids).await?;
        let mut what = Vec::new();
        for step in &steps {
            let renamed = step.area == step.heir;
            let made_alone = step.made
                && [ChangeKind::Split, ChangeKind::Open].iter().any(|kind| change.kind == kind.code());
            let amends = ChangeKind::from_code(&change.kind)
                .is_some_and(|kind| matches!(kind, ChangeKind::Rename | ChangeKind::Redraw));
            if renamed && !amends || step.made && !made_alone {
                continue;
            }
            let named = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
            what.push(match made_alone {
                true => Row {
                    name: named(&step.heir),
                    id: step.heir.clone(),
                    becomes: step.name.clone(),
                    heir: step.area.clone(),
                },
                false => Row {
                    name: step.name.clone(),
                    id: step.area.clone(),
                    becomes: named(&step.heir),
                    heir: step.heir.clone(),
                },
            });
        }
        rows.push(Done {
            kind: ChangeKind::from_code(&change.kind).map_or("area-change-rename", ChangeKind::message),
            what,
            day: change.valid_from,
            by: change.made_by,
            reason: change.reason,
            undone: change.undone_at.zip(change.undone_by),
            address: format!("/areas/{id}/changes/{}/undo", change.id),
        });
    }
    Ok(rows)
}

/// Reads which operation a form asks for.
fn read(id: &str, sent: &Submission) -> Result<Asked> {
    let area = id.to_owned();
    let text = |field: &str| sent.text(field).trim().to_owned();
    Ok(match ChangeKind::from_code(sent.text("kind")) {
        Some(ChangeKind::Move) => Asked::Move { area, parent: text("parent"), code: sent.given("code") },
        Some(ChangeKind::Merge) => Asked::Merge { area, into: text("into") },
        Some(ChangeKind::Split) => Asked::Split {
            area,
            name: text("name"),
            code: sent.given("code"),
            children: sent.all("children").to_vec(),
            households: sent.parsed("households", "area-households-form")?,
            cut: sent.given("line").map(|line| Cut { line, larger: sent.text("part") == "larger" }),
        },
        Some(ChangeKind::Close) => Asked::Close { area },
        Some(ChangeKind::Rename | ChangeKind::Redraw | ChangeKind::Open) | None => {
            return Err(Problem::new(Kind::Invalid, "problem-unreadable").into());
        }
    })
}

pub(super) async fn change(
    Path(id): Path<String>,
    Extension(matters): Extension<MattersAt>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let confirmed = sent.text("confirmed") == "yes";
    let outcome = match read(&id, &sent) {
        Err(error) => Err(error),
        Ok(asked) if confirmed => {
            let change = ChangeAreas { asked, reason: sent.text("reason").to_owned() };
            visitor.app.act(visitor.signed_in()?, &change).await.map(|_| None)
        }
        Ok(asked) => preview(&visitor, matters, &asked, &sent).await.map(Some),
    };
    match outcome {
        Ok(None) => Ok(done(&format!("/areas/{}/change", last_place(&id, &sent)), "areas").into_response()),
        Ok(Some(preview)) => {
            let mut page = load(&visitor, &id, (String::new(), visitor.now)).await?;
            page.preview = Some(preview);
            html(&page)
        }
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &id, (String::new(), visitor.now)).await?;
            page.wrong = wrong;
            let fields = ["kind", "parent", "into", "code", "name", "households", "line", "part", "reason"];
            page.typed = fields.map(|field| (field.to_owned(), sent.text(field).to_owned())).into();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Where to go on after a change: the area that is still there.
fn last_place(id: &str, sent: &Submission) -> String {
    match ChangeKind::from_code(sent.text("kind")) {
        Some(ChangeKind::Move) => sent.text("parent").trim().to_owned(),
        Some(ChangeKind::Merge) => sent.text("into").trim().to_owned(),
        Some(ChangeKind::Close) => id.rsplit_once('-').map_or(id, |(around, _)| around).to_owned(),
        _ => id.to_owned(),
    }
}

async fn preview(visitor: &Visitor, matters: MattersAt, asked: &Asked, sent: &Submission) -> Result<Preview> {
    let who = visitor.signed_in()?;
    let mut tx = visitor.app.db().read().await?;
    let plan = looked_at(&mut tx, Context::new(&visitor.app, who, visitor.now), asked).await?;
    let mut counts: Vec<(&'static str, i64)> = Fact::ALL.map(|fact| (fact.message(), 0)).into();
    let (mut open, mut all) = (0, 0);
    for area in plan.ends.iter().map(|end| &end.area) {
        for (fact, count) in Fact::ALL.into_iter().zip(&mut counts) {
            let rows = changes::standing(&mut tx, fact, &area.id, visitor.now).await?;
            count.1 += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        }
    }
    for top in tops(&plan) {
        let (still, every) = (matters.0)(&mut tx, top.path.clone()).await?;
        open += still;
        all += every;
    }
    let fields = ["kind", "parent", "into", "code", "name", "households", "line", "part", "reason"];
    let single = fields.iter().map(|field| ((*field).to_owned(), sent.text(field).to_owned()));
    let many = sent.all("children").iter().map(|child| ("children".to_owned(), child.clone()));
    Ok(Preview {
        kind: plan.kind.message(),
        rows: rows(&mut tx, &plan).await?,
        counts,
        open,
        matters: all,
        sent: single.filter(|(_, value)| !value.is_empty()).chain(many).collect(),
    })
}

/// The areas that a plan touches, without those that lie in another one of them.
fn tops(plan: &Plan) -> Vec<&Area> {
    let all = touched(plan);
    let inside = |area: &Area| all.values().any(|one| one.id != area.id && area.path.starts_with(&one.path));
    let ends: Vec<&Area> = plan.ends.iter().map(|end| &end.area).collect();
    ends.into_iter().filter(|area| !inside(area)).collect()
}

async fn rows(tx: &mut Tx, plan: &Plan) -> Result<Vec<Row>> {
    let heirs: Vec<&str> = plan.ends.iter().map(|end| end.heir.as_str()).collect();
    let names = store::names(tx, &heirs).await?;
    let made =
        |id: &str| plan.makes.iter().find(|(made, _)| made.id == id).map(|(made, _)| made.name.clone());
    let mut rows: Vec<Row> = plan
        .ends
        .iter()
        .map(|end| Row {
            name: end.area.name.clone(),
            id: end.area.id.clone(),
            becomes: made(&end.heir).or_else(|| names.get(&end.heir).cloned()).unwrap_or_default(),
            heir: end.heir.clone(),
        })
        .collect();
    let alone = plan.makes.iter().filter(|(made, _)| !plan.ends.iter().any(|end| end.heir == made.id));
    for (made, origin) in alone {
        let name = store::area(tx, origin).await?.map(|area| area.name).unwrap_or_default();
        let row = Row { name, id: origin.clone(), becomes: made.name.clone(), heir: made.id.clone() };
        rows.insert(0, row);
    }
    Ok(rows)
}

pub(super) async fn undo(
    Path((area, id)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    within(&scope, &path_of(&area))?;
    let undo = UndoAreas { county: county_of(&area), change: id, reason: sent.text("reason").to_owned() };
    match visitor.app.act(visitor.signed_in()?, &undo).await {
        Ok(_) => Ok(done(&format!("/areas/{area}/change"), "areas-undone").into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &area, (String::new(), visitor.now)).await?;
            page.wrong = wrong;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

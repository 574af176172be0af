//! One grid, many duties, one person for each: who answers in the grids of a village as of a day, and where nobody does.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use lianxin_foundation::web::{Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Right};

use super::people::as_of;
use super::{Asked as Query, Step, steps, within};
use crate::CategoryNames;
use crate::area::change::store::children_as_of;
use crate::area::{AreaKind, store};
use crate::duty::answering::{Answers, GridAnswers, of_village};

/// Who answers for some duties of a grid.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// A chip's class and words; none for one person.
    pub(crate) gap: Option<(&'static str, &'static str)>,
    pub(crate) who: String,
    pub(crate) categories: Vec<String>,
}

/// A grid with its rows, the gaps first.
#[derive(Debug, Clone)]
pub(crate) struct GridPart {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) duties: i64,
    pub(crate) answered: i64,
    pub(crate) rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "answering.html")]
pub(crate) struct AnsweringPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) day: String,
    pub(crate) grids: Vec<GridPart>,
}

pub(super) async fn page(
    visitor: Visitor,
    Path(id): Path<String>,
    query: Query,
    Extension(categories): Extension<CategoryNames>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let village = store::area(&mut tx, &id).await?.filter(|area| area.kind == AreaKind::Village);
    let Some(village) = village else { return Err(Problem::not_found().into()) };
    within(&scope, &village.path)?;
    let (day, at) = as_of(&visitor, &query);
    let grids = children_as_of(&mut tx, &id, at).await?;
    let codes: Vec<String> = categories.all().iter().map(|category| category.code.clone()).collect();
    let found = of_village(&mut tx, &village, grids, (&codes, at)).await?;
    let named = |codes: &[String]| {
        codes.iter().map(|code| categories.name(code, visitor.words.language())).collect::<Vec<_>>()
    };
    html(&AnsweringPage {
        s: visitor.shell(visitor.words.t1("answering-title", "name", village.name.as_str())),
        steps: steps(&mut tx, &village.path, &scope).await?,
        id: village.id,
        name: village.name,
        day,
        grids: found.into_iter().map(|grid| part(grid, named)).collect(),
    })
}

fn part(found: GridAnswers, named: impl Fn(&[String]) -> Vec<String>) -> GridPart {
    let (duties, answered) = found.counts();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let row = |(by, categories): (&Answers, &Vec<String>)| {
        let (gap, who) = match by {
            Answers::One(name) => (None, name.clone()),
            Answers::Nobody => (Some(("overdue", "answering-nobody")), String::new()),
            Answers::Several(names) => (Some(("due-today", "answering-several")), names.join("、")),
            Answers::NoUnit => (Some(("waiting", "answering-no-unit")), String::new()),
        };
        Row { gap, who, categories: named(categories) }
    };
    let mut rows: Vec<Row> = found.by.iter().map(row).collect();
    rows.sort_by_key(|row| row.gap.is_none());
    GridPart {
        id: found.grid.id.clone(),
        name: found.grid.name.clone(),
        duties: number(duties),
        answered: number(answered),
        rows,
    }
}

//! The published duty lists (履职清单): who answers for what at a place. Open to everyone.

use askama::Template;
use axum::Extension;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Tx};

use crate::CategoryNames;
use crate::area::{Area, Crumb, ancestors, city_of, county_of, store};
use crate::duty::store as duties;

/// Who answers for one category.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) category: String,
    pub(crate) organisation: String,
    pub(crate) phone: Option<String>,
    /// The area above that the duty is for, where it is not this very place.
    pub(crate) above: Option<String>,
}

/// The categories of one group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "duties.html")]
pub(crate) struct DutiesPage {
    pub(crate) s: Shell,
    /// From the province to this place; empty where the country begins.
    pub(crate) path: Vec<Crumb>,
    pub(crate) groups: Vec<Group>,
    pub(crate) children: Vec<Crumb>,
}

pub(super) async fn home(visitor: Visitor) -> Result<Response> {
    let home = &visitor.app.settings().home;
    if !home.is_empty() {
        return Ok(Redirect::to(&format!("/duties/{home}")).into_response());
    }
    let mut tx = visitor.app.db().read().await?;
    let children = crumbs(store::provinces(&mut tx).await?);
    let s = visitor.shell(visitor.words.t("duties-title"));
    html(&DutiesPage { s, path: Vec::new(), groups: Vec::new(), children })
}

pub(super) async fn page(
    visitor: Visitor,
    Path(id): Path<String>,
    Extension(categories): Extension<CategoryNames>,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let Some(area) = store::area(&mut tx, &id).await? else { return Err(Problem::not_found().into()) };
    let path = store::crumbs(&mut tx, &area.path).await?;
    let groups = groups(&mut tx, &visitor, &area, &path, &categories).await?;
    let children = crumbs(store::children(&mut tx, &id).await?);
    let s = visitor.shell(visitor.words.t1("duties-of", "place", &area.name));
    html(&DutiesPage { s, path, groups, children })
}

fn crumbs(areas: Vec<Area>) -> Vec<Crumb> {
    areas.into_iter().map(|area| Crumb { id: area.id, name: area.name }).collect()
}

/// Every category with the organisation whose duty lies deepest, as matters are sent.
async fn groups(
    tx: &mut Tx,
    visitor: &Visitor,
    area: &Area,
    path: &[Crumb],
    categories: &CategoryNames,
) -> Result<Vec<Group>> {
    let county = county_of(&area.id);
    let mut levels = Vec::new();
    for id in ancestors(&area.path).into_iter().rev().filter(|id| county_of(id) == county) {
        levels.push((id, duties::in_area(tx, &county, id, visitor.now).await?));
    }
    // The city around is asked where none of the county's own answers.
    if let Some(city) = city_of(&county) {
        for id in ancestors(&area.path).into_iter().rev() {
            levels.push((id, duties::in_area(tx, &city, id, visitor.now).await?));
        }
    }
    let language = visitor.words.language() as usize;
    let mut groups: Vec<Group> = Vec::new();
    for category in categories.all().iter() {
        let found = levels.iter().find_map(|(id, duties)| {
            duties.iter().find(|duty| duty.category == category.code).map(|duty| (*id, duty))
        });
        let Some((at, duty)) = found else { continue };
        let above = path.iter().find(|crumb| crumb.id == at && at != area.id).map(|crumb| crumb.name.clone());
        let row = Row {
            category: category.name[language].clone(),
            organisation: duty.name.clone(),
            phone: duty.phone.clone(),
            above,
        };
        let name = &category.group[language];
        match groups.iter_mut().find(|group| group.name == *name) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { name: name.clone(), rows: vec![row] }),
        }
    }
    Ok(groups)
}

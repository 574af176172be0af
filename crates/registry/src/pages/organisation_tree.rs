//! Organisations as a tree: who stands below whom, today or as of a day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use axum::response::Response;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Result, Right};
use uuid::Uuid;

use super::people::as_of;
use super::place::{self, PlaceField};
use super::{Asked, asked, place_names};
use crate::area::path_of;
use crate::organisation::Organisation;
use crate::organisation::store::{self, Filter};

/// At most this many are drawn.
const MOST: i64 = 1_500;

/// One organisation of the tree, as the template writes it: it may open a list of those below it, and close others.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) kind: &'static str,
    pub(crate) place: String,
    /// How many stand directly below it.
    pub(crate) below: usize,
    /// How many lists end after it.
    pub(crate) closes: Vec<()>,
}

#[derive(Template)]
#[template(path = "organisation-tree.html")]
pub(crate) struct TreePage {
    pub(crate) s: Shell,
    pub(crate) area: String,
    pub(crate) within: PlaceField,
    pub(crate) nowhere: bool,
    pub(crate) day: String,
    /// Those that stand below others or have others below them, from the top down.
    pub(crate) branches: Vec<Branch>,
    /// How many are on record here without a place in the tree.
    pub(crate) alone: usize,
    /// Whether there are more than are drawn.
    pub(crate) cut: bool,
}

pub(super) async fn page(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(&query, "area");
    let place::Asked { field: within, area } = PlaceField::asked(&mut tx, &scope, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let area = area.unwrap_or_default();
    let (day, then) = as_of(&visitor, &query);
    let filter =
        Filter { path: if area.is_empty() { String::new() } else { path_of(&area) }, ..Filter::default() };
    let found = match nowhere {
        true => Vec::new(),
        false => store::as_of(&mut tx, &scope, &filter, then, MOST).await?,
    };
    let places = place_names(&mut tx, found.iter().map(|one| one.path.as_str())).await?;
    let (branches, alone) = grown(&found, &places);
    html(&TreePage {
        s: visitor.shell(visitor.words.t("organisations-tree-title")),
        area,
        within,
        nowhere,
        day,
        cut: found.len() >= usize::try_from(MOST).unwrap_or(usize::MAX),
        branches,
        alone,
    })
}

/// The organisations from the top down, each before those below it; and how many have no place in the tree.
fn grown(found: &[Organisation], places: &HashMap<String, String>) -> (Vec<Branch>, usize) {
    let here: BTreeSet<Uuid> = found.iter().map(|one| one.id).collect();
    let mut below: BTreeMap<Option<Uuid>, Vec<&Organisation>> = BTreeMap::new();
    for one in found {
        below.entry(one.superior.filter(|id| here.contains(id))).or_default().push(one);
    }
    for ones in below.values_mut() {
        ones.sort_by_key(|one| (!one.kind.is_party(), one.kind));
    }
    let tops = below.remove(&None).unwrap_or_default();
    let (tops, alone): (Vec<_>, Vec<_>) =
        tops.into_iter().partition(|one| one.kind.is_party() || below.contains_key(&Some(one.id)));
    let mut branches: Vec<Branch> = Vec::new();
    // One list of those yet to come for each level; an organisation ends the lists it is the last of.
    let mut levels = vec![tops.into_iter().rev().collect::<Vec<_>>()];
    while let Some(level) = levels.last_mut() {
        let Some(one) = level.pop() else {
            levels.pop();
            if let Some(last) = branches.last_mut().filter(|_| !levels.is_empty()) {
                last.closes.push(());
            }
            continue;
        };
        let under = below.remove(&Some(one.id)).unwrap_or_default();
        branches.push(Branch {
            name: one.name.clone(),
            href: format!("/organisations/{}", one.id),
            kind: if one.form == Default::default() { one.kind.message() } else { one.form.message() },
            place: places.get(&one.path).cloned().unwrap_or_default(),
            below: under.len(),
            closes: Vec::new(),
        });
        if !under.is_empty() {
            levels.push(under.into_iter().rev().collect());
        }
    }
    (branches, alone.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::OrganisationKind::{Branch, Committee, Enterprise, Group, Unit};
    use crate::organisation::{Form, OrganisationKind};

    fn one(id: u128, kind: OrganisationKind, superior: Option<u128>) -> Organisation {
        Organisation {
            county: "421223".to_owned(),
            id: Uuid::from_u128(id),
            code: None,
            kind,
            name: id.to_string(),
            area: "421223".to_owned(),
            path: "42/4212/421223/".to_owned(),
            phone: None,
            form: Form::Ordinary,
            superior: superior.map(Uuid::from_u128),
            approval: None,
            ends: None,
            valid_from: 0,
            valid_to: None,
        }
    }

    #[test]
    fn everybody_stands_below_their_superior_once() {
        let found = [
            one(1, Committee, None),
            one(2, Branch, Some(1)),
            one(3, Group, Some(2)),
            one(4, Enterprise, Some(2)),
            one(5, Branch, Some(1)),
            one(6, Branch, Some(99)),
            one(7, Unit, None),
        ];
        let (branches, alone) = grown(&found, &HashMap::new());
        let drawn: Vec<_> =
            branches.iter().map(|one| (one.name.as_str(), one.below, one.closes.len())).collect();
        // A superior out of sight leaves its branch at the top; a unit outside the tree is counted only.
        assert_eq!(drawn, [("1", 2, 0), ("2", 2, 0), ("3", 0, 0), ("4", 0, 1), ("5", 0, 1), ("6", 0, 0)]);
        assert_eq!(alone, 1);
    }
}

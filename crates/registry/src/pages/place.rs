//! A field for a place: people write its name, names from wide to narrow, or its code. Where several
//! places are meant they are shown to choose from, so that it works without a script; a browser that
//! knows `datalist` completes what is typed.

use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Submission, Visitor};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};

use super::{Choice, place_names};
use crate::area::{Area, ancestors, is_id, store};

/// At most this many places are offered for completion, and for choosing among those meant.
const OFFERED: usize = 400;
const MEANT: usize = 20;
/// At most this many places of one name are looked at.
const NAMED: i64 = 300;

/// The field as a page shows it.
#[derive(Debug, Clone, Default)]
pub struct PlaceField {
    /// What stands in it.
    pub typed: String,
    /// What a browser may complete it to.
    pub offered: Vec<String>,
    /// The places it can mean, when there are several: code and name.
    pub which: Vec<Choice>,
}

/// What was typed into a field of a page, and what it means.
pub(super) struct Asked {
    pub(super) field: PlaceField,
    /// The area's code; `None` when it is empty, unknown or still to be chosen.
    pub(super) area: Option<String>,
}

impl PlaceField {
    /// The field holding `typed`: a code is shown by its name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(tx: &mut Tx, scope: &Scope, typed: &str) -> Result<PlaceField> {
        let shown = match store::area(tx, typed).await?.filter(|area| scope.covers(&area.path, &[])) {
            Some(area) => name_of(tx, scope, &area).await?,
            None => typed.to_owned(),
        };
        Ok(PlaceField { typed: shown, offered: offered(tx, scope).await?, which: Vec::new() })
    }

    /// The field as an address asks for it, with what it means.
    pub(super) async fn asked(tx: &mut Tx, scope: &Scope, typed: &str) -> Result<Asked> {
        let mut field = PlaceField::of(tx, scope, typed).await?;
        if typed.is_empty() {
            return Ok(Asked { field, area: None });
        }
        let mut meant = meant(tx, scope, typed).await?;
        let area = if meant.len() == 1 { meant.pop().map(|one| one.value) } else { None };
        field.which = meant;
        Ok(Asked { field, area })
    }

    /// A form's field given back: what was typed and the places with `right` it can mean.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn given_back(visitor: &Visitor, right: Right, sent: &Submission) -> Result<PlaceField> {
        let scope = visitor.scope(right)?;
        let mut tx = visitor.app.db().read().await?;
        let typed = sent.text("area");
        let meant = meant(&mut tx, &scope, typed).await?;
        let which = if meant.len() > 1 { meant } else { Vec::new() };
        Ok(PlaceField { typed: typed.to_owned(), offered: offered(&mut tx, &scope).await?, which })
    }
}

/// The code of the area a form names in its field `area`, or among several in `which`.
///
/// # Errors
/// A refusal of the field that says what to write. A code is taken as it is: whether there is such an
/// area and whose it is, the action asks.
pub(super) async fn sent_area(visitor: &Visitor, sent: &Submission) -> Result<String> {
    sent_place(visitor, Right::Manage, sent).await
}

/// The same for an area that must lie where the visitor has `right`.
///
/// # Errors
/// As [`sent_area`].
pub async fn sent_place(visitor: &Visitor, right: Right, sent: &Submission) -> Result<String> {
    let scope = visitor.scope(right)?;
    let mut tx = visitor.app.db().read().await?;
    let refused = |code| Err(Problem::invalid().field("area", code).into());
    let typed = sent.text("area");
    if typed.is_empty() {
        return refused("place-missing");
    }
    let meant = meant(&mut tx, &scope, typed).await?;
    let chosen = meant.iter().find(|one| one.value == sent.text("which"));
    match (chosen, meant.as_slice()) {
        (Some(one), _) | (None, [one]) => Ok(one.value.clone()),
        (None, []) => refused("place-unknown"),
        (None, _) => refused("place-which"),
    }
}

/// The areas in `scope` that `typed` can mean. Ending in a code it means that; else its last word is
/// the beginning of a name, and every other one the beginning of the name of an area around it. Where
/// a whole name fits, beginnings no longer count.
async fn meant(tx: &mut Tx, scope: &Scope, typed: &str) -> Result<Vec<Choice>> {
    let apart = |letter: char| letter.is_whitespace() || "›>/，,、()（）".contains(letter);
    let words: Vec<&str> = typed.split(apart).filter(|word| !word.is_empty()).collect();
    let Some((last, around)) = words.split_last() else { return Ok(Vec::new()) };
    if is_id(last) {
        return Ok(vec![Choice::new(*last, *last)]);
    }
    let mut areas = store::named(tx, scope, last, NAMED).await?;
    if areas.iter().any(|area| area.name == *last) {
        areas.retain(|area| area.name == *last);
    }
    let ids: Vec<&str> = areas.iter().flat_map(|area| ancestors(&area.path)).collect();
    let names = store::names(tx, &ids).await?;
    let lies_in = |area: &Area, word: &str| {
        let mut above = ancestors(&area.path).into_iter().filter_map(|id| names.get(id));
        above.any(|name| name.starts_with(word))
    };
    areas.retain(|area| around.iter().all(|word| lies_in(area, word)));
    areas.truncate(MEANT);
    let places = place_names(tx, areas.iter().map(|area| area.path.as_str())).await?;
    let choice = |area: Area| Choice::new(area.id, places.get(&area.path).cloned().unwrap_or(area.name));
    Ok(areas.into_iter().map(choice).collect())
}

/// An area by name, with its code where the name alone could mean another as well.
async fn name_of(tx: &mut Tx, scope: &Scope, area: &Area) -> Result<String> {
    let name = place_names(tx, [area.path.as_str()].into_iter()).await?.remove(&area.path);
    let name = name.unwrap_or_else(|| area.name.clone());
    let alone = matches!(meant(tx, scope, &name).await?.as_slice(), [only] if only.value == area.id);
    Ok(if alone { name } else { format!("{name} {}", area.id) })
}

/// The reader's own areas and two levels below them, the widest first.
async fn offered(tx: &mut Tx, scope: &Scope) -> Result<Vec<String>> {
    let mut level = Vec::new();
    for grant in scope.grants() {
        let Grant::Place(path) = grant else { continue };
        if let Some(id) = ancestors(path).last() {
            level.extend(store::area(tx, id).await?);
        }
    }
    let mut paths: Vec<String> = Vec::new();
    for _ in 0..3 {
        paths.extend(level.iter().map(|area| area.path.clone()));
        let above = std::mem::take(&mut level);
        for area in &above {
            if paths.len() + level.len() < OFFERED {
                level.extend(store::children(tx, &area.id).await?);
            }
        }
    }
    paths.truncate(OFFERED);
    let mut places = place_names(tx, paths.iter().map(String::as_str)).await?;
    Ok(paths.iter().filter_map(|path| places.remove(path)).collect())
}

//! What an operation will do to the tree, worked out before anything is written.

use std::collections::BTreeMap;

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Micros, Problem, Result, Tx};

use super::{ChangeKind, Plan, Succession, ground, store};
use crate::area::outline::with_outline;
use crate::area::{Area, AreaKind, ancestors, path_of, store as areas};

/// At most this many areas are touched by one change.
const MOST_AREAS: usize = 2_000;

/// An operation as asked for. Every area is named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Another name.
    Rename {
        /// The area.
        area: String,
        /// Its name from now on.
        name: String,
    },
    /// Below another area of the kind it lies in now, or under another code.
    Move {
        /// The area.
        area: String,
        /// The area it will lie in.
        parent: String,
        /// Its new code; grids get the next free number when none is given.
        code: Option<String>,
    },
    /// Into another area of its kind, which goes on for both.
    Merge {
        /// The area that ends.
        area: String,
        /// The area that goes on.
        into: String,
    },
    /// A part becomes an area of its own beside it.
    Split {
        /// The area, which goes on for the rest.
        area: String,
        /// The new area's name.
        name: String,
        /// Its code; grids get the next free number when none is given.
        code: Option<String>,
        /// Areas directly in the old one that lie in the new one from now on.
        children: Vec<String>,
        /// Households that the new one has, where counted.
        households: Option<i64>,
        /// The line along which its outline is cut, where it has one.
        cut: Option<Cut>,
    },
    /// Other outlines for the grids in it.
    Redraw {
        /// The village or grid whose grids they are.
        area: String,
        /// The outlines: a JSON object of GeoJSON geometries by the grids' ids.
        drawn: String,
        /// Whether narrow strips between neighbours are closed.
        snap: bool,
        /// Whether ground may stay without a grid, or lie outside.
        leave: bool,
    },
    /// A town or village that was not there.
    Open {
        /// The county or town it lies in.
        parent: String,
        /// Its code.
        code: String,
        /// Its name.
        name: String,
    },
    /// It ends; what is left goes to the area around it.
    Close {
        /// The area.
        area: String,
    },
}

/// A line that cuts an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Its points: `lon,lat lon,lat …` in WGS-84 degrees.
    pub line: String,
    /// Whether the larger part becomes the new area, and not the smaller one.
    pub larger: bool,
}

impl Asked {
    /// The area it is about; of a new one the area around it.
    pub fn area(&self) -> &str {
        match self {
            Asked::Rename { area, .. }
            | Asked::Move { area, .. }
            | Asked::Merge { area, .. }
            | Asked::Split { area, .. }
            | Asked::Redraw { area, .. }
            | Asked::Close { area } => area,
            Asked::Open { parent, .. } => parent,
        }
    }
}

pub(super) fn refused(field: &'static str, code: &'static str) -> lianxin_foundation::Error {
    Problem::invalid().field(field, code).into()
}

fn conflict(code: &'static str) -> lianxin_foundation::Error {
    Problem::new(Kind::Conflict, code).into()
}

/// An area in force.
async fn live(tx: &mut Tx, id: &str, field: &'static str) -> Result<Area> {
    let found = areas::area(tx, id).await?.filter(|area| area.valid_to.is_none());
    found.ok_or_else(|| refused(field, "area-unknown"))
}

/// Works out an operation that begins on the day whose first moment is `day`.
///
/// # Errors
/// A refusal that says what cannot be done, and with which field.
pub async fn plan(tx: &mut Tx, asked: &Asked, day: Micros) -> Result<Plan> {
    let area = live(tx, asked.area(), "area").await?;
    let planner = Planner { day };
    match asked {
        Asked::Rename { name, .. } => planner.rename(tx, area, name).await,
        Asked::Move { parent, code, .. } => planner.shift(tx, area, parent, code.as_deref()).await,
        Asked::Merge { into, .. } => planner.merge(tx, area, into).await,
        Asked::Split { name, code, children, households, cut, .. } => {
            let ground = (*households, cut.as_ref());
            planner.split(tx, area, (name, code.as_deref()), children, ground).await
        }
        Asked::Open { code, name, .. } => planner.open(tx, area, code, name).await,
        Asked::Redraw { drawn, snap, leave, .. } => ground::redraw(tx, area, drawn, (*snap, *leave)).await,
        Asked::Close { .. } => planner.close(tx, area).await,
    }
}

struct Planner {
    day: Micros,
}

impl Planner {
    fn plan(kind: ChangeKind, area: &Area) -> Plan {
        let county = area.county.clone();
        Plan { kind, county, makes: Vec::new(), ends: Vec::new(), amends: Vec::new() }
    }

    async fn rename(&self, tx: &mut Tx, area: Area, name: &str) -> Result<Plan> {
        let name = crate::actions::named(name).ok_or_else(|| refused("name", "area-name-form"))?;
        if area.name == name {
            return Err(refused("name", "area-name-same"));
        }
        self.require_free_name(tx, &area, area.parent.as_deref(), name).await?;
        let mut plan = Planner::plan(ChangeKind::Rename, &area);
        plan.amends.push((area.clone(), Area { name: name.to_owned(), ..area }));
        Ok(plan)
    }

    async fn shift(&self, tx: &mut Tx, area: Area, parent: &str, code: Option<&str>) -> Result<Plan> {
        let parent = live(tx, parent, "parent").await?;
        if area.kind < AreaKind::Town || parent.kind.below() != Some(area.kind) {
            return Err(refused("parent", "area-parent-kind"));
        }
        if parent.county != area.county {
            return Err(refused("parent", "area-other-county"));
        }
        if area.parent.as_deref() == Some(&parent.id) && code.is_none() {
            return Err(refused("parent", "area-there-already"));
        }
        self.require_free_name(tx, &area, Some(&parent.id), &area.name).await?;
        let id = self.new_id(tx, &parent, area.kind, code).await?;
        let mut plan = Planner::plan(ChangeKind::Move, &area);
        self.go_on(tx, &mut plan, &area, &id).await?;
        Ok(plan)
    }

    async fn merge(&self, tx: &mut Tx, area: Area, into: &str) -> Result<Plan> {
        let into = live(tx, into, "into").await?;
        if into.id == area.id || into.kind != area.kind || area.kind < AreaKind::Town {
            return Err(refused("into", "area-merge-kind"));
        }
        if into.county != area.county {
            return Err(refused("into", "area-other-county"));
        }
        let mut plan = Planner::plan(ChangeKind::Merge, &area);
        let mut last = areas::last_child(tx, &into.id).await?;
        for child in areas::children(tx, &area.id).await? {
            let id = match child.kind {
                // Grids are numbered on; a village keeps the last digits of its code.
                AreaKind::Grid | AreaKind::MicroGrid => next_number(&into.id, last.as_deref())?,
                _ => {
                    let id = format!("{}{}", into.id, child.id.get(area.id.len()..).unwrap_or_default());
                    match areas::area(tx, &id).await? {
                        Some(_) => return Err(conflict("area-merge-codes")),
                        None => id,
                    }
                }
            };
            last = Some(id.clone());
            self.go_on(tx, &mut plan, &child, &id).await?;
        }
        let mut together = Area { households: sum(into.households, area.households), ..into.clone() };
        if area.shape.is_some() {
            together = with_outline(together, ground::joined(&into, &area).as_ref());
        }
        plan.ends.push(Succession { area, heir: into.id.clone() });
        if together != into {
            plan.amends.push((into, together));
        }
        Ok(plan)
    }

    async fn split(
        &self,
        tx: &mut Tx,
        area: Area,
        (name, code): (&str, Option<&str>),
        children: &[String],
        (households, cut): (Option<i64>, Option<&Cut>),
    ) -> Result<Plan> {
        if area.kind < AreaKind::Village {
            return Err(conflict("area-split-kind"));
        }
        let name = crate::actions::named(name).ok_or_else(|| refused("name", "area-name-form"))?;
        let parent = live(tx, area.parent.as_deref().unwrap_or_default(), "area").await?;
        self.require_free_name(tx, &area, Some(&parent.id), name).await?;
        if households.is_some_and(|part| part < 0 || area.households.is_none_or(|all| part > all)) {
            return Err(refused("households", "area-split-households"));
        }
        let id = self.new_id(tx, &parent, area.kind, code).await?;
        let mut plan = Planner::plan(ChangeKind::Split, &area);
        let mut rest = area.clone();
        let mut made = Area {
            id: id.clone(),
            name: name.to_owned(),
            path: path_of(&id),
            parent: Some(parent.id),
            households,
            shape: None,
            lon: None,
            lat: None,
            valid_from: self.day,
            ..area.clone()
        };
        if let Some(cut) = cut {
            let parts = ground::parted(&area, cut)?;
            let parts = ground::beside(tx, &mut plan, &area, parts).await?;
            made = with_outline(made, Some(&parts.0));
            rest = with_outline(rest, Some(&parts.1));
        }
        plan.makes.push((made, area.id.clone()));
        let mut last: Option<String> = None;
        for child in children {
            let child = live(tx, child, "children").await?;
            if child.parent.as_deref() != Some(&area.id) {
                return Err(refused("children", "area-split-children"));
            }
            let new = next_number(&id, last.as_deref())?;
            self.go_on(tx, &mut plan, &child, &new).await?;
            last = Some(new);
        }
        if let (Some(all), Some(part)) = (area.households, households) {
            rest.households = Some(all - part);
        }
        if rest != area {
            plan.amends.push((area, rest));
        }
        Ok(plan)
    }

    async fn close(&self, tx: &mut Tx, area: Area) -> Result<Plan> {
        if area.kind < AreaKind::Grid {
            return Err(conflict("area-close-kind"));
        }
        let Some(parent) = area.parent.clone() else { return Err(conflict("area-close-kind")) };
        let mut plan = Planner::plan(ChangeKind::Close, &area);
        for ended in self.within(tx, &area).await? {
            plan.ends.push(Succession { area: ended, heir: parent.clone() });
        }
        Ok(plan)
    }

    async fn open(&self, tx: &mut Tx, parent: Area, code: &str, name: &str) -> Result<Plan> {
        let kind = parent.kind.below().filter(|kind| matches!(kind, AreaKind::Town | AreaKind::Village));
        let Some(kind) = kind else { return Err(refused("code", "area-parent-kind")) };
        let name = crate::actions::named(name).ok_or_else(|| refused("name", "area-name-form"))?;
        self.require_free_name(tx, &parent, Some(&parent.id), name).await?;
        let id = self.new_id(tx, &parent, kind, Some(code)).await?;
        let mut plan = Planner::plan(ChangeKind::Open, &parent);
        let made = Area {
            path: path_of(&id),
            depth: kind.level(),
            parent: Some(parent.id.clone()),
            name: name.to_owned(),
            kind,
            id,
            households: None,
            shape: None,
            lon: None,
            lat: None,
            valid_from: self.day,
            ..parent.clone()
        };
        plan.makes.push((made, parent.id));
        Ok(plan)
    }

    /// Lets an area and everything in it go on under another id.
    async fn go_on(&self, tx: &mut Tx, plan: &mut Plan, area: &Area, id: &str) -> Result<()> {
        for ended in self.within(tx, area).await? {
            let heir = format!("{id}{}", ended.id.get(area.id.len()..).unwrap_or_default());
            let path = path_of(&heir);
            let parent = ancestors(&path).into_iter().rev().nth(1).map(str::to_owned);
            let valid_from = self.day;
            let made = Area { id: heir.clone(), path, parent, valid_from, ..ended.clone() };
            plan.makes.push((made, ended.id.clone()));
            plan.ends.push(Succession { area: ended, heir });
        }
        if plan.makes.len() + plan.ends.len() > MOST_AREAS {
            return Err(conflict("area-change-large"));
        }
        Ok(())
    }

    /// An area and everything in force in it, the wider before the narrower.
    async fn within(&self, tx: &mut Tx, area: &Area) -> Result<Vec<Area>> {
        let found = store::within(tx, &area.path, MOST_AREAS as i64 + 1).await?;
        match found.len() <= MOST_AREAS {
            true => Ok(found),
            false => Err(conflict("area-change-large")),
        }
    }

    /// The id of a new area in `parent`: the code given, else for grids the next number.
    async fn new_id(&self, tx: &mut Tx, parent: &Area, kind: AreaKind, code: Option<&str>) -> Result<String> {
        let grid = kind >= AreaKind::Grid;
        let Some(code) = code else {
            let last = areas::last_child(tx, &parent.id).await?;
            return if grid {
                next_number(&parent.id, last.as_deref())
            } else {
                Err(refused("code", "area-code-missing"))
            };
        };
        let own = code.strip_prefix(parent.id.as_str());
        let own = if grid { own.and_then(|own| own.strip_prefix('-')) } else { own };
        let digits = if grid { 2 } else { 3 };
        let fits = own.is_some_and(|own| {
            own.len() == digits
                && own.bytes().all(|byte| byte.is_ascii_digit())
                && own.bytes().any(|b| b != b'0')
        });
        if !fits {
            return Err(refused("code", "area-code-form"));
        }
        // Codes are not given twice, not even those of areas that ended long ago; but for one that was taken back at once.
        let known = areas::area(tx, code).await?;
        if known.is_some_and(|known| known.valid_to.is_none_or(|to| to > known.valid_from)) {
            return Err(refused("code", "area-code-taken"));
        }
        Ok(code.to_owned())
    }

    /// Refuses a name that another area in force in the same place has already.
    async fn require_free_name(
        &self,
        tx: &mut Tx,
        area: &Area,
        parent: Option<&str>,
        name: &str,
    ) -> Result<()> {
        let Some(parent) = parent else { return Ok(()) };
        let beside = areas::children(tx, parent).await?;
        match beside.iter().any(|one| one.id != area.id && one.name == name) {
            true => Err(refused("name", "area-name-taken")),
            false => Ok(()),
        }
    }
}

/// The next number after the last that was ever given in `parent`.
fn next_number(parent: &str, last: Option<&str>) -> Result<String> {
    let number: u32 = last.and_then(|id| id.rsplit('-').next()?.parse().ok()).unwrap_or(0);
    if number >= 99 {
        return Err(conflict("area-full"));
    }
    Ok(format!("{parent}-{:02}", number + 1))
}

fn sum(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one + other),
        (one, other) => one.or(other),
    }
}

/// What a plan does to each area that is there now, by id: to look up what it touches.
pub fn touched(plan: &Plan) -> BTreeMap<&str, &Area> {
    let ends = plan.ends.iter().map(|end| &end.area);
    ends.chain(plan.amends.iter().map(|(before, _)| before)).map(|area| (area.id.as_str(), area)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_after_the_last_one_ever_given() {
        assert_eq!(next_number("421223100001", None).unwrap(), "421223100001-01");
        assert_eq!(next_number("421223100001", Some("421223100001-09")).unwrap(), "421223100001-10");
        assert!(next_number("421223100001", Some("421223100001-99")).is_err());
    }
}

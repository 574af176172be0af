//! What changes do to outlines: drawn anew, joined, cut.

use lianxin_foundation::{Problem, Result, Tx};
use lianxin_geometry::{CutError, Point, Shape, cut, union};

use super::plan::{Cut, refused};
use super::{ChangeKind, Plan};
use crate::area::outline::{self, Drawing, HAIR_M, stored, with_outline};
use crate::area::{Area, store as areas};

/// The most points of a line that cuts.
const MOST_POINTS: usize = 500;

/// Plans other outlines for the grids of `place`.
pub(super) async fn redraw(
    tx: &mut Tx,
    place: Area,
    drawn: &str,
    (snap, leave): (bool, bool),
) -> Result<Plan> {
    let looked = outline::look(tx, &place, &Drawing::read(drawn)?, snap).await?;
    looked.require_sound(leave)?;
    let amends: Vec<(Area, Area)> = looked
        .grids
        .iter()
        .filter(|grid| grid.is_changed())
        .map(|grid| (grid.area.clone(), grid.redrawn()))
        .collect();
    if amends.is_empty() {
        return Err(refused("drawn", "outline-nothing"));
    }
    Ok(Plan { kind: ChangeKind::Redraw, county: place.county, makes: Vec::new(), ends: Vec::new(), amends })
}

/// Two outlines as one: without the line between neighbours, side by side where they do not touch. Half an outline would be a
/// wrong one: where one of them is unknown, so is the whole of an area that was unknown before.
pub(super) fn joined(into: &Area, area: &Area) -> Option<Shape> {
    let (Some(one), Some(other)) = (stored(into), stored(area)) else { return stored(into) };
    let apart = || Shape::new([one.polygons(), other.polygons()].concat()).ok();
    union(&[&one, &other]).ok().flatten().or_else(apart)
}

/// An area cut along a line: the part that becomes an area of its own, and the rest.
pub(super) fn parted(area: &Area, along: &Cut) -> Result<(Shape, Shape)> {
    let Some(shape) = stored(area) else { return Err(refused("line", "area-cut-shapeless")) };
    let line = line(&along.line).ok_or_else(|| refused("line", "area-cut-form"))?;
    let (small, large) = cut(&shape, &line).map_err(|wrong| {
        refused(
            "line",
            if matches!(wrong, CutError::Parts(_)) { "area-cut-parts" } else { "area-cut-misses" },
        )
    })?;
    Ok(if along.larger { (large, small) } else { (small, large) })
}

/// Reads `lon,lat lon,lat …`.
fn line(text: &str) -> Option<Vec<Point>> {
    let point = |pair: &str| {
        let (lon, lat) = pair.split_once(',')?;
        Point::new(lon.trim().parse().ok()?, lat.trim().parse().ok()?).ok()
    };
    let line: Vec<Point> = text.split_whitespace().map(point).collect::<Option<_>>()?;
    (2..=MOST_POINTS).contains(&line.len()).then_some(line)
}

/// Gives the neighbours of two parts the points that the cut made on their borders; adds to `plan` what that changes.
pub(super) async fn beside(
    tx: &mut Tx,
    plan: &mut Plan,
    whole: &Area,
    (part, rest): (Shape, Shape),
) -> Result<(Shape, Shape)> {
    let parent = whole.parent.as_deref().unwrap_or_default();
    let mut beside: Vec<(Area, Shape)> = Vec::new();
    for area in areas::children(tx, parent).await? {
        if let Some(shape) = stored(&area).filter(|_| area.id != whole.id) {
            beside.push((area, shape));
        }
    }
    let shapes: Vec<&Shape> = beside.iter().map(|(_, shape)| shape).chain([&part, &rest]).collect();
    let cut = [beside.len(), beside.len() + 1];
    let mut woven = outline::beside(&shapes, None, (&cut, HAIR_M))?.layers;
    let (Some(Some(rest)), Some(Some(part))) = (woven.pop(), woven.pop()) else {
        return Err(Problem::invalid().field("line", "area-cut-misses").into());
    };
    for ((area, before), after) in beside.into_iter().zip(woven) {
        if let Some(after) = after.filter(|after| !before.has_same_points(after)) {
            let amended = with_outline(area.clone(), Some(&after));
            plan.amends.push((area, amended));
        }
    }
    Ok((part, rest))
}

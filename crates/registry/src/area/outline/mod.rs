//! Outlines side by side: what somebody drew around the grids of a place, and what is wrong with it.
//!
//! Whoever looks at a drawing and whoever saves it ask the same [`look`]: the outlines are woven into each other in whole
//! numbers ([`Fabric`]), so neighbours have the same border to the last point, and what overlaps or lies between them is
//! named by how much it is. Strips thinner than [`HAIR_M`] come of rounding and are closed by themselves; wider ones only
//! when somebody says so.

pub mod size;
pub mod store;

use std::collections::BTreeMap;

use lianxin_foundation::error::{Kind, While};
use lianxin_foundation::{Problem, Result, Tx};
use lianxin_geometry::{Fabric, Fault, FaultKind, Shape, Tangled};
use serde_json::Value as Json;

use super::{Area, AreaKind, store as areas};
use size::Counted;

/// Strips up to this wide come of rounding and of fingers on glass: no survey is finer. In metres.
pub const HAIR_M: f64 = 0.05;
/// Strips up to this wide are closed when somebody asks for it. In metres.
pub const NARROW_M: f64 = 5.0;
/// A fault that grew by no more than this is the one that was there, in square metres.
const SAME_M2: f64 = 1.0;
/// At most so many points are woven: more would keep whoever drew waiting.
const MOST_POINTS: usize = 20_000;

/// Outlines as drawn, by the area they are of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawing(BTreeMap<String, Shape>);

impl Drawing {
    /// Reads `{"421223100001-01": {"type": "Polygon", …}, …}`; the empty text is no drawing.
    ///
    /// # Errors
    /// The field `drawn`, when it is none or an outline is unsound.
    pub fn read(text: &str) -> Result<Drawing> {
        if text.is_empty() {
            return Ok(Drawing::default());
        }
        let unreadable = || refused("outline-unreadable");
        let Ok(Json::Object(drawn)) = serde_json::from_str::<Json>(text) else { return Err(unreadable()) };
        let read = |(id, geometry): (String, Json)| match Shape::from_geojson(&geometry) {
            Ok(shape) => Ok((id, shape)),
            Err(_) => Err(refused("outline-unsound")),
        };
        Ok(Drawing(drawn.into_iter().map(read).collect::<Result<_>>()?))
    }
}

fn refused(code: &'static str) -> lianxin_foundation::Error {
    Problem::invalid().field("drawn", code).into()
}

/// A grid of the place with its outline as it would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The grid as it is.
    pub area: Area,
    /// Its outline as it would be, where it has one.
    pub outline: Option<Shape>,
    /// Whether it was drawn anew.
    pub touched: bool,
    /// Its households.
    pub households: Counted,
}

impl Grid {
    /// Whether its outline would be another one.
    pub fn is_changed(&self) -> bool {
        let Some(outline) = &self.outline else { return self.area.shape.is_some() };
        stored(&self.area).is_none_or(|before| !before.has_same_points(outline))
    }

    /// The area with that outline.
    pub fn redrawn(&self) -> Area {
        with_outline(self.area.clone(), self.outline.as_ref())
    }
}

/// What is wrong somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// What, and where.
    pub fault: Fault,
    /// The grids that take part.
    pub grids: Vec<String>,
    /// Whether something drawn anew takes part, and it was not there before: what was wrong already keeps nobody from going on.
    pub is_new: bool,
}

/// A drawing, looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// The grids of the place, by id.
    pub grids: Vec<Grid>,
    /// Everything that is wrong.
    pub wrong: Vec<Wrong>,
    /// How many strips were closed.
    pub closed: usize,
}

impl Looked {
    /// Refuses what was drawn over somebody else's ground, and, unless they may be `left`, gaps and what lies outside.
    ///
    /// # Errors
    /// The field `drawn`.
    pub fn require_sound(&self, left: bool) -> Result<()> {
        let new = |kind: FaultKind| self.wrong.iter().any(|wrong| wrong.is_new && wrong.fault.kind == kind);
        if new(FaultKind::Overlap) {
            return Err(refused("outline-overlaps"));
        }
        if !left && (new(FaultKind::Gap) || new(FaultKind::Outside)) {
            return Err(refused("outline-gaps"));
        }
        if self.grids.iter().any(|grid| grid.outline.is_none() && grid.area.shape.is_some()) {
            return Err(refused("outline-swallowed"));
        }
        Ok(())
    }
}

/// The area with another outline, and its middle.
pub fn with_outline(area: Area, outline: Option<&Shape>) -> Area {
    let middle = outline.map(Shape::centroid);
    Area {
        shape: outline.map(|outline| outline.to_geojson().to_string()),
        lon: middle.map(lianxin_geometry::Point::lon),
        lat: middle.map(lianxin_geometry::Point::lat),
        ..area
    }
}

/// An area's outline as stored.
pub fn stored(area: &Area) -> Option<Shape> {
    area.shape.as_deref().and_then(|shape| shape.parse().ok())
}

/// Looks at what somebody drew in a village or a grid; with `snap`, strips up to [`NARROW_M`] wide are closed.
///
/// # Errors
/// Where there are no grids to draw, or the drawing is of something else.
pub async fn look(tx: &mut Tx, place: &Area, drawing: &Drawing, snap: bool) -> Result<Looked> {
    if !matches!(place.kind, AreaKind::Village | AreaKind::Grid) {
        return Err(Problem::new(Kind::Conflict, "outline-place").into());
    }
    let children = areas::children(tx, &place.id).await?;
    if drawing.0.keys().any(|id| !children.iter().any(|child| child.id == *id)) {
        return Err(refused("outline-not-here"));
    }
    let registered = store::households(tx, place).await?;
    let grids = children.into_iter().map(|area| {
        let before = stored(&area);
        let drawn = drawing.0.get(&area.id);
        let touched =
            drawn.is_some_and(|drawn| before.as_ref().is_none_or(|before| !before.has_same_points(drawn)));
        let counted =
            registered.iter().filter(|(path, _)| path.starts_with(&area.path)).map(|(_, n)| n).sum();
        let households = Counted { told: area.households, registered: counted, by_ground: None };
        Grid { outline: drawn.cloned().or(before), area, touched, households }
    });
    let (grids, frame) = (grids.collect(), stored(place));
    // Weaving computes and reads nothing: it does not hold up those who wait for an answer.
    tokio::task::spawn_blocking(move || woven(grids, frame.as_ref(), snap))
        .await
        .while_doing("weaving outlines")?
}

/// Weaves the outlines of grids; `frame` is what they should fill.
fn woven(mut grids: Vec<Grid>, frame: Option<&Shape>, snap: bool) -> Result<Looked> {
    let layers: Vec<usize> = (0..grids.len()).filter(|at| grids[*at].outline.is_some()).collect();
    let touched: Vec<usize> = (0..layers.len()).filter(|layer| grids[layers[*layer]].touched).collect();
    let width = if snap { NARROW_M } else { HAIR_M };
    let shapes: Vec<&Shape> = layers.iter().filter_map(|at| grids[*at].outline.as_ref()).collect();
    let side_by_side = beside(&shapes, frame, (&touched, width))?;
    let framed = frame.map(|_| layers.len());
    let left: Vec<&Shape> = side_by_side.layers.iter().flatten().collect();
    let wrong = if left.len() == layers.len() {
        let all: Vec<&Shape> = left.into_iter().chain(frame).collect();
        Fabric::weave(&all, &[]).map_err(tangled)?.faults(framed)
    } else {
        Vec::new()
    };
    let before = if touched.is_empty() { Vec::new() } else { faults_before(&grids, frame)? };
    // Where some grids have no outline yet, the free ground may be theirs.
    let finished = layers.len() == grids.len();
    let wrong = wrong.into_iter().map(|fault| {
        let mine = fault.layers.iter().any(|layer| touched.contains(layer));
        let grids: Vec<String> =
            fault.layers.iter().map(|layer| grids[layers[*layer]].area.id.clone()).collect();
        let was_there = before.iter().any(|(kind, who, ground)| {
            *kind == fault.kind && *who == grids && fault.shape.area_m2() <= ground + SAME_M2
        });
        let is_new = mine && !was_there && (finished || fault.kind != FaultKind::Gap);
        Wrong { fault, grids, is_new }
    });
    let wrong = wrong.collect();
    for (at, outline) in layers.iter().zip(side_by_side.layers) {
        grids[*at].outline = outline;
    }
    size::estimate(&mut grids)?;
    Ok(Looked { grids, wrong, closed: side_by_side.closed })
}

/// What was wrong before anything was drawn: kinds, grids and square metres.
fn faults_before(grids: &[Grid], frame: Option<&Shape>) -> Result<Vec<(FaultKind, Vec<String>, f64)>> {
    let known: Vec<(&str, Shape)> =
        grids.iter().filter_map(|grid| Some((grid.area.id.as_str(), stored(&grid.area)?))).collect();
    let all: Vec<&Shape> = known.iter().map(|(_, shape)| shape).chain(frame).collect();
    let faults = Fabric::weave(&all, &[]).map_err(tangled)?.faults(frame.map(|_| known.len()));
    let named = |fault: Fault| {
        let who = fault.layers.iter().map(|layer| known[*layer].0.to_owned()).collect();
        (fault.kind, who, fault.shape.area_m2())
    };
    Ok(faults.into_iter().map(named).collect())
}

/// Outlines woven into each other and into their frame, with strips up to a width closed in favour of those that were not
/// touched.
pub(super) fn beside(
    shapes: &[&Shape],
    frame: Option<&Shape>,
    (touched, width_m): (&[usize], f64),
) -> Result<lianxin_geometry::Mended> {
    let all: Vec<&Shape> = shapes.iter().copied().chain(frame).collect();
    let points = all.iter().flat_map(|shape| shape.polygons()).flatten().map(Vec::len).sum::<usize>();
    if points > MOST_POINTS {
        return Err(refused("outline-too-many-points"));
    }
    let fabric = Fabric::weave(&all, &[]).map_err(tangled)?;
    Ok(fabric.mended(frame.map(|_| shapes.len()), touched, width_m))
}

fn tangled(_: Tangled) -> lianxin_foundation::Error {
    refused("outline-unsound")
}

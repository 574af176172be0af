//! Areas that lie side by side, in whole numbers: where they overlap, what lies between them, what a line cuts off.
//!
//! Every outline is rounded to [`UNITS_PER_DEGREE`] and woven with the others: lines that cross get a common point, points
//! that lie on a line become points of it. From there on nothing is rounded, so that "no gap" and "no overlap" are
//! answers and not estimates. The plane falls apart into [`Face`]s, each in none, one or several of the outlines.

mod faces;
mod mend;
mod ring;
mod weave;

use std::collections::BTreeSet;

use crate::point::Point;
use crate::shape::{Polygon, Shape};
use faces::Edge;
use ring::{Spot, area_m2, doubled_area, perimeter_m};

pub use mend::Mended;
pub use ring::UNITS_PER_DEGREE;

/// Outlines woven into each other; a layer is an outline's place in what was given.
#[derive(Debug, Clone)]
pub struct Fabric {
    layers: usize,
    edges: Vec<Edge>,
    faces: Vec<Face>,
}

/// A part of the plane that no line crosses.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// The layers it lies in, in order.
    pub layers: Vec<usize>,
    /// The line around it, then those around its holes.
    rings: Vec<Vec<Spot>>,
}

/// Why outlines could not be woven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lines lie so close to each other that rounding does not part them")]
pub struct Tangled;

/// What is wrong where outlines should lie side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// The layers that take part: both of an overlap, the one outside, the neighbours of a gap.
    pub layers: Vec<usize>,
    /// Where.
    pub shape: Shape,
}

/// The ways in which outlines fail to lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// Two layers have the same ground.
    Overlap,
    /// Ground of the frame that no layer has.
    Gap,
    /// Ground of a layer outside the frame.
    Outside,
}

impl Face {
    /// Square metres, holes taken off.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        let holes: f64 = self.rings.iter().skip(1).map(|hole| area_m2(hole)).sum();
        self.rings.first().map_or(0.0, |ring| area_m2(ring)) - holes
    }

    /// Twice its area in whole numbers.
    fn doubled_area(&self) -> i128 {
        self.rings.iter().map(|ring| doubled_area(ring)).sum()
    }

    /// How wide it is if it is a long strip, in metres: twice its area by the length of its lines.
    #[must_use]
    pub fn width_m(&self) -> f64 {
        let around: f64 = self.rings.iter().map(|ring| perimeter_m(ring)).sum();
        if around > 0.0 { 2.0 * self.area_m2() / around } else { 0.0 }
    }
}

impl Fabric {
    /// Weaves outlines and lines that cut them.
    ///
    /// # Errors
    /// [`Tangled`], which takes lines drawn to defeat rounding.
    pub fn weave(outlines: &[&Shape], cuts: &[Vec<Point>]) -> Result<Fabric, Tangled> {
        let woven = weave::weave(outlines, cuts)?;
        let (edges, faces) = faces::trace(&woven);
        Ok(Fabric { layers: outlines.len(), edges, faces })
    }

    /// The parts of the plane, the endless one outside left out.
    #[must_use]
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The ground of some faces as one boundary; none where they are none.
    #[must_use]
    pub fn ground(&self, wanted: impl Fn(&Face) -> bool) -> Option<Shape> {
        let inside = |edge: &Edge| edge.face.is_some_and(|face| wanted(&self.faces[face]));
        let polygons = faces::outlines(&self.edges, inside);
        (!polygons.is_empty()).then(|| Shape::checked(polygons))
    }

    /// A layer's outline with every point that its neighbours have on it; none where nothing is left of it.
    #[must_use]
    pub fn layer(&self, layer: usize) -> Option<Shape> {
        self.ground(|face| face.layers.contains(&layer))
    }

    /// What is wrong among the first layers, which should fill `frame`, the layer after them, where there is one.
    #[must_use]
    pub fn faults(&self, frame: Option<usize>) -> Vec<Fault> {
        let parts = frame.unwrap_or(self.layers);
        let mut pairs = BTreeSet::new();
        for face in &self.faces {
            let own: Vec<usize> = face.layers.iter().copied().filter(|layer| *layer < parts).collect();
            for (at, one) in own.iter().enumerate() {
                pairs.extend(own[at + 1..].iter().map(|other| (*one, *other)));
            }
        }
        let has = |face: &Face, layer: usize| face.layers.contains(&layer);
        let mut faults: Vec<Fault> = Vec::new();
        for (one, other) in pairs {
            let shape = self.ground(|face| has(face, one) && has(face, other));
            faults.extend(shape.map(|shape| Fault {
                kind: FaultKind::Overlap,
                layers: vec![one, other],
                shape,
            }));
        }
        let Some(frame) = frame else { return faults };
        for part in 0..parts {
            let shape = self.ground(|face| has(face, part) && !has(face, frame));
            faults.extend(shape.map(|shape| Fault { kind: FaultKind::Outside, layers: vec![part], shape }));
        }
        let free = |face: &Face| face.layers == [frame];
        let gaps = self.ground(free).map(|gaps| gaps.polygons().to_vec()).unwrap_or_default();
        for gap in gaps {
            let shape = Shape::checked(vec![gap]);
            let layers = self.around(&shape, parts, free);
            faults.push(Fault { kind: FaultKind::Gap, layers, shape });
        }
        faults
    }

    /// The layers next to a gap.
    fn around(&self, gap: &Shape, parts: usize, free: impl Fn(&Face) -> bool) -> Vec<usize> {
        let on = |spot: Spot| gap.polygons().iter().flatten().flatten().any(|point| Spot::of(*point) == spot);
        let mut found = BTreeSet::new();
        for edge in &self.edges {
            let Some(face) = edge.face.filter(|face| !free(&self.faces[*face])) else { continue };
            let beyond = self.edges[edge.twin].face.is_some_and(|face| free(&self.faces[face]));
            if beyond && on(edge.from) && on(edge.to) {
                found.extend(self.faces[face].layers.iter().copied().filter(|layer| *layer < parts));
            }
        }
        found.into_iter().collect()
    }
}

impl Shape {
    /// Whether two outlines have the same points in whole numbers, wherever their rings begin.
    #[must_use]
    pub fn has_same_points(&self, other: &Shape) -> bool {
        let spots = |shape: &Shape| -> BTreeSet<Spot> {
            shape.polygons().iter().flatten().flatten().map(|point| Spot::of(*point)).collect()
        };
        spots(self) == spots(other)
    }
}

/// Why a line does not part an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// It does not go through, from border to border.
    #[error("the line does not part the area")]
    Misses,
    /// It parts it into more than two.
    #[error("the line parts the area into {0} parts, not into two")]
    Parts(usize),
    /// It cannot be told where it crosses.
    #[error(transparent)]
    Tangled(#[from] Tangled),
}

/// How far a line that ends short of the border is drawn on, in degrees: some fifty metres.
const REACH_DEG: f64 = 5e-4;

/// Parts an area along a line: the smaller part, and the rest. A line that stops a little short of the border is drawn on
/// to it. Of several polygons one is cut; the others stay with the rest.
///
/// # Errors
/// What is wrong with the line.
pub fn cut(shape: &Shape, line: &[Point]) -> Result<(Shape, Shape), CutError> {
    let line = drawn_on(line);
    let fabric = Fabric::weave(&[shape], std::slice::from_ref(&line))?;
    let mut parts: Vec<&Face> = fabric.faces.iter().filter(|face| face.layers == [0]).collect();
    let mut before = Fabric::weave(&[shape], &[])?.faces;
    before.retain(|face| face.layers == [0]);
    match parts.len().checked_sub(before.len()) {
        None | Some(0) => return Err(CutError::Misses),
        Some(1) => {}
        Some(more) => return Err(CutError::Parts(more + 1)),
    }
    parts.sort_by(|a, b| a.area_m2().total_cmp(&b.area_m2()));
    // Of several polygons those stay whole that the line does not part.
    let parted = |face: &Face| !before.iter().any(|whole| whole.doubled_area() == face.doubled_area());
    let Some(small) = parts.iter().find(|face| parted(face)).copied() else { return Err(CutError::Misses) };
    let part = fabric.ground(|face| face == small);
    let rest = fabric.ground(|face| face.layers == [0] && face != small);
    part.zip(rest).ok_or(CutError::Misses)
}

fn drawn_on(line: &[Point]) -> Vec<Point> {
    let mut line = line.to_vec();
    let on = |from: Point, to: Point| {
        let (lon, lat) = (to.lon() - from.lon(), to.lat() - from.lat());
        let length = lon.hypot(lat);
        let more = if length > 0.0 { REACH_DEG / length } else { 0.0 };
        Point::computed(to.lon() + lon * more, to.lat() + lat * more)
    };
    if let [first, second, ..] = line[..] {
        line[0] = on(second, first);
    }
    if let [.., before, last] = line[..] {
        let end = line.len() - 1;
        line[end] = on(before, last);
    }
    line
}

/// Areas as one: the lines between neighbours are gone.
///
/// # Errors
/// [`Tangled`].
pub fn union(shapes: &[&Shape]) -> Result<Option<Shape>, Tangled> {
    Ok(Fabric::weave(shapes, &[])?.ground(|face| !face.layers.is_empty()))
}

/// Rings of spots as polygons of points.
fn points(polygon: Vec<Vec<Spot>>) -> Polygon {
    polygon.into_iter().map(|ring| ring.into_iter().map(Spot::point).collect()).collect()
}

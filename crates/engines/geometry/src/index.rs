//! Which of many boundaries contain a point.

use crate::bounds::Bounds;
use crate::point::Point;
use crate::shape::Shape;

/// How many children a node has.
const FANOUT: usize = 16;

/// Boundaries under their keys, packed once into a tree of boxes (an R-tree by the sort-tile-recursive
/// method), then only read: a point among 20,000 grids is looked for in a few dozen of them.
#[derive(Debug, Clone)]
pub struct Index<K> {
    /// Near each other on the map, near each other here.
    entries: Vec<Entry<K>>,
    /// Boxes around `FANOUT` entries each, then around `FANOUT` of those boxes each, up to one box.
    levels: Vec<Vec<Bounds>>,
}

#[derive(Debug, Clone)]
struct Entry<K> {
    key: K,
    shape: Shape,
    area_m2: f64,
    /// The order in which it was given, which settles ties.
    place: usize,
}

impl<K> Index<K> {
    /// Packs the boundaries. A key may come several times.
    pub fn new(shapes: impl IntoIterator<Item = (K, Shape)>) -> Self {
        let mut entries: Vec<Entry<K>> = shapes
            .into_iter()
            .enumerate()
            .map(|(place, (key, shape))| Entry { key, area_m2: shape.area_m2(), shape, place })
            .collect();
        tile(&mut entries);
        let mut levels = Vec::new();
        let mut boxes: Vec<Bounds> = entries.iter().map(|entry| entry.shape.bounds()).collect();
        while boxes.len() > 1 {
            boxes = boxes
                .chunks(FANOUT)
                .map(|chunk| chunk.iter().copied().fold(Bounds::NOTHING, Bounds::union))
                .collect();
            levels.push(boxes.clone());
        }
        Self { entries, levels }
    }

    /// The keys of all boundaries that contain the point, the smallest area first; equal areas in the order
    /// they were given. A point on an edge is inside, as for [`Shape::contains`].
    #[must_use]
    pub fn containing(&self, point: Point) -> Vec<&K> {
        let mut found: Vec<&Entry<K>> = self
            .candidates(point)
            .map(|index| &self.entries[index])
            .filter(|entry| entry.shape.contains(point))
            .collect();
        found.sort_by(|a, b| a.area_m2.total_cmp(&b.area_m2).then(a.place.cmp(&b.place)));
        found.into_iter().map(|entry| &entry.key).collect()
    }

    /// How many boundaries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries whose neighbourhood contains the point, found level by level from the root.
    fn candidates(&self, point: Point) -> impl Iterator<Item = usize> {
        let root_children = self.levels.last().map_or(self.entries.len(), Vec::len);
        let mut open: Vec<usize> = (0..root_children).collect();
        for (depth, boxes) in self.levels.iter().enumerate().rev() {
            let below = if depth == 0 { self.entries.len() } else { self.levels[depth - 1].len() };
            open = open
                .into_iter()
                .filter(|node| boxes[*node].contains(point))
                .flat_map(|node| node * FANOUT..((node + 1) * FANOUT).min(below))
                .collect();
        }
        open.into_iter()
    }
}

/// Orders entries in vertical strips from west to east, each strip from south to north, so that every
/// `FANOUT` in a row lie close together.
fn tile<K>(entries: &mut [Entry<K>]) {
    let center = |entry: &Entry<K>| entry.shape.bounds().center();
    entries.sort_by(|a, b| center(a).lon().total_cmp(&center(b).lon()));
    let strips = entries.len().div_ceil(FANOUT).isqrt().max(1);
    let in_a_strip = entries.len().div_ceil(strips).next_multiple_of(FANOUT).max(FANOUT);
    for strip in entries.chunks_mut(in_a_strip) {
        strip.sort_by(|a, b| center(a).lat().total_cmp(&center(b).lat()));
    }
}

//! A Delaunay triangulation in whole numbers: points are added one after the other, and every decision is
//! exact, so that no input can leave it crossed or open.

/// A point of the plane, decimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) x: i64,
    pub(crate) y: i64,
}

/// No triangle: beyond the frame.
pub(crate) const NONE: u32 = u32::MAX;

/// The corners of the frame come first.
pub(crate) const CORNERS: u32 = 4;

/// Three corners against the clock, and the triangle beyond the side that faces each of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Triangle {
    pub(crate) corners: [u32; 3],
    pub(crate) beyond: [u32; 3],
}

/// Points and the triangles between them, inside a square frame.
#[derive(Debug)]
pub(crate) struct Mesh {
    pub(crate) spots: Vec<Spot>,
    pub(crate) triangles: Vec<Triangle>,
    /// Some triangle at each point.
    pub(crate) at: Vec<u32>,
    /// Where the next search begins.
    last: u32,
    cavity: Cavity,
}

/// What is torn out for a new point; kept to be used again.
#[derive(Debug, Default)]
struct Cavity {
    torn: Vec<u32>,
    is_torn: Vec<bool>,
    /// The sides that remain: from, to, and the triangle beyond.
    rim: Vec<(u32, u32, u32)>,
}

/// Twice the area of a, b, c: above 0 against the clock.
pub(crate) fn turn(a: Spot, b: Spot, c: Spot) -> i64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// Whether d lies inside the circle through a, b, c, which turn against the clock.
fn is_in_circle([a, b, c]: [Spot; 3], d: Spot) -> bool {
    let from_d = |p: Spot| (i128::from(p.x - d.x), i128::from(p.y - d.y));
    let [(ax, ay), (bx, by), (cx, cy)] = [from_d(a), from_d(b), from_d(c)];
    let lift = |x: i128, y: i128| x * x + y * y;
    let sum = lift(ax, ay) * (bx * cy - by * cx) - lift(bx, by) * (ax * cy - ay * cx)
        + lift(cx, cy) * (ax * by - ay * bx);
    sum > 0
}

impl Mesh {
    /// An empty mesh for points with coordinates between -`frame` and `frame`, both left out.
    pub(crate) fn new(frame: i64) -> Mesh {
        let spots = [(-1, -1), (1, -1), (1, 1), (-1, 1)].map(|(x, y)| Spot { x: x * frame, y: y * frame });
        let triangles = vec![
            Triangle { corners: [0, 1, 2], beyond: [NONE, 1, NONE] },
            Triangle { corners: [0, 2, 3], beyond: [NONE, NONE, 0] },
        ];
        Mesh { spots: spots.to_vec(), triangles, at: vec![0, 0, 0, 1], last: 0, cavity: Cavity::default() }
    }

    /// Adds a point that lies within the frame, and gives its number; one that is there already keeps its.
    pub(crate) fn add(&mut self, spot: Spot) -> u32 {
        let start = self.find(spot);
        let corners = self.triangles[start as usize].corners;
        if let Some(known) = corners.into_iter().find(|corner| self.spots[*corner as usize] == spot) {
            return known;
        }
        self.tear(start, spot);
        let number = self.spots.len() as u32;
        self.spots.push(spot);
        self.at.push(NONE);
        self.mend(number);
        number
    }

    /// The triangle that holds the point, walked to from the last one.
    fn find(&self, spot: Spot) -> u32 {
        let mut here = self.last;
        'walk: loop {
            let Triangle { corners, beyond } = self.triangles[here as usize];
            for side in 0..3 {
                let [a, b] =
                    [corners[(side + 1) % 3], corners[(side + 2) % 3]].map(|at| self.spots[at as usize]);
                if turn(a, b, spot) < 0 && beyond[side] != NONE {
                    here = beyond[side];
                    continue 'walk;
                }
            }
            return here;
        }
    }

    /// Finds the triangles whose circle holds the point, and the rim around them.
    fn tear(&mut self, start: u32, spot: Spot) {
        let cavity = &mut self.cavity;
        cavity.torn.clear();
        cavity.rim.clear();
        cavity.is_torn.resize(self.triangles.len(), false);
        cavity.is_torn[start as usize] = true;
        cavity.torn.push(start);
        let mut next = 0;
        while let Some(here) = cavity.torn.get(next).copied() {
            next += 1;
            let Triangle { corners, beyond } = self.triangles[here as usize];
            for side in 0..3 {
                let over = beyond[side];
                let (a, b) = (corners[(side + 1) % 3], corners[(side + 2) % 3]);
                if over == NONE {
                    cavity.rim.push((a, b, NONE));
                } else if !cavity.is_torn[over as usize] {
                    let circle = self.triangles[over as usize].corners.map(|at| self.spots[at as usize]);
                    if is_in_circle(circle, spot) {
                        cavity.is_torn[over as usize] = true;
                        cavity.torn.push(over);
                    } else {
                        cavity.rim.push((a, b, over));
                    }
                }
            }
        }
        // A side that was looked at before its neighbour was torn out is no rim.
        let is_torn = &cavity.is_torn;
        cavity.rim.retain(|(_, _, over)| *over == NONE || !is_torn[*over as usize]);
    }

    /// Joins the rim to the new point, in the places of what was torn out and two more.
    fn mend(&mut self, number: u32) {
        let Mesh { triangles, at, cavity, .. } = self;
        cavity.torn.iter().for_each(|torn| cavity.is_torn[*torn as usize] = false);
        let mut free = cavity.torn.iter().copied();
        for (from, to, over) in &cavity.rim {
            let fresh = Triangle { corners: [number, *from, *to], beyond: [*over, NONE, NONE] };
            let here = free.next().unwrap_or(triangles.len() as u32);
            if here as usize == triangles.len() {
                triangles.push(fresh);
            } else {
                triangles[here as usize] = fresh;
            }
            if *over != NONE {
                let back = &mut triangles[*over as usize];
                let side = (0..3).find(|side| back.faces(*side, *to, *from));
                back.beyond[side.unwrap_or_default()] = here;
            }
            at[*from as usize] = here;
            self.last = here;
        }
        at[number as usize] = self.last;
        // Each new triangle begins at the corner where another ends.
        for (from, _, _) in &cavity.rim {
            let here = at[*from as usize] as usize;
            let to = triangles[here].corners[2];
            let next = at[to as usize];
            triangles[here].beyond[1] = next;
            triangles[next as usize].beyond[2] = here as u32;
        }
    }

    /// Every triangle at a point, once around it.
    pub(crate) fn around(&self, number: u32) -> impl Iterator<Item = u32> {
        let first = self.at[number as usize];
        let mut here = first;
        let mut is_done = first == NONE;
        std::iter::from_fn(move || {
            if is_done {
                return None;
            }
            let now = here;
            let triangle = &self.triangles[now as usize];
            let place = triangle.corners.iter().position(|corner| *corner == number).unwrap_or_default();
            here = triangle.beyond[(place + 1) % 3];
            is_done = here == first || here == NONE;
            Some(now)
        })
    }
}

impl Triangle {
    /// Whether its side number `side` runs from `from` to `to`.
    fn faces(&self, side: usize, from: u32, to: u32) -> bool {
        self.corners[(side + 1) % 3] == from && self.corners[(side + 2) % 3] == to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_stays_a_delaunay_triangulation(spots in prop::collection::vec((-9_i64..10, -9_i64..10), 1..60)) {
            let mut mesh = Mesh::new(12);
            for (x, y) in &spots {
                let number = mesh.add(Spot { x: *x, y: *y });
                prop_assert_eq!(mesh.spots[number as usize], Spot { x: *x, y: *y });
            }
            let mut area = 0;
            for (here, triangle) in mesh.triangles.iter().enumerate() {
                let spots = triangle.corners.map(|corner| mesh.spots[corner as usize]);
                prop_assert!(turn(spots[0], spots[1], spots[2]) > 0);
                area += turn(spots[0], spots[1], spots[2]);
                for side in 0..3 {
                    let over = triangle.beyond[side];
                    if over == NONE {
                        continue;
                    }
                    let other = mesh.triangles[over as usize];
                    let back = (0..3).filter(|back| other.beyond[*back] as usize == here
                        && other.faces(*back, triangle.corners[(side + 2) % 3], triangle.corners[(side + 1) % 3]));
                    let back: Vec<usize> = back.collect();
                    prop_assert_eq!(back.len(), 1);
                    prop_assert!(!is_in_circle(spots, mesh.spots[other.corners[back[0]] as usize]));
                }
            }
            prop_assert_eq!(area, 2 * 24 * 24, "the triangles fill the frame");
            let distinct: std::collections::BTreeSet<_> = spots.iter().collect();
            prop_assert_eq!(mesh.spots.len(), distinct.len() + 4);
            for number in CORNERS..mesh.spots.len() as u32 {
                let around = mesh.around(number).count();
                let all = mesh.triangles.iter().filter(|triangle| triangle.corners.contains(&number)).count();
                prop_assert_eq!(around, all);
            }
        }
    }
}

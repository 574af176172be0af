//! What cannot be walked: a closed street, a locked gate, whatever a wall stands across.

use std::collections::HashSet;

use crate::streets::{Place, PlaceId, Street};

/// Something that stops walkers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// Every street between two places is closed, in both directions.
    Street(PlaceId, PlaceId),
    /// Nobody passes this place, so that every street to it is closed. People who live there reach nothing.
    Place(PlaceId),
}

/// Takes away the streets that barriers close.
pub fn close(streets: &mut Vec<Street>, barriers: &[Barrier]) {
    let pair = |a: PlaceId, b: PlaceId| (a.min(b), a.max(b));
    let mut closed = HashSet::new();
    let mut locked = HashSet::new();
    for barrier in barriers {
        match *barrier {
            Barrier::Street(a, b) => drop(closed.insert(pair(a, b))),
            Barrier::Place(place) => drop(locked.insert(place)),
        }
    }
    streets.retain(|street| {
        let ends = [street.from, street.to];
        !ends.iter().any(|end| locked.contains(end)) && !closed.contains(&pair(ends[0], ends[1]))
    });
}

/// A straight wall between two points, in the places' own frame of decimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wall {
    /// One end.
    pub from: (i32, i32),
    /// The other end.
    pub to: (i32, i32),
}

/// Takes away the streets that a wall stands across or touches; streets are straight between their ends.
pub fn wall_off(streets: &mut Vec<Street>, places: &[Place], walls: &[Wall]) {
    let at = |place: PlaceId| places.get(place as usize).map(|place| (place.x_dm, place.y_dm));
    streets.retain(|street| {
        let Some((from, to)) = at(street.from).zip(at(street.to)) else { return true };
        !walls.iter().any(|wall| meet((from, to), (wall.from, wall.to)))
    });
}

type Line = ((i32, i32), (i32, i32));

/// Whether two straight lines have a point in common. Exact: coordinates stay below 2²⁹.
fn meet(a: Line, b: Line) -> bool {
    let apart = |one: (i32, i32), other: (i32, i32)| one.0.max(one.1) < other.0.min(other.1);
    let x = |line: Line| (line.0.0, line.1.0);
    let y = |line: Line| (line.0.1, line.1.1);
    if apart(x(a), x(b)) || apart(x(b), x(a)) || apart(y(a), y(b)) || apart(y(b), y(a)) {
        return false;
    }
    // On which side of a line a point lies.
    let side = |line: Line, point: (i32, i32)| {
        let step = |from: i32, to: i32| i64::from(to) - i64::from(from);
        let along = (step(line.0.0, line.1.0), step(line.0.1, line.1.1));
        let there = (step(line.0.0, point.0), step(line.0.1, point.1));
        (along.0 * there.1 - along.1 * there.0).signum()
    };
    let between = |one: i64, other: i64| one * other <= 0;
    between(side(a, b.0), side(a, b.1)) && between(side(b, a.0), side(b, a.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_meet_where_they_cross_or_touch() {
        let street = ((0, 0), (10, 0));
        assert!(meet(street, ((5, -5), (5, 5))));
        assert!(meet(street, ((5, 0), (5, 5))), "a wall that ends on the street");
        assert!(meet(street, ((10, 0), (20, 0))), "end to end");
        assert!(meet(street, ((-5, 0), (20, 0))), "along the street");
        assert!(!meet(street, ((5, 1), (5, 5))));
        assert!(!meet(street, ((11, -1), (11, 1))));
        assert!(!meet(street, ((11, 0), (20, 0))), "further along the same line");
        assert!(!meet(((0, 0), (10, 10)), ((6, 5), (10, 4))));
        let far = 500_000_000;
        assert!(meet(((-far, -far), (far, far)), ((-far, far), (far, -far))));
        assert!(!meet(((-far, -far), (far, far)), ((far, far - 1), (0, -1))));
    }

    #[test]
    fn a_wall_closes_what_it_stands_across() {
        let places: Vec<Place> = (0..3).map(|step| Place { x_dm: step * 100, ..Place::default() }).collect();
        let mut streets: Vec<Street> =
            (0..2).map(|at| Street { from: at, to: at + 1, length_dm: 100 }).collect();
        wall_off(&mut streets, &places, &[Wall { from: (150, -9), to: (150, 9) }]);
        assert_eq!(streets, [Street { from: 0, to: 1, length_dm: 100 }]);
    }
}

//! How many households a grid has, and whether that is usual.

use std::ops::RangeInclusive;

use lianxin_foundation::{Problem, Result};
use lianxin_geometry::{Fabric, Shape};

use super::{Grid, stored};
use crate::area::AreaKind;

/// How many households a grid usually has: common practice, no national text. Outside of it is warned about, never refused.
pub const USUAL: RangeInclusive<i64> = 300..=500;

/// Households of one grid, by who says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// As somebody counted them.
    pub told: Option<i64>,
    /// As many as are registered in it.
    pub registered: i64,
    /// As many as those told of before would be on the ground it has now, if they stood evenly; only where its outline
    /// changed.
    pub by_ground: Option<i64>,
}

impl Counted {
    /// The best number there is.
    pub fn best(self) -> Option<i64> {
        self.by_ground.or(self.told).or((self.registered > 0).then_some(self.registered))
    }

    /// Fewer or more than usual for a grid: the message that warns.
    pub fn warning(self, kind: AreaKind) -> Option<&'static str> {
        let households = self.best().filter(|_| kind == AreaKind::Grid)?;
        match households {
            few if few < *USUAL.start() => Some("outline-few"),
            many if many > *USUAL.end() => Some("outline-many"),
            _ => None,
        }
    }
}

/// Spreads the households told of evenly over the old outlines, and counts them in the new ones where any changed.
pub(super) fn estimate(grids: &mut [Grid]) -> Result<()> {
    let before: Vec<(Shape, i64)> =
        grids.iter().filter_map(|grid| Some((stored(&grid.area)?, grid.area.households?))).collect();
    let changed: Vec<usize> = (0..grids.len())
        .filter(|at| grids[*at].touched || grids[*at].is_changed())
        .filter(|at| grids[*at].outline.is_some())
        .collect();
    let after: Vec<&Shape> = changed.iter().filter_map(|at| grids[*at].outline.as_ref()).collect();
    let spread = spread(&before, &after)?;
    for (at, households) in changed.iter().zip(spread) {
        let counted = &mut grids[*at].households;
        counted.by_ground = households.filter(|households| Some(*households) != counted.told);
    }
    Ok(())
}

/// How many of the households of some outlines stand in others, if they stand evenly; none on ground nobody has counted.
///
/// # Errors
/// When the outlines cannot be woven.
pub fn spread(before: &[(Shape, i64)], after: &[&Shape]) -> Result<Vec<Option<i64>>> {
    let all: Vec<&Shape> = before.iter().map(|(shape, _)| shape).chain(after.iter().copied()).collect();
    let fabric =
        Fabric::weave(&all, &[]).map_err(|_| Problem::invalid().field("drawn", "outline-unsound"))?;
    let ground: Vec<f64> = before.iter().map(|(shape, _)| shape.area_m2()).collect();
    let mut sums = vec![0.0; after.len()];
    for face in fabric.faces() {
        let Some(old) = face.layers.iter().find(|layer| **layer < before.len()) else { continue };
        let households = precise(before[*old].1) * face.area_m2() / ground[*old];
        for layer in face.layers.iter().filter(|layer| **layer >= before.len()) {
            sums[layer - before.len()] += households;
        }
    }
    Ok(sums.into_iter().map(|sum| (sum > 0.0).then(|| rounded(sum))).collect())
}

#[expect(clippy::cast_precision_loss, reason = "households of a grid are far below what a double holds")]
fn precise(households: i64) -> f64 {
    households as f64
}

#[expect(clippy::cast_possible_truncation, reason = "households of a grid are far below what a double holds")]
fn rounded(households: f64) -> i64 {
    households.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_out_of_the_usual_is_warned_about_and_a_micro_grid_is_not() {
        let told = |n| Counted { told: Some(n), ..Counted::default() };
        assert_eq!(told(299).warning(AreaKind::Grid), Some("outline-few"));
        assert_eq!(told(300).warning(AreaKind::Grid), None);
        assert_eq!(told(501).warning(AreaKind::Grid), Some("outline-many"));
        assert_eq!(told(40).warning(AreaKind::MicroGrid), None);
        assert_eq!(Counted::default().warning(AreaKind::Grid), None, "nobody knows");
        assert_eq!(Counted { registered: 12, ..Counted::default() }.best(), Some(12));
    }

    #[test]
    fn households_go_with_their_ground() {
        let square = |west: f64, east: f64| -> Shape {
            let text = format!(
                r#"{{"type":"Polygon","coordinates":[[[{west},30.0],[{east},30.0],[{east},30.1],[{west},30.1],[{west},30.0]]]}}"#
            );
            text.parse().unwrap()
        };
        let before = [(square(114.0, 114.2), 400), (square(114.2, 114.3), 100)];
        let after = [&square(114.0, 114.25), &square(114.25, 114.3), &square(115.0, 115.1)];
        assert_eq!(spread(&before, &after).unwrap(), [Some(450), Some(50), None]);
    }
}

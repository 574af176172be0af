//! Closes narrow gaps and parts narrow overlaps, without moving a line that is right.

use super::ring::length_m;
use super::{Fabric, Face};
use crate::shape::Shape;

/// Outlines after narrow faults were closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// The layers' outlines, with every point their neighbours have on them; none where nothing is left.
    pub layers: Vec<Option<Shape>>,
    /// How many faults were closed.
    pub closed: usize,
}

impl Fabric {
    /// Gives each strip at most `width_m` metres wide that two of the first layers have, or none, to one of them. What lies
    /// outside `frame` is taken off. A strip goes to a layer that was not touched where there is one, else to the one it shares
    /// the longest line with: so whoever drew carelessly gets their neighbour's border.
    #[must_use]
    pub fn mended(mut self, frame: Option<usize>, touched: &[usize], width_m: f64) -> Mended {
        let parts = frame.unwrap_or(self.layers);
        let mut closed = 0;
        // A gap in the middle of others is next to somebody's ground only once those are closed.
        loop {
            let faults: Vec<(usize, Vec<usize>)> = (0..self.faces.len())
                .filter(|face| self.faces[*face].width_m() <= width_m)
                .filter_map(|face| Some((face, self.owner(face, parts, frame, touched)?)))
                .collect();
            if faults.is_empty() {
                break;
            }
            closed += faults.len();
            for (face, owners) in faults {
                let kept = self.faces[face].layers.iter().copied().filter(|layer| *layer >= parts);
                let mut layers: Vec<usize> = owners.into_iter().chain(kept).collect();
                layers.sort_unstable();
                self.faces[face].layers = layers;
            }
        }
        Mended { layers: (0..parts).map(|layer| self.layer(layer)).collect(), closed }
    }

    /// Whose a faulty face should be; nothing for one that is right, or that nobody borders.
    fn owner(&self, at: usize, parts: usize, frame: Option<usize>, touched: &[usize]) -> Option<Vec<usize>> {
        let face = &self.faces[at];
        let own = own(face, parts);
        let framed = frame.is_none_or(|frame| face.layers.contains(&frame));
        match own.len() {
            0 if !framed || frame.is_none() => None,
            0 => self.longest_beside(at, parts, None).map(|layer| vec![layer]),
            1 if framed => None,
            _ if !framed => Some(Vec::new()),
            _ => {
                let untouched: Vec<usize> =
                    own.iter().copied().filter(|layer| !touched.contains(layer)).collect();
                match untouched[..] {
                    [only] => Some(vec![only]),
                    _ => Some(vec![self.longest_beside(at, parts, Some(&own)).unwrap_or(own[0])]),
                }
            }
        }
    }

    /// The layer alone beyond the longest line of a face.
    fn longest_beside(&self, at: usize, parts: usize, among: Option<&[usize]>) -> Option<usize> {
        let mut lengths = vec![0.0; parts];
        for edge in self.edges.iter().filter(|edge| edge.face == Some(at)) {
            let Some(beyond) = self.edges[edge.twin].face else { continue };
            if let [layer] = own(&self.faces[beyond], parts)[..] {
                lengths[layer] += length_m(edge.from, edge.to);
            }
        }
        let wanted = |layer: &usize| lengths[*layer] > 0.0 && among.is_none_or(|among| among.contains(layer));
        (0..parts).filter(wanted).max_by(|p, q| lengths[*p].total_cmp(&lengths[*q]))
    }
}

fn own(face: &Face, parts: usize) -> Vec<usize> {
    face.layers.iter().copied().filter(|layer| *layer < parts).collect()
}

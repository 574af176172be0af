//! Isochrones: outlines around everything within reach and nothing else.

mod ground;
mod mesh;
mod outline;
mod simplify;

pub use ground::{Grain, Ground};
pub use outline::{Corner, Outline, Polygon, Ring};

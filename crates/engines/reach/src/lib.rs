#![doc = include_str!("../README.md")]

mod barrier;
mod coverage;
mod hilbert;
mod hours;
mod isochrone;
mod lists;
pub mod picture;
mod place;
mod plane;
mod streets;
pub mod tables;
mod walk;
mod watch;

pub use barrier::{Barrier, Wall, close, wall_off};
pub use coverage::{AreaCoverage, Ask, Coverage, Doors, ServiceCoverage, Station, WalkerCoverage, coverage};
pub use hours::{ALL_HOURS, Day, HourSet, Hours, HoursError, UnknownDay};
pub use isochrone::{Corner, Grain, Ground, Outline, Polygon, Ring};
pub use place::{Placement, Site, Wanted, place};
pub use plane::{Finder, Origin, distance_dm};
pub use streets::{
    Decimetres, FURTHEST_DM, LONGEST_STREET_DM, Place, PlaceId, Slopes, Street, Streets, StreetsError,
    UNREACHED,
};
pub use walk::{Nearest, Reached, Walk, nearest};
pub use watch::{Stopped, Unwatched, Watch};

//! Sets the boundary of one area.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use lianxin_geometry::{Datum, Shape};
use serde_json::json;

use crate::area::{Area, store};
use crate::post::require_kept;

/// The boundary of an area.
pub struct SetShape {
    /// The area.
    pub id: String,
    /// Its boundary, as given.
    pub shape: Shape,
    /// The coordinate system it is given in; WGS-84 is stored.
    pub datum: Datum,
}

impl Action for SetShape {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Some(area) = store::area(tx, &self.id).await? else { return Err(Problem::not_found().into()) };
        require_kept(cx, &area.path)?;
        write(tx, &area, &self.shape.to_wgs84(self.datum)).await?;
        store::shapes_changed(tx, &area.county).await?;
        tx.audit(
            Entry::new(cx.who, &area.county, "area-shape", "area", &area.id)
                .detail(json!({ "datum": self.datum.to_string() })),
        );
        Ok(())
    }
}

/// Writes a boundary in WGS-84 and its middle.
pub(super) async fn write(tx: &mut Tx, area: &Area, shape: &Shape) -> Result<()> {
    let middle = shape.centroid();
    store::set_shape(tx, &area.id, &shape.to_geojson().to_string(), middle.lon(), middle.lat()).await
}

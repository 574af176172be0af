//! Gives an area another name; the old one stays on record.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;

use super::change_areas::begun;
use super::named;
use crate::area::change::{ChangeKind, Plan, carry};
use crate::area::{Area, store};
use crate::post::require_kept;

/// The new name of an area.
pub struct RenameArea {
    /// The area.
    pub id: String,
    /// Its name from now on.
    pub name: String,
}

impl Action for RenameArea {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Some(area) = store::area(tx, &self.id).await? else { return Err(Problem::not_found().into()) };
        require_kept(cx, &area.path)?;
        let Some(name) = named(&self.name) else {
            return Err(Problem::invalid().field("name", "area-name-form").into());
        };
        if name != area.name {
            tx.audit(
                Entry::new(cx.who, &area.county, "area-rename", "area", &area.id)
                    .detail(json!({ "from": area.name, "to": name })),
            );
            let renamed = Area { name: name.to_owned(), ..area.clone() };
            let plan = Plan {
                kind: ChangeKind::Rename,
                county: area.county.clone(),
                makes: Vec::new(),
                ends: Vec::new(),
                amends: vec![(area, renamed)],
            };
            let change = begun(cx, &plan, "");
            carry::carry(tx, cx, &plan, &change).await?;
        }
        Ok(())
    }
}

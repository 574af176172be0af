//! A visit itself: opened, nobody home, or put where it lies.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use lianxin_registry::area::{AreaKind, store as areas};
use serde_json::json;
use uuid::Uuid;

use super::{kept, noted, open};
use crate::store::visits;
use crate::visit::note_place;

/// Puts on record that somebody opened what is sealed about a visit: its address and the lines that ask.
#[derive(Debug, Clone)]
pub struct OpenVisit {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
}

impl Action for OpenVisit {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, visit) = kept(tx, cx, &self.county, self.visit).await?;
        cx.scope(Right::OpenPeople).require(&visit.path, &[])?;
        tx.audit(
            Entry::new(cx.who, &self.county, "visit-open", "campaign", campaign.id)
                .because(&campaign.purpose)
                .detail(json!({ "visit": visit.id })),
        );
        Ok(())
    }
}

/// Puts on record that somebody opened the addresses of visits, as a list to walk by.
#[derive(Debug, Clone)]
pub struct OpenVisits {
    /// The county.
    pub county: String,
    /// How many.
    pub visits: usize,
    /// Whether they went along on a phone, for where there is no signal.
    pub along: bool,
}

impl Action for OpenVisits {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::OpenPeople).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let entry = Entry::new(cx.who, &self.county, "visits-open", "list", "visits");
        tx.audit(entry.detail(json!({ "visits": self.visits, "along": self.along })));
        Ok(())
    }
}

/// Nobody was home: somebody comes again. How often that is, is nobody's number to reach.
#[derive(Debug, Clone)]
pub struct NobodyHome {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
    /// What to know before knocking again; what was noted before stays when this is empty.
    pub note: String,
}

impl Action for NobodyHome {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, visit) = open(tx, cx, &self.county, self.visit).await?;
        let note = Some(noted(&self.note)?).filter(|note| !note.is_empty());
        let sealed = note.map(|note| cx.app.vault().seal(cx.app.ids(), &note_place(visit.id), &note));
        if !visits::nobody_home(tx, &self.county, visit.id, sealed, cx.seen_at()).await? {
            return Err(Problem::new(Kind::Conflict, "visit-answered").into());
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "visit-nobody", "campaign", campaign.id)
                .detail(json!({ "visit": visit.id })),
        );
        Ok(())
    }
}

/// Says in which grid a visit lies whose address tells it to nobody.
#[derive(Debug, Clone)]
pub struct PlaceVisit {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
    /// The grid; the village where it has none.
    pub area: String,
}

impl Action for PlaceVisit {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, visit) = open(tx, cx, &self.county, self.visit).await?;
        let refused = |code| Err(Problem::invalid().field("area", code).into());
        let found = areas::area(tx, &self.area).await?.filter(|area| area.valid_to.is_none());
        let Some(area) = found else { return refused("area-unknown") };
        // Wherever it lies, who says so must keep people there: else anybody's neighbour could be sent away.
        if !cx.scope(Right::KeepPeople).covers(&area.path, &[]) || !area.path.starts_with(&campaign.path) {
            return refused("visit-place-not-yours");
        }
        let below = areas::children(tx, &area.id).await?;
        if area.kind < AreaKind::Village || (area.kind == AreaKind::Village && !below.is_empty()) {
            return refused("visit-place-wide");
        }
        visits::place(tx, &self.county, visit.id, &area.path).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "visit-place", "campaign", campaign.id)
                .detail(json!({ "visit": visit.id, "area": area.id })),
        );
        Ok(())
    }
}

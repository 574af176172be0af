//! Category or place are put right.

use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::report::{area_of, checked_point};
use super::{With, find, parties, personal, take, words};
use crate::Matters;
use crate::model::{Detail, Matter};
use crate::rules::Step;
use crate::store;

/// A dispatcher or supervisor puts category or place right. It stays with whoever has it: sending it
/// elsewhere is a decision of its own.
pub struct Correct<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The right category; `None` leaves it.
    pub category: Option<String>,
    /// The right area; `None` leaves it.
    pub area: Option<String>,
    /// The right point's longitude, WGS-84; `None` leaves it.
    pub lon: Option<f64>,
    /// Its latitude.
    pub lat: Option<f64>,
    /// Why.
    pub reason: String,
}

impl Action for Correct<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let mut matter = find(tx, cx, &self.county, self.id).await?;
        // Entitled is who was before: a place put right must not make the matter somebody's own.
        let parties = parties(&matter, cx.who, cx.now);
        let before = matter.clone();
        self.category(tx, cx, &mut matter).await?;
        self.place(tx, cx, &mut matter).await?;
        if matter == before {
            return Err(Problem::invalid().field("category", "matter-nothing-changed").into());
        }
        let changed = |before: String, after: &str| (before != after).then_some(before);
        let detail = Detail {
            category_before: changed(before.category, &matter.category),
            area_before: changed(before.area, &matter.area),
            ..Detail::default()
        };
        let with = With { note: Some(reason), detail, ..With::default() };
        take(tx, cx, self.matters, matter, &parties, Step::Correct, with).await
    }
}

impl Correct<'_> {
    async fn category(&self, tx: &mut Tx, cx: Context<'_>, matter: &mut Matter) -> Result<()> {
        let Some(code) = self.category.as_deref().filter(|code| *code != matter.category) else {
            return Ok(());
        };
        let unknown = || Problem::invalid().field("category", "matter-category-unknown");
        let local = self.matters.local(tx, &self.county).await?;
        let category = local.catalogue().get(code).ok_or_else(unknown)?;
        if category.for_enterprises() != matter.enterprise.is_some() {
            return Err(Problem::invalid().field("category", "matter-category-enterprise").into());
        }
        matter.category = category.code.clone();
        let events = store::events(tx, &matter.county, matter.id).await?;
        matter.resolve_due = self.matters.deadlines(tx, matter).await?.promise(matter, &events);
        // What was said openly in a matter that turns out private is hidden from now on.
        if category.private && matter.sealed_text.is_none() {
            let text = std::mem::take(&mut matter.text);
            matter.sealed_text = Some(personal::sealed(cx.app, "text", matter.id, &text));
        }
        Ok(())
    }

    async fn place(&self, tx: &mut Tx, cx: Context<'_>, matter: &mut Matter) -> Result<()> {
        let point = checked_point(self.lon, self.lat)?;
        if point.is_some() {
            (matter.lon, matter.lat) = (self.lon, self.lat);
        }
        if self.area.is_some() || point.is_some() {
            let area = area_of(tx, self.matters, &self.county, self.area.as_deref(), point, cx.now).await?;
            (matter.area, matter.path) = (area.id, area.path);
        }
        Ok(())
    }
}

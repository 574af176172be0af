//! Plates are made for places, replaced, and revoked; what was stays on record.

use std::collections::HashSet;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Action, Context, Error, Problem, Result, Scope, Tx, every};
use serde_json::json;
use uuid::Uuid;

use crate::area::{Area, store as areas};
use crate::organisation::store as organisations;
use crate::plate::{Plate, new_code, store};
use crate::post::require_kept;

/// The most plates made at once: twenty-five sheets.
pub const MOST_PLATES: usize = 200;
/// How often another code is tried.
const CODES: u8 = 8;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// For which places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The area itself.
    Itself,
    /// Every area directly in it.
    Below,
    /// Every organisation in exactly this area.
    Organisations,
}

every! {
    /// As the form lists them.
    For {
        Itself        = "itself";
        Below         = "below";
        Organisations = "organisations";
    }
}

/// Makes plates for places that have none; gives how many.
pub struct MakePlates {
    /// The area.
    pub area: String,
    /// For which places.
    pub whom: For,
}

impl Action for MakePlates {
    type Output = usize;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<usize> {
        let area = areas::area(tx, &self.area).await?.ok_or_else(Problem::not_found)?;
        require_kept(cx, &area.path)?;
        // A plate says where something is; a whole city says too little.
        if area.depth < 3 {
            return Err(Problem::new(Kind::Invalid, "plate-area-wide").into());
        }
        let have: HashSet<(String, Option<Uuid>)> = store::at(tx, &whole(), &area.path, false, i64::MAX)
            .await?
            .into_iter()
            .map(|plate| (plate.area, plate.organisation))
            .collect();
        let mut places = self.places(tx, cx, area).await?;
        places.retain(|place| !have.contains(&(place.area.id.clone(), place.organisation)));
        if places.len() > MOST_PLATES {
            return Err(Problem::new(Kind::Invalid, "plate-too-many").with("most", MOST_PLATES).into());
        }
        for place in &places {
            let plate = made(tx, cx, place).await?;
            tx.audit(Entry::new(cx.who, &plate.county, "plate-make", "plate", plate.id).detail(
                json!({ "code": plate.code, "area": plate.area, "organisation": plate.organisation }),
            ));
        }
        Ok(places.len())
    }
}

/// Somewhere a plate stands.
struct Place {
    area: Area,
    organisation: Option<Uuid>,
    name: String,
}

fn whole() -> Scope {
    lianxin_foundation::Who::program("").scope(lianxin_foundation::Right::Manage, 0)
}

impl MakePlates {
    async fn places(&self, tx: &mut Tx, cx: Context<'_>, area: Area) -> Result<Vec<Place>> {
        let of = |area: Area| Place { name: area.name.clone(), area, organisation: None };
        Ok(match self.whom {
            For::Itself => vec![of(area)],
            For::Below => areas::children(tx, &area.id).await?.into_iter().map(of).collect(),
            For::Organisations => {
                let filter =
                    organisations::Filter { path: area.path.clone(), exactly: true, ..Default::default() };
                let paging = Paging { page: 1, size: MOST_PLATES as i64 + 1 };
                let found = organisations::in_scope(tx, &whole(), &filter, paging, cx.now).await?;
                found
                    .into_iter()
                    .map(|unit| Place { area: area.clone(), organisation: Some(unit.id), name: unit.name })
                    .collect()
            }
        })
    }
}

async fn made(tx: &mut Tx, cx: Context<'_>, place: &Place) -> Result<Plate> {
    let mut plate = Plate {
        county: place.area.county.clone(),
        id: cx.app.ids().new_id(cx.now),
        code: String::new(),
        area: place.area.id.clone(),
        organisation: place.organisation,
        path: place.area.path.clone(),
        name: place.name.clone(),
        made_at: cx.now,
        made_by: cx.who.name.clone(),
        ended_at: None,
        ended_by: None,
        reason: None,
        replaced_by: None,
    };
    for _ in 0..CODES {
        plate.code = new_code(cx.app.ids());
        if store::insert(tx, &plate).await? {
            return Ok(plate);
        }
    }
    Err(Error::failed("making a plate", "every code tried is taken"))
}

/// Ends a plate: revoked for good, or replaced by one with another code, which is given back.
pub struct EndPlate {
    /// The plate's county.
    pub county: String,
    /// The plate.
    pub id: Uuid,
    /// Why: torn off, faded, moved.
    pub reason: String,
    /// Whether another takes its place.
    pub replace: bool,
}

impl Action for EndPlate {
    type Output = Option<Plate>;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Plate>> {
        let plate = store::plate(tx, &self.county, self.id).await?.ok_or_else(Problem::not_found)?;
        if cx.who.account.is_some() && !cx.scope(lianxin_foundation::Right::Manage).covers(&plate.path, &[]) {
            return Err(Problem::not_found().into());
        }
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(Problem::invalid().field("reason", "plate-reason-missing").into());
        }
        let next = match self.replace {
            true => {
                let area = areas::area(tx, &plate.area).await?.ok_or_else(Problem::not_found)?;
                let (organisation, name) = (plate.organisation, plate.name.clone());
                Some(made(tx, cx, &Place { area, organisation, name }).await?)
            }
            false => None,
        };
        let by = next.as_ref().map(|next| next.id);
        if !store::end(tx, &plate, &cx.who.name, reason, by, cx.now).await? {
            return Err(Problem::new(Kind::Conflict, "plate-ended-already").into());
        }
        let detail = json!({ "code": plate.code, "by": next.as_ref().map(|next| next.code.clone()) });
        let entry = match next {
            Some(_) => Entry::new(cx.who, &plate.county, "plate-replace", "plate", plate.id),
            None => Entry::new(cx.who, &plate.county, "plate-revoke", "plate", plate.id),
        };
        tx.audit(entry.because(reason).detail(detail));
        Ok(next)
    }
}

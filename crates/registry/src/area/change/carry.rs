//! Carries a planned change out: makes the new areas, lets every fact go on at its area's heir, ends the old ones.

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Context, Micros, Problem, Result, Tx};
use uuid::Uuid;

use super::store::{self, Fact, Moved, Standing};
use super::{Change, Plan, Step};
use crate::area::{Area, AreaKind, path_of, store as areas};
use crate::membership::store as memberships;
use crate::organisation::store as organisations;

/// At most this many rows go on elsewhere with one change: more would keep everybody else waiting.
pub const MOST_ROWS: usize = 20_000;

/// Carries `plan` out; tells how many rows went on elsewhere.
///
/// # Errors
/// [`Kind::Conflict`] where more than [`MOST_ROWS`] would have to, where people would end up in no village, or where an
/// area is younger than the change.
pub async fn carry(tx: &mut Tx, cx: Context<'_>, plan: &Plan, change: &Change) -> Result<usize> {
    store::insert(tx, change).await?;
    for (made, origin) in &plan.makes {
        if !areas::insert(tx, made).await? && !store::revive(tx, made).await? {
            return Err(Problem::new(Kind::Conflict, "area-taken").into());
        }
        note(tx, change, made, origin, true).await?;
    }
    for (before, after) in &plan.amends {
        amend(tx, change, before, after).await?;
    }
    let mut carrier = Carrier { cx, change, rows: 0 };
    for end in &plan.ends {
        carrier.area(tx, &end.area, &end.heir).await?;
        store::end_area(tx, &end.area.id, change.valid_from, &end.heir).await?;
        note(tx, change, &end.area, &end.heir, false).await?;
    }
    store::settle_heirs(tx, &plan.county).await?;
    let ended = plan.ends.iter().any(|end| end.area.shape.is_some());
    let made = plan.makes.iter().any(|(made, _)| made.shape.is_some());
    if ended || made || plan.amends.iter().any(|(before, after)| before.shape != after.shape) {
        areas::shapes_changed(tx, &plan.county).await?;
    }
    Ok(carrier.rows)
}

async fn note(tx: &mut Tx, change: &Change, area: &Area, heir: &str, made: bool) -> Result<()> {
    let step = Step {
        change: change.id,
        area: area.id.clone(),
        heir: heir.to_owned(),
        made,
        name: area.name.clone(),
        households: area.households,
        shape: if made { None } else { area.shape.clone() },
    };
    store::insert_step(tx, &change.county, &step).await
}

async fn amend(tx: &mut Tx, change: &Change, before: &Area, after: &Area) -> Result<()> {
    if before.name != after.name {
        store::remember_name(tx, before, change.id, change.valid_from).await?;
    }
    store::amend(tx, after).await?;
    note(tx, change, before, &before.id, false).await
}

struct Carrier<'a> {
    cx: Context<'a>,
    change: &'a Change,
    rows: usize,
}

impl Carrier<'_> {
    /// Lets everything that stands at an area go on at its heir.
    async fn area(&mut self, tx: &mut Tx, area: &Area, heir: &str) -> Result<()> {
        let dwelling = path_of(heir).matches('/').count() > AreaKind::Village as usize;
        for fact in Fact::ALL {
            let rows = store::standing(tx, fact, &area.id, self.change.valid_from).await?;
            if !dwelling && !rows.is_empty() && matches!(fact, Fact::Residence | Fact::Household) {
                return Err(Problem::new(Kind::Conflict, "area-change-homes").into());
            }
            for row in rows {
                self.row(tx, fact, row, (&area.id, heir)).await?;
            }
        }
        Ok(())
    }

    async fn row(
        &mut self,
        tx: &mut Tx,
        fact: Fact,
        row: Standing,
        (area, heir): (&str, &str),
    ) -> Result<()> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Problem::new(Kind::Conflict, "area-change-large").into());
        }
        let at = (row.county.as_str(), row.id);
        let began = row.valid_from < self.change.valid_from;
        let became = match fact.dated().filter(|_| began) {
            Some(dated) => {
                let new = self.cx.app.ids().new_id(self.cx.now);
                store::go_on(tx, dated, at, new, heir, self.change.valid_from).await?;
                new
            }
            None if fact == Fact::Organisation => {
                self.organisation(tx, at, heir).await?;
                row.id
            }
            // What begins with the change, or has no days of its own, only stands elsewhere.
            None => {
                store::place(tx, fact, at, heir).await?;
                row.id
            }
        };
        let moved = Moved {
            what: fact.code().to_owned(),
            was: row.id,
            became,
            area: area.to_owned(),
            heir: heir.to_owned(),
            row_county: row.county,
        };
        store::insert_moved(tx, &self.change.county, self.change.id, &moved).await
    }

    async fn organisation(&self, tx: &mut Tx, (county, id): (&str, Uuid), heir: &str) -> Result<()> {
        let Some(before) = organisations::organisation(tx, county, id).await? else { return Ok(()) };
        let mut after = before.clone();
        after.area = heir.to_owned();
        after.path = path_of(heir);
        let day: Micros = self.change.valid_from;
        organisations::change(tx, &before, &after, day, &self.change.reason).await?;
        store::followed(tx, county, id, day, self.change.id).await?;
        memberships::follow(tx, id, &after.path).await
    }
}

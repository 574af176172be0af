//! Takes a change back, to the letter: as if it had never been made. What happened since in the areas it made is not
//! thrown away: while anything but what went on there stands in them, the change stays.

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Context, Problem, Result, Tx};

use super::store::{self, Fact, Moved};
use super::{Change, Step};
use crate::area::outline::{stored, with_outline};
use crate::area::{Area, path_of, store as areas};
use crate::membership::store as memberships;

fn conflict(code: &'static str) -> lianxin_foundation::Error {
    Problem::new(Kind::Conflict, code).into()
}

/// Takes `change` back.
///
/// # Errors
/// [`Kind::Conflict`] when it was undone already, when a later change touched the same areas, or when something new
/// stands in an area it made.
pub async fn undo(tx: &mut Tx, cx: Context<'_>, change: &Change) -> Result<()> {
    if change.undone_at.is_some() {
        return Err(conflict("area-undone-already"));
    }
    let steps = store::steps(tx, &change.county, change.id).await?;
    let areas: Vec<&str> = steps.iter().flat_map(|step| [step.area.as_str(), step.heir.as_str()]).collect();
    if store::touched_since(tx, change, &areas).await? {
        return Err(conflict("area-undo-later"));
    }
    for moved in store::moved(tx, &change.county, change.id).await? {
        take_back(tx, change, &moved).await?;
    }
    for made in steps.iter().filter(|step| step.made) {
        require_empty(tx, made, change).await?;
        store::end_area(tx, &made.area, change.valid_from, &made.heir).await?;
    }
    for step in steps.iter().filter(|step| !step.made) {
        if step.area == step.heir {
            give_back(tx, step).await?;
        } else {
            store::reopen_area(tx, &step.area).await?;
        }
    }
    store::forget_names(tx, &change.county, change.id).await?;
    store::settle_heirs(tx, &change.county).await?;
    store::set_undone(tx, &change.county, change.id, cx.now, &cx.who.name).await?;
    areas::shapes_changed(tx, &change.county).await
}

async fn take_back(tx: &mut Tx, change: &Change, moved: &Moved) -> Result<()> {
    let Some(fact) = Fact::from_code(&moved.what) else { return Err(conflict("area-undo-later")) };
    let at = (moved.row_county.as_str(), moved.was);
    match fact.dated() {
        Some(dated) if moved.was != moved.became => {
            store::go_back(tx, dated, &moved.row_county, moved.was, moved.became).await
        }
        Some(_) => store::place(tx, fact, at, &moved.area).await,
        // Somebody may have put it elsewhere since: there it stays.
        None => {
            let now = store::stands_at(tx, fact, &moved.row_county, moved.was).await?;
            if now.as_deref() == Some(moved.heir.as_str()) {
                store::place(tx, fact, at, &moved.area).await?;
                if fact == Fact::Organisation {
                    store::forget_followed(tx, &moved.row_county, moved.was, change.id).await?;
                    memberships::follow(tx, moved.was, &path_of(&moved.area)).await?;
                }
            }
            Ok(())
        }
    }
}

/// Gives an area that stayed its name, households and outline back. Its middle is the outline's: it has none without.
async fn give_back(tx: &mut Tx, step: &Step) -> Result<()> {
    let Some(now) = areas::area(tx, &step.area).await? else { return Ok(()) };
    let mut before = Area { name: step.name.clone(), households: step.households, ..now };
    if before.shape != step.shape {
        before.shape.clone_from(&step.shape);
        let outline = stored(&before);
        before = Area { shape: step.shape.clone(), ..with_outline(before, outline.as_ref()) };
    }
    store::amend(tx, &before).await
}

/// Refuses while anything stands in an area that the change made.
async fn require_empty(tx: &mut Tx, made: &Step, change: &Change) -> Result<()> {
    for fact in Fact::ALL {
        if !store::standing(tx, fact, &made.area, change.valid_from).await?.is_empty() {
            return Err(conflict("area-undo-used"));
        }
    }
    let within = store::within(tx, &path_of(&made.area), 2).await?;
    match within.iter().any(|area| area.id != made.area && area.valid_from > change.valid_from) {
        true => Err(conflict("area-undo-used")),
        false => Ok(()),
    }
}

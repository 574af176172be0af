//! Who is to come to a sitting of a mediation: the staff of organisations that take part hear of it, and the reporter is
//! told by number. People who take part have no account: their invitations are printed.

use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::News;
use super::spread::What;
use super::store::ToTell;
use crate::Matters;
use crate::disputes::store;
use crate::model::Matter;

/// What stands in [`ToTell::seq`] where it is about a sitting: no event of a matter has this number.
const SITTING: i64 = 0;

/// Notes, in the transaction that arranges it, that people have to be told of a sitting.
pub(crate) async fn note(tx: &mut Tx, county: &str, matter: Uuid, session: Uuid, at: Micros) -> Result<()> {
    let told = ToTell { county: county.to_owned(), event: session, matter, seq: SITTING, at };
    super::store::note(tx, &told).await
}

/// Whether it is about a sitting.
pub(super) fn is_one(told: &ToTell) -> bool {
    told.seq == SITTING
}

/// Tells of a sitting that is still to come.
pub(super) async fn tell(
    tx: &mut Tx,
    matters: &Matters,
    matter: &Matter,
    told: &ToTell,
    now: Micros,
) -> Result<()> {
    let Some(session) = store::session(tx, &told.county, told.event).await? else { return Ok(()) };
    if session.at <= now {
        return Ok(());
    }
    let what = |news| What { matters, matter, event: told.event, news, at: told.at, emergency: false };
    for organisation in store::invited_organisations(tx, &told.county, session.id).await? {
        what(News::Invited).tell(tx, Some(organisation), None, now).await?;
    }
    what(News::Sitting).tell(tx, None, None, now).await
}

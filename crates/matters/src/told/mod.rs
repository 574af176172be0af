//! Who is told what, when, and how.
//!
//! - [`news`]: the one table of what is news for whom; [`choice`]: how a person wants to be told;
//! - [`spread`]: an event's people are worked out after it, from a row written with it, once: each gets a notice
//!   within the program, and a letter for every way they chose;
//! - [`remind`], [`calls`]: one reminder before something is late; [`sittings`]: who is to come to a mediation;
//! - [`writer`]: letters put into the reader's words, their addresses opened on record;
//! - [`worker`]: all of it, every few seconds; [`actions`]: what people do with it; [`calendar`], [`feed`]: what
//!   other programs read.

pub mod actions;
pub mod calendar;
pub(crate) mod calls;
pub mod choice;
pub mod feed;
pub mod news;
pub mod remind;
pub(crate) mod sittings;
pub mod spread;
pub mod store;
pub mod worker;
pub mod writer;

use lianxin_foundation::vault::OpenError;
use lianxin_foundation::{App, Result, Tx};
use uuid::Uuid;

pub use choice::Choice;
pub use news::News;

use crate::model::{Event, Matter};

/// Notes, in the transaction that writes it, that an event has to be told.
pub(crate) async fn note(tx: &mut Tx, matter: &Matter, event: &Event) -> Result<()> {
    let (county, seq, at) = (matter.county.clone(), event.seq, event.at);
    store::note(tx, &store::ToTell { county, event: event.id, matter: matter.id, seq, at }).await
}

/// An address of one's own, `email` or `phone`, for its owner's page.
pub(crate) fn opened_contact(
    app: &App,
    column: &str,
    account: Uuid,
    sealed: Option<&[u8]>,
) -> Result<Option<String>, OpenError> {
    sealed.map(|sealed| app.vault().open(&choice::sealed_place(column, account), sealed)).transpose()
}

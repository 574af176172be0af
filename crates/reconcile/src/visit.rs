//! Visits: the doors to knock at, whom to ask about there, and what was found.

use lianxin_foundation::error::While;
use lianxin_foundation::{App, Micros, Result, every};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rules::answers::Stands;
use crate::rules::findings::{Outcome, Side};
use crate::sealed::Listed;

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// Nobody went yet, or questions are left.
    Open,
    /// Nobody was home.
    Again,
    /// Every question is answered.
    Done,
}

every! {
    /// Every state.
    VisitState {
        Open  = "open",  "visit-state-open";
        Again = "again", "visit-state-again";
        Done  = "done",  "visit-state-done";
    }
}

/// A door to knock at for a campaign.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Visit {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// For which campaign.
    pub campaign: Uuid,
    /// Where it lies, as far as that is known.
    pub path: String,
    /// Whether that is known well enough for somebody to go there.
    pub placed: bool,
    /// The registry's household behind the door, where there is one.
    pub household: Option<Uuid>,
    /// The address, sealed.
    pub sealed_address: Vec<u8>,
    /// What to know before knocking, sealed.
    pub sealed_note: Option<Vec<u8>>,
    /// [`VisitState`]'s code.
    pub state: String,
    /// How often nobody was home.
    pub tries: i64,
    /// When that was last.
    pub tried_at: Option<Micros>,
    /// When it was made.
    pub made_at: Micros,
    /// When its last question was answered.
    pub done_at: Option<Micros>,
}

impl Visit {
    /// Where it stands; a state of a newer program counts as open.
    pub fn state(&self) -> VisitState {
        VisitState::from_code(&self.state).unwrap_or(VisitState::Open)
    }

    /// Its address as written.
    pub(crate) fn address(&self, app: &App) -> Result<String> {
        let place = address_place(self.id);
        app.vault().open(&place, &self.sealed_address).while_doing(format!("opening {place}"))
    }

    /// What to know before knocking; empty where nothing was noted.
    pub(crate) fn note(&self, app: &App) -> Result<String> {
        let place = note_place(self.id);
        let note = self.sealed_note.as_ref().map(|sealed| app.vault().open(&place, sealed));
        Ok(note.transpose().while_doing(format!("opening {place}"))?.unwrap_or_default())
    }
}

/// What a visit's note is sealed for.
pub(crate) fn note_place(visit: Uuid) -> String {
    format!("visit.sealed_note/{visit}")
}

/// What a visit's address is sealed for.
pub(crate) fn address_place(visit: Uuid) -> String {
    format!("visit.sealed_address/{visit}")
}

/// A person to ask about at a door.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Question {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// For which campaign.
    pub campaign: Uuid,
    /// At which door.
    pub visit: Uuid,
    /// [`Side`]'s code.
    pub kind: String,
    /// Who of the registry they are, or may be.
    pub person: Option<Uuid>,
    /// [`Outcome`]'s code, once something was found.
    pub outcome: Option<String>,
    /// What was found, sealed.
    pub sealed: Option<Vec<u8>>,
    /// Whether the registry was corrected by it.
    pub changed: bool,
    /// Who found it.
    pub found_by: Option<Uuid>,
    /// When.
    pub found_at: Option<Micros>,
    /// The home that ended when the finding moved them here.
    pub home_before: Option<Uuid>,
    /// The home that began then.
    pub home_since: Option<Uuid>,
}

impl Question {
    /// Which side told of them; a kind of a newer program counts as met.
    pub fn side(&self) -> Side {
        Side::from_code(&self.kind).unwrap_or(Side::Met)
    }

    /// What was found.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.as_deref().and_then(Outcome::from_code)
    }

    /// The move within the county that the finding made, where taking it back undoes it: the home before, and the one since.
    pub fn moved(&self) -> Option<(Uuid, Uuid)> {
        self.home_before.zip(self.home_since).filter(|_| self.outcome() == Some(Outcome::Lives))
    }

    /// How it stands.
    pub fn stands(&self) -> Stands {
        // What a newer program found is found.
        let unknown = self.outcome.is_some() && self.outcome().is_none();
        if unknown { Stands::Settled } else { Stands::after(self.outcome()) }
    }
}

/// What was found of somebody, as far as it is personal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What is right about them; empty where it was not asked.
    pub is: Listed,
    /// Where they moved to, as told.
    pub to: String,
    /// The last day they lived here, `2026-11-01`, where told.
    pub last: String,
    /// What to know of it, for those who go there; no office is told.
    #[serde(default)]
    pub note: String,
}

impl Found {
    /// Seals it for its question.
    pub(crate) fn sealed(&self, app: &App, question: Uuid) -> Result<Vec<u8>> {
        let text = serde_json::to_string(self).while_doing("writing what was found")?;
        Ok(app.vault().seal(app.ids(), &found_place(question), &text))
    }

    /// Opens what was sealed for the question.
    pub(crate) fn opened(app: &App, question: Uuid, sealed: &[u8]) -> Result<Found> {
        let place = found_place(question);
        let text = app.vault().open(&place, sealed).while_doing(format!("opening {place}"))?;
        serde_json::from_str(&text).while_doing(format!("reading {place}"))
    }
}

fn found_place(question: Uuid) -> String {
    format!("visit_question.sealed/{question}")
}

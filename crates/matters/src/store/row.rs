//! Rows as the engines give them.

use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Micros, Result};
use uuid::Uuid;

use crate::model::{Channel, ClosedBy, Event, Matter, Party, Status};
use crate::rules::Step;

/// The columns of [`MatterRow`], for a table called `m`.
pub(crate) const COLUMNS: &str = "m.county, m.id, m.number, m.category, m.text, m.sealed_text, m.place, \
    m.sealed_address, m.sealed_name, m.sealed_phone, m.sealed_email, m.attributes, m.channel, m.language, m.area, \
    m.path, m.lon, m.lat, m.status, m.unit, m.level, m.first_unit, m.settled_level, m.entered_by, m.enterprise, m.created_at, \
    m.dispatched_at, m.responded_at, m.resolved_at, m.closed_at, m.closed_by, m.solved, m.satisfied, \
    m.responded_in_time, m.respond_due, m.resolve_due, m.climb_due, m.next_due, m.paused_at, m.hops, m.reopened, \
    m.objections, m.events, m.version";

/// A matter as stored.
#[derive(sqlx::FromRow)]
pub(crate) struct MatterRow {
    county: String,
    pub(crate) id: Uuid,
    pub(crate) number: String,
    category: String,
    text: String,
    sealed_text: Option<Vec<u8>>,
    place: String,
    sealed_address: Option<Vec<u8>>,
    sealed_name: Option<Vec<u8>>,
    sealed_phone: Option<Vec<u8>>,
    sealed_email: Option<Vec<u8>>,
    attributes: String,
    channel: String,
    language: String,
    area: String,
    path: String,
    lon: Option<f64>,
    lat: Option<f64>,
    status: String,
    unit: Option<Uuid>,
    level: Option<i64>,
    first_unit: Option<Uuid>,
    settled_level: Option<i64>,
    entered_by: Option<Uuid>,
    enterprise: Option<Uuid>,
    created_at: Micros,
    dispatched_at: Option<Micros>,
    responded_at: Option<Micros>,
    resolved_at: Option<Micros>,
    closed_at: Option<Micros>,
    closed_by: Option<String>,
    solved: Option<bool>,
    satisfied: Option<bool>,
    responded_in_time: Option<bool>,
    respond_due: Option<Micros>,
    resolve_due: Option<Micros>,
    climb_due: Option<Micros>,
    next_due: Option<Micros>,
    paused_at: Option<Micros>,
    hops: i64,
    reopened: i64,
    objections: i64,
    events: i64,
    version: i64,
}

/// A stored code that this program does not know: the database is newer, or was edited.
fn known<T>(found: Option<T>, code: &str, id: Uuid) -> Result<T> {
    found.ok_or_else(|| Error::failed(format!("reading matter {id}"), format!("unknown code {code:?}")))
}

impl MatterRow {
    /// The matter it holds.
    pub(crate) fn read(self) -> Result<Matter> {
        let id = self.id;
        let closed_by = match &self.closed_by {
            Some(code) => Some(known(ClosedBy::from_code(code), code, id)?),
            None => None,
        };
        Ok(Matter {
            status: known(Status::from_code(&self.status), &self.status, id)?,
            channel: known(Channel::from_code(&self.channel), &self.channel, id)?,
            attributes: serde_json::from_str(&self.attributes)
                .while_doing(format!("reading the attributes of matter {id}"))?,
            closed_by,
            county: self.county,
            id,
            number: self.number,
            category: self.category,
            text: self.text,
            sealed_text: self.sealed_text,
            place: self.place,
            sealed_address: self.sealed_address,
            sealed_name: self.sealed_name,
            sealed_phone: self.sealed_phone,
            sealed_email: self.sealed_email,
            language: self.language,
            area: self.area,
            path: self.path,
            lon: self.lon,
            lat: self.lat,
            unit: self.unit,
            level: self.level,
            first_unit: self.first_unit,
            settled_level: self.settled_level,
            entered_by: self.entered_by,
            enterprise: self.enterprise,
            created_at: self.created_at,
            dispatched_at: self.dispatched_at,
            responded_at: self.responded_at,
            resolved_at: self.resolved_at,
            closed_at: self.closed_at,
            solved: self.solved,
            satisfied: self.satisfied,
            responded_in_time: self.responded_in_time,
            respond_due: self.respond_due,
            resolve_due: self.resolve_due,
            climb_due: self.climb_due,
            next_due: self.next_due,
            paused_at: self.paused_at,
            hops: self.hops,
            reopened: self.reopened,
            objections: self.objections,
            events: self.events,
            version: self.version,
        })
    }
}

/// The columns of [`EventRow`], for a table called `e`.
pub(crate) const EVENT_COLUMNS: &str = "e.matter, e.seq, e.id, e.at, e.kind, e.actor, e.actor_kind, e.actor_name, \
    e.unit, e.unit_name, e.level, e.status, e.note, e.sealed_note, e.detail, e.salts";

/// An event as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct EventRow {
    pub(crate) matter: Uuid,
    pub(crate) seq: i64,
    pub(crate) id: Uuid,
    pub(crate) at: Micros,
    pub(crate) kind: String,
    pub(crate) actor: Option<Uuid>,
    pub(crate) actor_kind: String,
    pub(crate) actor_name: String,
    pub(crate) unit: Option<Uuid>,
    pub(crate) unit_name: Option<String>,
    pub(crate) level: Option<i64>,
    pub(crate) status: String,
    pub(crate) note: Option<String>,
    pub(crate) sealed_note: Option<Vec<u8>>,
    pub(crate) detail: String,
    /// What its words were hashed with, by name, as JSON.
    pub(crate) salts: Option<String>,
}

impl EventRow {
    /// An event as it will be stored, without salts yet.
    pub(crate) fn of(matter: Uuid, event: &Event) -> EventRow {
        EventRow {
            matter,
            seq: event.seq,
            id: event.id,
            at: event.at,
            kind: event.kind.code().to_owned(),
            actor: event.actor,
            actor_kind: event.party.code().to_owned(),
            actor_name: event.actor_name.clone(),
            unit: event.unit,
            unit_name: event.unit_name.clone(),
            level: event.level,
            status: event.status.code().to_owned(),
            note: event.note.clone(),
            sealed_note: event.sealed_note.clone(),
            detail: serde_json::to_value(&event.detail).unwrap_or_default().to_string(),
            salts: None,
        }
    }

    /// The event it holds.
    pub(crate) fn read(self) -> Result<Event> {
        let id = self.id;
        Ok(Event {
            kind: known(Step::from_code(&self.kind), &self.kind, id)?,
            party: known(Party::from_code(&self.actor_kind), &self.actor_kind, id)?,
            status: known(Status::from_code(&self.status), &self.status, id)?,
            detail: serde_json::from_str(&self.detail).while_doing(format!("reading event {id}"))?,
            seq: self.seq,
            id,
            at: self.at,
            actor: self.actor,
            actor_name: self.actor_name,
            unit: self.unit,
            unit_name: self.unit_name,
            level: self.level,
            note: self.note,
            sealed_note: self.sealed_note,
        })
    }
}

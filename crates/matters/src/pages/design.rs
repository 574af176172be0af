//! The design system's page: real parts, made from a matter that never was.

use lianxin_foundation::clock::{DAY, HOUR, Micros};
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::still::DesignPage;
use super::view::{Chip, Errors, Life, Reader, Told};
use crate::category::Catalogue;
use crate::model::{Channel, ClosedBy, Detail, Event, Matter, Party, Status};
use crate::rules::Step;

/// The icons of web/icons.
pub(super) const ICONS: [&str; 35] = [
    "back", "big", "camera", "chart", "chat", "check", "climb", "clock", "copy", "cross", "download", "edit",
    "eye", "filter", "heart", "home", "info", "link", "list", "lock", "map", "menu", "moon", "next", "out",
    "people", "person", "phone", "pin", "plus", "print", "search", "sun", "tree", "warning",
];

/// The page.
pub(super) fn page(s: Shell, catalogue: &Catalogue) -> DesignPage {
    let now = s.now;
    let unit = s.t("unit-none");
    let chips = states(now).iter().map(|matter| Chip::of(&s, matter, &unit)).collect();
    let matter = Matter {
        hops: 1,
        climb_due: Some(now + 20 * HOUR),
        resolve_due: Some(now + 40 * HOUR),
        ..blank(Status::Accepted, now)
    };
    let events = life(now, &unit);
    let told = events.iter().map(|event| Told { event, internal: None, pictures: Vec::new() }).collect();
    DesignPage {
        chips,
        errors: Errors::one("sample", &s.t("matter-place-missing")),
        life: Life::new(&s, catalogue, &matter, &unit, told, Reader::Staff),
        icons: DesignPage::icons(&s),
        s,
    }
}

/// One matter in every standing a chip can say.
fn states(now: Micros) -> Vec<Matter> {
    let accepted = |due| Matter { resolve_due: Some(due), ..blank(Status::Accepted, now) };
    let closed = |by| Matter { closed_by: Some(by), ..blank(Status::Closed, now) };
    vec![
        Matter { respond_due: Some(now + 2 * DAY), ..blank(Status::Dispatched, now) },
        accepted(now + 3 * DAY),
        accepted(now + 1),
        accepted(now - 2 * DAY),
        Matter { hops: 1, ..accepted(now + 3 * DAY) },
        Matter { paused_at: Some(now), ..blank(Status::Waiting, now) },
        blank(Status::Resolved, now),
        closed(ClosedBy::Reporter),
        closed(ClosedBy::TimeOut),
        blank(Status::Dismissed, now),
    ]
}

fn life(now: Micros, unit: &str) -> Vec<Event> {
    let steps = [
        (Step::Report, Party::Reporter, Status::Received),
        (Step::Dispatch, Party::Program, Status::Dispatched),
        (Step::Accept, Party::Unit, Status::Accepted),
        (Step::Idle, Party::Program, Status::Accepted),
        (Step::Climb, Party::Program, Status::Dispatched),
    ];
    let event = |(seq, (kind, party, status)): (i64, (Step, Party, Status))| Event {
        seq,
        id: Uuid::nil(),
        at: now - (6 - seq) * 9 * HOUR,
        kind,
        actor: None,
        party,
        actor_name: unit.to_owned(),
        unit: None,
        unit_name: Some(unit.to_owned()),
        level: None,
        status,
        note: None,
        sealed_note: None,
        detail: Detail { idle_hours: (kind == Step::Idle).then_some(9), ..Detail::default() },
    };
    (1..).zip(steps).map(event).collect()
}

/// A matter without a story.
fn blank(status: Status, now: Micros) -> Matter {
    Matter {
        county: String::new(),
        id: Uuid::nil(),
        number: String::new(),
        category: String::new(),
        text: String::new(),
        sealed_text: None,
        place: String::new(),
        sealed_address: None,
        sealed_name: None,
        sealed_phone: None,
        sealed_email: None,
        attributes: serde_json::Value::Null,
        channel: Channel::Web,
        language: String::new(),
        area: String::new(),
        path: String::new(),
        lon: None,
        lat: None,
        status,
        unit: Some(Uuid::nil()),
        level: Some(4),
        first_unit: None,
        settled_level: None,
        entered_by: None,
        enterprise: None,
        created_at: now,
        dispatched_at: None,
        responded_at: None,
        resolved_at: None,
        closed_at: None,
        closed_by: None,
        solved: None,
        satisfied: None,
        responded_in_time: None,
        respond_due: None,
        resolve_due: None,
        climb_due: None,
        next_due: None,
        paused_at: None,
        hops: 0,
        reopened: 0,
        objections: 0,
        events: 0,
        version: 0,
    }
}

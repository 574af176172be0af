//! Made-up matters with whole lives. Nothing is put together by hand: every step is one that the rules
//! allow, facts and deadlines follow from it as they do in the program, and what is due by the clock
//! happens by the clock. Only the writing is done in bulk.

use std::collections::HashMap;
use std::sync::Arc;

use lianxin_foundation::clock::{DAY, HOUR, MINUTE, Micros, civil};
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::{App, Clock};
use lianxin_matters::Matters;
use lianxin_matters::category::Category;
use lianxin_matters::model::{Channel, Detail, Event, Matter, Party, Status};
use lianxin_matters::rules::clock::Deadlines;
use lianxin_matters::rules::{Step, advance, facts};
use serde_json::json;
use uuid::{Builder, Uuid};

use super::super::demo::data::Story;
use super::load::{County, Unit};
use super::seed::Seed;

/// Something a person will do next.
struct Move {
    at: Micros,
    step: Step,
    by: Party,
}

/// A matter with everything that happened to it.
pub(super) struct Life {
    pub(super) matter: Matter,
    pub(super) events: Vec<Event>,
    /// What is stored of the reporter's secret, and of the telephone number to search by.
    pub(super) secret: [u8; 32],
    pub(super) phone_key: Option<Vec<u8>>,
    category: Arc<Category>,
    /// Who answers for it, the lowest level first, and which of them has it.
    units: Arc<[Unit]>,
    at: usize,
    moved_at: Micros,
}

/// Makes lives, the same ones in every run.
pub(super) struct Teller<'a> {
    app: &'a App,
    matters: &'a Matters,
    county: &'a County,
    stories: &'a [Story],
    seed: Seed,
    now: Micros,
    /// How many matters have a number of each day.
    numbered: HashMap<String, u64>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        app: &'a App,
        matters: &'a Matters,
        county: &'a County,
        stories: &'a [Story],
    ) -> Teller<'a> {
        let now = Clock::now(app.clock());
        Teller { app, matters, county, stories, seed: Seed::new(421_223), now, numbered: HashMap::new() }
    }

    /// When the `nth` of `all` matters of the last year came in: evenly over the days, by daylight.
    pub(super) fn came_in(&mut self, nth: usize, all: usize) -> Micros {
        let days = (365.0 * nth as f64 / all as f64) as i64;
        let midnight = self.now - 365 * DAY + days * DAY;
        let hours = 6.0 + 8.0 * (self.seed.share() + self.seed.share());
        (midnight + (hours * HOUR as f64) as i64).min(self.now - MINUTE)
    }

    /// One matter that came in then, lived up to now.
    pub(super) fn tell(&mut self, came_in: Micros) -> Result<Life> {
        let mut life = self.begin(came_in)?;
        self.take(&mut life, Move { at: came_in, step: Step::Report, by: Party::Reporter })?;
        if !life.units.is_empty() {
            self.take(&mut life, Move { at: came_in, step: Step::Dispatch, by: Party::Program })?;
        }
        loop {
            let planned = self.plan(&life);
            let by_clock = life.matter.next_due.map(|at| tick(&life, at));
            let next = match (planned, by_clock) {
                (Some(planned), Some(by_clock)) if by_clock.at <= planned.at => by_clock,
                (Some(planned), _) => planned,
                (None, Some(by_clock)) => by_clock,
                (None, None) => return Ok(life),
            };
            if next.at > self.now {
                return Ok(life);
            }
            self.take(&mut life, next)?;
        }
    }

    fn begin(&mut self, at: Micros) -> Result<Life> {
        let seed = &mut self.seed;
        let story = seed.one_of(self.stories);
        let lost = || Error::failed("making up a matter", format!("no category {}", story.category));
        let category = self.matters.catalogue.get(&story.category).ok_or_else(lost)?;
        let place = seed.skewed(&self.county.places);
        let id = made_id(seed, at);
        let phone = (seed.share() < 0.7).then(|| format!("138{:08}", seed.next() % 100_000_000));
        let vault = self.app.vault();
        let seal = |field: &str, plain: &str| {
            Some(vault.seal(self.app.ids(), &format!("matter.sealed_{field}/{id}"), plain))
        };
        let matter = Matter {
            county: self.county.code.clone(),
            id,
            number: String::new(),
            category: category.code.clone(),
            text: if category.private { String::new() } else { story.text.clone() },
            sealed_text: if category.private { seal("text", &story.text) } else { None },
            place: story.place_hint.clone(),
            sealed_address: None,
            sealed_name: seal("name", &story.reporter),
            sealed_phone: phone.as_deref().and_then(|phone| seal("phone", phone)),
            sealed_email: None,
            attributes: json!({}),
            channel: Channel::from_code(&story.channel).unwrap_or(Channel::Web),
            language: "zh-CN".to_owned(),
            area: place.area.clone(),
            path: place.path.clone(),
            lon: place.lon,
            lat: place.lat,
            status: Status::Received,
            unit: None,
            level: None,
            first_unit: None,
            settled_level: None,
            entered_by: None,
            enterprise: None,
            created_at: at,
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
        };
        Ok(Life {
            matter: Matter { number: self.number(at), ..matter },
            events: Vec::with_capacity(6),
            secret: self.seed.bytes(),
            phone_key: phone.map(|phone| vault.search_key("phone", &phone)),
            units: self.county.units(&category.code, &place.village),
            category,
            at: 0,
            moved_at: at,
        })
    }

    /// A number of the day that no other matter has: 7919 and 1,000,000 have no divisor in common.
    fn number(&mut self, at: Micros) -> String {
        let day = civil(at).strftime("%y%m%d").to_string();
        let count = self.numbered.entry(day.clone()).or_default();
        *count += 1;
        format!("{day}-{:06}", *count * 7919 % 1_000_000)
    }

    /// What people will do next, unless the clock comes first. Most are in time; some are not.
    fn plan(&mut self, life: &Life) -> Option<Move> {
        let seed = &mut self.seed;
        let (matter, from) = (&life.matter, life.moved_at);
        let pace = if seed.share() < 0.93 { seed.between(0.02, 0.9) } else { seed.between(1.1, 1.8) };
        let towards = |due: Option<Micros>, pace: f64| {
            let span = due.filter(|due| *due > from).map_or(DAY, |due| due - from);
            from + MINUTE + (span as f64 * pace) as i64
        };
        let after = |span: Micros, pace: f64| from + MINUTE + (span as f64 * pace) as i64;
        let luck = seed.share();
        let (at, step, by) = match matter.status {
            Status::Received => (after(HOUR, pace), Step::Dispatch, Party::Dispatcher),
            Status::Dispatched if luck < 0.01 => (after(HOUR, pace), Step::Withdraw, Party::Reporter),
            Status::Dispatched if luck < 0.03 => {
                (towards(matter.respond_due, 0.5), Step::Object, Party::Unit)
            }
            Status::Dispatched => (towards(matter.respond_due, pace), Step::Accept, Party::Unit),
            Status::Objected if luck < 0.1 => (after(2 * HOUR, pace), Step::Dismiss, Party::Dispatcher),
            Status::Objected => (after(2 * HOUR, pace), Step::Dispatch, Party::Dispatcher),
            Status::Accepted if luck < 0.04 => (after(6 * HOUR, pace), Step::Ask, Party::Unit),
            Status::Accepted if luck < 0.06 => (after(4 * HOUR, pace), Step::HandOver, Party::Unit),
            Status::Accepted => (towards(matter.climb_due, pace), Step::Resolve, Party::Unit),
            Status::Waiting => (after(2 * DAY, pace), Step::Answer, Party::Reporter),
            Status::Resolved if luck < 0.03 => (after(3 * DAY, pace), Step::ConfirmUnsolved, Party::Reporter),
            Status::Resolved if luck < 0.60 => (after(3 * DAY, pace), Step::ConfirmSolved, Party::Reporter),
            Status::Resolved if luck < 0.72 => (after(4 * DAY, pace), Step::ConfirmSolved, Party::Dispatcher),
            Status::Reopened => (after(4 * HOUR, pace), Step::Dispatch, Party::Supervisor),
            Status::Resolved | Status::Closed | Status::Withdrawn | Status::Dismissed | Status::Merged => {
                return None;
            }
        };
        Some(Move { at, step, by })
    }

    /// Takes a step: the event, and what follows from it.
    fn take(&mut self, life: &mut Life, next: Move) -> Result<()> {
        let Move { at, step, by } = next;
        let matter = &mut life.matter;
        let status = match step {
            Step::Report => Status::Received,
            _ => advance(matter.status, step, by).map_err(|why| {
                let from = matter.status.code();
                Error::failed(
                    "making up a matter",
                    format!("{} from {from} by {}: {why:?}", step.code(), by.code()),
                )
            })?,
        };
        let last = life.units.len().saturating_sub(1);
        let has_it = match (matter.status, step) {
            (_, Step::Report) => None,
            (Status::Received, Step::Dispatch) => Some(0),
            (_, Step::Dispatch | Step::Climb) => Some((life.at + 1).min(last)),
            (_, Step::HandOver) => Some(last),
            _ => matter.unit.map(|_| life.at),
        };
        life.at = has_it.unwrap_or(0);
        let unit = has_it.and_then(|at| life.units.get(at));
        let limits = life.category.limits;
        let deadlines = Deadlines { calendar: &self.matters.calendar, limits };
        let event = Event {
            seq: matter.events + 1,
            id: made_id(&mut self.seed, at),
            at,
            kind: step,
            actor: None,
            party: by,
            actor_name: said_by(by).to_owned(),
            unit: unit.map(|unit| unit.id),
            unit_name: unit.map(|unit| unit.name.clone()),
            level: unit.map(|unit| unit.level),
            status,
            note: words(step),
            sealed_note: None,
            detail: detail(matter, step, at, self.seed.share(), deadlines.idle_hours(life.moved_at, at)),
        };
        facts::apply(matter, &event);
        deadlines.keep(matter, step, at);
        matter.version += 1;
        life.moved_at = at;
        life.events.push(event);
        Ok(())
    }
}

/// What the clock does when a deadline passes, as the program's own does.
fn tick(life: &Life, at: Micros) -> Move {
    let step = match life.matter.status {
        Status::Waiting => Step::Resume,
        Status::Resolved => Step::TimeOut,
        Status::Dispatched | Status::Accepted if life.at + 1 < life.units.len() => Step::Climb,
        _ => Step::Idle,
    };
    Move { at, step, by: Party::Program }
}

fn detail(matter: &Matter, step: Step, at: Micros, luck: f64, idle_hours: i64) -> Detail {
    let none = Detail::default();
    match step {
        Step::Accept => {
            let in_time =
                matter.responded_in_time != Some(false) && matter.respond_due.is_some_and(|due| at <= due);
            Detail { in_time: Some(in_time), ..none }
        }
        Step::Resolve => Detail { in_time: matter.resolve_due.map(|due| at <= due), ..none },
        Step::ConfirmSolved => Detail { solved: Some(true), satisfied: Some(luck < 0.93), ..none },
        Step::ConfirmUnsolved => Detail { solved: Some(false), satisfied: Some(false), ..none },
        Step::Climb | Step::Idle => Detail { idle_hours: Some(idle_hours), ..none },
        _ => none,
    }
}

fn said_by(by: Party) -> &'static str {
    match by {
        Party::Reporter | Party::Program => by.code(),
        Party::Unit | Party::Staff | Party::Called => "演示·经办人",
        Party::Dispatcher => "演示·派单员",
        Party::Supervisor => "演示·督办员",
    }
}

fn words(step: Step) -> Option<String> {
    let words = match step {
        Step::Ask => "请问具体是哪一栋、哪一层？方便的话再拍一张照片，我们好带齐工具上门。",
        Step::Answer => "三栋二单元，从巷子口进来右手边，门口有棵桂花树。",
        Step::Object => "现场看过，不属于本单位的职责范围，请改派。",
        Step::Resolve => "已安排人员到现场处理完毕，当天复查一切正常，有问题请再联系我们。",
        Step::Dismiss => "属于正在诉讼中的事项，请按法院的程序办理。",
        _ => return None,
    };
    Some(words.to_owned())
}

/// An id as if made at that moment.
fn made_id(seed: &mut Seed, at: Micros) -> Uuid {
    let millis = u64::try_from(at / 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &seed.bytes()).into_uuid()
}

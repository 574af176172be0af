//! The demo's matters, played through the real actions under a clock that walks to the present.
//!
//! Each matter has one next thing to happen: a person's move as its story wants it, or the program's
//! own clock when a deadline passes first. All of them wait in one queue, so that events, numbers and
//! the audit trail come in the order of time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::Ipv4Addr;

use lianxin_foundation::clock::{self, DAY, HOUR, MINUTE, Micros};
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::limits::Asker;
use lianxin_foundation::{App, Right, Role, Who};
use lianxin_matters::actions::{
    Accept, AddNote, Ask, CallBack, Dismiss, Dispatch, HandOver, Object, Report, ReporterConfirm, Resolve,
    Withdraw,
};
use lianxin_matters::model::{Channel, Matter, Status};
use lianxin_matters::{Matters, clock_worker, photos, store};
use lianxin_registry::Places;
use lianxin_registry::area::AreaKind;
use lianxin_worktime::Calendar;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::cases::{All, Beside, Scene};
use super::data::{Story, enterprises, stories};
use super::exclusions;
use super::picture;
use super::registry::Registry;
use super::sources;

/// What a person may do next in a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Report,
    Dispatch,
    Accept,
    Note,
    Object,
    Ask,
    HandOver,
    /// What goes on beside it: units called, mediation.
    Beside,
    Resolve,
    Confirm {
        solved: bool,
        satisfied: bool,
    },
    Withdraw,
    Dismiss,
}

/// A story on its way: what was written, and what has come of it so far.
struct Playing {
    story: Story,
    county: String,
    number: u32,
    id: Uuid,
    secret: String,
    noted: bool,
    beside: Beside,
    next: Option<(Micros, Move)>,
}

/// Plays every story up to `now` and counts the matters by where they stand.
pub async fn play(app: &App, registry: &Registry, now: Micros) -> Result<BTreeMap<&'static str, usize>> {
    let matters = Matters::new(Calendar::china().into(), Places::new())?;
    let stage = Stage { app, registry, matters: &matters, now };
    let cases = All::read()?;
    let all = stories()?.into_iter().chain(enterprises()?).enumerate();
    let mut playing: Vec<Playing> = all.map(|(at, story)| begin(story, at, now, &cases)).collect();
    let mut queue: BinaryHeap<Reverse<(Micros, usize)>> = playing
        .iter()
        .enumerate()
        .filter_map(|(which, story)| story.next.map(|(at, _)| Reverse((at, which))))
        .collect();
    while let Some(Reverse((at, which))) = queue.pop() {
        if at > now {
            continue;
        }
        app.clock().set(at);
        let one = &mut playing[which];
        match one.next.filter(|(planned, _)| *planned <= at) {
            Some((_, step)) => stage.make(one, step).await?,
            None => {
                clock_worker::sweep(app, &matters).await?;
            }
        }
        let Some(matter) = stage.find(one).await? else { continue };
        one.next = stage.plan(one, &matter);
        let planned = one.next.map(|(planned, _)| planned);
        if let Some(next) = [planned, matter.next_due].into_iter().flatten().min() {
            queue.push(Reverse((next.max(at + MINUTE), which)));
        }
    }
    app.clock().set(now);
    let (mut counts, mut played) = (BTreeMap::new(), BTreeMap::new());
    for one in &playing {
        if let Some(matter) = stage.find(one).await? {
            *counts.entry(matter.status.code()).or_default() += 1;
            played.insert(one.story.text.clone(), matter);
        }
    }
    sources::fill(app, registry, &played, now).await?;
    exclusions::fill(app, registry, &played).await?;
    Ok(counts)
}

fn begin(story: Story, at: usize, now: Micros, cases: &All) -> Playing {
    let begins = match (story.days_ago, &story.time) {
        (days, Some(time)) if days > 0 => {
            let minutes = time.split_once(':').and_then(|(hour, minute)| {
                Some(hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
            });
            clock::start_of(clock::civil(now - days * DAY).date()) + minutes.unwrap_or(600) * MINUTE
        }
        _ => now - story.minutes_ago.unwrap_or(30) * MINUTE,
    };
    Playing {
        county: story.village[..6].to_owned(),
        number: u32::try_from(at).unwrap_or(0),
        id: Uuid::nil(),
        secret: String::new(),
        noted: story.note.is_none(),
        beside: cases.beside(&story.text),
        next: Some((begins, Move::Report)),
        story,
    }
}

struct Stage<'a> {
    app: &'a App,
    registry: &'a Registry,
    matters: &'a Matters,
    now: Micros,
}

impl Stage<'_> {
    async fn find(&self, one: &Playing) -> Result<Option<Matter>> {
        let mut tx = self.app.db().read().await?;
        let everything = Who::program(&one.county).scope(Right::SeeMatters, self.now);
        store::matter(&mut tx, &everything, &one.county, one.id).await
    }

    /// The next move a person makes, and when; `None` where the story leaves it to the clock.
    fn plan(&self, one: &Playing, matter: &Matter) -> Option<(Micros, Move)> {
        let (now, outcome) = (self.app.clock().now(), one.story.outcome.as_str());
        let in_hours = |hours: i64| now + hours * HOUR + i64::from(one.number % 47) * MINUTE;
        // What must still stand when the demo opens is done a short while before.
        let recent =
            |at: Micros, days: i64| at.max(self.now - days * DAY - i64::from(one.number % 17) * HOUR);
        match matter.status {
            Status::Received => match outcome {
                "new" => None,
                "dismissed" => Some((in_hours(3), Move::Dismiss)),
                _ => Some((in_hours(2), Move::Dispatch)),
            },
            Status::Dispatched => match outcome {
                "new" | "dispatched" | "overdue-climbed" => None,
                "withdrawn" => Some((in_hours(4), Move::Withdraw)),
                "objected" => Some((recent(in_hours(1), 1), Move::Object)),
                "dismissed" => Some((in_hours(1), Move::Object)),
                "handed-over" if matter.unit == self.handed_to(one) => None,
                _ if self.waits(one, matter) => None,
                _ => Some((share(now, matter.respond_due, one.pace(0.3, 0.5, 0.8, 0.97)), Move::Accept)),
            },
            Status::Accepted if !one.beside.next.is_empty() => {
                one.beside.next.front().map(|doing| (now + doing.after_minutes * MINUTE, Move::Beside))
            }
            Status::Accepted if !one.noted => Some((in_hours(0) + 25 * MINUTE, Move::Note)),
            Status::Accepted => match outcome {
                "new" | "dispatched" | "accepted" | "overdue-climbed" => None,
                "withdrawn" => Some((in_hours(4), Move::Withdraw)),
                "waiting" => Some((recent(in_hours(2), 2), Move::Ask)),
                "handed-over" => Some((recent(in_hours(3), 1), Move::HandOver)),
                _ if self.waits(one, matter) => None,
                _ => {
                    let at = share(now, matter.climb_due, one.pace(0.12, 0.4, 0.75, 0.95));
                    let at = match outcome {
                        "resolved" => recent(at, 3),
                        "reopened" => recent(at, 4),
                        _ => at,
                    };
                    Some((at, Move::Resolve))
                }
            },
            Status::Objected if outcome == "dismissed" => Some((in_hours(5), Move::Dismiss)),
            Status::Resolved => {
                let (solved, satisfied) = match outcome {
                    "closed-satisfied" => (true, true),
                    "closed-solved-unsatisfied" => (true, false),
                    "reopened" => {
                        return Some((
                            recent(in_hours(6), 2),
                            Move::Confirm { solved: false, satisfied: false },
                        ));
                    }
                    _ => return None,
                };
                Some((in_hours(3 + i64::from(one.number % 40)), Move::Confirm { solved, satisfied }))
            }
            _ => None,
        }
    }

    /// Whether the story has a higher level settle it than the one that has it now.
    fn waits(&self, one: &Playing, matter: &Matter) -> bool {
        let wanted = one.story.settled_at.as_deref().and_then(AreaKind::from_code).map(AreaKind::level);
        matches!((wanted, matter.level), (Some(wanted), Some(has)) if has > wanted)
    }

    fn handed_to(&self, one: &Playing) -> Option<Uuid> {
        one.story.handed_to.as_ref().and_then(|code| self.registry.organisations.get(code)).copied()
    }

    async fn make(&self, one: &mut Playing, step: Move) -> Result<()> {
        if step == Move::Report {
            return self.report(one).await;
        }
        let Some(matter) = self.find(one).await? else { return Ok(()) };
        let (county, id, matters, app) = (one.county.clone(), one.id, self.matters, self.app);
        let unit = matter.unit.unwrap_or_default();
        let handler = self.registry.handler(&county, unit);
        let dispatcher = self.registry.officer(&county, Role::Dispatcher);
        let reporter = Who::reporter(&county);
        let story = &one.story;
        let reply = || story.public_reply.clone().unwrap_or_else(|| "演示：已处理。".to_owned());
        match step {
            Move::Report => {}
            Move::Dispatch => {
                let code = if county == "421223" { "cy-governance" } else { "xa-governance" };
                let unit = self.registry.organisations.get(code).copied();
                let unit =
                    unit.ok_or_else(|| Error::failed("playing the demo", format!("no organisation {code}")))?;
                app.act(&dispatcher, &Dispatch { matters, county, id, unit, note: String::new() }).await?;
            }
            Move::Accept => {
                app.act(&handler, &Accept { matters, county, id, note: String::new() }).await?;
            }
            Move::Note => {
                one.noted = true;
                let note = story.note.clone().unwrap_or_default();
                let add = AddNote { matters, county, id, note, internal: true, photos: Vec::new() };
                app.act(&handler, &add).await?;
            }
            Move::Beside => {
                let scene = Scene { app, registry: self.registry, matters, matter: &matter };
                scene.play(&mut one.beside, &handler).await?;
            }
            Move::Object => {
                let reason = story.objection.clone().unwrap_or_else(|| "not-our-duty".to_owned());
                let note = story.objection_text.clone().unwrap_or_default();
                app.act(&handler, &Object { matters, county, id, reason, note }).await?;
            }
            Move::Ask => {
                let question = story.question.clone().unwrap_or_else(|| "演示：请再说详细一点。".to_owned());
                app.act(&handler, &Ask { matters, county, id, question }).await?;
            }
            Move::HandOver => {
                let unit = self.handed_to(one).unwrap_or_default();
                app.act(&handler, &HandOver { matters, county, id, unit, reason: reply() }).await?;
            }
            Move::Resolve => {
                app.act(&handler, &Resolve { matters, county, id, reply: reply(), photos: Vec::new() })
                    .await?;
            }
            Move::Confirm { solved, satisfied } if story.called() => {
                let comment = story.comment.clone().unwrap_or_default();
                let satisfied = Some(satisfied);
                app.act(&dispatcher, &CallBack { matters, county, id, solved, satisfied, comment }).await?;
            }
            Move::Confirm { solved, satisfied } => {
                let confirm = ReporterConfirm {
                    matters,
                    county,
                    secret: one.secret.clone(),
                    solved,
                    satisfied: Some(satisfied),
                    comment: story.comment.clone().unwrap_or_default(),
                };
                app.act(&reporter, &confirm).await?;
            }
            Move::Withdraw => {
                let reason = story.comment.clone().unwrap_or_default();
                app.act(&reporter, &Withdraw { matters, county, secret: one.secret.clone(), reason }).await?;
            }
            Move::Dismiss => {
                app.act(&dispatcher, &Dismiss { matters, county, id, reason: reply() }).await?;
            }
        }
        Ok(())
    }

    /// The area a story's matter is reported in: the village, or by its point alone where a grid settles it.
    fn area(&self, one: &Playing, nowhere: bool, placed: bool) -> Option<String> {
        let village = &one.story.village;
        let manned = self.registry.manned.range(village.clone()..).next();
        let by_point = placed && one.story.in_grid() && manned.is_some_and(|grid| grid.starts_with(village));
        match (nowhere, by_point) {
            (true, _) => Some(one.county.clone()),
            (false, true) => None,
            (false, false) => Some(village.clone()),
        }
    }

    async fn report(&self, one: &mut Playing) -> Result<()> {
        let story = &one.story;
        let uploads = if story.photo { vec![picture::draw(one.number)?] } else { Vec::new() };
        let photos = photos::store(self.app, Asker::at(Ipv4Addr::LOCALHOST.into()), uploads).await?;
        let spread = |by: u32| f64::from((one.number * by + 13) % 97) / 97.0;
        // A question that lies nowhere in particular: no duty list names it, so it waits for a dispatcher.
        let nowhere = story.outcome == "new"
            && matches!(story.category.as_str(), "enquiry" | "suggestion" | "neighbour-dispute");
        let point = self
            .registry
            .plots
            .get(&story.village)
            .map(|plot| plot.inside(spread(31), spread(57)))
            .filter(|_| !nowhere);
        let channel = Channel::from_code(&story.channel)
            .ok_or_else(|| Error::failed("playing the demo", format!("no channel {}", story.channel)))?;
        let enterprise =
            story.enterprise.as_ref().and_then(|code| self.registry.organisations.get(code).copied());
        let report = Report {
            matters: self.matters,
            id: None,
            key: None,
            county: one.county.clone(),
            category: Some(story.category.clone()),
            text: story.text.clone(),
            place: story.place_hint.clone(),
            address: None,
            name: Some(story.reporter.clone()),
            phone: story.phone.clone(),
            email: None,
            lon: point.map(|point| point.0),
            lat: point.map(|point| point.1),
            area: self.area(one, nowhere, point.is_some()).filter(|_| enterprise.is_none()),
            attributes: attributes(story),
            channel,
            language: "zh-CN".to_owned(),
            private: false,
            photos,
            enterprise,
        };
        let who = match (channel, enterprise) {
            (_, Some(enterprise)) => self.registry.speaker(&one.county, channel, enterprise),
            (Channel::Web, None) => Who::reporter(&one.county),
            _ => self.registry.officer(&one.county, Role::Dispatcher),
        };
        let reported = self.app.act(&who, &report).await?;
        one.id = reported.id;
        one.secret = reported.secret.unwrap_or_default();
        Ok(())
    }
}

impl Playing {
    /// The share of the time allowed that this story's people take.
    fn pace(&self, prompt: f64, usual: f64, slow: f64, late: f64) -> f64 {
        match self.story.pace.as_deref() {
            Some("prompt") => prompt,
            Some("slow") => slow,
            Some("late") => late,
            _ => usual,
        }
    }
}

/// A share of the way from now to a deadline; a little later where it has passed already.
#[expect(clippy::cast_possible_truncation, reason = "a share of a deadline fits")]
fn share(now: Micros, due: Option<Micros>, share: f64) -> Micros {
    match due {
        Some(due) if due > now => now + ((due - now) as f64 * share) as Micros,
        _ => now + 20 * MINUTE,
    }
}

/// The answers as a form would send them: texts, or lists of texts.
fn attributes(story: &Story) -> Json {
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let answers = story.attributes.iter().map(|(code, value)| {
        let answer = match value {
            toml::Value::Array(several) => json!(several.iter().map(text).collect::<Vec<_>>()),
            one => json!(text(one)),
        };
        (code.clone(), answer)
    });
    Json::Object(answers.collect())
}

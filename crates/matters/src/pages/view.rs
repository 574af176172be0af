//! Parts that several pages show: icons, moments, status chips, photos, a matter's life.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use lianxin_foundation::clock::{HOUR, Micros};
use lianxin_foundation::error::{Error, Kind, Problem};
use lianxin_foundation::i18n::Words;
use lianxin_foundation::web::Shell;

use crate::category::Catalogue;
use crate::model::{ClosedBy, Event, Matter, Party, Status};
use crate::rules::Step;
use crate::rules::clock::{CONFIRM, REST, Standing, standing};

/// How long a photo's link in a page opens.
pub(crate) const LINK_LIFE: Micros = HOUR;

/// A picture beside words; screen readers pass it by.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<svg class="icon" aria-hidden="true"><use href="{{ sprite }}#{{ name }}"/></svg>"##
)]
pub(crate) struct Icon {
    sprite: String,
    name: &'static str,
}

/// A time in words, with the exact one for machines and for a longer look.
#[derive(Template, Clone)]
#[template(ext = "html", source = r#"<time datetime="{{ machine }}" title="{{ exact }}">{{ said }}</time>"#)]
pub(crate) struct Moment {
    machine: String,
    exact: String,
    said: String,
}

/// A status: its words, and the shape and colour that say the same.
#[derive(Template, Clone, Debug, PartialEq, Eq)]
#[template(
    ext = "html",
    source = r#"<span class="chip{% if big %} big{% endif %} {{ class }}">{{ text }}</span>"#
)]
pub(crate) struct Chip {
    /// The design system's name for it.
    pub class: &'static str,
    /// What it says.
    pub text: String,
    /// Whether it is the head of a page.
    pub big: bool,
}

/// A photo, small and in full, by links signed for this reader.
#[derive(Clone)]
pub(crate) struct Picture {
    /// The small one's address.
    pub thumb: String,
    /// The full one's address.
    pub full: String,
}

/// Photos in a row.
#[derive(Template, Clone)]
#[template(path = "parts/pictures.html")]
pub(crate) struct Pictures {
    /// What a screen reader says before the number.
    pub alt: String,
    /// Each of them.
    pub each: Vec<Picture>,
}

impl HtmlSafe for Icon {}
impl HtmlSafe for Moment {}
impl HtmlSafe for Chip {}
impl HtmlSafe for Pictures {}
impl HtmlSafe for Life {}

/// What templates ask of the shell beyond its own words: `{{ s.icon("pin") }}`.
pub(crate) trait Parts {
    /// An icon of the sprite.
    fn icon(&self, name: &'static str) -> Icon;
    /// How long ago.
    fn moment(&self, at: &Micros) -> Moment;
    /// The time of day when it is today, else the month's day too.
    fn clock(&self, at: &Micros) -> Moment;
}

impl Parts for Shell {
    fn icon(&self, name: &'static str) -> Icon {
        Icon { sprite: self.asset("icons.svg"), name }
    }

    fn moment(&self, at: &Micros) -> Moment {
        Moment { machine: self.rfc3339(at), exact: self.time(at), said: self.ago(at) }
    }

    fn clock(&self, at: &Micros) -> Moment {
        Moment { machine: self.rfc3339(at), exact: self.time(at), said: clock(self, *at) }
    }
}

/// 「17:30」 today, 「11-23 17:30」 this year, the whole date otherwise.
pub(super) fn clock(s: &Shell, at: Micros) -> String {
    let (then, today) = (s.time(&at), s.day(&s.now));
    if then.starts_with(&today) {
        then[11..].to_owned()
    } else if then[..4] == today[..4] {
        then[5..].to_owned()
    } else {
        then
    }
}

/// One of a list to choose from.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen now.
    pub chosen: bool,
}

impl Choice {
    /// A choice, marked when it is the one in `now`.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, now: &str) -> Choice {
        let value = value.into();
        Choice { label: label.into(), chosen: value == now, value }
    }
}

/// Choices under a heading.
pub(crate) struct Group {
    /// The heading.
    pub name: String,
    /// What it holds.
    pub choices: Vec<Choice>,
}

/// What a form is told is wrong, field by field, in the reader's words.
#[derive(Default, Clone)]
pub(crate) struct Errors(Vec<(String, String)>);

impl Errors {
    /// The wrong fields of a refusal, or the refusal itself again when it is about no field.
    pub(crate) fn from_refusal(error: Error, words: &Words) -> Result<(Errors, Box<Problem>), Error> {
        match error {
            Error::Refused(problem) if !problem.fields.is_empty() => {
                Ok((Errors::of_fields(&problem, words), problem))
            }
            other => Err(other),
        }
    }

    fn of_fields(problem: &Problem, words: &Words) -> Errors {
        Errors(problem.fields.iter().map(|wrong| (wrong.field.to_string(), words.t(wrong.code))).collect())
    }

    /// One wrong field.
    pub(crate) fn one(field: &str, said: &str) -> Errors {
        Errors(vec![(field.to_owned(), said.to_owned())])
    }

    /// What is wrong with a field; empty when nothing is.
    pub(crate) fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| name == field).map_or("", |(_, said)| said)
    }

    /// Everything that is wrong.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.0
    }
}

/// What a page that is shown again says of the form it refused.
pub(crate) struct Refused {
    pub status: StatusCode,
    /// The refusal in words.
    pub said: String,
    /// Field by field.
    pub errors: Errors,
}

impl Refused {
    /// Of what is wrong with the form, or came too late; anything else is given back to be a page of its own.
    pub(crate) fn of(error: Error, words: &Words) -> Result<Refused, Error> {
        Refused::when(error, words, |problem| matches!(problem.kind, Kind::Invalid | Kind::Conflict))
    }

    /// Of what `shown` says is to be told on the form's own page.
    pub(crate) fn when(
        error: Error,
        words: &Words,
        shown: impl Fn(&Problem) -> bool,
    ) -> Result<Refused, Error> {
        match error {
            Error::Refused(problem) if shown(&problem) => Ok(Refused {
                status: StatusCode::from_u16(problem.kind.status())
                    .unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
                said: words.problem(&problem),
                errors: Errors::of_fields(&problem, words),
            }),
            other => Err(other),
        }
    }
}

impl Chip {
    /// A chip in a row.
    pub(crate) fn new(class: &'static str, text: String) -> Chip {
        Chip { class, text, big: false }
    }

    /// The same at the head of a page.
    pub(crate) fn big(self) -> Chip {
        Chip { big: true, ..self }
    }

    /// How a matter stands, for the head of its page. `unit` is who has it now.
    pub(crate) fn of(s: &Shell, matter: &Matter, unit: &str) -> Chip {
        Chip::saying(s, matter, &s.t1("chip-climbed", "unit", unit))
    }

    /// How a matter stands, for a list's row, which names the unit elsewhere.
    pub(crate) fn short(s: &Shell, matter: &Matter) -> Chip {
        Chip::saying(s, matter, &s.t("chip-climbed-short"))
    }

    fn saying(s: &Shell, matter: &Matter, climbed_words: &str) -> Chip {
        let (left, by_clock) = match standing(matter, s.now) {
            Standing::None => return Chip::ended(s, matter),
            Standing::Waiting => return Chip::new("waiting", s.t("chip-waiting")),
            Standing::Overdue(due) => (s.t1("left-overdue", "span", s.span(&(s.now - due))), "overdue"),
            Standing::DueToday(due) => (s.t1("left-today", "time", clock(s, due)), "due-today"),
            Standing::OnTime(due) => (s.t1("left-on-time", "span", s.span(&(due - s.now))), "on-time"),
        };
        let climbed = matter.hops > 0 && matter.unit.is_some();
        let untouched = matches!(matter.status, Status::Received | Status::Dispatched);
        let class = match by_clock {
            "overdue" => "overdue",
            _ if climbed => "climbed",
            "on-time" if untouched => "new",
            other => other,
        };
        let mut parts = Vec::new();
        if matter.status != Status::Accepted {
            parts.push(s.t(matter.status.message()));
        }
        parts.push(left);
        if climbed {
            parts.push(climbed_words.to_owned());
        }
        Chip::new(class, parts.join(&s.t("comma")))
    }

    fn ended(s: &Shell, matter: &Matter) -> Chip {
        let (class, message) = match (matter.status, matter.closed_by) {
            (Status::Resolved, _) => ("resolved", "chip-resolved"),
            (Status::Closed, Some(ClosedBy::TimeOut)) => ("closed", "chip-timed-out"),
            (Status::Closed, _) => ("closed", "chip-confirmed"),
            (Status::Withdrawn, _) => ("closed", "status-withdrawn"),
            (Status::Dismissed, _) => ("refused", "status-dismissed"),
            (Status::Merged, _) => ("closed", "status-merged"),
            (other, _) => ("new", other.message()),
        };
        Chip::new(class, s.t(message))
    }
}

/// Who reads a matter's life.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The person who reported: no internal notes, and 「您」 for themselves.
    Reporter,
    /// Somebody of the house.
    Staff,
    /// Somebody who joined it: no names, and nothing said to the reporter.
    Joiner,
}

/// A note beside an event.
pub(crate) struct Said {
    /// Its words.
    pub text: String,
    /// Whether residents do not see it.
    pub internal: bool,
}

/// One thing that happened, as a page tells it.
pub(crate) struct Happened {
    class: &'static str,
    what: String,
    when: Moment,
    who: String,
    notes: Vec<Said>,
    pictures: Pictures,
}

/// A matter's life so far and what comes next.
#[derive(Template)]
#[template(path = "parts/life.html")]
pub(crate) struct Life {
    internal: String,
    next_word: String,
    happened: Vec<Happened>,
    next: String,
}

/// What [`Life`] needs of an event beyond itself.
pub(crate) struct Told<'e> {
    /// The event.
    pub event: &'e Event,
    /// Its internal note, opened for staff.
    pub internal: Option<String>,
    /// Its photos, by links signed for this reader.
    pub pictures: Vec<Picture>,
}

impl Life {
    /// The life of `matter`, told to `reader`; `unit` is who has it now.
    pub(crate) fn new(
        s: &Shell,
        catalogue: &Catalogue,
        matter: &Matter,
        unit: &str,
        told: Vec<Told<'_>>,
        reader: Reader,
    ) -> Life {
        let entered = matter.entered_by.is_some();
        let happened = told.into_iter().map(|told| happened(s, catalogue, told, reader, entered)).collect();
        Life {
            internal: s.t("life-internal"),
            next_word: s.t("life-next"),
            happened,
            next: next(s, matter, unit, reader),
        }
    }
}

fn happened(s: &Shell, catalogue: &Catalogue, told: Told<'_>, reader: Reader, entered: bool) -> Happened {
    let event = told.event;
    let class = match event.kind {
        Step::Climb => "climbed",
        Step::Idle => "idle",
        _ => "",
    };
    let mut notes = Vec::new();
    notes.extend(event.note.clone().map(|text| Said { text, internal: false }));
    if reader == Reader::Staff {
        notes.extend(told.internal.map(|text| Said { text, internal: true }));
    }
    Happened {
        class,
        what: what(s, catalogue, event, reader),
        when: s.clock(&event.at),
        who: who(s, event, reader, entered),
        notes,
        pictures: Pictures { alt: s.t("photo"), each: told.pictures },
    }
}

/// What happened, in the words for this reader.
pub(super) fn what(s: &Shell, catalogue: &Catalogue, event: &Event, reader: Reader) -> String {
    let called: Vec<&str> = event.detail.called.iter().map(|unit| unit.name.as_str()).collect();
    let unit = match called.is_empty() {
        true => event.unit_name.clone().unwrap_or_else(|| s.t("unit-none")),
        false => called.join(&s.t("list-comma")),
    };
    let own = match event.kind {
        Step::Report => "own-report",
        Step::Answer => "own-answer",
        Step::Note if event.party == Party::Reporter => "own-note",
        Step::ConfirmSolved if event.party == Party::Reporter => "own-confirm-solved",
        Step::ConfirmUnsolved if event.party == Party::Reporter => "own-confirm-unsolved",
        // Asked back by telephone, they said it to the house.
        Step::ConfirmSolved => "own-called-solved",
        Step::ConfirmUnsolved => "own-called-unsolved",
        Step::Resolve => "own-resolve",
        Step::Withdraw => "own-withdraw",
        Step::Ask => "own-ask",
        _ => "",
    };
    let said = if reader == Reader::Reporter && !own.is_empty() {
        s.t1(own, "unit", unit)
    } else {
        s.t1(event.kind.message(), "unit", unit)
    };
    match event.detail.reason.as_deref().and_then(|code| reason_name(s, catalogue, code)) {
        Some(why) => s.t2("life-because", "what", said, "why", why),
        None => said,
    }
}

/// A reason's name; a reason the catalogue does not know is left to the note beside it.
fn reason_name(s: &Shell, catalogue: &Catalogue, code: &str) -> Option<String> {
    let found = catalogue.templates("object").into_iter().find(|template| template.code == code)?;
    Some(found.names[s.language() as usize].clone())
}

/// Who did it, and the facts that go with it. Where staff entered the matter for somebody, its link was
/// shown to staff first: what came by it says so.
pub(super) fn who(s: &Shell, event: &Event, reader: Reader, entered: bool) -> String {
    let mut parts = Vec::new();
    match (event.party, reader) {
        (Party::Reporter, Reader::Reporter) => {}
        (Party::Program, _) | (Party::Reporter, _) => parts.push(s.t(event.party.message())),
        (party, Reader::Reporter | Reader::Joiner) => parts.push(s.t(party.message())),
        (party, Reader::Staff) => {
            parts.push(s.t2("life-who", "name", &event.actor_name, "party", s.t(party.message())))
        }
    }
    if entered && event.party == Party::Reporter {
        parts.push(s.t("life-by-link"));
    }
    parts.extend(event.detail.made_at.map(|at| s.t1("life-made-at", "when", clock(s, at))));
    if let Some(promise) = event.detail.promise {
        let by = s.t1("whistle-due-at", "when", clock(s, promise.due));
        parts.extend([s.t(promise.kind.message()), by]);
    }
    parts.extend(event.detail.twin.as_deref().map(|number| s.t1("life-twin", "number", number)));
    parts.extend(event.detail.idle_hours.map(|hours| s.t1("life-idle", "n", hours)));
    match event.detail.in_time {
        Some(true) => parts.push(s.t("life-in-time")),
        Some(false) => parts.push(s.t("life-late")),
        None => {}
    }
    match event.detail.satisfied {
        Some(true) => parts.push(s.t("satisfied-yes")),
        Some(false) => parts.push(s.t("satisfied-no")),
        None => {}
    }
    parts.join(&s.t("comma"))
}

/// What happens next and by when; empty when nothing does.
pub(crate) fn next(s: &Shell, matter: &Matter, unit: &str, reader: Reader) -> String {
    let until = |due: Option<Micros>| due.map(|due| clock(s, due)).unwrap_or_else(|| s.t("due-unknown"));
    let (top, own) = (is_top(matter), reader == Reader::Reporter);
    let past = |due: Option<Micros>| due.is_some_and(|due| due <= s.now);
    let (message, due) = match matter.status {
        Status::Received => ("next-received", matter.climb_due),
        Status::Dispatched if past(matter.respond_due) && top => {
            ("next-dispatched-top-late", matter.climb_due)
        }
        Status::Dispatched if past(matter.respond_due) => ("next-dispatched-late", matter.climb_due),
        Status::Dispatched if top && own => ("next-dispatched-top-own", matter.respond_due),
        Status::Dispatched if top => ("next-dispatched-top", matter.respond_due),
        Status::Dispatched if own => ("next-dispatched-own", matter.respond_due),
        Status::Dispatched => ("next-dispatched", matter.respond_due),
        Status::Accepted if top => ("next-accepted-top", matter.climb_due),
        Status::Accepted if past(matter.resolve_due) => ("next-accepted-late", matter.climb_due),
        Status::Accepted => ("next-accepted", matter.climb_due),
        Status::Waiting if own => ("next-waiting-own", matter.paused_at.map(|at| at + REST)),
        Status::Waiting => ("next-waiting", matter.paused_at.map(|at| at + REST)),
        Status::Objected => ("next-objected", matter.climb_due),
        Status::Resolved if own => ("next-resolved-own", matter.resolved_at.map(|at| at + CONFIRM)),
        Status::Resolved => ("next-resolved", matter.resolved_at.map(|at| at + CONFIRM)),
        Status::Reopened => ("next-reopened", matter.climb_due),
        Status::Closed | Status::Withdrawn | Status::Dismissed | Status::Merged => return String::new(),
    };
    s.t2(message, "unit", unit, "when", until(due))
}

/// Whether nobody above takes over by themselves: so it is from the county on.
pub(crate) fn is_top(matter: &Matter) -> bool {
    matter.level.is_some_and(|level| level <= 3)
}

/// The name of a level, by the depth of its areas: 1 for a province to 7 for a micro-grid.
pub(crate) fn level_message(depth: i64) -> &'static str {
    match depth {
        ..=1 => "level-1",
        2 => "level-2",
        3 => "level-3",
        4 => "level-4",
        5 => "level-5",
        6 => "level-6",
        7.. => "level-7",
    }
}

/// A matter's first words, for a list: at most `most` characters of its first line.
pub(crate) fn title(s: &Shell, matter: &Matter, category: &str, most: usize) -> String {
    if matter.sealed_text.is_some() || matter.text.is_empty() {
        return s.t1("title-private", "category", category);
    }
    let line = matter.text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(most).collect();
    if short.chars().count() < line.chars().count() {
        short.push('…');
    }
    short
}

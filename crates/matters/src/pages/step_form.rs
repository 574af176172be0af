//! One small form per step that can be taken here and now.

use askama::Template;
use askama::filters::HtmlSafe;
use lianxin_foundation::web::{Shell, Submission};

use super::view::{Choice, Errors, Group};
use crate::category::Catalogue;
use crate::rules::Step;

/// A list to pick from.
pub(super) struct Pick {
    pub name: &'static str,
    pub label: String,
    /// What stands for "nothing picked"; empty where something always is.
    pub none: String,
    pub groups: Vec<Group>,
    pub error: String,
}

/// A field for words.
pub(super) struct Note {
    pub name: &'static str,
    pub label: String,
    /// When it may be left out, or empty when it must be filled in.
    pub optional: String,
    pub kept: String,
    pub error: String,
    pub templates_word: String,
    pub using: String,
    /// Name and words of each template.
    pub templates: Vec<(String, String)>,
}

/// The questions of a call back.
pub(super) struct Outcome {
    pub solved: String,
    pub yes: String,
    pub no: String,
    pub satisfied: String,
    pub pleased: String,
    pub displeased: String,
    pub error: String,
}

/// The form of one step.
#[derive(Template)]
#[template(path = "parts/step.html")]
pub(super) struct StepForm {
    pub code: &'static str,
    pub title: String,
    pub hint: String,
    pub button: String,
    pub action: String,
    pub token: String,
    pub open: bool,
    pub main: bool,
    pub outcome: Option<Outcome>,
    pub picks: Vec<Pick>,
    pub note: Option<Note>,
    /// The label of "for staff only", where a step offers it.
    pub internal: String,
    /// Whether what looked personal in it was pointed out already.
    pub looked: bool,
    /// The label of the photos, where a step takes some.
    pub photos: String,
}

impl HtmlSafe for StepForm {}

/// What forms are made from.
pub(super) struct Forms<'a> {
    pub s: &'a Shell,
    pub catalogue: &'a Catalogue,
    /// The address of the matter.
    pub here: &'a str,
    /// The organisations it can be given to.
    pub units: Vec<Group>,
    /// The categories it can be put under.
    pub categories: Vec<Group>,
    /// What was sent before, given back; with the step it was sent for.
    pub sent: Option<(&'a str, &'a Submission)>,
    /// What was wrong with it.
    pub errors: &'a Errors,
}

/// A step that has a form: its code in the address, the ids of its words, and what it asks for.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    step: Step,
    code: &'static str,
    title: &'static str,
    hint: &'static str,
    button: &'static str,
    said: &'static str,
    words: Words,
    pick: Option<Asked>,
    photos: bool,
}

/// The words a step asks for.
#[derive(Clone, Copy)]
struct Words {
    name: &'static str,
    label: &'static str,
    needed: bool,
    /// The templates to begin from, or empty.
    templates: &'static str,
}

/// What is to be chosen with a step.
#[derive(Clone, Copy)]
enum Asked {
    /// The organisation it is given to.
    Unit,
    /// Why it is not theirs.
    Reason,
    /// The category it belongs under.
    Category,
}

const fn needs(name: &'static str, label: &'static str, templates: &'static str) -> Words {
    Words { name, label, needed: true, templates }
}

const fn takes(name: &'static str, label: &'static str, templates: &'static str) -> Words {
    Words { name, label, needed: false, templates }
}

const NOTE: Words = takes("note", "act-note-label", "");
const REASON: Words = needs("reason", "act-reason-label", "");

/// `said` are the ids of its title, its hint, its button and what is said once it is done.
const fn offer(step: Step, code: &'static str, said: [&'static str; 4], words: Words) -> Offer {
    let [title, hint, button, said] = said;
    Offer { step, code, title, hint, button, said, words, pick: None, photos: false }
}

impl Offer {
    const fn with_photos(self) -> Offer {
        Offer { photos: true, ..self }
    }

    const fn with_pick(self, pick: Asked) -> Offer {
        Offer { pick: Some(pick), ..self }
    }
}

/// Every step that has a form, in the order they are offered.
#[rustfmt::skip]
const OFFERS: [Offer; 13] = [
    offer(Step::Accept, "accept", ["act-accept", "act-accept-hint", "act-accept-button", "act-accept-said"], NOTE),
    offer(Step::Resolve, "resolve", ["act-resolve", "act-resolve-hint", "act-resolve-button", "act-resolve-said"], needs("reply", "act-reply-label", "reply")).with_photos(),
    offer(Step::Dispatch, "dispatch", ["act-dispatch", "act-dispatch-hint", "act-dispatch-button", "act-dispatch-said"], NOTE).with_pick(Asked::Unit),
    offer(Step::ConfirmSolved, "call-back", ["act-call-back", "act-call-back-hint", "act-call-back-button", "act-call-back-said"], takes("comment", "act-comment-label", "")),
    offer(Step::Resume, "resume", ["act-resume", "act-resume-hint", "act-resume-button", "act-resume-said"], REASON),
    offer(Step::Ask, "ask", ["act-ask", "act-ask-hint", "act-ask-button", "act-ask-said"], needs("question", "act-question-label", "ask")),
    offer(Step::Object, "object", ["act-object", "act-object-hint", "act-object-button", "act-object-said"], takes("note", "act-note-label", "object")).with_pick(Asked::Reason),
    offer(Step::HandOver, "hand-over", ["act-hand-over", "act-hand-over-hint", "act-hand-over-button", "act-hand-over-said"], needs("reason", "act-reason-label", "hand-over")).with_pick(Asked::Unit),
    offer(Step::Note, "note", ["act-note", "act-note-hint", "act-note-button", "act-note-said"], NOTE).with_photos(),
    offer(Step::Pause, "pause", ["act-pause", "act-pause-hint", "act-pause-button", "act-pause-said"], REASON),
    offer(Step::Correct, "correct", ["act-correct", "act-correct-hint", "act-correct-button", "act-correct-said"], REASON).with_pick(Asked::Category),
    offer(Step::Mediate, "mediate", ["act-mediate", "act-mediate-hint", "act-mediate-button", "act-mediate-said"], needs("about", "dispute-about", "")),
    offer(Step::Dismiss, "dismiss", ["act-dismiss", "act-dismiss-hint", "act-dismiss-button", "act-dismiss-said"], needs("reason", "act-reason-label", "dismiss")),
];

/// A step as a page without the program behind it offers it.
#[derive(serde::Serialize)]
pub(super) struct Offered {
    step: &'static str,
    title: String,
    hint: String,
    button: String,
    label: String,
    needed: bool,
    photos: bool,
    internal: bool,
}

/// These steps, in the order they are offered, in the reader's words.
pub(super) fn offers_of(s: &Shell, steps: &[Step]) -> Vec<Offered> {
    let mine = OFFERS.into_iter().filter(|offer| steps.contains(&offer.step));
    let said = mine.map(|offer| Offered {
        step: offer.step.code(),
        title: s.t(offer.title),
        hint: s.t(offer.hint),
        button: s.t(offer.button),
        label: s.t(offer.words.label),
        needed: offer.words.needed,
        photos: offer.photos,
        internal: offer.step == Step::Note,
    });
    said.collect()
}

/// What is said after a step was taken: a message id, or `None` for a code nobody offers.
pub(super) fn said_after(code: &str) -> Option<&'static str> {
    // What is about other matters or other units stands beside the matter, not among the steps.
    match code {
        "hide" => Some("act-hide-said"),
        "merge" => Some("act-merge-said"),
        "part" => Some("act-part-said"),
        "whistle" => Some("act-whistle-said"),
        "arrive" => Some("act-arrive-said"),
        "call-off" => Some("act-call-off-said"),
        _ => OFFERS.iter().find(|offer| offer.code == code).map(|offer| offer.said),
    }
}

/// Each step that has a form, with its code in the address.
#[cfg(test)]
pub(crate) fn offered() -> impl Iterator<Item = (Step, &'static str)> {
    OFFERS.into_iter().map(|offer| (offer.step, offer.code))
}

impl Forms<'_> {
    /// The forms of the steps that are possible; the first is the page's main one.
    pub(super) fn of(self, possible: &[Step]) -> Vec<StepForm> {
        let offered = OFFERS.into_iter().filter(|offer| possible.contains(&offer.step));
        let sent = self.sent.map(|(code, _)| code);
        let forms = offered.enumerate().map(|(at, offer)| {
            let mut form = self.form(offer);
            form.main = at == 0;
            form.open = sent.map_or(at == 0, |sent| sent == offer.code);
            form
        });
        forms.collect()
    }

    fn form(&self, offer: Offer) -> StepForm {
        let s = self.s;
        let Offer { step, code, .. } = offer;
        let Words { name, label, needed, templates: kind } = offer.words;
        let may_miss = match step {
            _ if needed => "",
            Step::Note => "act-note-or-photos",
            _ => "optional",
        };
        StepForm {
            title: s.t(offer.title),
            hint: s.t(offer.hint),
            button: s.t(offer.button),
            action: format!("{}/{code}", self.here),
            token: s.token.clone(),
            open: false,
            main: false,
            looked: !self.kept(code, "looked").is_empty(),
            outcome: (step == Step::ConfirmSolved).then(|| self.outcome(code)),
            picks: offer.pick.map(|asked| self.pick(asked, code)).into_iter().collect(),
            note: Some(self.note(code, name, label, may_miss, kind)),
            internal: if step == Step::Note { s.t("act-note-internal") } else { String::new() },
            photos: if offer.photos { s.t("photos-add") } else { String::new() },
            code,
        }
    }

    fn error(&self, code: &str, field: &str) -> String {
        let mine = self.sent.is_some_and(|(sent, _)| sent == code);
        if mine { self.errors.of(field).to_owned() } else { String::new() }
    }

    fn kept(&self, code: &str, field: &str) -> String {
        self.sent
            .filter(|(sent, _)| *sent == code)
            .map(|(_, sent)| sent.text(field).to_owned())
            .unwrap_or_default()
    }

    fn outcome(&self, code: &str) -> Outcome {
        let s = self.s;
        Outcome {
            solved: s.t("mine-solved"),
            yes: s.t("solved-yes"),
            no: s.t("solved-no"),
            satisfied: s.t("mine-satisfied"),
            pleased: s.t("satisfied-yes"),
            displeased: s.t("satisfied-no"),
            error: self.error(code, "solved"),
        }
    }

    fn pick(&self, asked: Asked, code: &'static str) -> Pick {
        let s = self.s;
        let (name, label, none, groups) = match asked {
            Asked::Unit => {
                ("unit", "act-unit", s.t("act-unit-none"), again(&self.units, &self.kept(code, "unit")))
            }
            Asked::Reason => ("reason", "act-reason-label", String::new(), self.reasons(code)),
            Asked::Category => {
                let groups = again(&self.categories, &self.kept(code, "category"));
                ("category", "matter-category", String::new(), groups)
            }
        };
        Pick { name, label: s.t(label), none, groups, error: self.error(code, name) }
    }

    fn reasons(&self, code: &str) -> Vec<Group> {
        let language = self.s.language() as usize;
        let kept = self.kept(code, "reason");
        let reasons = self.catalogue.templates("object").into_iter();
        let choices =
            reasons.map(|reason| Choice::new(&reason.code, &reason.names[language], &kept)).collect();
        vec![Group { name: String::new(), choices }]
    }

    fn note(&self, code: &str, name: &'static str, label: &str, may_miss: &str, kind: &str) -> Note {
        let s = self.s;
        let language = s.language() as usize;
        let templates = if kind.is_empty() { Vec::new() } else { self.catalogue.templates(kind) };
        Note {
            name,
            label: s.t(label),
            optional: if may_miss.is_empty() { String::new() } else { s.t(may_miss) },
            kept: self.kept(code, name),
            error: self.error(code, name),
            templates_word: s.t("act-templates"),
            using: s.t("act-template-use"),
            templates: templates
                .into_iter()
                .map(|template| (template.names[language].clone(), template.bodies[language].clone()))
                .collect(),
        }
    }
}

/// The same groups with `kept` chosen, where something was.
fn again(groups: &[Group], kept: &str) -> Vec<Group> {
    let choice = |choice: &Choice| {
        let chosen = if kept.is_empty() { choice.chosen } else { choice.value == kept };
        Choice { chosen, ..choice.clone() }
    };
    groups
        .iter()
        .map(|group| Group { name: group.name.clone(), choices: group.choices.iter().map(choice).collect() })
        .collect()
}

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

/// A step that has a form: its code in the address and the ids of its words.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    step: Step,
    code: &'static str,
    title: &'static str,
    hint: &'static str,
    button: &'static str,
    said: &'static str,
}

/// Every step that has a form, in the order they are offered.
#[rustfmt::skip]
const OFFERS: [Offer; 13] = [
    Offer { step: Step::Accept, code: "accept", title: "act-accept", hint: "act-accept-hint", button: "act-accept-button", said: "act-accept-said" },
    Offer { step: Step::Resolve, code: "resolve", title: "act-resolve", hint: "act-resolve-hint", button: "act-resolve-button", said: "act-resolve-said" },
    Offer { step: Step::Dispatch, code: "dispatch", title: "act-dispatch", hint: "act-dispatch-hint", button: "act-dispatch-button", said: "act-dispatch-said" },
    Offer { step: Step::ConfirmSolved, code: "call-back", title: "act-call-back", hint: "act-call-back-hint", button: "act-call-back-button", said: "act-call-back-said" },
    Offer { step: Step::Resume, code: "resume", title: "act-resume", hint: "act-resume-hint", button: "act-resume-button", said: "act-resume-said" },
    Offer { step: Step::Ask, code: "ask", title: "act-ask", hint: "act-ask-hint", button: "act-ask-button", said: "act-ask-said" },
    Offer { step: Step::Object, code: "object", title: "act-object", hint: "act-object-hint", button: "act-object-button", said: "act-object-said" },
    Offer { step: Step::HandOver, code: "hand-over", title: "act-hand-over", hint: "act-hand-over-hint", button: "act-hand-over-button", said: "act-hand-over-said" },
    Offer { step: Step::Note, code: "note", title: "act-note", hint: "act-note-hint", button: "act-note-button", said: "act-note-said" },
    Offer { step: Step::Pause, code: "pause", title: "act-pause", hint: "act-pause-hint", button: "act-pause-button", said: "act-pause-said" },
    Offer { step: Step::Correct, code: "correct", title: "act-correct", hint: "act-correct-hint", button: "act-correct-button", said: "act-correct-said" },
    Offer { step: Step::Mediate, code: "mediate", title: "act-mediate", hint: "act-mediate-hint", button: "act-mediate-button", said: "act-mediate-said" },
    Offer { step: Step::Dismiss, code: "dismiss", title: "act-dismiss", hint: "act-dismiss-hint", button: "act-dismiss-button", said: "act-dismiss-said" },
];

/// The words a step asks for.
struct Words {
    name: &'static str,
    label: &'static str,
    needed: bool,
    /// The templates to begin from, or empty.
    templates: &'static str,
}

fn words_of(step: Step) -> Words {
    let (name, label, needed, templates) = match step {
        Step::Resolve => ("reply", "act-reply-label", true, "reply"),
        Step::Ask => ("question", "act-question-label", true, "ask"),
        Step::Mediate => ("about", "dispute-about", true, ""),
        Step::HandOver => ("reason", "act-reason-label", true, "hand-over"),
        Step::Dismiss => ("reason", "act-reason-label", true, "dismiss"),
        Step::Pause | Step::Resume | Step::Correct => ("reason", "act-reason-label", true, ""),
        Step::ConfirmSolved => ("comment", "act-comment-label", false, ""),
        Step::Object => ("note", "act-note-label", false, "object"),
        _ => ("note", "act-note-label", false, ""),
    };
    Words { name, label, needed, templates }
}

fn takes_photos(step: Step) -> bool {
    matches!(step, Step::Note | Step::Resolve)
}

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
    let said = mine.map(|offer| {
        let words = words_of(offer.step);
        Offered {
            step: offer.step.code(),
            title: s.t(offer.title),
            hint: s.t(offer.hint),
            button: s.t(offer.button),
            label: s.t(words.label),
            needed: words.needed,
            photos: takes_photos(offer.step),
            internal: offer.step == Step::Note,
        }
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
        let Words { name, label, needed, templates: kind } = words_of(step);
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
            picks: self.picks(step, code),
            note: Some(self.note(code, name, label, may_miss, kind)),
            internal: if step == Step::Note { s.t("act-note-internal") } else { String::new() },
            photos: if takes_photos(step) { s.t("photos-add") } else { String::new() },
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

    fn picks(&self, step: Step, code: &'static str) -> Vec<Pick> {
        let s = self.s;
        let pick = |name, label: &str, none: String, groups| Pick {
            name,
            label: s.t(label),
            none,
            groups,
            error: self.error(code, name),
        };
        match step {
            Step::Dispatch | Step::HandOver => {
                vec![pick(
                    "unit",
                    "act-unit",
                    s.t("act-unit-none"),
                    again(&self.units, &self.kept(code, "unit")),
                )]
            }
            Step::Object => vec![pick("reason", "act-reason-label", String::new(), self.reasons(code))],
            Step::Correct => vec![pick(
                "category",
                "matter-category",
                String::new(),
                again(&self.categories, &self.kept(code, "category")),
            )],
            _ => Vec::new(),
        }
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

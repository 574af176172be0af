//! The stages of joining the Party, with their times as data: `data/joining.toml`.
//!
//! The texts were not at hand when these numbers were written down, so nothing here refuses: who goes on
//! earlier than is usual says why.

use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::age;
use crate::membership::MembershipKind;

/// The rules as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    adult: Adult,
    stage: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Adult {
    years: i64,
    source: String,
    sure: bool,
}

/// From one stage to the next.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The stage's code.
    pub from: String,
    /// The next one's.
    pub to: String,
    /// The least time in the stage, in months.
    pub months: i32,
    /// The text this comes from.
    pub source: String,
    /// Whether the text itself was read. What is not sure warns and never refuses.
    pub sure: bool,
}

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        toml::from_str(include_str!("../../data/joining.toml"))
            .expect("the built-in joining rules are well formed: a test reads them")
    })
}

/// The step that leads on from a stage; none from the last one.
pub fn step_from(stage: &str) -> Option<&'static Step> {
    rules().stage.iter().find(|step| step.from == stage)
}

impl Step {
    /// The first day the next stage may usually begin, for somebody in this one since a day.
    pub fn earliest(&self, since: Date) -> Date {
        since.checked_add(self.months.months()).unwrap_or(Date::MAX)
    }
}

/// Whether somebody who becomes this is on the way into the Party: formal members are in it already.
pub fn admits(kind: &MembershipKind) -> bool {
    kind.stage.is_some() && step_from(&kind.code).is_some()
}

/// What is unusual about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusual {
    /// The message that says it; it names `source`, and `day` or `years`.
    pub code: &'static str,
    /// The day from which, or the age from which, it would be usual.
    pub instead: String,
    /// The text this comes from.
    pub source: &'static str,
    /// Whether the text says it must be so.
    pub must: bool,
}

/// What is unusual about beginning the next stage on `day`, for somebody born on `birth`, in the stage
/// since `since`.
pub fn unusual(step: &'static Step, since: Date, day: Date, birth: Option<Date>) -> Vec<Unusual> {
    let mut found = Vec::new();
    let earliest = step.earliest(since);
    if day < earliest {
        let instead = earliest.to_string();
        found.push(Unusual { code: "joining-early", instead, source: &step.source, must: step.sure });
    }
    found.extend(under_age(birth, day));
    found
}

/// What is unusual about somebody of this birth applying on `day`.
pub fn under_age(birth: Option<Date>, day: Date) -> Option<Unusual> {
    let adult = &rules().adult;
    let young = birth.is_some_and(|birth| age(birth, day) < adult.years);
    young.then(|| Unusual {
        code: "joining-young",
        instead: adult.years.to_string(),
        source: &adult.source,
        must: adult.sure,
    })
}

/// Whether a kind of membership is a stage of joining.
pub fn is_stage(code: &str) -> bool {
    MembershipKind::from_code(code).is_some_and(|kind| kind.stage.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_stages_lead_from_applicant_to_member() {
        let mut stage = "applicant";
        let mut passed = vec![stage];
        while let Some(step) = step_from(stage) {
            assert!(is_stage(&step.to), "{}", step.to);
            stage = &step.to;
            passed.push(stage);
        }
        assert_eq!(passed, ["applicant", "activist", "candidate", "probationary", "member"]);
    }

    #[test]
    fn what_comes_early_is_said_with_its_source() {
        let step = step_from("activist").unwrap();
        let grown = Some(day("1990-01-01"));
        assert!(unusual(step, day("2025-03-01"), day("2026-03-01"), grown).is_empty());
        let early = unusual(step, day("2025-03-01"), day("2026-02-28"), grown);
        assert_eq!(early.len(), 1);
        assert_eq!((early[0].code, early[0].instead.as_str()), ("joining-early", "2026-03-01"));
        assert!(early[0].source.contains("细则") && !early[0].must);
        let young = unusual(step, day("2025-03-01"), day("2026-03-01"), Some(day("2008-03-02")));
        assert_eq!(young[0].code, "joining-young");
        assert!(unusual(step, day("2025-03-01"), day("2026-03-01"), None).is_empty());
    }

    #[test]
    fn months_end_where_they_can() {
        let step = step_from("probationary").unwrap();
        assert_eq!(step.earliest(day("2024-02-29")), day("2025-02-28"));
    }
}

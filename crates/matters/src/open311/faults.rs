//! What is wrong with a request, as GeoReport v2 says it: a list of codes and descriptions.

use axum::http::StatusCode;
use lianxin_foundation::error::{Error, Kind, Problem};
use lianxin_foundation::i18n::Words;

use super::node::Node;

/// Why a request was not answered.
#[derive(Debug)]
pub(super) enum Refused {
    /// Everything found wrong with it, at least one thing.
    Faults(Vec<Problem>),
    /// Ours.
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        match error {
            Error::Refused(problem) => Refused::Faults(vec![*problem]),
            ours => Refused::Failed(ours),
        }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Faults(vec![problem])
    }
}

/// A fault of the request itself: 400.
pub(super) fn bad(code: &'static str) -> Problem {
    Problem::new(Kind::Invalid, code)
}

/// A fault that names the parameter it lies in.
pub(super) fn bad_parameter(code: &'static str, parameter: &str) -> Problem {
    bad(code).with("parameter", parameter)
}

/// Something that does not exist, or not for the public: 404.
pub(super) fn missing(code: &'static str, what: &str) -> Problem {
    Problem::new(Kind::NotFound, code).with("value", shown(what))
}

/// No key, or not one for this: 403, where HTTP at large would say 401.
pub(super) fn no_key(code: &'static str) -> Problem {
    Problem::new(Kind::Forbidden, code)
}

/// A value as a description may repeat it: never long.
pub(super) fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let start: String = value.chars().take(LONGEST).collect();
    if start.len() < value.len() { start + "…" } else { start }
}

/// Nothing when there are no faults.
pub(super) fn none(faults: Vec<Problem>) -> Result<(), Refused> {
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faults(faults)) }
}

/// The protocol knows 400, 403 and 404; beside them only what HTTP needs for itself.
fn status(kind: Kind) -> u16 {
    match kind {
        Kind::Invalid | Kind::Conflict => 400,
        Kind::SignIn | Kind::Forbidden => 403,
        Kind::NotFound => 404,
        Kind::TooSlow => 408,
        Kind::TooLarge => 413,
        Kind::TooMany => 429,
    }
}

impl Refused {
    /// How many seconds to wait before asking again, where that is known.
    pub(super) fn retry_after(&self) -> Option<u64> {
        match self {
            Refused::Faults(problems) => problems.iter().find_map(Problem::retry_after),
            Refused::Failed(_) => None,
        }
    }

    /// The HTTP status, the first fault's, and the body in the reader's language.
    pub(super) fn answer(&self, words: &Words) -> (StatusCode, Node) {
        let faults = match self {
            Refused::Faults(problems) => {
                problems.iter().flat_map(|problem| described(problem, words)).collect()
            }
            Refused::Failed(error) => {
                tracing::error!(cause = %error.chain(), "an Open311 request failed: {}", error.chain());
                vec![(500, words.t("problem-failed"))]
            }
        };
        let code = faults.first().map_or(500, |(code, _)| *code);
        let body = faults.into_iter().map(|(code, description)| {
            Node::Object(vec![("code", Node::Whole(i64::from(code))), ("description", description.into())])
        });
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Node::List("error", body.collect()))
    }
}

/// A problem that points at fields is one fault per field, each naming it.
fn described(problem: &Problem, words: &Words) -> Vec<(u16, String)> {
    let code = status(problem.kind);
    if problem.fields.is_empty() {
        return vec![(code, words.problem(problem))];
    }
    let fields = problem.fields.iter();
    fields.map(|wrong| (code, format!("{}: {}", wrong.field, words.t(wrong.code)))).collect()
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::i18n::{Language, Locales, MESSAGES};

    use super::*;

    fn answer(refused: &Refused) -> (u16, String) {
        let words = Locales::new(&[MESSAGES]).unwrap().speak(Language::ZhCn);
        let (status, body) = refused.answer(&words);
        (status.as_u16(), String::from_utf8(body.json().unwrap()).unwrap())
    }

    #[test]
    fn every_fault_is_named_with_the_protocols_own_codes() {
        let two = Problem::invalid().field("email", "problem-method").field("phone", "problem-method");
        let expected = "这个地址不能这样用。";
        assert_eq!(
            answer(&Error::from(two).into()),
            (
                400,
                format!(
                    r#"[{{"code":400,"description":"email: {expected}"}},{{"code":400,"description":"phone: {expected}"}}]"#
                )
            )
        );
        for (problem, code) in [
            (Problem::sign_in(), 403),
            (Problem::forbidden(), 403),
            (Problem::not_found(), 404),
            (Problem::new(Kind::Conflict, "problem-method"), 400),
            (Problem::new(Kind::TooLarge, "problem-method"), 413),
            (Problem::new(Kind::TooSlow, "problem-method"), 408),
            (Problem::new(Kind::TooMany, "problem-method"), 429),
        ] {
            assert_eq!(answer(&problem.into()).0, code);
        }
    }

    #[test]
    fn a_failure_of_ours_tells_nothing_of_itself() {
        let (status, body) = answer(&Error::failed("counting sheep", "a wolf").into());
        assert_eq!(status, 500);
        assert!(!body.contains("wolf") && !body.contains("sheep"), "{body}");
    }

    #[test]
    fn a_long_value_is_cut_where_it_is_repeated() {
        assert_eq!(shown("短"), "短");
        assert_eq!(shown(&"字".repeat(100)).chars().count(), 61);
    }
}

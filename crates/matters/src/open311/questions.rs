//! Answers to a service's questions, `attribute[CODE]`, as different clients write them.

use std::collections::BTreeMap;

use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::error::Problem;
use lianxin_foundation::web::Submission;
use serde_json::{Map, Value as Json};

use super::faults::bad;
use super::node::readable;
use super::parameters::moment;
use crate::category::{Attribute, Datatype};

/// What was answered, by code: every value that is not empty, in the order sent.
pub(super) fn sent(form: &Submission) -> BTreeMap<String, Vec<String>> {
    let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // One client writes `attribute[a]` twice, another `attribute[a][]`, a third `attribute[a][0]`: in the
    // order of those names they come in the order meant.
    let mut named: Vec<(&str, &[String])> = form.beginning("attribute[").collect();
    named.sort_unstable();
    for (rest, values) in named {
        let Some((code, _)) = rest.split_once(']') else { continue };
        let given = values.iter().map(|value| readable(value.trim())).filter(|value| !value.is_empty());
        answers.entry(code.to_owned()).or_default().extend(given);
    }
    answers.retain(|_, values| !values.is_empty());
    answers
}

/// The answers as a matter keeps them; those to questions nobody asked are left out.
///
/// # Errors
/// Everything wrong with them, each fault naming its question.
pub(super) fn checked(
    questions: &[Attribute],
    mut answers: BTreeMap<String, Vec<String>>,
) -> Result<Json, Vec<Problem>> {
    let mut kept = Map::new();
    let mut faults = Vec::new();
    for question in questions {
        match checked_one(question, answers.remove(&question.code).unwrap_or_default()) {
            Ok(Some(answer)) => {
                kept.insert(question.code.clone(), answer);
            }
            Ok(None) => {}
            Err(code) => faults.push(bad(code).with("attribute", &question.code)),
        }
    }
    if faults.is_empty() { Ok(Json::Object(kept)) } else { Err(faults) }
}

fn checked_one(question: &Attribute, mut values: Vec<String>) -> Result<Option<Json>, &'static str> {
    let several = question.datatype == Datatype::MultiValueList;
    match values.len() {
        0 if question.required => return Err("open311-attribute-required"),
        0 => return Ok(None),
        2.. if !several => return Err("open311-attribute-once"),
        _ => {}
    }
    if let Some(wrong) = values.iter().find_map(|value| wrong(question, value)) {
        return Err(wrong);
    }
    if question.datatype == Datatype::Datetime {
        values = values.iter().filter_map(|value| moment(value)).map(|moment| rfc3339(moment.from)).collect();
    }
    Ok(Some(if several { Json::from(values) } else { Json::from(values.swap_remove(0)) }))
}

fn wrong(question: &Attribute, value: &str) -> Option<&'static str> {
    let (fits, otherwise) = match question.datatype {
        Datatype::String => (!value.contains(['\r', '\n']), "open311-attribute-line"),
        Datatype::Text => (true, ""),
        Datatype::Number => (value.parse().is_ok_and(f64::is_finite), "open311-attribute-number"),
        Datatype::Datetime => (moment(value).is_some(), "open311-attribute-datetime"),
        Datatype::SingleValueList | Datatype::MultiValueList => {
            (question.values.iter().any(|known| known.key == value), "open311-attribute-value")
        }
    };
    (!fits).then_some(otherwise)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::category::AttributeValue;

    fn question(code: &str, datatype: Datatype, required: bool) -> Attribute {
        let value = |key: &str| AttributeValue { key: key.into(), names: Default::default() };
        Attribute {
            code: code.into(),
            order: 1,
            required,
            datatype,
            descriptions: Default::default(),
            values: vec![value("a"), value("b")],
        }
    }

    fn form(body: &str) -> Submission {
        Submission::from_urlencoded(body.as_bytes()).unwrap()
    }

    #[test]
    fn lists_come_in_three_dialects() {
        for body in [
            "attribute[x][]=a&attribute[x][]=b",
            "attribute%5Bx%5D=a&attribute%5Bx%5D=b",
            "attribute[x][0]=a&attribute[x][1]=b",
        ] {
            let answers = sent(&form(body));
            let kept = checked(&[question("x", Datatype::MultiValueList, true)], answers);
            assert_eq!(kept, Ok(json!({ "x": ["a", "b"] })), "{body}");
        }
    }

    #[test]
    fn answers_are_kept_to_the_kind_of_question() {
        for (datatype, value, expected) in [
            (Datatype::String, "一行", None),
            (Datatype::String, "一\n二", Some("open311-attribute-line")),
            (Datatype::Text, "一\n二", None),
            (Datatype::Number, "3.5", None),
            (Datatype::Number, "NaN", Some("open311-attribute-number")),
            (Datatype::Number, "three", Some("open311-attribute-number")),
            (Datatype::Datetime, "2026-01-02T03:04:05Z", None),
            (Datatype::Datetime, "2026-01-02", None),
            (Datatype::Datetime, "soon", Some("open311-attribute-datetime")),
            (Datatype::SingleValueList, "a", None),
            (Datatype::SingleValueList, "c", Some("open311-attribute-value")),
            (Datatype::MultiValueList, "c", Some("open311-attribute-value")),
        ] {
            assert_eq!(wrong(&question("x", datatype, true), value), expected, "{datatype:?} {value}");
        }
    }

    #[test]
    fn every_fault_names_its_question() {
        let questions = [
            question("must", Datatype::String, true),
            question("may", Datatype::Number, false),
            question("one", Datatype::SingleValueList, false),
        ];
        let answers = sent(&form(
            "attribute[must]=+&attribute[may]=x&attribute[one]=a&attribute[one]=b&attribute[odd]=1",
        ));
        let faults = checked(&questions, answers).unwrap_err();
        let told: Vec<_> = faults.iter().map(|fault| (fault.code, fault.args[0].1.as_str())).collect();
        assert_eq!(
            told,
            [
                ("open311-attribute-required", "must"),
                ("open311-attribute-number", "may"),
                ("open311-attribute-once", "one")
            ]
        );
        assert_eq!(
            checked(&questions, sent(&form("attribute[must]=1&attribute[odd]=1"))),
            Ok(json!({ "must": "1" }))
        );
    }
}

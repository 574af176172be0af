//! Every template is rendered in a test: from samples, or by its own handler over a house's data.

use std::collections::BTreeMap;
use std::fs;

use crate::source::{crates, files, short};

/// Pages that are made of what a database answers; the test that opens each.
const OPENED: [(&str, &str); 6] = [
    ("ProblemPage", "a_refusal_is_a_page_in_the_readers_language"),
    ("PublicPage", "the_public_sees_numbers_of_every_place"),
    ("BehindPage", "the_public_sees_how_the_work_behind_a_number_went"),
    ("StaffPage", "staff_see_their_place_and_nothing_beside_it"),
    ("MethodPage", "reading_what_is_public_is_limited"),
    ("SpokenPart", "a_script_may_ask_while_somebody_writes"),
];

/// Parts that only ever stand within another template; the one whose sample shows each.
const WITHIN: [(&str, &str); 1] = [("StepForm", "MatterPage")];

/// The template structs of a file, each with its template.
fn templates(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split("#[template(path = \"").skip(1).filter_map(|rest| {
        let (path, rest) = rest.split_once('"')?;
        let name = rest.split_once("struct ")?.1;
        let end = name.find(|letter: char| !letter.is_alphanumeric())?;
        Some((name[..end].to_owned(), path.to_owned()))
    })
}

/// What of a file is tests and samples.
fn tested<'t>(path: &str, text: &'t str) -> &'t str {
    if path.contains("/tests/") || path.contains("/samples") || path.ends_with("/tests.rs") {
        return text;
    }
    text.split_once("\n#[cfg(test)]\nmod tests {").map_or("", |(_, tests)| tests)
}

#[test]
fn every_template_is_rendered_in_a_test() {
    let (mut known, mut tests) = (BTreeMap::new(), String::new());
    for folder in crates().iter().filter(|folder| !folder.ends_with("testkit")) {
        for file in ["src", "tests"].iter().flat_map(|part| files(&folder.join(part), "rs")) {
            let text = fs::read_to_string(&file).unwrap();
            tests.push_str(tested(&short(&file), &text));
            known.extend(templates(&text));
        }
    }
    assert!(known.len() > 40, "the templates are found: {}", known.len());
    let word = |name: &str| tests.split(|letter: char| !letter.is_alphanumeric()).any(|said| said == name);
    let told = |list: &[(&str, &'static str)], name: &str| {
        list.iter().find(|(listed, _)| *listed == name).map(|(_, by)| *by)
    };
    let mut wrong = Vec::new();
    for (name, path) in &known {
        let shown = match (told(&OPENED, name), told(&WITHIN, name)) {
            (Some(test), _) => tests.contains(&format!("fn {test}(")),
            (None, Some(whole)) => word(whole),
            (None, None) => word(name),
        };
        if !shown {
            wrong.push(format!("{path}: no sample or test renders {name}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! Every code of the audit trail has a name that people can read, and every such name a code.
//!
//! A code stands as a literal in `Entry::new(who, county, "code", …)`, or among the literals of a
//! function named `audit_code` that is called there. What an entry adds to it has a name as well.

use std::collections::BTreeSet;

use crate::messages::agreed;
use crate::source::{Rust, short};

/// What stands before a code in the id of its name.
const NAMED: &str = "audited-";

/// What stands before a fact in the id of its name.
const FACT: &str = "audit-detail-";

/// Facts that the audit page does not show: hashes for `lianxin audit verify`, and what names the entry itself.
const NOT_SHOWN: [&str; 3] = ["facts", "number", "words"];

/// The codes a file writes; what is no plain code goes to `wrong`.
fn codes(file: &Rust, wrong: &mut Vec<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for at in file.calls("Entry::new") {
        let (start, end) = argument(file, at, 2);
        if let Some(code) = file.string_at(start) {
            found.insert(code.to_owned());
        } else if !file.code[start..end].contains("audit_code()") {
            let line = file.code[..at].matches('\n').count() + 1;
            wrong.push(format!("{}:{line}: the audit code is no literal", short(&file.path)));
        }
    }
    for (at, _) in file.code.match_indices("fn audit_code(") {
        let Some(open) = file.code[at..].find('{').map(|step| at + step + 1) else { continue };
        found.extend(file.strings_in(open, file.closing(open)).map(|(_, code)| code.to_owned()));
    }
    found
}

/// Where the `which`th argument (from 0) of the call opened just before `at` begins and ends.
fn argument(file: &Rust, at: usize, which: usize) -> (usize, usize) {
    let (mut depth, mut seen, mut start) = (0, 0, at);
    let end = file.closing(at);
    for (step, byte) in file.code[at..end].bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 && seen == which => return (file.next(start), at + step),
            b',' if depth == 0 => (seen, start) = (seen + 1, at + step + 1),
            _ => {}
        }
    }
    (file.next(start), end)
}

#[test]
fn every_audit_code_has_a_name_and_every_name_a_code() {
    let mut wrong = Vec::new();
    let messages = agreed(&mut wrong);
    let mut used = BTreeSet::new();
    for file in Rust::all().iter().filter(|file| !short(&file.path).starts_with("crates/testkit/")) {
        used.extend(codes(file, &mut wrong));
    }
    assert!(used.len() > 40, "the codes are found: {}", used.len());
    let named: BTreeSet<String> =
        messages.keys().filter_map(|id| id.strip_prefix(NAMED)).map(str::to_owned).collect();
    wrong.extend(used.difference(&named).map(|code| format!("{code} has no name {NAMED}{code}")));
    wrong.extend(named.difference(&used).map(|code| format!("{NAMED}{code} names nothing that is written")));
    assert!(wrong.is_empty(), "{} things are wrong with audit codes:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the entries of a file tell: the keys of every `json!` in a file that writes entries.
fn facts(file: &Rust) -> BTreeSet<String> {
    let told = file.calls("json!").into_iter().flat_map(|at| file.strings_in(at, file.closing(at)));
    let keys = told.filter(|(start, _)| file.code[start + 1..].trim_start().starts_with(':'));
    keys.map(|(_, key)| key.to_owned()).collect()
}

#[test]
fn every_fact_of_an_entry_has_a_name() {
    let mut wrong = Vec::new();
    let messages = agreed(&mut wrong);
    let mut told = BTreeSet::new();
    for file in
        Rust::all().iter().filter(|file| file.path.components().any(|part| part.as_os_str() == "actions"))
    {
        if !file.calls("Entry::new").is_empty() {
            told.extend(facts(file));
        }
    }
    assert!(told.len() > 40, "the facts are found: {}", told.len());
    let unnamed = told.iter().filter(|fact| !NOT_SHOWN.contains(&fact.as_str()));
    let unnamed = unnamed.map(|fact| format!("{FACT}{}", fact.replace('_', "-")));
    wrong.extend(unnamed.filter(|name| !messages.contains_key(name)));
    assert!(
        wrong.is_empty(),
        "{} things are wrong with facts of entries:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

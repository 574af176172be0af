//! The commands beside `serve`.

pub mod audit;
pub mod backup;
pub mod bench;
pub mod channels;
pub mod db;
pub mod demo;
pub mod figures;
pub mod form;
#[cfg(test)]
mod fuzz;
pub mod import;
mod keys;
pub mod link;
pub mod reach;
pub mod relocate;
mod steps;
pub mod users;
pub mod whole;

use lianxin_foundation::Error;
use lianxin_foundation::i18n::Language;

use crate::house;

/// What a failure says on the terminal: a refusal in the operator's language, anything else with its
/// whole chain of causes and what can be done about it.
pub fn told(error: &Error) -> String {
    let Error::Refused(problem) = error else {
        let advice = error.advice().map_or(String::new(), |advice| format!("\n  {advice}"));
        return error.chain() + &advice;
    };
    let Ok(locales) = house::locales() else { return error.chain() };
    let words = locales.speak(terminal_language());
    // A form's first sentence speaks of sending it again.
    let mut text =
        if problem.fields.is_empty() { words.problem(problem) } else { words.t("terminal-invalid") };
    for wrong in &problem.fields {
        text.push_str(&format!("\n  {}: {}", wrong.field, words.t(wrong.code)));
    }
    text
}

/// What the message with this code says, in the operator's language.
pub fn said(code: &str) -> String {
    house::locales().map_or_else(|_| code.to_owned(), |locales| locales.speak(terminal_language()).t(code))
}

fn terminal_language() -> Language {
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
    tag.and_then(|tag| Language::from_tag(&tag.replace('_', "-"))).unwrap_or(Language::En)
}

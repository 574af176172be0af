//! What every list of people or organisations carries that leaves the program.

use lianxin_foundation::clock::civil;
use lianxin_foundation::web::Visitor;
use lianxin_foundation::{Problem, Result};

/// The longest purpose, in characters.
const LONGEST: usize = 200;

/// Who takes a list away, when, from which page and what for: the last line of a table, the foot of every printed page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// As it stands in the file.
    pub words: String,
    /// What it is taken away for, as the trail keeps it.
    pub reason: String,
}

impl Mark {
    /// The mark of a list that is taken away now; `page` is the page's title.
    ///
    /// # Errors
    /// The field `reason`, when nobody says what for; not signed in.
    pub fn of(visitor: &Visitor, page: &str, reason: &str) -> Result<Mark> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST {
            return Err(Problem::invalid().field("reason", "taken-reason-missing").into());
        }
        let (who, when) = (visitor.signed_in()?, civil(visitor.now).strftime("%Y-%m-%d %H:%M").to_string());
        let taken = visitor.words.t2("taken-mark", "who", who.name.as_str(), "at", when.as_str());
        let from = visitor.words.t2("taken-from", "page", page, "reason", reason);
        Ok(Mark { words: format!("{taken} {from}"), reason: reason.to_owned() })
    }
}

//! What people write, checked.

use lianxin_foundation::{Problem, Result};

/// The longest text of a matter, a note or a reply, in characters: what Open311 allows a description.
pub const MOST_TEXT: usize = 4000;
/// The longest place or address, in characters.
pub const MOST_PLACE: usize = 200;

/// Words that may be left out: trimmed, `None` when empty.
pub(super) fn optional(field: &'static str, text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.chars().count() > MOST_TEXT {
        return Err(Problem::invalid().field(field, "matter-text-long").into());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Words that must be there; `missing` is what the reader is told otherwise.
pub(super) fn required(field: &'static str, text: &str, missing: &'static str) -> Result<String> {
    optional(field, text)?.ok_or_else(|| Problem::invalid().field(field, missing).into())
}

/// Words that staff send, perhaps begun from a template: nothing goes out while a name in braces is
/// left to be filled in.
pub(super) fn filled_in(field: &'static str, words: Option<String>) -> Result<Option<String>> {
    let open = |words: &String| {
        words.split('{').skip(1).any(|rest| {
            rest.split_once('}').is_some_and(|(name, _)| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            })
        })
    };
    if words.as_ref().is_some_and(open) {
        return Err(Problem::invalid().field(field, "matter-note-unfilled").into());
    }
    Ok(words)
}

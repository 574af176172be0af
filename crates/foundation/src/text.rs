//! What people and programs write, without what no one means to write.

use std::borrow::Cow;

use serde_json::Value;

/// A control character that is no line end and no tab: ESC lets a stored text play with the terminal that
/// shows it, NUL cannot be stored by PostgreSQL, and most of them break an XML document, as do the two that are none.
fn unwanted(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t') || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

/// Text with line ends as `\n` and no other control character than the tab: any XML document can hold it. Nothing is refused for one:
/// they come with what was pasted, and nobody sees them.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(unwanted) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.chars().filter(|letter| !unwanted(*letter)).collect())
}

/// Cleans every text inside a JSON value; names of members stay as they are, for the reader to know or refuse.
pub fn clean_json(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(cleaned) = clean(text) {
                *text = cleaned;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean_json),
        Value::Object(members) => members.values_mut().for_each(clean_json),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_lines_and_tabs_are_left_of_control_characters() {
        for (written, kept) in [
            ("漏水，很久了", "漏水，很久了"),
            ("一\r\n二\r三\n四\t五", "一\n二\n三\n四\t五"),
            ("\u{1b}[31m红\u{1b}[0m", "[31m红[0m"),
            ("a\0b\u{8}c\u{7f}d\u{9b}e", "abcde"),
            ("a\u{fffe}b\u{ffff}c\u{fffd}", "abc\u{fffd}"),
        ] {
            assert_eq!(clean(written), kept);
        }
    }

    #[test]
    fn json_is_cleaned_at_every_depth() {
        let mut value = json!({ "a": "x\u{1b}y", "b": ["\0", { "c": "ok" }], "n": 1 });
        clean_json(&mut value);
        assert_eq!(value, json!({ "a": "xy", "b": ["", { "c": "ok" }], "n": 1 }));
    }
}

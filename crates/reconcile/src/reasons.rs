//! Why two people may be the same: what each field said, kept as `field|level|bits` lines, bits in tenths.

use std::fmt::Write;

use lianxin_linkage::Evidence;

/// What one field said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// [`crate::model::Field`]'s code.
    pub field: String,
    /// How it compared, in the engine's words.
    pub level: String,
    /// For (above 0) or against, to base 2, in tenths.
    pub tenths: i64,
}

/// The message id of a level; `None` for one that this room has no words for.
pub fn level_message(level: &str) -> Option<&'static str> {
    Some(match level {
        "same" => "check-level-same",
        "same sound or order" => "check-level-sound",
        "near sound or shape" => "check-level-near-name",
        "a part left out" => "check-level-part",
        "one given character" => "check-level-one-given",
        "surname only" => "check-level-surname",
        "given name only" => "check-level-given",
        "one slip" => "check-level-slip",
        "several slips" => "check-level-slips",
        "same place and birth" => "check-level-id-birth",
        "one slip or swapped" => "check-level-swapped",
        "same as far as told" => "check-level-as-told",
        "near" => "check-level-near",
        "same year" => "check-level-year",
        "same door" => "check-level-door",
        "same door as far as told" => "check-level-door-as-told",
        "same village, estate or road" => "check-level-village",
        "another door there" => "check-level-other-door",
        "within the other" => "check-level-within",
        "another place in the town" => "check-level-other-place",
        "another town" => "check-level-other-town",
        "differs" => "check-level-differs",
        _ => return None,
    })
}

/// The engine's explanation as it is stored.
pub(crate) fn written(evidence: &[Evidence]) -> String {
    let mut text = String::new();
    for one in evidence {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}|{}|{:.0}", one.field, one.level, one.bits * 10.0);
    }
    text
}

/// Reads it again, what speaks loudest first.
pub fn read(text: &str) -> Vec<Reason> {
    let reason = |line: &str| {
        let mut parts = line.split('|');
        let (field, level) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(Reason { field, level, tenths: parts.next()?.parse().ok()? })
    };
    let mut reasons: Vec<Reason> = text.lines().filter_map(reason).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tenths.abs()));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_come_back_with_the_loudest_first() {
        let said =
            |field: &str, level: &'static str, bits: f64| Evidence { field: field.to_owned(), level, bits };
        let text = written(&[said("name", "same", 8.04), said("birth", "differs", -11.26)]);
        let read = read(&text);
        assert_eq!((read[0].field.as_str(), read[0].tenths), ("birth", -113));
        assert_eq!((read[1].level.as_str(), read[1].tenths), ("same", 80));
        assert!(read.iter().all(|reason| level_message(&reason.level).is_some()));
        assert_eq!(super::read("nonsense\n"), []);
    }
}

//! What a row of a division table must be.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::{Change, NAMED, WrongRow};
use crate::area::AreaKind;

/// How many digits the codes of each level have, the province first.
const DIGITS: [usize; 5] = [2, 4, 6, 9, 12];

/// The longest name, in characters.
const LONGEST: usize = 60;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It has more or fewer fields than the first line.
    Fields(usize, usize),
    /// It is not UTF-8.
    NotText,
    /// The code is not of digits only, or of another number of them.
    Code(String, usize),
    /// The name is empty, too long, or has characters that cannot be shown.
    Name(String),
    /// The code does not begin with its parent's.
    NotUnder(String, String),
    /// No such parent is stored or came before.
    NoParent(String, String),
    /// The code came before.
    Twice(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Fields(found, expected) => {
                write!(f, "fields: {found}, where the first line has {expected}")
            }
            Reason::NotText => f.write_str("not UTF-8"),
            Reason::Code(code, digits) => write!(f, "the code {code:?} should be {digits} digits"),
            Reason::Name(code) => {
                write!(f, "the name of {code} is empty, longer than {LONGEST} characters or not printable")
            }
            Reason::NotUnder(code, parent) => {
                write!(f, "the code {code} does not begin with its parent's, {parent:?}")
            }
            Reason::NoParent(code, parent) => write!(f, "{code} lies in {parent}, which is not known"),
            Reason::Twice(code) => write!(f, "the code {code} came before"),
        }
    }
}

/// A row that is allowed but looks odd: its code's last digits say another kind than its name
/// (001–099 街道, 100–199 镇, 200–399 乡; 001–199 居委会, 200–399 村委会).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} is an unusual code for {}", self.file, self.line, self.code, self.name)
    }
}

/// The level of a division code by its length.
pub(super) fn level_of(code: &str) -> Option<usize> {
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    DIGITS.iter().position(|length| digits && *length == code.len())
}

/// The code of the area a division lies in.
pub(super) fn parent_of(code: &str) -> Option<&str> {
    let level = DIGITS.iter().position(|length| *length == code.len())?;
    Some(&code[..DIGITS[level.checked_sub(1)?]])
}

/// A row as read.
pub(super) struct Row<'a> {
    pub(super) code: &'a str,
    pub(super) name: &'a str,
    /// The parent's code, where the table has a column for it.
    pub(super) parent: Option<&'a str>,
}

/// What the checker knows and has found out.
pub(super) struct Checker {
    known: HashMap<u64, Box<str>>,
    seen: HashSet<u64>,
    under: Vec<String>,
    pub(super) found: Found,
}

/// What the checker has found out.
#[derive(Default)]
pub(super) struct Found {
    pub(super) wrong: Vec<WrongRow>,
    pub(super) unchanged: u64,
    pub(super) odd: u64,
    pub(super) warnings: Vec<Warning>,
    pub(super) rows: u64,
}

impl Checker {
    pub(super) fn new(known: HashMap<u64, Box<str>>, under: Vec<String>) -> Checker {
        Checker { known, seen: HashSet::new(), under, found: Found::default() }
    }

    /// Whether so many rows are wrong that no more will be named.
    pub(super) fn is_full(&self) -> bool {
        self.found.wrong.len() >= NAMED
    }

    /// Notes a wrong row.
    pub(super) fn wrong(&mut self, file: &str, line: u64, reason: Reason) {
        self.found.wrong.push(WrongRow { file: file.to_owned(), line, reason });
    }

    /// Looks at one row and says what has to be done about it, if anything.
    pub(super) fn row(&mut self, kind: AreaKind, file: &str, line: u64, row: &Row<'_>) -> Option<Change> {
        match self.checked(kind, row) {
            Err(reason) => {
                self.wrong(file, line, reason);
                None
            }
            Ok(None) => None,
            Ok(Some(code)) => {
                self.found.rows += 1;
                if is_odd(kind, row) {
                    self.warn(file, line, row);
                }
                self.compared(kind, code, row)
            }
        }
    }

    /// The code as a number; `None` for a row outside what was asked for.
    fn checked(&mut self, kind: AreaKind, row: &Row<'_>) -> Result<Option<u64>, Reason> {
        let digits = DIGITS[kind as usize];
        let number = (row.code.len() == digits && row.code.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| row.code.parse::<u64>().ok())
            .flatten();
        let Some(number) = number else { return Err(Reason::Code(row.code.to_owned(), digits)) };
        if !self.is_asked_for(row.code) {
            return Ok(None);
        }
        if row.name.is_empty() || row.name.chars().count() > LONGEST || row.name.chars().any(char::is_control)
        {
            return Err(Reason::Name(row.code.to_owned()));
        }
        if let Some(parent) = parent_of(row.code) {
            if row.parent.is_some_and(|given| given != parent) {
                let given = row.parent.unwrap_or_default().to_owned();
                return Err(Reason::NotUnder(row.code.to_owned(), given));
            }
            let parent_number = parent.parse().unwrap_or(0);
            if !self.seen.contains(&parent_number) && !self.known.contains_key(&parent_number) {
                return Err(Reason::NoParent(row.code.to_owned(), parent.to_owned()));
            }
        }
        if self.seen.insert(number) { Ok(Some(number)) } else { Err(Reason::Twice(row.code.to_owned())) }
    }

    fn is_asked_for(&self, code: &str) -> bool {
        self.under.is_empty()
            || self.under.iter().any(|under| code.starts_with(under) || under.starts_with(code))
    }

    fn compared(&mut self, kind: AreaKind, code: u64, row: &Row<'_>) -> Option<Change> {
        let (text, name) = (row.code.to_owned(), row.name.to_owned());
        match self.known.get(&code) {
            None => Some(Change::Add { kind, code: text, name }),
            Some(known) if **known != *row.name => Some(Change::Rename { code: text, name }),
            Some(_) => {
                self.found.unchanged += 1;
                None
            }
        }
    }

    fn warn(&mut self, file: &str, line: u64, row: &Row<'_>) {
        self.found.odd += 1;
        if self.found.warnings.len() < NAMED {
            self.found.warnings.push(Warning {
                file: file.to_owned(),
                line,
                code: row.code.to_owned(),
                name: row.name.to_owned(),
            });
        }
    }
}

fn is_odd(kind: AreaKind, row: &Row<'_>) -> bool {
    is_odd_code(kind, row.code, row.name)
}

/// Whether the last three digits of a code are unusual for such a name.
pub(crate) fn is_odd_code(kind: AreaKind, code: &str, name: &str) -> bool {
    let usual: &[(&str, std::ops::RangeInclusive<u32>)] = match kind {
        AreaKind::Town => &[("街道", 1..=99), ("镇", 100..=199), ("乡", 200..=399)],
        AreaKind::Village => &[("居委会", 1..=199), ("村委会", 200..=399)],
        _ => return false,
    };
    let Some(segment) = code.len().checked_sub(3).and_then(|from| code.get(from..)?.parse::<u32>().ok())
    else {
        return false;
    };
    usual
        .iter()
        .find(|(ending, _)| name.ends_with(ending))
        .is_some_and(|(_, range)| !range.contains(&segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checker(under: &[&str]) -> Checker {
        let known = [(42, "湖北省"), (4212, "咸宁市"), (421_223, "崇阳县"), (421_223_100, "天城镇")];
        let known = known.into_iter().map(|(code, name)| (code, name.into())).collect();
        Checker::new(known, under.iter().map(|code| (*code).to_owned()).collect())
    }

    fn one(kind: AreaKind, code: &str, name: &str, parent: Option<&str>) -> Result<Option<Change>, Reason> {
        let mut checker = checker(&[]);
        let change = checker.row(kind, "f.csv", 2, &Row { code, name, parent });
        match checker.found.wrong.pop() {
            Some(wrong) => Err(wrong.reason),
            None => Ok(change),
        }
    }

    #[test]
    fn wrong_rows_are_told_apart() {
        let village = AreaKind::Village;
        for (kind, code, name, parent, reason) in [
            (village, "42122310000", "村", None, Reason::Code("42122310000".into(), 12)),
            (village, "42122310020x", "村", None, Reason::Code("42122310020x".into(), 12)),
            (village, "421223100201", "", None, Reason::Name("421223100201".into())),
            (village, "421223100201", "一\u{7}村", None, Reason::Name("421223100201".into())),
            (
                village,
                "421223100201",
                "村",
                Some("421223101"),
                Reason::NotUnder("421223100201".into(), "421223101".into()),
            ),
            (
                village,
                "421223999201",
                "村",
                None,
                Reason::NoParent("421223999201".into(), "421223999".into()),
            ),
            (AreaKind::Province, "4", "省", None, Reason::Code("4".into(), 2)),
        ] {
            assert_eq!(one(kind, code, name, parent), Err(reason), "{code}");
        }
    }

    #[test]
    fn a_row_is_added_renamed_or_left() {
        let added = one(AreaKind::Village, "421223100201", "村委会", Some("421223100")).unwrap();
        assert!(matches!(added, Some(Change::Add { kind: AreaKind::Village, .. })));
        let renamed = one(AreaKind::Town, "421223100", "天城街道", None).unwrap();
        assert!(matches!(renamed, Some(Change::Rename { .. })));
        assert_eq!(one(AreaKind::Town, "421223100", "天城镇", None), Ok(None));
    }

    #[test]
    fn the_same_code_twice_is_wrong() {
        let mut checker = checker(&[]);
        let row = Row { code: "421223101", name: "沙坪镇", parent: None };
        assert!(checker.row(AreaKind::Town, "f.csv", 2, &row).is_some());
        assert!(checker.row(AreaKind::Town, "f.csv", 3, &row).is_none());
        assert_eq!(checker.found.wrong[0].to_string(), "f.csv:3: the code 421223101 came before");
    }

    #[test]
    fn a_part_keeps_what_lies_above_and_below_it() {
        let checker = checker(&["421223", "421202001"]);
        for (code, kept) in [
            ("42", true),
            ("4212", true),
            ("421223", true),
            ("421223100201", true),
            ("421202", true),
            ("421202001", true),
            ("421202002", false),
            ("43", false),
        ] {
            assert_eq!(checker.is_asked_for(code), kept, "{code}");
        }
    }

    #[test]
    fn unusual_segments_are_only_warned_of() {
        let odd = |kind, code, name| is_odd(kind, &Row { code, name, parent: None });
        assert!(odd(AreaKind::Town, "421223100", "天城街道"));
        assert!(!odd(AreaKind::Town, "421223100", "天城镇"));
        assert!(odd(AreaKind::Village, "421223100201", "桃溪社区居委会"));
        assert!(!odd(AreaKind::Village, "421223100498", "渔场生活区"));
    }
}

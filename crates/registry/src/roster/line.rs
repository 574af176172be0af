//! A row of a roster, read: every cell in the one spelling the register keeps, personal ones sealed already.
//! All of it is computation, so that one thread can do it while another writes.

use std::collections::HashSet;

use lianxin_foundation::clock::start_of;
use lianxin_foundation::{App, Micros, Problem};
use uuid::Uuid;

use super::fields::{Field, coded};
use super::sheet::SheetRow;
use crate::actions::people::{LONGEST_ADDRESS, LONGEST_CODE, Particulars};
use crate::household::Relation;
use crate::person::naming::{Keys, named};
use crate::person::{Sex, day_typed, sealed};

/// A personal number: as it is, as it is kept, and as it is found.
pub(crate) struct Number {
    pub(crate) plain: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

/// A row as read. What is not said is `None`.
pub(crate) struct Line {
    /// Its number in the file.
    pub(crate) number: u32,
    /// The id its person gets if they are new, and that its fields are sealed for.
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) keys: Keys,
    pub(crate) sex: Option<Sex>,
    pub(crate) birth: Option<String>,
    pub(crate) id_number: Option<Number>,
    pub(crate) phone: Option<Number>,
    pub(crate) phone_tail: Option<Vec<u8>>,
    pub(crate) area: Option<String>,
    pub(crate) household: Option<String>,
    pub(crate) relation: Option<Relation>,
    pub(crate) address: Option<String>,
    pub(crate) organisation: Option<String>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) since: Option<Micros>,
    /// The messages that say what is wrong with it.
    pub(crate) wrong: Vec<&'static str>,
}

/// Reads the rows of one file, one after another.
pub(crate) struct LineReader<'a> {
    app: &'a App,
    columns: &'a [Option<Field>],
    now: Micros,
    /// By what the people of the rows before are found: an ID number, or a name with birth or telephone.
    seen: HashSet<Vec<u8>>,
}

impl<'a> LineReader<'a> {
    /// A reader of rows whose columns hold these fields.
    pub(crate) fn new(app: &'a App, columns: &'a [Option<Field>], now: Micros) -> LineReader<'a> {
        LineReader { app, columns, now, seen: HashSet::new() }
    }

    /// Reads the next row.
    pub(crate) fn read(&mut self, row: &SheetRow) -> Line {
        let text = |wanted: Field| {
            let at = self.columns.iter().position(|field| *field == Some(wanted));
            at.and_then(|at| row.cells.get(at)).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let mut problem = Problem::invalid();
        let name = text(Field::Name).and_then(named).unwrap_or_default();
        if name.is_empty() {
            problem = problem.field("name", "person-name-form");
        }
        let code = |field| text(field).map(|word| coded(field, word).ok_or(()));
        let birth = text(Field::Birth).map(|typed| day_typed(typed).ok_or(()));
        let since = text(Field::Since).map(|typed| day_typed(typed).map(start_of).ok_or(()));
        let coded_ones = (code(Field::Sex), code(Field::Relation), code(Field::Kind));
        for (wrong, field, message) in [
            (birth == Some(Err(())), "birth", "person-birth-form"),
            (since == Some(Err(())), "since", "roster-day-form"),
            (matches!(since, Some(Ok(day)) if day > self.now), "since", "people-day-future"),
            (coded_ones.0 == Some(Err(())), "sex", "roster-sex-form"),
            (coded_ones.1 == Some(Err(())), "relation", "roster-relation-form"),
            (coded_ones.2 == Some(Err(())), "kind", "roster-kind-form"),
            (!fits(text(Field::Address), LONGEST_ADDRESS, |_| true), "address", "person-address-form"),
            (
                !fits(text(Field::Household), LONGEST_CODE, |c| c.is_alphanumeric() || c == '-'),
                "household",
                "household-code-form",
            ),
        ] {
            if wrong {
                problem = problem.field(field, message);
            }
        }
        let given = |one: Option<Result<&'static str, ()>>| one.and_then(Result::ok);
        let sex = given(coded_ones.0).and_then(Sex::from_code);
        let typed = (text(Field::IdNumber), text(Field::Phone));
        let (read, problem) = Particulars::read(self.now, problem, typed, (sex, birth.and_then(Result::ok)));
        let mut wrong: Vec<&'static str> = problem.fields.iter().map(|field| field.code).collect();
        if text(Field::IdNumber).is_some_and(spoilt) {
            wrong
                .iter_mut()
                .filter(|code| **code == "person-id-form")
                .for_each(|code| *code = "roster-id-spoilt");
        }
        let owned = |field| text(field).map(str::to_owned);
        let mut line = Line {
            number: row.line,
            id: self.app.ids().new_id(self.now),
            name: name.to_owned(),
            keys: Keys::of(name),
            sex: read.sex,
            birth: read.birth.map(|birth| birth.to_string()),
            id_number: None,
            phone: None,
            phone_tail: None,
            area: owned(Field::Area),
            household: owned(Field::Household),
            relation: given(coded_ones.1).and_then(Relation::from_code),
            address: owned(Field::Address),
            organisation: owned(Field::Organisation),
            kind: given(coded_ones.2),
            since: since.and_then(Result::ok),
            wrong,
        };
        line.seal(self.app, read);
        if line.wrong.is_empty() && !self.is_first(&line) {
            line.wrong.push("roster-twice");
        }
        line
    }

    /// Whether no row before was about the same person.
    fn is_first(&mut self, line: &Line) -> bool {
        let plain = line.keys.plain.as_bytes();
        let by_birth = line.birth.as_ref().map(|birth| [plain, b"/", birth.as_bytes()].concat());
        let by_phone = line.phone.as_ref().map(|phone| [plain, b"/", &phone.key].concat());
        let by_id = line.id_number.as_ref().map(|id| id.key.clone());
        let others = by_birth.into_iter().chain(by_phone);
        match by_id {
            Some(id) => {
                self.seen.extend(others);
                self.seen.insert(id)
            }
            // Each of them is noted, also when the first is known.
            None => others.filter(|key| !self.seen.insert(key.clone())).count() == 0,
        }
    }
}

impl Line {
    fn seal(&mut self, app: &App, read: Particulars) {
        self.id_number = read.id_number.map(|plain| Number {
            sealed: sealed::seal_id(app, self.id, &plain),
            key: sealed::id_key(app, &plain),
            plain,
        });
        self.phone_tail = read.phone.as_deref().map(|phone| sealed::phone_tail(app, phone));
        self.phone = read.phone.map(|plain| Number {
            sealed: sealed::seal_phone(app, self.id, &plain),
            key: sealed::phone_key(app, &plain),
            plain,
        });
    }
}

fn fits(text: Option<&str>, longest: usize, takes: fn(char) -> bool) -> bool {
    text.is_none_or(|text| text.chars().count() <= longest && !text.contains('\n') && text.chars().all(takes))
}

/// A sheet keeps fifteen digits of a number: an ID number typed as one ends in zeros or has an exponent.
fn spoilt(typed: &str) -> bool {
    let digits = typed.len() == 18 && typed.bytes().all(|byte| byte.is_ascii_digit());
    (digits && typed.ends_with("000")) || (typed.contains(['E', 'e']) && typed.parse::<f64>().is_ok())
}

//! CSV, line by line: a head that names the columns in any order, fields parted by commas, quotes around a
//! field allowed. A field holds neither quotes nor line breaks.

use std::ops::RangeInclusive;

use crate::hours::HoursError;

/// A row that is wrong. Lines are counted from 1, the head is line 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RowError {
    /// Where.
    pub line: usize,
    /// Why.
    pub reason: Reason,
}

/// Why a row is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// There is no head.
    #[error("the file is empty: its first line names the columns")]
    Empty,
    /// The head names no such column.
    #[error("there is no column «{0}»")]
    NoColumn(&'static str),
    /// More or fewer fields than the head.
    #[error("{fields} fields where the head has {columns}")]
    Fields {
        /// In the row.
        fields: usize,
        /// In the head.
        columns: usize,
    },
    /// A quote that does not surround a field.
    #[error("a quote stands within a field")]
    Quote,
    /// An empty id.
    #[error("«{0}» is empty")]
    Missing(String),
    /// No whole number.
    #[error("{column} is «{text}», which is no whole number")]
    NoNumber {
        /// Which column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// No number of degrees.
    #[error("{column} is «{text}», which is no number of degrees")]
    NoDegrees {
        /// Which column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A whole number, but not a possible one.
    #[error("{column} is {text}: it must lie between {least} and {most}")]
    Beyond {
        /// Which column.
        column: String,
        /// What stands there.
        text: String,
        /// The least allowed.
        least: i64,
        /// The most allowed.
        most: i64,
    },
    /// An id that an earlier row has.
    #[error("the id «{0}» stands in an earlier row too")]
    Twice(String),
    /// A node that the nodes' table does not have.
    #[error("there is no node «{0}»")]
    NoSuchNode(String),
    /// A point far from the streets, or no point at all.
    #[error("the point does not lie on the map")]
    NotHere,
    /// Opening hours that cannot be read.
    #[error(transparent)]
    Hours(#[from] HoursError),
}

/// The head and what follows it.
pub(super) struct Table<'t> {
    head: Vec<&'t str>,
    lines: std::str::Split<'t, char>,
}

impl<'t> Table<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self, RowError> {
        let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).split('\n');
        let head = lines.next().map(trimmed).filter(|head| !head.is_empty());
        let head = head.ok_or(RowError { line: 1, reason: Reason::Empty })?;
        let mut fields = Vec::new();
        split(head, &mut fields).map_err(|reason| RowError { line: 1, reason })?;
        Ok(Table { head: fields, lines })
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &'static str) -> Result<usize, RowError> {
        let found = self.head.iter().position(|column| *column == name);
        found.ok_or(RowError { line: 1, reason: Reason::NoColumn(name) })
    }

    /// Hands over every row that is not blank.
    pub(super) fn each(
        self,
        mut take: impl FnMut(&Row<'_, 't>) -> Result<(), RowError>,
    ) -> Result<(), RowError> {
        let mut fields = Vec::with_capacity(self.head.len());
        for (line, text) in (2..).zip(self.lines.map(trimmed)).filter(|(_, text)| !text.is_empty()) {
            split(text, &mut fields).map_err(|reason| RowError { line, reason })?;
            let (found, columns) = (fields.len(), self.head.len());
            if found != columns {
                return Err(RowError { line, reason: Reason::Fields { fields: found, columns } });
            }
            take(&Row { line, head: &self.head, fields: &fields })?;
        }
        Ok(())
    }
}

/// One row.
pub(super) struct Row<'r, 't> {
    line: usize,
    head: &'r [&'t str],
    fields: &'r [&'t str],
}

impl<'t> Row<'_, 't> {
    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn text(&self, column: usize) -> &'t str {
        self.fields[column]
    }

    /// A text that is not empty.
    pub(super) fn id(&self, column: usize) -> Result<&'t str, RowError> {
        match self.fields[column] {
            "" => Err(self.wrong(Reason::Missing(self.head[column].to_owned()))),
            id => Ok(id),
        }
    }

    pub(super) fn number(&self, column: usize, within: RangeInclusive<i64>) -> Result<i64, RowError> {
        let text = self.fields[column];
        let named = || (self.head[column].to_owned(), text.to_owned());
        match text.parse::<i64>() {
            Ok(number) if within.contains(&number) => Ok(number),
            Ok(_) => {
                let (column, text) = named();
                Err(self.wrong(Reason::Beyond { column, text, least: *within.start(), most: *within.end() }))
            }
            Err(_) => {
                let (column, text) = named();
                Err(self.wrong(Reason::NoNumber { column, text }))
            }
        }
    }

    pub(super) fn degrees(&self, column: usize) -> Result<f64, RowError> {
        let text = self.fields[column];
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let named = || Reason::NoDegrees { column: self.head[column].to_owned(), text: text.to_owned() };
        number.ok_or_else(|| self.wrong(named()))
    }

    pub(super) fn wrong(&self, reason: Reason) -> RowError {
        RowError { line: self.line, reason }
    }
}

fn trimmed(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

fn split<'t>(line: &'t str, fields: &mut Vec<&'t str>) -> Result<(), Reason> {
    fields.clear();
    if !line.contains('"') {
        fields.extend(line.split(',').map(str::trim));
        return Ok(());
    }
    let mut rest = line;
    loop {
        let field;
        (field, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(Reason::Quote)?,
            None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
        };
        if field.contains('"') {
            return Err(Reason::Quote);
        }
        fields.push(field.trim());
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest.is_empty() => return Ok(()),
            None => return Err(Reason::Quote),
        }
    }
}

//! Comma-separated text, read in place: a field is a piece of the text unless quotes within it must go.

use std::borrow::Cow;

/// A row that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A quotation mark is opened and never closed.
    #[error("line {line}: a quotation mark is opened and not closed")]
    OpenQuote {
        /// Where it was opened, from 1.
        line: usize,
    },
    /// More fields than the header has.
    #[error("line {line}: {found} fields, but the header has {wanted}")]
    TooManyFields {
        /// The row's first line, from 1.
        line: usize,
        /// How many there are.
        found: usize,
        /// How many the header has.
        wanted: usize,
    },
    /// There is no header.
    #[error("the file is empty")]
    Empty,
}

/// A table: a header, then rows. Fields are parted by the comma, or by the tab or semicolon if the header has
/// more of those.
pub struct Table<'a> {
    header: Vec<String>,
    rest: &'a str,
    line: usize,
    mark: u8,
}

impl<'a> Table<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// No header, or one that cannot be read.
    pub fn new(text: &'a str) -> Result<Table<'a>, TableError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let first = text.lines().next().unwrap_or("");
        let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
        let mark =
            [b',', b'\t', b';'].into_iter().max_by_key(|mark| (count(*mark), *mark == b',')).unwrap_or(b',');
        let mut table = Table { header: Vec::new(), rest: text, line: 1, mark };
        let mut fields = Vec::new();
        if table.fields(&mut fields)?.is_none() {
            return Err(TableError::Empty);
        }
        table.header = fields.iter().map(|field| field.trim().to_owned()).collect();
        Ok(table)
    }

    /// The columns' names.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row into `fields`, which keeps its memory; missing fields are empty. Gives the row's
    /// first line, from 1; `None` at the end. Blank lines are passed over.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn next_row(&mut self, fields: &mut Vec<Cow<'a, str>>) -> Result<Option<usize>, TableError> {
        let Some(line) = self.fields(fields)? else { return Ok(None) };
        let wanted = self.header.len();
        if fields.len() > wanted && fields[wanted..].iter().any(|field| !field.trim().is_empty()) {
            return Err(TableError::TooManyFields { line, found: fields.len(), wanted });
        }
        fields.resize(wanted, Cow::Borrowed(""));
        Ok(Some(line))
    }

    fn fields(&mut self, fields: &mut Vec<Cow<'a, str>>) -> Result<Option<usize>, TableError> {
        while let Some(rest) = self.rest.strip_prefix('\n').or_else(|| self.rest.strip_prefix("\r\n")) {
            self.rest = rest;
            self.line += 1;
        }
        fields.clear();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        loop {
            let field = if self.rest.starts_with('"') { self.quoted()? } else { self.bare() };
            fields.push(field);
            match self.rest.as_bytes().first() {
                Some(byte) if *byte == self.mark => self.rest = &self.rest[1..],
                _ => break,
            }
        }
        self.rest =
            self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n')).unwrap_or(self.rest);
        self.line += 1;
        Ok(Some(line))
    }

    fn bare(&mut self) -> Cow<'a, str> {
        let end =
            self.rest.bytes().position(|byte| byte == self.mark || byte == b'\n').unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        self.rest = rest;
        Cow::Borrowed(field.strip_suffix('\r').unwrap_or(field))
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, TableError> {
        let body = &self.rest[1..];
        let opened = self.line;
        let mut end = 0;
        let mut doubled = false;
        loop {
            let Some(found) = body[end..].find('"') else {
                return Err(TableError::OpenQuote { line: opened });
            };
            end += found;
            if body[end + 1..].starts_with('"') {
                doubled = true;
                end += 2;
            } else {
                break;
            }
        }
        let inside = &body[..end];
        self.line += inside.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = &body[end + 1..];
        // What stands between the closing quote and the next mark belongs to nothing.
        let _ = self.bare();
        Ok(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<Vec<String>>, TableError> {
        let mut table = Table::new(text)?;
        let mut fields = Vec::new();
        let mut rows = vec![table.header().to_vec()];
        while table.next_row(&mut fields)?.is_some() {
            rows.push(fields.iter().map(|field| field.clone().into_owned()).collect());
        }
        Ok(rows)
    }

    #[test]
    fn quotes_and_line_ends_are_read() {
        assert_eq!(
            rows("\u{FEFF}id,name\r\n1,\"a \"\"b\"\", c\"\r\n\r\n2,\"x\ny\"\n3\n4,z,,\n").unwrap(),
            [["id", "name"], ["1", "a \"b\", c"], ["2", "x\ny"], ["3", ""], ["4", "z"]]
        );
        assert_eq!(rows("a\tb,c\td\n1\t2\t3").unwrap()[1], ["1", "2", "3"]);
    }

    #[test]
    fn wrong_rows_are_named_by_line() {
        assert_eq!(rows(""), Err(TableError::Empty));
        assert_eq!(rows("a,b\n1,2\n\"x\n"), Err(TableError::OpenQuote { line: 3 }));
        let wrong = TableError::TooManyFields { line: 4, found: 3, wanted: 2 };
        assert_eq!(rows("a,b\n\"1\n\",2\n1,2,3\n"), Err(wrong));
    }
}

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
    /// There is nothing else.
    #[error("no people: the file has a header and nothing below it")]
    NoRows,
}

/// A table: a header, then rows. Fields are parted by the comma, or by the tab or semicolon if the header has
/// more of those.
pub struct Table<'a> {
    header: Vec<String>,
    rest: &'a str,
    line: usize,
    mark: u8,
    /// What ends a line: `\n`, behind a `\r` or not, or in texts of old programs `\r` alone.
    end: char,
}

/// The most lines above the header that are passed over.
const MOST_TITLES: usize = 4;

impl<'a> Table<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// No header, or one that cannot be read.
    pub fn new(text: &'a str) -> Result<Table<'a>, TableError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let end = line_end(text);
        let first = || text.split(end).take(MOST_TITLES + 1);
        let count = |mark: u8| first().flat_map(str::bytes).filter(|byte| *byte == mark).count();
        let mark =
            [b',', b'\t', b';'].into_iter().max_by_key(|mark| (count(*mark), *mark == b',')).unwrap_or(b',');
        let mut table = Table { header: Vec::new(), rest: text, line: 1, mark, end };
        let mut fields = Vec::new();
        if table.fields(&mut fields)?.is_none() {
            return Err(TableError::Empty);
        }
        table.pass_titles(&mut fields);
        table.header = fields.iter().map(|field| field.trim().to_owned()).collect();
        Ok(table)
    }

    /// A title that stands alone in its line above the columns' names (咸安区人员花名册) is no header: the first line
    /// after such ones that tells several fields is.
    fn pass_titles(&mut self, fields: &mut Vec<Cow<'a, str>>) {
        const SEVERAL: usize = 3;
        let told = |fields: &[Cow<'_, str>]| fields.iter().filter(|field| !field.trim().is_empty()).count();
        let (rest, line) = (self.rest, self.line);
        let mut next = fields.clone();
        for _ in 0..MOST_TITLES {
            if told(&next) != 1 || !matches!(self.fields(&mut next), Ok(Some(_))) {
                break;
            }
            if told(&next) >= SEVERAL {
                *fields = next;
                return;
            }
        }
        (self.rest, self.line) = (rest, line);
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
        while let Some(rest) = self.past_line_end() {
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
        self.rest = self.past_line_end().unwrap_or(self.rest);
        self.line += 1;
        Ok(Some(line))
    }

    /// What stands behind a line's end, if it stands here.
    fn past_line_end(&self) -> Option<&'a str> {
        self.rest.strip_prefix(self.end).or_else(|| self.rest.strip_prefix("\r\n"))
    }

    fn bare(&mut self) -> Cow<'a, str> {
        let (mark, line_end) = (self.mark, self.end as u8);
        let ends = |byte: u8| byte == mark || byte == line_end;
        let end = self.rest.bytes().position(ends).unwrap_or(self.rest.len());
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
        self.line += inside.bytes().filter(|byte| *byte == self.end as u8).count();
        self.rest = &body[end + 1..];
        // What stands between the closing quote and the next mark belongs to nothing.
        let _ = self.bare();
        Ok(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) })
    }
}

/// What ends the first line, outside quotes.
fn line_end(text: &str) -> char {
    let mut quoted = false;
    let mut letters = text.bytes().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            b'"' => quoted = !quoted,
            b'\r' if !quoted && letters.peek() != Some(&b'\n') => return '\r',
            b'\n' if !quoted => break,
            _ => {}
        }
    }
    '\n'
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
        assert_eq!(rows("a;b\r1;\"2\n3\"\r\r4;5\r").unwrap(), [["a", "b"], ["1", "2\n3"], ["4", "5"]]);
        let wrong = TableError::TooManyFields { line: 3, found: 2, wanted: 1 };
        assert_eq!(rows("a\r1\r1,2\r"), Err(wrong));
    }

    #[test]
    fn titles_above_the_header_are_passed_over() {
        let want = [["编号", "姓名", "电话"], ["1", "张伟", ""]];
        for title in ["", "花名册\n", "花名册,,\n", "\"花名册\n二〇二六年\",,\n填报单位：民政局,,\n"]
        {
            assert_eq!(rows(&format!("{title}编号,姓名,电话\n1,张伟,\n")).unwrap(), want, "{title}");
        }
        assert_eq!(rows("花名册\n编号\t姓名\t电话\n1\t张伟\n").unwrap(), want);
        assert_eq!(rows("姓名\n张伟\n李娜\n").unwrap(), [["姓名"], ["张伟"], ["李娜"]]);
        let wrong = TableError::TooManyFields { line: 4, found: 4, wanted: 3 };
        assert_eq!(rows("花名册\na,b,c\n1\n1,2,3,4\n"), Err(wrong));
    }

    #[test]
    fn wrong_rows_are_named_by_line() {
        assert_eq!(rows(""), Err(TableError::Empty));
        assert_eq!(rows("a,b\n1,2\n\"x\n"), Err(TableError::OpenQuote { line: 3 }));
        let wrong = TableError::TooManyFields { line: 4, found: 3, wanted: 2 };
        assert_eq!(rows("a,b\n\"1\n\",2\n1,2,3\n"), Err(wrong));
    }
}

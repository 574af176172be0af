//! Two lists as text, read into columns.

use std::borrow::Cow;

use crate::columns::{self, Mapped, Mapping, MappingError};
use crate::people::{Gather, Hashed, Kind, People, Side, TooManyColumns};
use crate::table::{Table, TableError};
use crate::text::{hash_bytes, says_nothing};

/// Why lists cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// A list's text cannot be read.
    #[error("{reason}")]
    Table {
        /// Which list.
        side: Side,
        /// What is wrong, and in which line.
        reason: TableError,
    },
    /// The columns do not go together.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// Too many of them.
    #[error(transparent)]
    TooMany(#[from] TooManyColumns),
}

/// What names each row of a list, in one text.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    text: String,
    ends: Vec<u32>,
}

impl Keys {
    fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(self.text.len() as u32);
    }

    /// What names a row; empty for a row that is not there.
    pub fn get(&self, row: usize) -> &str {
        let end = |row: usize| self.ends.get(row).map_or(self.text.len(), |end| *end as usize);
        let from = row.checked_sub(1).map_or(0, end);
        self.text.get(from..end(row)).unwrap_or("")
    }

    /// How many rows are named like one before them, and the first such name: their pairs cannot be told apart.
    pub fn repeated(&self) -> Option<(usize, &str)> {
        let mut seen = Hashed::<()>::default();
        seen.reserve(self.ends.len());
        let mut names = (0..self.ends.len()).map(|row| self.get(row));
        let mut again = names.by_ref().filter(|name| seen.insert(hash_bytes(name.as_bytes()), ()).is_some());
        let first = again.next()?;
        Some((1 + again.count(), first))
    }
}

/// Lists being read.
pub struct Lists {
    mapping: Mapping,
    gather: Gather,
    keys: [Keys; 2],
}

impl Lists {
    /// Reads two lists, or one if the second is `None`; `said` changes the mapping as
    /// [`columns::override_with`] tells.
    ///
    /// # Errors
    /// A text is no table, or the columns do not go together.
    pub fn read(a: &str, b: Option<&str>, said: &[String]) -> Result<Lists, ListError> {
        let open = |side: Side, text| Table::new(text).map_err(|reason| ListError::Table { side, reason });
        let table_a = open(Side::A, a)?;
        let table_b = b.map(|text| open(Side::B, text)).transpose()?;
        let headers = [table_a.header(), table_b.as_ref().unwrap_or(&table_a).header()];
        let sample_a = sample(a);
        let sample_b = b.map_or_else(|| sample_a.clone(), sample);
        let mapping = columns::mapped(headers, [&sample_a, &sample_b], said)?;
        let mut gather = Gather::new(mapping.fields.iter().map(|field| field.column.clone()).collect())?;
        for (side, sample) in [(Side::A, &sample_a), (Side::B, &sample_b)] {
            let births = mapping.fields.iter().filter(|field| field.column.kind == Kind::Birth);
            let columns = |field: &Mapped| if side == Side::A { field.a.clone() } else { field.b.clone() };
            if births.map(columns).any(|columns| columns::month_first(sample, &columns)) {
                gather.month_first(side);
            }
        }
        if b.is_none() {
            gather.one_list();
        }
        gather.expect(rows_of(a, &sample_a) + b.map_or(0, |text| rows_of(text, &sample_b)));
        let mut lists = Lists { mapping, gather, keys: [Keys::default(), Keys::default()] };
        lists.take(table_a, Side::A)?;
        if let Some(table) = table_b {
            lists.take(table, Side::B)?;
        }
        Ok(lists)
    }

    fn take(&mut self, mut table: Table<'_>, side: Side) -> Result<(), ListError> {
        let key = self.mapping.keys[side as usize];
        let places: Vec<Vec<usize>> = self
            .mapping
            .fields
            .iter()
            .map(|field| if side == Side::A { field.a.clone() } else { field.b.clone() })
            .collect();
        let instead: Vec<Vec<usize>> =
            self.mapping.fields.iter().map(|field| field.instead[side as usize].clone()).collect();
        let mut fields: Vec<Cow<'_, str>> = Vec::new();
        let mut joined: Vec<String> = vec![String::new(); places.len()];
        let mut row = 0_u32;
        while table.next_row(&mut fields).map_err(|reason| ListError::Table { side, reason })?.is_some() {
            row += 1;
            match key {
                Some(key) => self.keys[side as usize].push(&fields[key]),
                None => self.keys[side as usize].push(&row.to_string()),
            }
            for (text, (places, instead)) in joined.iter_mut().zip(places.iter().zip(&instead)) {
                text.clear();
                let silent = || places.iter().all(|place| says_nothing(&fields[*place]));
                if !instead.is_empty() && silent() {
                    instead.iter().for_each(|place| text.push_str(&fields[*place]));
                } else if places.len() > 1 {
                    places.iter().for_each(|place| text.push_str(&fields[*place]));
                }
            }
            let mut texts = [""; crate::people::MOST_COLUMNS];
            for (at, place) in places.iter().enumerate() {
                texts[at] = match place[..] {
                    [one] if joined[at].is_empty() => &fields[one],
                    _ => &joined[at],
                };
            }
            self.gather.push(side, &texts[..places.len()]);
        }
        if row == 0 { Err(ListError::Table { side, reason: TableError::NoRows }) } else { Ok(()) }
    }

    /// Makes a division of the official table known; see [`Gather::division`].
    pub fn division(&mut self, code: &str, name: &str) {
        self.gather.division(code, name);
    }

    /// How the columns go together.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Everybody, ready to be linked, and what names each list's rows: the column that does, or the row's
    /// place from 1.
    pub fn finish(self, threads: usize) -> (People, [Keys; 2]) {
        (self.gather.finish(threads), self.keys)
    }
}

/// About how many rows a text has, by how long the first ones are.
fn rows_of(text: &str, sample: &columns::Sample) -> usize {
    let bytes: usize = sample.iter().flatten().map(|field| field.len() + 1).sum();
    text.len() / (bytes / sample.len().max(1)).max(8)
}

/// The first rows; a table that cannot be read is told of when it is read whole.
fn sample(text: &str) -> columns::Sample {
    let mut rows = Vec::new();
    let Ok(mut table) = Table::new(text) else { return rows };
    let mut fields = Vec::new();
    while rows.len() < 500 {
        let Ok(Some(_)) = table.next_row(&mut fields) else { break };
        rows.push(fields.iter().map(|field| field.clone().into_owned()).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_whatever_their_columns_are_called() {
        let a = "编号,姓名,手机\nx1,张伟,13800000000\nx2,李娜,\n";
        let b = "name,phone\n张伟,13800000000\n";
        let lists = Lists::read(a, Some(b), &[]).unwrap();
        assert_eq!(lists.mapping().fields.len(), 2);
        let (people, keys) = lists.finish(1);
        assert_eq!((people.count(Side::A), people.count(Side::B)), (2, 1));
        assert_eq!((keys[0].get(1), keys[1].get(0), keys[1].get(9)), ("x2", "1", ""));
    }

    #[test]
    fn rows_of_one_name_are_counted() {
        let a = "编号,姓名\n1,张伟\n2,李娜\n1,王芳\n1,赵敏\n";
        let said = ["key=编号".to_owned()];
        let (_, keys) = Lists::read(a, Some("编号,姓名\n1,张伟\n"), &said).unwrap().finish(1);
        assert_eq!((keys[0].repeated(), keys[1].repeated()), (Some((2, "1")), None));
    }

    #[test]
    fn a_village_column_speaks_where_the_address_is_missing() {
        let header = "村（社区）,姓名,家庭住址\n";
        let rows = "窑嘴村,张伟,湖北省咸宁市咸安区官埠桥镇窑嘴村4组\n窑嘴村,李娜,\n";
        let a = format!("{header}{rows}");
        let mut lists = Lists::read(&a, Some("姓名,住址\n张伟,官埠桥镇窑嘴村4组\n"), &[]).unwrap();
        let address = lists.mapping().fields.iter().find(|field| field.column.kind == Kind::Address);
        assert_eq!(address.map(|field| (&field.a[..], &field.instead[0][..])), Some((&[2][..], &[0][..])));
        lists.division("421202102", "官埠桥镇");
        let (people, _) = lists.finish(1);
        let column = people.column_of(Kind::Address).unwrap();
        assert!(people.row(1)[column] != 0 && people.row(1)[column] != people.row(0)[column]);
    }

    #[test]
    fn of_several_telephones_the_one_that_stands_elsewhere_counts() {
        let a = "姓名,手机\n张伟,13800000000/13900000000\n李娜,15900000000、15800000000\n";
        let b = "姓名,手机\n张伟,13900000000\n李娜,15800000000/15900000000\n";
        let (people, _) = Lists::read(a, Some(b), &[]).unwrap().finish(1);
        let phone = people.column_of(Kind::Phone).unwrap();
        assert_eq!(people.row(0)[phone], people.row(2)[phone]);
        assert_eq!(people.row(1)[phone], people.row(3)[phone]);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_named() {
        let wrong = Lists::read("姓名\n张伟\n", Some("姓名\n\"张伟\n"), &[]).err();
        let reason = TableError::OpenQuote { line: 2 };
        assert_eq!(wrong, Some(ListError::Table { side: Side::B, reason }));
        let wrong = Lists::read("姓名\n张伟\n", Some("姓名\n\n"), &[]).err();
        assert_eq!(wrong, Some(ListError::Table { side: Side::B, reason: TableError::NoRows }));
        let wrong = Lists::read("姓名\n", Some("电话\n"), &[]).err();
        assert_eq!(wrong, Some(ListError::Mapping(MappingError::NothingInCommon)));
    }
}

//! The schema as data, read from the migrations: what backup, restore and `db distribute` walk over.

use super::migrate::{newest, statements, texts_until};

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// BIGINT
    Int,
    /// DOUBLE PRECISION
    Real,
    /// TEXT
    Text,
    /// BOOLEAN
    Bool,
    /// UUID
    Uuid,
    /// BYTEA
    Bytes,
}

/// A table as the migrations leave it, parents before children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in order.
    pub columns: Vec<(String, Kind)>,
    /// The columns of its primary key.
    pub key: Vec<String>,
}

impl Table {
    /// Whether every county has rows of its own in it, rather than all sharing them.
    pub fn by_county(&self) -> bool {
        self.key.first().is_some_and(|column| column == "county")
    }
}

/// Every table, parents before children, as the migrations make them.
pub fn tables() -> Vec<Table> {
    tables_at(newest())
}

/// The same as they were at an older version of the schema.
pub fn tables_at(version: i64) -> Vec<Table> {
    let mut tables = Vec::new();
    for statement in texts_until(version).flat_map(statements) {
        let lines: Vec<&str> = statement.lines().collect();
        if let Some((name, column)) = lines.first().and_then(|line| added(line)) {
            let table = tables.iter_mut().find(|table: &&mut Table| table.name == name);
            table.into_iter().for_each(|table| table.columns.push(column.clone()));
        }
        let Some(name) = lines.first().and_then(|line| line.strip_prefix("create table ")) else {
            continue;
        };
        tables.push(table(name.trim_end_matches([' ', '(']), &lines[1..]));
    }
    tables
}

/// The table and the column of `alter table … add column …`.
fn added(line: &str) -> Option<(&str, (String, Kind))> {
    let (name, rest) = line.strip_prefix("alter table ")?.split_once(" add column ")?;
    let (column, rest) = rest.split_once(' ')?;
    Some((name, (column.to_owned(), kind(rest)?)))
}

fn table(name: &str, lines: &[&str]) -> Table {
    let mut table = Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new() };
    for line in lines {
        if let Some(key) = line.strip_prefix("primary key (") {
            let key = key.split(')').next().unwrap_or_default();
            table.key = key.split(',').map(|column| column.trim().to_owned()).collect();
        } else if let Some((column, rest)) = line.split_once(' ')
            && let Some(kind) = kind(rest)
        {
            table.columns.push((column.to_owned(), kind));
        }
    }
    table
}

fn kind(rest: &str) -> Option<Kind> {
    let kinds = [
        ("BIGINT", Kind::Int),
        ("DOUBLE PRECISION", Kind::Real),
        ("TEXT", Kind::Text),
        ("BOOLEAN", Kind::Bool),
        ("UUID", Kind::Uuid),
        ("BYTEA", Kind::Bytes),
    ];
    kinds.into_iter().find(|(word, _)| rest.starts_with(word)).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_read_as_written() {
        let tables = tables();
        let texts = || texts_until(newest());
        let made: usize = texts().map(|text| text.matches("\ncreate table ").count()).sum();
        assert_eq!(tables.len(), made, "a table that is missed here would be missing from every backup");
        let audit = tables.iter().find(|table| table.name == "audit").unwrap();
        assert_eq!(audit.key, ["county", "seq"]);
        assert_eq!(audit.columns.len(), 11);
        assert_eq!(audit.columns[3], ("actor".to_owned(), Kind::Uuid));
        let altered: usize = texts().map(|text| text.matches("\nalter table ").count()).sum();
        let added: usize = texts().flat_map(str::lines).filter(|line| added(line).is_some()).count();
        assert_eq!(altered, added, "a column that is missed here would be missing from every backup");
        let event = tables.iter().find(|table| table.name == "matter_event").unwrap();
        assert_eq!(event.columns.last(), Some(&("salts".to_owned(), Kind::Text)));
        let at = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        assert!(at("account") < at("session") && at("matter") < at("matter_event"));
        assert!(!tables[at("category")].by_county() && !tables[at("login")].by_county());
        assert!(tables.iter().all(|table| !table.columns.is_empty() && !table.key.is_empty()));
    }

    #[test]
    fn an_older_schema_has_what_it_had() {
        let has = |version: i64, name: &str| tables_at(version).iter().any(|table| table.name == name);
        assert!(has(5, "category_change") && !has(5, "figure_sum") && has(6, "figure_sum"));
        let width = |version: i64| {
            let tables = tables_at(version);
            tables.iter().find(|table| table.name == "matter_event").unwrap().columns.len()
        };
        assert_eq!(width(6) + 1, width(7));
        assert_eq!(tables_at(newest()), tables());
    }
}

//! From grants to a condition in SQL.

use super::{Grant, Scope};
use crate::db::Value;

/// The columns of the table in question, as the statement names them.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// The county column.
    pub county: &'a str,
    /// The path of the place it belongs to.
    pub path: &'a str,
    /// The organisations that have it or first took it; empty where organisations do not matter.
    pub units: &'a [&'a str],
}

/// A condition and the values for its placeholders, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// In parentheses; `(1 = 0)` where nothing is allowed.
    pub text: String,
    /// Bound after the statement's own arguments.
    pub values: Vec<Value>,
}

impl Scope {
    /// The condition, whose placeholders begin after the `bound` ones the statement already has.
    ///
    /// A place at county level or below also names the county, so that a sharded database asks one
    /// shard and the primary key can be used; a city's or province's grant asks all of them.
    pub fn condition(&self, columns: Columns<'_>, bound: usize) -> Condition {
        let mut values: Vec<Value> = Vec::new();
        let mut ways: Vec<String> = Vec::new();
        let mut mark = |value: Value| {
            values.push(value);
            format!("${}", bound + values.len())
        };
        for grant in &self.grants {
            match grant {
                Grant::Place(path) => {
                    let (from, below) = range(path);
                    let within = format!(
                        "{c} >= {} and {c} < {}",
                        mark(from.into()),
                        mark(below.into()),
                        c = columns.path
                    );
                    ways.push(match county_in(path) {
                        Some(county) => {
                            format!("({} = {} and {within})", columns.county, mark(county.into()))
                        }
                        None => format!("({within})"),
                    });
                }
                Grant::Unit(unit) => {
                    for column in columns.units {
                        ways.push(format!("{column} = {}", mark((*unit).into())));
                    }
                }
            }
        }
        let text = if ways.is_empty() { "(1 = 0)".to_owned() } else { format!("({})", ways.join(" or ")) };
        Condition { text, values }
    }
}

/// The half-open range of paths at or below `path`: `~` sorts after every character a path may hold.
pub fn range(path: &str) -> (String, String) {
    (path.to_owned(), format!("{path}~"))
}

/// The six-digit county code in a path at county level or below.
pub fn county_in(path: &str) -> Option<&str> {
    path.split('/').nth(2).filter(|code| code.len() == 6)
}

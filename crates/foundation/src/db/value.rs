//! The six kinds of value that create, bind and decode alike on both engines.

use uuid::Uuid;

use crate::error::{Kind, Problem, Result};

/// One bound argument. `None` is SQL NULL, still typed: PostgreSQL wants to know a NULL's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// BIGINT
    Int(Option<i64>),
    /// DOUBLE PRECISION
    Real(Option<f64>),
    /// TEXT
    Text(Option<String>),
    /// BOOLEAN
    Bool(Option<bool>),
    /// UUID
    Uuid(Option<Uuid>),
    /// BYTEA
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($from:ty => $arm:ident),* $(,)?) => { $(
        impl From<$from> for Value {
            fn from(value: $from) -> Value { Value::$arm(Some(value.into())) }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Value { Value::$arm(value.map(Into::into)) }
        }
    )* };
}

value_from! {
    i64 => Int, i32 => Int, u32 => Int,
    f64 => Real,
    &str => Text, String => Text, &String => Text,
    bool => Bool,
    Uuid => Uuid,
    Vec<u8> => Bytes, &[u8] => Bytes,
}

/// Refuses what the engines would not keep alike: text with U+0000, which PostgreSQL cannot hold, and
/// numbers that are none, which SQLite turns into NULL. Nobody types either; such a request is unreadable.
pub(super) fn check(values: &[Value]) -> Result<()> {
    let odd = values.iter().any(|value| match value {
        Value::Text(Some(text)) => text.contains('\0'),
        Value::Real(Some(number)) => !number.is_finite(),
        _ => false,
    });
    if odd { Err(Problem::new(Kind::Invalid, "problem-unreadable").into()) } else { Ok(()) }
}

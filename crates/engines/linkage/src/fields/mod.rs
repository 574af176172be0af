//! What the fields of a person are, how each is read, compared, and counted.

pub(crate) mod address;
pub(crate) mod birth;
pub(crate) mod name;
pub(crate) mod phone;
pub(crate) mod plain;
pub(crate) mod resident_id;

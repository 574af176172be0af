//! Photos and other files: made safe ([`photo`]), kept ([`blobs`]) and shown to those who may see
//! them ([`links`]).

pub mod blobs;
pub mod links;
pub mod photo;
pub mod private;

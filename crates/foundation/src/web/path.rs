//! The parts of an address.

use axum::extract::{FromRequestParts, Path as Read};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::{Error, Problem, Result};

/// Like axum's own, but an address whose parts cannot be what they should be, `/matters/421223/not-an-id`,
/// is not found instead of being a bad request.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>> {
        let read = Read::from_request_parts(parts, state).await;
        read.map(|Read(value)| Path(value)).map_err(|_| Problem::not_found().into())
    }
}

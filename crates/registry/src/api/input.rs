//! What callers ask for, read strictly: every rejection is one of our own problems.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Error, Problem, Result};
use serde::de::DeserializeOwned;

/// Parameters of the address.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>> {
        let unreadable = || Problem::new(Kind::Invalid, "problem-unreadable");
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(unreadable().into());
        }
        let asked = Query::from_request_parts(parts, state).await;
        asked.map(|Query(asked)| Asked(asked)).map_err(|_| unreadable().into())
    }
}

/// The id in the address; what cannot be read is not found.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id> {
        let id = Path::from_request_parts(parts, state).await;
        id.map(|Path(id)| Id(id)).map_err(|_| Problem::not_found().into())
    }
}

//! What callers send, read strictly: every rejection is one of our own problems.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use lianxin_foundation::error::{Error, Kind, Problem, Result};
use lianxin_foundation::text::clean_json;
use lianxin_foundation::web::unread;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// The largest JSON body taken, in bytes.
const LARGEST_BODY: usize = 256 * 1024;

fn unreadable() -> Error {
    Problem::new(Kind::Invalid, "problem-unreadable").into()
}

/// A JSON body.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Sent<T>> {
        let too_large = || Problem::new(Kind::TooLarge, "problem-too-large");
        let body = Bytes::from_request(request, state).await.map_err(|error| unread(&error, too_large()))?;
        if body.len() > LARGEST_BODY {
            return Err(too_large().into());
        }
        let mut value = serde_json::from_slice(&body).map_err(|_| unreadable())?;
        clean_json(&mut value);
        T::deserialize(value).map(Sent).map_err(|_| unreadable())
    }
}

/// Parameters of the address.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>> {
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(asked)| Asked(asked))
            .map_err(|_| unreadable())
    }
}

/// The matter that the address names; what cannot be one is not found.
pub(super) struct Of {
    /// Six digits.
    pub(super) county: String,
    /// The matter's id.
    pub(super) id: Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Of> {
        let path = Path::<(String, Uuid)>::from_request_parts(parts, state).await;
        match path {
            Ok(Path((county, id))) if is_county(&county) => Ok(Of { county, id }),
            _ => Err(Problem::not_found().into()),
        }
    }
}

/// Whether this is six digits.
pub(super) fn is_county(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_is_six_digits() {
        assert!(is_county("421223"));
        for other in ["42122", "4212234", "42122x", "４２１２２３", ""] {
            assert!(!is_county(other), "{other}");
        }
    }
}

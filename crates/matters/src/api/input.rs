//! What callers send, read strictly: every rejection is one of our own problems.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use lianxin_foundation::error::{Error, Kind, Problem, Result};
use lianxin_foundation::text::clean_json;
use lianxin_foundation::web::{Paging, unread};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::IntoParams;
use uuid::Uuid;

/// The largest JSON body taken, in bytes.
const LARGEST_BODY: usize = 256 * 1024;

/// What cannot be read as JSON at all, and where reading stopped.
fn not_json(error: &serde_json::Error) -> Problem {
    Problem::new(Kind::Invalid, "api-body-json").with("line", error.line()).with("column", error.column())
}

/// Reads a JSON object as a body, or points at the field that is wrong.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    if !value.is_object() {
        return Err(Problem::new(Kind::Invalid, "api-body-form"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        // The path leads to a field that came; one that is missing is named in serde's words only.
        let said = error.inner().to_string();
        if let Some(missing) = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            return Problem::invalid().field(missing.to_owned(), "api-field-missing");
        }
        let code = if said.starts_with("unknown field ") { "api-field-unknown" } else { "api-field-form" };
        Problem::invalid().field(pointer(error.path()), code)
    })
}

/// A path as RFC 6901 writes it, without its first slash.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let steps = path.iter().map(|step| match step {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } | Segment::Enum { variant: key } => key.replace('~', "~0").replace('/', "~1"),
        Segment::Unknown => "?".to_owned(),
    });
    steps.collect::<Vec<_>>().join("/")
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
        let mut value = serde_json::from_slice(&body).map_err(|error| not_json(&error))?;
        clean_json(&mut value);
        Ok(Sent(read(value)?))
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
            .map_err(|_| Problem::new(Kind::Invalid, "api-query-form").into())
    }
}

/// What the address names: a matter, or something about matters. What cannot be one is not found.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Of {
    /// Six digits.
    #[param(pattern = "^[0-9]{6}$", example = "421223")]
    pub(super) county: String,
    /// Its id.
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

/// Which part of a list of cases, and which page of it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct CasesQuery {
    /// `open` for those that are not over; all when left out.
    #[param(pattern = "^(open)?$")]
    show: String,
    /// Which page, from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<i64>,
}

impl CasesQuery {
    /// How many cases a page holds.
    const PAGE: i64 = 50;

    /// Whether only those that are not over are asked for, and which page.
    pub(super) fn read(&self) -> Result<(bool, Paging)> {
        let open = match self.show.as_str() {
            "" => false,
            "open" => true,
            _ => return Err(Problem::invalid().field("show", "api-query-form").into()),
        };
        Ok((open, Paging::new(self.page, CasesQuery::PAGE)))
    }
}

/// Whether this is six digits.
pub(super) fn is_county(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::error::FieldProblem;
    use serde_json::json;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Body {
        text: String,
        #[serde(default)]
        lon: Option<f64>,
        #[serde(default)]
        list: Vec<String>,
    }

    #[test]
    fn a_wrong_field_is_pointed_at() {
        for (body, field, code) in [
            (json!({}), "text", "api-field-missing"),
            (json!({ "text": "x", "texxt": "y" }), "texxt", "api-field-unknown"),
            (json!({ "text": "x", "a/b~c": "y" }), "a~1b~0c", "api-field-unknown"),
            (json!({ "text": 7 }), "text", "api-field-form"),
            (json!({ "text": "x", "lon": "far" }), "lon", "api-field-form"),
            (json!({ "text": "x", "list": ["y", 7] }), "list/1", "api-field-form"),
        ] {
            let problem = read::<Body>(body.clone()).unwrap_err();
            assert_eq!(problem.code, "problem-invalid", "{body}");
            assert_eq!(problem.fields, [FieldProblem { field: field.into(), code }], "{body}");
        }
        for body in [json!(null), json!([]), json!(["x"]), json!("x")] {
            assert_eq!(read::<Body>(body.clone()).unwrap_err().code, "api-body-form", "{body}");
        }
    }

    #[test]
    fn a_county_is_six_digits() {
        assert!(is_county("421223"));
        for other in ["42122", "4212234", "42122x", "４２１２２３", ""] {
            assert!(!is_county(other), "{other}");
        }
    }
}

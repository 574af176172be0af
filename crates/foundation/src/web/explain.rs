//! Refusals and failures as the reader gets them: a page for people, RFC 9457 for programs.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::shell::{Shell, escaped, html_with};
use super::visitor::{Visitor, language};
use crate::app::App;
use crate::error::{Error, Kind, Problem};
use crate::i18n::Words;

/// What went wrong, handed from a handler to [`explain`], which knows the reader.
#[derive(Clone)]
struct Unexplained(Problem);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = match self {
            Error::Refused(problem) => *problem,
            ours => {
                tracing::error!(cause = %ours.chain(), "a request failed: {}", ours.chain());
                let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
                let sorry = Problem::new(Kind::Conflict, "problem-failed");
                response.extensions_mut().insert(Unexplained(sorry));
                return response;
            }
        };
        let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = status.into_response();
        response.extensions_mut().insert(Unexplained(problem));
        response
    }
}

/// An RFC 9457 problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// A stable address of this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/problem-not-found")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong and what to do, in the reader's language.
    pub title: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldBody>,
}

/// One wrong field of a problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldBody {
    /// A JSON pointer to it.
    #[schema(example = "/text")]
    pub pointer: String,
    /// A stable code.
    pub code: String,
    /// What is wrong with it, in the reader's language.
    pub detail: String,
}

/// A problem as its body.
pub fn problem_body(problem: &Problem, status: u16, words: &Words) -> ProblemBody {
    let errors = problem.fields.iter().map(|wrong| FieldBody {
        pointer: format!("/{}", wrong.field),
        code: wrong.code.to_owned(),
        detail: words.t(wrong.code),
    });
    ProblemBody {
        kind: format!("/problems/{}", problem.code),
        status,
        title: words.problem(problem),
        errors: errors.collect(),
    }
}

/// Turns an unexplained refusal into what this reader can use.
pub(super) async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let headers = parts.headers.clone();
    let visitor_parts = parts.clone();
    parts.extensions.insert(());
    let response = next.run(Request::from_parts(parts, body)).await;
    if path.starts_with("/open311/") {
        // That protocol has error bodies of its own.
        return response;
    }
    let problem = match response.extensions().get::<Unexplained>() {
        Some(Unexplained(problem)) => problem.clone(),
        None => match bare(&response) {
            Some(problem) => problem,
            None => return response,
        },
    };
    let status = response.status();
    let mut explained = if wants_json(&path, &headers) {
        let words = app.locales().speak(language(&headers));
        as_json(&problem, status, &words)
    } else {
        as_page(&app, visitor_parts, &problem, status).await
    };
    if let Some(seconds) = problem.retry_after() {
        explained.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    explained
}

/// A refusal by the framework itself, without a body worth keeping.
fn bare(response: &Response) -> Option<Problem> {
    let text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    match response.status().as_u16() {
        404 if text => Some(Problem::not_found()),
        405 if text => Some(Problem::new(Kind::NotFound, "problem-method")),
        413 if text => Some(Problem::new(Kind::TooLarge, "problem-too-large")),
        400 | 415 | 422 if text => Some(Problem::new(Kind::Invalid, "problem-unreadable")),
        _ => None,
    }
}

fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let accepts = |kind: &str| {
        headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains(kind))
    };
    path.starts_with("/api/") || (accepts("json") && !accepts("text/html"))
}

fn as_json(problem: &Problem, status: StatusCode, words: &Words) -> Response {
    let body = problem_body(problem, status.as_u16(), words);
    let mut response = (status, axum::Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    s: Shell,
    text: String,
    fields: Vec<String>,
    /// Whether what is missing may be found by its number.
    missing: bool,
    /// Whether another post could do it.
    forbidden: bool,
    /// The same address again, where asking once more may help.
    again: Option<String>,
}

/// What the page is headed with: the refusal in few words.
fn heading(problem: &Problem, status: u16) -> &'static str {
    match status {
        _ if problem.code.starts_with("problem-form-") => "problem-title",
        401 => "problem-title-sign-in",
        403 => "problem-title-forbidden",
        404 => "problem-title-not-found",
        408 | 413 => "problem-title-not-arrived",
        429 => "problem-title-wait",
        500.. => "problem-title-failed",
        _ => "problem-title",
    }
}

async fn as_page(
    app: &App,
    mut parts: axum::http::request::Parts,
    problem: &Problem,
    status: StatusCode,
) -> Response {
    use axum::extract::FromRequestParts;
    let read = parts.method == axum::http::Method::GET;
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, app).await else {
        return status.into_response();
    };
    if problem.kind == Kind::SignIn && visitor.who.is_none() && problem.code == "problem-sign-in" {
        return Redirect::to(&format!("/sign-in?back={}", escaped(&visitor.here))).into_response();
    }
    let page = ProblemPage {
        s: visitor.shell(visitor.words.t(heading(problem, status.as_u16()))),
        missing: status == StatusCode::NOT_FOUND,
        forbidden: status == StatusCode::FORBIDDEN && problem.code == "problem-forbidden",
        again: (read && matches!(status.as_u16(), 408 | 429 | 500..)).then(|| visitor.here.clone()),
        text: visitor.words.problem(problem),
        fields: problem.fields.iter().map(|wrong| visitor.words.t(wrong.code)).collect(),
    };
    html_with(status, &page).unwrap_or_else(|_| status.into_response())
}

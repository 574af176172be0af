//! Open311 GeoReport v2 at `/open311/v2`, JSON and XML as the specification has it, so that programs
//! written for other cities report here too.
//!
//! One handler takes every address below `/open311/`, because the protocol has its own way with all that
//! a framework would otherwise answer for us: the form is the end of the address, and each refusal, a
//! wrong address too, has a body in that form.

mod ask;
mod discovery;
mod faults;
mod filing;
mod filter;
mod format;
mod node;
mod parameters;
mod promise;
mod questions;
mod request;
mod requests;
mod services;
#[cfg(test)]
mod tests;
mod tokens;

use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use lianxin_foundation::App;
use lianxin_foundation::error::Result;
use lianxin_foundation::i18n::{Language, Words};
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::Client;

use self::ask::{Ask, Said};
use self::faults::{Refused, bad, missing};
use self::format::Format;
use self::node::Node;
use self::parameters::Parameters;
use crate::Matters;

pub(crate) use self::filter::{Filter, Fitting};

/// The largest body taken: a few photos as telephones make them.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// The protocol's addresses. They know no cookies, so any page may ask them.
pub fn routes() -> Router<App> {
    Router::new().route("/open311/{*path}", any(serve)).layer(DefaultBodyLimit::max(LARGEST_BODY))
}

async fn serve(
    State(app): State<App>,
    Extension(matters): Extension<Matters>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    if request.method() == Method::OPTIONS {
        return allowed(StatusCode::NO_CONTENT.into_response());
    }
    let language = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let words = app.locales().speak(language.and_then(Language::accepted).unwrap_or_default());
    let or_asked = Format::accepted(request.headers());
    let Ok(Path(path)) = path else {
        return refused(&bad("open311-unreadable").into(), or_asked, &words);
    };
    let (place, format) = match format::split(&path) {
        Ok((place, format)) => (place, format.unwrap_or(or_asked)),
        Err(whole) => return refused(&missing("open311-no-format", whole).into(), or_asked, &words),
    };
    match answer(app, matters, words.clone(), place, request).await {
        Ok(said) => said_in(format, StatusCode::OK, said),
        Err(Wrong::Method(methods)) => not_by_this_method(methods, format, &words),
        Err(Wrong::Refused(why)) => refused(&why, format, &words),
    }
}

/// Why there is no answer.
enum Wrong {
    /// The address is right, the method is not; these are.
    Method(&'static str),
    /// Anything the protocol has words for.
    Refused(Refused),
}

impl<E: Into<Refused>> From<E> for Wrong {
    fn from(error: E) -> Wrong {
        Wrong::Refused(error.into())
    }
}

async fn answer(
    app: App,
    matters: Matters,
    words: Words,
    place: &str,
    request: Request,
) -> Result<Said, Wrong> {
    let sent = Parameters::read(request.uri().query().unwrap_or_default())?;
    let (now, headers) = (app.clock().now(), request.headers().clone());
    let client = Client::of(&app, request.extensions(), &headers);
    let ask = Ask { app, matters, words, sent, headers, client, now };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let files = *request.method() == Method::POST;
    if reads {
        ask.app.limits().take(Limit::Read, ask.from(), 1, now)?;
    }
    let segments: Vec<&str> = place.split('/').collect();
    let said = match segments.as_slice() {
        ["v2", "requests"] if files => filing::file(&ask, request).await,
        ["v2", "requests"] if !reads => return Err(Wrong::Method("GET, HEAD, POST")),
        ["discovery"]
        | ["v2", "discovery" | "services" | "requests"]
        | ["v2", "services" | "requests" | "tokens", _]
            if !reads =>
        {
            return Err(Wrong::Method("GET, HEAD"));
        }
        ["discovery"] | ["v2", "discovery"] => discovery::discovery(&ask).await,
        ["v2", "services"] => services::list(&ask).await,
        ["v2", "services", code] => services::definition(&ask, code).await,
        ["v2", "requests"] => requests::list(&ask).await,
        ["v2", "requests", number] => requests::one(&ask, number).await,
        ["v2", "tokens", token] => tokens::token(&ask, token).await,
        _ => Err(missing("open311-no-address", place).into()),
    };
    Ok(said?)
}

fn refused(why: &Refused, format: Format, words: &Words) -> Response {
    let (status, body) = why.answer(words);
    let mut response = said_in(format, status, ("errors", body));
    if let Some(seconds) = why.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn not_by_this_method(methods: &'static str, format: Format, words: &Words) -> Response {
    let fault =
        Node::Object(vec![("code", Node::Whole(405)), ("description", words.t("problem-method").into())]);
    let body = Node::List("error", vec![fault]);
    let mut response = said_in(format, StatusCode::METHOD_NOT_ALLOWED, ("errors", body));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}

fn said_in(format: Format, status: StatusCode, (root, node): Said) -> Response {
    let body = match format {
        Format::Json => node.json(),
        Format::Xml => node.xml(root),
    };
    match body {
        Ok(body) => {
            let kind = HeaderValue::from_static(format.content_type());
            allowed((status, [(header::CONTENT_TYPE, kind)], body).into_response())
        }
        Err(error) => error.into_response(),
    }
}

/// Lets pages of other sites read the answer: there is nothing in it that only one person may see.
fn allowed(mut response: Response) -> Response {
    let open: [(HeaderName, &str); 3] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
    ];
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in open {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

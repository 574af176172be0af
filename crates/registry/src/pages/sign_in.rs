//! Signing in, in one step or two, and out.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use lianxin_foundation::account::{Outcome, SignIn, SignOut, session_cookie};
use lianxin_foundation::clock::MINUTE;
use lianxin_foundation::error::Kind;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::{Form, Shell, Visitor, html, html_with, local};
use lianxin_foundation::{App, Error, Result, Right};

use super::{Asked, asked, notice};

/// The place in which login and password wait for the second factor, sealed inside the page.
const WAITING: &str = "sign-in.waiting";

/// How long they wait.
const PATIENCE: i64 = 5 * MINUTE;

#[derive(Template)]
#[template(path = "sign-in.html")]
pub(crate) struct SignInPage {
    pub(crate) s: Shell,
    pub(crate) back: String,
    pub(crate) login: String,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "sign-in-code.html")]
pub(crate) struct CodePage {
    pub(crate) s: Shell,
    pub(crate) back: String,
    pub(crate) waiting: String,
}

pub(super) async fn page(visitor: Visitor, query: Asked) -> Result<Response> {
    let back = local(query.get("back").map(String::as_str)).to_owned();
    if visitor.who.is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    html(&SignInPage {
        s: visitor.shell(visitor.words.t("sign-in-title")),
        back,
        login: asked(&query, "login").to_owned(),
        notice: notice(&visitor, &query),
        wrong: None,
    })
}

pub(super) async fn sign_in(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.count(Limit::SignIn)?;
    let back = local(Some(sent.text("back"))).to_owned();
    let (login, password) = match sent.given("waiting") {
        None => (sent.text("login").to_owned(), sent.text("password").to_owned()),
        Some(waiting) => match opened(&visitor, &waiting) {
            Some(pair) => pair,
            None => return refused(&visitor, back, String::new(), "sign-in-too-late"),
        },
    };
    let language = Some(visitor.words.language());
    let attempt =
        SignIn { login: login.clone(), password: password.clone(), code: sent.given("code"), language };
    match attempt.attempt(&visitor.app).await {
        Ok(Outcome::In(secret)) => signed_in(&visitor.app, &secret, &back).await,
        Ok(Outcome::NeedsCode) => {
            let plain = format!("{}\n{login}\n{password}", visitor.now);
            let sealed = visitor.app.vault().seal(visitor.app.ids(), WAITING, &plain);
            let waiting = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
            html(&CodePage { s: visitor.shell(visitor.words.t("sign-in-code-title")), back, waiting })
        }
        Err(Error::Refused(problem)) if problem.kind == Kind::SignIn => {
            refused(&visitor, back, login, problem.code)
        }
        Err(error) => Err(error),
    }
}

/// The login and password of the first step, unless they waited too long.
fn opened(visitor: &Visitor, waiting: &str) -> Option<(String, String)> {
    let pairs = (0..waiting.len() / 2).map(|at| waiting.get(2 * at..2 * at + 2));
    let sealed: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    let plain = visitor.app.vault().open(WAITING, &sealed?).ok()?;
    let mut parts = plain.splitn(3, '\n');
    let since: i64 = parts.next()?.parse().ok()?;
    let pair = (parts.next()?.to_owned(), parts.next()?.to_owned());
    (visitor.now - since < PATIENCE).then_some(pair)
}

fn refused(visitor: &Visitor, back: String, login: String, code: &'static str) -> Result<Response> {
    let page = SignInPage {
        s: visitor.shell(visitor.words.t("sign-in-title")),
        back,
        login,
        notice: None,
        wrong: Some(visitor.words.t(code)),
    };
    html_with(StatusCode::UNAUTHORIZED, &page)
}

/// Where somebody goes who was on no page in particular, by the first right they have.
const HOMES: [(Right, &str); 7] = [
    (Right::SeeMatters, "/inbox"),
    (Right::Manage, "/areas"),
    (Right::SeeAudit, "/audit"),
    (Right::SeePeople, "/people"),
    (Right::SeeFigures, "/staff/figures"),
    (Right::SeeRegistry, "/areas"),
    (Right::SpeakForEnterprise, "/enterprise"),
];

async fn signed_in(app: &App, secret: &str, back: &str) -> Result<Response> {
    let who = app.who_by_session(secret).await?;
    let may = |right| who.as_ref().is_some_and(|who| who.may(right, app.clock().now()));
    let home = HOMES.iter().find(|(right, _)| may(*right)).map_or("/me", |(_, page)| page);
    let to = if back == "/" { home } else { back };
    Ok(with_cookie(&session_cookie(secret, app.settings().secure_cookies), to))
}

pub(super) async fn sign_out(Form { visitor, .. }: Form) -> Result<Response> {
    visitor.app.act(visitor.signed_in()?, &SignOut).await?;
    Ok(with_cookie(&session_cookie("", visitor.app.settings().secure_cookies), "/sign-in?done=signed-out"))
}

/// Goes to a page with the session's cookie set anew.
pub(super) fn with_cookie(cookie: &str, to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    let cookies = AppendHeaders([(header::SET_COOKIE, cookie.to_owned())]);
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)], cookies).into_response()
}

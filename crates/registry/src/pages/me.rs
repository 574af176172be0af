//! One's own sign-in: posts, password, second factor, access tokens.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::account::{
    Account, AddToken, ChangePassword, EnrolTotp, RevokeToken, session_cookie, store as accounts,
};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::While;
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, qr, totp};
use uuid::Uuid;

use super::account::{PostRow, posts_of};
use super::sign_in::with_cookie;
use super::{Asked, Wrong, done, notice, wrong};

/// How many days a token may live, as the form offers.
const DAYS: [i64; 3] = [30, 90, 365];

/// An access token in the list.
#[derive(Debug, Clone)]
pub(crate) struct TokenRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) expires: Option<Micros>,
    pub(crate) used: Option<Micros>,
}

/// A second factor that waits to be confirmed.
#[derive(Debug, Clone)]
pub(crate) struct Enrolment {
    pub(crate) secret: String,
    pub(crate) uri: String,
    /// The address as a picture to scan: an SVG of our own making; empty where it cannot be drawn.
    pub(crate) picture: String,
}

#[derive(Template)]
#[template(path = "me.html")]
pub(crate) struct MePage {
    pub(crate) s: Shell,
    pub(crate) login: String,
    pub(crate) posts: Vec<PostRow>,
    pub(crate) two_factors: bool,
    pub(crate) enrolment: Option<Enrolment>,
    pub(crate) tokens: Vec<TokenRow>,
    /// A token just made, shown this once.
    pub(crate) fresh: Option<String>,
    pub(crate) days: [i64; 3],
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

pub(super) async fn page(visitor: Visitor, query: Asked) -> Result<Response> {
    let mut page = load(&visitor, None).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

/// The page; `begun` is a second factor's secret that is on the phone already.
async fn load(visitor: &Visitor, begun: Option<&str>) -> Result<MePage> {
    let account = own(visitor).await?;
    let mut tx = visitor.app.db().read().await?;
    let tokens = accounts::tokens_of(&mut tx, &account.county, account.id).await?;
    let live = |token: &accounts::Token| {
        token.revoked_at.is_none() && token.expires_at.is_none_or(|at| at > visitor.now)
    };
    let row = |token: accounts::Token| TokenRow {
        id: token.id.to_string(),
        name: token.name,
        expires: token.expires_at,
        used: token.used_at,
    };
    let enrolment = match account.totp {
        Some(_) => None,
        None => {
            let again = begun.map(|secret| totp::enrol_again(&account.login, secret)).transpose();
            let shown = match again.while_doing("showing a TOTP secret again")?.flatten() {
                Some(again) => again,
                None => totp::enrol(&account.login, visitor.app.ids()).while_doing("making a TOTP secret")?,
            };
            let picture = qr::svg(&shown.uri, &visitor.words.t("two-factors-picture")).unwrap_or_default();
            Some(Enrolment { secret: shown.secret, uri: shown.uri, picture })
        }
    };
    Ok(MePage {
        s: visitor.shell(account.name),
        posts: posts_of(&mut tx, &account.county, account.id).await?,
        login: account.login,
        two_factors: account.totp.is_some(),
        enrolment,
        tokens: tokens.into_iter().filter(live).map(row).collect(),
        fresh: None,
        days: DAYS,
        notice: None,
        wrong: Wrong::default(),
    })
}

async fn own(visitor: &Visitor) -> Result<Account> {
    let who = visitor.signed_in()?;
    let Some(id) = who.account else { return Err(Problem::sign_in().into()) };
    let mut tx = visitor.app.db().read().await?;
    accounts::account(&mut tx, &who.county, id).await?.ok_or_else(|| Problem::sign_in().into())
}

async fn given_back(visitor: &Visitor, wrong: Wrong, begun: Option<&str>) -> Result<Response> {
    let mut page = load(visitor, begun).await?;
    page.wrong = wrong;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) async fn password(Form { visitor, sent }: Form) -> Result<Response> {
    let change =
        ChangePassword { current: sent.text("current").to_owned(), new: sent.text("new").to_owned() };
    match change.attempt(&visitor.app, visitor.signed_in()?).await {
        // Every session has ended, this one too.
        Ok(()) => {
            let cookie = session_cookie("", visitor.app.settings().secure_cookies);
            Ok(with_cookie(&cookie, "/sign-in?done=own-password"))
        }
        Err(error) => given_back(&visitor, wrong(&visitor, error)?, None).await,
    }
}

pub(super) async fn two_factors(Form { visitor, sent }: Form) -> Result<Response> {
    let text = |name: &str| sent.text(name).to_owned();
    let enrol = EnrolTotp { password: text("password"), secret: text("secret"), code: text("code") };
    match enrol.attempt(&visitor.app, visitor.signed_in()?).await {
        Ok(()) => Ok(done("/me", "two-factors").into_response()),
        Err(error) => {
            // The same secret again: it may be on the phone already.
            given_back(&visitor, wrong(&visitor, error)?, Some(&enrol.secret)).await
        }
    }
}

pub(super) async fn add_token(Form { visitor, sent }: Form) -> Result<Response> {
    let account = own(&visitor).await?;
    let days =
        sent.parsed("days", "registry-day-form")?.filter(|days| DAYS.contains(days)).unwrap_or(DAYS[0]);
    let add = AddToken {
        county: account.county,
        account: account.id,
        name: sent.text("name").to_owned(),
        expires_at: Some(visitor.now + days * DAY),
    };
    match visitor.app.act(visitor.signed_in()?, &add).await {
        Ok(token) => {
            let mut page = load(&visitor, None).await?;
            page.fresh = Some(token);
            html(&page)
        }
        Err(error) => given_back(&visitor, wrong(&visitor, error)?, None).await,
    }
}

pub(super) async fn revoke_token(Path(id): Path<Uuid>, Form { visitor, .. }: Form) -> Result<Response> {
    visitor.app.act(visitor.signed_in()?, &RevokeToken { id }).await?;
    Ok(done("/me", "token-revoked").into_response())
}

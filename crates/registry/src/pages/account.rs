//! One sign-in: opening it with its first post, a new password, closing it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::account::{NewPassword, store as accounts};
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Context, Micros, Problem, Result, Right, Tx};
use uuid::Uuid;

use super::place::{PlaceField, sent_area};
use super::posts::{chosen, organisation_choices, roles};
use super::{Asked, Choice, Wrong, asked, done, notice, place_names, wrong};
use crate::actions::{CloseAccount, OpenAccount, ResetPassword};
use crate::post::require_account;

#[derive(Template)]
#[template(path = "account-new.html")]
pub(crate) struct NewPage {
    pub(crate) s: Shell,
    pub(crate) roles: Vec<Choice>,
    pub(crate) organisations: Vec<Choice>,
    pub(crate) wrong: Wrong,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) place: PlaceField,
    pub(crate) organisation: String,
}

async fn blank(visitor: &Visitor, area: &str) -> Result<NewPage> {
    let scope = visitor.scope(Right::Manage)?;
    let mut tx = visitor.app.db().read().await?;
    Ok(NewPage {
        s: visitor.shell(visitor.words.t("account-new")),
        roles: roles(visitor),
        organisations: organisation_choices(&mut tx, visitor, &scope).await?,
        wrong: Wrong::default(),
        login: String::new(),
        name: String::new(),
        role: String::new(),
        place: PlaceField::of(&mut tx, &scope, area).await?,
        organisation: String::new(),
    })
}

pub(super) async fn new(visitor: Visitor, query: Asked) -> Result<Response> {
    html(&blank(&visitor, asked(&query, "area")).await?)
}

pub(super) async fn open(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let outcome = match read(&visitor, &sent).await {
        Err(error) => Err(error),
        Ok(open) => visitor.app.act(visitor.signed_in()?, &open).await,
    };
    match outcome {
        Ok(_) => Ok(done("/posts", "account").into_response()),
        Err(error) => {
            let mut page = blank(&visitor, "").await?;
            page.wrong = wrong(&visitor, error)?;
            page.login = sent.text("login").to_owned();
            page.name = sent.text("name").to_owned();
            page.role = sent.text("role").to_owned();
            page.place = PlaceField::given_back(&visitor, Right::Manage, &sent).await?;
            page.organisation = sent.text("organisation").to_owned();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn read(visitor: &Visitor, sent: &Submission) -> Result<OpenAccount> {
    let (role, organisation) = chosen(sent)?;
    let area = sent_area(visitor, sent).await?;
    let login = sent.text("login");
    Ok(OpenAccount {
        login: login.to_owned(),
        name: sent.text("name").to_owned(),
        password: NewPassword::new(&visitor.app, sent.text("password"), login).await?,
        language: visitor.words.tag().to_owned(),
        role,
        area,
        organisation,
    })
}

/// A post of the account.
#[derive(Debug, Clone)]
pub(crate) struct PostRow {
    pub(crate) role: &'static str,
    pub(crate) place: String,
    pub(crate) from: Micros,
    /// The last moment it holds.
    pub(crate) to: Option<Micros>,
}

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) s: Shell,
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) login: String,
    pub(crate) two_factors: bool,
    pub(crate) closed: Option<Micros>,
    pub(crate) posts: Vec<PostRow>,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
    pub(crate) reason: String,
}

pub(super) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut page = load(&visitor, &county, id).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn load(visitor: &Visitor, county: &str, id: Uuid) -> Result<AccountPage> {
    visitor.scope(Right::Manage)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(account) = accounts::account(&mut tx, county, id).await? else {
        return Err(Problem::not_found().into());
    };
    let cx = Context::new(&visitor.app, visitor.signed_in()?, visitor.now);
    require_account(&mut tx, cx, county, id).await?;
    Ok(AccountPage {
        s: visitor.shell(account.name),
        county: account.county,
        id: id.to_string(),
        login: account.login,
        two_factors: account.totp.is_some(),
        closed: account.disabled_at,
        posts: posts_of(&mut tx, county, id).await?,
        notice: None,
        wrong: Wrong::default(),
        reason: String::new(),
    })
}

/// The posts of an account with the names of their places.
pub(super) async fn posts_of(tx: &mut Tx, county: &str, id: Uuid) -> Result<Vec<PostRow>> {
    let posts = accounts::posts_of(tx, county, id).await?;
    let places = place_names(tx, posts.iter().map(|post| post.path.as_str())).await?;
    let row = |post: lianxin_foundation::scope::Post| PostRow {
        role: post.role.message(),
        place: places.get(&post.path).cloned().unwrap_or_default(),
        from: post.from,
        to: post.to.map(|to| to - 1),
    };
    Ok(posts.into_iter().map(row).collect())
}

pub(super) async fn reset(
    Path((county, id)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let reset = ResetPassword { county: county.clone(), id, new: sent.text("new").to_owned() };
    let outcome = reset.attempt(&visitor.app, visitor.signed_in()?).await;
    acted(&visitor, &county, id, outcome, "password").await
}

pub(super) async fn close(
    Path((county, id)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let close = CloseAccount { county: county.clone(), id, reason: sent.text("reason").to_owned() };
    let outcome = visitor.app.act(visitor.signed_in()?, &close).await;
    acted(&visitor, &county, id, outcome, "account-closed").await
}

async fn acted(
    visitor: &Visitor,
    county: &str,
    id: Uuid,
    outcome: Result<()>,
    said: &str,
) -> Result<Response> {
    match outcome {
        // A closed account's posts have ended, so its own page may no longer be the reader's to see.
        Ok(()) if said == "account-closed" => Ok(done("/posts", said).into_response()),
        Ok(()) => Ok(done(&format!("/posts/accounts/{county}/{id}"), said).into_response()),
        Err(error) => {
            let wrong = wrong(visitor, error)?;
            let mut page = load(visitor, county, id).await?;
            page.wrong = wrong;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

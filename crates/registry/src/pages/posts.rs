//! Who holds which post where, and giving and ending posts.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::account::store as accounts;
use lianxin_foundation::clock::end_of_day;
use lianxin_foundation::web::{Form, Paging, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Role, Scope, Tx};
use uuid::Uuid;

use super::place::{self, PlaceField, sent_area};
use super::{Asked, Choice, Wrong, asked, day, done, notice, place_names, wrong};
use crate::actions::{EndPost, GrantPost};
use crate::area::path_of;
use crate::organisation::store::{self as organisations, Filter};

/// At most this many posts are listed at once; narrower areas show the rest.
const MOST: i64 = 500;

/// A post in the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) area: String,
    pub(crate) place: String,
    pub(crate) organisation: Option<String>,
    pub(crate) from: Micros,
    /// The last moment it holds.
    pub(crate) to: Option<Micros>,
    pub(crate) ended: bool,
}

#[derive(Template)]
#[template(path = "posts.html")]
pub(crate) struct PostsPage {
    pub(crate) s: Shell,
    /// Where posts are listed.
    pub(crate) within: PlaceField,
    /// Whether no place is what was typed there.
    pub(crate) nowhere: bool,
    pub(crate) ended: bool,
    pub(crate) rows: Vec<Row>,
    /// Whether there are more than are shown.
    pub(crate) cut: bool,
    pub(crate) roles: Vec<Choice>,
    pub(crate) organisations: Vec<Choice>,
    /// Where a new post is over.
    pub(crate) place: PlaceField,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
    pub(crate) typed: HashMap<&'static str, String>,
}

impl PostsPage {
    /// What was typed into a field that came back.
    pub(crate) fn typed(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }
}

pub(super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let mut page = load(&visitor, asked(&query, "area"), !asked(&query, "ended").is_empty()).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn load(visitor: &Visitor, area: &str, ended: bool) -> Result<PostsPage> {
    let scope = visitor.scope(Right::Manage)?;
    let mut tx = visitor.app.db().read().await?;
    let place::Asked { field: within, area: found } = PlaceField::asked(&mut tx, &scope, area).await?;
    let mut held = match &found {
        None if !area.is_empty() => Vec::new(),
        found => {
            let path = found.as_deref().map(path_of).unwrap_or_default();
            accounts::holders(&mut tx, &scope, &path, ended, visitor.now, MOST + 1).await?
        }
    };
    let cut = i64::try_from(held.len()).is_ok_and(|count| count > MOST);
    held.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(PostsPage {
        s: visitor.shell(visitor.words.t("posts-title")),
        place: PlaceField { typed: String::new(), which: Vec::new(), ..within.clone() },
        nowhere: found.is_none() && !area.is_empty(),
        within,
        ended,
        rows: rows(&mut tx, held, visitor.now).await?,
        cut,
        roles: roles(visitor),
        organisations: organisation_choices(&mut tx, visitor, &scope).await?,
        notice: None,
        wrong: Wrong::default(),
        typed: HashMap::new(),
    })
}

async fn rows(tx: &mut Tx, held: Vec<accounts::Holder>, now: Micros) -> Result<Vec<Row>> {
    let places = place_names(tx, held.iter().map(|post| post.path.as_str())).await?;
    let ids: Vec<Uuid> = held.iter().filter_map(|post| post.organisation).collect();
    let names = organisations::names(tx, &ids).await?;
    let row = |post: accounts::Holder| {
        Some(Row {
            role: Role::from_code(&post.role)?.message(),
            place: places.get(&post.path).cloned().unwrap_or_default(),
            organisation: post.organisation.and_then(|id| names.get(&id).cloned()),
            county: post.county,
            id: post.id.to_string(),
            account: post.account.to_string(),
            login: post.login,
            name: post.name,
            area: post.area,
            from: post.valid_from,
            to: post.valid_to.map(|to| to - 1),
            ended: post.valid_to.is_some_and(|to| to <= now) || post.disabled_at.is_some(),
        })
    };
    Ok(held.into_iter().filter_map(row).collect())
}

pub(super) fn roles(visitor: &Visitor) -> Vec<Choice> {
    Role::ALL.map(|role| Choice::new(role.code(), visitor.words.t(role.message()))).into()
}

/// The organisations that a post may work for: those the granter keeps.
pub(super) async fn organisation_choices(
    tx: &mut Tx,
    visitor: &Visitor,
    scope: &Scope,
) -> Result<Vec<Choice>> {
    let all = Paging::new(None, MOST);
    let found = organisations::in_scope(tx, scope, &Filter::default(), all, visitor.now).await?;
    Ok(found.into_iter().map(|one| Choice::new(one.id.to_string(), one.name)).collect())
}

/// A role and an organisation as chosen.
pub(super) fn chosen(sent: &Submission) -> Result<(Role, Option<Uuid>)> {
    let Some(role) = Role::from_code(sent.text("role")) else {
        return Err(Problem::invalid().field("role", "post-role-missing").into());
    };
    Ok((role, sent.parsed("organisation", "post-organisation-unknown")?))
}

pub(super) async fn grant(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let outcome = match read(&visitor, &sent).await {
        Err(error) => Err(error),
        Ok(grant) => visitor.app.act(visitor.signed_in()?, &grant).await,
    };
    match outcome {
        Ok(_) => Ok(done("/posts", "post").into_response()),
        Err(error) => {
            let mut page = load(&visitor, "", false).await?;
            page.wrong = wrong(&visitor, error)?;
            page.place = PlaceField::given_back(&visitor, &sent).await?;
            let fields = ["login", "role", "organisation", "from", "to"];
            page.typed = fields.into_iter().map(|field| (field, sent.text(field).to_owned())).collect();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn read(visitor: &Visitor, sent: &Submission) -> Result<GrantPost> {
    let (role, organisation) = chosen(sent)?;
    // A post holds through the day it ends on.
    let (from, to) = (day(sent, "from")?, day(sent, "to")?.map(end_of_day));
    let mut tx = visitor.app.db().read().await?;
    let login = sent.text("login").to_lowercase();
    let Some(account) = accounts::account_by_login(&mut tx, &login).await? else {
        return Err(Problem::invalid().field("login", "post-account-unknown").into());
    };
    let area = sent_area(visitor, sent).await?;
    Ok(GrantPost { county: account.county, account: account.id, role, area, organisation, from, to })
}

pub(super) async fn end(
    Path((county, id)): Path<(String, Uuid)>,
    Form { visitor, .. }: Form,
) -> Result<Response> {
    visitor.app.act(visitor.signed_in()?, &EndPost { county, id }).await?;
    Ok(done("/posts", "post-ended").into_response())
}

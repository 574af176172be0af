//! Who holds which post where, and giving and ending posts.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::account::store::{self as accounts, PostFilter, Term};
use lianxin_foundation::clock::end_of_day;
use lianxin_foundation::web::{Form, Paging, Path, Shell, Submission, Visitor, escaped, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Role, Scope, Tx};
use uuid::Uuid;

use super::place::{self, PlaceField, sent_area};
use super::{Asked, Choice, Wrong, asked, day, done, notice, place_names, wrong};
use crate::actions::{EndPost, GrantPost};
use crate::area::path_of;
use crate::organisation::store::{self as organisations, Filter};

/// Rows on a page.
const SIZE: i64 = 100;

/// At most this many organisations are offered to choose from.
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
    /// The code of the area they are listed in; empty for everywhere.
    pub(crate) area: String,
    /// Whether no place is what was typed there.
    pub(crate) nowhere: bool,
    /// What the list is narrowed to beside the place.
    pub(crate) q: String,
    pub(crate) role: String,
    pub(crate) organisation: String,
    pub(crate) term: &'static str,
    pub(crate) terms: Vec<Choice>,
    pub(crate) rows: Vec<Row>,
    pub(crate) total: i64,
    pub(crate) page: i64,
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

    /// The number of the first row shown.
    pub(crate) fn first(&self) -> i64 {
        (self.page - 1) * SIZE + 1
    }

    /// The number of the last row shown.
    pub(crate) fn last(&self) -> i64 {
        self.first() + i64::try_from(self.rows.len()).unwrap_or(0) - 1
    }

    /// The address of another page of the same list.
    pub(crate) fn at(&self, page: i64) -> String {
        let [area, q, role, organisation] =
            [&self.area, &self.q, &self.role, &self.organisation].map(|text| escaped(text));
        let term = self.term;
        format!("/posts?area={area}&q={q}&role={role}&organisation={organisation}&term={term}&page={page}")
    }
}

pub(super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let mut page = load(&visitor, &query).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn load(visitor: &Visitor, query: &HashMap<String, String>) -> Result<PostsPage> {
    let scope = visitor.scope(Right::Manage)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(query, "area");
    let place::Asked { field: within, area } = PlaceField::asked(&mut tx, &scope, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let area = area.unwrap_or_default();
    let filter = PostFilter {
        path: if area.is_empty() { String::new() } else { path_of(&area) },
        role: asked(query, "role").to_owned(),
        organisation: asked(query, "organisation").parse().ok(),
        person: asked(query, "q").to_owned(),
        term: Term::from_code(asked(query, "term")).unwrap_or_default(),
    };
    let paging = Paging::new(asked(query, "page").parse().ok(), SIZE);
    let (held, total) = if nowhere {
        (Vec::new(), 0)
    } else {
        let held = accounts::holders(&mut tx, &scope, &filter, paging, visitor.now).await?;
        (held, accounts::count_holders(&mut tx, &scope, &filter, visitor.now).await?)
    };
    Ok(PostsPage {
        s: visitor.shell(visitor.words.t("posts-title")),
        place: PlaceField { typed: String::new(), which: Vec::new(), ..within.clone() },
        nowhere,
        within,
        area,
        q: filter.person,
        role: filter.role,
        organisation: filter.organisation.map(|id| id.to_string()).unwrap_or_default(),
        term: filter.term.code(),
        terms: terms(visitor),
        rows: rows(&mut tx, held, visitor.now).await?,
        total,
        page: paging.page,
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

fn terms(visitor: &Visitor) -> Vec<Choice> {
    let named =
        [(Term::Running, "posts-running"), (Term::Ended, "post-ended"), (Term::All, "posts-ended-too")];
    named.map(|(term, message)| Choice::new(term.code(), visitor.words.t(message))).into()
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
            let mut page = load(&visitor, &HashMap::new()).await?;
            page.wrong = wrong(&visitor, error)?;
            page.place = PlaceField::given_back(&visitor, Right::Manage, &sent).await?;
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

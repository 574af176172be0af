//! What I was told, the newest first.

use askama::Template;
use axum::Extension;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Form, Shell, Visitor, html};
use lianxin_foundation::{Micros, Problem, Result, Right};

use super::rows::{Names, Row};
use super::view::Parts;
use crate::Matters;
use crate::told::News;
use crate::told::actions::Look;
use crate::told::store::{self, Notice};

/// How many are listed.
const MOST: i64 = 100;

/// One thing I was told.
pub(super) struct Told {
    pub row: Row,
    /// What kind of news: a message id.
    pub news: &'static str,
    pub at: Micros,
    pub read: bool,
}

#[derive(Template)]
#[template(path = "notices.html")]
pub(super) struct NoticesPage {
    pub s: Shell,
    pub unread: usize,
    pub told: Vec<Told>,
    /// The newest moment listed: what is marked as looked at when the button is pressed.
    pub until: Micros,
    pub outside: bool,
}

/// `GET /notices`
pub(super) async fn page(visitor: Visitor, Extension(matters): Extension<Matters>) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let who = visitor.signed_in()?;
    let account = who.account.ok_or_else(Problem::sign_in)?;
    let mut tx = visitor.app.db().read().await?;
    let notices = store::notices(&mut tx, &scope, &who.county, account, MOST).await?;
    let found: Vec<_> = notices.iter().map(|notice| notice.matter.clone()).collect();
    let names = Names::of(&mut tx, &found).await?;
    drop(tx);
    let s = visitor.shell(visitor.words.t("nav-notices"));
    let told: Vec<Told> = notices
        .iter()
        .map(|notice| Told {
            row: row(&s, &names, &matters, notice),
            news: notice.news.message(),
            at: notice.at,
            read: notice.read,
        })
        .collect();
    html(&NoticesPage {
        unread: told.iter().filter(|told| !told.read).count(),
        until: notices.first().map_or(visitor.now, |notice| notice.at),
        outside: *matters.ways != lianxin_foundation::outbox::Ways::default(),
        told,
        s,
    })
}

/// Whoever is invited to a mediation may not see the matter: their row leads to the invitation.
fn row(s: &Shell, names: &Names, matters: &Matters, notice: &Notice) -> Row {
    let row = names.row(s, &matters.catalogue, &notice.matter);
    if notice.news != News::Invited {
        return row;
    }
    Row {
        href: format!("/invitations/{}/{}", notice.matter.county, notice.event),
        title: s.t("invitation-title"),
        place: String::new(),
        ..row
    }
}

/// `POST /notices/seen`: everything up to the newest that was listed.
pub(super) async fn seen(Form { visitor, sent }: Form) -> Result<Response> {
    let until = sent.parsed("until", "problem-unreadable")?.unwrap_or(visitor.now);
    visitor.app.act(visitor.signed_in()?, &Look { matter: None, until }).await?;
    Ok(Redirect::to("/notices").into_response())
}

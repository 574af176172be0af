//! What could not be sent: for administrators, who try again or give it up.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::outbox::worker::{GiveUp, TryAgain};
use lianxin_foundation::outbox::{Channel, store};
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html};
use lianxin_foundation::{Micros, Problem, Result, Right};
use uuid::Uuid;

use super::view::Parts;
use crate::told::News;

/// How many are listed.
const MOST: i64 = 200;

/// A message that could not be sent.
pub(super) struct Stuck {
    pub address: String,
    pub channel: String,
    pub whom: String,
    pub news: String,
    pub things: i64,
    pub attempts: i64,
    /// The code of what went wrong.
    pub why: String,
    pub at: Micros,
}

#[derive(Template)]
#[template(path = "letters.html")]
pub(super) struct LettersPage {
    pub s: Shell,
    pub stuck: Vec<Stuck>,
}

/// `GET /letters`
pub(super) async fn page(visitor: Visitor) -> Result<Response> {
    let kept = visitor.scope(Right::Manage)?;
    let found = store::stuck(&mut visitor.app.db().read().await?, &kept, MOST).await?;
    let s = visitor.shell(visitor.words.t("letters-title"));
    let row = |stuck: store::Stuck| Stuck {
        address: format!("/letters/{}/{}", stuck.county, stuck.message),
        channel: Channel::from_code(&stuck.channel).map(|channel| s.t(channel.message())).unwrap_or_default(),
        whom: s.t(match stuck.holder.as_str() {
            "reporter" => "letters-to-reporter",
            "group" => "letters-to-group",
            _ => "letters-to-staff",
        }),
        news: News::from_code(&stuck.kind).map(|news| s.t(news.message())).unwrap_or_default(),
        things: stuck.things,
        attempts: stuck.attempts,
        why: stuck.why,
        at: stuck.done_at,
    };
    let stuck = found.into_iter().map(row).collect();
    html(&LettersPage { stuck, s })
}

/// `POST /letters/{county}/{message}/{what}`
pub(super) async fn act(
    Path((county, message, what)): Path<(String, Uuid, String)>,
    Form { visitor, .. }: Form,
) -> Result<Response> {
    let who = visitor.signed_in()?;
    match what.as_str() {
        "again" => visitor.app.act(who, &TryAgain { county, message }).await?,
        "drop" => visitor.app.act(who, &GiveUp { county, message }).await?,
        _ => return Err(Problem::not_found().into()),
    }
    Ok(Redirect::to("/letters").into_response())
}

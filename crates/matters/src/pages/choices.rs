//! 怎么通知我: which news by which channel, quiet hours, how much is gathered; my devices and my feeds.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::MINUTE;
use lianxin_foundation::error::While;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::outbox::rules::Quiet;
use lianxin_foundation::outbox::{Channel, Device};
use lianxin_foundation::scope::Who;
use lianxin_foundation::vault::mask_phone;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html_with};
use lianxin_foundation::{Micros, Problem, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{Choice as Offer, Errors, Parts};
use crate::Matters;
use crate::told::actions::{AddDevice, AddFeed, Choose, DropDevice, Holder, RevokeFeed};
use crate::told::choice::{PERSONAL, WAITS};
use crate::told::store::{self, FeedKey};
use crate::told::{Choice, News, opened_contact};

/// A kind of news with a box for each channel.
pub(super) struct NewsRow {
    pub name: String,
    pub ways: Vec<Way>,
}

/// A box to tick.
pub(super) struct Way {
    pub value: String,
    pub label: String,
    pub ticked: bool,
}

/// A device or a feed in the list.
pub(super) struct Item {
    pub id: Uuid,
    pub made: Micros,
    pub used: Option<Micros>,
}

#[derive(Template)]
#[template(path = "choices.html")]
pub(super) struct ChoicesPage {
    pub s: Shell,
    pub said: &'static str,
    pub errors: Errors,
    /// The channels that the operator set up: message ids.
    pub channels: Vec<&'static str>,
    pub news: Vec<NewsRow>,
    pub has_email: bool,
    pub has_sms: bool,
    /// What is on file, masked; empty where nothing is.
    pub email: String,
    pub phone: String,
    pub quiet: bool,
    pub quiet_from: String,
    pub quiet_to: String,
    pub waits: Vec<Offer>,
    /// The key browsers subscribe with; empty where they are not told.
    pub push_key: String,
    pub devices: Vec<Item>,
    pub feeds: Vec<Item>,
    /// A feed's addresses just made, shown this once.
    pub fresh: Option<[String; 2]>,
}

/// What was done just now.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    said: String,
}

const SAID: [&str; 4] =
    ["told-said-kept", "told-said-device", "told-said-device-gone", "told-said-feed-gone"];

/// `GET /me/told`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut page = build(&visitor, &matters).await?;
    page.said =
        SAID.into_iter().find(|id| id.strip_prefix("told-said-") == Some(&asked.said)).unwrap_or_default();
    html_with(StatusCode::OK, &page)
}

async fn build(visitor: &Visitor, matters: &Matters) -> Result<ChoicesPage> {
    let who = visitor.signed_in()?;
    let account = who.account.ok_or_else(Problem::sign_in)?;
    let mut tx = visitor.app.db().read().await?;
    let choice = store::choice(&mut tx, &who.county, account).await?;
    let choice = choice.unwrap_or_else(|| Choice::suggested(visitor.words.tag()));
    let devices = store::devices(&mut tx, &who.county, "account", account).await?;
    let feeds = store::feed_keys(&mut tx, &who.county, account).await?;
    drop(tx);
    let s = visitor.shell(visitor.words.t("told-title")).with_script("push.js");
    let channels: Vec<Channel> = PERSONAL.into_iter().filter(|channel| matters.ways.has(*channel)).collect();
    let ways = |news: News| {
        let one = |channel: &Channel| Way {
            value: format!("{}:{}", news.code(), channel.code()),
            label: s.t(channel.message()),
            ticked: choice.wants(news, *channel),
        };
        channels.iter().map(one).collect()
    };
    let wait = |minutes: &i64| Offer {
        chosen: *minutes == choice.wait,
        value: minutes.to_string(),
        label: if *minutes == 0 {
            s.t("told-wait-none")
        } else {
            s.t1("told-wait", "span", s.span(&(minutes * MINUTE)))
        },
    };
    let open = |column, sealed: &Option<Vec<u8>>| {
        opened_contact(&visitor.app, column, account, sealed.as_deref())
            .while_doing("showing one's own address")
    };
    Ok(ChoicesPage {
        said: "",
        errors: Errors::default(),
        channels: channels.iter().map(|channel| channel.message()).collect(),
        news: News::for_staff().map(|news| NewsRow { name: s.t(news.message()), ways: ways(news) }).collect(),
        has_email: matters.ways.email,
        has_sms: matters.ways.sms,
        email: open("email", &choice.email)?.map(|email| mask_email(&email)).unwrap_or_default(),
        phone: open("phone", &choice.phone)?.map(|phone| mask_phone(&phone)).unwrap_or_default(),
        quiet: choice.quiet.from != choice.quiet.to,
        quiet_from: hour(choice.quiet.from),
        quiet_to: hour(choice.quiet.to),
        waits: WAITS.iter().map(wait).collect(),
        push_key: matters.ways.push_key.clone().unwrap_or_default(),
        devices: devices.iter().map(|row| Item { id: row.id, made: row.made_at, used: None }).collect(),
        feeds: feeds
            .iter()
            .map(|FeedKey { id, made_at, used_at }| Item { id: *id, made: *made_at, used: *used_at })
            .collect(),
        fresh: None,
        s,
    })
}

/// `13:05`
fn hour(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Minutes of the day of `13:05`; outside of any day when it is no such thing.
fn minutes(text: &str) -> i64 {
    let read = |part: &str, most: i64| part.parse::<i64>().ok().filter(|value| (0..most).contains(value));
    let both =
        text.split_once(':').and_then(|(hours, minutes)| Some(read(hours, 24)? * 60 + read(minutes, 60)?));
    both.unwrap_or(-1)
}

/// `z…@example.cn`
fn mask_email(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    format!("{}…@{host}", name.chars().take(1).collect::<String>())
}

/// `POST /me/told`
pub(super) async fn keep(
    Extension(matters): Extension<Matters>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let action = chosen(&visitor, &sent)?;
    match visitor.app.act(visitor.signed_in()?, &action).await {
        Ok(()) => Ok(said("kept")),
        Err(error) => refused(&visitor, &matters, error).await,
    }
}

fn said(what: &str) -> Response {
    Redirect::to(&format!("/me/told?said={what}")).into_response()
}

async fn refused(visitor: &Visitor, matters: &Matters, error: lianxin_foundation::Error) -> Result<Response> {
    let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
    let mut page = build(visitor, matters).await?;
    page.errors = errors;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn chosen(visitor: &Visitor, sent: &Submission) -> Result<Choose> {
    let quiet = match sent.ticked("quiet") {
        true => Quiet { from: minutes(sent.text("quiet-from")), to: minutes(sent.text("quiet-to")) },
        false => Quiet { from: 0, to: 0 },
    };
    // What is on file is never sent to the browser whole: left empty, it stays, unless a box takes it away.
    let address = |field: &str, gone: &str| match sent.ticked(gone) {
        true => Some(String::new()),
        false => sent.given(field),
    };
    Ok(Choose {
        ways: Choice::read_ways(sent.all("way").iter().map(String::as_str)),
        email: address("email", "email-gone"),
        phone: address("phone", "phone-gone"),
        quiet,
        wait: sent.parsed("wait", "told-wait-form")?.unwrap_or(WAITS[1]),
        language: visitor.words.tag().to_owned(),
    })
}

fn device(sent: &Submission, page: String) -> Device {
    let text = |field: &str| sent.text(field).to_owned();
    Device { endpoint: text("endpoint"), p256dh: text("p256dh"), auth: text("auth"), page }
}

/// `POST /me/told/devices`: this browser agreed.
pub(super) async fn add_device(
    Extension(matters): Extension<Matters>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let action = AddDevice { holder: Holder::Myself, device: device(&sent, String::new()) };
    match visitor.app.act(visitor.signed_in()?, &action).await {
        Ok(()) => Ok(said("device")),
        Err(error) => refused(&visitor, &matters, error).await,
    }
}

/// `POST /me/told/devices/{id}/forget`
pub(super) async fn drop_device(Path(id): Path<Uuid>, Form { visitor, .. }: Form) -> Result<Response> {
    visitor.app.act(visitor.signed_in()?, &DropDevice { holder: Holder::Myself, id }).await?;
    Ok(said("device-gone"))
}

/// `POST /me/told/feeds`
pub(super) async fn add_feed(
    Extension(matters): Extension<Matters>,
    Form { visitor, .. }: Form,
) -> Result<Response> {
    let who = visitor.signed_in()?;
    match visitor.app.act(who, &AddFeed).await {
        Ok(secret) => {
            let mut page = build(&visitor, &matters).await?;
            let address = |name: &str| format!("{}/feeds/mine/{}/{secret}/{name}", visitor.site, who.county);
            page.fresh = Some([address("inbox.atom"), address("deadlines.ics")]);
            html_with(StatusCode::OK, &page)
        }
        Err(error) => refused(&visitor, &matters, error).await,
    }
}

/// `POST /me/told/feeds/{id}/revoke`
pub(super) async fn revoke_feed(Path(id): Path<Uuid>, Form { visitor, .. }: Form) -> Result<Response> {
    visitor.app.act(visitor.signed_in()?, &RevokeFeed { id }).await?;
    Ok(said("feed-gone"))
}

/// `POST /m/{county}/{secret}/devices`: the reporter's browser agreed; back to their own page.
pub(super) async fn reporter_device(
    Path((county, secret)): Path<(String, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.count(Limit::Write)?;
    let here = format!("/m/{county}/{secret}");
    let holder = Holder::Reporter { county: county.clone(), secret };
    let action = AddDevice { holder, device: device(&sent, here.clone()) };
    visitor.app.act(&Who::reporter(&county), &action).await?;
    Ok(Redirect::to(&format!("{here}?said=device")).into_response())
}

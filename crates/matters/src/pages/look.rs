//! A last look before a report is sent: who said the same, what it is probably about, what is personal in it.
//!
//! Nothing here keeps anybody from sending: the second press sends as it is. Without a script the look is the
//! form given back; with one it appears below the words while they are typed.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::limits::Limit;
use lianxin_foundation::scope::Who;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html};
use lianxin_foundation::{App, Problem, Result};
use lianxin_hanzi::personal::{self, masked};
use uuid::Uuid;

use super::place::{chosen, known_county};
use crate::Matters;
use crate::actions::{Join, Joined, MOST_PLACE, MOST_TEXT};
use crate::store;
use crate::twins::{self, Asking, Twin};

/// The cookie that counts a browser once.
const BROWSER: &str = "lx_key";
/// How long it stays, in seconds: a year.
const STAYS: u64 = 365 * 24 * 3600;

/// What was found, in words.
#[derive(Template, Default)]
#[template(path = "parts/look.html")]
pub(super) struct Look {
    pub title: String,
    pub hint: String,
    pub join: String,
    pub send: String,
    pub twins: Vec<Card>,
    /// What in the words looks personal: its kinds.
    pub personal: String,
    pub personal_hint: String,
    /// The words without it.
    pub text: String,
    pub place: String,
    pub mask: String,
    /// What it is probably about.
    pub category: Option<Guess>,
}

impl HtmlSafe for Look {}

/// One matter that says the same.
pub(super) struct Card {
    pub id: String,
    pub text: String,
    pub facts: String,
    pub others: String,
}

/// A category suggested.
pub(super) struct Guess {
    pub code: String,
    pub said: String,
    pub take: String,
}

impl Look {
    /// Whether there is nothing to say.
    pub(super) fn is_empty(&self) -> bool {
        self.twins.is_empty() && self.personal.is_empty() && self.category.is_none()
    }

    /// Whether there is something that the reporter should see before it is sent: a category alone is not.
    pub(super) fn matters(&self) -> bool {
        !self.twins.is_empty() || !self.personal.is_empty()
    }

    /// What is to be said about a form's words.
    pub(super) async fn at(
        visitor: &Visitor,
        matters: &Matters,
        county: &str,
        sent: &Submission,
    ) -> Result<Look> {
        // What is refused for its length is not looked through first: anybody may send it.
        if too_long(sent) {
            return Ok(Look::default());
        }
        let s = visitor.shell("");
        let area = chosen(sent);
        let asking = Asking {
            text: sent.text("text").to_owned(),
            place: sent.text("place").to_owned(),
            category: sent.given("category"),
            area: Some(area).filter(|area| !area.is_empty() && area != county),
            lon: sent.text("lon").parse().ok(),
            lat: sent.text("lat").parse().ok(),
        };
        let mut tx = visitor.app.db().read().await?;
        let found = twins::find(&mut tx, matters, county, &asking, None, visitor.now).await?;
        let guess = crate::words::guess(&mut tx, matters, county, &asking.text).await?;
        drop(tx);
        let private = sent.ticked("private")
            || sent
                .given("category")
                .and_then(|code| matters.catalogue.get(&code))
                .is_some_and(|category| category.private);
        let kinds = if private { String::new() } else { kinds(&s, &[&asking.text, &asking.place]) };
        let language = s.language();
        let named = |code: &str| matters.catalogue.name(code, language);
        let category = guess.filter(|_| asking.category.is_none()).map(|guess| Guess {
            said: s.t1("look-category", "category", named(&guess.category)),
            take: s.t("look-category-take"),
            code: guess.category,
        });
        Ok(Look {
            title: s.t("look-twins"),
            hint: s.t("look-twins-hint"),
            join: s.t("look-join"),
            send: s.t("look-send"),
            twins: found.into_iter().map(|twin| card(&s, matters, twin)).collect(),
            personal_hint: s.t("look-personal-hint"),
            text: if kinds.is_empty() { String::new() } else { masked(&asking.text) },
            place: if kinds.is_empty() { String::new() } else { masked(&asking.place) },
            mask: s.t("look-mask"),
            personal: kinds,
            category,
        })
    }
}

/// Whether words are longer than a report may be.
fn too_long(sent: &Submission) -> bool {
    let longer = |field: &str, most: usize| sent.text(field).chars().count() > most;
    longer("text", MOST_TEXT) || longer("place", MOST_PLACE)
}

/// What looks personal in texts: the names of its kinds, each once; empty for nothing.
pub(super) fn kinds(s: &Shell, texts: &[&str]) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for found in texts.iter().flat_map(|text| personal::find(text)) {
        let name = s.t(kind_message(found.kind));
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    if kinds.is_empty() { String::new() } else { s.t1("look-personal", "kinds", kinds.join(&s.t("comma"))) }
}

fn kind_message(kind: personal::Kind) -> &'static str {
    match kind {
        personal::Kind::Phone => "personal-kind-phone",
        personal::Kind::Id => "personal-kind-id",
        personal::Kind::Plate => "personal-kind-plate",
        personal::Kind::Name => "personal-kind-name",
        personal::Kind::Door => "personal-kind-door",
        personal::Kind::Email => "personal-kind-email",
    }
}

fn card(s: &Shell, matters: &Matters, twin: Twin) -> Card {
    let category = matters.catalogue.name(&twin.category, s.language());
    let facts = [category, twin.place, s.ago(&twin.created_at), s.t(twin.status.message())];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    Card {
        id: twin.id.to_string(),
        text: twin.text.chars().take(80).collect(),
        facts: facts.join(" · "),
        others: if twin.others > 0 { s.t1("twin-others", "n", twin.others) } else { String::new() },
    }
}

/// `POST /report/{county}/look`: what is to be said about the words so far, as a piece of the page.
pub(super) async fn piece(
    Extension(matters): Extension<Matters>,
    Path(county): Path<String>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.count(Limit::Lookup)?;
    let known = known_county(&mut visitor.app.db().read().await?, &county).await?;
    known.ok_or_else(Problem::not_found)?;
    let look = Look::at(&visitor, &matters, &county, &sent).await?;
    if look.is_empty() { Ok(StatusCode::NO_CONTENT.into_response()) } else { html(&look) }
}

/// What the reporter should see before a form is sent; `None` when they saw it, or there is nothing. Whoever
/// chose the words without what is personal sends those.
pub(super) async fn before(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    sent: &mut Submission,
) -> Result<Option<Look>> {
    if sent.ticked("mask") && !too_long(sent) {
        for field in ["text", "place"] {
            let shown = masked(sent.text(field));
            sent.set(field, shown);
        }
    }
    if let Some(code) = sent.given("take") {
        sent.set("category", code);
        return Look::at(visitor, matters, county, sent).await.map(Some);
    }
    if sent.ticked("looked") || sent.ticked("mask") || came_in(visitor, county, sent).await? {
        return Ok(None);
    }
    let look = Look::at(visitor, matters, county, sent).await?;
    Ok(Some(look).filter(Look::matters))
}

/// Whether this very form came in before: its own matter is no other's that says the same.
async fn came_in(visitor: &Visitor, county: &str, sent: &Submission) -> Result<bool> {
    let Some(id) = sent.parsed::<Uuid>("id", "problem-unreadable")? else { return Ok(false) };
    Ok(store::secret_of(&mut visitor.app.db().read().await?, county, id).await?.is_some())
}

/// Joins the matter that was chosen, and leads to the joiner's own page.
pub(super) async fn join(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    headers: &HeaderMap,
    sent: &Submission,
) -> Result<Response> {
    let id = sent.parsed::<Uuid>("join", "problem-unreadable")?.ok_or_else(Problem::not_found)?;
    let known = cookie(headers);
    let browser = known.clone().unwrap_or_else(|| visitor.app.ids().secret());
    let action = Join {
        matters,
        county: county.to_owned(),
        id,
        browser: browser.clone(),
        key: sent.given("key"),
        phone: sent.given("phone"),
        language: visitor.words.tag().to_owned(),
    };
    let joined = visitor.app.act(&Who::reporter(county), &action).await?;
    let to = match joined {
        Joined { secret: Some(secret), .. } => format!("/j/{county}/{secret}?new=1"),
        Joined { number, .. } => format!("/find?county={county}&number={number}"),
    };
    let mut response = Redirect::to(&to).into_response();
    if known.is_none() {
        response.headers_mut().append(header::SET_COOKIE, kept(&visitor.app, &browser)?);
    }
    Ok(response)
}

/// The browser's key, if it has one.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let found = pairs.find(|(name, _)| *name == BROWSER)?.1;
    (found.len() == 26 && found.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| found.to_owned())
}

fn kept(app: &App, key: &str) -> Result<HeaderValue> {
    let secure = if app.settings().secure_cookies { "; Secure" } else { "" };
    let text = format!("{BROWSER}={key}; Path=/; Max-Age={STAYS}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text)
        .map_err(|error| lianxin_foundation::Error::failed("writing the browser's key", error.to_string()))
}

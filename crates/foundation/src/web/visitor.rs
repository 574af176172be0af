//! Who is visiting, in which language and look.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::{Client, Shell, Submission, is_same_site};
use crate::account::SESSION_COOKIE;
use crate::app::{App, Settings};
use crate::clock::Micros;
use crate::error::{Error, Kind, Problem, Result};
use crate::i18n::{Language, Words};
use crate::limits::{Asker, Limit};
use crate::scope::{Means, Right, Scope, Who};
use crate::vault::Purpose;

const LANGUAGE_COOKIE: &str = "lx_lang";
const LOOK_COOKIE: &str = "lx_look";

/// How a person likes pages: elder mode, and light or dark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Larger type and targets, one column.
    pub elder: bool,
    /// `light`, `dark`, or empty to follow the device.
    pub theme: &'static str,
}

impl Look {
    /// The cookie's value is words joined by hyphens, `elder-dark`: `app.js` writes the same.
    fn read(text: &str) -> Look {
        let has = |word| text.split('-').any(|part| part == word);
        let theme = if has("dark") {
            "dark"
        } else if has("light") {
            "light"
        } else {
            ""
        };
        Look { elder: has("elder"), theme }
    }

    fn written(&self) -> String {
        let words = [if self.elder { "elder" } else { "" }, self.theme];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
    }
}

/// A person with a browser, signed in or not.
#[derive(Clone)]
pub struct Visitor {
    /// The program's parts.
    pub app: App,
    /// Messages in the visitor's language.
    pub words: Words,
    /// Who is signed in, if anybody.
    pub who: Option<Who>,
    /// Where the visit comes from.
    pub client: Client,
    /// How pages look.
    pub look: Look,
    /// Where the program is reached, without a slash at the end; see [`site`].
    pub site: String,
    /// Path and query of this visit.
    pub here: String,
    /// Whether only a part of the page is asked for (htmx).
    pub partial: bool,
    /// Whether a link or picture on another site led here, as far as the browser tells.
    pub led_here: bool,
    /// The moment of the visit.
    pub now: Micros,
    /// How many notices the signed-in person has not looked at.
    pub unread: i64,
}

impl Visitor {
    /// The signed-in person.
    ///
    /// # Errors
    /// [`Problem::sign_in`], which pages answer with the sign-in form.
    pub fn signed_in(&self) -> Result<&Who> {
        self.who.as_ref().ok_or_else(|| Problem::sign_in().into())
    }

    /// What the signed-in person may do with `right`; refused when that is nothing.
    pub fn scope(&self, right: Right) -> Result<Scope> {
        let scope = self.signed_in()?.scope(right, self.now);
        if scope.is_empty() { Err(Problem::forbidden().into()) } else { Ok(scope) }
    }

    /// Who is counted: the person signed in, or everybody at their address.
    pub fn asker(&self) -> Asker {
        let account = self.who.as_ref().and_then(|who| who.account);
        account.map_or_else(|| Asker::at(self.client.address), Asker::Account)
    }

    /// Counts this visit as one of a kind.
    ///
    /// # Errors
    /// [`Kind::TooMany`], which says how long to wait.
    pub fn count(&self, limit: Limit) -> Result<()> {
        self.app.limits().take(limit, self.asker(), 1, self.now)
    }

    /// The token that every form of a signed-in person carries.
    pub fn form_token(&self) -> String {
        self.who.as_ref().map(|who| form_token(&self.app, who)).unwrap_or_default()
    }

    /// Refuses a form that did not come from a page given to this very session.
    pub fn check_form_token(&self, token: &str) -> Result<()> {
        let expected = self.form_token();
        if self.who.is_none() || (!expected.is_empty() && expected == token) {
            return Ok(());
        }
        Err(Problem::new(Kind::Forbidden, "problem-form-expired").into())
    }

    /// Refuses a page that goes on record in the visitor's name when it was another site that asked for it.
    ///
    /// # Errors
    /// [`Kind::Forbidden`], which asks to do it again from within.
    pub fn from_within(&self) -> Result<()> {
        if self.led_here { Err(Problem::new(Kind::Forbidden, "problem-led-here").into()) } else { Ok(()) }
    }

    /// The shell for a page with this title message already spoken.
    pub fn shell(&self, title: impl Into<String>) -> Shell {
        Shell::new(self, title.into())
    }
}

fn form_token(app: &App, who: &Who) -> String {
    match &who.means {
        Means::Session(key) => {
            app.vault().mac(Purpose::Csrf, &[key]).iter().fold(String::new(), |mut hex, byte| {
                hex.push_str(&format!("{byte:02x}"));
                hex
            })
        }
        _ => String::new(),
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Visitor> {
        let app = App::from_ref(state);
        let visit = match cookie(&parts.headers, SESSION_COOKIE) {
            Some(value) => app.visit(value).await?,
            None => None,
        };
        let (who, unread) = visit.map_or((None, 0), |(who, unread)| (Some(who), unread));
        let words = app.locales().speak(language(&parts.headers));
        let look = cookie(&parts.headers, LOOK_COOKIE).map(Look::read).unwrap_or_default();
        let site = site(app.settings(), &parts.headers);
        let here = parts.uri.path_and_query().map_or("/", |at| at.as_str()).to_owned();
        let partial = parts.headers.contains_key("hx-request");
        let client = client(&app, parts);
        let led_here =
            parts.headers.get("sec-fetch-site").is_some_and(|from| from.as_bytes().ends_with(b"-site"));
        let now = app.clock().now();
        Ok(Visitor { app, words, who, client, look, site, here, partial, led_here, now, unread })
    }
}

/// A program calling the API with an access token.
pub struct Caller {
    /// The program's parts.
    pub app: App,
    /// Whose token it is.
    pub who: Who,
    /// The moment of the call.
    pub now: Micros,
}

impl Caller {
    /// What the token's owner may do with `right`; refused when that is nothing.
    pub fn scope(&self, right: Right) -> Result<Scope> {
        let scope = self.who.scope(right, self.now);
        if scope.is_empty() { Err(Problem::forbidden().into()) } else { Ok(scope) }
    }
}

impl<S> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Caller> {
        let app = App::from_ref(state);
        let bearer = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| Problem::new(Kind::SignIn, "problem-token-missing"))?;
        let client = client(&app, parts);
        let who = holder_of(&app, client, bearer.trim()).await?;
        let who = who.ok_or_else(|| Problem::new(Kind::SignIn, "problem-token-unknown"))?;
        let now = app.clock().now();
        Ok(Caller { app, who, now })
    }
}

fn client(app: &App, parts: &Parts) -> Client {
    let known = parts.extensions.get::<Client>().copied();
    known.unwrap_or_else(|| Client::of(app, &parts.extensions, &parts.headers))
}

/// Who holds an access token, which is counted: a good one as a call of its own, a wrong one against the
/// address it comes from, so that trying tokens does not keep the database busy.
///
/// # Errors
/// [`Kind::TooMany`] from either count.
pub async fn holder_of(app: &App, client: Client, token: &str) -> Result<Option<Who>> {
    let (limits, from, now) = (app.limits(), Asker::at(client.address), app.clock().now());
    limits.check(Limit::WrongToken, from, now)?;
    let who = app.who_by_token(token).await?;
    match who {
        Some(_) => limits.take(Limit::Api, Asker::token(token), 1, now)?,
        None => limits.take(Limit::WrongToken, from, 1, now)?,
    }
    Ok(who)
}

/// Where the program is reached, `https://host`: as the operator set it, else as this client reached it, if
/// that is a name the operator gave or an address of this machine or a private network. Anybody can send any
/// other name, and our links would then lead to their site: these are given without a host, beginning with `/`.
pub fn site(settings: &Settings, headers: &HeaderMap) -> String {
    if !settings.base_url.is_empty() {
        return settings.base_url.trim_end_matches('/').to_owned();
    }
    let scheme = if settings.secure_cookies { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()?.parse::<Authority>().ok());
    let plain = |host: &Authority| !host.as_str().contains('@') && is_ours(settings, host.host());
    match host.filter(plain) {
        Some(host) => format!("{scheme}://{host}"),
        None => String::new(),
    }
}

fn is_ours(settings: &Settings, host: &str) -> bool {
    let near = |address: IpAddr| match address.to_canonical() {
        IpAddr::V4(four) => four.is_loopback() || four.is_private() || four.is_link_local(),
        IpAddr::V6(six) => six.is_loopback() || six.is_unique_local() || six.is_unicast_link_local(),
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || settings.hosts.iter().any(|known| host.eq_ignore_ascii_case(known))
        || bare.parse().is_ok_and(near)
}

/// The value of one cookie.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

/// The language chosen on this device, else the one the browser asks for, else the default.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag);
    let asked = || {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok())?;
        Language::accepted(header)
    };
    chosen.or_else(asked).unwrap_or_default()
}

/// Keeps a chosen language or look on the device, then goes back to where the person was. The form
/// sends only what was pressed: `lang`, `elder` (`on` or `off`), or `theme`.
pub(super) async fn choose_look(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    if !is_same_site(&headers) {
        return Err(Problem::new(Kind::Forbidden, "problem-form-elsewhere").into());
    }
    let asker = Asker::at(Client::of(&app, request.extensions(), &headers).address);
    let sent = Submission::read(&app, asker, request).await?;
    let mut look = cookie(&headers, LOOK_COOKIE).map(Look::read).unwrap_or_default();
    if let Some(elder) = sent.given("elder") {
        look.elder = elder == "on";
    }
    if let Some(theme) = sent.given("theme") {
        look.theme = Look::read(&theme).theme;
    }
    let keep = |name: &str, value: &str| format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    let mut cookies = vec![(SET_COOKIE, keep(LOOK_COOKIE, &look.written()))];
    if let Some(language) = Language::from_tag(sent.text("lang")) {
        cookies.push((SET_COOKIE, keep(LANGUAGE_COOKIE, language.tag())));
    }
    let back = HeaderValue::from_str(local(Some(sent.text("back")))).unwrap_or(HeaderValue::from_static("/"));
    Ok((StatusCode::SEE_OTHER, [(LOCATION, back)], AppendHeaders(cookies)).into_response())
}

/// Only a path on this very site: an open redirect would lend our name to a stranger's page. Browsers
/// read a backslash as a slash and leave tabs and line ends out.
pub fn local(back: Option<&str>) -> &str {
    let odd = |letter: char| letter == '\\' || letter.is_control();
    match back {
        Some(path) if path.starts_with('/') && !path.starts_with("//") && !path.contains(odd) => path,
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_addresses_are_gone_back_to() {
        for (asked, gone) in [
            (Some("/inbox?x=1"), "/inbox?x=1"),
            (Some("//evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/\t/evil.example"), "/"),
            (None, "/"),
        ] {
            assert_eq!(local(asked), gone);
        }
    }

    #[test]
    fn links_name_only_hosts_that_are_ours() {
        let settings = |base: &str, hosts: &[&str]| Settings {
            base_url: base.to_owned(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            secure_cookies: false,
            ..Settings::default()
        };
        let asked = |settings: &Settings, host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_str(host).unwrap());
            site(settings, &headers)
        };
        let open = settings("", &["lianxin.example"]);
        for host in ["lianxin.example", "lianxin.example:8080", "LIANXIN.example"] {
            assert_eq!(asked(&open, host), format!("http://{host}"));
        }
        for host in
            ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "192.168.1.5:8080", "10.0.0.1", "[fd00::1]"]
        {
            assert_eq!(asked(&open, host), format!("http://{host}"));
        }
        for host in [
            "evil.example",
            "lianxin.example.evil.example",
            "8.8.8.8",
            "[2001:db8::1]",
            "127.0.0.1.evil.example",
            "lianxin.example/@evil.example",
            "localhost@evil.example",
            "evil@localhost",
            "",
            "a b",
        ] {
            assert_eq!(asked(&open, host), "", "{host}");
        }
        assert_eq!(site(&open, &HeaderMap::new()), "");
        assert_eq!(asked(&settings("https://a.example/", &[]), "evil.example"), "https://a.example");
    }

    #[test]
    fn a_look_is_read_word_by_word() {
        assert_eq!(Look::read("elder-dark"), Look { elder: true, theme: "dark" });
        assert_eq!(Look::read("elder-dark").written(), "elder-dark");
        assert_eq!(Look::read("bright"), Look::default());
    }
}

//! Requests to the program without a network.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, header};
use axum::routing::get;
use lianxin_foundation::App;
use lianxin_foundation::account::SESSION_COOKIE;
use lianxin_foundation::web::{self, Visitor};
use serde_json::Value as Json;
use tower::ServiceExt;

use crate::{House, Person};

/// Where a browser of a test learns its form token, beside the routes under test.
const TOKEN: &str = "/test/form-token";

/// A browser, or a program calling the API: keeps cookies, adds the form token, follows no redirect.
#[derive(Clone)]
pub struct Browser {
    house: House,
    router: Router,
    cookies: BTreeMap<String, String>,
    headers: Vec<(&'static str, String)>,
    peer: Option<SocketAddr>,
    token: String,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl House {
    /// A browser before `routes`, wrapped as the program wraps them, with the foundation's own beside
    /// them.
    pub fn browser(&self, routes: Router<App>) -> Browser {
        let token = get(|visitor: Visitor| async move { visitor.form_token() });
        let routes = routes.merge(web::routes()).route(TOKEN, token);
        Browser {
            house: self.clone(),
            router: web::wrap(routes, self.app().clone()),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
            peer: None,
            token: String::new(),
        }
    }
}

impl Browser {
    /// Sends this header with every request: `("accept-language", "en")`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Browser {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Comes from this address, `192.0.2.1`.
    #[must_use]
    pub fn from(mut self, address: &str) -> Browser {
        self.peer = Some(SocketAddr::new(address.parse().expect("an address"), 50_000));
        self
    }

    /// Sends this access token with every request.
    #[must_use]
    pub fn bearing(self, token: &str) -> Browser {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// Sets a cookie.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// A cookie's value as it stands.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Signs a person in and keeps the session and its form token.
    pub async fn sign_in(&mut self, person: &Person) {
        let session = self.house.session(person).await;
        self.set_cookie(SESSION_COOKIE, &session);
        self.token = self.get(TOKEN).await.text();
        assert!(!self.token.is_empty(), "a signed-in person has a form token");
    }

    /// The form token that [`Browser::post`] sends; empty before the sign-in.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, Vec::new()).await
    }

    /// Sends a form with the session's token, unless `fields` bring a `token` of their own.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let token = self.token.clone();
        if fields.iter().all(|(name, _)| *name != "token") {
            fields.push(("token", &token));
        }
        let body = serde_urlencoded::to_string(fields).expect("text can be encoded");
        self.send("POST", path, Some("application/x-www-form-urlencoded"), body.into_bytes()).await
    }

    /// Sends a form with files, each `(field, file name, content)`, and the session's token.
    pub async fn post_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const EDGE: &str = "the-edge-between-parts";
        let mut body = Vec::new();
        for (name, value) in fields.iter().chain([&("token", self.token.as_str())]) {
            let head =
                format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, file, content) in files {
            let head = format!(
                "--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
        self.send("POST", path, Some(&format!("multipart/form-data; boundary={EDGE}")), body).await
    }

    /// Sends JSON by any method.
    pub async fn json(&mut self, method: &str, path: &str, body: &Json) -> Answer {
        self.send(method, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Sends anything.
    pub async fn send(&mut self, method: &str, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind).header(header::CONTENT_LENGTH, body.len());
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        let mut request = request.body(Body::from(body)).expect("the request is well formed");
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the body can be read").to_vec();
        self.keep(&parts.headers);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        let set = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        for (name, rest) in set.filter_map(|text| text.split_once('=')) {
            match rest.split(';').next().unwrap_or_default() {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text()))
    }

    /// A header's value, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

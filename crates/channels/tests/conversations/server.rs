//! An HTTP server on this machine that keeps what it was asked and answers as told.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

/// What was asked.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Where it listens and what it was asked so far.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers every request by `answer`.
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Answer + Clone + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let kept = asked.clone();
        let handler = move |method: axum::http::Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let asked = Asked { method: method.to_string(), uri, headers, body: body.to_vec() };
            let answer = answer(&asked);
            kept.lock().unwrap().push(asked);
            async move { answer.into_response() }
        };
        let router = Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Server { url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// A status, headers and a body.
pub(crate) struct Answer(pub(crate) u16, pub(crate) Vec<(&'static str, String)>, pub(crate) String);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::from_u16(self.0).unwrap(), self.2).into_response();
        for (name, value) in self.1 {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        response
    }
}

/// An answer without headers.
pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Answer(status, Vec::new(), body.to_owned())
}

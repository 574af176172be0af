//! Forms: fields and files as sent, same-site only, with the session's token checked.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};

use super::metered::{Meter, metered};
use super::{Visitor, unread};
use crate::app::App;
use crate::error::{Error, Kind, Problem, Result};
use crate::limits::{Asker, Limit};
use crate::text::clean;

/// The largest photo taken, in bytes.
const LARGEST_FILE: usize = 20 * 1024 * 1024;
/// The longest text field taken, in bytes.
const LARGEST_FIELD: usize = 64 * 1024;
/// How many files and how many fields one form may hold: two hundred ticked rows and what stands around them.
const MOST_FILES: usize = 9;
const MOST_FIELDS: usize = 240;
/// The largest form without files taken, in bytes: a page of words, each character three bytes and each byte
/// three signs.
const LARGEST_WORDS: usize = 1024 * 1024;
/// The most that may come without a part of the form beginning or going on, in bytes: a part's head.
const LARGEST_HEAD: usize = 64 * 1024;
/// The largest form taken, in bytes.
const LARGEST_FORM: usize = MOST_FILES * LARGEST_FILE + MOST_FIELDS * LARGEST_FIELD;

/// A file as sent. Its name is not kept: it may say something about the sender.
pub struct Upload {
    /// The form field it came in.
    pub field: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What a form sent, by field name, in the order sent.
#[derive(Default)]
pub struct Submission {
    fields: HashMap<String, Vec<String>>,
    /// Values so far, however few names they share.
    values: usize,
    /// The files, those left empty apart.
    pub files: Vec<Upload>,
    /// The memory it takes, until the form is dropped.
    meter: Option<Arc<Meter>>,
}

impl Submission {
    /// A field's value, trimmed; empty when it was not sent.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// Puts another value in a field's place.
    pub fn set(&mut self, field: &str, value: String) {
        self.fields.insert(field.to_owned(), vec![value]);
    }

    /// A field's value, or `None` when it was left empty.
    pub fn given(&self, field: &str) -> Option<String> {
        Some(self.text(field)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Every value of a field with several.
    pub fn all(&self, field: &str) -> &[String] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, field: &str) -> bool {
        !self.text(field).is_empty()
    }

    /// A field's value read as something else, or `None` when empty.
    ///
    /// # Errors
    /// The given message for the field when it is not such a thing.
    pub fn parsed<T: std::str::FromStr>(&self, field: &'static str, code: &'static str) -> Result<Option<T>> {
        match self.text(field) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Problem::invalid().field(field, code).into()),
        }
    }

    /// Fields whose names begin with `prefix`, with the rest of the name: `attribute[…]`.
    pub fn beginning<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = (&'s str, &'s [String])> {
        self.fields
            .iter()
            .filter_map(move |(name, values)| name.strip_prefix(prefix).map(|rest| (rest, values.as_slice())))
    }

    fn push(&mut self, name: String, value: String) -> Result<()> {
        if self.values >= MOST_FIELDS || value.len() > LARGEST_FIELD {
            return Err(too_large().into());
        }
        self.values += 1;
        self.fields.entry(name).or_default().push(clean(&value).into_owned());
        Ok(())
    }

    /// Reads an `application/x-www-form-urlencoded` body.
    pub fn from_urlencoded(body: &[u8]) -> Result<Submission> {
        let mut submission = Submission::default();
        // Counted before they are taken apart: millions of tiny ones would fill the memory.
        if body.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS {
            return Err(too_large().into());
        }
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).map_err(unreadable)?;
        for (name, value) in pairs {
            submission.push(name, value)?;
        }
        Ok(submission)
    }

    /// Reads a body of either form encoding, without any check of where it came from: for protocols
    /// that carry their own key. Pages use [`Form`].
    ///
    /// # Errors
    /// [`Kind::TooMany`] when `asker` has sent too many files lately or all memory for files is taken,
    /// [`Kind::TooSlow`], [`Kind::TooLarge`], or [`Kind::Invalid`] when it is no form.
    pub async fn read(app: &App, asker: Asker, mut request: Request) -> Result<Submission> {
        // Parts are measured one by one as they arrive; axum's own limit would refuse most photos.
        DefaultBodyLimit::max(LARGEST_FORM).apply(&mut request);
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let (limits, now) = (app.limits(), app.clock().now());
        if kind.starts_with("multipart/form-data") {
            limits.take(Limit::Upload, asker, megabytes(request.headers()), now)?;
            let meter = Meter::new(limits.room(asker), LARGEST_HEAD);
            let request = request.map(|body| metered(body, meter.clone()));
            let multipart = Multipart::from_request(request, &()).await.map_err(unreadable)?;
            from_multipart(multipart, meter).await
        } else {
            let meter = Meter::new(limits.room(asker), LARGEST_WORDS);
            let body = metered(request.into_body(), meter.clone());
            let body = axum::body::to_bytes(body, LARGEST_WORDS)
                .await
                .map_err(|error| unread(&error, too_large()))?;
            Ok(Submission { meter: Some(meter), ..Submission::from_urlencoded(&body)? })
        }
    }
}

/// How many megabytes a form is counted as: those it announces, begun ones whole, and the most there may be
/// when it announces none.
fn megabytes(headers: &HeaderMap) -> i64 {
    const MEGABYTE: i64 = 1024 * 1024;
    let said =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<i64>().ok());
    said.map_or(LARGEST_FORM as i64 / MEGABYTE, |bytes| bytes / MEGABYTE + 1)
}

fn too_large() -> Problem {
    Problem::new(Kind::TooLarge, "problem-too-large")
}

fn unreadable(error: impl std::error::Error + 'static) -> Error {
    unread(&error, Problem::new(Kind::Invalid, "problem-unreadable")).into()
}

fn broken(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => unread(&error, too_large()).into(),
        _ => unreadable(error),
    }
}

async fn from_multipart(mut multipart: Multipart, meter: Arc<Meter>) -> Result<Submission> {
    let mut submission = Submission::default();
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        meter.moved();
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let limit = if is_file { LARGEST_FILE } else { LARGEST_FIELD };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            if bytes.len() + chunk.len() > limit {
                let code = if is_file { "photo-too-large" } else { "problem-too-large" };
                return Err(Problem::new(Kind::TooLarge, code).into());
            }
            meter.moved();
            bytes.extend_from_slice(&chunk);
        }
        if !is_file {
            submission.push(name, String::from_utf8_lossy(&bytes).into_owned())?;
        } else if !bytes.is_empty() {
            if submission.files.len() == MOST_FILES {
                return Err(Problem::new(Kind::TooLarge, "photo-too-many").into());
            }
            submission.files.push(Upload { field: name, bytes });
        }
    }
    submission.meter = Some(meter);
    Ok(submission)
}

/// A form sent from one of our own pages: the visitor and what they typed.
pub struct Form {
    /// Who sent it.
    pub visitor: Visitor,
    /// What they sent.
    pub sent: Submission,
}

impl<S> FromRequest<S> for Form
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Form> {
        if !is_same_site(request.headers()) {
            return Err(Problem::new(Kind::Forbidden, "problem-form-elsewhere").into());
        }
        let (mut parts, body) = request.into_parts();
        let visitor = {
            use axum::extract::FromRequestParts;
            Visitor::from_request_parts(&mut parts, state).await?
        };
        let asker = visitor.asker();
        let sent = Submission::read(&visitor.app, asker, Request::from_parts(parts, body)).await?;
        visitor.check_form_token(sent.text("token"))?;
        Ok(Form { visitor, sent })
    }
}

/// Whether a form comes from a page of this very site. Browsers say so in one of two headers; a
/// program that sends neither carries no cookies that could be abused.
pub fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urlencoded_bodies_are_read_as_browsers_write_them() {
        let sent = Submission::from_urlencoded("text=%E6%BC%8F+%E6%B0%B4&a=1&a=2&empty=&odd=%zz".as_bytes())
            .unwrap();
        assert_eq!(sent.text("text"), "漏 水");
        assert_eq!(sent.all("a"), ["1", "2"]);
        assert_eq!(sent.given("empty"), None);
        assert_eq!(sent.text("odd"), "%zz");
    }

    #[test]
    fn many_values_of_one_name_are_as_many_as_of_several() {
        let body = |count: usize| vec!["a=1"; count].join("&");
        let code =
            |body: String| Submission::from_urlencoded(body.as_bytes()).err().and_then(|error| error.code());
        assert_eq!(code(body(MOST_FIELDS)), None);
        assert_eq!(code(body(MOST_FIELDS + 1)), Some("problem-too-large"));
        let mut submission = Submission::default();
        let mut push = || submission.push("a".into(), "1".into());
        assert!((0..MOST_FIELDS).all(|_| push().is_ok()));
        assert!(push().is_err());
    }

    #[test]
    fn a_form_from_another_site_is_told_apart() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_same_site(&headers)
        };
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(from(&[("origin", "https://a.example"), ("host", "a.example")]));
        assert!(!from(&[("origin", "https://b.example"), ("host", "a.example")]));
        assert!(from(&[("host", "a.example")]));
    }
}

//! `POST requests`: a program reports something, with its key.
//!
//! The program acts as the owner of its access token. Whatever is wrong is said at once, the key first,
//! so that nobody learns anything without one.

use axum::extract::Request;
use axum::http::{Uri, header};
use lianxin_foundation::error::Problem;
use lianxin_foundation::scope::{Grant, county_in};
use lianxin_foundation::web::{Submission, holder_of};
use lianxin_foundation::{Error, Right, Who};

use super::ask::{Ask, Said};
use super::faults::{self, Refused, bad, bad_parameter, missing, no_key};
use super::node::{Node, readable};
use super::promise::promise;
use super::questions;
use crate::actions::{MOST_TEXT, Report};
use crate::category::Category;
use crate::model::Channel;
use crate::photos;

pub(super) async fn file(ask: &Ask, request: Request) -> Result<Said, Refused> {
    let is_form = ask.header(header::CONTENT_TYPE).is_some_and(is_form);
    let form =
        if is_form { Submission::read(&ask.app, ask.from(), request).await? } else { Submission::default() };
    let who = caller(ask, &form).await?;
    if !is_form {
        return Err(bad("open311-no-form").into());
    }
    let mut tx = ask.app.db().read().await?;
    let county = ask.county(&mut tx, form.given("jurisdiction_id")).await?;
    let local = ask.matters.local(&mut tx, &county).await?;
    drop(tx);
    if !may_enter(ask, &who, &county) {
        return Err(no_key("open311-key-elsewhere").into());
    }
    let code = form.given("service_code").ok_or_else(|| bad_parameter("open311-needed", "service_code"))?;
    let known = local.catalogue().get(&code).filter(|category| !category.for_enterprises());
    let category = known.ok_or_else(|| missing("open311-no-service", &code))?;
    let mut report = read(ask, &form, &category, county)?;
    let uploads = form.files.into_iter().map(|file| file.bytes).collect();
    report.check().map_err(in_their_words)?;
    report.photos = photos::store(&ask.app, ask.from(), uploads).await?;
    let reported = ask.app.act(&who, &report).await.map_err(in_their_words)?;
    let made = Node::Object(vec![
        ("service_request_id", reported.number.into()),
        ("service_notice", promise(&category.limits, &ask.words).into()),
        ("account_id", Node::Empty),
    ]);
    Ok(("service_requests", Node::List("request", vec![made])))
}

fn is_form(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(kind.as_str(), "application/x-www-form-urlencoded" | "multipart/form-data")
}

/// The owner of the key, which stands in the body, the address or the header.
async fn caller(ask: &Ask, form: &Submission) -> Result<Who, Refused> {
    let bearer = || ask.header(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let in_address = || ask.sent.one("api_key").or_else(bearer).map(|key| key.trim().to_owned());
    let key = form.given("api_key").or_else(in_address).ok_or_else(|| no_key("open311-key-missing"))?;
    holder_of(&ask.app, ask.client, &key).await?.ok_or_else(|| no_key("open311-key-wrong").into())
}

/// Whether some post of theirs lets them enter matters somewhere in the county.
fn may_enter(ask: &Ask, who: &Who, county: &str) -> bool {
    who.scope(Right::EnterMatters, ask.now).grants().iter().any(|grant| match grant {
        Grant::Place(path) => match county_in(path) {
            Some(place) => place == county,
            // A province's code is the start of its cities', theirs the start of their counties'.
            None => {
                path.trim_end_matches('/').rsplit('/').next().is_some_and(|above| county.starts_with(above))
            }
        },
        Grant::Unit(_) => false,
    })
}

/// The report a form amounts to, or everything that is wrong with it.
fn read<'a>(
    ask: &'a Ask,
    form: &Submission,
    category: &Category,
    county: String,
) -> Result<Report<'a>, Refused> {
    let mut faults = Vec::new();
    let point = noted(point(form), &mut faults);
    let address = given(form, "address_string").or_else(|| given(form, "address"));
    let area = given(form, "address_id");
    if point.is_none() && address.is_none() && area.is_none() && faults.is_empty() {
        faults.push(bad("open311-no-location"));
    }
    let text = noted(text(ask, form, category).map(Some), &mut faults).unwrap_or_default();
    let attributes =
        questions::checked(&category.attributes, questions::sent(form)).unwrap_or_else(|wrong| {
            faults.extend(wrong);
            Default::default()
        });
    faults::none(faults)?;
    let (lat, lon) = point.unzip();
    // What is private is asked at someone's door: their address is sealed with the rest.
    let (place, address) = if category.private { (None, address) } else { (address, None) };
    Ok(Report {
        matters: &ask.matters,
        id: None,
        key: None,
        county,
        category: Some(category.code.clone()),
        text,
        place: place.unwrap_or_default(),
        address,
        name: name(form),
        phone: given(form, "phone"),
        email: given(form, "email"),
        lon,
        lat,
        area,
        attributes,
        channel: Channel::Open311,
        language: ask.language().tag().to_owned(),
        private: false,
        photos: Vec::new(),
        enterprise: None,
    })
}

fn noted<T>(read: Result<Option<T>, Problem>, faults: &mut Vec<Problem>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}

/// A field's text, without what no document can hold; `None` when it was left empty.
fn given(form: &Submission, field: &str) -> Option<String> {
    form.given(field).map(|text| readable(&text)).filter(|text| !text.is_empty())
}

/// What the house calls text, place and area has other names in the protocol.
fn in_their_words(error: Error) -> Error {
    let Error::Refused(mut problem) = error else { return error };
    for wrong in &mut problem.fields {
        wrong.field = match wrong.field.as_ref() {
            "text" => "description".into(),
            "place" | "address" => "address_string".into(),
            "area" => "address_id".into(),
            "lon" => "long".into(),
            _ => continue,
        };
    }
    Error::Refused(problem)
}

/// Latitude and longitude in degrees, both or neither.
fn point(form: &Submission) -> Result<Option<(f64, f64)>, Problem> {
    let within = |name: &'static str, most: f64| match form.given(name) {
        None => Ok(None),
        Some(text) => {
            let degrees = text.parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
            degrees.map(Some).ok_or_else(|| bad_parameter("open311-bad-degrees", name))
        }
    };
    match (within("lat", 90.0)?, within("long", 180.0)?) {
        (Some(lat), Some(long)) => Ok(Some((lat, long))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(bad_parameter("open311-needed", "lat")),
        (Some(_), None) => Err(bad_parameter("open311-needed", "long")),
    }
}

/// The description, or the service's name where none was given, and the addresses of pictures kept
/// elsewhere. They are written down, never fetched: the program opens no address a stranger names.
fn text(ask: &Ask, form: &Submission, category: &Category) -> Result<String, Problem> {
    let description = given(form, "description");
    let mut text = description.unwrap_or_else(|| category.name(ask.language()).to_owned());
    for link in form.all("media_url").iter().map(|link| link.trim()).filter(|link| !link.is_empty()) {
        if !link.parse().is_ok_and(is_web) {
            return Err(bad_parameter("open311-bad-link", "media_url"));
        }
        text.push('\n');
        text.push_str(link);
    }
    let fits = text.chars().count() <= MOST_TEXT;
    if fits { Ok(text) } else { Err(bad("open311-description-long").with("most", MOST_TEXT)) }
}

fn is_web(uri: Uri) -> bool {
    matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
}

/// The reporter's name as it is written where they come from: 「王演示」, "Ada Example".
fn name(form: &Submission) -> Option<String> {
    let (first, last) = (readable(form.text("first_name")), readable(form.text("last_name")));
    let western = first.is_ascii() && last.is_ascii();
    let name = if western { format!("{first} {last}") } else { format!("{last}{first}") };
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Submission {
        Submission::from_urlencoded(body.as_bytes()).unwrap()
    }

    #[test]
    fn a_place_is_two_numbers() {
        for (body, expected) in [
            ("lat=29.5&long=114", Ok(Some((29.5, 114.0)))),
            ("lat=&long=", Ok(None)),
            ("lat=29.5", Err("open311-needed")),
            ("long=114", Err("open311-needed")),
            ("lat=91&long=114", Err("open311-bad-degrees")),
            ("lat=29.5&long=-181", Err("open311-bad-degrees")),
            ("lat=NaN&long=114", Err("open311-bad-degrees")),
            ("lat=here&long=114", Err("open311-bad-degrees")),
        ] {
            assert_eq!(point(&form(body)).map_err(|fault| fault.code), expected, "{body}");
        }
    }

    #[test]
    fn names_are_written_as_at_home() {
        assert_eq!(name(&form("first_name=Ada&last_name=Example")), Some("Ada Example".into()));
        assert_eq!(name(&form("first_name=演示&last_name=王")), Some("王演示".into()));
        assert_eq!(name(&form("last_name=+")), None);
    }

    #[test]
    fn both_form_encodings_are_forms() {
        assert!(is_form("application/x-www-form-urlencoded; charset=utf-8"));
        assert!(is_form("multipart/form-data; boundary=x"));
        assert!(!is_form("application/json"));
    }
}

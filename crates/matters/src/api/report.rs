//! A matter entered by a program.

use axum::http::StatusCode;
use axum::{Extension, Json};
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::scope::Right;
use lianxin_foundation::web::Caller;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{Sent, is_county};
use super::shapes::{Refusals, ReportedBody};
use crate::Matters;
use crate::actions::Report;
use crate::model::Channel;

/// What is reported. Only the words are needed beside the county, and a place: in words, as a point, or
/// as an area.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportBody {
    /// An id made by the caller. The same id sent again is the same matter, and writes nothing.
    id: Option<Uuid>,
    /// The county it is reported to: six digits.
    #[schema(example = "421223")]
    county: String,
    /// A category's code; suggested from the words when left out.
    category: Option<String>,
    /// What the reporter says.
    #[schema(example = "演示：大桥路口路灯不亮")]
    text: String,
    /// Where, in words that are no one's address.
    #[schema(example = "大桥路口")]
    place: Option<String>,
    /// An exact address; sealed.
    address: Option<String>,
    /// The reporter's name; sealed.
    name: Option<String>,
    /// The reporter's telephone number; sealed.
    phone: Option<String>,
    /// The reporter's e-mail address; sealed.
    email: Option<String>,
    /// WGS-84 longitude in degrees; together with `lat`.
    lon: Option<f64>,
    /// WGS-84 latitude in degrees.
    lat: Option<f64>,
    /// The code of the smallest area it is known to lie in.
    area: Option<String>,
    /// Answers to the category's questions, code to value or list of values.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: Value,
    /// How it came to the caller: phone, visit, grid, or api when left out.
    channel: Option<String>,
    /// Whether the reporter wants their words kept from the public; they are then sealed.
    #[serde(default)]
    private: bool,
    /// The reporter's language: zh-CN, zh-TW or en.
    language: Option<String>,
}

/// Enters a matter for somebody.
#[utoipa::path(
    post, path = "/api/v1/matters", tag = "matters", operation_id = "reportMatter", request_body = ReportBody,
    responses(
        (status = 201, description = "It is written", body = ReportedBody),
        (status = 200, description = "It was there already: nothing is written", body = ReportedBody),
        Refusals
    ),
    security(("token" = []))
)]
pub(super) async fn report(
    caller: Caller,
    Extension(matters): Extension<Matters>,
    Sent(body): Sent<ReportBody>,
) -> Result<(StatusCode, Json<ReportedBody>)> {
    caller.scope(Right::EnterMatters)?;
    let reported = caller.app.act(&caller.who, &body.read(&matters)?).await?;
    let status = if reported.new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(reported.into())))
}

impl ReportBody {
    fn read(self, matters: &Matters) -> Result<Report<'_>> {
        let channel = match self.channel.as_deref() {
            None => Some(Channel::Api),
            Some(code) => Channel::from_code(code).filter(|channel| {
                matches!(channel, Channel::Phone | Channel::Visit | Channel::Grid | Channel::Api)
            }),
        };
        let mut wrong = Problem::invalid();
        if channel.is_none() {
            wrong = wrong.field("channel", "api-channel-unknown");
        }
        if !is_county(&self.county) {
            wrong = wrong.field("county", "api-county-form");
        }
        if !matches!(self.attributes, Value::Object(_) | Value::Null) {
            wrong = wrong.field("attributes", "api-attributes-form");
        }
        wrong.when_fields()?;
        Ok(Report {
            matters,
            id: self.id,
            key: None,
            county: self.county,
            category: self.category,
            text: self.text,
            place: self.place.unwrap_or_default(),
            address: self.address,
            name: self.name,
            phone: self.phone,
            email: self.email,
            lon: self.lon,
            lat: self.lat,
            area: self.area,
            attributes: if self.attributes.is_null() {
                Value::Object(Default::default())
            } else {
                self.attributes
            },
            channel: channel.unwrap_or(Channel::Api),
            language: self.language.unwrap_or_else(|| "zh-CN".to_owned()),
            private: self.private,
            photos: Vec::new(),
        })
    }
}

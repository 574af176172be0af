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
    #[schema(pattern = r"^[0-9]{6}$", example = "421223")]
    county: String,
    /// A category's code; suggested from the words when left out.
    category: Option<String>,
    /// What the reporter says.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "演示：大桥路口路灯不亮")]
    text: String,
    /// Where, in words that are no one's address.
    #[schema(max_length = 200, example = "大桥路口")]
    place: Option<String>,
    /// An exact address; sealed.
    #[schema(max_length = 200)]
    address: Option<String>,
    /// The reporter's name; sealed.
    #[schema(max_length = 80)]
    name: Option<String>,
    /// The reporter's telephone number; sealed. This is the plain form of a mobile one; landlines, numbers
    /// abroad and the ways people group digits are understood too.
    #[schema(max_length = 80, pattern = r"^1[3-9][0-9]{9}$", example = "13800001037")]
    phone: Option<String>,
    /// The reporter's e-mail address; sealed.
    #[schema(
        max_length = 80,
        pattern = r"^[^@\s]+@[^@\s.][^@\s]*\.[^@\s]*[^@\s.]$",
        example = "demo@example.com"
    )]
    email: Option<String>,
    /// WGS-84 longitude in degrees; together with `lat`.
    #[schema(minimum = -180, maximum = 180)]
    lon: Option<f64>,
    /// WGS-84 latitude in degrees.
    #[schema(minimum = -90, maximum = 90)]
    lat: Option<f64>,
    /// The code of the smallest area it is known to lie in.
    #[schema(pattern = r"^[0-9]{6,12}(-[0-9]{2}){0,2}$", example = "421223100")]
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
            enterprise: None,
        })
    }
}

//! A matter comes in.

use std::collections::HashSet;

use lianxin_foundation::clock::civil;
use lianxin_foundation::error::Kind;
use lianxin_foundation::i18n::Language;
use lianxin_foundation::ids::digest;
use lianxin_foundation::scope::Post;
use lianxin_foundation::vault::normalise_phone;
use lianxin_foundation::{Action, Context, Error, Micros, Problem, Result, Right, Role, Tx, Who};
use lianxin_geometry::Point;
use lianxin_registry::area::{Area, store as areas};
use lianxin_registry::organisation::{Organisation, OrganisationKind, store as organisations};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::words::{self, MOST_PLACE};
use super::{With, happen, name_of, personal, remember, route};
use crate::Matters;
use crate::category::{Attribute, Category, Datatype, FALLBACK};
use crate::model::{Channel, Detail, Event, Matter, Party, Status};
use crate::photos::StoredPhoto;
use crate::rules::Step;
use crate::store;

/// The longest name or e-mail address, in characters.
const MOST_NAME: usize = 80;
/// How often another number is tried before giving up: a county would need hundreds of thousands of
/// matters in one day to come near it.
const NUMBERS: u8 = 40;

/// Somebody reports something, or staff enter it for them. Everything but the text and one word on
/// the place may be left empty.
pub struct Report<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The id that the form or phone made; sending it twice is the same matter.
    pub id: Option<Uuid>,
    /// The secret of the reporter's link, where the form made it: 26 characters as `Ids::secret`.
    pub key: Option<String>,
    /// The county that settles it: six digits.
    pub county: String,
    /// The category's code; `None` takes what the words suggest.
    pub category: Option<String>,
    /// The reporter's words.
    pub text: String,
    /// Where, in words that are no one's address.
    pub place: String,
    /// An exact address; sealed.
    pub address: Option<String>,
    /// The reporter's name; sealed.
    pub name: Option<String>,
    /// The reporter's telephone number; sealed.
    pub phone: Option<String>,
    /// The reporter's e-mail address; sealed.
    pub email: Option<String>,
    /// Longitude, WGS-84 degrees.
    pub lon: Option<f64>,
    /// Latitude, WGS-84 degrees.
    pub lat: Option<f64>,
    /// The area's code, where it was chosen or stood in the link.
    pub area: Option<String>,
    /// Answers to the category's questions: a JSON object, code to text or list of texts.
    pub attributes: Json,
    /// How it comes in.
    pub channel: Channel,
    /// The reporter's language tag.
    pub language: String,
    /// Whether the reporter wants their words kept from the public: they are then sealed.
    pub private: bool,
    /// Photos, already put away.
    pub photos: Vec<StoredPhoto>,
    /// The enterprise whose problem it is, for whoever speaks for one; `None` for residents.
    pub enterprise: Option<Uuid>,
}

/// What whoever reported gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The county.
    pub county: String,
    /// The matter's id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The secret of the reporter's link; `None` when it was sent again without the secret.
    pub secret: Option<String>,
    /// Whether it is new; `false` when it had come in before, and nothing was written.
    pub new: bool,
    /// Where it stands.
    pub status: Status,
    /// Who has it.
    pub unit_name: Option<String>,
}

impl Action for Report<'_> {
    type Output = Reported;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Reported> {
        if let Some(id) = self.id
            && let Some(before) = self.before(tx, id).await?
        {
            return Ok(before);
        }
        let enterprise = self.spoken_for(tx, cx).await?;
        let mut checked = self.checked()?;
        let suggested = match enterprise {
            None => crate::words::guess(tx, self.matters, &self.county, &checked.text).await?,
            Some(_) => None,
        };
        if let Some(guess) = suggested.as_ref().filter(|_| self.category.is_none()) {
            checked.category = self.matters.catalogue.get(&guess.category).unwrap_or(checked.category);
        }
        // Whether it is private is for the county to say.
        let local = self.matters.local(tx, &self.county).await?;
        checked.category = local.catalogue().get(&checked.category.code).unwrap_or(checked.category);
        let area =
            area_of(tx, self.matters, &self.county, self.named(enterprise.as_ref()), checked.point, cx.now)
                .await?;
        if enterprise.is_none() {
            self.may_enter(cx, &area)?;
        }
        let secret = self.key.clone().unwrap_or_else(|| cx.app.ids().secret());
        let mut matter = self.matter(cx, &checked, area);
        let mut events = vec![
            happen(
                tx,
                cx,
                self.matters,
                &mut matter,
                self.party(cx.who),
                Step::Report,
                With {
                    photos: &self.photos,
                    detail: Detail { suggested, enterprise: self.enterprise, ..Detail::default() },
                    ..With::default()
                },
            )
            .await?,
        ];
        if let Some(unit) = route::first(tx, &matter, checked.category.first_level, cx.now).await? {
            let with = With { unit: Some(unit), ..With::default() };
            events
                .push(happen(tx, cx, self.matters, &mut matter, Party::Program, Step::Dispatch, with).await?);
        }
        let phone_key = checked.phone.as_ref().map(|phone| cx.app.vault().search_key("phone", phone));
        if !insert(tx, &mut matter, &digest(&secret), phone_key).await? {
            return self.before(tx, matter.id).await?.ok_or_else(taken);
        }
        self.write(tx, cx, &matter, &events).await?;
        store::count_in(tx, &matter).await?;
        let unit_name = events.pop().and_then(|event| event.unit_name);
        Ok(Reported {
            county: matter.county,
            id: matter.id,
            number: matter.number,
            secret: Some(secret),
            new: true,
            status: matter.status,
            unit_name,
        })
    }
}

/// "Somebody else's matter has this id."
fn taken() -> Error {
    Problem::new(Kind::Conflict, "matter-id-taken").into()
}

/// What was sent, found good.
struct Checked {
    text: String,
    category: std::sync::Arc<Category>,
    place: String,
    address: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    point: Option<Point>,
    attributes: Json,
}

impl Report<'_> {
    /// Whether the fields are good, before its photos are put away: what is refused leaves nothing behind.
    ///
    /// # Errors
    /// [`Problem::invalid`] with every wrong field.
    pub fn check(&self) -> Result<()> {
        self.checked().map(drop)
    }

    /// The matter that came in before under this id.
    async fn before(&self, tx: &mut Tx, id: Uuid) -> Result<Option<Reported>> {
        let Some(stored) = store::secret_of(tx, &self.county, id).await? else { return Ok(None) };
        if self.key.as_ref().is_some_and(|key| digest(key) != stored) {
            return Err(taken());
        }
        let Some(matter) = store::any(tx, &self.county, id).await? else { return Ok(None) };
        let unit_name = name_of(tx, &self.county, matter.unit).await?;
        Ok(Some(Reported {
            county: matter.county,
            id,
            number: matter.number,
            secret: self.key.clone(),
            new: false,
            status: matter.status,
            unit_name,
        }))
    }

    /// Looks at every field before refusing, so that the form says all that is wrong at once.
    fn checked(&self) -> Result<Checked> {
        let mut problem = Problem::invalid();
        let text = kept(&mut problem, words::required("text", &self.text, "matter-text-missing"))
            .unwrap_or_default();
        let point = kept(&mut problem, checked_point(self.lon, self.lat)).flatten();
        let short = |problem: &mut Problem, field: &'static str, text: &str, most: usize| {
            let text = text.trim();
            if text.chars().count() > most {
                problem.fields.extend(Problem::invalid().field(field, "matter-text-long").fields);
            }
            (!text.is_empty()).then(|| text.to_owned())
        };
        let place = short(&mut problem, "place", &self.place, MOST_PLACE);
        let address = short(&mut problem, "address", self.address.as_deref().unwrap_or_default(), MOST_PLACE);
        let name = short(&mut problem, "name", self.name.as_deref().unwrap_or_default(), MOST_NAME);
        let email = short(&mut problem, "email", self.email.as_deref().unwrap_or_default(), MOST_NAME);
        let phone = short(&mut problem, "phone", self.phone.as_deref().unwrap_or_default(), MOST_NAME);
        let normal = phone.as_deref().and_then(normalise_phone);
        let placed = self.area.is_some() || self.lon.is_some() || self.enterprise.is_some();
        if place.is_none() && address.is_none() && !placed {
            problem = problem.field("place", "matter-place-missing");
        }
        if phone.is_some() && normal.is_none() {
            problem = problem.field("phone", "matter-phone-form");
        }
        if email.as_deref().is_some_and(|email| !looks_like_email(email)) {
            problem = problem.field("email", "matter-email-form");
        }
        if self.key.as_deref().is_some_and(|key| !looks_like_secret(key)) {
            problem = problem.field("key", "matter-key-form");
        }
        let code = self.category.clone().unwrap_or_else(|| {
            self.matters.catalogue.suggest(&text).into_iter().next().unwrap_or_else(|| FALLBACK.to_owned())
        });
        let Some(category) = self.matters.catalogue.get(&code) else {
            return Err(problem.field("category", "matter-category-unknown").into());
        };
        if category.for_enterprises() != self.enterprise.is_some() {
            problem = problem.field("category", "matter-category-enterprise");
        }
        // Nobody was asked the questions of a category that is only a suggestion.
        let asked = if self.category.is_some() { category.attributes.as_slice() } else { &[] };
        let attributes = answers(&mut problem, asked, &self.attributes);
        problem.when_fields()?;
        Ok(Checked {
            text,
            category,
            place: place.unwrap_or_default(),
            address,
            name,
            phone: normal,
            email,
            point,
            attributes,
        })
    }

    /// The enterprise, for somebody whose post is to speak for it. To others it does not exist.
    async fn spoken_for(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.enterprise else { return Ok(None) };
        if !cx.scope(Right::SpeakForEnterprise).covers("", &[Some(id)]) {
            return Err(Problem::not_found().into());
        }
        let found = organisations::organisation(tx, &self.county, id).await?;
        let here =
            found.filter(|found| found.kind == OrganisationKind::Enterprise && found.valid_to.is_none());
        here.map(Some).ok_or_else(|| Problem::not_found().into())
    }

    /// The area that was named, or the enterprise's own.
    fn named<'r>(&'r self, enterprise: Option<&'r Organisation>) -> Option<&'r str> {
        let own = enterprise.filter(|_| self.lon.is_none()).map(|enterprise| enterprise.area.as_str());
        self.area.as_deref().or(own)
    }

    /// As whom it is reported: who speaks for an enterprise is its voice.
    fn party(&self, who: &Who) -> Party {
        if who.account.is_some() && self.enterprise.is_none() { Party::Staff } else { Party::Reporter }
    }

    /// How it comes in. Which post speaks for the enterprise is for the posts to say.
    fn channel(&self, cx: Context<'_>) -> Channel {
        if self.enterprise.is_none() {
            return self.channel;
        }
        let sent = |post: &Post| {
            post.role == Role::Specialist && post.organisation == self.enterprise && post.holds(cx.now)
        };
        if cx.who.posts.iter().any(sent) { Channel::Specialist } else { Channel::Enterprise }
    }

    /// Entering for someone else is for staff, and only where they work.
    fn may_enter(&self, cx: Context<'_>, area: &Area) -> Result<()> {
        let may = cx.scope(Right::EnterMatters).covers(&area.path, &[]);
        let for_someone =
            matches!(self.channel, Channel::Phone | Channel::Visit | Channel::Grid | Channel::Api);
        if for_someone && !may { Err(Problem::forbidden().into()) } else { Ok(()) }
    }

    fn matter(&self, cx: Context<'_>, checked: &Checked, area: Area) -> Matter {
        let id = self.id.unwrap_or_else(|| cx.app.ids().new_id(cx.now));
        let seal = |field, value: &Option<String>| {
            value.as_ref().map(|plain| personal::sealed(cx.app, field, id, plain))
        };
        // What an enterprise says of its affairs is its own.
        let private = self.private || checked.category.private || self.enterprise.is_some();
        Matter {
            county: self.county.clone(),
            id,
            number: number(id, cx.now, 0),
            category: checked.category.code.clone(),
            text: if private { String::new() } else { checked.text.clone() },
            sealed_text: private.then(|| personal::sealed(cx.app, "text", id, &checked.text)),
            place: checked.place.clone(),
            sealed_address: seal("address", &checked.address),
            sealed_name: seal("name", &checked.name),
            sealed_phone: seal("phone", &checked.phone),
            sealed_email: seal("email", &checked.email),
            attributes: checked.attributes.clone(),
            channel: self.channel(cx),
            language: Language::from_tag(&self.language).unwrap_or_default().tag().to_owned(),
            area: area.id,
            path: area.path,
            lon: self.lon,
            lat: self.lat,
            status: Status::Received,
            unit: None,
            level: None,
            first_unit: None,
            settled_level: None,
            entered_by: cx.who.account.filter(|_| self.enterprise.is_none()),
            enterprise: self.enterprise,
            created_at: cx.now,
            dispatched_at: None,
            responded_at: None,
            resolved_at: None,
            closed_at: None,
            closed_by: None,
            solved: None,
            satisfied: None,
            responded_in_time: None,
            respond_due: None,
            resolve_due: None,
            climb_due: None,
            next_due: None,
            paused_at: None,
            hops: 0,
            reopened: 0,
            objections: 0,
            events: 0,
            version: 1,
        }
    }

    async fn write(&self, tx: &mut Tx, cx: Context<'_>, matter: &Matter, events: &[Event]) -> Result<()> {
        for event in events {
            if event.kind == Step::Report {
                remember(tx, cx, cx.who, matter, event, &self.photos).await?;
            } else {
                remember(tx, cx, &Who::program(&matter.county), matter, event, &[]).await?;
            }
        }
        Ok(())
    }
}

/// Writes the matter under the first number of its own that is free; `false` when its id or secret is
/// taken.
async fn insert(tx: &mut Tx, matter: &mut Matter, secret: &[u8], phone_key: Option<Vec<u8>>) -> Result<bool> {
    for attempt in 0..NUMBERS {
        matter.number = number(matter.id, matter.created_at, attempt);
        if store::insert(tx, matter, secret, phone_key.clone()).await? {
            return Ok(true);
        }
        let same_id = store::secret_of(tx, &matter.county, matter.id).await?.is_some();
        if same_id || store::matter_by_secret(tx, &matter.county, secret).await?.is_some() {
            return Ok(false);
        }
    }
    Err(Error::failed(format!("numbering matter {}", matter.id), "every number tried is taken"))
}

/// The day in China and six digits that come from the id: `261122-048213`.
fn number(id: Uuid, now: Micros, attempt: u8) -> String {
    let hash = Sha256::digest([id.as_bytes().as_slice(), &[attempt]].concat());
    let digits = hash.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)) % 1_000_000;
    format!("{}-{digits:06}", civil(now).strftime("%y%m%d"))
}

/// Keeps a good value; a refusal's fields join the others.
fn kept<T>(problem: &mut Problem, checked: Result<T>) -> Option<T> {
    match checked {
        Ok(value) => Some(value),
        Err(Error::Refused(refused)) => {
            problem.fields.extend(refused.fields);
            None
        }
        Err(_) => None,
    }
}

/// A point on the earth, or none.
///
/// # Errors
/// `matter-coordinates-form` when only one half is there or it lies nowhere.
pub(super) fn checked_point(lon: Option<f64>, lat: Option<f64>) -> Result<Option<Point>> {
    let point = match (lon, lat) {
        (None, None) => return Ok(None),
        (Some(lon), Some(lat)) => Point::new(lon, lat).ok(),
        _ => None,
    };
    let wrong = || Problem::invalid().field("lon", "matter-coordinates-form").into();
    point.map(Some).ok_or_else(wrong)
}

/// Where a matter lies: the area named, else the smallest one around the point, else the county.
///
/// # Errors
/// `matter-area-unknown` when the area is not in use or of another county.
pub(super) async fn area_of(
    tx: &mut Tx,
    matters: &Matters,
    county: &str,
    named: Option<&str>,
    point: Option<Point>,
    now: Micros,
) -> Result<Area> {
    let around = match point {
        Some(point) if named.is_none() => matters.places.at(tx, county, point).await?,
        _ => None,
    };
    let id = named.map(str::to_owned).or(around).unwrap_or_else(|| county.to_owned());
    let in_use = |area: &Area| area.county == county && area.valid_to.is_none_or(|to| now < to);
    let unknown = || Problem::invalid().field("area", "matter-area-unknown").into();
    areas::area(tx, &id).await?.filter(in_use).ok_or_else(unknown)
}

/// Something before and after one `@`, a dot behind it, no spaces: the rest shows when it is used.
pub(crate) fn looks_like_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
    }) && !text.contains(char::is_whitespace)
}

/// 26 letters and digits as `Ids::secret` makes them.
pub(super) fn looks_like_secret(text: &str) -> bool {
    text.len() == 26
        && text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_lowercase() && !b"ilou".contains(&b)))
}

/// The answers to the questions asked, each of its kind; others are left out. What is wrong joins
/// `problem` under `attribute[CODE]`.
fn answers(problem: &mut Problem, asked: &[Attribute], given: &Json) -> Json {
    let mut kept = Map::new();
    for question in asked {
        let mut answer = texts(given.get(&question.code));
        // Said twice is said once: only the list itself bounds what is kept.
        let mut seen = HashSet::new();
        answer.retain(|text| seen.insert(text.clone()));
        let code = if answer.is_empty() {
            question.required.then_some("matter-attribute-required")
        } else {
            (!answers_to(question, &answer)).then_some("matter-attribute-form")
        };
        if let Some(code) = code {
            problem
                .fields
                .extend(Problem::invalid().field(format!("attribute[{}]", question.code), code).fields);
        } else if question.datatype == Datatype::MultiValueList && !answer.is_empty() {
            kept.insert(question.code.clone(), answer.into());
        } else if let Some(one) = answer.into_iter().next() {
            kept.insert(question.code.clone(), one.into());
        }
    }
    Json::Object(kept)
}

/// The texts of an answer, empty ones apart; numbers count as what they look like.
fn texts(answer: Option<&Json>) -> Vec<String> {
    let text = |value: &Json| match value {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let all = match answer {
        Some(Json::Array(several)) => several.iter().map(text).collect(),
        Some(one) => vec![text(one)],
        None => Vec::new(),
    };
    all.into_iter().filter(|text: &String| !text.is_empty()).collect()
}

fn answers_to(question: &Attribute, answer: &[String]) -> bool {
    let listed = |text: &String| question.values.iter().any(|value| value.key == *text);
    let short = answer.iter().all(|text| text.chars().count() <= words::MOST_TEXT);
    let one = answer.len() == 1;
    short
        && match question.datatype {
            Datatype::String => one && is_line(&answer[0]),
            Datatype::Text => one,
            Datatype::Number => one && answer[0].parse::<f64>().is_ok_and(f64::is_finite),
            Datatype::Datetime => one && looks_like_moment(&answer[0]),
            Datatype::SingleValueList => one && listed(&answer[0]),
            Datatype::MultiValueList => answer.iter().all(listed),
        }
}

/// What fits a field of one line.
fn is_line(text: &str) -> bool {
    text.chars().count() <= words::MOST_PLACE && !text.contains('\n')
}

/// RFC 3339, or what a browser's date and date-time fields send.
fn looks_like_moment(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok()
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::error::Kind;

    use super::*;
    use crate::category::Catalogue;

    /// What is kept of `given` as the answer to the first question of this type, or why it is refused.
    fn kept(datatype: Datatype, given: impl Fn(&Attribute) -> Json) -> Result<Json, &'static str> {
        let catalogue = Catalogue::defaults().unwrap();
        let mut questions = catalogue.all().iter().flat_map(|category| category.attributes.clone());
        let question = questions.find(|question| question.datatype == datatype).unwrap();
        let given = Json::Object(Map::from_iter([(question.code.clone(), given(&question))]));
        let mut problem = Problem::new(Kind::Invalid, "problem-invalid");
        let kept = answers(&mut problem, std::slice::from_ref(&question), &given);
        problem.fields.first().map_or(Ok(kept[&question.code].clone()), |field| Err(field.code))
    }

    #[test]
    fn a_line_is_short_and_one_line() {
        let line = |text: String| kept(Datatype::String, |_| text.clone().into());
        assert_eq!(line("K12".into()), Ok("K12".into()));
        assert_eq!(line("长".repeat(words::MOST_PLACE)), Ok("长".repeat(words::MOST_PLACE).into()));
        assert_eq!(line("长".repeat(words::MOST_PLACE + 1)), Err("matter-attribute-form"));
        assert_eq!(line("一\n二".into()), Err("matter-attribute-form"));
        let text = |length| kept(Datatype::Text, |_| "长".repeat(length).into());
        assert!(text(words::MOST_TEXT).is_ok());
        assert_eq!(text(words::MOST_TEXT + 1), Err("matter-attribute-form"));
    }

    #[test]
    fn a_list_holds_each_of_its_values_once() {
        let many = |times: usize, also: Option<&'static str>| {
            kept(Datatype::MultiValueList, |question| {
                let key = question.values[0].key.clone();
                std::iter::repeat_n(key, times).chain(also.map(str::to_owned)).collect()
            })
        };
        assert_eq!(many(5_000, None).unwrap().as_array().map(Vec::len), Some(1));
        assert_eq!(many(1, Some("none of them")), Err("matter-attribute-form"));
    }
}

//! Choosing a place: the county first where none is given, then a point, words, or a list step by step.

use lianxin_foundation::web::Submission;
use lianxin_foundation::{Result, Tx};
use lianxin_registry::area::spoken::named_in;
use lianxin_registry::area::{AreaKind, Crumb, joined, path_of, store};
use lianxin_registry::county_of;

use super::view::Choice;
use crate::actions::MOST_TEXT;

/// Where the county list has got to.
pub(super) struct Counties {
    /// The page it stands on.
    pub base: &'static str,
    /// The areas chosen so far.
    pub crumbs: Vec<Crumb>,
    /// The areas to choose from.
    pub choices: Vec<Choice>,
    /// Whether these are counties: the last step.
    pub last: bool,
    /// What is asked: a message id.
    pub ask: &'static str,
}

impl Counties {
    /// No list at all: the county is known.
    pub(super) fn none() -> Counties {
        Counties {
            base: "/",
            crumbs: Vec::new(),
            choices: Vec::new(),
            last: false,
            ask: "county-ask-province",
        }
    }

    /// The areas below `at`; the provinces when it is empty. A single choice is taken at once.
    pub(super) async fn below(tx: &mut Tx, base: &'static str, at: &str) -> Result<Counties> {
        let mut at = at.to_owned();
        loop {
            let areas =
                if at.is_empty() { store::provinces(tx).await? } else { store::children(tx, &at).await? };
            let last = areas.first().is_some_and(|area| area.kind == AreaKind::County);
            if let ([only], false) = (areas.as_slice(), last) {
                at.clone_from(&only.id);
                continue;
            }
            let ask = match at.len() {
                0 => "county-ask-province",
                2 => "county-ask-city",
                _ => "county-ask-county",
            };
            let choices = areas.into_iter().map(|area| Choice::new(area.id, area.name, "")).collect();
            let crumbs = if at.is_empty() { Vec::new() } else { store::crumbs(tx, &path_of(&at)).await? };
            return Ok(Counties { base, crumbs, choices, last, ask });
        }
    }
}

/// The part of a form that places a matter.
#[derive(Default)]
pub(super) struct PlaceForm {
    /// The place in words.
    pub words: String,
    /// WGS-84 degrees as sent; empty when no point was taken.
    pub lon: String,
    /// The same.
    pub lat: String,
    /// The area chosen from the list so far: the county, or deeper.
    pub area: String,
    /// Its path from the county down.
    pub crumbs: Vec<Crumb>,
    /// The areas directly below it.
    pub inner: Vec<Choice>,
    /// Where the map opens: `lon,lat`.
    pub center: String,
    /// The address of boundaries to draw; empty where none are known, and then there is no map to point at.
    pub shapes: String,
    /// The place that the words seem to name, to be asked about.
    pub spoken: Option<Spoken>,
}

/// A place that words seem to name. It counts when whoever wrote them says so, never by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    /// Its code.
    pub id: String,
    /// Its path.
    pub path: String,
    /// Its name from below the county down, as people say it.
    pub name: String,
    /// Whether it is right, once somebody said.
    pub right: Option<bool>,
}

impl Spoken {
    /// The place that the words of a form seem to name, smaller than what was chosen; nothing where a point was taken.
    pub(super) async fn of(tx: &mut Tx, county: &str, sent: &Submission) -> Result<Option<Spoken>> {
        if !sent.text("lon").is_empty() {
            return Ok(None);
        }
        let chosen = chosen(sent);
        let around = path_of(if county_of(&chosen) == county { &chosen } else { county });
        let found = Spoken::in_words(tx, county, [sent.text("place"), sent.text("text")]).await?;
        Ok(found.filter(|found| found.path.starts_with(&around) && found.path != around).map(|found| {
            let answer = sent.text("spoken");
            let right = match answer.strip_prefix("no ") {
                Some(id) => (id == found.id).then_some(false),
                None => (answer == found.id).then_some(true),
            };
            Spoken { right, ..found }
        }))
    }

    /// The place that the first of these words seem to name which name one.
    pub(super) async fn in_words(tx: &mut Tx, county: &str, words: [&str; 2]) -> Result<Option<Spoken>> {
        // Longer words are refused, whatever they name.
        for words in words.into_iter().filter(|words| words.chars().count() <= MOST_TEXT) {
            let Some(area) = named_in(tx, county, words).await? else { continue };
            let crumbs = store::place_name(tx, &area.path).await?;
            return Ok(Some(Spoken { id: area.id, path: area.path, name: joined(&crumbs), right: None }));
        }
        Ok(None)
    }
}

impl PlaceForm {
    /// The form's part at `area` of `county`; an area elsewhere, or none, counts as the county.
    pub(super) async fn at(tx: &mut Tx, county: &str, area: &str) -> Result<PlaceForm> {
        let area =
            if county_of(area) == county && store::area(tx, area).await?.is_some() { area } else { county };
        let crumbs = store::crumbs(tx, &path_of(area)).await?;
        let children = store::children(tx, area).await?;
        let bounded = store::any_shape(tx, &path_of(area)).await?;
        let middle = store::area(tx, area).await?.and_then(|area| area.lon.zip(area.lat));
        Ok(PlaceForm {
            area: area.to_owned(),
            crumbs: crumbs.into_iter().filter(|crumb| crumb.id.len() >= county.len()).collect(),
            inner: children.into_iter().map(|area| Choice::new(area.id, area.name, "")).collect(),
            center: middle.map(|(lon, lat)| format!("{lon:.4},{lat:.4}")).unwrap_or_default(),
            shapes: if bounded { format!("/places/{area}/shapes.geojson") } else { String::new() },
            ..PlaceForm::default()
        })
    }

    /// The same with what was sent filled in.
    pub(super) async fn given_back(tx: &mut Tx, county: &str, sent: &Submission) -> Result<PlaceForm> {
        let area = match sent.text("step") {
            "again" => county.to_owned(),
            _ => chosen(sent),
        };
        let place = PlaceForm::at(tx, county, &area).await?;
        let text = |field: &str| sent.text(field).to_owned();
        let spoken = Spoken::of(tx, county, sent).await?;
        Ok(PlaceForm { words: text("place"), lon: text("lon"), lat: text("lat"), spoken, ..place })
    }
}

/// The deepest area chosen from the list.
pub(super) fn chosen(sent: &Submission) -> String {
    sent.given("inner").unwrap_or_else(|| sent.text("area").to_owned())
}

/// A county's name as its people say it; its code where it is not known.
pub(super) async fn county_name(tx: &mut Tx, county: &str) -> Result<String> {
    Ok(store::area(tx, county).await?.map_or_else(|| county.to_owned(), |area| area.name))
}

/// The county in the address, if there is such a county.
pub(super) async fn known_county(tx: &mut Tx, county: &str) -> Result<Option<String>> {
    Ok(store::area(tx, county).await?.filter(|area| area.kind == AreaKind::County).map(|area| area.name))
}

//! What else an organisation's page tells: its trade, where it stands, its associations, whom a branch takes on.

use std::collections::BTreeSet;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Submission, Visitor, html_with};
use lianxin_foundation::{Problem, Result, Tx};
use uuid::Uuid;

use super::organisation::{load, visible};
use super::{done, wrong};
use crate::CategoryNames;
use crate::actions::DescribeOrganisation;
use crate::organisation::{Organisation, OrganisationKind, Profile, store};

/// The facts, and the form to change them as it came back.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileForm {
    /// Whether it is a unit to be covered, a branch that may take units on, or neither.
    pub(crate) covered: bool,
    pub(crate) hosts: bool,
    pub(crate) trade: String,
    /// Longitude and latitude, as typed: two numbers with a comma.
    pub(crate) point: String,
    pub(crate) takes: String,
    /// Names of associations, with commas.
    pub(crate) associations: String,
    pub(crate) trades: Vec<String>,
    /// Whether it came back.
    pub(crate) open: bool,
}

impl ProfileForm {
    /// Whether there is anything to tell or to ask.
    pub(crate) fn is_told(&self) -> bool {
        self.covered || self.hosts
    }
}

/// Whether such an organisation is one that branches cover.
fn covered(kind: OrganisationKind) -> bool {
    use OrganisationKind::{Association, Chamber, Cooperative, Enterprise, PropertyCompany};
    matches!(kind, Association | Chamber | Cooperative | Enterprise | PropertyCompany)
}

fn hosts(kind: OrganisationKind) -> bool {
    use OrganisationKind::{Branch, Committee, GeneralBranch};
    matches!(kind, Branch | GeneralBranch | Committee)
}

pub(super) async fn of(tx: &mut Tx, visitor: &Visitor, organisation: &Organisation) -> Result<ProfileForm> {
    let (county, id) = (organisation.county.as_str(), organisation.id);
    let profile = store::profile(tx, county, id).await?.unwrap_or_default();
    let associations = store::associations(tx, county, id, visitor.now).await?;
    let names: Vec<String> = associations.into_iter().map(|(_, name)| name).collect();
    Ok(ProfileForm {
        covered: covered(organisation.kind),
        hosts: hosts(organisation.kind),
        trade: profile.trade.unwrap_or_default(),
        point: profile.lon.zip(profile.lat).map(|(lon, lat)| format!("{lon}, {lat}")).unwrap_or_default(),
        takes: profile.takes.map(|takes| takes.to_string()).unwrap_or_default(),
        associations: names.join("，"),
        trades: store::trades(tx, county).await?.into_iter().map(|(trade,)| trade).collect(),
        open: false,
    })
}

/// Two numbers with a comma, a Chinese comma or a space between them.
fn point(typed: &str) -> Result<(Option<f64>, Option<f64>)> {
    let mut numbers = typed.split([',', '，', ' ', '、']).filter(|part| !part.is_empty());
    let read = |part: Option<&str>| part.and_then(|part| part.parse().ok());
    match (typed.is_empty(), read(numbers.next()), read(numbers.next()), numbers.next()) {
        (true, ..) => Ok((None, None)),
        (false, Some(lon), Some(lat), None) => Ok((Some(lon), Some(lat))),
        _ => Err(Problem::invalid().field("point", "organisation-point-form").into()),
    }
}

async fn read(
    visitor: &Visitor,
    organisation: &Organisation,
    sent: &Submission,
) -> Result<DescribeOrganisation> {
    let (lon, lat) = point(sent.text("point"))?;
    let mut associations = BTreeSet::new();
    let mut tx = visitor.app.db().read().await?;
    let typed = sent.text("associations").split([',', '，', '、', ';', '；']);
    for name in typed.map(str::trim).filter(|name| !name.is_empty()) {
        match store::called(&mut tx, &organisation.county, name).await?.as_slice() {
            [one] => associations.insert(*one),
            _ => {
                let problem = Problem::invalid();
                return Err(problem.field("associations", "organisation-association-unknown").into());
            }
        };
    }
    Ok(DescribeOrganisation {
        county: organisation.county.clone(),
        id: organisation.id,
        profile: Profile {
            trade: sent.given("trade"),
            lon,
            lat,
            takes: sent.parsed("takes", "organisation-takes-form")?,
        },
        associations,
    })
}

pub(super) async fn describe(
    Path(id): Path<Uuid>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let organisation = visible(&visitor, id).await?;
    let outcome = match read(&visitor, &organisation, &sent).await {
        Err(error) => Err(error),
        Ok(describe) => visitor.app.act(visitor.signed_in()?, &describe).await,
    };
    match outcome {
        Ok(()) => Ok(done(&format!("/organisations/{id}"), "organisation-described").into_response()),
        Err(error) => {
            let refused = wrong(&visitor, error)?;
            let mut page = load(&visitor, id, &categories).await?;
            page.wrong = refused;
            let given = |field: &str| sent.text(field).to_owned();
            page.profile.open = true;
            page.profile.trade = given("trade");
            page.profile.point = given("point");
            page.profile.takes = given("takes");
            page.profile.associations = given("associations");
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::point;

    #[test]
    fn a_point_is_two_numbers() {
        assert_eq!(point("").unwrap(), (None, None));
        for typed in ["114.04,29.55", "114.04， 29.55", "114.04 29.55"] {
            assert_eq!(point(typed).unwrap(), (Some(114.04), Some(29.55)), "{typed}");
        }
        for typed in ["114.04", "east, north", "1,2,3"] {
            assert!(point(typed).is_err(), "{typed}");
        }
    }
}

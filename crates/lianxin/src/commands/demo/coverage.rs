//! The demo's enterprises to be covered: with trades, places and generated members; and a plan for them.

use std::collections::BTreeSet;

use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::{App, Who};
use lianxin_geometry::EARTH_RADIUS_M;
use lianxin_registry::actions::coverage::PlanCoverage;
use lianxin_registry::actions::people::{AddPerson, Join, Lodging};
use lianxin_registry::actions::{AddOrganisation, DescribeOrganisation, Founding};
use lianxin_registry::coverage::worker;
use lianxin_registry::organisation::{OrganisationKind, Profile};
use serde::Deserialize;
use uuid::Uuid;

use super::data;
use super::registry::Registry;

const COUNTY: &str = "421223";
const TOWN: &str = "421223100";
/// Where the generated members live: a community whose people no other part of the demo counts.
const HOME: &str = "421223100010";
const BRANCH: &str = "cy-taoxi-branch";
const CHAMBER: &str = "cy-chamber";
/// The middle of the county's plot, in degrees.
const MIDDLE: (f64, f64) = (114.04, 29.55);

const GIVEN: [&str; 16] = [
    "安邦", "保国", "传福", "大江", "恩泽", "方正", "广田", "汉卿", "继业", "开山", "立春", "茂林", "南星",
    "平川", "秋实", "瑞雪",
];

/// What stands in the demo's file.
#[derive(Deserialize)]
pub(super) struct Units {
    unit: Vec<Unit>,
    host: Vec<Host>,
}

#[derive(Deserialize)]
struct Unit {
    name: String,
    kind: Option<String>,
    trade: String,
    east: f64,
    north: f64,
    members: usize,
    staff: usize,
    #[serde(default)]
    chamber: bool,
}

#[derive(Deserialize)]
struct Host {
    code: String,
    takes: i64,
}

/// Registers the units and whoever works there, and tells how many units.
pub async fn fill(app: &App, registry: &Registry) -> Result<usize> {
    let who = Who::program(COUNTY);
    let known = |code: &str| {
        let found = registry.organisations.get(code).copied();
        found.ok_or_else(|| Error::failed("reading the demo's enterprises", format!("no {code}")))
    };
    let (branch, chamber) = (known(BRANCH)?, known(CHAMBER)?);
    let Units { unit: units, host: hosts } = data::coverage()?;
    let mut people = 0;
    for unit in &units {
        let kind = unit.kind.as_deref().and_then(OrganisationKind::from_code);
        let add = AddOrganisation {
            code: None,
            kind: kind.unwrap_or(OrganisationKind::Enterprise),
            name: unit.name.clone(),
            area: TOWN.to_owned(),
            phone: None,
            founding: Founding::default(),
        };
        let id = app.act(&who, &add).await?.id;
        let (lon, lat) = place(unit.east, unit.north);
        let profile =
            Profile { trade: Some(unit.trade.clone()), lon: Some(lon), lat: Some(lat), takes: None };
        let associations = if unit.chamber { BTreeSet::from([chamber]) } else { BTreeSet::new() };
        describe(app, &who, id, profile, associations).await?;
        for at in 0..unit.members + unit.staff {
            let branch = (at < unit.members).then_some(branch);
            employ(app, &who, people, id, branch).await?;
            people += 1;
        }
    }
    for host in hosts {
        let (lon, lat) = place(0.0, 0.0);
        let profile = Profile { trade: None, lon: Some(lon), lat: Some(lat), takes: Some(host.takes) };
        describe(app, &who, known(&host.code)?, profile, BTreeSet::new()).await?;
    }
    Ok(units.len())
}

/// Has a plan made for the county.
pub async fn plan(app: &App) -> Result<()> {
    app.act(&Who::program(COUNTY), &PlanCoverage { area: COUNTY.to_owned() }).await?;
    worker::sweep(app).await?;
    Ok(())
}

async fn describe(
    app: &App,
    who: &Who,
    id: Uuid,
    profile: Profile,
    associations: BTreeSet<Uuid>,
) -> Result<()> {
    app.act(who, &DescribeOrganisation { county: COUNTY.to_owned(), id, profile, associations }).await
}

/// Registers somebody who works at a unit, and belongs to the branch where one is named.
async fn employ(app: &App, who: &Who, at: usize, unit: Uuid, branch: Option<Uuid>) -> Result<()> {
    let family = ["邓", "冯", "高", "韩", "江", "孔", "罗"][at % 7];
    let add = AddPerson {
        name: format!("{family}{}", GIVEN[at % GIVEN.len()]),
        id_number: None,
        phone: None,
        sex: None,
        birth: format!("19{:02}-0{}-1{}", 70 + at % 25, 1 + at % 9, at % 9).parse().ok(),
        lodging: Lodging { area: HOME.to_owned(), ..Lodging::default() },
        from: Some(app.clock().now() - 300 * DAY),
        another: true,
    };
    let person = app.act(who, &add).await?;
    for (organisation, kind) in [(branch, "member"), (Some(unit), "staff")] {
        let Some(organisation) = organisation else { continue };
        let join = Join {
            county: person.county.clone(),
            person: person.id,
            organisation,
            kind: kind.to_owned(),
            from: Some(app.clock().now() - 200 * DAY),
            reason: String::new(),
        };
        app.act(who, &join).await?;
    }
    Ok(())
}

/// Degrees of a place so many metres from the middle of the county's plot.
fn place(east: f64, north: f64) -> (f64, f64) {
    let degrees = |metres: f64| (metres / EARTH_RADIUS_M).to_degrees();
    let round = |degrees: f64| (degrees * 100_000.0).round() / 100_000.0;
    let narrow = MIDDLE.1.to_radians().cos();
    (round(MIDDLE.0 + degrees(east) / narrow), round(MIDDLE.1 + degrees(north)))
}

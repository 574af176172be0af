//! The demo's organisations, duties, grids and sign-ins.

use std::collections::{BTreeSet, HashMap};

use lianxin_foundation::account::NewPassword;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::scope::{Means, Post};
use lianxin_foundation::{App, Role, Who};
use lianxin_geometry::Datum;
use lianxin_matters::category::Catalogue;
use lianxin_matters::model::Channel;
use lianxin_registry::actions::{
    AddOrganisation, BeginTerm, Founding, GrantPost, ImportShapes, OpenAccount, SetDuties,
};
use lianxin_registry::area::spoken::short_name;
use lianxin_registry::area::{AreaKind, store as areas};
use lianxin_registry::organisation::{Form, OrganisationKind};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::PASSWORD;
use super::data::{self, VillageRule};
use super::land::Plot;

/// What the stories need to know of the demo's registry.
pub struct Registry {
    /// Organisations by code.
    pub organisations: HashMap<String, Uuid>,
    /// Villages' plots.
    pub plots: HashMap<String, Plot>,
    /// Grids with a unit of their own.
    pub manned: BTreeSet<String>,
    /// Who works for an organisation, and who dispatches and supervises in a county.
    people: Vec<(Role, String, Option<Uuid>, Who)>,
}

impl Registry {
    /// Somebody who does this unit's work: its demo sign-in, or a colleague without one.
    pub fn handler(&self, county: &str, unit: Uuid) -> Who {
        let known = self.people.iter().find(|(role, _, organisation, _)| {
            matches!(role, Role::UnitHandler | Role::GridWorker) && *organisation == Some(unit)
        });
        known.map_or_else(|| colleague(county, Role::UnitHandler, Some(unit)), |(_, _, _, who)| who.clone())
    }

    /// Who speaks for an enterprise: its specialist, or whoever works there.
    pub fn speaker(&self, county: &str, channel: Channel, enterprise: Uuid) -> Who {
        let role = if channel == Channel::Specialist { Role::Specialist } else { Role::EnterpriseContact };
        let speaks = |who: &Who| {
            who.posts.iter().any(|post| post.role == role && post.organisation == Some(enterprise))
        };
        let known = self.people.iter().find(|(_, _, _, who)| speaks(who));
        known.map_or_else(|| colleague(county, role, Some(enterprise)), |(_, _, _, who)| who.clone())
    }

    /// Somebody with a role over a whole county.
    pub fn officer(&self, county: &str, role: Role) -> Who {
        let known = self.people.iter().find(|(held, area, _, _)| *held == role && area == county);
        known.map_or_else(|| colleague(county, role, None), |(_, _, _, who)| who.clone())
    }
}

/// Someone of the demo's house who has no sign-in of their own.
fn colleague(county: &str, role: Role, organisation: Option<Uuid>) -> Who {
    let post = Post {
        id: Uuid::nil(),
        role,
        area: county.to_owned(),
        path: lianxin_registry::area::path_of(county),
        organisation,
        from: 0,
        to: None,
    };
    Who {
        account: None,
        county: county.to_owned(),
        name: "演示·经办人".to_owned(),
        posts: vec![post],
        means: Means::Assumed,
    }
}

/// A division code as the demo's files write it, as an area's id: `421200` is the city `4212`.
fn area_id(code: &str) -> &str {
    if code.len() != 6 {
        return code;
    }
    code.strip_suffix("0000").or_else(|| code.strip_suffix("00")).unwrap_or(code)
}

/// Fills in everything.
pub async fn fill(app: &App, counties: &[(&str, f64, f64)]) -> Result<Registry> {
    let catalogue = Catalogue::defaults()?;
    let content = data::organisations()?;
    let mut registry = Registry {
        organisations: HashMap::new(),
        plots: HashMap::new(),
        manned: BTreeSet::new(),
        people: Vec::new(),
    };
    for organisation in &content.organisation {
        let kind = kind(&organisation.kind)?;
        let place = area_id(&organisation.place);
        let add = (organisation.code.as_str(), organisation.name.as_str(), kind, place);
        let founding = founding(app, &registry, organisation)?;
        let duties = expand(&catalogue, &organisation.duties);
        establish(app, &mut registry, add, founding, duties).await?;
    }
    for (county, lon, lat) in counties {
        settle(app, &mut registry, &content.village_rule, &catalogue, county, Plot::around(*lon, *lat))
            .await?;
        man_grids(app, &mut registry, &content.village_rule, &catalogue, county).await?;
    }
    open_accounts(app, &mut registry).await?;
    Ok(registry)
}

fn kind(code: &str) -> Result<OrganisationKind> {
    OrganisationKind::from_code(code)
        .ok_or_else(|| Error::failed("reading the demo's organisations", format!("no kind {code}")))
}

/// How the demo's file says an organisation is founded.
fn founding(app: &App, registry: &Registry, organisation: &data::Organisation) -> Result<Founding> {
    let unknown = |what: &str| Error::failed("reading the demo's organisations", format!("no {what}"));
    let form = match &organisation.form {
        Some(code) => Form::from_code(code).ok_or_else(|| unknown(code))?,
        None => Form::Ordinary,
    };
    let superior = match &organisation.superior {
        Some(code) => Some(*registry.organisations.get(code).ok_or_else(|| unknown(code))?),
        None => None,
    };
    let ends = organisation.ends_after.map(|days| app.clock().now() + days * DAY);
    Ok(Founding { form, superior, approval: organisation.approval.clone(), ends })
}

/// Enters the last elections of the organisations that hold any, once their members are there.
pub async fn elect(app: &App, registry: &Registry) -> Result<()> {
    for organisation in data::organisations()?.organisation {
        let Some((days, id)) = organisation.elected.zip(registry.organisations.get(&organisation.code))
        else {
            continue;
        };
        let county = lianxin_registry::county_of(area_id(&organisation.place));
        let from = Some(app.clock().now() - days * DAY);
        let term = BeginTerm { county: county.clone(), organisation: *id, from, to: None, approval: None };
        app.act(&Who::program(&county), &term).await?;
    }
    Ok(())
}

fn expand(catalogue: &Catalogue, duties: &[String]) -> BTreeSet<String> {
    let mut categories = BTreeSet::new();
    for duty in duties {
        match duty.strip_prefix("group:") {
            Some(group) => {
                let of_group = catalogue.all().iter().filter(|category| category.group == group);
                categories.extend(of_group.map(|category| category.code.clone()));
            }
            None => {
                categories.insert(duty.clone());
            }
        }
    }
    categories
}

async fn establish(
    app: &App,
    registry: &mut Registry,
    (code, name, kind, place): (&str, &str, OrganisationKind, &str),
    founding: Founding,
    categories: BTreeSet<String>,
) -> Result<()> {
    let county = lianxin_registry::county_of(place);
    let who = Who::program(&county);
    let add = AddOrganisation {
        code: Some(code.to_owned()),
        kind,
        name: name.to_owned(),
        area: place.to_owned(),
        phone: None,
        founding,
    };
    let organisation = app.act(&who, &add).await?.id;
    registry.organisations.insert(code.to_owned(), organisation);
    if !categories.is_empty() {
        let duties = SetDuties { county, organisation, area: place.to_owned(), categories };
        app.act(&who, &duties).await?;
    }
    Ok(())
}

/// Gives a county its generated land, and every village a committee and its grids.
async fn settle(
    app: &App,
    registry: &mut Registry,
    rule: &VillageRule,
    catalogue: &Catalogue,
    county: &str,
    plot: Plot,
) -> Result<()> {
    let first: BTreeSet<String> = catalogue
        .all()
        .iter()
        .filter(|category| {
            AreaKind::ALL.into_iter().any(|kind| {
                kind.level() == category.first_level
                    && rule.first_levels.iter().any(|level| level == kind.code())
            })
        })
        .map(|category| category.code.clone())
        .collect();
    let towns = {
        let mut tx = app.db().read().await?;
        let mut towns = Vec::new();
        for town in areas::children(&mut tx, county).await? {
            let villages = areas::children(&mut tx, &town.id).await?;
            towns.push((town, villages));
        }
        towns
    };
    let weights: Vec<f64> = towns.iter().map(|(_, villages)| villages.len() as f64 + 2.0).collect();
    let mut features = vec![feature(json!({ "id": county }), plot)];
    for ((town, villages), plot) in towns.iter().zip(plot.divide(&weights)) {
        features.push(feature(json!({ "id": town.id }), plot));
        for (village, plot) in villages.iter().zip(plot.divide(&vec![1.0; villages.len()])) {
            features.push(feature(json!({ "id": village.id }), plot));
            let grids = plot.divide(&vec![1.0; rule.grid.len()]);
            for (at, (grid, plot)) in rule.grid.iter().zip(grids).enumerate() {
                let households =
                    260 + (village.id.bytes().map(u64::from).sum::<u64>() * 37 + at as u64 * 91) % 240;
                let named = json!({ "parent": village.id, "name": grid.name, "households": households });
                features.push(feature(named, plot));
            }
            registry.plots.insert(village.id.clone(), plot);
            let code = rule.code.replace("{village}", &village.id);
            let kind = kind(&rule.kind)?;
            let name = rule.committee(&village.name);
            if rule.counties.iter().any(|settled| settled == county) {
                let add = (code.as_str(), name.as_str(), kind, village.id.as_str());
                establish(app, registry, add, Founding::default(), first.clone()).await?;
            }
        }
    }
    let collection = json!({ "type": "FeatureCollection", "features": features });
    app.act(&Who::program(county), &ImportShapes { collection, datum: Datum::Wgs84, parent: None }).await?;
    Ok(())
}

/// Gives the grids a unit of their own in the villages whose stories are settled in a grid, and where no
/// demo sign-in works for the village as a whole.
async fn man_grids(
    app: &App,
    registry: &mut Registry,
    rule: &VillageRule,
    catalogue: &Catalogue,
    county: &str,
) -> Result<()> {
    let of_grids: BTreeSet<String> = catalogue
        .all()
        .iter()
        .filter(|category| category.first_level == AreaKind::Grid.level())
        .map(|category| category.code.clone())
        .collect();
    let signed_in: BTreeSet<String> = data::people()?.into_iter().map(|person| person.area).collect();
    let settled = data::stories()?.into_iter().filter(data::Story::in_grid).map(|story| story.village);
    let villages: BTreeSet<String> =
        settled.filter(|village| village.starts_with(county) && !signed_in.contains(village)).collect();
    for village in villages {
        let name = {
            let mut tx = app.db().read().await?;
            areas::area(&mut tx, &village).await?.map(|area| short_name(&area.name)).unwrap_or_default()
        };
        for (at, grid) in rule.grid.iter().enumerate() {
            let area = format!("{village}-{:02}", at + 1);
            let named = format!("{name}{}", grid.name);
            let code = format!("g-{area}");
            let kind = kind(&rule.kind)?;
            let add = (code.as_str(), named.as_str(), kind, area.as_str());
            establish(app, registry, add, Founding::default(), of_grids.clone()).await?;
            registry.manned.insert(area);
        }
    }
    Ok(())
}

fn feature(properties: Json, plot: Plot) -> Json {
    json!({ "type": "Feature", "properties": properties, "geometry": plot.outline() })
}

async fn open_accounts(app: &App, registry: &mut Registry) -> Result<()> {
    for person in data::people()? {
        let role = Role::from_code(&person.role)
            .ok_or_else(|| Error::failed("reading the demo's people", format!("no role {}", person.role)))?;
        let area = area_id(&person.area).to_owned();
        let organisation = person.organisation.and_then(|code| registry.organisations.get(&code).copied());
        let county = lianxin_registry::county_of(&area);
        let open = OpenAccount {
            password: NewPassword::new(app, PASSWORD, &person.login).await?,
            login: person.login,
            name: person.name,
            language: "zh-CN".to_owned(),
            role,
            area: area.clone(),
            organisation,
        };
        let account = app.act(&Who::program(&county), &open).await?;
        for organisation in person.also.iter().filter_map(|code| registry.organisations.get(code)) {
            let post = GrantPost {
                county: county.clone(),
                account,
                role,
                area: area.clone(),
                organisation: Some(*organisation),
                from: None,
                to: None,
            };
            app.act(&Who::program(&county), &post).await?;
        }
        let mut tx = app.db().read().await?;
        let posts = lianxin_foundation::account::store::posts_of(&mut tx, &county, account).await?;
        let who = Who { account: Some(account), county, name: open.name, posts, means: Means::Assumed };
        registry.people.push((role, area, organisation, who));
    }
    Ok(())
}

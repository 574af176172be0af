//! Which visits a campaign's lists ask for: one for each door, whoever asks, in the grid where the door lies.
//!
//! An address falls where the registry's own households have theirs: at the same door, else in the same building when all of
//! it lies in one grid, else in the grid it names. What is left goes to whoever keeps the village, or the campaign's area, to
//! say where it lies.

use std::collections::{BTreeMap, HashMap, HashSet};

use lianxin_foundation::{App, Micros, Result, Tx};
use lianxin_registry::area::spoken::{Named, short_name};
use lianxin_registry::area::{AreaKind, ancestors, store as areas};
use lianxin_registry::person::living::{self, Living};
use lianxin_registry::person::naming;
use uuid::Uuid;

use crate::model::{Band, Campaign};
use crate::rules::bands::Thresholds;
use crate::rules::doors::door;
use crate::rules::findings::Side;
use crate::rules::lines::has_id;
use crate::sealed::{Listed, row_place};
use crate::store::coverage::VILLAGE;
use crate::store::matches::{self, Whom};
use crate::store::{rolls, visits};

/// People and lines are read so many at once.
const READ: i64 = 2_000;
/// At most so many people are asked about by one plan; the next goes on.
const MOST: usize = 5_000;

/// What is asked at the doors besides who stands on lists only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// Whom nobody decided about yet.
    pub unclear: bool,
    /// Whom the registry has and no list.
    pub below: bool,
}

/// A door to knock at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Door {
    pub(crate) path: String,
    pub(crate) placed: bool,
    pub(crate) household: Option<Uuid>,
    pub(crate) address: String,
    pub(crate) people: Vec<Person>,
}

/// Somebody to ask about there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) side: Side,
    pub(crate) person: Option<Uuid>,
    pub(crate) lines: Vec<(Uuid, i64)>,
}

/// What is to be asked: doors by what finds them again, and how many people wait for the next plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub(crate) doors: BTreeMap<String, Door>,
    /// How many people are left out, at least.
    pub left: usize,
    people: HashMap<(String, Who), usize>,
}

/// Who is asked about at a door: two lines of one person are one question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Registered(Uuid),
    Number(String),
    Named(String, String),
}

impl Who {
    fn listed(listed: &Listed) -> Who {
        match has_id(listed) {
            true => Who::Number(listed.id_number.clone()),
            false => Who::Named(naming::Keys::of(&listed.name).plain, listed.birth.clone()),
        }
    }
}

/// Where a door lies.
struct Spot {
    key: String,
    path: String,
    placed: bool,
    household: Option<Uuid>,
    address: String,
}

impl Plan {
    fn ask(&mut self, spot: Spot, who: Who, (side, person): (Side, Option<Uuid>), line: Option<(Uuid, i64)>) {
        let known = (spot.key.clone(), who);
        let at = self.people.get(&known).copied();
        if at.is_none() && self.people.len() >= MOST {
            self.left += 1;
            return;
        }
        let door = self.doors.entry(spot.key).or_insert_with(|| Door {
            path: spot.path,
            placed: spot.placed,
            household: spot.household,
            address: spot.address,
            people: Vec::new(),
        });
        let at = at.unwrap_or_else(|| {
            door.people.push(Person { side, person, lines: Vec::new() });
            door.people.len() - 1
        });
        door.people[at].lines.extend(line);
        self.people.insert(known, at);
    }
}

/// Plans the visits of a campaign: what its linked lists leave open and no visit asks about yet.
///
/// # Errors
/// Those of the database, and a sealed field that does not open.
pub async fn plan(app: &App, campaign: &Campaign, ask: Ask, now: Micros) -> Result<Plan> {
    let county = campaign.county.as_str();
    let mut tx = app.db().read().await?;
    let people = people(&mut tx, app, campaign, now).await?;
    let ground = Ground::of(&mut tx, campaign, &people).await?;
    let by_id: HashMap<Uuid, &Living> = people.iter().map(|one| (one.id, one)).collect();
    let asking: HashSet<(Uuid, i64)> =
        visits::asking(&mut tx, county, campaign.id).await?.into_iter().collect();
    let thresholds = Thresholds::taught(&matches::decisions(&mut tx, county, campaign.id).await?);
    let mut plan = Plan::default();
    for roll in rolls::of_campaign(&mut tx, county, campaign.id).await? {
        let Some(run) = roll.run else { continue };
        let bands = [Some(Band::Above), Some(Band::Moved), ask.unclear.then_some(Band::Unclear)];
        for band in bands.into_iter().flatten() {
            let mut after = 0;
            loop {
                let of = (band.code(), after);
                let some = matches::lines(&mut tx, &roll, run, &thresholds, of, READ).await?;
                let Some(last) = some.last() else { break };
                after = last.line;
                for one in some.iter().filter(|one| !asking.contains(&(roll.id, one.line))) {
                    let listed = Listed::opened(app, &row_place(roll.id, one.line), &one.sealed)?;
                    let line = Some((roll.id, one.line));
                    // Who moved is asked about where the list says they live. Whether somebody registered elsewhere is meant
                    // at all, nobody can see at a door: that is a clerk's to decide.
                    match (band, one.person) {
                        (Band::Moved, Some(person)) => {
                            let spot = ground.spot(&listed, (roll.id, one.line));
                            plan.ask(spot, Who::Registered(person), (Side::Moved, Some(person)), line);
                            continue;
                        }
                        (Band::Unclear, Some(_)) if one.away => continue,
                        _ => {}
                    }
                    let candidate = one.person.filter(|_| band == Band::Unclear);
                    match candidate.and_then(|person| by_id.get(&person)) {
                        Some(one) => {
                            let what = (Side::Unclear, Some(one.id));
                            plan.ask(ground.home(one), Who::Registered(one.id), what, line);
                        }
                        None => {
                            let who = Who::listed(&listed);
                            let spot = ground.spot(&listed, (roll.id, one.line));
                            plan.ask(spot, who, (Side::Above, None), line);
                        }
                    }
                }
            }
        }
    }
    if ask.below {
        let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let whom = Whom::of(campaign, now);
        for (person,) in visits::on_no_list(&mut tx, &whom, campaign.id, &thresholds, most).await? {
            if let Some(one) = by_id.get(&person) {
                plan.ask(ground.home(one), Who::Registered(person), (Side::Below, Some(person)), None);
            }
        }
    }
    Ok(plan)
}

/// Everybody of the registry who lives in the campaign's area.
async fn people(tx: &mut Tx, app: &App, campaign: &Campaign, now: Micros) -> Result<Vec<Living>> {
    let mut all: Vec<Living> = Vec::new();
    loop {
        let after = all.last().map_or(Uuid::nil(), |one| one.id);
        let of = (campaign.county.as_str(), campaign.path.as_str());
        let some = living::page(tx, app, of, now, after, READ).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
    }
}

/// What is known of a campaign's area: whose door is where, which building lies in which grid, what grids are called.
struct Ground {
    area: String,
    named: Named,
    names: HashMap<String, Vec<String>>,
    /// By village and door.
    doors: HashMap<(String, String), (Uuid, String)>,
    /// The only village where a door or a building of this spelling is known; `None` where several have it.
    alone: HashMap<String, Option<String>>,
    /// By village and building: its only grid; `None` where it lies in several.
    buildings: HashMap<(String, String), Option<String>>,
    /// By village: its grids' names and paths.
    grids: HashMap<String, Vec<(String, String)>>,
}

/// The part of a path down to its village.
fn village(path: &str) -> &str {
    path.get(..VILLAGE).unwrap_or(path)
}

impl Ground {
    async fn of(tx: &mut Tx, campaign: &Campaign, people: &[Living]) -> Result<Ground> {
        let mut ground = Ground {
            area: campaign.path.clone(),
            named: Named::of(tx, &campaign.county).await?,
            names: HashMap::new(),
            doors: HashMap::new(),
            alone: HashMap::new(),
            buildings: HashMap::new(),
            grids: HashMap::new(),
        };
        let places = areas::named_places(tx, &campaign.county).await?;
        let ids: Vec<&str> = ancestors(&campaign.path);
        let above = areas::names(tx, &ids).await?;
        let by_id: HashMap<&str, &str> =
            places.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
        let inside = |path: &str| path.starts_with(&campaign.path) || campaign.path.starts_with(path);
        for place in places.iter().filter(|place| inside(&place.path)) {
            let around = ancestors(&place.path);
            let name = |id: &&str| by_id.get(id).copied().or_else(|| above.get(*id).map(String::as_str));
            let names = around.iter().filter_map(name).flat_map(|name| [name.to_owned(), short_name(name)]);
            ground.names.insert(place.path.clone(), names.collect());
            if place.path.len() >= VILLAGE {
                let grids = areas::children(tx, &place.id).await?.into_iter();
                let grids = grids.filter(|area| area.kind == AreaKind::Grid && inside(&area.path));
                ground.grids.insert(place.path.clone(), grids.map(|area| (area.name, area.path)).collect());
            }
        }
        people.iter().for_each(|one| ground.learn(one));
        Ok(ground)
    }

    /// Learns where the registry has somebody's door.
    fn learn(&mut self, one: &Living) {
        let within = village(&one.path).to_owned();
        let address = one.address.as_deref().unwrap_or_default();
        let none = Vec::new();
        let Some(door) = door(address, self.names.get(&within).unwrap_or(&none)) else { return };
        let differs = |known: &mut Option<String>, path: &str| {
            if known.as_deref() != Some(path) {
                *known = None;
            }
        };
        // A number alone, 3组, stands in no building.
        let building = Some(&door.building).filter(|building| !building.is_empty());
        for spelled in building.into_iter().chain([&door.key]) {
            self.alone
                .entry(spelled.clone())
                .and_modify(|known| differs(known, &within))
                .or_insert_with(|| Some(within.clone()));
        }
        if let Some(building) = building {
            self.buildings
                .entry((within.clone(), building.clone()))
                .and_modify(|known| differs(known, &one.path))
                .or_insert_with(|| Some(one.path.clone()));
        }
        self.doors.entry((within, door.key)).or_insert_with(|| (one.household, one.path.clone()));
    }

    /// Where somebody of the registry lives.
    fn home(&self, one: &Living) -> Spot {
        Spot {
            key: format!("household:{}", one.household),
            placed: self.is_fine(&one.path),
            path: one.path.clone(),
            household: Some(one.household),
            address: one.address.clone().unwrap_or_default(),
        }
    }

    /// Whether a place is as small as places are there.
    fn is_fine(&self, path: &str) -> bool {
        let grids = || self.grids.get(village(path)).is_some_and(|grids| !grids.is_empty());
        path.len() > VILLAGE || (path.len() == VILLAGE && !grids())
    }

    /// Where a line's address falls.
    fn spot(&self, listed: &Listed, (roll, line): (Uuid, i64)) -> Spot {
        let address = listed.address.clone();
        let place = self.named.place(&address).map(|place| place.path.clone());
        let none = Vec::new();
        let names = self.names.get(place.as_deref().unwrap_or(&self.area)).unwrap_or(&none);
        let door = door(&address, names);
        // A door or a building that only one village has says which village it is, and so does an area of one village.
        let alone = |spelled: &String| self.alone.get(spelled).cloned().flatten();
        let only = || door.as_ref().and_then(|door| alone(&door.key).or_else(|| alone(&door.building)));
        let within = || (self.area.len() >= VILLAGE).then(|| village(&self.area).to_owned());
        let place = match place {
            Some(path) if path.len() >= VILLAGE => Some(path),
            wider => only().or_else(within).or(wider),
        };
        let here = |path: &String| path.starts_with(&self.area) || self.area.starts_with(path.as_str());
        let Some(place) = place.filter(here) else {
            return Spot {
                key: format!("line:{roll}/{line}"),
                path: self.area.clone(),
                placed: false,
                household: None,
                address,
            };
        };
        let Some(door) = door else {
            let path = self.grid_named(&place, &address).unwrap_or_else(|| self.inside(&place));
            let placed = self.is_fine(&path);
            return Spot { key: format!("line:{roll}/{line}"), path, placed, household: None, address };
        };
        if let Some((household, path)) = self.doors.get(&(place.clone(), door.key.clone())) {
            let key = format!("household:{household}");
            let placed = self.is_fine(path);
            return Spot { key, path: path.clone(), placed, household: Some(*household), address };
        }
        let built = self.buildings.get(&(place.clone(), door.building.clone())).cloned().flatten();
        let path = built.or_else(|| self.grid_named(&place, &address)).unwrap_or_else(|| self.inside(&place));
        let placed = self.is_fine(&path);
        Spot { key: format!("door:{place}{}", door.key), path, placed, household: None, address }
    }

    /// The only grid of a village that an address names.
    fn grid_named(&self, village: &str, address: &str) -> Option<String> {
        let grids = self.grids.get(village)?;
        let mut named = grids.iter().filter(|(name, _)| address.contains(name.as_str()));
        let first = named.next()?;
        named.next().is_none().then(|| first.1.clone())
    }

    /// A place, or the campaign's own area where that is the smaller.
    fn inside(&self, place: &str) -> String {
        if place.starts_with(&self.area) { place.to_owned() } else { self.area.clone() }
    }
}

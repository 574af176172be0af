//! What a row would change: compared with what the register holds, by the rights of whoever brings it in.

use std::collections::HashMap;

use lianxin_foundation::clock::{civil, start_of_day};
use lianxin_foundation::vault::{mask_id, mask_phone};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Context, Micros, Result, Right, Scope, Tx};
use uuid::Uuid;

use super::fields::Field;
use super::line::Line;
use super::store::{self, Known};
use super::{Roster, Spot};
use crate::area::{path_of, root_of, spoken::short_name};
use crate::household::{Household, Relation};
use crate::membership::MembershipKind;
use crate::organisation::{Organisation, store as organisations};
use crate::person::standing::Standing;
use crate::person::{joining, sealed};

/// How many organisations are read at once, and how many are known by name at most.
const PART: i64 = 500;
const ORGANISATIONS: usize = 20_000;

/// A field that differs: what is there, and what the row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) field: Field,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// What somebody would become: in which organisation, as what, since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joining {
    pub(crate) organisation: Uuid,
    pub(crate) path: String,
    pub(crate) kind: String,
    pub(crate) from: Micros,
}

/// Where somebody would live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// The household that is there already.
    pub(crate) household: Option<Uuid>,
    pub(crate) area: String,
    pub(crate) path: String,
}

/// What is to be done with a row.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Somebody new.
    New { home: Option<Home>, joining: Option<Joining> },
    /// Somebody there, about whom something else is true.
    Changed { known: Box<Known>, changes: Vec<Change>, home: Option<Home>, joining: Option<Joining> },
    /// Somebody there, as the row says.
    Same,
    /// Not taken, for these messages' reasons.
    Refused(Vec<&'static str>),
}

/// What the rows of one roster may name: read once, whoever asks how often.
pub(crate) struct Ground {
    county: String,
    /// Where people live whose row names no place.
    area: Option<Spot>,
    organisation: Option<Organisation>,
    kind: String,
    spots: Vec<Spot>,
    by_name: HashMap<String, Vec<usize>>,
    organisations: HashMap<String, Vec<Organisation>>,
}

/// Compares rows of a roster with the register, by the asker's rights at a moment.
pub(crate) struct Judge<'g> {
    ground: &'g Ground,
    keeps: Scope,
    sees: Scope,
    now: Micros,
}

/// What was found in the register for some rows.
struct Found {
    by_id: HashMap<Vec<u8>, (String, Uuid)>,
    by_plain: HashMap<String, Vec<Uuid>>,
    known: HashMap<Uuid, Known>,
    standings: HashMap<Uuid, Standing>,
    households: HashMap<String, Household>,
    heads: HashMap<Uuid, Uuid>,
}

type Checked<T> = std::result::Result<T, &'static str>;

impl Ground {
    /// The places and organisations that the rows of a roster may name.
    pub(crate) async fn of(tx: &mut Tx, cx: Context<'_>, roster: &Roster) -> Result<Ground> {
        let keeps = cx.scope(Right::KeepPeople);
        let county = roster.county.clone();
        let around = match roster.area.as_deref() {
            Some(area) => path_of(area),
            None => path_of(root_of(&county)),
        };
        let spots = store::spots(tx, &county, &around).await?;
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, spot) in spots.iter().enumerate() {
            let short = short_name(&spot.name);
            for name in
                [Some(&spot.name), Some(&short).filter(|short| **short != spot.name)].into_iter().flatten()
            {
                by_name.entry(name.clone()).or_default().push(at);
            }
        }
        let mut kept = kept_organisations(tx, &keeps, &county, cx.now).await?;
        let organisation = match roster.organisation {
            Some(id) => organisations::serving(tx, &county, id).await?.filter(|one| one.valid_to.is_none()),
            None => None,
        };
        let organisation = organisation.filter(|one| keeps.covers(&one.path, &[Some(one.id)]));
        if let Some(own) = &organisation {
            kept.insert(own.name.clone(), vec![own.clone()]);
        }
        let area = roster.area.as_deref().and_then(|area| spots.iter().find(|spot| spot.id == area)).cloned();
        let kind = roster.kind.clone();
        Ok(Ground { county, area, organisation, kind, spots, by_name, organisations: kept })
    }
}

impl<'g> Judge<'g> {
    /// A judge with the asker's rights as they are now.
    pub(crate) fn new(cx: Context<'_>, ground: &'g Ground) -> Judge<'g> {
        let (sees, keeps) = (cx.scope(Right::SeePeople), cx.scope(Right::KeepPeople));
        Judge { ground, keeps, sees, now: cx.now }
    }

    /// What is to be done with each of these rows, in their order.
    pub(crate) async fn verdicts(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        lines: &[Line],
    ) -> Result<Vec<Verdict>> {
        let mut found = self.found(tx, lines).await?;
        let mut verdicts = Vec::with_capacity(lines.len());
        for line in lines {
            verdicts.push(match self.verdict(cx, line, &found) {
                Ok(verdict) => verdict,
                Err(Reasons::One(code)) => Verdict::Refused(vec![code]),
                Err(Reasons::Many(codes)) => Verdict::Refused(codes),
                Err(Reasons::Failed(error)) => return Err(error),
            });
            // The next row of the same household, or about the same person, finds what this one leaves.
            if let Some(Verdict::New { home: Some(home), .. }) = verdicts.last() {
                found.settle(line, home, &self.ground.county);
            }
        }
        Ok(verdicts)
    }

    async fn found(&self, tx: &mut Tx, lines: &[Line]) -> Result<Found> {
        let county = self.ground.county.as_str();
        let ids: Vec<&[u8]> =
            lines.iter().filter_map(|line| Some(line.id_number.as_ref()?.key.as_slice())).collect();
        let owners = store::owners(tx, &ids).await?;
        let by_id: HashMap<Vec<u8>, (String, Uuid)> =
            owners.into_iter().map(|(key, county, person)| (key, (county, person))).collect();
        let unknown = |line: &&Line| !line.id_number.as_ref().is_some_and(|id| by_id.contains_key(&id.key));
        let others: Vec<&Line> = lines.iter().filter(unknown).collect();
        let pairs: Vec<(&str, &str)> = others
            .iter()
            .filter_map(|line| Some((line.keys.plain.as_str(), line.birth.as_deref()?)))
            .collect();
        let phones: Vec<&[u8]> =
            others.iter().filter_map(|line| Some(line.phone.as_ref()?.key.as_slice())).collect();
        let here = by_id.values().filter(|(of, _)| of == county).map(|(_, person)| *person);
        let mut known = store::people(tx, county, &here.collect::<Vec<_>>()).await?;
        let mut by_plain: HashMap<String, Vec<Uuid>> = HashMap::new();
        let alike =
            [store::born(tx, county, &pairs).await?, store::called(tx, county, &phones).await?].concat();
        for one in alike {
            let same = by_plain.entry(one.plain.clone()).or_default();
            if !same.contains(&one.person.id) {
                same.push(one.person.id);
            }
            known.push(one);
        }
        let known: HashMap<Uuid, Known> = known.into_iter().map(|one| (one.person.id, one)).collect();
        let people: Vec<Uuid> = known.keys().copied().collect();
        let mut standings: HashMap<Uuid, Standing> = HashMap::new();
        for residence in store::residences(tx, county, &people).await? {
            standings.entry(residence.person).or_default().residences.push(residence);
        }
        for membership in store::memberships(tx, county, &people).await? {
            standings.entry(membership.person).or_default().memberships.push(membership);
        }
        let codes: Vec<&str> = lines.iter().filter_map(|line| line.household.as_deref()).collect();
        let households = store::households(tx, county, &codes).await?;
        let ids: Vec<Uuid> = households.iter().map(|household| household.id).collect();
        let heads = store::heads(tx, county, &ids, self.now).await?.into_iter().collect();
        let coded = |household: Household| Some((household.code.clone()?, household));
        let households = households.into_iter().filter_map(coded).collect();
        Ok(Found { by_id, by_plain, known, standings, households, heads })
    }

    fn verdict(&self, cx: Context<'_>, line: &Line, found: &Found) -> std::result::Result<Verdict, Reasons> {
        if !line.wrong.is_empty() {
            return Err(Reasons::Many(line.wrong.clone()));
        }
        let joining = self.joining(line)?;
        let Some(known) = self.who(line, found)? else {
            let home = self.home(line, found)?;
            if home.is_none() && joining.is_none() {
                return Err(Reasons::One("roster-area-missing"));
            }
            if let Some(joining) = &joining {
                check_age(line.birth.as_deref(), joining)?;
            }
            return Ok(Verdict::New { home, joining });
        };
        let nobody = Standing::default();
        let standing = found.standings.get(&known.person.id).unwrap_or(&nobody);
        if !standing.covered(&self.keeps, self.now) {
            return Err(Reasons::One("roster-not-yours"));
        }
        let mut changes = differences(cx, line, known)?;
        let home = self.moved(line, found, standing)?;
        if let Some(home) = &home {
            let before = standing.home(self.now).map(|home| home.area.clone()).unwrap_or_default();
            changes.push(Change { field: Field::Area, before, after: home.area.clone() });
        }
        let joining = self.joins(line, joining, standing)?;
        if let Some(joining) = &joining {
            changes.push(Change { field: Field::Kind, before: String::new(), after: joining.kind.clone() });
        }
        if changes.is_empty() {
            return Ok(Verdict::Same);
        }
        Ok(Verdict::Changed { known: Box::new(known.clone()), changes, home, joining })
    }

    /// The person a row is about, if they are there: by ID number, else by name with birth or telephone.
    fn who<'f>(&self, line: &Line, found: &'f Found) -> Checked<Option<&'f Known>> {
        let sees = |known: &&Known| {
            found
                .standings
                .get(&known.person.id)
                .is_some_and(|standing| standing.covered(&self.sees, self.now))
        };
        let owner = line.id_number.as_ref().and_then(|id| found.by_id.get(&id.key));
        if let Some((county, id)) = owner {
            let known = found.known.get(id).filter(|_| *county == self.ground.county).filter(sees);
            // Whoever has the number knows it; where its owner lives is not told.
            return known.map(Some).ok_or("person-id-taken");
        }
        let same = found.by_plain.get(&line.keys.plain).into_iter().flatten();
        let fits = |known: &&Known| {
            let born = known.person.birth.is_some() && known.person.birth == line.birth;
            let called =
                line.phone.as_ref().is_some_and(|phone| known.phone_key.as_ref() == Some(&phone.key));
            let other_birth = line.birth.is_some() && known.person.birth.is_some() && !born;
            let other_id = line.id_number.is_some() && known.person.id_key.is_some();
            (born || called) && !other_birth && !other_id
        };
        let mut same = same.filter_map(|id| found.known.get(id)).filter(fits).filter(sees);
        match (same.next(), same.next()) {
            (one, None) => Ok(one),
            _ => Err("roster-several"),
        }
    }

    /// The place a row names, or the roster's own.
    fn spot(&self, line: &Line) -> Checked<Option<&Spot>> {
        let Some(typed) = line.area.as_deref() else { return Ok(self.ground.area.as_ref()) };
        if let Some(spot) = self.ground.spots.iter().find(|spot| spot.id == typed) {
            return Ok(Some(spot));
        }
        let apart = |letter: char| letter.is_whitespace() || "›>/，,、-".contains(letter);
        let last = typed.rsplit(apart).next().unwrap_or(typed);
        // 「天城镇桃溪社区」 is written together as often as apart.
        let ends = last.char_indices().find_map(|(at, _)| self.ground.by_name.get(&last[at..]));
        match ends.map(Vec::as_slice) {
            Some([only]) => Ok(Some(&self.ground.spots[*only])),
            Some(_) => Err("roster-area-several"),
            None => Err("roster-area-unknown"),
        }
    }

    /// Where somebody new lives; nowhere when neither the row nor the roster names a place.
    fn home(&self, line: &Line, found: &Found) -> Checked<Option<Home>> {
        let household = line.household.as_deref().and_then(|code| found.households.get(code));
        let home = match (household, self.spot(line)?) {
            (Some(there), _) => {
                Some(Home { household: Some(there.id), area: there.area.clone(), path: there.path.clone() })
            }
            (None, Some(spot)) => {
                Some(Home { household: None, area: spot.id.clone(), path: spot.path.clone() })
            }
            (None, None) => None,
        };
        if home.as_ref().is_some_and(|home| !self.keeps.covers(&home.path, &[])) {
            return Err(if household.is_some() { "household-taken" } else { "person-place-not-yours" });
        }
        let headed = household.is_some_and(|there| found.heads.contains_key(&there.id));
        if headed && line.relation == Some(Relation::Head) {
            return Err("household-has-head");
        }
        Ok(home)
    }

    /// Where somebody there would move: when the row names another household, or a place they do not live in.
    fn moved(&self, line: &Line, found: &Found, standing: &Standing) -> Checked<Option<Home>> {
        let now = standing.home(self.now);
        let by_code = line.household.as_deref().map(|code| found.households.get(code));
        let stays = match (now, by_code) {
            (Some(now), Some(household)) => household.is_some_and(|one| one.id == now.household),
            // A roster of an organisation says nothing of where its people live unless a row does.
            (_, None)
                if line.area.is_none()
                    && (self.ground.area.is_none() || self.ground.organisation.is_some()) =>
            {
                true
            }
            (Some(now), None) => self.spot(line)?.is_none_or(|spot| now.path.starts_with(&spot.path)),
            (None, _) => false,
        };
        if stays {
            return Ok(None);
        }
        let later = standing.residences.iter().any(|one| one.from > start_of_day(self.now));
        if later { Err("person-lives-later") } else { self.home(line, found) }
    }

    /// What the row says somebody is, checked against the organisation.
    fn joining(&self, line: &Line) -> Checked<Option<Joining>> {
        let organisation = match line.organisation.as_deref() {
            None => self.ground.organisation.as_ref(),
            Some(name) => match self.ground.organisations.get(name).map(Vec::as_slice) {
                Some([only]) => Some(only),
                Some(_) => return Err("roster-organisation-several"),
                None => return Err("roster-organisation-unknown"),
            },
        };
        let keeps = |one: &&Organisation| self.keeps.covers(&one.path, &[Some(one.id)]);
        let organisation = match organisation {
            Some(one) => Some(Some(one).filter(keeps).ok_or("roster-organisation-unknown")?),
            None => None,
        };
        let kind = line.kind.unwrap_or(&self.ground.kind);
        let (Some(organisation), false) = (organisation, kind.is_empty()) else {
            return match (organisation, line.kind) {
                (None, None) => Ok(None),
                (None, Some(_)) => Err("roster-organisation-missing"),
                (Some(_), _) => Err("membership-kind-missing"),
            };
        };
        if !MembershipKind::from_code(kind).is_some_and(|kind| kind.fits(organisation.kind)) {
            return Err("membership-kind-not-there");
        }
        Ok(Some(Joining {
            organisation: organisation.id,
            path: organisation.path.clone(),
            kind: kind.to_owned(),
            from: line.since.unwrap_or(start_of_day(self.now)),
        }))
    }

    /// The same for somebody who is there: nothing when they are that already.
    fn joins(&self, line: &Line, joining: Option<Joining>, standing: &Standing) -> Checked<Option<Joining>> {
        let Some(joining) = joining else { return Ok(None) };
        let held = |code: &str| {
            standing.held(self.now).any(|one| one.organisation == joining.organisation && one.code == code)
        };
        if held(&joining.kind) {
            return Ok(None);
        }
        let overlaps = |to: Option<Micros>| to.is_none_or(|to| joining.from < to);
        let stage = standing.memberships.iter().any(|one| overlaps(one.to) && joining::is_stage(&one.code));
        if stage && joining::is_stage(&joining.kind) {
            return Err("joining-stage-held");
        }
        let before = |one: &crate::membership::Membership| {
            one.organisation == joining.organisation && one.code == joining.kind && overlaps(one.to)
        };
        if standing.memberships.iter().any(before) {
            return Err("membership-held");
        }
        check_age(line.birth.as_deref(), &joining)?;
        Ok(Some(joining))
    }
}

/// The organisations of a county that somebody keeps people of, by name.
async fn kept_organisations(
    tx: &mut Tx,
    keeps: &Scope,
    county: &str,
    now: Micros,
) -> Result<HashMap<String, Vec<Organisation>>> {
    let filter = organisations::Filter { path: path_of(root_of(county)), ..organisations::Filter::default() };
    let mut kept: HashMap<String, Vec<Organisation>> = HashMap::new();
    for page in 1.. {
        let part = organisations::in_scope(tx, keeps, &filter, Paging::new(Some(page), PART), now).await?;
        let last = part.len() < PART as usize;
        for one in part {
            kept.entry(one.name.clone()).or_default().push(one);
        }
        if last || kept.len() >= ORGANISATIONS {
            break;
        }
    }
    Ok(kept)
}

impl Found {
    /// Remembers a household that a new person founds or joins.
    fn settle(&mut self, line: &Line, home: &Home, county: &str) {
        let Some(code) = line.household.as_ref() else { return };
        let household = self.households.entry(code.clone()).or_insert_with(|| Household {
            county: county.to_owned(),
            // The first of its people lends it their own id's random half; see the batch that writes it.
            id: super::household_of(line.id),
            code: Some(code.clone()),
            area: home.area.clone(),
            path: home.path.clone(),
            sealed_address: None,
            valid_from: 0,
            valid_to: None,
        });
        if line.relation == Some(Relation::Head) || home.household.is_none() && line.relation.is_none() {
            self.heads.insert(household.id, line.id);
        }
    }
}

/// An application before coming of age needs a reason, which a list has no place for.
fn check_age(birth: Option<&str>, joining: &Joining) -> Checked<()> {
    let first = MembershipKind::from_code(&joining.kind).is_some_and(|kind| kind.stage == Some(1));
    let birth = birth.and_then(|birth| birth.parse().ok());
    let young = first && joining::under_age(birth, civil(joining.from).date()).is_some();
    if young { Err("roster-young") } else { Ok(()) }
}

/// Why a row has no verdict.
enum Reasons {
    One(&'static str),
    Many(Vec<&'static str>),
    Failed(lianxin_foundation::Error),
}

impl From<&'static str> for Reasons {
    fn from(code: &'static str) -> Reasons {
        Reasons::One(code)
    }
}

/// Which particulars differ, personal numbers masked.
fn differences(cx: Context<'_>, line: &Line, known: &Known) -> std::result::Result<Vec<Change>, Reasons> {
    let person = &known.person;
    let mut changes = Vec::new();
    let mut differs = |field, before: &str, after: &str| {
        changes.push(Change { field, before: before.to_owned(), after: after.to_owned() });
    };
    if known.plain != line.keys.plain {
        differs(Field::Name, &person.name, &line.name);
    }
    if let Some(sex) = line.sex.filter(|sex| person.sex() != Some(*sex)) {
        differs(Field::Sex, person.sex.as_deref().unwrap_or_default(), sex.code());
    }
    if let Some(birth) = line.birth.as_deref().filter(|birth| person.birth.as_deref() != Some(*birth)) {
        differs(Field::Birth, person.birth.as_deref().unwrap_or_default(), birth);
    }
    if person.id_key.is_some() && changes.iter().any(|one| matches!(one.field, Field::Sex | Field::Birth)) {
        // What the stored ID number says stands until the number itself is corrected.
        return Err(Reasons::One("roster-id-says-otherwise"));
    }
    if let Some(id) = line.id_number.as_ref().filter(|id| person.id_key.as_ref() != Some(&id.key)) {
        changes.push(Change { field: Field::IdNumber, before: String::new(), after: mask_id(&id.plain) });
    }
    if let Some(phone) = line.phone.as_ref().filter(|phone| known.phone_key.as_ref() != Some(&phone.key)) {
        let before = sealed::open_phone(cx.app, person).map_err(Reasons::Failed)?;
        let before = before.as_deref().map(mask_phone).unwrap_or_default();
        changes.push(Change { field: Field::Phone, before, after: mask_phone(&phone.plain) });
    }
    Ok(changes)
}

//! Links a list with the registry's people of the campaign's area.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::While;
use lianxin_foundation::{Action, Context, Error, Result, Tx};
use lianxin_linkage::{Column, Explainer, Gather, Kind, Options, People, Side, link};
use lianxin_registry::area::spoken::Named;
use lianxin_registry::area::{ancestors, store as areas};
use lianxin_registry::person::Sex;
use lianxin_registry::person::living::{self, Living, Sought};
use serde_json::json;
use uuid::Uuid;

use super::{Hold, Progress};
use crate::model::{Campaign, Field, Roll, Run, RunState, Stage};
use crate::reasons;
use crate::rules::bands::CERTAIN;
use crate::rules::lines;
use crate::sealed::{Listed, row_place};
use crate::store::coverage::VILLAGE;
use crate::store::matches::{self, NewMatch};
use crate::store::{campaigns, rolls, runs};

/// People and lines are read so many at once, and matches written.
const READ: i64 = 2_000;
const WRITTEN: usize = 5_000;
/// Lines are sought beyond the area so many at once.
const SOUGHT: usize = 200;
/// Pairs less likely than this are not kept: they are nobody, whatever decisions teach.
const LEAST: f64 = 0.05;
/// Threads the engine may take: the program goes on beside it.
const THREADS: usize = 2;

/// What is compared: the field's code stands in the explanation.
const COLUMNS: [(Field, Kind); 6] = [
    (Field::Name, Kind::Name),
    (Field::IdNumber, Kind::ResidentId),
    (Field::Birth, Kind::Birth),
    (Field::Sex, Kind::Sex),
    (Field::Phone, Kind::Phone),
    (Field::Address, Kind::Address),
];

/// Links a run's list; `None` when it was stopped on the way.
pub(super) async fn link_roll(hold: &Hold<'_>) -> Result<Option<()>> {
    let Some((campaign, roll)) = asked(hold).await? else { return Ok(None) };
    // What an interrupted attempt wrote is worth nothing: the work begins anew.
    forget(hold, hold.run.id).await?;
    hold.progress.at(Stage::Reading, 0);
    let Some(lines) = lines(hold, &roll).await? else { return Ok(None) };
    let Some(mut below) = people(hold, &campaign).await? else { return Ok(None) };
    let registered = below.len();
    let Some(away) = elsewhere(hold, &campaign, &lines).await? else { return Ok(None) };
    below.extend(away);
    let area = campaign.path.clone();
    let mut tx = hold.app.db().read().await?;
    let named = Named::of(&mut tx, &campaign.county).await?;
    let decided = matches::decided(&mut tx, &roll.county, roll.id).await?;
    let decided: Decided = decided.into_iter().map(|(line, person, was)| (line, (person, was))).collect();
    let full = addresses(&mut tx, &below).await?;
    drop(tx);
    let found = hold
        .beside(move |progress| matched(progress, &lines, &below, &full, (&named, &area), &decided))
        .await?;
    let Some(mut found) = found else { return Ok(None) };
    found.sizes.1 = i64::try_from(registered).unwrap_or(i64::MAX);
    hold.progress.at(Stage::Writing, 0);
    let all = found.matches.len().max(1);
    for (at, some) in found.matches.chunks(WRITTEN).enumerate() {
        let mut tx = hold.app.db().write().await?;
        matches::insert(&mut tx, hold.run, some).await?;
        tx.commit().await?;
        hold.progress.at(Stage::Writing, (at * WRITTEN * 100 / all) as u64);
        if !hold.beat().await? {
            return Ok(None);
        }
    }
    let who = lianxin_foundation::Who::program(&roll.county);
    let finish = Finish { run: hold.run, roll: &roll, holder: hold.holder, sizes: found.sizes };
    Ok(hold.app.act(&who, &finish).await?.then_some(()))
}

/// The campaign and the list of a run, if both are still there and open.
async fn asked(hold: &Hold<'_>) -> Result<Option<(Campaign, Roll)>> {
    let mut tx = hold.app.db().read().await?;
    let county = &hold.run.county;
    let campaign = campaigns::campaign(&mut tx, county, hold.run.campaign).await?;
    let roll = rolls::roll(&mut tx, county, hold.run.roll).await?;
    drop(tx);
    match campaign.filter(|campaign| campaign.is_open(hold.now())).zip(roll) {
        Some(both) => Ok(Some(both)),
        None => {
            let mut tx = hold.app.db().write().await?;
            runs::stop(&mut tx, county, hold.run.id, hold.now()).await?;
            tx.commit().await?;
            Ok(None)
        }
    }
}

async fn forget(hold: &Hold<'_>, run: Uuid) -> Result<()> {
    let mut tx = hold.app.db().write().await?;
    matches::forget(&mut tx, &hold.run.county, run).await?;
    tx.commit().await
}

/// Every line of the list, opened.
async fn lines(hold: &Hold<'_>, roll: &Roll) -> Result<Option<Vec<(i64, Listed)>>> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |(line, _)| *line);
        let mut tx = hold.app.db().read().await?;
        let some = rolls::rows_after(&mut tx, &roll.county, roll.id, after, READ).await?;
        drop(tx);
        let end = some.is_empty();
        for row in some {
            all.push((row.line, Listed::opened(hold.app, &row_place(roll.id, row.line), &row.sealed)?));
        }
        if end {
            return Ok(Some(all));
        }
        if !hold.beat().await? {
            return Ok(None);
        }
    }
}

/// Everybody of the registry who lives in the campaign's area.
async fn people(hold: &Hold<'_>, campaign: &Campaign) -> Result<Option<Vec<Living>>> {
    let mut all: Vec<Living> = Vec::new();
    loop {
        let after = all.last().map_or(Uuid::nil(), |one| one.id);
        let of = (campaign.county.as_str(), campaign.path.as_str());
        let mut tx = hold.app.db().read().await?;
        let some = living::page(&mut tx, hold.app, of, hold.now(), after, READ).await?;
        drop(tx);
        if some.is_empty() {
            // Two homes at a time are a mistake in the registry, and still one person.
            all.dedup_by_key(|one| one.id);
            return Ok(Some(all));
        }
        all.extend(some);
        if !hold.beat().await? {
            return Ok(None);
        }
    }
}

/// Who of the county lives outside the campaign's area and may stand on the list: by number, or by name and birth or
/// telephone.
async fn elsewhere(
    hold: &Hold<'_>,
    campaign: &Campaign,
    lines: &[(i64, Listed)],
) -> Result<Option<Vec<Living>>> {
    let mut all: Vec<Living> = Vec::new();
    let mut seen = HashSet::new();
    for some in lines.chunks(SOUGHT) {
        let sought: Vec<Sought> = some.iter().map(|(_, one)| sought(one)).collect();
        let of = (campaign.county.as_str(), campaign.path.as_str());
        let mut tx = hold.app.db().read().await?;
        let found = living::elsewhere(&mut tx, hold.app, of, hold.now(), &sought).await?;
        drop(tx);
        all.extend(found.into_iter().filter(|one| seen.insert(one.id)));
        if !hold.beat().await? {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

fn sought(one: &Listed) -> Sought {
    let id_number = if lines::has_id(one) { one.id_number.clone() } else { String::new() };
    Sought { name: one.name.clone(), birth: one.birth.clone(), id_number, phone: one.phone.clone() }
}

/// The places' names as an address begins with them, by path.
async fn addresses(tx: &mut Tx, below: &[Living]) -> Result<HashMap<String, String>> {
    let mut paths: Vec<&str> = below.iter().map(|one| one.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let ids: Vec<&str> = paths.iter().flat_map(|path| ancestors(path)).collect();
    let names = areas::names(tx, &ids).await?;
    let full = |path: &str| ancestors(path).into_iter().filter_map(|id| names.get(id).cloned()).collect();
    Ok(paths.iter().map(|path| ((*path).to_owned(), full(path))).collect())
}

/// Whom a clerk said lines are, and how likely that was.
type Decided = HashMap<i64, (Uuid, f64)>;

/// What linking found.
struct Found {
    matches: Vec<NewMatch>,
    /// How many there are on the list and in the registry, and how many pairs were compared.
    sizes: (i64, i64, i64),
}

/// Compares everybody on the list with everybody below.
fn matched(
    progress: &Progress,
    lines: &[(i64, Listed)],
    below: &[Living],
    full: &HashMap<String, String>,
    (named, area): (&Named, &str),
    decided: &Decided,
) -> Option<Found> {
    let people = gathered(lines, below, full)?;
    let options = Options { threshold: LEAST, threads: THREADS, ..Options::default() };
    let go_on = |stage: lianxin_linkage::Stage, share: f64| {
        let stage = match stage {
            lianxin_linkage::Stage::Blocking => Stage::Blocking,
            lianxin_linkage::Stage::Comparing => Stage::Comparing,
            lianxin_linkage::Stage::Learning => Stage::Learning,
            lianxin_linkage::Stage::Choosing => Stage::Choosing,
        };
        progress.at(stage, (share.clamp(0.0, 1.0) * 100.0) as u64);
        !progress.stop.load(Ordering::Relaxed)
    };
    let linkage = link(&people, &options, &go_on).ok()?;
    let explainer = Explainer::new(&people, &linkage, THREADS);
    let mut best: HashMap<usize, (usize, f64)> = HashMap::new();
    for pair in &linkage.pairs {
        let known = best.entry(pair.a).or_insert((pair.b, pair.probability));
        if pair.probability > known.1 {
            *known = (pair.b, pair.probability);
        }
    }
    let by_id: HashMap<Uuid, usize> = below.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
    let mut matches = Vec::with_capacity(lines.len());
    for (row, (line, listed)) in lines.iter().enumerate() {
        // What a clerk decided stands, whatever the engine thinks now.
        let said = decided.get(line).and_then(|(person, was)| Some((*by_id.get(person)?, *was)));
        let thought = best.get(&row).copied();
        let found =
            said.filter(|(at, _)| thought.is_none_or(|thought| thought.0 != *at)).or(thought).or(said);
        let why = found.filter(|(_, probability)| *probability < CERTAIN);
        let why = why.map(|(at, _)| reasons::written(&explainer.pair(row, at)));
        let person = found.map(|(at, _)| &below[at]);
        let place = named.place(&listed.address).map(|place| place.path.clone());
        let away = person.is_some_and(|person| lives_elsewhere(&person.path, place.as_deref(), area));
        // Where a line is about: where its person lives, unless that is elsewhere; then the place that its address names.
        let lives = person.filter(|_| !away).map(|person| person.path.clone());
        matches.push(NewMatch {
            line: *line,
            person: found.map(|(at, _)| below[at].id),
            probability: found.map_or(0.0, |(_, probability)| probability),
            reasons: why.unwrap_or_default(),
            path: lives.or(place),
            away,
        });
    }
    let count = |all: usize| i64::try_from(all).unwrap_or(i64::MAX);
    Some(Found { matches, sizes: (count(lines.len()), count(below.len()), count(linkage.compared)) })
}

fn gathered(lines: &[(i64, Listed)], below: &[Living], full: &HashMap<String, String>) -> Option<People> {
    let column = |(field, kind): (Field, Kind)| Column { name: field.code().to_owned(), kind };
    let mut gather = Gather::new(COLUMNS.map(column).into()).ok()?;
    for (_, one) in lines {
        let sex = sex_written(&one.sex);
        gather.push(Side::A, &[&one.name, &one.id_number, &one.birth, sex, &one.phone, &one.address]);
    }
    for one in below {
        let told = |text: &Option<String>| text.clone().unwrap_or_default();
        let sex = one.sex.as_deref().map_or("", sex_written);
        let address = full.get(&one.path).cloned().unwrap_or_default() + &told(&one.address);
        let [id, birth, phone] = [&one.id_number, &one.birth, &one.phone].map(told);
        gather.push(Side::B, &[&one.name, &id, &birth, sex, &phone, &address]);
    }
    Some(gather.finish(THREADS))
}

/// A sex's code as the engine reads it; empty where it is none.
fn sex_written(code: &str) -> &'static str {
    match Sex::from_code(code) {
        Some(Sex::Female) => "女",
        Some(Sex::Male) => "男",
        None => "",
    }
}

/// Whether somebody who lives at `home` is registered in another place than their line names: another village, or, where it
/// names none, beyond the campaign's area.
fn lives_elsewhere(home: &str, place: Option<&str>, area: &str) -> bool {
    let village = |path: &str| path.get(..VILLAGE).unwrap_or(path).to_owned();
    match place {
        Some(place) if place.len() >= VILLAGE => village(home) != village(place),
        Some(wider) => !home.starts_with(wider) && !home.starts_with(area),
        None => !home.starts_with(area),
    }
}

/// Makes what a run found the list's own.
struct Finish<'a> {
    run: &'a Run,
    roll: &'a Roll,
    holder: Uuid,
    sizes: (i64, i64, i64),
}

impl Action for Finish<'_> {
    type Output = bool;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<bool> {
        let of = (self.run.county.as_str(), self.run.id);
        if !runs::end(tx, of, self.holder, RunState::Done, cx.now).await? {
            return Ok(false);
        }
        runs::note_size(tx, of, self.sizes).await?;
        let roll = rolls::roll(tx, &self.run.county, self.roll.id).await?;
        let Some(roll) = roll else {
            return Err(Error::failed("ending a run", "its list is gone")).while_doing("linking a list");
        };
        if let Some(former) = roll.run.filter(|former| *former != self.run.id) {
            matches::forget(tx, &self.run.county, former).await?;
        }
        runs::adopt(tx, self.run).await?;
        let (above, below, compared) = self.sizes;
        tx.audit(Entry::new(cx.who, &self.run.county, "check-linked", "campaign", self.run.campaign).detail(
            json!({
                "unit": roll.organisation,
                "name": roll.title,
                "people": above,
                "registered": below,
                "compared": compared,
            }),
        ));
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::lives_elsewhere;

    #[test]
    fn somebody_lives_elsewhere_by_the_village_that_their_line_names() {
        let town = "42/4212/421223/421223100/";
        let village = "42/4212/421223/421223100/421223100001/";
        let other = "42/4212/421223/421223101/421223101001/";
        let grid = "42/4212/421223/421223100/421223100001/421223100001-01/";
        for (home, place, area, away) in [
            (grid, Some(village), village, false),
            (other, Some(village), village, true),
            // A county's own check: both places lie in it, and the person moved all the same.
            (other, Some(village), "42/4212/421223/", true),
            (other, Some("42/4212/421223/421223101/"), village, false),
            (other, Some(town), village, true),
            (grid, None, village, false),
            (other, None, village, true),
        ] {
            assert_eq!(lives_elsewhere(home, place, area), away, "{home} {place:?} {area}");
        }
    }
}

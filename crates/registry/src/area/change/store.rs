//! Statements of changes of the tree.

use std::collections::{BTreeMap, HashMap};

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx, every};
use uuid::Uuid;

use super::{Change, Step};
use crate::area::{Area, ancestors, city_of, county_of, path_of};

/// How many ids are asked for in one statement.
const AT_ONCE: usize = 100;

/// The areas in force at and below a path, the wider before the narrower.
pub async fn within(tx: &mut Tx, path: &str, most: i64) -> Result<Vec<Area>> {
    let (from, below) = path_range(path);
    sql("select county, id, parent, kind, name, path, depth, households, shape, lon, lat, valid_from, valid_to \
         from area where path >= $1 and path < $2 and valid_to is null order by depth, id limit $3")
    .bind(from)
    .bind(below)
    .bind(most)
    .all(tx)
    .await
}

/// The areas directly in one as of a moment, by id, as they were called then.
pub async fn children_as_of(tx: &mut Tx, id: &str, at: Micros) -> Result<Vec<Area>> {
    sql("select a.county, a.id, a.parent, a.kind, coalesce((select p.name from area_past p \
             where p.county = a.county and p.area = a.id and p.valid_to > $2 order by p.valid_to limit 1), a.name) as name, \
         a.path, a.depth, a.households, a.shape, a.lon, a.lat, a.valid_from, a.valid_to \
         from area a where a.parent = $1 and a.valid_from <= $2 and (a.valid_to is null or a.valid_to > $2) order by a.id")
    .bind(id)
    .bind(at)
    .all(tx)
    .await
}

/// The path of the area that answers today for what stands under this one: itself, while its area is in force.
pub async fn current(tx: &mut Tx, path: &str) -> Result<String> {
    let Some(id) = ancestors(path).last().copied() else { return Ok(path.to_owned()) };
    let heir: Option<(String,)> = sql("select heir from area_heir where county = $1 and area = $2")
        .bind(county_of(id))
        .bind(id)
        .optional(tx)
        .await?;
    Ok(heir.map_or_else(|| path.to_owned(), |row| row.0))
}

/// The area that an ended one went on as.
pub async fn heir(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let heir: Option<(Option<String>,)> =
        sql("select heir from area where county = $1 and id = $2 and valid_to is not null")
            .bind(county_of(id))
            .bind(id)
            .optional(tx)
            .await?;
    Ok(heir.and_then(|row| row.0))
}

/// What a place holds that changes with the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// Posts over it.
    Post,
    /// Duties in it.
    Duty,
    /// People who live there.
    Residence,
    /// Households that stand there.
    Household,
    /// Organisations that belong to it.
    Organisation,
    /// Plates on its walls.
    Plate,
}

every! {
    /// Every kind of fact, in the order they go on.
    Fact {
        Post         = "post",         "area-touched-posts";
        Duty         = "duty",         "area-touched-duties";
        Residence    = "residence",    "area-touched-people";
        Household    = "household",    "area-touched-households";
        Organisation = "organisation", "area-touched-organisations";
        Plate        = "plate",        "area-touched-plates";
    }
}

/// A fact whose rows have days of their own: one ends at an area, and another goes on at its heir. The others, which
/// have none, only stand elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// Posts over it.
    Post,
    /// Duties in it.
    Duty,
    /// People who live there.
    Residence,
}

impl Fact {
    /// This fact, where its rows have days of their own.
    pub fn dated(self) -> Option<Dated> {
        match self {
            Fact::Post => Some(Dated::Post),
            Fact::Duty => Some(Dated::Duty),
            Fact::Residence => Some(Dated::Residence),
            Fact::Household | Fact::Organisation | Fact::Plate => None,
        }
    }
}

/// A row that stands at an area.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// The row's county.
    pub county: String,
    /// The row.
    pub id: Uuid,
    /// From when it holds.
    pub valid_from: Micros,
}

/// The rows of one kind that stand at exactly this area on a day and after.
pub async fn standing(tx: &mut Tx, fact: Fact, area: &str, day: Micros) -> Result<Vec<Standing>> {
    let (county, path) = (county_of(area), path_of(area));
    let found = match fact {
        // An account or an organisation of the city may have a post or a duty here.
        Fact::Post => sql("select county, id, valid_from from post \
             where path = $1 and (valid_to is null or valid_to > $2) order by county, id")
        .bind(path)
        .bind(day),
        Fact::Duty => sql("select county, id, valid_from from duty \
             where area = $1 and (valid_to is null or valid_to > $2) and county in ($3, $4) order by county, id")
        .bind(area)
        .bind(day)
        .bind(city_of(&county).unwrap_or_else(|| county.clone()))
        .bind(county),
        Fact::Residence => sql("select county, id, valid_from from residence \
             where path = $1 and (valid_to is null or valid_to > $2) and county = $3 order by id")
        .bind(path)
        .bind(day)
        .bind(county),
        Fact::Household => sql("select county, id, valid_from from household \
             where path = $1 and (valid_to is null or valid_to > $2) and county = $3 order by id")
        .bind(path)
        .bind(day)
        .bind(county),
        Fact::Organisation => sql("select county, id, valid_from from organisation \
             where path = $1 and (valid_to is null or valid_to > $2) and county = $3 order by id")
        .bind(path)
        .bind(day)
        .bind(county),
        Fact::Plate => sql("select county, id, made_at as valid_from from plate \
             where path = $1 and (ended_at is null or ended_at > $2) and county = $3 order by id")
        .bind(path)
        .bind(day)
        .bind(county),
    };
    found.all(tx).await
}

/// Lets a row stand at another area from the beginning.
pub async fn place(tx: &mut Tx, fact: Fact, (county, id): (&str, Uuid), area: &str) -> Result<()> {
    match fact {
        Fact::Post => sql("update post set area = $3, path = $4 where county = $1 and id = $2"),
        Fact::Duty => sql("update duty set area = $3, depth = length($4) - length(replace($4, '/', '')) \
             where county = $1 and id = $2"),
        Fact::Residence => sql("update residence set area = $3, path = $4 where county = $1 and id = $2"),
        Fact::Household => sql(
            "update household set area = $3, path = $4, version = version + 1 where county = $1 and id = $2",
        ),
        Fact::Organisation => {
            sql("update organisation set area = $3, path = $4 where county = $1 and id = $2")
        }
        Fact::Plate => sql("update plate set area = $3, path = $4 where county = $1 and id = $2"),
    }
    .bind(county)
    .bind(id)
    .bind(area)
    .bind(path_of(area))
    .run(tx)
    .await?;
    Ok(())
}

/// Ends a dated row on a day and begins a new one like it at another area.
pub async fn go_on(
    tx: &mut Tx,
    fact: Dated,
    (county, id): (&str, Uuid),
    new: Uuid,
    area: &str,
    day: Micros,
) -> Result<()> {
    let begun = match fact {
        Dated::Post => sql(
            "insert into post (county, id, account, role, area, path, organisation, valid_from, valid_to) \
             select county, $3, account, role, $4, $5, organisation, $6, valid_to from post where county = $1 and id = $2",
        ),
        Dated::Duty => {
            sql("insert into duty (county, id, organisation, category, area, depth, valid_from, valid_to) \
             select county, $3, organisation, category, $4, length($5) - length(replace($5, '/', '')), $6, valid_to \
             from duty where county = $1 and id = $2")
        }
        Dated::Residence => sql(
            "insert into residence (county, id, person, household, relation, area, path, valid_from, valid_to, ended) \
             select county, $3, person, household, relation, $4, $5, $6, valid_to, ended \
             from residence where county = $1 and id = $2",
        ),
    };
    begun.bind(county).bind(id).bind(new).bind(area).bind(path_of(area)).bind(day).run(tx).await?;
    match fact {
        Dated::Post => sql("update post set valid_to = $3 where county = $1 and id = $2"),
        Dated::Duty => sql("update duty set valid_to = $3 where county = $1 and id = $2"),
        Dated::Residence => {
            sql("update residence set valid_to = $3, ended = null where county = $1 and id = $2")
        }
    }
    .bind(county)
    .bind(id)
    .bind(day)
    .run(tx)
    .await?;
    Ok(())
}

/// Takes back [`go_on`]: the old row holds as long as the new one did, which is gone.
pub async fn go_back(tx: &mut Tx, fact: Dated, county: &str, was: Uuid, became: Uuid) -> Result<()> {
    match fact {
        Dated::Post => sql(
            "update post set valid_to = (select n.valid_to from post n where n.county = $1 and n.id = $3) \
             where county = $1 and id = $2",
        ),
        Dated::Duty => sql(
            "update duty set valid_to = (select n.valid_to from duty n where n.county = $1 and n.id = $3) \
             where county = $1 and id = $2",
        ),
        Dated::Residence => sql("update residence set \
             valid_to = (select n.valid_to from residence n where n.county = $1 and n.id = $3), \
             ended = (select n.ended from residence n where n.county = $1 and n.id = $3) \
             where county = $1 and id = $2"),
    }
    .bind(county)
    .bind(was)
    .bind(became)
    .run(tx)
    .await?;
    match fact {
        Dated::Post => sql("delete from post where county = $1 and id = $2"),
        Dated::Duty => sql("delete from duty where county = $1 and id = $2"),
        Dated::Residence => sql("delete from residence where county = $1 and id = $2"),
    }
    .bind(county)
    .bind(became)
    .run(tx)
    .await?;
    Ok(())
}

/// The area a row stands at now.
pub async fn stands_at(tx: &mut Tx, fact: Fact, county: &str, id: Uuid) -> Result<Option<String>> {
    let row: Option<(String,)> = match fact {
        Fact::Post => sql("select area from post where county = $1 and id = $2"),
        Fact::Duty => sql("select area from duty where county = $1 and id = $2"),
        Fact::Residence => sql("select area from residence where county = $1 and id = $2"),
        Fact::Household => sql("select area from household where county = $1 and id = $2"),
        Fact::Organisation => sql("select area from organisation where county = $1 and id = $2"),
        Fact::Plate => sql("select area from plate where county = $1 and id = $2"),
    }
    .bind(county)
    .bind(id)
    .optional(tx)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Notes that an organisation's place before a day was only its area's.
pub async fn followed(
    tx: &mut Tx,
    county: &str,
    organisation: Uuid,
    day: Micros,
    change: Uuid,
) -> Result<()> {
    sql("update organisation_past set area_change = $4 where county = $1 and organisation = $2 and valid_to = $3")
        .bind(county)
        .bind(organisation)
        .bind(day)
        .bind(change)
        .run(tx)
        .await?;
    Ok(())
}

/// Forgets the places that organisations had only by a change that is undone.
pub async fn forget_followed(tx: &mut Tx, county: &str, organisation: Uuid, change: Uuid) -> Result<()> {
    sql("delete from organisation_past where county = $1 and organisation = $2 and area_change = $3")
        .bind(county)
        .bind(organisation)
        .bind(change)
        .run(tx)
        .await?;
    Ok(())
}

/// Puts an area in force whose code was given once and taken back: it never was in force for a day. `false` when there is
/// no such one.
pub async fn revive(tx: &mut Tx, area: &Area) -> Result<bool> {
    let touched = sql("update area set name = $3, households = $4, shape = $5, lon = $6, lat = $7, valid_from = $8, \
         valid_to = null, heir = null where county = $1 and id = $2 and valid_to is not null and valid_to <= valid_from")
    .bind(&area.county)
    .bind(&area.id)
    .bind(&area.name)
    .bind(area.households)
    .bind(area.shape.clone())
    .bind(area.lon)
    .bind(area.lat)
    .bind(area.valid_from)
    .run(tx)
    .await?;
    Ok(touched > 0)
}

/// Ends an area; its heir goes on for it.
pub async fn end_area(tx: &mut Tx, id: &str, at: Micros, heir: &str) -> Result<()> {
    sql("update area set valid_to = case when valid_from > $3 then valid_from else $3 end, heir = $4 \
         where county = $1 and id = $2")
    .bind(county_of(id))
    .bind(id)
    .bind(at)
    .bind(heir)
    .run(tx)
    .await?;
    Ok(())
}

/// Lets an ended area be in force again, as if it had never ended.
pub async fn reopen_area(tx: &mut Tx, id: &str) -> Result<()> {
    sql("update area set valid_to = null, heir = null where county = $1 and id = $2")
        .bind(county_of(id))
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// Writes an area's name, households, boundary and its middle.
pub async fn amend(tx: &mut Tx, area: &Area) -> Result<()> {
    sql("update area set name = $3, households = $4, shape = $5, lon = $6, lat = $7 where county = $1 and id = $2")
        .bind(&area.county)
        .bind(&area.id)
        .bind(&area.name)
        .bind(area.households)
        .bind(area.shape.clone())
        .bind(area.lon)
        .bind(area.lat)
        .run(tx)
        .await?;
    Ok(())
}

/// Remembers the name an area had until a day.
pub async fn remember_name(tx: &mut Tx, area: &Area, change: Uuid, until: Micros) -> Result<()> {
    sql("insert into area_past (county, area, change, name, valid_to) values ($1, $2, $3, $4, $5)")
        .bind(&area.county)
        .bind(&area.id)
        .bind(change)
        .bind(&area.name)
        .bind(until)
        .run(tx)
        .await?;
    Ok(())
}

/// Forgets the names a change gave.
pub async fn forget_names(tx: &mut Tx, county: &str, change: Uuid) -> Result<()> {
    sql("delete from area_past where county = $1 and change = $2").bind(county).bind(change).run(tx).await?;
    Ok(())
}

/// Writes a change.
pub async fn insert(tx: &mut Tx, change: &Change) -> Result<()> {
    sql("insert into area_change (county, id, kind, valid_from, made_at, made_by, reason) \
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&change.county)
    .bind(change.id)
    .bind(&change.kind)
    .bind(change.valid_from)
    .bind(change.made_at)
    .bind(&change.made_by)
    .bind(&change.reason)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes what a change did to an area.
pub async fn insert_step(tx: &mut Tx, county: &str, step: &Step) -> Result<()> {
    sql("insert into area_step (county, change, area, heir, made, name, households, shape) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(county)
    .bind(step.change)
    .bind(&step.area)
    .bind(&step.heir)
    .bind(step.made)
    .bind(&step.name)
    .bind(step.households)
    .bind(step.shape.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// A row that went on as another one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Moved {
    /// [`Fact`]'s code.
    pub what: String,
    /// The rows' county.
    pub row_county: String,
    /// The old row.
    pub was: Uuid,
    /// The new one; the same where it only stands elsewhere.
    pub became: Uuid,
    /// The area it stood at.
    pub area: String,
    /// The area it stands at since.
    pub heir: String,
}

/// Writes which row went on as which.
pub async fn insert_moved(tx: &mut Tx, county: &str, change: Uuid, moved: &Moved) -> Result<()> {
    sql("insert into area_moved (county, change, what, row_county, was, became, area, heir) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(county)
    .bind(change)
    .bind(&moved.what)
    .bind(&moved.row_county)
    .bind(moved.was)
    .bind(moved.became)
    .bind(&moved.area)
    .bind(&moved.heir)
    .run(tx)
    .await?;
    Ok(())
}

/// The rows a change let go on.
pub async fn moved(tx: &mut Tx, county: &str, change: Uuid) -> Result<Vec<Moved>> {
    sql("select what, row_county, was, became, area, heir from area_moved where county = $1 and change = $2 \
         order by what, row_county, was")
    .bind(county)
    .bind(change)
    .all(tx)
    .await
}

/// One change.
pub async fn change(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Change>> {
    sql("select county, id, kind, valid_from, made_at, made_by, reason, undone_at, undone_by from area_change \
         where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// What a change did, the wider areas first.
pub async fn steps(tx: &mut Tx, county: &str, change: Uuid) -> Result<Vec<Step>> {
    sql("select change, area, heir, made, name, households, shape from area_step \
         where county = $1 and change = $2 order by made, length(area), area")
    .bind(county)
    .bind(change)
    .all(tx)
    .await
}

/// Notes that a change was undone.
pub async fn set_undone(tx: &mut Tx, county: &str, id: Uuid, at: Micros, by: &str) -> Result<()> {
    sql("update area_change set undone_at = $3, undone_by = $4 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .bind(by)
        .run(tx)
        .await?;
    Ok(())
}

/// The changes that touched an area or anything in it, the newest first.
pub async fn history(tx: &mut Tx, area: &str, most: i64) -> Result<Vec<Change>> {
    let (from, below) = path_range(area);
    sql("select county, id, kind, valid_from, made_at, made_by, reason, undone_at, undone_by from area_change c \
         where c.county = $1 and exists (select s.area from area_step s where s.county = c.county and s.change = c.id \
         and ((s.area >= $2 and s.area < $3) or (s.heir >= $2 and s.heir < $3))) \
         order by c.made_at desc, c.id desc limit $4")
    .bind(county_of(area))
    .bind(from)
    .bind(below)
    .bind(most)
    .all(tx)
    .await
}

/// Whether a later change that still counts touched any of these areas.
pub async fn touched_since(tx: &mut Tx, change: &Change, areas: &[&str]) -> Result<bool> {
    for some in areas.chunks(AT_ONCE) {
        let marks = marks(4, some.len());
        let found: Option<(Uuid,)> = sql_with(
            "select c.id from area_change c join area_step s on s.county = c.county and s.change = c.id \
             where c.county = $1 and c.undone_at is null and (c.made_at > $2 or (c.made_at = $2 and c.id > $3)) \
             and (s.area in ({areas}) or s.heir in ({areas})) limit 1",
            &[("areas", &marks)],
        )
        .bind(&change.county)
        .bind(change.made_at)
        .bind(change.id)
        .bind_all(some.iter().map(|area| Value::from(*area)))
        .optional(tx)
        .await?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An ended area.
#[derive(sqlx::FromRow)]
struct Ended {
    id: String,
    path: String,
    heir: String,
    valid_to: Micros,
}

/// Works out anew who answers today for the ended areas of a county: heirs of heirs, until one is in force.
pub async fn settle_heirs(tx: &mut Tx, county: &str) -> Result<()> {
    let ended: Vec<Ended> = sql("select id, path, heir, valid_to from area \
         where county = $1 and heir is not null and valid_to is not null order by id")
    .bind(county)
    .all(tx)
    .await?;
    let next: HashMap<&str, &str> = ended.iter().map(|one| (one.id.as_str(), one.heir.as_str())).collect();
    let mut answers: BTreeMap<&str, &str> = BTreeMap::new();
    for one in &ended {
        let mut last = one.heir.as_str();
        // Nobody is their own heir's heir: each was in force when the one before it ended. The bound only ends a fault.
        for _ in 0..ended.len() {
            let Some(further) = next.get(last) else { break };
            last = further;
        }
        answers.insert(&one.id, last);
    }
    sql("delete from area_heir where county = $1").bind(county).run(tx).await?;
    for one in &ended {
        sql("insert into area_heir (county, area, path, heir, valid_from) values ($1, $2, $3, $4, $5)")
            .bind(county)
            .bind(&one.id)
            .bind(&one.path)
            .bind(path_of(answers.get(one.id.as_str()).copied().unwrap_or(&one.heir)))
            .bind(one.valid_to)
            .run(tx)
            .await?;
    }
    Ok(())
}

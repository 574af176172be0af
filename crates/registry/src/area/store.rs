//! Statements of areas.

use std::collections::HashMap;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::{Result, Scope, Tx};

use super::spoken::{NamedPlace, short_name};
use super::{Area, Crumb, ancestors, county_of, is_id};

/// How many ids are asked for in one statement.
const AT_ONCE: usize = 100;

/// One area; nothing for a text that can be no area's id.
pub async fn area(tx: &mut Tx, id: &str) -> Result<Option<Area>> {
    if !is_id(id) {
        return Ok(None);
    }
    sql("select county, id, parent, kind, name, path, depth, households, shape, lon, lat, valid_from, valid_to \
         from area where county = $1 and id = $2")
    .bind(county_of(id))
    .bind(id)
    .optional(tx)
    .await
}

/// The areas directly in this one that are in use, by id.
pub async fn children(tx: &mut Tx, id: &str) -> Result<Vec<Area>> {
    sql("select county, id, parent, kind, name, path, depth, households, shape, lon, lat, valid_from, valid_to \
         from area where parent = $1 and valid_to is null order by id")
    .bind(id)
    .all(tx)
    .await
}

/// The towns and villages of a county that are in use, by id.
pub async fn named_places(tx: &mut Tx, county: &str) -> Result<Vec<NamedPlace>> {
    sql("select id, name, path from area \
         where county = $1 and kind in ('town', 'village') and valid_to is null order by id")
    .bind(county)
    .all(tx)
    .await
}

/// The provinces, by id.
pub async fn provinces(tx: &mut Tx) -> Result<Vec<Area>> {
    sql("select county, id, parent, kind, name, path, depth, households, shape, lon, lat, valid_from, valid_to \
         from area where parent is null and valid_to is null order by id")
    .all(tx)
    .await
}

/// A child with how many areas and organisations lie in it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Child {
    /// The child's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind's code.
    pub kind: String,
    /// Households, where counted.
    pub households: Option<i64>,
    /// Areas directly in it.
    pub areas: i64,
    /// Whether its boundary is known.
    pub has_shape: bool,
}

/// The children of an area with what lies in them, for its page.
pub async fn children_counted(tx: &mut Tx, id: &str) -> Result<Vec<Child>> {
    sql("select c.id, c.name, c.kind, c.households, c.shape is not null as has_shape, \
         count(g.id) as areas from area c \
         left join area g on g.parent = c.id and g.valid_to is null \
         where c.parent = $1 and c.valid_to is null \
         group by c.county, c.id, c.name, c.kind, c.households, c.shape is not null order by c.id")
    .bind(id)
    .all(tx)
    .await
}

/// The names of areas, by id. Ids that do not exist are left out.
pub async fn names(tx: &mut Tx, ids: &[&str]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::with_capacity(ids.len());
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    for some in ids.chunks(AT_ONCE) {
        let mut counties: Vec<String> = some.iter().map(|id| county_of(id)).collect();
        counties.dedup();
        let rows: Vec<Crumb> = sql_with(
            "select id, name from area where county in ({counties}) and id in ({ids})",
            &[("counties", &marks(1, counties.len())), ("ids", &marks(counties.len() + 1, some.len()))],
        )
        .bind_all(counties.into_iter().map(Value::from))
        .bind_all(some.iter().map(|id| Value::from(*id)))
        .all(tx)
        .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row.name)));
    }
    Ok(found)
}

/// Where areas lie on a map, by id: degrees east and north. Those without a point are left out.
pub async fn points(tx: &mut Tx, ids: &[&str]) -> Result<HashMap<String, (f64, f64)>> {
    let mut found = HashMap::with_capacity(ids.len());
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    for some in ids.chunks(AT_ONCE) {
        let mut counties: Vec<String> = some.iter().map(|id| county_of(id)).collect();
        counties.dedup();
        let rows: Vec<(String, f64, f64)> = sql_with(
            "select id, lon, lat from area where county in ({counties}) and id in ({ids}) \
             and lon is not null and lat is not null",
            &[("counties", &marks(1, counties.len())), ("ids", &marks(counties.len() + 1, some.len()))],
        )
        .bind_all(counties.into_iter().map(Value::from))
        .bind_all(some.iter().map(|id| Value::from(*id)))
        .all(tx)
        .await?;
        found.extend(rows.into_iter().map(|(id, lon, lat)| (id, (lon, lat))));
    }
    Ok(found)
}

/// The areas of a path with their names, the province first.
pub async fn crumbs(tx: &mut Tx, path: &str) -> Result<Vec<Crumb>> {
    let ids = ancestors(path);
    let mut names = names(tx, &ids).await?;
    let named = |id: &str| names.remove(id).map(|name| Crumb { id: id.to_owned(), name });
    Ok(ids.into_iter().filter_map(named).collect())
}

/// The areas of a path as people of the county say it: from the county's own children down. A path
/// that ends at the county or above gives its last area.
pub async fn place_name(tx: &mut Tx, path: &str) -> Result<Vec<Crumb>> {
    let mut crumbs = crumbs(tx, path).await?;
    let known_above = crumbs.iter().filter(|crumb| crumb.id.len() <= 6).count();
    crumbs.drain(..known_above.min(crumbs.len().saturating_sub(1)));
    Ok(crumbs.into_iter().map(|Crumb { id, name }| Crumb { id, name: short_name(&name) }).collect())
}

/// Areas within `scope` whose name begins with `name`, the widest first.
pub async fn named(tx: &mut Tx, scope: &Scope, name: &str, most: i64) -> Result<Vec<Area>> {
    let allowed = scope.condition(Columns { county: "county", path: "path", units: &[] }, 3);
    sql_with(
        "select county, id, parent, kind, name, path, depth, households, shape, lon, lat, valid_from, valid_to \
         from area where (name = $1 or substr(name, 1, length($1)) = $1 or id = $2) and valid_to is null and {scope} \
         order by depth, id limit $3",
        &[("scope", &allowed.text)],
    )
    .bind(name)
    .bind(name)
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// An area's id and boundary.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Shaped {
    /// The area.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its boundary: the text of a GeoJSON geometry.
    pub shape: String,
}

/// The boundaries known in a county.
pub async fn shapes_of_county(tx: &mut Tx, county: &str) -> Result<Vec<Shaped>> {
    sql("select id, name, shape from area \
         where county = $1 and shape is not null and valid_to is null order by id")
    .bind(county)
    .all(tx)
    .await
}

/// The boundaries of the areas directly in `parent`, and the next ones below those that have none.
pub async fn shapes_below(tx: &mut Tx, path: &str, most: i64) -> Result<Vec<Shaped>> {
    let (from, below) = path_range(path);
    sql("select id, name, shape from area where path >= $1 and path < $2 \
         and shape is not null and valid_to is null order by depth, id limit $3")
    .bind(from)
    .bind(below)
    .bind(most)
    .all(tx)
    .await
}

/// Whether the boundary of any area at or below `path` is known.
pub async fn any_shape(tx: &mut Tx, path: &str) -> Result<bool> {
    let (from, below) = path_range(path);
    let found: Option<(String,)> = sql("select id from area where path >= $1 and path < $2 \
         and shape is not null and valid_to is null limit 1")
    .bind(from)
    .bind(below)
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// The box around the known middles of areas, in WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Least longitude.
    pub west: f64,
    /// Least latitude.
    pub south: f64,
    /// Greatest longitude.
    pub east: f64,
    /// Greatest latitude.
    pub north: f64,
}

/// The box around the middles of the areas at and below `path`, where any is known.
pub async fn extent(tx: &mut Tx, path: &str) -> Result<Option<Extent>> {
    let (from, below) = path_range(path);
    let (west, south, east, north) = sql("select min(lon), min(lat), max(lon), max(lat) from area \
         where path >= $1 and path < $2 and lon is not null and lat is not null")
    .bind(from)
    .bind(below)
    .one::<(Option<f64>, Option<f64>, Option<f64>, Option<f64>)>(tx)
    .await?;
    let extent = |west, south, east, north| Extent { west, south, east, north };
    Ok(west
        .zip(south)
        .zip(east.zip(north))
        .map(|((west, south), (east, north))| extent(west, south, east, north)))
}

/// How often the boundaries of a county have changed; 0 when it has none.
pub async fn shape_version(tx: &mut Tx, county: &str) -> Result<i64> {
    let row: Option<(i64,)> =
        sql("select version from shape_version where county = $1").bind(county).optional(tx).await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Every county with boundaries.
pub async fn shaped_counties(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql("select county from shape_version order by county").all(tx).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Notes that boundaries of a county changed, so that every process reads them again.
pub async fn shapes_changed(tx: &mut Tx, county: &str) -> Result<()> {
    sql("insert into shape_version (county, version) values ($1, 1) \
         on conflict (county) do update set version = shape_version.version + 1")
    .bind(county)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes a new area; `false` when its id is taken.
pub async fn insert(tx: &mut Tx, area: &Area) -> Result<bool> {
    sql("insert into area (county, id, parent, kind, name, path, depth, households, shape, lon, lat, valid_from) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing")
    .bind(&area.county)
    .bind(&area.id)
    .bind(area.parent.clone())
    .bind(area.kind.code())
    .bind(&area.name)
    .bind(&area.path)
    .bind(area.depth)
    .bind(area.households)
    .bind(area.shape.clone())
    .bind(area.lon)
    .bind(area.lat)
    .bind(area.valid_from)
    .inserted(tx)
    .await
}

/// Whether an area in force right below `parent` has this name; the answer holds until the commit.
pub async fn child_named(tx: &mut Tx, parent: &Area, name: &str) -> Result<bool> {
    let lock = [("lock", tx.row_lock("for update"))];
    let held = sql_with("select id from area where county = $1 and id = $2 {lock}", &lock);
    held.bind(&parent.county).bind(&parent.id).optional::<(String,)>(tx).await?;
    let found: Option<(String,)> = sql(
        "select id from area where county = $1 and parent = $2 and name = $3 and valid_to is null limit 1",
    )
    .bind(&parent.county)
    .bind(&parent.id)
    .bind(name)
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Gives an area another name.
pub async fn rename(tx: &mut Tx, id: &str, name: &str) -> Result<()> {
    sql("update area set name = $3 where county = $1 and id = $2")
        .bind(county_of(id))
        .bind(id)
        .bind(name)
        .run(tx)
        .await?;
    Ok(())
}

/// Sets an area's boundary and the middle of it.
pub async fn set_shape(tx: &mut Tx, id: &str, shape: &str, lon: f64, lat: f64) -> Result<()> {
    sql("update area set shape = $3, lon = $4, lat = $5 where county = $1 and id = $2")
        .bind(county_of(id))
        .bind(id)
        .bind(shape)
        .bind(lon)
        .bind(lat)
        .run(tx)
        .await?;
    Ok(())
}

/// The greatest id directly in `parent` ever given, ended areas included: numbers are not given twice.
pub async fn last_child(tx: &mut Tx, parent: &str) -> Result<Option<String>> {
    let row: (Option<String>,) =
        sql("select max(id) from area where parent = $1").bind(parent).one(tx).await?;
    Ok(row.0)
}

/// What an import compares a row with.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Known {
    /// The area.
    pub id: String,
    /// Its name so far.
    pub name: String,
}

/// A part of the division table as stored, after `(county, id)` in that order and without grids: an
/// import reads what is there in such parts.
pub async fn known_after(tx: &mut Tx, county: &str, id: &str, most: i64) -> Result<Vec<Known>> {
    sql("select id, name from area where (county, id) > ($1, $2) and depth <= 5 order by county, id limit $3")
        .bind(county)
        .bind(id)
        .bind(most)
        .all(tx)
        .await
}

/// Lets the engine look at what it holds, so that it chooses its ways well after a large load.
pub async fn analyze(tx: &mut Tx) -> Result<()> {
    sql("analyze area").run(tx).await?;
    Ok(())
}

//! The list of people: by name, place and day, within a scope.
//!
//! Two ways lead to the same rows. A wide scope walks the names in order and asks of each whether it may
//! be seen, which ends as soon as a page is full; a narrow one (a village, a grid, one organisation) first
//! gathers the few who live or belong there.
//!
//! SQLite keeps no statistics and takes a range of places to be narrower than one person: `|| ''` keeps it to the index that
//! each way is meant to go by. PostgreSQL would rather read everybody's homes once than fifty people's one by one, as long as it
//! may turn an `exists` into a table: with an `offset` it may not.

use lianxin_foundation::db::{Value, sql, sql_with};
use lianxin_foundation::scope::{Columns, Grant, county_in, path_range};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use crate::organisation::store as organisations;
use crate::person::naming::Look;

/// What a list of people is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// The name as looked for.
    pub look: Look,
    /// Only who lives, or belongs to an organisation, in this area or below: its path; empty for everywhere.
    pub path: String,
    /// Only who belongs to this organisation.
    pub organisation: Option<Uuid>,
    /// Only who is this in an organisation: a kind of membership; empty for all.
    pub kind: String,
}

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Found {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The sex's code.
    pub sex: Option<String>,
    /// The day of birth.
    pub birth: Option<String>,
    /// The key the list is in order of: with county and id the place to go on after.
    pub sorted: String,
}

/// Reads a list page by page.
pub struct Lister<'a> {
    /// Who may be seen.
    pub scope: &'a Scope,
    /// What is asked for.
    pub within: &'a Within,
    /// The day: as things were at this moment.
    pub at: Micros,
}

/// At villages and deeper the people of a place are few enough to gather.
const NARROW: usize = 5;

const HOLDS_D: &str = "d.valid_from <= $6 and (d.valid_to is null or d.valid_to > $6)";

impl Lister<'_> {
    /// At most `most` people of the counties, in the order of counties, key and id, after a place in the list.
    pub async fn page(
        &self,
        tx: &mut Tx,
        counties: &[String],
        after: Option<&(String, String, Uuid)>,
        most: i64,
    ) -> Result<Vec<Found>> {
        let mut found: Vec<Found> = Vec::new();
        for county in counties.iter().filter(|county| after.is_none_or(|(of, _, _)| *of <= **county)) {
            let lacking = most - i64::try_from(found.len()).unwrap_or(most);
            if lacking <= 0 {
                break;
            }
            let after = after.filter(|(of, _, _)| of == county).map(|(_, key, id)| (key.as_str(), *id));
            found.extend(self.of_county(tx, county, after, lacking).await?);
        }
        Ok(found)
    }

    async fn of_county(
        &self,
        tx: &mut Tx,
        county: &str,
        after: Option<(&str, Uuid)>,
        most: i64,
    ) -> Result<Vec<Found>> {
        let start = self.within.look.start();
        let (key, id) = after.unwrap_or(("", Uuid::nil()));
        let (from, below) = path_range(&self.within.path);
        let mut values: Vec<Value> = vec![
            county.into(),
            start.into(),
            format!("{start}{}", char::MAX).into(),
            key.into(),
            id.into(),
            self.at.into(),
            self.within.kind.as_str().into(),
            from.into(),
            below.into(),
            most.into(),
        ];
        let drive = self.drive(&mut values);
        let gathered = self.within.organisation.is_some() || self.is_narrow();
        let column = self.within.look.column();
        let sorted = if gathered { format!("{column} || ''") } else { column.to_owned() };
        let living = allowed(self.scope, ("r.county", "r.path || ''"), &[], &mut values);
        let belonging = allowed(self.scope, ("m.county", "m.path || ''"), &["m.organisation"], &mut values);
        sql_with(
            "select p.county, p.id, p.name, p.sex, p.birth, {sorted} as sorted from person p \
             where p.county = $1 and {sorted} >= $2 and {sorted} < $3 and ({sorted}, p.id) > ($4, $5) \
             and p.merged_into is null and {drive} \
             and ($7 = '' or exists (select 1 from membership f where f.county = p.county and f.person = p.id \
             and f.kind = $7 and f.valid_from <= $6 and (f.valid_to is null or f.valid_to > $6) limit 1 offset 0)) \
             and (exists (select 1 from residence r where r.county = p.county and r.person = p.id \
             and r.valid_from <= $6 and (r.valid_to is null or r.valid_to > $6) \
             and r.path || '' >= $8 and r.path || '' < $9 and {living} limit 1 offset 0) \
             or exists (select 1 from membership m where m.county = p.county and m.person = p.id \
             and m.valid_from <= $6 and (m.valid_to is null or m.valid_to > $6) \
             and m.path || '' >= $8 and m.path || '' < $9 and {belonging} limit 1 offset 0)) \
             order by {sorted}, p.id limit $10",
            &[
                ("sorted", &sorted),
                ("drive", &drive),
                ("living", &living),
                ("belonging", &belonging),
            ],
        )
        .bind_all(values)
        .all(tx)
        .await
    }

    /// Where to begin: with an organisation's people, with those of a narrow place, or anywhere.
    fn drive(&self, values: &mut Vec<Value>) -> String {
        if let Some(organisation) = self.within.organisation {
            values.push(organisation.into());
            let mark = values.len();
            return format!(
                "p.id in (select d.person from membership d where d.county || '' = $1 and d.organisation = ${mark} and {HOLDS_D})"
            );
        }
        if !self.is_narrow() {
            return "(1 = 1)".to_owned();
        }
        let living = allowed(self.scope, ("d.county", "d.path"), &[], values);
        let belonging = allowed(self.scope, ("d.county", "d.path"), &["d.organisation"], values);
        let place = "d.county = $1 and d.path >= $8 and d.path < $9";
        format!(
            "p.id in (select d.person from residence d where {place} and {HOLDS_D} and {living} \
             union select d.person from membership d where {place} and {HOLDS_D} and {belonging})"
        )
    }

    fn is_narrow(&self) -> bool {
        let deep = |path: &str| path.matches('/').count() >= NARROW;
        let of_grant = |grant: &Grant| match grant {
            Grant::Place(path) => deep(path),
            Grant::Unit(_) => true,
        };
        deep(&self.within.path) || self.scope.grants().iter().all(of_grant)
    }
}

/// A scope's condition on a table's county and path, its values added to those there are.
fn allowed(scope: &Scope, (county, path): (&str, &str), units: &[&str], values: &mut Vec<Value>) -> String {
    let condition = scope.condition(Columns { county, path, units }, values.len());
    values.extend(condition.values);
    condition.text
}

/// The counties in which a scope may see anybody, narrowed to an area's path when that is not empty.
pub async fn counties(tx: &mut Tx, scope: &Scope, path: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for grant in scope.grants() {
        match grant {
            Grant::Place(place) => {
                // The narrower of the two, when one lies in the other.
                let both = match (place.starts_with(path), path.starts_with(place.as_str())) {
                    (true, _) => place.as_str(),
                    (_, true) => path,
                    _ => continue,
                };
                match county_in(both) {
                    Some(county) => found.push(county.to_owned()),
                    None => found.extend(peopled(tx, both).await?),
                }
            }
            Grant::Unit(unit) => {
                let unit = organisations::find(tx, *unit).await?;
                let of_county = unit.as_ref().and_then(|unit| county_in(&unit.path));
                match (of_county, unit.as_ref()) {
                    (Some(county), _) => found.push(county.to_owned()),
                    (None, Some(unit)) => found.extend(peopled(tx, &unit.path).await?),
                    (None, None) => {}
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The counties at or below a path that have any people, and the codes of cities and provinces there.
async fn peopled(tx: &mut Tx, path: &str) -> Result<Vec<String>> {
    let (from, below) = path_range(path);
    let rows: Vec<(String,)> =
        sql("select distinct a.county from area a where a.path >= $1 and a.path < $2 \
         and a.depth <= 3 and exists (select 1 from person p where p.county = a.county) order by a.county")
        .bind(from)
        .bind(below)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

//! The list of people, and the search for one.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::response::Response;
use lianxin_foundation::web::{Cell, Csv, Shell, Visitor, Workbook, escaped, html};
use lianxin_foundation::{Micros, Result, Right, Scope, Tx};
use uuid::Uuid;

use super::{as_of, kinds, years};
use crate::actions::people::{NotePeopleExport, NotePeopleSearch};
use crate::area::path_of;
use crate::household::store as households;
use crate::membership::store as memberships;
use crate::organisation::store as organisations;
use crate::pages::place::{self, PlaceField};
use crate::pages::{Asked, Choice, Mark, asked, place_names};
use crate::person::Sex;
use crate::person::digits::Digits;
use crate::person::naming::Look;
use crate::person::store::{self, Found, Lister, Within};

/// Rows on a page.
const SIZE: i64 = 50;
const ON_PAGE: usize = 50;

/// At most this many rows go into a file.
const MOST: i64 = 20_000;

/// A person in the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) sex: Option<&'static str>,
    pub(crate) age: Option<i64>,
    /// The household and its place.
    pub(crate) home: Option<(String, String)>,
    /// What they are, and where.
    pub(crate) roles: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "people.html")]
pub(crate) struct PeoplePage {
    pub(crate) s: Shell,
    pub(crate) q: String,
    pub(crate) area: String,
    pub(crate) within: PlaceField,
    pub(crate) nowhere: bool,
    pub(crate) kind: String,
    pub(crate) kinds: Vec<Choice>,
    /// The organisation they are listed of: id and name.
    pub(crate) organisation: Option<(String, String)>,
    /// The day the list is of; empty for today.
    pub(crate) day: String,
    pub(crate) rows: Vec<Row>,
    /// The address of the next page, where there is one.
    pub(crate) next: Option<String>,
    pub(crate) first: bool,
    pub(crate) keeps: bool,
    pub(crate) exports: bool,
    /// Whether a search by digits was asked for that the reader may not make.
    pub(crate) digits_refused: bool,
    /// The conditions as an address has them.
    pub(crate) query: String,
}

/// What the address asks for.
struct Query {
    q: String,
    area: String,
    within: Within,
    day: String,
    at: Micros,
    field: PlaceField,
    nowhere: bool,
    organisation: Option<(String, String)>,
}

impl Query {
    async fn read(
        tx: &mut Tx,
        visitor: &Visitor,
        scope: &Scope,
        query: &HashMap<String, String>,
    ) -> Result<Query> {
        let typed = asked(query, "area");
        let place::Asked { field, area } = PlaceField::asked(tx, scope, typed).await?;
        let nowhere = area.is_none() && !typed.is_empty();
        let area = area.unwrap_or_default();
        let (day, at) = as_of(visitor, query);
        let organisation = match asked(query, "organisation").parse::<Uuid>() {
            Ok(id) => organisations::find(tx, id).await?.map(|found| (found.id.to_string(), found.name)),
            Err(_) => None,
        };
        let q = asked(query, "q").to_owned();
        let within = Within {
            look: Look::of(&q),
            path: if area.is_empty() { String::new() } else { path_of(&area) },
            organisation: organisation.as_ref().and_then(|(id, _)| id.parse().ok()),
            kind: asked(query, "kind").to_owned(),
        };
        Ok(Query { q, area, within, day, at, field, nowhere, organisation })
    }

    /// The conditions as an address has them.
    fn address(&self) -> String {
        let organisation = self.organisation.as_ref().map_or("", |(id, _)| id.as_str());
        let [q, area, kind, day] =
            [&self.q, &self.area, &self.within.kind, &self.day].map(|text| escaped(text));
        format!("q={q}&area={area}&kind={kind}&organisation={organisation}&day={day}")
    }
}

pub(crate) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeePeople)?;
    let mut tx = visitor.app.db().read().await?;
    let asked_for = Query::read(&mut tx, &visitor, &scope, &query).await?;
    let digits = Digits::of(&asked_for.q);
    let by = (&visitor.app, visitor.signed_in()?);
    let (mut found, digits_refused) = match &digits {
        _ if asked_for.nowhere => (Vec::new(), false),
        None => (page(&mut tx, &scope, &asked_for, &query, SIZE + 1).await?, false),
        Some(digits) => {
            match digits.people(&mut tx, by, &asked_for.within.path, asked_for.at, ON_PAGE).await? {
                Some(found) => (found, false),
                None => (Vec::new(), true),
            }
        }
    };
    let more = found.len() > ON_PAGE;
    found.truncate(ON_PAGE);
    let address = asked_for.address();
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("/people?{address}&after={}:{}:{}", last.county, last.id, escaped(&last.sorted)));
    let rows = rows(&mut tx, &visitor, found, asked_for.at).await?;
    drop(tx);
    if let Some(digits) = digits.filter(|_| !digits_refused) {
        let note = NotePeopleSearch { masked: digits.masked(), found: rows.len() };
        visitor.app.act(visitor.signed_in()?, &note).await?;
    }
    html(&PeoplePage {
        s: visitor.shell(visitor.words.t("people-title")),
        q: asked_for.q,
        area: asked_for.area,
        within: asked_for.field,
        nowhere: asked_for.nowhere,
        kind: asked_for.within.kind,
        kinds: kinds(&visitor),
        organisation: asked_for.organisation,
        day: asked_for.day,
        rows,
        next,
        first: asked(&query, "after").is_empty(),
        keeps: visitor.scope(Right::KeepPeople).is_ok(),
        exports: visitor.scope(Right::Export).is_ok(),
        digits_refused,
        query: address,
    })
}

/// One page of the list, after the place that the address names.
async fn page(
    tx: &mut Tx,
    scope: &Scope,
    query: &Query,
    address: &HashMap<String, String>,
    most: i64,
) -> Result<Vec<Found>> {
    let counties = store::counties(tx, scope, &query.within.path).await?;
    let mut after = asked(address, "after").splitn(3, ':');
    let after = match (after.next(), after.next().and_then(|id| id.parse().ok()), after.next()) {
        (Some(county), Some(id), Some(key)) => Some((county.to_owned(), key.to_owned(), id)),
        _ => None,
    };
    let lister = Lister { scope, within: &query.within, at: query.at };
    lister.page(tx, &counties, after.as_ref(), most).await
}

/// The rows with where people live and what they are, as of a moment.
async fn rows(tx: &mut Tx, visitor: &Visitor, found: Vec<Found>, at: Micros) -> Result<Vec<Row>> {
    let mut rows = Vec::with_capacity(found.len());
    for of_county in found.chunk_by(|a, b| a.county == b.county) {
        let county = &of_county[0].county;
        for some in of_county.chunks(usize::try_from(SIZE).unwrap_or(1)) {
            let ids: Vec<Uuid> = some.iter().map(|one| one.id).collect();
            let homes = households::homes(tx, county, &ids, at).await?;
            let held = memberships::held(tx, county, &ids, at).await?;
            let units: Vec<Uuid> = held.iter().map(|one| one.organisation).collect();
            let units = organisations::names(tx, &units).await?;
            let places = place_names(tx, homes.iter().map(|home| home.path.as_str())).await?;
            for one in some {
                let home = homes.iter().find(|home| home.person == one.id);
                let of_one = held.iter().filter(|membership| membership.person == one.id);
                let role = |membership: &crate::membership::Membership| {
                    let unit = units.get(&membership.organisation).cloned().unwrap_or_default();
                    (visitor.words.t(&membership.message()), unit)
                };
                rows.push(Row {
                    county: one.county.clone(),
                    id: one.id.to_string(),
                    name: one.name.clone(),
                    sex: one.sex.as_deref().and_then(Sex::from_code).map(Sex::message),
                    age: years(one.birth.as_deref(), at),
                    home: home.map(|home| {
                        (home.household.to_string(), places.get(&home.path).cloned().unwrap_or_default())
                    }),
                    roles: of_one.map(role).collect(),
                });
            }
        }
    }
    Ok(rows)
}

/// The list as plain text.
pub(crate) async fn csv(visitor: Visitor, query: Asked) -> Result<Response> {
    let (mark, columns, rows) = taken_away(&visitor, &query).await?;
    let mut table = Csv::new(&columns);
    rows.iter().for_each(|row| table.row(row));
    table.row(&[mark.words]);
    Ok(table.download("people.csv"))
}

/// The list as a workbook, which says on every page who took it away and when.
pub(crate) async fn xlsx(visitor: Visitor, query: Asked) -> Result<Response> {
    let (mark, columns, rows) = taken_away(&visitor, &query).await?;
    let mut book = Workbook::new(visitor.now)?;
    let widths = [12, 8, 10, 24, 40, 38];
    book.sheet(&visitor.words.t("people-title"), &columns.into_iter().zip(widths).collect::<Vec<_>>())?;
    for row in rows {
        book.row(&row.map(Cell::Text))?;
    }
    book.download("people.xlsx", &mark.words)
}

const COLUMNS: [&str; 6] =
    ["person-name", "person-sex", "person-birth-year", "area-place", "person-roles", "person-number"];

/// What the page shows, of those who may be both seen and taken away; it goes on record, with what it is for.
async fn taken_away(visitor: &Visitor, query: &Asked) -> Result<(Mark, Vec<String>, Vec<[String; 6]>)> {
    visitor.from_within()?;
    let scope = visitor.scope(Right::SeePeople)?;
    let exported = visitor.scope(Right::Export)?;
    let mark = Mark::of(visitor, &visitor.words.t("people-title"), asked(query, "reason"))?;
    let mut tx = visitor.app.db().read().await?;
    let asked_for = Query::read(&mut tx, visitor, &scope, query).await?;
    let found = if asked_for.nowhere || Digits::of(&asked_for.q).is_some() {
        Vec::new()
    } else {
        let mut found = page(&mut tx, &exported, &asked_for, query, MOST).await?;
        // Both rights must reach a person; nearly always they are the same place.
        let seen = page(&mut tx, &scope, &asked_for, query, MOST).await?;
        let seen: HashSet<Uuid> = seen.into_iter().map(|one| one.id).collect();
        found.retain(|one| seen.contains(&one.id));
        found
    };
    let t = |id: &str| visitor.words.t(id);
    let births: HashMap<Uuid, String> =
        found.iter().filter_map(|one| Some((one.id, one.birth.as_ref()?.get(..4)?.to_owned()))).collect();
    let rows = rows(&mut tx, visitor, found, asked_for.at).await?;
    drop(tx);
    let cells = |row: &Row| {
        let roles = row.roles.iter().map(|(role, unit)| format!("{unit} {role}")).collect::<Vec<_>>();
        let birth = row.id.parse().ok().and_then(|id: Uuid| births.get(&id).cloned());
        [
            row.name.clone(),
            row.sex.map(t).unwrap_or_default(),
            birth.unwrap_or_default(),
            row.home.as_ref().map(|(_, place)| place.clone()).unwrap_or_default(),
            roles.join("；"),
            row.id.clone(),
        ]
    };
    let table: Vec<[String; 6]> = rows.iter().map(cells).collect();
    let note =
        NotePeopleExport { query: asked_for.address(), reason: mark.reason.clone(), rows: table.len() };
    visitor.app.act(visitor.signed_in()?, &note).await?;
    Ok((mark, COLUMNS.map(t).into(), table))
}

//! What Open311 shows the public: matters without anything personal, and what the house said about them.

use std::collections::HashMap;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use crate::open311::{Filter, Fitting};

/// A matter as a stranger may see it. No sealed field is read here, only whether there is one.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct OpenMatter {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) category: String,
    pub(crate) text: String,
    pub(crate) sealed: bool,
    pub(crate) place: String,
    pub(crate) attributes: String,
    pub(crate) channel: String,
    pub(crate) area: String,
    pub(crate) path: String,
    pub(crate) lon: Option<f64>,
    pub(crate) lat: Option<f64>,
    pub(crate) status: String,
    pub(crate) unit: Option<Uuid>,
    pub(crate) level: Option<i64>,
    pub(crate) created_at: Micros,
    pub(crate) updated_at: Micros,
    pub(crate) resolve_due: Option<Micros>,
    pub(crate) hops: i64,
}

/// Something that happened to a matter, without who did it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct OpenEvent {
    pub(crate) matter: Uuid,
    pub(crate) at: Micros,
    pub(crate) kind: String,
    pub(crate) actor_kind: String,
    pub(crate) note: Option<String>,
}

/// The columns of an [`OpenMatter`]. What was dismissed was never a matter of this house: it is not shown.
const COLUMNS: &str = "m.id, m.number, m.category, m.text, m.sealed_text is not null as sealed, m.place, \
     m.attributes, m.channel, m.area, m.path, m.lon, m.lat, m.status, m.unit, m.level, m.created_at, \
     (select max(e.at) from matter_event e where e.county = m.county and e.matter = m.id) as updated_at, \
     m.resolve_due, m.hops";

const OVER: &str = "('closed', 'withdrawn', 'merged')";

/// The matters a filter asks for: by number in the order asked, else newest first. What is private, by
/// its own words or because its category is one of `private`, is given by number only.
pub(crate) async fn matters(
    tx: &mut Tx,
    county: &str,
    filter: &Filter,
    private: &[&str],
) -> Result<Vec<OpenMatter>> {
    match filter {
        Filter::Numbers(numbers) => by_numbers(tx, county, numbers).await,
        Filter::Fitting(fitting) => page(tx, county, fitting, private).await,
    }
}

async fn by_numbers(tx: &mut Tx, county: &str, numbers: &[String]) -> Result<Vec<OpenMatter>> {
    let found: Vec<OpenMatter> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.status <> 'dismissed' and m.number in ({marks})",
        &[("columns", COLUMNS), ("marks", &marks(2, numbers.len()))],
    )
    .bind(county)
    .bind_all(numbers.iter().map(Value::from))
    .all(tx)
    .await?;
    let mut by_number: HashMap<String, OpenMatter> =
        found.into_iter().map(|matter| (matter.number.clone(), matter)).collect();
    Ok(numbers.iter().filter_map(|number| by_number.remove(number)).collect())
}

async fn page(tx: &mut Tx, county: &str, fitting: &Fitting, private: &[&str]) -> Result<Vec<OpenMatter>> {
    let services = match fitting.services.len() {
        0 => "1 = 1".to_owned(),
        count => format!("m.category in ({})", marks(8, count)),
    };
    let public = match private.len() {
        0 => "1 = 1".to_owned(),
        count => format!("m.category not in ({})", marks(8 + fitting.services.len(), count)),
    };
    let over = match fitting.closed {
        None => "1 = 1".to_owned(),
        Some(true) => format!("m.status in {OVER}"),
        Some(false) => format!("m.status not in {OVER}"),
    };
    sql_with(
        "select {columns} from matter m \
         where m.county = $1 and m.created_at >= $2 and m.created_at <= $3 and m.status <> 'dismissed' \
         and ($4 = 0 or exists (select 1 from matter_event e \
         where e.county = m.county and e.matter = m.id and e.at >= $4)) \
         and ($5 = 0 or not exists (select 1 from matter_event e \
         where e.county = m.county and e.matter = m.id and e.at > $5)) \
         and m.sealed_text is null and {over} and {services} and {public} order by m.created_at desc, m.id desc limit $6 offset $7",
        &[("columns", COLUMNS), ("over", &over), ("services", &services), ("public", &public)],
    )
    .bind(county)
    .bind(fitting.from)
    .bind(fitting.to)
    // The first moment of 1970 stands for no limit: nothing happened then.
    .bind(fitting.updated_from.unwrap_or(0))
    .bind(fitting.updated_to.unwrap_or(0))
    .bind(fitting.size)
    .bind((fitting.page - 1).saturating_mul(fitting.size))
    .bind_all(fitting.services.iter().map(Value::from))
    .bind_all(private.iter().map(|code| Value::from(*code)))
    .all(tx)
    .await
}

/// The matter with this id, which is also its token.
pub(crate) async fn by_id(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<OpenMatter>> {
    sql_with(
        "select {columns} from matter m where m.county = $1 and m.id = $2 and m.status <> 'dismissed'",
        &[("columns", COLUMNS)],
    )
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// What happened to these matters, each in its order.
pub(crate) async fn events(
    tx: &mut Tx,
    county: &str,
    matters: &[Uuid],
) -> Result<HashMap<Uuid, Vec<OpenEvent>>> {
    let mut events: HashMap<Uuid, Vec<OpenEvent>> = HashMap::new();
    if matters.is_empty() {
        return Ok(events);
    }
    let rows: Vec<OpenEvent> = sql_with(
        "select e.matter, e.at, e.kind, e.actor_kind, e.note from matter_event e \
         where e.county = $1 and e.matter in ({marks}) order by e.matter, e.seq",
        &[("marks", &marks(2, matters.len()))],
    )
    .bind(county)
    .bind_all(matters.iter().map(|id| Value::from(*id)))
    .all(tx)
    .await?;
    for event in rows {
        events.entry(event.matter).or_default().push(event);
    }
    Ok(events)
}

/// The counties in which some unit answers for matters, and so the jurisdictions served.
pub(crate) async fn counties(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql(
        "select distinct county from organisation where kind = 'unit' and valid_to is null order by county",
    )
    .all(tx)
    .await?;
    // A city's or province's own units are kept under a code ending in 00, which is no county.
    Ok(rows.into_iter().map(|(county,)| county).filter(|county| !county.ends_with("00")).collect())
}

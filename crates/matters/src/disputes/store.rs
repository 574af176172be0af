//! Statements of disputes, who takes part and when they sat together.

use lianxin_foundation::db::{Value, sql, sql_with};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::{Dispute, Form, Outcome, Part, Session, Taker};
use crate::model::Matter;
use crate::store::{COLUMNS, MatterRow, SCOPE};

/// The columns of [`DisputeRow`], for a table called `d`; their names differ from those of a matter beside it.
const DISPUTE: &str = "d.county as dispute_county, d.id as dispute_id, d.matter as dispute_matter, d.sealed_about, \
    d.opened_at, d.due as dispute_due, d.ended_at, d.outcome, d.form, d.agreed_at, d.sealed_terms, d.confirm_by, \
    d.confirmed_at, d.confirm_note";

#[derive(sqlx::FromRow)]
struct DisputeRow {
    dispute_county: String,
    dispute_id: Uuid,
    dispute_matter: Uuid,
    sealed_about: Vec<u8>,
    opened_at: Micros,
    dispute_due: Micros,
    ended_at: Option<Micros>,
    outcome: Option<String>,
    form: Option<String>,
    agreed_at: Option<Micros>,
    sealed_terms: Option<Vec<u8>>,
    confirm_by: Option<Micros>,
    confirmed_at: Option<Micros>,
    confirm_note: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Listed {
    #[sqlx(flatten)]
    dispute: DisputeRow,
    #[sqlx(flatten)]
    matter: MatterRow,
}

fn known<T>(found: Option<T>, id: Uuid) -> Result<T> {
    found.ok_or_else(|| Error::failed(format!("reading dispute {id}"), "unknown code"))
}

impl DisputeRow {
    fn read(self) -> Result<Dispute> {
        let id = self.dispute_id;
        let outcome = self.outcome.map(|code| known(Outcome::from_code(&code), id)).transpose()?;
        let form = self.form.map(|code| known(Form::from_code(&code), id)).transpose()?;
        Ok(Dispute {
            county: self.dispute_county,
            id,
            matter: self.dispute_matter,
            sealed_about: self.sealed_about,
            opened_at: self.opened_at,
            due: self.dispute_due,
            ended_at: self.ended_at,
            outcome,
            form,
            agreed_at: self.agreed_at,
            sealed_terms: self.sealed_terms,
            confirm_by: self.confirm_by,
            confirmed_at: self.confirmed_at,
            confirm_note: self.confirm_note,
        })
    }
}

/// Writes a dispute that was taken up.
pub(crate) async fn insert(tx: &mut Tx, dispute: &Dispute) -> Result<()> {
    sql("insert into dispute (county, id, matter, sealed_about, opened_at, due) values ($1, $2, $3, $4, $5, $6)")
        .bind(&dispute.county)
        .bind(dispute.id)
        .bind(dispute.matter)
        .bind(dispute.sealed_about.clone())
        .bind(dispute.opened_at)
        .bind(dispute.due)
        .run(tx)
        .await?;
    Ok(())
}

/// A dispute; who may see it is who may see its matter.
pub(crate) async fn any(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Dispute>> {
    let row: Option<DisputeRow> = sql_with(
        "select {columns} from dispute d where d.county = $1 and d.id = $2",
        &[("columns", DISPUTE)],
    )
    .bind(county)
    .bind(id)
    .optional(tx)
    .await?;
    row.map(DisputeRow::read).transpose()
}

/// The disputes of a matter, the oldest first.
pub async fn of_matter(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Vec<Dispute>> {
    let rows: Vec<DisputeRow> = sql_with(
        "select {columns} from dispute d where d.county = $1 and d.matter = $2 order by d.opened_at, d.id",
        &[("columns", DISPUTE)],
    )
    .bind(county)
    .bind(matter)
    .all(tx)
    .await?;
    rows.into_iter().map(DisputeRow::read).collect()
}

/// The condition of those that are not over, or of all.
fn which(open: bool) -> &'static str {
    if open { "d.ended_at is null" } else { "1 = 1" }
}

/// The disputes whose matters are within `scope`, one page of them: those not over by when their month ends, or
/// all of them, the newest first.
pub async fn list(tx: &mut Tx, scope: &Scope, open: bool, paging: Paging) -> Result<Vec<(Dispute, Matter)>> {
    let allowed = scope.condition(SCOPE, 0);
    let rows: Vec<Listed> = sql_with(
        "select {dispute}, {columns} from dispute d cross join matter m where m.county = d.county and m.id = d.matter \
         and {scope} and {also} order by {order} limit {size} offset {offset}",
        &[
            ("dispute", DISPUTE),
            ("columns", COLUMNS),
            ("scope", &allowed.text),
            ("also", which(open)),
            ("order", if open { "d.due, d.id" } else { "d.opened_at desc, d.id" }),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(|row| Ok((row.dispute.read()?, row.matter.read()?))).collect()
}

/// How many disputes are within `scope`.
pub async fn count(tx: &mut Tx, scope: &Scope, open: bool) -> Result<i64> {
    let allowed = scope.condition(SCOPE, 0);
    sql_with(
        "select count(*) from dispute d cross join matter m where m.county = d.county and m.id = d.matter \
         and {scope} and {also}",
        &[("scope", &allowed.text), ("also", which(open))],
    )
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

/// Ends a dispute; `false` when it was over already.
pub(crate) async fn end(tx: &mut Tx, dispute: &Dispute) -> Result<bool> {
    let touched =
        sql("update dispute set ended_at = $3, outcome = $4, form = $5, agreed_at = $6, sealed_terms = $7, \
         confirm_by = $8 where county = $1 and id = $2 and ended_at is null")
        .bind(&dispute.county)
        .bind(dispute.id)
        .bind(dispute.ended_at)
        .bind(dispute.outcome.map(Outcome::code))
        .bind(dispute.form.map(Form::code))
        .bind(dispute.agreed_at)
        .bind(dispute.sealed_terms.clone())
        .bind(dispute.confirm_by)
        .run(tx)
        .await?;
    Ok(touched == 1)
}

/// Ends what is open of a matter that ended otherwise.
pub(crate) async fn drop_all(tx: &mut Tx, county: &str, matter: Uuid, at: Micros) -> Result<()> {
    sql("update dispute set ended_at = $3, outcome = 'dropped' \
         where county = $1 and matter = $2 and ended_at is null")
    .bind(county)
    .bind(matter)
    .bind(at)
    .run(tx)
    .await?;
    Ok(())
}

/// Notes that both sides asked a court; `false` when that was noted before.
pub(crate) async fn confirm(tx: &mut Tx, county: &str, id: Uuid, at: Micros, note: &str) -> Result<bool> {
    let touched = sql("update dispute set confirmed_at = $3, confirm_note = $4 \
         where county = $1 and id = $2 and confirmed_at is null")
    .bind(county)
    .bind(id)
    .bind(at)
    .bind(note)
    .run(tx)
    .await?;
    Ok(touched == 1)
}

#[derive(sqlx::FromRow)]
struct TakerRow {
    id: Uuid,
    role: String,
    organisation: Option<Uuid>,
    sealed_name: Option<Vec<u8>>,
    sealed_phone: Option<Vec<u8>>,
}

/// Who takes part, in the order they were added.
pub(crate) async fn takers(tx: &mut Tx, county: &str, dispute: Uuid) -> Result<Vec<Taker>> {
    let rows: Vec<TakerRow> =
        sql("select id, role, organisation, sealed_name, sealed_phone from dispute_party \
         where county = $1 and dispute = $2 order by added_at, id")
        .bind(county)
        .bind(dispute)
        .all(tx)
        .await?;
    let read = |row: TakerRow| {
        Ok(Taker {
            part: known(Part::from_code(&row.role), row.id)?,
            id: row.id,
            organisation: row.organisation,
            sealed_name: row.sealed_name,
            sealed_phone: row.sealed_phone,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Adds somebody who takes part.
pub(crate) async fn insert_taker(
    tx: &mut Tx,
    county: &str,
    dispute: Uuid,
    taker: &Taker,
    at: Micros,
) -> Result<()> {
    sql("insert into dispute_party (county, id, dispute, role, organisation, sealed_name, sealed_phone, added_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(county)
    .bind(taker.id)
    .bind(dispute)
    .bind(taker.part.code())
    .bind(taker.organisation)
    .bind(taker.sealed_name.clone())
    .bind(taker.sealed_phone.clone())
    .bind(at)
    .run(tx)
    .await?;
    Ok(())
}

/// A sitting without those invited: id, when, where, when noted as held, what was said.
type SessionRow = (Uuid, Micros, String, Option<Micros>, Option<Vec<u8>>);

/// The sittings of a dispute in order, each with who was invited.
pub(crate) async fn sessions(tx: &mut Tx, county: &str, dispute: Uuid) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = sql("select id, at, place, held_at, sealed_record from dispute_session \
         where county = $1 and dispute = $2 order by at, id")
    .bind(county)
    .bind(dispute)
    .all(tx)
    .await?;
    let invited: Vec<(Uuid, Uuid, Option<bool>)> =
        sql("select i.session, i.party, i.came from dispute_invitation i join dispute_session s \
         on s.county = i.county and s.id = i.session where i.county = $1 and s.dispute = $2 order by i.party")
        .bind(county)
        .bind(dispute)
        .all(tx)
        .await?;
    let session = |(id, at, place, held_at, sealed_record): SessionRow| Session {
        invited: invited
            .iter()
            .filter(|(session, ..)| *session == id)
            .map(|(_, party, came)| (*party, *came))
            .collect(),
        id,
        at,
        place,
        held_at,
        sealed_record,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// One sitting, with who was invited.
pub(crate) async fn session(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Session>> {
    let of: Option<(Uuid,)> = sql("select dispute from dispute_session where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .optional(tx)
        .await?;
    let Some((dispute,)) = of else { return Ok(None) };
    Ok(sessions(tx, county, dispute).await?.into_iter().find(|session| session.id == id))
}

/// The organisations among those invited to a sitting.
pub(crate) async fn invited_organisations(tx: &mut Tx, county: &str, session: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> =
        sql("select distinct p.organisation from dispute_invitation i join dispute_party p \
         on p.county = i.county and p.id = i.party where i.county = $1 and i.session = $2 \
         and p.organisation is not null order by p.organisation")
        .bind(county)
        .bind(session)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The dispute that a sitting belongs to.
pub(crate) async fn dispute_of(tx: &mut Tx, county: &str, session: Uuid) -> Result<Option<Dispute>> {
    let of: Option<(Uuid,)> = sql("select dispute from dispute_session where county = $1 and id = $2")
        .bind(county)
        .bind(session)
        .optional(tx)
        .await?;
    match of {
        Some((dispute,)) => any(tx, county, dispute).await,
        None => Ok(None),
    }
}

/// Adds a sitting with those invited.
pub(crate) async fn insert_session(
    tx: &mut Tx,
    county: &str,
    dispute: Uuid,
    session: &Session,
) -> Result<()> {
    sql("insert into dispute_session (county, id, dispute, at, place) values ($1, $2, $3, $4, $5)")
        .bind(county)
        .bind(session.id)
        .bind(dispute)
        .bind(session.at)
        .bind(&session.place)
        .run(tx)
        .await?;
    for (party, _) in &session.invited {
        sql("insert into dispute_invitation (county, session, party) values ($1, $2, $3)")
            .bind(county)
            .bind(session.id)
            .bind(*party)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Notes that a sitting took place, what was said, and who of those invited came; `false` when it was noted before.
pub(crate) async fn record_session(
    tx: &mut Tx,
    county: &str,
    session: &Session,
    came: &[Uuid],
    now: Micros,
) -> Result<bool> {
    let touched = sql("update dispute_session set held_at = $3, sealed_record = $4 \
         where county = $1 and id = $2 and held_at is null")
    .bind(county)
    .bind(session.id)
    .bind(now)
    .bind(session.sealed_record.clone())
    .run(tx)
    .await?;
    for (party, _) in &session.invited {
        sql("update dispute_invitation set came = $4 where county = $1 and session = $2 and party = $3")
            .bind(county)
            .bind(session.id)
            .bind(*party)
            .bind(Value::from(came.contains(party)))
            .run(tx)
            .await?;
    }
    Ok(touched == 1)
}

/// The organisations in force at or below a place, by name, for a list to choose from: at most three hundred.
pub(crate) async fn organisations_at(
    tx: &mut Tx,
    county: &str,
    path: &str,
    now: Micros,
) -> Result<Vec<(Uuid, String)>> {
    let (from, below) = lianxin_foundation::scope::path_range(path);
    sql("select id, name from organisation where county = $1 and path >= $2 and path < $3 and valid_from <= $4 \
         and (valid_to is null or valid_to > $4) order by name, id limit 300")
    .bind(county)
    .bind(from)
    .bind(below)
    .bind(now)
    .all(tx)
    .await
}

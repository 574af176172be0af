//! Statements of coverage: what a plan is made from, plans, and what was decided.

use std::collections::HashMap;

use lianxin_foundation::db::{Bulk, Value, marks, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::{Decision, Line, Plan};
use crate::organisation::{Form, OrganisationKind};

/// Kinds of organisation that are to be covered: where people work or belong who may be members.
const COVERED: &str = "'enterprise', 'cooperative', 'property-company', 'association', 'chamber'";

/// What somebody is where they work.
const EMPLOYED: &str = "'staff', 'rider', 'driver', 'cooperative-member'";

/// Where somebody works first and foremost: the oldest of what they are at work. So everybody counts once.
const FOREMOST: &str = "not exists (select 1 from membership e where e.county = s.county and e.person = s.person \
    and e.kind in ('staff', 'rider', 'driver', 'cooperative-member') \
    and e.valid_from <= $4 and (e.valid_to is null or e.valid_to > $4) \
    and (e.valid_from < s.valid_from or (e.valid_from = s.valid_from and e.id < s.id)))";

/// The columns of [`Plan`].
const PLAN: &str = "county, id, area, path, state, made_at, made_by, changed_at, units, placeless, left_out, joints, metres, \
    least_left_out, least_joints, least_metres";

/// The columns of [`Line`], for a table called `l`.
const LINE: &str = "l.unit, l.seat, l.way, l.founds, l.host, l.host_unit, l.members, l.staff, l.metres, l.rules, \
    l.next_left_out, l.next_joints, l.next_metres, l.basis";

/// A unit as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct UnitRow {
    pub(crate) id: Uuid,
    #[sqlx(try_from = "String")]
    pub(crate) kind: OrganisationKind,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) trade: Option<String>,
    pub(crate) lon: Option<f64>,
    pub(crate) lat: Option<f64>,
    pub(crate) superior: Option<Uuid>,
}

/// A branch, general branch or committee as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HostRow {
    pub(crate) id: Uuid,
    #[sqlx(try_from = "String")]
    pub(crate) kind: OrganisationKind,
    #[sqlx(try_from = "Option<String>")]
    pub(crate) form: Form,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) lon: Option<f64>,
    pub(crate) lat: Option<f64>,
    pub(crate) takes: Option<i64>,
}

/// Only these units, as a condition whose placeholders follow four others; all, where none are named.
fn only(ids: &[Uuid]) -> (String, Vec<Value>) {
    if ids.is_empty() {
        return ("(1 = 1)".to_owned(), Vec::new());
    }
    let text = format!("o.id in ({})", marks(5, ids.len()));
    (text, ids.iter().map(|id| Value::from(*id)).collect())
}

/// County, range of paths and moment: the four values that questions about units begin with.
fn ground(county: &str, path: &str, at: Micros) -> [Value; 4] {
    let (from, below) = path_range(path);
    [county.into(), from.into(), below.into(), at.into()]
}

/// The units of an area at a moment, by place and name.
pub(crate) async fn units(
    tx: &mut Tx,
    county: &str,
    path: &str,
    ids: &[Uuid],
    at: Micros,
) -> Result<Vec<UnitRow>> {
    let (also, ids) = only(ids);
    sql_with(
        "select o.id, o.kind, o.name, o.path, o.trade, o.lon, o.lat, o.superior from organisation o \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ({kinds}) \
         and o.valid_from <= $4 and (o.valid_to is null or o.valid_to > $4) and {also} order by o.path, o.name, o.id",
        &[("kinds", COVERED), ("also", &also)],
    )
    .bind_all(ground(county, path, at))
    .bind_all(ids)
    .all(tx)
    .await
}

/// How many formal members work first and foremost at each unit that has any.
pub(crate) async fn members(
    tx: &mut Tx,
    county: &str,
    path: &str,
    ids: &[Uuid],
    at: Micros,
) -> Result<Vec<(Uuid, i64)>> {
    let (also, ids) = only(ids);
    sql_with(
        "select o.id, count(distinct s.person) from organisation o cross join membership s cross join membership p \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ({kinds}) and {also} \
         and s.organisation = o.id and s.county = o.county and s.kind in ({employed}) \
         and s.valid_from <= $4 and (s.valid_to is null or s.valid_to > $4) and {foremost} \
         and p.county = s.county and p.person = s.person and p.kind = 'member' \
         and p.valid_from <= $4 and (p.valid_to is null or p.valid_to > $4) group by o.id",
        &[("kinds", COVERED), ("employed", EMPLOYED), ("foremost", FOREMOST), ("also", &also)],
    )
    .bind_all(ground(county, path, at))
    .bind_all(ids)
    .all(tx)
    .await
}

/// How many people work first and foremost at each unit that has any.
pub(crate) async fn staff(
    tx: &mut Tx,
    county: &str,
    path: &str,
    ids: &[Uuid],
    at: Micros,
) -> Result<Vec<(Uuid, i64)>> {
    let (also, ids) = only(ids);
    sql_with(
        "select o.id, count(distinct s.person) from organisation o cross join membership s \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ({kinds}) and {also} \
         and s.organisation = o.id and s.county = o.county and s.kind in ({employed}) \
         and s.valid_from <= $4 and (s.valid_to is null or s.valid_to > $4) and {foremost} group by o.id",
        &[("kinds", COVERED), ("employed", EMPLOYED), ("foremost", FOREMOST), ("also", &also)],
    )
    .bind_all(ground(county, path, at))
    .bind_all(ids)
    .all(tx)
    .await
}

/// The formal members who work first and foremost at some units: person, the membership, and in which organisation.
pub(crate) async fn people(
    tx: &mut Tx,
    county: &str,
    path: &str,
    ids: &[Uuid],
    at: Micros,
) -> Result<Vec<(Uuid, Uuid, Uuid)>> {
    let (also, ids) = only(ids);
    sql_with(
        "select distinct p.person, p.id, p.organisation from organisation o cross join membership s cross join membership p \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ({kinds}) and {also} \
         and s.organisation = o.id and s.county = o.county and s.kind in ({employed}) \
         and s.valid_from <= $4 and (s.valid_to is null or s.valid_to > $4) and {foremost} \
         and p.county = s.county and p.person = s.person and p.kind = 'member' \
         and p.valid_from <= $4 and p.valid_to is null order by p.person, p.id",
        &[("kinds", COVERED), ("employed", EMPLOYED), ("foremost", FOREMOST), ("also", &also)],
    )
    .bind_all(ground(county, path, at))
    .bind_all(ids)
    .all(tx)
    .await
}

/// Which unit belongs to which association, those of longest standing first.
pub(crate) async fn affiliations(
    tx: &mut Tx,
    county: &str,
    path: &str,
    ids: &[Uuid],
    at: Micros,
) -> Result<Vec<(Uuid, Uuid)>> {
    let (also, ids) = only(ids);
    sql_with(
        "select a.organisation, a.association from organisation o \
         join affiliation a on a.county = o.county and a.organisation = o.id \
         join organisation v on v.county = a.county and v.id = a.association and v.valid_to is null \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ({kinds}) and {also} \
         and a.valid_from <= $4 and (a.valid_to is null or a.valid_to > $4) order by a.valid_from, a.association",
        &[("kinds", COVERED), ("also", &also)],
    )
    .bind_all(ground(county, path, at))
    .bind_all(ids)
    .all(tx)
    .await
}

/// The branches, general branches and committees of an area that have members of their own, by id.
pub(crate) async fn hosts(tx: &mut Tx, county: &str, path: &str, at: Micros) -> Result<Vec<HostRow>> {
    sql("select o.id, o.kind, o.form, o.name, o.path, o.lon, o.lat, o.takes from organisation o \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ('branch', 'general-branch', 'committee') \
         and (o.form is null or o.form in ('joint', 'across-villages')) \
         and o.valid_from <= $4 and (o.valid_to is null or o.valid_to > $4) order by o.id")
    .bind_all(ground(county, path, at))
    .all(tx)
    .await
}

/// How many formal members each of them has.
pub(crate) async fn host_members(
    tx: &mut Tx,
    county: &str,
    path: &str,
    at: Micros,
) -> Result<Vec<(Uuid, i64)>> {
    sql("select o.id, count(*) from organisation o cross join membership m \
         where o.county = $1 and o.path >= $2 and o.path < $3 and o.kind in ('branch', 'general-branch', 'committee') \
         and m.organisation = o.id and m.kind = 'member' \
         and m.valid_from <= $4 and (m.valid_to is null or m.valid_to > $4) group by o.id")
    .bind_all(ground(county, path, at))
    .all(tx)
    .await
}

/// How many units each organisation of a county covers.
pub(crate) async fn host_units(tx: &mut Tx, county: &str, at: Micros) -> Result<Vec<(Uuid, i64)>> {
    sql_with(
        "select superior, count(*) from organisation where county = $1 and superior is not null \
         and kind in ({kinds}) and (valid_to is null or valid_to > $2) group by superior",
        &[("kinds", COVERED)],
    )
    .bind(county)
    .bind(at)
    .all(tx)
    .await
}

/// Writes a plan that was asked for.
pub(crate) async fn insert(tx: &mut Tx, plan: &Plan) -> Result<()> {
    sql("insert into coverage_plan (county, id, area, path, state, made_at, made_by, changed_at, units, placeless, \
         left_out, joints, metres, least_left_out, least_joints, least_metres) \
         values ($1, $2, $3, $4, $5, $6, $7, $6, 0, 0, 0, 0, 0, 0, 0, 0)")
    .bind(&plan.county)
    .bind(plan.id)
    .bind(&plan.area)
    .bind(&plan.path)
    .bind(&plan.state)
    .bind(plan.made_at)
    .bind(&plan.made_by)
    .run(tx)
    .await?;
    Ok(())
}

/// One plan.
pub async fn plan(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Plan>> {
    sql_with("select {columns} from coverage_plan where county = $1 and id = $2", &[("columns", PLAN)])
        .bind(county)
        .bind(id)
        .optional(tx)
        .await
}

/// The same, kept from changing until the transaction ends: decisions on one plan are made one after another.
pub(crate) async fn locked(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Plan>> {
    let lock = tx.row_lock("for update");
    sql_with(
        "select {columns} from coverage_plan where county = $1 and id = $2 {lock}",
        &[("columns", PLAN), ("lock", lock)],
    )
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The newest plans for an area, at most so many.
pub async fn of_area(tx: &mut Tx, county: &str, path: &str, most: i64) -> Result<Vec<Plan>> {
    sql_with(
        "select {columns} from coverage_plan where county = $1 and path = $2 order by made_at desc, id desc limit $3",
        &[("columns", PLAN)],
    )
    .bind(county)
    .bind(path)
    .bind(most)
    .all(tx)
    .await
}

/// Plans that wait to be made, and those that nobody has gone on with since a moment.
pub(crate) async fn waiting(tx: &mut Tx, since: Micros) -> Result<Vec<Plan>> {
    sql_with(
        "select {columns} from coverage_plan where state = 'waiting' or (state = 'running' and changed_at < $1) \
         order by made_at, id limit 20",
        &[("columns", PLAN)],
    )
    .bind(since)
    .all(tx)
    .await
}

/// Takes a plan on; `false` when another program was quicker.
pub(crate) async fn claim(tx: &mut Tx, plan: &Plan, at: Micros) -> Result<bool> {
    let taken = sql("update coverage_plan set state = 'running', changed_at = $5 \
         where county = $1 and id = $2 and state = $3 and changed_at = $4")
    .bind(&plan.county)
    .bind(plan.id)
    .bind(&plan.state)
    .bind(plan.changed_at)
    .bind(at)
    .run(tx)
    .await?;
    Ok(taken == 1)
}

/// Writes that a plan is made.
pub(crate) async fn finish(tx: &mut Tx, plan: &Plan, at: Micros) -> Result<()> {
    sql("update coverage_plan set state = 'done', changed_at = $3, units = $4, placeless = $5, left_out = $6, joints = $7, \
         metres = $8, least_left_out = $9, least_joints = $10, least_metres = $11 where county = $1 and id = $2")
    .bind(&plan.county)
    .bind(plan.id)
    .bind(at)
    .bind(plan.units)
    .bind(plan.placeless)
    .bind(plan.left_out)
    .bind(plan.joints)
    .bind(plan.metres)
    .bind(plan.least_left_out)
    .bind(plan.least_joints)
    .bind(plan.least_metres)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes that a plan could not be made.
pub(crate) async fn fail(tx: &mut Tx, plan: &Plan, at: Micros) -> Result<()> {
    sql("update coverage_plan set state = 'failed', changed_at = $3 where county = $1 and id = $2")
        .bind(&plan.county)
        .bind(plan.id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Writes the lines of a plan; those of an earlier try go.
pub(crate) async fn insert_lines(tx: &mut Tx, plan: &Plan, lines: &[Line]) -> Result<()> {
    sql("delete from coverage_line where county = $1 and plan = $2")
        .bind(&plan.county)
        .bind(plan.id)
        .run(tx)
        .await?;
    let mut bulk = Bulk::new(
        "coverage_line",
        &[
            "county",
            "plan",
            "unit",
            "seat",
            "way",
            "founds",
            "host",
            "host_unit",
            "members",
            "staff",
            "metres",
            "rules",
            "next_left_out",
            "next_joints",
            "next_metres",
            "basis",
        ],
    );
    for line in lines {
        let row: [Value; 16] = [
            plan.county.as_str().into(),
            plan.id.into(),
            line.unit.into(),
            line.seat.into(),
            line.way.code().into(),
            line.founds.clone().into(),
            line.host.into(),
            line.host_unit.into(),
            line.members.into(),
            line.staff.into(),
            line.metres.into(),
            line.rules.as_str().into(),
            line.next_left_out.into(),
            line.next_joints.into(),
            line.next_metres.into(),
            line.basis.as_str().into(),
        ];
        bulk.push(tx, row).await?;
    }
    bulk.finish(tx).await
}

/// Which proposals of a plan a list asks for: `open` for those still to be decided, `decided`, or a way's code.
pub type Show<'a> = &'a str;

/// The proposals of a plan, each by the line of its seat, by place and name.
pub async fn proposals(tx: &mut Tx, plan: &Plan, show: Show<'_>, paging: Paging) -> Result<Vec<Line>> {
    sql_with(
        "select {columns} from coverage_line l join organisation o on o.county = l.county and o.id = l.unit \
         left join coverage_decision d on d.county = l.county and d.plan = l.plan and d.seat = l.seat and d.undone_at is null \
         where l.county = $1 and l.plan = $2 and l.unit = l.seat \
         and (($3 = 'open' and l.way in ('own', 'joint', 'attached') and d.id is null) \
         or ($3 = 'decided' and d.id is not null) or l.way = $3) order by o.path, o.name, l.unit limit $4 offset $5",
        &[("columns", LINE)],
    )
    .bind(&plan.county)
    .bind(plan.id)
    .bind(show)
    .bind(paging.size)
    .bind(paging.offset())
    .all(tx)
    .await
}

/// How many proposals of a plan there are by way, and how many of these were decided.
pub async fn tally(tx: &mut Tx, plan: &Plan) -> Result<Vec<(String, i64, i64)>> {
    sql("select l.way, count(*), count(d.id) from coverage_line l \
         left join coverage_decision d on d.county = l.county and d.plan = l.plan and d.seat = l.seat and d.undone_at is null \
         where l.county = $1 and l.plan = $2 and l.unit = l.seat group by l.way order by l.way")
    .bind(&plan.county)
    .bind(plan.id)
    .all(tx)
    .await
}

/// Every line of a plan, by proposal, the seat first.
pub async fn lines(tx: &mut Tx, plan: &Plan) -> Result<Vec<Line>> {
    sql_with(
        "select {columns} from coverage_line l where l.county = $1 and l.plan = $2 \
         order by l.way, l.seat, case when l.unit = l.seat then 0 else 1 end, l.metres, l.unit",
        &[("columns", LINE)],
    )
    .bind(&plan.county)
    .bind(plan.id)
    .all(tx)
    .await
}

/// The lines of some proposals, the seat of each first, then the nearest.
pub async fn lines_of(tx: &mut Tx, plan: &Plan, seats: &[Uuid]) -> Result<HashMap<Uuid, Vec<Line>>> {
    let mut found: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for some in seats.chunks(200) {
        let rows: Vec<Line> = sql_with(
            "select {columns} from coverage_line l where l.county = $1 and l.plan = $2 and l.seat in ({ids}) \
             order by case when l.unit = l.seat then 0 else 1 end, l.metres, l.unit",
            &[("columns", LINE), ("ids", &marks(3, some.len()))],
        )
        .bind(&plan.county)
        .bind(plan.id)
        .bind_all(some.iter().map(|id| Value::from(*id)))
        .all(tx)
        .await?;
        for row in rows {
            found.entry(row.seat).or_default().push(row);
        }
    }
    Ok(found)
}

/// What was decided about the proposals of a plan and not taken back.
pub async fn decisions(tx: &mut Tx, plan: &Plan) -> Result<Vec<Decision>> {
    sql("select id, seat, decision, organisation, founded, reason, made_at, made_by from coverage_decision \
         where county = $1 and plan = $2 and undone_at is null order by made_at, id")
    .bind(&plan.county)
    .bind(plan.id)
    .all(tx)
    .await
}

/// The decision about one proposal.
pub async fn decision(tx: &mut Tx, plan: &Plan, seat: Uuid) -> Result<Option<Decision>> {
    sql("select id, seat, decision, organisation, founded, reason, made_at, made_by from coverage_decision \
         where county = $1 and plan = $2 and seat = $3 and undone_at is null")
    .bind(&plan.county)
    .bind(plan.id)
    .bind(seat)
    .optional(tx)
    .await
}

/// Writes a decision.
pub(crate) async fn decide(tx: &mut Tx, plan: &Plan, decision: &Decision) -> Result<()> {
    sql("insert into coverage_decision (county, id, plan, seat, decision, organisation, founded, reason, made_at, made_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(&plan.county)
    .bind(decision.id)
    .bind(plan.id)
    .bind(decision.seat)
    .bind(&decision.decision)
    .bind(decision.organisation)
    .bind(decision.founded)
    .bind(&decision.reason)
    .bind(decision.made_at)
    .bind(&decision.made_by)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes that a decision was taken back.
pub(crate) async fn undo(tx: &mut Tx, county: &str, id: Uuid, at: Micros, by: &str) -> Result<()> {
    sql("update coverage_decision set undone_at = $3, undone_by = $4 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .bind(by)
        .run(tx)
        .await?;
    Ok(())
}

/// Writes what an acceptance did: `unit` with the superior it had before, or `transfer`.
pub(crate) async fn did(
    tx: &mut Tx,
    county: &str,
    decision: Uuid,
    (what, id, was): (&str, Uuid, Option<Uuid>),
) -> Result<()> {
    sql("insert into coverage_done (county, decision, what, id, was) values ($1, $2, $3, $4, $5)")
        .bind(county)
        .bind(decision)
        .bind(what)
        .bind(id)
        .bind(was)
        .run(tx)
        .await?;
    Ok(())
}

/// What an acceptance did: what, which, and what was there before.
pub(crate) async fn done(
    tx: &mut Tx,
    county: &str,
    decision: Uuid,
) -> Result<Vec<(String, Uuid, Option<Uuid>)>> {
    sql("select what, id, was from coverage_done where county = $1 and decision = $2 order by what, id")
        .bind(county)
        .bind(decision)
        .all(tx)
        .await
}

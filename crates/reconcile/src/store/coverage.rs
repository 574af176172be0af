//! Who stands on which lists, by village: what completeness is told from.

use lianxin_foundation::db::{Value, sql, sql_with};
use lianxin_foundation::{Result, Tx};
use uuid::Uuid;

use super::matches::Whom;
use crate::rules::bands::Thresholds;

/// A village's path within an area's: ids of 2, 4, 6, 9 and 12 digits, each with its slash.
pub const VILLAGE: usize = 38;
/// The path of a grid within it: a hyphen and two digits more.
pub const GRID: usize = 54;

/// Registered people by grid (the village where it has none) and by the lists they stand on, certainly or likely: the sum of each list's bit, the first
/// of `lists` having the lowest.
pub async fn registered(
    tx: &mut Tx,
    whom: &Whom,
    campaign: Uuid,
    lists: &[Uuid],
    thresholds: &Thresholds,
) -> Result<Vec<(String, i64, i64)>> {
    let bits: Vec<String> =
        (0..lists.len()).map(|at| format!("when ${} then {}", 9 + at, 1_u64 << at)).collect();
    sql_with(
        "select seen.place, seen.lists, count(*) from (select substr(r.path, 1, 54) as place, \
         cast(coalesce((select sum(distinct case l.id {bits} else 0 end) from roll l join roll_match m \
         on m.county = l.county and m.run = l.run left join roll_decision d on d.county = m.county and d.roll = l.id \
         and d.line = m.line and d.person = m.person where l.county = r.county and l.campaign = $7 \
         and m.person = r.person and (d.same or (d.line is null and m.probability >= $8))), 0) as BIGINT) as lists \
         from residence r join person p on p.county = r.county and p.id = r.person \
         where r.county = $6 and r.path >= $1 and r.path < $2 and r.valid_from <= $5 \
         and (r.valid_to is null or r.valid_to > $5) and p.merged_into is null \
         and ($3 = '' or p.birth <= $3) and ($4 = '' or p.birth > $4)) seen \
         group by seen.place, seen.lists order by seen.place, seen.lists",
        &[("bits", &bits.join(" "))],
    )
    .bind_all(whom.values())
    .bind(campaign)
    .bind(thresholds.likely)
    .bind_all(lists.iter().map(|list| Value::from(*list)))
    .all(tx)
    .await
}

/// Lines that are nobody of the registry and name a place, unless a visit found that they do not live there: the grid where
/// their door lies, else the place they name; the ID number's keyed hash where it is right; and the list.
pub async fn above(
    tx: &mut Tx,
    county: &str,
    campaign: Uuid,
    thresholds: &Thresholds,
) -> Result<Vec<(String, Option<Vec<u8>>, Uuid)>> {
    sql("select substr(coalesce(v.path, m.path), 1, 54), w.id_key, l.id from roll l join roll_match m \
         on m.county = l.county and m.run = l.run join roll_row w on w.county = l.county and w.roll = l.id \
         and w.line = m.line left join roll_decision d on d.county = m.county and d.roll = l.id and d.line = m.line \
         and d.person = m.person left join visit_line a on a.county = m.county and a.roll = l.id and a.line = m.line \
         left join visit_question q on q.county = a.county and q.id = a.question \
         left join visit v on v.county = q.county and v.id = q.visit \
         where l.county = $1 and l.campaign = $2 and m.path is not null \
         and (q.outcome is null or q.outcome not in ('moved', 'died', 'unknown')) \
         and ((d.line is not null and not d.same) or (d.line is null and (m.person is null or m.probability < $3)))")
    .bind(county)
    .bind(campaign)
    .bind(thresholds.none)
    .all(tx)
    .await
}

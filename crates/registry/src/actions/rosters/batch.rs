//! Some rows of a roster go into the register, all in one transaction.

use std::collections::HashMap;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::db::{Bulk, Value};
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Error, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::actions::people::{CorrectPerson, Join, Lodging, MovePerson};
use crate::household::Relation;
use crate::person::{Sex, sealed};
use crate::roster::judge::{Change, Ground, Home, Joining, Judge, Verdict};
use crate::roster::line::Line;
use crate::roster::store::{self, Known};
use crate::roster::{Counts, Field, Roster, household_of};

/// Rows of a roster that follow one another.
pub(crate) struct Batch<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) county: &'a str,
    pub(crate) roster: Uuid,
    /// The place of the first of them, from 0.
    pub(crate) first: i64,
    pub(crate) lines: &'a [Line],
}

/// What a batch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) counts: Counts,
    /// Whether the roster is in.
    pub(crate) last: bool,
}

impl Action for Batch<'_> {
    type Output = Done;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Done> {
        let roster = store::roster(tx, self.county, self.roster).await?.filter(|one| one.state == "running");
        let Some(roster) = roster else { return Err(Problem::not_found().into()) };
        if roster.next_row != self.first {
            // Another program has taken these rows.
            return Err(Problem::new(Kind::Conflict, "roster-moved-on").into());
        }
        let verdicts = Judge::new(cx, self.ground).verdicts(tx, cx, self.lines).await?;
        let mut counts = Counts::default();
        let mut newcomers = Vec::new();
        for (line, verdict) in self.lines.iter().zip(verdicts) {
            let refused = match verdict {
                Verdict::Refused(codes) => codes,
                Verdict::Same => {
                    counts.same += 1;
                    continue;
                }
                Verdict::New { home, joining } => {
                    counts.added += 1;
                    newcomers.push((line, home, joining));
                    continue;
                }
                Verdict::Changed { known, changes, home, joining } => {
                    let mark = tx.mark().await?;
                    match change(tx, cx, line, (&known, &changes), (home, joining)).await {
                        Ok(()) => {
                            tx.past(mark).await?;
                            counts.changed += 1;
                            continue;
                        }
                        Err(Error::Refused(problem)) => {
                            tx.back_to(mark).await?;
                            reasons(&problem)
                        }
                        Err(error) => return Err(error),
                    }
                }
            };
            counts.refused += 1;
            store::refuse(tx, &roster, line.number, &refused.join(",")).await?;
        }
        write(tx, cx, &roster, newcomers).await?;
        self.close(tx, cx, &roster, counts).await
    }
}

impl Batch<'_> {
    async fn close(&self, tx: &mut Tx, cx: Context<'_>, roster: &Roster, counts: Counts) -> Result<Done> {
        let next = self.first + i64::try_from(self.lines.len()).unwrap_or(i64::MAX);
        store::move_on(tx, roster, next, counts, cx.now).await?;
        let last = next >= roster.total;
        if last {
            store::set_state(tx, roster, "done", cx.now).await?;
        }
        if counts.added + counts.changed > 0 {
            let of = |line: Option<&Line>| line.map(|line| line.number);
            tx.audit(Entry::new(cx.who, &roster.county, "roster-rows", "roster", roster.id).detail(json!({
                "from": of(self.lines.first()), "to": of(self.lines.last()),
                "new": counts.added, "changed": counts.changed, "refused": counts.refused,
            })));
        }
        Ok(Done { counts, last })
    }
}

fn reasons(problem: &Problem) -> Vec<&'static str> {
    match problem.fields.as_slice() {
        [] => vec![problem.code],
        fields => fields.iter().map(|field| field.code).collect(),
    }
}

/// Does to somebody there what a clerk would do on their page, by the same actions.
async fn change(
    tx: &mut Tx,
    cx: Context<'_>,
    line: &Line,
    (known, changes): (&Known, &[Change]),
    (home, joining): (Option<Home>, Option<Joining>),
) -> Result<()> {
    let person = &known.person;
    let (county, id) = (person.county.clone(), person.id);
    let differs = |field: Field| changes.iter().any(|change| change.field == field);
    let particulars = [Field::Name, Field::Sex, Field::Birth, Field::IdNumber, Field::Phone];
    if particulars.into_iter().any(differs) {
        let correct = CorrectPerson {
            county: county.clone(),
            id,
            version: person.version,
            name: if differs(Field::Name) { &line.name } else { &person.name }.clone(),
            sex: line.sex.or(person.sex()),
            birth: line.birth.as_deref().and_then(|birth| birth.parse().ok()),
            id_number: line
                .id_number
                .as_ref()
                .filter(|_| differs(Field::IdNumber))
                .map(|id| id.plain.clone()),
            phone: line.phone.as_ref().filter(|_| differs(Field::Phone)).map(|phone| phone.plain.clone()),
            drop_phone: false,
        };
        correct.run(tx, cx).await?;
    }
    if let Some(home) = home {
        let lodging = Lodging {
            code: line.household.clone(),
            relation: line.relation,
            area: home.area,
            address: line.address.clone(),
        };
        MovePerson { county: county.clone(), id, lodging, from: None }.run(tx, cx).await?;
    }
    if let Some(Joining { organisation, kind, from, .. }) = joining {
        let reason = String::new();
        Join { county, person: id, organisation, kind, from: Some(from), reason }.run(tx, cx).await?;
    }
    Ok(())
}

type Newcomer<'l> = (&'l Line, Option<Home>, Option<Joining>);

/// Writes everybody new at once.
async fn write(tx: &mut Tx, cx: Context<'_>, roster: &Roster, newcomers: Vec<Newcomer<'_>>) -> Result<()> {
    let county = roster.county.as_str();
    let codes: Vec<&str> = newcomers.iter().filter_map(|(line, ..)| line.household.as_deref()).collect();
    let there = store::households(tx, county, &codes).await?;
    let mut households: HashMap<String, Uuid> =
        there.into_iter().filter_map(|household| Some((household.code?, household.id))).collect();
    let mut tables = Tables::new();
    for (line, home, joining) in newcomers {
        tables.person(tx, county, line, cx.now).await?;
        if let Some(home) = home {
            let code = line.household.clone();
            let there = code.as_ref().and_then(|code| households.get(code)).copied();
            let household = match there {
                Some(household) => household,
                None => {
                    let id = household_of(line.id);
                    tables.household(tx, cx, county, (line, &home, id)).await?;
                    households.extend(code.map(|code| (code, id)));
                    id
                }
            };
            let new = if there.is_none() { Relation::Head } else { Relation::Other };
            let relation = line.relation.unwrap_or(new);
            tables.residence(tx, cx, county, (line.id, household, relation, home)).await?;
        }
        if let Some(joining) = joining {
            tables.membership(tx, cx, county, (line.id, joining)).await?;
        }
    }
    tables.finish(tx).await
}

/// The tables that new people stand in, parents first.
struct Tables {
    person: Bulk,
    identity: Bulk,
    household: Bulk,
    residence: Bulk,
    membership: Bulk,
}

impl Tables {
    fn new() -> Tables {
        Tables {
            person: Bulk::new(
                "person",
                &[
                    "county",
                    "id",
                    "name",
                    "plain",
                    "sound",
                    "initials",
                    "sex",
                    "birth",
                    "sealed_id",
                    "id_key",
                    "sealed_phone",
                    "phone_key",
                    "phone_tail",
                    "version",
                    "created_at",
                ],
            ),
            identity: Bulk::new("identity", &["id_key", "county", "person"]),
            household: Bulk::new(
                "household",
                &["county", "id", "code", "area", "path", "sealed_address", "version", "valid_from"],
            ),
            residence: Bulk::new(
                "residence",
                &["county", "id", "person", "household", "relation", "area", "path", "valid_from"],
            ),
            membership: Bulk::new(
                "membership",
                &["county", "id", "person", "organisation", "path", "kind", "valid_from"],
            ),
        }
    }

    async fn person(&mut self, tx: &mut Tx, county: &str, line: &Line, now: i64) -> Result<()> {
        let (id, phone) = (line.id_number.as_ref(), line.phone.as_ref());
        let row: [Value; 15] = [
            county.into(),
            line.id.into(),
            (&line.name).into(),
            (&line.keys.plain).into(),
            (&line.keys.sound).into(),
            (&line.keys.initials).into(),
            line.sex.map(Sex::code).into(),
            line.birth.clone().into(),
            id.map(|id| id.sealed.clone()).into(),
            id.map(|id| id.key.clone()).into(),
            phone.map(|phone| phone.sealed.clone()).into(),
            phone.map(|phone| phone.key.clone()).into(),
            line.phone_tail.clone().into(),
            1_i64.into(),
            now.into(),
        ];
        self.person.push(tx, row).await?;
        if let Some(id) = id {
            let row: [Value; 3] = [id.key.clone().into(), county.into(), line.id.into()];
            self.identity.push(tx, row).await?;
        }
        Ok(())
    }

    async fn household(
        &mut self,
        tx: &mut Tx,
        cx: Context<'_>,
        county: &str,
        (line, home, id): (&Line, &Home, Uuid),
    ) -> Result<()> {
        let address = line.address.as_deref().map(|address| sealed::seal_address(cx.app, id, address));
        let row: [Value; 8] = [
            county.into(),
            id.into(),
            line.household.clone().into(),
            (&home.area).into(),
            (&home.path).into(),
            address.into(),
            1_i64.into(),
            start_of_day(cx.now).into(),
        ];
        self.household.push(tx, row).await
    }

    async fn residence(
        &mut self,
        tx: &mut Tx,
        cx: Context<'_>,
        county: &str,
        (person, household, relation, home): (Uuid, Uuid, Relation, Home),
    ) -> Result<()> {
        let row: [Value; 8] = [
            county.into(),
            cx.app.ids().new_id(cx.now).into(),
            person.into(),
            household.into(),
            relation.code().into(),
            home.area.into(),
            home.path.into(),
            start_of_day(cx.now).into(),
        ];
        self.residence.push(tx, row).await
    }

    async fn membership(
        &mut self,
        tx: &mut Tx,
        cx: Context<'_>,
        county: &str,
        (person, joining): (Uuid, Joining),
    ) -> Result<()> {
        let row: [Value; 7] = [
            county.into(),
            cx.app.ids().new_id(cx.now).into(),
            person.into(),
            joining.organisation.into(),
            joining.path.into(),
            joining.kind.into(),
            joining.from.into(),
        ];
        self.membership.push(tx, row).await
    }

    async fn finish(self, tx: &mut Tx) -> Result<()> {
        self.person.finish(tx).await?;
        self.identity.finish(tx).await?;
        self.household.finish(tx).await?;
        self.residence.finish(tx).await?;
        self.membership.finish(tx).await
    }
}

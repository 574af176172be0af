//! Makes two records of one person one, takes that back, and says of two records that they are two people.

use std::collections::BTreeMap;

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{changed_meanwhile, kept};
use crate::doubles::plan::{self, Carried, Choices, Has, Sources, Stretch, TwoStages};
use crate::doubles::store::{self, Logged, Record};
use crate::doubles::{Elsewhere, Merge, Side, What};
use crate::organisation::store as organisations;
use crate::person::standing::Standing;
use crate::person::{sealed, store as people};

fn conflict(code: &'static str) -> lianxin_foundation::Error {
    Problem::new(Kind::Conflict, code).into()
}

/// One of two records, with everything about it.
pub(crate) struct Half {
    pub(crate) record: Record,
    pub(crate) standing: Standing,
    /// Its transfers: which, and whether each still waits.
    pub(crate) transfers: Vec<(Uuid, bool)>,
    /// Rows of other rooms that name it.
    pub(crate) elsewhere: Vec<String>,
}

impl Half {
    async fn of(
        tx: &mut Tx,
        cx: Context<'_>,
        (county, id): (&str, Uuid),
        elsewhere: Elsewhere,
    ) -> Result<Half> {
        let (_, standing) = kept(tx, cx, county, id).await?;
        let Some(record) = store::record(tx, county, id).await? else {
            return Err(Problem::not_found().into());
        };
        Ok(Half {
            record,
            standing,
            transfers: store::transfers(tx, county, id, cx.now).await?,
            elsewhere: (elsewhere.rows)(tx, county.to_owned(), id).await?,
        })
    }

    /// What it has, as far as choosing needs to know.
    pub(crate) fn has(&self) -> Has {
        let person = &self.record.person;
        Has {
            id_number: person.id_key.is_some(),
            phone: self.record.phone_key.is_some(),
            sex: person.sex.is_some(),
            birth: person.birth.is_some(),
        }
    }
}

/// Two records laid side by side, and what would become of them.
pub(crate) struct Laid {
    pub(crate) kept: Half,
    pub(crate) gone: Half,
    pub(crate) sources: Sources,
    pub(crate) facts: std::result::Result<Vec<Carried>, TwoStages>,
    /// Who said that they are two people, and when.
    pub(crate) apart: Option<(String, Micros)>,
}

/// Lays two records side by side, for somebody who keeps both.
///
/// # Errors
/// Not found for a record out of sight, forbidden for one that is not theirs to keep.
pub(crate) async fn laid(
    tx: &mut Tx,
    cx: Context<'_>,
    (county, pair): (&str, (Uuid, Uuid)),
    choices: &Choices,
    elsewhere: Elsewhere,
) -> Result<Laid> {
    if pair.0 == pair.1 {
        return Err(Problem::not_found().into());
    }
    let one = Half::of(tx, cx, (county, pair.0), elsewhere).await?;
    let other = Half::of(tx, cx, (county, pair.1), elsewhere).await?;
    let facts = plan::facts(pair.0, (&one.standing, &other.standing), choices.home, cx.now);
    let apart = store::apart(tx, county, pair).await?;
    Ok(Laid { sources: plan::sources(one.has(), other.has(), choices), kept: one, gone: other, facts, apart })
}

/// Two records that are one person's.
pub struct MergePeople {
    /// The county of both.
    pub county: String,
    /// The record that stays.
    pub kept: Uuid,
    /// The one that goes into it.
    pub gone: Uuid,
    /// The versions the form showed.
    pub versions: (i64, i64),
    /// From which record fields come that both have.
    pub choices: Choices,
    /// Why: how it is known.
    pub reason: String,
    /// What other rooms hold about people.
    pub elsewhere: Elsewhere,
}

impl Action for MergePeople {
    type Output = Uuid;

    /// Gives the merge's id, by which it can be undone.
    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let pair = (self.kept, self.gone);
        let laid = laid(tx, cx, (&self.county, pair), &self.choices, self.elsewhere).await?;
        let reason = audit::reason(&self.reason, "doubles-reason-short")?;
        let facts = self.checked(tx, &laid).await?;
        let merge = Merge {
            county: self.county.clone(),
            id: cx.app.ids().new_id(cx.now),
            kept: self.kept,
            gone: self.gone,
            made_at: cx.now,
            made_by: cx.who.name.clone(),
            reason: reason.to_owned(),
            version: laid.kept.record.person.version + 1,
            undone_at: None,
            undone_by: None,
        };
        store::insert(tx, &merge, &laid.kept.record).await?;
        let merged = merged(cx, &laid)?;
        self.number(tx, &laid, &merged).await?;
        if !store::write(tx, &merged, self.versions.0).await? {
            return Err(changed_meanwhile().into());
        }
        let gone = (self.county.as_str(), self.gone);
        if !store::forward(tx, gone, Some(self.kept), self.versions.1).await? {
            return Err(changed_meanwhile().into());
        }
        let moved = self.carry(tx, &merge, &laid, facts).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "people-merge", "person", self.kept)
                .because(reason)
                .detail(json!({ "double": self.gone, "rows": moved })),
        );
        Ok(merge.id)
    }
}

impl MergePeople {
    async fn checked<'l>(&self, tx: &mut Tx, laid: &'l Laid) -> Result<&'l [Carried]> {
        if laid.apart.is_some() {
            return Err(conflict("doubles-apart"));
        }
        let versions = (laid.kept.record.person.version, laid.gone.record.person.version);
        if versions != self.versions {
            return Err(changed_meanwhile().into());
        }
        let waits = |half: &Half| half.transfers.iter().any(|(_, waits)| *waits);
        if waits(&laid.kept) || waits(&laid.gone) {
            return Err(conflict("doubles-transfer-waits"));
        }
        if laid.sources.id_number.is_none() {
            return Err(Problem::invalid().field("id-number", "doubles-id-choose").into());
        }
        match &laid.facts {
            Ok(facts) => Ok(facts),
            Err(TwoStages([(_, one), (_, other)])) => {
                let names = organisations::names(tx, &[*one, *other]).await?;
                let name = |id| names.get(id).cloned().unwrap_or_default();
                let problem = Problem::new(Kind::Conflict, "doubles-two-stages").with("one", name(one));
                Err(problem.with("other", name(other)).into())
            }
        }
    }

    /// An ID number is one person's: the one that is not chosen is free again.
    async fn number(&self, tx: &mut Tx, laid: &Laid, merged: &Record) -> Result<()> {
        for half in [&laid.kept, &laid.gone] {
            if let Some(key) = &half.record.person.id_key {
                people::free_id(tx, key, &self.county, half.record.person.id).await?;
            }
        }
        if let Some(key) = &merged.person.id_key
            && !people::claim_id(tx, key, &self.county, self.kept).await?
        {
            return Err(changed_meanwhile().into());
        }
        Ok(())
    }

    /// Moves every fact, and writes down what it was; tells how many are not as they were.
    async fn carry(&self, tx: &mut Tx, merge: &Merge, laid: &Laid, facts: &[Carried]) -> Result<usize> {
        let mut moved = 0;
        for one in facts {
            if one.was != one.becomes {
                store::set_stretch(tx, one.what, (&self.county, one.id), &one.becomes).await?;
                moved += 1;
            }
            store::log(tx, merge, &Logged::carried(one)).await?;
        }
        for (half, was) in [(&laid.kept, self.kept), (&laid.gone, self.gone)] {
            for (id, _) in &half.transfers {
                store::set_transfer(tx, &self.county, *id, self.kept).await?;
                let line = Logged::bare(What::Transfer, id.to_string(), (was, self.kept));
                store::log(tx, merge, &line).await?;
            }
        }
        for row in &laid.gone.elsewhere {
            (self.elsewhere.point)(tx, self.county.clone(), row.clone(), self.kept).await?;
            let line = Logged::bare(What::Elsewhere, row.clone(), (self.gone, self.kept));
            store::log(tx, merge, &line).await?;
        }
        Ok(moved + laid.gone.transfers.len() + laid.gone.elsewhere.len())
    }
}

/// The kept record as the merge leaves it; what comes from the other one is sealed anew for it.
fn merged(cx: Context<'_>, laid: &Laid) -> Result<Record> {
    let (kept, gone) = (&laid.kept.record, &laid.gone.record);
    let from = |side: Side| side.of(kept, gone);
    let mut new = kept.clone();
    from(laid.sources.name).person.name.clone_into(&mut new.person.name);
    new.person.sex.clone_from(&from(laid.sources.sex).person.sex);
    new.person.birth.clone_from(&from(laid.sources.birth).person.birth);
    if laid.sources.id_number == Some(Side::Gone) {
        let number = sealed::open_id(cx.app, &gone.person)?;
        new.person.sealed_id = number.map(|number| sealed::seal_id(cx.app, new.person.id, &number));
        new.person.id_key.clone_from(&gone.person.id_key);
    }
    if laid.sources.phone == Side::Gone {
        let phone = sealed::open_phone(cx.app, &gone.person)?;
        new.person.sealed_phone = phone.map(|phone| sealed::seal_phone(cx.app, new.person.id, &phone));
        new.phone_key.clone_from(&gone.phone_key);
        new.phone_tail.clone_from(&gone.phone_tail);
    }
    Ok(new)
}

/// A merge to take back.
pub struct UndoMerge {
    /// The county.
    pub county: String,
    /// The merge.
    pub id: Uuid,
    /// Why.
    pub reason: String,
    /// What other rooms hold about people.
    pub elsewhere: Elsewhere,
}

impl Action for UndoMerge {
    type Output = Merge;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Merge> {
        let Some(merge) = store::merge(tx, &self.county, self.id).await? else {
            return Err(Problem::not_found().into());
        };
        // A record that went into yet another one is undone from the last merge on.
        kept(tx, cx, &self.county, merge.kept).await?;
        if merge.undone_at.is_some() {
            return Err(conflict("doubles-undone-already"));
        }
        let reason = audit::reason(&self.reason, "doubles-reason-short")?;
        let log = store::logged(tx, &merge).await?;
        require_untouched(tx, cx, &merge, &log).await?;
        self.restore_records(tx, &merge).await?;
        for line in &log {
            self.restore(tx, line).await?;
        }
        if !store::set_undone(tx, &merge, (cx.now, &cx.who.name)).await? {
            return Err(conflict("doubles-undone-already"));
        }
        self.require_both(tx, cx, &merge).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "people-merge-undo", "person", merge.kept)
                .because(reason)
                .detail(json!({ "double": merge.gone, "rows": log.len() })),
        );
        Ok(merge)
    }
}

impl UndoMerge {
    async fn restore_records(&self, tx: &mut Tx, merge: &Merge) -> Result<()> {
        let now = store::record(tx, &self.county, merge.kept).await?;
        let gone = store::record(tx, &self.county, merge.gone).await?;
        let (Some(now), Some(gone)) = (now, gone) else { return Err(Problem::not_found().into()) };
        let was = store::before(tx, merge).await?;
        if let Some(key) = &now.person.id_key {
            people::free_id(tx, key, &self.county, merge.kept).await?;
        }
        for (key, of) in [(&was.person.id_key, merge.kept), (&gone.person.id_key, merge.gone)] {
            if let Some(key) = key
                && !people::claim_id(tx, key, &self.county, of).await?
            {
                return Err(conflict("doubles-undo-number"));
            }
        }
        if !store::write(tx, &was, merge.version).await? {
            return Err(conflict("doubles-undo-corrected"));
        }
        if !store::forward(tx, (&self.county, merge.gone), None, gone.person.version).await? {
            return Err(changed_meanwhile().into());
        }
        // Versions never come back: what both are again has another one than before the merge.
        let (kept, gone) = (merge.version, gone.person.version);
        store::refit(tx, (&self.county, merge.kept), (kept - 1, kept + 1)).await?;
        store::refit(tx, (&self.county, merge.gone), (gone - 1, gone + 1)).await
    }

    async fn restore(&self, tx: &mut Tx, line: &Logged) -> Result<()> {
        match (line.subject(), line.was()) {
            (Some((what @ (What::Residence | What::Membership), Some(id))), Some(was)) => {
                store::set_stretch(tx, what, (&self.county, id), &was).await
            }
            (Some((What::Transfer, Some(id))), _) => {
                store::set_transfer(tx, &self.county, id, line.was_person).await
            }
            (Some((What::Elsewhere, _)), _) => {
                (self.elsewhere.point)(tx, self.county.clone(), line.fact.clone(), line.was_person).await
            }
            // A newer program beside this one wrote what this one cannot take back.
            _ => Err(conflict("doubles-undo-newer")),
        }
    }

    /// Whoever undoes keeps both, as whoever merged did.
    async fn require_both(&self, tx: &mut Tx, cx: Context<'_>, merge: &Merge) -> Result<()> {
        let keeps = cx.scope(Right::KeepPeople);
        for id in [merge.kept, merge.gone] {
            let person = people::person(tx, &self.county, id).await?;
            let Some(person) = person else { return Err(Problem::not_found().into()) };
            if !Standing::of(tx, &person).await?.covered(&keeps, cx.now) {
                return Err(Problem::forbidden().into());
            }
        }
        Ok(())
    }
}

/// Refuses while anything stands that was not there right after the merge: whose it would be, nobody could say.
async fn require_untouched(tx: &mut Tx, cx: Context<'_>, merge: &Merge, log: &[Logged]) -> Result<()> {
    let Some(record) = store::record(tx, &merge.county, merge.kept).await? else {
        return Err(Problem::not_found().into());
    };
    if record.person.version != merge.version {
        return Err(conflict("doubles-undo-corrected"));
    }
    let standing = Standing::of(tx, &record.person).await?;
    let homes = standing.residences.iter().map(|one| ((What::Residence, one.id), Stretch::of_home(one)));
    let roles = standing.memberships.iter().map(|one| ((What::Membership, one.id), Stretch::of_role(one)));
    let stands: BTreeMap<(What, Uuid), Stretch> = homes.chain(roles).collect();
    let left = log.iter().filter_map(|line| match (line.subject()?, line.left()?) {
        ((what, Some(id)), stretch) => Some(((what, id), stretch)),
        _ => None,
    });
    if stands != left.collect() {
        return Err(conflict("doubles-undo-newer"));
    }
    let now: Vec<Uuid> = store::transfers(tx, &merge.county, merge.kept, cx.now)
        .await?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let known = |id: &Uuid| log.iter().any(|line| line.subject() == Some((What::Transfer, Some(*id))));
    if now.iter().all(known) { Ok(()) } else { Err(conflict("doubles-undo-newer")) }
}

/// Says that two records are of two people, or takes that back.
pub struct TellApart {
    /// The county of both.
    pub county: String,
    /// One.
    pub one: Uuid,
    /// The other.
    pub other: Uuid,
    /// Whether they are two people; else nobody says so any more.
    pub two: bool,
}

impl Action for TellApart {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let pair = (self.one, self.other);
        if pair.0 == pair.1 {
            return Err(Problem::not_found().into());
        }
        kept(tx, cx, &self.county, pair.0).await?;
        kept(tx, cx, &self.county, pair.1).await?;
        let by = (cx.now, cx.who.name.as_str());
        let (changed, entry) = match self.two {
            true => (
                store::set_apart(tx, &self.county, pair, by).await?,
                Entry::new(cx.who, &self.county, "people-apart", "person", pair.0),
            ),
            false => (
                store::forget_apart(tx, &self.county, pair).await?,
                Entry::new(cx.who, &self.county, "people-apart-undo", "person", pair.0),
            ),
        };
        if changed {
            tx.audit(entry.detail(json!({ "double": pair.1 })));
        }
        Ok(())
    }
}

//! Somebody is sent or asked to an organisation for a time: first secretaries, specialists, instructors, retired leaders.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::{civil, end_of_day, start_of_day};
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Join, seen};
use crate::membership::{MembershipKind, store};

/// Enters a posting, with the last day where that is known.
#[derive(Debug, Clone)]
pub struct BeginPosting {
    /// Who, where, as what, from when: as for any membership.
    pub join: Join,
    /// The last day, as its first moment.
    pub until: Option<Micros>,
}

impl Action for BeginPosting {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        if !MembershipKind::from_code(&self.join.kind).is_some_and(|kind| kind.posting) {
            return Err(Problem::invalid().field("until", "posting-not-one").into());
        }
        let until = lasts(cx, self.until)?;
        let id = self.join.run(tx, cx).await?;
        store::set_end(tx, &self.join.county, id, until).await?;
        Ok(id)
    }
}

/// Gives a posting another last day: it was prolonged, or its end became known.
#[derive(Debug, Clone)]
pub struct ProlongPosting {
    /// The person's county.
    pub county: String,
    /// The person.
    pub person: Uuid,
    /// The posting.
    pub membership: Uuid,
    /// The last day, as its first moment; none: until further notice.
    pub until: Option<Micros>,
}

impl Action for ProlongPosting {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (_, standing) = seen(tx, cx, &self.county, self.person).await?;
        let held = standing.held(cx.now).find(|one| one.id == self.membership);
        let Some(held) =
            held.filter(|one| one.ended.is_none() && one.kind().is_some_and(|kind| kind.posting))
        else {
            return Err(Problem::not_found().into());
        };
        if !held.covered(&cx.scope(Right::KeepPeople)) {
            return Err(Problem::forbidden().into());
        }
        let until = lasts(cx, self.until)?;
        store::set_end(tx, &self.county, held.id, until).await?;
        let last = until.map(|to| civil(to - 1).date().to_string());
        tx.audit(
            Entry::new(cx.who, &self.county, "posting-prolong", "person", self.person)
                .detail(json!({ "unit": held.organisation, "kind": held.code, "to": last })),
        );
        Ok(())
    }
}

/// The first moment after a last day, which is not over yet.
fn lasts(cx: Context<'_>, until: Option<Micros>) -> Result<Option<Micros>> {
    match until {
        Some(day) if start_of_day(day) < start_of_day(cx.now) => {
            Err(Problem::invalid().field("until", "posting-over").into())
        }
        until => Ok(until.map(end_of_day)),
    }
}

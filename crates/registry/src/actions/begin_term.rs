//! Enters that who leads an organisation was elected: a new term of office begins.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::{civil, rfc3339, start_of_day};
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::named;
use crate::organisation::rules::{Finding, Law, whole_months};
use crate::organisation::term::Term;
use crate::organisation::{standing, store};
use crate::post::require_kept;

/// An election that was held.
pub struct BeginTerm {
    /// The organisation's county.
    pub county: String,
    /// The organisation.
    pub organisation: Uuid,
    /// The day of the election; today when not said.
    pub from: Option<Micros>,
    /// The day the next one is due; by the rules when not said.
    pub to: Option<Micros>,
    /// The paper by which the superior approved of another day or length than the rules say.
    pub approval: Option<String>,
}

impl Action for BeginTerm {
    /// Whether it was held earlier or later than even an approval usually allows.
    type Output = bool;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<bool> {
        let found = store::organisation(tx, &self.county, self.organisation).await?;
        let Some(organisation) = found.filter(|found| found.valid_to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_kept(cx, &organisation.path)?;
        let facts = standing::facts(tx, &organisation, cx.now).await?;
        let law = Law::of(organisation.kind, &facts);
        if let Some(first) = law.electing().first() {
            return Err(refused(first).into());
        }
        let from = start_of_day(self.from.unwrap_or(cx.now));
        let Some(usual) = law.term_end(from).filter(|_| law.elects()) else {
            return Err(Problem::new(Kind::Conflict, "organisation-term-none").into());
        };
        let to = self.to.map_or(usual, start_of_day);
        self.check(cx, facts.term.as_ref(), (from, to), usual)?;
        let term = Term { id: cx.app.ids().new_id(cx.now), from, to, approval: self.approval.clone() };
        store::insert_term(tx, &self.county, self.organisation, &term).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "organisation-term", "organisation", self.organisation)
                .detail(json!({ "from": rfc3339(from), "to": rfc3339(to), "approval": self.approval })),
        );
        let allowed = law.rule("term-off-months").map_or(i64::MAX, |rule| rule.value);
        let due = facts.term.map_or(from, |before| before.to);
        let (first, second) = (civil(from.min(due)).date(), civil(from.max(due)).date());
        Ok(whole_months(first, second) > allowed)
    }
}

impl BeginTerm {
    fn check(
        &self,
        cx: Context<'_>,
        before: Option<&Term>,
        (from, to): (Micros, Micros),
        usual: Micros,
    ) -> Result<()> {
        let mut problem = Problem::invalid();
        if from > cx.now {
            problem = problem.field("from", "people-day-future");
        }
        if before.is_some_and(|before| from <= before.from) {
            problem = problem.field("from", "organisation-term-before");
        }
        if to <= from {
            problem = problem.field("to", "people-ends-first");
        }
        match self.approval.as_deref() {
            Some(paper) if named(paper).is_none() => {
                problem = problem.field("approval", "organisation-approval-form");
            }
            None if to > usual => problem = problem.field("approval", "organisation-term-long"),
            None if before.is_some_and(|before| from < before.to) => {
                problem = problem.field("approval", "organisation-term-early");
            }
            None if before.is_some_and(|before| from > before.to) => {
                problem = problem.field("approval", "organisation-term-late");
            }
            _ => {}
        }
        problem.when_fields()
    }
}

/// The refusal that says what stands in the way of an election, and by which text.
fn refused(finding: &Finding) -> Problem {
    let code = match finding.rule.code.as_str() {
        "members-least" => "organisation-term-members",
        _ => "organisation-term-temporary",
    };
    Problem::new(Kind::Conflict, code).with("has", finding.has).with("source", finding.rule.source.as_str())
}

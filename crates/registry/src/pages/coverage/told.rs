//! Lines of a plan in the reader's words: what is proposed, why, by which rule, and what anything else would cost.

use std::collections::HashMap;

use lianxin_foundation::i18n::Words;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use crate::coverage::{Decision, Line, Plan, Way, rule, store, usual_name};
use crate::organisation::{OrganisationKind, store as organisations};

/// A rule that a line follows from.
#[derive(Debug, Clone)]
pub(crate) struct Because {
    pub(crate) words: String,
    pub(crate) source: &'static str,
    /// The message that says how sure the source is.
    pub(crate) sure: &'static str,
}

/// One unit of a proposal.
#[derive(Debug, Clone)]
pub(crate) struct UnitRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) members: i64,
    pub(crate) staff: i64,
    /// Why it is placed so, sentence by sentence.
    pub(crate) why: Vec<String>,
    pub(crate) because: Vec<Because>,
    /// What the cheapest other place would cost the whole plan.
    pub(crate) next: Option<String>,
}

/// What was decided.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) accepted: bool,
    pub(crate) by: String,
    pub(crate) at: Micros,
    pub(crate) reason: String,
    /// The organisation that covers the units now: address and name.
    pub(crate) organisation: Option<(String, String)>,
}

/// A proposal as a page shows it.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) href: String,
    pub(crate) seat: String,
    pub(crate) way: Way,
    /// The message that names what is founded.
    pub(crate) founds: Option<&'static str>,
    /// What a new branch is called unless somebody knows better.
    pub(crate) name: String,
    /// Who leads it, then the others.
    pub(crate) units: Vec<UnitRow>,
    pub(crate) members: i64,
    pub(crate) decided: Option<Decided>,
}

impl Proposal {
    /// Who leads it.
    pub(crate) fn lead(&self) -> &str {
        self.units.first().map_or("", |unit| unit.name.as_str())
    }

    /// Whether it waits for a decision.
    pub(crate) fn is_open(&self) -> bool {
        self.decided.is_none()
    }
}

/// Tells some proposals, each by its lines.
pub(crate) async fn tell(
    tx: &mut Tx,
    words: &Words,
    plan: &Plan,
    proposals: Vec<Vec<Line>>,
) -> Result<Vec<Proposal>> {
    let decisions = store::decisions(tx, plan).await?;
    let decisions: HashMap<Uuid, Decision> =
        decisions.into_iter().map(|decision| (decision.seat, decision)).collect();
    let of_lines = proposals.iter().flatten().flat_map(|line| [Some(line.unit), line.host, line.host_unit]);
    let mut named: Vec<Uuid> = of_lines.flatten().collect();
    named.extend(decisions.values().filter_map(|one| one.organisation));
    let teller = Teller { words, names: organisations::names(tx, &named).await? };
    let told = proposals.iter().filter_map(|lines| {
        let seat = lines.first()?;
        let units: Vec<UnitRow> = lines.iter().map(|line| teller.unit(lines, line)).collect();
        Some(Proposal {
            href: format!("/organisations/coverage/{}/{}/{}", plan.county, plan.id, seat.seat),
            seat: seat.seat.to_string(),
            way: seat.way,
            founds: seat
                .founds
                .as_deref()
                .and_then(OrganisationKind::from_code)
                .map(OrganisationKind::message),
            name: usual_name(seat, &teller.name(seat.unit), units.len()),
            members: lines.iter().map(|line| line.members).sum(),
            decided: decisions.get(&seat.seat).map(|one| teller.decided(one)),
            units,
        })
    });
    Ok(told.collect())
}

struct Teller<'a> {
    words: &'a Words,
    names: HashMap<Uuid, String>,
}

impl Teller<'_> {
    fn name(&self, id: Uuid) -> String {
        self.names.get(&id).cloned().unwrap_or_default()
    }

    /// Who takes it on, keeps it, or sends somebody: the superior where nobody is near.
    fn by(&self, line: &Line) -> String {
        match line.host.or(line.host_unit) {
            Some(id) => self.name(id),
            None => self.words.t("coverage-superior"),
        }
    }

    fn unit(&self, proposal: &[Line], line: &Line) -> UnitRow {
        let because = line.rules().filter_map(|name| self.because(name)).collect();
        UnitRow {
            id: line.unit.to_string(),
            name: self.name(line.unit),
            members: line.members,
            staff: line.staff,
            why: self.why(proposal, line),
            because,
            next: self.next(line),
        }
    }

    fn because(&self, name: &str) -> Option<Because> {
        let rule = rule(name)?;
        let sure = match rule.sure {
            lianxin_formation::Sure::V => "organisation-rule-sure-read",
            lianxin_formation::Sure::Second => "organisation-rule-sure-repost",
            lianxin_formation::Sure::M => "organisation-rule-sure-usual",
        };
        let message = format!("coverage-rule-{}", name.replace('_', "-"));
        Some(Because { words: self.words.t1(&message, "value", rule.value), source: &rule.source, sure })
    }

    fn why(&self, proposal: &[Line], line: &Line) -> Vec<String> {
        let words = self.words;
        let few = || words.t1("coverage-why-few", "n", line.members);
        match line.way {
            Way::Own => {
                let mut why = vec![words.t1("coverage-why-own", "n", line.members)];
                if let Some(host) = line.host {
                    why.push(words.t1("coverage-why-leaves", "name", self.name(host)));
                }
                why
            }
            Way::Joint => {
                let members: i64 = proposal.iter().map(|line| line.members).sum();
                let reason = match line.rules().last() {
                    Some("trade_metres") => words.t("coverage-why-trade"),
                    Some("association_metres") => words.t("coverage-why-association"),
                    _ => words.t("coverage-why-near"),
                };
                let together = words.t2("coverage-why-joint", "units", proposal.len(), "n", members);
                let leads = if line.unit == line.seat {
                    words.t("coverage-why-leads")
                } else {
                    words.t2("coverage-why-led", "name", self.name(line.seat), "metres", line.metres)
                };
                vec![few(), reason, together, leads]
            }
            Way::Attached => {
                let to = words.t2("coverage-why-attached", "name", self.by(line), "metres", line.metres);
                vec![few(), to]
            }
            Way::Left => {
                vec![
                    few(),
                    words.t("coverage-why-left"),
                    words.t1("coverage-why-sends", "name", self.by(line)),
                ]
            }
            Way::Instructed => {
                vec![words.t("coverage-why-none"), words.t1("coverage-why-sends", "name", self.by(line))]
            }
            Way::Kept => vec![words.t1("coverage-why-kept", "name", self.by(line))],
        }
    }

    fn next(&self, line: &Line) -> Option<String> {
        let (left, joints, metres) = (line.next_left_out?, line.next_joints?, line.next_metres?);
        Some(match (left, joints) {
            (0, 0) => self.words.t1("coverage-next-metres", "metres", metres),
            (0, _) => self.words.t2("coverage-next-joints", "n", joints, "metres", metres),
            _ => self.words.t1("coverage-next-left", "n", left),
        })
    }

    fn decided(&self, decision: &Decision) -> Decided {
        let organisation = decision.organisation.filter(|_| decision.is_accepted());
        Decided {
            accepted: decision.is_accepted(),
            by: decision.made_by.clone(),
            at: decision.made_at,
            reason: decision.reason.clone(),
            organisation: organisation.map(|id| (format!("/organisations/{id}"), self.name(id))),
        }
    }
}

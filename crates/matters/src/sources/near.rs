//! Matters behind which a source probably stands: of its category and place, those that say the same first.

use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Micros, Result, Scope, Tx};
use lianxin_hanzi::twins::{LIKELY, Report, model};

use super::{Source, store};
use crate::model::Matter;

/// What came in earlier is not looked at.
const SINCE: Micros = 180 * DAY;
/// So many of the newest are compared with so many of those linked last.
const COMPARED: i64 = 500;
const LINKED: i64 = 10;
/// So many are proposed.
const SHOWN: usize = 8;

/// A matter that a source probably stands behind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Proposal {
    /// The matter.
    pub(crate) matter: Matter,
    /// Whether its words say the same, or its category and place alone do.
    pub(crate) by_words: bool,
}

/// What may belong to the source and was neither linked nor taken out, within `scope`.
pub(crate) async fn proposals(
    tx: &mut Tx,
    scope: &Scope,
    source: &Source,
    now: Micros,
) -> Result<Vec<Proposal>> {
    let known = store::linked(tx, scope, source, LINKED).await?;
    let mut found = store::candidates(tx, scope, source, now - SINCE, COMPARED).await?;
    let mut said: Vec<Report> = known.iter().filter(|matter| !matter.text.is_empty()).map(words).collect();
    said.push(report(&format!("{} {}", source.title, source.words), source));
    let mut likely: Vec<(f64, Matter)> = Vec::with_capacity(found.len());
    for matter in found.drain(..) {
        let own = words(&matter);
        let same = said.iter().map(|other| model().same(&own, other)).fold(0.0, f64::max);
        likely.push((same, matter));
    }
    // The newest first among those that are as likely: the sort keeps their order.
    likely.sort_by(|one, other| other.0.total_cmp(&one.0));
    let proposal = |(same, matter): (f64, Matter)| Proposal { by_words: same >= LIKELY, matter };
    Ok(likely.into_iter().take(SHOWN).map(proposal).collect())
}

fn words(matter: &Matter) -> Report {
    let said = format!("{} {}", matter.text, matter.place);
    Report::new(&said, None, Some(&matter.category), 0.0)
}

/// One cause works in many places and for months: neither point nor time tells two matters of it apart.
fn report(said: &str, source: &Source) -> Report {
    Report::new(said, None, Some(&source.category), 0.0)
}

//! The demo's visits: the doors that its two-way check sends people to, some of them in every state. Nobody is real.

use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::{App, Right, Who};
use lianxin_reconcile::actions::visits::{Answer, Meet, NobodyHome, PlaceVisit, SendVisits, Told};
use lianxin_reconcile::plan::{Ask, plan};
use lianxin_reconcile::rules::findings::{Outcome, Side};
use lianxin_reconcile::store::campaigns;
use lianxin_reconcile::store::visits::{self, Wanted};
use lianxin_reconcile::visit::{Question, Visit};
use lianxin_registry::household::Relation;
use uuid::Uuid;

use super::people::COMMUNITY;

/// At most so many doors are looked at.
const MOST: i64 = 100;

/// What is found of whom lists alone tell, and of whom the registry alone tells, door after door; then nobody is home at
/// one door, and the rest is still to do.
const ABOVE: [Outcome; 2] = [Outcome::Lives, Outcome::Unknown];
const BELOW: [Outcome; 5] =
    [Outcome::Lives, Outcome::Moved, Outcome::Lives, Outcome::Unknown, Outcome::Refused];

/// Sends the visits and plays the first of them.
pub(super) async fn play(
    app: &App,
    (officer, worker): (&Who, &Who),
    (county, id): (&str, Uuid),
    now: Micros,
) -> Result<()> {
    let campaign = campaigns::campaign(&mut app.db().read().await?, county, id).await?;
    let campaign = campaign.ok_or_else(|| Error::failed("filling in the demo", "no two-way check"))?;
    let plan = plan(app, &campaign, Ask { unclear: true, below: true }, now).await?;
    app.act(officer, &SendVisits { county: county.to_owned(), campaign: id, plan }).await?;
    let scope = worker.scope(Right::KeepPeople, now);
    let found = visits::in_scope(&mut app.db().read().await?, &scope, &Wanted::default(), now, MOST).await?;
    let (mut above, mut below) = (ABOVE.into_iter(), BELOW.into_iter());
    let mut missed = false;
    for one in found {
        let (county, visit) = (county.to_owned(), one.visit.id);
        if !one.visit.placed {
            // Two whose address tells no grid are placed; the others wait for somebody to say.
            if above.len() == 0 {
                continue;
            }
            let area = format!("{COMMUNITY}-01");
            app.act(worker, &PlaceVisit { county: county.clone(), visit, area }).await?;
        }
        let questions = visits::questions(&mut app.db().read().await?, &county, visit).await?;
        let [question] = questions.as_slice() else { continue };
        let outcome = match question.side() {
            Side::Above => above.next(),
            Side::Below => below.next(),
            _ => None,
        };
        match outcome {
            Some(outcome) => answered(app, worker, question, (outcome, now)).await?,
            None if !missed => {
                missed = true;
                app.act(worker, &NobodyHome { county, visit, note: "白天家里没人，晚上去".to_owned() })
                    .await?;
                met(app, worker, &one.visit).await?;
            }
            None => {}
        }
    }
    Ok(())
}

async fn answered(app: &App, worker: &Who, question: &Question, of: (Outcome, Micros)) -> Result<()> {
    let (outcome, now) = of;
    let answer = Answer {
        county: question.county.clone(),
        visit: question.visit,
        question: question.id,
        outcome,
        told: Told { another: true, ..Told::default() },
        to: "演示市演示区".to_owned(),
        last: Some(now - 3 * DAY),
        as_listed: false,
        note: String::new(),
    };
    app.act(worker, &answer).await.map(drop)
}

/// Somebody whom neither a list nor the registry knew.
async fn met(app: &App, worker: &Who, visit: &Visit) -> Result<()> {
    let told = Told {
        name: "演示邱新".to_owned(),
        birth: "2025-06-18".to_owned(),
        relation: Some(Relation::Grandchild),
        ..Told::default()
    };
    app.act(worker, &Meet { county: visit.county.clone(), visit: visit.id, told }).await.map(drop)
}

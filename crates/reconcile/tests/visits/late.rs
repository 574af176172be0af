//! What was found where there was no signal, and is sent late.

use lianxin_foundation::action::Made;
use lianxin_foundation::clock::{DAY, SECOND};
use lianxin_reconcile::actions::CloseCampaign;
use lianxin_reconcile::actions::visits::{Answer, Caught, Late, Meet, NobodyHome, Step, Told};
use lianxin_reconcile::plan::Ask;
use lianxin_reconcile::rules::findings::Outcome;
use lianxin_reconcile::visit::Question;
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::yard::{COUNTY, GRID, Yard, refused};

/// An hour old when it is sent.
fn late(yard: &Yard, visit: Uuid, id: u128, step: Step) -> Late {
    let made = Made { id: Uuid::from_u128(id), at: yard.house.now() - 3_600 * SECOND };
    Late { county: COUNTY.into(), visit, made, step }
}

fn answer(yard: &Yard, question: &Question, id: u128, outcome: Outcome) -> Late {
    late(yard, question.visit, id, Step::Answer(yard.answer(question, outcome)))
}

fn met(yard: &Yard, question: &Question, id: u128, another: bool) -> Late {
    let told = Told { name: "演示邱小".into(), phone: "13700000008".into(), another, ..Told::default() };
    late(yard, question.visit, id, Step::Meet(Meet { county: COUNTY.into(), visit: question.visit, told }))
}

fn nobody(yard: &Yard, question: &Question, id: u128) -> Late {
    let home = NobodyHome { county: COUNTY.into(), visit: question.visit, note: "晚上来".into() };
    late(yard, question.visit, id, Step::NobodyHome(home))
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_reconcile::MESSAGES];

    /// The phone never heard the answer and sends again, eight times at once: somebody is registered once.
    async fn what_is_sent_again_happens_once(house: House) {
        let yard = Yard::new(house).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        yard.list(0, &["演示邱一,1951-03-04,13700000001,演示小区9栋101室"]).await;
        yard.send(Ask::default()).await;
        let question = yard.only(&yard.worker).await;
        let mut sendings = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (app, who) = (yard.house.app().clone(), yard.worker.clone());
            let met = met(&yard, &question, 7, true);
            sendings.spawn(async move { app.act(&who, &met).await.unwrap() });
        }
        let outcomes = sendings.join_all().await;
        assert_eq!(outcomes.iter().filter(|one| **one == Caught::Done).count(), 1);
        assert_eq!(outcomes.iter().filter(|one| **one == Caught::Already).count(), 7);
        assert_eq!(yard.count("person").await, 2);
        for (sent, caught) in [
            (nobody(&yard, &question, 8), Caught::Done),
            (nobody(&yard, &question, 8), Caught::Already),
            (answer(&yard, &question, 9, Outcome::Lives), Caught::Done),
            (answer(&yard, &question, 9, Outcome::Lives), Caught::Already),
            // Two of them were there: who found the same, or nobody, contradicts nobody.
            (answer(&yard, &question, 10, Outcome::Lives), Caught::Same),
            (nobody(&yard, &question, 11), Caught::Same),
        ] {
            assert_eq!(yard.house.app().act(&yard.worker, &sent).await.unwrap(), caught, "{:?}", sent.made.id);
        }
        assert_eq!(yard.count("person").await, 3);
        let [one] = yard.visits(&yard.worker, true).await.try_into().unwrap();
        assert_eq!((one.visit.tries, one.settled), (1, 2));
        assert_eq!(one.visit.tried_at, Some(yard.house.now() - 3_600 * SECOND), "when it was seen, not when it was sent");
    }

    /// What cannot be taken is refused, says why, and leaves nothing: the same entry may be sent again.
    async fn what_is_refused_leaves_nothing(house: House) {
        let yard = Yard::new(house).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        yard.list(0, &["演示邱一,1952-03-04,13700000001,演示小区9栋101室", "演示邱二,1952-03-04,,演示小区9栋102室"]).await;
        yard.send(Ask::default()).await;
        let all = yard.visits(&yard.worker, false).await;
        let mut questions = Vec::new();
        for one in &all {
            questions.extend(yard.questions(one.visit.id).await);
        }
        let [first, second] = questions.try_into().unwrap();
        assert_eq!(refused(&yard, &yard.neighbour, &answer(&yard, &first, 7, Outcome::Lives)).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.worker, &answer(&yard, &first, 7, Outcome::Elsewhere)).await, "outcome visit-outcome-form");
        assert_eq!(refused(&yard, &yard.worker, &answer(&yard, &first, 7, Outcome::Moved)).await, "done", "the refused id is free");
        assert_eq!(refused(&yard, &yard.worker, &answer(&yard, &first, 8, Outcome::Lives)).await, "outcome visit-moved", "somebody found otherwise");
        // An id made for another visit is no id of ours, and says nothing of that visit.
        assert_eq!(refused(&yard, &yard.worker, &nobody(&yard, &second, 7)).await, "problem-not-found");
        let long = Step::NobodyHome(NobodyHome { county: COUNTY.into(), visit: second.visit, note: "长".repeat(201) });
        assert_eq!(refused(&yard, &yard.worker, &late(&yard, second.visit, 9, long)).await, "note visit-note-form");
        // What the phone shows masked and nobody contradicts is taken as listed.
        let right = Answer {
            told: Told { name: "演示邱二".into(), ..Told::default() },
            as_listed: true,
            ..yard.answer(&second, Outcome::Corrected)
        };
        let sent = late(&yard, second.visit, 10, Step::Answer(right));
        assert_eq!(refused(&yard, &yard.worker, &sent).await, "done");
        let person = yard.questions(second.visit).await[0].person.unwrap();
        let mut tx = yard.house.db().read().await.unwrap();
        let person = lianxin_registry::person::store::person(&mut tx, COUNTY, person).await.unwrap().unwrap();
        drop(tx);
        assert_eq!(person.birth.as_deref(), Some("1952-03-04"));
        // What was met after the check was closed is refused; sent before, it is known again.
        let close = CloseCampaign { county: COUNTY.into(), id: yard.campaign };
        assert_eq!(refused(&yard, &yard.secretary, &close).await, "done");
        assert_eq!(refused(&yard, &yard.worker, &met(&yard, &second, 11, false)).await, "check-is-over");
        assert_eq!(refused(&yard, &yard.worker, &sent).await, "done");
        yard.house.clock().set(yard.house.now() + 31 * DAY);
        lianxin_reconcile::worker::erase_overdue(yard.house.app()).await.unwrap();
        assert_eq!(yard.count("visit_entry").await, 0, "what phones sent goes with the check");
    }
}

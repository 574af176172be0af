//! Checks on the ground: what matching left open is asked at the doors, the registry is corrected once, and every list that
//! was wrong is told.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod late;
mod movers;
mod yard;

use std::collections::HashMap;

use lianxin_foundation::Who;
use lianxin_foundation::clock::DAY;
use lianxin_reconcile::actions::visits::{
    Answer, Meet, NobodyHome, OpenVisit, OpenVisits, PlaceVisit, RecallVisits, TakeBack, Told,
};
use lianxin_reconcile::actions::{CloseCampaign, Decide, DropRoll, Undecide};
use lianxin_reconcile::plan::Ask;
use lianxin_reconcile::rules::findings::Outcome;
use lianxin_reconcile::store::{coverage, visits};
use lianxin_reconcile::worker;
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_testkit::both_engines;
use uuid::Uuid;
use yard::{COUNTY, GRID, OTHER_GRID, TOWN, VILLAGE, Yard, refused};

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_reconcile::MESSAGES];

    async fn one_door_is_visited_once_in_the_grid_where_it_lies(house: House) {
        let yard = Yard::new(house).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        yard.register("演示李乙", (OTHER_GRID, "演示小区 2 栋 101 室"), "13900000002").await;
        // Two offices know the same stranger at a known door; one knows somebody of the same building; and one gives
        // an address that names no door.
        yard.list(0, &["演示邱一,1951-03-04,13700000001,演示小区9栋101室", "演示邱二,1952-03-04,13700000002,演示小区 9 栋 202 室"]).await;
        yard.list(1, &["演示邱一,1951-03-04,,演示小区九栋101室", "演示邱三,1953-03-04,13700000003,"]).await;
        for (who, said) in [(&yard.worker, "problem-not-found"), (&yard.clerks[0], "problem-forbidden")] {
            assert_eq!(refused(&yard, who, &yard.sending(Ask::default()).await).await, said);
        }
        let sent = yard.send(Ask::default()).await;
        assert_eq!((sent.visits, sent.people, sent.left), (3, 3, 0));
        assert_eq!(refused(&yard, &yard.secretary, &yard.sending(Ask::default()).await).await, "visit-none-to-send");
        let mine = yard.visits(&yard.worker, false).await;
        assert_eq!(mine.len(), 2, "the known door, and the same building");
        assert!(mine.iter().all(|one| one.visit.placed && one.people == 1 && one.open == 1));
        assert_eq!(mine.iter().filter(|one| one.visit.household.is_some()).count(), 1);
        assert_eq!(yard.visits(&yard.neighbour, false).await, [], "another grid's worker sees nothing");
        assert_eq!(yard.visits(&yard.clerks[0], false).await, [], "nor does an office");
        let all = yard.visits(&yard.secretary, false).await;
        let unplaced: Vec<_> = all.iter().filter(|one| !one.visit.placed).collect();
        assert_eq!((all.len(), unplaced.len()), (3, 1));
        let visit = unplaced[0].visit.id;
        let place = |area: &str| PlaceVisit { county: COUNTY.into(), visit, area: area.into() };
        for (who, area, said) in [
            (&yard.worker, GRID, "problem-not-found"),
            (&yard.secretary, VILLAGE, "area visit-place-wide"),
            (&yard.secretary, "421223100999", "area area-unknown"),
            (&yard.secretary, TOWN, "area visit-place-not-yours"),
            (&yard.secretary, OTHER_GRID, "done"),
        ] {
            assert_eq!(refused(&yard, who, &place(area)).await, said, "{area}");
        }
        assert_eq!(yard.visits(&yard.neighbour, false).await.len(), 1, "now it is the neighbour's");
        assert_eq!(refused(&yard, &yard.neighbour, &place(GRID)).await, "area visit-place-not-yours");
        let home = NobodyHome { county: COUNTY.into(), visit, note: String::new() };
        assert_eq!(refused(&yard, &yard.worker, &home).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.neighbour, &home).await, "done");
        assert_eq!(refused(&yard, &yard.neighbour, &home).await, "done");
        let [one] = yard.visits(&yard.neighbour, false).await.try_into().unwrap();
        assert_eq!((one.visit.state.as_str(), one.visit.tries), ("again", 2));
        for (who, said) in [(&yard.worker, "problem-not-found"), (&yard.neighbour, "done")] {
            assert_eq!(refused(&yard, who, &OpenVisit { county: COUNTY.into(), visit }).await, said);
        }
        assert_eq!(refused(&yard, &yard.clerks[0], &OpenVisits { county: COUNTY.into(), visits: 1, along: false }).await, "problem-forbidden");
    }

    async fn whom_lists_alone_know_is_registered_once_and_both_lists_are_told(house: House) {
        let yard = Yard::new(house).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        let first = yard.list(0, &["演示邱一,1951-03-04,13700000001,演示小区9栋101室"]).await;
        let second = yard.list(1, &["演示邱一,1951-03-04,13700000009,演示小区9栋101室"]).await;
        yard.send(Ask::default()).await;
        let question = yard.only(&yard.worker).await;
        let lives = yard.answer(&question, Outcome::Lives);
        assert_eq!(refused(&yard, &yard.neighbour, &lives).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.clerks[0], &lives).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.worker, &lives).await, "visit-told-differs", "the lists tell two numbers");
        let told = |phone: &str| Told {
            name: "演示邱一".into(), birth: "1951-03-04".into(), phone: phone.into(), ..Told::default()
        };
        let right = |told: Told| Answer { told, ..yard.answer(&question, Outcome::Corrected) };
        for (told, said) in [
            (Told { name: String::new(), ..told("13700000009") }, "name person-name-form"),
            (Told { birth: "1951".into(), ..told("13700000009") }, "birth person-birth-form"),
            (told("12"), "phone person-phone-form"),
        ] {
            assert_eq!(refused(&yard, &yard.worker, &right(told)).await, said);
        }
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Elsewhere)).await, "outcome visit-outcome-form");
        assert_eq!(yard.count("person").await, 1, "a refusal writes nothing");
        assert_eq!(refused(&yard, &yard.worker, &right(told("13700000009"))).await, "done");
        assert_eq!((yard.count("person").await, yard.count("household").await), (2, 1), "in the household that is there");
        assert_eq!(refused(&yard, &yard.worker, &right(told("13700000009"))).await, "outcome visit-corrected");
        let back = TakeBack { county: COUNTY.into(), visit: question.visit, question: question.id };
        assert_eq!(refused(&yard, &yard.worker, &back).await, "visit-not-taken-back");
        let [done] = yard.visits(&yard.worker, true).await.try_into().unwrap();
        assert_eq!((done.open, done.visit.state.as_str()), (0, "done"));
        let nobody = NobodyHome { county: COUNTY.into(), visit: question.visit, note: String::new() };
        assert_eq!(refused(&yard, &yard.worker, &nobody).await, "visit-answered");
        let mut tx = yard.house.db().read().await.unwrap();
        for roll in [first, second] {
            let found = visits::found(&mut tx, COUNTY, roll, (0, i64::MAX), 9).await.unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].question.outcome(), Some(Outcome::Corrected));
        }
        drop(tx);
        // Linked again, the lines are the person, and nothing is asked twice.
        yard.link(first).await;
        assert_eq!(refused(&yard, &yard.secretary, &yard.sending(Ask::default()).await).await, "visit-none-to-send");
        let corrected = yard.audited("visit-correct").await;
        assert_eq!(corrected.len(), 1);
        assert_eq!(corrected[0].1.as_deref(), Some("演示排查 · 核对高龄津贴"), "the person's own trail says why");
    }

    async fn the_unclear_is_settled_at_the_door(house: House) {
        let yard = Yard::new(house).await;
        let known = yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        let roll = yard.list(0, &["演示王甲,1950-01-02,13900000001,演示小区9栋101室"]).await;
        yard.unclear(roll, 2, known).await;
        assert_eq!(refused(&yard, &yard.secretary, &yard.sending(Ask::default()).await).await, "visit-none-to-send", "a clerk decides");
        let ask = Ask { unclear: true, below: false };
        assert_eq!(yard.send(ask).await.people, 1);
        let question = yard.only(&yard.worker).await;
        assert_eq!((question.kind.as_str(), question.person), ("unclear", Some(known)));
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Unknown)).await, "done");
        assert_eq!((yard.count("same").await, yard.count("other").await), (0, 1));
        let back = TakeBack { county: COUNTY.into(), visit: question.visit, question: question.id };
        assert_eq!(refused(&yard, &yard.neighbour, &back).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.worker, &back).await, "done");
        assert_eq!(refused(&yard, &yard.worker, &back).await, "visit-not-taken-back", "there is nothing left to take back");
        assert_eq!(yard.count("other").await, 0, "the line is as unclear as it was");
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Refused)).await, "done");
        assert_eq!((yard.count("same").await, yard.count("other").await), (0, 0), "who would not say tells nothing");
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Lives)).await, "done", "and may be asked again");
        assert_eq!((yard.count("same").await, yard.count("other").await), (1, 0));
        assert_eq!(yard.count("person").await, 1);
        assert_eq!(yard.audited("visit-correct").await, [], "nothing was corrected");
    }

    async fn who_moved_or_died_leaves_the_registry_once(house: House) {
        let yard = Yard::new(house).await;
        let moved = yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        let died = yard.register("演示李乙", (GRID, "演示小区 9 栋 102 室"), "13900000002").await;
        let unknown = yard.register("演示赵丙", (GRID, "演示小区 9 栋 103 室"), "13900000003").await;
        yard.list(0, &["演示邱一,1951-03-04,13700000001,演示小区9栋104室"]).await;
        let sent = yard.send(Ask { unclear: true, below: true }).await;
        assert_eq!((sent.visits, sent.people), (4, 4));
        let mut by_person = HashMap::new();
        for one in yard.visits(&yard.worker, false).await {
            for question in yard.questions(one.visit.id).await {
                by_person.insert(question.person, question);
            }
        }
        let of = |person: Uuid| by_person[&Some(person)].clone();
        let away = |last| Answer { to: "武汉".into(), last, ..yard.answer(&of(moved), Outcome::Moved) };
        let now = yard.house.now();
        for (answer, said) in [
            (away(Some(now + 2 * DAY)), "last people-day-future"),
            (away(Some(now - 500 * DAY)), "last people-ends-first"),
            (Answer { to: "远".repeat(121), ..away(None) }, "to visit-to-form"),
        ] {
            assert_eq!(refused(&yard, &yard.worker, &answer).await, said);
        }
        assert!(yard.lives(moved).await, "a refusal corrects nothing");
        assert_eq!(refused(&yard, &yard.worker, &away(Some(now - 9 * DAY))).await, "done");
        assert!(!yard.lives(moved).await);
        assert_eq!(refused(&yard, &yard.worker, &away(None)).await, "outcome visit-moved", "and says what stands there");
        assert_eq!(refused(&yard, &yard.worker, &Answer { last: Some(now - DAY), ..yard.answer(&of(died), Outcome::Died) }).await, "done");
        assert!(!yard.lives(died).await);
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&of(unknown), Outcome::Unknown)).await, "done");
        assert!(yard.lives(unknown).await, "that nobody knows somebody removes nobody");
        let mut tx = yard.house.db().read().await.unwrap();
        let remarkable = visits::remarkable(&mut tx, COUNTY, yard.campaign, 9).await.unwrap();
        assert_eq!(remarkable.len(), 1, "an office goes on with whom nobody knew");
        assert_eq!(remarkable[0].2, Some(unknown));
        let rule = lianxin_reconcile::rules::bands::Thresholds::default();
        let above = coverage::above(&mut tx, COUNTY, yard.campaign, &rule).await.unwrap();
        drop(tx);
        let stranger = by_person[&None].clone();
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&stranger, Outcome::Moved)).await, "done");
        let mut tx = yard.house.db().read().await.unwrap();
        let now = coverage::above(&mut tx, COUNTY, yard.campaign, &rule).await.unwrap();
        assert_eq!((above.len(), now.len()), (1, 0), "who moved away counts as living nowhere");
        assert_eq!(yard.audited("visit-correct").await.len(), 2);
        assert_eq!(yard.audited("person-depart").await.len(), 2, "by the registry's own action, once each");
    }

    async fn who_is_met_is_registered_once_and_stands_on_no_list(house: House) {
        let yard = Yard::new(house).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        yard.list(0, &["演示邱一,1951-03-04,13700000001,演示小区9栋202室"]).await;
        yard.send(Ask::default()).await;
        let question = yard.only(&yard.worker).await;
        let told = Told { name: "演示邱小".into(), phone: "13700000008".into(), ..Told::default() };
        let meet = |told: &Told| Meet { county: COUNTY.into(), visit: question.visit, told: told.clone() };
        assert_eq!(refused(&yard, &yard.neighbour, &meet(&told)).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.worker, &meet(&Told::default())).await, "name person-name-form");
        assert_eq!(refused(&yard, &yard.worker, &meet(&told)).await, "done");
        assert_eq!(refused(&yard, &yard.worker, &meet(&told)).await, "person-alike", "once");
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Lives)).await, "done");
        assert_eq!((yard.count("person").await, yard.count("household").await), (3, 2), "both live behind one door");
        let mut tx = yard.house.db().read().await.unwrap();
        let found = visits::remarkable(&mut tx, COUNTY, yard.campaign, 9).await.unwrap();
        assert_eq!(found.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["met"]);
        drop(tx);
        let met = yard.questions(question.visit).await.into_iter().find(|one| one.kind == "met").unwrap();
        let back = TakeBack { county: COUNTY.into(), visit: met.visit, question: met.id };
        assert_eq!(refused(&yard, &yard.worker, &back).await, "visit-not-taken-back");
    }

    async fn a_number_that_is_somebody_elses_goes_to_an_office(house: House) {
        let yard = Yard::new(house).await;
        let add = AddPerson {
            name: "演示邱一".into(),
            id_number: Some("11010519491231002X".into()),
            phone: None,
            sex: None,
            birth: None,
            lodging: Lodging { area: "421223101001".into(), ..Lodging::default() },
            from: None,
            another: true,
        };
        yard.house.area("421223101001").await;
        yard.house.app().act(&Who::program(COUNTY), &add).await.unwrap();
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        yard.list(0, &["演示邱一,,13700000001,演示小区9栋202室"]).await;
        yard.send(Ask::default()).await;
        let question = yard.only(&yard.worker).await;
        let told = Told { name: "演示邱一".into(), id_number: "11010519491231002X".into(), ..Told::default() };
        let right = Answer { told, ..yard.answer(&question, Outcome::Corrected) };
        assert_eq!(yard.house.app().act(&yard.worker, &right).await.unwrap(), Outcome::Elsewhere);
        assert_eq!(yard.count("person").await, 2, "nobody is registered twice");
        let mut tx = yard.house.db().read().await.unwrap();
        assert_eq!(visits::remarkable(&mut tx, COUNTY, yard.campaign, 9).await.unwrap().len(), 1);
    }

    async fn what_is_settled_at_the_desk_or_over_is_asked_no_longer(house: House) {
        let yard = Yard::new(house).await;
        let known = yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        let roll = yard.list(0, &["演示王甲,1950-01-02,13900000001,演示小区9栋101室", "演示邱二,1952-03-04,,演示小区9栋202室"]).await;
        let second = yard.list(1, &["演示邱二,1952-03-04,13700000002,演示小区9栋202室"]).await;
        yard.unclear(roll, 2, known).await;
        assert_eq!(yard.send(Ask { unclear: true, below: false }).await.visits, 2);
        let decide = Decide { county: COUNTY.into(), campaign: yard.campaign, roll, line: 2, person: known, same: true };
        assert_eq!(refused(&yard, &yard.secretary, &decide).await, "done");
        let question = yard.only(&yard.worker).await;
        assert_eq!(question.kind, "above", "what a clerk knows, nobody asks");
        // What nobody asked is taken back by whoever sent it, and asked again when it is sent again.
        let recall = RecallVisits { county: COUNTY.into(), campaign: yard.campaign };
        for (who, said) in [(&yard.worker, "problem-not-found"), (&yard.clerks[0], "problem-forbidden"), (&yard.secretary, "done")] {
            assert_eq!(refused(&yard, who, &recall).await, said);
        }
        assert_eq!(refused(&yard, &yard.secretary, &recall).await, "visit-none-to-recall");
        assert_eq!(yard.visits(&yard.worker, false).await, []);
        assert_eq!(yard.send(Ask { unclear: true, below: false }).await.visits, 1);
        // Taken back, it is asked at once where it was asked before; decided again, it rests again.
        let back = Undecide { county: COUNTY.into(), campaign: yard.campaign, roll, line: 2 };
        assert_eq!(refused(&yard, &yard.secretary, &back).await, "done");
        assert_eq!(yard.visits(&yard.worker, false).await.len(), 2);
        assert_eq!(refused(&yard, &yard.secretary, &yard.sending(Ask { unclear: true, below: false }).await).await, "visit-none-to-send");
        assert_eq!(refused(&yard, &yard.secretary, &decide).await, "done");
        assert_eq!(yard.visits(&yard.worker, false).await.len(), 1);
        assert_eq!(refused(&yard, &yard.secretary, &DropRoll { county: COUNTY.into(), roll }).await, "done");
        assert_eq!(yard.count("visit_line").await, 1, "the other list asks on");
        assert_eq!(refused(&yard, &yard.secretary, &DropRoll { county: COUNTY.into(), roll: second }).await, "done");
        assert_eq!((yard.count("visit").await, yard.count("visit_question").await), (0, 0));
        yard.list(0, &["演示邱二,1952-03-04,,演示小区9栋202室"]).await;
        yard.send(Ask::default()).await;
        let question = yard.only(&yard.worker).await;
        let close = CloseCampaign { county: COUNTY.into(), id: yard.campaign };
        assert_eq!(refused(&yard, &yard.secretary, &close).await, "done");
        assert_eq!(yard.visits(&yard.worker, false).await, []);
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Lives)).await, "check-is-over");
        yard.house.clock().set(yard.house.now() + 31 * DAY);
        worker::erase_overdue(yard.house.app()).await.unwrap();
        for table in ["visit", "visit_question", "visit_line"] {
            assert_eq!(yard.count(table).await, 0, "{table}");
        }
        assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, Outcome::Lives)).await, "problem-not-found");
    }
}

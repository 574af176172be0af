//! One step on many matters: each by its own action, refused one by one, never twice.

use lianxin_foundation::Role;
use lianxin_foundation::audit::{Link, store as trail};
use lianxin_foundation::scope::Post;
use lianxin_matters::actions::{BulkStep, Chore, MOST_AT_ONCE, Outcome, Report, in_bulk};
use lianxin_matters::model::Status;
use lianxin_matters::rules::Step;
use lianxin_testkit::{Browser, House, both_engines};
use uuid::Uuid;

use crate::phone::{browser, stranger};
use crate::place::{COUNTY, County, GRID, TOWN, VILLAGE, code};

/// The form's own words for a sending.
const SENDING: &str = "019ab000-0000-7000-8000-000000000001";

fn chore(step: BulkStep, words: &str) -> Chore {
    Chore { step, words: words.into(), unit: None, internal: false }
}

fn keys(ids: &[Uuid]) -> Vec<(String, Uuid)> {
    ids.iter().map(|id| (COUNTY.to_owned(), *id)).collect()
}

fn sending() -> Uuid {
    SENDING.parse().unwrap()
}

async fn several(county: &County, area: &str, many: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for at in 0..many {
        let report =
            Report {
                key: None, area: Some(area.into()), text: format!("演示第{at}件"), ..county.report()
            };
        ids.push(county.file(&report).await.unwrap().id);
    }
    ids
}

async fn recorded(house: &House, action: &str) -> Vec<Link> {
    let mut tx = house.db().read().await.unwrap();
    let links = trail::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
    links.into_iter().filter(|link| link.action == action).collect()
}

/// A dispatcher of the town before the program.
async fn dispatcher(house: &House, county: &County) -> Browser {
    browser(house, county, "dispatcher", &[house.post(Role::Dispatcher, TOWN)]).await
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_matters::MESSAGES];

    /// Each has its own event and its own entry in the trail; what cannot be done says why and stops nothing.
    async fn many_are_taken_each_by_its_own_action(house: House) {
        let county = County::new(&house).await;
        let ids = several(&county, GRID, 3).await;
        let elsewhere = several(&county, VILLAGE, 1).await;
        house.app().act(&county.handlers[0], &county.accept(ids[1])).await.unwrap();
        let picked = keys(&[ids[0], ids[1], elsewhere[0], ids[2]]);
        let (app, matters) = (house.app(), &county.matters);
        let done = in_bulk(app, &county.handlers[0], matters, sending(), &chore(BulkStep::Accept, "已联系"), &picked).await.unwrap();
        let codes: Vec<&str> = done.iter().map(|one| match one {
            Outcome::Done => "done",
            Outcome::Already => "already",
            Outcome::Refused(problem) => problem.code,
        }).collect();
        assert_eq!(codes, ["done", "matter-step-now", "problem-not-found", "done"]);
        for id in &ids {
            assert_eq!(county.stored(*id).await.status, Status::Accepted);
            county.check_log(*id).await;
        }
        assert_eq!(county.stored(elsewhere[0]).await.status, Status::Dispatched, "another unit's stays as it was");
        let events = county.events(ids[0]).await;
        let last = events.last().unwrap();
        assert_eq!((last.note.as_deref(), last.detail.made_at), (Some("已联系"), None), "made here and now");
        assert_eq!(recorded(&house, Step::Accept.audit_code()).await.len(), 3, "an entry for each");
        let whole = recorded(&house, "matters-bulk").await;
        assert_eq!(whole.len(), 1);
        assert_eq!(whole[0].detail, r#"{"already":0,"done":2,"refused":2,"step":"accept"}"#);
    }

    async fn a_sending_sent_again_does_nothing_again(house: House) {
        let county = County::new(&house).await;
        let ids = several(&county, GRID, 2).await;
        let (app, matters, who) = (house.app(), &county.matters, &county.handlers[0]);
        let note = chore(BulkStep::Note, "演示：已登门");
        for expected in [Outcome::Done, Outcome::Already] {
            let outcomes = in_bulk(app, who, matters, sending(), &note, &keys(&ids)).await.unwrap();
            assert_eq!(outcomes, vec![expected; 2]);
        }
        for id in &ids {
            let notes = county.events(*id).await.into_iter().filter(|event| event.kind == Step::Note).count();
            assert_eq!(notes, 1);
        }
        // The form opened anew is another sending.
        let again = in_bulk(app, who, matters, Uuid::max(), &note, &keys(&ids)).await.unwrap();
        assert_eq!(again, vec![Outcome::Done; 2]);
    }

    /// Words that no matter could be given are refused before any is touched.
    async fn what_is_wrong_with_the_step_itself_touches_nothing(house: House) {
        let county = County::new(&house).await;
        let ids = several(&county, GRID, 2).await;
        let (app, matters, who) = (house.app(), &county.matters, &county.handlers[0]);
        for (chore, why) in [
            (chore(BulkStep::Resolve, "  "), "matter-note-missing"),
            (chore(BulkStep::Resolve, "我们{when}看过"), "matter-note-unfilled"),
            (chore(BulkStep::Note, ""), "matter-note-missing"),
            (chore(BulkStep::Accept, &"字".repeat(4001)), "matter-text-long"),
            (chore(BulkStep::Dispatch, ""), "matter-unit-missing"),
        ] {
            assert_eq!(code(in_bulk(app, who, matters, sending(), &chore, &keys(&ids)).await), why);
        }
        let many: Vec<Uuid> = (0..=MOST_AT_ONCE).map(|_| ids[0]).collect();
        assert_eq!(code(in_bulk(app, who, matters, sending(), &chore(BulkStep::Note, "一"), &keys(&many)).await), "bulk-most");
        assert_eq!(county.events(ids[0]).await.len(), 2, "reported and dispatched, nothing else");
        assert_eq!(recorded(&house, "matters-bulk").await, []);
    }

    async fn many_are_dispatched_and_answered(house: House) {
        let county = County::new(&house).await;
        let ids = several(&county, GRID, 2).await;
        let (app, matters) = (house.app(), &county.matters);
        let dispatch = Chore { unit: Some(county.units[2]), ..chore(BulkStep::Dispatch, "请镇里办") };
        let refused = in_bulk(app, &county.handlers[0], matters, sending(), &dispatch, &keys(&ids)).await.unwrap();
        assert!(refused.iter().all(|one| matches!(one, Outcome::Refused(problem) if problem.code == "matter-step-party")));
        let town = &county.handlers[2];
        let objected = county.units[2];
        let sent = in_bulk(app, &county.dispatcher, matters, sending(), &dispatch, &keys(&ids)).await.unwrap();
        // A matter that a unit has is dispatched anew only once it objects; the table decides, as on its own page.
        for (outcome, id) in sent.iter().zip(&ids) {
            let has = county.stored(*id).await.unit;
            assert_eq!(*outcome == Outcome::Done, has == Some(objected), "{outcome:?}");
        }
        let accepted = in_bulk(app, town, matters, sending(), &chore(BulkStep::Accept, ""), &keys(&ids)).await.unwrap();
        let answered = in_bulk(app, town, matters, sending(), &chore(BulkStep::Resolve, "已清理"), &keys(&ids)).await.unwrap();
        assert_eq!(accepted, answered, "what could be taken could be answered");
        for id in &ids {
            county.check_log(*id).await;
        }
    }

    /// The pages: what is ticked, the form with its words, the answer, and the same form once more.
    async fn the_inbox_does_it_without_script(house: House) {
        let county = County::new(&house).await;
        let ids = several(&county, GRID, 3).await;
        let posts = [Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) }];
        let mut handler = browser(&house, &county, "handler", &posts).await;
        let inbox = handler.get("/inbox?tab=todo").await.text();
        let key = |id: &Uuid| format!("{COUNTY}.{id}");
        assert!(ids.iter().all(|id| inbox.contains(&format!(r#"name="pick" value="{}""#, key(id)))));
        assert!(inbox.contains("/inbox/bulk/accept") && !inbox.contains("/inbox/bulk/dispatch"), "a unit sends nothing out");

        let (first, second) = (key(&ids[0]), key(&ids[1]));
        let picks = [("pick", first.as_str()), ("pick", second.as_str()), ("query", "tab=todo")];
        let asked = handler.post("/inbox/bulk/resolve", &picks).await;
        assert!(asked.status == 200 && asked.text().contains("这些现在不能这样办"), "not taken yet, so not settled yet");
        let form = handler.post("/inbox/bulk/accept", &picks).await.text();
        let sending = form.split(r#"name="bulk" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut sent = picks.to_vec();
        sent.push(("bulk", &sending));
        sent.push(("note", "已和反映人联系"));
        let done = handler.post("/inbox/bulk/accept", &sent).await.text();
        assert!(done.contains("办了 2 件，没办成 0 件"), "{done}");
        let again = handler.post("/inbox/bulk/accept", &sent).await.text();
        assert!(again.contains("2 件刚才这一次已经办过"), "{again}");
        assert_eq!(county.stored(ids[2]).await.status, Status::Dispatched, "what was not ticked");
        assert_eq!(county.events(ids[0]).await.len(), 3);

        // Words for everyone that look personal are pointed out, once.
        let mut personal = picks.to_vec();
        personal.extend([("bulk", SENDING), ("reply", "请打 13812345678")]);
        let pointed = handler.post("/inbox/bulk/resolve", &personal).await;
        assert!(pointed.status == 422 && !pointed.text().contains("13812345678") && pointed.text().contains(SENDING));
        assert_eq!(county.stored(ids[0]).await.status, Status::Accepted);
        let empty = handler.post("/inbox/bulk/resolve", &[("bulk", SENDING), ("pick", &first)]).await;
        assert_eq!(empty.status, 422, "an answer without words");
        let none = handler.post("/inbox/bulk/accept", &[("query", "tab=todo")]).await.text();
        assert!(none.contains("还没有选中哪一件"));
        assert_eq!(handler.post("/inbox/bulk/dismiss", &picks).await.status, 404);
        assert_eq!(handler.get("/inbox/bulk/accept").await.location(), "/inbox");
    }

    /// All of a list, as far as one may see it; what is out of sight is lost, not told of.
    async fn the_whole_list_is_what_its_reader_may_see(house: House) {
        let county = County::new(&house).await;
        several(&county, GRID, 2).await;
        let hidden = several(&county, COUNTY, 1).await;
        let mut dispatcher = dispatcher(&house, &county).await;
        let asked = dispatcher.post("/inbox/bulk/note", &[("all", "1"), ("query", "tab=open")]).await.text();
        assert_eq!(asked.matches(r#"name="pick""#).count(), 2, "{asked}");
        let key = format!("{COUNTY}.{}", hidden[0]);
        let lost = dispatcher.post("/inbox/bulk/note", &[("pick", &key), ("pick", "x"), ("query", "tab=open")]).await.text();
        assert!(lost.contains("有 2 件找不到") && !lost.contains("演示第0件"), "{lost}");
        let mut secretary = browser(&house, &county, "secretary", &[house.post(Role::Secretary, COUNTY)]).await;
        let page = secretary.get("/inbox?tab=open").await.text();
        assert!(page.contains("演示第0件") && !page.contains(r#"name="pick""#), "who only looks picks nothing");
        let done = secretary.post("/inbox/bulk/note", &[("pick", &key), ("bulk", SENDING), ("note", "看看")]).await.text();
        assert!(done.contains("办了 0 件，没办成 1 件"), "{done}");
        assert!(stranger(&house, &county).post("/inbox/bulk/note", &[]).await.location().starts_with("/sign-in"));
    }
}

/// What each of them needs its own words or facts for has no name that a list could send.
#[test]
fn no_other_step_is_taken_on_many() {
    for step in Step::ALL {
        let known = BulkStep::from_code(step.code()).map(BulkStep::step);
        assert_eq!(
            known,
            [Step::Accept, Step::Dispatch, Step::Resolve, Step::Note].contains(&step).then_some(step)
        );
    }
}

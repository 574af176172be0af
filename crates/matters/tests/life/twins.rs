//! Matters that say the same: joined by others, merged by staff, parted again.

use lianxin_foundation::clock::{DAY, HOUR};
use lianxin_foundation::ids::digest;
use lianxin_foundation::{Role, Who, audit, sql};
use lianxin_matters::actions::{Join, Merge, Part, Report, ReporterPart, Tick, Withdraw};
use lianxin_matters::figures::sums;
use lianxin_matters::model::{Matter, Status};
use lianxin_matters::rules::Step;
use lianxin_matters::twins::{Asking, find};
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, KEY, OTHER_KEY, TOWN, code, reporter};

impl County {
    fn join(&self, id: Uuid, browser: &str) -> Join<'_> {
        Join {
            matters: &self.matters,
            county: COUNTY.into(),
            id,
            browser: browser.into(),
            key: None,
            phone: None,
            language: "zh-CN".into(),
        }
    }

    async fn second(&self) -> Uuid {
        let again =
            Report {
                key: Some(OTHER_KEY.into()), text: "垃圾堆了好几天没人收".into(), ..self.report()
            };
        self.file(&again).await.unwrap().id
    }

    fn merge(&self, id: Uuid, into: &Matter) -> Merge<'_> {
        Merge {
            matters: &self.matters,
            county: COUNTY.into(),
            id,
            into: into.number.clone(),
            note: String::new(),
        }
    }

    fn part(&self, id: Uuid) -> Part<'_> {
        Part { matters: &self.matters, county: COUNTY.into(), id, reason: "不是同一堆".into() }
    }

    /// What the figures have received.
    async fn received(&self) -> i64 {
        let mut tx = self.house.db().read().await.unwrap();
        sql("select cast(sum(received) as BIGINT) from figure_sum").scalar(&mut tx).await.unwrap()
    }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// A thousand people press at once, some of them twice: each browser counts once, none is lost.
    async fn a_thousand_at_once_are_counted_exactly(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let before = county.stored(id).await;
        let mut presses = tokio::task::JoinSet::new();
        for press in 0..1000_u32 {
            let (app, matters) = (house.app().clone(), county.matters.clone());
            presses.spawn(async move {
                // Every tenth is the one before pressing again.
                let person = if press % 10 == 9 { press - 1 } else { press };
                let join = Join {
                    matters: &matters, county: COUNTY.into(), id, browser: format!("browser-{person}"),
                    key: None, phone: None, language: "zh-CN".into(),
                };
                app.act(&reporter(), &join).await.map(|joined| joined.new)
            });
        }
        let done = presses.join_all().await;
        let new = done.into_iter().map(|done| done.unwrap()).filter(|new| *new).count();
        assert_eq!(new, 900);
        let last = house.app().act(&reporter(), &county.join(id, "one-more")).await.unwrap();
        assert_eq!((last.new, last.others), (true, 901));
        assert_eq!(county.stored(id).await, before, "joining takes nothing from the matter");
        let verdicts = audit::verify(house.db(), house.app().vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// Who joined has a link; what is private, over or elsewhere cannot be joined.
    async fn joining_has_its_limits(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let app = house.app();
        let joined = app.act(&reporter(), &Join { phone: Some("138 1234 0006".into()), ..county.join(id, "a") }).await.unwrap();
        assert_eq!((joined.new, joined.others), (true, 1));
        let secret = joined.secret.unwrap();
        let again = app.act(&reporter(), &county.join(id, "a")).await.unwrap();
        assert_eq!((again.new, again.secret, again.others), (false, None, 1), "another link is not made");
        let same = app.act(&reporter(), &Join { key: Some(secret.clone()), ..county.join(id, "a") }).await.unwrap();
        assert_eq!((same.new, same.secret), (false, Some(secret.clone())), "a second press leads to the same page");
        assert_eq!(code(app.act(&reporter(), &Join { key: Some(secret), ..county.join(id, "b") }).await), "matter-id-taken");
        assert_eq!(code(app.act(&reporter(), &Join { phone: Some("12".into()), ..county.join(id, "c") }).await), "matter-phone-form");
        assert_eq!(code(app.act(&reporter(), &Join { key: Some("short".into()), ..county.join(id, "c") }).await), "matter-key-form");
        assert_eq!(code(app.act(&reporter(), &county.join(Uuid::from_u128(99), "c")).await), "problem-not-found");
        let elsewhere = house.who(&[house.post(Role::GridWorker, "421223100002-01")]);
        assert_eq!(code(app.act(&elsewhere, &county.join(id, "c")).await), "problem-forbidden");
        let hidden = county.file(&Report { key: None, private: true, ..county.report() }).await.unwrap().id;
        assert_eq!(code(app.act(&reporter(), &county.join(hidden, "c")).await), "problem-not-found", "nobody learns that it is there");
        let back = Withdraw { matters: &county.matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        app.act(&reporter(), &back).await.unwrap();
        assert_eq!(code(app.act(&reporter(), &county.join(id, "c")).await), "matter-join-over");
    }

    /// What says the same near by is found, and only what a stranger may see.
    async fn only_public_words_are_found(house: House) {
        let county = County::new(&house).await;
        let open = county.file(&Report { text: "桥头垃圾堆成山没人清，电话13812340006".into(), ..county.report() }).await.unwrap().id;
        county.file(&Report { key: None, private: true, text: "桥头垃圾堆成山没人清".into(), ..county.report() }).await.unwrap();
        let far = Report { key: None, area: Some("421223101".into()), text: "桥头垃圾堆成山没人清".into(), ..county.report() };
        house.area("421223101").await;
        county.file(&far).await.unwrap();
        let asking = Asking { text: "桥头一大堆垃圾没人收".into(), area: Some(GRID.into()), ..Asking::default() };
        let mut tx = house.db().read().await.unwrap();
        let found = find(&mut tx, &county.matters, COUNTY, &asking, None, house.now()).await.unwrap();
        assert_eq!(found.iter().map(|twin| twin.id).collect::<Vec<_>>(), [open]);
        assert!(found[0].text.ends_with("电话***") && found[0].likelihood >= 0.5);
        assert_eq!(find(&mut tx, &county.matters, COUNTY, &asking, Some(open), house.now()).await.unwrap(), []);
        let other = Asking { text: "我家宅基地怎么办证".into(), ..asking.clone() };
        assert_eq!(find(&mut tx, &county.matters, COUNTY, &other, None, house.now()).await.unwrap(), []);
        assert_eq!(find(&mut tx, &county.matters, COUNTY, &asking, None, house.now() + 121 * DAY).await.unwrap(), []);
    }

    /// Merged: one clock, counted once, both logs say so; parted: everything as before.
    async fn merged_and_parted_again(house: House) {
        let county = County::new(&house).await;
        let (kept, twin) = (county.accepted().await, county.second().await);
        let (app, before) = (house.app(), county.stored(twin).await);
        app.act(&reporter(), &county.join(kept, "a")).await.unwrap();
        app.act(&reporter(), &county.join(twin, "a")).await.unwrap();
        app.act(&reporter(), &county.join(twin, "b")).await.unwrap();
        assert_eq!(county.received().await, 2);
        let into = county.stored(kept).await;
        house.clock().set(house.now() + HOUR);
        let merged = app.act(&county.dispatcher, &county.merge(twin, &into)).await.unwrap();
        assert_eq!((merged.status, merged.next_due, merged.resolve_due), (Status::Merged, None, before.resolve_due));
        assert_eq!(county.received().await, 1, "it is counted once");
        assert_eq!(sums::recount(app).await.unwrap(), 0);
        let stands = county.stored(kept).await;
        assert_eq!((stands.status, stands.unit, stands.resolve_due, stands.next_due), (into.status, into.unit, into.resolve_due, into.next_due));
        let joined = app.act(&reporter(), &county.join(twin, "c")).await.unwrap();
        assert_eq!((joined.number, joined.others), (into.number.clone(), 4), "a, b and c once each, and the other reporter");
        for (id, step) in [(twin, Step::Merge), (kept, Step::Gather)] {
            let last = county.events(id).await.pop().unwrap();
            assert_eq!(last.kind, step);
            assert!(last.detail.twin.is_some());
            county.check_log(id).await;
        }
        // Its clock rests: nothing happens to it, however long it takes.
        house.clock().set(house.now() + 40 * DAY);
        let tick = Tick { matters: &county.matters, county: COUNTY.into(), id: twin };
        assert_eq!(app.act(&Who::program(COUNTY), &tick).await.unwrap(), None);
        let parted = app.act(&county.supervisor, &county.part(twin)).await.unwrap();
        let same = Matter { events: before.events, version: before.version, ..parted };
        assert_eq!(same, before, "everything as before");
        assert_eq!(county.received().await, 2);
        assert_eq!(sums::recount(app).await.unwrap(), 0);
        assert_eq!(county.events(kept).await.pop().unwrap().kind, Step::LetGo);
        county.check_log(twin).await;
        county.check_log(kept).await;
        let verdicts = audit::verify(house.db(), house.app().vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// The reporter has the last word on whether theirs is another matter.
    async fn the_reporter_may_part_it(house: House) {
        let county = County::new(&house).await;
        let (kept, twin) = (county.filed().await, county.second().await);
        let into = county.stored(kept).await;
        let app = house.app();
        app.act(&county.dispatcher, &county.merge(twin, &into)).await.unwrap();
        let mine = |secret: &str| ReporterPart {
            matters: &county.matters, county: COUNTY.into(), secret: secret.into(), reason: "我说的是另一堆".into(),
        };
        assert_eq!(code(app.act(&reporter(), &mine(KEY)).await), "matter-step-now", "the kept one is not merged");
        assert_eq!(code(app.act(&county.dispatcher, &mine(OTHER_KEY)).await), "problem-forbidden", "an account is no reporter");
        let blank = ReporterPart { reason: " ".into(), ..mine(OTHER_KEY) };
        assert_eq!(code(app.act(&reporter(), &blank).await), "matter-reason-missing");
        let parted = app.act(&reporter(), &mine(OTHER_KEY)).await.unwrap();
        assert_eq!(parted.status, Status::Dispatched);
        assert_eq!(county.events(twin).await.pop().unwrap().note.as_deref(), Some("我说的是另一堆"));
        assert!(!digest(KEY).is_empty());
    }

    /// Who may merge what into what.
    async fn merging_has_its_limits(house: House) {
        let county = County::new(&house).await;
        let (first, second) = (county.filed().await, county.second().await);
        let third = county.file(&Report { key: None, ..county.report() }).await.unwrap().id;
        let (one, two) = (county.stored(first).await, county.stored(second).await);
        let app = house.app();
        assert_eq!(code(app.act(&county.dispatcher, &county.merge(first, &one)).await), "matter-merge-self");
        let nothing = Merge { into: "000000-000000".into(), ..county.merge(first, &two) };
        assert_eq!(code(app.act(&county.dispatcher, &nothing).await), "matter-merge-unknown");
        // A unit merges what it has itself, never its own matter into somebody else's work.
        let elsewhere = county.file(&Report { key: None, area: Some(TOWN.into()), ..county.report() }).await.unwrap().id;
        let theirs = county.stored(elsewhere).await;
        assert_eq!(theirs.unit, Some(county.units[2]));
        let shifted = app.act(&county.handlers[0], &county.merge(first, &theirs)).await;
        assert!(matches!(code(shifted), "matter-merge-unknown" | "matter-step-party"));
        app.act(&county.handlers[0], &county.merge(second, &one)).await.unwrap();
        let merged = county.stored(second).await;
        assert_eq!(code(app.act(&county.dispatcher, &county.merge(third, &merged)).await), "matter-merge-over");
        let into = county.stored(third).await;
        assert_eq!(code(app.act(&county.dispatcher, &county.merge(first, &into)).await), "matter-merge-keeps");
        assert_eq!(code(app.act(&county.dispatcher, &county.merge(second, &into)).await), "matter-step-now");
        let stranger = house.who(&[house.post(Role::Dispatcher, "421202")]);
        assert_eq!(code(app.act(&stranger, &county.merge(third, &one)).await), "problem-not-found");
        assert_eq!(code(app.act(&stranger, &county.part(second)).await), "problem-not-found");
        assert_eq!(code(app.act(&county.handlers[0], &county.part(second)).await), "matter-step-party");
        assert_eq!(code(app.act(&county.dispatcher, &county.part(third)).await), "matter-step-now");
    }
}

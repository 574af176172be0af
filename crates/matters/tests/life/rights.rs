//! What is held about reporters: seen, copied, erased, deleted by rule; the trails hold afterwards.

use lianxin_foundation::Role;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Paging;
use lianxin_matters::actions::{
    CopyHeld, EraseHeld, HeldAsker, OpenPersonal, Report, ReporterConfirm, ReporterNote, Withdraw,
};
use lianxin_matters::retention::worker;
use lianxin_matters::rights::{Rule, store};
use lianxin_testkit::both_engines;
use serde_json::json;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, code, reporter};

const PHONE: &str = "13800001234";
/// How long it is kept where the county decided nothing.
const CONTACT_KEPT: i64 = 365 * DAY;

impl County {
    /// A report by somebody who left everything there is.
    fn named(&self) -> Report<'_> {
        Report {
            name: Some("演示甲".into()),
            phone: Some(PHONE.into()),
            email: Some("demo@example.org".into()),
            address: Some("演示路3号".into()),
            ..self.report()
        }
    }

    async fn named_closed(&self) -> Uuid {
        let id = self.file(&self.named()).await.unwrap().id;
        let app = self.house.app();
        app.act(&self.handlers[0], &self.accept(id)).await.unwrap();
        let text = "演示：我是三楼的甲".into();
        let note = ReporterNote {
            matters: &self.matters,
            county: COUNTY.into(),
            secret: KEY.into(),
            text,
            photos: vec![],
        };
        app.act(&reporter(), &note).await.unwrap();
        app.act(&self.handlers[0], &self.resolve(id)).await.unwrap();
        let confirm = ReporterConfirm {
            matters: &self.matters,
            county: COUNTY.into(),
            secret: KEY.into(),
            solved: true,
            satisfied: Some(true),
            comment: "演示：谢谢".into(),
        };
        app.act(&reporter(), &confirm).await.unwrap();
        id
    }
}

fn by_link(phone: &str) -> HeldAsker {
    HeldAsker::Link { secret: KEY.into(), phone: phone.into() }
}

fn copy(asker: HeldAsker) -> CopyHeld {
    CopyHeld { county: COUNTY.into(), asker }
}

fn erase(asker: HeldAsker, everything: bool) -> EraseHeld {
    EraseHeld { county: COUNTY.into(), asker, everything }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// A copy holds everything and says who looked; erased, nothing of it is left, and both trails still hold.
    async fn a_reporter_sees_copies_and_erases(house: House) {
        let county = County::new(&house).await;
        let (app, id) = (house.app(), county.named_closed().await);
        let open = OpenPersonal { county: COUNTY.into(), id, reason: "回访反映人".into() };
        app.act(&county.handlers[0], &open).await.unwrap();
        assert_eq!(code(app.act(&reporter(), &copy(by_link("13800009999"))).await), "mydata-phone-wrong");
        assert_eq!(code(app.act(&county.supervisor, &copy(by_link(PHONE))).await), "problem-forbidden", "an account is no reporter");
        let held = app.act(&reporter(), &copy(by_link("138 0000 1234"))).await.unwrap();
        assert_eq!((held.name.as_deref(), held.phone.as_deref()), (Some("演示甲"), Some(PHONE)));
        assert_eq!((held.email.as_deref(), held.address.as_deref()), (Some("demo@example.org"), Some("演示路3号")));
        assert_eq!(held.opened.iter().map(|one| one.why.as_str()).collect::<Vec<_>>(), ["回访反映人"]);
        assert!(held.said.iter().any(|one| one.words == "演示：我是三楼的甲"));
        assert_eq!(code(app.act(&reporter(), &erase(by_link(""), true)).await), "mydata-phone-wrong");
        app.act(&reporter(), &erase(by_link(PHONE), true)).await.unwrap();
        let left = app.act(&reporter(), &copy(by_link(""))).await.unwrap();
        assert_eq!((left.text.as_str(), left.place.as_str(), &left.name, &left.phone), ("", "", &None, &None));
        assert_eq!((left.address, left.answers, left.photos), (None, json!({}), 0));
        assert!(left.said.iter().all(|one| one.party != "reporter"), "{:?}", left.said);
        assert!(left.said.iter().any(|one| one.words == "已清理干净"), "what the unit answered stays");
        assert_eq!(left.opened.len(), 2, "who looked stays too");
        let again = app.act(&reporter(), &erase(by_link(""), true)).await;
        assert_eq!(code(again), "mydata-nothing", "what is gone is not erased, or logged, twice");
        assert!(county.trails_hold().await >= 6);
        county.check_log(id).await;
        let log = {
            let seen = county.supervisor.scope(lianxin_foundation::Right::SeeMatters, house.now());
            store::list(&mut house.db().read().await.unwrap(), &seen, Paging::new(None, 9)).await.unwrap()
        };
        assert_eq!((log.len(), log[0].0.rule), (1, Rule::Asked));
        assert_eq!(log[0].0.words, "name,phone,email,address,text,place,answers,said");
        let elsewhere = house.who(&[house.post(Role::Supervisor, "421202")]);
        let seen = elsewhere.scope(lianxin_foundation::Right::SeeMatters, house.now());
        assert_eq!(store::list(&mut house.db().read().await.unwrap(), &seen, Paging::new(None, 9)).await.unwrap(), []);
    }

    /// While it is worked on only how to reach them goes; a supervisor does it for them, with a reason.
    async fn staff_do_it_for_them(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let id = county.file(&county.named()).await.unwrap().id;
        let staff = |reason: &str| HeldAsker::Staff { id, reason: reason.into() };
        assert_eq!(code(app.act(&county.supervisor, &copy(staff("看"))).await), "matter-reason-short");
        assert_eq!(code(app.act(&county.handlers[0], &copy(staff("本人带身份证来"))).await), "problem-forbidden");
        assert_eq!(code(app.act(&county.handlers[3], &erase(staff("本人带身份证来"), false)).await), "problem-not-found");
        assert_eq!(code(app.act(&county.supervisor, &erase(HeldAsker::Rule { id }, false)).await), "problem-forbidden");
        assert_eq!(app.act(&county.supervisor, &copy(staff("本人带身份证来"))).await.unwrap().phone.as_deref(), Some(PHONE));
        assert_eq!(code(app.act(&county.supervisor, &erase(staff("本人带身份证来"), true)).await), "mydata-not-over");
        app.act(&county.supervisor, &erase(staff("本人带身份证来"), false)).await.unwrap();
        assert_eq!(code(app.act(&county.supervisor, &erase(staff("本人带身份证来"), false)).await), "mydata-nothing");
        let stored = county.stored(id).await;
        assert_eq!((stored.sealed_phone, stored.text.as_str()), (None, "演示：垃圾三天没清了"));
        assert_eq!(county.trails_hold().await, 4);
        county.check_log(id).await;
    }

    /// A year after the end the program forgets how to reach them, and not a moment earlier.
    async fn what_was_kept_long_enough_goes(house: House) {
        let county = County::new(&house).await;
        let (app, id) = (house.app(), county.named_closed().await);
        let closed = county.stored(id).await.closed_at.unwrap();
        house.clock().set(closed + CONTACT_KEPT);
        assert_eq!(worker::sweep(app).await.unwrap(), 0);
        house.clock().set(closed + CONTACT_KEPT + 1);
        assert_eq!(worker::sweep(app).await.unwrap(), 1);
        assert_eq!(worker::sweep(app).await.unwrap(), 0);
        let stored = county.stored(id).await;
        assert_eq!((stored.sealed_name, stored.sealed_phone, stored.sealed_address), (None, None, None));
        assert_eq!(stored.text, "演示：垃圾三天没清了");
        assert_eq!(county.trails_hold().await, 4);
        // One that is worked on keeps them however long.
        let other = Report { key: Some(crate::place::OTHER_KEY.into()), ..county.named() };
        county.file(&other).await.unwrap();
        house.clock().set(house.now() + 500 * DAY);
        assert_eq!(worker::sweep(app).await.unwrap(), 0);
        let back = Withdraw { matters: &county.matters, county: COUNTY.into(), secret: crate::place::OTHER_KEY.into(), reason: String::new() };
        app.act(&reporter(), &back).await.unwrap();
        house.clock().set(house.now() + CONTACT_KEPT + 1);
        assert_eq!(worker::sweep(app).await.unwrap(), 1);
    }

    /// The same by pages.
    async fn pages_show_copy_and_erase(house: House) {
        let county = County::new(&house).await;
        let id = county.named_closed().await;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes());
        let page = format!("/m/{COUNTY}/{KEY}/held");
        assert!(browser.get(&format!("/m/{COUNTY}/{KEY}")).await.text().contains(&page));
        let first = browser.get(&page).await;
        assert_eq!((first.status, first.text().contains("演示甲")), (200, false));
        assert_eq!(browser.post(&format!("{page}/open"), &[("phone", "1")]).await.status, 422);
        let opened = browser.post(&format!("{page}/open"), &[("phone", PHONE)]).await;
        assert!(opened.text().contains("演示甲") && opened.text().contains(PHONE), "{}", opened.text());
        let copied = browser.post(&format!("{page}/copy"), &[("phone", PHONE)]).await;
        assert_eq!(copied.json()["name"], "演示甲");
        assert!(copied.header("content-disposition").starts_with("attachment"));
        assert_eq!(browser.post(&format!("{page}/nothing"), &[]).await.status, 404);
        assert_eq!(browser.get(&format!("/m/{COUNTY}/wrong/held")).await.status, 404);
        assert_eq!(browser.get(&format!("/held/{COUNTY}/{id}")).await.status, 303, "sign in first");
        let boss = house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await;
        browser.sign_in(&boss).await;
        let staff = format!("/held/{COUNTY}/{id}");
        assert!(browser.get(&format!("/matters/{COUNTY}/{id}")).await.text().contains(&staff));
        assert_eq!(browser.get(&staff).await.status, 200);
        assert_eq!(browser.post(&format!("{staff}/open"), &[("reason", "")]).await.status, 422);
        assert!(browser.post(&format!("{staff}/open"), &[("reason", "本人带身份证来")]).await.text().contains("演示甲"));
        let gone = browser.post(&format!("{staff}/erase"), &[("reason", "本人带身份证来"), ("everything", "1")]).await;
        assert_eq!(gone.location(), format!("{staff}?done=erase"));
        assert_eq!(browser.post(&format!("{staff}/erase"), &[("reason", "")]).await.status, 422);
        let log = browser.get("/deletions").await.text();
        assert!(log.contains(&county.stored(id).await.number) && log.contains("督办员替本人办"), "{log}");
    }
}

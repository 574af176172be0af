//! 不合理诉求: two people, each with a reason; the monthly report leaves it out and says so, the sums stay.

use lianxin_foundation::account::AddToken;
use lianxin_foundation::scope::Post;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Right, Role};
use lianxin_matters::actions::{DecideExclusion, LiftExclusion, ProposeExclusion, Withdraw};
use lianxin_matters::exclusions::{State, store};
use lianxin_matters::figures::recompute::recompute;
use lianxin_testkit::both_engines;
use serde_json::json;
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, KEY, code, reporter};

fn propose(id: Uuid) -> ProposeExclusion {
    ProposeExclusion { county: COUNTY.into(), id, reason: "演示：要求拆别人的房".into() }
}

fn decide(id: Uuid, confirm: bool) -> DecideExclusion {
    DecideExclusion { county: COUNTY.into(), id, confirm, reason: "演示：看过现场".into() }
}

fn lift(id: Uuid) -> LiftExclusion {
    LiftExclusion { county: COUNTY.into(), id, reason: "演示：重新看过".into() }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// One proposes, another confirms; undone, it counts again. What was said stays.
    async fn two_people_leave_a_matter_out(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let unit = || Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) };
        let handler = house.person("handler", &[unit()]).await.who;
        let boss = house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await.who;
        let both = house.person("both", &[unit(), house.post(Role::Supervisor, COUNTY)]).await.who;
        let matter = county.accepted().await;
        assert_eq!(code(app.act(&handler, &ProposeExclusion { reason: " ".into(), ..propose(matter) }).await), "matter-reason-missing");
        assert_eq!(code(app.act(&boss, &decide(matter, true)).await), "exclusion-elsewhere", "nobody proposed");
        app.act(&handler, &propose(matter)).await.unwrap();
        assert_eq!(code(app.act(&boss, &propose(matter)).await), "exclusion-already");
        assert_eq!(code(app.act(&handler, &decide(matter, true)).await), "problem-forbidden", "a unit decides nothing");
        assert_eq!(code(app.act(&both, &decide(matter, true)).await), "exclusion-own-unit");
        assert_eq!(code(app.act(&boss, &lift(matter)).await), "exclusion-elsewhere");
        app.act(&boss, &decide(matter, false)).await.unwrap();
        app.act(&boss, &propose(matter)).await.unwrap();
        assert_eq!(code(app.act(&boss, &decide(matter, true)).await), "exclusion-same-person");
        let second = house.person("second", &[house.post(Role::Supervisor, COUNTY)]).await.who;
        app.act(&second, &decide(matter, true)).await.unwrap();
        assert_eq!(code(app.act(&second, &decide(matter, true)).await), "exclusion-elsewhere");
        assert_eq!(code(app.act(&handler, &lift(matter)).await), "problem-forbidden");
        app.act(&boss, &lift(matter)).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let said = store::of_matter(&mut tx, COUNTY, matter).await.unwrap();
        assert_eq!(said.iter().map(|one| one.state).collect::<Vec<_>>(), [State::Refused, State::Lifted]);
        let elsewhere = house.who(&[house.post(Role::Supervisor, "421202")]);
        let seen = elsewhere.scope(Right::SeeMatters, house.now());
        assert_eq!(store::list(&mut tx, &seen, false, Paging::new(None, 9)).await.unwrap(), []);
        drop(tx);
        assert_eq!(code(app.act(&elsewhere, &propose(matter)).await), "problem-not-found");
        let back = Withdraw { matters: &county.matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        app.act(&reporter(), &back).await.unwrap();
        assert_eq!(code(app.act(&handler, &propose(matter)).await), "exclusion-not-counted");
    }

    /// By pages and programs: the report of the month counts it beside, and every sum is still what the log gives.
    async fn the_monthly_report_counts_it_beside(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let matter = county.resolved().await;
        let number = county.stored(matter).await.number;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let boss = house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await;
        let dispatcher = house.person("dispatcher", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let token = AddToken { county: COUNTY.into(), account: dispatcher.account(), name: "演示".into(), expires_at: None };
        let token = app.act(&dispatcher.who, &token).await.unwrap();
        let mut program = house.browser(routes()).bearing(&token);
        let step = format!("/api/v1/matters/{COUNTY}/{matter}/exclusion");
        assert_eq!(program.json("POST", &step, &json!({ "step": "so", "reason": "演示" })).await.status, 422);
        let proposed = program.json("POST", &step, &json!({ "step": "propose", "reason": "演示：要求拆别人的房" })).await;
        assert_eq!((proposed.status, &proposed.json()[0]["state"]), (200, &json!("proposed")), "{}", proposed.text());
        assert_eq!(program.get("/api/v1/exclusions?show=open").await.json()["total"], 1);
        let mut browser = house.browser(routes());
        browser.sign_in(&boss).await;
        let month = lianxin_matters::figures::period::Month::of(house.now()).code();
        let report = format!("/staff/figures/monthly?area={COUNTY}&from={month}");
        let before = browser.get(&report).await;
        assert_eq!(before.status, 200, "{}", before.text());
        assert!(!before.text().contains(&number), "proposed alone leaves nothing out");
        let page = format!("/exclusions/{COUNTY}/{matter}");
        assert!(browser.get(&format!("/matters/{COUNTY}/{matter}")).await.text().contains(&page));
        assert!(browser.get("/exclusions").await.text().contains(&page));
        assert_eq!(browser.post(&format!("{page}/confirm"), &[("reason", "")]).await.status, 422);
        assert_eq!(browser.post(&format!("{page}/confirm"), &[("reason", "演示：确实")]).await.status, 303);
        assert_eq!(browser.post(&format!("{page}/confirm"), &[("reason", "演示：确实")]).await.status, 409);
        assert_eq!(browser.post(&format!("{page}/nothing"), &[("reason", "演示")]).await.status, 404);
        let shown = browser.get(&page).await.text();
        assert!(shown.contains("要求拆别人的房") && shown.contains("演示：确实"), "{shown}");
        let after = browser.get(&report).await.text();
        assert!(after.contains(&number) && after.contains("演示：确实"), "named with both reasons");
        // Not of the whole place alone: the rows of its town, its category and its unit are without it too.
        assert_eq!(after.matches("<br><small>").count(), 3 * 3, "{after}");
        assert_eq!(before.text().matches("<br><small>").count(), 0);
        assert_eq!(browser.get(&format!("/staff/figures/monthly?area={GRID}&from={month}")).await.status, 200);
        assert_eq!(browser.get("/staff/figures/monthly?area=421202").await.status, 404);
        let file = browser.get(&format!("/staff/figures/monthly.xlsx?area={COUNTY}&from={month}")).await;
        assert_eq!((file.status, file.body.starts_with(b"PK")), (200, true));
        // Who sees figures and no matters is told how many, not which.
        browser.sign_in(&house.person("admin", &[house.post(Role::Administrator, COUNTY)]).await).await;
        let counted = browser.get(&report).await;
        assert_eq!((counted.status, counted.text().contains(&number)), (200, false));
        browser.sign_in(&house.person("household", &[house.post(Role::ContactHousehold, COUNTY)]).await).await;
        assert_eq!(browser.get(&report).await.status, 403);
        let [again] = recompute(app).await.unwrap().try_into().unwrap();
        assert_eq!((again.matters, again.differing), (1, 0), "the sums tell of every matter");
    }
}

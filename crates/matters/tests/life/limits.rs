//! Each county decides how long things may take.

use lianxin_foundation::app::{App, Parts, Settings};
use lianxin_foundation::clock::{HOUR, MINUTE};
use lianxin_foundation::db::Db;
use lianxin_foundation::i18n::Locales;
use lianxin_foundation::vault::Vault;
use lianxin_foundation::{Clock, Ids, Micros, Role, Who, sql};
use lianxin_matters::Matters;
use lianxin_matters::actions::{Correct, Report, SetLimits};
use lianxin_matters::local::Change;
use lianxin_matters::rules::clock::Limits;
use lianxin_registry::Places;
use lianxin_testkit::{House, both_engines};
use lianxin_worktime::Kind;
use serde_json::Value as Json;

use crate::place::{COUNTY, County, TOWN, VILLAGE, code, reporter};

const NEIGHBOUR: &str = "421202";
const QUICK: Limits = Limits { respond: 30, climb: 60, resolve: 120, kind: Kind::Calendar };

fn set<'a>(matters: &'a Matters, county: &str, limits: Limits) -> SetLimits<'a> {
    SetLimits {
        matters,
        county: county.into(),
        code: "garbage".into(),
        limits,
        private: false,
        reason: "演示决定".into(),
    }
}

fn keeper(house: &House, area: &str) -> Who {
    house.who(&[house.post(Role::Administrator, area)])
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// It holds for what comes in afterwards, and for nothing else: not elsewhere, not before.
    async fn a_county_decides_for_what_comes_in(house: House) {
        let county = County::new(&house).await;
        house.area(NEIGHBOUR).await;
        let before = county.filed().await;
        let built_in = county.stored(before).await.resolve_due;
        house.clock().set(house.now() + MINUTE);
        house.app().act(&keeper(&house, COUNTY), &set(&county.matters, COUNTY, QUICK)).await.unwrap();
        let now = house.now();
        let report = || Report { key: None, ..county.report() };
        let after = county.file(&report()).await.unwrap().id;
        assert_eq!(county.stored(after).await.resolve_due, Some(now + 2 * HOUR));
        let elsewhere = Report { county: NEIGHBOUR.into(), area: Some(NEIGHBOUR.into()), ..report() };
        house.app().act(&reporter(), &elsewhere).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let theirs = county.matters.local(&mut tx, NEIGHBOUR).await.unwrap();
        assert_eq!(theirs.catalogue().get("garbage"), county.matters.catalogue.get("garbage"));
        drop(tx);
        // A matter under way goes on by the limits it came in with, in every later step.
        assert_eq!(county.stored(before).await.resolve_due, built_in);
        let given = county.matters.catalogue.get("garbage").unwrap().limits;
        house.clock().set(county.stored(before).await.climb_due.unwrap());
        lianxin_matters::clock_worker::sweep(house.app(), &county.matters).await.unwrap();
        let climbed = county.stored(before).await;
        assert_eq!(climbed.respond_due, Some(house.now() + Micros::from(given.respond) * MINUTE));
        county.check_log(before).await;
    }

    /// A second program on the same database sees the change with its next transaction.
    async fn it_holds_in_every_program_at_once(house: House) {
        let county = County::new(&house).await;
        let other = second(&house).await;
        let theirs = Matters::new(county.matters.calendar.clone(), Places::new()).unwrap();
        let promise = async |limits: Limits| {
            let report = Report { matters: &theirs, key: None, ..county.report() };
            let id = other.act(&reporter(), &report).await.unwrap().id;
            assert_eq!(county.stored(id).await.resolve_due, Some(house.now() + Micros::from(limits.resolve) * MINUTE));
        };
        promise(county.matters.catalogue.get("garbage").unwrap().limits).await;
        for resolve in [120, 240, 360] {
            let limits = Limits { resolve, ..QUICK };
            house.clock().set(house.now() + 1);
            other.clock().set(house.now());
            house.app().act(&keeper(&house, COUNTY), &set(&county.matters, COUNTY, limits)).await.unwrap();
            promise(limits).await;
        }
        other.db().close().await;
    }

    /// Keeping a village or a town is not enough, nor is keeping the county next door.
    async fn only_for_a_county_one_keeps(house: House) {
        let county = County::new(&house).await;
        house.area(NEIGHBOUR).await;
        for (area, of, may) in [
            (VILLAGE, COUNTY, false),
            (TOWN, COUNTY, false),
            (NEIGHBOUR, COUNTY, false),
            (COUNTY, NEIGHBOUR, false),
            (COUNTY, COUNTY, true),
            ("4212", NEIGHBOUR, true),
        ] {
            let done = house.app().act(&keeper(&house, area), &set(&county.matters, of, QUICK)).await;
            if may { done.unwrap() } else { assert_eq!(code(done), "problem-forbidden", "{area} for {of}") }
        }
        let secretary = house.who(&[house.post(Role::Secretary, COUNTY)]);
        assert_eq!(code(house.app().act(&secretary, &set(&county.matters, COUNTY, QUICK)).await), "problem-forbidden");
        let nowhere = set(&county.matters, "421299", QUICK);
        assert_eq!(code(house.app().act(&keeper(&house, "42"), &nowhere).await), "problem-not-found");
        let nothing = SetLimits { code: "nonsense".into(), ..set(&county.matters, COUNTY, QUICK) };
        assert_eq!(code(house.app().act(&keeper(&house, COUNTY), &nothing).await), "problem-not-found");
    }

    /// Nonsense is refused field by field, and leaves nothing behind.
    async fn nonsense_is_refused(house: House) {
        let county = County::new(&house).await;
        let who = keeper(&house, COUNTY);
        let built_in = county.matters.catalogue.get("garbage").unwrap().limits;
        for (limits, wrong) in [
            (Limits { respond: 0, ..QUICK }, "limits-range"),
            (Limits { resolve: 525_601, ..QUICK }, "limits-range"),
            (Limits { respond: 61, ..QUICK }, "limits-order"),
            (Limits { climb: 121, ..QUICK }, "limits-order"),
            (built_in, "limits-same"),
        ] {
            assert_eq!(code(house.app().act(&who, &set(&county.matters, COUNTY, limits)).await), wrong, "{limits:?}");
        }
        let silent = SetLimits { reason: " ".into(), ..set(&county.matters, COUNTY, QUICK) };
        assert_eq!(code(house.app().act(&who, &silent).await), "matter-reason-missing");
        let mut tx = house.db().read().await.unwrap();
        let rows: i64 = sql("select count(*) from category_change").scalar(&mut tx).await.unwrap();
        assert_eq!(rows, 0);
    }

    /// Only what differs is stored; going back stores that nothing does. The trail tells before and after.
    async fn what_differs_is_stored_and_told(house: House) {
        let county = County::new(&house).await;
        let who = keeper(&house, COUNTY);
        let built_in = county.matters.catalogue.get("garbage").unwrap().limits;
        let longer = Limits { resolve: built_in.resolve + 60, ..built_in };
        for limits in [longer, built_in] {
            house.app().act(&who, &set(&county.matters, COUNTY, limits)).await.unwrap();
        }
        let mut tx = house.db().read().await.unwrap();
        let local = county.matters.local(&mut tx, COUNTY).await.unwrap();
        let now = house.now();
        assert_eq!(local.change_at("garbage", now), Change { resolve: Some(longer.resolve), ..Change::default() });
        assert!(local.change_at("garbage", now + 1).is_none(), "the second came a moment later");
        assert!(local.change_at("garbage", now - 1).is_none());
        let told: Vec<(String,)> = sql("select detail from audit where county = $1 and action = 'category-limits' order by seq")
            .bind(COUNTY).all(&mut tx).await.unwrap();
        let told: Vec<Json> = told.into_iter().map(|(detail,)| serde_json::from_str(&detail).unwrap()).collect();
        assert_eq!(told[0]["before"]["resolve"], built_in.resolve);
        assert_eq!(told[0]["after"]["resolve"], longer.resolve);
        assert_eq!((&told[1]["before"], &told[1]["after"]), (&told[0]["after"], &told[0]["before"]));
    }

    /// What a county keeps private is sealed there, and open next door.
    async fn a_county_decides_what_is_private(house: House) {
        let county = County::new(&house).await;
        let private = SetLimits { private: true, ..set(&county.matters, COUNTY, QUICK) };
        house.app().act(&keeper(&house, COUNTY), &private).await.unwrap();
        let id = county.filed().await;
        let stored = county.stored(id).await;
        assert!(stored.text.is_empty() && stored.sealed_text.is_some());
        // Put under another category that is open here, it stays sealed; the limits are the right ones.
        let correct = Correct {
            matters: &county.matters, county: COUNTY.into(), id, category: Some("street-light".into()), area: None,
            lon: None, lat: None, reason: "看错了".into(),
        };
        house.clock().set(house.now() + MINUTE);
        let right = house.app().act(&county.supervisor, &correct).await.unwrap();
        assert!(right.sealed_text.is_some());
        let limits = county.matters.catalogue.get("street-light").unwrap().limits;
        let promised = county.matters.calendar.add(
            stored.dispatched_at.unwrap(),
            lianxin_worktime::Span { minutes: limits.resolve, kind: limits.kind },
        );
        assert_eq!(right.resolve_due, Some(promised));
        county.check_log(id).await;
    }

    /// The page shows the built-in values beside, gives a refused form back, and is no way around the scope.
    async fn the_page_says_what_holds(house: House) {
        let county = County::new(&house).await;
        house.area(NEIGHBOUR).await;
        let routes = lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes);
        let person = house.person("keeper", &[house.post(Role::Administrator, COUNTY)]).await;
        browser.sign_in(&person).await;
        let form = |respond: &'static str| [
            ("respond", respond), ("climb", "60"), ("resolve", "120"), ("reason", "演示决定"),
        ];
        let page = browser.get("/categories?county=421223").await.text();
        assert!(page.contains("/categories/421223/garbage") && !page.contains("（内置："));
        for respond in ["", "many", "0", "61", "-5", "99999999999"] {
            let refused = browser.post("/categories/421223/garbage", &form(respond)).await;
            assert_eq!(refused.status, 422, "{respond}");
            let text = refused.text();
            assert!(text.contains(&format!("value=\"{respond}\"")) && text.contains("aria-invalid"), "{respond}");
            assert!(text.contains("演示决定"), "what was typed is given back");
        }
        // A number and its unit, the unit given back too; a day is a working day where only those count.
        let long = |unit: &'static str, working: &'static [(&'static str, &'static str)]| {
            let fields = [
                ("respond", "1"), ("respond-unit", unit), ("climb", "8"), ("climb-unit", "hours"),
                ("resolve", "2"), ("resolve-unit", "days"), ("reason", "演示决定"),
            ];
            [&fields, working].concat()
        };
        for unit in ["weeks", "days"] {
            let refused = browser.post("/categories/421223/garbage", &long(unit, &[])).await;
            assert_eq!(refused.status, 422, "{unit}");
            assert!(refused.text().contains("<option value=\"hours\" selected>"), "the units come back");
        }
        let working = browser.post("/categories/421223/garbage", &long("days", &[("working", "1")])).await;
        assert_eq!(working.status, 303);
        let page = browser.get("/categories?county=421223").await.text();
        assert!(page.contains("2 个工作日") && page.contains("1 个工作日"));
        let done = browser.post("/categories/421223/garbage", &form("30")).await;
        assert_eq!((done.status, done.header("location")), (303, "/categories?county=421223&changed=garbage#garbage"));
        assert!(browser.get("/categories?county=421223").await.text().contains("（内置："));
        let next_door = browser.get("/categories?county=421202").await.text();
        assert!(!next_door.contains("（内置：") && !next_door.contains("/categories/421202/garbage"));
        assert_eq!(browser.post("/categories/421202/garbage", &form("20")).await.status, 403);
    }

    /// Rows that earlier versions wrote for the whole house become each county's, as far as they differ.
    async fn older_rows_are_taken_over(house: House) {
        let county = County::new(&house).await;
        house.area(NEIGHBOUR).await;
        let built_in = county.matters.catalogue.get("garbage").unwrap().limits;
        let mut tx = house.db().write().await.unwrap();
        for (code, resolve) in [("garbage", built_in.resolve + 60), ("street-light", 0)] {
            let category = county.matters.catalogue.get(code).unwrap();
            let resolve = if resolve > 0 { resolve } else { category.limits.resolve };
            sql("insert into category (code, group_code, body, respond_minutes, resolve_minutes, climb_minutes, \
                 working_time, private, sort) values ($1, 'x', '{}', $2, $3, $4, $5, $6, 1)")
                .bind(code).bind(i64::from(category.limits.respond)).bind(i64::from(resolve))
                .bind(i64::from(category.limits.climb)).bind(category.limits.kind == Kind::Working)
                .bind(category.private).run(&mut tx).await.unwrap();
        }
        let migration = include_str!("../../../../migrations/0005_county_limits.sql");
        let taken_over = migration.split(';').find(|statement| statement.contains("insert into category_change")).unwrap();
        sql(taken_over).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        for code in [COUNTY, NEIGHBOUR] {
            let local = county.matters.local(&mut tx, code).await.unwrap();
            let expected = Change { resolve: Some(built_in.resolve + 60), ..Change::default() };
            assert_eq!(local.change_at("garbage", 0), expected);
            assert!(local.change_at("street-light", house.now()).is_none());
        }
        let rows: i64 = sql("select count(*) from category_change").scalar(&mut tx).await.unwrap();
        assert_eq!(rows, 2, "nothing for what says the same, nothing for cities and provinces");
    }
}

/// Another program on the same database, as a second process would be.
async fn second(house: &House) -> App {
    let first = house.app();
    App::new(Parts {
        db: Db::open(house.url()).await.unwrap(),
        clock: Clock::fixed(house.now()),
        ids: Ids::random(),
        vault: Vault::parse("1:dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHQ=").unwrap(),
        blobs: first.blobs().clone(),
        locales: Locales::new(&[lianxin_foundation::i18n::MESSAGES, lianxin_matters::MESSAGES]).unwrap(),
        settings: Settings { home: COUNTY.into(), ..Settings::default() },
    })
}

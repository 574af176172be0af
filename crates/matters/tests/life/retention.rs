//! What is kept how long: a county's own numbers within bounds, on record; what was kept long enough goes, no sooner.

use lianxin_foundation::clock::{DAY, HOUR};
use lianxin_foundation::{Role, sql};
use lianxin_matters::actions::{AddTaker, FailMediation, Mediate, Report, ReporterConfirm, Whistle};
use lianxin_matters::disputes::Part;
use lianxin_matters::retention::actions::SetRetention;
use lianxin_matters::retention::worker::sweep;
use lianxin_matters::retention::{Kind, store};
use lianxin_matters::whistle::CallKind;
use lianxin_testkit::{House, both_engines};

use crate::place::{COUNTY, County, KEY, code, reporter};

fn set(kind: Kind, days: i64) -> SetRetention {
    SetRetention { county: COUNTY.into(), kind, days, reason: "演示决定".into() }
}

async fn count(house: &House, text: &'static str) -> i64 {
    sql(text).scalar(&mut house.db().read().await.unwrap()).await.unwrap()
}

impl County {
    /// Garbage with everything that is kept, and is over.
    async fn with_everything(&self) -> uuid::Uuid {
        let (app, matters, owner) = (self.house.app(), &self.matters, &self.handlers[0]);
        let report =
            Report { name: Some("演示甲".into()), phone: Some("13800001234".into()), ..self.report() };
        let id = self.file(&report).await.unwrap().id;
        app.act(owner, &self.accept(id)).await.unwrap();
        let whistle = Whistle {
            matters,
            county: COUNTY.into(),
            id,
            kind: CallKind::Daily,
            units: vec![self.units[3]],
            note: "请来".into(),
        };
        app.act(owner, &whistle).await.unwrap();
        let dispute = app
            .act(owner, &Mediate { matters, county: COUNTY.into(), id, about: "演示".into() })
            .await
            .unwrap();
        for name in ["演示住户", "演示邻居"] {
            let taker = AddTaker {
                county: COUNTY.into(),
                id: dispute,
                part: Part::Side,
                organisation: None,
                name: name.into(),
                phone: String::new(),
            };
            app.act(owner, &taker).await.unwrap();
        }
        let reason = "演示：谈不拢".into();
        app.act(owner, &FailMediation { matters, county: COUNTY.into(), id: dispute, reason }).await.unwrap();
        app.act(owner, &self.resolve(id)).await.unwrap();
        let solved = ReporterConfirm {
            matters,
            county: COUNTY.into(),
            secret: KEY.into(),
            solved: true,
            satisfied: None,
            comment: String::new(),
        };
        app.act(&reporter(), &solved).await.unwrap();
        id
    }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Each rule by itself: nothing goes a moment early, everything a moment later, twice over nothing more.
    async fn every_rule_erases_its_own(house: House) {
        let county = County::new(&house).await;
        let (app, id) = (house.app(), county.with_everything().await);
        let closed = county.stored(id).await.closed_at.unwrap();
        let kinds = [(Kind::Contact, 365), (Kind::Calls, 1_095), (Kind::Mediation, 3_650)];
        for (kind, days) in kinds {
            house.clock().set(closed + days * DAY);
            assert_eq!(sweep(app).await.unwrap(), 0, "{kind:?} not yet");
            house.clock().set(closed + days * DAY + 1);
            let due = {
                let mut tx = house.db().read().await.unwrap();
                let before = lianxin_matters::retention::before(house.now(), days);
                store::count_due(&mut tx, COUNTY, kind, before, 9).await.unwrap()
            };
            assert_eq!((due, sweep(app).await.unwrap()), (1, 1), "{kind:?}");
            assert_eq!(sweep(app).await.unwrap(), 0);
            let mut tx = house.db().read().await.unwrap();
            let run = store::last_run(&mut tx, COUNTY, kind).await.unwrap().unwrap();
            assert_eq!((run.at, run.gone, run.total), (house.now(), 0, 1), "{kind:?}");
        }
        assert_eq!(count(&house, "select count(*) from whistle_call").await, 0);
        assert_eq!(count(&house, "select count(*) from dispute where sealed_terms is not null or erased_at is null").await, 0);
        assert_eq!(count(&house, "select count(*) from dispute_party where sealed_name is not null").await, 0);
        assert_eq!(count(&house, "select count(*) from deletion where words = 'mediation'").await, 1);
        assert_eq!(count(&house, "select count(*) from audit where action = 'retention-erase'").await, 2);
        let stored = county.stored(id).await;
        assert_eq!((stored.sealed_name, stored.text.as_str()), (None, "演示：垃圾三天没清了"), "the matter stays");
        county.check_log(id).await;
    }

    /// Photos of what is over go by their rule, those of what is open stay however long.
    async fn photos_go_and_messages_go(house: House) {
        let county = County::new(&house).await;
        let (app, id) = (house.app(), county.with_everything().await);
        let closed = county.stored(id).await.closed_at.unwrap();
        let open = Report { key: None, ..county.report() };
        let open = county.file(&open).await.unwrap().id;
        for matter in [id, open] {
            let mut tx = house.db().write().await.unwrap();
            sql("insert into file (county, id, subject_kind, subject, width, height, bytes, sha256, created_at) \
                 values ($1, $2, 'matter', $3, 1, 1, 1, $4, $5)")
                .bind(COUNTY)
                .bind(app.ids().new_id(house.now()))
                .bind(matter)
                .bind(vec![0_u8])
                .bind(closed - HOUR)
                .run(&mut tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let admin = house.who(&[house.post(Role::Administrator, COUNTY)]);
        app.act(&admin, &set(Kind::Photos, 30)).await.unwrap();
        house.clock().set(closed + 30 * DAY);
        assert_eq!(sweep(app).await.unwrap(), 0);
        house.clock().set(closed + 30 * DAY + 1);
        assert_eq!(sweep(app).await.unwrap(), 1);
        assert_eq!(count(&house, "select count(*) from file").await, 1, "the open one keeps its photo");
        assert_eq!(count(&house, "select count(*) from deletion where words = 'photos'").await, 1);
    }

    /// Whoever keeps the county, within the bounds, with a reason; the page shows what would go before it is decided.
    async fn a_county_sets_its_own(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        county.with_everything().await;
        let admin = house.person("admin", &[house.post(Role::Administrator, COUNTY)]).await;
        let town = house.who(&[house.post(Role::Administrator, crate::place::TOWN)]);
        for nobody in [&town, &county.supervisor, &house.who(&[house.post(Role::Administrator, "421202")])] {
            assert_eq!(code(app.act(nobody, &set(Kind::Photos, 60)).await), "problem-forbidden");
        }
        for days in [0, 29, 3_651] {
            assert_eq!(code(app.act(&admin.who, &set(Kind::Photos, days)).await), "retention-range");
        }
        assert_eq!(code(app.act(&admin.who, &set(Kind::Photos, 730)).await), "limits-same");
        let silent = SetRetention { reason: " ".into(), ..set(Kind::Photos, 60) };
        assert_eq!(code(app.act(&admin.who, &silent).await), "matter-reason-missing");

        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        house.clock().set(house.now() + 40 * DAY);
        let mut browser = house.browser(routes());
        browser.sign_in(&admin).await;
        assert_eq!(browser.get("/retention").await.status, 200);
        assert_eq!(browser.get("/retention?county=421202").await.status, 404);
        let address = format!("/retention/{COUNTY}/contact");
        let look = browser.post(&address, &[("days", "30"), ("step", "look")]).await;
        assert_eq!((look.status, look.text().contains("现在有 1 条到期")), (200, true), "{}", look.text());
        assert_eq!(count(&house, "select count(*) from retention_rule").await, 0, "a look decides nothing");
        assert_eq!(browser.post(&address, &[("days", "30")]).await.status, 422, "why?");
        assert_eq!(browser.post(&address, &[("days", "x"), ("reason", "演示决定")]).await.status, 422);
        assert_eq!(browser.post(&address, &[("days", "30"), ("reason", "演示决定")]).await.status, 303);
        assert_eq!(browser.post(&format!("/retention/{COUNTY}/nothing"), &[("days", "30")]).await.status, 404);
        assert_eq!(sweep(app).await.unwrap(), 1, "it holds from now on");
        let page = browser.get("/retention").await.text();
        assert!(page.contains("演示决定") && page.contains("删了 1 条，累计 1 条"), "{page}");
        browser.sign_in(&house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await).await;
        assert_eq!(browser.get("/retention").await.status, 403);
    }
}

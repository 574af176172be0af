//! Plates: made, printed, scanned, replaced, revoked.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::{Error, Role, sql};
use lianxin_registry::actions::{EndPlate, For, MakePlates};
use lianxin_registry::plate::{Plate, store};
use lianxin_testkit::{Browser, House, both_engines};

const VILLAGE: &str = "421223100001";

async fn plates(house: &House) -> Vec<Plate> {
    let who = lianxin_foundation::Who::program("421223");
    let scope = who.scope(lianxin_foundation::Right::Manage, 0);
    store::at(&mut house.db().read().await.unwrap(), &scope, "42/", true, 100).await.unwrap()
}

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> &'static str {
    match done {
        Err(Error::Refused(problem)) => problem.fields.first().map_or(problem.code, |field| field.code),
        other => panic!("not refused: {other:?}"),
    }
}

async fn administrator(house: &House, area: &str) -> Browser {
    let person = house.person(&format!("admin-{area}"), &[house.post(Role::Administrator, area)]).await;
    let mut browser = house.browser(lianxin_registry::routes());
    browser.sign_in(&person).await;
    browser
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn an_administrator_makes_prints_and_replaces_plates(house: House) {
        house.area("421223100001-01").await;
        house.area("421223100001-02").await;
        house.organisation(VILLAGE, "unit", "演示便民服务站").await;
        let mut admin = administrator(&house, "421223").await;
        let page = format!("/plates/{VILLAGE}");
        for (whom, done) in [("below", "plates"), ("below", "plates-none"), ("organisations", "plates"), ("itself", "plates")] {
            let answer = admin.post(&page, &[("for", whom)]).await;
            assert_eq!((answer.status, answer.location()), (303, format!("{page}?done={done}").as_str()), "{whom}");
        }
        let made = plates(&house).await;
        assert_eq!(made.len(), 4);
        assert!(made.iter().all(|plate| plate.code.len() == 8 && !plate.code.contains("421223")));
        let sheet = admin.get(&format!("{page}/sheet")).await.text();
        assert_eq!(sheet.matches("class=\"qr\"").count(), 4);
        assert!(sheet.contains("演示便民服务站") && sheet.contains(&made[0].shown()));

        // Anybody scans it.
        let mut anybody = house.browser(lianxin_registry::routes());
        let scanned = anybody.get(&made[0].address()).await;
        assert_eq!((scanned.status, scanned.location()), (303, format!("/report/421223?area={}", made[0].area).as_str()));
        let typed = format!("/q/421223/{}", made[0].shown().to_lowercase());
        assert_eq!(anybody.get(&typed).await.status, 303, "as people type it");
        for none in ["/q/421223/ZZZZZZZZ", "/q/421202/ZZZZZZZZ", "/q/421223/x", "/q/x/%00"] {
            assert_eq!(anybody.get(none).await.status, 404, "{none}");
        }

        // The page to go back to is an area or nothing.
        for odd in ["", "42\n23", "/evil.example", "桃溪"] {
            let end = format!("/plate/421223/{}", made[0].id);
            assert_eq!(admin.post(&end, &[("area", odd), ("what", "revoke"), ("reason", "掉了")]).await.status, 404, "{odd:?}");
        }

        // Replaced: the old one says so, still leads to the report, and stays on record.
        let end = format!("/plate/421223/{}", made[0].id);
        let answer = admin.post(&end, &[("area", VILLAGE), ("what", "replace"), ("reason", "")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("请写原因"));
        assert_eq!(admin.post(&end, &[("area", VILLAGE), ("what", "replace"), ("reason", "掉了")]).await.status, 303);
        let old = anybody.get(&made[0].address()).await;
        assert_eq!(old.status, 200);
        assert!(old.text().contains("换了新牌子") && old.text().contains(&format!("/report/421223?area={}", made[0].area)));
        assert_eq!(admin.post(&end, &[("area", VILLAGE), ("what", "revoke"), ("reason", "掉了")]).await.status, 422, "only once");
        let all = plates(&house).await;
        let old = all.iter().find(|plate| plate.id == made[0].id).unwrap();
        let new = all.iter().find(|plate| Some(plate.id) == old.replaced_by).unwrap();
        assert_eq!((all.len(), new.ended_at, &new.area), (5, None, &old.area));
        assert_ne!(new.code, old.code);
        let list = admin.get(&format!("{page}?ended=1")).await.text();
        assert!(list.contains("掉了") && list.contains(&new.shown()));

        // Revoked for good.
        let gone = &all.iter().find(|plate| plate.organisation.is_some()).unwrap();
        let end = format!("/plate/421223/{}", gone.id);
        assert_eq!(admin.post(&end, &[("area", VILLAGE), ("what", "revoke"), ("reason", "站点搬了")]).await.status, 303);
        assert!(anybody.get(&gone.address()).await.text().contains("已停用"));
        let mut tx = house.db().read().await.unwrap();
        let audited: Vec<(String, i64)> =
            sql("select action, count(*) from audit where action like 'plate-%' group by action order by action").all(&mut tx).await.unwrap();
        assert_eq!(audited, [("plate-make".into(), 4), ("plate-replace".into(), 1), ("plate-revoke".into(), 1)]);
    }

    async fn nobody_changes_plates_of_a_place_they_do_not_keep(house: House) {
        house.area("421223100001-01").await;
        house.area("421202100001").await;
        let keeper = house.who(&[house.post(Role::Administrator, "421223")]);
        let make = |area: &str, whom| MakePlates { area: area.into(), whom };
        assert_eq!(house.app().act(&keeper, &make(VILLAGE, For::Below)).await.unwrap(), 1);
        let plate = plates(&house).await.remove(0);
        let other = house.who(&[house.post(Role::Administrator, "421202")]);
        let clerk = house.who(&[house.post(Role::Dispatcher, "421223")]);
        for stranger in [&other, &clerk] {
            assert_eq!(code(house.app().act(stranger, &make(VILLAGE, For::Itself)).await), "problem-forbidden");
            let end = EndPlate { county: "421223".into(), id: plate.id, reason: "x".into(), replace: true };
            assert_eq!(code(house.app().act(stranger, &end).await), "problem-not-found");
        }
        assert_eq!(code(house.app().act(&keeper, &make("42122", For::Below)).await), "problem-not-found");
        let province = house.who(&[house.post(Role::Administrator, "42")]);
        assert_eq!(code(house.app().act(&province, &make("42", For::Below)).await), "plate-area-wide");
        let mut theirs = administrator(&house, "421202").await;
        for page in [format!("/plates/{VILLAGE}"), format!("/plates/{VILLAGE}/sheet")] {
            assert_eq!(theirs.get(&page).await.status, 404, "{page}");
        }
        let mut nobody = house.browser(lianxin_registry::routes());
        assert_eq!(nobody.get(&format!("/plates/{VILLAGE}")).await.status, 303, "to the sign-in");
    }
}

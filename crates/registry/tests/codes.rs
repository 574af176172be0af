//! A year's changes of division codes: looked at, brought in, brought in again, handed back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::{Role, Who};
use lianxin_registry::actions::{Became, bring_codes, look_at_codes};
use lianxin_registry::area::store;
use lianxin_registry::codes::Table;
use lianxin_testkit::{House, both_engines};

/// Six changes in order: what is made new takes a village in, which is then called otherwise; one row is nonsense, one is
/// nobody's, one is still to come.
const TABLE: &str = "原代码,新代码,名称,变更类型,日期,依据\n\
    ,421223102,新店镇,新设,2026-01-01,演示批复一号\n\
    421223100001,421223102201,桃源村委会,变更代码,2026-01-01,演示批复一号\n\
    421223100002,421223101001,,合并,2026-01-01,演示批复二号\n\
    421223101001,421223101301,白霓新村,拆分,2026-01-01,演示批复二号\n\
    421223101001,,白霓社区,升格,2026-01-01,\n\
    330402001001,,别处,改名,2026-01-01,\n\
    421223101001,,白霓社区,改名,2999-01-01,\n";

fn became(outcomes: Vec<lianxin_registry::actions::Outcome>) -> Vec<Became> {
    outcomes.into_iter().map(|one| one.what).collect()
}

async fn settle(house: &House) -> (Table, Who) {
    for area in ["421223100001-01", "421223100002-01", "421223101001-01", "330402001001"] {
        house.area(area).await;
    }
    (Table::read(TABLE.as_bytes()).unwrap(), house.who(&[house.post(Role::Administrator, "421223")]))
}

async fn live(house: &House, id: &str) -> Option<String> {
    let area = store::area(&mut house.db().read().await.unwrap(), id).await.unwrap();
    area.filter(|area| area.valid_to.is_none()).map(|area| area.name)
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_table_is_looked_at_then_brought_in_and_again(house: House) {
        let (table, who) = settle(&house).await;
        let refused = ["codes-kind", "area-unknown", "codes-later"].map(Became::Refused);
        let expected: Vec<Became> = [const { Became::Changed }; 4].into_iter().chain(refused.clone()).collect();
        let looked = look_at_codes(house.app(), &who, &table).await.unwrap();
        assert!(!looked[1].odd, "201 is a 村委会's");
        assert_eq!(became(looked), expected);
        assert_eq!(live(&house, "421223102").await, None, "looking changes nothing");
        assert!(live(&house, "421223100001").await.is_some());

        assert_eq!(became(bring_codes(house.app(), &who, &table, &|_| {}).await.unwrap()), expected);
        assert_eq!(live(&house, "421223102201").await.as_deref(), Some("桃源村委会"));
        assert!(live(&house, "421223102201-01").await.is_some(), "with its grid");
        assert_eq!((live(&house, "421223100001").await, live(&house, "421223100002").await), (None, None));
        assert_eq!(live(&house, "421223101301").await.as_deref(), Some("白霓新村"));

        let again = became(bring_codes(house.app(), &who, &table, &|_| {}).await.unwrap());
        let same: Vec<Became> = [const { Became::Same }; 4].into_iter().chain(refused).collect();
        assert_eq!(again, same, "what is there is left");
    }

    async fn rows_beyond_ones_own_place_are_not_taken(house: House) {
        let (table, _) = settle(&house).await;
        let town = house.who(&[house.post(Role::Administrator, "421223100")]);
        let clerk = house.who(&[house.post(Role::Dispatcher, "421223")]);
        for who in [town, clerk] {
            let done = became(bring_codes(house.app(), &who, &table, &|_| {}).await.unwrap());
            assert!(done.iter().all(|what| matches!(what, Became::Refused(_))), "{done:?}");
        }
    }

    async fn the_page_hands_back_what_it_cannot_take(house: House) {
        settle(&house).await;
        let keeper = house.person("keeper", &[house.post(Role::Administrator, "421223")]).await;
        let mut browser = house.browser(lianxin_registry::routes());
        browser.sign_in(&keeper).await;
        assert!(browser.get("/areas/codes").await.text().contains("变更类型"));
        let files = [("file", "codes.csv", TABLE.as_bytes())];
        let looked = browser.post_files("/areas/codes", &[], &files).await;
        assert_eq!(looked.status, 200);
        assert!(looked.text().contains("照办 4 行，办不了 3 行"), "{}", looked.text());
        assert_eq!(live(&house, "421223102").await, None);
        let carried = Table::read(TABLE.as_bytes()).unwrap().text();
        let brought = browser.post("/areas/codes", &[("table", &carried), ("confirmed", "yes")]).await;
        assert!(brought.text().contains("办好 4 行，没办成 3 行"));
        let back = browser.post("/areas/codes/refused", &[("table", &carried)]).await;
        assert_eq!((back.status, back.body.starts_with(b"PK")), (200, true));
        let wrong = browser.post_files("/areas/codes", &[], &[("file", "x.csv", "姓名\n甲\n".as_bytes())]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(browser.get("/areas/codes/template.csv").await.status, 200);
        let clerk = house.person("clerk", &[house.post(Role::Dispatcher, "421223")]).await;
        let mut browser = house.browser(lianxin_registry::routes());
        browser.sign_in(&clerk).await;
        assert_eq!(browser.get("/areas/codes").await.status, 403);
    }
}

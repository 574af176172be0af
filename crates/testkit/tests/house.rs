//! A house is what a test asked for, and nothing of it stays behind.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use lianxin_foundation::db::{Db, sql};
use lianxin_foundation::scope::{Post, Right};
use lianxin_foundation::{Role, web};
use lianxin_testkit::{Engine, House, NOW, both_engines, engines, run};

both_engines! {
    async fn areas_come_with_everything_above_them(house: House) {
        let grid = house.area("421223100001-01").await;
        assert_eq!((grid.county.as_str(), grid.depth), ("421223", 6));
        house.area("421223100001-02").await;
        let mut tx = house.db().read().await.unwrap();
        let rows: Vec<(String, Option<String>, String, i64)> =
            sql("select county, parent, kind, depth from area order by path").all(&mut tx).await.unwrap();
        let expected = [
            ("420000", None, "province"),
            ("421200", Some("42"), "city"),
            ("421223", Some("4212"), "county"),
            ("421223", Some("421223"), "town"),
            ("421223", Some("421223100"), "village"),
            ("421223", Some("421223100001"), "grid"),
            ("421223", Some("421223100001"), "grid"),
        ];
        assert_eq!(rows.len(), expected.len());
        for ((county, parent, kind, _), wanted) in rows.iter().zip(expected) {
            assert_eq!((county.as_str(), parent.as_deref(), kind.as_str()), wanted);
        }
        assert_eq!(rows.iter().map(|row| row.3).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 6]);
    }

    async fn a_person_signs_in_with_the_posts_given(house: House) {
        let unit = house.organisation("421223100", "unit", "演示单位").await;
        house.duty(unit, "road", "421223100").await;
        let post = Post { organisation: Some(unit), ..house.post(Role::UnitHandler, "421223100") };
        let person = house.person("handler", &[post]).await;
        assert!(person.who.may(Right::HandleMatters, NOW));
        let mut browser = house.browser(axum::Router::new());
        browser.sign_in(&person).await;
        let known = house.app().who_by_session(browser.cookie("lx_session").unwrap()).await.unwrap().unwrap();
        assert_eq!((known.account, known.posts), (Some(person.account()), person.who.posts));
    }

    async fn a_browser_goes_through_the_programs_own_layers(house: House) {
        let answer = house.browser(axum::Router::new()).get("/nowhere").await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("content-security-policy"), web::HEADERS[0].1);
    }
}

/// Runs a story on `engine` that may fail, and gives the address and folder of its house.
fn addresses(engine: Engine, fails: bool) -> (String, std::path::PathBuf) {
    let seen = Mutex::new(None);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        run(engine, &[], async |house: House| {
            house.area("42").await;
            *seen.lock().unwrap() = Some((house.url().to_owned(), house.folder().to_owned()));
            assert!(!fails, "as told");
        });
    }));
    assert_eq!(outcome.is_err(), fails);
    seen.into_inner().unwrap().unwrap()
}

#[test]
fn nothing_stays_behind_whether_or_not_the_test_failed() {
    for engine in engines() {
        for fails in [false, true] {
            let (url, folder) = addresses(engine, fails);
            assert!(!folder.exists());
            let runtime = tokio::runtime::Runtime::new().unwrap();
            assert!(runtime.block_on(Db::open(&url)).is_err(), "{url} is gone");
        }
    }
}

#[test]
fn houses_share_nothing() {
    for engine in engines() {
        assert_ne!(addresses(engine, false), addresses(engine, false));
    }
}

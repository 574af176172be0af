//! Accounts as they are made, and access tokens for programs.

use lianxin_foundation::account::{AddAccount, AddToken, NewPassword, RevokeToken, store};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::scope::Means;
use lianxin_foundation::{Error, Role, Who};
use lianxin_testkit::{House, NOW, PASSWORD, Person, both_engines};

const COUNTY: &str = "421223";

async fn clerk(house: &House) -> Person {
    house.person("clerk", &[house.post(Role::Dispatcher, COUNTY)]).await
}

async fn token(house: &House, person: &Person, expires_at: Option<i64>) -> String {
    let add =
        AddToken { county: COUNTY.into(), account: person.account(), name: "手机".into(), expires_at };
    house.app().act(&person.who, &add).await.unwrap()
}

async fn counts(house: &House, token: &str) -> bool {
    house.app().who_by_token(token).await.unwrap().is_some()
}

both_engines! {
    async fn a_token_stands_for_its_account(house: House) {
        let person = clerk(&house).await;
        let token = token(&house, &person, None).await;
        let who = house.app().who_by_token(&token).await.unwrap().unwrap();
        assert!(matches!(who.means, Means::Token(_)));
        assert_eq!((who.account, who.posts), (person.who.account, person.who.posts));
        for odd in ["", "lx_", "lx_421223_", &token[1..], &token.replace("421223", "421202"), &format!("{token}0")] {
            assert!(!counts(&house, odd).await, "{odd}");
        }
    }

    async fn a_token_ends_on_its_day(house: House) {
        let person = clerk(&house).await;
        let token = token(&house, &person, Some(NOW + DAY)).await;
        house.clock().set(NOW + DAY - 1);
        assert!(counts(&house, &token).await);
        house.clock().set(NOW + DAY);
        assert!(!counts(&house, &token).await);
    }

    async fn a_token_ends_when_revoked_by_its_owner(house: House) {
        let person = clerk(&house).await;
        let other = house.person("other", &[]).await;
        let token = token(&house, &person, None).await;
        let mut tx = house.db().read().await.unwrap();
        let id = store::tokens_of(&mut tx, COUNTY, person.account()).await.unwrap()[0].id;
        drop(tx);
        let foreign = house.app().act(&other.who, &RevokeToken { id }).await.unwrap_err();
        assert_eq!(foreign.code(), Some("problem-not-found"));
        assert!(counts(&house, &token).await);
        house.app().act(&person.who, &RevokeToken { id }).await.unwrap();
        assert!(!counts(&house, &token).await);
        house.app().act(&person.who, &RevokeToken { id }).await.unwrap_err();
    }

    async fn a_token_ends_with_its_account(house: House) {
        let person = clerk(&house).await;
        let token = token(&house, &person, None).await;
        let mut tx = house.db().write().await.unwrap();
        store::set_disabled(&mut tx, COUNTY, person.account(), Some(NOW)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!counts(&house, &token).await);
    }

    async fn the_use_of_a_token_is_noted(house: House) {
        let person = clerk(&house).await;
        let token = token(&house, &person, None).await;
        house.clock().set(NOW + DAY);
        assert!(counts(&house, &token).await);
        let mut tx = house.db().read().await.unwrap();
        let tokens = store::tokens_of(&mut tx, COUNTY, person.account()).await.unwrap();
        assert_eq!(tokens[0].used_at, Some(NOW + DAY));
    }

    async fn a_login_is_unique_over_all_counties(house: House) {
        clerk(&house).await;
        let password = NewPassword::new(house.app(), PASSWORD, "clerk").await.unwrap();
        let twin = AddAccount {
            county: "421202".into(),
            login: "clerk".into(),
            name: "同名".into(),
            password,
            language: "zh-CN".into(),
        };
        let refusal = house.app().act(&Who::program("421202"), &twin).await.unwrap_err();
        assert_eq!(refusal.code(), Some("account-login-taken"));
    }

    async fn a_new_account_is_told_everything_that_is_wrong_at_once(house: House) {
        let password = NewPassword::new(house.app(), "short", "Kai Xin").await.unwrap();
        let bad = AddAccount {
            county: "4212".into(),
            login: "Kai Xin".into(),
            name: " ".into(),
            password,
            language: "zh-CN".into(),
        };
        let Error::Refused(problem) = house.app().act(&Who::program(COUNTY), &bad).await.unwrap_err() else {
            panic!("a refusal was expected");
        };
        let fields: Vec<&str> = problem.fields.iter().map(|wrong| wrong.field.as_ref()).collect();
        assert_eq!(fields, ["login", "name", "county", "password"]);
    }
}

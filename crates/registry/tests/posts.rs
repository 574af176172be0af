//! Posts and sign-ins: who may give what to whom.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use futures_util::future::join_all;
use lianxin_foundation::account::store as accounts;
use lianxin_foundation::account::{AddToken, NewPassword, Outcome, SignIn};
use lianxin_foundation::clock::{DAY, start_of_day};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Role, Who};
use lianxin_registry::actions::{CloseAccount, EndPost, GrantPost, OpenAccount, ResetPassword};
use lianxin_testkit::{House, PASSWORD, Person, both_engines};
use uuid::Uuid;

fn grant(person: &Person, role: Role, area: &str, organisation: Option<Uuid>) -> GrantPost {
    GrantPost {
        county: person.who.county.clone(),
        account: person.account(),
        role,
        area: area.to_owned(),
        organisation,
        from: None,
        to: None,
    }
}

async fn open(house: &House, login: &str, role: Role, area: &str) -> OpenAccount {
    OpenAccount {
        login: login.to_owned(),
        name: "演示人员".to_owned(),
        password: NewPassword::new(house.app(), PASSWORD, login).await.unwrap(),
        language: "zh-CN".to_owned(),
        role,
        area: area.to_owned(),
        organisation: None,
    }
}

async fn signs_in(house: &House, login: &str, password: &str) -> bool {
    let typed = SignIn { login: login.to_owned(), password: password.to_owned(), code: None, language: None };
    matches!(typed.attempt(house.app()).await, Ok(Outcome::In(_)))
}

/// The field refused, or the code where it is about none.
async fn refused(house: &House, who: &Who, grant: &GrantPost) -> String {
    match house.app().act(who, grant).await {
        Ok(_) => "given".to_owned(),
        Err(lianxin_foundation::Error::Refused(problem)) => {
            problem.fields.first().map_or(problem.code, |wrong| wrong.code).to_owned()
        }
        Err(error) => panic!("{}", error.chain()),
    }
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_post_is_given_only_over_what_the_giver_keeps(house: House) {
        for area in ["421223100001", "421223101", "421202001"] {
            house.area(area).await;
        }
        let town = house.person("town-admin", &[house.post(Role::Administrator, "421223100")]).await;
        let clerk = house.person("clerk", &[]).await;
        let far = house.person("far", &[house.post(Role::GridWorker, "421202001")]).await;
        let unit = house.organisation("421223100", "unit", "镇政府").await;
        let elsewhere = house.organisation("421223101", "unit", "别镇").await;
        let enterprise = house.organisation("421223100", "enterprise", "演示企业").await;
        for (grant, said) in [
            (grant(&clerk, Role::Specialist, "421223100", Some(enterprise)), "given"),
            (grant(&clerk, Role::EnterpriseContact, "421223100", Some(unit)), "post-organisation-enterprise"),
            (grant(&clerk, Role::Specialist, "421223100", None), "post-organisation-missing"),
            (grant(&clerk, Role::GridWorker, "421223100001", None), "given"),
            (grant(&clerk, Role::UnitHandler, "421223100", Some(unit)), "given"),
            (grant(&clerk, Role::UnitHandler, "421223100", None), "post-organisation-missing"),
            (grant(&clerk, Role::UnitHandler, "421223100", Some(elsewhere)), "post-organisation-unknown"),
            (grant(&clerk, Role::Secretary, "421223", None), "post-area-not-yours"),
            (grant(&clerk, Role::Secretary, "421223101", None), "post-area-not-yours"),
            (grant(&clerk, Role::Secretary, "421223999", None), "area-unknown"),
            (grant(&town, Role::Auditor, "421223100", None), "post-own"),
            (grant(&far, Role::GridWorker, "421223100", None), "post-account-unknown"),
        ] {
            assert_eq!(refused(&house, &town.who, &grant).await, said, "{} {}", grant.role.code(), grant.area);
        }
        let secretary = house.who(&[house.post(Role::Secretary, "421223")]);
        let given = refused(&house, &secretary, &grant(&clerk, Role::GridWorker, "421223100", None)).await;
        assert_eq!(given, "post-account-unknown", "who keeps nothing reaches nobody");
    }

    /// A post in a village for a unit of the county opens that unit's matters everywhere: whoever keeps the village
    /// alone gets at none of them by a new password.
    async fn an_account_is_kept_by_who_keeps_its_units_too(house: House) {
        let village = "421223100001";
        let (near, wide) =
            (house.organisation(village, "unit", "村委会").await, house.organisation("421223", "unit", "县城管局").await);
        let admin = house.who(&[house.post(Role::Administrator, village)]);
        let handler = |unit| Post { organisation: Some(unit), ..house.post(Role::UnitHandler, village) };
        let own = house.person("near", &[handler(near)]).await;
        let theirs = house.person("wide", &[handler(wide), house.post(Role::GridWorker, village)]).await;
        let reset = |person: &Person| ResetPassword {
            county: "421223".to_owned(),
            id: person.account(),
            new: "Another-Password-7".to_owned(),
        };
        reset(&own).attempt(house.app(), &admin).await.unwrap();
        let refused = reset(&theirs).attempt(house.app(), &admin).await.unwrap_err();
        assert_eq!(refused.code(), Some("problem-forbidden"));
        let close = CloseAccount { county: "421223".to_owned(), id: theirs.account(), reason: "演示".to_owned() };
        assert_eq!(house.app().act(&admin, &close).await.unwrap_err().code(), Some("problem-forbidden"));
        assert!(signs_in(&house, "wide", PASSWORD).await);
        let county = house.who(&[house.post(Role::Administrator, "421223")]);
        reset(&theirs).attempt(house.app(), &county).await.unwrap();
    }

    async fn a_post_ends_and_ends_before_it_begins_for_nobody(house: House) {
        house.area("421223100").await;
        let admin = house.who(&[house.post(Role::Administrator, "421223")]);
        let clerk = house.person("clerk", &[]).await;
        let mut wrong = grant(&clerk, Role::Dispatcher, "421223100", None);
        wrong.to = Some(house.now());
        assert_eq!(refused(&house, &admin, &wrong).await, "post-ends-past");
        wrong.to = Some(house.now() + DAY);
        wrong.from = wrong.to;
        assert_eq!(refused(&house, &admin, &wrong).await, "post-ends-first");
        let id = house.app().act(&admin, &grant(&clerk, Role::Dispatcher, "421223100", None)).await.unwrap();
        let end = EndPost { county: "421223".to_owned(), id };
        let other = house.who(&[house.post(Role::Administrator, "421202")]);
        assert_eq!(house.app().act(&other, &end).await.unwrap_err().code(), Some("problem-not-found"));
        house.app().act(&admin, &end).await.unwrap();
        assert_eq!(house.app().act(&admin, &end).await.unwrap_err().code(), Some("problem-not-found"));
        let mut tx = house.db().read().await.unwrap();
        let posts = accounts::posts_of(&mut tx, "421223", clerk.account()).await.unwrap();
        assert_eq!(posts[0].to, Some(house.now()));
    }

    async fn one_post_comes_of_a_button_pressed_eight_times(house: House) {
        house.area("421223100").await;
        let admin = house.who(&[house.post(Role::Administrator, "421223")]);
        let clerk = house.person("clerk", &[]).await;
        let pressed = GrantPost { to: Some(house.now() + DAY), ..grant(&clerk, Role::Dispatcher, "421223100", None) };
        let given = join_all((0..8).map(|_| refused(&house, &admin, &pressed))).await;
        assert_eq!(given.iter().filter(|said| *said == "given").count(), 1, "{given:?}");
        assert_eq!(given.iter().filter(|said| *said == "post-held").count(), 7, "{given:?}");
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(accounts::posts_of(&mut tx, "421223", clerk.account()).await.unwrap().len(), 1);
        drop(tx);
        let after = GrantPost { from: pressed.to, to: None, ..grant(&clerk, Role::Dispatcher, "421223100", None) };
        assert_eq!(refused(&house, &admin, &after).await, "given", "the same again once it has ended");
    }

    async fn a_post_begins_today_or_later_but_never_before_it_was_given(house: House) {
        house.area("421223100").await;
        let admin = house.who(&[house.post(Role::Administrator, "421223")]);
        let (now, today) = (house.now(), start_of_day(house.now()));
        assert!(today < now);
        for (login, from, expected) in [
            ("yesterday", Some(today - 1), Err("post-begins-past")),
            ("long-ago", Some(0), Err("post-begins-past")),
            ("today", Some(today), Ok(now)),
            ("now", None, Ok(now)),
            ("tomorrow", Some(today + DAY), Ok(today + DAY)),
        ] {
            let clerk = house.person(login, &[]).await;
            let asked = GrantPost { from, ..grant(&clerk, Role::Dispatcher, "421223100", None) };
            assert_eq!(refused(&house, &admin, &asked).await, expected.err().unwrap_or("given"), "{login}");
            let mut tx = house.db().read().await.unwrap();
            let posts = accounts::posts_of(&mut tx, "421223", clerk.account()).await.unwrap();
            assert_eq!(posts.first().map(|post| post.from), expected.ok(), "{login}");
        }
    }

    async fn a_command_gives_no_rights_over_the_past_either(house: House) {
        house.area("421223100").await;
        let clerk = house.person("clerk", &[]).await;
        let past = GrantPost { from: Some(0), ..grant(&clerk, Role::Dispatcher, "421223100", None) };
        assert_eq!(refused(&house, &Who::program("421223"), &past).await, "post-begins-past");
    }

    async fn an_account_opens_with_its_first_post_or_not_at_all(house: House) {
        house.area("421223100").await;
        house.area("421202001").await;
        let admin = house.person("admin", &[house.post(Role::Administrator, "421223100")]).await;
        house.app().act(&admin.who, &open(&house, "first", Role::GridWorker, "421223100").await).await.unwrap();
        assert!(signs_in(&house, "first", PASSWORD).await);
        for area in ["421202001", "421223"] {
            let refused = house.app().act(&admin.who, &open(&house, "second", Role::GridWorker, area).await).await;
            assert!(refused.is_err(), "{area}");
        }
        assert!(!signs_in(&house, "second", PASSWORD).await);
        let taken = house.app().act(&admin.who, &open(&house, "first", Role::GridWorker, "421223100").await).await;
        assert_eq!(taken.unwrap_err().code(), Some("account-login-taken"));
        // A command of the program needs no post.
        house.app().act(&Who::program("421202"), &open(&house, "second", Role::Administrator, "421202001").await).await.unwrap();
    }

    async fn only_accounts_below_can_be_reset_and_closed(house: House) {
        house.area("421223100").await;
        let town = house.who(&[house.post(Role::Administrator, "421223100")]);
        let below = house.person("below", &[house.post(Role::GridWorker, "421223100")]).await;
        let above = house.person("above", &[house.post(Role::Secretary, "421223")]).await;
        let both =
            house.person("both", &[house.post(Role::GridWorker, "421223100"), house.post(Role::Auditor, "421223")]).await;
        let reset = |person: &Person| ResetPassword {
            county: "421223".to_owned(),
            id: person.account(),
            new: "another-Password-8".to_owned(),
        };
        assert_eq!(reset(&above).attempt(house.app(), &town).await.unwrap_err().code(), Some("problem-not-found"));
        assert_eq!(reset(&both).attempt(house.app(), &town).await.unwrap_err().code(), Some("problem-forbidden"));
        let (county, account) = ("421223".to_owned(), below.account());
        let token = AddToken { county, account, name: "网关".to_owned(), expires_at: None };
        let token = house.app().act(&below.who, &token).await.unwrap();
        assert!(house.app().who_by_token(&token).await.unwrap().is_some());
        reset(&below).attempt(house.app(), &town).await.unwrap();
        assert!(house.app().who_by_token(&token).await.unwrap().is_none(), "others may hold it");
        assert!(signs_in(&house, "below", "another-Password-8").await);
        assert!(signs_in(&house, "above", PASSWORD).await);

        let mut close =
            CloseAccount { county: "421223".to_owned(), id: below.account(), reason: String::new() };
        assert!(house.app().act(&town, &close).await.is_err(), "a reason is needed");
        close.reason = "调离".to_owned();
        house.app().act(&town, &close).await.unwrap();
        assert!(!signs_in(&house, "below", "another-Password-8").await);
    }
}

//! Signing in: who gets in, who rests, and how long a session lasts.

use futures_util::future::join_all;
use lianxin_foundation::account::{
    Account, AddToken, ChangePassword, EnrolTotp, Outcome, SignIn, SignOut, store,
};
use lianxin_foundation::clock::{DAY, HOUR, MINUTE, SECOND};
use lianxin_foundation::db::sql;
use lianxin_foundation::i18n::Language;
use lianxin_foundation::password::{Cost, needs_rehash};
use lianxin_foundation::{Error, Micros, Result, Role, Who, audit};
use lianxin_testkit::{CHEAP, House, NOW, PASSWORD, Person, both_engines};

const COUNTY: &str = "421223";

/// RFC 6238's own secret, "12345678901234567890" in base 32, and its codes at two moments.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const CODES: [(Micros, &str); 2] = [(1_111_111_111 * SECOND, "050471"), (2_000_000_000 * SECOND, "279037")];

async fn clerk(house: &House) -> Person {
    house.person("clerk", &[house.post(Role::Dispatcher, COUNTY)]).await
}

async fn attempt(house: &House, login: &str, password: &str, code: Option<&str>) -> Result<Outcome> {
    let typed = SignIn {
        login: login.into(),
        password: password.into(),
        code: code.map(str::to_owned),
        language: None,
    };
    typed.attempt(house.app()).await
}

async fn right(house: &House) -> bool {
    matches!(attempt(house, "clerk", PASSWORD, None).await, Ok(Outcome::In(_)))
}

/// A wrong password; the refusal always reads the same.
async fn wrong(house: &House) {
    let refusal = attempt(house, "clerk", "guess", None).await.unwrap_err();
    assert_eq!(refusal.code(), Some("problem-sign-in-failed"));
}

async fn session_of(house: &House, person: &Person) -> (String, Who) {
    let cookie = house.session(person).await;
    let who = house.app().who_by_session(&cookie).await.unwrap().unwrap();
    (cookie, who)
}

async fn counts(house: &House, cookie: &str) -> bool {
    house.app().who_by_session(cookie).await.unwrap().is_some()
}

async fn actions(house: &House) -> Vec<String> {
    let mut tx = house.db().read().await.unwrap();
    let links = audit::store::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
    links.into_iter().map(|link| link.action).collect()
}

/// The fields a refusal points at, each with why.
fn fields(refusal: &Error) -> Vec<(&str, &str)> {
    let Error::Refused(problem) = refusal else { panic!("a refusal was expected: {refusal:?}") };
    problem.fields.iter().map(|wrong| (wrong.field.as_ref(), wrong.code)).collect()
}

/// How often the trail says that an account was locked.
async fn rests(house: &House) -> usize {
    actions(house).await.iter().filter(|action| *action == "sign-in-locked").count()
}

async fn account(house: &House, person: &Person) -> Account {
    let mut tx = house.db().read().await.unwrap();
    store::account(&mut tx, COUNTY, person.account()).await.unwrap().unwrap()
}

async fn failures(house: &House, person: &Person) -> i64 {
    account(house, person).await.failures
}

async fn enrol(house: &House, person: &Person, password: &str, code: &str) -> Result<()> {
    let enrol = EnrolTotp { password: password.into(), secret: SECRET.into(), code: code.into() };
    enrol.attempt(house.app(), &person.who).await
}

/// Turns the second factor on at the moment of the first code.
async fn with_two_factors(house: &House) -> Person {
    let person = clerk(house).await;
    house.clock().set(CODES[0].0);
    enrol(house, &person, PASSWORD, CODES[0].1).await.unwrap();
    person
}

both_engines! {
    async fn the_right_password_signs_in(house: House) {
        let person = clerk(&house).await;
        let (_, who) = session_of(&house, &person).await;
        assert_eq!((who.account, &who.county, &who.posts), (person.who.account, &person.who.county, &person.who.posts));
        assert!(matches!(attempt(&house, " CLERK ", PASSWORD, None).await, Ok(Outcome::In(_))), "case and spaces");
        assert_eq!(actions(&house).await, ["account-add", "sign-in", "sign-in"]);
    }

    async fn a_wrong_password_and_an_unknown_login_read_the_same(house: House) {
        clerk(&house).await;
        wrong(&house).await;
        let refusal = attempt(&house, "nobody", PASSWORD, None).await.unwrap_err();
        assert_eq!(refusal.code(), Some("problem-sign-in-failed"));
    }

    async fn the_fifth_failure_in_a_row_makes_the_account_rest(house: House) {
        clerk(&house).await;
        for _ in 0..4 {
            wrong(&house).await;
        }
        assert!(right(&house).await, "four failures and then the right password");
        assert!(!actions(&house).await.contains(&"sign-in-locked".to_owned()), "nothing was locked");
        for _ in 0..5 {
            wrong(&house).await;
        }
        assert!(!right(&house).await, "it rests");
        house.clock().set(NOW + 15 * MINUTE - 1);
        assert!(!right(&house).await, "it still rests");
        house.clock().set(NOW + 15 * MINUTE);
        assert!(right(&house).await, "it has rested");
        assert_eq!(rests(&house).await, 1);
    }

    async fn failures_go_on_counting_after_a_rest(house: House) {
        clerk(&house).await;
        for round in 1..=3 {
            for _ in 0..5 {
                wrong(&house).await;
            }
            assert!(!right(&house).await, "round {round}");
            house.clock().set(NOW + round * 15 * MINUTE);
        }
        assert!(right(&house).await);
        assert_eq!(rests(&house).await, 3);
    }

    async fn of_many_guesses_at_once_only_five_are_looked_at(house: House) {
        let person = clerk(&house).await;
        let guesses = join_all((0..40).map(|_| attempt(&house, "clerk", "guess", None))).await;
        assert!(guesses.iter().all(|guess| guess.as_ref().is_err_and(|error| error.code().is_some())));
        assert!(!right(&house).await, "it rests");
        let mut tx = house.db().read().await.unwrap();
        let account = store::account(&mut tx, COUNTY, person.account()).await.unwrap().unwrap();
        assert_eq!(account.failures, 5);
        assert_eq!(account.locked_until, Some(NOW + 15 * MINUTE));
        drop(tx);
        assert_eq!(rests(&house).await, 1, "it rests once");
    }

    async fn the_right_password_among_many_guesses_gets_in_at_most_once_in_five(house: House) {
        clerk(&house).await;
        let tries = (0..40).map(|n| attempt(&house, "clerk", if n == 39 { PASSWORD } else { "guess" }, None));
        join_all(tries).await;
        let mut tx = house.db().read().await.unwrap();
        let looked_at: i64 = sql("select failures from account where county = $1").bind(COUNTY).scalar(&mut tx).await.unwrap();
        assert!((0..=5).contains(&looked_at), "{looked_at}");
    }

    async fn right_passwords_at_once_all_get_in_and_lock_nothing(house: House) {
        clerk(&house).await;
        let tries = join_all((0..5).map(|_| attempt(&house, "clerk", PASSWORD, None))).await;
        assert!(tries.iter().all(|outcome| matches!(outcome, Ok(Outcome::In(_)))), "{tries:?}");
        assert_eq!(rests(&house).await, 0);
    }

    async fn the_fifth_attempt_may_be_the_first_step_of_two(house: House) {
        let person = with_two_factors(&house).await;
        let (later, code) = CODES[1];
        house.clock().set(later);
        for _ in 0..4 {
            wrong(&house).await;
        }
        for _ in 0..3 {
            assert_eq!(attempt(&house, "clerk", PASSWORD, None).await.unwrap(), Outcome::NeedsCode);
            assert_eq!(failures(&house, &person).await, 4, "a right password is no failure");
        }
        assert!(matches!(attempt(&house, "clerk", PASSWORD, Some(code)).await, Ok(Outcome::In(_))));
        assert_eq!((failures(&house, &person).await, rests(&house).await), (0, 0));
    }

    async fn knowing_the_password_gives_no_more_guesses_at_the_code(house: House) {
        let person = with_two_factors(&house).await;
        let (later, code) = CODES[1];
        house.clock().set(later);
        for guess in 1..=5 {
            assert_eq!(attempt(&house, "clerk", PASSWORD, None).await.unwrap(), Outcome::NeedsCode, "guess {guess}");
            attempt(&house, "clerk", PASSWORD, Some("000000")).await.unwrap_err();
            assert_eq!(failures(&house, &person).await, guess);
        }
        attempt(&house, "clerk", PASSWORD, None).await.unwrap_err();
        attempt(&house, "clerk", PASSWORD, Some(code)).await.unwrap_err();
        assert_eq!(rests(&house).await, 1);
    }

    async fn a_closed_account_neither_signs_in_nor_stays_in(house: House) {
        let person = clerk(&house).await;
        let (cookie, _) = session_of(&house, &person).await;
        let close = async |at| {
            let mut tx = house.db().write().await.unwrap();
            store::set_disabled(&mut tx, COUNTY, person.account(), at).await.unwrap();
            tx.commit().await.unwrap();
        };
        close(Some(NOW)).await;
        assert!(!right(&house).await);
        assert!(!counts(&house, &cookie).await);
        close(None).await;
        assert!(right(&house).await);
    }

    async fn a_session_ends_when_idle(house: House) {
        let person = clerk(&house).await;
        let (cookie, _) = session_of(&house, &person).await;
        for hour in 1..=3 {
            house.clock().set(NOW + hour * (2 * HOUR - 1));
            assert!(counts(&house, &cookie).await, "used again within two hours, the {hour}. time");
        }
        house.clock().set(house.now() + 2 * HOUR);
        assert!(!counts(&house, &cookie).await, "idle for two hours");
    }

    async fn a_session_ends_after_twelve_hours_however_busy(house: House) {
        let person = clerk(&house).await;
        let (cookie, _) = session_of(&house, &person).await;
        for hour in 1..12 {
            house.clock().set(NOW + hour * HOUR);
            assert!(counts(&house, &cookie).await, "hour {hour}");
        }
        house.clock().set(NOW + 12 * HOUR - 1);
        assert!(counts(&house, &cookie).await);
        house.clock().set(NOW + 12 * HOUR);
        assert!(!counts(&house, &cookie).await);
    }

    async fn a_made_up_or_foreign_cookie_is_nobody(house: House) {
        let person = clerk(&house).await;
        let (cookie, _) = session_of(&house, &person).await;
        let secret = cookie.split_once('.').unwrap().1;
        for odd in ["", ".", "421223.", "421223", secret, &format!("421202.{secret}"), &format!("{cookie}x")] {
            assert!(!counts(&house, odd).await, "{odd}");
        }
    }

    async fn the_database_does_not_hold_the_cookie(house: House) {
        let person = clerk(&house).await;
        let (cookie, _) = session_of(&house, &person).await;
        let mut tx = house.db().read().await.unwrap();
        let stored: Vec<u8> = sql("select token from session").scalar(&mut tx).await.unwrap();
        assert_eq!(stored.len(), 32);
        assert!(!cookie.as_bytes().windows(8).any(|part| stored.windows(8).any(|other| other == part)));
    }

    async fn signing_out_ends_that_session_alone(house: House) {
        let person = clerk(&house).await;
        let ((first, who), (second, _)) = (session_of(&house, &person).await, session_of(&house, &person).await);
        house.app().act(&who, &SignOut).await.unwrap();
        assert!(!counts(&house, &first).await);
        assert!(counts(&house, &second).await);
    }

    async fn a_new_password_ends_every_session_and_token(house: House) {
        let person = clerk(&house).await;
        let ((first, who), (second, _)) = (session_of(&house, &person).await, session_of(&house, &person).await);
        let token = AddToken { county: COUNTY.into(), account: person.account(), name: "网关".into(), expires_at: None };
        let token = house.app().act(&who, &token).await.unwrap();
        let change = async |current: &str, new: &str| {
            let change = ChangePassword { current: current.into(), new: new.into() };
            change.attempt(house.app(), &who).await
        };
        let refused = change("guess", "another-Password-8").await.unwrap_err();
        assert_eq!(fields(&refused), [("current", "account-password-wrong")]);
        let refused = change(PASSWORD, "short").await.unwrap_err();
        assert_eq!(fields(&refused), [("new", "password-too-short")]);
        assert!(counts(&house, &first).await);
        assert!(house.app().who_by_token(&token).await.unwrap().is_some());
        change(PASSWORD, "another-Password-8").await.unwrap();
        assert!(!counts(&house, &first).await && !counts(&house, &second).await);
        assert!(house.app().who_by_token(&token).await.unwrap().is_none());
        assert!(!right(&house).await);
        assert!(matches!(attempt(&house, "clerk", "another-Password-8", None).await, Ok(Outcome::In(_))));
        let mut tx = house.db().read().await.unwrap();
        let links = audit::store::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
        let said = links.into_iter().find(|link| link.action == "account-password").unwrap();
        assert_eq!(said.detail, r#"{"sessions":2,"tokens":1}"#);
    }

    async fn of_two_new_passwords_at_once_one_counts(house: House) {
        let person = clerk(&house).await;
        let change = async |new: &str| {
            let change = ChangePassword { current: PASSWORD.into(), new: new.into() };
            change.attempt(house.app(), &person.who).await
        };
        let (one, other) = tokio::join!(change("another-Password-8"), change("another-Password-9"));
        // Whoever comes second verified a password that is no longer the one.
        let (kept, refused) = match (one, other) {
            (Ok(()), Err(refused)) => ("another-Password-8", refused),
            (Err(refused), Ok(())) => ("another-Password-9", refused),
            both => panic!("{both:?}"),
        };
        assert_eq!(fields(&refused), [("current", "account-password-wrong")]);
        assert!(matches!(attempt(&house, "clerk", kept, None).await, Ok(Outcome::In(_))));
    }

    async fn guesses_at_ones_own_password_count_like_those_at_sign_in(house: House) {
        let person = clerk(&house).await;
        let (cookie, who) = session_of(&house, &person).await;
        let change = async |current: &str, new: &str| {
            let change = ChangePassword { current: current.into(), new: new.into() };
            change.attempt(house.app(), &who).await
        };
        for guess in 1..=3 {
            change("guess", "another-Password-8").await.unwrap_err();
            assert_eq!(failures(&house, &person).await, guess);
        }
        wrong(&house).await;
        let weak = change(PASSWORD, "short").await.unwrap_err();
        assert_eq!(fields(&weak), [("new", "password-too-short")]);
        assert_eq!(failures(&house, &person).await, 4, "a right password is no failure");
        let fifth = change("guess", "another-Password-8").await.unwrap_err();
        assert_eq!(fields(&fifth), [("current", "account-password-wrong")]);
        assert_eq!(rests(&house).await, 1);
        for current in ["guess", PASSWORD] {
            let rests = change(current, "another-Password-8").await.unwrap_err();
            assert_eq!(fields(&rests), [("current", "account-password-rests")]);
        }
        assert!(!right(&house).await, "at sign-in too");
        assert!(counts(&house, &cookie).await, "the session works on");
        house.clock().set(NOW + 15 * MINUTE);
        let (_, who) = session_of(&house, &person).await;
        let done = ChangePassword { current: PASSWORD.into(), new: "another-Password-8".into() };
        done.attempt(house.app(), &who).await.unwrap();
        assert_eq!(failures(&house, &person).await, 0);
    }

    async fn of_many_guesses_at_ones_own_password_at_once_five_are_looked_at(house: House) {
        let person = clerk(&house).await;
        let (_, who) = session_of(&house, &person).await;
        let guess = ChangePassword { current: "guess".into(), new: "another-Password-8".into() };
        let refused = join_all((0..20).map(|_| guess.attempt(house.app(), &who))).await;
        let looked = refused.iter().filter(|refused| {
            fields(refused.as_ref().unwrap_err()) == [("current", "account-password-wrong")]
        });
        assert_eq!((looked.count(), failures(&house, &person).await, rests(&house).await), (5, 5, 1));
    }

    async fn two_factors_ask_for_both(house: House) {
        with_two_factors(&house).await;
        let (later, code) = CODES[1];
        house.clock().set(later);
        assert_eq!(attempt(&house, "clerk", PASSWORD, None).await.unwrap(), Outcome::NeedsCode);
        assert_eq!(attempt(&house, "clerk", PASSWORD, Some(" ")).await.unwrap(), Outcome::NeedsCode);
        attempt(&house, "clerk", "guess", Some(code)).await.unwrap_err();
        attempt(&house, "clerk", PASSWORD, Some("000000")).await.unwrap_err();
        assert!(matches!(attempt(&house, "clerk", PASSWORD, Some(code)).await, Ok(Outcome::In(_))));
    }

    async fn a_code_counts_once(house: House) {
        with_two_factors(&house).await;
        let (later, code) = CODES[1];
        house.clock().set(later);
        assert!(attempt(&house, "clerk", PASSWORD, Some(code)).await.is_ok());
        attempt(&house, "clerk", PASSWORD, Some(code)).await.unwrap_err();
        house.clock().set(later + 30 * SECOND);
        attempt(&house, "clerk", PASSWORD, Some(code)).await.unwrap_err();
    }

    async fn of_sign_ins_with_one_code_at_once_one_counts(house: House) {
        with_two_factors(&house).await;
        let (later, code) = CODES[1];
        house.clock().set(later);
        let tries = join_all((0..5).map(|_| attempt(&house, "clerk", PASSWORD, Some(code)))).await;
        assert_eq!(tries.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    }

    async fn wrong_codes_make_the_account_rest_too(house: House) {
        with_two_factors(&house).await;
        let (later, code) = CODES[1];
        house.clock().set(later);
        for _ in 0..5 {
            attempt(&house, "clerk", PASSWORD, Some("000000")).await.unwrap_err();
        }
        attempt(&house, "clerk", PASSWORD, Some(code)).await.unwrap_err();
    }

    async fn a_second_factor_is_turned_on_only_by_proof_and_kept_sealed(house: House) {
        let person = clerk(&house).await;
        let refusal = enrol(&house, &person, PASSWORD, "000000").await.unwrap_err();
        assert_eq!(fields(&refusal), [("code", "account-code-wrong")]);
        assert!(right(&house).await);
        house.clock().set(CODES[0].0);
        let proof = CODES[0].1;
        let refusal = enrol(&house, &person, "guess", proof).await.unwrap_err();
        assert_eq!(fields(&refusal), [("password", "account-password-wrong")], "a browser left open is not enough");
        assert_eq!(failures(&house, &person).await, 1, "a guess counts as one at sign-in");
        enrol(&house, &person, PASSWORD, proof).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let account = store::account(&mut tx, COUNTY, person.account()).await.unwrap().unwrap();
        let sealed = account.totp.unwrap();
        assert!(!sealed.windows(8).any(|part| SECRET.as_bytes().windows(8).any(|other| other == part)));
        drop(tx);
        let again = enrol(&house, &person, PASSWORD, proof).await.unwrap_err();
        assert_eq!(again.code(), Some("account-factor-already"), "nothing replaces a phone but an administrator first");
        for _ in 0..5 {
            enrol(&house, &person, "guess", proof).await.unwrap_err();
        }
        let rests = enrol(&house, &person, PASSWORD, proof).await.unwrap_err();
        assert_eq!(fields(&rests), [("password", "account-password-rests")]);
    }

    async fn a_hash_made_at_another_cost_is_made_anew_at_the_next_sign_in(house: House) {
        let person = clerk(&house).await;
        let stored = async |house: &House| account(house, &person).await.password;
        let before = stored(&house).await;
        assert!(right(&house).await);
        assert_eq!(stored(&house).await, before, "nothing to do at the same cost");
        let cost = Cost { passes: CHEAP.passes + 1, ..CHEAP };
        let dearer = house.with(|settings| settings.password_cost = cost);
        wrong(&dearer).await;
        assert_eq!(stored(&house).await, before, "a wrong password changes nothing");
        assert!(right(&dearer).await);
        let after = stored(&house).await;
        assert!(!needs_rehash(&after, &cost) && needs_rehash(&before, &cost), "{before} became {after}");
        assert!(right(&dearer).await, "it is the same password");
    }

    async fn an_account_speaks_the_language_it_was_last_signed_in_with(house: House) {
        let person = clerk(&house).await;
        for (language, speaks) in [(None, "zh-CN"), (Some(Language::ZhTw), "zh-TW"), (None, "zh-TW")] {
            let typed = SignIn { login: "clerk".into(), password: PASSWORD.into(), code: None, language };
            typed.attempt(house.app()).await.unwrap();
            assert_eq!(account(&house, &person).await.language, speaks);
        }
        let typed = SignIn { login: "clerk".into(), password: "guess".into(), code: None, language: Some(Language::En) };
        typed.attempt(house.app()).await.unwrap_err();
        assert_eq!(account(&house, &person).await.language, "zh-TW", "who does not get in changes nothing");
    }

    async fn posts_count_from_the_day_they_begin_to_the_day_they_end(house: House) {
        use lianxin_foundation::scope::{Post, Right};
        let post = Post { from: NOW + DAY, to: Some(NOW + 2 * DAY), ..house.post(Role::Dispatcher, COUNTY) };
        let person = house.person("later", &[post]).await;
        let (_, who) = session_of(&house, &person).await;
        for (at, may) in [(NOW, false), (NOW + DAY, true), (NOW + 2 * DAY - 1, true), (NOW + 2 * DAY, false)] {
            assert_eq!(who.may(Right::SeeMatters, at), may, "{at}");
        }
    }
}

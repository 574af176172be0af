//! What happens between the moment a request is told whose it is and the moment it acts.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::routing::post;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use lianxin_foundation::account::{AddToken, ChangePassword, Outcome, SignIn, SignOut, store};
use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::web::{self, Form};
use lianxin_foundation::{Action, App, Context, Result, Right, Role, Tx, Who};
use lianxin_testkit::{House, NOW, PASSWORD, Person, both_engines};

const COUNTY: &str = "421223";
const NEW: &str = "Another-Password-8";

/// Leaves a note in the trail; for dispatchers of the county.
struct Note;

impl Action for Note {
    type Output = String;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<String> {
        cx.scope(Right::DispatchMatters).require("42/4212/421223/", &[])?;
        tx.audit(Entry::new(cx.who, COUNTY, "note", "test", COUNTY));
        Ok(cx.who.name.clone())
    }
}

async fn notes(house: &House) -> usize {
    let mut tx = house.db().read().await.unwrap();
    let links = audit::store::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
    links.iter().filter(|link| link.action == "note").count()
}

async fn clerk(house: &House) -> Person {
    house.person("clerk", &[house.post(Role::Dispatcher, COUNTY)]).await
}

async fn by_session(house: &House, person: &Person) -> Who {
    let cookie = house.session(person).await;
    house.app().who_by_session(&cookie).await.unwrap().unwrap()
}

async fn by_token(house: &House, person: &Person) -> Who {
    let add =
        AddToken {
            county: COUNTY.into(), account: person.account(), name: "手机".into(), expires_at: None
        };
    let token = house.app().act(&person.who, &add).await.unwrap();
    house.app().who_by_token(&token).await.unwrap().unwrap()
}

async fn close(house: &House, person: &Person) {
    let mut tx = house.db().write().await.unwrap();
    store::set_disabled(&mut tx, COUNTY, person.account(), Some(NOW)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn end_post(house: &House, person: &Person) {
    let mut tx = house.db().write().await.unwrap();
    assert!(store::end_post(&mut tx, COUNTY, person.who.posts[0].id, NOW).await.unwrap());
    tx.commit().await.unwrap();
}

async fn change_password(house: &House, who: &Who) {
    let change = ChangePassword { current: PASSWORD.into(), new: NEW.into() };
    change.attempt(house.app(), who).await.unwrap();
}

/// What the note is refused with, after which nothing is written.
async fn refused(house: &House, who: &Who) -> &'static str {
    let before = notes(house).await;
    let refusal = house.app().act(who, &Note).await.unwrap_err();
    assert_eq!(notes(house).await, before);
    refusal.code().unwrap()
}

/// A form held back after its first bytes until `meanwhile` is done; gives the answer's status.
async fn held_back(house: &House, cookie: &str, meanwhile: impl Future<Output = ()> + Send + 'static) -> u16 {
    let routes: Router<App> = Router::new().route(
        "/note",
        post(async |form: Form| {
            let who = form.visitor.signed_in()?;
            form.visitor.app.act(who, &Note).await
        }),
    );
    let visitor = house.app().who_by_session(cookie).await.unwrap().unwrap();
    let body = format!("token={}&text=x", token_of(house, &visitor).await);
    let (begin, rest) = body.split_at(3);
    let (begin, rest) = (Bytes::from(begin.to_owned()), Bytes::from(rest.to_owned()));
    let come = stream::once(async move { Ok::<_, std::io::Error>(begin) }).chain(stream::once(async move {
        meanwhile.await;
        Ok(rest)
    }));
    let request = Request::post("/note")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", format!("lx_session={cookie}"))
        .body(Body::from_stream(come))
        .unwrap();
    let response = tower::ServiceExt::oneshot(web::wrap(routes, house.app().clone()), request).await.unwrap();
    response.status().as_u16()
}

/// The form token of somebody's pages.
async fn token_of(house: &House, who: &Who) -> String {
    let lianxin_foundation::scope::Means::Session(key) = &who.means else { panic!("no session") };
    let mac = house.app().vault().mac(lianxin_foundation::vault::Purpose::Csrf, &[key]);
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

both_engines! {
    async fn who_is_still_there_acts(house: House) {
        let person = clerk(&house).await;
        for who in [by_session(&house, &person).await, by_token(&house, &person).await] {
            assert_eq!(house.app().act(&who, &Note).await.unwrap(), person.who.name);
        }
        assert_eq!(notes(&house).await, 2);
    }

    async fn whose_session_ended_acts_no_more(house: House) {
        let person = clerk(&house).await;
        let who = by_session(&house, &person).await;
        house.app().act(&who, &SignOut).await.unwrap();
        assert_eq!(refused(&house, &who).await, "problem-sign-in");
        let idle = by_session(&house, &person).await;
        house.clock().set(NOW + house.app().settings().session_idle);
        assert_eq!(refused(&house, &idle).await, "problem-sign-in");
    }

    async fn after_a_new_password_nothing_begun_before_acts(house: House) {
        let person = clerk(&house).await;
        let (session, token) = (by_session(&house, &person).await, by_token(&house, &person).await);
        change_password(&house, &by_session(&house, &person).await).await;
        assert_eq!(refused(&house, &session).await, "problem-sign-in");
        assert_eq!(refused(&house, &token).await, "problem-sign-in");
        let late = AddToken { county: COUNTY.into(), account: person.account(), name: "后门".into(), expires_at: None };
        assert_eq!(house.app().act(&session, &late).await.unwrap_err().code(), Some("problem-sign-in"));
    }

    async fn whose_account_is_closed_acts_no_more(house: House) {
        let person = clerk(&house).await;
        let (session, token) = (by_session(&house, &person).await, by_token(&house, &person).await);
        close(&house, &person).await;
        assert_eq!(refused(&house, &session).await, "problem-sign-in");
        assert_eq!(refused(&house, &token).await, "problem-sign-in");
    }

    async fn who_lost_a_post_acts_without_it_and_who_got_one_acts_with_it(house: House) {
        let person = clerk(&house).await;
        let (session, token) = (by_session(&house, &person).await, by_token(&house, &person).await);
        end_post(&house, &person).await;
        assert_eq!(refused(&house, &session).await, "problem-forbidden");
        assert_eq!(refused(&house, &token).await, "problem-forbidden");
        let mut tx = house.db().write().await.unwrap();
        store::insert_post(&mut tx, COUNTY, person.account(), &house.post(Role::Supervisor, COUNTY)).await.unwrap();
        tx.commit().await.unwrap();
        house.app().act(&session, &Note).await.unwrap();
    }

    async fn a_form_held_back_until_after_a_dismissal_does_nothing(house: House) {
        let person = clerk(&house).await;
        let cookie = house.session(&person).await;
        assert_eq!(held_back(&house, &cookie, async {}).await, 200);
        assert_eq!(notes(&house).await, 1);
        let (db, account) = (house.db().clone(), person.account());
        let dismissal = async move {
            let mut tx = db.write().await.unwrap();
            store::set_disabled(&mut tx, COUNTY, account, Some(NOW)).await.unwrap();
            tx.commit().await.unwrap();
        };
        assert_eq!(held_back(&house, &cookie, dismissal).await, 303, "led to the sign-in");
        assert_eq!(notes(&house).await, 1);
    }

    async fn an_old_password_opens_nothing_once_it_is_changed(house: House) {
        let person = clerk(&house).await;
        let owner = by_session(&house, &person).await;
        // One more at once, and the account would rest: every attempt counts until its password is looked at.
        let attempts = (0..4).map(|_| {
            let typed = SignIn { login: "clerk".into(), password: PASSWORD.into(), code: None, language: None };
            typed.attempt(house.app())
        });
        let (opened, ()) = tokio::join!(join_all(attempts), change_password(&house, &owner));
        for outcome in opened.into_iter().flatten() {
            let Outcome::In(cookie) = outcome else { panic!("no second factor") };
            assert!(house.app().who_by_session(&cookie).await.unwrap().is_none());
        }
    }

    async fn a_sign_in_counts_only_for_the_account_that_was_looked_at(house: House) {
        let person = clerk(&house).await;
        let read = async || {
            let mut tx = house.db().read().await.unwrap();
            store::account(&mut tx, COUNTY, person.account()).await.unwrap().unwrap()
        };
        let counts = async |seen| {
            let mut tx = house.db().write().await.unwrap();
            let counts = store::forget_attempts(&mut tx, &seen, None).await.unwrap();
            tx.commit().await.unwrap();
            counts
        };
        let before = read().await;
        assert!(counts(before.clone()).await);
        change_password(&house, &by_session(&house, &person).await).await;
        assert!(!counts(before).await, "the password is another");
        let mut other_factor = read().await;
        other_factor.totp = Some(vec![7]);
        assert!(!counts(other_factor).await, "the second factor is another");
        let open = read().await;
        close(&house, &person).await;
        assert!(!counts(open).await, "the account is closed");
    }
}

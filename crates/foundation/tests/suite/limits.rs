//! What is refused because there is too much of it, or because it comes too slowly.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::routing::{get, post};
use futures_util::{StreamExt, stream};
use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{HOUR, MINUTE};
use lianxin_foundation::limits::{Asker, Limit, Rate};
use lianxin_foundation::web::{self, Caller, Form, Path, Visitor};
use lianxin_foundation::{App, Role};
use lianxin_testkit::{Answer, Browser, House, NOW, both_engines};
use tower::ServiceExt;
use uuid::Uuid;

const COUNTY: &str = "421223";

fn routes() -> Router<App> {
    Router::new()
        .route("/look-up", get(async |visitor: Visitor| visitor.count(Limit::Lookup).map(|()| "found")))
        .route("/write", post(async |form: Form| form.visitor.count(Limit::Write).map(|()| "written")))
        .route("/say", post(async |form: Form| form.sent.text("text").to_owned()))
        .route("/api/mine", get(async |caller: Caller| caller.who.name))
        .route("/things/{id}", get(async |Path(id): Path<Uuid>| id.to_string()))
}

/// The house with one of its limits set.
fn limited(house: &House, limit: Limit, rate: Rate) -> House {
    house.with(|settings| settings.limits.set(limit, Some(rate)))
}

fn told_to_wait(answer: &Answer, seconds: &str) {
    assert_eq!((answer.status, answer.header("retry-after")), (429, seconds), "{}", answer.text());
    assert!(answer.text().contains(&format!(" {seconds} ")), "{}", answer.text());
}

async fn token(house: &House, login: &str) -> String {
    let person = house.person(login, &[house.post(Role::Dispatcher, COUNTY)]).await;
    let add =
        AddToken {
            county: COUNTY.into(), account: person.account(), name: "接口".into(), expires_at: None
        };
    house.app().act(&person.who, &add).await.unwrap()
}

fn at(house: &House, address: &str) -> Browser {
    house.browser(routes()).from(address)
}

/// A form whose body comes in these pieces, and then no more.
async fn stalled(house: &House, kind: &str, pieces: &[&'static str]) -> (u16, String) {
    let come = stream::iter(pieces.to_vec()).map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
    let body = Body::from_stream(come.chain(stream::pending()));
    let request = Request::post("/say").header("content-type", kind).body(body).unwrap();
    let response = web::wrap(routes(), house.app().clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

both_engines! {
    async fn strangers_share_what_their_address_may_write_and_staff_do_not(house: House) {
        let house = limited(&house, Limit::Write, Rate::new(2, 1, MINUTE));
        let mut resident = at(&house, "192.0.2.1");
        for _ in 0..2 {
            assert_eq!(resident.post("/write", &[]).await.text(), "written");
        }
        let refused = resident.post("/write", &[]).await;
        told_to_wait(&refused, "60");
        assert!(refused.text().contains("没有丢") && refused.text().contains("退回上一页"), "it says what to do");
        told_to_wait(&at(&house, "192.0.2.1").post("/write", &[]).await, "60");
        assert_eq!(at(&house, "192.0.2.2").post("/write", &[]).await.status, 200);
        let mut clerk = at(&house, "192.0.2.1");
        clerk.sign_in(&house.person("clerk", &[]).await).await;
        assert_eq!(clerk.post("/write", &[]).await.status, 200, "who is signed in is counted alone");
        house.clock().set(NOW + MINUTE);
        assert_eq!(resident.post("/write", &[]).await.status, 200, "after the minute there is one again");
    }

    async fn an_address_is_never_taken_from_a_strangers_word(house: House) {
        let plain = limited(&house, Limit::Lookup, Rate::new(1, 1, HOUR));
        let ask = async |house: &House, peer: &str, said: &str| {
            at(house, peer).with("x-forwarded-for", said).get("/look-up").await.status
        };
        assert_eq!(ask(&plain, "192.0.2.1", "203.0.113.1").await, 200);
        assert_eq!(ask(&plain, "192.0.2.1", "203.0.113.2").await, 429, "another name for the same connection");
        let behind = house.with(|settings| {
            settings.limits.set(Limit::Lookup, Some(Rate::new(1, 1, HOUR)));
            settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        });
        assert_eq!(ask(&behind, "10.0.0.1", "203.0.113.1").await, 200);
        assert_eq!(ask(&behind, "10.0.0.1", "203.0.113.1").await, 429);
        assert_eq!(ask(&behind, "10.0.0.1", "203.0.113.2").await, 200, "two clients of one proxy are two");
        assert_eq!(ask(&behind, "10.0.0.1", "198.51.100.9, 203.0.113.2").await, 429, "what the client put before it");
        assert_eq!(ask(&behind, "192.0.2.1", "203.0.113.3").await, 200);
        assert_eq!(ask(&behind, "192.0.2.1", "203.0.113.4").await, 429, "no proxy of ours");
    }

    async fn a_program_is_counted_by_its_token(house: House) {
        let (one, other) = (token(&house, "one").await, token(&house, "other").await);
        let house = limited(&house, Limit::Api, Rate::new(2, 1, HOUR));
        let call = async |token: &str| at(&house, "192.0.2.1").bearing(token).with("accept-language", "en").get("/api/mine").await;
        for _ in 0..2 {
            assert_eq!(call(&one).await.status, 200);
        }
        let refused = call(&one).await;
        told_to_wait(&refused, "3600");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        let body = refused.json();
        assert_eq!((&body["type"], &body["status"]), (&"/problems/problem-too-many".into(), &429.into()));
        assert_eq!(call(&other).await.status, 200);
    }

    async fn wrong_tokens_are_counted_by_address(house: House) {
        let good = token(&house, "good").await;
        let house = limited(&house, Limit::WrongToken, Rate::new(2, 1, MINUTE));
        let call = async |from: &str, token: &str| at(&house, from).bearing(token).get("/api/mine").await.status;
        assert_eq!(call("192.0.2.1", &good).await, 200);
        for guess in ["lx_421223_a", "lx_421223_b"] {
            assert_eq!(call("192.0.2.1", guess).await, 401);
        }
        assert_eq!(call("192.0.2.1", "lx_421223_c").await, 429);
        assert_eq!(call("192.0.2.1", &good).await, 429, "which of them is good is not even looked at");
        assert_eq!(call("192.0.2.2", &good).await, 200);
    }

    async fn files_are_counted_in_megabytes_before_they_are_read(house: House) {
        let house = limited(&house, Limit::Upload, Rate::new(10, 60, HOUR));
        let mut resident = at(&house, "192.0.2.1");
        let photo = vec![7_u8; 5 * 1024 * 1024];
        assert_eq!(resident.post_files("/say", &[("text", "x")], &[("photo", "a.jpg", &photo)]).await.text(), "x");
        // Six of the ten are used: five begun megabytes and the words around them.
        let refused = resident.post_files("/say", &[], &[("photo", "a.jpg", &photo)]).await;
        told_to_wait(&refused, "120");
        assert_eq!(resident.post("/say", &[("text", "y")]).await.text(), "y", "words alone are no upload");
    }

    async fn files_beyond_the_memory_for_them_are_asked_to_come_later(house: House) {
        let house = house.with(|settings| {
            settings.limits.upload_memory = 2;
            settings.limits.upload_wait = Duration::from_millis(50);
        });
        let photo = vec![7_u8; 1024 * 1024 + 1];
        let mut room = house.app().limits().room(Asker::at("192.0.2.9".parse().unwrap()));
        room.grow(100 * 1024 * 1024).await.unwrap();
        let mut resident = at(&house, "192.0.2.1");
        let busy = resident.post_files("/say", &[("text", "x")], &[("photo", "a.jpg", &photo)]).await;
        told_to_wait(&busy, "10");
        let words = resident.post_files("/say", &[("text", "x")], &[]).await;
        assert_eq!(words.text(), "x", "words alone still come through");
        drop(room);
        for _ in 0..3 {
            let answer = resident.post_files("/say", &[("text", "x")], &[("photo", "a.jpg", &photo)]).await;
            assert_eq!(answer.text(), "x", "what a form held is given back");
        }
    }

    async fn a_body_that_stops_coming_is_given_up(house: House) {
        let slow = house.with(|settings| settings.limits.pause = Duration::from_millis(50));
        let whole = house.with(|settings| settings.limits.body = Duration::from_millis(50));
        for house in [slow, whole] {
            for (kind, pieces) in [
                ("application/x-www-form-urlencoded", &["text=", "x"][..]),
                ("multipart/form-data; boundary=e", &["--e\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n", "x"]),
                ("multipart/form-data; boundary=e", &[]),
            ] {
                let (status, page) = stalled(&house, kind, pieces).await;
                assert_eq!(status, 408, "{kind}: {page}");
                assert!(page.contains("没有传完"), "{page}");
            }
        }
    }

    async fn a_part_whose_head_does_not_end_is_not_gathered(house: House) {
        let boundary = "multipart/form-data; boundary=e";
        let head = "--e\r\ncontent-disposition: form-data; name=\"text\"; long=\"";
        let letters: &'static str = "a".repeat(1024 * 1024).leak();
        // The rest never comes: whoever waited for the head's end would wait for ever.
        let (status, page) = stalled(&house, boundary, &[head, letters]).await;
        assert_eq!(status, 413, "{page}");
        let (status, page) = stalled(&house, boundary, &[letters]).await;
        assert_eq!(status, 413, "nor what comes before the first part: {page}");
    }

    async fn a_form_of_words_has_an_end(house: House) {
        let letters: &'static str = "a".repeat(1024 * 1024).leak();
        let (status, page) = stalled(&house, "application/x-www-form-urlencoded", &[letters, "a"]).await;
        assert_eq!(status, 413, "{page}");
    }

    async fn an_address_that_names_nothing_is_not_found(house: House) {
        let mut browser = at(&house, "192.0.2.1");
        let id = Uuid::from_u128(7).to_string();
        assert_eq!(browser.get(&format!("/things/{id}")).await.text(), id);
        for odd in ["7", "not-an-id", "%00", "%ff", &id[1..]] {
            let answer = browser.get(&format!("/things/{odd}")).await;
            assert_eq!(answer.status, 404, "{odd}");
            assert!(answer.text().contains("没有找到"), "{odd}");
        }
    }

    async fn control_characters_do_not_come_in(house: House) {
        let mut browser = at(&house, "192.0.2.1");
        let text = "红\u{1b}[31m\u{7}\0色\r\n第二行\t完";
        for answer in [browser.post("/say", &[("text", text)]).await, browser.post_files("/say", &[("text", text)], &[]).await] {
            assert_eq!(answer.text(), "红[31m色\n第二行\t完");
        }
    }
}

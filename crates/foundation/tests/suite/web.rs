//! What every answer has in common: headers, refusals in the reader's words, forms from our own pages.

use axum::Router;
use axum::routing::{get, post};
use lianxin_foundation::error::Kind;
use lianxin_foundation::scope::Right;
use lianxin_foundation::web::{Caller, Form, HEADERS, Visitor, assets};
use lianxin_foundation::{App, Error, Problem, Result, Role};
use lianxin_testkit::{Browser, House, both_engines};

const COUNTY: &str = "421223";

/// Handlers such as rooms have.
fn routes() -> Router<App> {
    Router::new()
        .route("/fine", get(async || "fine"))
        .route("/closed", get(async || -> Result<()> { Err(Problem::forbidden().into()) }))
        .route("/broken", get(async || -> Result<()> { Err(Error::failed("testing", "the secret cause")) }))
        .route("/broken-off", get(broken_off))
        .route("/wrong", get(wrong))
        .route("/mine", get(async |visitor: Visitor| visitor.signed_in().map(|who| who.name.clone())))
        .route("/inbox", get(async |visitor: Visitor| visitor.scope(Right::SeeMatters).map(|_| "inbox")))
        .route(
            "/form",
            post(async |form: Form| format!("{}|{}", form.sent.text("text"), form.sent.files.len())),
        )
        .route("/api/mine", get(async |caller: Caller| caller.who.name))
        .route("/api/inbox", get(async |caller: Caller| caller.scope(Right::SeeMatters).map(|_| "inbox")))
}

async fn broken_off() -> Result<()> {
    panic!("the secret cause")
}

async fn wrong() -> Result<()> {
    Problem::new(Kind::Invalid, "problem-invalid").field("login", "account-login-form").when_fields()
}

async fn clerk(house: &House) -> Browser {
    let person = house.person("clerk", &[house.post(Role::Dispatcher, COUNTY)]).await;
    let mut browser = house.browser(routes());
    browser.sign_in(&person).await;
    browser
}

both_engines! {
    async fn every_answer_carries_the_security_headers(house: House) {
        let mut browser = house.browser(routes());
        let asset = assets::url("app.css");
        for (path, status) in [
            ("/fine", 200), ("/nowhere", 404), ("/form", 405), ("/closed", 403), ("/broken", 500), ("/broken-off", 500), ("/mine", 303),
            ("/api/mine", 401), ("/assets/none.css", 404), (asset.as_str(), 200),
        ] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, status, "{path}");
            for (name, value) in HEADERS {
                assert_eq!(answer.header(name), *value, "{path}: {name}");
            }
            let kept = if path == asset { "public, max-age=31536000, immutable" } else { "no-store" };
            assert_eq!(answer.header("cache-control"), kept, "{path}");
        }
    }

    async fn nothing_inline_is_allowed(house: House) {
        let page = house.browser(routes()).get("/closed").await;
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!page.text().contains("<style") && !page.text().contains(" style=") && !page.text().contains(" onclick="));
    }

    async fn a_refusal_is_a_page_in_the_readers_language(house: House) {
        for (language, lang, title) in [("zh-CN", "zh-CN", "这不归您现在的岗位办"), ("zh-HK", "zh-TW", "這不歸您目前的職務辦"), ("en-GB", "en", "Not for your present post")] {
            let page = house.browser(routes()).with("accept-language", language).get("/closed").await;
            assert_eq!((page.status, page.header("content-type")), (403, "text/html; charset=utf-8"));
            let text = page.text();
            assert!(text.contains(&format!("<html lang=\"{lang}\"")) && text.contains(title), "{text}");
        }
        let mut chosen = house.browser(routes()).with("accept-language", "zh-CN");
        chosen.set_cookie("lx_lang", "en");
        assert!(chosen.get("/closed").await.text().contains("<html lang=\"en\""), "what was chosen on the device wins");
    }

    async fn a_refusal_is_problem_json_for_programs(house: House) {
        let mut program = house.browser(routes()).with("accept", "application/json").with("accept-language", "en");
        let answer = program.get("/wrong").await;
        assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"));
        let body = answer.json();
        assert_eq!(body["type"], "/problems/problem-invalid");
        assert_eq!(body["status"], 422);
        assert_eq!(body["errors"][0]["pointer"], "/login");
        assert_eq!(body["errors"][0]["code"], "account-login-form");
        let mut program = house.browser(routes());
        for (path, status) in [("/api/nowhere", 404), ("/api/mine", 401)] {
            let answer = program.get(path).await;
            assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{path}");
        }
    }

    async fn a_failure_of_ours_keeps_its_cause_to_the_log(house: House) {
        for path in ["/broken", "/broken-off"] {
            let page = house.browser(routes()).get(path).await;
            assert_eq!(page.status, 500, "{path}");
            assert!(page.text().contains("程序出了问题") && !page.text().contains("secret cause"), "{path}");
        }
    }

    async fn who_is_not_signed_in_is_led_to_the_sign_in_and_back(house: House) {
        let mut browser = house.browser(routes());
        let answer = browser.get("/mine?a=1&b=2").await;
        assert_eq!((answer.status, answer.location()), (303, "/sign-in?back=/mine%3Fa%3D1%26b%3D2"));
    }

    async fn a_session_opens_what_its_posts_allow(house: House) {
        let mut clerk = clerk(&house).await;
        assert_eq!(clerk.get("/mine").await.text(), "测试clerk");
        assert_eq!(clerk.get("/inbox").await.status, 200);
        let keeper = house.person("keeper", &[house.post(Role::Administrator, COUNTY)]).await;
        let mut browser = house.browser(routes());
        browser.sign_in(&keeper).await;
        assert_eq!(browser.get("/inbox").await.status, 403);
    }

    async fn a_token_opens_the_api_and_a_session_does_not(house: House) {
        let person = house.person("program", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let add = lianxin_foundation::account::AddToken {
            county: COUNTY.into(), account: person.account(), name: "接口".into(), expires_at: None,
        };
        let token = house.app().act(&person.who, &add).await.unwrap();
        let mut program = house.browser(routes()).bearing(&token);
        assert_eq!(program.get("/api/mine").await.text(), "测试program");
        assert_eq!(program.get("/api/inbox").await.status, 200);
        let mut wrong = house.browser(routes()).bearing(&format!("{token}x"));
        let answer = wrong.get("/api/mine").await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
        assert!(answer.text().contains("problem-token-unknown"), "{}", answer.text());
        let mut browser = house.browser(routes());
        browser.sign_in(&person).await;
        let answer = browser.get("/api/mine").await;
        assert_eq!(answer.status, 401);
        assert!(answer.text().contains("problem-token-missing"), "{}", answer.text());
    }

    async fn a_form_needs_the_token_of_its_own_session(house: House) {
        let mut clerk = clerk(&house).await;
        assert_eq!(clerk.post("/form", &[("text", " 漏水 ")]).await.text(), "漏水|0");
        let other = house.person("other", &[]).await;
        let mut stranger = house.browser(routes());
        stranger.sign_in(&other).await;
        assert_ne!(clerk.token(), stranger.token());
        for token in ["", "0", stranger.token(), &clerk.token()[1..]] {
            let answer = clerk.clone().post("/form", &[("text", "x"), ("token", token)]).await;
            assert_eq!(answer.status, 403, "{token}");
            assert!(answer.text().contains("刷新"), "it says what to do");
        }
        let mut resident = house.browser(routes());
        assert_eq!(resident.post("/form", &[("text", "x")]).await.text(), "x|0", "a resident has no session to abuse");
    }

    async fn a_form_from_another_site_is_refused(house: House) {
        let clerk = clerk(&house).await.with("host", "lianxin.example");
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            for path in ["/form", "/look"] {
                let answer = clerk.clone().with(name, value).post(path, &[("text", "x")]).await;
                assert_eq!(answer.status, 403, "{path} {name}: {value}");
            }
        }
        let mut own = clerk.with("origin", "https://lianxin.example");
        assert_eq!(own.post("/form", &[("text", "x")]).await.status, 200);
    }

    async fn a_form_brings_photos_of_up_to_twenty_megabytes(house: House) {
        let mut clerk = clerk(&house).await;
        let mut send = async |megabytes: usize, extra: usize| {
            let photo = vec![7_u8; megabytes * 1024 * 1024 + extra];
            clerk.post_files("/form", &[("text", "看图")], &[("photo", "a.jpg", &photo), ("photo", "", b"")]).await
        };
        assert_eq!(send(0, 1).await.text(), "看图|1");
        assert_eq!(send(3, 0).await.text(), "看图|1");
        assert_eq!(send(20, 0).await.text(), "看图|1");
        let answer = send(20, 1).await;
        assert_eq!(answer.status, 413);
        assert!(answer.text().contains("20 MB"));
    }

    async fn too_many_photos_or_too_long_a_text_is_refused(house: House) {
        let mut clerk = clerk(&house).await;
        let nine = [("photo", "a.jpg", &b"x"[..]); 9];
        assert_eq!(clerk.post_files("/form", &[], &nine).await.text(), "|9");
        assert_eq!(clerk.post_files("/form", &[], &[("photo", "a.jpg", &b"x"[..]); 10]).await.status, 413);
        let long = "x".repeat(64 * 1024);
        assert_eq!(clerk.post("/form", &[("text", &long)]).await.status, 200);
        assert_eq!(clerk.post("/form", &[("text", &format!("{long}x"))]).await.status, 413);
        assert_eq!(clerk.post_files("/form", &[("text", &format!("{long}x"))], &[]).await.status, 413);
    }

    async fn language_and_look_are_kept_and_lead_back_to_this_site_only(house: House) {
        let mut browser = house.browser(routes());
        let answer = browser.post("/look", &[("lang", "en"), ("back", "/fine?x=1")]).await;
        assert_eq!((answer.status, answer.location()), (303, "/fine?x=1"));
        assert_eq!(browser.cookie("lx_lang"), Some("en"));
        browser.post("/look", &[("elder", "on")]).await;
        browser.post("/look", &[("theme", "dark")]).await;
        let page = browser.get("/closed").await.text();
        assert!(page.contains("data-elder") && page.contains("data-theme=\"dark\"") && page.contains("lang=\"en\""));
        for away in ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x=1", "evil", "", "/\t/evil.example"] {
            assert_eq!(browser.post("/look", &[("back", away)]).await.location(), "/", "{away:?}");
        }
        browser.post("/look", &[("lang", "tlh"), ("theme", "<script>")]).await;
        assert_eq!(browser.cookie("lx_lang"), Some("en"), "what is no language changes nothing");
    }

    async fn what_a_person_typed_is_escaped(house: House) {
        let page = house.browser(routes()).get("/nowhere?x=%22%3E%3Cscript%3E").await.text();
        assert!(!page.contains("\"><script>"));
    }
}

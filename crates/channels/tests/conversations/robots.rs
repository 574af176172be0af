//! The three chats' servers: they check signatures and moments, and answer 200 to everything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lianxin_foundation::outbox::{Address, Carrier, Channel, Outcome};
use ring::hmac;
use serde_json::{Value as Json, json};

use crate::server::{Answer, Asked, Server, answer};
use crate::{NOW, channels, message};

const SECRET: &str = "SECdemo0123456789";

fn hmac_base64(key: &str, words: &str) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), words.as_bytes()))
}

fn body(asked: &Asked) -> Json {
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.headers["content-type"], "application/json");
    serde_json::from_slice(&asked.body).unwrap()
}

/// The parameter of an address.
fn parameter(asked: &Asked, name: &str) -> String {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(asked.uri.query().unwrap_or_default()).unwrap();
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// DingTalk: the moment in milliseconds and its signature stand in the address.
fn dingtalk(asked: &Asked) -> Answer {
    let moment = parameter(asked, "timestamp");
    let fresh = moment.parse::<i64>().is_ok_and(|at| (at - NOW / 1000).abs() < 3_600_000);
    let signed = parameter(asked, "sign") == hmac_base64(SECRET, &format!("{moment}\n{SECRET}"));
    let said = body(asked);
    let known = parameter(asked, "access_token") == "demo";
    let code = match (known, fresh && signed) {
        (false, _) => 300_001,
        (_, false) => 310_000,
        _ if said["msgtype"] == "text" && said["text"]["content"].is_string() => 0,
        _ => 400_001,
    };
    answer(200, &json!({ "errcode": code, "errmsg": "…" }).to_string())
}

/// Feishu: the moment in seconds and its signature stand in the body.
fn feishu(asked: &Asked) -> Answer {
    let said = body(asked);
    let moment = said["timestamp"].as_str().unwrap_or_default();
    let fresh = moment.parse::<i64>().is_ok_and(|at| (at - NOW / 1_000_000).abs() < 3600);
    let signed = said["sign"] == hmac_base64(&format!("{moment}\n{SECRET}"), "");
    let code = match fresh && signed {
        false => 19_021,
        _ if said["msg_type"] == "text" && said["content"]["text"].is_string() => 0,
        _ => 9499,
    };
    answer(200, &json!({ "code": code, "msg": "…", "data": {} }).to_string())
}

/// WeCom: whoever knows the key may speak.
fn wecom(asked: &Asked) -> Answer {
    let said = body(asked);
    let code = match parameter(asked, "key").as_str() {
        "demo" if said["text"]["content"].as_str().is_some_and(|text| text.len() <= 2048) => 0,
        "demo" => 40_058,
        _ => 93_000,
    };
    answer(200, &json!({ "errcode": code, "errmsg": "…" }).to_string())
}

async fn say(kind: &str, url: &str, secret: &str) -> Outcome {
    let file = format!("[[group]]\nname='g'\nkind='{kind}'\nurl='{url}'\nsecret='{secret}'\narea='421223'\n");
    let channel = Channel::from_code(kind).unwrap();
    let mut long = message();
    long.text.push_str(&"很长".repeat(2000));
    channels(&file).carry(channel, &Address::Group("g".into()), &long).await
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused(why.into())
}

#[tokio::test]
async fn each_chat_takes_what_is_signed_its_own_way() {
    let server = Server::start(dingtalk).await;
    let url = format!("{}/robot/send?access_token=demo", server.url);
    assert_eq!(say("dingtalk", &url, SECRET).await, Outcome::Sent);
    assert_eq!(say("dingtalk", &url, "another").await, refused("dingtalk-310000"));
    assert_eq!(say("dingtalk", &url, "").await, refused("dingtalk-310000"));
    let server = Server::start(feishu).await;
    let url = format!("{}/open-apis/bot/v2/hook/demo", server.url);
    assert_eq!(say("feishu", &url, SECRET).await, Outcome::Sent);
    assert_eq!(say("feishu", &url, "another").await, refused("feishu-19021"));
    let server = Server::start(wecom).await;
    let send = |key| format!("{}/cgi-bin/webhook/send?key={key}", server.url);
    assert_eq!(say("wecom", &send("demo"), "").await, Outcome::Sent);
    assert_eq!(say("wecom", &send("gone"), "").await, refused("wecom-93000"));
    let said = String::from_utf8(server.asked()[0].body.clone()).unwrap();
    assert!(said.contains("261122-048213 路面破损"), "{said}");
}

#[tokio::test]
async fn too_often_is_later_and_silence_is_unclear() {
    let later = |why: &str| Outcome::Later(why.into(), None);
    for (kind, said, outcome) in [
        ("wecom", "{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}", later("wecom-45009")),
        ("dingtalk", "{\"errcode\":130101,\"errmsg\":\"send too fast\"}", later("dingtalk-130101")),
        ("feishu", "{\"code\":11232,\"msg\":\"frequency limited\"}", later("feishu-11232")),
        ("feishu", "{\"StatusCode\":0,\"StatusMessage\":\"success\"}", Outcome::Sent),
        ("wecom", "<html>", Outcome::Unclear("no-answer".into())),
        ("dingtalk", "{}", Outcome::Unclear("no-answer".into())),
    ] {
        let server = Server::start(move |_| answer(200, said)).await;
        assert_eq!(say(kind, &server.url, SECRET).await, outcome, "{kind} {said}");
    }
    let server = Server::start(|_| Answer(429, vec![("retry-after", "90".into())], String::new())).await;
    assert_eq!(say("wecom", &server.url, "").await, Outcome::Later("http-429".into(), Some(90)));
    let server = Server::start(|_| answer(502, "")).await;
    assert_eq!(say("wecom", &server.url, "").await, Outcome::Later("http-502".into(), None));
    let elsewhere = |_: &Asked| Answer(302, vec![("location", "http://127.0.0.1:1/".into())], String::new());
    let server = Server::start(elsewhere).await;
    assert_eq!(say("wecom", &server.url, "").await, refused("http-302"), "no redirect is followed");
    assert_eq!(say("wecom", "http://127.0.0.1:1/", "").await, later("no-connection"));
}

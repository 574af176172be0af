//! A gateway as many are: JSON by POST, or everything in the address.

use lianxin_foundation::outbox::{Address, Carrier, Channel, Outcome};
use serde_json::Value as Json;

use crate::server::{Answer, Asked, Server, answer};
use crate::{channels, message};

async fn send(file: &str) -> Outcome {
    channels(file).carry(Channel::Sms, &Address::Phone("13800000000".into()), &message()).await
}

/// Refuses whoever does not know the word, and a number it sent to under the same id before.
fn gateway(asked: &Asked) -> Answer {
    let said: Json = serde_json::from_slice(&asked.body).unwrap();
    let known = asked.headers.get("authorization").is_some_and(|word| word == "Bearer hush");
    let whole =
        said["to"] == "13800000000" && said["text"].as_str().is_some_and(|text| text.contains("048213"));
    match (known, whole) {
        (false, _) => answer(401, "{}"),
        (_, true) if said["id"] == "00000000-0000-0000-0000-000000000007" => answer(200, "{\"code\":0}"),
        _ => answer(200, "{\"code\":7}"),
    }
}

const BODY: &str = "authorization='Bearer {secret}'\nsent_when='\"code\":0'\n\
                    body='{\"to\":\"{phone}\",\"text\":\"{text}\",\"id\":\"{id}\"}'\n";

#[tokio::test]
async fn a_gateway_is_asked_the_way_its_contract_says() {
    let server = Server::start(gateway).await;
    let file = |rest: &str| format!("[sms]\nurl='{}/send'\n{BODY}{rest}", server.url);
    assert_eq!(send(&file("secret='hush'\n")).await, Outcome::Sent);
    assert_eq!(send(&file("secret='wrong'\n")).await, Outcome::Refused("http-401".into()));
    let other = file("secret='hush'\n").replace("{phone}", "1");
    assert_eq!(
        send(&other).await,
        Outcome::Refused("sms-refused".into()),
        "200, but not the words of success"
    );
}

#[tokio::test]
async fn everything_may_stand_in_the_address() {
    let server = Server::start(|_| answer(200, "OK")).await;
    let file = format!(
        "[sms]\nurl='{}/?m={{phone}}&c={{text}}&k={{secret}}'\nmethod='GET'\nsecret='a&b'\n",
        server.url
    );
    assert_eq!(send(&file).await, Outcome::Sent);
    let asked = &server.asked()[0];
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(asked.uri.query().unwrap()).unwrap();
    assert_eq!((pairs.len(), asked.method.as_str()), (3, "GET"));
    assert!(pairs[1].1.contains("路面破损；.一点开头的行") && pairs[2].1 == "a&b", "{pairs:?}");
}

#[tokio::test]
async fn a_gateway_in_trouble_is_asked_again_and_one_that_hangs_up_is_unclear() {
    let server = Server::start(|_| answer(503, "")).await;
    assert_eq!(
        send(&format!("[sms]\nurl='{}/'\n", server.url)).await,
        Outcome::Later("http-503".into(), None)
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut some = [0; 64];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut some).await;
        }
    });
    let outcome = send(&format!("[sms]\nurl='http://{at}/'\n")).await;
    assert_eq!(outcome, Outcome::Unclear("no-answer".into()), "it may have been sent");
}

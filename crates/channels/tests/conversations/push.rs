//! A push service and the browser behind it: it checks who sends, and only the browser can read what is sent.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lianxin_channels::push::encrypt::{Agreement, keys};
use lianxin_channels::push::vapid;
use lianxin_foundation::outbox::{Address, Carrier, Channel, Device, Outcome};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use ring::signature;
use serde_json::Value as Json;

use crate::server::{Asked, Server, answer};
use crate::{NOW, channels, message};

const AUTH: [u8; 16] = [9; 16];

/// A browser's subscription, and its private key.
fn browser(endpoint: &str) -> (Device, EphemeralPrivateKey) {
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
    let device = Device {
        endpoint: endpoint.to_owned(),
        p256dh: URL_SAFE_NO_PAD.encode(own.compute_public_key().unwrap()),
        auth: URL_SAFE_NO_PAD.encode(AUTH),
        page: String::new(),
    };
    (device, own)
}

/// Reads the body as a browser does: the head, the agreement, the one record and its end.
fn opened(body: &[u8], device: &Device, own: EphemeralPrivateKey) -> Json {
    let salt: [u8; 16] = body[..16].try_into().unwrap();
    assert_eq!(u32::from_be_bytes(body[16..20].try_into().unwrap()), 4096);
    let (ours, record) = body[21..].split_at(usize::from(body[20]));
    let browser = URL_SAFE_NO_PAD.decode(&device.p256dh).unwrap();
    let peer = UnparsedPublicKey::new(&ECDH_P256, ours);
    let mut record = record.to_vec();
    let plain = agree_ephemeral(own, &peer, |shared| {
        let (key, nonce) = keys(&Agreement { browser: &browser, ours, auth: &AUTH, shared }, salt);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).unwrap().to_vec()
    })
    .unwrap();
    let (last, text) = plain.split_last().unwrap();
    assert_eq!(*last, 2, "the last record's delimiter");
    serde_json::from_slice(text).unwrap()
}

/// Refuses a token that this service may not take (RFC 8292, 2 and 4.2).
fn checked(asked: &Asked, origin: &str) {
    let word = asked.headers["authorization"].to_str().unwrap();
    let (token, key) = word.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let (signed, proof) = token.rsplit_once('.').unwrap();
    let read = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, read(key))
        .verify(signed.as_bytes(), &read(proof))
        .unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let json = |text: &str| serde_json::from_slice::<Json>(&read(text)).unwrap();
    assert_eq!((&json(head)["alg"], &json(head)["typ"]), (&"ES256".into(), &"JWT".into()));
    let claims = json(claims);
    assert_eq!(claims["aud"], origin);
    assert_eq!(claims["sub"], "mailto:it@county.example");
    let ends = claims["exp"].as_i64().unwrap() - NOW / 1_000_000;
    assert!(0 < ends && ends <= 24 * 3600, "{ends}");
}

fn file() -> String {
    format!("[push]\ncontact='mailto:it@county.example'\nkey='{}'\n", vapid::new_key().unwrap())
}

#[tokio::test]
async fn only_the_browser_reads_what_is_sent() {
    let server = Server::start(|_| answer(201, "")).await;
    let (device, own) = browser(&format!("{}/push/abc", server.url));
    let channels = channels(&file());
    let sent = channels.carry(Channel::Push, &Address::Device(device.clone()), &message()).await;
    assert_eq!(sent, Outcome::Sent);
    let asked = server.asked().remove(0);
    checked(&asked, &server.url);
    let said = |name: &str| asked.headers[name].to_str().unwrap().to_owned();
    assert_eq!((asked.method.as_str(), asked.uri.path()), ("POST", "/push/abc"));
    assert_eq!(
        (said("content-encoding"), said("ttl"), said("urgency")),
        ("aes128gcm".into(), "86400".into(), "normal".into())
    );
    assert!(said("topic").len() <= 32, "as long as a topic may be");
    let key = channels.push_key().unwrap();
    assert!(said("authorization").ends_with(&format!(", k={key}")), "the key that browsers subscribed with");
    assert!(!asked.body.windows(6).any(|bytes| bytes == "路面".as_bytes()), "sealed");
    let read = opened(&asked.body, &device, own);
    assert_eq!(read["title"], "演示：派给您单位");
    assert_eq!(read["page"], "https://lianxin.example/matters/421223/7");
    assert!(read["text"].as_str().unwrap().contains("路面破损"));
}

#[tokio::test]
async fn a_browser_that_is_gone_is_told_apart_from_one_that_is_busy() {
    for (status, outcome) in [
        (404, Outcome::Gone),
        (410, Outcome::Gone),
        (413, Outcome::Refused("http-413".into())),
        (429, Outcome::Later("http-429".into(), None)),
        (500, Outcome::Later("http-500".into(), None)),
        (307, Outcome::Refused("http-307".into())),
    ] {
        let server = Server::start(move |_| answer(status, "")).await;
        let (device, _) = browser(&server.url);
        let sent = channels(&file()).carry(Channel::Push, &Address::Device(device), &message()).await;
        assert_eq!(sent, outcome, "{status}");
    }
}

#[tokio::test]
async fn nobody_is_asked_who_may_not_be() {
    // A counter stands where a private machine would: it must stay at nought.
    static ASKED: Mutex<u32> = Mutex::new(0);
    let server = Server::start(|_| {
        *ASKED.lock().unwrap() += 1;
        answer(201, "")
    })
    .await;
    let closed = lianxin_channels::Settings::parse(&file()).unwrap();
    let clock = lianxin_foundation::Clock::fixed(NOW);
    let closed = lianxin_channels::Channels::new(&closed, clock, lianxin_foundation::Ids::random()).unwrap();
    let by_name = server.url.replace("127.0.0.1", "localhost").replace("http:", "https:");
    for endpoint in [
        server.url.as_str(),
        "https://10.0.0.1/",
        "https://[fd00::1]/",
        "http://push.example/",
        "x",
        &by_name,
    ] {
        let (device, _) = browser(endpoint);
        let sent = closed.carry(Channel::Push, &Address::Device(device), &message()).await;
        assert_eq!(sent, Outcome::Refused("private-address".into()), "{endpoint}");
    }
    assert_eq!(*ASKED.lock().unwrap(), 0);
}

#[tokio::test]
async fn what_is_not_set_up_waits() {
    let (device, _) = browser("https://push.example/");
    let none = channels("");
    let later = Outcome::Later("not-set-up".into(), None);
    assert_eq!(none.carry(Channel::Push, &Address::Device(device), &message()).await, later);
    assert_eq!(none.carry(Channel::Email, &Address::Email("a@b.example".into()), &message()).await, later);
    assert_eq!(none.carry(Channel::WeCom, &Address::Group("g".into()), &message()).await, later);
    let odd = none.carry(Channel::Email, &Address::Phone("1".into()), &message()).await;
    assert_eq!(odd, Outcome::Refused("wrong-address".into()));
    assert_eq!(none.push_key(), None);
}

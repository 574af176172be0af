//! Robots in the group chats that county staff already live in: WeCom, DingTalk and Feishu.
//!
//! Each takes a JSON text by POST and answers 200 even to what it refuses: the code in its answer counts.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lianxin_foundation::Clock;
use lianxin_foundation::outbox::{Channel, Message, Outcome};
use reqwest::Url;
use ring::hmac;
use serde_json::{Value as Json, json};

use crate::net::{Net, is_public, text, unanswered, unsuccessful};
use crate::{Group, SettingsError};

/// The longest text, in bytes: WeCom takes 2,048.
const LONGEST: usize = 2000;

/// A robot of one group chat.
pub struct Robot {
    net: Net,
    clock: Clock,
    channel: Channel,
    url: Url,
    secret: String,
}

impl Robot {
    /// The robot as the operator set it up. Nothing is asked yet.
    ///
    /// # Errors
    /// When its kind or address is none, or the address is plain HTTP and leaves this network.
    pub(crate) fn new(group: &Group, net: Net, clock: Clock) -> Result<Robot, SettingsError> {
        let wrong =
            |wrong: &str| SettingsError { part: "[[group]]", wrong: format!("{}: {wrong}", group.name) };
        let url = Url::parse(&group.url.told("[[group]]")?).map_err(|_| wrong("`url` is no address"))?;
        refuse_plain(&url).map_err(wrong)?;
        Ok(Robot { net, clock, channel: group.channel()?, url, secret: group.secret.told("[[group]]")? })
    }

    /// Which chat it is in.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Says one message in the group.
    pub async fn send(&self, message: &Message) -> Outcome {
        let said = shortened(&format!("{}\n{}", message.text, message.link));
        let (url, body) = match self.channel {
            Channel::DingTalk => {
                (self.dingtalk_address(), json!({ "msgtype": "text", "text": { "content": said } }))
            }
            Channel::Feishu => (self.url.clone(), self.feishu_body(&said)),
            _ => (self.url.clone(), json!({ "msgtype": "text", "text": { "content": said } })),
        };
        let request =
            self.net.trusted.post(url).header("content-type", "application/json").body(body.to_string());
        match request.send().await {
            Err(error) => unanswered(&error),
            Ok(response) if !response.status().is_success() => unsuccessful(&response),
            Ok(response) => match text(response).await.and_then(|text| serde_json::from_str(&text).ok()) {
                Some(answer) => self.judged(&answer),
                None => Outcome::Unclear("no-answer".to_owned()),
            },
        }
    }

    /// The address with the moment in milliseconds and its signature: HMAC-SHA256 of `moment\nsecret` under the
    /// secret, in base64.
    fn dingtalk_address(&self) -> Url {
        let mut url = self.url.clone();
        if !self.secret.is_empty() {
            let moment = (self.clock.now() / 1000).to_string();
            let sign = signed(&self.secret, format!("{moment}\n{}", self.secret).as_bytes());
            url.query_pairs_mut().append_pair("timestamp", &moment).append_pair("sign", &sign);
        }
        url
    }

    /// The body with the moment in seconds and its signature: HMAC-SHA256 of nothing under `moment\nsecret`, in
    /// base64.
    fn feishu_body(&self, said: &str) -> Json {
        let mut body = json!({ "msg_type": "text", "content": { "text": said } });
        if !self.secret.is_empty() {
            let moment = (self.clock.now() / 1_000_000).to_string();
            body["sign"] = signed(&format!("{moment}\n{}", self.secret), b"").into();
            body["timestamp"] = moment.into();
        }
        body
    }

    fn judged(&self, answer: &Json) -> Outcome {
        let field = if self.channel == Channel::Feishu { "code" } else { "errcode" };
        // An older Feishu answers with a StatusCode of its own.
        let code = answer.get(field).or_else(|| answer.get("StatusCode")).and_then(Json::as_i64);
        let Some(code) = code else { return Outcome::Unclear("no-answer".to_owned()) };
        let why = format!("{}-{code}", self.channel.code());
        match (self.channel, code) {
            (_, 0) => Outcome::Sent,
            // Too often, or the chat's own servers are not well: a while later.
            (Channel::WeCom, -1 | 45009 | 45033) | (Channel::DingTalk, -1 | 130_101 | 90_030) => {
                Outcome::Later(why, None)
            }
            (Channel::Feishu, 11_232 | 9499 | 11_247) => Outcome::Later(why, None),
            _ => Outcome::Refused(why),
        }
    }
}

/// HMAC-SHA256 in base64.
fn signed(key: &str, words: &[u8]) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), words))
}

/// Plain HTTP is for machines of one's own network alone, named by their address.
pub(crate) fn refuse_plain(url: &Url) -> Result<(), &'static str> {
    let own = url.host_str().is_some_and(|host| {
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || literal.is_ok_and(|address| !is_public(address))
    });
    match url.scheme() {
        "https" => Ok(()),
        "http" if own => Ok(()),
        _ => Err("`url` must begin with https:// unless it is an address of this network"),
    }
}

/// At most [`LONGEST`] bytes, whole characters.
fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST - '…'.len_utf8()).last();
    format!("{}…", &text[..end.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = shortened(&"长".repeat(1000));
        assert!(long.len() <= LONGEST && long.ends_with('…'));
        assert_eq!(shortened("short"), "short");
    }

    #[test]
    fn plain_http_stays_within_the_network() {
        let refused = |text: &str| refuse_plain(&Url::parse(text).unwrap()).is_err();
        assert!(refused("http://sms.example/send"));
        assert!(refused("http://8.8.8.8/send"));
        assert!(!refused("http://10.1.2.3/send"));
        assert!(!refused("https://sms.example/send"));
    }
}

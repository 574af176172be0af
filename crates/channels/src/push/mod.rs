//! Notifications of the browser: Web Push (RFC 8030), its payload sealed for the browser alone ([`encrypt`], RFC
//! 8291), the program known by its key ([`vapid`], RFC 8292).

pub mod encrypt;
pub mod vapid;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lianxin_foundation::outbox::{Device, Message, Outcome};
use lianxin_foundation::{Clock, Ids};
use reqwest::StatusCode;
use serde_json::json;

use self::vapid::Vapid;
use crate::SettingsError;
use crate::net::{Net, unanswered, unsuccessful};
use crate::settings::PushSettings;

/// How long a push service keeps a message for a device that is off, in seconds.
const KEPT: u32 = 24 * 60 * 60;

/// The longest text, in characters: a payload must fit one record of 4,096 bytes.
const LONGEST: usize = 600;

/// Whoever sends to browsers.
pub struct Push {
    net: Net,
    clock: Clock,
    ids: Ids,
    vapid: Vapid,
}

impl Push {
    /// The sender as the operator set it up. Nothing is asked yet.
    ///
    /// # Errors
    /// When the key is none, or the contact is neither an address nor a page.
    pub(crate) fn new(
        settings: &PushSettings,
        net: Net,
        clock: Clock,
        ids: Ids,
    ) -> Result<Push, SettingsError> {
        let wrong = |wrong: &str| SettingsError { part: "[push]", wrong: wrong.to_owned() };
        if !settings.contact.starts_with("mailto:") && !settings.contact.starts_with("https://") {
            return Err(wrong("`contact` must begin with mailto: or https://"));
        }
        let key = settings.key.told("[push]")?;
        let vapid = Vapid::new(&key, &settings.contact)
            .ok_or_else(|| wrong("`key` is none; `lianxin channels push-key` makes one"))?;
        Ok(Push { net, clock, ids, vapid })
    }

    /// The public half of the key, in base64url: what a browser subscribes with.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.vapid.public_key())
    }

    /// Hands one message to a browser's push service.
    pub async fn send(&self, to: &Device, message: &Message) -> Outcome {
        let refused = |why: &str| Outcome::Refused(why.to_owned());
        let Some((client, url)) = self.net.stranger(&to.endpoint) else { return refused("private-address") };
        let Some(body) = encrypt::sealed(&self.ids, to, &payload(to, message)) else {
            return refused("push-keys");
        };
        let audience = url.origin().ascii_serialization();
        let request = client
            .post(url)
            .header("ttl", KEPT)
            .header("urgency", if message.urgent { "high" } else { "normal" })
            // A message that comes again replaces itself (RFC 8030, 5.4): at most 32 characters of base64url.
            .header("topic", URL_SAFE_NO_PAD.encode(message.id.as_bytes()))
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("authorization", self.vapid.authorization(&audience, self.clock.now()))
            .body(body);
        match request.send().await {
            Err(error) => unanswered(&error),
            // The answer's body says nothing we need, and a stranger could make it long.
            Ok(response) => match response.status() {
                status if status.is_success() => Outcome::Sent,
                StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
                _ => unsuccessful(&response),
            },
        }
    }
}

/// What the service worker shows: `web/scripts/push-worker.ts` reads it.
fn payload(to: &Device, message: &Message) -> Vec<u8> {
    let page = if to.page.is_empty() { &message.link } else { &to.page };
    let text: String = message.text.chars().take(LONGEST).collect();
    json!({ "title": message.subject, "text": text, "page": page, "id": message.id }).to_string().into_bytes()
}

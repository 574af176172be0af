//! Every adapter against a stand-in on this machine that speaks the real protocol.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

mod email;
mod push;
mod robots;
mod server;
mod sms;

use lianxin_channels::{Channels, Settings};
use lianxin_foundation::outbox::Message;
use lianxin_foundation::{Clock, Ids, Micros};
use uuid::Uuid;

/// 2026-11-22 08:30 in China.
const NOW: Micros = 1_795_307_400_000_000;

/// The adapters of this file, under a clock that stands still.
fn channels(text: &str) -> Channels {
    let text = format!("{text}\n[network]\nallow_loopback = true\n");
    Channels::new(&Settings::parse(&text).unwrap(), Clock::fixed(NOW), Ids::random()).unwrap()
}

fn message() -> Message {
    Message {
        id: Uuid::from_u128(7),
        subject: "演示：派给您单位".into(),
        text: "演示：261122-048213 路面破损\n.一点开头的行".into(),
        link: "https://lianxin.example/matters/421223/7".into(),
        urgent: false,
    }
}

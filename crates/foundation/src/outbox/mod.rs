//! Letters that leave the program: written in a transaction, sent by a worker, each once.
//!
//! A [`Letter`] is one thing one person is told by one [`Channel`]; its key keeps it from being written
//! twice. [`worker::send_due`] takes what is due, all that waits for one destination together, under a
//! lease, so that several programs on one database never send the same. Who is written to, and in which
//! words, is for a [`Writer`]; how a message travels is for a [`Carrier`].

pub mod rules;
pub mod store;
pub mod worker;

use std::future::Future;

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::app::App;
use crate::clock::Micros;
use crate::error::Result;
use crate::every;

/// A way out of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// An e-mail.
    Email,
    /// A text message.
    Sms,
    /// A notification of the browser (RFC 8030).
    Push,
    /// A group's robot in WeCom (企业微信).
    WeCom,
    /// A group's robot in DingTalk (钉钉).
    DingTalk,
    /// A group's robot in Feishu (飞书).
    Feishu,
}

every! {
    /// Every channel, those for one person first.
    Channel {
        Push     = "push",     "way-push";
        Email    = "email",    "way-email";
        Sms      = "sms",      "way-sms";
        WeCom    = "wecom",    "way-wecom";
        DingTalk = "dingtalk", "way-dingtalk";
        Feishu   = "feishu",   "way-feishu";
    }
}

impl Channel {
    /// Whether the other side knows a message that comes again by its id, so that one whose fate is not known
    /// may be sent once more: an e-mail by its Message-ID, a push by its Topic. The others may show it twice.
    pub fn knows_repeats(self) -> bool {
        matches!(self, Channel::Email | Channel::Push)
    }
}

/// One thing one person is told by one channel.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Letter {
    /// The county of whoever is told.
    pub county: String,
    /// Where it goes: an account, a matter's reporter, a device, or a group.
    pub destination: Uuid,
    /// What it is about: the event's id.
    pub event: Uuid,
    /// The channel's code.
    pub channel: String,
    /// What kind of party is told: `account`, `reporter` or `group`.
    pub holder: String,
    /// The account, the matter, or the group.
    pub holder_id: Uuid,
    /// What kind of news it is.
    pub kind: String,
    /// The county of the matter.
    pub matter_county: String,
    /// The matter.
    pub matter: Uuid,
    /// The matter's path, for who may look after a letter that could not be sent.
    pub path: String,
    /// The language tag of whoever is told.
    pub language: String,
    /// Whether it may come at night.
    pub urgent: bool,
    /// When it happened.
    pub at: Micros,
    /// Not to be sent before.
    pub due_at: Micros,
    /// Not worth sending after.
    pub expires_at: Micros,
    /// The message it is part of, once that was begun.
    pub message: Option<Uuid>,
    /// How often it was tried.
    pub attempts: i64,
}

/// Where a message goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// An e-mail address.
    Email(String),
    /// A telephone number.
    Phone(String),
    /// A browser.
    Device(Device),
    /// A group, by its name in the operator's file.
    Group(String),
}

/// A browser's subscription (the Push API's `PushSubscription`): keys in base64url.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Device {
    /// Where its push service takes messages.
    pub endpoint: String,
    /// Its public key, an uncompressed point on P-256.
    pub p256dh: String,
    /// Its authentication secret, 16 bytes.
    pub auth: String,
    /// Where a touch on the notification leads, beginning with `/`; empty: where the message says.
    #[serde(default)]
    pub page: String,
}

/// The ways out that the operator set up; none by default, and then nothing leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// Whether e-mails are sent.
    pub email: bool,
    /// Whether text messages are sent.
    pub sms: bool,
    /// The key browsers subscribe with, in base64url, where they are told.
    pub push_key: Option<String>,
    /// The group chats with a robot.
    pub groups: Vec<Group>,
}

impl Ways {
    /// Whether one person can be told by this channel.
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.email,
            Channel::Sms => self.sms,
            Channel::Push => self.push_key.is_some(),
            Channel::WeCom | Channel::DingTalk | Channel::Feishu => false,
        }
    }
}

/// A group chat with a robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name in the operator's file.
    pub name: String,
    /// Which chat.
    pub channel: Channel,
    /// The path of the area whose matters it hears of.
    pub path: String,
    /// The kinds of news it hears of.
    pub news: Vec<String>,
    /// The language tag of what it says.
    pub language: String,
}

impl Group {
    /// An id that stays the same as long as the name does.
    pub fn id(&self) -> Uuid {
        derived(&["group", &self.name])
    }
}

/// An id that follows from words: the same words, the same id (RFC 9562, version 8).
pub fn derived(words: &[&str]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(words.join("\n"))[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// What is said, without anything personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same whenever it is tried: what keeps it from counting twice.
    pub id: Uuid,
    /// One line.
    pub subject: String,
    /// A line for each thing.
    pub text: String,
    /// Where to look, `https://…`, or a path when the program does not know its own address.
    pub link: String,
    /// Whether it is urgent.
    pub urgent: bool,
}

/// How sending went. The words are codes for an administrator and hold nothing personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side took it.
    Sent,
    /// Not now; perhaps after so many seconds, if it said so.
    Later(String, Option<u64>),
    /// Never like this.
    Refused(String),
    /// The other side may have taken it.
    Unclear(String),
    /// Nobody is there any more: a browser that took its consent back.
    Gone,
}

/// Puts letters into words and knows where they go.
pub trait Writer: Send + Sync {
    /// The address of these letters, all of one destination and channel, and what they say; `None` when
    /// there is nothing left to say or nobody to say it to.
    fn write(
        &self,
        app: &App,
        letters: &[Letter],
    ) -> impl Future<Output = Result<Option<(Address, Message)>>> + Send;

    /// Forgets a destination that is [`Outcome::Gone`].
    fn forget(&self, app: &App, letter: &Letter) -> impl Future<Output = Result<()>> + Send;
}

/// Takes a message to its address.
pub trait Carrier: Send + Sync {
    /// Tries once, within a minute.
    fn carry(
        &self,
        channel: Channel,
        to: &Address,
        message: &Message,
    ) -> impl Future<Output = Outcome> + Send;
}

//! How messages leave the program: web push, e-mail, text messages, and the robots of three group chats.
//!
//! The operator's file ([`Settings`]) says which of them there are; without it nothing leaves. Each adapter
//! tries once and says what came of it as an [`Outcome`]; when to try again is the outbox's to decide. What the
//! other side answered is never kept: it may repeat an address. Tests run every adapter against a stand-in on
//! this machine that speaks the real protocol.

mod email;
mod net;
pub mod push;
mod robots;
mod settings;
mod sms;

use std::collections::HashMap;

use lianxin_foundation::outbox::{Address, Carrier, Channel, Message, Outcome};
use lianxin_foundation::{Clock, Ids};

pub use email::Email;
pub use net::is_public;
pub use push::Push;
pub use robots::Robot;
pub use settings::{Group, Settings, SettingsError};
pub use sms::Sms;

/// Why a message waits for a way that nobody set up.
pub const NOT_SET_UP: &str = "not-set-up";

/// The ways out that the operator set up.
pub struct Channels {
    email: Option<Email>,
    sms: Option<Sms>,
    push: Option<Push>,
    robots: HashMap<String, Robot>,
}

impl Channels {
    /// Puts the adapters together.
    ///
    /// # Errors
    /// What is wrong with which part of the file, without any of its secrets.
    pub fn new(settings: &Settings, clock: Clock, ids: Ids) -> Result<Channels, SettingsError> {
        let net = net::Net::new(settings.network.allow_loopback)?;
        Ok(Channels {
            email: settings.email.as_ref().map(Email::new).transpose()?,
            sms: settings.sms.as_ref().map(|sms| Sms::new(sms, net.clone())).transpose()?,
            push: settings
                .push
                .as_ref()
                .map(|push| Push::new(push, net.clone(), clock.clone(), ids))
                .transpose()?,
            robots: settings
                .group
                .iter()
                .map(|group| Ok((group.name.clone(), Robot::new(group, net.clone(), clock.clone())?)))
                .collect::<Result<_, SettingsError>>()?,
        })
    }

    /// The public half of the key that browsers know this program by, in base64url.
    pub fn push_key(&self) -> Option<String> {
        self.push.as_ref().map(Push::public_key)
    }
}

impl Carrier for Channels {
    async fn carry(&self, channel: Channel, to: &Address, message: &Message) -> Outcome {
        let missing = || Outcome::Later(NOT_SET_UP.to_owned(), None);
        match (channel, to) {
            (Channel::Email, Address::Email(to)) => match &self.email {
                Some(email) => email.send(to, message).await,
                None => missing(),
            },
            (Channel::Sms, Address::Phone(to)) => match &self.sms {
                Some(sms) => sms.send(to, message).await,
                None => missing(),
            },
            (Channel::Push, Address::Device(to)) => match &self.push {
                Some(push) => push.send(to, message).await,
                None => missing(),
            },
            (Channel::WeCom | Channel::DingTalk | Channel::Feishu, Address::Group(name)) => {
                match self.robots.get(name).filter(|robot| robot.channel() == channel) {
                    Some(robot) => robot.send(message).await,
                    None => missing(),
                }
            }
            _ => Outcome::Refused("wrong-address".to_owned()),
        }
    }
}

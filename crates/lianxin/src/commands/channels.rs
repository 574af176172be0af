//! `lianxin channels`: what is set up, a key for browsers, and one message to see whether it arrives.

use clap::Subcommand;
use lianxin_channels::NOT_SET_UP;
use lianxin_channels::push::vapid;
use lianxin_foundation::outbox::{Address, Carrier, Channel, Message, Outcome};
use lianxin_foundation::{Error, Result};

use crate::config::Config;
use crate::house;

/// How people are told outside the program.
#[derive(Subcommand)]
pub enum Channels {
    /// Print what is set up, without any secret
    Show,
    /// Make a key that browsers know this program by, for `[push]` in the file of channels
    PushKey,
    /// Send one message and say what came of it
    Try {
        /// email, sms, wecom, dingtalk or feishu
        channel: String,
        /// The address, the number, or the group's name in the file
        to: String,
    },
}

impl Channels {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        match self {
            Channels::Show => show(config).await,
            Channels::PushKey => {
                let key = vapid::new_key()
                    .ok_or_else(|| Error::failed("making a key", "the system has no randomness"))?;
                println!("{key}");
                Ok(())
            }
            Channels::Try { channel, to } => attempt(config, &channel, to).await,
        }
    }
}

async fn show(config: &Config) -> Result<()> {
    let app = house::existing_app(config).await?;
    let (_, ways) = house::channels(config, &app)?;
    let said = |set: bool| if set { "set up" } else { "not set up" };
    println!("e-mail           {}", said(ways.email));
    println!("text messages    {}", said(ways.sms));
    println!("browser notices  {}", said(ways.push_key.is_some()));
    for group in &ways.groups {
        println!(
            "group {}: {} for {}: {}",
            group.name,
            group.channel.code(),
            group.path,
            group.news.join(", ")
        );
    }
    if config.get("base_url").is_empty() {
        println!("base_url is not set: messages cannot say where to look");
    }
    Ok(())
}

async fn attempt(config: &Config, channel: &str, to: String) -> Result<()> {
    let doing = "sending a message to see whether it arrives";
    let app = house::existing_app(config).await?;
    let (channels, ways) = house::channels(config, &app)?;
    let (channel, address) = match Channel::from_code(channel) {
        Some(Channel::Email) => (Channel::Email, Address::Email(to)),
        Some(Channel::Sms) => (Channel::Sms, Address::Phone(to)),
        Some(Channel::Push) | None => {
            return Err(Error::failed(doing, "the channel must be email, sms, wecom, dingtalk or feishu"));
        }
        Some(group) => (group, Address::Group(to)),
    };
    let link = config.get("base_url").to_owned();
    let words = "连心：这是一条试发的通知。";
    let (subject, text) = (words.to_owned(), words.to_owned());
    let id = app.ids().new_id(app.clock().now());
    let message = Message { id, subject, text, link, urgent: false };
    match channels.carry(channel, &address, &message).await {
        Outcome::Sent => {
            println!("sent by {}{}", channel.code(), if ways.has(channel) { "" } else { " to the group" });
            Ok(())
        }
        Outcome::Later(why, _) if why == NOT_SET_UP => Err(Error::failed(
            doing,
            format!("{} is not set up in the file that the setting `channels` names", channel.code()),
        )),
        Outcome::Later(why, _) | Outcome::Refused(why) | Outcome::Unclear(why) => {
            Err(Error::failed(doing, why))
        }
        Outcome::Gone => Err(Error::failed(doing, "nobody is there")),
    }
}

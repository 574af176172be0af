//! How a member of staff wants to be told.

use std::collections::BTreeSet;

use lianxin_foundation::clock::{MINUTE, Micros};
use lianxin_foundation::outbox::Channel;
use lianxin_foundation::outbox::rules::Quiet;

use super::News;

/// The channels a person can choose from.
pub const PERSONAL: [Channel; 3] = [Channel::Push, Channel::Email, Channel::Sms];

/// How long news may be gathered, in minutes, as the form offers.
pub const WAITS: [i64; 4] = [0, 10, 60, 240];

/// How a reporter's news is gathered: they get a handful in a matter's whole life.
pub const REPORTER_WAIT: Micros = 2 * MINUTE;

/// What somebody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which news comes by which channel.
    pub ways: BTreeSet<(News, Channel)>,
    /// Their e-mail address, sealed.
    pub email: Option<Vec<u8>>,
    /// Their telephone number, sealed.
    pub phone: Option<Vec<u8>>,
    /// When only urgent news may come.
    pub quiet: Quiet,
    /// For how many minutes news is gathered into one message.
    pub wait: i64,
    /// The language tag of what they are sent.
    pub language: String,
}

impl Choice {
    /// What is suggested: a phone rings only for what cannot wait, the rest by whatever else was set up.
    pub fn suggested(language: &str) -> Choice {
        let suggested = |(news, channel): &(News, Channel)| {
            *channel != Channel::Sms || matches!(news, News::Late | News::Climbed | News::Called)
        };
        let all = News::for_staff().flat_map(|news| PERSONAL.map(|channel| (news, channel)));
        Choice {
            ways: all.filter(suggested).collect(),
            email: None,
            phone: None,
            quiet: Quiet::default(),
            wait: 10,
            language: language.to_owned(),
        }
    }

    /// Whether this news comes by this channel.
    pub fn wants(&self, news: News, channel: Channel) -> bool {
        self.ways.contains(&(news, channel))
    }

    /// The ways as stored: `arrived:push arrived:email`.
    pub(super) fn written(&self) -> String {
        let way = |(news, channel): &(News, Channel)| format!("{}:{}", news.code(), channel.code());
        self.ways.iter().map(way).collect::<Vec<_>>().join(" ")
    }

    /// Reads [`Choice::written`]; what this program does not know is left out.
    pub fn read_ways<'t>(ways: impl Iterator<Item = &'t str>) -> BTreeSet<(News, Channel)> {
        let known = |way: &str| {
            let (news, channel) = way.split_once(':')?;
            let news = News::from_code(news).filter(|news| News::for_staff().any(|known| known == *news))?;
            Some((news, Channel::from_code(channel).filter(|channel| PERSONAL.contains(channel))?))
        };
        ways.filter_map(known).collect()
    }
}

/// The place an address is sealed for.
pub(super) fn sealed_place(column: &str, account: uuid::Uuid) -> String {
    format!("told_choice.sealed_{column}/{account}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_the_way_to_text_and_back() {
        let choice = Choice::suggested("zh-CN");
        assert_eq!(Choice::read_ways(choice.written().split(' ')), choice.ways);
        assert!(choice.wants(News::Late, Channel::Sms) && !choice.wants(News::Assigned, Channel::Sms));
        assert!(!choice.wants(News::Received, Channel::Email), "that is for reporters");
        let odd = "late:sms received:sms late:feishu nothing x:y";
        assert_eq!(Choice::read_ways(odd.split(' ')).len(), 1);
    }
}

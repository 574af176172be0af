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

/// News that came after the first choices were kept: who kept theirs before was never asked about it.
const LATER: [News; 3] = [News::CallDue, News::CallLate, News::Invited];

/// What stands in a kept choice for the channel of news that comes by none: asked, and not wanted.
const NONE: &str = "none";

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
        Choice {
            ways: News::for_staff().flat_map(suggested_ways).collect(),
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

    /// The ways as stored: `arrived:push arrived:email`, and `late:none` for news that comes by no channel.
    pub(super) fn written(&self) -> String {
        let way = |(news, channel): &(News, Channel)| format!("{}:{}", news.code(), channel.code());
        let unwanted = News::for_staff().filter(|news| !self.ways.iter().any(|(chosen, _)| chosen == news));
        let unwanted = unwanted.map(|news| format!("{}:{NONE}", news.code()));
        self.ways.iter().map(way).chain(unwanted).collect::<Vec<_>>().join(" ")
    }

    /// Reads [`Choice::written`]; of news that a choice was kept before, what is suggested.
    pub(super) fn stored(text: &str) -> BTreeSet<(News, Channel)> {
        let asked = |news: &News| {
            text.split(' ').any(|way| way.split_once(':').is_some_and(|(code, _)| code == news.code()))
        };
        let never_asked = LATER.into_iter().filter(|news| !asked(news));
        Choice::read_ways(text.split(' ')).into_iter().chain(never_asked.flat_map(suggested_ways)).collect()
    }

    /// Reads ways, each as `arrived:push`; what this program does not know is left out.
    pub fn read_ways<'t>(ways: impl Iterator<Item = &'t str>) -> BTreeSet<(News, Channel)> {
        let known = |way: &str| {
            let (news, channel) = way.split_once(':')?;
            let news = News::from_code(news).filter(|news| News::for_staff().any(|known| known == *news))?;
            Some((news, Channel::from_code(channel).filter(|channel| PERSONAL.contains(channel))?))
        };
        ways.filter_map(known).collect()
    }
}

/// By which channels such news is suggested to come.
fn suggested_ways(news: News) -> impl Iterator<Item = (News, Channel)> {
    let by = move |channel: &Channel| {
        *channel != Channel::Sms || matches!(news, News::Late | News::Climbed | News::Called)
    };
    PERSONAL.into_iter().filter(by).map(move |channel| (news, channel))
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
        assert_eq!(Choice::stored(&choice.written()), choice.ways);
        let silent = Choice { ways: BTreeSet::new(), ..choice.clone() };
        assert_eq!(
            Choice::stored(&silent.written()),
            BTreeSet::new(),
            "asked about everything, and wants nothing"
        );
        // Kept by an older program: what it did not know is as suggested, what was chosen stays as it was.
        let older = Choice::stored("late:sms");
        assert!(older.contains(&(News::Late, Channel::Sms)) && !older.contains(&(News::Late, Channel::Push)));
        assert!(
            older.contains(&(News::CallLate, Channel::Push))
                && !older.contains(&(News::Called, Channel::Push))
        );
        assert!(choice.wants(News::Late, Channel::Sms) && !choice.wants(News::Assigned, Channel::Sms));
        assert!(!choice.wants(News::Received, Channel::Email), "that is for reporters");
        let odd = "late:sms received:sms late:feishu nothing x:y";
        assert_eq!(Choice::read_ways(odd.split(' ')).len(), 1);
    }
}

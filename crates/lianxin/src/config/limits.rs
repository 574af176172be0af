//! The settings that keep others from using the house up: how much may be asked for, who is believed about
//! addresses, how long a request may take to arrive.

use std::time::Duration;

use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::limits::{Limit, Rate, Rules};
use lianxin_foundation::web::Network;

use super::{Config, Setting, setting};

/// Their names, values and meanings.
pub(super) const SETTINGS: [Setting; 14] = [
    setting("hosts", "", "where base_url is empty: host names, by commas, that links may name"),
    setting("trusted_proxies", "", "addresses or networks of your own reverse proxies, by commas"),
    setting("limits.enabled", "yes", "whether requests are limited at all"),
    setting(
        "limits.write",
        "120 + 10/minute",
        "reports and replies without sign-in, per address: at once + again; or off",
    ),
    setting("limits.upload", "2000 + 300/minute", "megabytes of files, per address or sign-in"),
    setting("limits.sign_in", "300 + 60/minute", "attempts to sign in, per address"),
    setting("limits.lookup", "200 + 60/minute", "matters looked up by number or link, per address"),
    setting(
        "limits.read",
        "600 + 300/minute",
        "Open311 without a token, public figures and boundaries, per address",
    ),
    setting("limits.api", "1200 + 600/minute", "calls with a token, per token"),
    setting("limits.wrong_token", "60 + 30/minute", "calls with a token that does not count, per address"),
    setting("limits.upload_memory", "512", "megabytes of files held in memory at once, over all requests"),
    setting("limits.body_seconds", "600", "how long a request's body may take to arrive"),
    setting("limits.pause_seconds", "30", "how long nothing may come of a body that has begun"),
    setting(
        "limits.head_seconds",
        "60",
        "how long a request's head may take, and an idle connection is kept",
    ),
];

const RATES: [(&str, Limit); Limit::ALL.len()] = [
    ("limits.write", Limit::Write),
    ("limits.upload", Limit::Upload),
    ("limits.sign_in", Limit::SignIn),
    ("limits.lookup", Limit::Lookup),
    ("limits.read", Limit::Read),
    ("limits.api", Limit::Api),
    ("limits.wrong_token", Limit::WrongToken),
];

impl Config {
    /// How much may be asked for in a while.
    ///
    /// # Errors
    /// When a setting cannot be read, naming it.
    pub fn limits(&self) -> Result<Rules> {
        let mut rules = Rules {
            upload_memory: self.number("limits.upload_memory")?,
            body: self.seconds("limits.body_seconds")?,
            pause: self.seconds("limits.pause_seconds")?,
            ..Rules::default()
        };
        let enabled = self.yes("limits.enabled")?;
        for (name, limit) in RATES {
            let rate = match self.get(name) {
                "off" => None,
                text => Some(text.parse::<Rate>().while_doing(format!("reading the setting {name}"))?),
            };
            rules.set(limit, rate.filter(|_| enabled));
        }
        Ok(rules)
    }

    /// How long a request's head may take.
    pub fn head_patience(&self) -> Result<Duration> {
        self.seconds("limits.head_seconds")
    }

    pub(super) fn trusted_proxies(&self) -> Result<Vec<Network>> {
        let doing = "reading the setting trusted_proxies";
        self.list("trusted_proxies").map(|network| network.parse().while_doing(doing)).collect()
    }

    pub(super) fn hosts(&self) -> Vec<String> {
        self.list("hosts").map(str::to_owned).collect()
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).split(',').map(str::trim).filter(|part| !part.is_empty())
    }

    fn number(&self, name: &'static str) -> Result<u32> {
        let doing = || format!("reading the setting {name}");
        let number: u32 = self.get(name).parse().while_doing(doing())?;
        if number == 0 { Err(Error::failed(doing(), "it must be at least 1")) } else { Ok(number) }
    }

    fn seconds(&self, name: &'static str) -> Result<Duration> {
        Ok(Duration::from_secs(self.number(name)?.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&'static str, &str)]) -> Config {
        let flags: Vec<_> = pairs.iter().map(|(name, value)| (*name, Some((*value).to_owned()))).collect();
        Config::read(None, &flags).unwrap()
    }

    #[test]
    fn what_is_printed_is_what_is_built_in() {
        assert_eq!(config(&[]).limits().unwrap(), Rules::default());
    }

    #[test]
    fn one_limit_or_all_can_be_changed_or_switched_off() {
        let rules = config(&[("limits.write", "5 + 1/minute"), ("limits.api", "off")]).limits().unwrap();
        assert_eq!(rules.rate(Limit::Write), Some("5 + 1/minute".parse().unwrap()));
        assert_eq!(rules.rate(Limit::Api), None);
        let rules = config(&[("limits.enabled", "no")]).limits().unwrap();
        assert!(Limit::ALL.iter().all(|limit| rules.rate(*limit).is_none()));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (name, value) in
            [("limits.write", "many"), ("limits.upload_memory", "0"), ("limits.body_seconds", "soon")]
        {
            let error = config(&[(name, value)]).limits().unwrap_err().chain();
            assert!(error.contains(name), "{error}");
        }
        let error =
            config(&[("trusted_proxies", "10.0.0.0/8, proxy.example")]).settings(false).unwrap_err().chain();
        assert!(error.contains("trusted_proxies") && error.contains("proxy.example"), "{error}");
        let settings = config(&[("trusted_proxies", "10.0.0.0/8, ::1"), ("hosts", "a.example")])
            .settings(false)
            .unwrap();
        assert_eq!((settings.trusted_proxies.len(), settings.hosts), (2, vec!["a.example".to_owned()]));
    }
}

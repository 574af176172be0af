//! The operator's file of channels. A secret may stand in it, or `env:NAME` for a variable of the environment.

use std::env;
use std::fmt;

use lianxin_foundation::outbox::Channel;
use serde::Deserialize;

/// Everything in the file; what is left out is not set up.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `[email]`
    pub email: Option<EmailSettings>,
    /// `[sms]`
    pub sms: Option<SmsSettings>,
    /// `[push]`
    pub push: Option<PushSettings>,
    /// `[[group]]`, as many as there are group chats.
    pub group: Vec<Group>,
    /// `[network]`
    pub network: NetworkSettings,
}

/// An SMTP server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailSettings {
    /// Its host name.
    pub server: String,
    /// Its port; left out: 465 for `tls`, 587 for `starttls`, 25 for `none`.
    pub port: Option<u16>,
    /// `tls` from the first byte, `starttls`, or `none` for a server on this machine.
    #[serde(default = "tls")]
    pub security: String,
    /// Who it is from: `连心 <lianxin@example.cn>`.
    pub from: String,
    /// The name to sign in with; empty: without.
    #[serde(default)]
    pub username: String,
    /// The password to sign in with.
    #[serde(default)]
    pub password: Secret,
}

fn tls() -> String {
    "tls".to_owned()
}

/// A gateway for text messages that takes HTTP requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Where it is asked; `{phone}`, `{text}`, `{id}` and `{secret}` are filled in.
    pub url: String,
    /// `POST` or `GET`.
    #[serde(default = "post")]
    pub method: String,
    /// What kind of body it takes.
    #[serde(default = "json")]
    pub content_type: String,
    /// The body, filled in as the address is.
    #[serde(default)]
    pub body: String,
    /// The `Authorization` header, filled in likewise; empty: none.
    #[serde(default)]
    pub authorization: String,
    /// The gateway's secret.
    #[serde(default)]
    pub secret: Secret,
    /// What its answer holds when it took the message; empty: any success counts.
    #[serde(default)]
    pub sent_when: String,
}

fn post() -> String {
    "POST".to_owned()
}

fn json() -> String {
    "application/json".to_owned()
}

/// Who browsers' push services know this program as.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// Whom a push service may write to: `mailto:…` or `https://…`.
    pub contact: String,
    /// The private key that `lianxin channels push-key` makes.
    pub key: Secret,
}

/// A group chat with a robot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What it is called here.
    pub name: String,
    /// `wecom`, `dingtalk` or `feishu`.
    pub kind: String,
    /// The robot's address, which is a secret itself.
    pub url: Secret,
    /// What it signs with; WeCom has none.
    #[serde(default)]
    pub secret: Secret,
    /// The area whose matters it hears of: a division code.
    pub area: String,
    /// The kinds of news it hears of; left out: what is late, climbed or reopened.
    #[serde(default = "kinds")]
    pub news: Vec<String>,
    /// The language tag of what it says.
    #[serde(default = "language")]
    pub language: String,
}

fn kinds() -> Vec<String> {
    ["late", "climbed", "reopened"].map(str::to_owned).to_vec()
}

fn language() -> String {
    "zh-CN".to_owned()
}

/// What may be reached.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkSettings {
    /// Whether browsers may name a push service on this very machine: for tests alone.
    pub allow_loopback: bool,
}

/// Something that is never printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// What it says, from the environment where it says so.
    pub(crate) fn told(&self, part: &'static str) -> Result<String, SettingsError> {
        match self.0.strip_prefix("env:") {
            Some(name) => env::var(name)
                .map_err(|_| SettingsError { part, wrong: format!("the environment has no {name}") }),
            None => Ok(self.0.clone()),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
#[error("{part}: {wrong}")]
pub struct SettingsError {
    /// Which part of the file.
    pub(crate) part: &'static str,
    /// What is wrong with it; no secret.
    pub(crate) wrong: String,
}

impl Settings {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Where the text is no TOML or names something unknown. The text itself stays out of the message.
    pub fn parse(text: &str) -> Result<Settings, SettingsError> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            SettingsError { part: "the file of channels", wrong: format!("line {line}: {}", error.message()) }
        })
    }
}

impl Group {
    /// Which chat it is.
    ///
    /// # Errors
    /// When the kind is none of the three.
    pub fn channel(&self) -> Result<Channel, SettingsError> {
        let known = Channel::from_code(&self.kind)
            .filter(|channel| matches!(channel, Channel::WeCom | Channel::DingTalk | Channel::Feishu));
        known.ok_or_else(|| SettingsError {
            part: "[[group]]",
            wrong: format!("kind is `{}`, and can be wecom, dingtalk or feishu", self.kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_printed() {
        let text = "[email]\nserver='smtp.example'\nfrom='a@b.example'\npassword='hush'\n\
                    [[group]]\nname='g'\nkind='feishu'\nurl='https://x.example/hush'\nsecret='hush'\narea='421223'\n";
        let settings = Settings::parse(text).unwrap();
        assert!(!format!("{settings:?}").contains("hush"));
        assert_eq!(settings.group[0].news, ["late", "climbed", "reopened"]);
        let wrong = Settings::parse("[email]\npasword='hush'\n").unwrap_err().to_string();
        assert!(!wrong.contains("hush"), "{wrong}");
        assert!(Settings::parse("").unwrap().email.is_none());
    }

    #[test]
    fn a_secret_may_come_from_the_environment() {
        let told = |text: &str| Secret(text.to_owned()).told("[sms]");
        assert_eq!(told("plain").unwrap(), "plain");
        assert!(told("env:PATH").unwrap().contains('/'));
        let wrong = told("env:NO_SUCH_VARIABLE_HERE").unwrap_err().to_string();
        assert_eq!(wrong, "[sms]: the environment has no NO_SUCH_VARIABLE_HERE");
    }
}

//! Text messages by whatever gateway the county has a contract with: one HTTP request, filled in.

use lianxin_foundation::outbox::{Message, Outcome};
use reqwest::{Method, Url};

use crate::SettingsError;
use crate::net::{Net, text, unanswered, unsuccessful};
use crate::settings::SmsSettings;

/// A gateway.
pub struct Sms {
    net: Net,
    url: String,
    method: Method,
    content_type: String,
    body: String,
    authorization: String,
    secret: String,
    sent_when: String,
}

/// How a value is written where it is filled in.
#[derive(Clone, Copy)]
enum Escape {
    Url,
    Json,
    Plain,
}

fn wrong(wrong: impl ToString) -> SettingsError {
    SettingsError { part: "[sms]", wrong: wrong.to_string() }
}

impl Sms {
    /// The gateway as the operator set it up. Nothing is asked yet.
    ///
    /// # Errors
    /// When the address or the method is none, or the address is plain HTTP and leaves this network.
    pub(crate) fn new(settings: &SmsSettings, net: Net) -> Result<Sms, SettingsError> {
        let sample =
            fill(&settings.url, Escape::Url, &[("phone", "1"), ("text", "1"), ("id", "1"), ("secret", "1")]);
        let url = Url::parse(&sample).map_err(|_| wrong("`url` is no address"))?;
        crate::robots::refuse_plain(&url).map_err(wrong)?;
        let method = match settings.method.as_str() {
            "POST" => Method::POST,
            "GET" => Method::GET,
            other => return Err(wrong(format!("method is `{other}`, and can be POST or GET"))),
        };
        Ok(Sms {
            net,
            url: settings.url.clone(),
            method,
            content_type: settings.content_type.clone(),
            body: settings.body.clone(),
            authorization: settings.authorization.clone(),
            secret: settings.secret.told("[sms]")?,
            sent_when: settings.sent_when.clone(),
        })
    }

    /// Hands one message over.
    pub async fn send(&self, to: &str, message: &Message) -> Outcome {
        let said = format!("{} {}", message.text.lines().collect::<Vec<_>>().join("；"), message.link);
        let id = message.id.to_string();
        let values =
            [("phone", to), ("text", said.trim()), ("id", id.as_str()), ("secret", self.secret.as_str())];
        let Ok(url) = Url::parse(&fill(&self.url, Escape::Url, &values)) else {
            return Outcome::Refused("sms-address".to_owned());
        };
        let mut request = self.net.trusted.request(self.method.clone(), url);
        if !self.authorization.is_empty() {
            request = request.header("authorization", fill(&self.authorization, Escape::Plain, &values));
        }
        if self.method == Method::POST {
            let escape = if self.content_type.contains("json") { Escape::Json } else { Escape::Url };
            let body = fill(&self.body, escape, &values);
            request = request.header("content-type", &self.content_type).body(body);
        }
        match request.send().await {
            Err(error) => unanswered(&error),
            Ok(response) if !response.status().is_success() => unsuccessful(&response),
            Ok(response) => match text(response).await {
                Some(answer) if answer.contains(&self.sent_when) => Outcome::Sent,
                Some(_) => Outcome::Refused("sms-refused".to_owned()),
                None => Outcome::Unclear("no-answer".to_owned()),
            },
        }
    }
}

/// A template with its blanks filled in; what is filled in is not looked at again.
fn fill(template: &str, escape: Escape, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 200);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let blank = values
            .iter()
            .find(|(name, _)| rest[1..].strip_prefix(name).is_some_and(|rest| rest.starts_with('}')));
        match blank {
            Some((name, value)) => {
                out.push_str(&escaped(escape, value));
                rest = &rest[name.len() + 2..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn escaped(escape: Escape, value: &str) -> String {
    match escape {
        Escape::Plain => value.to_owned(),
        Escape::Url => lianxin_foundation::web::escaped(value),
        Escape::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_stays_what_it_is() {
        let values = [("phone", "1\"3"), ("text", "漏水 {phone}\n&x=1")];
        assert_eq!(
            fill("{\"to\":\"{phone}\",\"say\":\"{text}\",\"n\":{}}", Escape::Json, &values),
            "{\"to\":\"1\\\"3\",\"say\":\"漏水 {phone}\\n&x=1\",\"n\":{}}"
        );
        assert_eq!(
            fill("?a={text}&b={other}", Escape::Url, &values),
            "?a=%E6%BC%8F%E6%B0%B4%20%7Bphone%7D%0A%26x%3D1&b={other}"
        );
    }
}

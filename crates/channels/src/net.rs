//! Requests to other machines, and which machines may be asked.
//!
//! A browser names its push service itself, so anybody can name anything: such an address must be HTTPS and its
//! host must have a public address at the very moment of the request. What the operator wrote in their own file
//! may lie in their own network. No redirect is followed by either.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use lianxin_foundation::outbox::Outcome;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, StatusCode, Url, redirect};

use crate::SettingsError;

/// How long one attempt may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How much of an answer is read, in bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// The two ways of asking. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Net {
    /// For addresses in the operator's file.
    pub(crate) trusted: Client,
    strangers: Client,
    allow_loopback: bool,
}

impl Net {
    pub(crate) fn new(allow_loopback: bool) -> Result<Net, SettingsError> {
        // Another part of the program may have chosen it already: the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = || {
            Client::builder()
                .timeout(PATIENCE)
                .connect_timeout(PATIENCE / 2)
                .redirect(redirect::Policy::none())
        };
        let wrong = |error: reqwest::Error| SettingsError { part: "[network]", wrong: error.to_string() };
        Ok(Net {
            trusted: client().build().map_err(wrong)?,
            strangers: client()
                .no_proxy()
                .dns_resolver(Arc::new(PublicOnly { allow_loopback }))
                .build()
                .map_err(wrong)?,
            allow_loopback,
        })
    }

    /// The client and the address for what a stranger named; nothing when it may not be asked. Names are looked
    /// at once more when they are resolved.
    pub(crate) fn stranger(&self, address: &str) -> Option<(&Client, Url)> {
        let url = Url::parse(address).ok()?;
        let literal = url.host_str()?.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let here = self.allow_loopback && literal.is_some_and(|ip| ip.is_loopback());
        let secure = url.scheme() == "https" && literal.is_none_or(is_public);
        let plain = url.username().is_empty() && url.password().is_none() && address.len() <= 2000;
        ((secure || here) && plain).then_some((&self.strangers, url))
    }
}

/// Resolves names to public addresses alone.
struct PublicOnly {
    allow_loopback: bool,
}

/// A name led to a machine that strangers may not have us ask.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct Private;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_loopback = self.allow_loopback;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|at| is_public(at.ip()) || (allow_loopback && at.ip().is_loopback())).collect();
            if allowed.is_empty() {
                return Err(Box::new(Private) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet (the IANA special-purpose registries say which do not).
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

fn is_public_v4(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    let special = four.is_private()
        || four.is_loopback()
        || four.is_link_local()
        || four.is_multicast()
        || four.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// Global unicast, without what carries an IPv4 address within it or is for documents.
fn is_public_v6(six: Ipv6Addr) -> bool {
    let [a, b, ..] = six.segments();
    (0x2000..0x4000).contains(&a)
        && a != 0x2002
        && !(a == 0x2001 && (b < 0x200 || b == 0xdb8))
        && !(a == 0x3fff && b < 0x1000)
}

/// What a request that got no answer came to.
pub(crate) fn unanswered(error: &reqwest::Error) -> Outcome {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(at) = cause {
        if at.is::<Private>() {
            return Outcome::Refused("private-address".to_owned());
        }
        cause = at.source();
    }
    if error.is_connect() {
        Outcome::Later("no-connection".to_owned(), None)
    } else {
        Outcome::Unclear("no-answer".to_owned())
    }
}

/// What an answer that is no success means.
pub(crate) fn unsuccessful(response: &Response) -> Outcome {
    let status = response.status();
    let why = format!("http-{}", status.as_u16());
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Outcome::Later(why, asked),
        _ if status.is_server_error() => Outcome::Later(why, asked),
        _ => Outcome::Refused(why),
    }
}

/// The beginning of an answer's text.
pub(crate) async fn text(mut response: Response) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(more) = response.chunk().await.ok()? {
        bytes.extend_from_slice(&more);
        if bytes.len() > LARGEST_ANSWER {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for public in ["1.1.1.1", "8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "240e:1::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "2001:db8::1",
            "2002:a00:1::",
            "64:ff9b::a00:1",
            "ff02::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn strangers_name_https_and_public_addresses_alone() {
        let (closed, open) = (Net::new(false).unwrap(), Net::new(true).unwrap());
        for (address, allowed) in [
            ("https://push.example/x", true),
            ("http://push.example/x", false),
            ("https://10.0.0.1/x", false),
            ("https://[::1]/x", false),
            ("https://169.254.169.254/latest", false),
            ("https://user:word@push.example/x", false),
            ("ftp://push.example/x", false),
            ("file:///etc/passwd", false),
            ("x", false),
        ] {
            assert_eq!(closed.stranger(address).is_some(), allowed, "{address}");
        }
        assert!(closed.stranger("http://127.0.0.1:9/x").is_none());
        assert!(open.stranger("http://127.0.0.1:9/x").is_some());
        assert!(open.stranger("http://10.0.0.1/x").is_none());
    }
}

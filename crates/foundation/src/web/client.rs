//! From where a request comes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// Networks of one's own reverse proxies, `10.1.0.0/16` or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

/// Why a network cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is neither an address nor a network like 10.1.0.0/16")]
pub struct NoNetwork(String);

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Network, NoNetwork> {
        let read = || {
            let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
            let base: IpAddr = base.trim().parse().ok()?;
            let most = if base.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Some(most), |bits| bits.trim().parse().ok())?;
            (bits <= most).then_some(Network { base, bits })
        };
        read().ok_or_else(|| NoNetwork(text.to_owned()))
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let differing = match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(other)) => (base.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(base), IpAddr::V6(other)) => (base.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differing >= u32::from(self.bits)
    }
}

/// Where a request comes from, as far as it can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The address that counts: the other end of the connection, or what our own proxies say about theirs.
    /// Unspecified where there is no connection, as in tests.
    pub address: IpAddr,
    /// Whether it came straight from this machine, through no proxy that says it is one.
    pub here: bool,
}

impl Client {
    /// Reads `X-Forwarded-For` from its end, as far as `trusted` proxies wrote it: whoever stands before them
    /// can write whatever they like.
    fn find(trusted: &[Network], peer: Option<IpAddr>, headers: &HeaderMap) -> Client {
        let is_ours = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let forwarded = headers.get_all("x-forwarded-for");
        let through =
            forwarded.iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(','));
        let mut address = peer.unwrap_or(nobody).to_canonical();
        for said in through.collect::<Vec<_>>().into_iter().rev() {
            if !is_ours(address) {
                break;
            }
            let Some(before) = address_in(said) else { break };
            address = before.to_canonical();
        }
        let forwarded =
            ["x-forwarded-for", "forwarded", "x-real-ip"].iter().any(|name| headers.contains_key(*name));
        Client { address, here: address.is_loopback() && !forwarded }
    }

    /// The client of a request whose connection is known from its extensions.
    pub fn of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Client {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Client::find(&app.settings().trusted_proxies, peer, headers)
    }
}

/// An address as proxies write it, some with a port: `192.0.2.1:1234`, `[2001:db8::1]:1234`.
fn address_in(said: &str) -> Option<IpAddr> {
    let said = said.trim();
    let bare = said.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| said.parse::<SocketAddr>().ok().map(|at| at.ip()))
}

/// Tells every handler who its client is.
pub(super) async fn know(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&app, request.extensions(), request.headers());
    request.extensions_mut().insert(client);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> Client {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        Client::find(&trusted, peer.parse().ok(), &headers)
    }

    fn address(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        client(trusted, peer, forwarded).address.to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_no_proxy_of_ours() {
        assert_eq!(address(&[], "192.0.2.7", &["203.0.113.1"]), "192.0.2.7");
        assert_eq!(address(&["10.0.0.0/8"], "192.0.2.7", &["203.0.113.1"]), "192.0.2.7");
        assert_eq!(address(&[], "127.0.0.1", &["203.0.113.1"]), "127.0.0.1");
    }

    #[test]
    fn a_proxy_of_ours_is_believed_about_whom_it_met_and_no_further() {
        let ours = ["10.0.0.0/8", "::1"];
        assert_eq!(address(&ours, "10.0.0.2", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(address(&ours, "::ffff:10.0.0.2", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(
            address(&ours, "10.0.0.2", &["1.1.1.1, 203.0.113.1"]),
            "203.0.113.1",
            "what the client wrote itself"
        );
        assert_eq!(
            address(&ours, "10.0.0.2", &["1.1.1.1", "203.0.113.1, 10.0.0.3"]),
            "203.0.113.1",
            "two proxies, two lines"
        );
        assert_eq!(
            address(&ours, "10.0.0.2", &["10.9.9.9, 203.0.113.1"]),
            "203.0.113.1",
            "a forged proxy before a stranger"
        );
        assert_eq!(address(&ours, "10.0.0.2", &["203.0.113.1:5000"]), "203.0.113.1");
        assert_eq!(address(&ours, "::1", &["[2001:db8::5]:5000"]), "2001:db8::5");
        assert_eq!(address(&ours, "10.0.0.2", &["203.0.113.1, nonsense"]), "10.0.0.2");
        assert_eq!(address(&ours, "10.0.0.2", &[]), "10.0.0.2");
    }

    #[test]
    fn here_is_this_machine_without_a_proxy_between() {
        assert!(client(&[], "127.0.0.1", &[]).here && client(&[], "::1", &[]).here);
        assert!(client(&[], "::ffff:127.0.0.1", &[]).here);
        assert!(!client(&[], "127.0.0.1", &["127.0.0.1"]).here, "a proxy on this machine speaks for others");
        assert!(!client(&["127.0.0.1"], "127.0.0.1", &["203.0.113.1"]).here);
        assert!(!client(&[], "192.0.2.7", &[]).here);
        assert!(!client(&[], "", &[]).here, "no connection is not this machine");
    }

    #[test]
    fn networks_are_read_and_hold_their_addresses() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().holds(address.parse().unwrap())
        };
        assert!(holds("10.1.0.0/16", "10.1.255.1") && !holds("10.1.0.0/16", "10.2.0.1"));
        assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("192.0.2.1", "192.0.2.1") && !holds("192.0.2.1", "192.0.2.2"));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "proxy.example", "10.0.0.0/x"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}

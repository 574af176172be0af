//! Signed addresses: a file opens for the viewer its page was made for, until a moment.
//!
//! The page's own check of scope decides who gets a link; the file's handler then needs no query.
//! A link copied to somebody else's session, or kept past its time, opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::clock::Micros;
use crate::vault::{Purpose, Vault};

/// Why a link does not open its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was good until a moment that has passed; loading the page again gives a new one.
    #[error("the link has expired")]
    Expired,
    /// It was changed, is for another file or viewer, or was never given out.
    #[error("the link was not signed for this file and viewer")]
    Forged,
}

/// The query string (`until=…&sig=…`, without `?`) that opens `file` for `viewer` before `expires`.
///
/// `viewer` is what the handler can tell by itself about who asks: a session's id, or the matter's
/// for the holder of its secret link. It is signed, not shown.
pub fn sign(vault: &Vault, file: Uuid, viewer: &str, expires: Micros) -> String {
    let tag = vault.mac(Purpose::Link, &parts(&file, viewer, &expires.to_be_bytes()));
    format!("until={expires}&sig={}", URL_SAFE_NO_PAD.encode(tag))
}

/// Checks a query string from [`sign`]. Other parameters beside its two do not matter. A forged link
/// is forged whether or not its time has passed.
pub fn check(vault: &Vault, file: Uuid, viewer: &str, query: &str, now: Micros) -> Result<(), LinkError> {
    let until = only(query, "until").ok_or(LinkError::Forged)?;
    let expires: Micros = until.parse().map_err(|_| LinkError::Forged)?;
    let sig = only(query, "sig").ok_or(LinkError::Forged)?;
    let tag = URL_SAFE_NO_PAD.decode(sig).map_err(|_| LinkError::Forged)?;
    if !vault.verify_mac(Purpose::Link, &parts(&file, viewer, &expires.to_be_bytes()), &tag) {
        return Err(LinkError::Forged);
    }
    if now < expires { Ok(()) } else { Err(LinkError::Expired) }
}

fn parts<'a>(file: &'a Uuid, viewer: &'a str, expires: &'a [u8; 8]) -> [&'a [u8]; 3] {
    [file.as_bytes(), viewer.as_bytes(), expires]
}

/// The value of the one parameter of that name; `None` when it is missing or there are two, since
/// two readers could then pick different ones.
fn only<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut values = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;

    const FILE: Uuid = Uuid::from_u128(7);

    fn vault() -> Vault {
        Vault::parse(&Vault::generate_text(&Ids::counting())).unwrap()
    }

    #[test]
    fn a_link_opens_its_file_until_its_moment() {
        let vault = vault();
        let query = sign(&vault, FILE, "session-1", 1_000);
        assert_eq!(check(&vault, FILE, "session-1", &query, 0), Ok(()));
        assert_eq!(check(&vault, FILE, "session-1", &query, 999), Ok(()));
        assert_eq!(check(&vault, FILE, "session-1", &query, 1_000), Err(LinkError::Expired));
        let with_more = format!("size=thumbnail&{query}&v=2");
        assert_eq!(check(&vault, FILE, "session-1", &with_more, 0), Ok(()));
    }

    #[test]
    fn a_link_opens_nothing_else() {
        let vault = vault();
        let query = sign(&vault, FILE, "session-1", 1_000);
        let longer = query.replace("until=1000", "until=9000");
        let twice = format!("until=9000&{query}");
        let (until, sig) = query.split_once('&').unwrap();
        let cut = &query[..query.len() - 1];
        for forged in ["", "until=1000", until, sig, &longer, &twice, cut, "until=x&sig=y", "until=1000&sig="]
        {
            assert_eq!(check(&vault, FILE, "session-1", forged, 0), Err(LinkError::Forged), "{forged}");
        }
        assert_eq!(check(&vault, Uuid::from_u128(8), "session-1", &query, 0), Err(LinkError::Forged));
        assert_eq!(check(&vault, FILE, "session-2", &query, 0), Err(LinkError::Forged));
    }

    #[test]
    fn a_forged_link_never_says_it_has_expired() {
        let vault = vault();
        let query = sign(&vault, FILE, "session-1", 1_000);
        assert_eq!(check(&vault, FILE, "session-2", &query, 2_000), Err(LinkError::Forged));
    }

    #[test]
    fn a_link_survives_a_new_key_until_the_old_one_goes() {
        let ids = Ids::random();
        let old = Vault::generate_text(&ids);
        let before = Vault::parse(&old).unwrap();
        let query = sign(&before, FILE, "session-1", 1_000);
        let fresh = before.next_line(&ids).unwrap();
        let both = Vault::parse(&format!("{}{}", *old, *fresh)).unwrap();
        let only_new = Vault::parse(&fresh).unwrap();
        assert_eq!(check(&both, FILE, "session-1", &query, 0), Ok(()));
        assert_eq!(check(&only_new, FILE, "session-1", &query, 0), Err(LinkError::Forged));
    }
}

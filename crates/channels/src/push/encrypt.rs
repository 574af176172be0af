//! A payload that only one browser can read: RFC 8291 over the content coding `aes128gcm` of RFC 8188.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use lianxin_foundation::Ids;
use lianxin_foundation::outbox::Device;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hmac;
use ring::rand::SystemRandom;

/// The size of a record; the payload is one.
const RECORD: u32 = 4096;

/// What ends the last record before its padding.
const LAST: u8 = 2;

/// Both sides' public keys and what they share.
pub struct Agreement<'a> {
    /// The browser's public key, an uncompressed point.
    pub browser: &'a [u8],
    /// Ours, made for this message alone.
    pub ours: &'a [u8],
    /// The browser's authentication secret.
    pub auth: &'a [u8],
    /// What both keys agree on.
    pub shared: &'a [u8],
}

/// Reads base64url, padded or not.
pub fn base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

/// The body of a push message, or `None` when the browser's keys are none.
pub fn sealed(ids: &Ids, to: &Device, payload: &[u8]) -> Option<Vec<u8>> {
    let (browser, auth) = (base64url(&to.p256dh)?, base64url(&to.auth)?);
    if auth.len() != 16 {
        return None;
    }
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).ok()?;
    let ours = own.compute_public_key().ok()?;
    let salt = ids.bytes::<16>();
    let peer = UnparsedPublicKey::new(&ECDH_P256, &browser);
    agree_ephemeral(own, &peer, |shared| {
        body(&Agreement { browser: &browser, ours: ours.as_ref(), auth: &auth, shared }, salt, payload)
    })
    .ok()?
}

/// One record behind its head: salt, record size, our public key.
pub fn body(agreed: &Agreement<'_>, salt: [u8; 16], payload: &[u8]) -> Option<Vec<u8>> {
    let (key, nonce) = keys(agreed, salt);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    let mut record = [payload, &[LAST]].concat();
    if record.len() + AES_128_GCM.tag_len() > RECORD as usize {
        return None;
    }
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).ok()?;
    let length = u8::try_from(agreed.ours.len()).ok()?;
    Some([&salt[..], &RECORD.to_be_bytes(), &[length], agreed.ours, &record].concat())
}

/// The key and nonce of the only record.
pub fn keys(agreed: &Agreement<'_>, salt: [u8; 16]) -> ([u8; 16], [u8; 12]) {
    let info = [b"WebPush: info\0", agreed.browser, agreed.ours].concat();
    let input = expanded(&extracted(agreed.auth, agreed.shared), &info);
    let chosen = extracted(&salt, &input);
    let (key, nonce) = (
        expanded(&chosen, b"Content-Encoding: aes128gcm\0"),
        expanded(&chosen, b"Content-Encoding: nonce\0"),
    );
    let (mut first, mut second) = ([0; 16], [0; 12]);
    first.copy_from_slice(&key[..16]);
    second.copy_from_slice(&nonce[..12]);
    (first, second)
}

/// HKDF-Extract with SHA-256 (RFC 5869).
fn extracted(salt: &[u8], input: &[u8]) -> [u8; 32] {
    mac(salt, &[input])
}

/// The first block of HKDF-Expand with SHA-256: as long as is needed here.
fn expanded(key: &[u8], info: &[u8]) -> [u8; 32] {
    mac(key, &[info, &[1]])
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291, Appendix A: the shared secret stands in it, so that the rest can be computed again.
    #[test]
    fn the_example_of_the_standard_comes_out_byte_by_byte() {
        let read = |text| base64url(text).unwrap();
        let (browser, ours) = (
            read("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            read("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
        );
        let (auth, shared) =
            (read("BTBZMqHH6r4Tts7J_aSIgg"), read("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"));
        let salt = read("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let agreed = Agreement { browser: &browser, ours: &ours, auth: &auth, shared: &shared };
        let made = body(&agreed, salt, b"When I grow up, I want to be a watermelon").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(made),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK\
             6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn keys_that_are_none_seal_nothing() {
        let device = |p256dh: &str, auth: &str| Device {
            endpoint: String::new(),
            p256dh: p256dh.to_owned(),
            auth: auth.to_owned(),
            page: String::new(),
        };
        let good = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let ids = Ids::random();
        assert!(sealed(&ids, &device(good, "BTBZMqHH6r4Tts7J_aSIgg"), b"x").is_some());
        for (key, auth) in
            [(good, "short"), ("AAAA", "BTBZMqHH6r4Tts7J_aSIgg"), ("?", "BTBZMqHH6r4Tts7J_aSIgg")]
        {
            assert!(sealed(&ids, &device(key, auth), b"x").is_none(), "{key} {auth}");
        }
        assert!(sealed(&ids, &device(good, "BTBZMqHH6r4Tts7J_aSIgg"), &[0; 5000]).is_none(), "too long");
    }
}

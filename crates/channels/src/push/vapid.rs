//! Who sends: a token signed with the program's own key (RFC 8292, RFC 7515 with ES256).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lianxin_foundation::Micros;
use lianxin_foundation::clock::{HOUR, SECOND};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

use super::encrypt::base64url;

/// How long a token holds; a day is the most allowed.
const HOLDS: Micros = 12 * HOUR;

/// The program's key and whom a push service may write to.
pub struct Vapid {
    key: EcdsaKeyPair,
    contact: String,
}

/// A new private key, PKCS#8 in base64url.
pub fn new_key() -> Option<String> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).ok()?;
    Some(URL_SAFE_NO_PAD.encode(made.as_ref()))
}

impl Vapid {
    /// Reads a key that [`new_key`] made.
    pub fn new(key: &str, contact: &str) -> Option<Vapid> {
        let document = base64url(key.trim())?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document, &SystemRandom::new())
            .ok()?;
        Some(Vapid { key, contact: contact.to_owned() })
    }

    /// The public half, an uncompressed point.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// The `Authorization` header for a push service, `https://host`.
    pub fn authorization(&self, audience: &str, now: Micros) -> String {
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let head = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(json!({ "aud": audience, "exp": (now + HOLDS) / SECOND, "sub": self.contact }));
        let signed = format!("{head}.{claims}");
        let signature = self
            .key
            .sign(&SystemRandom::new(), signed.as_bytes())
            .expect("signing fails only where the system has no randomness");
        format!(
            "vapid t={signed}.{}, k={}",
            URL_SAFE_NO_PAD.encode(signature),
            URL_SAFE_NO_PAD.encode(self.public_key())
        )
    }
}

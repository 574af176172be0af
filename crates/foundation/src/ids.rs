//! Ids as a parameter: UUIDv7 in the program, a repeatable sequence in tests.
//!
//! An id may also be made by the phone that recorded something; it is then the key that makes a
//! second sending of the same record harmless.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::Rng;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::clock::Micros;

/// Where new ids and other unguessable bytes come from.
#[derive(Clone, Default)]
pub struct Ids(Option<Arc<AtomicU64>>);

impl Ids {
    /// Random bytes from the operating system.
    pub fn random() -> Ids {
        Ids(None)
    }

    /// A repeatable sequence, for tests and samples: never for a deployment.
    pub fn counting() -> Ids {
        Ids(Some(Arc::new(AtomicU64::new(1))))
    }

    /// A new id that sorts by the time it was made (RFC 9562, version 7).
    pub fn new_id(&self, now: Micros) -> Uuid {
        let millis = u64::try_from(now / 1000).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// `N` unguessable bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            None => rand::rng().fill_bytes(&mut bytes),
            Some(count) => {
                let number = count.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                let from = N.saturating_sub(number.len());
                bytes[from..].copy_from_slice(&number[number.len() - (N - from)..]);
            }
        }
        bytes
    }

    /// An unguessable word of 26 letters and digits (128 bits, Crockford's base 32 in lower case),
    /// for links that a person may have to read out: no `i`, `l`, `o` or `u`.
    pub fn secret(&self) -> String {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let number = u128::from_be_bytes(self.bytes());
        (0..26).rev().map(|place| char::from(LETTERS[(number >> (5 * place)) as usize & 31])).collect()
    }
}

/// What is stored of a secret that [`Ids::secret`] made: whoever reads the table cannot use it. It holds 128 random
/// bits, so a plain hash (SHA-256) is enough.
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The moment a UUIDv7 says it was made, or `None` for another kind of id.
pub fn made_at(id: Uuid) -> Option<Micros> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    i64::try_from(seconds).ok().map(|seconds| seconds * 1_000_000 + i64::from(nanos / 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_never_repeat() {
        let ids = Ids::random();
        let early = ids.new_id(1_700_000_000_000_000);
        let late = ids.new_id(1_700_000_000_002_000);
        assert!(early < late);
        assert_ne!(ids.new_id(0), ids.new_id(0));
        assert_eq!(made_at(early), Some(1_700_000_000_000_000));
    }

    #[test]
    fn counting_ids_repeat_from_run_to_run() {
        let (one, two) = (Ids::counting(), Ids::counting());
        assert_eq!(one.new_id(7_000), two.new_id(7_000));
        assert_eq!(one.secret(), two.secret());
        assert_eq!(one.secret().len(), 26);
        let secrets: std::collections::BTreeSet<String> = (0..5_000).map(|_| one.secret()).collect();
        assert_eq!(secrets.len(), 5_000);
    }
}

//! Personal fields at rest, and every secret derived from the master keys.
//!
//! A [`Vault`] holds numbered master keys. Each gives, by HKDF-SHA256, one key per purpose, so that a
//! link's signature says nothing about a telephone number's encryption. The newest version seals and
//! signs; every version still opens and verifies, so that keys are rotated by adding a line.
//!
//! The key text, from a file or an environment variable, has one key a line; the lines of a variable
//! may be joined by commas. What follows `#` is a remark:
//!
//! ```text
//! # the first key, kept because old fields and every search need it
//! 1:BASE64-OF-32-BYTES
//! 2:BASE64-OF-32-BYTES
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::files::private;
use crate::ids::Ids;

mod personal;

pub use personal::{
    half_width, mask_address, mask_id, mask_phone, normalise_id, normalise_phone, resident_id_valid,
};

const KEY_LEN: usize = 32;
const VERSION_LEN: usize = 2;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

type Secret = Zeroizing<[u8; KEY_LEN]>;

/// What a message authentication code is for. A code made for one purpose never verifies for another.
/// Sealing and searching have keys of their own that cannot be asked for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signed addresses of photos and other files.
    Link,
    /// The audit trail's chain.
    Audit,
    /// Tokens in forms.
    Csrf,
}

/// Numbered master keys and what is derived from them. Never printed, wiped when dropped.
pub struct Vault {
    keys: BTreeMap<u16, Keys>,
}

/// Everything derived from one master key.
struct Keys {
    field: Aes256Gcm,
    search: Secret,
    link: Secret,
    audit: Secret,
    csrf: Secret,
}

/// Why the master keys could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text has no line with a key.
    #[error("the key text holds no key")]
    Empty,
    /// A line is not a version from 1 to 65535, a colon and 32 bytes in base64. The line itself stays
    /// out of the message, since it may be a key with a slip of the pen.
    #[error("line {line} of the key text is not VERSION:BASE64 of {KEY_LEN} bytes")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// Two lines claim the same version.
    #[error("key version {version} appears twice")]
    Twice {
        /// The version that is not unique.
        version: u16,
    },
    /// The file's permissions let its group or everyone read or write it.
    #[error("key file {path} is open to others (mode {mode:03o}); run: chmod 600 {path}")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file could not be read or made.
    #[error("key file {path} cannot be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// Why a sealed value does not open. None of them tells anything about the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too short to have been made by [`Vault::seal`].
    #[error("{place}: {len} bytes are too few for a sealed value")]
    Malformed {
        /// Where it was read.
        place: String,
        /// How long it is.
        len: usize,
    },
    /// Its key is not in this vault: a line of the key text was lost.
    #[error("{place}: sealed with key version {version}, which this vault lacks")]
    UnknownVersion {
        /// Where it was read.
        place: String,
        /// The key it asks for.
        version: u16,
    },
    /// Its bytes were changed, or it was moved here from another place. AES-GCM answers both alike.
    #[error("{place}: the sealed value was altered or belongs to another place")]
    Refused {
        /// Where it was read.
        place: String,
    },
}

impl Vault {
    /// Reads key text, from an environment variable or a file already read.
    pub fn parse(text: &str) -> Result<Vault, KeyError> {
        let mut keys = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split_once('#').map_or(line, |(before, _)| before);
            for entry in line.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
                let (version, master) = parse_entry(entry).ok_or(KeyError::Line { line: number + 1 })?;
                if keys.insert(version, Keys::derive(&master)).is_some() {
                    return Err(KeyError::Twice { version });
                }
            }
        }
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Vault { keys }) }
    }

    /// Reads a key file, and refuses one that its group or others may read.
    pub fn load(path: &Path) -> Result<Vault, KeyError> {
        let io = |source| KeyError::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(io)?;
        // The opened file is what is checked: the name could point elsewhere a moment later.
        refuse_exposed(path, &file)?;
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(io)?;
        Vault::parse(&text)
    }

    /// Writes a new key file (mode 0600) with one fresh key, and loads it. An existing file is never
    /// overwritten: what it sealed would be lost.
    pub fn create(path: &Path, ids: &Ids) -> Result<Vault, KeyError> {
        let io = |source| KeyError::Io { path: path.to_owned(), source };
        let text = Vault::generate_text(ids);
        let mut file = private::create_new(path).map_err(io)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        Vault::parse(&text)
    }

    /// Key text with one fresh key, version 1.
    pub fn generate_text(ids: &Ids) -> Zeroizing<String> {
        key_line(1, ids)
    }

    /// The line that, added to this vault's key text, makes a fresh key the newest. `None` when the
    /// versions are used up.
    pub fn next_line(&self, ids: &Ids) -> Option<Zeroizing<String>> {
        let (newest, _) = self.newest();
        newest.checked_add(1).map(|version| key_line(version, ids))
    }

    /// Encrypts `plain` with AES-256-GCM under the newest key: version (2 bytes, big-endian), nonce
    /// (12), ciphertext and tag (16).
    ///
    /// `place` names the column and the row, as in `matter.contact_phone/0192…`; the value opens only
    /// there, so that nobody who can write to the database can show one person's data as another's.
    /// Nonces are random: rotate the key well before 2³² values (NIST SP 800-38D).
    pub fn seal(&self, ids: &Ids, place: &str, plain: &str) -> Vec<u8> {
        let (version, keys) = self.newest();
        let nonce = ids.bytes::<NONCE_LEN>();
        let payload = Payload { msg: plain.as_bytes(), aad: place.as_bytes() };
        let ciphertext = keys
            .field
            .encrypt(&Nonce::from(nonce), payload)
            .expect("AES-GCM fails only beyond 64 GiB, more than a string in memory");
        [&version.to_be_bytes()[..], &nonce, &ciphertext].concat()
    }

    /// Decrypts what [`Vault::seal`] made for the same place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<String, OpenError> {
        let place_name = || place.to_owned();
        let malformed = || OpenError::Malformed { place: place_name(), len: sealed.len() };
        let (version, rest) = sealed.split_first_chunk::<VERSION_LEN>().ok_or_else(malformed)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(malformed)?;
        if ciphertext.len() < TAG_LEN {
            return Err(malformed());
        }
        let version = u16::from_be_bytes(*version);
        let keys = self
            .keys
            .get(&version)
            .ok_or_else(|| OpenError::UnknownVersion { place: place_name(), version })?;
        let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
        keys.field
            .decrypt(&Nonce::from(*nonce), payload)
            .ok()
            .and_then(|plain| String::from_utf8(plain).ok())
            .ok_or_else(|| OpenError::Refused { place: place_name() })
    }

    /// The key version a sealed value asks for, to find what is left to seal anew after a rotation.
    pub fn version_of(sealed: &[u8]) -> Option<u16> {
        sealed.first_chunk::<VERSION_LEN>().map(|version| u16::from_be_bytes(*version))
    }

    /// A keyed hash (HMAC-SHA256, 32 bytes) that finds equal values without opening any. `kind` keeps
    /// a telephone number from matching an ID number; `normalised` comes from a normaliser.
    ///
    /// It always uses the lowest version, so that rotating loses no lookup: the first key may be
    /// retired only together with every search column.
    pub fn search_key(&self, kind: &str, normalised: &str) -> Vec<u8> {
        let (_, oldest) = self.keys.first_key_value().expect("a vault holds at least one key");
        framed_mac(&oldest.search, &[kind.as_bytes(), normalised.as_bytes()]).to_vec()
    }

    /// HMAC-SHA256 over `parts` under the newest key. Each part is preceded by its length, so that
    /// `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let (_, keys) = self.newest();
        framed_mac(keys.mac_key(purpose), parts)
    }

    /// Whether `tag` is what [`Vault::mac`] gave for the same purpose and parts, under any version.
    /// Takes the same time whichever byte differs.
    pub fn verify_mac(&self, purpose: Purpose, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.keys
            .values()
            .map(|keys| framed_mac(keys.mac_key(purpose), parts).ct_eq(tag))
            .fold(Choice::from(0), |any, this| any | this)
            .into()
    }

    fn newest(&self) -> (u16, &Keys) {
        let (version, keys) = self.keys.last_key_value().expect("a vault holds at least one key");
        (*version, keys)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("versions", &self.keys.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Keys {
    fn derive(master: &Secret) -> Keys {
        let hkdf = Hkdf::<Sha256>::new(None, master.as_slice());
        let derive = |purpose: &str| {
            let mut key = Secret::default();
            hkdf.expand(purpose.as_bytes(), key.as_mut_slice())
                .expect("32 bytes are within what HKDF-SHA256 can give");
            key
        };
        Keys {
            field: Aes256Gcm::new((&*derive("lianxin/field")).into()),
            search: derive("lianxin/search"),
            link: derive("lianxin/link"),
            audit: derive("lianxin/audit"),
            csrf: derive("lianxin/csrf"),
        }
    }

    fn mac_key(&self, purpose: Purpose) -> &Secret {
        match purpose {
            Purpose::Link => &self.link,
            Purpose::Audit => &self.audit,
            Purpose::Csrf => &self.csrf,
        }
    }
}

fn framed_mac(key: &Secret, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("HMAC takes any key length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn parse_entry(entry: &str) -> Option<(u16, Secret)> {
    let (version, key) = entry.split_once(':')?;
    let version = version.trim().parse().ok().filter(|version| *version > 0)?;
    let bytes = Zeroizing::new(STANDARD.decode(key.trim()).ok()?);
    let key = <[u8; KEY_LEN]>::try_from(bytes.as_slice()).ok()?;
    Some((version, Zeroizing::new(key)))
}

fn key_line(version: u16, ids: &Ids) -> Zeroizing<String> {
    let key: Secret = Zeroizing::new(ids.bytes());
    Zeroizing::new(format!("{version}:{}\n", STANDARD.encode(key.as_slice())))
}

#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.to_owned(), mode }) }
}

// Elsewhere the folder's access list protects the file; there are no mode bits to look at.
#[cfg(not(unix))]
fn refuse_exposed(_path: &Path, _file: &File) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests;

//! Whether the master keys at hand are those that a backup was made with.

use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::vault::{Purpose, Vault};
use serde_json::{Value as Json, json};

use super::backup::hex;

/// What the newest key signs and the oldest one hashes.
const WORDS: &str = "the keys of a backup";

/// What tells the oldest and the newest key again without saying anything about either: codes that only
/// their holder can make, over words that everybody knows.
pub fn fingerprint(vault: &Vault) -> Json {
    let newest = vault.mac(Purpose::Audit, &[WORDS.as_bytes()]);
    json!({ "oldest": hex(&vault.search_key("backup", WORDS)), "newest": hex(&newest) })
}

/// Refuses keys that cannot read a backup with this fingerprint. Keys added since do no harm. A backup of
/// an earlier program has no fingerprint: that is said, and it passes.
///
/// # Errors
/// Naming where the right keys must be put.
pub fn refuse_others(fingerprint: &Json, vault: &Vault, place: &str) -> Result<()> {
    if fingerprint.is_null() {
        eprintln!(
            "this backup does not say which keys it needs: make sure that those in {place} are its own"
        );
        return Ok(());
    }
    let oldest = fingerprint["oldest"] == hex(&vault.search_key("backup", WORDS));
    let newest = fingerprint["newest"].as_str().and_then(unhex);
    if oldest && newest.is_some_and(|code| vault.verify_mac(Purpose::Audit, &[WORDS.as_bytes()], &code)) {
        return Ok(());
    }
    Err(Error::failed(
        "restoring",
        format!(
            "the keys in {place} are not those of this backup: put the keys.txt of this backup there first"
        ),
    ))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::Ids;

    use super::*;

    #[test]
    fn the_keys_of_a_backup_are_told_from_others() {
        let ids = Ids::counting();
        let text = Vault::generate_text(&ids);
        let one = Vault::parse(&text).unwrap();
        let print = fingerprint(&one);
        assert!(refuse_others(&print, &one, "here").is_ok());
        let second = one.next_line(&ids).unwrap();
        let both = Vault::parse(&format!("{}{}", *text, *second)).unwrap();
        assert!(refuse_others(&print, &both, "here").is_ok());
        // A backup made with both needs both.
        for lacking in [text, second] {
            let lacking = Vault::parse(&lacking).unwrap();
            assert!(refuse_others(&fingerprint(&both), &lacking, "here").is_err());
        }
        let other = Vault::parse(&Vault::generate_text(&ids)).unwrap();
        let said = refuse_others(&print, &other, "here").unwrap_err().chain();
        assert!(said.contains("the keys in here are not those of this backup"), "{said}");
        assert!(refuse_others(&Json::Null, &other, "here").is_ok());
        assert!(refuse_others(&json!({ "oldest": 1, "newest": "你" }), &one, "here").is_err());
    }
}

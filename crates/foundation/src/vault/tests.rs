use std::fs;

use uuid::Uuid;

use super::*;

const PLACE: &str = "matter.contact_phone/1";

fn line(version: u16, fill: u8) -> String {
    format!("{version}:{}\n", STANDARD.encode([fill; KEY_LEN]))
}

fn vault(lines: &[(u16, u8)]) -> Vault {
    let text: String = lines.iter().map(|(version, fill)| line(*version, *fill)).collect();
    Vault::parse(&text).unwrap()
}

struct TempFile(PathBuf);

impl TempFile {
    fn new() -> TempFile {
        let name = format!("lianxin-keys-{}", Uuid::from_bytes(Ids::random().bytes()));
        TempFile(std::env::temp_dir().join(name))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        // A test that made no file has nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_sealed_value_opens_where_it_was_sealed() {
    let vault = vault(&[(1, 7)]);
    for plain in ["", "13812345678", "桂花镇北山村三组 12 号"] {
        let sealed = vault.seal(&Ids::random(), PLACE, plain);
        assert_eq!(sealed.len(), VERSION_LEN + NONCE_LEN + plain.len() + TAG_LEN);
        assert_eq!(vault.open(PLACE, &sealed).unwrap(), plain);
    }
}

#[test]
fn the_same_value_never_looks_the_same_twice() {
    let (vault, ids) = (vault(&[(1, 7)]), Ids::random());
    assert_ne!(vault.seal(&ids, PLACE, "13812345678"), vault.seal(&ids, PLACE, "13812345678"));
}

#[test]
fn every_changed_byte_is_noticed() {
    let vault = vault(&[(1, 7)]);
    let sealed = vault.seal(&Ids::counting(), PLACE, "13812345678");
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        let expected = if at < VERSION_LEN {
            let version = Vault::version_of(&altered).unwrap();
            OpenError::UnknownVersion { place: PLACE.into(), version }
        } else {
            OpenError::Refused { place: PLACE.into() }
        };
        assert_eq!(vault.open(PLACE, &altered), Err(expected), "byte {at}");
    }
}

#[test]
fn a_value_moved_to_another_row_is_refused() {
    let vault = vault(&[(1, 7)]);
    let sealed = vault.seal(&Ids::counting(), PLACE, "13812345678");
    let elsewhere = "matter.contact_phone/2";
    assert_eq!(vault.open(elsewhere, &sealed), Err(OpenError::Refused { place: elsewhere.into() }));
}

#[test]
fn what_is_too_short_is_malformed() {
    let vault = vault(&[(1, 7)]);
    for len in [0, 1, VERSION_LEN, VERSION_LEN + NONCE_LEN, VERSION_LEN + NONCE_LEN + TAG_LEN - 1] {
        assert_eq!(vault.open(PLACE, &vec![0; len]), Err(OpenError::Malformed { place: PLACE.into(), len }));
    }
}

#[test]
fn errors_never_show_the_value() {
    let vault = vault(&[(1, 7)]);
    let mut sealed = vault.seal(&Ids::counting(), PLACE, "13812345678");
    *sealed.last_mut().unwrap() ^= 1;
    let error = vault.open(PLACE, &sealed).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("13812345678"));
    let secret = STANDARD.encode([7; KEY_LEN]);
    assert!(!format!("{vault:?}").contains(&secret));
    let slip = Vault::parse(&format!("one:{secret}")).unwrap_err();
    assert!(!format!("{slip} {slip:?}").contains(&secret));
}

#[test]
fn rotating_keeps_old_values_searches_and_signatures() {
    let (ids, before) = (Ids::random(), vault(&[(1, 7)]));
    let sealed = before.seal(&ids, PLACE, "13812345678");
    let found_by = before.search_key("phone", "13812345678");
    let tag = before.mac(Purpose::Audit, &[b"entry"]);

    let text = line(1, 7) + &before.next_line(&ids).unwrap();
    let after = Vault::parse(&text).unwrap();
    assert_eq!(after.open(PLACE, &sealed).unwrap(), "13812345678");
    assert_eq!(after.search_key("phone", "13812345678"), found_by);
    assert!(after.verify_mac(Purpose::Audit, &[b"entry"], &tag));
    assert_ne!(after.mac(Purpose::Audit, &[b"entry"]), tag);

    let fresh = after.seal(&ids, PLACE, "13812345678");
    assert_eq!((Vault::version_of(&sealed), Vault::version_of(&fresh)), (Some(1), Some(2)));
    let refused = OpenError::UnknownVersion { place: PLACE.into(), version: 2 };
    assert_eq!(before.open(PLACE, &fresh), Err(refused));
}

#[test]
fn versions_end_without_wrapping() {
    assert!(vault(&[(u16::MAX, 7)]).next_line(&Ids::counting()).is_none());
}

#[test]
fn search_keys_differ_by_kind_value_and_vault() {
    let (one, other) = (vault(&[(1, 7)]), vault(&[(1, 8)]));
    let key = one.search_key("phone", "13812345678");
    assert_eq!(key.len(), 32);
    assert_ne!(key, one.search_key("id", "13812345678"));
    assert_ne!(key, one.search_key("phone", "13812345679"));
    assert_ne!(key, other.search_key("phone", "13812345678"));
}

#[test]
fn codes_are_bound_to_purpose_and_to_where_parts_end() {
    let vault = vault(&[(1, 7)]);
    let tag = vault.mac(Purpose::Link, &[b"ab", b"c"]);
    assert!(vault.verify_mac(Purpose::Link, &[b"ab", b"c"], &tag));
    assert!(!vault.verify_mac(Purpose::Csrf, &[b"ab", b"c"], &tag));
    assert!(!vault.verify_mac(Purpose::Link, &[b"a", b"bc"], &tag));
    assert!(!vault.verify_mac(Purpose::Link, &[b"abc"], &tag));
    assert!(!vault.verify_mac(Purpose::Link, &[b"ab", b"c", b""], &tag));
    assert!(!vault.verify_mac(Purpose::Link, &[b"ab", b"c"], &tag[..31]));
}

/// HKDF-SHA256 and HMAC-SHA256 computed apart, with Python's standard `hmac` and `hashlib`: a change
/// of label or framing would orphan every stored search key.
#[test]
fn derivation_stays_what_it_was() {
    let key = vault(&[(1, 7)]).search_key("phone", "13812345678");
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "296c7292748d51edc8443e54f1a6a33b171c2078dc255ffa077e877dbeb2b0d4");
}

#[test]
fn key_text_allows_remarks_blank_lines_and_commas() {
    let (first, second) = (line(1, 7), line(2, 8));
    let joined = format!("{},{}", first.trim(), second.trim());
    let remarked = format!("# keys, in order\n\n {first}{} # the new one, since May\n", second.trim());
    for text in [joined, remarked] {
        assert_eq!(format!("{:?}", Vault::parse(&text).unwrap()), "Vault { versions: [1, 2], .. }");
    }
}

#[test]
fn key_text_says_which_line_is_wrong() {
    let good = line(1, 7);
    let short = format!("2:{}", STANDARD.encode([7; 31]));
    for bad in ["nonsense", "2", "2:", "2:***", "-1:AAAA", "0:AAAA", "65536:AAAA", short.as_str()] {
        let error = Vault::parse(&format!("{good}{bad}\n")).unwrap_err();
        assert!(matches!(error, KeyError::Line { line: 2 }), "{bad}: {error}");
    }
    assert!(matches!(Vault::parse("# none\n"), Err(KeyError::Empty)));
    let twice = Vault::parse(&(line(3, 7) + &line(3, 8)));
    assert!(matches!(twice, Err(KeyError::Twice { version: 3 })));
}

#[test]
fn a_created_key_file_loads_again_and_is_never_overwritten() {
    let (file, ids) = (TempFile::new(), Ids::random());
    let made = Vault::create(&file.0, &ids).unwrap();
    let sealed = made.seal(&ids, PLACE, "13812345678");
    assert_eq!(Vault::load(&file.0).unwrap().open(PLACE, &sealed).unwrap(), "13812345678");
    assert!(matches!(Vault::create(&file.0, &ids), Err(KeyError::Io { .. })));
    assert_eq!(Vault::load(&file.0).unwrap().open(PLACE, &sealed).unwrap(), "13812345678");
}

#[test]
fn a_missing_key_file_is_named() {
    let file = TempFile::new();
    let error = Vault::load(&file.0).unwrap_err();
    assert!(error.to_string().contains("lianxin-keys-"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_key_file_open_to_others_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let file = TempFile::new();
    Vault::create(&file.0, &Ids::random()).unwrap();
    assert_eq!(fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620, 0o660, 0o644] {
        fs::set_permissions(&file.0, fs::Permissions::from_mode(mode)).unwrap();
        let error = Vault::load(&file.0).unwrap_err();
        assert!(matches!(error, KeyError::Exposed { mode: found, .. } if found == mode), "{error}");
    }
    fs::set_permissions(&file.0, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(Vault::load(&file.0).is_ok());
}

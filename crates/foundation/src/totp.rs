//! The second factor: six digits from an authenticator app (RFC 6238: SHA-1, 30 seconds).

use totp_rs::{Builder, Secret, Totp};

use crate::ids::Ids;
use crate::vault::half_width;

/// The name an authenticator app shows beside the account.
const ISSUER: &str = "连心";
/// How many steps of 30 seconds a phone's clock may be off, either way.
const WINDOW: u16 = 1;

/// What a person needs once, to add the account to an app.
pub struct Enrolment {
    /// 160 random bits in base32, to type in. Stored sealed.
    pub secret: String,
    /// The `otpauth://` address, to show as a QR code.
    pub uri: String,
}

/// Why a second factor could not be set up or checked.
#[derive(Debug, thiserror::Error)]
pub enum TotpError {
    /// The account's name is empty or has a colon, which the address cannot carry.
    #[error("an authenticator app cannot hold the account name {account:?}")]
    Account {
        /// The name that was given.
        account: String,
    },
}

/// Makes a fresh secret for `account`, the sign-in name.
pub fn enrol(account: &str, ids: &Ids) -> Result<Enrolment, TotpError> {
    enrolment(account, Secret::new_stack(ids.bytes()))
}

/// What a person was shown for `secret`, once more; nothing where that is no secret of ours.
///
/// # Errors
/// As [`enrol`].
pub fn enrol_again(account: &str, secret: &str) -> Result<Option<Enrolment>, TotpError> {
    let secret =
        Secret::try_from_base32(secret).ok().filter(|secret| rfc6238(secret.clone()).build().is_ok());
    secret.map(|secret| enrolment(account, secret)).transpose()
}

fn enrolment(account: &str, secret: Secret) -> Result<Enrolment, TotpError> {
    let named = || TotpError::Account { account: account.to_owned() };
    let totp =
        rfc6238(secret).with_issuer(Some(ISSUER)).with_account_name(account).build().map_err(|_| named())?;
    let uri = totp.to_url().map_err(|_| named())?;
    Ok(Enrolment { secret: totp.secret().to_base32(), uri })
}

/// The step (30 seconds each since the Unix epoch) that `code` belongs to, when it is the present
/// one, its neighbour before or after, and later than `last_used_step`; otherwise `None`.
///
/// Store the step with the account in the same transaction: a code counts once (RFC 6238, 5.2).
/// Spaces and double-width digits in the code do not matter.
pub fn verify(secret: &str, code: &str, unix_seconds: i64, last_used_step: Option<i64>) -> Option<i64> {
    let totp = totp(secret)?;
    let code: String = code.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let step = totp.check(&code, u64::try_from(unix_seconds).ok()?)?;
    i64::try_from(step).ok().filter(|step| last_used_step.is_none_or(|last| *step > last))
}

fn totp(secret: &str) -> Option<Totp> {
    let totp = Secret::try_from_base32(secret).ok().and_then(|secret| rfc6238(secret).build().ok());
    if totp.is_none() {
        tracing::error!("a stored second-factor secret is not 128 bits or more in base32");
    }
    totp
}

fn rfc6238(secret: Secret) -> Builder {
    Builder::new().with_secret(secret).with_skew(WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: "12345678901234567890" in base32, and the last six of its eight digits.
    const RFC_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_rfcs_own_vectors_verify() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (at, code) in vectors {
            assert_eq!(verify(RFC_SECRET, code, at, None), Some(at / 30), "{at}");
        }
    }

    #[test]
    fn a_neighbouring_step_counts_and_a_further_one_does_not() {
        let (at, code) = (1_111_111_109, "081804");
        let step = at / 30;
        for (shift, expected) in [(-60, None), (-30, Some(step)), (30, Some(step)), (60, None)] {
            assert_eq!(verify(RFC_SECRET, code, at + shift, None), expected, "{shift}");
        }
    }

    #[test]
    fn a_code_counts_once() {
        let (at, code) = (1_111_111_109, "081804");
        let step = verify(RFC_SECRET, code, at, Some(at / 30 - 1)).unwrap();
        assert_eq!(verify(RFC_SECRET, code, at, Some(step)), None);
        assert_eq!(verify(RFC_SECRET, code, at + 30, Some(step)), None);
        assert_eq!(verify(RFC_SECRET, code, at, Some(step + 1)), None);
    }

    #[test]
    fn codes_may_be_spaced_or_double_width() {
        for code in ["081 804", " 081804\n", "０８１８０４"] {
            assert!(verify(RFC_SECRET, code, 1_111_111_109, None).is_some(), "{code}");
        }
        for code in ["", "08180", "0818040", "+81804", "abcdef", "八一八〇四零"] {
            assert!(verify(RFC_SECRET, code, 1_111_111_109, None).is_none(), "{code}");
        }
    }

    #[test]
    fn an_enrolled_secret_works_and_is_named() {
        let enrolment = enrol("clerk01", &Ids::random()).unwrap();
        assert_eq!(enrolment.secret.len(), 32);
        let expected = format!(
            "otpauth://totp/%E8%BF%9E%E5%BF%83:clerk01?secret={}&issuer=%E8%BF%9E%E5%BF%83",
            enrolment.secret
        );
        assert_eq!(enrolment.uri, expected);
        let code = totp(&enrolment.secret).unwrap().generate(1_800_000_000).to_string();
        assert_eq!(verify(&enrolment.secret, &code, 1_800_000_000, None), Some(60_000_000));
        assert_ne!(enrol("clerk01", &Ids::random()).unwrap().secret, enrolment.secret);
    }

    #[test]
    fn names_that_cannot_be_carried_are_refused() {
        assert!(matches!(enrol("", &Ids::counting()), Err(TotpError::Account { .. })));
        assert!(matches!(enrol("a:b", &Ids::counting()), Err(TotpError::Account { .. })));
    }

    #[test]
    fn a_broken_secret_or_time_matches_nothing() {
        assert_eq!(verify("not base32!", "081804", 1_111_111_109, None), None);
        assert_eq!(verify("GEZDGNBV", "081804", 1_111_111_109, None), None);
        assert_eq!(verify(RFC_SECRET, "081804", -1, None), None);
    }
}

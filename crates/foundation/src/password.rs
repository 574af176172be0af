//! Passwords: what a new one must be, how it is kept (Argon2id) and how it is compared.
//!
//! Hashing takes tens of milliseconds and megabytes on purpose; callers run it off the async threads.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::ids::Ids;

/// The fewest characters a new password may have.
pub const MIN_CHARS: usize = 10;

const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;

/// How much work one guess costs. The default is OWASP's Password Storage Cheat Sheet (Argon2id,
/// 19 MiB, two passes, one lane).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, at least eight times `lanes`.
    pub memory_kib: u32,
    /// Passes over that memory, at least 1.
    pub passes: u32,
    /// Degree of parallelism, at least 1.
    pub lanes: u32,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The configured cost is outside what Argon2 allows.
    #[error("Argon2 does not allow the cost {cost:?}: {reason}")]
    Cost {
        /// What was asked for.
        cost: Cost,
        /// Argon2's own words.
        reason: argon2::Error,
    },
    /// Hashing itself failed, as when memory is short.
    #[error("the password could not be hashed: {reason}")]
    Hash {
        /// Argon2's own words.
        reason: argon2::password_hash::Error,
    },
}

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARS`] characters.
    TooShort,
    /// Nothing but the sign-in name.
    IsLogin,
    /// One of those that are guessed first.
    Common,
    /// Letters of one case, digits or signs alone.
    OneClass,
}

impl Weakness {
    /// The message id that explains it.
    pub fn code(self) -> &'static str {
        match self {
            Weakness::TooShort => "password-too-short",
            Weakness::IsLogin => "password-is-login",
            Weakness::Common => "password-too-common",
            Weakness::OneClass => "password-one-class",
        }
    }
}

/// Hashes a password with a fresh salt: a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
pub fn hash(password: &str, cost: &Cost, ids: &Ids) -> Result<String, PasswordError> {
    hash_with_salt(password, cost, &ids.bytes::<SALT_LEN>())
}

/// Whether `password` is the one behind the PHC string. A string that is no Argon2 hash matches none.
pub fn verify(password: &str, phc: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else {
        tracing::error!("a stored password hash is not a PHC string; nobody can sign in with it");
        return false;
    };
    again(password, &hash).is_some_and(|output| Some(output) == hash.hash)
}

/// The output for `password` under the string's own salt and costs, so that one made under an older
/// setting still verifies. Outputs compare in constant time.
fn again(password: &str, hash: &PasswordHash) -> Option<Output> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(hash).ok()?);
    let mut output = vec![0; hash.hash.as_ref()?.as_bytes().len()];
    work(&argon2, password, hash.salt.as_ref()?.as_ref(), &mut output).ok()?;
    Output::new(&output).ok()
}

/// Memory that hashing used and will use again. The allocator would keep every freed block of 19 MB
/// apart, one for each thread that ever hashed: strangers who try to sign in could use up the machine.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// How many such pieces are kept.
const KEPT: usize = 4;

/// Runs Argon2 in memory that was used before, where there is some.
fn work(argon2: &Argon2<'_>, password: &str, salt: &[u8], output: &mut [u8]) -> Result<(), argon2::Error> {
    let pool = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut blocks = pool().pop().unwrap_or_default();
    let needed = argon2.params().block_count();
    if blocks.len() < needed {
        blocks.resize(needed, Block::new());
    }
    let done =
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, &mut blocks[..needed]);
    let mut kept = pool();
    if kept.len() < KEPT {
        kept.push(blocks);
    }
    done
}

/// The work of [`verify`] for a sign-in name nobody has, so that the time an answer takes does not
/// tell which names exist. Always false.
pub fn verify_dummy(password: &str, cost: &Cost) -> bool {
    if let Err(error) = hash_with_salt(password, cost, &[0; SALT_LEN]) {
        tracing::error!(%error, "the work for an unknown sign-in name was not done");
    }
    false
}

/// Whether the string was made by another algorithm or at another cost than now configured. After
/// the next right password it should be replaced.
pub fn needs_rehash(phc: &str, cost: &Cost) -> bool {
    let current = |hash: PasswordHash| {
        let params = Params::try_from(&hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let made_at = Cost { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() };
        let whole = params.output_len() == Some(HASH_LEN);
        let version = hash.version == Some(Version::V0x13.into());
        Some(algorithm == Algorithm::Argon2id && version && whole && made_at == *cost)
    };
    !PasswordHash::new(phc).ok().and_then(current).unwrap_or(false)
}

/// The rule for a new password: at least [`MIN_CHARS`] characters of at least two kinds (capitals,
/// small letters, digits, anything else), neither the sign-in name nor one of the commonest with
/// signs around it.
pub fn check_new(password: &str, login: &str) -> Result<(), Weakness> {
    if password.chars().count() < MIN_CHARS {
        return Err(Weakness::TooShort);
    }
    let stem = stem(password);
    if stem == self::stem(login) {
        return Err(Weakness::IsLogin);
    }
    if COMMON.contains(&stem.as_str()) {
        return Err(Weakness::Common);
    }
    if classes(password) < 2 {
        return Err(Weakness::OneClass);
    }
    Ok(())
}

/// Small letters and digits only: `A123456!!!` is `a123456` to whoever guesses.
fn stem(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn classes(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    kinds.iter().filter(|kind| password.chars().any(kind)).count()
}

fn hash_with_salt(password: &str, cost: &Cost, salt: &[u8]) -> Result<String, PasswordError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(HASH_LEN))
        .map_err(|reason| PasswordError::Cost { cost: *cost, reason })?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; HASH_LEN];
    work(&argon2, password, salt, &mut output)
        .map_err(|reason| PasswordError::Cost { cost: *cost, reason })?;
    let written = || {
        Ok(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params())?,
            salt: Some(Salt::new(salt)?),
            hash: Some(Output::new(&output)?),
        })
    };
    written().map(|hash| hash.to_string()).map_err(|reason| PasswordError::Hash { reason })
}

/// Stems guessed first in China and everywhere: runs of digits and keys, "I love you" in pinyin and
/// in numbers that sound like it, words for doors, and these with the usual digits behind them.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "123456", "1234567", "12345678", "123456789", "1234567890", "12345678910", "0123456789",
    "9876543210", "987654321", "1122334455", "112233445566", "123123123", "123321123321",
    "111111", "11111111", "000000", "00000000", "666666", "66666666", "888888", "88888888",
    "5201314", "52013145201314", "1314520", "13145201314520", "1314521", "520520", "520131400",
    "woaini", "woaini520", "woaini521", "woaini123", "woaini1314", "woaini5201314", "woaini123456",
    "woaiwojia", "woaizhongguo", "woaizhongguo1949", "iloveyou", "iloveyou520", "iloveyou1314",
    "a123456", "a1234567", "a12345678", "a123456789", "a1234567890", "aa123456", "aa12345678",
    "aa123456789", "aaa123456", "ab123456", "abc123", "abc123456", "abc12345678", "abc123456789",
    "abcd1234", "abcd123456", "abcd12345678", "abcdef123456", "asd123456", "asd123456789",
    "as123456", "q123456", "q123456789", "q1w2e3r4", "q1w2e3r4t5", "q1w2e3r4t5y6", "qq123456",
    "qq123456789", "qqq123456", "qwe123", "qwe123456", "qwe123456789", "qwer1234", "qwer123456",
    "qwert12345", "qwerty", "qwerty123", "qwerty123456", "qwertyuiop", "qwertyuiop123", "qaz123456",
    "qazwsx123", "qazwsxedc", "qazwsxedc123", "qazwsxedcrfv", "1q2w3e4r", "1q2w3e4r5t",
    "1q2w3e4r5t6y", "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2", "1qazxsw23edc", "zaq12wsx", "zxcvbnm",
    "zxcvbnm123", "zxcvbnm123456", "zxc123456", "asdfghjkl", "asdfghjkl123", "z123456789", "w123456789",
    "s123456789", "l123456789", "x123456789", "123456a", "1234567a", "12345678a", "123456789a",
    "1234567890a", "123456aa", "123456abc", "123456789abc", "123456qwe", "123456qq", "123456789q",
    "password", "password1", "password12", "password123", "password1234", "passw0rd", "passw0rd123",
    "p0ssw0rd", "pssw0rd", "pssw0rd123", "psswrd", "admin", "admin123", "admin1234", "admin12345",
    "admin123456", "admin888", "admin888888", "administrator", "administrator1", "administrator123",
    "root123456", "test123456", "user123456", "guest123456", "system123456", "changeme", "changeme123",
    "welcome123", "welcome1234", "letmein123", "mima123456", "mima12345678", "dangjian123",
    "dangjian2024", "dangjian2025", "dangjian2026", "lianxin123", "lianxin1234", "lianxin123456",
    "zhongguo123", "zhongguo1949", "gongchandang1921", "wangge123456", "shequ123456",
];

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    #[test]
    fn a_password_verifies_and_another_does_not() {
        let phc = hash("春天的第3场雨", &QUICK, &Ids::random()).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{phc}");
        assert!(verify("春天的第3场雨", &phc));
        assert!(!verify("春天的第4场雨", &phc));
        assert!(!verify("", &phc));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        let ids = Ids::random();
        assert_ne!(hash("same words", &QUICK, &ids).unwrap(), hash("same words", &QUICK, &ids).unwrap());
    }

    #[test]
    fn a_broken_or_foreign_hash_matches_nothing() {
        let phc = hash("right words", &QUICK, &Ids::random()).unwrap();
        let cut = &phc[..phc.len() - 5];
        for stored in ["", "right words", "$argon2id$v=19$m=8,t=1,p=1", cut, "$2b$12$abc"] {
            assert!(!verify("right words", stored), "{stored}");
            assert!(needs_rehash(stored, &QUICK), "{stored}");
        }
    }

    /// The reference program: `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e`.
    #[test]
    fn a_hash_by_the_reference_program_verifies() {
        let phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ\
                   $CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", phc));
        assert!(!verify("Password", phc));
        assert!(needs_rehash(phc, &Cost::default()));
    }

    #[test]
    fn the_usual_cost_is_what_owasp_asks_for() {
        let phc = hash("春天的第3场雨", &Cost::default(), &Ids::random()).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("春天的第3场雨", &phc));
        assert!(!needs_rehash(&phc, &Cost::default()));
        assert!(needs_rehash(&phc, &QUICK));
        assert!(needs_rehash(&phc.replace("argon2id", "argon2i"), &Cost::default()));
        assert!(needs_rehash(&phc.replace("v=19", "v=16"), &Cost::default()));
    }

    #[test]
    fn an_unknown_name_costs_the_work_and_never_signs_in() {
        assert!(!verify_dummy("anything", &QUICK));
    }

    #[test]
    fn an_impossible_cost_is_named() {
        let error = hash("right words", &Cost { memory_kib: 1, ..QUICK }, &Ids::random()).unwrap_err();
        assert!(matches!(error, PasswordError::Cost { .. }), "{error}");
    }

    #[test]
    fn new_passwords_are_judged() {
        use Weakness::{Common, IsLogin, OneClass, TooShort};
        let cases = [
            ("short1!", Err(TooShort)),
            ("桂花开了", Err(TooShort)),
            ("", Err(TooShort)),
            ("chongyang01", Err(IsLogin)),
            ("ChongYang-01!", Err(IsLogin)),
            ("woaini1314!", Err(Common)),
            ("A123456!!!", Err(Common)),
            ("...12345678", Err(Common)),
            ("Password123", Err(Common)),
            ("1qaz2wsx3edc", Err(Common)),
            ("1593572486", Err(OneClass)),
            ("guihuakaile", Err(OneClass)),
            ("桂花开了满山都是香的呢", Err(OneClass)),
            ("guihua kaile le", Ok(())),
            ("桂花开了满山都是香7", Ok(())),
            ("Guihuakaile", Ok(())),
        ];
        for (password, expected) in cases {
            assert_eq!(check_new(password, "chongyang01"), expected, "{password}");
        }
    }

    #[test]
    fn the_list_holds_stems_each_once() {
        let mut sorted = COMMON.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), COMMON.len());
        assert!(COMMON.iter().all(|word| stem(word) == *word));
    }
}

use super::*;
use crate::clock::HOUR;

fn limits(limit: Limit, rate: Rate) -> Limits {
    let mut rules = Rules::default();
    rules.set(limit, Some(rate));
    Limits::new(rules)
}

fn at(text: &str) -> Asker {
    Asker::at(text.parse().unwrap())
}

#[test]
fn each_address_and_each_kind_is_counted_alone() {
    let limits = limits(Limit::Write, Rate::new(2, 1, MINUTE));
    let take = |limit, who: &str, now| {
        limits.take(limit, at(who), 1, now).map_err(|error| match error {
            Error::Refused(problem) => (problem.kind, problem.code, problem.args[0].1.clone()),
            other => panic!("{other}"),
        })
    };
    assert_eq!((take(Limit::Write, "192.0.2.1", 0), take(Limit::Write, "192.0.2.1", 0)), (Ok(()), Ok(())));
    let refused = Err((Kind::TooMany, "problem-too-many-form", "60".to_owned()));
    assert_eq!(take(Limit::Write, "192.0.2.1", 0), refused);
    assert_eq!(take(Limit::Write, "::ffff:192.0.2.1", 0), refused, "the same address written in IPv6");
    assert_eq!(take(Limit::Write, "192.0.2.2", 0), Ok(()));
    assert_eq!(take(Limit::SignIn, "192.0.2.1", 0), Ok(()));
    assert_eq!(take(Limit::Write, "192.0.2.1", MINUTE), Ok(()), "a minute later there is one again");
}

#[test]
fn addresses_of_one_ipv6_network_count_as_one() {
    assert_eq!(at("2001:db8:1:2:3::4"), at("2001:db8:1:2:ffff::1"));
    assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
    assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
}

#[test]
fn checking_counts_nothing() {
    let limits = limits(Limit::WrongToken, Rate::new(1, 1, MINUTE));
    let who = at("192.0.2.1");
    assert!((0..5).all(|_| limits.check(Limit::WrongToken, who, 0).is_ok()));
    limits.take(Limit::WrongToken, who, 1, 0).unwrap();
    assert_eq!(limits.check(Limit::WrongToken, who, 0).unwrap_err().code(), Some("problem-too-many"));
}

#[test]
fn a_limit_can_be_switched_off() {
    let mut rules = Rules::default();
    rules.set(Limit::Write, None);
    let limits = Limits::new(rules);
    assert!((0..10_000).all(|_| limits.take(Limit::Write, at("192.0.2.1"), 1, 0).is_ok()));
}

#[test]
fn who_owes_nothing_is_forgotten_and_memory_is_bounded() {
    let rate = Rate::new(10, 1, MINUTE);
    let mut ledger = Ledger::default();
    let token = |n: usize| Asker::Token(n as u128);
    for n in 0..10 * FEW {
        // One a minute: at any moment only the last one is in debt.
        ledger.take(rate, token(n), 1, n as i64 * MINUTE).unwrap();
        assert!(ledger.free.len() <= FEW + 1);
    }
    let later = 10 * FEW as i64 * MINUTE + HOUR;
    for n in 0..3 * MOST {
        ledger.take(rate, token(n), 1, later).unwrap();
        assert!(ledger.free.len() <= 2 * MOST + 1);
    }
}

const KILOBYTE: usize = 1024;
const MEGABYTE: usize = 1024 * KILOBYTE;

fn small() -> Limits {
    Limits::new(Rules { upload_memory: 2, upload_wait: Duration::from_millis(50), ..Rules::default() })
}

#[tokio::test]
async fn forms_wait_for_room_and_are_refused_when_it_stays_full() {
    let limits = small();
    let (mut first, mut second) = (limits.room(at("192.0.2.1")), limits.room(at("192.0.2.2")));
    first.grow(1).await.unwrap();
    first.grow(100 * MEGABYTE).await.unwrap();
    second.grow(256 * KILOBYTE).await.unwrap();
    let code = second.grow(256 * KILOBYTE + 1).await.unwrap_err().code();
    assert_eq!(code, Some("problem-busy"), "a form larger than all there is has taken all");
    let (waited, ()) = tokio::join!(second.grow(MEGABYTE), async { drop(first) });
    waited.unwrap();
}

#[tokio::test]
async fn connections_that_send_little_hold_little() {
    let limits = Limits::new(Rules { upload_memory: 8, ..Rules::default() });
    let mut held = Vec::new();
    for n in 0..500_u32 {
        let mut room = limits.room(Asker::at(std::net::Ipv4Addr::from_bits(n).into()));
        room.grow(200).await.unwrap();
        held.push(room);
    }
    limits.room(at("192.0.2.1")).grow(MEGABYTE).await.unwrap();
}

#[tokio::test]
async fn one_asker_gets_an_eighth() {
    let limits = small();
    let mut all = limits.room(at("192.0.2.1"));
    all.grow(256 * KILOBYTE).await.unwrap();
    let mut more = limits.room(at("192.0.2.1"));
    assert_eq!(more.grow(1).await.unwrap_err().code(), Some("problem-busy"));
    limits.room(at("192.0.2.2")).grow(1).await.unwrap();
    drop(all);
    more.grow(1).await.unwrap();
}

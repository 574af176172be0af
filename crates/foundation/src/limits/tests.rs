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

#[tokio::test]
async fn files_wait_for_room_and_are_refused_when_it_stays_full() {
    let limits =
        Limits::new(Rules { upload_memory: 3, upload_wait: Duration::from_millis(50), ..Rules::default() });
    let (mut first, mut second) = (limits.room(), limits.room());
    first.grow(1).await.unwrap();
    first.grow(MEGABYTE).await.unwrap();
    assert_eq!(first.held.len(), 1, "a megabyte that is begun is counted once");
    first.grow(100 * MEGABYTE).await.unwrap();
    assert_eq!(first.held.len(), 3, "a form larger than all there is takes all");
    assert_eq!(second.grow(1).await.unwrap_err().code(), Some("problem-busy"));
    let (waited, ()) = tokio::join!(second.grow(MEGABYTE), async { drop(first) });
    waited.unwrap();
}

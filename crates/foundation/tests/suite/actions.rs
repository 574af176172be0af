//! A change is one transaction, run again where the engine asks for it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::db::sql;
use lianxin_foundation::{Action, Context, Error, Problem, Result, Tx, Who};
use lianxin_testkit::{House, both_engines};

const COUNTY: &str = "421223";

/// Writes a row and an audit entry, then ends as told.
struct Try {
    attempts: AtomicU32,
    again: u32,
    refuse: bool,
}

impl Action for Try {
    type Output = u32;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<u32> {
        let attempt = self.attempts.fetch_add(1, Ordering::SeqCst) + 1;
        sql("insert into tried (attempt) values ($1)").bind(i64::from(attempt)).run(tx).await?;
        tx.audit(Entry::new(cx.who, COUNTY, "try", "test", attempt));
        if self.refuse {
            return Err(Problem::not_found().into());
        }
        if attempt <= self.again {
            return Err(Error::Again(sqlx::Error::PoolTimedOut));
        }
        Ok(attempt)
    }
}

/// Runs it and gives its outcome, the attempts that left a row, and how many were made.
async fn tried(house: &House, again: u32, refuse: bool) -> (Result<u32>, Vec<(i64,)>, u32) {
    let mut tx = house.db().write().await.unwrap();
    sql("create table tried (attempt BIGINT not null)").run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let action = Try { attempts: AtomicU32::new(0), again, refuse };
    let outcome = house.app().act(&Who::program(COUNTY), &action).await;
    let mut tx = house.db().read().await.unwrap();
    let left = sql("select attempt from tried order by attempt").all(&mut tx).await.unwrap();
    (outcome, left, action.attempts.into_inner())
}

async fn entries(house: &House) -> Vec<audit::Link> {
    let mut tx = house.db().read().await.unwrap();
    audit::store::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap()
}

/// Adds to two counters, the second a while after the first.
struct AddToBoth {
    first: &'static str,
    second: &'static str,
}

impl Action for AddToBoth {
    type Output = ();

    async fn run(&self, tx: &mut Tx, _: Context<'_>) -> Result<()> {
        for name in [self.first, self.second] {
            sql("update counter set n = n + 1 where name = $1").bind(name).run(tx).await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }
}

both_engines! {
    async fn a_change_is_kept_and_remembered(house: House) {
        let (outcome, left, _) = tried(&house, 0, false).await;
        assert_eq!(outcome.unwrap(), 1);
        assert_eq!(left, [(1,)]);
        let entries = entries(&house).await;
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].action.as_str(), entries[0].subject.as_str()), ("try", "1"));
        assert_eq!(entries[0].at, house.now());
    }

    async fn a_refused_change_leaves_no_trace(house: House) {
        let (outcome, left, attempts) = tried(&house, 0, true).await;
        assert_eq!(outcome.unwrap_err().code(), Some("problem-not-found"));
        assert_eq!((left, attempts), (vec![], 1), "a refusal is not run again");
        assert_eq!(entries(&house).await, []);
    }

    async fn what_the_engine_could_not_order_is_run_again_from_the_start(house: House) {
        let (outcome, left, attempts) = tried(&house, 3, false).await;
        assert_eq!((outcome.unwrap(), attempts), (4, 4));
        assert_eq!(left, [(4,)], "earlier attempts left nothing");
        assert_eq!(entries(&house).await.len(), 1);
    }

    async fn it_gives_up_in_the_end(house: House) {
        let (outcome, left, attempts) = tried(&house, u32::MAX, false).await;
        assert!(matches!(outcome, Err(Error::Again(_))));
        assert_eq!((left, attempts), (vec![], 8));
    }

    async fn changes_that_lock_each_other_out_both_succeed(house: House) {
        let mut tx = house.db().write().await.unwrap();
        sql("create table counter (name TEXT not null, n BIGINT not null)").run(&mut tx).await.unwrap();
        sql("insert into counter (name, n) values ('a', 0), ('b', 0)").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let who = Who::program(COUNTY);
        let (forth, back) =
            (AddToBoth { first: "a", second: "b" }, AddToBoth { first: "b", second: "a" });
        let (one, two) = tokio::join!(house.app().act(&who, &forth), house.app().act(&who, &back));
        one.unwrap();
        two.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let counters: Vec<(i64,)> = sql("select n from counter").all(&mut tx).await.unwrap();
        assert_eq!(counters, [(2,), (2,)]);
    }
}

//! The audit trail: nothing can be changed in it without being found.

use futures_util::future::join_all;
use lianxin_foundation::audit::{self, Break, Entry, Verdict};
use lianxin_foundation::db::sql;
use lianxin_foundation::scope::Right;
use lianxin_foundation::{Action, Context, Result, Role, Tx, Who};
use lianxin_testkit::{House, both_engines};
use serde_json::json;

const COUNTY: &str = "421223";
const NEXT: &str = "421202";

/// Writes entries into the trails of these counties.
struct Note(&'static [&'static str]);

impl Action for Note {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        for county in self.0 {
            let entry = Entry::new(cx.who, county, "note", "test", "subject")
                .because("因为")
                .detail(json!({ "n": 1 }));
            tx.audit(entry);
        }
        Ok(())
    }
}

/// A trail of five entries in one county and two in the next.
async fn trails(house: &House) {
    let who = house.who(&[]);
    for counties in [&[COUNTY][..], &[COUNTY, NEXT], &[NEXT, COUNTY], &[COUNTY, COUNTY]] {
        house.app().act(&who, &Note(counties)).await.unwrap();
    }
}

async fn verdict(house: &House, county: &str) -> Verdict {
    let verdicts = audit::verify(house.db(), house.app().vault()).await.unwrap();
    verdicts.into_iter().find(|verdict| verdict.county == county).unwrap()
}

async fn tamper(house: &House, statements: &[&'static str]) {
    let mut tx = house.db().write().await.unwrap();
    for statement in statements {
        assert!(sql(statement).run(&mut tx).await.unwrap() > 0, "{statement} changed nothing");
    }
    tx.commit().await.unwrap();
}

/// Tampers with one county's trail and expects to be found out at an entry.
async fn found(house: &House, statements: &[&'static str], at: i64, flaw: Break) {
    tamper(house, statements).await;
    let verdict = verdict(house, COUNTY).await;
    assert_eq!(verdict.broken, Some((at, flaw)), "{statements:?}");
    assert_eq!(verdict.sound, at - 1);
}

both_engines! {
    async fn entries_chain_county_by_county(house: House) {
        trails(&house).await;
        for (county, count) in [(COUNTY, 5), (NEXT, 2)] {
            let verdict = verdict(&house, county).await;
            assert_eq!((verdict.sound, verdict.broken), (count, None));
            let mut tx = house.db().read().await.unwrap();
            let head = audit::store::head(&mut tx, county).await.unwrap().unwrap();
            assert_eq!((head.seq, head.hash), (count, verdict.head));
        }
    }

    async fn many_at_once_chain_without_a_gap(house: House) {
        let (one, other) = (Note(&[COUNTY, NEXT]), Note(&[NEXT, COUNTY, COUNTY]));
        let who = house.who(&[]);
        let acts = (0..60).map(|n| house.app().act(&who, if n % 2 == 0 { &one } else { &other }));
        for outcome in join_all(acts).await {
            outcome.unwrap();
        }
        for (county, count) in [(COUNTY, 90), (NEXT, 60)] {
            let verdict = verdict(&house, county).await;
            assert_eq!((verdict.sound, verdict.broken), (count, None));
        }
    }

    async fn a_check_beside_the_daily_work_raises_no_false_alarm(house: House) {
        let app = house.app().clone();
        let writer = tokio::spawn(async move {
            for _ in 0..100 {
                app.act(&Who::program(COUNTY), &Note(&[COUNTY])).await.unwrap();
            }
        });
        while !writer.is_finished() {
            for verdict in audit::verify(house.db(), house.app().vault()).await.unwrap() {
                assert_eq!(verdict.broken, None);
            }
        }
        writer.await.unwrap();
        assert_eq!(verdict(&house, COUNTY).await.sound, 100);
    }

    async fn the_edit_of_any_column_is_found(house: House) {
        trails(&house).await;
        // Each edit is undone by the next statement, so that every column is tried on a whole chain.
        for (edit, undo) in [
            ("update audit set at = at + 1 where county = '421223' and seq = 3",
             "update audit set at = at - 1 where county = '421223' and seq = 3"),
            ("update audit set actor_name = 'x' where county = '421223' and seq = 3",
             "update audit set actor_name = '测试人员' where county = '421223' and seq = 3"),
            ("update audit set action = 'x' where county = '421223' and seq = 3",
             "update audit set action = 'note' where county = '421223' and seq = 3"),
            ("update audit set subject_kind = 'x' where county = '421223' and seq = 3",
             "update audit set subject_kind = 'test' where county = '421223' and seq = 3"),
            ("update audit set subject = 'x' where county = '421223' and seq = 3",
             "update audit set subject = 'subject' where county = '421223' and seq = 3"),
            ("update audit set reason = 'x' where county = '421223' and seq = 3",
             "update audit set reason = '因为' where county = '421223' and seq = 3"),
            ("update audit set reason = null where county = '421223' and seq = 3",
             "update audit set reason = '因为' where county = '421223' and seq = 3"),
            ("update audit set reason = '' where county = '421223' and seq = 3",
             "update audit set reason = '因为' where county = '421223' and seq = 3"),
            ("update audit set detail = '{}' where county = '421223' and seq = 3",
             "update audit set detail = '{\"n\":1}' where county = '421223' and seq = 3"),
        ] {
            found(&house, &[edit], 3, Break::Edited).await;
            tamper(&house, &[undo]).await;
            assert_eq!(verdict(&house, COUNTY).await.broken, None, "{undo}");
        }
        found(&house, &["update audit set actor = null where county = '421223' and seq = 3"], 3, Break::Edited).await;
    }

    async fn an_edit_of_the_seal_is_found(house: House) {
        trails(&house).await;
        let copy = "update audit set hash = (select hash from audit_head where county = '421202') \
                    where county = '421223' and seq = 2";
        found(&house, &[copy], 2, Break::Edited).await;
    }

    async fn an_edit_of_the_number_is_found(house: House) {
        trails(&house).await;
        found(&house, &["update audit set seq = 9 where county = '421223' and seq = 4"], 4, Break::Gap).await;
    }

    async fn an_entry_moved_to_another_county_is_found(house: House) {
        trails(&house).await;
        let moved = "update audit set county = '421202', seq = 3 where county = '421223' and seq = 5";
        found(&house, &[moved], 5, Break::Head).await;
        assert_eq!(verdict(&house, NEXT).await.broken, Some((3, Break::Edited)));
    }

    async fn a_removed_entry_is_found(house: House) {
        trails(&house).await;
        found(&house, &["delete from audit where county = '421223' and seq = 1"], 1, Break::Gap).await;
    }

    async fn an_inserted_entry_is_found(house: House) {
        trails(&house).await;
        let forged = "insert into audit (county, seq, at, actor, actor_name, action, subject_kind, subject, reason, detail, hash) \
                      select county, 6, at, actor, actor_name, action, subject_kind, subject, reason, detail, hash \
                      from audit where county = '421223' and seq = 5";
        found(&house, &[forged], 6, Break::Edited).await;
    }

    async fn swapped_entries_are_found(house: House) {
        trails(&house).await;
        let statements = [
            "update audit set seq = 99 where county = '421223' and seq = 2",
            "update audit set seq = 2 where county = '421223' and seq = 3",
            "update audit set seq = 3 where county = '421223' and seq = 99",
        ];
        found(&house, &statements, 2, Break::Edited).await;
    }

    async fn a_cut_tail_is_found(house: House) {
        trails(&house).await;
        found(&house, &["delete from audit where county = '421223' and seq > 3"], 4, Break::Head).await;
    }

    async fn a_cut_tail_with_a_head_that_lies_is_found(house: House) {
        trails(&house).await;
        let statements = [
            "delete from audit where county = '421223' and seq > 3",
            "update audit_head set seq = 3 where county = '421223'",
        ];
        found(&house, &statements, 4, Break::Head).await;
    }

    async fn a_changed_or_missing_head_is_found(house: House) {
        trails(&house).await;
        found(&house, &["update audit_head set seq = seq + 1 where county = '421223'"], 6, Break::Head).await;
        found(&house, &["delete from audit_head where county = '421223'"], 6, Break::Head).await;
    }

    async fn a_trail_that_is_gone_but_for_its_head_is_found(house: House) {
        trails(&house).await;
        found(&house, &["delete from audit where county = '421223'"], 1, Break::Head).await;
    }

    async fn the_page_shows_a_trail_to_its_auditor_alone(house: House) {
        house.area(COUNTY).await;
        house.area(NEXT).await;
        trails(&house).await;
        let seen = async |role: Role, place: &str| {
            let who = house.who(&[house.post(role, place)]);
            let scope = who.scope(Right::SeeAudit, house.now());
            let mut tx = house.db().read().await.unwrap();
            let filter = audit::store::Filter::default();
            audit::store::page(&mut tx, &scope, COUNTY, COUNTY, &filter, 3).await.unwrap().len()
        };
        assert_eq!(seen(Role::Auditor, COUNTY).await, 3);
        assert_eq!(seen(Role::Auditor, "42").await, 3);
        assert_eq!(seen(Role::Auditor, NEXT).await, 0);
        assert_eq!(seen(Role::Auditor, "421223100").await, 0, "a town's auditor does not see the county's trail");
        assert_eq!(seen(Role::Secretary, COUNTY).await, 0);
    }

    async fn the_page_filters_and_turns(house: House) {
        house.area(COUNTY).await;
        trails(&house).await;
        let scope = house.who(&[house.post(Role::Auditor, COUNTY)]).scope(Right::SeeAudit, house.now());
        let numbers = async |filter: audit::store::Filter, most: i64| {
            let mut tx = house.db().read().await.unwrap();
            let links = audit::store::page(&mut tx, &scope, COUNTY, COUNTY, &filter, most).await.unwrap();
            links.into_iter().map(|link| link.seq).collect::<Vec<_>>()
        };
        let all = audit::store::Filter::default;
        assert_eq!(numbers(all(), 2).await, [5, 4]);
        assert_eq!(numbers(audit::store::Filter { below: Some(4), ..all() }, 9).await, [3, 2, 1]);
        assert_eq!(numbers(audit::store::Filter { before: Some(house.now()), ..all() }, 9).await, [0_i64; 0]);
        assert_eq!(numbers(audit::store::Filter { action: Some("note".into()), ..all() }, 9).await.len(), 5);
        assert_eq!(numbers(audit::store::Filter { subject: Some("other".into()), ..all() }, 9).await, [0_i64; 0]);
    }
}

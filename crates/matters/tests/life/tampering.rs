//! Whoever changes what happened behind the program's back is found by the audit trail.

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::{Action, Context, Result, Tx, Who, sql};
use lianxin_matters::actions::{AddNote, Correct, Report, ReporterNote};
use lianxin_matters::trail::{Flaw, Verdict, verify};
use lianxin_testkit::{House, both_engines};
use serde_json::json;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, OTHER_KEY, VILLAGE};

/// A matter with everything personal, a note between staff and one from the reporter; then another one.
async fn histories(county: &County) -> Uuid {
    let report = Report {
        address: Some("演示路 1 号".into()),
        name: Some("演示人".into()),
        phone: Some("13800000000".into()),
        email: Some("yanshi@example.com".into()),
        ..county.report()
    };
    let id = county.file(&report).await.unwrap().id;
    let app = county.house.app();
    app.act(&county.handlers[0], &county.accept(id)).await.unwrap();
    let note = AddNote {
        matters: &county.matters,
        county: COUNTY.into(),
        id,
        note: "演示：内部备注".into(),
        internal: true,
        photos: Vec::new(),
    };
    app.act(&county.handlers[0], &note).await.unwrap();
    let said = ReporterNote {
        matters: &county.matters,
        county: COUNTY.into(),
        secret: KEY.into(),
        text: "演示：补充一句".into(),
        photos: Vec::new(),
    };
    app.act(&Who::reporter(COUNTY), &said).await.unwrap();
    county.file(&Report { key: Some(OTHER_KEY.into()), ..county.report() }).await.unwrap();
    id
}

async fn verdict(house: &House) -> Verdict {
    let verdicts = verify(house.app()).await.unwrap();
    verdicts.into_iter().find(|verdict| verdict.county == COUNTY).unwrap()
}

/// What is found, without saying in which matter.
async fn found(house: &House) -> Vec<(Option<i64>, Flaw)> {
    verdict(house).await.flaws.iter().map(|found| (found.event, found.flaw)).collect()
}

/// Runs a statement on the database, about this matter.
async fn tamper(house: &House, text: &'static str, matter: Uuid) -> u64 {
    let mut tx = house.db().write().await.unwrap();
    let touched = sql(text).bind(matter).run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    touched
}

/// Every column of an event but its key, with a statement that changes it and one that puts it back.
const EDITS: &[(&str, &str, Flaw)] = &[
    (
        "update matter_event set at = at + 1 where matter = $1 and seq = 3",
        "update matter_event set at = at - 1 where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set kind = 'object' where matter = $1 and seq = 3",
        "update matter_event set kind = 'accept' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set kind = 'nonsense' where matter = $1 and seq = 3",
        "update matter_event set kind = 'accept' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set actor_kind = 'supervisor' where matter = $1 and seq = 3",
        "update matter_event set actor_kind = 'unit' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set actor_name = 'x' where matter = $1 and seq = 3",
        "update matter_event set actor_name = '测试人员' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set unit_name = 'x' where matter = $1 and seq = 3",
        "update matter_event set unit_name = '演示网格' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set unit_name = null where matter = $1 and seq = 3",
        "update matter_event set unit_name = '演示网格' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set level = level - 1 where matter = $1 and seq = 3",
        "update matter_event set level = level + 1 where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set status = 'resolved' where matter = $1 and seq = 3",
        "update matter_event set status = 'accepted' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set detail = '{\"in_time\":false}' where matter = $1 and seq = 3",
        "update matter_event set detail = '{\"in_time\":true}' where matter = $1 and seq = 3",
        Flaw::Changed,
    ),
    (
        "update matter_event set note = 'x' where matter = $1 and seq = 3",
        "update matter_event set note = null where matter = $1 and seq = 3",
        Flaw::Words,
    ),
    (
        "update matter_event set salts = '{\"note\":\"AAAA\"}' where matter = $1 and seq = 3",
        "update matter_event set salts = null where matter = $1 and seq = 3",
        Flaw::Words,
    ),
    (
        "update matter_event set note = 'x' where matter = $1 and seq = 5",
        "update matter_event set note = '演示：补充一句' where matter = $1 and seq = 5",
        Flaw::Words,
    ),
    (
        "update matter_event set note = null where matter = $1 and seq = 5",
        "update matter_event set note = '演示：补充一句' where matter = $1 and seq = 5",
        Flaw::Words,
    ),
];

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    async fn an_honest_history_is_clean(house: House) {
        let county = County::new(&house).await;
        histories(&county).await;
        let third = Report { key: Some("yyy3456789abcdefghjkmnpqrs".into()), ..county.report() };
        let id = county.file(&third).await.unwrap().id;
        let correct = Correct {
            matters: &county.matters,
            county: COUNTY.into(),
            id,
            category: Some("staff-conduct".into()),
            area: Some(VILLAGE.into()),
            lon: None,
            lat: None,
            reason: "演示：放错了类别".into(),
        };
        house.app().act(&county.dispatcher, &correct).await.unwrap();
        let verdict = verdict(&house).await;
        assert_eq!(verdict.flaws, []);
        assert_eq!((verdict.sound, verdict.older, verdict.erased), (10, 0, 0));
        assert!(county.stored(id).await.sealed_text.is_some(), "its words moved");
        let mut tx = house.db().read().await.unwrap();
        let details: Vec<(String,)> = sql("select detail from audit").all(&mut tx).await.unwrap();
        for (detail,) in details {
            assert!(!detail.contains("演示") && !detail.contains("138"), "no words in the trail: {detail}");
        }
    }

    async fn the_edit_of_any_column_of_an_event_is_found(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        for (edit, undo, flaw) in EDITS {
            assert_eq!(tamper(&house, edit, id).await, 1, "{edit}");
            let event = if edit.ends_with('5') { 5 } else { 3 };
            assert!(found(&house).await.contains(&(Some(event), *flaw)), "{edit}: {:?}", found(&house).await);
            assert_eq!(tamper(&house, undo, id).await, 1, "{undo}");
            assert_eq!(found(&house).await, [], "{undo}");
        }
        // Those that no statement alone can put back.
        let mut wrong = 0;
        for (edit, flaw) in [
            ("update matter_event set actor = null where matter = $1 and seq = 3", (3, Flaw::Changed)),
            ("update matter_event set unit = null where matter = $1 and seq = 2", (2, Flaw::Changed)),
            ("update matter_event set sealed_note = null where matter = $1 and seq = 4", (4, Flaw::Words)),
            ("update matter_event set id = $1 where matter = $1 and seq = 1", (1, Flaw::Changed)),
            ("update matter_event set salts = null where matter = $1 and seq = 5", (5, Flaw::Words)),
        ] {
            tamper(&house, edit, id).await;
            wrong += 1;
            let found = found(&house).await;
            assert!(found.contains(&(Some(flaw.0), flaw.1)) && found.len() >= wrong, "{edit}: {found:?}");
        }
    }

    async fn the_edit_of_what_a_matter_says_is_found(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        for (edit, undo) in [
            ("update matter set text = 'x' where id = $1", "update matter set text = '演示：垃圾三天没清了' where id = $1"),
            ("update matter set place = '' where id = $1", "update matter set place = '演示路口' where id = $1"),
            ("update matter set attributes = '{\"a\":1}' where id = $1", "update matter set attributes = '{}' where id = $1"),
        ] {
            tamper(&house, edit, id).await;
            assert_eq!(found(&house).await, [(Some(1), Flaw::Words)], "{edit}");
            tamper(&house, undo, id).await;
            assert_eq!(found(&house).await, [], "{undo}");
        }
        for (edit, undo) in [
            ("update matter set language = 'en' where id = $1", "update matter set language = 'zh-CN' where id = $1"),
            ("update matter set channel = 'phone' where id = $1", "update matter set channel = 'web' where id = $1"),
            ("update matter set created_at = created_at + 1 where id = $1", "update matter set created_at = created_at - 1 where id = $1"),
        ] {
            tamper(&house, edit, id).await;
            assert_eq!(found(&house).await, [(Some(1), Flaw::Changed)], "{edit}");
            tamper(&house, undo, id).await;
            assert_eq!(found(&house).await, [], "{undo}");
        }
        for (edit, undo) in [
            ("update matter set status = 'closed' where id = $1", "update matter set status = 'accepted' where id = $1"),
            ("update matter set status = 'nonsense' where id = $1", "update matter set status = 'accepted' where id = $1"),
            ("update matter set hops = 0 - 1 where id = $1", "update matter set hops = 0 where id = $1"),
            ("update matter set responded_in_time = not responded_in_time where id = $1",
             "update matter set responded_in_time = not responded_in_time where id = $1"),
            ("update matter set number = number || 'x' where id = $1",
             "update matter set number = substr(number, 1, length(number) - 1) where id = $1"),
        ] {
            tamper(&house, edit, id).await;
            assert_eq!(found(&house).await, [(None, Flaw::Matter)], "{edit}");
            tamper(&house, undo, id).await;
            assert_eq!(found(&house).await, [], "{undo}");
        }
        for edit in [
            "update matter set sealed_phone = null where id = $1",
            "update matter set sealed_phone = sealed_email where id = $1",
            "update matter set sealed_name = sealed_phone where id = $1",
        ] {
            tamper(&house, edit, id).await;
            assert_eq!(found(&house).await, [(Some(1), Flaw::Words)], "{edit}");
        }
    }

    async fn removed_moved_and_invented_events_are_found(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        tamper(&house, "update matter_event set seq = 99 where matter = $1 and seq = 4", id).await;
        assert_eq!(found(&house).await[..2], [(Some(99), Flaw::Inserted), (Some(4), Flaw::Removed)]);
        tamper(&house, "update matter_event set seq = 4 where matter = $1 and seq = 99", id).await;
        assert_eq!(found(&house).await, []);

        for step in [
            "update matter_event set seq = 99 where matter = $1 and seq = 3",
            "update matter_event set seq = 3 where matter = $1 and seq = 4",
            "update matter_event set seq = 4 where matter = $1 and seq = 99",
        ] {
            tamper(&house, step, id).await;
        }
        let swapped = found(&house).await;
        assert!(swapped.contains(&(Some(3), Flaw::Changed)) && swapped.contains(&(Some(4), Flaw::Changed)), "{swapped:?}");
        for step in [
            "update matter_event set seq = 99 where matter = $1 and seq = 3",
            "update matter_event set seq = 3 where matter = $1 and seq = 4",
            "update matter_event set seq = 4 where matter = $1 and seq = 99",
        ] {
            tamper(&house, step, id).await;
        }
        assert_eq!(found(&house).await, []);

        let moved = "update matter_event set matter = (select m.id from matter m where m.id <> $1), seq = 7 \
                     where matter = $1 and seq = 5";
        tamper(&house, moved, id).await;
        let found = found(&house).await;
        assert!(found.contains(&(Some(5), Flaw::Removed)) && found.contains(&(Some(7), Flaw::Inserted)), "{found:?}");
    }

    async fn a_removed_event_and_a_removed_matter_are_found(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        tamper(&house, "delete from matter_event where matter = $1 and seq = 5", id).await;
        assert_eq!(found(&house).await, [(Some(5), Flaw::Removed), (None, Flaw::Matter)]);
        tamper(&house, "delete from matter_event where matter = $1", id).await;
        tamper(&house, "delete from matter where id = $1", id).await;
        let verdict = verdict(&house).await;
        assert_eq!(verdict.flawed, 5);
        assert!(verdict.flaws.iter().all(|found| found.matter == id.to_string() && found.flaw == Flaw::Removed));
    }

    async fn an_invented_event_and_an_invented_matter_are_found(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        let event = "insert into matter_event (county, matter, seq, id, at, kind, actor_kind, actor_name, status, detail) \
                     select county, matter, 6, matter, at, kind, actor_kind, actor_name, status, detail \
                     from matter_event where matter = $1 and seq = 3";
        tamper(&house, event, id).await;
        assert!(found(&house).await.contains(&(Some(6), Flaw::Inserted)));
        tamper(&house, "delete from matter_event where matter = $1 and seq = 6", id).await;
        assert_eq!(found(&house).await, []);
        // A matter that nobody reported: the copy of another under an id of its own.
        let matter = "insert into matter (county, id, number, secret, category, text, place, attributes, channel, language, \
                      area, path, status, created_at, hops, reopened, objections, events, version) \
                      select m.county, e.id, 'x', m.sealed_name, m.category, m.text, m.place, m.attributes, m.channel, \
                      m.language, m.area, m.path, m.status, m.created_at, 0, 0, 0, 0, 1 from matter m \
                      join matter_event e on e.matter = m.id and e.seq = 1 where m.id = $1";
        tamper(&house, matter, id).await;
        assert_eq!(found(&house).await, [(None, Flaw::Matter)]);
    }

    /// Words may have to go one day: with their salt, and with an entry that says so.
    async fn words_erased_with_an_entry_are_no_edit(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        tamper(&house, "update matter_event set note = null, salts = null where matter = $1 and seq = 5", id).await;
        tamper(&house, "update matter_event set sealed_note = null where matter = $1 and seq = 4", id).await;
        assert_eq!(found(&house).await, [(Some(4), Flaw::Words), (Some(5), Flaw::Words)]);
        house.app().act(&county.supervisor, &SayErased { id, event: 5, words: "note" }).await.unwrap();
        house.app().act(&county.supervisor, &SayErased { id, event: 4, words: "note" }).await.unwrap();
        assert_eq!(found(&house).await, [(Some(4), Flaw::Words)], "the entry names other words");
        house.app().act(&county.supervisor, &SayErased { id, event: 4, words: "sealed-note" }).await.unwrap();
        assert_eq!(found(&house).await, [(Some(4), Flaw::Words)], "the salt was left behind");
        tamper(&house, "update matter_event set salts = null where matter = $1 and seq = 4", id).await;
        let verdict = verdict(&house).await;
        assert_eq!((verdict.flaws.len(), verdict.erased), (0, 2));
    }

    async fn events_from_before_are_compared_as_far_as_they_can_be(house: House) {
        let county = County::new(&house).await;
        let id = histories(&county).await;
        as_before(&house).await;
        let verdict = verdict(&house).await;
        assert_eq!((verdict.flaws.len(), verdict.sound, verdict.older), (0, 0, 7));
        let edits = [
            ("update matter_event set at = at + 1 where matter = $1 and seq = 4", true),
            ("update matter_event set kind = 'resume' where matter = $1 and seq = 4", true),
            ("update matter_event set actor_name = 'x' where matter = $1 and seq = 4", true),
            ("update matter_event set status = 'resolved' where matter = $1 and seq = 4", true),
            ("update matter_event set unit = null where matter = $1 and seq = 4", true),
            ("update matter_event set salts = '{}' where matter = $1 and seq = 4", true),
            ("update matter_event set sealed_note = null where matter = $1 and seq = 4", false),
        ];
        for (edit, is_found) in edits {
            let mut tx = house.db().write().await.unwrap();
            sql(edit).bind(id).run(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(found(&house).await.contains(&(Some(4), Flaw::Changed)), is_found, "{edit}");
            let mut tx = house.db().write().await.unwrap();
            let back = "update matter_event set at = (select a.at from audit a where a.action = 'matter-note' and a.actor is not null), \
                        kind = 'note', actor_name = '测试人员', status = 'accepted', salts = null, \
                        unit = (select m.unit from matter m where m.id = $1) where matter = $1 and seq = 4";
            sql(back).bind(id).run(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        tamper(&house, "delete from matter_event where matter = $1 and seq = 5", id).await;
        assert_eq!(found(&house).await, [(Some(5), Flaw::Removed), (None, Flaw::Matter)]);
    }
}

/// Puts on record that words of an event were erased.
struct SayErased {
    id: Uuid,
    event: i64,
    words: &'static str,
}

impl Action for SayErased {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let entry = Entry::new(cx.who, COUNTY, "matter-erase-words", "matter", self.id);
        tx.audit(entry.detail(json!({ "event": self.event, "words": [self.words] })));
        Ok(())
    }
}

/// Writes the whole trail again as a program before this one would have.
async fn as_before(house: &House) {
    let mut tx = house.db().write().await.unwrap();
    let links = audit::store::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
    sql("delete from audit").run(&mut tx).await.unwrap();
    sql("update audit_head set hash = $1, seq = 0").bind(vec![0_u8; 32]).run(&mut tx).await.unwrap();
    sql("update matter_event set salts = null").run(&mut tx).await.unwrap();
    for mut link in links {
        let mut detail: serde_json::Value = serde_json::from_str(&link.detail).unwrap();
        if let Some(detail) = detail.as_object_mut() {
            detail.remove("facts");
            detail.remove("words");
        }
        link.detail = detail.to_string();
        audit::store::insert_link(&mut tx, &link).await.unwrap();
    }
    tx.commit().await.unwrap();
}

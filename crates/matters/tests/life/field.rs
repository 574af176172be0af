//! What a phone without signal sends late.

use lianxin_foundation::action::Made;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{App, Role, audit, sql};
use lianxin_matters::actions::{Caught, Deferred, FieldStep, Report, Withdraw, catch_up};
use lianxin_matters::model::{Matter, Party, Status};
use lianxin_matters::rules::{self, Step};
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, OTHER_KEY, code, reporter};

fn deferred(county: &County, matter: Uuid, id: u128, step: FieldStep, words: &str) -> Deferred {
    Deferred {
        county: COUNTY.into(),
        matter,
        made: Made { id: Uuid::from_u128(id), at: county.house.now() - 3_600_000_000 },
        step,
        words: words.into(),
        internal: false,
        photos: Vec::new(),
    }
}

/// What became of it, and the matter.
fn told(arrival: Caught) -> (&'static str, Matter) {
    match arrival {
        Caught::Done(matter) => ("done", matter),
        Caught::Already(matter) => ("already", matter),
        Caught::Noted(matter) => ("merged", matter),
    }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// The phone never heard the answer and sends again, eight times at once.
    async fn what_is_sent_again_happens_once(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let accept = deferred(&county, id, 7, FieldStep::Accept, "下午去看");
        let mut sendings = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (app, who, matters) = (house.app().clone(), county.handlers[0].clone(), county.matters.clone());
            let accept = deferred(&county, id, 7, accept.step, &accept.words);
            sendings.spawn(async move { told(catch_up(&app, &who, &matters, &accept).await.unwrap()).0 });
        }
        let mut outcomes = sendings.join_all().await;
        outcomes.sort_unstable();
        assert_eq!(outcomes, [["already"; 7].as_slice(), &["done"]].concat());
        let events = county.events(id).await;
        assert_eq!(events.iter().filter(|event| event.id == Uuid::from_u128(7)).count(), 1);
        let event = events.last().unwrap();
        assert_eq!((event.kind, event.detail.made_at), (Step::Accept, Some(accept.made.at)));
        county.check_log(id).await;
        let verdicts = audit::verify(house.db(), house.app().vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// A colleague was quicker: the step is not taken twice, the words are kept.
    async fn what_was_overtaken_becomes_a_note(house: House) {
        let county = County::new(&house).await;
        let id = county.accepted().await;
        let send = |entry: Deferred| {
            let county = &county;
            async move { catch_up(house_app(county), &county.handlers[0], &county.matters, &entry).await }
        };
        let (outcome, matter) = told(send(deferred(&county, id, 8, FieldStep::Accept, "我也到了现场")).await.unwrap());
        assert_eq!((outcome, matter.status), ("merged", Status::Accepted));
        let (outcome, _) = told(send(deferred(&county, id, 8, FieldStep::Accept, "我也到了现场")).await.unwrap());
        assert_eq!(outcome, "already");
        let events = county.events(id).await;
        let last = events.last().unwrap();
        assert_eq!((last.kind, last.note.as_deref()), (Step::Note, Some("我也到了现场")));
        // Nothing was said: there is nothing to keep, and the phone is told how it stands.
        assert_eq!(code(send(deferred(&county, id, 9, FieldStep::Accept, "")).await), "matter-step-now");
        county.check_log(id).await;
    }

    /// What cannot be taken at all is refused, and nothing of it is written.
    async fn what_is_refused_leaves_nothing(house: House) {
        let county = County::new(&house).await;
        let (id, other) = (county.accepted().await, county.file(&Report { key: Some(OTHER_KEY.into()), ..county.report() }).await.unwrap().id);
        let before = county.events(id).await.len();
        let (app, matters) = (house.app(), &county.matters);
        let worker = &county.handlers[0];
        for (entry, refusal) in [
            (deferred(&county, id, 10, FieldStep::Resolve, ""), "matter-note-missing"),
            (deferred(&county, id, 10, FieldStep::Note, ""), "matter-note-missing"),
            (deferred(&county, id, 10, FieldStep::Note, "请看{name}"), "matter-note-unfilled"),
            (Deferred { county: "421202".into(), ..deferred(&county, id, 10, FieldStep::Note, "有话") }, "problem-not-found"),
        ] {
            assert_eq!(code(catch_up(app, worker, matters, &entry).await), refusal);
        }
        // Somebody of another unit does not see it.
        let stranger = deferred(&county, id, 10, FieldStep::Note, "有话");
        let elsewhere = house.who(&[Post { organisation: Some(county.units[3]), ..house.post(Role::UnitHandler, COUNTY) }]);
        assert_eq!(code(catch_up(app, &elsewhere, matters, &stranger).await), "problem-not-found");
        assert_eq!(county.events(id).await.len(), before);
        // An id that is another matter's event is not ours to use, and says nothing of that matter.
        catch_up(app, worker, matters, &deferred(&county, other, 11, FieldStep::Note, "有话")).await.unwrap();
        assert_eq!(code(catch_up(app, worker, matters, &deferred(&county, id, 11, FieldStep::Note, "有话")).await), "problem-not-found");
        // Over is over: the phone keeps the words.
        let withdraw = Withdraw { matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        app.act(&reporter(), &withdraw).await.unwrap();
        assert_eq!(code(catch_up(app, worker, matters, &deferred(&county, id, 12, FieldStep::Resolve, "修好了")).await), "matter-step-now");
        let mut tx = house.db().read().await.unwrap();
        let twelve: i64 = sql("select count(*) from matter_event where id = $1").bind(Uuid::from_u128(12)).scalar(&mut tx).await.unwrap();
        assert_eq!(twelve, 0);
    }
}

/// What only somebody at a desk may do has no name that a phone could send.
#[test]
fn a_phone_takes_no_other_steps() {
    for step in Step::ALL {
        let known = FieldStep::from_code(step.code()).map(FieldStep::step);
        assert_eq!(
            known,
            [Step::Accept, Step::Resolve, Step::Ask, Step::Note].contains(&step).then_some(step)
        );
    }
}

fn house_app(county: &County) -> &App {
    county.house.app()
}

/// The rows sent to a phone decide as the program does, wherever a matter stands and whoever asks.
#[test]
fn the_rows_on_the_phone_are_the_table() {
    let rows = rules::rows();
    let holds = |list: &serde_json::Value, code: &str| list.as_array().unwrap().iter().any(|one| one == code);
    for status in Status::ALL {
        for step in Step::ALL.into_iter().filter(|step| *step != Step::Report) {
            for party in Party::ALL {
                let row = rows.as_array().unwrap().iter().find(|row| {
                    row["step"] == step.code()
                        && holds(&row["by"], party.code())
                        && holds(&row["from"], status.code())
                });
                let to = row.map(|row| row["to"].as_str().unwrap_or(status.code()));
                assert_eq!(
                    to,
                    rules::advance(status, step, party).ok().map(Status::code),
                    "{step:?} {status:?}"
                );
            }
        }
    }
}

//! Random people try random steps: the table's verdict is the action's, nothing is lost, nothing twice.

use lianxin_foundation::clock::HOUR;
use lianxin_foundation::{Error, Result, Who};
use lianxin_matters::actions::{
    AddNote, Ask, CallBack, Correct, Dismiss, Dispatch, HandOver, Object, Pause, ReporterAnswer,
    ReporterConfirm, ReporterNote, Resume, Tick, Withdraw, parties,
};
use lianxin_matters::figures::recompute::recompute;
use lianxin_matters::model::{Matter, Party};
use lianxin_matters::rules::{Step, advance, steps, steps_of};
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, reporter};

/// How many steps are tried on each engine.
const STEPS: usize = 400;

/// A small, repeatable source of choices (a linear congruential generator, Knuth's constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Lets `who` try `step`; the reporter does so by the link.
async fn attempt(county: &County, who: &Who, step: Step, matter: &Matter, dice: &mut Dice) -> Result<Matter> {
    let (app, matters, id) = (county.house.app(), &county.matters, matter.id);
    let (at, secret) = (COUNTY.to_owned(), KEY.to_owned());
    let other = |dice: &mut Dice| {
        let others: Vec<Uuid> = county.units.into_iter().filter(|unit| Some(*unit) != matter.unit).collect();
        dice.one(&others)
    };
    let words = || "演示的话".to_owned();
    if who.account.is_none() {
        return match step {
            Step::Answer => {
                app.act(who, &ReporterAnswer { matters, county: at, secret, text: words(), photos: vec![] })
                    .await
            }
            Step::Note => {
                app.act(who, &ReporterNote { matters, county: at, secret, text: words(), photos: vec![] })
                    .await
            }
            Step::Withdraw => app.act(who, &Withdraw { matters, county: at, secret, reason: words() }).await,
            Step::ConfirmSolved | Step::ConfirmUnsolved => {
                let solved = step == Step::ConfirmSolved;
                let satisfied = dice.one(&[None, Some(true), Some(false)]);
                app.act(
                    who,
                    &ReporterConfirm { matters, county: at, secret, solved, satisfied, comment: words() },
                )
                .await
            }
            Step::Report
            | Step::Dispatch
            | Step::Accept
            | Step::Object
            | Step::Ask
            | Step::Pause
            | Step::Resume
            | Step::HandOver
            | Step::Climb
            | Step::Idle
            | Step::Resolve
            | Step::TimeOut
            | Step::Dismiss
            | Step::Correct
            | Step::Merge
            | Step::Part
            | Step::Gather
            | Step::LetGo
            | Step::Whistle
            | Step::Arrive
            | Step::CallOff
            | Step::Mediate
            | Step::Agree
            | Step::FailMediation => unreachable!("the walk lets no reporter take {step:?}"),
        };
    }
    match step {
        Step::Dispatch => {
            app.act(who, &Dispatch { matters, county: at, id, unit: other(dice), note: words() }).await
        }
        Step::Accept => app.act(who, &county.accept(id)).await,
        Step::Object => {
            app.act(who, &Object { matters, county: at, id, reason: "not-our-area".into(), note: words() })
                .await
        }
        Step::Ask => app.act(who, &Ask { matters, county: at, id, question: words() }).await,
        Step::Pause => app.act(who, &Pause { matters, county: at, id, reason: words() }).await,
        Step::Resume => app.act(who, &Resume { matters, county: at, id, reason: words() }).await,
        Step::HandOver => {
            app.act(who, &HandOver { matters, county: at, id, unit: other(dice), reason: words() }).await
        }
        Step::Resolve => app.act(who, &county.resolve(id)).await,
        Step::Dismiss => app.act(who, &Dismiss { matters, county: at, id, reason: words() }).await,
        Step::Correct => {
            let category =
                Some(if matter.category == "garbage" { "street-stall" } else { "garbage" }.to_owned());
            app.act(
                who,
                &Correct {
                    matters,
                    county: at,
                    id,
                    category,
                    area: None,
                    lon: None,
                    lat: None,
                    reason: words(),
                },
            )
            .await
        }
        Step::ConfirmSolved | Step::ConfirmUnsolved => {
            let solved = step == Step::ConfirmSolved;
            app.act(who, &CallBack { matters, county: at, id, solved, satisfied: None, comment: words() })
                .await
        }
        Step::Note => {
            app.act(
                who,
                &AddNote {
                    matters,
                    county: at,
                    id,
                    note: words(),
                    internal: dice.below(2) == 0,
                    photos: vec![],
                },
            )
            .await
        }
        Step::Report
        | Step::Answer
        | Step::Climb
        | Step::Idle
        | Step::TimeOut
        | Step::Withdraw
        | Step::Merge
        | Step::Part
        | Step::Gather
        | Step::LetGo
        | Step::Whistle
        | Step::Arrive
        | Step::CallOff
        | Step::Mediate
        | Step::Agree
        | Step::FailMediation => {
            unreachable!("{step:?} is none of `of_staff`")
        }
    }
}

/// Every step the table lets the reporter take on one matter alone.
fn of_reporter() -> Vec<Step> {
    steps_of(Party::Reporter).into_iter().filter(|step| *step != Step::Part).collect()
}

/// Steps that need more than the matter: another one to merge it with, a unit to call, a dispute with its parties. They have
/// stories of their own, in `twins`, `whistle` and `disputes`.
const NEED_MORE: [Step; 8] = [
    Step::Merge,
    Step::Part,
    Step::Whistle,
    Step::Arrive,
    Step::CallOff,
    Step::Mediate,
    Step::Agree,
    Step::FailMediation,
];

/// Every step the table lets somebody of the house take on one matter alone.
fn of_staff() -> Vec<Step> {
    let house = [Party::Unit, Party::Dispatcher, Party::Supervisor, Party::Staff];
    let theirs: Vec<Vec<Step>> = house.into_iter().map(steps_of).collect();
    let may = |step: &Step| theirs.iter().any(|steps| steps.contains(step)) && !NEED_MORE.contains(step);
    Step::ALL.into_iter().filter(may).collect()
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Hundreds of attempts by everybody, the clock among them.
    async fn nothing_is_lost_and_nothing_happens_twice(house: House) {
        let county = County::new(&house).await;
        let (by_staff, by_reporter) = (of_staff(), of_reporter());
        let mut dice = Dice(20_261_122);
        let mut id = county.filed().await;
        let (mut taken, mut seen) = (0, std::collections::BTreeSet::new());
        for _ in 0..STEPS {
            house.clock().set(house.now() + dice.below(30) as i64 * HOUR / 3);
            let before = county.stored(id).await;
            seen.insert(before.status);
            if before.status.is_over() {
                // Another begins where this one ended; its link is free again.
                let mut tx = house.db().write().await.unwrap();
                lianxin_foundation::sql("update matter set secret = $2 where id = $1")
                    .bind(id).bind(id.as_bytes().to_vec()).run(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
                id = county.filed().await;
                continue;
            }
            if dice.below(6) == 0 {
                let tick = Tick { matters: &county.matters, county: COUNTY.into(), id };
                let step = house.app().act(&Who::program(COUNTY), &tick).await.unwrap();
                assert_eq!(step.is_some(), before.next_due.is_some_and(|due| due <= house.now()));
            } else {
                let who = match dice.below(8) {
                    at @ 0..=3 => county.handlers[at].clone(),
                    4 => county.dispatcher.clone(),
                    5 => county.supervisor.clone(),
                    _ => reporter(),
                };
                let by_link = who.account.is_none();
                let parties = if by_link { vec![Party::Reporter] } else { parties(&before, &who, house.now()) };
                // Mostly something that moves it on, so that walks go far; else anything at all.
                let mut onward: Vec<Step> = parties.iter().flat_map(|party| steps(before.status, *party)).collect();
                onward.retain(|step| !matches!(step, Step::Withdraw | Step::Dismiss | Step::Note) && !NEED_MORE.contains(step));
                let step = match onward.as_slice() {
                    [_, ..] if dice.below(4) > 0 => dice.one(&onward),
                    _ if by_link => dice.one(&by_reporter),
                    _ => dice.one(&by_staff),
                };
                let possible = parties.iter().find_map(|party| advance(before.status, step, *party).ok());
                let done = attempt(&county, &who, step, &before, &mut dice).await;
                match (possible, done) {
                    (Some(to), Ok(after)) => {
                        assert_eq!(after.status, to, "{step:?} from {:?}", before.status);
                        assert_eq!(after, county.stored(id).await, "what is given is what is stored");
                        assert_eq!(after.events, before.events + 1);
                        taken += 1;
                    }
                    (None, Err(Error::Refused(_))) => assert_eq!(county.stored(id).await, before, "a refusal leaves no trace"),
                    (possible, done) => panic!("{step:?} from {:?} as {parties:?}: {possible:?}, {done:?}", before.status),
                }
            }
            county.check_log(id).await;
        }
        assert!(taken > STEPS / 8, "only {taken} steps were taken");
        assert!(seen.len() >= 8, "only {seen:?} were reached");
        let differed = lianxin_matters::figures::sums::recount(house.app()).await.unwrap();
        assert_eq!(differed, 0, "the sums kept at every step are what counting all matters gives");
        let [again] = recompute(house.app()).await.unwrap().try_into().unwrap();
        assert_eq!(again.differences, [], "replaying the log gives what pages show");
        assert!(again.matters as usize > seen.len() / 2 && again.events as usize > taken, "{again:?}");
        let verdicts = lianxin_foundation::audit::verify(house.db(), house.app().vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()));
    }
}

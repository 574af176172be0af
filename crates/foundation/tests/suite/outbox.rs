//! Letters are sent once, tried again with growing waits, and given to an administrator when nothing helps.

use std::sync::Mutex;

use lianxin_foundation::clock::{HOUR, MINUTE};
use lianxin_foundation::outbox::worker::{GiveUp, TryAgain, send_due};
use lianxin_foundation::outbox::{
    Address, Carrier, Channel, Letter, Message, Outcome, Writer, derived, rules, store,
};
use lianxin_foundation::{App, Micros, Result, Right, Role, sql};
use lianxin_testkit::{House, both_engines, path_of};
use uuid::Uuid;

/// Says how many things there are, to whoever it is.
struct Words;

impl Writer for Words {
    async fn write(&self, _: &App, letters: &[Letter]) -> Result<Option<(Address, Message)>> {
        let message = Message {
            id: Uuid::nil(),
            subject: letters[0].kind.clone(),
            text: letters.len().to_string(),
            link: String::new(),
            urgent: letters[0].urgent,
        };
        Ok(Some((Address::Email("somebody@county.example".into()), message)))
    }

    async fn forget(&self, _: &App, _: &Letter) -> Result<()> {
        Ok(())
    }
}

/// A postman who answers as told and keeps what he carried.
struct Postman {
    answer: Outcome,
    carried: Mutex<Vec<Message>>,
}

impl Postman {
    fn who(answer: Outcome) -> Postman {
        Postman { answer, carried: Mutex::default() }
    }

    fn carried(&self) -> Vec<Message> {
        self.carried.lock().unwrap().clone()
    }
}

impl Carrier for Postman {
    async fn carry(&self, _: Channel, _: &Address, message: &Message) -> Outcome {
        self.carried.lock().unwrap().push(message.clone());
        tokio::task::yield_now().await;
        self.answer.clone()
    }
}

fn letter(number: u32, channel: Channel, due_at: Micros) -> Letter {
    Letter {
        county: "421223".into(),
        destination: derived(&["somebody"]),
        event: derived(&["event", &number.to_string()]),
        channel: channel.code().into(),
        holder: "account".into(),
        holder_id: derived(&["somebody"]),
        kind: "arrived".into(),
        matter_county: "421223".into(),
        matter: derived(&["matter"]),
        path: path_of("421223100001"),
        language: "zh-CN".into(),
        urgent: false,
        at: due_at,
        due_at,
        expires_at: due_at + rules::WORTH,
        message: None,
        attempts: 0,
    }
}

async fn put(house: &House, letters: &[Letter]) {
    let mut tx = house.db().write().await.unwrap();
    for letter in letters {
        assert!(store::put(&mut tx, letter).await.unwrap());
        assert!(!store::put(&mut tx, letter).await.unwrap(), "written once");
    }
    tx.commit().await.unwrap();
}

/// Each letter's state, when it is due and how often it was tried.
async fn states(house: &House) -> Vec<(String, Micros, i64)> {
    let mut tx = house.db().read().await.unwrap();
    sql("select state, due_at, attempts from letter order by at, event").all(&mut tx).await.unwrap()
}

async fn send(house: &House, postman: &Postman) -> usize {
    send_due(house.app(), &Words, postman).await.unwrap()
}

both_engines! {
    async fn what_waits_for_one_person_leaves_as_one_message(house: House) {
        let now = house.now();
        put(&house, &[letter(1, Channel::Email, now), letter(2, Channel::Email, now + 5 * MINUTE), letter(3, Channel::Sms, now)]).await;
        let postman = Postman::who(Outcome::Sent);
        assert_eq!(send(&house, &postman).await, 2, "one by each channel");
        let mut said: Vec<String> = postman.carried().into_iter().map(|message| message.text).collect();
        said.sort();
        assert_eq!(said, ["1", "2"]);
        house.clock().set(now + HOUR);
        assert_eq!(send(&house, &postman).await, 0, "never twice");
    }

    /// What must go at once goes alone: the rest is held back for the morning.
    async fn urgent_news_does_not_take_the_rest_along(house: House) {
        let now = house.now();
        put(&house, &[letter(1, Channel::Email, now + HOUR), Letter { urgent: true, ..letter(2, Channel::Email, now) }]).await;
        let postman = Postman::who(Outcome::Sent);
        assert_eq!(send(&house, &postman).await, 1);
        assert_eq!(postman.carried()[0].text, "1");
        house.clock().set(now + HOUR);
        assert_eq!(send(&house, &postman).await, 1);
    }

    async fn several_programs_send_each_message_once(house: House) {
        let now = house.now();
        let letters: Vec<Letter> = (0..30)
            .map(|number| Letter { destination: derived(&[&number.to_string()]), ..letter(number, Channel::Sms, now) })
            .collect();
        put(&house, &letters).await;
        let postman = Postman::who(Outcome::Sent);
        let (one, two, three) = tokio::join!(send(&house, &postman), send(&house, &postman), send(&house, &postman));
        let mut rest = 0;
        // On PostgreSQL two may reach for one at once, and one of them leaves it for the next round.
        while rest < 30 && one + two + three + rest < 30 {
            rest += send(&house, &postman).await;
        }
        assert_eq!(one + two + three + rest, 30);
        let mut ids: Vec<Uuid> = postman.carried().iter().map(|message| message.id).collect();
        assert_eq!(ids.len(), 30, "nothing was carried twice");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 30);
    }

    async fn it_is_tried_again_with_growing_waits_under_the_same_id(house: House) {
        let start = house.now();
        put(&house, &[letter(1, Channel::Sms, start)]).await;
        let postman = Postman::who(Outcome::Later("http-503".into(), None));
        let (mut last, mut wait) = (start, 0);
        for attempt in 1..=8 {
            assert_eq!(send(&house, &postman).await, 0);
            let (state, due, attempts) = states(&house).await.remove(0);
            assert_eq!(attempts, attempt);
            if attempt == 8 {
                assert_eq!(state, "dead", "after a day and more");
                break;
            }
            assert_eq!(state, "waiting");
            assert!(due - last > wait, "attempt {attempt} waits longer than the one before");
            (wait, last) = (due - last, due);
            house.clock().set(due - 1);
            assert_eq!(send(&house, &postman).await, 0);
            assert_eq!(states(&house).await[0].2, attempts, "not before its time");
            house.clock().set(due);
        }
        let ids: Vec<Uuid> = postman.carried().iter().map(|message| message.id).collect();
        assert!(ids.len() == 8 && ids.iter().all(|id| *id == ids[0]), "one id for all attempts");
    }

    /// Whoever took it went away: what knows repeats is sent again, what does not is for a person to decide.
    async fn a_program_that_dies_in_the_middle_doubles_nothing(house: House) {
        let now = house.now();
        put(&house, &[letter(1, Channel::Email, now), letter(2, Channel::Sms, now)]).await;
        let mut tx = house.db().write().await.unwrap();
        sql("update letter set message = $1, leased_until = $2, attempts = 1 where channel = 'email'")
            .bind(derived(&["begun"])).bind(now + rules::LEASE).run(&mut tx).await.unwrap();
        sql("update letter set message = $1, leased_until = $2, attempts = 1 where channel = 'sms'")
            .bind(derived(&["begun too"])).bind(now + rules::LEASE).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let postman = Postman::who(Outcome::Sent);
        assert_eq!(send(&house, &postman).await, 0, "somebody is at it");
        house.clock().set(now + rules::LEASE);
        assert_eq!(send(&house, &postman).await, 1);
        assert_eq!(postman.carried()[0].id, derived(&["begun"]), "under the id it had");
        let states: Vec<String> = states(&house).await.into_iter().map(|row| row.0).collect();
        assert!(states.contains(&"sent".to_owned()) && states.contains(&"dead".to_owned()), "{states:?}");
    }

    async fn what_is_unclear_is_repeated_only_where_repeats_are_known(house: House) {
        let now = house.now();
        put(&house, &[letter(1, Channel::Email, now), letter(2, Channel::WeCom, now)]).await;
        send(&house, &Postman::who(Outcome::Unclear("no-answer".into()))).await;
        let mut tx = house.db().read().await.unwrap();
        let rows: Vec<(String, String)> =
            sql("select channel, state from letter order by channel").all(&mut tx).await.unwrap();
        assert_eq!(rows, [("email".into(), "waiting".into()), ("wecom".into(), "dead".into())]);
    }

    async fn news_that_is_too_old_is_not_sent(house: House) {
        put(&house, &[letter(1, Channel::Email, house.now())]).await;
        house.clock().set(house.now() + rules::WORTH);
        let postman = Postman::who(Outcome::Sent);
        assert_eq!(send(&house, &postman).await, 0);
        assert!(postman.carried().is_empty() && states(&house).await[0].0 == "dropped");
    }

    /// Only who keeps the place of the matter sees what could not be sent, tries again, or gives it up.
    async fn an_administrator_decides_what_could_not_be_sent(house: House) {
        let now = house.now();
        put(&house, &[letter(1, Channel::Sms, now)]).await;
        send(&house, &Postman::who(Outcome::Refused("http-401".into()))).await;
        let admin = house.who(&[house.post(Role::Administrator, "421223")]);
        let other = house.who(&[house.post(Role::Administrator, "421202")]);
        let clerk = house.who(&[house.post(Role::Dispatcher, "421223")]);
        let mut tx = house.db().read().await.unwrap();
        let stuck = store::stuck(&mut tx, &admin.scope(Right::Manage, now), 10).await.unwrap().remove(0);
        assert_eq!((stuck.why.as_str(), stuck.things, stuck.attempts), ("http-401", 1, 1));
        assert!(store::stuck(&mut tx, &other.scope(Right::Manage, now), 10).await.unwrap().is_empty());
        drop(tx);
        let again = || TryAgain { county: stuck.county.clone(), message: stuck.message };
        for stranger in [&other, &clerk] {
            let refused = house.app().act(stranger, &again()).await.unwrap_err();
            assert_eq!(refused.code(), Some("problem-not-found"));
            let give_up = GiveUp { county: stuck.county.clone(), message: stuck.message };
            assert_eq!(house.app().act(stranger, &give_up).await.unwrap_err().code(), Some("problem-not-found"));
        }
        house.app().act(&admin, &again()).await.unwrap();
        assert_eq!(house.app().act(&admin, &again()).await.unwrap_err().code(), Some("problem-not-found"), "not stuck any more");
        send(&house, &Postman::who(Outcome::Refused("http-401".into()))).await;
        let give_up = GiveUp { county: stuck.county.clone(), message: stuck.message };
        house.app().act(&admin, &give_up).await.unwrap();
        assert_eq!(states(&house).await[0].0, "dropped");
        let mut tx = house.db().read().await.unwrap();
        let audited: i64 = sql("select count(*) from audit where action in ('letter-again', 'letter-drop')").scalar(&mut tx).await.unwrap();
        assert_eq!(audited, 2);
    }
}

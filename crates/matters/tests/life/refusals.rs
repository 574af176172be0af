//! Who may not, and when not.

use lianxin_foundation::scope::Post;
use lianxin_foundation::{Role, Who, sql};
use lianxin_matters::actions::{
    AddNote, Ask, CallBack, Correct, Dismiss, Dispatch, HandOver, MOST_TEXT, Object, Pause, Report,
    ReporterAnswer, ReporterConfirm, ReporterNote, Resolve, Resume, Withdraw,
};
use lianxin_matters::model::Channel;
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, OTHER_KEY, code, reporter};

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Out of scope is not there at all; in scope but not theirs is said so.
    async fn what_is_not_theirs(house: House) {
        let county = County::new(&house).await;
        let (app, matters, id) = (house.app(), &county.matters, county.filed().await);
        let stranger = house.who(&[house.post(Role::Supervisor, "421202")]);
        for who in [&stranger, &house.who(&[]), &reporter(), &county.handlers[3]] {
            assert_eq!(code(app.act(who, &county.accept(id)).await), "problem-not-found", "{}", who.name);
        }
        assert_eq!(code(app.act(&county.supervisor, &county.accept(id)).await), "matter-step-party");
        assert_eq!(code(app.act(&county.supervisor, &county.accept(Uuid::nil())).await), "problem-not-found");
        let secretary = house.who(&[house.post(Role::Secretary, COUNTY)]);
        let note = AddNote { matters, county: COUNTY.into(), id, note: "看过".into(), internal: false, photos: vec![] };
        assert_eq!(code(app.act(&secretary, &note).await), "matter-step-party");
        let send = Dispatch { matters, county: COUNTY.into(), id, unit: county.units[1], note: String::new() };
        assert_eq!(code(app.act(&county.handlers[0], &send).await), "matter-step-party");
        let past = Post { to: Some(house.now()), ..county.handlers[0].posts[0].clone() };
        let former = Who { posts: vec![past], ..county.handlers[0].clone() };
        assert_eq!(code(app.act(&former, &county.accept(id)).await), "problem-not-found", "a post that ended counts no more");
        assert_eq!(county.events(id).await.len(), 2, "nothing was written");
    }

    /// A step out of turn tells how the matter stands, in every language.
    async fn what_cannot_be_done_now(house: House) {
        let county = County::new(&house).await;
        let (app, id) = (house.app(), county.accepted().await);
        let Err(lianxin_foundation::Error::Refused(problem)) = app.act(&county.handlers[0], &county.accept(id)).await else {
            panic!("taken twice");
        };
        assert_eq!((problem.code, problem.kind.status()), ("matter-step-now", 409));
        assert_eq!(problem.args, [("status", "accepted".to_owned())]);
        for language in lianxin_foundation::i18n::Language::ALL {
            let words = app.locales().speak(language);
            let (said, status) = (words.problem(&problem), words.t("status-accepted"));
            assert!(said.contains(&status) && !said.contains('{'), "{said}");
        }
    }

    /// Words that are missing, too long or left unfilled.
    async fn what_must_be_said(house: House) {
        let county = County::new(&house).await;
        let (app, matters, id) = (house.app(), &county.matters, county.accepted().await);
        let (handler, boss) = (&county.handlers[0], &county.supervisor);
        let (county_code, unit) = (COUNTY.to_owned(), county.units[1]);
        let c = || county_code.clone();
        let resolve = |reply: &str| Resolve { reply: reply.into(), ..county.resolve(id) };
        assert_eq!(code(app.act(handler, &resolve(" ")).await), "matter-note-missing");
        assert_eq!(code(app.act(handler, &resolve("{when}已清理")).await), "matter-note-unfilled");
        assert_eq!(code(app.act(handler, &resolve(&"长".repeat(MOST_TEXT + 1))).await), "matter-text-long");
        assert_eq!(code(app.act(handler, &Ask { matters, county: c(), id, question: String::new() }).await), "matter-note-missing");
        assert_eq!(code(app.act(boss, &Pause { matters, county: c(), id, reason: String::new() }).await), "matter-reason-missing");
        assert_eq!(code(app.act(handler, &Resume { matters, county: c(), id, reason: String::new() }).await), "matter-reason-missing");
        assert_eq!(code(app.act(boss, &Dismiss { matters, county: c(), id, reason: String::new() }).await), "matter-reason-missing");
        let object = |reason: &str| Object { matters, county: c(), id, reason: reason.into(), note: String::new() };
        assert_eq!(code(app.act(handler, &object("")).await), "matter-reason-missing");
        assert_eq!(code(app.act(handler, &object("fixed")).await), "matter-reason-missing", "a reply is no reason");
        let note = AddNote { matters, county: c(), id, note: String::new(), internal: true, photos: vec![] };
        assert_eq!(code(app.act(handler, &note).await), "matter-note-missing");
        let over = |unit, reason: &str| HandOver { matters, county: c(), id, unit, reason: reason.into() };
        assert_eq!(code(app.act(handler, &over(unit, "")).await), "matter-reason-missing");
        assert_eq!(code(app.act(handler, &over(county.units[0], "给自己")).await), "matter-unit-same");
        assert_eq!(code(app.act(handler, &over(Uuid::nil(), "没有")).await), "matter-unit-missing");
        let mut tx = house.db().write().await.unwrap();
        sql("update organisation set valid_to = 1 where id = $1").bind(unit).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(code(app.act(handler, &over(unit, "已撤销")).await), "matter-unit-missing", "a closed unit gets nothing");
        let same = Correct {
            matters, county: c(), id, category: Some("garbage".into()), area: None, lon: None, lat: None, reason: "没变".into(),
        };
        assert_eq!(code(app.act(boss, &same).await), "matter-nothing-changed");
        assert_eq!(county.stored(id).await.events, 3, "nothing was written");
    }

    /// The secret link is the reporter's only key, and no account stands in for it.
    async fn what_the_link_allows(house: House) {
        let county = County::new(&house).await;
        let (app, matters, id) = (house.app(), &county.matters, county.resolved().await);
        let confirm = |secret: &str| ReporterConfirm {
            matters, county: COUNTY.into(), secret: secret.into(), solved: true, satisfied: None, comment: String::new(),
        };
        assert_eq!(code(app.act(&reporter(), &confirm(OTHER_KEY)).await), "problem-not-found");
        assert_eq!(code(app.act(&reporter(), &confirm("")).await), "problem-not-found");
        assert_eq!(code(app.act(&county.supervisor, &confirm(KEY)).await), "problem-forbidden");
        let back = Withdraw { matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        assert_eq!(code(app.act(&reporter(), &back).await), "matter-step-now");
        let answer = ReporterAnswer { matters, county: COUNTY.into(), secret: KEY.into(), text: "好".into(), photos: vec![] };
        assert_eq!(code(app.act(&reporter(), &answer).await), "matter-step-now");
        app.act(&reporter(), &confirm(KEY)).await.unwrap();
        assert_eq!(code(app.act(&reporter(), &confirm(KEY)).await), "matter-step-now", "asked once");
        let word = ReporterNote { matters, county: COUNTY.into(), secret: KEY.into(), text: "再说一句".into(), photos: vec![] };
        assert_eq!(code(app.act(&reporter(), &word).await), "matter-step-now");
        county.check_log(id).await;
    }

    /// Nobody of the unit that settled it asks whether it is settled.
    async fn nobody_judges_their_own_work(house: House) {
        let county = County::new(&house).await;
        let (app, matters, id) = (house.app(), &county.matters, county.resolved().await);
        let mut both = county.supervisor.clone();
        both.posts.push(county.handlers[0].posts[0].clone());
        let call = CallBack { matters, county: COUNTY.into(), id, solved: true, satisfied: Some(true), comment: String::new() };
        assert_eq!(code(app.act(&both, &call).await), "matter-call-back-own");
        assert_eq!(code(app.act(&county.handlers[0], &call).await), "matter-call-back-own");
        assert_eq!(lianxin_matters::actions::available(&county.stored(id).await, &both, house.now()), [lianxin_matters::rules::Step::Note]);
        app.act(&county.supervisor, &call).await.unwrap();
    }

    /// Seeing a matter in one capacity and dispatching elsewhere in another is no way to draw it there.
    async fn a_place_put_right_makes_nothing_ones_own(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let elsewhere = house.area("421223101").await.id;
        let both = house.who(&[house.post(Role::Secretary, COUNTY), house.post(Role::Dispatcher, &elsewhere)]);
        let drawn = Correct {
            matters: &county.matters,
            county: COUNTY.into(),
            id,
            category: None,
            area: Some(elsewhere),
            lon: None,
            lat: None,
            reason: "演示：拿过来".into(),
        };
        assert_eq!(code(house.app().act(&both, &drawn).await), "matter-step-party");
        let moved = house.app().act(&county.dispatcher, &drawn).await.unwrap();
        assert_eq!(moved.area, "421223101");
    }

    /// A program enters matters only where its owner works, as people at a desk do.
    async fn a_program_enters_nothing_elsewhere(house: House) {
        let county = County::new(&house).await;
        let elsewhere = house.who(&[house.post(Role::ContactHousehold, "421202")]);
        let entered = Report { channel: Channel::Api, ..county.report() };
        assert_eq!(code(house.app().act(&elsewhere, &entered).await), "problem-forbidden");
        house.app().act(&county.dispatcher, &entered).await.unwrap();
    }
}

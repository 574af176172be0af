//! From the first word to the verified result.

use lianxin_foundation::clock::{HOUR, MINUTE};
use lianxin_matters::actions::{
    AddNote, Ask, CallBack, Correct, Dismiss, Dispatch, HandOver, Object, Pause, ReporterAnswer,
    ReporterConfirm, ReporterNote, Resume, Withdraw, available, said_in,
};
use lianxin_matters::model::{ClosedBy, Party, Status};
use lianxin_matters::rules::Step;
use lianxin_testkit::both_engines;

use crate::place::{COUNTY, County, GRID, KEY, VILLAGE, reporter};

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Reported, taken, asked back, settled and confirmed.
    async fn from_a_word_to_a_verified_result(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let filed = county.file(&county.report()).await.unwrap();
        assert!(filed.new);
        assert_eq!((filed.status, filed.unit_name.as_deref()), (Status::Dispatched, Some("演示网格")));
        assert_eq!(filed.secret.as_deref(), Some(KEY));
        assert_eq!(filed.number.len(), 13);
        assert!(filed.number.starts_with("261122-"));
        let id = filed.id;

        house.clock().set(house.now() + 30 * MINUTE);
        assert_eq!(available(&county.stored(id).await, &county.handlers[0], house.now()), [Step::Accept, Step::Object, Step::Note, Step::Merge]);
        let taken = app.act(&county.handlers[0], &county.accept(id)).await.unwrap();
        assert_eq!((taken.status, taken.responded_in_time, taken.first_unit), (Status::Accepted, Some(true), Some(county.units[0])));

        let ask = Ask { matters, county: COUNTY.into(), id, question: "在路口哪一边？".into() };
        let asked = app.act(&county.handlers[0], &ask).await.unwrap();
        assert_eq!(asked.status, Status::Waiting);
        house.clock().set(house.now() + 5 * HOUR);
        let answer = ReporterAnswer { matters, county: COUNTY.into(), secret: KEY.into(), text: "东边".into(), photos: vec![] };
        let answered = app.act(&reporter(), &answer).await.unwrap();
        assert_eq!(answered.status, Status::Accepted);
        assert_eq!(answered.resolve_due, asked.resolve_due.map(|due| due + 5 * HOUR), "a rest moves the promise by the time rested");

        let settled = app.act(&county.handlers[0], &county.resolve(id)).await.unwrap();
        assert_eq!((settled.status, settled.settled_level), (Status::Resolved, Some(6)));
        let word = ReporterConfirm {
            matters, county: COUNTY.into(), secret: KEY.into(), solved: true, satisfied: Some(true), comment: "谢谢".into(),
        };
        let closed = app.act(&reporter(), &word).await.unwrap();
        assert_eq!((closed.status, closed.closed_by, closed.satisfied), (Status::Closed, Some(ClosedBy::Reporter), Some(true)));
        let kinds: Vec<Step> = county.events(id).await.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [Step::Report, Step::Dispatch, Step::Accept, Step::Ask, Step::Answer, Step::Resolve, Step::ConfirmSolved]);
        county.check_log(id).await;
    }

    /// A no reopens it with the supervisor, who sends it elsewhere; a call back ends it.
    async fn a_no_goes_to_the_supervisor(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let id = county.resolved().await;
        let no = ReporterConfirm {
            matters, county: COUNTY.into(), secret: KEY.into(), solved: false, satisfied: None, comment: "还在".into(),
        };
        let reopened = app.act(&reporter(), &no).await.unwrap();
        assert_eq!((reopened.status, reopened.reopened, reopened.settled_level), (Status::Reopened, 1, None));
        assert_eq!(available(&reopened, &county.handlers[0], house.now()), [Step::Note, Step::Merge], "not the same unit again");
        assert!(!available(&reopened, &county.dispatcher, house.now()).contains(&Step::Dispatch));

        let send = Dispatch { matters, county: COUNTY.into(), id, unit: county.units[2], note: "请镇里办".into() };
        let sent = app.act(&county.supervisor, &send).await.unwrap();
        assert_eq!((sent.status, sent.level, sent.first_unit), (Status::Dispatched, Some(4), Some(county.units[0])));
        app.act(&county.handlers[2], &county.accept(id)).await.unwrap();
        app.act(&county.handlers[2], &county.resolve(id)).await.unwrap();
        let call = CallBack { matters, county: COUNTY.into(), id, solved: true, satisfied: Some(false), comment: "嫌慢".into() };
        let closed = app.act(&county.dispatcher, &call).await.unwrap();
        assert_eq!((closed.closed_by, closed.satisfied, closed.settled_level), (Some(ClosedBy::CallBack), Some(false), Some(4)));
        county.check_log(id).await;
    }

    /// The wrong unit gives it one step back, category and place are put right, another gets it.
    async fn an_objection_goes_one_step_back(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let id = county.filed().await;
        let object = Object { matters, county: COUNTY.into(), id, reason: "not-our-duty".into(), note: "归镇里".into() };
        let objected = app.act(&county.handlers[0], &object).await.unwrap();
        assert_eq!((objected.status, objected.objections, objected.unit), (Status::Objected, 1, Some(county.units[0])));
        let right = Correct {
            matters, county: COUNTY.into(), id, category: Some("road-damage".into()), area: Some(VILLAGE.into()),
            lon: None, lat: None, reason: "是路坏了".into(),
        };
        let corrected = app.act(&county.dispatcher, &right).await.unwrap();
        assert_eq!((corrected.status, corrected.category.as_str(), corrected.area.as_str()), (Status::Objected, "road-damage", VILLAGE));
        let event = county.events(id).await.pop().unwrap();
        assert_eq!((event.detail.category_before.as_deref(), event.detail.area_before.as_deref()), (Some("garbage"), Some(GRID)));
        let send = Dispatch { matters, county: COUNTY.into(), id, unit: county.units[3], note: String::new() };
        app.act(&county.dispatcher, &send).await.unwrap();
        assert_eq!(county.stored(id).await.unit, Some(county.units[3]));
        county.check_log(id).await;
    }

    /// Handed over, it stays the first unit's to answer for, and the promise stands.
    async fn who_first_took_it_stays_responsible(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let id = county.accepted().await;
        let promise = county.stored(id).await.resolve_due;
        let over = HandOver { matters, county: COUNTY.into(), id, unit: county.units[1], reason: "需要村里的车".into() };
        let handed = app.act(&county.handlers[0], &over).await.unwrap();
        assert_eq!((handed.status, handed.unit, handed.first_unit), (Status::Dispatched, Some(county.units[1]), Some(county.units[0])));
        assert_eq!(handed.resolve_due, promise);
        let note = AddNote { matters, county: COUNTY.into(), id, note: "已和村里说好".into(), internal: true, photos: vec![] };
        app.act(&county.handlers[0], &note).await.unwrap();
        let noted = county.events(id).await.pop().unwrap();
        assert_eq!((noted.party, noted.note.as_deref()), (Party::Staff, None), "kept between staff");
        assert_eq!(said_in(app, &noted).unwrap().as_deref(), Some("已和村里说好"));
        app.act(&county.handlers[1], &county.accept(id)).await.unwrap();
        assert_eq!(county.stored(id).await.first_unit, Some(county.units[0]));
        county.check_log(id).await;
    }

    /// Paused and resumed with reasons, added to, taken back.
    async fn taken_back_by_the_reporter(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let id = county.accepted().await;
        app.act(&county.supervisor, &Pause { matters, county: COUNTY.into(), id, reason: "等雨停".into() }).await.unwrap();
        app.act(&county.handlers[0], &Resume { matters, county: COUNTY.into(), id, reason: "雨停了".into() }).await.unwrap();
        let word = ReporterNote { matters, county: COUNTY.into(), secret: KEY.into(), text: "味道很大".into(), photos: vec![] };
        app.act(&reporter(), &word).await.unwrap();
        let back = Withdraw { matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        let withdrawn = app.act(&reporter(), &back).await.unwrap();
        assert_eq!((withdrawn.status, withdrawn.next_due), (Status::Withdrawn, None));
        county.check_log(id).await;
    }

    /// What nobody answers for waits for a dispatcher, who may say that it is not for this house.
    async fn what_nobody_answers_for_waits_for_a_dispatcher(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let mut report = county.report();
        report.category = Some("trees".into());
        let filed = county.file(&report).await.unwrap();
        assert_eq!((filed.status, filed.unit_name), (Status::Received, None));
        let no = Dismiss { matters, county: COUNTY.into(), id: filed.id, reason: "请联系林业部门".into() };
        assert_eq!(app.act(&county.dispatcher, &no).await.unwrap().status, Status::Dismissed);
        assert_eq!(available(&county.stored(filed.id).await, &county.supervisor, house.now()), []);
        county.check_log(filed.id).await;
    }
}

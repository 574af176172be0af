//! 吹哨报到: other units are called to a matter, come in time or late, or are no longer needed.

use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{DAY, HOUR, MINUTE};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Right, Role, Who, audit};
use lianxin_matters::actions::{
    AddNote, Arrive, CallOff, HandOver, OpenPersonal, SetArrival, Whistle, Withdraw,
};
use lianxin_matters::figures::sums;
use lianxin_matters::model::{Matter, Party};
use lianxin_matters::rules::Step;
use lianxin_matters::store;
use lianxin_matters::told::{News, store as told, worker};
use lianxin_matters::whistle::arrivals::by_unit;
use lianxin_matters::whistle::store::{Asked, between, count, list, of_matter};
use lianxin_matters::whistle::{Call, CallKind, Limit, Standing};
use lianxin_testkit::{House, both_engines};
use lianxin_worktime::Kind;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, code, reporter};

/// Units of the same county that do not lie above the grid, with somebody who works there.
async fn others(county: &County) -> [(Uuid, Who); 2] {
    let house = &county.house;
    let mut found = Vec::new();
    for name in ["演示供电所", "演示消防站"] {
        let unit = house.organisation(COUNTY, "unit", name).await;
        let post = Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) };
        found.push((unit, house.who(&[post])));
    }
    found.try_into().unwrap()
}

impl County {
    fn whistle(&self, id: Uuid, kind: CallKind, units: &[Uuid]) -> Whistle<'_> {
        let (county, units, note) = (COUNTY.into(), units.to_vec(), "请到演示路口会合".into());
        Whistle { matters: &self.matters, county, id, kind, units, note }
    }

    fn arrive(&self, id: Uuid, unit: Uuid) -> Arrive<'_> {
        Arrive { matters: &self.matters, county: COUNTY.into(), id, unit, note: String::new() }
    }

    fn call_off(&self, id: Uuid, unit: Uuid) -> CallOff<'_> {
        CallOff { matters: &self.matters, county: COUNTY.into(), id, unit, reason: "已经处理了".into() }
    }

    async fn calls(&self, id: Uuid) -> Vec<Call> {
        of_matter(&mut self.house.db().read().await.unwrap(), COUNTY, id).await.unwrap()
    }

    async fn standings(&self, id: Uuid) -> Vec<Standing> {
        self.calls(id).await.iter().map(|call| call.standing(self.house.now())).collect()
    }

    /// The matter as `who` sees it.
    async fn seen_by(&self, who: &Who, id: Uuid) -> Option<Matter> {
        let scope = who.scope(Right::SeeMatters, self.house.now());
        store::matter(&mut self.house.db().read().await.unwrap(), &scope, COUNTY, id).await.unwrap()
    }
}

fn later(house: &House, by: i64) {
    house.clock().set(house.now() + by);
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// One matter, one owner, one clock; who came late is plain for good.
    async fn called_units_come_and_who_was_late_is_plain(house: House) {
        let county = County::new(&house).await;
        let [(power, power_man), (fire, fire_man)] = others(&county).await;
        let (app, id) = (house.app(), county.accepted().await);
        let before = county.stored(id).await;
        assert!(county.seen_by(&power_man, id).await.is_none(), "not theirs to see yet");
        app.act(&county.handlers[0], &county.whistle(id, CallKind::Emergency, &[power, fire, power])).await.unwrap();
        let after = county.stored(id).await;
        let same = Matter { events: before.events, version: before.version, ..after.clone() };
        assert_eq!(same, before, "its owner and its clock stay");
        assert_eq!(county.standings(id).await, [Standing::Expected; 2], "each once");
        let due = county.calls(id).await[0].due;
        assert_eq!(due - house.now(), HOUR);
        assert!(county.seen_by(&power_man, id).await.is_some());
        later(&house, 40 * MINUTE);
        let arrived = app.act(&power_man, &county.arrive(id, power)).await.unwrap();
        assert_eq!((arrived.unit, arrived.status), (before.unit, before.status));
        later(&house, HOUR);
        assert!(county.standings(id).await.contains(&Standing::Overdue));
        // The owner saw them come.
        app.act(&county.handlers[0], &county.arrive(id, fire)).await.unwrap();
        let mut standings = county.standings(id).await;
        standings.sort_by_key(|standing| standing.code());
        assert_eq!(standings, [Standing::InTime, Standing::Late]);
        let events = county.events(id).await;
        let told: Vec<_> = events[events.len() - 3..]
            .iter()
            .map(|event| (event.kind, event.party, event.detail.in_time, event.detail.called.len()))
            .collect();
        assert_eq!(told, [
            (Step::Whistle, Party::Unit, None, 2),
            (Step::Arrive, Party::Called, Some(true), 1),
            (Step::Arrive, Party::Unit, Some(false), 1),
        ]);
        app.act(&county.handlers[0], &county.resolve(id)).await.unwrap();
        let seen = county.supervisor.scope(Right::SeeFigures, house.now());
        let mut tx = house.db().read().await.unwrap();
        let counted = by_unit(&between(&mut tx, &seen, house.now() - DAY, house.now() + 1).await.unwrap(), house.now());
        assert_eq!((counted[&power].in_time, counted[&power].median), (1, Some(40 * MINUTE)));
        assert_eq!((counted[&fire].late, counted[&fire].judged()), (1, 1));
        drop(tx);
        assert!(county.seen_by(&fire_man, id).await.is_some(), "who came may see how it ended");
        county.check_log(id).await;
        assert_eq!(sums::recount(app).await.unwrap(), 0);
        let verdicts = audit::verify(house.db(), app.vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// What is refused leaves no call behind.
    async fn calling_has_its_limits(house: House) {
        let county = County::new(&house).await;
        let [(power, power_man), (fire, _)] = others(&county).await;
        let (app, owner) = (house.app(), &county.handlers[0]);
        let fresh = county.filed().await;
        assert_eq!(code(app.act(owner, &county.whistle(fresh, CallKind::Daily, &[power])).await), "matter-step-now", "take it first");
        app.act(owner, &county.accept(fresh)).await.unwrap();
        let id = fresh;
        let daily = |units: &[Uuid]| county.whistle(id, CallKind::Daily, units);
        for (who, action, refused) in [
            (owner, daily(&[]), "whistle-units-missing"),
            (owner, daily(&(0..13).map(Uuid::from_u128).collect::<Vec<_>>()), "whistle-units-most"),
            (owner, daily(&[county.units[0]]), "whistle-own-unit"),
            (owner, daily(&[Uuid::from_u128(99)]), "matter-unit-missing"),
            (owner, Whistle { note: " ".into(), ..daily(&[power]) }, "whistle-note-missing"),
            (owner, Whistle { note: "到{place}会合".into(), ..daily(&[power]) }, "matter-note-unfilled"),
            (&county.dispatcher, daily(&[power]), "matter-step-party"),
            (&power_man, daily(&[power]), "problem-not-found"),
        ] {
            assert_eq!(code(app.act(who, &action).await), refused);
        }
        assert_eq!(county.calls(id).await, []);
        app.act(&county.supervisor, &daily(&[power])).await.unwrap();
        assert_eq!(code(app.act(owner, &daily(&[power])).await), "whistle-called-already");
        assert_eq!(code(app.act(owner, &county.arrive(id, fire)).await), "whistle-not-awaited");
        assert_eq!(code(app.act(&county.dispatcher, &county.arrive(id, power)).await), "matter-step-party");
        assert_eq!(code(app.act(&power_man, &county.call_off(id, power)).await), "matter-step-party", "nobody excuses themselves");
        assert_eq!(code(app.act(owner, &CallOff { reason: " ".into(), ..county.call_off(id, power) }).await), "matter-reason-missing");
        app.act(&power_man, &county.arrive(id, power)).await.unwrap();
        assert_eq!(code(app.act(&power_man, &county.arrive(id, power)).await), "whistle-not-awaited", "once is once");
        app.act(owner, &daily(&[power])).await.unwrap();
        assert_eq!(county.calls(id).await.len(), 2, "who came may be called again");
    }

    /// Who is called sees the matter and may add to it; nobody's name or number, and not once it is let off.
    async fn a_called_unit_sees_what_it_needs(house: House) {
        let county = County::new(&house).await;
        let [(power, power_man), (fire, fire_man)] = others(&county).await;
        let (app, owner, id) = (house.app(), &county.handlers[0], county.accepted().await);
        app.act(owner, &county.whistle(id, CallKind::Tough, &[power, fire])).await.unwrap();
        let note = |note: &str| AddNote {
            matters: &county.matters, county: COUNTY.into(), id, note: note.into(), internal: false, photos: vec![],
        };
        app.act(&power_man, &note("线路已断电，可以施工")).await.unwrap();
        let noted = county.events(id).await.pop().unwrap();
        assert_eq!((noted.party, noted.unit), (Party::Called, Some(county.units[0])));
        let open = OpenPersonal { county: COUNTY.into(), id, reason: "联系反映人看现场".into() };
        assert_eq!(code(app.act(&power_man, &open).await), "problem-forbidden");
        assert_eq!(code(app.act(&power_man, &county.resolve(id)).await), "matter-step-party");
        let listed = async |who: &Who, asked| {
            let scope = who.scope(Right::SeeMatters, house.now());
            let mut tx = house.db().read().await.unwrap();
            let found = list(&mut tx, &scope, asked, lianxin_foundation::web::Paging::new(None, 50)).await.unwrap();
            assert_eq!(found.len() as i64, count(&mut tx, &scope, asked).await.unwrap());
            found.into_iter().map(|(call, _)| call.unit).collect::<Vec<_>>()
        };
        assert_eq!(listed(&fire_man, Asked::Open).await, [fire], "its own calls and nobody else's");
        assert_eq!(listed(owner, Asked::Open).await.len(), 2);
        let elsewhere = house.who(&[house.post(Role::Supervisor, "421202")]);
        assert!(listed(&elsewhere, Asked::All).await.is_empty());
        app.act(owner, &county.call_off(id, fire)).await.unwrap();
        assert_eq!(county.standings(id).await.iter().filter(|standing| **standing == Standing::LetOff).count(), 1);
        assert!(county.seen_by(&fire_man, id).await.is_none(), "let off, it has nothing more to do with it");
        assert_eq!(code(app.act(&fire_man, &note("还来吗")).await), "problem-not-found");
        assert!(listed(&fire_man, Asked::Open).await.is_empty());
        assert_eq!(listed(&fire_man, Asked::All).await, [fire]);
        county.check_log(id).await;
    }

    /// Handed over or climbed, the calls go with the matter; settled or withdrawn, nobody is awaited.
    async fn calls_go_with_the_matter(house: House) {
        let county = County::new(&house).await;
        let [(power, power_man), (fire, _)] = others(&county).await;
        let (app, owner, id) = (house.app(), &county.handlers[0], county.accepted().await);
        app.act(owner, &county.whistle(id, CallKind::Emergency, &[power, fire])).await.unwrap();
        let on = HandOver {
            matters: &county.matters, county: COUNTY.into(), id, unit: county.units[2], reason: "归镇里".into(),
        };
        app.act(owner, &on).await.unwrap();
        app.act(&power_man, &county.arrive(id, power)).await.unwrap();
        later(&house, 2 * HOUR);
        assert_eq!(code(app.act(owner, &county.call_off(id, fire)).await), "matter-step-party", "it is no longer theirs");
        app.act(&county.handlers[2], &county.call_off(id, fire)).await.unwrap();
        assert!(county.standings(id).await.contains(&Standing::NeverCame), "calling off does not undo the delay");
        app.act(&county.supervisor, &county.whistle(id, CallKind::Emergency, &[fire])).await.unwrap();
        let back = Withdraw { matters: &county.matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        app.act(&reporter(), &back).await.unwrap();
        assert!(county.calls(id).await.iter().all(|call| !call.is_open()));
        assert_eq!(code(app.act(&county.supervisor, &county.arrive(id, fire)).await), "whistle-not-awaited");
        county.check_log(id).await;
    }

    /// A county sets its own times; what runs already keeps what it was given.
    async fn a_county_decides_how_soon(house: House) {
        let county = County::new(&house).await;
        let [(power, _), (fire, _)] = others(&county).await;
        let (app, owner, id) = (house.app(), &county.handlers[0], county.accepted().await);
        app.act(owner, &county.whistle(id, CallKind::Emergency, &[power])).await.unwrap();
        let set = |minutes, reason: &str| SetArrival {
            county: COUNTY.into(), kind: CallKind::Emergency, limit: Limit { minutes, kind: Kind::Calendar }, reason: reason.into(),
        };
        let keeper = house.who(&[house.post(Role::Administrator, COUNTY)]);
        let of_town = house.who(&[house.post(Role::Administrator, crate::place::TOWN)]);
        assert_eq!(code(app.act(&of_town, &set(30, "县里定的")).await), "problem-forbidden");
        assert_eq!(code(app.act(&keeper, &set(0, "县里定的")).await), "whistle-limit-range");
        assert_eq!(code(app.act(&keeper, &set(60, "县里定的")).await), "limits-same");
        assert_eq!(code(app.act(&keeper, &set(30, " ")).await), "matter-reason-missing");
        app.act(&keeper, &set(30, "县里定的")).await.unwrap();
        app.act(owner, &county.whistle(id, CallKind::Emergency, &[fire])).await.unwrap();
        let given: Vec<i64> = county.calls(id).await.iter().map(|call| (call.due - call.called_at) / MINUTE).collect();
        assert_eq!(given.iter().sum::<i64>(), 90, "{given:?}");
    }

    /// Both sides hear of it within the program.
    async fn called_units_are_told_and_so_is_the_owner(house: House) {
        let county = County::new(&house).await;
        let unit = house.organisation(COUNTY, "unit", "演示供电所").await;
        let post = |unit| Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) };
        let power = house.person("power", &[post(unit)]).await;
        let owner = house.person("owner", &[post(county.units[0])]).await;
        let id = county.accepted().await;
        house.app().act(&owner.who, &county.whistle(id, CallKind::Emergency, &[unit])).await.unwrap();
        worker::spread(house.app(), &county.matters).await.unwrap();
        let news = async |person: &lianxin_testkit::Person| {
            let scope = person.who.scope(Right::SeeMatters, house.now());
            let mut tx = house.db().read().await.unwrap();
            let found = told::notices(&mut tx, &scope, COUNTY, person.account(), 10).await.unwrap();
            found.into_iter().map(|notice| notice.news).collect::<Vec<_>>()
        };
        assert_eq!(news(&power).await, [News::Called]);
        house.app().act(&power.who, &county.arrive(id, unit)).await.unwrap();
        worker::spread(house.app(), &county.matters).await.unwrap();
        assert!(news(&owner).await.contains(&News::Came));
    }

    /// The same by the pages and by a program.
    async fn pages_and_programs_call_units(house: House) {
        let county = County::new(&house).await;
        let unit = house.organisation(COUNTY, "unit", "演示供电所").await;
        house.duty(unit, "power-cut", COUNTY).await;
        let post = |unit| Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) };
        let owner = house.person("owner", &[post(county.units[0])]).await;
        let power = house.person("power", &[post(unit)]).await;
        let id = county.accepted().await;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let (page, text) = (format!("/matters/{COUNTY}/{id}"), unit.to_string());
        let mut browser = house.browser(routes());
        browser.sign_in(&owner).await;
        assert!(browser.get(&page).await.text().contains(&text), "the unit is there to be ticked");
        let refused = browser.post(&format!("{page}/whistle"), &[("kind", "tough"), ("note", "演示：来看看")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("演示：来看看"), "what was typed is kept");
        let sent = [("kind", "tough"), ("units", text.as_str()), ("note", "演示：来看看")];
        assert_eq!(browser.post(&format!("{page}/whistle"), &sent).await.status, 303);
        let mut called = house.browser(routes());
        called.sign_in(&power).await;
        let list = called.get("/whistles").await.text();
        assert!(list.contains("演示供电所") && list.contains(&page), "{list}");
        let add = AddToken { county: COUNTY.into(), account: power.account(), name: "接口".into(), expires_at: None };
        let token = house.app().act(&power.who, &add).await.unwrap();
        let mut program = house.browser(routes()).bearing(&token);
        let calls = program.get("/api/v1/calls?show=open").await.json();
        assert_eq!((&calls["total"], &calls["calls"][0]["standing"]), (&1.into(), &"expected".into()));
        assert_eq!(program.get("/api/v1/calls?show=closed").await.status, 422);
        let arrival = serde_json::json!({ "unit": unit });
        let arrived = program.json("POST", &format!("/api/v1/matters/{COUNTY}/{id}/arrival"), &arrival).await;
        assert_eq!(arrived.status, 200, "{}", arrived.text());
        let calls = program.get(&format!("/api/v1/matters/{COUNTY}/{id}/calls")).await.json();
        assert_eq!(calls[0]["standing"], "in-time");
        assert_eq!(program.get("/api/v1/calls/arrivals?days=0").await.status, 422);
        assert!(browser.get(&page).await.text().contains("按时到场"));
        let keeper = house.person("keeper", &[house.post(Role::Administrator, COUNTY)]).await;
        let mut office = house.browser(routes());
        office.sign_in(&keeper).await;
        assert_eq!(office.get("/whistles").await.status, 200);
        let set = [("minutes", "30"), ("minutes-unit", "minutes"), ("reason", "县里定的")];
        let saved = office.post(&format!("/whistles/limits/{COUNTY}/emergency"), &set).await;
        assert_eq!((saved.status, saved.location()), (303, "/whistles?changed=emergency#limits"));
        let same = office.post(&format!("/whistles/limits/{COUNTY}/emergency"), &set).await;
        assert_eq!(same.status, 422);
        assert_eq!(office.post(&format!("/whistles/limits/{COUNTY}/nothing"), &set).await.status, 404);
    }
}

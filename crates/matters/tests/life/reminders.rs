//! Who is reminded before a call or a sitting, and who hears that somebody did not come: each once.

use lianxin_foundation::clock::{DAY, HOUR, MINUTE};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Right, Role, sql};
use lianxin_matters::actions::{AddTaker, Arrange, Arrive, Mediate, PrintInvitations, Whistle};
use lianxin_matters::disputes::Part;
use lianxin_matters::told::{News, store, worker};
use lianxin_matters::whistle::CallKind;
use lianxin_testkit::{House, Person, both_engines};
use uuid::Uuid;

use crate::place::{COUNTY, County, code};

async fn works_for(house: &House, login: &str, unit: Uuid) -> Person {
    house.person(login, &[Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) }]).await
}

async fn told(house: &House, person: &Person) -> Vec<News> {
    let scope = person.who.scope(Right::SeeMatters, house.now());
    let mut tx = house.db().read().await.unwrap();
    let found = store::notices(&mut tx, &scope, COUNTY, person.account(), 50).await.unwrap();
    found.into_iter().map(|notice| notice.news).collect()
}

fn later(house: &House, by: i64) {
    house.clock().set(house.now() + by);
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Within the last quarter of its time a called unit is reminded, after it the supervisor is told; two programs side
    /// by side tell no more than one.
    async fn a_called_unit_is_reminded_and_its_lateness_told_once(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let [slow, quick] = [house.organisation(COUNTY, "unit", "演示供电所").await, house.organisation(COUNTY, "unit", "演示消防站").await];
        let boss = house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await;
        let (late, early) = (works_for(&house, "late", slow).await, works_for(&house, "early", quick).await);
        let id = county.accepted().await;
        let whistle = Whistle {
            matters, county: COUNTY.into(), id, kind: CallKind::Emergency, units: vec![slow, quick], note: "请到演示路口会合".into(),
        };
        app.act(&county.handlers[0], &whistle).await.unwrap();
        worker::spread(app, matters).await.unwrap();
        assert_eq!(worker::remind_called(app, matters).await.unwrap(), 0, "it has an hour");
        later(&house, 44 * MINUTE);
        assert_eq!(worker::remind_called(app, matters).await.unwrap(), 0, "a quarter of it is not left yet");
        let come = Arrive { matters, county: COUNTY.into(), id, unit: quick, note: String::new() };
        app.act(&early.who, &come).await.unwrap();
        later(&house, MINUTE);
        let (one, other) = tokio::join!(worker::remind_called(app, matters), worker::remind_called(app, matters));
        assert_eq!(one.unwrap() + other.unwrap(), 1, "who is there needs no reminder");
        assert_eq!(told(&house, &late).await, [News::CallDue, News::Called]);
        assert_eq!(told(&house, &early).await, [News::Called]);
        later(&house, 15 * MINUTE);
        assert_eq!(worker::remind_called(app, matters).await.unwrap(), 0, "at the moment itself nobody is late");
        later(&house, 1);
        let (one, other) = tokio::join!(worker::remind_called(app, matters), worker::remind_called(app, matters));
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        assert_eq!(worker::remind_called(app, matters).await.unwrap(), 0);
        assert_eq!(told(&house, &boss).await, [News::CallLate]);
        assert_eq!(told(&house, &late).await, [News::CallDue, News::Called], "who is late knows");
        later(&house, DAY);
        assert_eq!(worker::remind_called(app, matters).await.unwrap(), 0, "once is enough");
    }

    /// Organisations that take part hear when and where, and open their own invitation; others are printed one.
    async fn parties_are_invited(house: House) {
        let county = County::new(&house).await;
        let (app, matters, owner) = (house.app(), &county.matters, &county.handlers[0]);
        let property = house.organisation(COUNTY, "property-company", "演示物业").await;
        let manager = works_for(&house, "manager", property).await;
        let stranger = works_for(&house, "stranger", county.units[3]).await;
        let matter = county.accepted().await;
        let number = county.stored(matter).await.number;
        let id = app.act(owner, &Mediate { matters, county: COUNTY.into(), id: matter, about: "演示：楼道堆物".into() }).await.unwrap();
        let taker = |part, organisation, name: &str| AddTaker {
            county: COUNTY.into(), id, part, organisation, name: name.into(), phone: String::new(),
        };
        let firm = app.act(owner, &taker(Part::Property, Some(property), "")).await.unwrap();
        let side = app.act(owner, &taker(Part::Side, None, "演示住户")).await.unwrap();
        let sitting = |at| Arrange { county: COUNTY.into(), id, at, place: "演示议事厅".into(), invited: vec![firm, side] };
        app.act(owner, &sitting(house.now() - HOUR)).await.unwrap();
        worker::spread(app, matters).await.unwrap();
        assert_eq!(told(&house, &manager).await, [], "nobody is invited to what is over");
        let session = app.act(owner, &sitting(house.now() + DAY)).await.unwrap();
        let (one, other) = tokio::join!(worker::spread(app, matters), worker::spread(app, matters));
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        assert_eq!(told(&house, &manager).await, [News::Invited]);
        assert_eq!(told(&house, &stranger).await, []);

        let routes = || lianxin_matters::routes().layer(axum::Extension(matters.clone()));
        let mut browser = house.browser(routes());
        browser.sign_in(&manager).await;
        let own = format!("/invitations/{COUNTY}/{session}");
        let notices = browser.get("/notices").await.text();
        assert!(notices.contains(&own) && !notices.contains("垃圾"), "nothing of the matter: {notices}");
        let sheet = browser.get(&own).await;
        assert_eq!(sheet.status, 200);
        let words = sheet.text();
        assert!(words.contains("演示物业") && words.contains("演示议事厅") && words.contains(&number), "{words}");
        assert!(!words.contains("演示住户") && !words.contains("楼道堆物"), "of nobody else: {words}");
        browser.sign_in(&stranger).await;
        assert_eq!(browser.get(&own).await.status, 404);
        assert_eq!(browser.get(&format!("/invitations/{COUNTY}/{}", Uuid::nil())).await.status, 404);

        browser.sign_in(&works_for(&house, "mediator", county.units[0]).await).await;
        let page = format!("/disputes/{COUNTY}/{id}");
        assert!(browser.get(&page).await.text().contains(&format!("{page}/invitations")));
        let printed = browser.post(&format!("{page}/invitations"), &[("session", &session.to_string())]).await;
        assert_eq!(printed.status, 200, "{}", printed.text());
        assert!(printed.text().contains("演示住户") && printed.text().contains("演示物业"));
        assert_eq!(browser.post(&format!("{page}/invitations"), &[("session", &Uuid::nil().to_string())]).await.status, 404);
        let print = PrintInvitations { county: COUNTY.into(), id, session };
        assert_eq!(code(app.act(&manager.who, &print).await), "problem-not-found", "who is invited prints nobody else's");
        let printed: i64 =
            sql("select count(*) from audit where action = 'dispute-invite'").scalar(&mut house.db().read().await.unwrap()).await.unwrap();
        assert_eq!(printed, 1, "names were opened, on record");
    }
}

//! 企业诉求: by whoever speaks for the enterprise, to the duty list of its own categories, counted apart.

use lianxin_foundation::scope::Post;
use lianxin_foundation::{Right, Role, Who};
use lianxin_matters::actions::{Accept, Correct, Merge, Report, Resolve, Saying, Speak};
use lianxin_matters::figures::recompute::recompute;
use lianxin_matters::model::{Channel, ClosedBy, Status};
use lianxin_matters::store::{Query, count};
use lianxin_testkit::{House, both_engines};
use uuid::Uuid;

use crate::place::{COUNTY, County, TOWN, code};

fn speaker(house: &House, role: Role, enterprise: Uuid) -> Who {
    house.who(&[Post { organisation: Some(enterprise), ..house.post(role, COUNTY) }])
}

fn problem(county: &County, enterprise: Uuid) -> Report<'_> {
    Report {
        key: None,
        category: Some("enterprise-land".into()),
        text: "演示：厂房租约到期".into(),
        place: String::new(),
        area: None,
        enterprise: Some(enterprise),
        ..county.report()
    }
}

fn speak(county: &County, id: Uuid, saying: Saying) -> Speak<'_> {
    Speak { matters: &county.matters, county: COUNTY.into(), id, saying }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// From its report to its word, by posts alone.
    async fn an_enterprise_s_problem_is_settled(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let enterprise = house.organisation(TOWN, "enterprise", "演示企业").await;
        let other = house.organisation(TOWN, "enterprise", "演示另一企业").await;
        house.duty(county.units[3], "enterprise-land", COUNTY).await;
        let specialist = speaker(&house, Role::Specialist, enterprise);
        let own = speaker(&house, Role::EnterpriseContact, enterprise);
        let stranger = speaker(&house, Role::Specialist, other);
        for nobody in [&stranger, &county.supervisor, &crate::place::reporter()] {
            assert_eq!(code(app.act(nobody, &problem(&county, enterprise)).await), "problem-not-found");
        }
        let garbage = Report { category: Some("garbage".into()), ..problem(&county, enterprise) };
        assert_eq!(code(app.act(&own, &garbage).await), "matter-category-enterprise");
        let resident = Report { enterprise: None, area: Some(TOWN.into()), ..problem(&county, enterprise) };
        assert_eq!(code(app.act(&crate::place::reporter(), &resident).await), "matter-category-enterprise");

        let filed = app.act(&specialist, &problem(&county, enterprise)).await.unwrap();
        let matter = county.stored(filed.id).await;
        assert_eq!((matter.enterprise, matter.channel), (Some(enterprise), Channel::Specialist));
        assert_eq!((matter.unit, matter.area.as_str()), (Some(county.units[3]), TOWN), "its own place, the unit of the duty list");
        assert!(matter.sealed_text.is_some() && matter.entered_by.is_none());
        let mine = app.act(&own, &problem(&county, enterprise)).await.unwrap();
        assert_eq!(county.stored(mine.id).await.channel, Channel::Enterprise);

        let id = filed.id;
        assert_eq!(code(app.act(&own, &speak(&county, id, Saying::Note(" ".into(), Vec::new()))).await), "matter-note-missing");
        assert_eq!(code(app.act(&stranger, &speak(&county, id, Saying::Note("演示".into(), Vec::new()))).await), "problem-not-found");
        assert_eq!(code(app.act(&own, &speak(&county, id, Saying::Confirm(true, None, String::new()))).await), "matter-step-now");
        app.act(&own, &speak(&county, id, Saying::Note("演示：补一份合同".into(), Vec::new()))).await.unwrap();
        let accept = Accept { matters: &county.matters, county: COUNTY.into(), id, note: String::new() };
        app.act(&county.handlers[3], &accept).await.unwrap();
        let correct = Correct {
            matters: &county.matters, county: COUNTY.into(), id, category: Some("garbage".into()), area: None, lon: None, lat: None,
            reason: "演示".into(),
        };
        assert_eq!(code(app.act(&county.dispatcher, &correct).await), "matter-category-enterprise");
        let reply = "演示：已续租".into();
        app.act(&county.handlers[3], &Resolve { matters: &county.matters, county: COUNTY.into(), id, reply, photos: Vec::new() }).await.unwrap();
        app.act(&own, &speak(&county, id, Saying::Confirm(true, Some(true), String::new()))).await.unwrap();
        let closed = county.stored(id).await;
        assert_eq!((closed.status, closed.closed_by, closed.satisfied), (Status::Closed, Some(ClosedBy::Reporter), Some(true)));
        county.check_log(id).await;
        app.act(&own, &speak(&county, mine.id, Saying::Withdraw(String::new()))).await.unwrap();
        county.check_log(mine.id).await;
    }

    /// Numbers of residents know nothing of it, those of enterprises nothing else; lists are narrowed to either.
    async fn enterprises_are_counted_apart(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let enterprise = house.organisation(TOWN, "enterprise", "演示企业").await;
        house.duty(county.units[3], "enterprise-land", COUNTY).await;
        let specialist = speaker(&house, Role::Specialist, enterprise);
        let garbage = county.filed().await;
        let number = county.stored(garbage).await.number;
        let problem = app.act(&specialist, &problem(&county, enterprise)).await.unwrap();
        let merge = Merge { matters: &county.matters, county: COUNTY.into(), id: problem.id, into: number.clone(), note: String::new() };
        assert_eq!(code(app.act(&county.supervisor, &merge).await), "matter-merge-enterprise");

        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes());
        browser.sign_in(&house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await).await;
        let residents = browser.get(&format!("/staff/figures.csv?area={COUNTY}&table=categories")).await.text();
        let enterprises = browser.get(&format!("/staff/figures.csv?area={COUNTY}&table=categories&of=enterprises")).await.text();
        assert!(residents.contains("垃圾") && !residents.contains("用地厂房"), "{residents}");
        assert!(enterprises.contains("用地厂房") && !enterprises.contains("垃圾"), "{enterprises}");
        let page = browser.get(&format!("/staff/figures?area={COUNTY}&of=enterprises")).await;
        assert_eq!((page.status, page.text().contains("演示县城管局")), (200, true), "by unit as well");
        assert_eq!(browser.get(&format!("/staff/figures?area={COUNTY}&of=all")).await.status, 404);
        for table in ["areas", "units", "months"] {
            let file = browser.get(&format!("/staff/figures.csv?area={COUNTY}&table={table}&of=enterprises")).await;
            assert_eq!(file.status, 200, "{table}");
        }
        let [again] = recompute(app).await.unwrap().try_into().unwrap();
        assert_eq!((again.matters, again.differing), (2, 0), "the sums are of residents alone");

        let seen = county.supervisor.scope(Right::SeeMatters, house.now());
        let mut tx = house.db().read().await.unwrap();
        for (of, n) in [(None, 2), (Some(true), 1), (Some(false), 1)] {
            let query = Query { county: Some(COUNTY.into()), enterprises: of, ..Query::default() };
            assert_eq!(count(&mut tx, &seen, &query, house.now()).await.unwrap(), n, "{of:?}");
        }
        drop(tx);
        let list = browser.get("/inbox?tab=all&of=enterprises").await.text();
        assert!(list.contains(&problem.number) && !list.contains(&number), "{list}");
        assert!(list.contains("演示企业"), "whose it is stands in the list");
        assert!(browser.get(&format!("/matters/{COUNTY}/{}", problem.id)).await.text().contains("演示企业"));
    }

    /// The pages of whoever speaks for it; nobody else finds them, and the link's own secret is no way in.
    async fn whoever_speaks_for_it_has_pages(house: House) {
        let county = County::new(&house).await;
        let enterprise = house.organisation(TOWN, "enterprise", "演示企业").await;
        let unit = house.organisation(TOWN, "unit", "演示单位").await;
        let post = |organisation| Post { organisation: Some(organisation), ..house.post(Role::Specialist, COUNTY) };
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes());
        browser.sign_in(&house.person("specialist", &[post(enterprise), post(unit)]).await).await;
        let list = browser.get("/enterprise").await.text();
        assert!(list.contains("演示企业") && !list.contains("演示单位"), "{list}");
        let form = format!("/enterprise/report/{COUNTY}/{enterprise}");
        assert!(browser.get(&form).await.text().contains("enterprise-finance"));
        assert_eq!(browser.get(&format!("/enterprise/report/{COUNTY}/{unit}")).await.status, 404);
        let said = [("text", "演示：贷款到期"), ("phone", "12")];
        assert_eq!(browser.post(&form, &said).await.status, 422, "what it is about is missing");
        let said = [("text", "演示：贷款到期"), ("category", "enterprise-finance"), ("name", "演示甲")];
        let sent = browser.post(&form, &said).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let matter = sent.header("location").split('?').next().unwrap().to_owned();
        let page = browser.get(&matter).await.text();
        assert!(page.contains("演示：贷款到期") && !page.contains("/held"), "{page}");
        assert_eq!(browser.post(&format!("{matter}/note"), &[("text", "演示：再补一句")]).await.status, 303);
        assert_eq!(browser.post(&format!("{matter}/confirm"), &[]).await.status, 422);
        assert_eq!(browser.post(&format!("{matter}/dance"), &[]).await.status, 404);
        assert!(browser.get(&matter).await.text().contains("再补一句"));
        assert!(browser.get("/enterprise").await.text().contains(&matter));
        assert_eq!(browser.get(&format!("/enterprise?of={unit}")).await.status, 404);
        assert_eq!(browser.get("/inbox").await.status, 403, "it sees no matters of others");
        browser.sign_in(&house.person("boss", &[house.post(Role::Supervisor, COUNTY)]).await).await;
        for closed in ["/enterprise", &matter, &form] {
            assert!(matches!(browser.get(closed).await.status, 403 | 404), "{closed}");
        }
        // Residents are offered none of it.
        let mut resident = house.browser(routes());
        let words = resident.get(&format!("/report/{COUNTY}")).await.text();
        assert!(!words.contains("enterprise-finance"), "{words}");
    }
}

//! Organisations: founded by the rules of their kind, changed, elected, closed; and what their pages say.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::clock::{DAY, start_of_day};
use lianxin_foundation::scope::Post;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Right, Role, Who};
use lianxin_registry::actions::people::{AddPerson, Advance, Join, Lodging};
use lianxin_registry::actions::{
    AddOrganisation, BeginTerm, ChangeOrganisation, CloseOrganisation, Founding,
};
use lianxin_registry::organisation::store::{self, Filter};
use lianxin_registry::organisation::{Form, Organisation, OrganisationKind};
use lianxin_registry::{CategoryNames, MattersAt, Places};
use lianxin_testkit::{Browser, House, both_engines};
use lianxin_worktime::Calendar;
use uuid::Uuid;

const TOWN: &str = "421223100";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223101";

fn add(kind: OrganisationKind, name: &str, area: &str, founding: Founding) -> AddOrganisation {
    AddOrganisation { code: None, kind, name: name.to_owned(), area: area.to_owned(), phone: None, founding }
}

fn below(superior: &Organisation) -> Founding {
    Founding { superior: Some(superior.id), ..Founding::default() }
}

fn keeper(house: &House) -> Who {
    house.who(&[house.post(Role::Administrator, "421223")])
}

/// The fields a refusal names, with why; or the refusal itself.
fn wrong(error: Error) -> Vec<(String, &'static str)> {
    let Error::Refused(problem) = error else { panic!("{error}") };
    if problem.fields.is_empty() {
        return vec![(String::new(), problem.code)];
    }
    problem.fields.iter().map(|field| (field.field.to_string(), field.code)).collect()
}

fn fields<'a>(wrong: &'a [(String, &'static str)]) -> Vec<(&'a str, &'static str)> {
    wrong.iter().map(|(field, code)| (field.as_str(), *code)).collect()
}

async fn committee(house: &House) -> Organisation {
    house.area(VILLAGE).await;
    house.area(OTHER).await;
    house
        .app()
        .act(&keeper(house), &add(OrganisationKind::Committee, "天城镇党委", TOWN, Founding::default()))
        .await
        .unwrap()
}

async fn member(house: &House, branch: Uuid, kind: &str, at: usize) -> Uuid {
    let person = AddPerson {
        name: format!("演示{}", ["甲", "乙", "丙"][at]),
        id_number: None,
        phone: None,
        sex: None,
        birth: "1980-01-01".parse().ok(),
        lodging: Lodging { area: VILLAGE.to_owned(), ..Lodging::default() },
        from: None,
        another: true,
    };
    let person = house.app().act(&keeper(house), &person).await.unwrap();
    join(house, person.id, branch, kind).await.unwrap();
    person.id
}

async fn join(house: &House, person: Uuid, organisation: Uuid, kind: &str) -> Result<Uuid, Error> {
    let join = Join {
        county: "421223".to_owned(),
        person,
        organisation,
        kind: kind.to_owned(),
        from: None,
        reason: String::new(),
    };
    house.app().act(&keeper(house), &join).await
}

fn term(organisation: &Organisation, from: Micros) -> BeginTerm {
    BeginTerm {
        county: organisation.county.clone(),
        organisation: organisation.id,
        from: Some(from),
        to: None,
        approval: None,
    }
}

async fn browser(house: &House, role: Role, area: &str) -> Browser {
    let person = house.person(&format!("{}-{area}", role.code()), &[house.post(role, area)]).await;
    let routes = lianxin_registry::routes()
        .layer(Extension(CategoryNames::new(Vec::new())))
        .layer(Extension(Arc::new(Calendar::china())))
        .layer(Extension(Places::new()))
        .layer(Extension(MattersAt(|_, _| Box::pin(async { Ok((3, 41)) }))));
    let mut browser = house.browser(routes);
    browser.sign_in(&person).await;
    browser
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_branch_is_founded_as_its_form_asks(house: House) {
        use OrganisationKind::{Branch, Enterprise, Group, Unit};
        let (who, top) = (keeper(&house), committee(&house).await);
        let outside = house.organisation("421202001", "committee", "别县党委").await;
        let temporary = Founding { form: Form::Temporary, ..Founding::default() };
        let past = Founding { ends: Some(house.now() - 2 * DAY), approval: Some("演示〔2026〕1 号".to_owned()), ..temporary.clone() };
        for (kind, founding, expected) in [
            (Branch, temporary.clone(), vec![
                ("superior", "organisation-superior-missing"),
                ("approval", "organisation-approval-missing"),
                ("ends", "organisation-ends-missing"),
            ]),
            (Branch, Founding { superior: Some(top.id), ..past }, vec![("ends", "organisation-ends-past")]),
            (Group, Founding::default(), vec![("superior", "organisation-superior-missing")]),
            (Enterprise, Founding { form: Form::Joint, ..Founding::default() }, vec![("form", "organisation-form-not-there")]),
            (Branch, Founding { superior: Some(Uuid::nil()), ..Founding::default() }, vec![("superior", "organisation-superior-unknown")]),
            (Branch, Founding { superior: Some(outside), ..Founding::default() }, vec![("superior", "organisation-superior-unknown")]),
            (Branch, Founding { approval: Some(" ".to_owned()), ..Founding::default() }, vec![("approval", "organisation-approval-form")]),
        ] {
            let refused = house.app().act(&who, &add(kind, "支部", VILLAGE, founding)).await.unwrap_err();
            assert_eq!(fields(&wrong(refused)), expected);
        }
        let unit = house.app().act(&who, &add(Unit, "政府", TOWN, Founding::default())).await.unwrap();
        let refused = house.app().act(&who, &add(Branch, "支部", VILLAGE, below(&unit))).await.unwrap_err();
        assert_eq!(fields(&wrong(refused)), [("superior", "organisation-superior-kind")]);

        let good = Founding {
            superior: Some(top.id),
            approval: Some("演示〔2026〕1 号".to_owned()),
            ends: Some(house.now() + 30 * DAY),
            ..temporary
        };
        let made = house.app().act(&who, &add(Branch, "防汛临时党支部", TOWN, good)).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let read = store::organisation(&mut tx, "421223", made.id).await.unwrap().unwrap();
        assert_eq!(read, made);
        assert_eq!((read.form, read.superior, read.ends), (Form::Temporary, Some(top.id), Some(start_of_day(house.now()) + 31 * DAY)));
        // A village administrator reports to the town's committee, whose place is around theirs.
        let village = house.who(&[house.post(Role::Administrator, VILLAGE)]);
        house.app().act(&village, &add(Branch, "村支部", VILLAGE, below(&top))).await.unwrap();
    }

    async fn a_temporary_branch_neither_elects_nor_admits(house: House) {
        let (who, top) = (keeper(&house), committee(&house).await);
        let founding = Founding {
            form: Form::Temporary,
            superior: Some(top.id),
            approval: Some("演示〔2026〕1 号".to_owned()),
            ends: Some(house.now() + 30 * DAY),
        };
        let branch = house.app().act(&who, &add(OrganisationKind::Branch, "临时党支部", VILLAGE, founding)).await.unwrap();
        let person = member(&house, branch.id, "member", 0).await;
        let refused = house.app().act(&who, &term(&branch, house.now())).await.unwrap_err();
        assert_eq!(fields(&wrong(refused)), [("", "organisation-term-temporary")]);
        let own = house.app().act(&who, &add(OrganisationKind::Branch, "支部", VILLAGE, below(&top))).await.unwrap();
        let applicant = member(&house, own.id, "applicant", 1).await;
        for kind in ["applicant", "activist", "candidate", "probationary"] {
            let refused = join(&house, person, branch.id, kind).await.unwrap_err();
            assert_eq!(fields(&wrong(refused)), [("kind", "membership-temporary")], "{kind}");
        }
        let next = Advance { county: "421223".to_owned(), person: applicant, to: "activist".to_owned(), from: None, reason: String::new() };
        house.app().act(&who, &next).await.unwrap();
    }

    async fn elections_are_held_by_the_rules_or_by_leave(house: House) {
        let (who, top) = (keeper(&house), committee(&house).await);
        let branch = house.app().act(&who, &add(OrganisationKind::Branch, "支部", VILLAGE, below(&top))).await.unwrap();
        let (day, year) = (start_of_day(house.now()), 366 * DAY);
        for at in 0..2 {
            member(&house, branch.id, "member", at).await;
        }
        let few = house.app().act(&who, &term(&branch, day)).await.unwrap_err();
        assert_eq!(fields(&wrong(few)), [("", "organisation-term-members")]);
        member(&house, branch.id, "member", 2).await;
        let future = house.app().act(&who, &term(&branch, day + DAY)).await.unwrap_err();
        assert_eq!(fields(&wrong(future)), [("from", "people-day-future")]);
        let long = BeginTerm { to: Some(day + year), ..term(&branch, day - 5 * year) };
        assert_eq!(fields(&wrong(house.app().act(&who, &long).await.unwrap_err())), [("approval", "organisation-term-long")]);
        assert!(!house.app().act(&who, &term(&branch, day - 6 * year)).await.unwrap());

        // In a village the term lasted five years: over for about one, so the next election is late.
        let late = house.app().act(&who, &term(&branch, day)).await.unwrap_err();
        assert_eq!(fields(&wrong(late)), [("approval", "organisation-term-late")]);
        let allowed = BeginTerm { approval: Some("演示〔2026〕2 号".to_owned()), ..term(&branch, day - year) };
        assert!(!house.app().act(&who, &allowed).await.unwrap());
        let early = house.app().act(&who, &term(&branch, day)).await.unwrap_err();
        assert_eq!(fields(&wrong(early)), [("approval", "organisation-term-early")]);
        let before = BeginTerm { approval: Some("演示".to_owned()), ..term(&branch, day - 2 * year) };
        assert_eq!(fields(&wrong(house.app().act(&who, &before).await.unwrap_err())), [("from", "organisation-term-before")]);
        let off = BeginTerm { approval: Some("演示〔2026〕3 号".to_owned()), ..term(&branch, day) };
        assert!(house.app().act(&who, &off).await.unwrap(), "four years early is more than an approval usually allows");

        let unit = house.app().act(&who, &add(OrganisationKind::Unit, "政府", TOWN, Founding::default())).await.unwrap();
        let none = house.app().act(&who, &term(&unit, day)).await.unwrap_err();
        assert_eq!(fields(&wrong(none)), [("", "organisation-term-none")]);
        let stranger = house.who(&[house.post(Role::Administrator, OTHER)]);
        assert_eq!(house.app().act(&stranger, &term(&branch, day)).await.unwrap_err().code(), Some("problem-forbidden"));
    }

    async fn what_an_organisation_was_stays_on_record(house: House) {
        let (who, top) = (keeper(&house), committee(&house).await);
        let branch = house.app().act(&who, &add(OrganisationKind::Branch, "桃溪村党支部", VILLAGE, below(&top))).await.unwrap();
        member(&house, branch.id, "member", 0).await;
        let change = |name: &str, area: &str, superior| ChangeOrganisation {
            county: "421223".to_owned(),
            id: branch.id,
            name: name.to_owned(),
            area: area.to_owned(),
            superior,
            reason: "村改社区".to_owned(),
        };
        house.clock().set(house.now() + 10 * DAY);
        house.app().act(&who, &change("桃溪社区党支部", OTHER, None)).await.unwrap();
        let lists = async |scope: &lianxin_foundation::Scope, at| {
            let mut tx = house.db().read().await.unwrap();
            let found = store::as_of(&mut tx, scope, &Filter { kind: "branch".to_owned(), ..Filter::default() }, at, 50).await.unwrap();
            found.into_iter().map(|one| (one.name, one.area, one.superior)).collect::<Vec<_>>()
        };
        let wide = who.scope(Right::SeeRegistry, house.now());
        let before = ("桃溪村党支部".to_owned(), VILLAGE.to_owned(), Some(top.id));
        let after = ("桃溪社区党支部".to_owned(), OTHER.to_owned(), None);
        assert_eq!(lists(&wide, house.now() - 20 * DAY).await, []);
        assert_eq!(lists(&wide, house.now() - DAY).await, std::slice::from_ref(&before));
        assert_eq!(lists(&wide, house.now()).await, std::slice::from_ref(&after));
        // Who sees it on a day goes by where it stood on that day.
        let old = house.who(&[house.post(Role::Administrator, VILLAGE)]).scope(Right::SeeRegistry, house.now());
        assert_eq!((lists(&old, house.now() - DAY).await, lists(&old, house.now()).await), (vec![before], vec![]));

        house.area("421202001").await;
        for (bad, expected) in [
            (change(" ", OTHER, None), vec![("name", "organisation-name-form")]),
            (change("支部", "421202001", None), vec![("area", "organisation-other-county")]),
            (change("支部", "421223999", None), vec![("area", "area-unknown")]),
            (change("支部", OTHER, Some(branch.id)), vec![("superior", "organisation-superior-kind")]),
            (ChangeOrganisation { reason: " ".to_owned(), ..change("支部", OTHER, None) }, vec![("reason", "registry-reason-missing")]),
        ] {
            assert_eq!(fields(&wrong(house.app().act(&who, &bad).await.unwrap_err())), expected);
        }
        let second = house.app().act(&who, &add(OrganisationKind::Committee, "二级党委", TOWN, below(&top))).await.unwrap();
        let circle = ChangeOrganisation { id: top.id, ..change("天城镇党委", TOWN, Some(second.id)) };
        assert_eq!(fields(&wrong(house.app().act(&who, &circle).await.unwrap_err())), [("superior", "organisation-superior-below")]);

        let mut tx = house.db().read().await.unwrap();
        let there = Filter { path: "42/4212/421223/421223101/".to_owned(), ..Filter::default() };
        let found = store::in_scope(&mut tx, &wide, &there, Paging::new(None, 10), house.now()).await.unwrap();
        assert_eq!(found.len(), 1, "it is listed where it stands");
    }

    async fn nobody_is_left_behind_when_an_organisation_closes(house: House) {
        let (who, top) = (keeper(&house), committee(&house).await);
        let branch = house.app().act(&who, &add(OrganisationKind::Branch, "支部", VILLAGE, below(&top))).await.unwrap();
        let firm = house.app().act(&who, &add(OrganisationKind::Enterprise, "企业", VILLAGE, below(&branch))).await.unwrap();
        let close = |one: &Organisation| CloseOrganisation { county: one.county.clone(), id: one.id, reason: "撤并".to_owned() };
        assert_eq!(fields(&wrong(house.app().act(&who, &close(&top)).await.unwrap_err())), [("", "organisation-close-below")]);
        let person = member(&house, branch.id, "member", 0).await;
        assert_eq!(fields(&wrong(house.app().act(&who, &close(&branch)).await.unwrap_err())), [("", "organisation-close-members")]);
        let mut tx = house.db().write().await.unwrap();
        lianxin_foundation::sql("update membership set valid_to = $2 where person = $1")
            .bind(person).bind(house.now()).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        house.app().act(&who, &close(&branch)).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(store::organisation(&mut tx, "421223", firm.id).await.unwrap().unwrap().superior, None, "it is free again");
    }

    async fn the_page_tells_what_is_to_be_done(house: House) {
        let top = committee(&house).await;
        let mut browser = browser(&house, Role::Administrator, "421223").await;
        let new = [("name", "桃溪党支部"), ("kind", "branch"), ("area", VILLAGE), ("form", "joint"), ("superior", "天城镇党委")];
        let made = browser.post("/organisations/new", &new).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let address = made.location().split('?').next().unwrap().to_owned();
        let page = browser.get(&address).await.text();
        for words in ["联合党支部", "天城镇党委", "正式党员 0 名，不足 3 名。", "没有负责人", "没有登记任期"] {
            assert!(page.contains(words), "{words}");
        }
        let refused = browser.post(&format!("{address}/term"), &[("from", "2026-01-01"), ("approval", "演示〔2026〕9 号")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("还不能选举") && refused.text().contains("演示〔2026〕9 号"));
        let wrong = browser.post(&format!("{address}/change"), &[("name", "改名"), ("area", VILLAGE), ("superior", "没有的党委"), ("reason", "测试")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("value=\"没有的党委\""), "what was typed is kept");
        let changed = browser.post(&format!("{address}/change"), &[("name", "桃溪社区党支部"), ("area", VILLAGE), ("reason", "测试")]).await;
        assert_eq!(changed.status, 303, "{}", changed.text());
        assert!(browser.get(&address).await.text().contains("桃溪社区党支部"));
        assert!(browser.get(&format!("/organisations/{}", top.id)).await.text().contains("没有登记任期"));

        let tree = browser.get(&format!("/organisations/tree?area={TOWN}")).await;
        assert!(tree.text().contains("天城镇党委") && tree.text().contains("桃溪社区党支部"));
        let early = browser.get("/organisations?day=2001-01-01").await;
        assert!(!early.text().contains("天城镇党委"));
        assert!(browser.get("/organisations?term=over").await.text().contains("没有符合条件的组织"));

        // Who sees no people sees no numbers of theirs either.
        let mut dispatcher = self::browser(&house, Role::Dispatcher, "421223").await;
        let page = dispatcher.get(&address).await;
        assert!(page.status == 200 && !page.text().contains("正式党员 0 名"));
        let mut stranger = self::browser(&house, Role::Administrator, OTHER).await;
        for (to, fields) in [("change", [("name", "改"), ("reason", "x")]), ("term", [("from", "2026-01-01"), ("to", "")])] {
            assert_eq!(stranger.post(&format!("{address}/{to}"), &fields).await.status, 404, "{to}");
        }
        assert!(!stranger.get("/organisations/tree").await.text().contains("天城镇党委"));
    }

    async fn lists_of_any_day_hold_what_the_scope_allows(house: House) {
        // A random history of places and names against a plain reading of it.
        let areas = [TOWN, VILLAGE, OTHER, "421202001"];
        for area in areas {
            house.area(area).await;
        }
        let program = Who::program("421223");
        let mut seed = 11_u64;
        let mut roll = move |sides: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % sides
        };
        let mut ids = Vec::new();
        for at in 0..12 {
            let new = add(OrganisationKind::Branch, &format!("支部{at}"), areas[at % 3], Founding::default());
            ids.push((house.app().act(&program, &new).await.unwrap().id, areas[at % 3]));
        }
        let mut days = vec![(house.now(), ids.clone())];
        for _ in 0..20 {
            house.clock().set(house.now() + DAY);
            for _ in 0..roll(4) {
                let (at, to) = (roll(ids.len()), areas[roll(3)]);
                let change = ChangeOrganisation {
                    county: "421223".to_owned(), id: ids[at].0, name: format!("支部{at}"), area: to.to_owned(),
                    superior: None, reason: "演示".to_owned(),
                };
                house.app().act(&program, &change).await.unwrap();
                ids[at].1 = to;
            }
            days.push((house.now(), ids.clone()));
        }
        for (at, held) in &days {
            let area = areas[roll(4)];
            let post: Post = house.post(Role::Administrator, area);
            let scope = house.who(&[post]).scope(Right::SeeRegistry, house.now());
            let mut tx = house.db().read().await.unwrap();
            let mut found: Vec<Uuid> = store::as_of(&mut tx, &scope, &Filter::default(), *at, 100).await.unwrap()
                .into_iter().map(|one| one.id).collect();
            let mut expected: Vec<Uuid> = held.iter().filter(|one| one.1.starts_with(area)).map(|one| one.0).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{area}");
        }
    }
}

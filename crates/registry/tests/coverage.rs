//! Coverage: who has no branch yet, what is proposed, and what becomes of what is accepted.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Action, Error, Role, Who};
use lianxin_registry::actions::DescribeOrganisation;
use lianxin_registry::actions::coverage::{AcceptProposal, DeclineProposal, PlanCoverage, UndoDecision};
use lianxin_registry::actions::people::{AcceptTransfer, AddPerson, Join, Leave, Lodging};
use lianxin_registry::coverage::{Line, Plan, Way, store, worker};
use lianxin_registry::membership::store as memberships;
use lianxin_registry::organisation::{Form, Organisation, OrganisationKind, Profile, store as organisations};
use lianxin_registry::person::Person;
use lianxin_registry::{CategoryNames, MattersAt, Places};
use lianxin_testkit::{Answer, Browser, House, both_engines};
use lianxin_worktime::Calendar;
use uuid::Uuid;

const COUNTY: &str = "421223";
const TOWN: &str = "421223100";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223101";

/// A town with a branch of ten members, who work in four enterprises beside each other and one far away.
struct Town {
    house: House,
    keeper: Who,
    branch: Uuid,
    committee: Uuid,
    /// Enterprises and the chamber by name.
    units: HashMap<&'static str, Uuid>,
    people: HashMap<Uuid, Vec<Person>>,
}

fn refused(error: &Error) -> &'static str {
    let Error::Refused(problem) = error else { panic!("{error}") };
    problem.fields.first().map_or(problem.code, |field| field.code)
}

impl Town {
    async fn new(house: &House) -> Town {
        house.area(VILLAGE).await;
        house.area(OTHER).await;
        let keeper = house.who(&[house.post(Role::Administrator, COUNTY)]);
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let committee = house.organisation(TOWN, "committee", "天城镇党委").await;
        let mut town = Town {
            house: house.clone(),
            keeper,
            branch,
            committee,
            units: HashMap::new(),
            people: HashMap::new(),
        };
        for (name, kind, members, lon) in [
            ("大厂", "enterprise", 4, 114.000),
            ("甲店", "enterprise", 2, 114.001),
            ("乙店", "enterprise", 1, 114.002),
            ("丙社", "cooperative", 1, 114.300),
            ("商会", "chamber", 0, 114.003),
        ] {
            let unit = house.organisation(TOWN, kind, name).await;
            town.units.insert(name, unit);
            town.place(unit, Some(lon), BTreeSet::new()).await.unwrap();
            for at in 0..members {
                town.member(unit, &format!("演示{name}{}", ["甲", "乙", "丙", "丁"][at])).await;
            }
        }
        town
    }

    async fn act<A: Action>(&self, action: &A) -> Result<A::Output, Error> {
        self.house.app().act(&self.keeper, action).await
    }

    async fn place(&self, unit: Uuid, lon: Option<f64>, associations: BTreeSet<Uuid>) -> Result<(), Error> {
        let profile = Profile { lon, lat: lon.map(|_| 29.5), ..Profile::default() };
        let county = COUNTY.to_owned();
        self.act(&DescribeOrganisation { county, id: unit, profile, associations }).await
    }

    async fn member(&mut self, unit: Uuid, name: &str) -> Uuid {
        let add = AddPerson {
            name: name.to_owned(),
            id_number: None,
            phone: None,
            sex: None,
            birth: None,
            lodging: Lodging { area: VILLAGE.to_owned(), ..Lodging::default() },
            from: None,
            another: true,
        };
        let person = self.act(&add).await.unwrap();
        self.join(&person, self.branch, "member").await;
        let staff = self.join(&person, unit, "staff").await;
        self.people.entry(unit).or_default().push(person);
        staff
    }

    async fn join(&self, person: &Person, organisation: Uuid, kind: &str) -> Uuid {
        let join = Join {
            county: COUNTY.to_owned(),
            person: person.id,
            organisation,
            kind: kind.to_owned(),
            from: None,
            reason: String::new(),
        };
        self.act(&join).await.unwrap()
    }

    async fn plan(&self, area: &str) -> Plan {
        let plan = self.act(&PlanCoverage { area: area.to_owned() }).await.unwrap();
        assert_eq!(worker::sweep(self.house.app()).await.unwrap(), 1);
        let mut tx = self.house.db().read().await.unwrap();
        store::plan(&mut tx, COUNTY, plan.id).await.unwrap().unwrap()
    }

    async fn line(&self, plan: &Plan, name: &str) -> Line {
        let mut tx = self.house.db().read().await.unwrap();
        let lines = store::lines(&mut tx, plan).await.unwrap();
        lines.into_iter().find(|line| line.unit == self.units[name]).unwrap()
    }

    fn accept(&self, plan: &Plan, seat: Uuid) -> AcceptProposal {
        AcceptProposal {
            county: COUNTY.to_owned(),
            plan: plan.id,
            seat,
            name: "演示党支部".to_owned(),
            superior: Some(self.committee),
            approval: None,
            units: BTreeSet::new(),
            reason: "应建尽建".to_owned(),
        }
    }

    fn undo(&self, plan: &Plan, seat: Uuid) -> UndoDecision {
        UndoDecision {
            county: COUNTY.to_owned(), plan: plan.id, seat, reason: "演示：弄错了".to_owned()
        }
    }

    async fn organisation(&self, id: Uuid) -> Organisation {
        let mut tx = self.house.db().read().await.unwrap();
        organisations::organisation(&mut tx, COUNTY, id).await.unwrap().unwrap()
    }

    async fn formal(&self, organisation: Uuid) -> i64 {
        let mut tx = self.house.db().read().await.unwrap();
        let counted = memberships::counted(&mut tx, organisation, self.house.now()).await.unwrap();
        counted.into_iter().find(|(kind, _)| kind == "member").map_or(0, |(_, n)| n)
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

fn says(answer: &Answer, words: &str) -> bool {
    answer.text().contains(words)
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn everybody_is_placed_by_the_rules_with_reasons(house: House) {
        let town = Town::new(&house).await;
        let plan = town.plan(COUNTY).await;
        assert_eq!((plan.units, plan.placeless, plan.joints, plan.left_out), (5, 0, 1, 1));
        assert!(plan.is_best(), "a small town is proved: {plan:?}");
        let own = town.line(&plan, "大厂").await;
        assert_eq!((own.way, own.founds.as_deref(), own.members), (Way::Own, Some("branch"), 4));
        assert_eq!(own.rules().collect::<Vec<_>>(), ["own_least", "leaders_from"]);
        let joint = town.line(&plan, "乙店").await;
        assert_eq!(joint.way, Way::Joint);
        assert_eq!(joint.rules().last(), Some("near_metres"));
        assert_eq!(town.line(&plan, "甲店").await.seat, joint.seat, "neighbours are together");
        assert_eq!(town.line(&plan, "丙社").await.way, Way::Left, "30 km are too far");
        assert_eq!(town.line(&plan, "商会").await.way, Way::Instructed, "it has no members");

        // The branch offers to take it on, and in the same trade or association more metres would do.
        let (county, id) = (COUNTY.to_owned(), town.branch);
        let profile = Profile { takes: Some(1), lon: Some(114.3), lat: Some(29.5), trade: None };
        town.act(&DescribeOrganisation { county, id, profile, associations: BTreeSet::new() }).await.unwrap();
        let again = town.plan(COUNTY).await;
        let attached = town.line(&again, "丙社").await;
        assert_eq!((attached.way, attached.host), (Way::Attached, Some(town.branch)));
        assert_eq!(again.left_out, 0);
    }

    async fn an_accepted_proposal_becomes_a_branch_and_goes_back(house: House) {
        let town = Town::new(&house).await;
        let plan = town.plan(COUNTY).await;
        let seat = town.line(&plan, "甲店").await.seat;
        let accepted = town.act(&town.accept(&plan, seat)).await.unwrap();
        assert_eq!((accepted.units, accepted.asked), (2, 3));
        let branch = town.organisation(accepted.organisation.id).await;
        assert_eq!((branch.kind, branch.form, branch.superior), (OrganisationKind::Branch, Form::Joint, Some(town.committee)));
        assert_eq!(town.organisation(town.units["甲店"]).await.superior, Some(branch.id));
        assert_eq!(town.formal(branch.id).await, 0, "members come when their own branch agrees");
        assert_eq!(refused(&town.act(&town.accept(&plan, seat)).await.unwrap_err()), "coverage-decided");

        town.act(&town.undo(&plan, seat)).await.unwrap();
        assert_eq!(town.organisation(town.units["甲店"]).await.superior, None);
        assert!(town.organisation(branch.id).await.valid_to.is_some(), "what was founded for it is closed");
        let mut tx = house.db().read().await.unwrap();
        let open: Vec<_> = lianxin_registry::transfer::store::within(
            &mut tx, &town.keeper.scope(lianxin_foundation::Right::KeepPeople, house.now()), house.now(), 100,
        ).await.unwrap().into_iter().filter(|one| one.is_open(house.now())).collect();
        assert!(open.is_empty(), "nobody is asked any more: {open:?}");
        drop(tx);

        // It can be accepted again, and once somebody has come over it stays.
        let again = town.act(&town.accept(&plan, seat)).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let scope = town.keeper.scope(lianxin_foundation::Right::KeepPeople, house.now());
        let asked = lianxin_registry::transfer::store::within(&mut tx, &scope, house.now(), 100).await.unwrap();
        let asked = asked.into_iter().find(|one| one.is_open(house.now())).unwrap();
        drop(tx);
        town.act(&AcceptTransfer { county: asked.county, id: asked.id }).await.unwrap();
        assert_eq!(town.formal(again.organisation.id).await, 1);
        assert_eq!(refused(&town.act(&town.undo(&plan, seat)).await.unwrap_err()), "coverage-members-moved");
        let next = town.plan(COUNTY).await;
        assert_eq!(town.line(&next, "甲店").await.way, Way::Kept, "whoever is covered stays");
    }

    async fn what_changed_since_the_plan_is_refused(house: House) {
        let mut town = Town::new(&house).await;
        let plan = town.plan(COUNTY).await;
        let (own, joint) = (town.units["大厂"], town.line(&plan, "甲店").await.seat);
        let (first, second) = (town.units["甲店"], town.units["乙店"]);
        let unit = if joint == first { second } else { first };
        let staff = town.member(unit, "演示新人").await;
        assert_eq!(refused(&town.act(&town.accept(&plan, joint)).await.unwrap_err()), "coverage-changed");
        let person = town.people[&unit].last().unwrap().id;
        let leave = Leave { county: COUNTY.into(), person, membership: staff, last: None, reason: "演示：走了".into() };
        town.act(&leave).await.unwrap();
        house.clock().set(house.now() + 2 * lianxin_foundation::clock::DAY);
        assert!(town.act(&town.accept(&plan, joint)).await.is_ok(), "the same facts again are the same plan");
        town.act(&town.accept(&plan, own)).await.unwrap();
    }

    async fn a_clerk_changes_declines_and_is_held_to_the_rules(house: House) {
        let town = Town::new(&house).await;
        let plan = town.plan(COUNTY).await;
        let seat = town.line(&plan, "甲店").await.seat;
        let alone = AcceptProposal { units: BTreeSet::from([seat]), ..town.accept(&plan, seat) };
        assert_eq!(refused(&town.act(&alone).await.unwrap_err()), "coverage-too-few");
        let other = [town.units["甲店"], town.units["乙店"]].into_iter().find(|unit| *unit != seat).unwrap();
        let headless = AcceptProposal { units: BTreeSet::from([other]), ..town.accept(&plan, seat) };
        assert_eq!(refused(&town.act(&headless).await.unwrap_err()), "coverage-seat-missing");
        let nameless = AcceptProposal { name: " ".into(), ..town.accept(&plan, seat) };
        assert_eq!(refused(&town.act(&nameless).await.unwrap_err()), "organisation-name-form");
        let chamber = town.accept(&plan, town.units["商会"]);
        assert_eq!(refused(&town.act(&chamber).await.unwrap_err()), "coverage-nothing-to-accept");

        let decline = |reason: &str| DeclineProposal { county: COUNTY.into(), plan: plan.id, seat, reason: reason.into() };
        assert_eq!(refused(&town.act(&decline(" ")).await.unwrap_err()), "registry-reason-missing");
        town.act(&decline("演示：先等换届")).await.unwrap();
        assert_eq!(refused(&town.act(&town.accept(&plan, seat)).await.unwrap_err()), "coverage-decided");
        let mut tx = house.db().read().await.unwrap();
        let open = store::proposals(&mut tx, &plan, "open", Paging::new(None, 50)).await.unwrap();
        assert_eq!(open.iter().map(|line| line.unit).collect::<Vec<_>>(), [town.units["大厂"]]);
        let decided = store::proposals(&mut tx, &plan, "decided", Paging::new(None, 50)).await.unwrap();
        assert_eq!(decided.iter().map(|line| line.seat).collect::<Vec<_>>(), [seat]);
        drop(tx);
        town.act(&town.undo(&plan, seat)).await.unwrap();
        assert!(town.act(&town.accept(&plan, seat)).await.is_ok());
    }

    async fn a_plan_is_for_whoever_keeps_its_place(house: House) {
        let town = Town::new(&house).await;
        let plan = town.plan(COUNTY).await;
        let seat = town.units["大厂"];
        let wide = PlanCoverage { area: "4212".into() };
        let city = house.who(&[house.post(Role::Administrator, "4212")]);
        assert_eq!(refused(&house.app().act(&city, &wide).await.unwrap_err()), "coverage-area-wide");
        for (role, area) in [(Role::Administrator, OTHER), (Role::Administrator, TOWN), (Role::Secretary, COUNTY)] {
            let who = house.who(&[house.post(role, area)]);
            let code = refused(&house.app().act(&who, &town.accept(&plan, seat)).await.unwrap_err());
            assert_eq!(code, "problem-not-found", "{role:?} {area}");
            let outcome = house.app().act(&who, &PlanCoverage { area: COUNTY.into() }).await;
            assert!(outcome.is_err(), "{role:?} {area}");
        }
        let small = town.plan(TOWN).await;
        assert_eq!(small.units, 5);
        let own = house.who(&[house.post(Role::Administrator, TOWN)]);
        house.app().act(&own, &town.accept(&small, seat)).await.unwrap();
    }

    async fn trade_place_and_associations_are_entered(house: House) {
        let town = Town::new(&house).await;
        let (shop, chamber) = (town.units["甲店"], town.units["商会"]);
        town.place(shop, None, BTreeSet::from([chamber])).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let held = organisations::associations(&mut tx, COUNTY, shop, house.now()).await.unwrap();
        assert_eq!(held, [(chamber, "商会".to_owned())]);
        drop(tx);
        let wrong = town.place(shop, None, BTreeSet::from([town.units["大厂"]])).await.unwrap_err();
        assert_eq!(refused(&wrong), "organisation-association-unknown");
        assert_eq!(refused(&town.place(shop, Some(300.0), BTreeSet::new()).await.unwrap_err()), "organisation-point-form");
        let takes = Profile { takes: Some(51), trade: Some("很".repeat(21)), ..Profile::default() };
        let describe = DescribeOrganisation { county: COUNTY.into(), id: shop, profile: takes, associations: BTreeSet::new() };
        let Error::Refused(problem) = town.act(&describe).await.unwrap_err() else { panic!("it is refused") };
        assert_eq!(problem.fields.len(), 2);
        let stranger = house.who(&[house.post(Role::Administrator, OTHER)]);
        assert!(house.app().act(&stranger, &describe).await.is_err());
    }

    async fn pages_tell_propose_and_take(house: House) {
        let town = Town::new(&house).await;
        let mut clerk = browser(&house, Role::Administrator, COUNTY).await;
        let empty = clerk.get("/organisations/coverage").await;
        assert!(says(&empty, "这里还没有测算过"), "{}", empty.text());
        assert_eq!(clerk.post("/organisations/coverage", &[("area", COUNTY)]).await.status, 303);
        assert!(says(&clerk.get("/organisations/coverage").await, "正在测算"));
        worker::sweep(house.app()).await.unwrap();
        let list = clerk.get("/organisations/coverage").await;
        assert!(says(&list, "大厂") && says(&list, "够单独组建") && says(&list, "已证明没有更好的方案"), "{}", list.text());
        let mut tx = house.db().read().await.unwrap();
        let plan = store::of_area(&mut tx, COUNTY, "42/4212/421223/", 1).await.unwrap().pop().unwrap();
        drop(tx);
        let (big, joint) = (town.units["大厂"], town.line(&plan, "甲店").await.seat);
        let at = format!("/organisations/coverage/{COUNTY}/{}", plan.id);
        let page = clerk.get(&format!("{at}/{joint}")).await;
        assert!(says(&page, "由本单位牵头") && says(&page, "天城镇党委"), "{}", page.text());
        let refused = clerk.post(&format!("{at}/{joint}/accept"), &[("name", ""), ("unit", &joint.to_string())]).await;
        assert_eq!(refused.status, 422);
        assert!(says(&refused, "不足 3 名"), "{}", refused.text());
        let none = clerk.post(&format!("{at}/many"), &[]).await;
        assert!(none.status == 422 && says(&none, "先在表里勾选"), "{}", none.text());
        let (one, two) = (big.to_string(), joint.to_string());
        let many = clerk.post(&format!("{at}/many"), &[("pick", one.as_str()), ("pick", two.as_str())]).await;
        assert_eq!(many.status, 303, "{}", many.text());
        let superior = town.organisation(big).await.superior.unwrap();
        let branch = town.organisation(superior).await;
        assert_eq!((branch.name.as_str(), branch.superior), ("大厂党支部", Some(town.committee)));
        let file = clerk.get(&format!("{at}/lines.csv")).await;
        assert!(says(&file, "大厂") && says(&file, "应当单独成立党支部") && says(&file, "已接受"), "{}", file.text());
        let back = clerk.post(&format!("{at}/{big}/undo"), &[("reason", "演示：弄错了")]).await;
        assert_eq!(back.status, 303, "{}", back.text());
        assert_eq!(town.organisation(big).await.superior, None);

        let mut stranger = browser(&house, Role::Administrator, OTHER).await;
        for address in [format!("{at}/{big}"), format!("{at}/lines.csv"), format!("{at}/lines.xlsx")] {
            assert_eq!(stranger.get(&address).await.status, 404, "{address}");
        }
        let mut worker = browser(&house, Role::GridWorker, TOWN).await;
        assert_eq!(worker.get("/organisations/coverage").await.status, 403);
    }
}

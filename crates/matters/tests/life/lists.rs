//! Lists and counts, held against a slow and obvious reading.

use lianxin_foundation::clock::HOUR;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Right, Role, Scope, Who, sql};
use lianxin_matters::actions::{AddNote, Report};
use lianxin_matters::clock_worker::sweep;
use lianxin_matters::model::{Matter, Status};
use lianxin_matters::rules::clock::{By, due};
use lianxin_matters::store::{self, Order, Query};
use lianxin_matters::tally::{FRESH, Tallies};
use lianxin_registry::area::path_of;
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, TOWN, VILLAGE};

const ALL: Paging = Paging { page: 1, size: 500 };

/// The obvious reading of a query.
fn wanted(query: &Query, matter: &Matter, now: i64) -> bool {
    let holds = |words: &String| {
        [&matter.text, &matter.place, &matter.number].into_iter().any(|text| text.contains(words))
    };
    query.county.as_ref().is_none_or(|county| *county == matter.county)
        && (query.statuses.is_empty() || query.statuses.contains(&matter.status))
        && query.category.as_ref().is_none_or(|category| *category == matter.category)
        && query.unit.is_none_or(|unit| matter.unit == Some(unit))
        && (query.mine.is_empty() || query.mine.iter().any(|unit| matter.unit == Some(*unit)))
        && query.path.as_ref().is_none_or(|path| matter.path.starts_with(path.as_str()))
        && query.by.is_none_or(|by| due(matter).is_some_and(|due| By::of(due, now) == by))
        && query.words.as_ref().is_none_or(holds)
        && query.number.as_ref().is_none_or(|number| *number == matter.number)
        && query.from.is_none_or(|from| matter.created_at >= from)
        && query.to.is_none_or(|to| matter.created_at < to)
}

/// The tabs of an inbox over a query: each asks for what is not over.
fn tabs(query: &Query, units: &[Uuid]) -> [Query; 8] {
    let open =
        vec![Status::Received, Status::Dispatched, Status::Accepted, Status::Objected, Status::Reopened];
    let tab = |statuses: Vec<Status>| Query { statuses, by: None, mine: Vec::new(), ..query.clone() };
    [
        Query { mine: units.to_vec(), ..tab(vec![Status::Dispatched, Status::Accepted]) },
        Query { by: Some(By::Over), ..tab(open.clone()) },
        Query { by: Some(By::Today), ..tab(open.clone()) },
        Query { by: Some(By::Tomorrow), ..tab(open.clone()) },
        Query { by: Some(By::Week), ..tab(open.clone()) },
        Query { by: Some(By::Later), ..tab(open.clone()) },
        tab(open),
        tab(vec![Status::Waiting, Status::Resolved]),
    ]
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Every query within every scope gives what the obvious reading gives, counted alike.
    async fn every_list_is_what_it_says(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        house.area("421223100002").await;
        let start = house.now();
        for at in 0..60_usize {
            house.clock().set(start + at as i64 * HOUR);
            let area = [GRID, VILLAGE, TOWN, COUNTY, "421223100002"][at % 5];
            let category = ["garbage", "garbage", "trees"][at % 3];
            let phone = (at % 7 == 0).then(|| format!("1380000000{}", at % 2));
            let report = Report {
                key: None, category: Some(category.into()), area: Some(area.into()), phone,
                text: format!("演示第{at}件"), ..county.report()
            };
            let id = county.file(&report).await.unwrap().id;
            let matter = county.stored(id).await;
            let holder = county.units.iter().position(|unit| Some(*unit) == matter.unit).map(|at| &county.handlers[at]);
            if let Some(handler) = holder.filter(|_| at % 2 == 0) {
                app.act(handler, &county.accept(id)).await.unwrap();
                if at % 4 == 0 {
                    app.act(handler, &county.resolve(id)).await.unwrap();
                }
            }
        }
        sweep(app, &county.matters).await.unwrap();
        let now = house.now();
        let mut tx = house.db().read().await.unwrap();
        let everything = store::list(&mut tx, &county.supervisor.scope(Right::SeeMatters, now), &Query::default(), ALL, now).await.unwrap();
        assert_eq!(everything.len(), 60);
        let number = everything[7].number.clone();
        let in_county = Query { county: Some(COUNTY.into()), ..Query::default() };
        let queries = [
            Query::default(),
            in_county.clone(),
            Query { statuses: vec![Status::Accepted], ..in_county.clone() },
            Query { statuses: vec![Status::Dispatched, Status::Received], order: Order::Due, ..in_county.clone() },
            Query { category: Some("trees".into()), ..in_county.clone() },
            Query { unit: Some(county.units[2]), ..in_county.clone() },
            Query { mine: vec![county.units[0], county.units[1]], ..in_county.clone() },
            Query { path: Some(everything.iter().find(|matter| matter.area == VILLAGE).unwrap().path.clone()), ..in_county.clone() },
            Query { path: Some(path_of(VILLAGE)), statuses: vec![Status::Dispatched, Status::Resolved], ..in_county.clone() },
            Query { path: Some(path_of(VILLAGE)), statuses: vec![Status::Dispatched, Status::Closed], ..in_county.clone() },
            Query { by: Some(By::Over), order: Order::Due, ..in_county.clone() },
            Query { statuses: vec![Status::Dispatched, Status::Accepted], by: Some(By::Over), ..in_county.clone() },
            Query { statuses: vec![Status::Dispatched, Status::Accepted], by: Some(By::Today), order: Order::Due, ..in_county.clone() },
            Query { by: Some(By::Week), ..in_county.clone() },
            Query { words: Some("第1".into()), ..in_county.clone() },
            Query { words: Some("' or 1=1 --".into()), ..in_county.clone() },
            Query { number: Some(number), ..in_county.clone() },
            Query { from: Some(start + 10 * HOUR), to: Some(start + 20 * HOUR), ..in_county },
        ];
        let scopes: Vec<Who> = vec![
            county.supervisor.clone(),
            county.handlers[0].clone(),
            county.handlers[2].clone(),
            house.who(&[house.post(Role::Secretary, VILLAGE)]),
            house.who(&[house.post(Role::Secretary, VILLAGE), county.handlers[3].posts[0].clone()]),
            house.who(&[house.post(Role::Secretary, "42")]),
            house.who(&[house.post(Role::Secretary, "421202")]),
            house.who(&[]),
        ];
        for (at, query) in queries.iter().enumerate() {
            for (who_at, who) in scopes.iter().enumerate() {
                let scope = who.scope(Right::SeeMatters, now);
                let covered = |matter: &&Matter| scope.covers(&matter.path, &[matter.unit, matter.first_unit]);
                let mut expected: Vec<&Matter> =
                    everything.iter().filter(covered).filter(|matter| wanted(query, matter, now)).collect();
                match query.order {
                    Order::Newest => expected.sort_by_key(|matter| std::cmp::Reverse((matter.created_at, matter.id))),
                    Order::Due => expected.sort_by_key(|matter| (due(matter).unwrap_or(i64::MAX), matter.id)),
                }
                let found = store::list(&mut tx, &scope, query, ALL, now).await.unwrap();
                assert!(found.iter().eq(expected.iter().copied()), "query {at} for {who_at}");
                assert_eq!(store::count(&mut tx, &scope, query, now).await.unwrap(), found.len() as i64);
                let tabs = tabs(query, &county.units[..2]);
                let counted = store::count_each(&mut tx, &scope, &tabs, now).await.unwrap();
                let within = || everything.iter().filter(covered);
                let expected = tabs.map(|tab| within().filter(|matter| wanted(&tab, matter, now)).count() as i64);
                assert_eq!(counted, expected, "tabs of query {at} for {who_at}");
                let second = store::list(&mut tx, &scope, query, Paging { page: 2, size: 7 }, now).await.unwrap();
                assert!(second.iter().eq(found.iter().skip(7).take(7)));
            }
        }
        let phone = Query { phone_key: Some(app.vault().search_key("phone", "13800000001")), ..Query::default() };
        let scope = county.supervisor.scope(Right::SeeMatters, now);
        assert_eq!(store::count(&mut tx, &scope, &phone, now).await.unwrap(), 4);
        let one = &everything[3];
        let by_number = store::matter_by_number(&mut tx, &scope, COUNTY, &one.number).await.unwrap();
        assert_eq!(by_number.as_ref(), Some(one));
        let stranger = scopes[6].scope(Right::SeeMatters, now);
        assert_eq!(store::matter_by_number(&mut tx, &stranger, COUNTY, &one.number).await.unwrap(), None);
    }

    /// What is large is given again for some seconds: to the same question within the same scope, and to no other.
    async fn large_numbers_are_counted_anew_every_few_seconds(house: House) {
        let county = County::new(&house).await;
        let (tallies, now) = (Tallies::from(2), house.now());
        let open = [Query { county: Some(COUNTY.into()), statuses: vec![Status::Dispatched], ..Query::default() }];
        let all = county.supervisor.scope(Right::SeeMatters, now);
        let village = house.who(&[house.post(Role::Secretary, VILLAGE)]).scope(Right::SeeMatters, now);
        let elsewhere = house.who(&[house.post(Role::Secretary, "421202")]).scope(Right::SeeMatters, now);
        let said = async |scope: &Scope, at: Micros| {
            let mut tx = house.db().read().await.unwrap();
            tallies.count_each(&mut tx, scope, &open, at).await.unwrap()[0]
        };
        let another = async || county.file(&Report { key: None, ..county.report() }).await.unwrap();
        another().await;
        assert_eq!(said(&all, now).await, 1);
        another().await;
        assert_eq!(said(&all, now).await, 2, "a small number is exact each time");
        another().await;
        assert_eq!(said(&all, now + FRESH - 1).await, 2, "a large one is given again");
        assert_eq!(said(&village, now).await, 3, "not to another scope");
        assert_eq!(said(&elsewhere, now).await, 0, "and least of all to one that sees none of it");
        let other = [Query { statuses: vec![Status::Accepted], ..open[0].clone() }];
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(tallies.count_each(&mut tx, &all, &other, now).await.unwrap(), [0], "nor to another question");
        drop(tx);
        assert_eq!(said(&all, now + FRESH).await, 3, "it is counted anew");
    }

    /// The column that lists sort by says what the rules say, after every write.
    async fn what_is_due_is_stored(house: House) {
        let county = County::new(&house).await;
        let id = county.accepted().await;
        let note = AddNote { matters: &county.matters, county: COUNTY.into(), id, note: "看过了".into(), internal: false, photos: vec![] };
        house.app().act(&county.handlers[0], &note).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let stored: Option<i64> = sql("select due from matter").scalar(&mut tx).await.unwrap();
        assert_eq!(stored, due(&county.stored(id).await));
        assert!(stored.is_some());
    }
}

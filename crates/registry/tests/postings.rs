//! Postings for a time: begun, prolonged, listed, ended; and pairs of records while facts change.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Action, Error, Right, Role, Who};
use lianxin_registry::actions::people::{
    AddPerson, BeginPosting, Join, Leave, Lodging, MergePeople, ProlongPosting,
};
use lianxin_registry::doubles::plan::Choices;
use lianxin_registry::doubles::{Elsewhere, store as doubles};
use lianxin_registry::membership::store::{self, Posted};
use lianxin_registry::membership::{Posting, store as memberships};
use lianxin_registry::person::Person;
use lianxin_testkit::{House, both_engines};
use uuid::Uuid;

const COUNTY: &str = "421223";
const TOWN: &str = "421223100";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223101";

fn named(name: &str) -> AddPerson {
    AddPerson {
        name: name.to_owned(),
        id_number: None,
        phone: None,
        sex: None,
        birth: "1960-05-01".parse().ok(),
        lodging: Lodging { area: VILLAGE.to_owned(), ..Lodging::default() },
        from: None,
        another: true,
    }
}

async fn keeper(house: &House) -> Who {
    house.area(VILLAGE).await;
    house.area(OTHER).await;
    house.who(&[house.post(Role::Secretary, TOWN)])
}

fn join(person: &Person, organisation: Uuid, kind: &str) -> Join {
    Join {
        county: COUNTY.to_owned(),
        person: person.id,
        organisation,
        kind: kind.to_owned(),
        from: None,
        reason: String::new(),
    }
}

async fn refused<A: Action>(house: &House, who: &Who, action: &A) -> String {
    match house.app().act(who, action).await {
        Ok(_) => "done".to_owned(),
        Err(Error::Refused(problem)) => {
            problem.fields.first().map_or(problem.code, |field| field.code).to_owned()
        }
        Err(error) => panic!("{error}"),
    }
}

async fn listed(house: &House, who: &Who, posted: &Posted) -> Vec<Posting> {
    let mut tx = house.db().read().await.unwrap();
    store::postings(&mut tx, &who.scope(Right::SeePeople, house.now()), posted, house.now(), 50)
        .await
        .unwrap()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn somebody_is_posted_for_a_time(house: House) {
        let who = keeper(&house).await;
        let village = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let person = house.app().act(&who, &named("演示专员")).await.unwrap();
        let day = |days: i64| Some(house.now() + days * DAY);
        let post = |kind: &str, until| BeginPosting { join: join(&person, village, kind), until };
        assert_eq!(refused(&house, &who, &post("member", day(30))).await, "posting-not-one");
        assert_eq!(refused(&house, &who, &post("first-secretary", day(-1))).await, "posting-over");
        let id = house.app().act(&who, &post("first-secretary", day(30))).await.unwrap();
        let later = house.app().act(&who, &named("演示指导")).await.unwrap();
        house.app().act(&who, &BeginPosting { join: join(&later, village, "instructor"), until: None }).await.unwrap();

        let all = listed(&house, &who, &Posted::default()).await;
        assert_eq!(all.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["first-secretary", "instructor"], "those that end come first");
        let soon = Posted { before: Some(house.now() + 60 * DAY), ..Posted::default() };
        assert_eq!(listed(&house, &who, &soon).await.len(), 1);
        let there = Posted { organisation: Some(village), kind: "instructor".into(), ..Posted::default() };
        assert_eq!(listed(&house, &who, &there).await.len(), 1);
        let stranger = house.who(&[house.post(Role::Secretary, OTHER)]);
        assert!(listed(&house, &stranger, &Posted::default()).await.is_empty(), "out of scope there is nobody");

        let prolong = |until| ProlongPosting { county: COUNTY.into(), person: person.id, membership: id, until };
        assert_eq!(refused(&house, &stranger, &prolong(day(90))).await, "problem-not-found");
        assert_eq!(refused(&house, &who, &prolong(day(-1))).await, "posting-over");
        house.app().act(&who, &prolong(day(90))).await.unwrap();
        assert!(listed(&house, &who, &soon).await.is_empty());

        // It can end sooner than was said, and ends by itself.
        let leave = Leave { county: COUNTY.into(), person: person.id, membership: id, last: None, reason: "演示：调走".into() };
        house.app().act(&who, &leave).await.unwrap();
        house.clock().set(house.now() + 2 * DAY);
        assert_eq!(listed(&house, &who, &Posted::default()).await.len(), 1);
        assert_eq!(refused(&house, &who, &leave).await, "problem-not-found");
    }

    async fn another_person_is_told_apart(house: House) {
        let who = keeper(&house).await;
        let one = house.app().act(&who, &named("王芳")).await.unwrap();
        let other = house.app().act(&who, &named("王芳")).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        assert!(doubles::apart(&mut tx, COUNTY, (one.id, other.id)).await.unwrap().is_some());
    }

    async fn nobody_joins_anything_while_their_record_goes_into_another(house: House) {
        let who = keeper(&house).await;
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        for at in 0..6 {
            let name = format!("演示{}", ["甲", "乙", "丙", "丁", "戊", "己"][at]);
            let kept = house.app().act(&who, &named(&name)).await.unwrap();
            let gone = house.app().act(&who, &AddPerson { birth: None, ..named(&name) }).await.unwrap();
            let merge = MergePeople {
                county: COUNTY.into(), kept: kept.id, gone: gone.id, versions: (1, 1), choices: Choices::default(),
                reason: "登记了两次".into(), elsewhere: Elsewhere::NOWHERE,
            };
            let joining = join(&gone, branch, "contact-household");
            let (merged, joined) = futures_util::join!(house.app().act(&who, &merge), house.app().act(&who, &joining));
            merged.unwrap();
            let mut tx = house.db().read().await.unwrap();
            let left = memberships::of_person(&mut tx, COUNTY, gone.id).await.unwrap();
            assert!(left.is_empty(), "what went into another record has nothing: {left:?}");
            let carried = memberships::of_person(&mut tx, COUNTY, kept.id).await.unwrap();
            assert_eq!(carried.len(), usize::from(joined.is_ok()), "it is carried, or was never there");
        }
    }
}

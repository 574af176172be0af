//! Search everywhere: what is found, and that nothing out of scope is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::{Role, Who, sql};
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_registry::search::{Hit, Names, Search};
use lianxin_testkit::{House, both_engines};

const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223200001";

async fn registered(house: &House, name: &str, phone: &str, area: &str) {
    let add = AddPerson {
        name: name.to_owned(),
        id_number: None,
        phone: Some(phone.to_owned()),
        sex: None,
        birth: None,
        lodging: Lodging { area: area.to_owned(), ..Lodging::default() },
        from: None,
        another: false,
    };
    house.app().act(&Who::program("421223"), &add).await.unwrap();
}

/// The names of people, organisations and areas that somebody finds.
async fn found(
    house: &House,
    names: &Names,
    who: &Who,
    typed: &str,
) -> (Vec<String>, Vec<String>, Vec<String>) {
    let search = Search { app: house.app(), who, now: house.now(), typed, most: 8 };
    let mut tx = house.db().read().await.unwrap();
    let people = search.people(&mut tx).await.unwrap();
    let (units, places) = search.places(&mut tx, names).await.unwrap();
    let name = |hit: Hit| hit.name;
    (
        people.found.into_iter().map(|one| one.name).collect(),
        units.into_iter().map(name).collect(),
        places.into_iter().map(name).collect(),
    )
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn everything_is_found_within_the_scope_alone(house: House) {
        let names = Names::default();
        house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        house.organisation(OTHER, "branch", "桃源村党支部").await;
        registered(&house, "陶喜", "13812345678", VILLAGE).await;
        registered(&house, "陶新", "13912345678", OTHER).await;
        let town = house.who(&[house.post(Role::Secretary, "421223100")]);
        let county = house.who(&[house.post(Role::Secretary, "421223")]);
        let city = house.who(&[house.post(Role::Secretary, "4212")]);
        let handler = house.who(&[house.post(Role::Dispatcher, "421223")]);
        let nobody = house.who(&[]);
        let (people, units, places) = found(&house, &names, &town, "tx").await;
        assert_eq!((people, units), (vec!["陶喜".to_owned()], vec!["桃溪社区党支部".to_owned()]));
        assert!(places.is_empty());
        for wide in [&county, &city] {
            let (people, units, _) = found(&house, &names, wide, "tao").await;
            assert_eq!((people.len(), units.len()), (2, 2));
        }
        let (people, units, _) = found(&house, &names, &handler, "tx").await;
        assert_eq!((people.len(), units.len()), (0, 1), "a dispatcher sees organisations and nobody's register");
        let (people, units, places) = found(&house, &names, &nobody, "tx").await;
        assert!(people.is_empty() && units.is_empty() && places.is_empty());
        assert_eq!(found(&house, &names, &town, "5678").await.0, ["陶喜"], "by the end of a telephone");
        assert!(found(&house, &names, &handler, "5678").await.0.is_empty());
        assert_eq!(found(&house, &names, &town, "421223100001").await.2.len(), 1, "an area by its code");
        assert!(found(&house, &names, &town, "421223200001").await.2.is_empty());
        let (people, units, places) = found(&house, &names, &county, "").await;
        assert!(people.is_empty() && units.is_empty() && places.is_empty());
    }

    async fn what_was_closed_meanwhile_is_not_shown(house: House) {
        let names = Names::default();
        house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let who = house.who(&[house.post(Role::Secretary, "421223")]);
        assert_eq!(found(&house, &names, &who, "桃溪").await.1.len(), 1);
        let mut tx = house.db().write().await.unwrap();
        sql("update organisation set valid_to = 1").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(found(&house, &names, &who, "桃溪").await.1.is_empty());
    }
}

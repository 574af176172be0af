//! One grid, many duties, one person for each: as of a day, and by who may see the place.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::Role;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::scope::Post;
use lianxin_registry::area::store;
use lianxin_registry::duty::answering::{Answers, of_village};
use lianxin_testkit::{House, both_engines};

const VILLAGE: &str = "421223100001";

async fn by(house: &House, category: &str, at: i64) -> Vec<Answers> {
    let mut tx = house.db().read().await.unwrap();
    let village = store::area(&mut tx, VILLAGE).await.unwrap().unwrap();
    let grids = store::children(&mut tx, VILLAGE).await.unwrap();
    let all = of_village(&mut tx, &village, grids, (&[category.to_owned()], at)).await.unwrap();
    all.into_iter().flat_map(|grid| grid.by.into_keys()).collect()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn each_duty_has_one_person_or_is_a_gap(house: House) {
        for grid in ["421223100001-01", "421223100001-02"] {
            house.area(grid).await;
        }
        assert_eq!(by(&house, "road", house.now()).await, [Answers::NoUnit, Answers::NoUnit]);
        let unit = house.organisation("421223100", "unit", "城管所").await;
        house.duty(unit, "road", VILLAGE).await;
        assert_eq!(by(&house, "road", house.now()).await, [Answers::Nobody, Answers::Nobody]);
        let of_unit = |role, area: &str| Post { organisation: Some(unit), ..house.post(role, area) };
        house.person("clerk", &[of_unit(Role::UnitHandler, "421223100")]).await;
        let before = house.now();
        let name = |answers: &Answers| matches!(answers, Answers::One(_));
        assert!(by(&house, "road", before).await.iter().all(name));
        house.clock().set(before + 3 * DAY);
        house.person("worker-one", &[house.post(Role::GridWorker, "421223100001-01")]).await;
        house.person("worker-two", &[house.post(Role::GridWorker, "421223100001-02")]).await;
        house.person("worker-three", &[house.post(Role::GridWorker, "421223100001-02")]).await;
        let now = by(&house, "road", house.now()).await;
        assert!(name(&now[0]) && matches!(&now[1], Answers::Several(names) if names.len() == 2), "{now:?}");
    }
}

//! Who is registered in another place of the county and stands on a list of this one: moved, not missing.

use lianxin_foundation::sql;
use lianxin_reconcile::actions::visits::{Answer, TakeBack};
use lianxin_reconcile::plan::Ask;
use lianxin_reconcile::rules::bands::Thresholds;
use lianxin_reconcile::rules::findings::Outcome;
use lianxin_reconcile::store::{coverage, matches, rolls};
use lianxin_registry::actions::people::{Lodging, MovePerson};
use lianxin_registry::person::{standing::Standing, store as people};
use lianxin_testkit::{both_engines, path_of};
use uuid::Uuid;

use crate::yard::{COUNTY, GRID, OTHER_GRID, Yard, refused};

const ELSEWHERE: &str = "421223101001";

/// Registers so many people that the program can learn from them how alike records of one person are; their lines.
async fn neighbours(yard: &Yard) -> Vec<String> {
    let letters: Vec<char> = "安宝成达恩方贵宏嘉康立明宁平庆荣盛泰文祥".chars().collect();
    let mut lines = Vec::new();
    for at in 0..40 {
        let name = format!(
            "{}{}{}",
            "王李张刘陈".chars().nth(at % 5).unwrap(),
            letters[at % 20],
            letters[(at * 7 + 3) % 20]
        );
        let phone = format!("138{:08}", 10_007 * (at + 3));
        yard.register(&name, (GRID, &format!("演示小区 {} 栋 {} 室", 20 + at / 10, 101 + at % 10)), &phone)
            .await;
        lines.push(format!("{name},1950-01-02,{phone},演示小区{}栋{}室", 20 + at / 10, 101 + at % 10));
    }
    lines
}

/// The list of all of them, and of somebody who moved.
async fn brought(yard: &Yard, mover: &str) -> Uuid {
    let mut lines = neighbours(yard).await;
    lines.push(mover.to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    yard.brought(0, &lines).await
}

/// Where somebody of the registry lives now.
async fn home(yard: &Yard, person: Uuid) -> String {
    let mut tx = yard.house.db().read().await.unwrap();
    let person = people::person(&mut tx, COUNTY, person).await.unwrap().unwrap();
    let standing = Standing::of(&mut tx, &person).await.unwrap();
    standing.home(yard.house.now()).map(|home| home.path.clone()).unwrap_or_default()
}

/// How many lines of a list are people registered elsewhere in the county.
async fn moved_lines(yard: &Yard, roll: Uuid) -> i64 {
    let mut tx = yard.house.db().read().await.unwrap();
    let roll = rolls::roll(&mut tx, COUNTY, roll).await.unwrap().unwrap();
    let bands = matches::by_band(&mut tx, &roll, roll.run.unwrap(), &Thresholds::default()).await.unwrap();
    bands.into_iter().find(|(band, _)| band == "moved").map_or(0, |(_, lines)| lines)
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_reconcile::MESSAGES];

    async fn who_moved_within_the_county_is_asked_where_the_list_says_and_moved_once(house: House) {
        let yard = Yard::new(house).await;
        yard.house.area(ELSEWHERE).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        let moved = yard.register("演示邱一", (ELSEWHERE, "演示路 3 号"), "13700000001").await;
        let roll = brought(&yard, "演示邱一,1950-01-02,13700000001,演示小区9栋101室").await;
        let mut tx = yard.house.db().read().await.unwrap();
        let found: Vec<(i64, Option<Uuid>)> =
            sql("select line, person from roll_match where away").all(&mut tx).await.unwrap();
        drop(tx);
        assert_eq!(found, [(42, Some(moved))]);
        assert_eq!(moved_lines(&yard, roll).await, 1);
        let mut tx = yard.house.db().read().await.unwrap();
        let above = coverage::above(&mut tx, COUNTY, yard.campaign, &Thresholds::default()).await.unwrap();
        drop(tx);
        assert_eq!(above, [], "they are missing nowhere");

        assert_eq!(yard.send(Ask { unclear: true, below: false }).await.people, 1);
        let question = yard.only(&yard.worker).await;
        assert_eq!((question.kind.as_str(), question.person), ("moved", Some(moved)));
        for (outcome, said) in [
            (Outcome::Moved, "outcome visit-outcome-form"),
            (Outcome::Died, "outcome visit-outcome-form"),
            (Outcome::Refused, "done"),
            (Outcome::Unknown, "done"),
        ] {
            assert_eq!(refused(&yard, &yard.worker, &yard.answer(&question, outcome)).await, said, "{outcome:?}");
        }
        assert_eq!((yard.count("same").await, yard.count("other").await), (0, 0), "who is not there may still be meant");
        assert_eq!(home(&yard, moved).await, path_of(ELSEWHERE));
        let back = TakeBack { county: COUNTY.into(), visit: question.visit, question: question.id };
        assert_eq!(refused(&yard, &yard.worker, &back).await, "done");

        let lives = yard.answer(&question, Outcome::Lives);
        assert_eq!(refused(&yard, &yard.neighbour, &lives).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.worker, &lives).await, "done");
        assert_eq!(home(&yard, moved).await, path_of(GRID));
        assert_eq!((yard.count("person").await, yard.count("household").await, yard.count("moves").await), (42, 42, 1), "once");
        assert_eq!(moved_lines(&yard, roll).await, 0);
        assert_eq!(refused(&yard, &yard.worker, &lives).await, "outcome visit-lives");
        let trail = yard.audited("person-receive").await;
        assert_eq!(trail.len(), 1);
        assert_eq!(trail[0].1.as_deref(), Some("演示排查 · 核对高龄津贴"));

        assert_eq!(refused(&yard, &yard.neighbour, &back).await, "problem-not-found");
        assert_eq!(refused(&yard, &yard.worker, &back).await, "done");
        assert_eq!(home(&yard, moved).await, path_of(ELSEWHERE), "as if nothing had been");
        assert_eq!((yard.count("same").await, yard.count("moves").await), (0, 0));
        assert_eq!(moved_lines(&yard, roll).await, 1);
        assert_eq!(refused(&yard, &yard.worker, &back).await, "visit-not-taken-back");
    }

    async fn what_happened_since_is_not_undone(house: House) {
        let yard = Yard::new(house).await;
        yard.house.area(ELSEWHERE).await;
        yard.register("演示王甲", (GRID, "演示小区 9 栋 101 室"), "13900000001").await;
        let moved = yard.register("演示邱一", (ELSEWHERE, "演示路 3 号"), "13700000001").await;
        brought(&yard, "演示邱一,1950-01-02,13700000001,演示小区9栋202室").await;
        yard.send(Ask::default()).await;
        let question = yard.only(&yard.worker).await;
        let lives = Answer { note: "门牌换了".into(), ..yard.answer(&question, Outcome::Lives) };
        assert_eq!(refused(&yard, &yard.worker, &lives).await, "done");
        let on = MovePerson {
            county: COUNTY.into(),
            id: moved,
            lodging: Lodging { area: OTHER_GRID.into(), ..Lodging::default() },
            from: None,
        };
        assert_eq!(refused(&yard, &yard.secretary, &on).await, "done");
        let back = TakeBack { county: COUNTY.into(), visit: question.visit, question: question.id };
        assert_eq!(refused(&yard, &yard.worker, &back).await, "person-changed");
        assert_eq!(home(&yard, moved).await, path_of(OTHER_GRID));
    }
}

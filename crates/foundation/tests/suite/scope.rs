//! The scope compiler's condition, asked of real rows on both engines, against a slow and obvious
//! reading: every row is looked at by itself, its area's parents are walked up in the table's own
//! words, every post is asked in turn.

use std::collections::BTreeMap;

use lianxin_foundation::db::{Bulk, sql, sql_with};
use lianxin_foundation::scope::{Columns, Post, Right};
use lianxin_foundation::{Role, Who};
use lianxin_testkit::{House, NOW, both_engines};
use uuid::Uuid;

/// Whether a role's right reaches its place, and what its organisation has: a table of its own, read
/// from the roles' descriptions.
fn reaches(role: Role, right: Right) -> (bool, bool) {
    use Right::*;
    if matches!(role, Role::Specialist | Role::EnterpriseContact) {
        return (false, right == SpeakForEnterprise);
    }
    let place = match right {
        SeeMatters => !matches!(role, Role::UnitHandler | Role::Administrator),
        EnterMatters => !matches!(role, Role::Secretary | Role::Administrator | Role::Auditor),
        HandleMatters => false,
        DispatchMatters | OpenPersonal => matches!(role, Role::Dispatcher | Role::Supervisor),
        SuperviseMatters => role == Role::Supervisor,
        SeeFigures => role != Role::ContactHousehold,
        Export => matches!(role, Role::Dispatcher | Role::Supervisor | Role::Secretary | Role::Auditor),
        SeeRegistry => true,
        Manage => role == Role::Administrator,
        SeeAudit => role == Role::Auditor,
        SeePeople | KeepPeople => matches!(role, Role::GridWorker | Role::Secretary | Role::Administrator),
        OpenPeople => matches!(role, Role::GridWorker | Role::Secretary),
        RunChecks | BringLists => matches!(role, Role::Secretary | Role::Administrator),
        SpeakForEnterprise => false,
    };
    let unit = match right {
        SeeMatters | HandleMatters | OpenPersonal => matches!(role, Role::GridWorker | Role::UnitHandler),
        Export | BringLists => role == Role::UnitHandler,
        SeePeople | KeepPeople | OpenPeople => role == Role::Secretary,
        _ => false,
    };
    (place, unit)
}

/// A repeatable source of choices (the splitmix64 generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    fn maybe<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() || self.roll(3) == 0 { None } else { Some(self.pick(from)) }
    }
}

/// Codes over two provinces, with towns, villages and grids whose codes begin alike.
fn codes(dice: &mut Dice) -> Vec<String> {
    let mut codes = Vec::new();
    for county in ["421223", "421202", "420106", "330402"] {
        for _ in 0..6 {
            let town = format!("{county}{}", ["001", "100", "101"][dice.roll(3)]);
            let village = format!("{town}{}", ["001", "200", "201"][dice.roll(3)]);
            let grid = format!("{village}-{}", ["01", "02", "10"][dice.roll(3)]);
            let micro = format!("{grid}-{}", ["01", "02"][dice.roll(2)]);
            let lines = [town, village, grid, micro];
            codes.push(dice.pick(&lines).clone());
        }
    }
    codes
}

/// A matter as far as scope is concerned.
struct Row {
    id: Uuid,
    area: String,
    unit: Option<Uuid>,
    first: Option<Uuid>,
}

async fn matters(house: &House, areas: &[String], units: &[Uuid], dice: &mut Dice) -> Vec<Row> {
    const COLUMNS: &[&str] = &[
        "county",
        "id",
        "number",
        "secret",
        "category",
        "text",
        "place",
        "attributes",
        "channel",
        "language",
        "area",
        "path",
        "status",
        "unit",
        "first_unit",
        "created_at",
        "hops",
        "reopened",
        "objections",
        "events",
        "version",
    ];
    let mut tx = house.db().write().await.unwrap();
    let mut bulk = Bulk::new("matter", COLUMNS);
    let mut rows = Vec::new();
    for number in 0..250_u32 {
        let area = dice.pick(areas).clone();
        let place = lianxin_testkit::Place::new(&area);
        let row = Row {
            id: Uuid::from_u128(u128::from(number) + 1),
            area,
            unit: dice.maybe(units).copied(),
            first: dice.maybe(units).copied(),
        };
        let secret = number.to_be_bytes().to_vec();
        let (name, zero) = (format!("N{number}"), 0_i64);
        let values = [
            place.county.into(),
            row.id.into(),
            name.into(),
            secret.into(),
            "c".into(),
            "t".into(),
            "p".into(),
            "{}".into(),
            "web".into(),
            "zh-CN".into(),
            place.id.into(),
            place.path.into(),
            "new".into(),
            row.unit.into(),
            row.first.into(),
            NOW.into(),
            zero.into(),
            zero.into(),
            zero.into(),
            zero.into(),
            zero.into(),
        ];
        bulk.push(&mut tx, values).await.unwrap();
        rows.push(row);
    }
    bulk.finish(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

/// Each area's parent, as the table has it.
async fn parents(house: &House) -> BTreeMap<String, Option<String>> {
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<(String, Option<String>)> = sql("select id, parent from area").all(&mut tx).await.unwrap();
    rows.into_iter().collect()
}

fn inside(parents: &BTreeMap<String, Option<String>>, area: &str, above: &str) -> bool {
    area == above || parents[area].as_deref().is_some_and(|parent| inside(parents, parent, above))
}

fn random_posts(house: &House, areas: &[String], units: &[Uuid], dice: &mut Dice) -> Vec<Post> {
    (0..dice.roll(5))
        .map(|_| Post {
            organisation: dice.maybe(units).copied(),
            from: NOW - 2 + dice.roll(4) as i64,
            to: dice.maybe(&[NOW - 1, NOW, NOW + 1, NOW + 9]).copied(),
            ..house.post(*dice.pick(&Role::ALL), dice.pick(areas).as_str())
        })
        .collect()
}

fn allowed(posts: &[Post], right: Right, parents: &BTreeMap<String, Option<String>>, row: &Row) -> bool {
    posts.iter().any(|post| {
        let holds = NOW >= post.from && post.to.is_none_or(|to| NOW < to);
        let (place, unit) = reaches(post.role, right);
        let has = post.organisation.is_some() && [row.unit, row.first].contains(&post.organisation);
        holds && ((place && inside(parents, &row.area, &post.area)) || (unit && has))
    })
}

/// What the condition finds, in the order of ids; bound after an argument of the statement's own.
async fn found(house: &House, who: &Who, right: Right) -> Vec<Uuid> {
    let units = ["m.unit", "m.first_unit"];
    let scope = who.scope(right, NOW);
    let condition = scope.condition(Columns { county: "m.county", path: "m.path", units: &units }, 1);
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<(Uuid,)> = sql_with(
        "select m.id from matter m where m.created_at = $1 and {scope} order by m.id",
        &[("scope", &condition.text)],
    )
    .bind(NOW)
    .bind_all(condition.values)
    .all(&mut tx)
    .await
    .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

both_engines! {
    async fn the_condition_finds_what_the_oracle_allows(house: House) {
        let mut dice = Dice(20_261_122);
        let codes = codes(&mut dice);
        for code in &codes {
            house.area(code).await;
        }
        let parents = parents(&house).await;
        let areas: Vec<String> = parents.keys().cloned().collect();
        let units: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
        let rows = matters(&house, &codes, &units, &mut dice).await;
        let mut seen = 0;
        for round in 0..60 {
            let who = house.who(&random_posts(&house, &areas, &units, &mut dice));
            for right in Right::ALL {
                let expected: Vec<Uuid> =
                    rows.iter().filter(|row| allowed(&who.posts, right, &parents, row)).map(|row| row.id).collect();
                let found = found(&house, &who, right).await;
                assert_eq!(found, expected, "round {round}, {right:?}, {:#?}", who.posts);
                let scope = who.scope(right, NOW);
                for row in &rows {
                    let path = lianxin_testkit::path_of(&row.area);
                    let covered = scope.covers(&path, &[row.unit, row.first]);
                    assert_eq!(covered, expected.contains(&row.id), "round {round}, {right:?}, {path}");
                }
                seen += expected.len();
            }
        }
        assert!(seen > 10_000, "the questions are not empty ones: {seen}");
    }

    async fn areas_themselves_are_found_by_the_same_condition(house: House) {
        let mut dice = Dice(7);
        for code in codes(&mut dice) {
            house.area(&code).await;
        }
        let parents = parents(&house).await;
        let areas: Vec<String> = parents.keys().cloned().collect();
        for _ in 0..100 {
            let who = house.who(&random_posts(&house, &areas, &[], &mut dice));
            let scope = who.scope(Right::SeeRegistry, NOW);
            let condition = scope.condition(Columns { county: "county", path: "path", units: &[] }, 0);
            let mut tx = house.db().read().await.unwrap();
            let rows: Vec<(String,)> =
                sql_with("select id from area where {scope} order by path", &[("scope", &condition.text)])
                    .bind_all(condition.values)
                    .all(&mut tx)
                    .await
                    .unwrap();
            let mut found: Vec<String> = rows.into_iter().map(|row| row.0).collect();
            found.sort_unstable();
            let as_row = |area: &String| Row { id: Uuid::nil(), area: area.clone(), unit: None, first: None };
            let expected: Vec<String> = areas
                .iter()
                .filter(|area| allowed(&who.posts, Right::SeeRegistry, &parents, &as_row(area)))
                .cloned()
                .collect();
            assert_eq!(found, expected, "{:#?}", who.posts);
        }
    }

    async fn who_may_do_nothing_finds_nothing(house: House) {
        house.area("421223").await;
        let nobody = house.who(&[]);
        assert!(!nobody.may(Right::SeeRegistry, NOW));
        let condition = nobody.scope(Right::SeeRegistry, NOW).condition(Columns { county: "county", path: "path", units: &[] }, 3);
        assert_eq!((condition.text.as_str(), condition.values.len()), ("(1 = 0)", 0));
    }
}

//! The tree of areas as of any day: operations, what follows them, taking them back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::clock::{DAY, start_of_day};
use lianxin_foundation::{Error, Micros, Right, Role, Scope, Who, sql};
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_registry::actions::{AddArea, ChangeAreas, RenameArea, UndoAreas};
use lianxin_registry::area::change::plan::Asked;
use lianxin_registry::area::change::store::{children_as_of, current, history};
use lianxin_registry::area::{path_of, store as areas};
use lianxin_registry::duty::responsible;
use lianxin_testkit::{House, both_engines};
use uuid::Uuid;

const TOWN: &str = "421223100";
const OTHER: &str = "421223101";
const VILLAGE: &str = "421223100001";

fn keeper(house: &House) -> Who {
    house.who(&[house.post(Role::Administrator, "421223")])
}

async fn change(house: &House, asked: Asked) -> Result<Uuid, Error> {
    let change = ChangeAreas { asked, reason: "演示批复".to_owned() };
    house.app().act(&keeper(house), &change).await
}

async fn undo(house: &House, id: Uuid) -> Result<(), Error> {
    let undo = UndoAreas { county: "421223".to_owned(), change: id, reason: "做错了".to_owned() };
    house.app().act(&keeper(house), &undo).await.map(|_| ())
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn shift(area: &str, parent: &str, code: Option<&str>) -> Asked {
    Asked::Move { area: text(area), parent: text(parent), code: code.map(text) }
}

fn merge(area: &str, into: &str) -> Asked {
    Asked::Merge { area: text(area), into: text(into) }
}

fn split(area: &str, name: &str, children: &[&str]) -> Asked {
    let children = children.iter().map(|child| text(child)).collect();
    Asked::Split { area: text(area), name: text(name), code: None, children, households: None, cut: None }
}

fn code(error: &Error) -> &str {
    let Error::Refused(problem) = error else { panic!("{error}") };
    problem.fields.first().map_or(problem.code, |field| field.code)
}

async fn lodger(house: &House, area: &str) -> Uuid {
    let add = AddPerson {
        name: text("演示甲"),
        id_number: None,
        phone: None,
        sex: None,
        birth: None,
        lodging: Lodging { area: text(area), ..Lodging::default() },
        from: None,
        another: true,
    };
    house.app().act(&Who::program("421223"), &add).await.unwrap().id
}

/// Where somebody lived on each of some days; more than one place on a day would be a fault.
async fn homes(house: &House, person: Uuid, days: &[Micros]) -> Vec<String> {
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<(String, Micros, Option<Micros>)> =
        sql("select area, valid_from, valid_to from residence where county = '421223' and person = $1")
            .bind(person)
            .all(&mut tx)
            .await
            .unwrap();
    let on = |day: &Micros| {
        let held: Vec<&str> = rows
            .iter()
            .filter(|row| row.1 <= *day && row.2.is_none_or(|to| *day < to))
            .map(|row| row.0.as_str())
            .collect();
        assert!(held.len() == 1, "one place a day: {held:?}");
        held[0].to_owned()
    };
    days.iter().map(on).collect()
}

/// Ids and names of a place's children as of a moment, and of theirs.
async fn tree(house: &House, top: &str, at: Micros) -> BTreeMap<String, (String, String)> {
    let mut tx = house.db().read().await.unwrap();
    let (mut found, mut open) = (BTreeMap::new(), vec![top.to_owned()]);
    while let Some(one) = open.pop() {
        for child in children_as_of(&mut tx, &one, at).await.unwrap() {
            assert!(child.path.starts_with(&path_of(&one)), "a path spells the way to the top");
            open.push(child.id.clone());
            assert!(found.insert(child.id, (one.clone(), child.name)).is_none(), "nobody lies in two places");
        }
    }
    found
}

/// The ids in force as of a moment, asked of the table without going down the tree.
async fn in_force(house: &House, at: Micros) -> BTreeSet<String> {
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<(String,)> = sql("select id from area where county = '421223' and depth > 3 \
         and valid_from <= $1 and (valid_to is null or valid_to > $1)")
    .bind(at)
    .all(&mut tx)
    .await
    .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

async fn settle(house: &House) {
    for area in ["421223100001-01-01", "421223100001-02", "421223100002-01", "421223101001-01"] {
        house.area(area).await;
    }
    house.clock().set(house.now() + 30 * DAY);
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_village_goes_to_another_town_with_everything_in_it(house: House) {
        settle(&house).await;
        let person = lodger(&house, "421223100001-01").await;
        let branch = house.organisation(VILLAGE, "branch", "桃溪党支部").await;
        house.duty(branch, "road", VILLAGE).await;
        let clerk = house.person("clerk", &[house.post(Role::GridWorker, VILLAGE)]).await;
        let town = house.person("town", &[house.post(Role::Dispatcher, OTHER)]).await;
        let old = path_of("421223100001-01");
        house.clock().set(house.now() + 5 * DAY);
        let before = house.now();
        house.clock().set(house.now() + DAY);
        change(&house, shift(VILLAGE, OTHER, Some("421223101077"))).await.unwrap();
        let now = house.now();

        assert_eq!(tree(&house, OTHER, now).await.keys().collect::<Vec<_>>(), [
            "421223101001", "421223101001-01", "421223101077", "421223101077-01", "421223101077-01-01", "421223101077-02",
        ]);
        assert!(tree(&house, TOWN, before).await.contains_key(VILLAGE));
        assert!(!tree(&house, TOWN, now).await.contains_key(VILLAGE));
        assert_eq!(homes(&house, person, &[before, now]).await, ["421223100001-01", "421223101077-01"]);

        let mut tx = house.db().read().await.unwrap();
        // What was reported in the old place is answered for in the new one, by whoever has a post over it today.
        assert_eq!(current(&mut tx, &old).await.unwrap(), path_of("421223101077-01"));
        let answers = responsible(&mut tx, "421223", "road", &old, 7, now).await.unwrap().unwrap();
        assert_eq!((answers.organisation, answers.area.as_str()), (branch, "421223101077"));
        let posts = accounts::rights_of(&mut tx, "421223", town.account()).await.unwrap();
        assert!(Scope::of(&posts, Right::SeeMatters, now).covers(&old, &[]));
        assert!(!Scope::of(&posts, Right::SeeMatters, before).covers(&old, &[]), "not before it fell to them");
        assert!(!Scope::of(&posts, Right::SeeMatters, now).covers(&path_of("421223100002"), &[]));
        let posts = accounts::rights_of(&mut tx, "421223", clerk.account()).await.unwrap();
        for path in [old, path_of("421223101077-01")] {
            assert!(Scope::of(&posts, Right::SeeMatters, now).covers(&path, &[]), "{path}");
        }
        assert_eq!(history(&mut tx, OTHER, 10).await.unwrap().len(), 1);
        assert_eq!(history(&mut tx, "421223100002", 10).await.unwrap().len(), 0);
    }

    async fn grids_are_merged_split_and_closed(house: House) {
        settle(&house).await;
        let person = lodger(&house, "421223100001-02").await;
        house.clock().set(house.now() + DAY);
        let merged = change(&house, merge("421223100001-01", "421223100001-02")).await.unwrap();
        // The micro-grid is numbered on in the grid that goes on.
        assert_eq!(tree(&house, VILLAGE, house.now()).await.keys().collect::<Vec<_>>(), ["421223100001-02", "421223100001-02-01"]);
        house.clock().set(house.now() + DAY);
        let parted = change(&house, split("421223100001-02", "第三网格", &["421223100001-02-01"])).await.unwrap();
        assert_eq!(tree(&house, VILLAGE, house.now()).await.keys().collect::<Vec<_>>(),
            ["421223100001-02", "421223100001-03", "421223100001-03-01"]);
        house.clock().set(house.now() + DAY);
        change(&house, Asked::Close { area: text("421223100001-02") }).await.unwrap();
        assert_eq!(homes(&house, person, &[house.now() - DAY, house.now()]).await, ["421223100001-02", VILLAGE]);
        // The first grid's heir closed too: what was reported there is the village's now.
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(current(&mut tx, &path_of("421223100001-01")).await.unwrap(), path_of(VILLAGE));
        drop(tx);
        for (id, why) in [(merged, "area-undo-later"), (parted, "area-undo-later")] {
            assert_eq!(code(&undo(&house, id).await.unwrap_err()), why);
        }
    }

    async fn what_cannot_be_is_refused_and_changes_nothing(house: House) {
        settle(&house).await;
        house.area("421202001001").await;
        let lived = lodger(&house, VILLAGE).await;
        let before = tree(&house, "421223", house.now()).await;
        for (asked, expected) in [
            (shift(VILLAGE, OTHER, None), "area-code-missing"),
            (shift(VILLAGE, OTHER, Some("421223101")), "area-code-form"),
            (shift(VILLAGE, OTHER, Some("421223101000")), "area-code-form"),
            (shift(VILLAGE, OTHER, Some("421223101001")), "area-code-taken"),
            (shift(VILLAGE, "421202001", Some("421202001009")), "area-unknown"),
            (shift(VILLAGE, "421223100002", None), "area-parent-kind"),
            (shift("421223100001-01", VILLAGE, None), "area-there-already"),
            (merge(VILLAGE, VILLAGE), "area-merge-kind"),
            (merge(VILLAGE, "421223100001-01"), "area-merge-kind"),
            (merge(VILLAGE, "421202001001"), "area-unknown"),
            (merge(TOWN, OTHER), "area-merge-codes"),
            (split(TOWN, "新镇", &[]), "area-split-kind"),
            (split("421223100001-01", " ", &[]), "area-name-form"),
            (split("421223100001-01", "新网格", &["421223100001-02"]), "area-split-children"),
            (Asked::Close { area: text(VILLAGE) }, "area-close-kind"),
            (Asked::Close { area: text("421223100009") }, "problem-not-found"),
        ] {
            assert_eq!(code(&change(&house, asked.clone()).await.unwrap_err()), expected, "{asked:?}");
        }
        let silent = ChangeAreas { asked: merge("421223100001-01", "421223100001-02"), reason: text(" ") };
        assert_eq!(code(&house.app().act(&keeper(&house), &silent).await.unwrap_err()), "registry-reason-missing");
        let asked = || ChangeAreas { asked: shift("421223100001-01", "421223100002", None), reason: text("演示") };
        for (role, area, expected) in [
            (Role::Administrator, "421202", "problem-not-found"),
            (Role::Secretary, "421223", "problem-forbidden"),
            (Role::Administrator, VILLAGE, "area-unknown"),
        ] {
            let who = house.who(&[house.post(role, area)]);
            assert_eq!(code(&house.app().act(&who, &asked()).await.unwrap_err()), expected, "{area}");
        }
        assert_eq!(tree(&house, "421223", house.now()).await, before);
        assert_eq!(homes(&house, lived, &[house.now()]).await, [VILLAGE]);
    }

    async fn a_change_is_taken_back_to_the_letter(house: House) {
        settle(&house).await;
        let person = lodger(&house, "421223100001-01").await;
        let branch = house.organisation("421223100001-01", "branch", "支部").await;
        let clerk = house.person("clerk", &[house.post(Role::GridWorker, "421223100001-01")]).await;
        let rights = async || {
            let mut tx = house.db().read().await.unwrap();
            let mut posts = accounts::rights_of(&mut tx, "421223", clerk.account()).await.unwrap();
            posts.retain(|post| post.holds(house.now()));
            posts.into_iter().map(|post| (post.id, post.path)).collect::<Vec<_>>()
        };
        house.clock().set(house.now() + 3 * DAY);
        let (before, had) = (tree(&house, "421223", house.now()).await, rights().await);
        let moved = change(&house, shift(VILLAGE, OTHER, Some("421223101077"))).await.unwrap();
        assert_ne!(rights().await, had);
        house.clock().set(house.now() + DAY);
        undo(&house, moved).await.unwrap();
        assert_eq!(tree(&house, "421223", house.now()).await, before);
        assert_eq!(tree(&house, "421223", house.now() - DAY).await, before, "the day between is as if nothing had been");
        assert_eq!(homes(&house, person, &[house.now() - DAY, house.now()]).await, ["421223100001-01"; 2]);
        let posts = rights().await;
        assert_eq!(posts.first(), had.first());
        let mut tx = house.db().read().await.unwrap();
        let unit = lianxin_registry::organisation::store::find(&mut tx, branch).await.unwrap().unwrap();
        assert_eq!(unit.area, "421223100001-01");
        assert_eq!(lianxin_registry::organisation::store::past_of(&mut tx, "421223", branch).await.unwrap(), []);
        drop(tx);
        assert_eq!(code(&undo(&house, moved).await.unwrap_err()), "area-undone-already");

        // The same code can be given again; what stands there then is not thrown away.
        let again = change(&house, shift(VILLAGE, OTHER, Some("421223101077"))).await.unwrap();
        lodger(&house, "421223101077").await;
        assert_eq!(code(&undo(&house, again).await.unwrap_err()), "area-undo-used");
        let stranger = house.who(&[house.post(Role::Administrator, "421202")]);
        let of = |county: &str| UndoAreas { county: text(county), change: again, reason: text("x") };
        for county in ["421223", "421202"] {
            assert_eq!(code(&house.app().act(&stranger, &of(county)).await.unwrap_err()), "problem-not-found");
        }
        let village = house.who(&[house.post(Role::Administrator, OTHER)]);
        assert_eq!(code(&house.app().act(&village, &of("421223")).await.unwrap_err()), "problem-forbidden");
    }

    async fn names_are_as_of_the_day(house: House) {
        settle(&house).await;
        let named = async |at| tree(&house, TOWN, at).await[VILLAGE].1.clone();
        let first = house.now();
        let old = named(first).await;
        house.clock().set(house.now() + DAY);
        let rename = RenameArea { id: text(VILLAGE), name: text("桃溪社区") };
        house.app().act(&keeper(&house), &rename).await.unwrap();
        let second = house.now();
        house.clock().set(house.now() + DAY);
        let last = change(&house, Asked::Rename { area: text(VILLAGE), name: text("新桃溪社区") }).await.unwrap();
        assert_eq!((named(first).await, named(second).await, named(house.now()).await), (old.clone(), text("桃溪社区"), text("新桃溪社区")));
        undo(&house, last).await.unwrap();
        assert_eq!((named(first).await, named(house.now()).await), (old, text("桃溪社区")));
    }

    /// After any sequence of operations every day's tree is a tree, and every fact has exactly one place on every day.
    async fn every_days_tree_is_a_tree(house: House) {
        settle(&house).await;
        let mut seed = if house.engine() == lianxin_testkit::Engine::Sqlite { 5_u64 } else { 9_u64 };
        let mut roll = move |sides: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % sides.max(1)
        };
        let mut people = Vec::new();
        for area in ["421223100001", "421223100001-01", "421223100001-01-01", "421223100002-01", "421223101001-01"] {
            people.push(lodger(&house, area).await);
        }
        let first = start_of_day(house.now()) + DAY - 1;
        let (mut days, mut done, mut changed, mut undone) = (vec![first], Vec::new(), 0, 0);
        let mut trees = vec![tree(&house, "421223", first).await];
        for step in 0..36 {
            house.clock().set(house.now() + DAY * roll(2) as i64 + 1);
            let all: Vec<String> = tree(&house, "421223", house.now()).await.into_keys().collect();
            let (one, other) = (all[roll(all.len())].clone(), all[roll(all.len())].clone());
            let free = format!("{other}{:03}", 100 + step);
            let asked = match roll(6) {
                0 => shift(&one, &other, (other.len() == 9).then_some(free.as_str())),
                1 => merge(&one, &other),
                2 => split(&one, &format!("新网格{step}"), &[]),
                3 => Asked::Close { area: one },
                4 => Asked::Rename { area: one, name: format!("改名{step}") },
                _ if done.is_empty() => Asked::Close { area: one },
                _ => {
                    let at = roll(done.len());
                    if undo(&house, done[at]).await.is_ok() {
                        undone += 1;
                        done.remove(at);
                    }
                    continue;
                }
            };
            if let Ok(id) = change(&house, asked).await {
                done.push(id);
                changed += 1;
            }
            let today = start_of_day(house.now()) + DAY - 1;
            if days.last() != Some(&today) {
                days.push(today);
                trees.push(BTreeMap::new());
            }
            for day in &days {
                let tree = tree(&house, "421223", *day).await;
                // Whatever is in force hangs from the top: nothing lies in an area that is not there.
                assert_eq!(tree.keys().cloned().collect::<BTreeSet<_>>(), in_force(&house, *day).await);
                for person in &people {
                    let home = &homes(&house, *person, &[*day]).await[0];
                    assert!(tree.contains_key(home), "{home} is in force");
                }
            }
            // What stays where it was has one place that answers for it today.
            let now = tree(&house, "421223", house.now()).await;
            let mut tx = house.db().read().await.unwrap();
            for area in trees[0].keys() {
                let place = current(&mut tx, &path_of(area)).await.unwrap();
                let id = lianxin_registry::area::ancestors(&place).last().copied().unwrap().to_owned();
                assert!(now.contains_key(&id), "{area} is answered for by {id}");
                let known = areas::area(&mut tx, area).await.unwrap().unwrap();
                assert_eq!(known.valid_to.is_none(), id == *area || known.valid_to.is_none());
            }
        }
        assert!(changed > 8, "{changed} changes were made");
        assert!(undone > 0, "{undone} were taken back");
        // Taken back from the last to the first, everything is as it was.
        for id in done.into_iter().rev() {
            undo(&house, id).await.unwrap();
        }
        assert_eq!(tree(&house, "421223", house.now()).await, trees[0]);
        assert_eq!(tree(&house, "421223", first).await, trees[0]);
    }

    async fn new_grids_do_not_take_numbers_that_were_given(house: House) {
        settle(&house).await;
        change(&house, merge("421223100001-02", "421223100001-01")).await.unwrap();
        let add = AddArea { parent: text(VILLAGE), name: text("新网格"), households: None };
        assert_eq!(house.app().act(&keeper(&house), &add).await.unwrap(), "421223100001-03");
    }
}

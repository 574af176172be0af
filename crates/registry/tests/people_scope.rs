//! Who is in a list of people, against a slow and obvious reading of the same facts: random homes,
//! memberships, posts and days.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use lianxin_foundation::clock::{DAY, start_of_day};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Right, Role, Who, sql};
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_registry::person::naming::Look;
use lianxin_registry::person::store::{self, Lister, Within};
use lianxin_testkit::{House, Place, both_engines};
use uuid::Uuid;

const VILLAGES: [&str; 5] =
    ["421223100001", "421223100001-01", "421223100002", "421223101001", "421202001001"];
/// Where there are organisations: in every village, and one of the city, which takes people of all counties.
const SEATS: [&str; 6] =
    ["421223100001", "421223100001-01", "421223100002", "421223101001", "421202001001", "4212"];
const NAMES: [&str; 6] = ["张伟", "张芳", "章伟", "王伟", "曾强", "单芳"];
const DAYS: i64 = 8;

/// Numbers that repeat from run to run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// A day and, in half of all cases, a later one.
    fn span(&mut self, first: i64) -> (i64, Option<i64>) {
        let from = self.roll(DAYS as usize) as i64;
        let to = (self.roll(2) == 0).then(|| from + self.roll(DAYS as usize) as i64);
        (first + from * DAY, to.map(|to| first + to * DAY))
    }
}

/// A fact as the oracle reads it: whose, in which area, of which organisation, from when until when.
struct Fact {
    person: usize,
    area: &'static str,
    unit: Option<Uuid>,
    from: i64,
    to: Option<i64>,
}

/// Whether one area lies in another, asked of their codes alone.
fn inside(area: &str, above: &str) -> bool {
    area == above
        || (above.len() <= 12
            && area.split('-').next().unwrap().starts_with(above)
            && area.len() > above.len())
}

/// What the table of rights says of people, as a person would read it out.
fn allows(post: &Post, fact: &Fact) -> bool {
    let place = matches!(post.role, Role::GridWorker | Role::Secretary | Role::Administrator);
    let unit = post.role == Role::Secretary && post.organisation.is_some() && post.organisation == fact.unit;
    (place && inside(fact.area, &post.area)) || unit
}

struct Town {
    people: Vec<Uuid>,
    facts: Vec<Fact>,
    units: Vec<Uuid>,
    first: i64,
}

async fn town(house: &House, dice: &mut Dice) -> Town {
    let first = start_of_day(house.now()) - DAYS * DAY;
    let mut town = Town { people: Vec::new(), facts: Vec::new(), units: Vec::new(), first };
    for village in SEATS {
        town.units.push(house.organisation(village, "branch", &format!("支部 {village}")).await);
    }
    for at in 0..40 {
        let area = VILLAGES[dice.roll(VILLAGES.len())];
        let add = AddPerson {
            name: NAMES[dice.roll(NAMES.len())].to_owned(),
            id_number: None,
            phone: None,
            sex: None,
            birth: None,
            lodging: Lodging { area: area.to_owned(), ..Lodging::default() },
            from: Some(first),
            another: true,
        };
        let county = lianxin_testkit::county_of(area);
        let person = house.app().act(&Who::program(&county), &add).await.unwrap();
        let (from, to) = dice.span(first);
        let mut tx = house.db().write().await.unwrap();
        sql("update residence set valid_from = $3, valid_to = $4 where county = $1 and person = $2")
            .bind(&county)
            .bind(person.id)
            .bind(from)
            .bind(to)
            .run(&mut tx)
            .await
            .unwrap();
        town.people.push(person.id);
        town.facts.push(Fact { person: at, area, unit: None, from, to });
        for _ in 0..dice.roll(3) {
            let of = dice.roll(SEATS.len());
            if SEATS[of].len() > 4 && !SEATS[of].starts_with(&county) {
                continue;
            }
            let (from, to) = dice.span(first);
            sql(
                "insert into membership (county, id, person, organisation, path, kind, valid_from, valid_to) \
                 values ($1, $2, $3, $4, $5, 'member', $6, $7)",
            )
            .bind(&county)
            .bind(house.app().ids().new_id(house.now()))
            .bind(person.id)
            .bind(town.units[of])
            .bind(Place::new(SEATS[of]).path)
            .bind(from)
            .bind(to)
            .run(&mut tx)
            .await
            .unwrap();
            town.facts.push(Fact { person: at, area: SEATS[of], unit: Some(town.units[of]), from, to });
        }
        tx.commit().await.unwrap();
    }
    town
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn the_list_holds_whom_the_oracle_names(house: House) {
        let mut dice = Dice(7);
        let town = town(&house, &mut dice).await;
        let areas = ["42", "4212", "421223", "421223100", "421223100001", "421223100001-01", "421202", "421223101001"];
        let mut found_any = 0;
        for _ in 0..150 {
            let posts: Vec<Post> = (0..=dice.roll(2)).map(|_| {
                let role = Role::ALL[dice.roll(Role::ALL.len())];
                let organisation = (dice.roll(2) == 0).then(|| town.units[dice.roll(town.units.len())]);
                Post { organisation, ..house.post(role, areas[dice.roll(areas.len())]) }
            }).collect();
            let at = town.first + dice.roll(DAYS as usize + 1) as i64 * DAY;
            let asked = areas[dice.roll(areas.len())];
            let everywhere = dice.roll(2) == 0;
            let organisation = (dice.roll(4) == 0).then(|| town.units[dice.roll(town.units.len())]);
            let within = Within {
                look: Look::All,
                path: if everywhere { String::new() } else { Place::new(asked).path },
                organisation,
                kind: String::new(),
            };
            let holds = |fact: &&Fact| fact.from <= at && fact.to.is_none_or(|to| at < to);
            let expected: BTreeSet<Uuid> = town.facts.iter().filter(holds)
                .filter(|fact| everywhere || inside(fact.area, asked))
                .filter(|fact| posts.iter().any(|post| allows(post, fact)))
                .filter(|fact| organisation.is_none_or(|unit| {
                    town.facts.iter().filter(holds).any(|one| one.person == fact.person && one.unit == Some(unit))
                }))
                .map(|fact| town.people[fact.person])
                .collect();
            let who = house.who(&posts);
            let scope = who.scope(Right::SeePeople, house.now());
            let mut tx = house.db().read().await.unwrap();
            let counties = store::counties(&mut tx, &scope, &within.path).await.unwrap();
            let lister = Lister { scope: &scope, within: &within, at };
            // Page by page, so that going on after a row is looked at too.
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = lister.page(&mut tx, &counties, after.as_ref(), 7).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some((last.county.clone(), last.sorted.clone(), last.id));
                found.extend(page.iter().map(|one| one.id));
            }
            let unique: BTreeSet<Uuid> = found.iter().copied().collect();
            assert_eq!(unique.len(), found.len(), "nobody twice");
            assert_eq!(unique, expected, "{posts:?} within {within:?} at day {}", (at - town.first) / DAY);
            found_any += usize::from(!expected.is_empty());
        }
        assert!(found_any > 30, "the questions are not all empty: {found_any}");
    }

    async fn names_are_found_by_characters_pinyin_and_initials(house: House) {
        house.area(VILLAGES[0]).await;
        let worker = house.who(&[house.post(Role::GridWorker, VILLAGES[0])]);
        for name in ["张伟", "章玮玮", "張偉明", "曾强", "吕布"] {
            let add = AddPerson {
                name: name.to_owned(), id_number: None, phone: None, sex: None, birth: None,
                lodging: Lodging { area: VILLAGES[0].to_owned(), ..Lodging::default() }, from: None, another: true,
            };
            house.app().act(&worker, &add).await.unwrap();
        }
        let scope = worker.scope(Right::SeePeople, house.now());
        let wide = house.who(&[house.post(Role::Administrator, "42")]).scope(Right::SeePeople, house.now());
        for (typed, names) in [
            ("张", vec!["張偉明", "张伟"]),
            ("张伟", vec!["張偉明", "张伟"]),
            ("zhang", vec!["張偉明", "张伟", "章玮玮"]),
            ("zhangweim", vec!["張偉明"]),
            ("zw", vec!["張偉明", "张伟", "章玮玮"]),
            ("zww", vec!["章玮玮"]),
            ("zeng", vec!["曾强"]),
            ("ceng", vec![]),
            ("lvbu", vec!["吕布"]),
            ("x", vec![]),
        ] {
            let within = Within { look: Look::of(typed), ..Within::default() };
            for scope in [&scope, &wide] {
                let mut tx = house.db().read().await.unwrap();
                let counties = store::counties(&mut tx, scope, "").await.unwrap();
                let lister = Lister { scope, within: &within, at: house.now() };
                let found = lister.page(&mut tx, &counties, None, 50).await.unwrap();
                let mut found: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
                let mut names = names.clone();
                found.sort_unstable();
                names.sort_unstable();
                assert_eq!(found, names, "{typed}");
            }
        }
    }
}

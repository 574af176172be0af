//! Two records of one person: merged, taken back to the letter, or said to be two people.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Action, Error, Micros, Right, Role, Who, sql};
use lianxin_registry::actions::people::{
    AddPerson, AskTransfer, CorrectPerson, Depart, Departure, Join, Leave, Lodging, MergePeople, MovePerson,
    OpenPerson, TellApart, UndoMerge,
};
use lianxin_registry::doubles::plan::Choices;
use lianxin_registry::doubles::store::{merges_into, pairs};
use lianxin_registry::doubles::{Elsewhere, Likeness, Side};
use lianxin_registry::household::Relation;
use lianxin_registry::person::standing::Standing;
use lianxin_registry::person::{Person, store as people};
use lianxin_registry::{CategoryNames, Places};
use lianxin_testkit::{House, both_engines};
use lianxin_worktime::Calendar;
use uuid::Uuid;

const COUNTY: &str = "421223";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223100002";
const ID: &str = "11010519491231002X";
const SECOND: &str = "110101199003070134";

async fn keeper(house: &House) -> Who {
    house.area(VILLAGE).await;
    house.area(OTHER).await;
    house.who(&[house.post(Role::Secretary, "421223100")])
}

fn named(name: &str) -> AddPerson {
    AddPerson {
        name: name.to_owned(),
        id_number: None,
        phone: None,
        sex: None,
        birth: "1949-12-31".parse().ok(),
        lodging: Lodging { area: VILLAGE.to_owned(), ..Lodging::default() },
        from: None,
        another: true,
    }
}

async fn registered(house: &House, who: &Who, add: AddPerson) -> Person {
    let person = house.app().act(who, &add).await.unwrap();
    // Registering somebody as another person says so of the pair; here nobody has looked yet.
    let mut tx = house.db().write().await.unwrap();
    sql("delete from person_apart where county = $1").bind(COUNTY).run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn read(house: &House, id: Uuid) -> (Person, Standing) {
    let mut tx = house.db().read().await.unwrap();
    let person = people::person(&mut tx, COUNTY, id).await.unwrap().unwrap();
    let standing = Standing::of(&mut tx, &person).await.unwrap();
    (person, standing)
}

async fn merging(house: &House, kept: Uuid, gone: Uuid, choices: Choices) -> MergePeople {
    let versions = (read(house, kept).await.0.version, read(house, gone).await.0.version);
    let (county, reason) = (COUNTY.to_owned(), "登记了两次".to_owned());
    MergePeople { county, kept, gone, versions, choices, reason, elsewhere: Elsewhere::NOWHERE }
}

fn undoing(id: Uuid) -> UndoMerge {
    UndoMerge {
        county: COUNTY.to_owned(), id, reason: "弄错了人".to_owned(), elsewhere: Elsewhere::NOWHERE
    }
}

fn join(person: Uuid, organisation: Uuid, kind: &str, from: Micros) -> Join {
    let (county, reason) = (COUNTY.to_owned(), String::new());
    Join { county, person, organisation, kind: kind.to_owned(), from: Some(from), reason }
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

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn two_records_become_one_and_two_again(house: House) {
        let who = keeper(&house).await;
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let day = |ago: i64| house.now() - ago * DAY;
        let one = registered(&house, &who, AddPerson { from: Some(day(400)), ..named("王芳") }).await;
        let number = AddPerson {
            id_number: Some(ID.to_owned()), phone: Some("13812345678".to_owned()),
            lodging: Lodging { area: OTHER.to_owned(), ..Lodging::default() }, from: Some(day(100)), ..named("王芳")
        };
        let other = registered(&house, &who, number).await;
        house.app().act(&who, &join(one.id, branch, "applicant", day(300))).await.unwrap();
        house.app().act(&who, &join(other.id, branch, "activist", day(200))).await.unwrap();
        house.app().act(&who, &join(other.id, branch, "group-leader", day(50))).await.unwrap();
        let before = (read(&house, one.id).await, read(&house, other.id).await);

        // They moved in between: the later home counts.
        let choices = Choices { home: Side::Gone, ..Choices::default() };
        let merge = merging(&house, one.id, other.id, choices).await;
        let id = house.app().act(&who, &merge).await.unwrap();
        let (person, standing) = read(&house, one.id).await;
        let open = OpenPerson { county: COUNTY.to_owned(), id: one.id, reason: "核对电话".to_owned() };
        let opened = house.app().act(&who, &open).await.unwrap();
        assert_eq!((opened.id_number.as_deref(), opened.phone.as_deref()), (Some(ID), Some("13812345678")));
        assert_eq!(standing.home(house.now()).unwrap().area, OTHER);
        assert_eq!(standing.home(day(101)).unwrap().area, VILLAGE, "and the earlier one until then");
        assert_eq!(standing.stage(house.now()).unwrap().code, "activist");
        assert_eq!(standing.stage(day(250)).unwrap().code, "applicant", "the first stage ends where the next begins");
        assert_eq!(standing.held(house.now()).count(), 2);
        assert_eq!(read(&house, other.id).await.1, Standing::default(), "every fact has one person");
        assert_eq!(refused(&house, &who, &merge).await, "problem-not-found", "the other record is no more");

        house.app().act(&who, &undoing(id)).await.unwrap();
        assert_eq!(refused(&house, &who, &undoing(id)).await, "doubles-undone-already");
        let after = (read(&house, one.id).await, read(&house, other.id).await);
        assert_eq!((&after.0.1, &after.1.1), (&before.0.1, &before.1.1), "to the letter");
        let as_was = |mut now: Person, was: &Person| { now.version = was.version; now == *was };
        assert!(as_was(after.0.0, &before.0.0) && as_was(after.1.0, &before.1.0));
        assert!(person.id_key.is_some());
        let open = OpenPerson { id: other.id, ..open };
        assert_eq!(house.app().act(&who, &open).await.unwrap().id_number.as_deref(), Some(ID));
        let owner: (Uuid,) = sql("select person from identity where id_key = $1").bind(person.id_key.unwrap())
            .one(&mut house.db().read().await.unwrap()).await.unwrap();
        assert_eq!(owner.0, other.id, "the number is theirs again");
    }

    async fn what_says_two_people_is_not_merged(house: House) {
        let who = keeper(&house).await;
        let (first, second) = (
            house.organisation(VILLAGE, "branch", "桃溪社区党支部").await,
            house.organisation(OTHER, "branch", "菖蒲村党支部").await,
        );
        let one = registered(&house, &who, AddPerson { id_number: Some(ID.to_owned()), birth: None, ..named("王芳") }).await;
        let other = registered(&house, &who, AddPerson { id_number: Some(SECOND.to_owned()), birth: None, ..named("王芳") }).await;
        let plain = || merging(&house, one.id, other.id, Choices::default());
        assert_eq!(refused(&house, &who, &plain().await).await, "doubles-id-choose");
        let chosen = Choices { id_number: Some(Side::Kept), ..Choices::default() };
        let merge = || merging(&house, one.id, other.id, chosen);
        assert_eq!(refused(&house, &who, &MergePeople { reason: "同".to_owned(), ..merge().await }).await, "doubles-reason-short");
        assert_eq!(refused(&house, &who, &MergePeople { versions: (9, 1), ..merge().await }).await, "person-changed");
        assert_eq!(refused(&house, &who, &MergePeople { gone: one.id, ..merge().await }).await, "problem-not-found");
        let tell = |two| TellApart { county: COUNTY.to_owned(), one: other.id, other: one.id, two };
        house.app().act(&who, &tell(true)).await.unwrap();
        assert_eq!(refused(&house, &who, &merge().await).await, "doubles-apart");
        house.app().act(&who, &tell(false)).await.unwrap();
        let member = house.app().act(&who, &join(one.id, first, "member", house.now())).await.unwrap();
        house.app().act(&who, &join(other.id, second, "member", house.now())).await.unwrap();
        assert_eq!(refused(&house, &who, &merge().await).await, "doubles-two-stages");
        let ask = AskTransfer { county: COUNTY.to_owned(), person: one.id, membership: member, to: "菖蒲村党支部".to_owned(), reason: "搬家".to_owned() };
        house.app().act(&who, &ask).await.unwrap();
        assert_eq!(refused(&house, &who, &merge().await).await, "doubles-transfer-waits");
        let worker = house.who(&[house.post(Role::GridWorker, OTHER)]);
        assert_eq!(refused(&house, &worker, &merge().await).await, "problem-not-found", "one of them is out of sight");
        let admin = house.who(&[house.post(Role::Dispatcher, "421223")]);
        assert_eq!(refused(&house, &admin, &merge().await).await, "problem-not-found");
        assert_eq!(refused(&house, &admin, &tell(true)).await, "problem-not-found");
    }

    async fn nothing_newer_is_undone_away(house: House) {
        let who = keeper(&house).await;
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let chosen = Choices { id_number: Some(Side::Kept), ..Choices::default() };
        for (at, newer) in ["joined", "left", "corrected", "moved", "numbered", "merged"].into_iter().enumerate() {
            let numbers = [format!("1101051949123{}", 1000 + at), format!("1101051949123{}", 1100 + at)];
            let with_check = |stem: &str| ('0'..='9').chain(['X']).map(|last| format!("{stem}{last}"))
                .find(|id| lianxin_foundation::vault::normalise_id(id).is_some()).unwrap();
            let add = |number: &str| AddPerson { id_number: Some(with_check(number)), birth: None, sex: None, ..named("王芳") };
            let one = registered(&house, &who, add(&numbers[0])).await;
            let other = registered(&house, &who, add(&numbers[1])).await;
            let member = house.app().act(&who, &join(other.id, branch, "group-leader", house.now())).await.unwrap();
            let id = house.app().act(&who, &merging(&house, one.id, other.id, chosen).await).await.unwrap();
            let county = COUNTY.to_owned();
            let expected = match newer {
                "joined" => {
                    house.app().act(&who, &join(one.id, branch, "applicant", house.now())).await.unwrap();
                    "doubles-undo-newer"
                }
                "left" => {
                    let leave = Leave { county, person: one.id, membership: member, last: None, reason: "换人".to_owned() };
                    house.app().act(&who, &leave).await.unwrap();
                    "doubles-undo-newer"
                }
                "moved" => {
                    let lodging = Lodging { area: OTHER.to_owned(), ..Lodging::default() };
                    house.app().act(&who, &MovePerson { county, id: one.id, lodging, from: None }).await.unwrap();
                    "doubles-undo-newer"
                }
                "corrected" => {
                    let version = read(&house, one.id).await.0.version;
                    let correct = CorrectPerson {
                        county, id: one.id, version, name: "王方".to_owned(), sex: None, birth: None,
                        id_number: None, phone: None, drop_phone: false,
                    };
                    house.app().act(&who, &correct).await.unwrap();
                    "doubles-undo-corrected"
                }
                "numbered" => {
                    registered(&house, &who, add(&numbers[1])).await;
                    "doubles-undo-number"
                }
                _ => {
                    let third = registered(&house, &who, named("王芳")).await;
                    let next = house.app().act(&who, &merging(&house, third.id, one.id, Choices::default()).await).await.unwrap();
                    assert_eq!(refused(&house, &who, &undoing(id)).await, "problem-not-found", "the later one first");
                    house.app().act(&who, &undoing(next)).await.unwrap();
                    "done"
                }
            };
            let before = read(&house, one.id).await;
            assert_eq!(refused(&house, &who, &undoing(id)).await, expected, "{newer}");
            assert!(expected == "done" || read(&house, one.id).await == before, "a refusal changes nothing");
            let stranger = house.who(&[house.post(Role::GridWorker, OTHER)]);
            if newer != "moved" {
                assert_eq!(refused(&house, &stranger, &undoing(id)).await, "problem-not-found");
            }
        }
    }

    async fn pairs_are_shown_until_somebody_says_they_are_two(house: House) {
        let who = keeper(&house).await;
        let one = registered(&house, &who, AddPerson { phone: Some("13812345678".to_owned()), ..named("王芳") }).await;
        let other = registered(&house, &who, named("王芳")).await;
        let third = registered(&house, &who, AddPerson { phone: Some("13812345678".to_owned()), birth: None, ..named("王芳") }).await;
        registered(&house, &who, AddPerson { birth: "1980-01-01".parse().ok(), ..named("王芳") }).await;
        let found = |likeness| async move {
            let mut tx = house.db().read().await.unwrap();
            let found = pairs(&mut tx, (COUNTY, "42/4212/421223/421223100/"), likeness, house.now(), 9).await.unwrap();
            let mut found: Vec<_> = found.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            found.sort_unstable();
            found.dedup();
            (house, found)
        };
        let (house, births) = found(Likeness::Birth).await;
        assert_eq!(births, [(one.id.min(other.id), one.id.max(other.id))]);
        let mut person = house.person("worker", &[house.post(Role::GridWorker, VILLAGE)]).await;
        person.who = house.who(&[house.post(Role::GridWorker, VILLAGE)]);
        let routes = lianxin_registry::routes()
            .layer(Extension(CategoryNames::new(Vec::new())))
            .layer(Extension(Arc::new(Calendar::china())))
            .layer(Extension(Elsewhere::NOWHERE))
            .layer(Extension(Places::new()));
        let mut browser = house.browser(routes);
        browser.sign_in(&person).await;
        let list = browser.get("/people/doubles").await.text();
        assert_eq!(list.matches("/double/").count(), 2, "{list}");
        let beside = format!("/people/{COUNTY}/{}/double/{}", one.id, other.id);
        assert!(browser.get(&format!("/people/{COUNTY}/{}", one.id)).await.text().contains(&beside));
        assert_eq!(browser.get(&beside).await.status, 200);
        assert_eq!(browser.post(&format!("{beside}/look"), &[("home", "gone")]).await.status, 200);
        assert_eq!(browser.post(&format!("{beside}/apart"), &[]).await.status, 303);
        assert_eq!(browser.get("/people/doubles").await.text().matches("/double/").count(), 1);
        assert!(!browser.get(&format!("/people/{COUNTY}/{}", one.id)).await.text().contains(&beside));
        let fields = [("kept-version", "1"), ("gone-version", "1"), ("reason", "同一个人")];
        let again = browser.post(&format!("{beside}/merge"), &fields).await;
        assert_eq!(again.status, 422, "they are two people");
        assert_eq!(browser.post(&format!("{beside}/together"), &[]).await.status, 303);
        assert_eq!(browser.post(&format!("{beside}/fly"), &fields).await.status, 404);
        let phone = format!("/people/{COUNTY}/{}/double/{}", one.id, third.id);
        assert_eq!(browser.post(&format!("{phone}/merge"), &fields).await.location(), format!("/people/{COUNTY}/{}?done=doubles-merged", one.id));
        let old = browser.get(&format!("/people/{COUNTY}/{}", third.id)).await;
        assert_eq!((old.status, old.location()), (303, format!("/people/{COUNTY}/{}", one.id).as_str()));
        let merge = merges_into(&mut house.db().read().await.unwrap(), COUNTY, one.id).await.unwrap().remove(0);
        let undo = format!("/people/merges/{COUNTY}/{}/undo", merge.id);
        assert_eq!(browser.post(&undo, &[("reason", "x")]).await.status, 422);
        assert_eq!(browser.post(&undo, &[("reason", "弄错了人")]).await.status, 303);
        let stranger = house.person("stranger", &[house.post(Role::GridWorker, OTHER)]).await;
        browser.sign_in(&stranger).await;
        for path in [&beside, &phone] {
            assert_eq!(browser.get(path).await.status, 404);
            for step in ["look", "merge", "apart", "together"] {
                assert_eq!(browser.post(&format!("{path}/{step}"), &fields).await.status, 404, "{step}");
            }
        }
        assert_eq!(browser.post(&undo, &[("reason", "弄错了人")]).await.status, 404);
        assert!(!browser.get("/people/doubles").await.text().contains("/double/"));
    }

    /// After any merges and undoings every fact has one person, who lives in one place and is in one stage on a day; and
    /// undone from the last to the first they leave everything as it was.
    async fn facts_have_one_person_after_any_merges(house: House) {
        let who = keeper(&house).await;
        let branches = [
            house.organisation(VILLAGE, "branch", "桃溪社区党支部").await,
            house.organisation(OTHER, "branch", "菖蒲村党支部").await,
        ];
        let mut luck = Luck(20_261_123);
        let crowd = crowd(&house, &who, &branches, &mut luck).await;
        let at_first = everything(&house).await;
        let mut done: Vec<Uuid> = Vec::new();
        for _ in 0..24 {
            let (kept, gone) = (crowd[luck.below(crowd.len())], crowd[luck.below(crowd.len())]);
            let choices = Choices { home: if luck.below(2) == 0 { Side::Kept } else { Side::Gone }, ..Choices::default() };
            if luck.below(4) == 0 && let Some(last) = done.pop() {
                house.app().act(&who, &undoing(last)).await.unwrap();
            } else if kept != gone {
                match house.app().act(&who, &merging(&house, kept, gone, choices).await).await {
                    Ok(id) => done.push(id),
                    Err(Error::Refused(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            let now = everything(&house).await;
            assert_eq!(now.keys().collect::<Vec<_>>(), at_first.keys().collect::<Vec<_>>(), "no fact is lost or made");
            for id in &crowd {
                sound(&house, *id, now.values().filter(|fact| fact.0 == *id).count()).await;
            }
        }
        assert!(done.len() > 2, "{} merges stand", done.len());
        while let Some(last) = done.pop() {
            let undone = house.app().act(&who, &undoing(last)).await;
            assert!(undone.is_ok(), "{:?}", undone.err());
        }
        assert_eq!(everything(&house).await, at_first);
    }
}

/// Numbers that look random and are the same every time.
struct Luck(u64);

impl Luck {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

/// Eight records with homes and memberships, some of them over.
async fn crowd(house: &House, who: &Who, branches: &[Uuid; 2], luck: &mut Luck) -> Vec<Uuid> {
    let mut crowd = Vec::new();
    for at in 0..8 {
        let since = house.now() - (100 + i64::try_from(luck.below(900)).unwrap()) * DAY;
        let area = if luck.below(2) == 0 { VILLAGE } else { OTHER };
        let lodging = Lodging {
            code: Some(format!("H-{}", at / 2)),
            relation: Some(Relation::Other),
            area: area.to_owned(),
            address: None,
        };
        let add = AddPerson { from: Some(since), lodging, ..named("王芳") };
        let id = registered(house, who, add).await.id;
        for kind in ["applicant", "group-leader"] {
            if luck.below(3) > 0 {
                let from = since + i64::try_from(luck.below(90)).unwrap() * DAY;
                let held = join(id, branches[luck.below(5) / 4], kind, from);
                house.app().act(who, &held).await.unwrap();
            }
        }
        if luck.below(4) == 0 {
            let last = Some(house.now() - 10 * DAY);
            let depart = Depart { county: COUNTY.to_owned(), id, why: Departure::MovedAway, last };
            house.app().act(who, &depart).await.unwrap();
        }
        crowd.push(id);
    }
    crowd
}

type Fact = (Uuid, Micros, Option<Micros>, Option<String>);

/// Every home and membership there is, by id.
async fn everything(house: &House) -> BTreeMap<Uuid, Fact> {
    /// A fact with its id before it.
    type Row = (Uuid, Uuid, Micros, Option<Micros>, Option<String>);
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<Row> = sql("select id, person, valid_from, valid_to, ended from residence union all \
             select id, person, valid_from, valid_to, ended from membership")
    .all(&mut tx)
    .await
    .unwrap();
    rows.into_iter().map(|(id, person, from, to, ended)| (id, (person, from, to, ended))).collect()
}

/// One home and one stage a day, and nothing with somebody who went into another record.
async fn sound(house: &House, id: Uuid, facts: usize) {
    let (person, standing) = read(house, id).await;
    assert!(person.merged_into.is_none() || facts == 0, "what went into another record has nothing");
    for ago in (0..1_000).step_by(5) {
        let at = house.now() - ago * DAY;
        assert!(standing.residences.iter().filter(|home| home.holds(at)).count() <= 1, "one home a day");
        let stages = standing.held(at).filter(|role| role.kind().is_some_and(|kind| kind.stage.is_some()));
        assert!(stages.count() <= 1, "one stage a day");
        let mut held: Vec<_> = standing.held(at).map(|role| (role.organisation, role.code.clone())).collect();
        let all = held.len();
        held.sort_unstable();
        held.dedup();
        assert_eq!(held.len(), all, "the same thing once");
    }
    if person.merged_into.is_none() {
        let keeps =
            house.who(&[house.post(Role::Secretary, "421223100")]).scope(Right::KeepPeople, house.now());
        assert!(standing.covered(&keeps, house.now()), "still with who keeps them");
    }
}

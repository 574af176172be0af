//! People, households and what people belong to: who may enter, see and open what.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::audit::store as trail;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Action, Error, Micros, Role, Who, sql};
use lianxin_registry::actions::people::{
    AddPerson, Advance, CorrectPerson, Depart, Departure, Join, Leave, Lodging, MoveHousehold, MovePerson,
    OpenPerson,
};
use lianxin_registry::household::Relation;
use lianxin_registry::person::{Person, Sex};
use lianxin_testkit::{House, both_engines};
use uuid::Uuid;

const COUNTY: &str = "421223";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223100002";
const ID: &str = "11010519491231002X";

fn add(name: &str, area: &str) -> AddPerson {
    AddPerson {
        name: name.to_owned(),
        id_number: None,
        phone: None,
        sex: None,
        birth: None,
        lodging: Lodging { area: area.to_owned(), ..Lodging::default() },
        from: None,
        another: false,
    }
}

/// The field refused and why, or the code where it is about none.
async fn refused<A: Action>(house: &House, who: &Who, action: &A) -> String {
    match house.app().act(who, action).await {
        Ok(_) => "done".to_owned(),
        Err(Error::Refused(problem)) => problem
            .fields
            .first()
            .map_or_else(|| problem.code.to_owned(), |wrong| format!("{} {}", wrong.field, wrong.code)),
        Err(error) => panic!("{}", error.chain()),
    }
}

async fn registered(house: &House, who: &Who, add: AddPerson) -> Person {
    house.app().act(who, &add).await.unwrap()
}

/// Two villages, and who keeps the first one.
async fn village(house: &House) -> Who {
    house.area(VILLAGE).await;
    house.area(OTHER).await;
    house.who(&[house.post(Role::GridWorker, VILLAGE)])
}

async fn branch(house: &House, area: &str) -> Uuid {
    house.organisation(area, "branch", "桃溪社区党支部").await
}

fn join(person: &Person, organisation: Uuid, kind: &str, from: Option<Micros>) -> Join {
    Join {
        county: person.county.clone(),
        person: person.id,
        organisation,
        kind: kind.to_owned(),
        from,
        reason: String::new(),
    }
}

fn open(person: &Person, reason: &str) -> OpenPerson {
    OpenPerson { county: person.county.clone(), id: person.id, reason: reason.to_owned() }
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_person_is_registered_once(house: House) {
        let worker = village(&house).await;
        let mut first = add("张 伟", VILLAGE);
        first.id_number = Some("１１０１０５ 19491231 002x".to_owned());
        first.phone = Some("138 1234 5678".to_owned());
        let person = registered(&house, &worker, first.clone()).await;
        assert_eq!((person.sex(), person.birth.as_deref()), (Some(Sex::Female), Some("1949-12-31")));
        let mut again = add("别人", VILLAGE);
        again.id_number = Some("110105491231002".to_owned());
        assert_eq!(refused(&house, &worker, &again).await, "id-number person-id-taken", "an old number is the same one");
        let admin = house.who(&[house.post(Role::Administrator, "421202")]);
        house.area("421202001001").await;
        let mut elsewhere = add("别人", "421202001001");
        elsewhere.id_number = Some(ID.to_owned());
        assert_eq!(refused(&house, &admin, &elsewhere).await, "id-number person-id-taken", "in the whole country");
        let mut twin = add("张伟", VILLAGE);
        twin.phone = Some("13812345678".to_owned());
        assert_eq!(refused(&house, &worker, &twin).await, "person-alike");
        twin.another = true;
        assert_eq!(refused(&house, &worker, &twin).await, "done");
    }

    async fn what_is_wrong_with_a_person_is_said_by_field(house: House) {
        let worker = village(&house).await;
        house.area("421223100").await;
        let change = |change: &dyn Fn(&mut AddPerson)| {
            let mut one = add("王芳", VILLAGE);
            change(&mut one);
            one
        };
        for (one, said) in [
            (change(&|one| one.name = "王1".into()), "name person-name-form"),
            (change(&|one| one.id_number = Some("110105194912310021".into())), "id-number person-id-form"),
            (change(&|one| one.phone = Some("12345".into())), "phone person-phone-form"),
            (change(&|one| { one.id_number = Some(ID.into()); one.sex = Some(Sex::Male) }), "sex person-sex-differs"),
            (
                change(&|one| { one.id_number = Some(ID.into()); one.birth = "1950-01-01".parse().ok() }),
                "birth person-birth-differs",
            ),
            (change(&|one| one.birth = "2027-01-01".parse().ok()), "birth person-birth-form"),
            (change(&|one| one.from = Some(house.now() + DAY)), "from people-day-future"),
            (change(&|one| one.lodging.area = "421223100".into()), "area person-place-wide"),
            (change(&|one| one.lodging.area = OTHER.into()), "area person-place-not-yours"),
            (change(&|one| one.lodging.area = "421223100999".into()), "area area-unknown"),
            (change(&|one| one.lodging.address = Some("一".repeat(121))), "address person-address-form"),
            (change(&|one| one.lodging.code = Some("H/1".into())), "household household-code-form"),
        ] {
            assert_eq!(refused(&house, &worker, &one).await, said);
        }
        let supervisor = house.who(&[house.post(Role::Supervisor, COUNTY)]);
        assert_eq!(refused(&house, &supervisor, &add("王芳", VILLAGE)).await, "area person-place-not-yours");
    }

    async fn a_household_fills_and_moves_as_a_whole(house: House) {
        let worker = village(&house).await;
        let mut head = add("王建国", VILLAGE);
        head.from = Some(house.now() - 100 * DAY);
        head.lodging.code = Some("H-7".to_owned());
        let head = registered(&house, &worker, head).await;
        let mut wife = add("李秀英", VILLAGE);
        wife.lodging.code = Some("H-7".to_owned());
        wife.lodging.relation = Some(Relation::Head);
        assert_eq!(refused(&house, &worker, &wife).await, "relation household-has-head");
        wife.lodging.relation = Some(Relation::Spouse);
        wife.from = Some(house.now() - 50 * DAY);
        registered(&house, &worker, wife).await;
        let household = home_of(&house, &head).await;
        let mut relocate = MoveHousehold {
            county: COUNTY.to_owned(), id: household, area: OTHER.to_owned(), address: None, from: None,
        };
        assert_eq!(refused(&house, &worker, &relocate).await, "area person-place-not-yours");
        let town = house.who(&[house.post(Role::Secretary, "421223100")]);
        relocate.from = Some(house.now() - 60 * DAY);
        assert_eq!(refused(&house, &town, &relocate).await, "from household-before-others");
        relocate.from = None;
        assert_eq!(refused(&house, &town, &relocate).await, "done");
        assert_eq!(refused(&house, &worker, &open(&head, "核对电话")).await, "problem-not-found", "gone from here");
        let away = house.who(&[house.post(Role::Secretary, "421202")]);
        assert_eq!(refused(&house, &away, &relocate).await, "problem-not-found");
    }

    async fn a_person_moves_and_departs(house: House) {
        let worker = village(&house).await;
        let mut one = add("王芳", VILLAGE);
        one.from = Some(house.now() - 10 * DAY);
        let person = registered(&house, &worker, one).await;
        let to = |code: Option<&str>| Lodging {
            code: code.map(str::to_owned), area: VILLAGE.to_owned(), ..Lodging::default()
        };
        let mut relocate = MovePerson { county: COUNTY.to_owned(), id: person.id, lodging: to(Some("N-1")), from: None };
        relocate.from = Some(house.now() - 20 * DAY);
        assert_eq!(refused(&house, &worker, &relocate).await, "from person-lives-later");
        relocate.from = None;
        assert_eq!(refused(&house, &worker, &relocate).await, "done");
        assert_eq!(refused(&house, &worker, &relocate).await, "household person-lives-there");
        let mut depart =
            Depart { county: COUNTY.to_owned(), id: person.id, why: Departure::MovedAway, last: Some(house.now() - DAY) };
        assert_eq!(refused(&house, &worker, &depart).await, "last people-ends-first");
        depart.last = None;
        assert_eq!(refused(&house, &worker, &depart).await, "done");
        house.clock().set(house.now() + 2 * DAY);
        assert_eq!(refused(&house, &worker, &depart).await, "last person-lives-nowhere", "still with who kept them");
    }

    async fn membership_begins_and_ends_within_what_one_keeps(house: House) {
        let worker = village(&house).await;
        let person = registered(&house, &worker, add("王芳", VILLAGE)).await;
        let (own, other) = (branch(&house, VILLAGE).await, branch(&house, OTHER).await);
        for (action, said) in [
            (join(&person, own, "nobody", None), "kind membership-kind-missing"),
            (join(&person, own, "volunteer", None), "kind membership-kind-not-there"),
            (join(&person, other, "member", None), "organisation membership-organisation-unknown"),
            (join(&person, Uuid::nil(), "member", None), "organisation membership-organisation-unknown"),
            (join(&person, own, "member", Some(house.now() + DAY)), "from people-day-future"),
            (join(&person, own, "member", None), "done"),
            (join(&person, own, "member", None), "kind membership-held"),
            (join(&person, own, "activist", None), "kind joining-stage-held"),
            (join(&person, own, "secretary", None), "done"),
        ] {
            assert_eq!(refused(&house, &worker, &action).await, said, "{}", action.kind);
        }
        let membership = memberships(&house, &person).await[0];
        let leave = |reason: &str| Leave {
            county: COUNTY.to_owned(), person: person.id, membership, last: None, reason: reason.to_owned(),
        };
        assert_eq!(refused(&house, &worker, &leave("")).await, "reason registry-reason-missing");
        let stranger = house.who(&[house.post(Role::GridWorker, OTHER)]);
        assert_eq!(refused(&house, &stranger, &leave("转走")).await, "problem-not-found");
        assert_eq!(refused(&house, &worker, &leave("转走")).await, "done");
        assert_eq!(refused(&house, &worker, &leave("转走")).await, "problem-not-found");
    }

    async fn an_organisation_s_secretary_sees_its_people_wherever_they_live(house: House) {
        let worker = village(&house).await;
        let person = registered(&house, &worker, add("王芳", VILLAGE)).await;
        let far = branch(&house, OTHER).await;
        let town = house.who(&[house.post(Role::Secretary, "421223100")]);
        // Its post is over the branch's village; the person lives in another one.
        let secretary =
            house.who(&[Post { organisation: Some(far), ..house.post(Role::Secretary, "421223100002") }]);
        assert_eq!(refused(&house, &secretary, &open(&person, "核对电话")).await, "problem-not-found");
        assert_eq!(refused(&house, &town, &join(&person, far, "member", None)).await, "done");
        assert_eq!(refused(&house, &secretary, &open(&person, "核对电话")).await, "done");
    }

    async fn stages_follow_each_other_and_earlier_ones_take_a_reason(house: House) {
        let worker = village(&house).await;
        let mut young = add("小明", VILLAGE);
        young.birth = "2010-01-01".parse().ok();
        let young = registered(&house, &worker, young).await;
        let own = branch(&house, VILLAGE).await;
        assert_eq!(refused(&house, &worker, &join(&young, own, "applicant", None)).await, "joining-young");
        let mut grown = add("王芳", VILLAGE);
        grown.birth = "1990-01-01".parse().ok();
        let person = registered(&house, &worker, grown).await;
        let since = Some(house.now() - 200 * DAY);
        assert_eq!(refused(&house, &worker, &join(&person, own, "activist", since)).await, "done");
        let step = |to: &str, reason: &str| Advance {
            county: COUNTY.to_owned(), person: person.id, to: to.to_owned(), from: None, reason: reason.to_owned(),
        };
        assert_eq!(refused(&house, &worker, &step("member", "")).await, "joining-not-next");
        assert_eq!(refused(&house, &worker, &step("candidate", "")).await, "joining-early");
        assert_eq!(refused(&house, &worker, &step("candidate", "在外单位已培养满一年")).await, "done");
        assert_eq!(refused(&house, &worker, &step("candidate", "再来")).await, "joining-not-next", "sent twice");
        assert_eq!(refused(&house, &worker, &step("probationary", "")).await, "done");
        house.clock().set(house.now() + 366 * DAY);
        assert_eq!(refused(&house, &worker, &step("member", "")).await, "done");
        assert_eq!(refused(&house, &worker, &step("member", "")).await, "joining-not-next");
    }

    async fn what_is_sealed_opens_for_a_reason_that_is_kept(house: House) {
        let worker = village(&house).await;
        let mut one = add("王芳", VILLAGE);
        one.id_number = Some(ID.to_owned());
        one.phone = Some("13812345678".to_owned());
        one.lodging.address = Some("3 组 12 号".to_owned());
        let person = registered(&house, &worker, one).await;
        let admin = house.who(&[house.post(Role::Administrator, COUNTY)]);
        assert_eq!(refused(&house, &admin, &open(&person, "核对电话")).await, "problem-forbidden");
        assert_eq!(refused(&house, &worker, &open(&person, "看看")).await, "reason person-reason-short");
        let opened = house.app().act(&worker, &open(&person, "核对电话")).await.unwrap();
        assert_eq!(opened.id_number.as_deref(), Some(ID));
        assert_eq!((opened.phone.as_deref(), opened.address.as_deref()), (Some("13812345678"), Some("3 组 12 号")));
        let mut tx = house.db().read().await.unwrap();
        let links = trail::about(&mut tx, COUNTY, "person", &[person.id.to_string()]).await.unwrap();
        let last = links.last().unwrap();
        assert_eq!((last.action.as_str(), last.reason.as_deref()), ("person-open", Some("核对电话")));
        assert!(links.iter().all(|link| !link.detail.contains("138123") && !link.detail.contains("12 号")));
    }

    async fn a_correction_keeps_what_it_does_not_touch(house: House) {
        let worker = village(&house).await;
        let mut one = add("王方", VILLAGE);
        one.id_number = Some(ID.to_owned());
        one.phone = Some("13812345678".to_owned());
        let person = registered(&house, &worker, one).await;
        let correct = |version: i64| CorrectPerson {
            county: COUNTY.to_owned(), id: person.id, version, name: "王芳".to_owned(), sex: Some(Sex::Female),
            birth: None, id_number: None, phone: None, drop_phone: false,
        };
        let mut wrong = correct(1);
        wrong.birth = "1950-01-01".parse().ok();
        assert_eq!(refused(&house, &worker, &wrong).await, "birth person-birth-differs");
        assert_eq!(refused(&house, &worker, &correct(1)).await, "done");
        assert_eq!(refused(&house, &worker, &correct(1)).await, "person-changed", "as it was before");
        let mut renumbered = correct(2);
        renumbered.id_number = Some("110101199003070130".to_owned());
        assert_eq!(refused(&house, &worker, &renumbered).await, "id-number person-id-form");
        let mut dropped = correct(2);
        dropped.drop_phone = true;
        assert_eq!(refused(&house, &worker, &dropped).await, "done");
        let opened = house.app().act(&worker, &open(&person, "核对电话")).await.unwrap();
        assert_eq!((opened.phone, opened.id_number.as_deref()), (None, Some(ID)));
        assert_eq!(opened.birth.as_deref(), Some("1949-12-31"));
    }
}

async fn home_of(house: &House, person: &Person) -> Uuid {
    let mut tx = house.db().read().await.unwrap();
    sql("select household from residence where county = $1 and person = $2 and valid_to is null")
        .bind(&person.county)
        .bind(person.id)
        .scalar(&mut tx)
        .await
        .unwrap()
}

async fn memberships(house: &House, person: &Person) -> Vec<Uuid> {
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<(Uuid,)> =
        sql("select id from membership where county = $1 and person = $2 order by valid_from, id")
            .bind(&person.county)
            .bind(person.id)
            .all(&mut tx)
            .await
            .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

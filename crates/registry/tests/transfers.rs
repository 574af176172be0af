//! Transfers between organisations: asked by one end, answered by the other, or by nobody in time.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::clock::DAY;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Action, Error, Micros, Right, Role, Who};
use lianxin_registry::actions::people::{
    AcceptTransfer, AddPerson, AskTransfer, DeclineTransfer, Join, Lodging,
};
use lianxin_registry::membership::{Membership, store as memberships};
use lianxin_registry::person::Person;
use lianxin_registry::transfer::{Transfer, store};
use lianxin_testkit::{House, both_engines};
use uuid::Uuid;

const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223100002";
const FROM: &str = "桃溪社区党支部";
const TO: &str = "菖蒲村党支部";

/// Two branches, who keeps each, and a member of the first.
struct Story {
    house: House,
    giver: Who,
    taker: Who,
    from: Uuid,
    to: Uuid,
    person: Person,
    membership: Uuid,
}

fn secretary(house: &House, area: &str, branch: Uuid) -> Who {
    house.who(&[Post { organisation: Some(branch), ..house.post(Role::Secretary, area) }])
}

impl Story {
    async fn new(house: &House) -> Story {
        let from = house.organisation(VILLAGE, "branch", FROM).await;
        let to = house.organisation(OTHER, "branch", TO).await;
        let giver = secretary(house, VILLAGE, from);
        let add = AddPerson {
            name: "张伟".to_owned(),
            id_number: None,
            phone: None,
            sex: None,
            birth: None,
            lodging: Lodging { area: VILLAGE.to_owned(), ..Lodging::default() },
            from: None,
            another: false,
        };
        let person = house.app().act(&giver, &add).await.unwrap();
        let taker = secretary(house, OTHER, to);
        let mut story =
            Story { house: house.clone(), giver, taker, from, to, person, membership: Uuid::nil() };
        story.membership = story.joins("member", None).await;
        story.joins("group-leader", None).await;
        story
    }

    async fn joins(&self, kind: &str, from: Option<Micros>) -> Uuid {
        let join = Join {
            county: self.person.county.clone(),
            person: self.person.id,
            organisation: self.from,
            kind: kind.to_owned(),
            from,
            reason: String::new(),
        };
        self.house.app().act(&self.giver, &join).await.unwrap()
    }

    fn ask(&self, to: &str) -> AskTransfer {
        AskTransfer {
            county: self.person.county.clone(),
            person: self.person.id,
            membership: self.membership,
            to: to.to_owned(),
            reason: "演示：搬家".to_owned(),
        }
    }

    async fn asked(&self) -> Transfer {
        self.house.app().act(&self.giver, &self.ask(TO)).await.unwrap()
    }

    fn accept(&self, transfer: &Transfer) -> AcceptTransfer {
        AcceptTransfer { county: transfer.county.clone(), id: transfer.id }
    }

    fn decline(&self, transfer: &Transfer, reason: &str) -> DeclineTransfer {
        DeclineTransfer { county: transfer.county.clone(), id: transfer.id, reason: reason.to_owned() }
    }

    /// The code somebody is refused with, or `done`.
    async fn says<A: Action>(&self, who: &Who, action: &A) -> String {
        match self.house.app().act(who, action).await {
            Ok(_) => "done".to_owned(),
            Err(Error::Refused(problem)) => {
                problem.fields.first().map_or(problem.code, |field| field.code).to_owned()
            }
            Err(error) => panic!("{}", error.chain()),
        }
    }

    async fn held(&self) -> Vec<(Uuid, String)> {
        let mut tx = self.house.db().read().await.unwrap();
        let all = memberships::of_person(&mut tx, &self.person.county, self.person.id).await.unwrap();
        let open = all.into_iter().filter(|one: &Membership| one.to.is_none());
        open.map(|one| (one.organisation, one.code)).collect()
    }

    async fn listed(&self, who: &Who) -> usize {
        let mut tx = self.house.db().read().await.unwrap();
        let scope = who.scope(Right::KeepPeople, self.house.now());
        store::within(&mut tx, &scope, self.house.now(), 10).await.unwrap().len()
    }
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn the_other_end_agrees(house: House) {
        let story = Story::new(&house).await;
        let stranger = house.who(&[house.post(Role::Secretary, "421223200")]);
        house.area("421223200").await;
        let transfer = story.asked().await;
        assert_eq!(story.held().await.len(), 2, "nothing changes until the other end agrees");
        assert_eq!((story.listed(&story.giver).await, story.listed(&story.taker).await), (1, 1));
        assert_eq!(story.listed(&stranger).await, 0);
        assert_eq!(story.says(&story.giver, &story.ask(TO)).await, "transfer-waits");
        assert_eq!(story.says(&story.giver, &story.accept(&transfer)).await, "problem-forbidden", "not by who asked");
        assert_eq!(story.says(&stranger, &story.accept(&transfer)).await, "problem-not-found");
        assert_eq!(story.says(&stranger, &story.decline(&transfer, "演示")).await, "problem-not-found");
        assert_eq!(story.says(&story.taker, &story.accept(&transfer)).await, "done");
        assert_eq!(story.held().await, [(story.to, "member".to_owned())], "no post stays behind");
        assert_eq!(story.says(&story.taker, &story.accept(&transfer)).await, "transfer-over");
    }

    async fn refused_taken_back_or_forgotten_nothing_changes(house: House) {
        let story = Story::new(&house).await;
        for (name, code) in [("没有这个支部", "transfer-organisation-unknown"), (FROM, "transfer-same")] {
            assert_eq!(story.says(&story.giver, &story.ask(name)).await, code);
        }
        let firm = house.organisation(OTHER, "enterprise", "演示公司").await;
        assert_eq!(story.says(&story.giver, &story.ask("演示公司")).await, "membership-kind-not-there", "{firm}");
        assert_eq!(story.says(&story.taker, &story.ask(TO)).await, "problem-not-found", "whom they cannot see");
        let nameless = AskTransfer { reason: " ".to_owned(), ..story.ask(TO) };
        assert_eq!(story.says(&story.giver, &nameless).await, "registry-reason-missing");
        let transfer = story.asked().await;
        assert_eq!(story.says(&story.taker, &story.decline(&transfer, "")).await, "registry-reason-missing");
        assert_eq!(story.says(&story.taker, &story.decline(&transfer, "演示：手续不全")).await, "done");
        let transfer = story.asked().await;
        assert_eq!(story.says(&story.giver, &story.decline(&transfer, "演示：不搬了")).await, "done");
        assert_eq!(story.says(&story.taker, &story.accept(&transfer)).await, "transfer-over");
        let transfer = story.asked().await;
        house.clock().set(house.now() + 31 * DAY);
        assert_eq!(story.says(&story.taker, &story.accept(&transfer)).await, "transfer-over", "too late");
        assert_eq!(story.held().await.len(), 2);
        let again = story.asked().await;
        assert_eq!(story.says(&story.taker, &story.accept(&again)).await, "done", "asked for anew");
    }

    async fn what_changed_meanwhile_stops_it(house: House) {
        let story = Story::new(&house).await;
        let transfer = story.asked().await;
        let leave = lianxin_registry::actions::people::Leave {
            county: story.person.county.clone(),
            person: story.person.id,
            membership: story.membership,
            last: None,
            reason: "演示：退出".to_owned(),
        };
        house.app().act(&story.giver, &leave).await.unwrap();
        assert_eq!(story.says(&story.taker, &story.accept(&transfer)).await, "transfer-changed");
        assert_eq!(story.held().await.len(), 1);
    }
}

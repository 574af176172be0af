//! A village with two grids, whoever works there, two offices and their lists.

use std::collections::HashMap;

use lianxin_foundation::clock::DAY;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Action, Error, Right, Role, Who, sql};
use lianxin_reconcile::actions::visits::{Answer, SendVisits, Sent, Told};
use lianxin_reconcile::actions::{AskWork, BringRoll, OpenCampaign, ReadRoll};
use lianxin_reconcile::model::Field;
use lianxin_reconcile::plan::{Ask, plan};
use lianxin_reconcile::rules::findings::Outcome;
use lianxin_reconcile::rules::tables::guessed;
use lianxin_reconcile::store::campaigns;
use lianxin_reconcile::store::visits::{self, Asked, Wanted};
use lianxin_reconcile::visit::Question;
use lianxin_reconcile::worker;
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_registry::person::standing::Standing;
use lianxin_registry::person::store as people;
use lianxin_testkit::{House, path_of};
use tokio::sync::watch;
use uuid::Uuid;

pub const COUNTY: &str = "421223";
pub const TOWN: &str = "421223100";
pub const VILLAGE: &str = "421223100001";
pub const GRID: &str = "421223100001-01";
pub const OTHER_GRID: &str = "421223100001-02";

/// A village with two grids and whoever works there, two offices and their lists.
pub struct Yard {
    pub house: House,
    pub secretary: Who,
    pub worker: Who,
    pub neighbour: Who,
    pub offices: [Uuid; 2],
    pub clerks: [Who; 2],
    pub campaign: Uuid,
}

impl Yard {
    pub async fn new(house: House) -> Yard {
        for grid in [GRID, OTHER_GRID] {
            house.area(grid).await;
        }
        let offices = [
            house.organisation(COUNTY, "unit", "演示民政局").await,
            house.organisation(COUNTY, "unit", "演示医保局").await,
        ];
        let of = |unit| Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) };
        let clerks = offices.map(|office| house.who(&[of(office)]));
        let secretary = house.who(&[house.post(Role::Secretary, TOWN)]);
        let worker = house.who(&[house.post(Role::GridWorker, GRID)]);
        let neighbour = house.who(&[house.post(Role::GridWorker, OTHER_GRID)]);
        let open = OpenCampaign {
            title: "演示排查".into(),
            purpose: "核对高龄津贴".into(),
            ground: "演示依据第一条".into(),
            area: VILLAGE.into(),
            age_from: None,
            age_to: None,
            last: Some(house.now() + 30 * DAY),
            offices: offices.into(),
        };
        let campaign = house.app().act(&secretary, &open).await.unwrap().1;
        Yard { secretary, worker, neighbour, offices, clerks, campaign, house }
    }

    pub async fn register(&self, name: &str, (area, address): (&str, &str), phone: &str) -> Uuid {
        let lodging = Lodging { area: area.into(), address: Some(address.into()), ..Lodging::default() };
        let add = AddPerson {
            name: name.into(),
            id_number: None,
            phone: Some(phone.into()),
            sex: None,
            birth: "1950-01-02".parse().ok(),
            lodging,
            from: Some(self.house.now() - 400 * DAY),
            another: true,
        };
        self.house.app().act(&Who::program(COUNTY), &add).await.unwrap().id
    }

    /// Brings an office's list, reads it and links it.
    pub async fn brought(&self, office: usize, rows: &[&str]) -> Uuid {
        let text = format!("姓名,出生日期,联系电话,住址\n{}\n", rows.join("\n"));
        let app = self.house.app();
        let bring = BringRoll {
            county: COUNTY.into(),
            campaign: self.campaign,
            organisation: self.offices[office],
            title: format!("演示名单{office}"),
            text: text.clone(),
        };
        let roll = app.act(&self.clerks[office], &bring).await.unwrap();
        let fields: HashMap<usize, Field> =
            guessed(&text).into_iter().enumerate().filter_map(|(at, field)| Some((at, field?))).collect();
        ReadRoll { county: COUNTY.into(), roll, fields }.carry_out(app, &self.clerks[office]).await.unwrap();
        self.link(roll).await;
        roll
    }

    /// The same of people nobody registered.
    pub async fn list(&self, office: usize, rows: &[&str]) -> Uuid {
        let roll = self.brought(office, rows).await;
        // However sure the program is of so few people: nobody on it is anybody, and all say that they live here.
        let mut tx = self.house.db().write().await.unwrap();
        sql("update roll_match set person = null, probability = 0.0, away = $3, path = $2 \
             where run = (select run from roll where id = $1)")
        .bind(roll)
        .bind(path_of(VILLAGE))
        .bind(false)
        .run(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        roll
    }

    pub async fn link(&self, roll: Uuid) {
        let ask = AskWork { county: COUNTY.into(), campaign: self.campaign, roll };
        self.house.app().act(&self.secretary, &ask).await.unwrap();
        let (_stop, stopped) = watch::channel(false);
        let holder = self.house.app().ids().new_id(self.house.now());
        assert_eq!(worker::sweep(self.house.app(), holder, &stopped).await.unwrap(), 1);
    }

    /// However sure the program is of so few people: this line is to be looked at.
    pub async fn unclear(&self, roll: Uuid, line: i64, person: Uuid) {
        let mut tx = self.house.db().write().await.unwrap();
        sql("update roll_match set person = $3, probability = 0.6 where line = $2 \
             and run = (select run from roll where id = $1)")
        .bind(roll)
        .bind(line)
        .bind(person)
        .run(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn sending(&self, ask: Ask) -> SendVisits {
        let mut tx = self.house.db().read().await.unwrap();
        let campaign = campaigns::campaign(&mut tx, COUNTY, self.campaign).await.unwrap().unwrap();
        drop(tx);
        let plan = plan(self.house.app(), &campaign, ask, self.house.now()).await.unwrap();
        SendVisits { county: COUNTY.into(), campaign: self.campaign, plan }
    }

    pub async fn send(&self, ask: Ask) -> Sent {
        let send = self.sending(ask).await;
        self.house.app().act(&self.secretary, &send).await.unwrap()
    }

    /// The visits somebody sees.
    pub async fn visits(&self, who: &Who, done: bool) -> Vec<Asked> {
        let scope = who.scope(Right::KeepPeople, self.house.now());
        let wanted = Wanted { done, ..Wanted::default() };
        let mut tx = self.house.db().read().await.unwrap();
        visits::in_scope(&mut tx, &scope, &wanted, self.house.now(), 99).await.unwrap()
    }

    pub async fn questions(&self, visit: Uuid) -> Vec<Question> {
        let mut tx = self.house.db().read().await.unwrap();
        visits::questions(&mut tx, COUNTY, visit).await.unwrap()
    }

    /// The only question at the only door somebody sees.
    pub async fn only(&self, who: &Who) -> Question {
        let [one] = self.visits(who, false).await.try_into().unwrap();
        let [question] = self.questions(one.visit.id).await.try_into().unwrap();
        question
    }

    pub fn answer(&self, question: &Question, outcome: Outcome) -> Answer {
        Answer {
            county: COUNTY.into(),
            visit: question.visit,
            question: question.id,
            outcome,
            told: Told::default(),
            to: String::new(),
            last: None,
            as_listed: false,
            note: String::new(),
        }
    }

    /// Whether somebody of the registry lives somewhere now.
    pub async fn lives(&self, person: Uuid) -> bool {
        let mut tx = self.house.db().read().await.unwrap();
        let person = people::person(&mut tx, COUNTY, person).await.unwrap().unwrap();
        Standing::of(&mut tx, &person).await.unwrap().home(self.house.now()).is_some()
    }

    pub async fn count(&self, text: &'static str) -> i64 {
        let mut tx = self.house.db().read().await.unwrap();
        let text = match text {
            "visit" => "select count(*) from visit",
            "visit_question" => "select count(*) from visit_question",
            "visit_entry" => "select count(*) from visit_entry",
            "visit_line" => "select count(*) from visit_line",
            "person" => "select count(*) from person",
            "household" => "select count(*) from household",
            "same" => "select count(*) from roll_decision where same",
            "moves" => "select count(*) from residence where ended = 'moved'",
            "other" => "select count(*) from roll_decision where not same",
            other => panic!("{other} is not counted here"),
        };
        sql(text).scalar(&mut tx).await.unwrap()
    }

    pub async fn audited(&self, action: &str) -> Vec<(String, Option<String>)> {
        let mut tx = self.house.db().read().await.unwrap();
        sql("select subject, reason from audit where action = $1 order by county, seq")
            .bind(action)
            .all(&mut tx)
            .await
            .unwrap()
    }
}

/// The field refused and why, or the code where it is about none.
pub async fn refused<A: Action>(yard: &Yard, who: &Who, action: &A) -> String {
    match yard.house.app().act(who, action).await {
        Ok(_) => "done".to_owned(),
        Err(Error::Refused(problem)) => problem
            .fields
            .first()
            .map_or_else(|| problem.code.to_owned(), |wrong| format!("{} {}", wrong.field, wrong.code)),
        Err(error) => panic!("{}", error.chain()),
    }
}

//! A small county that every story here takes place in.

use std::sync::Arc;

use lianxin_foundation::scope::Post;
use lianxin_foundation::{Error, Result, Role, Who};
use lianxin_matters::Matters;
use lianxin_matters::actions::{Accept, Report, Reported, Resolve};
use lianxin_matters::model::{Channel, Event, Matter};
use lianxin_matters::rules::facts;
use lianxin_matters::store;
use lianxin_registry::Places;
use lianxin_testkit::House;
use lianxin_worktime::Calendar;
use serde_json::json;
use uuid::Uuid;

pub(crate) const COUNTY: &str = "421223";
pub(crate) const TOWN: &str = "421223100";
pub(crate) const VILLAGE: &str = "421223100001";
pub(crate) const GRID: &str = "421223100001-01";
/// A secret as a form makes it.
pub(crate) const KEY: &str = "0123456789abcdefghjkmnpqrs";
pub(crate) const OTHER_KEY: &str = "zzz3456789abcdefghjkmnpqrs";

/// Units on four levels that answer for garbage, people who work there, and who watches over them.
pub(crate) struct County {
    pub(crate) house: House,
    pub(crate) matters: Matters,
    /// The units of grid, village, town and county.
    pub(crate) units: [Uuid; 4],
    /// A handler of each unit, in the same order.
    pub(crate) handlers: [Who; 4],
    pub(crate) dispatcher: Who,
    pub(crate) supervisor: Who,
}

impl County {
    pub(crate) async fn new(house: &House) -> County {
        let mut units = [Uuid::nil(); 4];
        for (unit, (area, name)) in units.iter_mut().zip([
            (GRID, "演示网格"),
            (VILLAGE, "演示村委会"),
            (TOWN, "演示镇城管所"),
            (COUNTY, "演示县城管局"),
        ]) {
            *unit = house.organisation(area, "unit", name).await;
            house.duty(*unit, "garbage", area).await;
        }
        let handler = |at: usize| {
            house.who(&[Post { organisation: Some(units[at]), ..house.post(Role::UnitHandler, COUNTY) }])
        };
        let handlers = [handler(0), handler(1), handler(2), handler(3)];
        let calendar = Arc::new(Calendar::china());
        let matters = Matters::new(calendar, Places::new()).unwrap();
        County {
            dispatcher: house.who(&[house.post(Role::Dispatcher, COUNTY)]),
            supervisor: house.who(&[house.post(Role::Supervisor, COUNTY)]),
            house: house.clone(),
            matters,
            units,
            handlers,
        }
    }

    /// Garbage in the grid, reported on the web.
    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            matters: &self.matters,
            id: None,
            key: Some(KEY.into()),
            county: COUNTY.into(),
            category: Some("garbage".into()),
            text: "演示：垃圾三天没清了".into(),
            place: "演示路口".into(),
            address: None,
            name: None,
            phone: None,
            email: None,
            lon: None,
            lat: None,
            area: Some(GRID.into()),
            attributes: json!({}),
            channel: Channel::Web,
            language: "zh-CN".into(),
            private: false,
            photos: Vec::new(),
            enterprise: None,
        }
    }

    pub(crate) async fn file(&self, report: &Report<'_>) -> Result<Reported> {
        self.house.app().act(&reporter(), report).await
    }

    /// Garbage that the grid has.
    pub(crate) async fn filed(&self) -> Uuid {
        self.file(&self.report()).await.unwrap().id
    }

    /// Garbage that the grid has taken.
    pub(crate) async fn accepted(&self) -> Uuid {
        let id = self.filed().await;
        self.house.app().act(&self.handlers[0], &self.accept(id)).await.unwrap();
        id
    }

    /// Garbage that the grid says is gone.
    pub(crate) async fn resolved(&self) -> Uuid {
        let id = self.accepted().await;
        self.house.app().act(&self.handlers[0], &self.resolve(id)).await.unwrap();
        id
    }

    pub(crate) fn accept(&self, id: Uuid) -> Accept<'_> {
        Accept { matters: &self.matters, county: COUNTY.into(), id, note: String::new() }
    }

    pub(crate) fn resolve(&self, id: Uuid) -> Resolve<'_> {
        let reply = "已清理干净".into();
        Resolve { matters: &self.matters, county: COUNTY.into(), id, reply, photos: Vec::new() }
    }

    /// The matter as stored, seen by the supervisor.
    pub(crate) async fn stored(&self, id: Uuid) -> Matter {
        let seen = self.supervisor.scope(lianxin_foundation::Right::SeeMatters, self.house.now());
        let mut tx = self.house.db().read().await.unwrap();
        store::matter(&mut tx, &seen, COUNTY, id).await.unwrap().unwrap()
    }

    pub(crate) async fn events(&self, id: Uuid) -> Vec<Event> {
        let mut tx = self.house.db().read().await.unwrap();
        store::events(&mut tx, COUNTY, id).await.unwrap()
    }

    /// Fails unless the stored facts are what the log says, and the log has no gap.
    pub(crate) async fn check_log(&self, id: Uuid) {
        let (matter, events) = (self.stored(id).await, self.events(id).await);
        assert_eq!(facts::replay(&matter, &events), matter, "the facts are what the log says");
        assert!(events.iter().map(|event| event.seq).eq(1..=matter.events), "numbered without a gap");
        assert!(events.is_sorted_by_key(|event| event.at));
    }
}

pub(crate) fn reporter() -> Who {
    Who::reporter(COUNTY)
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(done: Result<T>) -> &'static str {
    match done {
        Err(Error::Refused(problem)) => problem.fields.first().map_or(problem.code, |field| field.code),
        other => panic!("not refused: {other:?}"),
    }
}

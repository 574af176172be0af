//! Words that should not have been public are hidden afterwards, and the trail still holds.

use lianxin_foundation::audit;
use lianxin_matters::actions::{AddNote, HideWords, OpenPersonal, Report};
use lianxin_matters::trail;
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, code};

impl County {
    async fn noted(&self, id: Uuid, note: &str) -> i64 {
        let (county, note) = (COUNTY.into(), note.into());
        let add = AddNote { matters: &self.matters, county, id, note, internal: false, photos: vec![] };
        self.house.app().act(&self.dispatcher, &add).await.unwrap();
        self.events(id).await.last().unwrap().seq
    }

    fn hide(&self, id: Uuid, event: i64, erase: bool) -> HideWords {
        HideWords { county: COUNTY.into(), id, event, erase, reason: "里面有电话".into() }
    }

    /// Fails unless both trails hold; gives how many words they say were erased.
    pub(crate) async fn trails_hold(&self) -> u64 {
        let app = self.house.app();
        let chain = audit::verify(app.db(), app.vault()).await.unwrap();
        assert!(chain.iter().all(|verdict| verdict.broken.is_none()), "{chain:?}");
        let verdicts = trail::verify(app).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.flawed == 0), "{verdicts:?}");
        verdicts.iter().map(|verdict| verdict.erased).sum()
    }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    async fn what_an_event_said_is_hidden(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let seq = county.noted(id, "请打13812340006找张师傅").await;
        let plain = county.noted(id, "明天上门").await;
        house.app().act(&county.supervisor, &county.hide(id, seq, false)).await.unwrap();
        house.app().act(&county.supervisor, &county.hide(id, plain, true)).await.unwrap();
        let events = county.events(id).await;
        let note = |seq: i64| events.iter().find(|event| event.seq == seq).unwrap().note.clone();
        assert_eq!(note(seq).as_deref(), Some("请打***找张师傅"));
        assert_eq!(note(plain), None, "what has nothing to mask goes whole");
        assert_eq!(county.trails_hold().await, 2);
        county.check_log(id).await;
    }

    async fn what_was_reported_is_hidden(house: House) {
        let county = County::new(&house).await;
        let said = Report { text: "邻居张三丰家漏水，电话13812340006".into(), place: "3栋2单元301".into(), ..county.report() };
        let id = county.file(&said).await.unwrap().id;
        house.app().act(&county.supervisor, &county.hide(id, 1, false)).await.unwrap();
        let stored = county.stored(id).await;
        assert_eq!((stored.text.as_str(), stored.place.as_str()), ("", ""));
        let open = OpenPersonal { county: COUNTY.into(), id, reason: "核对原文".into() };
        let opened = house.app().act(&county.handlers[0], &open).await.unwrap();
        assert_eq!(opened.text.as_deref(), Some("邻居张三丰家漏水，电话13812340006"));
        assert_eq!(county.trails_hold().await, 1, "the place went, the words moved");
        house.app().act(&county.supervisor, &county.hide(id, 1, true)).await.unwrap();
        let opened = house.app().act(&county.handlers[0], &open).await.unwrap();
        assert_eq!(opened.text.as_deref(), Some(""), "erased for good");
        assert_eq!(county.trails_hold().await, 2);
    }

    async fn hiding_has_its_limits(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let app = house.app();
        assert_eq!(code(app.act(&county.supervisor, &county.hide(id, 2, false)).await), "matter-hide-nothing", "a dispatch without words");
        assert_eq!(code(app.act(&county.supervisor, &county.hide(id, 9, false)).await), "problem-not-found");
        assert_eq!(code(app.act(&county.handlers[0], &county.hide(id, 1, false)).await), "problem-forbidden");
        let silent = HideWords { reason: " ".into(), ..county.hide(id, 1, false) };
        assert_eq!(code(app.act(&county.supervisor, &silent).await), "matter-reason-missing");
        let seq = county.noted(id, "电话13812340006").await;
        app.act(&county.supervisor, &county.hide(id, seq, false)).await.unwrap();
        assert_eq!(code(app.act(&county.supervisor, &county.hide(id, seq, false)).await), "matter-hide-nothing", "hidden already");
        assert_eq!(county.trails_hold().await, 1);
    }
}

//! Categories learned from a county's own words.

use lianxin_foundation::sql;
use lianxin_matters::actions::Report;
use lianxin_matters::words::{ENOUGH, guess, learn, worker};
use lianxin_testkit::both_engines;

use crate::place::{COUNTY, County};

/// What people of this county write: a word of their own for street lamps that the word list does not know.
const SAID: [(&str, &str); 4] = [
    ("street-light", "坪上的亮壳子坏哒看不见路"),
    ("street-light", "门口亮壳子熄火"),
    ("garbage", "渣滓堆满"),
    ("garbage", "渣滓没人拖"),
];

impl County {
    /// So many matters that were closed.
    async fn closed(&self, n: usize) {
        for at in 0..n {
            let (category, text) = SAID[at % SAID.len()];
            let report =
                Report { key: None, category: Some(category.into()), text: text.into(), ..self.report() };
            self.file(&report).await.unwrap();
        }
        let mut tx = self.house.db().write().await.unwrap();
        sql("update matter set status = 'closed'").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn learn(&self) -> Option<i64> {
        learn(self.house.app(), COUNTY).await.unwrap()
    }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    async fn a_county_learns_its_own_words(house: House) {
        let county = County::new(&house).await;
        let (matters, says) = (&county.matters, "村口亮壳子坏哒");
        county.closed(ENOUGH - 1).await;
        assert_eq!(county.learn().await, None, "too few to learn from");
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(guess(&mut tx, matters, COUNTY, says).await.unwrap(), None, "the word list does not know it");
        let listed = guess(&mut tx, matters, COUNTY, "路灯不亮").await.unwrap().unwrap();
        assert_eq!((listed.category.as_str(), listed.version), ("street-light", None));
        drop(tx);
        county.closed(1).await;
        assert_eq!(worker::sweep(house.app()).await.unwrap(), 1);
        let mut tx = house.db().read().await.unwrap();
        let learned = guess(&mut tx, matters, COUNTY, says).await.unwrap().unwrap();
        assert_eq!((learned.category.as_str(), learned.version), ("street-light", Some(1)));
        drop(tx);
        assert_eq!(county.learn().await, None, "nothing new since");
        // Whoever chooses nothing gets the suggestion, and the log says which learning made it.
        let filed = county.file(&Report { key: None, category: None, text: says.into(), ..county.report() }).await.unwrap();
        assert_eq!(county.stored(filed.id).await.category, "street-light");
        let event = county.events(filed.id).await.swap_remove(0);
        assert_eq!(event.detail.suggested.unwrap().version, Some(1));
        // Whoever chose keeps their choice, and the suggestion is on record beside it.
        let chosen = county.file(&Report { key: None, text: says.into(), ..county.report() }).await.unwrap();
        assert_eq!(county.stored(chosen.id).await.category, "garbage");
        assert_eq!(county.events(chosen.id).await[0].detail.suggested.as_ref().unwrap().category, "street-light");
    }
}

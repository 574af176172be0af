//! Several at once.

use lianxin_foundation::audit;
use lianxin_foundation::sql;
use lianxin_matters::actions::{Accept, Report};
use lianxin_testkit::both_engines;
use uuid::Uuid;

use crate::place::{COUNTY, County, code, reporter};

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Two of one unit press the same button: one event, and the other is told.
    async fn the_same_button_makes_one_event(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let mut presses = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (app, matters, who) = (house.app().clone(), county.matters.clone(), county.handlers[0].clone());
            presses.spawn(async move {
                app.act(&who, &Accept { matters: &matters, county: COUNTY.into(), id, note: String::new() }).await
            });
        }
        let done = presses.join_all().await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
        for refused in done.into_iter().filter(Result::is_err) {
            assert_eq!(code(refused), "matter-step-now");
        }
        assert_eq!(county.events(id).await.len(), 3);
        county.check_log(id).await;
        let verdicts = audit::verify(house.db(), house.app().vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// A form sent eight times at once is one matter, and everybody gets its number.
    async fn a_form_sent_eight_times_is_one_matter(house: House) {
        let county = County::new(&house).await;
        let mut sendings = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (app, matters) = (house.app().clone(), county.matters.clone());
            let report = county.report();
            let (key, area, category) = (report.key, report.area, report.category);
            let (text, place, attributes, language) = (report.text, report.place, report.attributes, report.language);
            sendings.spawn(async move {
                let report = Report {
                    matters: &matters, id: Some(Uuid::from_u128(9)), key, county: COUNTY.into(), category, text, place,
                    address: None, name: None, phone: None, email: None, lon: None, lat: None, area, attributes,
                    channel: report.channel, language, private: false, photos: vec![], enterprise: None,
                };
                app.act(&reporter(), &report).await
            });
        }
        let done: Vec<_> = sendings.join_all().await.into_iter().map(|done| done.unwrap()).collect();
        assert_eq!(done.iter().filter(|reported| reported.new).count(), 1);
        assert!(done.iter().all(|reported| reported.number == done[0].number && reported.secret == done[0].secret));
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(sql("select count(*) from matter").scalar::<i64>(&mut tx).await.unwrap(), 1);
        assert_eq!(county.events(Uuid::from_u128(9)).await.len(), 2);
    }
}

//! What is personal stays sealed, and whoever opens it is remembered.

use lianxin_foundation::audit::store as trail;
use lianxin_foundation::{Role, sql};
use lianxin_matters::actions::{Correct, OpenPersonal, Personal, Report, ReporterNote, said, said_in};
use lianxin_matters::photos;
use lianxin_testkit::both_engines;

use crate::place::{COUNTY, County, KEY, code, reporter};
use crate::sweep::asker;

/// A white pixel as PNG.
pub(crate) const WHITE_PIXEL: [u8; 67] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00,
    0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0xF8, 0x0F, 0x00, 0x01, 0x01, 0x01, 0x00,
    0x1C, 0xB0, 0x8C, 0x99, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Opened by those who may, with a reason, on record.
    async fn opening_takes_a_reason(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let report = Report {
            category: Some("staff-conduct".into()),
            name: Some("演示人".into()),
            phone: Some("＋86 138-0000-0000".into()),
            email: Some("yanshi@example.com".into()),
            address: Some("演示路 1 号".into()),
            ..county.report()
        };
        let id = county.file(&report).await.unwrap().id;
        let matter = county.stored(id).await;
        assert_eq!(matter.text, "", "private words are not in the open");
        assert_eq!(said(app, &matter).unwrap(), report.text);
        let mut tx = house.db().read().await.unwrap();
        let key: Vec<u8> = sql("select phone_key from matter").scalar(&mut tx).await.unwrap();
        drop(tx);
        assert_eq!(key, app.vault().search_key("phone", "13800000000"));

        let open = |reason: &str| OpenPersonal { county: COUNTY.into(), id, reason: reason.into() };
        assert_eq!(code(app.act(&county.supervisor, &open("看")).await), "matter-reason-short");
        let secretary = house.who(&[house.post(Role::Secretary, COUNTY)]);
        assert_eq!(code(app.act(&secretary, &open("想看一看")).await), "problem-forbidden");
        let elsewhere = house.who(&[house.post(Role::Supervisor, "421202")]);
        assert_eq!(code(app.act(&elsewhere, &open("想看一看")).await), "problem-not-found");
        assert_eq!(app.act(&county.supervisor, &open("电话回访核实")).await.unwrap(), Personal {
            name: report.name.clone(),
            phone: Some("13800000000".into()),
            email: report.email.clone(),
            address: report.address.clone(),
            text: Some(report.text.clone()),
        });
        let mut tx = house.db().read().await.unwrap();
        let last = trail::links_after(&mut tx, COUNTY, 0, 100).await.unwrap().pop().unwrap();
        assert_eq!((last.action.as_str(), last.reason.as_deref()), ("matter-open-personal", Some("电话回访核实")));
        assert!(last.detail.contains("phone") && !last.detail.contains("138"), "{}", last.detail);
    }

    /// What the reporter of a private matter adds is sealed too; a matter that turns out private is hidden.
    async fn private_words_stay_private(house: House) {
        let county = County::new(&house).await;
        let (app, matters, id) = (house.app(), &county.matters, county.filed().await);
        let private = Correct {
            matters, county: COUNTY.into(), id, category: Some("neighbour-dispute".into()), area: None, lon: None, lat: None,
            reason: "其实是邻里纠纷".into(),
        };
        let hidden = app.act(&county.dispatcher, &private).await.unwrap();
        assert_eq!((hidden.text.as_str(), said(app, &hidden).unwrap().as_str()), ("", "演示：垃圾三天没清了"));
        let word = ReporterNote { matters, county: COUNTY.into(), secret: KEY.into(), text: "是隔壁堆的".into(), photos: vec![] };
        app.act(&reporter(), &word).await.unwrap();
        let event = county.events(id).await.pop().unwrap();
        assert_eq!((event.note.as_deref(), said_in(app, &event).unwrap().as_deref()), (None, Some("是隔壁堆的")));
        county.check_log(id).await;
    }

    /// Photos are put away first and belong to the matter afterwards.
    async fn photos_belong_to_their_matter(house: House) {
        let county = County::new(&house).await;
        let pixel = WHITE_PIXEL.to_vec();
        let stored = photos::store(house.app(), asker(), vec![pixel.clone(), pixel.clone()]).await.unwrap();
        let id = county.file(&Report { photos: stored.clone(), ..county.report() }).await.unwrap().id;
        let mut tx = house.db().read().await.unwrap();
        let found = lianxin_matters::store::photos(&mut tx, COUNTY, id).await.unwrap();
        assert!(found.iter().map(|photo| photo.id).eq(stored.iter().map(|photo| photo.id)));
        let named: Vec<_> = stored.iter().map(|photo| photo.id).collect();
        assert_eq!(county.events(id).await[0].detail.photos, named);
        for size in [photos::Size::Full, photos::Size::Thumbnail] {
            assert!(house.app().blobs().get(&photos::key(named[0], size)).await.unwrap().is_some());
        }
        assert_eq!(code(photos::store(house.app(), asker(), vec![b"no photo".to_vec()]).await), "photo-wrong-kind");
        assert_eq!(code(photos::store(house.app(), asker(), vec![pixel; 10]).await), "photo-too-many");
    }
}

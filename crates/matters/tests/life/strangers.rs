//! What strangers send to wear the house down, or to get at more than their own.

use std::time::Duration;

use lianxin_foundation::Role;
use lianxin_foundation::clock::HOUR;
use lianxin_foundation::scope::Post;
use lianxin_matters::actions::{Merge, Report};
use lianxin_testkit::{Browser, both_engines};
use tokio::time::timeout;

use crate::phone::{browser, stranger};
use crate::place::{COUNTY, County, GRID, OTHER_KEY, TOWN, VILLAGE};

/// One pixel.
const PNG: [u8; 69] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 144,
    119, 83, 222, 0, 0, 0, 12, 73, 68, 65, 84, 120, 156, 99, 216, 172, 38, 7, 0, 2, 135, 0, 248, 159, 103,
    95, 185, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// A page of these took minutes; a few seconds are for slow machines.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends the words of a matter that is there already with a photo, and gives what the form comes back with.
async fn kept_photos(resident: &mut Browser, id: &str) -> String {
    let fields = [("text", "演示：垃圾三天没清了"), ("place", "演示路口"), ("area", GRID), ("id", id)];
    let looked =
        resident.post_files(&format!("/report/{COUNTY}"), &fields, &[("photos", "a.png", &PNG)]).await;
    assert_eq!(looked.status, 200, "a last look: somebody said the same");
    let page = looked.text();
    let value = page.split("name=\"kept-photos\" value=\"").nth(1).expect("the photos are kept");
    value.split('"').next().expect("a value ends").to_owned()
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES, lianxin_registry::MESSAGES];

    /// Pages of one character, of digits, of half telephone numbers: looked at or refused at once.
    async fn pages_of_anything_hold_up_nobody(house: House) {
        let county = County::new(&house).await;
        let mut anybody = stranger(&house, &county);
        for piece in ["一", "1", "1 ", "138-", "a.", "城下村", "王先生，"] {
            let text = piece.repeat(60_000 / piece.len());
            let fields = [("text", text.as_str()), ("place", text.as_str()), ("id", "01a20600-2c12-7b83-87f7-66a8d398a81f")];
            let look = timeout(PATIENCE, anybody.post(&format!("/report/{COUNTY}/look"), &fields)).await;
            assert_eq!(look.expect("in time").status, 204, "{piece}");
            let sent = timeout(PATIENCE, anybody.post(&format!("/report/{COUNTY}"), &fields)).await;
            assert_eq!(sent.expect("in time").status, 422, "{piece}");
        }
        let number = format!("演示：一{}号楼漏水", "1".repeat(60));
        let fields = [("text", number.as_str()), ("place", "演示路口"), ("area", GRID), ("looked", "1")];
        assert_eq!(anybody.post(&format!("/report/{COUNTY}"), &fields).await.status, 303, "no sum runs over");
        let look = anybody.post(&format!("/report/{COUNTY}/look"), &fields).await;
        assert!(matches!(look.status, 200 | 204), "nor beside one that is there");
    }

    /// Photos wait for the very form they came with, and not until their files are swept away.
    async fn photos_wait_for_their_form_and_not_for_ever(house: House) {
        let county = County::new(&house).await;
        county.filed().await;
        let mut resident = stranger(&house, &county);
        let address = format!("/report/{COUNTY}");
        let id = "01a20600-2c12-7b83-87f7-66a8d398a81f";
        let kept = kept_photos(&mut resident, id).await;
        let fields = |id: &'static str, kept: &str| {
            let pairs =
                [("text", "演示：垃圾三天没清了"), ("place", "演示路口"), ("area", GRID), ("looked", "1"), ("id", id), ("kept-photos", kept)];
            pairs.map(|(name, value)| (name, value.to_owned()))
        };
        async fn send(browser: &mut Browser, address: &str, fields: &[(&'static str, String)]) -> lianxin_testkit::Answer {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(address, &fields).await
        }
        let other = send(&mut resident, &address, &fields("01a20600-2c12-7b83-87f7-66a8d398a82f", &kept)).await;
        assert_eq!(other.status, 422, "another form's");
        let none = kept_photos(&mut resident, "").await;
        assert_eq!(send(&mut resident, &address, &fields("", &none)).await.status, 422, "no form's");
        house.clock().set(house.now() + 13 * HOUR);
        let late = send(&mut resident, &address, &fields(id, &kept)).await;
        assert_eq!(late.status, 422);
        assert!(late.text().contains("照片放得太久") && !late.text().contains(&kept), "the form comes back without them");
        let fresh = kept_photos(&mut resident, id).await;
        assert_eq!(send(&mut resident, &address, &fields(id, &fresh)).await.status, 303);
    }

    /// Of a matter merged into theirs people see what they might see anyway.
    async fn what_was_merged_is_shown_to_those_who_may_see_it(house: House) {
        let county = County::new(&house).await;
        let kept = county.filed().await;
        house.area("421223100002").await;
        let elsewhere = Report {
            key: Some(OTHER_KEY.into()), area: Some("421223100002".into()), text: "演示：别村的垃圾".into(), ..county.report()
        };
        let other = county.file(&elsewhere).await.unwrap().id;
        let into = county.stored(kept).await.number;
        let merge = Merge { matters: &county.matters, county: COUNTY.into(), id: other, into, note: String::new() };
        house.app().act(&county.dispatcher, &merge).await.unwrap();
        let page = format!("/matters/{COUNTY}/{kept}");
        for (login, area, seen) in [("town", TOWN, true), ("village", VILLAGE, false)] {
            let post: Post = house.post(Role::Secretary, area);
            let mut reader = browser(&house, &county, login, &[post]).await;
            let page = reader.get(&page).await;
            assert_eq!((page.status, page.text().contains("别村的垃圾")), (200, seen), "{login}");
        }
    }
}

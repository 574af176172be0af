//! A place that only the words name: asked about, never taken by itself.

use axum::Extension;
use lianxin_foundation::{Role, Who};
use lianxin_matters::model::Matter;
use lianxin_registry::actions::RenameArea;
use lianxin_testkit::{Answer, Browser, House, both_engines};

use crate::place::{COUNTY, County, TOWN, VILLAGE};

/// A second village of the town, and one with the same name as the first in another town.
const SECOND: &str = "421223100002";
const ELSEWHERE: &str = "421223101001";
/// What matters here: garbage, which the village answers for.
const TEXT: &str = "演示：垃圾三天没清了";

async fn named(house: &House, area: &str, name: &str) {
    house.area(area).await;
    let rename = RenameArea { id: area.into(), name: name.into() };
    house.app().act(&Who::program(COUNTY), &rename).await.unwrap();
}

async fn county(house: &House) -> (County, Browser) {
    let county = County::new(house).await;
    for (area, name) in [(TOWN, "青山镇"), (VILLAGE, "城下村村委会"), (SECOND, "畈上村村委会")]
    {
        named(house, area, name).await;
    }
    named(house, "421223101", "白霓镇").await;
    named(house, ELSEWHERE, "畈上村委会").await;
    let browser = house.browser(lianxin_matters::routes().layer(Extension(county.matters.clone())));
    (county, browser)
}

async fn send(browser: &mut Browser, place: &str, more: &[(&str, &str)]) -> Answer {
    // The same words again are twins, which the sender has seen.
    let looked = ("looked", "1");
    let mut fields =
        vec![("text", TEXT), ("category", "garbage"), ("area", COUNTY), ("place", place), looked];
    fields.extend_from_slice(more);
    browser.post(&format!("/report/{COUNTY}"), &fields).await
}

/// The matter behind the link that a resident was sent on to.
async fn sent(county: &County, answer: &Answer) -> Matter {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let secret = answer.location().split(['/', '?']).nth(3).unwrap().to_owned();
    let digest = lianxin_foundation::ids::digest(&secret);
    let mut tx = county.house.db().read().await.unwrap();
    lianxin_matters::store::matter_by_secret(&mut tx, COUNTY, &digest).await.unwrap().unwrap()
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES, lianxin_registry::MESSAGES];

    async fn a_village_in_the_words_is_asked_about_and_taken_when_it_is_right(house: House) {
        let (county, mut resident) = county(&house).await;
        let place = "青山镇城下村三组村口";
        let asked = send(&mut resident, place, &[]).await;
        assert_eq!(asked.status, 422);
        let page = asked.text();
        assert!(page.contains("青山镇 › 城下村，对吗") && page.contains(place) && page.contains(TEXT), "{page}");
        let yes = sent(&county, &send(&mut resident, place, &[("spoken", VILLAGE)]).await).await;
        assert_eq!((yes.area.as_str(), yes.unit), (VILLAGE, Some(county.units[1])));
        let no = sent(&county, &send(&mut resident, place, &[("spoken", &format!("no {VILLAGE}"))]).await).await;
        assert_eq!((no.area.as_str(), no.unit), (COUNTY, Some(county.units[3])), "nowhere in particular");
    }

    async fn an_answer_counts_for_the_place_it_was_given_for(house: House) {
        let (_, mut resident) = county(&house).await;
        for answer in [VILLAGE.to_owned(), format!("no {VILLAGE}"), "421223999999".to_owned()] {
            let asked = send(&mut resident, "白霓镇畈上村祠堂", &[("spoken", &answer)]).await;
            assert_eq!(asked.status, 422, "{answer}");
            assert!(asked.text().contains("白霓镇 › 畈上村，对吗"), "{answer}");
        }
    }

    async fn a_name_that_two_villages_have_is_not_asked_about(house: House) {
        let (county, mut resident) = county(&house).await;
        for place in ["畈上村水渠", "城下村和白霓镇交界", "演示路口"] {
            let matter = sent(&county, &send(&mut resident, place, &[]).await).await;
            assert_eq!(matter.area, COUNTY, "{place}");
        }
    }

    async fn what_was_chosen_or_pointed_at_goes_before_words(house: House) {
        let (county, mut resident) = county(&house).await;
        let place = "城下村村口";
        let chosen = sent(&county, &send(&mut resident, place, &[("inner", SECOND)]).await).await;
        assert_eq!(chosen.area, SECOND);
        let point = [("lon", "114.04"), ("lat", "29.55")];
        let pointed = sent(&county, &send(&mut resident, place, &point).await).await;
        assert_eq!((pointed.area.as_str(), pointed.lon), (COUNTY, Some(114.04)));
        // Smaller than what was chosen is worth asking.
        assert_eq!(send(&mut resident, place, &[("inner", TOWN)]).await.status, 422);
    }

    async fn words_about_what_happened_place_it_too(house: House) {
        let (county, mut resident) = county(&house).await;
        let fields = [("text", "城下村三组垃圾没清"), ("category", "garbage"), ("area", COUNTY)];
        let asked = resident.post(&format!("/report/{COUNTY}"), &fields).await;
        assert_eq!(asked.status, 422);
        assert!(asked.text().contains("城下村，对吗"));
        let no = format!("no {VILLAGE}");
        let refused = resident.post(&format!("/report/{COUNTY}"), &[&fields[..], &[("spoken", &no)]].concat()).await;
        assert!(refused.status == 422 && refused.text().contains("在哪里"), "said no, and nowhere else");
        let yes = resident.post(&format!("/report/{COUNTY}"), &[&fields[..], &[("spoken", VILLAGE)]].concat()).await;
        assert_eq!(sent(&county, &yes).await.area, VILLAGE);
    }

    async fn a_script_may_ask_while_somebody_writes(house: House) {
        let (_, mut resident) = county(&house).await;
        let spoken = format!("/report/{COUNTY}/spoken");
        let part = resident.post(&spoken, &[("place", "城下村")]).await;
        assert!(part.status == 200 && part.text().contains("城下村，对吗"), "{}", part.text());
        for nothing in [&[][..], &[("place", "路口")], &[("place", "城下村"), ("lon", "114"), ("lat", "29")]] {
            assert_eq!(resident.post(&spoken, nothing).await.status, 204, "{nothing:?}");
        }
        assert_eq!(resident.post("/report/999999/spoken", &[("place", "x")]).await.status, 404);
    }

    async fn a_dispatcher_is_told_what_the_words_seem_to_name(house: House) {
        let (county, mut resident) = county(&house).await;
        let fields = [("text", "演示：坏了"), ("category", "street-light"), ("area", COUNTY), ("place", "城下村村口"), ("spoken", &format!("no {VILLAGE}"))];
        let matter = sent(&county, &resident.post(&format!("/report/{COUNTY}"), &fields).await).await;
        assert_eq!((matter.area.as_str(), matter.unit), (COUNTY, None), "nobody answers for street lights here");
        let dispatcher = house.person("dispatcher", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let mut staff = house.browser(lianxin_matters::routes().layer(Extension(county.matters.clone())));
        staff.sign_in(&dispatcher).await;
        let page = staff.get(&format!("/matters/{COUNTY}/{}", matter.id)).await.text();
        assert!(page.contains("看起来是青山镇 › 城下村，请核实") && page.contains("演示村委会"), "{page}");
    }
}

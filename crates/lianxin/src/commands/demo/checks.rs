//! The demo's two-way check: two offices' generated lists of the community whose people are generated. One is matched
//! already, the other waits. Nobody is real; the lists differ from the registry as real ones do.

use std::collections::HashMap;

use lianxin_foundation::clock::{DAY, Micros, civil};
use lianxin_foundation::error::Result;
use lianxin_foundation::{App, Error, Role};
use lianxin_reconcile::actions::{AskWork, BringRoll, OpenCampaign, ReadRoll};
use lianxin_reconcile::rules::tables::guessed;
use lianxin_reconcile::worker;
use tokio::sync::watch;
use uuid::Uuid;

use super::people::{self, COMMUNITY};
use super::registry::Registry;
use super::visits;

/// The offices asked, among the demo's organisations, and what their lists are called.
const OFFICES: [(&str, &str); 2] =
    [("cy-civil", "救助对象名册（演示）"), ("cy-insurance", "参保人员名册（演示）")];

/// The community's committee, whose grid worker goes to the doors.
const COMMITTEE: &str = "v-421223100008";

/// How long the check lasts.
const LASTS: Micros = 60 * DAY;

/// Opens the check, brings both lists and matches the first; tells how many lines they have.
pub(super) async fn fill(app: &App, registry: &Registry, now: Micros) -> Result<i64> {
    let county = lianxin_registry::county_of(COMMUNITY);
    let officer = registry.officer(&county, Role::Secretary);
    let office = |code: &str| {
        let known = registry.organisations.get(code).copied();
        known.ok_or_else(|| Error::failed("filling in the demo", format!("no organisation {code}")))
    };
    let open = OpenCampaign {
        title: "桃溪社区人员信息双向排查（演示）".to_owned(),
        purpose: "核对救助对象和参保人员，应保尽保、应退尽退".to_owned(),
        ground: "演示依据：县里关于开展人员信息核对的通知".to_owned(),
        area: COMMUNITY.to_owned(),
        age_from: None,
        age_to: None,
        last: Some(now + LASTS),
        offices: OFFICES.iter().map(|(code, _)| office(code)).collect::<Result<_>>()?,
    };
    let (county, campaign) = app.act(&officer, &open).await?;
    // As old as when they were registered, at the beginning of the demo's story.
    let people = people::listed(civil(now - super::PAST).date());
    let mut lines = 0;
    let mut first = None;
    for (at, (code, title)) in OFFICES.into_iter().enumerate() {
        let organisation = office(code)?;
        let text = list(&people, at);
        let clerk = registry.handler(&county, organisation);
        let (county, title) = (county.clone(), title.to_owned());
        let bring = BringRoll { county: county.clone(), campaign, organisation, title, text: text.clone() };
        let roll = app.act(&clerk, &bring).await?;
        let fields: HashMap<_, _> =
            guessed(&text).into_iter().enumerate().filter_map(|(at, field)| Some((at, field?))).collect();
        lines += ReadRoll { county, roll, fields }.carry_out(app, &clerk).await?;
        first = first.or(Some(roll));
    }
    if let Some(roll) = first {
        matched(app, &officer, (county.clone(), campaign, roll)).await?;
        let unit = registry.organisations.get(COMMITTEE).copied();
        let worker = unit.map_or_else(|| officer.clone(), |unit| registry.handler(&county, unit));
        visits::play(app, (&officer, &worker), (&county, campaign), now).await?;
    }
    Ok(lines)
}

async fn matched(
    app: &App,
    officer: &lianxin_foundation::Who,
    (county, campaign, roll): (String, Uuid, Uuid),
) -> Result<()> {
    app.act(officer, &AskWork { county, campaign, roll }).await?;
    let (_stop, stopped) = watch::channel(false);
    worker::sweep(app, app.ids().new_id(app.clock().now()), &stopped).await.map(drop)
}

/// Most of the people, as one office wrote them down: some left out, some with slips, some whom nobody registered.
fn list(people: &[[String; 5]], office: usize) -> String {
    let mut text = "序号,姓名,出生日期,性别,联系电话,住址\n".to_owned();
    let mut line = 0;
    for (at, [name, birth, sex, phone, address]) in people.iter().enumerate() {
        if at % (5 + office) == 3 {
            continue;
        }
        line += 1;
        let mut one = [name.clone(), birth.clone(), sex.clone(), phone.clone(), address.clone()];
        match at % 11 {
            // Another character of the same sound, a slip in the birth, a changed telephone, no address.
            2 => {
                one[0] = name.replace('伟', "玮").replace('芳', "方").replace('丽', "莉").replace('明', "鸣")
            }
            4 => one[1] = birth.replace("-1", "-0"),
            6 => one[3] = phone.replace("13800001", "13900007"),
            8 => (one[1], one[3], one[4]) = (String::new(), String::new(), "天城镇桃溪社区".to_owned()),
            9 => one[4] = "桃溪社区".to_owned(),
            _ => {}
        }
        text.push_str(&format!("{line},{}\n", one.join(",")));
    }
    for (at, name) in ["演示邱一", "演示邱二", "演示邱三", "演示邱四"].iter().enumerate().skip(office)
    {
        line += 1;
        let address = format!("天城镇桃溪社区演示小区 {} 栋 {} 室", 9 + at / 2, 201);
        text.push_str(&format!("{line},{name},195{at}-03-1{at},女,1370000200{at},{address}\n"));
    }
    text
}

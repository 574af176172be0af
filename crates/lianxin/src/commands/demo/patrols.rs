//! The demo's patrols: places of one community that are looked at again and again, some of them today.

use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::{App, Role};
use lianxin_matters::actions::{NotePatrol, PlanPatrols};
use lianxin_matters::patrols::{Every, Outcome};

use super::people::COMMUNITY;
use super::registry::Registry;

/// What today's look showed, and in what words; nothing where nobody looked yet.
type Look = Option<(Outcome, &'static str)>;

/// Where, what to look at, how often, and today's look.
const PLACES: [(&str, &str, Every, Look); 4] = [
    ("演示：桃溪河二号闸口", "闸门能不能开合，闸前有没有垃圾堵着", Every::Week, None),
    ("演示：老粮站后面的变压器", "有没有漏油，围栏门锁好没有", Every::Month, None),
    (
        "演示：三栋地下车库的充电桩",
        "线有没有乱拉，灭火器在不在",
        Every::Day,
        Some((Outcome::Fine, "灭火器在，压力正常。")),
    ),
    (
        "演示：后山的护坡",
        "有没有新的裂缝，排水沟通不通",
        Every::Week,
        Some((Outcome::Missed, "上山的路在修，明天再去。")),
    ),
];

/// Plans them as the dispatcher would, and notes what the community's worker saw.
pub(super) async fn fill(app: &App, registry: &Registry, now: Micros) -> Result<usize> {
    let county = lianxin_registry::county_of(COMMUNITY);
    let dispatcher = registry.officer(&county, Role::Dispatcher);
    let unit = registry.organisations.get(&format!("v-{COMMUNITY}")).copied();
    let unit =
        unit.ok_or_else(|| Error::failed("filling in the demo's patrols", "no unit of the community"))?;
    let worker = registry.handler(&county, unit);
    for (place, look, every, noted) in PLACES {
        let (place, look) = (place.to_owned(), look.to_owned());
        let plan =
            PlanPatrols { area: COMMUNITY.into(), place, look, first: now, last: now + 60 * DAY, every };
        let planned = app.act(&dispatcher, &plan).await?;
        let Some((outcome, words)) = noted else { continue };
        let note = NotePatrol {
            county: county.clone(),
            id: planned.first,
            entry: app.ids().new_id(now),
            outcome,
            words: words.to_owned(),
            seen_at: now,
            matter: None,
        };
        app.act(&worker, &note).await?;
    }
    Ok(PLACES.len())
}

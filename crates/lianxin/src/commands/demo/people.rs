//! The demo's people: generated households in one community, its branch, and their stages. Nobody is real.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;
use lianxin_foundation::clock::{DAY, civil};
use lianxin_foundation::error::Result;
use lianxin_foundation::{App, Micros, Who};
use lianxin_registry::actions::people::{AddPerson, BeginPosting, Join, Lodging, TellApart};
use lianxin_registry::doubles::store as doubles;
use lianxin_registry::household::Relation;
use lianxin_registry::person::{Person, Sex};
use uuid::Uuid;

/// The community whose people are generated, and its branch among the demo's organisations.
pub(super) const COMMUNITY: &str = "421223100008";
const BRANCH: &str = "cy-taoxi-branch";
/// Where those live who are posted: nobody else of the demo does.
const ELSEWHERE: &str = "421223100010";

/// How many households.
const HOUSEHOLDS: usize = 60;

const FAMILY: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "曾", "单", "解",
];
const MEN: [&str; 12] =
    ["建国", "志强", "明", "伟", "国庆", "文斌", "海涛", "小军", "德胜", "光明", "永福", "一鸣"];
const WOMEN: [&str; 12] =
    ["秀英", "桂兰", "芳", "丽", "春梅", "小红", "玉珍", "雪", "静怡", "腊梅", "文静", "佳琪"];

/// What the members of the branch are, the first households' heads in turn; the rest are in none.
const ROLES: [&str; 24] = [
    "secretary",
    "member",
    "member",
    "deputy-secretary",
    "member",
    "contact-household",
    "member",
    "member",
    "member",
    "committee-member",
    "probationary",
    "member",
    "candidate",
    "activist",
    "activist",
    "applicant",
    "member",
    "contact-household",
    "member",
    "member",
    "applicant",
    "member",
    "member",
    "member",
];

/// Registers them, under a clock that stands at the beginning of the demo's story.
pub async fn fill(app: &App, organisations: &HashMap<String, Uuid>) -> Result<usize> {
    let mut count = 0;
    let now = app.clock().now();
    let who = Who::program(&lianxin_registry::county_of(COMMUNITY));
    for at in 0..HOUSEHOLDS {
        let family = FAMILY[at % FAMILY.len()];
        let since = now - (400 + at as i64 * 31) * DAY;
        let head = register(app, &who, (at, 0), family, since).await?;
        count += 1;
        for place in 1..1 + at % 4 {
            register(app, &who, (at, place), family, since).await?;
            count += 1;
        }
        if let (Some(kind), Some(branch)) = (ROLES.get(at), organisations.get(BRANCH)) {
            join(app, &who, &head, *branch, kind, since).await?;
        }
    }
    for (at, kind) in TWICE {
        let again = again(app, &who, at).await?;
        count += 1;
        if let Some(branch) = organisations.get(BRANCH) {
            join(app, &who, &again, *branch, kind, now - 60 * DAY).await?;
        }
    }
    post(app, &who, organisations).await?;
    Ok(count)
}

/// Who is posted for a time: family and given name, as what, where, and for how many days from the demo's beginning.
const POSTED: [(&str, &str, &str, i64); 5] = [
    ("田守信", "first-secretary", "cy-taoxi-general", 130),
    ("秦远志", "specialist", "cy-demo-food", 500),
    ("谢桂林", "instructor", "cy-demo-parts", 120),
    ("严正清", "retired-leader", "cy-taoxi-branch", 400),
    ("姚一帆", "young-talent", "cy-demo-coop", 700),
];

/// Registers them.
async fn post(app: &App, who: &Who, organisations: &HashMap<String, Uuid>) -> Result<()> {
    let now = app.clock().now();
    for (name, kind, code, days) in POSTED {
        let Some(organisation) = organisations.get(code).copied() else { continue };
        let add = AddPerson {
            name: name.to_owned(),
            id_number: None,
            phone: None,
            sex: None,
            birth: None,
            lodging: Lodging { area: ELSEWHERE.to_owned(), ..Lodging::default() },
            from: Some(now - 300 * DAY),
            another: true,
        };
        let person = app.act(who, &add).await?;
        let join = Join {
            county: person.county,
            person: person.id,
            organisation,
            kind: kind.to_owned(),
            from: Some(now - 200 * DAY),
            reason: String::new(),
        };
        app.act(who, &BeginPosting { join, until: Some(now + days * DAY) }).await?;
    }
    Ok(())
}

/// Heads of households that were registered a second time, and what they are there: so that there are doubles to look at.
const TWICE: [(usize, &str); 2] = [(1, "member"), (14, "applicant")];

/// Registers a head again, in a household of their own and without a telephone.
async fn again(app: &App, who: &Who, at: usize) -> Result<Person> {
    let now = app.clock().now();
    let first = generated(civil(now).date(), (at, 0), FAMILY[at % FAMILY.len()]);
    let lodging = Lodging {
        code: Some(format!("YS-{:04}", 900 + at)),
        address: Some(format!("演示小区 9 栋 {} 室", 101 + at)),
        ..first.lodging
    };
    let again =
        app.act(who, &AddPerson { phone: None, lodging, from: Some(now - 60 * DAY), ..first }).await?;
    // Nobody has looked at the two yet.
    let mut tx = app.db().read().await?;
    let doubles = doubles::others(&mut tx, &again.county, again.id).await?;
    drop(tx);
    for other in doubles {
        app.act(who, &TellApart { county: again.county.clone(), one: again.id, other, two: false }).await?;
    }
    Ok(again)
}

/// Everybody as an office's list tells them: name, birth, sex, telephone and address.
pub(super) fn listed(today: Date) -> Vec<[String; 5]> {
    let mut all = Vec::new();
    for at in 0..HOUSEHOLDS {
        for place in 0..1 + at % 4 {
            let one = generated(today, (at, place), FAMILY[at % FAMILY.len()]);
            let sex = if one.sex == Some(Sex::Female) { "女" } else { "男" };
            let birth = one.birth.map(|birth| birth.to_string()).unwrap_or_default();
            let address = format!("天城镇桃溪社区{}", one.lodging.address.unwrap_or_default());
            all.push([one.name, birth, sex.to_owned(), one.phone.unwrap_or_default(), address]);
        }
    }
    all
}

/// Somebody's place in a household: its head, the head's spouse, a child, a parent.
const PLACES: [(Relation, i64); 4] =
    [(Relation::Head, 0), (Relation::Spouse, 2), (Relation::Child, 26), (Relation::Parent, -25)];

async fn register(app: &App, who: &Who, of: (usize, usize), family: &str, since: Micros) -> Result<Person> {
    let today = civil(app.clock().now()).date();
    app.act(who, &AddPerson { from: Some(since), ..generated(today, of, family) }).await
}

/// A generated person of a household.
fn generated(today: Date, (household, place): (usize, usize), family: &str) -> AddPerson {
    let (relation, younger) = PLACES[place];
    // Spouses keep their own family name.
    let family =
        if relation == Relation::Spouse { FAMILY[(household * 7 + 3) % FAMILY.len()] } else { family };
    let woman = if place < 2 { (household + place) % 2 == 1 } else { (household / 3 + place) % 2 == 0 };
    let given = if woman {
        WOMEN[(household * 5 + place) % WOMEN.len()]
    } else {
        MEN[(household * 5 + place) % MEN.len()]
    };
    let grid = format!("{COMMUNITY}-{:02}", 1 + household % 2);
    AddPerson {
        name: format!("{family}{given}"),
        id_number: None,
        phone: (place < 2).then(|| format!("1380000{:04}", 1000 + household * 10 + place)),
        sex: Some(if woman { Sex::Female } else { Sex::Male }),
        birth: born(today, household, younger),
        lodging: Lodging {
            code: Some(format!("YS-{:04}", household + 1)),
            relation: Some(relation),
            area: grid,
            address: Some(format!("演示小区 {} 栋 {} 室", 1 + household / 12, 101 + household % 12)),
        },
        from: None,
        another: true,
    }
}

/// A day of birth: heads are 34 to 63, others so many years younger.
fn born(today: Date, household: usize, younger: i64) -> Option<Date> {
    let years = 34 + (household as i64 * 13) % 30 - younger;
    let day = today.checked_sub(i32::try_from(years).unwrap_or(0).years()).ok()?;
    day.checked_sub((household as i64 * 11 % 350).days()).ok()
}

async fn join(app: &App, who: &Who, person: &Person, branch: Uuid, kind: &str, since: Micros) -> Result<()> {
    // Posts are held beside the membership they need; a stage stands for itself.
    let post = !matches!(kind, "member" | "probationary" | "candidate" | "activist" | "applicant");
    for kind in [post.then_some("member"), Some(kind)].into_iter().flatten() {
        let (county, organisation) = (person.county.clone(), branch);
        let from = Some(since + 30 * DAY);
        let kind = kind.to_owned();
        app.act(who, &Join { county, person: person.id, organisation, kind, from, reason: String::new() })
            .await?;
    }
    Ok(())
}

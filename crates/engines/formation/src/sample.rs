//! Generated counties, to try and measure the engine with. Nothing in them is real (演示数据).

use crate::model::{Organisation, OrganisationKind, Unit, UnitKind};

/// A generated county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct County {
    /// Enterprises, then associations.
    pub units: Vec<Unit>,
    /// Village and joint branches there are.
    pub organisations: Vec<Organisation>,
}

const TRADES: [&str; 12] = [
    "机械加工",
    "纺织服装",
    "食品加工",
    "电子信息",
    "物流运输",
    "建筑建材",
    "商贸零售",
    "餐饮住宿",
    "医药健康",
    "农业种养",
    "文旅服务",
    "化工新材",
];

/// Numbers that are the same for the same seed (SplitMix64).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when there is none.
    fn below(&mut self, limit: u32) -> u32 {
        // The high half of the product is below the limit.
        u32::try_from(((self.bits() >> 32) * u64::from(limit)) >> 32).unwrap_or(0)
    }

    /// About normally spread around 0 with this deviation: the sum of four even spreads.
    fn spread(&mut self, deviation: u32) -> i32 {
        let width = deviation.saturating_mul(7) / 4;
        let sum: i64 = (0..4).map(|_| i64::from(self.below(width + 1))).sum();
        i32::try_from(sum - 2 * i64::from(width)).unwrap_or(0)
    }
}

/// Where units crowd: a village, or a park that is four times as large.
struct Village {
    area: String,
    x: i32,
    y: i32,
    park: bool,
}

/// A county of `count` enterprises, as dense as 10,000 over 50 km each way: half of them in parks and in the county
/// town, 45 % without members, a fifth with enough for a branch of their own, an eighth covered already.
pub fn county(seed: u64, count: u32) -> County {
    let mut random = Random(seed);
    let villages = villages(&mut random, count);
    let mut organisations: Vec<Organisation> =
        (0..).zip(&villages).map(|(at, village)| village_branch(&mut random, at, village)).collect();
    let associations = (count / 80).max(1);
    let mut units: Vec<Unit> = (0..count)
        .map(|at| {
            let mut village = &villages[random.below(villages.len() as u32) as usize];
            if !village.park && random.below(3) == 0 {
                village = &villages[random.below(villages.len() as u32) as usize];
            }
            enterprise(&mut random, at, village, associations)
        })
        .collect();
    cover(&mut random, &mut units, &mut organisations);
    for at in 0..associations {
        let village = &villages[random.below(villages.len() as u32) as usize];
        let staff = 2 + random.below(10);
        units.push(Unit {
            id: format!("A{at:04}"),
            kind: UnitKind::Association,
            name: format!("演示{}协会{at}", TRADES[at as usize % TRADES.len()]),
            area: village.area.clone(),
            x: village.x + random.spread(300),
            y: village.y + random.spread(300),
            trade: TRADES[at as usize % TRADES.len()].to_owned(),
            association: format!("A{at:04}"),
            members: random.below(5).min(staff),
            staff,
            organisation: String::new(),
        });
    }
    County { units, organisations }
}

fn villages(random: &mut Random, count: u32) -> Vec<Village> {
    let side = u32::try_from((u64::from(count) * 2_500_000_000 / 10_000).isqrt()).unwrap_or(u32::MAX / 4);
    let towns = (count / 500).max(1);
    let mut villages = Vec::new();
    for town in 0..towns {
        let (x, y) = (random.below(side).cast_signed(), random.below(side).cast_signed());
        for village in 0..12 {
            let park = village == 0;
            let away = if park { 800 } else { 2_500 };
            villages.push(Village {
                area: format!(
                    "42/4299/429901/429901{:03}/429901{:03}{:03}",
                    100 + town % 900,
                    100 + town % 900,
                    200 + village
                ),
                x: x + random.spread(away),
                y: y + random.spread(away),
                park,
            });
        }
    }
    villages
}

fn village_branch(random: &mut Random, at: u32, village: &Village) -> Organisation {
    Organisation {
        id: format!("O{at:05}"),
        kind: if village.park { OrganisationKind::GeneralBranch } else { OrganisationKind::Branch },
        name: format!("演示{}党组织{at}", if village.park { "园区" } else { "村" }),
        area: village.area.clone(),
        x: village.x,
        y: village.y,
        members: if village.park { 51 + random.below(30) } else { 15 + random.below(35) },
        units: random.below(6),
        takes: 2,
    }
}

fn enterprise(random: &mut Random, at: u32, village: &Village, associations: u32) -> Unit {
    let members = match random.below(100) {
        0..45 => 0,
        45..64 => 1,
        64..80 => 2,
        80..96 => 3 + random.below(9),
        96..99 => 12 + random.below(40),
        _ => 50 + random.below(100),
    };
    let trade = random.below(12);
    // An association's number and its trade go together.
    let association = trade + 12 * random.below(associations.div_ceil(12));
    let belongs = random.below(4) == 0 && association < associations;
    let away = if village.park { 500 } else { 700 };
    Unit {
        id: format!("E{at:05}"),
        kind: UnitKind::Enterprise,
        name: format!("演示{}企业{at}", TRADES[trade as usize]),
        area: village.area.clone(),
        x: village.x + random.spread(away),
        y: village.y + random.spread(away),
        trade: TRADES[trade as usize].to_owned(),
        association: if belongs { format!("A{association:04}") } else { String::new() },
        members,
        staff: members * (2 + random.below(8)) + 3 + random.below(60),
        organisation: String::new(),
    }
}

/// An eighth are covered already: some have a branch of their own, some are in joint ones of up to four.
fn cover(random: &mut Random, units: &mut [Unit], organisations: &mut Vec<Organisation>) {
    let mut joint: Option<usize> = None;
    for unit in units {
        if unit.members == 0 || random.below(5) != 0 {
            continue;
        }
        if unit.members >= 3 && random.below(20) != 0 {
            organisations.push(branch_of(unit, organisations.len(), OrganisationKind::Branch));
            unit.organisation = organisations[organisations.len() - 1].id.clone();
            continue;
        }
        // A joint branch takes in whoever comes next until it has four.
        let there = joint.filter(|at| organisations[*at].units < 4);
        let at = there.unwrap_or_else(|| {
            organisations.push(branch_of(unit, organisations.len(), OrganisationKind::JointBranch));
            organisations.len() - 1
        });
        if there.is_some() {
            organisations[at].units += 1;
            organisations[at].members += unit.members;
        }
        joint = Some(at);
        unit.organisation = organisations[at].id.clone();
    }
}

fn branch_of(unit: &Unit, at: usize, kind: OrganisationKind) -> Organisation {
    Organisation {
        id: format!("O{at:05}"),
        kind,
        name: format!(
            "演示{}党支部{at}",
            if kind == OrganisationKind::JointBranch { "联合" } else { "企业" }
        ),
        area: unit.area.clone(),
        x: unit.x,
        y: unit.y,
        members: unit.members,
        units: u32::from(kind == OrganisationKind::JointBranch),
        takes: if kind == OrganisationKind::JointBranch { 1 } else { 0 },
    }
}

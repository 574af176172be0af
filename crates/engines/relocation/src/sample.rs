//! Generated cities, to try and measure the engine with. Nothing in them is real.

use crate::{Household, Member, Need, Shelter};

/// A generated city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    /// Households in buildings in villages.
    pub households: Vec<Household>,
    /// Shelters with about a tenth more places than persons.
    pub shelters: Vec<Shelter>,
    /// Members with about a tenth more hands than households.
    pub members: Vec<Member>,
}

/// A generator of numbers that gives the same ones for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when there is none.
    pub fn below(&mut self, limit: u32) -> u32 {
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

/// A city of `count` households, as dense as 95,000 over 60 km each way: villages of about 240 households, buildings of about 8,
/// households of 1 to 6; a shelter for about 160 households, a member for about 6.
pub fn city(seed: u64, count: u32) -> City {
    let mut random = Random::new(seed);
    let villages = (count / 240).max(1);
    let side = side(count);
    let middle = side.cast_signed() / 2;
    let mut households = Vec::new();
    let mut centres = Vec::new();
    for village in 0..villages {
        // Half of the villages crowd around the middle.
        let (x, y) = if random.below(2) == 0 {
            (random.below(side).cast_signed(), random.below(side).cast_signed())
        } else {
            (middle + random.spread(side / 10), middle + random.spread(side / 10))
        };
        centres.push((x, y));
        let until = u64::from(count) * u64::from(village + 1) / u64::from(villages);
        let mut building = 0;
        while (households.len() as u64) < until {
            building += 1;
            let (bx, by) = (x + random.spread(450), y + random.spread(450));
            for _ in 0..1 + random.below(15) {
                if households.len() as u64 == until {
                    break;
                }
                households.push(household(&mut random, households.len(), village, building, (bx, by)));
            }
        }
    }
    let persons: u64 = households.iter().map(|household| u64::from(household.size)).sum();
    let shelters = shelters(&mut random, (count / 158).max(1), persons, side, &centres);
    let members = members(&mut random, &households);
    City { households, shelters, members }
}

fn household(random: &mut Random, index: usize, village: u32, building: u32, at: (i32, i32)) -> Household {
    let size = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 6][random.below(16) as usize];
    let need = match random.below(100) {
        0..3 => Need::Medical,
        3..12 => Need::Ground,
        _ => Need::Any,
    };
    Household {
        id: format!("H{index:06}"),
        village: format!("V{village:04}"),
        building: format!("V{village:04}-{building:03}"),
        x: at.0 + random.spread(6),
        y: at.1 + random.spread(6),
        size,
        need,
    }
}

/// How wide a city of so many households is: 60 km for 95,000.
fn side(count: u32) -> u32 {
    u32::try_from((u64::from(count) * 3_600_000_000 / 95_000).isqrt()).unwrap_or(u32::MAX / 4).max(1_000)
}

fn shelters(
    random: &mut Random,
    count: u32,
    persons: u64,
    side: u32,
    centres: &[(i32, i32)],
) -> Vec<Shelter> {
    let raw: Vec<u64> = (0..count).map(|_| 100 + u64::from(random.below(900))).collect();
    let sum: u64 = raw.iter().sum();
    (0..count)
        .zip(raw)
        .map(|(index, raw)| {
            // Two in five stand anywhere, for there are fewer schools and halls where most people live.
            let near = if random.below(5) < 2 {
                (random.below(side).cast_signed(), random.below(side).cast_signed())
            } else {
                centres[random.below(u32::try_from(centres.len()).unwrap_or(1)) as usize]
            };
            let capacity = (raw * persons * 11).div_ceil(sum * 10);
            Shelter {
                id: format!("S{index:04}"),
                x: near.0 + random.spread(1_500),
                y: near.1 + random.spread(1_500),
                capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
                medical: index % 5 == 0,
                ground: index % 3 == 0,
            }
        })
        .collect()
}

fn members(random: &mut Random, households: &[Household]) -> Vec<Member> {
    let mut members = Vec::new();
    let mut hands = 0;
    while hands * 10 < households.len() as u64 * 11 {
        let near = &households[random.below(u32::try_from(households.len()).unwrap_or(1)) as usize];
        let max_households = 4 + random.below(7);
        hands += u64::from(max_households);
        members.push(Member {
            id: format!("M{:05}", members.len()),
            village: near.village.clone(),
            x: near.x + random.spread(300),
            y: near.y + random.spread(300),
            max_households,
        });
    }
    members
}

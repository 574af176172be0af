//! Plans a generated county: `county ENTERPRISES SEED`.

use std::ops::ControlFlow;
use lianxin_formation::{Problem, Rules, plan, sample};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let count = given.next().transpose()?.unwrap_or(1_000);
    let seed = given.next().transpose()?.unwrap_or(1);
    let county = sample::county(u64::from(seed), count);
    if std::env::var("DUMP").is_ok() {
        for unit in &county.units { println!("U,{},{},{},{},{},{},{},{}", unit.id, unit.x, unit.y, unit.trade, unit.association, unit.members, unit.organisation, unit.kind == lianxin_formation::UnitKind::Association); }
        for one in &county.organisations { println!("O,{},{},{},{},{},{},{}", one.id, one.x, one.y, one.kind.code(), one.members, one.units, one.takes); }
    }
    let problem = Problem::new(county.units, county.organisations, Rules::built_in())?;
    let found = plan(&problem, &mut |_| ControlFlow::Continue(()))?;
    let certificate = &found.certificate;
    println!("{:?}", certificate.found);
    println!("{:?}", certificate.bound);
    let proved = certificate.parts.iter().filter(|part| part.found == part.bound).count();
    println!("{} units, {} of {} parts proved, the largest has {}", certificate.units, proved, certificate.parts.len(), certificate.parts.iter().map(|part| part.units.len()).max().unwrap_or(0));
    for part in certificate.parts.iter().filter(|part| part.found != part.bound) { println!("  {} {:?} {:?}", part.units.len(), part.found, part.bound); }
    certificate.check(&problem)?;
    Ok(())
}

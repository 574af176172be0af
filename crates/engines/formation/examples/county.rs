//! Plans a generated county and draws it: `county ENTERPRISES SEED MAP.svg`.

use std::error::Error;
use std::ops::ControlFlow;

use lianxin_formation::{Problem, Rules, picture, plan, sample};

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: u32| given.get(at).map_or(Ok(usual), |text| text.parse());
    let county = sample::county(number(1, 1)?.into(), number(0, 1_000)?);
    let problem = Problem::new(county.units, county.organisations, Rules::built_in())?;
    let plan = plan(&problem, &mut |_| ControlFlow::Continue(()))?;
    println!("{:?}, at best {:?}", plan.certificate.found, plan.certificate.bound);
    plan.certificate.check(&problem)?;
    if let Some(file) = given.get(2) {
        std::fs::write(file, picture(&problem, &plan))?;
    }
    Ok(())
}

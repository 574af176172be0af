//! CPU seconds of each kind of plan on a generated city: `measure [plan|members|replan|whole|villages] [HOUSEHOLDS]`.

use std::ops::ControlFlow;

use lianxin_relocation::{
    Earlier, Goal, Keep, Problem, answer_for, plan, plan_villages, plan_whole, replan, sample,
};

/// What this program has computed for so far, all its threads together, in seconds (Linux).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begins = cpu();
    let found = work();
    println!("{what}: {:.3} CPU s", cpu() - begins);
    found
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let what = words.first().map_or("plan", String::as_str);
    let count = words.get(1).map_or(Ok(95_000), |word| word.parse())?;
    let on = &mut |_| ControlFlow::Continue(());
    let city = sample::city(1, count);
    let members = city.members;
    let mut problem = Problem::new(city.households, city.shelters).map_err(|_| "the sample is wrong")?;
    match what {
        "members" => {
            let found = timed("members", || answer_for(problem.households(), &members, on))?;
            println!("{} metres, proved: {}", found.metres, found.certificate.optimal());
        }
        "whole" => {
            for keep in [Keep::Households, Keep::BuildingsByNeed, Keep::Buildings] {
                let found = timed(&format!("{keep:?}"), || plan_whole(&problem, keep, on))?;
                println!(
                    "{} metres, {:.4} % over, {} rows remain, {} buildings divided",
                    found.person_metres,
                    found.gap() * 100.0,
                    found.remaining.len(),
                    found.divided
                );
            }
        }
        "villages" => {
            let found = timed("villages", || plan_villages(&problem, 10, on))?;
            println!(
                "{} villages use {} shelters, {} in the shortest plan, at least {}; {} person-metres",
                found.villages,
                found.used,
                found.used_by_shortest,
                found.used_at_least,
                found.plan.person_metres
            );
        }
        _ => {
            let best = timed("plan", || plan(&problem, on))?;
            println!("{} person-metres, proved: {}", best.person_metres, best.certificate.optimal());
            if what == "replan" {
                let prices = best.certificate.shelters.iter().map(|one| Some(one.price)).collect();
                let earlier = Earlier { assignments: best.assignments, prices };
                for shelter in (3..problem.shelters().len()).step_by(85) {
                    let capacity = problem.shelters()[shelter].capacity;
                    problem.set_capacity(shelter, 0);
                    let again = timed("replan", || replan(&problem, &earlier, Goal::Shortest, on))?;
                    println!(
                        "closed {shelter}: {} person-metres, {} moved, proved: {}",
                        again.plan.person_metres,
                        again.moved,
                        again.plan.certificate.optimal()
                    );
                    problem.set_capacity(shelter, capacity);
                }
            }
        }
    }
    Ok(())
}

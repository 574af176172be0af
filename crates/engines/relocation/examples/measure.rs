//! CPU seconds of each kind of plan on a generated city: `measure [plan|members|replan|planner|whole|villages] [HOUSEHOLDS]`.

use std::ops::ControlFlow;

use lianxin_relocation::{
    Earlier, Goal, Keep, Plan, Planner, Problem, answer_for, plan, plan_villages, plan_whole, replan, sample,
};

/// Every so many shelters one is closed.
const STEP: usize = 20;

/// What this program has computed for so far, all its threads together, in seconds (Linux).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (found, took) = spent(work);
    println!("{what}: {took:.3} CPU s");
    found
}

fn spent<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begins = cpu();
    let found = work();
    (found, cpu() - begins)
}

/// Tells the middle one and the mean, and what part of a plan from nothing these are.
fn sum_up(what: &str, mut took: Vec<f64>, whole: f64) {
    took.sort_by(f64::total_cmp);
    let (middle, mean) = (took[took.len() / 2], took.iter().sum::<f64>() / took.len() as f64);
    println!(
        "{what} {} times: median {middle:.3} CPU s, {:.3} of a plan; mean {mean:.3}, {:.3} of a plan",
        took.len(),
        middle / whole,
        mean / whole
    );
}

/// A plan as the next one begins from it.
fn earlier(plan: Plan) -> Earlier {
    let prices = plan.certificate.shelters.iter().map(|one| Some(one.price)).collect();
    Earlier { assignments: plan.assignments, prices }
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
        "planner" => {
            let (kept, whole) = spent(|| Planner::new(problem.clone(), on).map(|kept| (kept.plan(), kept)));
            let (best, mut kept) = kept?;
            println!("plan: {whole:.3} CPU s, proved: {}", best.certificate.optimal());
            let (mut closing, mut opening) = (Vec::new(), Vec::new());
            for shelter in (3..problem.shelters().len()).step_by(STEP) {
                for (capacity, took) in
                    [(0, &mut closing), (problem.shelters()[shelter].capacity, &mut opening)]
                {
                    let (again, time) =
                        spent(|| kept.set_capacity(shelter, capacity, on).map(|()| kept.plan()));
                    assert!(again?.certificate.optimal(), "shelter {shelter}");
                    took.push(time);
                }
            }
            sum_up("closed", closing, whole);
            sum_up("opened", opening, whole);
        }
        _ => {
            let (best, whole) = spent(|| plan(&problem, on));
            let best = best?;
            let least = best.person_metres;
            println!("plan: {whole:.3} CPU s");
            println!("{} person-metres, proved: {}", best.person_metres, best.certificate.optimal());
            if what == "replan" {
                let whole_city = earlier(best);
                let (mut closing, mut opening) = (Vec::new(), Vec::new());
                for shelter in (3..problem.shelters().len()).step_by(STEP) {
                    let capacity = problem.shelters()[shelter].capacity;
                    problem.set_capacity(shelter, 0);
                    let (closed, time) = spent(|| replan(&problem, &whole_city, Goal::Shortest, on));
                    let closed = closed?.plan;
                    assert!(closed.certificate.optimal(), "shelter {shelter}");
                    closing.push(time);
                    let without = earlier(closed);
                    problem.set_capacity(shelter, capacity);
                    let (opened, time) = spent(|| replan(&problem, &without, Goal::Shortest, on));
                    assert_eq!(opened?.shortest, least, "shelter {shelter}");
                    opening.push(time);
                }
                sum_up("closed", closing, whole);
                sum_up("opened", opening, whole);
            }
        }
    }
    Ok(())
}

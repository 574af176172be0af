//! What the commands say.

use lianxin_relocation::{
    Certificate, Keep, Need, Plan, Problem, Remaining, VillagePlan, WholePlan, shortages,
};

/// How good the shortest plan is.
pub fn plan(problem: &Problem, plan: &Plan) {
    let used = plan.certificate.shelters.iter().filter(|shelter| shelter.persons > 0).count();
    println!(
        "{} of {} persons in {} households go to {used} shelters",
        plan.placed(),
        problem.persons(),
        problem.households().len()
    );
    let proof = proved(&plan.certificate);
    println!("{} person-metres, {proof}; {} households are split", plan.person_metres, plan.split());
    for short in shortages(problem, &plan.assignments, &plan.remaining) {
        println!(
            "{} persons remain who need {}: {} persons may go only to {} shelters with {} places",
            short.missing,
            short.need,
            short.persons,
            short.shelters.len(),
            short.places
        );
    }
}

/// What the prices prove.
pub fn proved(certificate: &Certificate) -> String {
    if certificate.optimal() {
        "and no plan over any pairs is shorter, which the prices prove".to_owned()
    } else {
        format!("at most {:.4} % above the bound {}", certificate.gap() * 100.0, certificate.bound)
    }
}

/// How good a plan is that splits nothing.
pub fn whole(problem: &Problem, best: &Plan, whole: &WholePlan, keep: Keep) {
    let kept = match keep {
        Keep::Households => "every household together",
        Keep::Buildings => "every building together",
        Keep::BuildingsByNeed => "those of a building who need the same together",
    };
    let placed = whole.placed();
    if keep == Keep::Buildings && whole.divided > 0 {
        println!(
            "{placed} of {} persons have a place, every building together but {}: no shelter with room has all they need, or \
             none is large enough",
            problem.persons(),
            whole.divided
        );
    } else {
        println!("{placed} of {} persons have a place, {kept}", problem.persons());
    }
    if keep != Keep::Households && whole.mixed > 0 {
        println!("{} buildings house people who need different things", whole.mixed);
    }
    println!(
        "{} person-metres; the shortest plan that may split has {}",
        whole.person_metres, best.person_metres
    );
    println!(
        "at most {:.4} % above the bound {} of any plan that keeps them together{}",
        whole.gap() * 100.0,
        whole.bound,
        if whole.remaining.is_empty() { "" } else { ", those without a place counted" }
    );
    remaining(problem, &whole.remaining);
}

/// How good a plan is that keeps villages together.
pub fn villages(problem: &Problem, found: &VillagePlan, extra: u32) {
    let plan = &found.plan;
    println!("{} of {} persons have a place", plan.placed(), problem.persons());
    println!(
        "{} person-metres; the shortest plan has {}, and {extra} thousandths more are {}",
        plan.person_metres, found.shortest, found.longest
    );
    println!(
        "{} villages use {} shelters, added up over the villages; no plan as short uses fewer than {}, and the shortest uses {}",
        found.villages, found.used, found.used_at_least, found.used_by_shortest
    );
    remaining(problem, &plan.remaining);
}

/// Who has no place.
fn remaining(problem: &Problem, remaining: &[Remaining]) {
    for need in Need::ALL {
        let need_it = |row: &&Remaining| problem.households()[row.household as usize].need == need;
        let persons: u32 = remaining.iter().filter(need_it).map(|row| row.persons).sum();
        if persons > 0 {
            println!("{persons} persons remain who need {need}");
        }
    }
}

//! What the commands say.

use lianxin_relocation::{Certificate, Need, Plan, Problem, Remaining, WholePlan, shortages};

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
pub fn whole(problem: &Problem, best: &Plan, whole: &WholePlan) {
    println!("{} of {} persons have a place, nothing split", whole.placed(), problem.persons());
    println!(
        "{} person-metres; the shortest plan that may split has {}",
        whole.person_metres, best.person_metres
    );
    if whole.remaining.is_empty() {
        println!("at most {:.4} % above the bound {}", whole.gap() * 100.0, whole.bound);
    }
    remaining(problem, &whole.remaining);
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

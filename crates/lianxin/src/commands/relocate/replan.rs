//! `lianxin relocate replan`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use lianxin_foundation::Result;
use lianxin_foundation::error::While;
use lianxin_relocation::{Earlier, Goal, replan};

use super::{Given, Steps, Written, input, shown, tell};

/// The lists as they are now, and the plan as it was.
#[derive(Args)]
pub struct ReplanArgs {
    #[command(flatten)]
    given: Given,
    /// The plan as it was: household,shelter,persons
    #[arg(long, value_name = "FILE")]
    old_plan: PathBuf,
    /// Its certificate
    #[arg(long, value_name = "FILE")]
    old_certificate: PathBuf,
    /// Move as few persons as possible instead of planning the shortest ways
    #[arg(long)]
    fewest_moves: bool,
    /// With --fewest-moves: by how many thousandths the plan may be longer than the shortest; any length without
    #[arg(long, value_name = "N", requires = "fewest_moves")]
    extra: Option<u32>,
    #[command(flatten)]
    written: Written,
}

impl ReplanArgs {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        let mut steps = Steps::new(self.written.times);
        let problem = self.given.problem()?;
        let old = input::certificate(&self.old_certificate)?;
        let prices: BTreeMap<&str, i64> =
            old.shelters.iter().map(|shelter| (shelter.id.as_str(), shelter.price)).collect();
        let earlier = Earlier {
            assignments: input::plan(&problem, &self.old_plan, false)?,
            prices: problem.shelters().iter().map(|one| prices.get(one.id.as_str()).copied()).collect(),
        };
        steps.done("reading");
        let goal = if self.fewest_moves { Goal::FewestMoves { extra: self.extra } } else { Goal::Shortest };
        let found =
            shown(|progress| replan(&problem, &earlier, goal, progress)).while_doing("planning again")?;
        steps.done("planning");
        match goal {
            Goal::Shortest => {
                tell::plan(&problem, &found.plan);
                println!("{} persons go elsewhere than before", found.moved);
            }
            Goal::FewestMoves { .. } => {
                let metres = found.plan.person_metres;
                println!("{metres} person-metres; the shortest plan has {}", found.shortest);
                println!(
                    "{} persons go elsewhere than before; no such plan moves fewer than {}",
                    found.moved, found.moved_at_least
                );
            }
        }
        let plan = &found.plan;
        self.written.write(&problem, &plan.assignments, &plan.remaining, &plan.certificate)?;
        steps.done("writing");
        Ok(())
    }
}

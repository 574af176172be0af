//! `lianxin relocate`: who goes to which shelter, from files to files.

#[cfg(test)]
mod fuzz;
mod input;
pub(super) mod output;
mod plan;
mod replan;
mod stages;
pub(super) mod table;
mod tell;
mod ways;

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_relocation::{Assignment, Certificate, Problem, Progress, Remaining, picture, sample};

use super::steps::Steps;
use super::whole::{self, is_stopped};
use ways::Distances;

/// Plan who goes to which shelter.
#[derive(Subcommand)]
pub enum Relocate {
    /// The plan of least total person-metres, with its proof
    Plan(plan::PlanArgs),
    /// A new plan after shelters, households or roads changed, from the old one
    Replan(replan::ReplanArgs),
    /// A timetable for a plan, with what holds it up
    Stages(stages::StagesArgs),
    /// Check a plan and its certificate, trusting nothing of either
    Check(plan::CheckArgs),
    /// Generate a city to try it with
    Sample(SampleArgs),
}

/// Who is to go where.
#[derive(Args)]
struct Given {
    /// id,village,building,x,y,size,need (0 none, 1 medical, 2 ground floor); whole metres
    #[arg(long, value_name = "FILE")]
    households: PathBuf,
    /// id,x,y,capacity,medical,ground (1 or 0)
    #[arg(long, value_name = "FILE")]
    shelters: PathBuf,
    /// Shelters that take nobody
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    closed: Vec<String>,
    /// household,shelter: pairs that are cut off from each other
    #[arg(long, value_name = "FILE")]
    forbidden: Option<PathBuf>,
    #[command(flatten)]
    distances: Distances,
}

impl Given {
    fn problem(&self) -> Result<Problem> {
        let mut problem = input::problem(&self.households, &self.shelters)?;
        for id in &self.closed {
            let Some(shelter) = problem.shelters().iter().position(|shelter| shelter.id == *id) else {
                return Err(Error::failed("reading --closed", format!("there is no shelter {id:?}")));
            };
            problem.set_capacity(shelter, 0);
        }
        if let Some(file) = &self.forbidden {
            input::forbid(&mut problem, file)?;
        }
        self.distances.measure(&mut problem)?;
        Ok(problem)
    }
}

/// What is written.
#[derive(Args)]
struct Written {
    /// Where the plan is written: household,shelter,persons; who remains goes beside it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where the shelters' prices are written that prove the plan
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Where a picture of the plan is written
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Say how much computing each step took
    #[arg(long)]
    times: bool,
}

impl Written {
    fn write(
        &self,
        problem: &Problem,
        assignments: &[Assignment],
        remaining: &[Remaining],
        certificate: &Certificate,
    ) -> Result<()> {
        if let Some(file) = output::plan(&self.out, problem, assignments, remaining)? {
            println!("who remains is in {}", file.display());
        }
        if let Some(file) = &self.certificate {
            output::proof(file, certificate)?;
        }
        if let Some(file) = &self.svg {
            whole::write_text(file, &picture(problem, assignments))?;
        }
        Ok(())
    }
}

/// What to generate.
#[derive(Args)]
pub struct SampleArgs {
    /// The same seed gives the same city
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many households
    #[arg(long, default_value_t = 95_000)]
    households: u32,
    /// The folder for households.csv, shelters.csv and members.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Relocate {
    /// Runs it.
    pub fn run(self) -> Result<()> {
        match self {
            Relocate::Plan(args) => args.run(),
            Relocate::Replan(args) => args.run(),
            Relocate::Stages(args) => args.run(),
            Relocate::Check(args) => args.run(),
            Relocate::Sample(args) => args.run(),
        }
    }
}

/// Shows how many persons are still where there is no room for them. Ctrl-C stops it, and nothing is written before all is
/// done.
fn shown<T>(work: impl FnOnce(&mut Progress<'_>) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    let done = work(&mut |too_many| {
        bar.set_message(format!("{too_many} persons are still to be moved from full shelters"));
        bar.tick();
        if is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    done
}

impl SampleArgs {
    fn run(&self) -> Result<()> {
        std::fs::create_dir_all(&self.out).while_doing(format!("making {}", self.out.display()))?;
        let city = sample::city(self.seed, self.households);
        output::city(&self.out, &city)?;
        println!(
            "generated: {} households, {} shelters, {} members in {}",
            city.households.len(),
            city.shelters.len(),
            city.members.len(),
            self.out.display()
        );
        Ok(())
    }
}

//! `lianxin relocate`: who goes to which shelter, from files to files.

mod input;
mod output;
mod table;

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_relocation::{Plan, Problem, plan, sample};

/// Plan who goes to which shelter.
#[derive(Subcommand)]
pub enum Relocate {
    /// The plan of least total person-metres, with its proof
    Plan(PlanArgs),
    /// Generate a city to try it with
    Sample(SampleArgs),
}

/// What to plan, and where to write it.
#[derive(Args)]
pub struct PlanArgs {
    /// id,village,building,x,y,size,need (0 none, 1 medical, 2 ground floor); whole metres
    #[arg(long, value_name = "FILE")]
    households: PathBuf,
    /// id,x,y,capacity,medical,ground (1 or 0)
    #[arg(long, value_name = "FILE")]
    shelters: PathBuf,
    /// Shelters that take nobody
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    closed: Vec<String>,
    /// Where the plan is written: household,shelter,persons
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where the shelters' prices are written that prove the plan
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
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
            Relocate::Sample(args) => args.run(),
        }
    }
}

impl PlanArgs {
    fn run(&self) -> Result<()> {
        let mut problem = input::problem(&self.households, &self.shelters)?;
        close(&mut problem, &self.closed)?;
        let plan = plan(&problem, &mut |_| ControlFlow::Continue(())).while_doing("planning")?;
        tell(&problem, &plan);
        if let Some(file) = output::plan(&self.out, &problem, &plan)? {
            println!("who remains is in {}", file.display());
        }
        if let Some(file) = &self.certificate {
            let text =
                serde_json::to_string_pretty(&plan.certificate).while_doing("writing the certificate")?;
            output::text(file, &text)?;
        }
        Ok(())
    }
}

fn close(problem: &mut Problem, ids: &[String]) -> Result<()> {
    for id in ids {
        let Some(shelter) = problem.shelters().iter().position(|shelter| shelter.id == *id) else {
            return Err(Error::failed("reading --closed", format!("there is no shelter {id:?}")));
        };
        problem.set_capacity(shelter, 0);
    }
    Ok(())
}

fn tell(problem: &Problem, plan: &Plan) {
    let certificate = &plan.certificate;
    println!(
        "{} of {} persons in {} households go to {} shelters",
        plan.placed(),
        problem.persons(),
        problem.households().len(),
        certificate.shelters.iter().filter(|shelter| shelter.persons > 0).count()
    );
    println!("{} person-metres; {} households are split", plan.person_metres, plan.split());
    if certificate.optimal() {
        println!("no plan is shorter: proved by the shelters' prices over all pairs");
    } else {
        println!("at most {:.4} % above the bound {}", certificate.gap() * 100.0, certificate.bound);
    }
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

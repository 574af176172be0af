//! `lianxin relocate`: who goes to which shelter, from files to files.

mod input;
mod output;
mod table;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_relocation::{
    Certificate, Keep, Need, Plan, Problem, Remaining, WholePlan, answer_for, plan, plan_whole, sample,
};

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
    /// id,village,x,y,max_households: gives every household a member who answers for it, in a second file
    /// beside the plan (household,member)
    #[arg(long, value_name = "FILE")]
    members: Option<PathBuf>,
    /// Never split these
    #[arg(long, value_name = "WHAT")]
    whole: Option<Whole>,
    /// Where the plan is written: household,shelter,persons
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where the shelters' prices are written that prove the plan
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
}

/// What is never split.
#[derive(Clone, Copy, ValueEnum)]
enum Whole {
    /// Every household goes to one shelter
    Households,
    /// Everyone in a building who needs the same goes to one shelter
    Buildings,
    /// Everyone in a building goes to one shelter, which must have what any of them needs
    BuildingsStrictly,
}

impl From<Whole> for Keep {
    fn from(whole: Whole) -> Keep {
        match whole {
            Whole::Households => Keep::Households,
            Whole::Buildings => Keep::BuildingsByNeed,
            Whole::BuildingsStrictly => Keep::Buildings,
        }
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
            Relocate::Sample(args) => args.run(),
        }
    }
}

impl PlanArgs {
    fn run(&self) -> Result<()> {
        let mut problem = input::problem(&self.households, &self.shelters)?;
        close(&mut problem, &self.closed)?;
        let best = plan(&problem, &mut go_on).while_doing("planning")?;
        let whole = self.whole.map(|whole| plan_whole(&problem, whole.into(), &mut go_on));
        let whole = whole.transpose().while_doing("planning")?;
        let (assignments, remaining) = match &whole {
            None => (&best.assignments, &best.remaining),
            Some(whole) => (&whole.assignments, &whole.remaining),
        };
        match &whole {
            None => tell(&problem, &best),
            Some(whole) => tell_whole(&problem, &best, whole),
        }
        tell_remaining(&problem, remaining);
        if let Some(file) = output::plan(&self.out, &problem, assignments, remaining)? {
            println!("who remains is in {}", file.display());
        }
        if let Some(file) = &self.certificate {
            output::certificate(file, &best.certificate)?;
        }
        self.members.as_deref().map_or(Ok(()), |members| self.answer(&problem, members))
    }

    /// Gives every household a member.
    fn answer(&self, problem: &Problem, file: &Path) -> Result<()> {
        let members = input::members(file)?;
        let found = answer_for(problem.households(), &members, &mut go_on).while_doing("choosing members")?;
        let out = output::beside(&self.out, "members");
        let rows = problem.households().iter().zip(&found.member).filter_map(|(household, member)| {
            Some([household.id.clone(), members[(*member)? as usize].id.clone()])
        });
        output::table(&out, ["household", "member"], rows)?;
        let without = found.member.iter().filter(|member| member.is_none()).count();
        println!(
            "{} households have a member who answers for them, {without} have none; {} metres, {}: {}",
            found.member.len() - without,
            found.metres,
            proved(&found.certificate),
            out.display()
        );
        if let Some(file) = &self.certificate {
            output::certificate(&output::beside(file, "members").with_extension("json"), &found.certificate)?;
        }
        Ok(())
    }
}

/// Nothing stops a command but the terminal.
fn go_on(_: i64) -> ControlFlow<()> {
    ControlFlow::Continue(())
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
    let split = plan.split();
    println!("{} person-metres, {}; {split} households are split", plan.person_metres, proved(certificate));
}

fn proved(certificate: &Certificate) -> String {
    if certificate.optimal() {
        "and no plan over any pairs is shorter, which the prices prove".to_owned()
    } else {
        format!("at most {:.4} % above the bound {}", certificate.gap() * 100.0, certificate.bound)
    }
}

fn tell_whole(problem: &Problem, best: &Plan, whole: &WholePlan) {
    println!("{} of {} persons have a place, nothing split", whole.placed(), problem.persons());
    println!(
        "{} person-metres; the shortest plan with splitting has {}",
        whole.person_metres, best.person_metres
    );
    if whole.remaining.is_empty() {
        println!("at most {:.4} % above the bound {}", whole.gap() * 100.0, whole.bound);
    }
}

/// Who has no place, and how many places of which kind are missing.
fn tell_remaining(problem: &Problem, remaining: &[Remaining]) {
    for need in Need::ALL {
        let need_it = |row: &&Remaining| problem.households()[row.household as usize].need == need;
        let persons: u32 = remaining.iter().filter(need_it).map(|row| row.persons).sum();
        if persons > 0 {
            println!("{persons} persons remain: so many places with {need} are missing");
        }
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

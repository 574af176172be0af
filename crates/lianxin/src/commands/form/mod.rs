//! `lianxin form`: which enterprises form branches, join or are attached (应建尽建), from files to files.

mod input;
mod output;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use lianxin_formation::{Certificate, Force, Plan, Problem, Progress, explain, judge, picture, plan, sample};
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};

use super::whole;

/// Plan which enterprises form branches, join or are attached.
#[derive(Subcommand)]
pub enum Form {
    /// The plan that covers everyone with the fewest new joint branches and the least metres, with its proof
    Plan(PlanArgs),
    /// Check a plan, whoever made it, against the rules, and its certificate, trusting nothing of either
    Check(CheckArgs),
    /// Generate a county to try it with
    Sample(SampleArgs),
    /// Print the rules that are built in, with their sources, as TOML
    Rules,
}

/// Who is to be covered, and by which rules.
#[derive(Args)]
struct Given {
    /// id,name,area,x,y,trade,association,members,staff,organisation; whole metres, UTF-8 or GB 18030
    #[arg(long, value_name = "FILE")]
    enterprises: PathBuf,
    /// id,name,area,x,y,trade,members,staff,organisation
    #[arg(long, value_name = "FILE")]
    associations: Option<PathBuf>,
    /// id,kind,name,area,x,y,members,units,takes: the organisations there are
    #[arg(long, value_name = "FILE")]
    organisations: Option<PathBuf>,
    /// No unit is further than this from the seat of its organisation, whatever the rules say
    #[arg(long, value_name = "N")]
    max_metres: Option<u32>,
    /// Rules of one's own (TOML) in place of those that are built in; `lianxin form rules` prints these
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
}

impl Given {
    fn files(&self) -> input::Files<'_> {
        input::Files {
            enterprises: &self.enterprises,
            associations: self.associations.as_deref(),
            organisations: self.organisations.as_deref(),
        }
    }

    fn problem(&self) -> Result<Problem> {
        let mut rules = input::rules(self.rules.as_deref())?;
        if let Some(most) = self.max_metres {
            rules.cap_metres(most);
        }
        input::problem(&self.files(), rules)
    }
}

/// What to plan, and where to write it.
#[derive(Args)]
pub struct PlanArgs {
    #[command(flatten)]
    given: Given,
    /// Where the plan is written: unit,way,seat,organisation,kind,metres
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where it is written why, in Chinese and English, and what the next best would cost
    #[arg(long, value_name = "FILE")]
    explain: Option<PathBuf>,
    /// Where the prices are written that prove the plan
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Where a map is written
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// What to check.
#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    given: Given,
    /// unit,way,seat,organisation
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The plan's certificate
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
}

/// What to generate.
#[derive(Args)]
pub struct SampleArgs {
    /// The same seed gives the same county
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many enterprises
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    enterprises: u32,
    /// The folder for enterprises.csv, associations.csv and organisations.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Form {
    /// Runs it.
    pub fn run(self) -> Result<()> {
        match self {
            Form::Plan(args) => args.run(),
            Form::Check(args) => args.run(),
            Form::Sample(args) => args.run(),
            Form::Rules => {
                let rules = lianxin_formation::Rules::built_in();
                print!("{}", toml::to_string(&rules).while_doing("writing the rules")?);
                Ok(())
            }
        }
    }
}

impl PlanArgs {
    fn run(&self) -> Result<()> {
        let problem = self.given.problem()?;
        let bar = ProgressBar::new(0);
        let found = plan(&problem, &mut showing(&bar));
        bar.finish_and_clear();
        let found = found.while_doing("planning")?;
        output::plan(&self.out, &problem, &found)?;
        if let Some(file) = &self.explain {
            output::explanation(file, &problem, &found, &explain(&problem, &found))?;
        }
        if let Some(file) = &self.certificate {
            let doing = || format!("writing {}", file.display());
            let text = serde_json::to_string(&found.certificate).while_doing(doing())?;
            whole::write_text(file, &text)?;
        }
        if let Some(file) = &self.svg {
            whole::write_text(file, &picture(&problem, &found))?;
        }
        tell(&problem, &found);
        Ok(())
    }
}

/// A progress bar as a watch; Ctrl-C stops the work.
fn showing(bar: &ProgressBar) -> impl FnMut(Progress) -> ControlFlow<()> {
    |progress| {
        bar.set_length(progress.of as u64 * 1000);
        bar.set_position(progress.units as u64 * 1000 + progress.step as u64);
        if whole::is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// How everyone is covered, and how good that is.
fn tell(problem: &Problem, plan: &Plan) {
    let count = |way| plan.places.iter().filter(|place| output::way(**place) == way).count();
    println!(
        "{} units: {} stay where they are, {} form their own, {} join in {} joint branches, {} are attached, {} get an \
         instructor, {} have members whom nobody within the rules can take in",
        plan.places.len(),
        count("kept"),
        count("own"),
        count("joint"),
        plan.joints.len(),
        count("attached"),
        count("instructed"),
        count("left")
    );
    proved(&plan.certificate);
    let breaches = judge(problem, &plan.places).breaches;
    let usual = breaches.iter().filter(|breach| breach.force == Force::Usual);
    usual.for_each(|breach| {
        println!("{}: {} / {}", problem.units()[breach.unit].id, breach.says[0], breach.says[1])
    });
}

/// What the certificate proves.
fn proved(certificate: &Certificate) {
    let (found, bound) = (certificate.found, certificate.bound);
    println!("{} new joint branches, {} metres from units to seats", found.organisations, found.metres);
    let parts = certificate.parts.len();
    let best = certificate.parts.iter().filter(|part| part.found == part.bound).count();
    if certificate.optimal() {
        println!("and no plan is better, which prices and searches prove in {parts} parts");
        return;
    }
    let (out, organisations, metres) = certificate.gap();
    println!("{best} of {parts} parts are proved to be the best there are; in the others");
    println!("no plan leaves fewer than {} out: at most {out} too many", bound.left_out);
    println!(
        "none that leaves as few has fewer than {} branches: at most {organisations} too many",
        bound.organisations
    );
    println!(
        "none with as few branches in each part has fewer than {} metres: at most {:.2} % too many",
        bound.metres,
        100.0 * metres
    );
}

impl CheckArgs {
    fn run(&self) -> Result<()> {
        let problem = self.given.problem()?;
        let (places, lines) = input::places(&problem, &self.plan)?;
        let verdict = judge(&problem, &places);
        let told = |force: Force| {
            let broken = verdict.breaches.iter().filter(move |breach| breach.force == force);
            let row = |unit: usize| format!("{}:{}", self.plan.display(), lines[unit]);
            broken.map(move |breach| format!("{}: {} / {}", row(breach.unit), breach.says[0], breach.says[1]))
        };
        let refused: Vec<String> = told(Force::Must).collect();
        if !refused.is_empty() {
            return Err(Error::failed("checking the plan", refused.join("\n")));
        }
        told(Force::Usual).for_each(|warning| println!("{warning}"));
        let worth = verdict.worth;
        println!(
            "the plan keeps every rule that must be kept: {} left out, {} new joint branches, {} metres",
            worth.left_out, worth.organisations, worth.metres
        );
        let Some(file) = &self.certificate else { return Ok(()) };
        let certificate = certificate(file)?;
        if certificate.found != worth {
            let reason =
                format!("it is of a plan worth {:?}; this one is worth {worth:?}", certificate.found);
            return Err(Error::failed("checking the certificate", reason));
        }
        certificate.check(&problem).while_doing("checking the certificate")?;
        println!("every price holds");
        proved(&certificate);
        Ok(())
    }
}

fn certificate(file: &Path) -> Result<Certificate> {
    let text = std::fs::read_to_string(file).while_doing(format!("reading {}", file.display()))?;
    serde_json::from_str(&text).while_doing(format!("reading {}", file.display()))
}

impl SampleArgs {
    fn run(&self) -> Result<()> {
        std::fs::create_dir_all(&self.out).while_doing(format!("making {}", self.out.display()))?;
        let county = sample::county(self.seed, self.enterprises);
        output::county(&self.out, &county)?;
        println!(
            "generated, nothing of it real: {} enterprises and associations, {} organisations in {}",
            county.units.len(),
            county.organisations.len(),
            self.out.display()
        );
        Ok(())
    }
}

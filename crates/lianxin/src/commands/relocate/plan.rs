//! `lianxin relocate plan` and `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lianxin_foundation::Result;
use lianxin_foundation::error::While;
use lianxin_relocation::{Keep, Member, Problem, Progress, answer_for, plan, plan_villages, plan_whole};

use super::{Given, Steps, Written, input, output, shown, tell};

/// What to plan, and where to write it.
#[derive(Args)]
pub struct PlanArgs {
    #[command(flatten)]
    given: Given,
    /// id,village,x,y,max_households: gives every household a member who answers for it, in a second file
    /// beside the plan (household,member)
    #[arg(long, value_name = "FILE")]
    members: Option<PathBuf>,
    /// Never split these
    #[arg(long, value_name = "WHAT")]
    whole: Option<Whole>,
    /// With --whole villages: by how many thousandths the plan may be longer than the shortest
    #[arg(long, value_name = "N", default_value_t = 10, requires = "whole")]
    extra: u32,
    #[command(flatten)]
    written: Written,
}

/// What is never split.
#[derive(Clone, Copy, ValueEnum)]
enum Whole {
    /// Every household goes to one shelter
    Households,
    /// Everyone in a building goes to one shelter, which has what any of them needs
    Buildings,
    /// Everyone in a building who needs the same goes to one shelter
    BuildingsByNeed,
    /// Villages use as few shelters as --extra allows
    Villages,
}

impl PlanArgs {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        let mut steps = Steps::new(self.written.times);
        let problem = self.given.problem()?;
        let members = self.members.as_deref().map(input::members).transpose()?;
        steps.done("reading");
        match self.whole {
            None => {
                let best = shown(|progress| plan(&problem, progress)).while_doing("planning")?;
                steps.done("planning");
                tell::plan(&problem, &best);
                self.written.write(&problem, &best.assignments, &best.remaining, &best.certificate)?;
            }
            Some(Whole::Households) => self.keep(&problem, Keep::Households)?,
            Some(Whole::Buildings) => self.keep(&problem, Keep::Buildings)?,
            Some(Whole::BuildingsByNeed) => self.keep(&problem, Keep::BuildingsByNeed)?,
            Some(Whole::Villages) => {
                let plan_them = |progress: &mut Progress<'_>| plan_villages(&problem, self.extra, progress);
                let found = shown(plan_them).while_doing("planning")?;
                tell::villages(&problem, &found, self.extra);
                let plan = &found.plan;
                self.written.write(&problem, &plan.assignments, &plan.remaining, &plan.certificate)?;
                if let (Some(file), Some(proof)) = (&self.written.certificate, &found.proof) {
                    output::proof(&output::beside(file, "villages"), proof)?;
                }
            }
        }
        members.map_or(Ok(()), |members| self.answer(&problem, &members))
    }

    /// The plan in which something is never split.
    fn keep(&self, problem: &Problem, keep: Keep) -> Result<()> {
        let best = shown(|progress| plan(problem, progress)).while_doing("planning")?;
        let whole = shown(|progress| plan_whole(problem, keep, progress)).while_doing("planning")?;
        tell::whole(problem, &best, &whole, keep);
        let certificate = best.certificate.for_plan(problem, &whole.assignments, &whole.remaining);
        self.written.write(problem, &whole.assignments, &whole.remaining, &certificate)
    }

    /// Gives every household a member.
    fn answer(&self, problem: &Problem, members: &[Member]) -> Result<()> {
        let choose = |progress: &mut Progress<'_>| answer_for(problem.households(), members, progress);
        let found = shown(choose).while_doing("choosing members")?;
        let out = output::beside(&self.written.out, "members");
        let rows = problem.households().iter().zip(&found.member).filter_map(|(household, member)| {
            Some([household.id.clone(), members[(*member)? as usize].id.clone()])
        });
        output::table(&out, ["household", "member"], rows)?;
        let without = found.member.iter().filter(|member| member.is_none()).count();
        println!(
            "{} households have a member who answers for them, {without} have none; {} metres, {}: {}",
            found.member.len() - without,
            found.metres,
            tell::proved(&found.certificate),
            out.display()
        );
        match &self.written.certificate {
            Some(file) => output::proof(&output::beside(file, "members"), &found.certificate),
            None => Ok(()),
        }
    }
}

/// What to check.
#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    given: Given,
    /// household,shelter,persons
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// Who remains, if anyone does: household,persons,need
    #[arg(long, value_name = "FILE")]
    remaining: Option<PathBuf>,
    /// The plan's certificate
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
}

impl CheckArgs {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        let problem = self.given.problem()?;
        let rows = input::plan(&problem, &self.plan, true)?;
        let remaining = match &self.remaining {
            Some(file) => input::remaining(&problem, file)?,
            None => Vec::new(),
        };
        let certificate = input::certificate(&self.certificate)?;
        certificate.check(&problem, &rows, &remaining).while_doing("checking the plan")?;
        println!(
            "the plan and its certificate hold: {} person-metres, {}",
            certificate.person_metres,
            tell::proved(&certificate)
        );
        Ok(())
    }
}

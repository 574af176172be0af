//! `lianxin relocate stages`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use lianxin_foundation::{Error, Result};
use lianxin_relocation::{Assignment, Bottleneck, Means, Problem, Timetable, timetable};

use super::{Given, input, output};

/// The plan, the dangers and the means.
#[derive(Args)]
pub struct StagesArgs {
    #[command(flatten)]
    given: Given,
    /// The plan: household,shelter,persons
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// village,level,flood: higher levels move first; when the water comes, like 21:30 or 1+04:00 for the next
    /// day, or nothing. All are away three hours before, and by 18:00 where it comes at night
    #[arg(long, value_name = "FILE")]
    dangers: PathBuf,
    /// When the first may leave
    #[arg(long, value_name = "HH:MM", default_value = "08:00", value_parser = input::time)]
    start: i64,
    /// How many buses there are
    #[arg(long, default_value_t = Means::default().buses)]
    buses: u32,
    /// Seats in each
    #[arg(long, default_value_t = Means::default().seats)]
    seats: u32,
    /// Metres a bus goes in a minute
    #[arg(long, default_value_t = Means::default().bus_speed)]
    bus_speed: u32,
    /// Up to how many metres those walk who need no help
    #[arg(long, default_value_t = Means::default().walk_limit)]
    walk_limit: u32,
    /// Persons a shelter can register in a minute; 0 for any number
    #[arg(long, default_value_t = Means::default().registration)]
    registration: u32,
    /// By when all are to be away, whatever is known of floods: 18:00, or 1+06:00 for the next day
    #[arg(long, value_name = "HH:MM", value_parser = input::time)]
    clear_by: Option<i64>,
    /// Where the timetable is written: leaves,arrives,village,shelter,persons,bus
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl StagesArgs {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        let problem = self.given.problem()?;
        let rows = input::plan(&problem, &self.plan, true)?;
        self.check(&problem, &rows)?;
        let dangers: BTreeMap<_, _> = input::dangers(&self.dangers)?;
        for village in dangers.keys().filter(|village| !lives_in(&problem, village)) {
            eprintln!("{}: nobody lives in the village {village:?}", self.dangers.display());
        }
        let means = Means {
            start: self.start,
            buses: self.buses,
            seats: self.seats,
            bus_speed: self.bus_speed,
            walk_limit: self.walk_limit,
            registration: self.registration,
            clear_by: self.clear_by,
            ..Means::default()
        };
        let table = timetable(&problem, &rows, &dangers, &means);
        self.write(&problem, &table)?;
        let persons: u64 = table.departures.iter().map(|departure| u64::from(departure.persons)).sum();
        println!(
            "{persons} persons leave in {} groups, the last at {}",
            table.departures.len(),
            clock(table.clear)
        );
        if table.bottlenecks.is_empty() {
            println!("every village is clear in time");
        }
        table.bottlenecks.iter().for_each(|bottleneck| println!("{}", told(&problem, bottleneck)));
        Ok(())
    }

    /// No more persons of a household leave than it has.
    fn check(&self, problem: &Problem, rows: &[Assignment]) -> Result<()> {
        let mut left: Vec<u32> = problem.households().iter().map(|household| household.size).collect();
        for row in rows {
            let household = row.household as usize;
            let Some(rest) = left[household].checked_sub(row.persons) else {
                let found = &problem.households()[household];
                let reason =
                    format!("household {} has {} persons, more are in the plan", found.id, found.size);
                return Err(Error::failed(format!("reading {}", self.plan.display()), reason));
            };
            left[household] = rest;
        }
        Ok(())
    }

    fn write(&self, problem: &Problem, table: &Timetable) -> Result<()> {
        let header = ["leaves", "arrives", "village", "shelter", "persons", "bus"];
        let rows = table.departures.iter().map(|row| {
            let shelter = problem.shelters()[row.shelter as usize].id.clone();
            let bus = row.bus.map_or(String::new(), |bus| bus.to_string());
            [
                clock(row.leaves),
                clock(row.arrives),
                row.village.clone(),
                shelter,
                row.persons.to_string(),
                bus,
            ]
        });
        output::table(&self.out, header, rows)
    }
}

/// Whether anyone lives there.
fn lives_in(problem: &Problem, village: &str) -> bool {
    problem.households().iter().any(|household| household.village == village)
}

/// `08:00`, and `1+04:00` on the next day.
fn clock(minutes: i64) -> String {
    let (day, minute) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    let day = if day == 0 { String::new() } else { format!("{day}+") };
    format!("{day}{:02}:{:02}", minute / 60, minute % 60)
}

fn told(problem: &Problem, bottleneck: &Bottleneck) -> String {
    match bottleneck {
        Bottleneck::Buses { deadline, needed } => {
            format!("buses: at least {needed} are needed to bring all who are due by {}", clock(*deadline))
        }
        Bottleneck::NoBus { persons } => format!("{persons} persons cannot be moved: there is no bus"),
        Bottleneck::Village { village, deadline, clear, late } => {
            let (deadline, clear) = (clock(*deadline), clock(*clear));
            format!("village {village}: {late} persons leave after {deadline}, the last at {clear}")
        }
        Bottleneck::Registration { shelter, wait } => {
            let id = &problem.shelters()[*shelter as usize].id;
            format!("shelter {id}: people wait up to {wait} minutes to be registered")
        }
    }
}

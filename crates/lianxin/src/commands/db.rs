//! `lianxin db`.

use clap::Subcommand;
use lianxin_foundation::{Micros, Result};
use lianxin_matters::figures::sums;
use lianxin_registry::holidays;
use lianxin_worktime::Calendar;

use crate::config::Config;
use crate::house;

/// The schema.
#[derive(Subcommand)]
pub enum DbCommand {
    /// Bring the schema up to date; running it again changes nothing
    Migrate,
    /// Check that the schema is this program's, and that the holidays ahead are known
    Check,
    /// Count the figures' sums again from the matters; stop the program meanwhile
    Recount,
    /// Turn a PostgreSQL database with Citus into a distributed one; can be run again
    Distribute,
}

impl DbCommand {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        match self {
            DbCommand::Migrate => {
                house::migrated(config).await?;
                println!("the schema is up to date");
            }
            DbCommand::Check => {
                match house::existing(config).await?.check_schema().await? {
                    0 => println!("the schema is this program's"),
                    newer => {
                        println!("the schema is {newer} versions newer than this program's, which can use it")
                    }
                }
                println!("{}", holidays_known(&house::calendar(config)?, config.clock().now()));
            }
            DbCommand::Recount => {
                let app = house::existing_app(config).await?;
                let differed = sums::recount(&app).await?;
                println!("months whose sums differed and are right now: {differed}");
            }
            DbCommand::Distribute => {
                for done in house::existing(config).await?.distribute().await? {
                    println!("{done}");
                }
            }
        }
        Ok(())
    }
}

/// One line on the years whose holidays are known, and on the one that is missing ahead, if one is.
fn holidays_known(calendar: &Calendar, now: Micros) -> String {
    let years: Vec<String> = calendar.years().map(|year| year.number.to_string()).collect();
    let known = format!("the holidays of {} are known", years.join(", "));
    match holidays::missing(calendar, now) {
        None => known,
        Some(year) => format!("{known}; those of {year} are missing: name a file of them by `calendar`"),
    }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::parse_rfc3339;

    use super::*;

    #[test]
    fn a_missing_year_is_told() {
        let said = |at: &str| holidays_known(&Calendar::china(), parse_rfc3339(at).unwrap());
        assert_eq!(said("2026-03-01T00:00:00Z"), "the holidays of 2025, 2026 are known");
        assert!(said("2026-12-01T00:00:00Z").contains("those of 2027 are missing"));
    }
}

//! `lianxin db`.

use clap::Subcommand;
use lianxin_foundation::Result;

use crate::config::Config;
use crate::house;

/// The schema.
#[derive(Subcommand)]
pub enum DbCommand {
    /// Bring the schema up to date; running it again changes nothing
    Migrate,
    /// Check that the schema is this program's
    Check,
    /// Turn a PostgreSQL database with Citus into a distributed one; can be run again
    Distribute,
}

impl DbCommand {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let db = house::database(config).await?;
        match self {
            DbCommand::Migrate => {
                db.migrate().await?;
                println!("the schema is up to date");
            }
            DbCommand::Check => {
                db.check_schema().await?;
                println!("the schema is this program's");
            }
            DbCommand::Distribute => {
                for done in db.distribute().await? {
                    println!("{done}");
                }
            }
        }
        Ok(())
    }
}

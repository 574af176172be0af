//! `lianxin audit`.

use clap::Subcommand;
use lianxin_foundation::audit::{self, Break};
use lianxin_foundation::{Error, Ids, Result};

use crate::config::Config;
use crate::house;

/// The audit trail.
#[derive(Subcommand)]
pub enum Audit {
    /// Read every county's chain again; finds any edit
    Verify,
}

impl Audit {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let Audit::Verify = self;
        let db = house::database(config).await?;
        let vault = config.vault(&Ids::random())?;
        let mut broken = 0;
        for verdict in audit::verify(&db, &vault).await? {
            let head: String = verdict.head.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            match verdict.broken {
                None => println!("{}: {} entries hold together, head {head}", verdict.county, verdict.sound),
                Some((seq, flaw)) => {
                    broken += 1;
                    let what = match flaw {
                        Break::Gap => "an entry is missing or was put in",
                        Break::Edited => "an entry was changed",
                        Break::Head => "the newest entries are gone or the head was changed",
                    };
                    println!(
                        "{}: BROKEN at entry {seq}: {what}; {} entries before it hold",
                        verdict.county, verdict.sound
                    );
                }
            }
        }
        if broken == 0 {
            return Ok(());
        }
        Err(Error::failed("verifying the audit trail", format!("{broken} chains are broken")))
    }
}

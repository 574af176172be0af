//! `lianxin audit`.

use clap::Subcommand;
use lianxin_foundation::audit::{self, Break};
use lianxin_foundation::{Error, Result};

use crate::config::Config;
use crate::house;

/// What is found in every chain when it is read with keys other than its own.
const OTHER_KEYS: Option<(i64, Break)> = Some((1, Break::Edited));

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
        let db = house::existing(config).await?;
        let vault = config.kept_vault()?;
        let verdicts = audit::verify(&db, &vault).await?;
        let strange = !verdicts.is_empty() && verdicts.iter().all(|verdict| verdict.broken == OTHER_KEYS);
        let mut broken = 0;
        for verdict in verdicts {
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
        let mut said = format!("{broken} chains are broken");
        if strange {
            said.push_str(&format!(
                ", every one from its first entry on: most likely the keys in {} are not the keys of this trail",
                config.key_place()
            ));
        }
        Err(Error::failed("verifying the audit trail", said))
    }
}

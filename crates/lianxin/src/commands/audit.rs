//! `lianxin audit`.

use clap::Subcommand;
use lianxin_foundation::audit::{self, Break};
use lianxin_foundation::{App, Error, Result};
use lianxin_matters::trail::{self, Flaw, Found};

use crate::config::Config;
use crate::house;

/// What is found in every chain when it is read with keys other than its own.
const OTHER_KEYS: Option<(i64, Break)> = Some((1, Break::Edited));

/// The audit trail.
#[derive(Subcommand)]
pub enum Audit {
    /// Read every county's chain again, and compare every event of every matter with it; finds any edit
    Verify,
}

impl Audit {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let Audit::Verify = self;
        let app = house::existing_app(config).await?;
        let mut wrong = Vec::new();
        let (broken, strange) = chains(&app).await?;
        if broken > 0 {
            wrong.push(format!("{broken} chains are broken"));
        }
        if strange {
            wrong.push(format!(
                "every one from its first entry on: most likely the keys in {} are not the keys of this trail",
                config.key_place()
            ));
        } else {
            let flawed = matters(&app).await?;
            if flawed > 0 {
                wrong.push(format!("{flawed} events or matters are not as they were written"));
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Error::failed("verifying the audit trail", wrong.join(", ")))
        }
    }
}

/// Reads the chains; tells how many are broken, and whether all are from their first entries on.
async fn chains(app: &App) -> Result<(u64, bool)> {
    let verdicts = audit::verify(app.db(), app.vault()).await?;
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
    Ok((broken, strange))
}

/// Compares matters and their events with the trail; tells how many are not as they were written.
async fn matters(app: &App) -> Result<u64> {
    let mut flawed = 0;
    for verdict in trail::verify(app).await? {
        let county = &verdict.county;
        if verdict.sound > 0 {
            println!("{county}: {} events of matters are as they were written", verdict.sound);
        }
        if verdict.older > 0 {
            println!(
                "{county}: {} events from before the trail held hashes agree with their entries in time, kind, who, \
                 unit and state; their words cannot be checked",
                verdict.older
            );
        }
        if verdict.erased > 0 {
            println!("{county}: {} pieces of words were erased, with an entry that says so", verdict.erased);
        }
        for found in &verdict.flaws {
            println!("{county}: CHANGED: {}", told(found));
        }
        let more = verdict.flawed - verdict.flaws.len() as u64;
        if more > 0 {
            println!("{county}: CHANGED: {more} more");
        }
        flawed += verdict.flawed;
    }
    Ok(flawed)
}

fn told(found: &Found) -> String {
    let what = match found.flaw {
        Flaw::Changed => "is not what was written",
        Flaw::Words => "has other words than were written",
        Flaw::Removed => "is gone",
        Flaw::Inserted => "was put in from outside",
        Flaw::Matter => "does not stand where its events leave it",
    };
    match found.event {
        Some(event) => format!("event {event} of matter {} {what}", found.matter),
        None => format!("matter {} {what}", found.matter),
    }
}

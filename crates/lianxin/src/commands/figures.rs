//! `lianxin figures`.

use clap::Subcommand;
use lianxin_foundation::{Error, Result};
use lianxin_matters::figures::recompute::recompute;

use crate::config::Config;
use crate::house;

/// The figures that pages show.
#[derive(Subcommand)]
pub enum Figures {
    /// Count everything again from the event log alone, and compare it with what pages show
    Recompute,
}

impl Figures {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let Figures::Recompute = self;
        let mut differing = 0;
        let counties = recompute(&house::existing_app(config).await?).await?;
        if counties.is_empty() {
            println!("there are no matters yet");
        }
        for county in counties {
            let name = &county.county;
            println!(
                "{name}: {} matters of {} months replayed from {} events: {}",
                county.matters,
                county.months,
                county.events,
                if county.differing == 0 { "every number is what pages show" } else { "DIFFERENT" }
            );
            for found in &county.differences {
                println!(
                    "{name}: DIFFERENT: {} in {} at {}: pages show {}, the log has {}",
                    found.number, found.month, found.place, found.shown, found.log
                );
            }
            let more = county.differing - county.differences.len() as u64;
            if more > 0 {
                println!("{name}: DIFFERENT: {more} more");
            }
            differing += county.differing;
        }
        match differing {
            0 => Ok(()),
            _ => Err(Error::failed(
                "recomputing the figures",
                format!(
                    "{differing} numbers are not what the log has: `lianxin audit verify` says whether a matter or an \
                     event was changed; `lianxin db recount` sums the matters up again"
                ),
            )),
        }
    }
}

//! `lianxin bench`: the README's figures, measured on this machine.

use std::path::PathBuf;

use clap::Args;
use lianxin_foundation::Result;

use crate::config::Config;

/// What to measure.
#[derive(Args)]
pub struct Bench {
    /// The folder with the division table
    #[arg(long)]
    divisions: PathBuf,
}

impl Bench {
    /// Runs it.
    pub async fn run(self, _config: &Config) -> Result<()> {
        println!("{}", self.divisions.display());
        Ok(())
    }
}

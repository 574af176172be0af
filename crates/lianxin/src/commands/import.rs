//! `lianxin import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use lianxin_foundation::{App, Error, Result, Who};
use lianxin_registry::import::{self, ImportError, Progress, Summary};

use crate::config::Config;
use crate::house;

/// Bring data in from files.
#[derive(Subcommand)]
pub enum Import {
    /// The country's divisions: provinces, cities, areas, streets, villages (csv)
    Divisions(Divisions),
}

/// Which files, and which part of them.
#[derive(Args)]
pub struct Divisions {
    /// The files, in any order: their headers tell their levels
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only these codes with what lies above and below them; can be given several times
    #[arg(long, value_name = "CODE")]
    under: Vec<String>,
}

impl Import {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let Import::Divisions(what) = self;
        let app = house::app(config, house::migrated(config).await?, config.clock(), false)?;
        let done = divisions(&app, &what.files, &what.under).await?;
        println!("{} added, {} renamed, {} unchanged", done.added, done.renamed, done.unchanged);
        if done.odd > 0 {
            println!("{} rows are allowed but look odd; the first:", done.odd);
            done.warnings.iter().take(5).for_each(|warning| println!("  {warning}"));
        }
        Ok(())
    }
}

/// Imports with a progress bar on the terminal.
pub async fn divisions(app: &App, files: &[PathBuf], under: &[String]) -> Result<Summary> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent}% {msg}") {
        bar.set_style(style);
    }
    let show = |progress: Progress| {
        bar.set_length(progress.of_bytes);
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} rows", progress.rows));
    };
    let done = import::divisions(app, &Who::program("000000"), files, under, &show).await;
    bar.finish_and_clear();
    done.map_err(|error| match error {
        ImportError::Rows(rows) => {
            for row in &rows {
                eprintln!("{row}");
            }
            Error::failed(
                "importing divisions",
                format!("{} rows are wrong; nothing was imported", rows.len()),
            )
        }
        ImportError::Failed(error) => error,
        other => Error::failed("importing divisions", other),
    })
}

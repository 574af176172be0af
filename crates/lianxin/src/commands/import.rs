//! `lianxin import`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use lianxin_foundation::error::While;
use lianxin_foundation::{App, Error, Result, Who};
use lianxin_registry::actions::rosters::BeginRoster;
use lianxin_registry::actions::{Became, bring_codes, look_at_codes};
use lianxin_registry::codes::Table;
use lianxin_registry::import::{self, ImportError, Progress, Summary};
use lianxin_registry::roster::{Counts, Sheet, bring_in};
use uuid::Uuid;

use super::said;
use crate::config::Config;
use crate::house;

/// Bring data in from files.
#[derive(Subcommand)]
pub enum Import {
    /// The country's divisions: provinces, cities, areas, streets, villages (csv)
    Divisions(Divisions),
    /// People: rosters as offices keep them (Excel, CSV). Told again after a stop, it goes on where it was
    People(People),
    /// A year's changes of division codes (Excel, CSV): moves, mergers, splits, new names. Told again, it goes on where it was
    Codes(Codes),
}

/// Which table, and whether only to look.
#[derive(Args)]
pub struct Codes {
    /// The table: its columns are named 原代码, 新代码, 名称, 变更类型, 日期, 依据
    file: PathBuf,
    /// Say what each row would do, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Which rosters, and where their people go.
#[derive(Args)]
pub struct People {
    /// The files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The area people live in whose row names none: a village or grid, or the county or town that rows name villages of
    #[arg(long, value_name = "CODE", required_unless_present = "organisation")]
    area: Option<String>,
    /// The organisation people belong to whose row names none
    #[arg(long, value_name = "ID")]
    organisation: Option<Uuid>,
    /// What they are there when the row does not say, such as `member`
    #[arg(long, value_name = "KIND", default_value = "", hide_default_value = true)]
    kind: String,
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
        let app = house::app(config, house::migrated(config).await?, config.clock(), false)?;
        let what = match self {
            Import::Divisions(what) => what,
            Import::People(what) => return what.run(&app).await,
            Import::Codes(what) => return what.run(&app).await,
        };
        let done = divisions(&app, &what.files, &what.under).await?;
        println!("{} added, {} renamed, {} unchanged", done.added, done.renamed, done.unchanged);
        if done.odd > 0 {
            println!("{} rows are allowed but look odd; the first:", done.odd);
            done.warnings.iter().take(5).for_each(|warning| println!("  {warning}"));
        }
        Ok(())
    }
}

impl People {
    async fn run(self, app: &App) -> Result<()> {
        for file in &self.files {
            let name = file.display();
            let bytes = std::fs::read(file).while_doing(format!("reading {name}"))?;
            let sheet = Sheet::read(&bytes)
                .map_err(|why| Error::failed(format!("reading {name}"), said(why.code())))?;
            let done = people(app, Arc::new(sheet), &self).await?;
            let Counts { added, changed, same, refused } = done;
            println!("{name}: {added} added, {changed} changed, {same} unchanged, {refused} refused");
        }
        Ok(())
    }
}

impl Codes {
    async fn run(self, app: &App) -> Result<()> {
        let name = self.file.display();
        let bytes = std::fs::read(&self.file).while_doing(format!("reading {name}"))?;
        let table =
            Table::read(&bytes).map_err(|why| Error::failed(format!("reading {name}"), said(why.code())))?;
        let who = Who::program("000000");
        let outcomes = match self.dry_run {
            true => look_at_codes(app, &who, &table).await?,
            false => bring_codes(app, &who, &table, &|_| {}).await?,
        };
        let (mut changed, mut same, mut refused) = (0, 0, 0);
        for one in outcomes {
            match one.what {
                Became::Changed => changed += 1,
                Became::Same => same += 1,
                Became::Refused(code) => {
                    refused += 1;
                    eprintln!("row {}: {}", one.line, said(code));
                }
            }
            if one.odd {
                eprintln!("row {}: {}", one.line, said("codes-odd"));
            }
        }
        let done = if self.dry_run { "would change" } else { "changed" };
        println!("{name}: {changed} {done}, {same} unchanged, {refused} refused");
        Ok(())
    }
}

/// Brings in one roster with a progress bar on the terminal; the rows refused are named.
async fn people(app: &App, sheet: Arc<Sheet>, what: &People) -> Result<Counts> {
    let begin = BeginRoster {
        id: app.ids().new_id(app.clock().now()),
        sheet: &sheet,
        area: what.area.clone(),
        organisation: what.organisation,
        kind: what.kind.clone(),
    };
    let roster = app.act(&Who::program("000000"), &begin).await?;
    if roster.next_row > 0 {
        println!("going on after row {} of {}", roster.next_row, roster.total);
    }
    let bar = ProgressBar::new(u64::try_from(roster.total).unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent}% {pos} rows") {
        bar.set_style(style);
    }
    let told = |rows: i64| bar.set_position(u64::try_from(rows).unwrap_or(0));
    let done = bring_in(app, &Who::program(&roster.county), &roster, sheet, (usize::MAX, &told)).await;
    bar.finish_and_clear();
    for (line, reasons) in roster.refusals(app).await? {
        let reasons: Vec<String> = reasons.split(',').map(said).collect();
        eprintln!("row {line}: {}", reasons.join(" "));
    }
    done
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

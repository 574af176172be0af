//! `lianxin reach`: who can walk to which service, and where the next stations should stand.

#[cfg(test)]
mod fuzz;
mod input;
mod osm;
mod output;
mod when;

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_reach::tables::{Candidates, Nodes, Stations};
use lianxin_reach::{
    Ask, Coverage, Day, Decimetres, Grain, Ground, Outline, PlaceId, Station, Streets, Wanted,
};
use lianxin_worktime::Calendar;

use super::steps::Steps;
use super::whole::is_stopped;
use input::{Network, Texts};
pub use input::{parsed, text};
use when::When;

/// Who can walk to which service.
#[derive(Subcommand)]
pub enum Reach {
    /// Whom the stations reach, by service, area, hour and walker
    Coverage(CoverageArgs),
    /// Where the next stations reach the most people who reach none yet, proven
    Place(PlaceArgs),
}

/// How far people walk.
#[derive(Args)]
struct Limit {
    /// Decimetres; one exactly at the limit is inside
    #[arg(long, value_name = "DM", conflicts_with = "minutes")]
    limit_dm: Option<Decimetres>,
    /// Minutes at --speed, where no --limit-dm is given
    #[arg(long, value_name = "MIN", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// Metres a minute
    #[arg(long, value_name = "M", default_value_t = 75, value_parser = clap::value_parser!(u32).range(1..=1000))]
    speed: u32,
}

impl Limit {
    fn decimetres(&self) -> Decimetres {
        self.limit_dm.unwrap_or(self.at(self.speed))
    }

    /// What somebody of another speed walks in the same time.
    fn at(&self, speed: u32) -> Decimetres {
        match self.limit_dm {
            Some(limit) if self.speed > 0 => {
                let far = u64::from(limit) * u64::from(speed) / u64::from(self.speed);
                u32::try_from(far).unwrap_or(Decimetres::MAX)
            }
            _ => self.minutes * speed * 10,
        }
    }
}

/// What `coverage` is asked.
#[derive(Args)]
pub struct CoverageArgs {
    #[command(flatten)]
    network: Network,
    /// id,node,service and, where they close, hours (Mo-Fr 08:30-17:30)
    #[arg(long, value_name = "FILE")]
    stations: PathBuf,
    #[command(flatten)]
    limit: Limit,
    /// Other walkers' speeds in metres a minute: 75,50,30
    #[arg(long, value_name = "M,…", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=1000))]
    walkers: Vec<u32>,
    /// The day whose hours are told: Mo to Su, PH for a public holiday, or a date, which the calendar of holidays and
    /// days worked in exchange knows
    #[arg(long, value_name = "DAY", default_value = "Mo")]
    day: When,
    /// Where the answer goes (JSON); to the terminal if left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// For every node and service the nearest station (CSV)
    #[arg(long, value_name = "FILE")]
    doors: Option<PathBuf>,
    /// Every node that each station reaches (CSV)
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    #[command(flatten)]
    outlines: Outlines,
    /// A map (SVG)
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Say how much computing each step took
    #[arg(long)]
    times: bool,
}

/// The ground around each station.
#[derive(Args)]
struct Outlines {
    /// Around each station the ground within reach (GeoJSON)
    #[arg(long, value_name = "FILE")]
    isochrones: Option<PathBuf>,
    /// How far, in metres, an outline may be simplified
    #[arg(long, value_name = "M", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=10_000))]
    tolerance: u32,
    /// Ground further from every street than this many metres is out of reach
    #[arg(long, value_name = "M", default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    off_street: u32,
}

impl Outlines {
    fn draw(&self, streets: &Streets, ask: &Ask<'_>, steps: &mut Steps) -> Vec<Outline> {
        let (tolerance_dm, off_street_dm) = (self.tolerance * 10, self.off_street * 10);
        let mut ground = Ground::new(streets, Grain { tolerance_dm, off_street_dm, ..Grain::default() });
        steps.done("ground");
        let outlines = ask
            .stations
            .iter()
            .take_while(|_| !is_stopped())
            .map(|station| ground.outline(station.place, ask.limit))
            .collect();
        steps.done("outlines");
        outlines
    }
}

/// What `place` is asked.
#[derive(Args)]
pub struct PlaceArgs {
    #[command(flatten)]
    network: Network,
    /// Where one could be built: id,node; every node if left out
    #[arg(long, value_name = "FILE")]
    candidates: Option<PathBuf>,
    /// Where stations stand already: id,node,service
    #[arg(long, value_name = "FILE")]
    stations: Option<PathBuf>,
    /// Only stations of this service count
    #[arg(long, value_name = "NAME", requires = "stations")]
    service: Option<String>,
    /// How many to build
    #[arg(long, value_name = "K")]
    k: usize,
    #[command(flatten)]
    limit: Limit,
    /// How much may be looked at before a gap is told instead of a proof
    #[arg(long, value_name = "N", default_value_t = Wanted::EFFORT)]
    effort: u64,
    /// Where the answer goes as JSON, besides the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Say how much computing each step took
    #[arg(long)]
    times: bool,
}

impl Reach {
    /// Runs it.
    pub fn run(self) -> Result<()> {
        match self {
            Reach::Coverage(what) => what.run(),
            Reach::Place(what) => what.run(),
        }
    }
}

impl CoverageArgs {
    /// The day whose hours count; warns where the year's holidays are not known.
    fn day(&self) -> Day {
        let calendar = Calendar::china();
        if let Some(year) = self.day.unknown_year(&calendar) {
            eprintln!("the holidays of {year} are not known: its dates are taken for days of the week");
        }
        self.day.day(&calendar)
    }

    fn run(self) -> Result<()> {
        let mut steps = Steps::new(self.times);
        let texts = Texts::read(&self.network)?;
        let nodes = texts.nodes()?;
        let streets = texts.streets(&nodes)?;
        let text = input::text(&self.stations)?;
        let stations = input::parsed(&self.stations, Stations::read(&text, &nodes))?;
        let walkers: Vec<Decimetres> = self.walkers.iter().map(|speed| self.limit.at(*speed)).collect();
        let ask = Ask {
            stations: &stations.stations,
            services: &stations.services,
            limit: self.limit.decimetres(),
            walkers: &walkers,
            day: self.day(),
            areas: &nodes.areas,
            area_of: &nodes.area_of,
        };
        steps.done("reading");
        let bar = ProgressBar::new(0);
        let answer = lianxin_reach::coverage(&streets, &ask, &mut showing(&bar));
        bar.finish_and_clear();
        steps.done("coverage");
        let (answer, doors) = answer.while_doing("computing the coverage")?;
        warn(&texts, &streets, &nodes, ask.stations, &answer);
        output::json(self.out.as_deref(), &answer)?;
        if let Some(file) = &self.doors {
            output::doors(file, &nodes, &stations, &doors, self.limit.speed)?;
        }
        if let Some(file) = &self.pairs {
            output::pairs(file, &streets, &nodes, &stations, ask.limit)?;
        }
        if self.outlines.isochrones.is_none() && self.svg.is_none() {
            return Ok(());
        }
        steps.done("writing");
        let outlines = self.outlines.draw(&streets, &ask, &mut steps);
        if let Some(file) = &self.outlines.isochrones {
            output::isochrones(file, &stations, &outlines, &answer, texts.origin())?;
        }
        match &self.svg {
            Some(file) => output::map(file, &streets, &stations, &outlines, &answer, &doors),
            None => Ok(()),
        }
    }
}

impl PlaceArgs {
    fn run(self) -> Result<()> {
        let mut steps = Steps::new(self.times);
        let texts = Texts::read(&self.network)?;
        let nodes = texts.nodes()?;
        let streets = texts.streets(&nodes)?;
        let text = self.candidates.as_deref().map(input::text).transpose()?;
        let candidates = match (&self.candidates, &text) {
            (Some(file), Some(text)) => Some(input::parsed(file, Candidates::read(text, &nodes))?),
            _ => None,
        };
        let every: Vec<PlaceId> = (0..).take(streets.places().len()).collect();
        let stations = self.standing(&nodes)?;
        let wanted = Wanted {
            candidates: candidates.as_ref().map_or(&every, |candidates| &candidates.places),
            stations: &stations,
            k: self.k,
            limit: self.limit.decimetres(),
            effort: self.effort,
        };
        steps.done("reading");
        let bar = ProgressBar::new(0);
        let answer = lianxin_reach::place(&streets, &wanted, &mut showing(&bar));
        bar.finish_and_clear();
        steps.done("placing");
        let answer = answer.while_doing("placing stations")?;
        let site = |number: u32| match &candidates {
            Some(candidates) => (candidates.id(number), nodes.id(candidates.places[number as usize])),
            None => (nodes.id(number), nodes.id(number)),
        };
        output::placement(self.out.as_deref(), &answer, site)
    }

    /// Where stations of the service stand already.
    fn standing(&self, nodes: &Nodes<'_>) -> Result<Vec<PlaceId>> {
        let Some(file) = &self.stations else { return Ok(Vec::new()) };
        let text = input::text(file)?;
        let stations = input::parsed(file, Stations::read(&text, nodes))?;
        let wanted = match &self.service {
            None => None,
            Some(name) => {
                let found = stations.services.iter().position(|service| service == name);
                let missing = || {
                    Error::failed(format!("reading {}", file.display()), format!("no station offers {name}"))
                };
                Some(found.ok_or_else(missing)? as u32)
            }
        };
        let counts = stations
            .stations
            .iter()
            .filter(|station| wanted.is_none_or(|service| service == station.service));
        Ok(counts.map(|station| station.place).collect())
    }
}

/// A progress bar as a watch; Ctrl-C stops the work.
fn showing(bar: &ProgressBar) -> impl FnMut(usize, usize) -> ControlFlow<()> {
    |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        if is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// How many nodes that are cut off are named.
const NAMED: usize = 20;

/// Says what is allowed but looks like a mistake in the streets.
fn warn(texts: &Texts<'_>, streets: &Streets, nodes: &Nodes<'_>, stations: &[Station], answer: &Coverage) {
    let mut lonely = streets.lonely();
    if let Some(first) = lonely.next() {
        eprintln!("{}: no street leads to node {}", texts.row(nodes, first), nodes.id(first));
        let more = lonely.count();
        if more > 0 {
            eprintln!("nor to {more} more nodes");
        }
    }
    let cut_off = answer.nodes - answer.connected_nodes;
    if cut_off > 0 {
        let stations: Vec<PlaceId> = stations.iter().map(|station| station.place).collect();
        let near = lianxin_reach::nearest(streets, &stations);
        let named: Vec<String> = (0..)
            .zip(&near)
            .filter(|(_, near)| near.is_none())
            .take(NAMED)
            .map(|(place, _)| format!("{} ({})", nodes.id(place), texts.row(nodes, place)))
            .collect();
        let more = if cut_off > NAMED as u64 { ", …" } else { "" };
        eprintln!("no station can be walked to from {cut_off} nodes: {}{more}", named.join(", "));
    }
}

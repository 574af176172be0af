//! The program as it is started on the full database: how soon it is ready, how soon it shows figures
//! that nobody asked for before, what it holds when ready and at work, and what the report page weighs
//! with everything it loads.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lianxin_foundation::error::{Error, Result, While};

use super::clients::median;
use super::http::{free_address, get, get_as};
use super::machine::{Held, held};
use super::stand::{Stand, Target};

/// How often the start is measured.
const STARTS: usize = 5;
/// A program that is not ready by then never will be.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many people open the inbox at once while memory is looked at.
const PEOPLE: usize = 8;

/// What is opened.
pub(super) struct Visit<'v> {
    /// The resident's report page.
    pub(super) report: &'v str,
    /// The public figures of the present month.
    pub(super) figures: &'v str,
    /// The same of twelve months.
    pub(super) year: String,
    /// The session of somebody with an inbox.
    pub(super) cookie: String,
    /// How long the inbox is opened again and again.
    pub(super) each: Duration,
}

/// What was found.
pub(super) struct Measured {
    /// Milliseconds from the command to the first "ready".
    pub(super) start: f64,
    /// Megabytes of its own that it held then.
    pub(super) megabytes: f64,
    /// Milliseconds of the first visit to the figures after a start, of the first to twelve months, and
    /// of the next visit.
    pub(super) figures: [f64; 3],
    /// What it held after many inbox pages.
    pub(super) worked: Held,
    /// Each file of the report page: its address and its bytes on the wire.
    pub(super) page: Vec<(String, usize)>,
}

/// Starts the program a few times and looks at it.
pub(super) fn measure(stand: &Stand, target: &Target, visit: &Visit<'_>) -> Result<Measured> {
    stand.say("starting the program");
    let (mut starts, mut megabytes, mut page) = (Vec::new(), Vec::new(), Vec::new());
    let mut figures = [const { Vec::new() }; 3];
    let mut worked = Held::default();
    for _ in 0..STARTS {
        let mut served = Served::start(target)?;
        starts.push(served.milliseconds);
        megabytes.extend(held(served.child.id()).map(|held| held.own));
        for (times, page) in figures.iter_mut().zip([visit.figures, &visit.year, visit.figures]) {
            times.push(milliseconds(served.address, page).while_doing("fetching figures")?);
        }
        page = weigh(served.address, visit.report).while_doing("fetching the report page")?;
        work(served.address, visit).while_doing("opening the inbox")?;
        worked = held(served.child.id()).unwrap_or_default();
        served.stop()?;
    }
    stand.say(&format!("figures, first visit after a start: {:?} ms", figures[0]));
    Ok(Measured {
        start: median(starts),
        megabytes: median(megabytes),
        figures: figures.map(median),
        worked,
        page,
    })
}

/// How long a page takes.
fn milliseconds(server: SocketAddr, page: &str) -> std::io::Result<f64> {
    let since = Instant::now();
    get(server, page)?.expect(200, page)?;
    Ok(since.elapsed().as_secs_f64() * 1e3)
}

/// Several people open their inbox, one page after the other.
fn work(server: SocketAddr, visit: &Visit<'_>) -> std::io::Result<()> {
    let since = Instant::now();
    let open = || {
        while since.elapsed() < visit.each {
            get_as(&visit.cookie, server, "/inbox")?.expect(200, "/inbox")?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let people: Vec<_> = (0..PEOPLE).map(|_| scope.spawn(open)).collect();
        people.into_iter().try_for_each(|one| one.join().unwrap_or(Ok(())))
    })
}

/// The program, serving.
pub(super) struct Served {
    pub(super) child: Child,
    pub(super) address: SocketAddr,
    /// From the command to ready.
    milliseconds: f64,
}

impl Served {
    pub(super) fn start(target: &Target) -> Result<Served> {
        let doing = "starting the program";
        let address = free_address().while_doing(doing)?;
        let mut command = target.command(&["serve", "--listen", &address.to_string()])?;
        let since = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().while_doing(doing)?;
        let mut served = Served { child, address, milliseconds: 0.0 };
        while !get(address, "/readyz").is_ok_and(|answer| answer.status == 200) {
            let ended = served.child.try_wait().while_doing(doing)?;
            if ended.is_some() || since.elapsed() > PATIENCE {
                return Err(Error::failed(doing, "it does not become ready"));
            }
            thread::sleep(Duration::from_millis(1));
        }
        served.milliseconds = since.elapsed().as_secs_f64() * 1e3;
        Ok(served)
    }

    /// Asks it to stop, as a service manager does, and waits until it has.
    pub(super) fn stop(&mut self) -> Result<()> {
        let doing = "stopping the program";
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().while_doing(doing)?;
        self.child.wait().while_doing(doing)?;
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Already stopped, unless something failed on the way.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The page and everything it loads before anybody touches it, in bytes on the wire.
fn weigh(server: SocketAddr, page: &str) -> std::io::Result<Vec<(String, usize)>> {
    let answer = get(server, page)?;
    let mut weights = vec![(page.to_owned(), answer.bytes())];
    for address in assets(&answer.text()?) {
        let answer = get(server, &address)?.expect(200, &address)?;
        weights.push((address, answer.bytes()));
    }
    Ok(weights)
}

/// The addresses of assets in `href` and `src`, each once. Islands are in `data-island`: the map loads
/// when somebody opens it.
fn assets(html: &str) -> BTreeSet<String> {
    let values = [" href=\"/assets/", " src=\"/assets/"]
        .into_iter()
        .flat_map(|attribute| html.split(attribute).skip(1).filter_map(|rest| rest.split(['"', '#']).next()));
    values.map(|file| format!("/assets/{file}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_what_a_browser_loads_at_once() {
        let html = r##"<link rel="stylesheet" href="/assets/a.css"><use href="/assets/i.svg#pin"/><use href="/assets/i.svg#x"/>
            <script type="module" src="/assets/a.js"></script><div data-island="/assets/map.js"></div><a href="/report">"##;
        assert_eq!(
            assets(html).into_iter().collect::<Vec<_>>(),
            ["/assets/a.css", "/assets/a.js", "/assets/i.svg"]
        );
    }
}

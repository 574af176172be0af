//! The program as it is started on the full database: how soon it is ready, what it holds, and what the
//! report page weighs with everything it loads.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lianxin_foundation::error::{Error, Result, While};

use super::clients::median;
use super::http::{free_address, get};
use super::machine::peak_megabytes;
use super::stand::{Stand, Target};

/// How often the start is measured.
const STARTS: usize = 5;
/// A program that is not ready by then never will be.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was found.
pub(super) struct Measured {
    /// Milliseconds from the command to the first "ready".
    pub(super) start: f64,
    /// The most megabytes it held until then.
    pub(super) megabytes: f64,
    /// Each file of the report page: its address and its bytes on the wire.
    pub(super) page: Vec<(String, usize)>,
}

/// Starts the program a few times and looks at it.
pub(super) fn measure(stand: &Stand, target: &Target, report: &str) -> Result<Measured> {
    stand.say("starting the program");
    let (mut starts, mut megabytes, mut page) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let mut served = Served::start(target)?;
        starts.push(served.milliseconds);
        megabytes.extend(peak_megabytes(served.child.id()));
        page = weigh(served.address, report).while_doing("fetching the report page")?;
        served.stop()?;
    }
    Ok(Measured { start: median(starts), megabytes: median(megabytes), page })
}

struct Served {
    child: Child,
    address: SocketAddr,
    milliseconds: f64,
}

impl Served {
    fn start(target: &Target) -> Result<Served> {
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
    fn stop(&mut self) -> Result<()> {
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
        let answer = get(server, &address)?;
        if answer.status != 200 {
            return Err(std::io::Error::other(format!("{address} is answered by {}", answer.status)));
        }
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

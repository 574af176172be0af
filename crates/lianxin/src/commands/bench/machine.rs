//! What the machine is, and what it spends: read from `/proc`.

use std::fs;
use std::thread;

use lianxin_foundation::error::{Result, While};

/// Linux tells processor time to programs in hundredths of a second, whatever its own clock.
const TICKS_A_SECOND: f64 = 100.0;

/// The machine in one line.
pub(super) fn line() -> Result<String> {
    let read = |path: &str| fs::read_to_string(path).while_doing(format!("reading {path}"));
    let (processor, memory) = (read("/proc/cpuinfo")?, read("/proc/meminfo")?);
    let cores = thread::available_parallelism().while_doing("counting cores")?;
    let model = field(&processor, "model name").unwrap_or("unknown processor");
    let kilobytes = field(&memory, "MemTotal").map_or(0.0, number);
    let system = read("/proc/sys/kernel/osrelease")?;
    Ok(format!(
        "{cores} cores of {model}, {:.0} GB of memory, Linux {}",
        kilobytes * 1024.0 / 1e9,
        system.trim()
    ))
}

/// The value of the first line `name : value`.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines()
        .find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == name))
        .map(|(_, value)| value.trim())
}

/// The number that a text such as `123 kB` begins with.
fn number(text: &str) -> f64 {
    text.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// Reads what a process and the database server beside it spend.
#[derive(Clone, Copy)]
pub(super) struct Meter {
    program: u32,
    /// The process that started all others of the server.
    server: Option<u32>,
}

impl Meter {
    /// Of this process; `worker` is any process of a database server on this machine.
    pub(super) fn new(worker: Option<u32>) -> Meter {
        Meter::of(std::process::id(), worker)
    }

    /// Of another process.
    pub(super) fn of(program: u32, worker: Option<u32>) -> Meter {
        Meter { program, server: worker.and_then(Process::read).map(|process| process.parent) }
    }

    /// Processor seconds spent so far, the server's included.
    pub(super) fn cpu_seconds(self) -> f64 {
        let own = Process::read(self.program).map_or(0.0, |own| own.own_seconds);
        own + self
            .server_processes()
            .map(|(process, is_first)| {
                // The first one also keeps what those that ended had spent.
                process.own_seconds + if is_first { process.ended_seconds } else { 0.0 }
            })
            .sum::<f64>()
    }

    /// Megabytes that the server's processes hold together, shared ones counted once.
    pub(super) fn server_megabytes(self) -> Option<f64> {
        self.server?;
        let held = |process: Process| {
            let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", process.id)).ok()?;
            field(&rollup, "Pss").map(number)
        };
        Some(self.server_processes().filter_map(|(process, _)| held(process)).sum::<f64>() * 1024.0 / 1e6)
    }

    fn server_processes(self) -> impl Iterator<Item = (Process, bool)> {
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter_map(Process::read).filter_map(move |process| {
            let is_first = Some(process.id) == self.server;
            (is_first || Some(process.parent) == self.server).then_some((process, is_first))
        })
    }
}

/// A line of `/proc/…/stat`.
struct Process {
    id: u32,
    parent: u32,
    /// Seconds spent by itself, in user mode and in the kernel.
    own_seconds: f64,
    /// Seconds spent by its children that have ended.
    ended_seconds: f64,
}

impl Process {
    fn read(id: u32) -> Option<Process> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name stands in brackets and may hold anything, brackets too.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let seconds = |at: usize| fields.get(at)?.parse::<f64>().ok().map(|ticks| ticks / TICKS_A_SECOND);
        Some(Process {
            id,
            parent: fields.get(1)?.parse().ok()?,
            own_seconds: seconds(11)? + seconds(12)?,
            ended_seconds: seconds(13)? + seconds(14)?,
        })
    }
}

/// The most megabytes a process ever held; `None` once it has ended.
pub(super) fn peak_megabytes(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    field(&status, "VmHWM").map(|peak| number(peak) * 1024.0 / 1e6)
}

/// What a process holds now, in megabytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// Memory of its own: it cannot be had back without the process.
    pub(super) own: f64,
    /// Pages of files that it has mapped, each counted once however often it is mapped: the kernel's
    /// cache, which it takes back when memory runs short.
    pub(super) mapped: f64,
}

/// What a process holds now; `None` once it has ended.
pub(super) fn held(process: u32) -> Option<Held> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let megabytes = |text: &str, name: &str| field(text, name).map(|held| number(held) * 1024.0 / 1e6);
    Some(Held { own: megabytes(&status, "RssAnon")?, mapped: megabytes(&rollup, "Pss_File")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_read() {
        let own = Process::read(std::process::id()).unwrap();
        assert_eq!(own.id, std::process::id());
        assert!(own.parent > 0 && own.own_seconds >= 0.0);
        assert!(peak_megabytes(own.id).unwrap() > 1.0);
        let held = held(own.id).unwrap();
        assert!(held.own > 0.1 && held.mapped > 0.1);
        assert!(line().unwrap().contains("GB of memory"));
    }
}

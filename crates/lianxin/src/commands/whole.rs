//! Files that are there whole or not at all, whatever stops the program while it writes them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};

/// Ctrl-C was pressed.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the work under way is to end. A file that is half written then is taken away.
pub fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Does work that asks [`is_stopped`] now and then. Ctrl-C is heard at the next question; a second one ends the program
/// as it stands.
pub async fn stoppable(
    doing: &'static str,
    work: impl FnOnce() -> Result<()> + Send + 'static,
) -> Result<()> {
    let work = tokio::task::spawn_blocking(work);
    let ended = async {
        if tokio::signal::ctrl_c().await.is_ok() {
            STOPPED.store(true, Ordering::Relaxed);
            eprintln!("stopping…");
            if tokio::signal::ctrl_c().await.is_ok() {
                // What Ctrl-C gives wherever it ends a program.
                std::process::exit(130);
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        done = work => done.map_err(|error| Error::failed(doing, error))?,
        () = ended => Ok(()),
    }
}

/// Writes a file: under another name first, then in its place. What is no file, like a pipe, is written as it is.
///
/// # Errors
/// When it cannot be written, or the work [is to end](is_stopped); what was there before is there still.
pub fn write(file: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    // A link keeps leading where it leads.
    let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    if fs::metadata(&place).is_ok_and(|known| !known.is_file()) {
        return File::create(&place).and_then(|out| filled(out, fill)).while_doing(doing(file));
    }
    let part = beside(&place);
    let written = File::create(&part).and_then(|out| filled(out, fill)).and_then(|()| match is_stopped() {
        true => Err(io::Error::new(io::ErrorKind::Interrupted, "stopped before it was whole")),
        false => fs::rename(&part, &place),
    });
    if written.is_err() {
        // What was written so far is of no use; if it cannot be taken away, the first error says why.
        let _ = fs::remove_file(&part);
    }
    written.while_doing(doing(file))
}

/// Writes a text.
///
/// # Errors
/// As [`write`] does.
pub fn write_text(file: &Path, text: &str) -> Result<()> {
    write(file, |out| out.write_all(text.as_bytes()))
}

fn doing(file: &Path) -> String {
    format!("writing {}", file.display())
}

fn filled(out: File, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    fill(&mut out)?;
    out.flush()
}

/// `PLAN.csv` as it is while it grows: `PLAN.csv.part`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or(OsStr::new("out")).to_owned();
    name.push(".part");
    file.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let folder = std::env::temp_dir().join(format!("lianxin-whole-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("plan.csv");
        write_text(&file, "old").unwrap();
        let broken = write(&file, |out| {
            out.write_all(b"ne")?;
            Err(io::Error::other("the pen broke"))
        });
        let told = broken.unwrap_err().chain();
        assert!(told.contains("plan.csv") && told.contains("the pen broke"), "{told}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        write_text(&file, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing lies beside it");
        assert!(write_text(&folder.join("none").join("plan.csv"), "").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_keeps_leading_where_it_leads() {
        let folder = std::env::temp_dir().join(format!("lianxin-whole-link-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, link) = (folder.join("plan.csv"), folder.join("latest.csv"));
        write_text(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_text(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        write_text(Path::new("/dev/null"), "a device is no file").unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}

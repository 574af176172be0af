//! Tables for tests that are right, nearly right, or nothing of the kind.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use lianxin_foundation::Result;
use proptest::prelude::*;

/// What stands in a column: one of these, `#` for the row's number.
pub type Pool = &'static [&'static str];

/// What stands nowhere rightly, but for a text.
const WRONG: [&str; 8] = ["", "-1", "1.5", "x", "99999999999999999999", "\"", "\"a\nb\"", "é,"];

/// Rows of plausible cells, one of which in some hundred is not, under the head; then perhaps a byte is put in, taken out
/// or changed, or the end is missing. Now and then bytes of any kind.
pub fn table(head: &'static str, columns: &'static [Pool]) -> impl Strategy<Value = Vec<u8>> {
    let row = prop::collection::vec(any::<u8>(), columns.len());
    let cell = |(row, (at, pool)): (usize, (u8, &Pool))| match (at, pool[usize::from(at) % pool.len()]) {
        (254.., _) => WRONG[(usize::from(at) + row) % WRONG.len()].to_owned(),
        (_, "#") => row.to_string(),
        (_, text) => text.to_owned(),
    };
    let text = prop::collection::vec(row, 0..8).prop_map(move |rows| {
        let told = rows.into_iter().enumerate().map(|(number, cells)| {
            let cells = cells.into_iter().zip(columns).map(|found| cell((number, found)));
            cells.collect::<Vec<_>>().join(",")
        });
        format!("{head}\n{}\n", told.collect::<Vec<_>>().join("\n")).into_bytes()
    });
    prop_oneof![
        5 => text.clone(),
        4 => spoilt(text),
        1 => prop::collection::vec(any::<u8>(), 0..80),
    ]
}

/// The same bytes with one put in, taken out or changed, or without their end.
pub fn spoilt(bytes: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (bytes, any::<prop::sample::Index>(), any::<u8>(), 0_u8..4).prop_map(|(mut bytes, at, byte, how)| {
        if bytes.is_empty() {
            return bytes;
        }
        let at = at.index(bytes.len());
        match how {
            0 => bytes.insert(at, byte),
            1 => drop(bytes.remove(at)),
            2 => bytes[at] = byte,
            _ => bytes.truncate(at),
        }
        bytes
    })
}

/// A folder that goes when the test ends.
pub struct Desk(PathBuf);

impl Desk {
    /// An empty folder.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lianxin-fuzz-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Desk(folder)
    }

    /// A file of this name.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Puts bytes into it.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.file(name), bytes).unwrap();
    }

    /// Words of a command line; those that end like a file's name are files of the folder.
    pub fn words(&self, line: &str) -> Vec<String> {
        let is_file = |word: &str| [".csv", ".json", ".svg", ".pbf"].iter().any(|end| word.ends_with(end));
        let word = |word: &str| match is_file(word) {
            true => self.file(word).display().to_string(),
            false => word.to_owned(),
        };
        line.split_whitespace().map(word).collect()
    }

    /// Whatever was refused was refused by the name of its file, unless a plan was read and found wrong; no half-written
    /// file is left.
    pub fn holds(&self, done: &Result<()>) {
        if let Err(error) = done {
            let told = error.chain();
            let is_named = told.contains(&self.0.display().to_string());
            assert!(is_named || told.starts_with("checking"), "no file is named: {told}");
        }
        let half = |file: &PathBuf| file.extension().is_some_and(|end| end == "part");
        let left: Vec<PathBuf> = files(&self.0).filter(half).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
}

impl Drop for Desk {
    fn drop(&mut self) {
        // What cannot be taken away stays in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

//! `lianxin link`: who is on two lists, from files to a file; needs no server and no database.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use lianxin_foundation::{Error, Result};
use lianxin_linkage::sample::{Poverty, generate};
use lianxin_linkage::{
    Choice, Explainer, Keys, Linkage, ListError, Lists, Options, People, Side, Stage, link, report,
};

use super::whole;

/// Find who is on two lists, or twice on one.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Link {
    #[command(subcommand)]
    sample: Option<Sub>,
    #[command(flatten)]
    lists: Option<LinkArgs>,
}

#[derive(Subcommand)]
enum Sub {
    /// Generate two lists of people who never were, and who is whom
    Sample(SampleArgs),
}

/// What to link.
#[derive(Args)]
struct LinkArgs {
    /// The first list (csv in UTF-8, UTF-16 or GB 18030, with a header)
    #[arg(required = true)]
    a: PathBuf,
    /// The second list; without it, people who stand twice on the first are looked for
    b: Option<PathBuf>,
    /// Where the pairs are written: a_id,b_id,score
    #[arg(long, value_name = "FILE", required = true)]
    out: PathBuf,
    /// Which column holds what: name, id, birth, sex, phone, address, employer, text, shared, key or skip = column,
    /// or columnA:columnB, several joined by +; can be given several times
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// Where the explanation with charts is written, one HTML file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Tables of divisions (csv with code and name), to cut addresses by; can be given several times
    #[arg(long, value_name = "FILE")]
    divisions: Vec<PathBuf>,
    /// Keep pairs from this probability on
    #[arg(long, default_value_t = 0.5, value_parser = probability)]
    threshold: f64,
    /// Let a row of one list be at most one row of the other; without it, a person who stands twice on one list
    /// may be linked twice
    #[arg(long)]
    one_to_one: bool,
    /// Look at each pair by itself, so that a person of one list may be several of the other
    #[arg(long, conflicts_with = "one_to_one")]
    many: bool,
    /// Where the groups of rows that are one person are written: group,list,id
    #[arg(long, value_name = "FILE")]
    groups: Option<PathBuf>,
    /// Say what spoke for and against two rows, by what names them
    #[arg(long, num_args = 2, value_names = ["A_ID", "B_ID"])]
    explain: Vec<String>,
    /// What random draws begin with; the result is the same for the same seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many threads work; the result does not depend on it
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// What to generate.
#[derive(Args)]
struct SampleArgs {
    /// The folder for a.csv, b.csv and truth.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many people a list has
    #[arg(long, default_value_t = 10_000)]
    people: usize,
    /// How much is missing
    #[arg(long, value_enum, default_value_t = Missing::Some)]
    missing: Missing,
}

/// How much is missing on the lists.
#[derive(Clone, Copy, ValueEnum)]
enum Missing {
    /// Some of everything
    Some,
    /// Three quarters of the resident numbers, two fifths of the telephones, a quarter of the birth dates
    Much,
}

fn probability(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("not between 0 and 1".to_owned()) }
}

impl Link {
    /// Runs it; Ctrl-C stops it before anything is written.
    pub async fn run(self) -> Result<()> {
        whole::stoppable("linking", move || match (self.sample, self.lists) {
            (Some(Sub::Sample(args)), _) => args.run(),
            (None, Some(args)) => args.run(),
            (None, None) => Err(Error::failed("linking", "no lists are named")),
        })
        .await
    }
}

impl LinkArgs {
    fn run(&self) -> Result<()> {
        self.places()?;
        eprintln!("reading…");
        let (people, keys) = self.read()?;
        for (list, keys) in ["A", "B"].iter().zip(&keys) {
            if let Some((count, first)) = keys.repeated() {
                eprintln!(
                    "warning: in list {list} {count} rows have an id that another row has, like {first:?}"
                );
                eprintln!("         give a column that names each row once by --map key=COLUMN");
            }
        }
        let choice = match (self.many, self.one_to_one) {
            (true, _) => Choice::Many,
            (false, true) => Choice::Rows,
            (false, false) => Choice::People,
        };
        let options = Options {
            choice,
            threshold: self.threshold,
            seed: self.seed,
            threads: self.threads.clamp(1, 64),
        };
        let progress = Progress { terminal: io::stderr().is_terminal() };
        let linkage = link(&people, &options, &|stage, share| {
            progress.tell(stage, share);
            !whole::is_stopped()
        })
        .map_err(|error| Error::failed("linking", error))?;
        progress.end();
        let single = self.b.is_none();
        let names = if single { [&keys[0], &keys[0]] } else { [&keys[0], &keys[1]] };
        whole::write_text(&self.out, &table(&linkage, names))?;
        if let Some(file) = &self.groups {
            whole::write_text(file, &groups(&linkage, names))?;
        }
        if let Some(file) = &self.report {
            whole::write_text(file, &report(&people, &linkage, names, options.threads))?;
        }
        summary(&people, &linkage);
        if let [a, b] = &self.explain[..] {
            explain(&people, &linkage, names, [a, b])?;
        }
        Ok(())
    }

    /// Refuses before the work what could not be written after it, and what would overwrite a list.
    fn places(&self) -> Result<()> {
        let lists: Vec<PathBuf> = [Some(&self.a), self.b.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|list| list.canonicalize().ok())
            .collect();
        for out in [Some(&self.out), self.groups.as_ref(), self.report.as_ref()].into_iter().flatten() {
            let refused = |reason: &str| Err(Error::failed(format!("{}", out.display()), reason));
            let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
            if out.is_dir() {
                return refused("this is a folder; name a file");
            } else if folder.is_some_and(|folder| !folder.is_dir()) {
                return refused("there is no such folder to write into");
            } else if out.canonicalize().is_ok_and(|place| lists.contains(&place)) {
                return refused("this is one of the lists; write to another file");
            }
        }
        Ok(())
    }

    /// Reads both lists; the texts are gone when the people are there.
    fn read(&self) -> Result<(People, [Keys; 2])> {
        let a = text(&self.a)?;
        let b = self.b.as_deref().map(text).transpose()?;
        let mut lists = Lists::read(&a, b.as_deref(), &self.map).map_err(|error| self.named(error))?;
        for field in &lists.mapping().fields {
            let instead = if field.instead.iter().all(Vec::is_empty) {
                ""
            } else {
                ", or its parts where it is missing"
            };
            eprintln!("{:<12} {}{instead}", format!("{:?}", field.column.kind), field.column.name);
        }
        drop((a, b));
        for file in &self.divisions {
            divisions(file, &mut lists)?;
        }
        Ok(lists.finish(self.threads.clamp(1, 64)))
    }

    fn named(&self, error: ListError) -> Error {
        let file = match (&error, &self.b) {
            (ListError::Table { side: Side::B, .. }, Some(file)) => file,
            _ => &self.a,
        };
        failed(file, error)
    }
}

fn failed(file: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::failed(format!("{}", file.display()), error)
}

/// Says on the error stream how far the work is: in place where someone watches, by stages where a file listens.
struct Progress {
    terminal: bool,
}

impl Progress {
    fn tell(&self, stage: Stage, share: f64) {
        if self.terminal {
            eprint!("\r{:<40}{:>4.0} %", told(stage), share * 100.0);
        } else if share == 0.0 {
            eprintln!("{}…", told(stage));
        }
    }

    fn end(&self) {
        if self.terminal {
            eprint!("\r{:<46}\r", "");
        }
    }
}

/// A file's text: UTF-8, UTF-16 with its mark as spreadsheets write it, or else GB 18030.
pub(super) fn text(file: &Path) -> Result<String> {
    let bytes = fs::read(file).map_err(|error| failed(file, error))?;
    // How an xlsx begins, and an xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let reason = "this is a workbook; save it as CSV (UTF-8) and give that file";
        return Err(Error::failed(format!("{}", file.display()), reason));
    }
    if let Some((marked, _)) =
        encoding_rs::Encoding::for_bom(&bytes).filter(|(found, _)| *found != encoding_rs::UTF_8)
    {
        return Ok(marked.decode(&bytes).0.into_owned());
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    match encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(&bytes) {
        Some(text) => Ok(Cow::into_owned(text)),
        None => {
            let line = bytes.split(|byte| *byte == b'\n').position(|line| {
                encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(line).is_none()
            });
            let reason = format!("line {}: neither UTF-8 nor GB 18030", line.map_or(1, |line| line + 1));
            Err(Error::failed(format!("{}", file.display()), reason))
        }
    }
}

/// Makes a table of divisions known: the columns `code` and `name`.
fn divisions(file: &Path, lists: &mut Lists) -> Result<()> {
    let text = text(file)?;
    let mut table = lianxin_linkage::Table::new(&text).map_err(|error| failed(file, error))?;
    let place = |name: &str| table.header().iter().position(|column| column == name);
    let (Some(code), Some(name)) = (place("code"), place("name")) else {
        return Err(Error::failed(format!("{}", file.display()), "line 1: no columns named code and name"));
    };
    let mut fields = Vec::new();
    while table.next_row(&mut fields).map_err(|error| failed(file, error))?.is_some() {
        lists.division(&fields[code], &fields[name]);
    }
    Ok(())
}

fn told(stage: Stage) -> &'static str {
    match stage {
        Stage::Blocking => "looking for pairs worth comparing",
        Stage::Comparing => "comparing",
        Stage::Learning => "learning the weights",
        Stage::Choosing => "choosing",
    }
}

/// The pairs as comma-separated text.
fn table(linkage: &Linkage, keys: [&Keys; 2]) -> String {
    let mut text = "a_id,b_id,score\n".to_owned();
    for pair in &linkage.pairs {
        let (a, b) = (quoted(keys[0].get(pair.a)), quoted(keys[1].get(pair.b)));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{a},{b},{:.6}", pair.probability);
    }
    text
}

/// The groups as comma-separated text.
fn groups(linkage: &Linkage, keys: [&Keys; 2]) -> String {
    let mut text = "group,list,id\n".to_owned();
    for (number, group) in linkage.groups().iter().enumerate() {
        for (side, row) in group {
            let (list, keys) = match side {
                Side::A => ('A', keys[0]),
                Side::B => ('B', keys[1]),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{},{list},{}", number + 1, quoted(keys.get(*row)));
        }
    }
    text
}

/// Says what each field said about two rows.
fn explain(people: &People, linkage: &Linkage, keys: [&Keys; 2], ids: [&String; 2]) -> Result<()> {
    let single = people.is_single();
    let counts = [people.count(Side::A), people.count(if single { Side::A } else { Side::B })];
    let mut rows = [0; 2];
    for list in [0, 1] {
        rows[list] =
            (0..counts[list]).find(|row| keys[list].get(*row) == ids[list].as_str()).ok_or_else(|| {
                Error::failed(
                    "--explain",
                    format!("no row of list {} is named {}", ["A", "B"][list], ids[list]),
                )
            })?;
    }
    let [a, b] = if single && rows[0] > rows[1] { [rows[1], rows[0]] } else { rows };
    println!("\n{} and {}", ids[0], ids[1]);
    for said in Explainer::new(people, linkage, 1).pair(a, b) {
        println!("  {:>+6.1}  {} {}", said.bits, said.field, said.level);
    }
    match linkage.pairs.iter().find(|pair| (pair.a, pair.b) == (a, b)) {
        Some(pair) => println!("linked, probability {:.4}", pair.probability),
        None => println!("not linked"),
    }
    println!(
        "bits speak for (+) or against (-) one person; others in the household and rivals count besides"
    );
    Ok(())
}

fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

fn summary(people: &People, linkage: &Linkage) {
    let (a, b) = (people.count(Side::A), people.count(Side::B));
    let expected = linkage.pairs.iter().map(|pair| pair.probability).sum::<f64>();
    let precision = expected / linkage.pairs.len().max(1) as f64;
    println!("people     {a} and {b}");
    println!("compared   {} pairs", linkage.compared);
    println!("linked     {} pairs", linkage.pairs.len());
    println!("expected   {:.2} % of them right", precision * 100.0);
    if b > 0 {
        let alone = |all: usize, rows: Vec<usize>| all - rows.into_iter().collect::<HashSet<_>>().len();
        println!("only in A  {}", alone(a, linkage.pairs.iter().map(|pair| pair.a).collect()));
        println!("only in B  {}", alone(b, linkage.pairs.iter().map(|pair| pair.b).collect()));
    } else {
        println!("groups     {}", linkage.groups().len());
    }
    println!("threshold  pairs  expected precision and recall");
    for threshold in linkage.thresholds().iter().filter(|threshold| threshold.from >= 0.5) {
        let (precision, recall) = (threshold.precision * 100.0, threshold.recall * 100.0);
        println!("     {:.2}  {}  {precision:.2} %  {recall:.2} %", threshold.from, threshold.pairs);
    }
}

impl SampleArgs {
    fn run(&self) -> Result<()> {
        let poverty = match self.missing {
            Missing::Some => Poverty::Ordinary,
            Missing::Much => Poverty::Poor,
        };
        let sample = generate(self.people, poverty, self.seed);
        fs::create_dir_all(&self.out).map_err(|error| failed(&self.out, error))?;
        for (name, text) in [("a.csv", sample.a), ("b.csv", sample.b), ("truth.csv", sample.truth)] {
            let file = self.out.join(name);
            whole::write_text(&file, &text)?;
        }
        println!("generated people, none of whom exists, are in {}", self.out.display());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_quoted_where_they_must_be() {
        assert_eq!(quoted("A1"), "A1");
        assert_eq!(quoted("a,\"b"), "\"a,\"\"b\"");
    }
}

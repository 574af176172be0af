//! How well twins are found, for the report: precision and recall on the labelled reports of the hanzi engine.

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use lianxin_hanzi::measure::{Measured, cross_checked, held_out, reports};
use lianxin_hanzi::twins::{Report, likeliest};

/// How many reports one is compared with.
const CANDIDATES: usize = 1000;

/// The table.
pub(super) fn markdown() -> String {
    let mut out = String::from(
        "| Twins: two reports say the same | pairs | the same | precision | recall |\n|---|---:|---:|---:|---:|\n",
    );
    row(&mut out, "places never seen (`data/reports.tsv`, cross-checked)", &cross_checked());
    row(&mut out, "places and words never seen (`data/held-out.tsv`)", &held_out());
    let _written = write!(out, "\nOne report compared with {CANDIDATES}: {:.1} ms.\n", milliseconds());
    out
}

fn row(out: &mut String, name: &str, measured: &Measured) {
    // Writing to a String cannot fail.
    let _written = writeln!(
        out,
        "| {name} | {} | {} | {:.2} | {:.2} |",
        measured.pairs,
        measured.same,
        measured.precision(),
        measured.recall()
    );
}

/// How long it takes to take so many texts apart and compare one with them: the median of nine.
fn milliseconds() -> f64 {
    let words: Vec<String> =
        reports().into_iter().flatten().map(|one| one.words).cycle().take(CANDIDATES).collect();
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let began = Instant::now();
            let mine = Report::new("大桥路口路灯不亮", None, None, 0.0);
            let others: Vec<Report> = words.iter().map(|words| Report::new(words, None, None, 0.0)).collect();
            black_box(likeliest(&mine, &others, 3));
            began.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[4]
}

//! The figures as tables in Markdown, for the README as they are.

use std::fmt::Write;
use std::fs;

use lianxin_foundation::clock::{Micros, civil};
use lianxin_foundation::error::{Result, While};

use super::machine;
use super::stand::name;
use super::work::Line;
use super::{Measured, crowd};

/// What stands above the tables.
pub(super) struct About<'a> {
    pub(super) commit: &'a str,
    pub(super) at: Micros,
    pub(super) matters: usize,
}

/// The whole report.
pub(super) fn markdown(about: &About<'_>, sqlite: &Measured, postgres: &Measured) -> Result<String> {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _written = write!(
        out,
        "Measured on {} at commit {} by `make bench`, on {}. {} and {} on the same disk, both durable: an answered \
         write is on the disk (`synchronous = full`; `fsync` and `synchronous_commit` on, all else as PostgreSQL \
         comes).\n\n",
        civil(about.at).strftime("%Y-%m-%d"),
        about.commit,
        machine::line()?,
        sqlite.version,
        postgres.version,
    );
    out.push_str(&divisions(sqlite, postgres));
    out.push('\n');
    out.push_str(&work(about, sqlite, postgres));
    out.push('\n');
    out.push_str(&program(about, sqlite, postgres)?);
    Ok(out)
}

/// What a crowd met.
pub(super) fn crowd(about: &About<'_>, both: &[crowd::Measured]) -> Result<String> {
    let mut out = format!(
        "Measured on {} at commit {} by `make bench-crowd`, on {}, in a county with {} matters; clients, program and database server \
         share that machine. A report is three requests: the form, its sending, the page that says it came in. Each is timed \
         from the moment it was to begin.\n\n\
         | visits, all at once | engine | a second | visits | errors | p50 ms | p99 ms | slowest ms |\n\
         |---|---|---:|---:|---:|---:|---:|---:|\n",
        civil(about.at).strftime("%Y-%m-%d"),
        about.commit,
        machine::line()?,
        grouped(about.matters as f64),
    );
    for measured in both {
        let photo = format!("a report with a photo of {} KB", rounded(measured.photo));
        for (what, times, seconds) in [
            (photo.as_str(), &measured.with_photo, Some(measured.seconds)),
            ("a report without one", &measured.without, Some(measured.seconds)),
            ("the dispatcher's inbox", &measured.inbox, Some(measured.seconds)),
            ("then, in one moment: I have met the same", &measured.joining, None),
        ] {
            let visits = times.micros.len() as f64;
            out.push_str(&format!(
                "| {what} | {} | {} | {} | {} | {} | {} | {} |\n",
                name(measured.engine),
                seconds.map_or("–".to_owned(), |seconds| rounded(visits / seconds)),
                grouped(visits),
                times.errors.len(),
                rounded(times.milliseconds(0.5)),
                rounded(times.milliseconds(0.99)),
                rounded(times.milliseconds(1.0)),
            ));
        }
    }
    out.push_str("\n| meanwhile | unit |");
    both.iter().for_each(|one| out.push_str(&format!(" {} |", name(one.engine))));
    out.push_str("\n|---|---|---:|---:|\n");
    type Figure = fn(&crowd::Measured) -> String;
    let rows: [(&str, &str, Figure); 3] = [
        ("processor time of the program and its database server, of two cores' 200", "%", |m| {
            rounded(m.cpu / m.seconds * 100.0)
        }),
        ("memory of the program at its peak", "MB", |m| rounded(m.megabytes)),
        ("counted as having met the same, of 1,000", "people", |m| grouped(m.joined as f64)),
    ];
    for (what, unit, figure) in rows {
        out.push_str(&format!("| {what} | {unit} |"));
        both.iter().for_each(|one| out.push_str(&format!(" {} |", figure(one))));
        out.push('\n');
    }
    Ok(out)
}

/// What is measured, its unit, and where the figure is found.
type Row<'r> = (&'r str, &'r str, fn(&Measured) -> String);

/// A table of one figure for each engine.
fn pairs(title: &str, sqlite: &Measured, postgres: &Measured, rows: &[Row<'_>]) -> String {
    let mut out = format!(
        "| {title} | unit | {} | {} |\n|---|---|---:|---:|\n",
        name(sqlite.engine),
        name(postgres.engine)
    );
    for (what, unit, figure) in rows {
        out.push_str(&format!("| {what} | {unit} | {} | {} |\n", figure(sqlite), figure(postgres)));
    }
    out
}

fn divisions(sqlite: &Measured, postgres: &Measured) -> String {
    let rows = grouped(sqlite.divisions.rows as f64);
    pairs(
        &format!("The country's divisions: all {rows} rows"),
        sqlite,
        postgres,
        &[
            ("`lianxin import divisions`, the whole command (median of 3)", "s", |m| {
                rounded(m.divisions.import)
            }),
            ("the same", "rows/s", |m| grouped(m.divisions.rows as f64 / m.divisions.import)),
            (
                "the engine's own bulk load of the resulting table, indexes included: `.import` of the `sqlite3` shell, \
             `\\copy` of `psql` (median of 3)",
                "s",
                |m| rounded(m.divisions.bulk),
            ),
            ("import ÷ own bulk load", "×", |m| rounded(m.divisions.import / m.divisions.bulk)),
            ("import once more, nothing changes (median of 3)", "s", |m| rounded(m.divisions.again)),
            ("memory of the import at its peak", "MB", |m| rounded(m.divisions.megabytes)),
            ("is this village in that city? (median of 1,000)", "µs", |m| rounded(m.divisions.is_below)),
            ("the first 50 areas in a county (median of 1,000)", "µs", |m| rounded(m.divisions.first_below)),
            ("how many areas are in a county? (median of 1,000)", "µs", |m| {
                rounded(m.divisions.count_below)
            }),
        ],
    )
}

fn work(about: &About<'_>, sqlite: &Measured, postgres: &Measured) -> String {
    let mut out = format!(
        "At {} matters with {} events in one county, {} of them not over yet. CPU seconds are the program's and the \
         database server's together; pages are whole: signed in by cookie, rendered, compressed.\n\n\
         | work | clients | engine | per s | per CPU s | p50 ms | p99 ms |\n|---|---:|---|---:|---:|---:|---:|\n",
        grouped(about.matters as f64),
        grouped(sqlite.work.events as f64),
        grouped(sqlite.work.open as f64),
    );
    for (one, other) in sqlite.work.lines.iter().zip(&postgres.work.lines) {
        out.push_str(&line(one, name(sqlite.engine)));
        out.push_str(&line(other, name(postgres.engine)));
    }
    out
}

fn line(line: &Line, engine: &str) -> String {
    let timing = &line.timing;
    format!(
        "| {} | {} | {engine} | {} | {} | {} | {} |\n",
        line.what,
        line.clients,
        rounded(timing.per_second()),
        rounded(timing.per_cpu_second()),
        rounded(timing.milliseconds(0.5)),
        rounded(timing.milliseconds(0.99)),
    )
}

fn program(about: &About<'_>, sqlite: &Measured, postgres: &Measured) -> Result<String> {
    let title = format!("The program at {} matters", grouped(about.matters as f64));
    let mut out = pairs(
        &title,
        sqlite,
        postgres,
        &[
            ("`lianxin serve` from the command to ready (median of 5)", "ms", |m| rounded(m.serving.start)),
            ("the county's public figures, first visit after a start (median of 5)", "ms", |m| {
                rounded(m.serving.figures[0])
            }),
            ("the same of twelve months, first visit", "ms", |m| rounded(m.serving.figures[1])),
            ("the first of these again", "ms", |m| rounded(m.serving.figures[2])),
            ("memory of its own when ready (median of 5)", "MB", |m| rounded(m.serving.megabytes)),
            ("memory of its own after eight people opened the inbox for a while", "MB", |m| {
                rounded(m.serving.worked.own)
            }),
            (
                "file pages mapped beside it, which the kernel takes back (SQLite maps up to 1 GB)",
                "MB",
                |m| rounded(m.serving.worked.mapped),
            ),
            ("memory of the database server after it", "MB", |m| {
                m.work.server_megabytes.map_or("–".to_owned(), rounded)
            }),
            ("loading the matters in bulk, before all this", "s", |m| rounded(m.load_seconds)),
        ],
    );
    let binary = std::env::current_exe()
        .and_then(fs::metadata)
        .while_doing("looking at the program's own file")?
        .len();
    let whole: usize = sqlite.serving.page.iter().map(|(_, bytes)| bytes).sum();
    out.push_str("\n| size | unit | |\n|---|---|---:|\n");
    out.push_str(&format!(
        "| the program, one file with everything in it | MB | {} |\n",
        rounded(binary as f64 / 1e6)
    ));
    out.push_str(&format!(
        "| the resident's report page with all it loads, compressed (at most 50) | KB | {} |\n",
        rounded(whole as f64 / 1e3)
    ));
    for (address, bytes) in &sqlite.serving.page {
        out.push_str(&format!("| – of it `{}` | KB | {} |\n", plain(address), rounded(*bytes as f64 / 1e3)));
    }
    Ok(out)
}

/// An asset's name without the part that changes with its content: `/assets/app.3f2a.css` is `app.css`.
fn plain(address: &str) -> String {
    let Some(file) = address.strip_prefix("/assets/") else { return address.to_owned() };
    match (file.split(['.', '-']).next(), file.rsplit_once('.')) {
        (Some(first), Some((_, ending))) => format!("{first}.{ending}"),
        _ => file.to_owned(),
    }
}

/// Three digits that count, thousands apart.
fn rounded(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || size.is_nan() => grouped(value),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

fn grouped(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        for (value, text) in [
            (665_276.4, "665,276"),
            (100.0, "100"),
            (12.345, "12.3"),
            (1.234, "1.23"),
            (0.0456, "0.046"),
            (999.6, "1,000"),
        ] {
            assert_eq!(rounded(value), text);
        }
        assert_eq!(rounded(f64::NAN), "–");
    }

    #[test]
    fn assets_have_short_names() {
        assert_eq!(plain("/assets/app.3f2a.css"), "app.css");
        assert_eq!(plain("/report/421223"), "/report/421223");
    }
}

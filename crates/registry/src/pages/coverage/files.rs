//! A plan as a file: every line with its reasons, for whoever has to put it before a committee.

use axum::response::Response;
use lianxin_foundation::Result;
use lianxin_foundation::clock::civil;
use lianxin_foundation::web::{Cell, Csv, Path, Visitor, Workbook};
use uuid::Uuid;

use super::told::tell;
use super::visible;
use crate::actions::coverage::NoteCoverageExport;
use crate::coverage::store;

const COLUMNS: [&str; 8] = [
    "coverage-unit",
    "coverage-how",
    "coverage-with",
    "coverage-members",
    "coverage-staff",
    "coverage-why",
    "coverage-rules",
    "coverage-decision",
];

/// Every line, once it is on record that it was taken away.
async fn rows(visitor: &Visitor, county: &str, plan: Uuid) -> Result<Vec<[String; 8]>> {
    let mut tx = visitor.app.db().read().await?;
    let plan = visible(&mut tx, visitor, county, plan).await?;
    let lines = store::lines(&mut tx, &plan).await?;
    let proposals = lines.chunk_by(|a, b| a.seat == b.seat).map(<[_]>::to_vec).collect();
    let told = tell(&mut tx, &visitor.words, &plan, proposals).await?;
    drop(tx);
    let words = &visitor.words;
    let mut rows = Vec::with_capacity(lines.len());
    for one in &told {
        let decision = match &one.decided {
            None => String::new(),
            Some(decided) if decided.accepted => words.t("coverage-accepted"),
            Some(decided) => format!("{} {}", words.t("coverage-declined"), decided.reason),
        };
        for unit in &one.units {
            let because: Vec<String> =
                unit.because.iter().map(|rule| format!("{}（{}）", rule.words, rule.source)).collect();
            rows.push([
                unit.name.clone(),
                words.t(one.way.message()),
                if one.units.len() > 1 { one.name.clone() } else { String::new() },
                unit.members.to_string(),
                unit.staff.to_string(),
                unit.why.join(" "),
                because.join(" "),
                decision.clone(),
            ]);
        }
    }
    let note = NoteCoverageExport { county: plan.county, plan: plan.id, rows: rows.len() };
    visitor.app.act(visitor.signed_in()?, &note).await?;
    Ok(rows)
}

/// The lines as plain text.
pub(crate) async fn csv(visitor: Visitor, Path((county, plan)): Path<(String, Uuid)>) -> Result<Response> {
    let rows = rows(&visitor, &county, plan).await?;
    let mut table = Csv::new(&COLUMNS.map(|column| visitor.words.t(column)));
    rows.iter().for_each(|row| table.row(row));
    Ok(table.download("coverage.csv"))
}

/// The lines as a workbook, which says on every page who took it away and when.
pub(crate) async fn xlsx(visitor: Visitor, Path((county, plan)): Path<(String, Uuid)>) -> Result<Response> {
    let rows = rows(&visitor, &county, plan).await?;
    let mut book = Workbook::new(visitor.now)?;
    let widths = [28, 12, 28, 10, 10, 60, 60, 24];
    let columns: Vec<(String, u32)> =
        COLUMNS.map(|column| visitor.words.t(column)).into_iter().zip(widths).collect();
    book.sheet(&visitor.words.t("coverage-title"), &columns)?;
    for row in rows {
        book.row(&row.map(Cell::Text))?;
    }
    let when = civil(visitor.now).strftime("%Y-%m-%d %H:%M").to_string();
    let who = visitor.signed_in()?.name.clone();
    book.download(
        "coverage.xlsx",
        &visitor.words.t2("coverage-mark", "who", who.as_str(), "at", when.as_str()),
    )
}

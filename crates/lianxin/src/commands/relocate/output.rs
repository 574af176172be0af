//! What is written: plans, who remains, certificates, samples.

use std::path::{Path, PathBuf};

use lianxin_foundation::Result;
use lianxin_foundation::error::While;
use lianxin_relocation::sample::City;
use lianxin_relocation::{Assignment, Problem, Remaining};
use serde::Serialize;

use crate::commands::whole;

/// Writes a table.
pub fn table<const N: usize, T: AsRef<[u8]>>(
    file: &Path,
    header: [&str; N],
    rows: impl Iterator<Item = [T; N]>,
) -> Result<()> {
    whole::write(file, |out| {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush()
    })
}

/// Writes a proof.
pub fn proof(file: &Path, proof: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(proof).while_doing(format!("writing {}", file.display()))?;
    whole::write_text(file, &text)
}

/// `household,shelter,persons`, and who remains in a file of their own beside it, if anyone does. Where such a file is left of
/// a plan before, it names nobody any more.
pub fn plan(
    file: &Path,
    problem: &Problem,
    assignments: &[Assignment],
    remaining: &[Remaining],
) -> Result<Option<PathBuf>> {
    let (households, shelters) = (problem.households(), problem.shelters());
    table(
        file,
        ["household", "shelter", "persons"],
        assignments.iter().map(|row| {
            let household = households[row.household as usize].id.clone();
            [household, shelters[row.shelter as usize].id.clone(), row.persons.to_string()]
        }),
    )?;
    let left = beside(file, "remaining");
    if remaining.is_empty() && !left.is_file() {
        return Ok(None);
    }
    table(
        &left,
        ["household", "persons", "need"],
        remaining.iter().map(|row| {
            let household = &households[row.household as usize];
            [household.id.clone(), row.persons.to_string(), household.need.code().to_string()]
        }),
    )?;
    Ok((!remaining.is_empty()).then_some(left))
}

/// `PLAN.csv` becomes `PLAN-what.csv`.
pub fn beside(file: &Path, what: &str) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let end = file.extension().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-{what}.{end}"))
}

/// The three tables of a generated city.
pub fn city(folder: &Path, city: &City) -> Result<()> {
    table(
        &folder.join("households.csv"),
        ["id", "village", "building", "x", "y", "size", "need"],
        city.households.iter().map(|one| {
            let (x, y) = (one.x.to_string(), one.y.to_string());
            let (size, need) = (one.size.to_string(), one.need.code().to_string());
            [one.id.clone(), one.village.clone(), one.building.clone(), x, y, size, need]
        }),
    )?;
    table(
        &folder.join("shelters.csv"),
        ["id", "x", "y", "capacity", "medical", "ground"],
        city.shelters.iter().map(|one| {
            let (x, y, capacity) = (one.x.to_string(), one.y.to_string(), one.capacity.to_string());
            let flag = |yes: bool| u8::from(yes).to_string();
            [one.id.clone(), x, y, capacity, flag(one.medical), flag(one.ground)]
        }),
    )?;
    table(
        &folder.join("members.csv"),
        ["id", "village", "x", "y", "max_households"],
        city.members.iter().map(|one| {
            let (x, y, most) = (one.x.to_string(), one.y.to_string(), one.max_households.to_string());
            [one.id.clone(), one.village.clone(), x, y, most]
        }),
    )
}

//! Matters as rows of a list, their names looked up all at once.

use std::collections::HashMap;

use lianxin_foundation::clock::Micros;
use lianxin_foundation::web::Shell;
use lianxin_foundation::{Result, Tx};
use lianxin_registry::area::spoken::short_name;
use lianxin_registry::area::{ancestors, store as areas};
use lianxin_registry::organisation::store as organisations;
use uuid::Uuid;

use super::mine::place_line;
use super::view::{Chip, title};
use crate::category::Catalogue;
use crate::model::Matter;
use crate::rules::clock::{By, Standing, standing};

/// How much of a matter's words a row shows.
const TITLE: usize = 48;

/// A matter in a list.
pub(super) struct Row {
    pub href: String,
    /// What a form names it by: `county.id`.
    pub key: String,
    pub title: String,
    pub chip: Chip,
    pub number: String,
    pub category: String,
    pub place: String,
    pub unit: String,
    pub created: Micros,
}

/// Rows under a heading that says by when; the heading is empty where the list has another order.
pub(super) struct DueGroup {
    pub heading: String,
    pub rows: Vec<Row>,
}

/// The names a list needs: of areas and of organisations.
#[derive(Default)]
pub(super) struct Names {
    areas: HashMap<String, String>,
    units: HashMap<Uuid, String>,
}

impl Names {
    /// Looks up every name these matters mention.
    pub(super) async fn of(tx: &mut Tx, matters: &[Matter]) -> Result<Names> {
        let units =
            |matter: &Matter| [matter.unit, matter.first_unit, matter.enterprise].into_iter().flatten();
        let units =
            matters.iter().flat_map(|matter| units(matter).map(|unit| (matter.county.as_str(), unit)));
        Names::looked_up(tx, matters.iter().map(|matter| matter.path.as_str()), units).await
    }

    /// Looks up the names on these paths, and of these units with the counties they serve: one statement for areas,
    /// one a county for units.
    pub(super) async fn looked_up<'a>(
        tx: &mut Tx,
        paths: impl Iterator<Item = &'a str>,
        units: impl Iterator<Item = (&'a str, Uuid)>,
    ) -> Result<Names> {
        let ids: Vec<&str> = paths.flat_map(shown).collect();
        let areas = areas::names(tx, &ids).await?;
        let areas = areas.into_iter().map(|(id, name)| (id, short_name(&name))).collect();
        let mut by_county: HashMap<&str, Vec<Uuid>> = HashMap::new();
        for (county, unit) in units {
            by_county.entry(county).or_default().push(unit);
        }
        let mut units = HashMap::new();
        for (county, mut ids) in by_county {
            ids.sort_unstable();
            ids.dedup();
            units.extend(organisations::names_of(tx, county, &ids).await?);
        }
        Ok(Names { areas, units })
    }

    /// 「天城镇 › 桃溪社区 › 第1网格」
    pub(super) fn place(&self, path: &str) -> String {
        let names = shown(path).into_iter().filter_map(|id| self.areas.get(id));
        names.map(String::as_str).collect::<Vec<_>>().join(" › ")
    }

    /// An organisation's name; empty when there is none.
    pub(super) fn unit(&self, unit: Option<Uuid>) -> String {
        unit.and_then(|unit| self.units.get(&unit)).cloned().unwrap_or_default()
    }

    /// One row.
    pub(super) fn row(&self, s: &Shell, catalogue: &Catalogue, matter: &Matter) -> Row {
        let category = catalogue.name(&matter.category, s.language());
        let unit = self.unit(matter.unit);
        Row {
            href: format!("/matters/{}/{}", matter.county, matter.id),
            key: format!("{}.{}", matter.county, matter.id),
            title: title(s, matter, &category, TITLE),
            chip: Chip::short(s, matter),
            number: matter.number.clone(),
            place: place_line(&self.unit(matter.enterprise), &self.place(&matter.path)),
            created: matter.created_at,
            category,
            unit,
        }
    }

    /// All of them in the list's order, under the day they are due where that is the order.
    pub(super) fn groups(
        &self,
        s: &Shell,
        catalogue: &Catalogue,
        found: &[Matter],
        by_due: bool,
    ) -> Vec<DueGroup> {
        let mut groups: Vec<DueGroup> = Vec::new();
        for matter in found {
            let heading = if by_due { s.t(by_when(matter, s.now)) } else { String::new() };
            let row = self.row(s, catalogue, matter);
            match groups.last_mut().filter(|group| group.heading == heading) {
                Some(group) => group.rows.push(row),
                None => groups.push(DueGroup { heading, rows: vec![row] }),
            }
        }
        groups
    }
}

/// By when something has to happen with a matter: a message's id.
fn by_when(matter: &Matter, now: Micros) -> &'static str {
    match standing(matter, now) {
        Standing::None => "inbox-due-none",
        Standing::Waiting => "inbox-due-rests",
        Standing::Overdue(due) | Standing::DueToday(due) | Standing::OnTime(due) => {
            By::of(due, now).message()
        }
    }
}

/// The areas of a path that a list names: from the town down, or the county where it ends there.
fn shown(path: &str) -> Vec<&str> {
    let all = ancestors(path);
    match all.len() {
        0..=3 => all.last().copied().into_iter().collect(),
        _ => all[3..].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::{DAY, HOUR, start_of_day};

    use super::*;
    use crate::model::{Status, sample_matter};

    #[test]
    fn a_list_says_by_when() {
        let noon = start_of_day(1_790_000_000_000_000) + 12 * HOUR;
        let due =
            |due: Micros| Matter { status: Status::Accepted, resolve_due: Some(due), ..sample_matter() };
        for (due_at, said) in [
            (noon - 1, "inbox-due-over"),
            (noon + HOUR, "inbox-due-today"),
            (noon + 12 * HOUR, "inbox-due-tomorrow"),
            (noon + 36 * HOUR, "inbox-due-week"),
            (noon + 12 * HOUR + 6 * DAY, "inbox-due-later"),
        ] {
            assert_eq!(by_when(&due(due_at), noon), said);
        }
        let rests = Matter { status: Status::Waiting, ..due(noon - 1) };
        assert_eq!(by_when(&rests, noon), "inbox-due-rests");
        let over = Matter { status: Status::Closed, ..due(noon - 1) };
        assert_eq!(by_when(&over, noon), "inbox-due-none");
    }

    #[test]
    fn a_list_names_a_place_from_the_town_down() {
        assert_eq!(shown("42/4212/421223/421223100/421223100001/"), ["421223100", "421223100001"]);
        assert_eq!(shown("42/4212/421223/"), ["421223"]);
    }
}

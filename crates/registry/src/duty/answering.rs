//! One grid carries the duties of many lines (多网合一), and one person answers for each: who that is as of a day, and where
//! nobody or more than one does.
//!
//! Nothing is entered for it. The duty lists say which organisation answers for a category in a grid; posts say who works in
//! the grid, and who works for that organisation there.

use std::collections::BTreeMap;

use lianxin_foundation::{Micros, Result, Role, Tx};
use uuid::Uuid;

use super::store::{self, Holder, Published};
use crate::area::{Area, ancestors, city_of, county_of, path_of};

/// Who answers for a duty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answers {
    /// One person, by name.
    One(String),
    /// The organisation has nobody there.
    Nobody,
    /// More than one: their names.
    Several(Vec<String>),
    /// No organisation has the duty.
    NoUnit,
}

/// A grid with who answers for which categories, by code.
#[derive(Debug, Clone, PartialEq)]
pub struct GridAnswers {
    /// The grid.
    pub grid: Area,
    /// Categories by who answers for them.
    pub by: BTreeMap<Answers, Vec<String>>,
}

impl GridAnswers {
    /// How many duties there are, and for how many exactly one person answers.
    pub fn counts(&self) -> (usize, usize) {
        let one = self.by.iter().filter(|(by, _)| matches!(by, Answers::One(_)));
        (self.by.values().map(Vec::len).sum(), one.map(|(_, categories)| categories.len()).sum())
    }
}

/// Who answers for each of `categories` in each of the grids of a village as of a moment.
///
/// # Errors
/// Those of the database.
pub async fn of_village(
    tx: &mut Tx,
    village: &Area,
    grids: Vec<Area>,
    (categories, at): (&[String], Micros),
) -> Result<Vec<GridAnswers>> {
    let paths: Vec<String> = ancestors(&village.path)
        .into_iter()
        .map(path_of)
        .chain(grids.iter().map(|grid| grid.path.clone()))
        .collect();
    let holders = store::holders(tx, &paths, at).await?;
    let around = levels(tx, &village.path, at).await?;
    let mut all = Vec::with_capacity(grids.len());
    for grid in grids {
        // What lies deeper answers first; the city's organisations only where the county has none.
        let own = in_area(tx, &grid.id, at).await?;
        let mut by: BTreeMap<Answers, Vec<String>> = BTreeMap::new();
        for category in categories {
            let mut levels = std::iter::once(&own.0).chain(&around.0).chain([&own.1]).chain(&around.1);
            let duty = levels.find_map(|level| level.iter().find(|duty| duty.category == *category));
            let answers = duty.map_or(Answers::NoUnit, |duty| who(&holders, &grid.path, duty.organisation));
            by.entry(answers).or_default().push(category.clone());
        }
        all.push(GridAnswers { grid, by });
    }
    Ok(all)
}

/// The duties of a county's own organisations in an area, and those of its city's.
async fn in_area(tx: &mut Tx, id: &str, at: Micros) -> Result<(Vec<Published>, Vec<Published>)> {
    let county = county_of(id);
    let own = store::in_area(tx, &county, id, at).await?;
    let city = match city_of(&county) {
        Some(city) => store::in_area(tx, &city, id, at).await?,
        None => Vec::new(),
    };
    Ok((own, city))
}

type Levels = Vec<Vec<Published>>;

/// The same for every area of a path, the deepest first.
async fn levels(tx: &mut Tx, path: &str, at: Micros) -> Result<(Levels, Levels)> {
    let (mut own, mut city) = (Vec::new(), Vec::new());
    for id in ancestors(path).into_iter().rev() {
        let county = county_of(path.rsplit('/').find(|id| !id.is_empty()).unwrap_or_default());
        own.push(store::in_area(tx, &county, id, at).await?);
        if let Some(around) = city_of(&county) {
            city.push(store::in_area(tx, &around, id, at).await?);
        }
    }
    Ok((own, city))
}

/// Who answers in a grid for an organisation's duty: its own worker there, else whoever works in the grid, else whoever of the
/// organisation works nearest around it.
fn who(holders: &[Holder], grid: &str, unit: Uuid) -> Answers {
    let worker = Role::GridWorker.code();
    let in_grid = |holder: &&Holder| holder.path == grid && holder.role == worker;
    let of_unit = |holder: &&Holder| holder.organisation == Some(unit);
    let over = |holder: &&Holder| grid.starts_with(&holder.path);
    let nearest = holders.iter().filter(of_unit).filter(over).map(|holder| holder.path.len()).max();
    let groups: [Vec<&Holder>; 3] = [
        holders.iter().filter(in_grid).filter(of_unit).collect(),
        holders.iter().filter(in_grid).collect(),
        holders.iter().filter(of_unit).filter(over).filter(|one| Some(one.path.len()) == nearest).collect(),
    ];
    let Some(group) = groups.into_iter().find(|group| !group.is_empty()) else { return Answers::Nobody };
    // Somebody with two posts there is still one person.
    let people: BTreeMap<Uuid, &str> =
        group.into_iter().map(|one| (one.account, one.name.as_str())).collect();
    let mut names: Vec<String> = people.into_values().map(str::to_owned).collect();
    names.sort_unstable();
    match names.len() {
        1 => Answers::One(names.remove(0)),
        _ => Answers::Several(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: &str = "42/4212/421223/421223100/421223100001/421223100001-01/";
    const VILLAGE: &str = "42/4212/421223/421223100/421223100001/";
    const TOWN: &str = "42/4212/421223/421223100/";

    fn holder(name: &str, path: &str, role: Role, unit: u128) -> Holder {
        let account = Uuid::from_u128(name.bytes().map(u128::from).sum());
        let organisation = (unit > 0).then(|| Uuid::from_u128(unit));
        Holder {
            account,
            name: name.to_owned(),
            path: path.to_owned(),
            role: role.code().to_owned(),
            organisation,
        }
    }

    #[test]
    fn the_nearest_answers_and_only_one_is_right() {
        let unit = Uuid::from_u128(7);
        let one = |name: &str| Answers::One(name.to_owned());
        let mut holders = vec![holder("县", "42/4212/421223/", Role::UnitHandler, 7)];
        assert_eq!(who(&holders, GRID, unit), one("县"));
        holders.push(holder("镇", TOWN, Role::UnitHandler, 7));
        holders.push(holder("别", VILLAGE, Role::UnitHandler, 8));
        assert_eq!(who(&holders, GRID, unit), one("镇"), "another organisation's does not answer");
        holders.push(holder("网", GRID, Role::GridWorker, 8));
        assert_eq!(who(&holders, GRID, unit), one("网"), "whoever works in the grid carries every line");
        holders.push(holder("格", GRID, Role::GridWorker, 0));
        assert_eq!(who(&holders, GRID, unit), Answers::Several(vec!["格".into(), "网".into()]));
        holders.push(holder("专", GRID, Role::GridWorker, 7));
        holders.push(holder("专", GRID, Role::GridWorker, 7));
        assert_eq!(who(&holders, GRID, unit), one("专"), "with two posts still one");
        assert_eq!(who(&[], GRID, unit), Answers::Nobody);
    }
}

//! Whom matters can be given to.

use std::collections::HashMap;

use lianxin_foundation::clock::Micros;
use lianxin_foundation::i18n::Words;
use lianxin_foundation::{Result, Tx};
use lianxin_registry::area::{ancestors, city_of};
use lianxin_registry::duty::store as duties;
use uuid::Uuid;

use super::view::{Choice, Group};

/// What a unit is looked for.
pub(super) struct Wanted<'a> {
    /// The county that settles the matters.
    pub county: &'a str,
    /// The place that holds them all.
    pub path: &'a str,
    /// Their categories.
    pub categories: &'a [&'a str],
    /// The unit that has them already.
    pub except: Option<Uuid>,
}

/// An organisation, and for how many of the categories it answers.
struct Candidate {
    unit: Uuid,
    name: String,
    categories: Vec<String>,
}

/// The organisations with published duties at a place of the county or above: first those that answer for every
/// category asked for, the city's after the county's, then the others, the nearest first.
pub(super) async fn units(
    tx: &mut Tx,
    words: &Words,
    wanted: &Wanted<'_>,
    now: Micros,
) -> Result<Vec<Group>> {
    let asked = |category: &str| wanted.categories.contains(&category);
    let places = || ancestors(wanted.path).into_iter().rev();
    let mut lists = Vec::new();
    for area in places().filter(|area| area.len() >= 6) {
        lists.extend(duties::in_area(tx, wanted.county, area, now).await?);
    }
    // Of the city's units only those that answer for such matters.
    if let Some(city) = city_of(wanted.county) {
        for area in places() {
            let of_city = duties::in_area(tx, &city, area, now).await?;
            lists.extend(of_city.into_iter().filter(|duty| asked(&duty.category)));
        }
    }
    let (mut found, mut at): (Vec<Candidate>, HashMap<Uuid, usize>) = (Vec::new(), HashMap::new());
    for duty in lists.into_iter().filter(|duty| Some(duty.organisation) != wanted.except) {
        let place = *at.entry(duty.organisation).or_insert_with(|| {
            found.push(Candidate { unit: duty.organisation, name: duty.name, categories: Vec::new() });
            found.len() - 1
        });
        if asked(&duty.category) && !found[place].categories.contains(&duty.category) {
            found[place].categories.push(duty.category);
        }
    }
    let (mine, others): (Vec<Candidate>, Vec<Candidate>) =
        found.into_iter().partition(|one| one.categories.len() == wanted.categories.len());
    let groups = [("act-units-duty", mine), ("act-units-other", others)];
    let named = groups.into_iter().map(|(id, units)| Group {
        name: words.t(id),
        choices: units.into_iter().map(|one| Choice::new(one.unit.to_string(), one.name, "")).collect(),
    });
    Ok(named.filter(|group| !group.choices.is_empty()).collect())
}

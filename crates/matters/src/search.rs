//! Search everywhere: a matter by its number, and what the registry finds by name. The page and the interface
//! for programs are siblings over [`everywhere`].

use lianxin_foundation::scope::{Grant, county_in};
use lianxin_foundation::{App, Micros, Result, Right, Tx, Who};
use lianxin_registry::actions::people::NotePeopleSearch;
use lianxin_registry::search::{Hit, People, Search};

use crate::Matters;
use crate::model::Matter;
use crate::store;

/// What was found, each kind within the asker's scope.
pub(crate) struct Everything {
    pub(crate) matters: Vec<Matter>,
    pub(crate) people: People,
    pub(crate) organisations: Vec<Hit>,
    pub(crate) areas: Vec<Hit>,
}

/// Looks everywhere for what was typed: at most `most` of each kind, and one more that says there are others.
pub(crate) async fn everywhere(
    (app, matters): (&App, &Matters),
    who: &Who,
    now: Micros,
    (typed, most): (&str, usize),
) -> Result<Everything> {
    let search = Search { app, who, now, typed, most };
    let mut tx = app.db().read().await?;
    let people = search.people(&mut tx).await?;
    let (organisations, areas) = search.places(&mut tx, &matters.names).await?;
    let matters = by_number(&mut tx, who, now, typed).await?;
    drop(tx);
    if let Some(masked) = people.digits.clone() {
        app.act(who, &NotePeopleSearch { masked, found: people.found.len() }).await?;
    }
    Ok(Everything { matters, people, organisations, areas })
}

/// The matters with a number in the counties that somebody may see matters of.
async fn by_number(tx: &mut Tx, who: &Who, now: Micros, typed: &str) -> Result<Vec<Matter>> {
    let scope = who.scope(Right::SeeMatters, now);
    let Some(number) = number(typed).filter(|_| !scope.is_empty()) else { return Ok(Vec::new()) };
    let of_grant = |grant: &Grant| match grant {
        Grant::Place(path) => county_in(path).map(str::to_owned),
        Grant::Unit(_) => None,
    };
    let mut counties: Vec<String> = scope.grants().iter().filter_map(of_grant).collect();
    counties.push(who.county.clone());
    counties.sort_unstable();
    counties.dedup();
    let mut found = Vec::new();
    for county in counties {
        found.extend(store::matter_by_number(tx, &scope, &county, &number).await?);
    }
    Ok(found)
}

/// What was typed as a matter's number: six digits of the day and six more, with a hyphen or without.
fn number(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let is_one = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| format!("{}-{}", &digits[..6], &digits[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_with_and_without_its_hyphen() {
        assert_eq!(number(" 261122-048213 ").as_deref(), Some("261122-048213"));
        assert_eq!(number("261122048213").as_deref(), Some("261122-048213"));
        for none in ["", "26112204821", "2611220482133", "abcdef-048213"] {
            assert_eq!(number(none), None, "{none}");
        }
    }
}

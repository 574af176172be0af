//! Causes behind some of the demo's matters.

use std::collections::BTreeMap;

use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::{App, Role};
use lianxin_matters::actions::{LinkMatter, NoteSource, OpenSource};
use lianxin_matters::model::Matter;
use serde::Deserialize;

use super::registry::Registry;

#[derive(Deserialize)]
struct Sources {
    source: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    of: Vec<String>,
    title: String,
    words: String,
    town: bool,
    unit: String,
    then: Vec<Noted>,
}

#[derive(Deserialize)]
struct Noted {
    days_ago: Option<i64>,
    words: String,
}

fn read() -> Result<Vec<Source>> {
    let sources: Sources = toml::from_str(include_str!("../../../demo/sources.toml"))
        .while_doing("reading the demo's sources.toml")?;
    Ok(sources.source)
}

/// Takes the demo's sources up as its dispatchers and supervisors would; `matters` are all of the demo's, by their
/// words.
pub async fn fill(
    app: &App,
    registry: &Registry,
    matters: &BTreeMap<String, Matter>,
    now: Micros,
) -> Result<()> {
    let missing = |what: &str| Error::failed("playing the demo's sources", format!("no {what}"));
    for source in read()? {
        let of: Vec<&Matter> = source.of.iter().filter_map(|words| found(matters, words)).collect();
        let first = *of.first().ok_or_else(|| missing(&source.title))?;
        let unit = registry.organisations.get(&source.unit).copied();
        let county = first.county.clone();
        let open = OpenSource {
            county: county.clone(),
            matter: first.id,
            title: source.title,
            words: source.words,
            area: first.area.chars().take(if source.town { 9 } else { 12 }).collect(),
            unit: unit.ok_or_else(|| missing(&source.unit))?,
        };
        let id = app.act(&registry.officer(&county, Role::Dispatcher), &open).await?;
        let supervisor = registry.officer(&county, Role::Supervisor);
        for matter in of.into_iter().skip(1) {
            let number = matter.number.clone();
            app.act(&supervisor, &LinkMatter { county: county.clone(), id, number, belongs: true }).await?;
        }
        for Noted { days_ago, words } in source.then {
            let since = days_ago.map(|days| now - days * DAY);
            app.act(&supervisor, &NoteSource { county: county.clone(), id, words, since }).await?;
        }
    }
    Ok(())
}

fn found<'m>(matters: &'m BTreeMap<String, Matter>, words: &str) -> Option<&'m Matter> {
    matters.iter().find(|(text, _)| text.starts_with(words)).map(|(_, matter)| matter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::data::stories;

    #[test]
    fn every_source_stands_behind_matters_of_the_demo() {
        let stories = stories().unwrap();
        for source in read().unwrap() {
            for words in &source.of {
                let about = stories.iter().filter(|story| story.text.starts_with(words)).count();
                assert_eq!(about, 1, "{words}");
            }
        }
    }
}

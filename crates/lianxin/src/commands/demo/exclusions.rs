//! What is proposed to be left out of the demo's rates, and what came of it.

use std::collections::BTreeMap;

use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::{App, Role};
use lianxin_matters::actions::{DecideExclusion, LiftExclusion, ProposeExclusion};
use lianxin_matters::model::Matter;
use serde::Deserialize;

use super::registry::Registry;

#[derive(Deserialize)]
struct Exclusions {
    exclusion: Vec<Exclusion>,
}

#[derive(Deserialize)]
struct Exclusion {
    of: String,
    reason: String,
    decided: Option<String>,
    #[serde(default)]
    confirmed: bool,
    lifted: Option<String>,
}

fn read() -> Result<Vec<Exclusion>> {
    let all: Exclusions = toml::from_str(include_str!("../../../demo/exclusions.toml"))
        .while_doing("reading the demo's exclusions.toml")?;
    Ok(all.exclusion)
}

/// Proposes and decides as the demo's dispatcher and supervisor would; `matters` are all of the demo's, by their words.
pub async fn fill(app: &App, registry: &Registry, matters: &BTreeMap<String, Matter>) -> Result<()> {
    for Exclusion { of, reason, decided, confirmed, lifted } in read()? {
        let matter = matters.iter().find(|(text, _)| text.starts_with(&of)).map(|(_, matter)| matter);
        let matter = matter.ok_or_else(|| Error::failed("playing the demo's exclusions", of))?;
        let (county, id) = (matter.county.clone(), matter.id);
        let dispatcher = registry.officer(&county, Role::Dispatcher);
        app.act(&dispatcher, &ProposeExclusion { county: county.clone(), id, reason }).await?;
        let supervisor = registry.officer(&county, Role::Supervisor);
        let Some(reason) = decided else { continue };
        let decide = DecideExclusion { county: county.clone(), id, confirm: confirmed, reason };
        app.act(&supervisor, &decide).await?;
        if let Some(reason) = lifted {
            app.act(&supervisor, &LiftExclusion { county, id, reason }).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::data::stories;

    #[test]
    fn every_exclusion_is_of_one_matter_of_the_demo() {
        let stories = stories().unwrap();
        for exclusion in read().unwrap() {
            let about = stories.iter().filter(|story| story.text.starts_with(&exclusion.of)).count();
            assert_eq!(about, 1, "{}", exclusion.of);
            assert!(exclusion.lifted.is_none() || exclusion.confirmed, "{}", exclusion.of);
        }
    }
}

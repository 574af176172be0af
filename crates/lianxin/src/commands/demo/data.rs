//! The demo's written content, as its files have it (demo/README.md lists the fields).

use std::collections::BTreeMap;

use lianxin_foundation::error::{Result, While};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// `organisations.toml`
#[derive(Deserialize)]
pub struct Organisations {
    pub organisation: Vec<Organisation>,
    pub village_rule: VillageRule,
}

/// One organisation with its duties.
#[derive(Deserialize)]
pub struct Organisation {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub place: String,
    #[serde(default)]
    pub duties: Vec<String>,
    /// How a branch is formed, where not as usual.
    pub form: Option<String>,
    /// The code of the organisation above it, which stands before it in the file.
    pub superior: Option<String>,
    pub approval: Option<String>,
    /// For how many days from the demo's beginning its task goes on.
    pub ends_after: Option<i64>,
    /// How many days before the demo's beginning its last election was.
    pub elected: Option<i64>,
}

/// How every village gets an organisation and grids of its own.
#[derive(Deserialize)]
pub struct VillageRule {
    pub counties: Vec<String>,
    pub code: String,
    pub kind: String,
    pub endings: Vec<Ending>,
    pub otherwise: String,
    pub first_levels: Vec<String>,
    pub grid: Vec<Grid>,
}

/// An ending of a village's name and what its committee's name has instead.
#[derive(Deserialize)]
pub struct Ending {
    pub from: String,
    pub to: String,
}

/// A grid every village has.
#[derive(Deserialize)]
pub struct Grid {
    pub name: String,
}

impl VillageRule {
    /// The name of a village's committee.
    pub fn committee(&self, village: &str) -> String {
        match self
            .endings
            .iter()
            .find_map(|ending| village.strip_suffix(&ending.from).map(|start| (start, ending)))
        {
            Some((start, ending)) => format!("{start}{}", ending.to),
            None => format!("{village}{}", self.otherwise),
        }
    }
}

#[derive(Deserialize)]
struct People {
    person: Vec<Person>,
}

/// A demo sign-in.
#[derive(Deserialize)]
pub struct Person {
    pub login: String,
    pub name: String,
    pub role: String,
    pub area: String,
    pub organisation: Option<String>,
    /// Further organisations for which it holds the same role.
    #[serde(default)]
    pub also: Vec<String>,
}

#[derive(Deserialize)]
struct Matters {
    matter: Vec<Story>,
}

/// One matter and what becomes of it.
#[derive(Deserialize, Clone)]
pub struct Story {
    pub category: String,
    pub text: String,
    pub place_hint: String,
    pub village: String,
    /// The code of the enterprise whose problem it is.
    pub enterprise: Option<String>,
    pub channel: String,
    pub reporter: String,
    pub phone: Option<String>,
    pub photo: bool,
    pub days_ago: i64,
    pub time: Option<String>,
    pub minutes_ago: Option<i64>,
    pub outcome: String,
    pub pace: Option<String>,
    pub settled_at: Option<String>,
    pub handed_to: Option<String>,
    pub public_reply: Option<String>,
    pub question: Option<String>,
    pub objection: Option<String>,
    pub objection_text: Option<String>,
    pub comment: Option<String>,
    pub note: Option<String>,
    #[serde(default)]
    pub attributes: BTreeMap<String, toml::Value>,
}

impl Story {
    /// Whether a grid settles it.
    pub fn in_grid(&self) -> bool {
        self.settled_at.as_deref() == Some("grid")
    }

    /// Whether its reporter called or came, and so is called back rather than asked by a link.
    pub fn called(&self) -> bool {
        matches!(self.channel.as_str(), "phone" | "visit") && self.phone.is_some()
    }
}

fn parse<T: DeserializeOwned>(name: &'static str, text: &str) -> Result<T> {
    toml::from_str(text).while_doing(format!("reading the demo's {name}"))
}

/// The organisations.
pub fn organisations() -> Result<Organisations> {
    parse("organisations.toml", include_str!("../../../demo/organisations.toml"))
}

/// The enterprises to be covered.
pub(super) fn coverage() -> Result<super::coverage::Units> {
    parse("coverage.toml", include_str!("../../../demo/coverage.toml"))
}

/// The sign-ins.
pub fn people() -> Result<Vec<Person>> {
    Ok(parse::<People>("people.toml", include_str!("../../../demo/people.toml"))?.person)
}

/// What enterprises report.
pub fn enterprises() -> Result<Vec<Story>> {
    Ok(parse::<Matters>("enterprises.toml", include_str!("../../../demo/enterprises.toml"))?.matter)
}

/// The matters, oldest part first.
pub fn stories() -> Result<Vec<Story>> {
    let parts = [
        include_str!("../../../demo/matters-1.toml"),
        include_str!("../../../demo/matters-2.toml"),
        include_str!("../../../demo/matters-3.toml"),
        include_str!("../../../demo/matters-4.toml"),
    ];
    let mut all = Vec::new();
    for part in parts {
        all.extend(parse::<Matters>("matters", part)?.matter);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_is_whole() {
        assert_eq!((stories().unwrap().len(), enterprises().unwrap().len()), (300, 5));
        assert!(enterprises().unwrap().iter().all(|story| story.enterprise.is_some()));
        let people = people().unwrap();
        for role in lianxin_foundation::Role::ALL {
            assert!(people.iter().any(|person| person.role == role.code()), "nobody is {}", role.code());
        }
        let rule = organisations().unwrap().village_rule;
        assert_eq!(rule.committee("桃溪社区居委会"), "桃溪社区居民委员会");
    }
}

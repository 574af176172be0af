//! What goes on beside some of the demo's matters: units called to them, and mediation on them.

use std::collections::VecDeque;

use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::{App, Who};
use lianxin_matters::Matters;
use lianxin_matters::actions::{
    AddTaker, Agree, Arrange, Arrive, FailMediation, Mediate, RecordSession, Whistle,
};
use lianxin_matters::disputes::{Form, Part};
use lianxin_matters::model::Matter;
use lianxin_matters::whistle::CallKind;
use serde::Deserialize;
use uuid::Uuid;

use super::registry::Registry;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    of: String,
    then: VecDeque<Doing>,
}

/// One thing that is done some time after the one before.
#[derive(Deserialize, Clone)]
pub struct Doing {
    /// How long after.
    pub after_minutes: i64,
    #[serde(flatten)]
    what: What,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "kebab-case")]
enum What {
    Whistle { kind: CallKind, units: Vec<String>, note: String },
    Arrive(String),
    Mediate(String),
    Party(Taking),
    Session { place: String, came: Vec<usize>, record: String },
    Agree { form: String, terms: String },
    Fail(String),
}

#[derive(Deserialize, Clone)]
struct Taking {
    part: String,
    organisation: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

/// What goes on beside one matter, and what has come of it so far.
#[derive(Default)]
pub struct Beside {
    /// What is still to be done.
    pub next: VecDeque<Doing>,
    dispute: Option<Uuid>,
    takers: Vec<Uuid>,
}

/// All of it, by the first words of the matters.
pub struct All(Vec<Case>);

impl All {
    /// As the demo's file has it.
    pub fn read() -> Result<All> {
        let cases: Cases = toml::from_str(include_str!("../../../demo/cases.toml"))
            .while_doing("reading the demo's cases.toml")?;
        Ok(All(cases.case))
    }

    /// What goes on beside the matter that says this.
    pub fn beside(&self, text: &str) -> Beside {
        let found = self.0.iter().find(|case| text.starts_with(&case.of));
        Beside { next: found.map(|case| case.then.clone()).unwrap_or_default(), ..Beside::default() }
    }
}

/// Where it is played.
pub struct Scene<'a> {
    pub app: &'a App,
    pub registry: &'a Registry,
    pub matters: &'a Matters,
    pub matter: &'a Matter,
}

impl Scene<'_> {
    fn unit(&self, code: &str) -> Result<Uuid> {
        let found = self.registry.organisations.get(code).copied();
        found.ok_or_else(|| Error::failed("playing the demo's cases", format!("no organisation {code}")))
    }

    /// Does the next thing, as whoever has the matter or as whoever was called to it.
    pub async fn play(&self, beside: &mut Beside, owner: &Who) -> Result<()> {
        let Some(doing) = beside.next.pop_front() else { return Ok(()) };
        let (app, matters, id) = (self.app, self.matters, self.matter.id);
        let county = self.matter.county.clone();
        let dispute = beside.dispute.unwrap_or_default();
        match doing.what {
            What::Whistle { kind, units, note } => {
                let units = units.iter().map(|code| self.unit(code)).collect::<Result<_>>()?;
                app.act(owner, &Whistle { matters, county, id, kind, units, note }).await?;
            }
            What::Arrive(code) => {
                let unit = self.unit(&code)?;
                let who = self.registry.handler(&county, unit);
                app.act(&who, &Arrive { matters, county, id, unit, note: String::new() }).await?;
            }
            What::Mediate(about) => {
                beside.dispute = Some(app.act(owner, &Mediate { matters, county, id, about }).await?);
            }
            What::Party(Taking { part, organisation, name, phone }) => {
                let part = known(Part::from_code(&part), &part)?;
                let organisation = organisation.map(|code| self.unit(&code)).transpose()?;
                let add = AddTaker { county, id: dispute, part, organisation, name, phone };
                beside.takers.push(app.act(owner, &add).await?);
            }
            What::Session { place, came, record } => {
                let (at, invited) = (app.clock().now(), beside.takers.clone());
                let arrange = Arrange { county: county.clone(), id: dispute, at, place, invited };
                let session = app.act(owner, &arrange).await?;
                let came = came.iter().filter_map(|which| beside.takers.get(*which).copied()).collect();
                app.act(owner, &RecordSession { county, id: dispute, session, came, record }).await?;
            }
            What::Agree { form, terms } => {
                let (form, at) = (known(Form::from_code(&form), &form)?, app.clock().now());
                app.act(owner, &Agree { matters, county, id: dispute, form, at, terms }).await?;
            }
            What::Fail(reason) => {
                app.act(owner, &FailMediation { matters, county, id: dispute, reason }).await?;
            }
        }
        Ok(())
    }
}

fn known<T>(found: Option<T>, code: &str) -> Result<T> {
    found.ok_or_else(|| Error::failed("playing the demo's cases", format!("unknown code {code:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::data::stories;

    #[test]
    fn every_case_is_about_one_matter() {
        let stories = stories().unwrap();
        for case in All::read().unwrap().0 {
            let about = stories.iter().filter(|story| story.text.starts_with(&case.of)).count();
            assert_eq!(about, 1, "{}", case.of);
            assert!(!case.then.is_empty(), "{}", case.of);
        }
    }
}

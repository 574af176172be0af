//! Opens a two-way check.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::{DAY, end_of_day, rfc3339};
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use lianxin_registry::area::{AreaKind, store as areas};
use serde_json::json;
use uuid::Uuid;

use super::office;
use crate::model::Campaign;
use crate::store::campaigns;

/// The longest title, and the longest purpose or ground, in characters.
const LONGEST_TITLE: usize = 60;
const LONGEST_WORDS: usize = 500;
/// The longest a campaign may keep what is personal: its last day lies at most so far ahead.
const LONGEST: Micros = 366 * DAY;
/// At most so many offices are asked.
const MOST_OFFICES: usize = 50;
/// Ages people may be asked for by.
const OLDEST: i64 = 130;

/// A campaign to open.
#[derive(Debug, Clone)]
pub struct OpenCampaign {
    /// What it is called.
    pub title: String,
    /// What for.
    pub purpose: String,
    /// The legal ground.
    pub ground: String,
    /// The area: a county or one below.
    pub area: String,
    /// Whom lists are about: at least so old.
    pub age_from: Option<i64>,
    /// And younger than this.
    pub age_to: Option<i64>,
    /// The last day: any moment of it.
    pub last: Option<Micros>,
    /// The offices asked for their lists.
    pub offices: Vec<Uuid>,
}

impl Action for OpenCampaign {
    type Output = (String, Uuid);

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<(String, Uuid)> {
        let found = areas::area(tx, &self.area).await?.filter(|area| area.valid_to.is_none());
        let problem = self.checked(cx.now);
        let area = match found {
            None => return Err(problem.field("area", "area-unknown").into()),
            Some(area) if !cx.scope(Right::RunChecks).covers(&area.path, &[]) => {
                return Err(problem.field("area", "check-area-not-yours").into());
            }
            Some(area) if area.kind < AreaKind::County => {
                return Err(problem.field("area", "check-area-wide").into());
            }
            Some(area) => area,
        };
        let mut problem = problem;
        for id in &self.offices {
            if office(tx, &area.county, *id).await?.is_none() {
                problem = problem.field("offices", "check-office-unknown");
            }
        }
        problem.when_fields()?;
        let campaign = Campaign {
            county: area.county,
            id: cx.app.ids().new_id(cx.now),
            title: self.title.trim().to_owned(),
            purpose: self.purpose.trim().to_owned(),
            ground: self.ground.trim().to_owned(),
            area: area.id,
            path: area.path,
            age_from: self.age_from,
            age_to: self.age_to,
            ends_at: self.last.map_or(cx.now, end_of_day),
            created_at: cx.now,
            closed_at: None,
            erased_at: None,
        };
        campaigns::insert(tx, &campaign, cx.who.account).await?;
        for id in &self.offices {
            campaigns::ask_office(tx, &campaign.county, campaign.id, *id).await?;
        }
        tx.audit(
            Entry::new(cx.who, &campaign.county, "check-open", "campaign", campaign.id)
                .because(&campaign.ground)
                .detail(json!({
                    "name": campaign.title,
                    "area": campaign.area,
                    "until": rfc3339(campaign.ends_at),
                    "offices": self.offices.len(),
                })),
        );
        Ok((campaign.county, campaign.id))
    }
}

impl OpenCampaign {
    fn checked(&self, now: Micros) -> Problem {
        let mut problem = Problem::invalid();
        let words = |text: &str, most: usize| (1..=most).contains(&text.trim().chars().count());
        for (field, text, most, code) in [
            ("title", &self.title, LONGEST_TITLE, "check-title-form"),
            ("purpose", &self.purpose, LONGEST_WORDS, "check-purpose-form"),
            ("ground", &self.ground, LONGEST_WORDS, "check-ground-form"),
        ] {
            if !words(text, most) {
                problem = problem.field(field, code);
            }
        }
        match self.last.map(end_of_day) {
            None => problem = problem.field("last", "check-last-missing"),
            Some(end) if end <= now || end > now + LONGEST => {
                problem = problem.field("last", "check-last-range");
            }
            Some(_) => {}
        }
        let ages = [self.age_from, self.age_to];
        let fits = |age: i64| (1..=OLDEST).contains(&age);
        let turned = self.age_from.zip(self.age_to).is_some_and(|(from, to)| from >= to);
        if turned || ages.into_iter().flatten().any(|age| !fits(age)) {
            problem = problem.field("age-from", "check-age-range");
        }
        if self.offices.is_empty() || self.offices.len() > MOST_OFFICES {
            problem = problem.field("offices", "check-offices-form");
        }
        problem
    }
}

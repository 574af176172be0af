//! An office brings its list: the file is sealed as it is until its columns are known.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::open;
use crate::model::Roll;
use crate::sealed::file_place;
use crate::store::rolls;

/// The longest title, in characters.
const LONGEST_TITLE: usize = 60;
/// At most so many lists of one campaign.
const MOST: usize = 12;

/// A list to bring.
#[derive(Debug, Clone)]
pub struct BringRoll {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
    /// Whose list it is: one of the offices asked.
    pub organisation: Uuid,
    /// What it is called.
    pub title: String,
    /// The file as text; see [`crate::rules::tables::text_of`].
    pub text: String,
}

impl Action for BringRoll {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (campaign, standing) = open(tx, cx, &self.county, self.campaign).await?;
        let mut problem = Problem::invalid();
        let title = self.title.trim();
        if !(1..=LONGEST_TITLE).contains(&title.chars().count()) {
            problem = problem.field("title", "check-roll-title-form");
        }
        if !standing.offices.contains(&self.organisation) {
            problem = problem.field("organisation", "check-office-not-asked");
        }
        if rolls::of_campaign(tx, &self.county, self.campaign).await?.len() >= MOST {
            problem = problem.field("file", "check-rolls-many");
        }
        problem.when_fields()?;
        let id = cx.app.ids().new_id(cx.now);
        let sealed = cx.app.vault().seal(cx.app.ids(), &file_place(id), &self.text);
        let roll = Roll {
            county: campaign.county,
            id,
            campaign: campaign.id,
            organisation: self.organisation,
            title: title.to_owned(),
            sealed_file: Some(sealed),
            people: 0,
            faulty: 0,
            run: None,
            brought_at: cx.now,
        };
        rolls::insert(tx, &roll, cx.who.account).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "check-bring", "campaign", self.campaign)
                .detail(json!({ "unit": self.organisation, "name": title })),
        );
        Ok(id)
    }
}

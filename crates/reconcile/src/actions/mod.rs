//! What people do about a two-way check. Whose campaign it is goes by its place ([`Right::RunChecks`]), whose list by the
//! office ([`Right::BringLists`]); what the asker may not know of does not exist for them.

mod bring_roll;
mod close_campaign;
mod decide;
mod drop_roll;
mod note_told;
mod open_campaign;
mod read_roll;
pub mod visits;
mod work;

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Context, Problem, Result, Right, Tx, Who};
use lianxin_registry::organisation::{Organisation, store as organisations};
use uuid::Uuid;

pub use bring_roll::BringRoll;
pub use close_campaign::{CloseCampaign, ReopenCampaign};
pub use decide::{Decide, Undecide};
pub use drop_roll::DropRoll;
pub use note_told::NoteTold;
pub use open_campaign::OpenCampaign;
pub(crate) use read_roll::file_text;
pub use read_roll::{ReadRoll, SILENT};
pub use work::{AskWork, StopWork};

use crate::model::{Campaign, Roll};
use crate::store::{campaigns, rolls};

/// How far somebody may go with a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether they run it.
    pub runs: bool,
    /// The offices asked whose lists they bring.
    pub offices: Vec<Uuid>,
}

impl Standing {
    /// What somebody may do with a campaign at `now`; nothing where they may not know of it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(tx: &mut Tx, who: &Who, campaign: &Campaign, now: i64) -> Result<Option<Standing>> {
        let runs = who.scope(Right::RunChecks, now).covers(&campaign.path, &[]);
        let bring = who.scope(Right::BringLists, now);
        let mut offices = campaigns::offices(tx, &campaign.county, campaign.id).await?;
        if !runs {
            offices.retain(|office| bring.covers("", &[Some(*office)]));
        }
        Ok((runs || !offices.is_empty()).then_some(Standing { runs, offices }))
    }

    /// Whether they may see a list.
    pub fn sees(&self, roll: &Roll) -> bool {
        self.runs || self.offices.contains(&roll.organisation)
    }
}

/// A campaign the asker may know of, and how far they may go with it.
async fn known(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Campaign, Standing)> {
    let Some(campaign) = campaigns::campaign(tx, county, id).await? else {
        return Err(Problem::not_found().into());
    };
    match Standing::of(tx, cx.who, &campaign, cx.now).await? {
        Some(standing) => Ok((campaign, standing)),
        None => Err(Problem::not_found().into()),
    }
}

/// An open campaign the asker may know of.
async fn open(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Campaign, Standing)> {
    let (campaign, standing) = known(tx, cx, county, id).await?;
    if !campaign.is_open(cx.now) {
        return Err(Problem::new(Kind::Conflict, "check-is-over").into());
    }
    Ok((campaign, standing))
}

/// A campaign that the asker runs.
async fn run_by(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Campaign> {
    let (campaign, standing) = known(tx, cx, county, id).await?;
    if standing.runs { Ok(campaign) } else { Err(Problem::forbidden().into()) }
}

/// An open campaign that the asker runs.
async fn open_run_by(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Campaign> {
    let (campaign, standing) = open(tx, cx, county, id).await?;
    if standing.runs { Ok(campaign) } else { Err(Problem::forbidden().into()) }
}

/// A list of an open campaign that the asker may change.
async fn roll_of(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Campaign, Roll)> {
    let Some(roll) = rolls::roll(tx, county, id).await? else { return Err(Problem::not_found().into()) };
    let (campaign, standing) = open(tx, cx, county, roll.campaign).await?;
    if standing.sees(&roll) { Ok((campaign, roll)) } else { Err(Problem::not_found().into()) }
}

/// An organisation that is in use and answers for something in the campaign's county.
async fn office(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Organisation>> {
    Ok(organisations::serving(tx, county, id).await?.filter(|office| office.valid_to.is_none()))
}

//! Enters what else is known of an organisation: what it works in, where it stands, which associations it belongs to,
//! and whom a branch takes on besides.

use std::collections::BTreeSet;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use lianxin_geometry::Point;
use serde_json::json;
use uuid::Uuid;

use crate::organisation::{Organisation, OrganisationKind, Profile, store};
use crate::post::require_kept;

/// The longest name of a trade, in characters.
const LONGEST_TRADE: usize = 20;
/// The most units a branch may offer to take on.
const MOST_TAKEN: i64 = 50;

/// What else is known of an organisation, all of it anew.
#[derive(Debug, Clone)]
pub struct DescribeOrganisation {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// What it works in, where it stands, whom it takes on.
    pub profile: Profile,
    /// The associations and chambers of its county that it belongs to.
    pub associations: BTreeSet<Uuid>,
}

impl Action for DescribeOrganisation {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let found = store::organisation(tx, &self.county, self.id).await?;
        let Some(organisation) = found.filter(|found| found.valid_to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_kept(cx, &organisation.path)?;
        let profile = self.checked()?;
        store::set_profile(tx, &self.county, self.id, &profile).await?;
        self.affiliate(tx, cx, &organisation).await?;
        tx.audit(Entry::new(cx.who, &self.county, "organisation-describe", "organisation", self.id).detail(
            json!({
                "trade": profile.trade, "takes": profile.takes, "associations": self.associations.len(),
            }),
        ));
        Ok(())
    }
}

impl DescribeOrganisation {
    fn checked(&self) -> Result<Profile> {
        let mut problem = Problem::invalid();
        let trade = self.profile.trade.as_deref().map(str::trim).filter(|trade| !trade.is_empty());
        if trade
            .is_some_and(|trade| trade.chars().count() > LONGEST_TRADE || trade.chars().any(char::is_control))
        {
            problem = problem.field("trade", "organisation-trade-form");
        }
        let point = match (self.profile.lon, self.profile.lat) {
            (None, None) => true,
            (Some(lon), Some(lat)) => Point::new(lon, lat).is_ok(),
            _ => false,
        };
        if !point {
            problem = problem.field("point", "organisation-point-form");
        }
        if self.profile.takes.is_some_and(|takes| !(0..=MOST_TAKEN).contains(&takes)) {
            problem = problem.field("takes", "organisation-takes-form");
        }
        problem.when_fields()?;
        Ok(Profile { trade: trade.map(str::to_owned), ..self.profile.clone() })
    }

    /// Begins and ends what it belongs to, from today.
    async fn affiliate(&self, tx: &mut Tx, cx: Context<'_>, organisation: &Organisation) -> Result<()> {
        let today = start_of_day(cx.now);
        let held = store::associations(tx, &self.county, self.id, cx.now).await?;
        let held: BTreeSet<Uuid> = held.into_iter().map(|(id, _)| id).collect();
        for gone in held.difference(&self.associations) {
            store::part(tx, &self.county, self.id, *gone, today).await?;
        }
        for new in self.associations.difference(&held) {
            let found = store::organisation(tx, &self.county, *new).await?;
            let fits = |one: &Organisation| {
                one.valid_to.is_none()
                    && one.id != organisation.id
                    && matches!(one.kind, OrganisationKind::Association | OrganisationKind::Chamber)
            };
            if !found.as_ref().is_some_and(fits) {
                return Err(Problem::invalid()
                    .field("associations", "organisation-association-unknown")
                    .into());
            }
            let id = cx.app.ids().new_id(cx.now);
            store::affiliate(tx, &self.county, (id, self.id, *new), today).await?;
        }
        Ok(())
    }
}

//! A roster comes in.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::area::{AreaKind, store as areas};
use crate::membership::MembershipKind;
use crate::organisation::{Organisation, store as organisations};
use crate::roster::{Roster, Sheet, columns_of, columns_text, digest, store};

/// Enters a roster whose rows were read. Nothing of it is in the register yet.
pub struct BeginRoster<'a> {
    /// The id it gets: its file is kept under it before.
    pub id: Uuid,
    /// Its rows.
    pub sheet: &'a Sheet,
    /// The area its people live in whose row names no place: a county or an area below.
    pub area: Option<String>,
    /// The organisation they belong to whose row names none.
    pub organisation: Option<Uuid>,
    /// What they are there when the row does not say: a code of [`MembershipKind`], or empty.
    pub kind: String,
}

impl Action for BeginRoster<'_> {
    type Output = Roster;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Roster> {
        let organisation = self.organisation(tx, cx).await?;
        let county = self.county(tx, cx, organisation.as_ref()).await?;
        let area = self.area.clone();
        let said = match (&organisation, &area) {
            (Some(one), _) => store::headings(tx, &county, &one.id.to_string()).await?,
            (None, area) => store::headings(tx, &county, area.as_deref().unwrap_or_default()).await?,
        };
        let total = i64::try_from(self.sheet.rows.len()).unwrap_or(i64::MAX);
        let roster = Roster {
            county,
            id: self.id,
            home: cx.who.county.clone(),
            account: cx.who.account,
            digest: digest(&self.sheet.text(), area.as_deref(), self.organisation, &self.kind),
            area,
            organisation: self.organisation,
            kind: self.kind.clone(),
            columns: columns_text(&columns_of(self.sheet, &said)),
            state: if cx.who.account.is_some() { "checking" } else { "running" }.to_owned(),
            total,
            next_row: 0,
            added: 0,
            changed: 0,
            same: 0,
            refused: 0,
            created_at: cx.now,
            changed_at: cx.now,
        };
        // Told to begin by the same command as before, it goes on where it was.
        if cx.who.account.is_none()
            && let Some(begun) = store::begun(tx, &roster.county, &roster.digest).await?
        {
            return Ok(begun);
        }
        store::insert(tx, &roster).await?;
        tx.audit(Entry::new(cx.who, &roster.county, "roster-begin", "roster", roster.id).detail(json!({
            "area": roster.area, "unit": roster.organisation, "rows": total,
        })));
        Ok(roster)
    }
}

impl BeginRoster<'_> {
    /// The organisation, kept by the asker and with the kind that was chosen.
    async fn organisation(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.organisation else { return Ok(None) };
        let keeps = cx.scope(Right::KeepPeople);
        let found = organisations::find(tx, id).await?;
        let found = found.filter(|one| one.valid_to.is_none() && keeps.covers(&one.path, &[Some(one.id)]));
        let Some(organisation) = found else {
            return Err(Problem::invalid().field("organisation", "membership-organisation-unknown").into());
        };
        let fits = MembershipKind::from_code(&self.kind).map(|kind| kind.fits(organisation.kind));
        match fits {
            Some(true) => Ok(Some(organisation)),
            None if self.kind.is_empty() => Ok(Some(organisation)),
            _ => Err(Problem::invalid().field("kind", "membership-kind-not-there").into()),
        }
    }

    /// The county everybody in the file belongs to: that of the area, else of the organisation.
    async fn county(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        organisation: Option<&Organisation>,
    ) -> Result<String> {
        let keeps = cx.scope(Right::KeepPeople);
        let refused = |code| Err(Problem::invalid().field("area", code).into());
        match (self.area.as_deref(), organisation) {
            (None, Some(organisation)) => Ok(organisation.county.clone()),
            (None, None) => refused("place-missing"),
            (Some(id), organisation) => {
                let area = areas::area(tx, id).await?.filter(|area| area.valid_to.is_none());
                let Some(area) = area else { return refused("area-unknown") };
                let elsewhere = organisation.is_some_and(|one| one.county != area.county);
                match area.kind < AreaKind::County || elsewhere {
                    true => refused("roster-area-wide"),
                    false if !keeps.covers(&area.path, &[]) => refused("person-place-not-yours"),
                    false => Ok(area.county),
                }
            }
        }
    }
}

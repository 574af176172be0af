//! After a campaign's last day nothing personal of it stays: counted, logged, and on record.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, App, Context, Result, Tx, Who};
use serde_json::json;
use uuid::Uuid;

use crate::store::campaigns;

/// So many campaigns at once, and so many lines in one transaction.
const CAMPAIGNS: i64 = 50;
const LINES: i64 = 5_000;

/// Removes what is personal of every campaign whose last day is over; tells how many lines went.
///
/// # Errors
/// Those of the database.
pub async fn erase_overdue(app: &App) -> Result<u64> {
    let now = app.clock().now();
    let overdue = campaigns::overdue(&mut app.db().read().await?, now, CAMPAIGNS).await?;
    let mut all = 0;
    for (county, campaign) in overdue {
        let mut rows = 0;
        loop {
            let mut tx = app.db().write().await?;
            let some = campaigns::erase_rows(&mut tx, &county, campaign, LINES).await?;
            tx.commit().await?;
            rows += some;
            if some == 0 {
                break;
            }
        }
        app.act(&Who::program(&county), &Erased { county: county.clone(), campaign, rows }).await?;
        tracing::info!(county, campaign = %campaign, rows, "a campaign's last day is over: its lists are removed");
        all += rows;
    }
    Ok(all)
}

/// Removes what is left, and puts on record how many lines there were.
struct Erased {
    county: String,
    campaign: Uuid,
    rows: u64,
}

impl Action for Erased {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        campaigns::erase_rest(tx, &self.county, self.campaign, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "check-erase", "campaign", self.campaign)
                .detail(json!({ "rows": self.rows })),
        );
        Ok(())
    }
}

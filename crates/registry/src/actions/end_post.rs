//! Ends a post.

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::post::{require_kept, store};

/// A post that ends now.
pub struct EndPost {
    /// The county of the account that holds it.
    pub county: String,
    /// The post.
    pub id: Uuid,
}

impl Action for EndPost {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Some(post) = store::post(tx, &self.county, self.id).await? else {
            return Err(Problem::not_found().into());
        };
        if require_kept(cx, &post.path).is_err()
            || !accounts::end_post(tx, &self.county, self.id, cx.now).await?
        {
            return Err(Problem::not_found().into());
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "post-end", "account", post.account)
                .detail(json!({ "post": post.id, "role": post.role, "area": post.area })),
        );
        Ok(())
    }
}

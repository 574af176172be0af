//! Personal access tokens, for programs that act as a person.

use serde_json::json;
use uuid::Uuid;

use super::store;
use crate::action::{Action, Context};
use crate::audit::Entry;
use crate::clock::Micros;
use crate::db::Tx;
use crate::error::{Problem, Result};
use crate::ids::digest;

/// Makes a token for an account. Its secret is given once and never stored.
pub struct AddToken {
    /// The account's county.
    pub county: String,
    /// The account.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it ends.
    pub expires_at: Option<Micros>,
}

impl Action for AddToken {
    type Output = String;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<String> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 60 {
            return Err(Problem::invalid().field("name", "token-name-missing").into());
        }
        let secret = cx.app.ids().secret();
        let token = store::Token {
            id: cx.app.ids().new_id(cx.now),
            account: self.account,
            name: name.to_owned(),
            expires_at: self.expires_at,
            used_at: None,
            revoked_at: None,
        };
        store::insert_token(tx, &self.county, &token, &digest(&secret), cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "token-add", "account", self.account)
                .detail(json!({ "token": token.id, "name": token.name })),
        );
        Ok(format!("lx_{}_{secret}", self.county))
    }
}

/// Revokes one of one's own tokens.
pub struct RevokeToken {
    /// Which one.
    pub id: Uuid,
}

impl Action for RevokeToken {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Some(account) = cx.who.account else { return Err(Problem::sign_in().into()) };
        if !store::revoke_token(tx, &cx.who.county, account, self.id, cx.now).await? {
            return Err(Problem::not_found().into());
        }
        tx.audit(
            Entry::new(cx.who, &cx.who.county, "token-revoke", "account", account)
                .detail(json!({ "token": self.id })),
        );
        Ok(())
    }
}

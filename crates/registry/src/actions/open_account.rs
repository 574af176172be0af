//! Opens a sign-in together with its first post.

use lianxin_foundation::account::{AddAccount, NewPassword};
use lianxin_foundation::scope::Means;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Role, Tx};
use uuid::Uuid;

use super::GrantPost;
use crate::area::county_of;
use crate::post::reaches_county;

/// A new account. It belongs to the county of the place its first post is over.
pub struct OpenAccount {
    /// What the person will type.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The first password.
    pub password: NewPassword,
    /// The language of its pages.
    pub language: String,
    /// The first post's role.
    pub role: Role,
    /// The area it is over.
    pub area: String,
    /// The organisation it works for.
    pub organisation: Option<Uuid>,
}

impl Action for OpenAccount {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let county = county_of(&self.area);
        if cx.who.means != Means::Program && !reaches_county(&cx.scope(Right::Manage), &county) {
            return Err(Problem::invalid().field("area", "post-area-not-yours").into());
        }
        let add = AddAccount {
            county: county.clone(),
            login: self.login.clone(),
            name: self.name.clone(),
            password: self.password.clone(),
            language: self.language.clone(),
        };
        let account = add.run(tx, cx).await?;
        let first = GrantPost {
            county,
            account,
            role: self.role,
            area: self.area.clone(),
            organisation: self.organisation,
            from: None,
            to: None,
        };
        first.run(tx, cx).await?;
        Ok(account)
    }
}

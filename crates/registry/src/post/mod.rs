//! Posts and the accounts that hold them: what this room adds to the foundation's sign-ins.

pub mod store;

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::scope::{Grant, Means};
use lianxin_foundation::{Context, Problem, Result, Right, Scope, Tx};
use uuid::Uuid;

use crate::area::{path_of, root_of};

/// Refuses an area outside what the asker keeps. The program itself, as in a command, may keep all.
///
/// # Errors
/// [`Problem::forbidden`].
pub(crate) fn require_kept(cx: Context<'_>, path: &str) -> Result<()> {
    match cx.who.means {
        Means::Program => Ok(()),
        _ => cx.scope(Right::Manage).require(path, &[]),
    }
}

/// Whether somebody who keeps `scope` may give posts to accounts of `county`: the county lies within
/// what they keep, or what they keep lies within the county.
pub(crate) fn reaches_county(scope: &Scope, county: &str) -> bool {
    let path = path_of(root_of(county));
    let inside = |grant: &Grant| matches!(grant, Grant::Place(place) if place.starts_with(&path));
    scope.covers(&path, &[]) || scope.grants().iter().any(inside)
}

/// Refuses an account that the asker does not keep: one of its posts, held or to come, is over a
/// place they do not keep, or it has none and its county is out of reach.
///
/// # Errors
/// [`Problem::not_found`] for an account nothing of which is theirs, else [`Problem::forbidden`].
pub(crate) async fn require_account(tx: &mut Tx, cx: Context<'_>, county: &str, account: Uuid) -> Result<()> {
    if cx.who.means == Means::Program {
        return Ok(());
    }
    let scope = cx.scope(Right::Manage);
    let mut posts = accounts::posts_of(tx, county, account).await?;
    posts.retain(|post| post.to.is_none_or(|to| cx.now < to));
    let kept = posts.iter().filter(|post| scope.covers(&post.path, &[])).count();
    match (posts.len(), kept) {
        (0, _) if reaches_county(&scope, county) => Ok(()),
        (all, kept) if all == kept && kept > 0 => Ok(()),
        (_, 0) => Err(Problem::not_found().into()),
        _ => Err(Problem::forbidden().into()),
    }
}

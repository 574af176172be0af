//! Posts and the accounts that hold them: what this room adds to the foundation's sign-ins.

pub mod store;

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::scope::{Grant, Means, Post};
use lianxin_foundation::{Context, Problem, Result, Right, Scope, Tx};
use uuid::Uuid;

use crate::area::{path_of, root_of};
use crate::organisation::store as organisations;

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
/// place or for an organisation they do not keep, or it has none and its county is out of reach.
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
    let mut kept = 0;
    for post in &posts {
        kept += usize::from(keeps(tx, &scope, post).await?);
    }
    match (posts.len(), kept) {
        (0, _) if reaches_county(&scope, county) => Ok(()),
        (all, kept) if all == kept && kept > 0 => Ok(()),
        (_, 0) => Err(Problem::not_found().into()),
        _ => Err(Problem::forbidden().into()),
    }
}

/// Whether a post lies within what somebody keeps: its place, and the organisation whose matters it opens wherever
/// they are. Whoever may set the password of an account can use its posts.
async fn keeps(tx: &mut Tx, scope: &Scope, post: &Post) -> Result<bool> {
    let place = scope.covers(&post.path, &[]);
    Ok(match post.organisation {
        Some(unit) if place => {
            organisations::find(tx, unit).await?.is_some_and(|unit| scope.covers(&unit.path, &[]))
        }
        _ => place,
    })
}

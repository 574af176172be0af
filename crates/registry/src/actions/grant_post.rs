//! Gives an account a post over a place for a time.

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::scope::{Means, Post};
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Role, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::area::store as areas;
use crate::organisation::{OrganisationKind, store as organisations};
use crate::post::{reaches_county, require_kept};

/// A post to give. Nobody gives one over a place they do not keep, for an organisation they do not
/// keep, to an account out of their reach, or to themself.
pub struct GrantPost {
    /// The account's county.
    pub county: String,
    /// The account.
    pub account: Uuid,
    /// The role.
    pub role: Role,
    /// The area it is over.
    pub area: String,
    /// The organisation it works for; some roles need one.
    pub organisation: Option<Uuid>,
    /// From when; now when not given. A moment of today that has passed counts as now, since nobody is
    /// given rights over the past; an earlier day is refused.
    pub from: Option<Micros>,
    /// The first moment it no longer holds, if that is known.
    pub to: Option<Micros>,
}

impl Action for GrantPost {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let account = accounts::account(tx, &self.county, self.account).await?;
        let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
            return Err(Problem::invalid().field("login", "post-account-unknown").into());
        };
        if cx.who.means != Means::Program {
            if cx.who.account == Some(self.account) {
                return Err(Problem::invalid().field("login", "post-own").into());
            }
            if !reaches_county(&cx.scope(Right::Manage), &self.county) {
                return Err(Problem::invalid().field("login", "post-account-unknown").into());
            }
        }
        let post = self.checked(tx, cx).await?;
        accounts::insert_post(tx, &self.county, self.account, &post).await?;
        tx.audit(Entry::new(cx.who, &self.county, "post-grant", "account", self.account).detail(json!({
            "post": post.id, "role": post.role.code(), "area": post.area, "login": account.login,
        })));
        Ok(post.id)
    }
}

impl GrantPost {
    async fn checked(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Post> {
        let mut problem = Problem::invalid();
        let area = areas::area(tx, &self.area).await?.filter(|area| area.valid_to.is_none());
        match &area {
            None => problem = problem.field("area", "area-unknown"),
            Some(area) if require_kept(cx, &area.path).is_err() => {
                problem = problem.field("area", "post-area-not-yours");
            }
            Some(_) => {}
        }
        problem = self.check_organisation(tx, cx, problem).await?;
        if self.from.is_some_and(|from| from < start_of_day(cx.now)) {
            problem = problem.field("from", "post-begins-past");
        }
        let from = self.from.unwrap_or(cx.now).max(cx.now);
        match self.to {
            Some(to) if to <= cx.now => problem = problem.field("to", "post-ends-past"),
            Some(to) if to <= from => problem = problem.field("to", "post-ends-first"),
            _ => {}
        }
        // Of several sent at once each waits for the one before, and then finds it.
        accounts::lock(tx, &self.county, self.account).await?;
        let held = accounts::posts_of(tx, &self.county, self.account).await?;
        if held.iter().any(|post| self.equals(post, from)) {
            problem = problem.field("area", "post-held");
        }
        problem.when_fields()?;
        let Some(area) = area else { return Err(Problem::not_found().into()) };
        let id = cx.app.ids().new_id(cx.now);
        let organisation = self.organisation;
        Ok(Post { id, role: self.role, area: area.id, path: area.path, organisation, from, to: self.to })
    }

    /// Whether a post gives the same and holds at some moment that this one does.
    fn equals(&self, post: &Post, from: Micros) -> bool {
        (post.role, &post.area, post.organisation) == (self.role, &self.area, self.organisation)
            && post.to.is_none_or(|to| from < to)
            && self.to.is_none_or(|to| post.from < to)
    }

    async fn check_organisation(&self, tx: &mut Tx, cx: Context<'_>, problem: Problem) -> Result<Problem> {
        let Some(id) = self.organisation else {
            let missing = self.role.needs_organisation();
            return Ok(if missing {
                problem.field("organisation", "post-organisation-missing")
            } else {
                problem
            });
        };
        let found = organisations::find(tx, id).await?.filter(|found| found.valid_to.is_none());
        // The post will see whatever the organisation has, so it must be the granter's own to give.
        let kept = found.as_ref().is_some_and(|organisation| require_kept(cx, &organisation.path).is_ok());
        let enterprise = found.is_some_and(|organisation| organisation.kind == OrganisationKind::Enterprise);
        if kept && self.role.for_enterprise() && !enterprise {
            return Ok(problem.field("organisation", "post-organisation-enterprise"));
        }
        Ok(if kept { problem } else { problem.field("organisation", "post-organisation-unknown") })
    }
}

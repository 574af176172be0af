//! A list's conditions are kept under a name.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::text::clean;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx, Who};
use lianxin_hanzi::personal;
use serde_json::json;
use uuid::Uuid;

use crate::store::views::{self, View};

/// The most views one person keeps.
pub const MOST_VIEWS: i64 = 30;
/// The longest name of a view, in characters.
pub const LONGEST_NAME: usize = 30;
/// The longest conditions, in bytes as the address has them.
const LONGEST_QUERY: usize = 2000;

/// With whom somebody can share a view: whoever works for the same organisations, or over the same areas where a post
/// names no organisation. Ids of organisations and of areas.
pub fn circles(who: &Who, now: Micros) -> Vec<String> {
    let held = who.posts.iter().filter(|post| post.holds(now));
    let mut circles: Vec<String> = held
        .map(|post| post.organisation.map_or_else(|| post.area.clone(), |unit| unit.to_string()))
        .collect();
    circles.sort_unstable();
    circles.dedup();
    circles
}

/// Keeps a list's conditions under a name, or gives a view of that name new ones. What a view shows is what its reader
/// may see: it holds conditions, no matters.
pub struct KeepView {
    /// What it is called.
    pub name: String,
    /// The conditions, as the address has them.
    pub query: String,
    /// One of the person's own [`circles`], or empty: for themselves.
    pub shared_with: String,
}

impl Action for KeepView {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::SeeMatters).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let (county, account) = (&cx.who.county, cx.who.account.ok_or_else(Problem::sign_in)?);
        let name = clean(self.name.trim()).replace(['\n', '\t'], " ");
        let mut problem = Problem::invalid();
        if name.is_empty() {
            problem = problem.field("name", "view-name-missing");
        } else if name.chars().count() > LONGEST_NAME {
            problem = problem.field("name", "view-name-long");
        }
        // A view is read by others, and for long: who reported what is looked up anew, and on record.
        if tells_a_person(&name) || tells_a_person(&searched(&self.query)) {
            problem = problem.field("name", "view-personal");
        }
        let shared = Some(self.shared_with.clone()).filter(|circle| !circle.is_empty());
        if shared.as_ref().is_some_and(|circle| !circles(cx.who, cx.now).contains(circle)) {
            problem = problem.field("shared_with", "view-circle");
        }
        if self.query.len() > LONGEST_QUERY {
            problem = problem.field("name", "view-query-long");
        }
        problem.when_fields()?;
        if views::others(tx, county, account, &name).await? >= MOST_VIEWS {
            return Err(Problem::new(Kind::Conflict, "view-most").with("n", MOST_VIEWS).into());
        }
        let view = View {
            id: cx.app.ids().new_id(cx.now),
            account,
            owner: String::new(),
            shared_with: shared,
            name,
            query: self.query.clone(),
        };
        views::keep(tx, county, &view, cx.now).await?;
        let entry = Entry::new(cx.who, county, "view-keep", "account", account);
        tx.audit(entry.detail(json!({ "name": view.name, "shared_with": view.shared_with })));
        Ok(())
    }
}

/// The words that conditions look for.
fn searched(query: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let words = pairs.into_iter().filter(|(name, _)| name == "q").map(|(_, words)| words);
    words.collect::<Vec<_>>().join(" ")
}

fn tells_a_person(words: &str) -> bool {
    personal::find(words).iter().any(|found| matches!(found.kind, personal::Kind::Phone | personal::Kind::Id))
}

/// Takes one of one's own views away.
pub struct DropView {
    /// Which.
    pub id: Uuid,
}

impl Action for DropView {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (county, account) = (&cx.who.county, cx.who.account.ok_or_else(Problem::sign_in)?);
        if !views::take_away(tx, county, account, self.id).await? {
            return Err(Problem::not_found().into());
        }
        tx.audit(
            Entry::new(cx.who, county, "view-drop", "account", account).detail(json!({ "view": self.id })),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_tells_of_no_person() {
        for query in ["tab=open&q=13812345678", "q=138%201234%205678", "q=11010519491231002X"] {
            assert!(tells_a_person(&searched(query)), "{query}");
        }
        for query in ["tab=open&q=261123-000042", "area=421223100001&q=%E6%BC%8F%E6%B0%B4", "", "%ff"] {
            assert!(!tells_a_person(&searched(query)), "{query}");
        }
    }
}

//! Beside a matter: others that probably say the same, and what was merged. For staff.

use askama::Template;
use askama::filters::HtmlSafe;
use lianxin_foundation::web::{Shell, Visitor};
use lianxin_foundation::{Result, Right, Tx};
use uuid::Uuid;

use super::view::Errors;
use crate::Matters;
use crate::model::Matter;
use crate::rules::Step;
use crate::store;
use crate::twins::{Asking, find};

/// One other matter.
pub(super) struct Other {
    pub number: String,
    pub href: String,
    pub text: String,
    pub facts: String,
}

/// What stands beside a matter about others that say the same.
#[derive(Template, Default)]
#[template(path = "parts/same.html")]
pub(super) struct Same {
    pub title: String,
    /// How many others have met it.
    pub others: String,
    pub merged_title: String,
    pub merged: Vec<Other>,
    /// The one that it was merged into.
    pub kept_title: String,
    pub kept: Option<Other>,
    pub twins_title: String,
    pub twins: Vec<Other>,
    pub none: String,
    pub may_merge: bool,
    pub may_part: bool,
    pub action: String,
    pub token: String,
    pub merge: String,
    pub merge_number: String,
    pub merge_hint: String,
    pub number_label: String,
    pub number: String,
    pub error: String,
    pub part: String,
    pub part_hint: String,
    pub reason_label: String,
    pub reason_error: String,
    /// The events with words for everyone that may be hidden: number and what it says.
    pub hide: Vec<(i64, String)>,
    pub hide_title: String,
    pub hide_hint: String,
    pub hide_which: String,
    pub hide_erase: String,
    pub hide_error: String,
}

impl HtmlSafe for Same {}

impl Same {
    /// What is to be said beside `matter`; `possible` are the steps open to whoever asks.
    pub(super) async fn of(
        tx: &mut Tx,
        visitor: &Visitor,
        matters: &Matters,
        matter: &Matter,
        possible: &[Step],
        sent: (&str, &Errors),
    ) -> Result<Same> {
        let s = visitor.shell("");
        let scope = visitor.scope(Right::SeeMatters)?;
        let may_merge = possible.contains(&Step::Merge);
        let mut twins = Vec::new();
        if let Some(asking) = Asking::of(matter).filter(|_| !matter.status.is_over()) {
            for twin in find(tx, matters, &matter.county, &asking, Some(matter.id), visitor.now).await? {
                // Of what lies outside of the asker's view not even the number is said.
                let seen = store::matter(tx, &scope, &matter.county, twin.id).await?;
                twins.extend(seen.map(|seen| other(&s, matters, &seen)));
            }
        }
        let kept = match store::twins::kept(tx, &matter.county, matter.id).await? {
            Some(kept) => store::matter(tx, &scope, &matter.county, kept).await?,
            None => None,
        };
        let mut merged = Vec::new();
        for one in store::twins::merged(tx, &matter.county, matter.id).await? {
            if scope.covers(&one.path, &[one.unit, one.first_unit]) {
                merged.push(other(&s, matters, &one));
            }
        }
        let n = store::twins::others(tx, &matter.county, matter.id).await?;
        let (code, errors) = sent;
        let error = |form: &str, field: &str| {
            if code == form { errors.of(field).to_owned() } else { String::new() }
        };
        Ok(Same {
            title: s.t("same-title"),
            others: if n > 0 { s.t1("twin-others", "n", n) } else { String::new() },
            merged_title: s.t("same-merged"),
            merged,
            kept_title: s.t("same-kept"),
            kept: kept.map(|kept| other(&s, matters, &kept)),
            twins_title: s.t("same-twins"),
            none: s.t("same-none"),
            number: String::new(),
            twins,
            may_merge,
            may_part: possible.contains(&Step::Part),
            action: format!("/matters/{}/{}", matter.county, matter.id),
            token: s.token.clone(),
            merge: s.t("act-merge"),
            merge_number: s.t("act-merge-number"),
            merge_hint: s.t("act-merge-hint"),
            number_label: s.t("same-number"),
            error: error("merge", "into"),
            part: s.t("act-part"),
            part_hint: s.t("act-part-hint"),
            reason_label: s.t("act-reason-label"),
            reason_error: error("part", "reason"),
            hide: hideable(tx, &s, visitor, matter).await?,
            hide_title: s.t("act-hide"),
            hide_hint: s.t("act-hide-hint"),
            hide_which: s.t("hide-which"),
            hide_erase: s.t("hide-erase"),
            hide_error: error("hide", "reason"),
        })
    }
}

/// What may be hidden by whoever supervises the matter.
async fn hideable(tx: &mut Tx, s: &Shell, visitor: &Visitor, matter: &Matter) -> Result<Vec<(i64, String)>> {
    let supervised =
        visitor.scope(Right::SuperviseMatters).is_ok_and(|scope| scope.covers(&matter.path, &[]));
    if !supervised {
        return Ok(Vec::new());
    }
    let short = |text: &str| text.chars().take(30).collect::<String>();
    let mut found = Vec::new();
    if !matter.text.is_empty() {
        found.push((1, s.t1("hide-report", "text", short(&matter.text))));
    }
    for event in store::events(tx, &matter.county, matter.id).await? {
        found.extend(event.note.map(|note| (event.seq, short(&note))));
    }
    Ok(found)
}

fn other(s: &Shell, matters: &Matters, matter: &Matter) -> Other {
    let category = matters.catalogue.name(&matter.category, s.language());
    let facts =
        [category.clone(), matter.place.clone(), s.ago(&matter.created_at), s.t(matter.status.message())];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let id: Uuid = matter.id;
    Other {
        number: matter.number.clone(),
        href: format!("/matters/{}/{id}", matter.county),
        text: super::view::title(s, matter, &category, 60),
        facts: facts.join(" · "),
    }
}

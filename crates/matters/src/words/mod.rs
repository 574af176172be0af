//! Which category words speak of: what a county's own closed matters taught, and the built-in word list until
//! there are enough of them. Only ever a suggestion.
//!
//! Learned from public words alone, without what looks personal in them; of those only what several matters
//! have in common is kept (see [`lianxin_hanzi::classify`]).

pub(crate) mod store;
pub mod worker;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::While;
use lianxin_foundation::{Action, App, Context, Micros, Result, Tx, Who};
use lianxin_hanzi::classify::{self, Classifier, Example, Learned, Told};
use lianxin_hanzi::personal::masked;
use serde_json::json;

use crate::Matters;
use crate::model::Suggested;

/// So many closed matters teach something; below it the word list suggests.
pub const ENOUGH: usize = 200;
/// At most so many are learned from, the newest first.
const MOST: i64 = 20_000;
/// From this probability on a category is suggested.
const SURE: f64 = 0.5;
/// So much more must have been closed before it is learned anew, as a part of what was learned from.
const MORE: f64 = 0.1;

/// What a county's matters taught.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// Counts the learnings of the county, from 1.
    pub version: i64,
    /// When.
    pub at: Micros,
    /// From how many matters.
    pub examples: i64,
    /// How many of them were told right by a model that had not seen them.
    pub right: i64,
    /// The same for each category.
    pub told: Vec<Told>,
}

/// A model and its version.
type Model = (i64, Arc<Classifier>);

/// Models in memory, by county.
#[derive(Clone, Default)]
pub(crate) struct Models(Arc<RwLock<HashMap<String, Model>>>);

impl Models {
    /// The newest model of a county, read again when another program learned a newer one.
    async fn of(&self, tx: &mut Tx, county: &str) -> Result<Option<Model>> {
        let Some(newest) = store::newest(tx, county).await? else { return Ok(None) };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(county).cloned();
        if let Some(known) = known.filter(|(version, _)| *version == newest) {
            return Ok(Some(known));
        }
        let Some(body) = store::body(tx, county, newest).await? else { return Ok(None) };
        let model: Classifier = serde_json::from_str(&body)
            .while_doing(format!("reading what county {county} taught, version {newest}"))?;
        let entry = (newest, Arc::new(model));
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(county.to_owned(), entry.clone());
        Ok(Some(entry))
    }
}

/// What words are probably about, if they say enough.
///
/// # Errors
/// Those of the database.
pub async fn guess(tx: &mut Tx, matters: &Matters, county: &str, text: &str) -> Result<Option<Suggested>> {
    if let Some((version, model)) = matters.models.of(tx, county).await? {
        let said = model.suggest(&masked(text));
        let sure = said.first().filter(|(code, p)| *p >= SURE && matters.catalogue.get(code).is_some());
        if let Some((code, _)) = sure {
            return Ok(Some(Suggested { category: (*code).to_owned(), version: Some(version) }));
        }
    }
    let first = matters.catalogue.suggest(text).into_iter().next();
    Ok(first.map(|category| Suggested { category, version: None }))
}

/// Learns from a county's closed matters, where enough of them are new; gives the new version, or `None` when
/// nothing was to be learned. Nobody waits for it: it reads first, thinks without holding the database, and
/// writes at the end.
///
/// # Errors
/// Those of the database.
pub async fn learn(app: &App, county: &str) -> Result<Option<i64>> {
    let mut tx = app.db().read().await?;
    let before = store::learnings(&mut tx, county, 1).await?.into_iter().next();
    let closed = store::closed(&mut tx, county).await?;
    let enough = before.as_ref().map_or(ENOUGH as f64, |last| last.examples as f64 * (1.0 + MORE));
    // What is at its most is learned again as often as the worker comes round, from newer matters.
    if (closed as f64) < enough.min(MOST as f64) || closed < ENOUGH as i64 {
        return Ok(None);
    }
    let rows = store::examples(&mut tx, county, MOST).await?;
    drop(tx);
    let learned = tokio::task::spawn_blocking(move || {
        let example = |(category, text, place): (String, String, String)| Example {
            words: masked(&format!("{text} {place}")),
            category,
        };
        classify::learn(&rows.into_iter().map(example).collect::<Vec<_>>())
    })
    .await
    .while_doing("learning categories from words")?;
    let Some(learned) = learned else { return Ok(None) };
    let version = before.map_or(0, |last| last.version) + 1;
    let keep = Keep { county, version, learned };
    app.act(&Who::program(county), &keep).await
}

/// Keeps what was learned; `None` when another program was quicker.
struct Keep<'a> {
    county: &'a str,
    version: i64,
    learned: Learned,
}

impl Action for Keep<'_> {
    type Output = Option<i64>;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<i64>> {
        let Keep { county, version, learned } = self;
        let learning = Learning {
            version: *version,
            at: cx.now,
            examples: i64::from(learned.examples),
            right: i64::from(learned.right),
            told: learned.told.clone(),
        };
        let body = serde_json::to_string(&learned.classifier).while_doing("writing what was learned")?;
        if !store::insert(tx, county, &learning, &body).await? {
            return Ok(None);
        }
        let detail = json!({ "version": version, "examples": learning.examples, "right": learning.right });
        tx.audit(Entry::new(cx.who, county, "words-learned", "county", county).detail(detail));
        Ok(Some(*version))
    }
}

//! Search everywhere: people, organisations and areas that somebody may see, by what they remember of the name.

mod names;
mod store;

use lianxin_foundation::scope::{Grant, county_in};
use lianxin_foundation::{App, Micros, Result, Right, Scope, Tx, Who};
use uuid::Uuid;

pub use names::Names;

use crate::area::store as areas;
use crate::organisation::store as organisations;
use crate::person::digits::Digits;
use crate::person::naming::Look;
use crate::person::store::{self as people, Found, Lister, Within};
use names::{Fit, Name, Of};

/// An area or an organisation that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The county that leads its key.
    pub county: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is, or lies.
    pub path: String,
    /// The message id of its kind.
    pub kind: &'static str,
}

/// People that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Them, at most as many as were asked for and one more.
    pub found: Vec<Found>,
    /// What they were looked for by, masked, when that was a personal number: it goes on record.
    pub digits: Option<String>,
}

/// What is looked for, by whom and when.
pub struct Search<'a> {
    /// The program's parts.
    pub app: &'a App,
    /// Who asks.
    pub who: &'a Who,
    /// When.
    pub now: Micros,
    /// What was typed.
    pub typed: &'a str,
    /// At most this many of each kind, and one more that says there are others.
    pub most: usize,
}

impl Search<'_> {
    /// The people found; nobody for somebody who may see none.
    pub async fn people(&self, tx: &mut Tx) -> Result<People> {
        let scope = self.who.scope(Right::SeePeople, self.now);
        if scope.is_empty() || self.typed.trim().is_empty() {
            return Ok(People::default());
        }
        if let Some(digits) = Digits::of(self.typed) {
            let found = digits.people(tx, (self.app, self.who), "", self.now, self.most + 1).await?;
            let masked = found.is_some().then(|| digits.masked());
            return Ok(People { found: found.unwrap_or_default(), digits: masked });
        }
        let within = Within { look: Look::of(self.typed), ..Within::default() };
        if within.look == Look::All {
            return Ok(People::default());
        }
        let counties = people::counties(tx, &scope, "").await?;
        let lister = Lister { scope: &scope, within: &within, at: self.now };
        let most = i64::try_from(self.most + 1).unwrap_or(i64::MAX);
        Ok(People { found: lister.page(tx, &counties, None, most).await?, digits: None })
    }

    /// The organisations and the areas found, those that fit best first.
    pub async fn places(&self, tx: &mut Tx, names: &Names) -> Result<(Vec<Hit>, Vec<Hit>)> {
        let scope = self.who.scope(Right::SeeRegistry, self.now);
        let look = Look::of(self.typed);
        let code = self.code();
        if scope.is_empty() || (look == Look::All && code.is_empty()) {
            return Ok((Vec::new(), Vec::new()));
        }
        let (mut units, mut places) = (Vec::new(), Vec::new());
        for county in counties(tx, &scope).await? {
            let held = names.of(self.app, tx, &county).await?;
            let fitting =
                held.iter().enumerate().filter_map(|(at, name)| Some((name.fits(&look, code)?, at)));
            for (fit, at) in fitting.filter(|(_, at)| scope.covers(&held[*at].path, &[])) {
                let group = if held[at].of == Of::Area { &mut places } else { &mut units };
                group.push((fit, held.clone(), at));
            }
        }
        Ok((self.shown(tx, &scope, units).await?, self.shown(tx, &scope, places).await?))
    }

    /// What was typed, when it can be a code: letters, digits and hyphens, four at least.
    fn code(&self) -> &str {
        let typed = self.typed.trim();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if typed.len() >= 4 && typed.bytes().all(fits) { typed } else { "" }
    }

    /// The best of a group, asked of the database once more.
    async fn shown(&self, tx: &mut Tx, scope: &Scope, mut group: Vec<Candidate>) -> Result<Vec<Hit>> {
        let key = |(fit, held, at): &Candidate| (*fit, held[*at].path.len(), *at);
        group.sort_unstable_by_key(key);
        let mut hits = Vec::new();
        for (_, held, at) in group {
            if hits.len() > self.most {
                break;
            }
            hits.extend(live(tx, scope, &held[at]).await?);
        }
        Ok(hits)
    }
}

/// How well a name fits, and the name: its county's list and its place there.
type Candidate = (Fit, std::sync::Arc<Vec<Name>>, usize);

/// The thing a name belongs to as it is now; nothing when it is closed or no longer within the scope.
async fn live(tx: &mut Tx, scope: &Scope, name: &Name) -> Result<Option<Hit>> {
    let hit = match name.of {
        Of::Area => areas::area(tx, &name.id).await?.filter(|area| area.valid_to.is_none()).map(|area| Hit {
            county: area.county,
            id: area.id,
            name: area.name,
            path: area.path,
            kind: area.kind.message(),
        }),
        Of::Organisation => {
            let id = name.id.parse::<Uuid>().unwrap_or_default();
            let unit = organisations::find(tx, id).await?.filter(|unit| unit.valid_to.is_none());
            unit.map(|unit| Hit {
                county: unit.county,
                id: unit.id.to_string(),
                name: unit.name,
                path: unit.path,
                kind: unit.kind.message(),
            })
        }
    };
    Ok(hit.filter(|hit| scope.covers(&hit.path, &[])))
}

/// The codes that lead the keys of what a scope reaches.
async fn counties(tx: &mut Tx, scope: &Scope) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for grant in scope.grants() {
        let Grant::Place(path) = grant else { continue };
        match county_in(path) {
            Some(county) => found.push(county.to_owned()),
            None => found.extend(store::counties(tx, path).await?),
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

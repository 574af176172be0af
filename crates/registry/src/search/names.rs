//! The names of areas and organisations as they are looked for, held in memory by county.
//!
//! A county has a few thousand of them, and people look for a part anywhere in a name, in characters, pinyin or
//! initials, which no index of a database finds. So a county's names are read when first asked for, and read anew
//! beside the answer once they are half a minute old. What is found is asked of the database once more before it
//! is shown: nothing closed, renamed or moved away is.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lianxin_foundation::clock::SECOND;
use lianxin_foundation::{App, Error, Micros, Result, Tx};
use lianxin_linkage::sound;

use super::store;
use crate::person::naming::Look;

/// How long a county's names are taken as they are.
const FRESH: Micros = 30 * SECOND;

/// What a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Area,
    Organisation,
}

/// A name with its keys.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) of: Of,
    pub(super) id: String,
    pub(super) path: String,
    /// A division code, or an organisation's short name.
    code: String,
    plain: String,
    sound: String,
    /// Where in `sound` syllables begin.
    starts: Vec<u16>,
    initials: String,
}

/// How well a name fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Whole,
    Beginning,
    Within,
}

impl Name {
    pub(super) fn new(of: Of, (id, code): (String, String), name: &str, path: String) -> Name {
        let syllables = sound::syllables(name);
        let mut starts = Vec::with_capacity(syllables.len());
        let mut at = 0_usize;
        for syllable in &syllables {
            starts.extend(u16::try_from(at));
            at += syllable.len();
        }
        Name {
            of,
            id,
            path,
            code,
            plain: sound::plain(name),
            initials: sound::initials(&syllables),
            sound: syllables.concat(),
            starts,
        }
    }

    /// Whether, and how well, it is what somebody looks for.
    pub(super) fn fits(&self, look: &Look, code: &str) -> Option<Fit> {
        if !code.is_empty() && self.code.starts_with(code) {
            return Some(if self.code == code { Fit::Whole } else { Fit::Beginning });
        }
        let (key, typed, at) = match look {
            Look::All => return None,
            Look::Plain(typed) => (&self.plain, typed, self.plain.find(typed.as_str())),
            Look::Initials(typed) => (&self.initials, typed, self.initials.find(typed.as_str())),
            Look::Sound(typed) => {
                let begins = |at: &&u16| self.sound[usize::from(**at)..].starts_with(typed.as_str());
                (&self.sound, typed, self.starts.iter().find(begins).map(|at| usize::from(*at)))
            }
        };
        match at? {
            0 if key == typed => Some(Fit::Whole),
            0 => Some(Fit::Beginning),
            _ => Some(Fit::Within),
        }
    }
}

/// A county's names, and when they were read.
struct Held {
    read_at: Micros,
    names: Arc<Vec<Name>>,
}

/// The names of the counties that were asked for. Cheap to clone; every program holds its own.
#[derive(Clone, Default)]
pub struct Names(Arc<RwLock<HashMap<String, Held>>>);

impl Names {
    /// The names of a county.
    pub(super) async fn of(&self, app: &App, tx: &mut Tx, county: &str) -> Result<Arc<Vec<Name>>> {
        let now = app.clock().now();
        match self.known(county, now) {
            Some((names, true)) => Ok(names),
            Some((names, false)) => {
                // Whoever asks need not wait for what changed in the last half minute.
                self.keep(county, now, names.clone());
                let (this, app, county) = (self.clone(), app.clone(), county.to_owned());
                tokio::spawn(async move {
                    let read = async { this.read(&mut app.db().read().await?, &county, now).await };
                    if let Err(error) = read.await {
                        tracing::error!(county, "names could not be read again: {}", error.chain());
                    }
                });
                Ok(names)
            }
            None => self.read(tx, county, now).await,
        }
    }

    /// What is held of a county, and whether it is fresh.
    fn known(&self, county: &str, now: Micros) -> Option<(Arc<Vec<Name>>, bool)> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.get(county).map(|held| (held.names.clone(), now - held.read_at < FRESH))
    }

    async fn read(&self, tx: &mut Tx, county: &str, now: Micros) -> Result<Arc<Vec<Name>>> {
        let areas = store::areas(tx, county).await?;
        let organisations = store::organisations(tx, county).await?;
        let read = tokio::task::spawn_blocking(move || {
            let areas =
                areas.into_iter().map(|(id, name, path)| Name::new(Of::Area, (id.clone(), id), &name, path));
            let units = organisations.into_iter().map(|(id, code, name, path)| {
                Name::new(Of::Organisation, (id.to_string(), code.unwrap_or_default()), &name, path)
            });
            areas.chain(units).collect::<Vec<Name>>()
        });
        let names = Arc::new(read.await.map_err(|error| Error::failed("reading names", error))?);
        self.keep(county, now, names.clone());
        Ok(names)
    }

    fn keep(&self, county: &str, read_at: Micros, names: Arc<Vec<Name>>) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(county.to_owned(), Held { read_at, names });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_any_of_its_parts() {
        let name =
            Name::new(Of::Organisation, ("0".into(), "txdzb".into()), "天城镇桃溪社区党支部", String::new());
        let fit = |typed: &str| name.fits(&Look::of(typed), "");
        assert_eq!(fit("天城镇桃溪社区党支部"), Some(Fit::Whole));
        assert_eq!(fit("天城"), Some(Fit::Beginning));
        assert_eq!(fit("桃溪"), Some(Fit::Within));
        assert_eq!(fit("taoxi"), Some(Fit::Within));
        assert_eq!(fit("tianchengz"), Some(Fit::Beginning));
        assert_eq!(fit("txsq"), Some(Fit::Within));
        assert_eq!(fit("aoxi"), None, "not from within a syllable");
        assert_eq!(fit("菖蒲"), None);
        assert_eq!(fit(""), None);
        assert_eq!(name.fits(&Look::All, "txd"), Some(Fit::Beginning));
    }
}

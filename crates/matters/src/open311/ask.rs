//! What every request of the protocol brings with it.

use axum::http::{HeaderMap, header};
use lianxin_foundation::i18n::{Language, Words};
use lianxin_foundation::limits::Asker;
use lianxin_foundation::web::Client;
use lianxin_foundation::{App, Micros, Tx};

use super::faults::{Refused, bad, missing};
use super::node::Node;
use super::parameters::Parameters;
use crate::Matters;
use crate::store::open311 as store;

/// One request.
pub(super) struct Ask {
    /// The program's parts.
    pub(super) app: App,
    /// Categories and places.
    pub(super) matters: Matters,
    /// Messages in the reader's language.
    pub(super) words: Words,
    /// The parameters of the address.
    pub(super) sent: Parameters,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// Where it comes from.
    pub(super) client: Client,
    /// The moment of the request.
    pub(super) now: Micros,
}

/// An answer: the root's name, which only XML shows, and what it holds.
pub(super) type Said = (&'static str, Node);

impl Ask {
    /// The language of names and descriptions.
    pub(super) fn language(&self) -> Language {
        self.words.language()
    }

    /// Who is counted while no key is known.
    pub(super) fn from(&self) -> Asker {
        Asker::at(self.client.address)
    }

    /// Whether fields beyond the specification are asked for.
    pub(super) fn extended(&self) -> bool {
        self.sent.one("extensions") == Some("true")
    }

    /// A header as text.
    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The county the request is for: the one the body names, else the address, else the only one.
    ///
    /// # Errors
    /// 400 when it is not named and there are several, 404 when it is none of them.
    pub(super) async fn county(&self, tx: &mut Tx, in_body: Option<String>) -> Result<String, Refused> {
        let mut known = store::counties(tx).await?;
        let home = &self.app.settings().home;
        if !home.is_empty() && !known.contains(home) {
            known.push(home.clone());
        }
        let asked = in_body.or_else(|| self.sent.one("jurisdiction_id").map(str::to_owned));
        match (asked, known.as_slice()) {
            (Some(county), _) if known.contains(&county) => Ok(county),
            (Some(county), _) => Err(missing("open311-no-jurisdiction", &county).into()),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(bad("open311-which-jurisdiction").with("known", known.join(", ")).into()),
        }
    }
}

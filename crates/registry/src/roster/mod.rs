//! Rosters: lists of people as offices keep them in spreadsheets, brought in row by row.
//!
//! A file is read into a [`Sheet`], each row into a line in the register's own spelling ([`line`]), and each line
//! is compared with what is there ([`judge`]). Looking at what would change and changing it go the same way; only
//! the latter writes, a batch in a transaction, which also moves the roster on to the next row: stopped anywhere,
//! it goes on where it was, and no row is taken twice. Until it is in, the file lies sealed among the files.

pub(crate) mod fields;
pub(crate) mod judge;
pub(crate) mod line;
mod look;
mod run;
mod sheet;
pub(crate) mod store;
pub mod worker;

use lianxin_foundation::error::While;
use lianxin_foundation::{App, Micros, Result};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use fields::Field;
pub(crate) use fields::heading_key;
pub(crate) use look::Seen;
pub use run::{BATCH, bring_in};
pub(crate) use sheet::table;
pub use sheet::{Sheet, SheetRow, Unreadable};

/// How many people of a roster are new, changed, as they were, or not taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Registered anew.
    pub added: i64,
    /// There already, and something about them is corrected or added.
    pub changed: i64,
    /// There already, as the row says.
    pub same: i64,
    /// Not taken, with the reasons.
    pub refused: i64,
}

/// A roster as stored. Its states: `checking` (every row is looked at), `checked` (waits for somebody to say go),
/// `running`, `done`, and `gone` when its file was removed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Roster {
    /// The county its people belong to.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The county of the account.
    pub home: String,
    /// Whose it is; none when a command brings it in.
    pub account: Option<Uuid>,
    /// A hash of its rows and where they go.
    pub digest: Vec<u8>,
    /// Where people live whose row names no place.
    pub area: Option<String>,
    /// What people belong to whose row names no organisation.
    pub organisation: Option<Uuid>,
    /// What they are there when the row does not say.
    pub kind: String,
    /// The fields its columns hold, by code, as a JSON list; an empty one is not read.
    pub columns: String,
    /// Where it is.
    pub state: String,
    /// How many rows it has.
    pub total: i64,
    /// The row that comes next, from 0.
    pub next_row: i64,
    /// See [`Counts`].
    pub added: i64,
    /// See [`Counts`].
    pub changed: i64,
    /// See [`Counts`].
    pub same: i64,
    /// See [`Counts`].
    pub refused: i64,
    /// Since when it is here.
    pub created_at: Micros,
    /// When it last moved.
    pub changed_at: Micros,
}

impl Roster {
    /// What its columns hold.
    pub(crate) fn fields(&self) -> Vec<Option<Field>> {
        let codes: Vec<String> = serde_json::from_str(&self.columns).unwrap_or_default();
        codes.iter().map(|code| Field::from_code(code)).collect()
    }

    /// What is known of its rows so far.
    pub fn counts(&self) -> Counts {
        Counts { added: self.added, changed: self.changed, same: self.same, refused: self.refused }
    }

    /// The place its headings are remembered for: its organisation, or its area.
    pub(crate) fn place(&self) -> String {
        match (&self.organisation, &self.area) {
            (Some(organisation), _) => organisation.to_string(),
            (None, area) => area.clone().unwrap_or_default(),
        }
    }

    /// The rows that were not taken, each with the codes of the messages that say why, joined by commas.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refusals(&self, app: &App) -> Result<Vec<(i64, String)>> {
        store::refusals(&mut app.db().read().await?, self).await
    }

    /// Where its file lies, sealed.
    pub(crate) fn file(&self) -> String {
        format!("rosters/{}", self.id)
    }

    /// Where what was found of its rows lies, sealed.
    pub(crate) fn found(&self) -> String {
        format!("rosters/{}-found", self.id)
    }
}

/// What columns hold, as it is stored.
pub(crate) fn columns_text(columns: &[Option<Field>]) -> String {
    let codes: Vec<&str> = columns.iter().map(|field| field.map_or("", Field::code)).collect();
    serde_json::Value::from(codes).to_string()
}

/// What the headings hold: as somebody said for this place before, else by their names. A field stands in one
/// column, the first.
pub(crate) fn columns_of(sheet: &Sheet, said: &[(String, String)]) -> Vec<Option<Field>> {
    let mut taken = Vec::new();
    let mut field = |heading: &String| {
        let key = fields::heading_key(heading);
        let field = match said.iter().find(|(known, _)| *known == key) {
            Some((_, code)) => Field::from_code(code),
            None => Field::of_heading(heading),
        };
        let field = field.filter(|field| !taken.contains(field));
        taken.extend(field);
        field
    };
    sheet.headings.iter().map(&mut field).collect()
}

/// A hash of a sheet and where its people go: the same file for the same place is the same roster.
pub(crate) fn digest(text: &str, area: Option<&str>, organisation: Option<Uuid>, kind: &str) -> Vec<u8> {
    let organisation = organisation.map(|id| id.to_string()).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [area.unwrap_or_default(), &organisation, kind, text] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_vec()
}

/// An area that people can live in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Spot {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
}

/// The id of the household that a new person founds: their own with its last bit turned, so that a row gives
/// both.
pub(crate) fn household_of(person: Uuid) -> Uuid {
    Uuid::from_u128(person.as_u128() ^ 1)
}

/// Keeps a text among the files, sealed for that place.
pub(crate) async fn keep(app: &App, key: &str, text: &str) -> Result<()> {
    let sealed = app.vault().seal(app.ids(), key, text);
    app.blobs().put(key, sealed).await.while_doing(format!("keeping {key}"))
}

/// The text kept under a key, if it is still there.
pub(crate) async fn kept(app: &App, key: &str) -> Result<Option<String>> {
    let doing = || format!("opening {key}");
    let sealed = app.blobs().get(key).await.while_doing(doing())?;
    sealed.map(|sealed| app.vault().open(key, &sealed)).transpose().while_doing(doing())
}

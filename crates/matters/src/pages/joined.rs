//! What I joined: how the matter stands that somebody else reported, for whoever pressed 我也遇到.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use lianxin_foundation::clock::Micros;
use lianxin_foundation::ids::digest;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::{Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Tx};
use lianxin_hanzi::personal::masked;
use lianxin_registry::area::{joined, store as areas};
use serde::Deserialize;
use uuid::Uuid;

use super::find::holder;
use super::mine::place_line;
use super::view::{Chip, Life, Parts, Reader, Told, next, title};
use crate::Matters;
use crate::model::{Event, Matter, Party};
use crate::store::{self, twins};

#[derive(Template)]
#[template(path = "joined.html")]
pub(super) struct JoinedPage {
    pub s: Shell,
    pub new: bool,
    pub link: String,
    pub title: String,
    pub number: String,
    pub category: String,
    pub chip: Chip,
    pub holder: String,
    pub next: String,
    pub life: Life,
    pub place: String,
    pub since: Micros,
    pub others: String,
}

/// What the address says beside the secret.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    new: String,
}

/// `GET /j/{county}/{secret}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, secret)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    visitor.count(Limit::Lookup)?;
    let mut tx = visitor.app.db().read().await?;
    let found = twins::joined_by_secret(&mut tx, &county, &digest(&secret)).await?;
    let (id, since) = found.ok_or_else(Problem::not_found)?;
    let followed = Followed::read(&mut tx, &matters, &county, id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let s = visitor.shell(visitor.words.t("joined-title"));
    let Followed { matter, unit, area, others, open, .. } = &followed;
    let category = matters.catalogue.name(&matter.category, s.language());
    html(&JoinedPage {
        new: !asked.new.is_empty(),
        link: format!("{}/j/{county}/{secret}", visitor.site),
        // What became private since is no longer anybody else's to read.
        title: if *open { masked(&title(&s, matter, &category, 60)) } else { s.t("joined-private") },
        number: matter.number.clone(),
        chip: Chip::of(&s, matter, unit).big(),
        holder: if matter.status.is_over() { String::new() } else { unit.clone() },
        next: next(&s, matter, unit, Reader::Joiner),
        life: followed.life(&s, &matters),
        place: place_line(area, &masked(&matter.place)),
        others: s.t1("twin-others", "n", *others),
        category,
        since,
        s,
    })
}

/// A matter as somebody follows it who did not report it.
pub(super) struct Followed {
    pub matter: Matter,
    events: Vec<Event>,
    unit: String,
    area: String,
    others: i64,
    /// Whether its words are for everyone.
    open: bool,
}

impl Followed {
    /// The matter, or the one that stands for it by now.
    pub(super) async fn read(
        tx: &mut Tx,
        matters: &Matters,
        county: &str,
        id: Uuid,
    ) -> Result<Option<Followed>> {
        let id = twins::kept(tx, county, id).await?.unwrap_or(id);
        let Some(matter) = store::any(tx, county, id).await? else { return Ok(None) };
        let local = matters.local(tx, county).await?;
        let private = local.catalogue().get(&matter.category).is_none_or(|category| category.private);
        Ok(Some(Followed {
            events: store::events(tx, county, id).await?,
            unit: holder(tx, &matter).await?,
            area: joined(&areas::place_name(tx, &matter.path).await?),
            others: twins::others(tx, county, id).await?,
            open: !private && matter.sealed_text.is_none(),
            matter,
        }))
    }

    /// Its life without what its own reporter wrote later, which was meant for the house, and without photos.
    pub(super) fn life(&self, s: &Shell, matters: &Matters) -> Life {
        let heard: Vec<Event> = self
            .events
            .iter()
            .cloned()
            .map(|event| {
                let for_all = self.open && event.party != Party::Reporter;
                let note = event.note.filter(|_| for_all).map(|note| masked(&note));
                Event { note, sealed_note: None, ..event }
            })
            .collect();
        let told = heard.iter().map(|event| Told { event, internal: None, pictures: Vec::new() }).collect();
        Life::new(s, &matters.catalogue, &self.matter, &self.unit, told, Reader::Joiner)
    }
}

//! What other programs read: Atom feeds, and deadlines for a calendar.

use axum::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::account::store as accounts;
use lianxin_foundation::clock::HOUR;
use lianxin_foundation::error::While;
use lianxin_foundation::i18n::{Language, Words};
use lianxin_foundation::ids::digest;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::{Paging, Path, Visitor};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::{joined, store as areas};

use crate::Matters;
use crate::model::Status;
use crate::rules::clock;
use crate::store::{self as matters_store, Order, Query};
use crate::told::News;
use crate::told::calendar::{self, Deadline};
use crate::told::feed::{self, Feed, Item};
use crate::told::store::{self, FeedHolder};

/// Entries in a feed, deadlines in a calendar.
const MOST: i64 = 100;

/// `GET /feeds/areas/{area}`: what is new in an area, for everybody. Nothing private is in it.
pub(super) async fn area(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path(id): Path<String>,
) -> Result<Response> {
    visitor.count(Limit::Read)?;
    let id = id.strip_suffix(".atom").unwrap_or(&id);
    let mut tx = visitor.app.db().read().await?;
    let area = areas::area(&mut tx, id).await?.filter(|area| area.depth >= 3 && area.valid_to.is_none());
    let area = area.ok_or_else(Problem::not_found)?;
    let local = matters.local(&mut tx, &area.county).await?;
    let private: Vec<&str> = local
        .catalogue()
        .all()
        .iter()
        .filter(|category| category.private)
        .map(|category| category.code.as_str())
        .collect();
    let found = store::public(&mut tx, &area.county, &area.path, &private, MOST).await?;
    let words = &visitor.words;
    let mut items = Vec::with_capacity(found.len());
    for matter in found {
        let place = joined(&areas::place_name(&mut tx, &matter.path).await?);
        let status =
            Status::from_code(&matter.status).map(|status| words.t(status.message())).unwrap_or_default();
        let kind = matters.catalogue.name(&matter.category, words.language());
        items.push(Item {
            id: format!("urn:uuid:{}", matter.id),
            title: format!("{kind} · {place} · {status}"),
            text: matter.text,
            link: format!("{}/find?county={}&number={}", visitor.site, area.county, matter.number),
            published: matter.created_at,
            updated: matter.updated_at,
        });
    }
    let place = joined(&areas::place_name(&mut tx, &area.path).await?);
    atom(
        words,
        Feed {
            id: format!("urn:lianxin:area:{}", area.id),
            title: words.t1("feed-area", "place", place),
            address: format!("{}{}", visitor.site, visitor.here),
            updated: items.iter().map(|item| item.updated).max().unwrap_or(area.valid_from),
            items,
        },
    )
}

fn atom(words: &Words, feed: Feed) -> Result<Response> {
    let text = feed::written(&feed, &words.t("program-name")).while_doing("writing a feed")?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response())
}

/// Somebody who is known by the secret of their feeds, and by nothing else.
struct Mine {
    county: String,
    holder: FeedHolder,
    scope: Scope,
    units: Vec<uuid::Uuid>,
    words: Words,
}

async fn mine(visitor: &Visitor, tx: &mut Tx, county: &str, secret: &str) -> Result<Mine> {
    let holder = store::feed_holder(tx, county, &digest(secret)).await?.ok_or_else(Problem::not_found)?;
    let posts = accounts::rights_of(tx, county, holder.account).await?;
    let choice = store::choice(tx, county, holder.account).await?;
    let language = choice.map_or_else(|| holder.language.clone(), |choice| choice.language);
    Ok(Mine {
        county: county.to_owned(),
        scope: Scope::of(&posts, Right::SeeMatters, visitor.now),
        units: posts
            .iter()
            .filter(|post| post.holds(visitor.now))
            .filter_map(|post| post.organisation)
            .collect(),
        words: visitor.app.locales().speak(Language::from_tag(&language).unwrap_or_default()),
        holder,
    })
}

/// What whoever holds a secret address may read. Notes once an hour that the address is in use, so that its owner
/// sees which are not.
async fn read_by<T>(
    visitor: &Visitor,
    (county, secret): (String, String),
    read: impl AsyncFnOnce(&mut Tx, &Mine) -> Result<T>,
) -> Result<(Mine, T)> {
    visitor.count(Limit::Lookup)?;
    let mut tx = visitor.app.db().read().await?;
    let mine = mine(visitor, &mut tx, &county, &secret).await?;
    let found = read(&mut tx, &mine).await?;
    drop(tx);
    if mine.holder.used_at.is_none_or(|used| visitor.now - used > HOUR) {
        let mut tx = visitor.app.db().write().await?;
        store::touch_feed_key(&mut tx, &mine.county, mine.holder.id, visitor.now).await?;
        tx.commit().await?;
    }
    Ok((mine, found))
}

/// `GET /feeds/mine/{county}/{secret}/inbox.atom`: what I was told.
pub(super) async fn inbox(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path(address): Path<(String, String)>,
) -> Result<Response> {
    let (mine, items) = read_by(&visitor, address, async |tx, mine| {
        let found = store::notices(tx, &mine.scope, &mine.county, mine.holder.account, MOST).await?;
        let mut items = Vec::with_capacity(found.len());
        for notice in found {
            let matter = &notice.matter;
            if notice.news == News::Invited {
                continue;
            }
            let kind = matters.catalogue.name(&matter.category, mine.words.language());
            items.push(Item {
                id: format!("urn:uuid:{}", notice.event),
                title: format!("{} · {} · {kind}", mine.words.t(notice.news.message()), matter.number),
                text: joined(&areas::place_name(tx, &matter.path).await?),
                link: format!("{}/matters/{}/{}", visitor.site, matter.county, matter.id),
                published: notice.at,
                updated: notice.at,
            });
        }
        Ok(items)
    })
    .await?;
    let newest = items.first().map_or(0, |item| item.updated);
    atom(
        &mine.words,
        Feed {
            id: format!("urn:uuid:{}", mine.holder.id),
            title: mine.words.t("feed-mine"),
            // The secret stays out of what a reader may keep and pass on.
            address: format!("{}/notices", visitor.site),
            updated: newest,
            items,
        },
    )
}

/// `GET /feeds/mine/{county}/{secret}/deadlines.ics`: what my units must not miss.
pub(super) async fn deadlines(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path(address): Path<(String, String)>,
) -> Result<Response> {
    let (mine, deadlines) = read_by(&visitor, address, async |tx, mine| {
        let query = Query {
            statuses: vec![Status::Dispatched, Status::Accepted],
            mine: mine.units.clone(),
            order: Order::Due,
            ..Query::default()
        };
        let paging = Paging { page: 1, size: MOST };
        let found = match mine.units.is_empty() {
            true => Vec::new(),
            false => matters_store::list(tx, &mine.scope, &query, paging, visitor.now).await?,
        };
        let mut deadlines = Vec::with_capacity(found.len());
        for matter in &found {
            let Some(due) = clock::due(matter) else { continue };
            let kind = matters.catalogue.name(&matter.category, mine.words.language());
            let number = format!("{} {kind}", matter.number);
            let place = joined(&areas::place_name(tx, &matter.path).await?);
            deadlines.push(Deadline {
                matter: matter.id,
                version: matter.version,
                due,
                summary: mine.words.t2("calendar-due", "number", number, "place", place),
                url: format!("{}/matters/{}/{}", visitor.site, matter.county, matter.id),
            });
        }
        Ok(deadlines)
    })
    .await?;
    let text = calendar::written(&mine.words.t("calendar-name"), &deadlines, visitor.now);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

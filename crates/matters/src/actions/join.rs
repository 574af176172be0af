//! Somebody else has met the same: 我也遇到.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::{Kind, While};
use lianxin_foundation::i18n::Language;
use lianxin_foundation::ids::digest;
use lianxin_foundation::vault::normalise_phone;
use lianxin_foundation::{Action, App, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::report::looks_like_secret;
use crate::Matters;
use crate::model::Matter;
use crate::store;
use crate::store::twins::{self, Joining};

/// Somebody joins an open matter whose words are public, and follows it from then on. It takes nothing from
/// the matter: its owner, its clock and its log stay as they are, so any number can join at once.
pub struct Join<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// A key that stays with the browser, or of the person staff enter it for: each counts once.
    pub browser: String,
    /// The secret of the joiner's link, 26 characters as `Ids::secret`; `None` makes one.
    pub key: Option<String>,
    /// A telephone number to be told by; sealed.
    pub phone: Option<String>,
    /// The joiner's language tag.
    pub language: String,
}

/// What whoever joined gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The matter's number: of the one that is worked on.
    pub number: String,
    /// The secret of their link; `None` when they had joined before by another.
    pub secret: Option<String>,
    /// Whether they are counted anew.
    pub new: bool,
    /// How many others have met the same by now.
    pub others: i64,
}

impl Action for Join<'_> {
    type Output = Joined;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Joined> {
        let phone = self.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
        let normal = phone.and_then(normalise_phone);
        let mut problem = Problem::invalid();
        if phone.is_some() && normal.is_none() {
            problem = problem.field("phone", "matter-phone-form");
        }
        if self.browser.is_empty() || self.key.as_deref().is_some_and(|key| !looks_like_secret(key)) {
            problem = problem.field("key", "matter-key-form");
        }
        problem.when_fields()?;
        let matter = self.open(tx, cx).await?;
        let secret = self.key.clone().unwrap_or_else(|| cx.app.ids().secret());
        let (browser, hashed) = (digest(&self.browser), digest(&secret));
        let id = cx.app.ids().new_id(cx.now);
        let place = phone_place(id);
        let joining = Joining {
            county: &self.county,
            matter: matter.id,
            browser: &browser,
            id,
            secret: &hashed,
            sealed_phone: normal.map(|phone| cx.app.vault().seal(cx.app.ids(), &place, &phone)),
            language: Language::from_tag(&self.language).unwrap_or_default().tag(),
            entered_by: cx.who.account,
            at: cx.now,
        };
        let new = twins::insert_join(tx, joining).await?;
        if new {
            tx.audit(
                Entry::new(cx.who, &self.county, "matter-join", "matter", matter.id)
                    .detail(json!({ "number": matter.number, "join": id })),
            );
        } else if twins::join_of(tx, &self.county, matter.id, &browser).await?.is_none() {
            return Err(Problem::new(Kind::Conflict, "matter-id-taken").into());
        }
        let again = twins::join_of(tx, &self.county, matter.id, &browser).await?;
        Ok(Joined {
            number: matter.number,
            secret: (again.as_deref() == Some(hashed.as_slice())).then_some(secret),
            new,
            others: twins::others(tx, &self.county, matter.id).await?,
        })
    }
}

impl Join<'_> {
    /// The matter, or the one that stands for it, if a stranger may see what it says.
    async fn open(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let id = twins::kept(tx, &self.county, self.id).await?.unwrap_or(self.id);
        let found = store::any(tx, &self.county, id).await?.ok_or_else(Problem::not_found)?;
        let local = self.matters.local(tx, &self.county).await?;
        let private = local.catalogue().get(&found.category).is_none_or(|category| category.private);
        if private || found.sealed_text.is_some() {
            return Err(Problem::not_found().into());
        }
        if cx.who.account.is_some() {
            cx.scope(Right::EnterMatters).require(&found.path, &[])?;
        }
        if found.status.is_over() {
            return Err(Problem::new(Kind::Conflict, "matter-join-over").into());
        }
        Ok(found)
    }
}

/// A joiner's telephone number, for the program to tell them by: whoever asks puts that on record.
pub(crate) fn opened_phone(app: &App, join: Uuid, sealed: &[u8]) -> Result<String> {
    app.vault().open(&phone_place(join), sealed).while_doing(format!("opening the phone of joiner {join}"))
}

/// What a joiner's telephone number is sealed for.
fn phone_place(join: Uuid) -> String {
    format!("matter_join.sealed_phone/{join}")
}

//! What a person does about being told: how they want it, what they have seen, which devices and feeds are theirs.

use std::collections::BTreeSet;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::ids::digest;
use lianxin_foundation::outbox::rules::Quiet;
use lianxin_foundation::outbox::{Channel, Device};
use lianxin_foundation::vault::normalise_phone;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::choice::{WAITS, sealed_place};
use super::store::{self, DeviceRow, FeedKey};
use super::writer::device_place;
use super::{Choice, News};
use crate::actions::looks_like_email;
use crate::store as matters_store;

/// The most browsers of one person, and of one matter's reporter.
const MOST_DEVICES: usize = 10;
/// The most feed addresses of one person.
const MOST_FEEDS: usize = 5;

/// The account of whoever asks.
fn account(cx: Context<'_>) -> Result<Uuid> {
    cx.who.account.ok_or_else(|| Problem::sign_in().into())
}

/// Says how one wants to be told.
pub struct Choose {
    /// Which news by which channel.
    pub ways: BTreeSet<(News, Channel)>,
    /// The e-mail address; `None` keeps what is there, empty takes it away.
    pub email: Option<String>,
    /// The telephone number, likewise.
    pub phone: Option<String>,
    /// The quiet hours, in minutes of the day; equal: none.
    pub quiet: Quiet,
    /// For how many minutes news is gathered: one of [`WAITS`].
    pub wait: i64,
    /// The language tag of what is sent.
    pub language: String,
}

impl Action for Choose {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (county, account) = (&cx.who.county, account(cx)?);
        let before =
            store::choice(tx, county, account).await?.unwrap_or_else(|| Choice::suggested(&self.language));
        let mut problem = Problem::invalid();
        let seal = |column, plain: &str| {
            Some(cx.app.vault().seal(cx.app.ids(), &sealed_place(column, account), plain))
        };
        let email = match self.email.as_deref().map(str::trim) {
            None => before.email,
            Some("") => None,
            Some(email) if looks_like_email(email) && email.chars().count() <= 80 => seal("email", email),
            Some(_) => {
                problem = problem.field("email", "matter-email-form");
                None
            }
        };
        let phone = match self.phone.as_deref().map(str::trim) {
            None => before.phone,
            Some("") => None,
            Some(phone) => match normalise_phone(phone) {
                Some(phone) => seal("phone", &phone),
                None => {
                    problem = problem.field("phone", "matter-phone-form");
                    None
                }
            },
        };
        if !(0..=1440).contains(&self.quiet.from) || !(0..=1440).contains(&self.quiet.to) {
            problem = problem.field("quiet", "told-quiet-form");
        }
        if !WAITS.contains(&self.wait) {
            problem = problem.field("wait", "told-wait-form");
        }
        problem.when_fields()?;
        let (ways, quiet, wait) = (self.ways.clone(), self.quiet, self.wait);
        let choice = Choice { ways, email, phone, quiet, wait, language: self.language.clone() };
        store::put_choice(tx, county, account, &choice).await?;
        tx.audit(Entry::new(cx.who, county, "told-choose", "account", account).detail(json!({
            "ways": choice.ways.len(), "email": choice.email.is_some(), "phone": choice.phone.is_some(),
        })));
        Ok(())
    }
}

/// Marks notices as looked at. That is between a person and their list: it joins no trail.
pub struct Look {
    /// Those of one matter, or of all.
    pub matter: Option<Uuid>,
    /// Those that came until then.
    pub until: Micros,
}

impl Action for Look {
    type Output = u64;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<u64> {
        let (county, account) = (&cx.who.county, account(cx)?);
        match self.matter {
            Some(matter) => store::read_matter(tx, county, account, matter, cx.now).await,
            None => store::read_until(tx, county, account, self.until, cx.now).await,
        }
    }
}

/// Whose browser it is.
pub enum Holder {
    /// Whoever is signed in.
    Myself,
    /// The reporter, by the secret of their link.
    Reporter {
        /// The matter's county.
        county: String,
        /// The secret.
        secret: String,
    },
}

impl Holder {
    /// County, kind and id.
    async fn known(&self, tx: &mut Tx, cx: Context<'_>) -> Result<(String, &'static str, Uuid)> {
        match self {
            Holder::Myself => Ok((cx.who.county.clone(), "account", account(cx)?)),
            Holder::Reporter { county, secret } => {
                let matter = matters_store::matter_by_secret(tx, county, &digest(secret)).await?;
                let matter = matter.ok_or_else(Problem::not_found)?;
                Ok((county.clone(), "reporter", matter.id))
            }
        }
    }
}

/// Agrees to be told in this browser.
pub struct AddDevice {
    /// Whose browser it is.
    pub holder: Holder,
    /// Its subscription.
    pub device: Device,
}

impl Action for AddDevice {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        // Where it really leads is looked at whenever something is sent there.
        let device = &self.device;
        let plain = device.endpoint.starts_with("https://");
        let short = [&device.p256dh, &device.auth].into_iter().all(|key| (16..=100).contains(&key.len()));
        if !plain || !short || device.endpoint.len() > 2000 {
            return Err(Problem::new(Kind::Invalid, "told-device-form").into());
        }
        let (county, holder, id) = self.holder.known(tx, cx).await?;
        if store::devices(tx, &county, holder, id).await?.len() >= MOST_DEVICES {
            return Err(Problem::new(Kind::Conflict, "told-devices-most").into());
        }
        let new = cx.app.ids().new_id(cx.now);
        let text = serde_json::to_string(device).unwrap_or_default();
        let sealed = cx.app.vault().seal(cx.app.ids(), &device_place(new), &text);
        let row = DeviceRow { id: new, sealed, made_at: cx.now };
        if store::put_device(tx, &county, holder, id, digest(&device.endpoint), &row).await? {
            let subject = if holder == "account" { "account" } else { "matter" };
            tx.audit(
                Entry::new(cx.who, &county, "told-device-add", subject, id).detail(json!({ "device": new })),
            );
        }
        Ok(())
    }
}

/// Is no longer told in a browser.
pub struct DropDevice {
    /// Whose browser it is.
    pub holder: Holder,
    /// Which.
    pub id: Uuid,
}

impl Action for DropDevice {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (county, holder, id) = self.holder.known(tx, cx).await?;
        if !store::drop_own_device(tx, &county, holder, id, self.id).await? {
            return Err(Problem::not_found().into());
        }
        let subject = if holder == "account" { "account" } else { "matter" };
        tx.audit(
            Entry::new(cx.who, &county, "told-device-drop", subject, id).detail(json!({ "device": self.id })),
        );
        Ok(())
    }
}

/// Makes a secret address for one's own feeds; gives its secret, once.
pub struct AddFeed;

impl Action for AddFeed {
    type Output = String;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<String> {
        let (county, account) = (&cx.who.county, account(cx)?);
        if store::feed_keys(tx, county, account).await?.len() >= MOST_FEEDS {
            return Err(Problem::new(Kind::Conflict, "told-feeds-most").into());
        }
        let secret = cx.app.ids().secret();
        let key = FeedKey { id: cx.app.ids().new_id(cx.now), made_at: cx.now, used_at: None };
        store::put_feed_key(tx, county, account, &key, digest(&secret)).await?;
        tx.audit(
            Entry::new(cx.who, county, "told-feed-add", "account", account).detail(json!({ "feed": key.id })),
        );
        Ok(secret)
    }
}

/// Revokes a secret address of one's own feeds.
pub struct RevokeFeed {
    /// Which.
    pub id: Uuid,
}

impl Action for RevokeFeed {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (county, account) = (&cx.who.county, account(cx)?);
        if !store::revoke_feed_key(tx, county, account, self.id, cx.now).await? {
            return Err(Problem::not_found().into());
        }
        tx.audit(
            Entry::new(cx.who, county, "told-feed-revoke", "account", account)
                .detail(json!({ "feed": self.id })),
        );
        Ok(())
    }
}

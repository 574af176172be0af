//! Letters in the reader's words.
//!
//! A message says the number, what kind of matter it is and where; never what somebody wrote, and never the kind
//! of a private one: a lock screen is read by others too.

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::civil;
use lianxin_foundation::error::While;
use lianxin_foundation::i18n::{Language, Words};
use lianxin_foundation::outbox::{Address, Channel, Device, Letter, Message, Writer};
use lianxin_foundation::{Action, App, Context, Result, Right, Scope, Tx, Who};
use lianxin_registry::area::{joined, store as areas};
use serde_json::json;
use uuid::Uuid;

use super::choice::sealed_place;
use super::{News, store};
use crate::Matters;
use crate::actions::{contact_of, opened_phone};
use crate::disputes::store as disputes;
use crate::model::Matter;
use crate::store as matters_store;
use crate::store::twins;
use crate::whistle::store::is_called;

/// Lines of a message that gathers several things; the rest is counted.
const LINES: usize = 5;

/// Puts letters into words, and opens addresses for the program alone.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    /// What matters need.
    pub matters: &'a Matters,
}

impl Writer for Teller<'_> {
    async fn write(&self, app: &App, letters: &[Letter]) -> Result<Option<(Address, Message)>> {
        let Some(first) = letters.first() else { return Ok(None) };
        let who = Who::program(&first.county);
        app.act(&who, &Write { matters: self.matters, letters }).await
    }

    async fn forget(&self, app: &App, letter: &Letter) -> Result<()> {
        let who = Who::program(&letter.county);
        app.act(&who, &Forget { county: letter.county.clone(), device: letter.destination }).await
    }
}

/// Forgets a browser that took its consent back.
struct Forget {
    county: String,
    device: Uuid,
}

impl Action for Forget {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        store::drop_device(tx, &self.county, self.device).await?;
        tx.audit(Entry::new(cx.who, &self.county, "told-device-gone", "device", self.device));
        Ok(())
    }
}

/// Reads what the letters are about and where they go. That an address was opened joins the audit trail.
struct Write<'a> {
    matters: &'a Matters,
    letters: &'a [Letter],
}

impl Action for Write<'_> {
    type Output = Option<(Address, Message)>;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Self::Output> {
        let Some(first) = self.letters.first() else { return Ok(None) };
        let Some(seen) = reader(tx, cx, first).await? else { return Ok(None) };
        let words = cx.app.locales().speak(Language::from_tag(&first.language).unwrap_or_default());
        let mut lines = Vec::new();
        let mut newest = None;
        for letter in self.letters {
            let found = matters_store::any(tx, &letter.matter_county, letter.matter).await?;
            let Some(matter) = found else { continue };
            let Some(news) = News::from_code(&letter.kind) else { continue };
            // A party to a mediation is told when and where, whether or not it may see the matter.
            if let News::Invited | News::Sitting = news {
                let Some(sitting) = sitting(tx, &words, letter, &matter).await? else { continue };
                lines.push(sitting);
                newest = Some(matter);
                continue;
            }
            if !seen.of(tx, &matter).await? {
                continue;
            }
            lines.push(line(tx, self.matters, &words, news, &matter).await?);
            newest = Some(matter);
        }
        let Some(newest) = newest else { return Ok(None) };
        let Some(address) = address(tx, cx.app, self.matters, first, &newest).await? else { return Ok(None) };
        if first.holder != "group" {
            let (subject, id) = match first.holder.as_str() {
                "reporter" | "merged" => ("matter", first.holder_id),
                "joiner" => ("matter", newest.id),
                _ => ("account", first.holder_id),
            };
            tx.audit(
                Entry::new(cx.who, &first.county, "told-open", subject, id)
                    .detail(json!({ "channel": first.channel, "number": newest.number })),
            );
        }
        let message = composed(cx.app, &words, first, &newest, lines);
        Ok(Some((address, message)))
    }
}

/// What whoever is told may still see.
enum Seen {
    All,
    Within(Scope),
}

impl Seen {
    async fn of(&self, tx: &mut Tx, matter: &Matter) -> Result<bool> {
        match self {
            Seen::All => Ok(true),
            Seen::Within(scope) if scope.covers(&matter.path, &[matter.unit, matter.first_unit]) => Ok(true),
            Seen::Within(scope) => is_called(tx, scope, &matter.county, matter.id).await,
        }
    }
}

/// `None` for an account that can no longer sign in.
async fn reader(tx: &mut Tx, cx: Context<'_>, letter: &Letter) -> Result<Option<Seen>> {
    if letter.holder != "account" {
        return Ok(Some(Seen::All));
    }
    let account = accounts::account(tx, &letter.county, letter.holder_id).await?;
    if account.is_none_or(|account| account.disabled_at.is_some()) {
        return Ok(None);
    }
    let posts = accounts::rights_of(tx, &letter.county, letter.holder_id).await?;
    Ok(Some(Seen::Within(Scope::of(&posts, Right::SeeMatters, cx.now))))
}

async fn address(
    tx: &mut Tx,
    app: &App,
    matters: &Matters,
    letter: &Letter,
    matter: &Matter,
) -> Result<Option<Address>> {
    if letter.channel == Channel::Push.code() {
        let Some(row) = store::device(tx, &letter.county, letter.destination).await? else { return Ok(None) };
        return opened_device(app, row.id, &row.sealed).map(|device| Some(Address::Device(device)));
    }
    let email = letter.channel == Channel::Email.code();
    let address = |plain: String| if email { Address::Email(plain) } else { Address::Phone(plain) };
    match letter.holder.as_str() {
        "account" => {
            let Some(choice) = store::choice(tx, &letter.county, letter.holder_id).await? else {
                return Ok(None);
            };
            let (column, sealed) = if email { ("email", choice.email) } else { ("phone", choice.phone) };
            let Some(sealed) = sealed else { return Ok(None) };
            let plain = app.vault().open(&sealed_place(column, letter.holder_id), &sealed);
            Ok(Some(address(plain.while_doing("opening the address of a member of staff")?)))
        }
        "joiner" => {
            let sealed = twins::join_phone(tx, &letter.county, letter.holder_id).await?;
            Ok(sealed
                .map(|sealed| opened_phone(app, letter.holder_id, &sealed))
                .transpose()?
                .map(Address::Phone))
        }
        "merged" => {
            let merged = matters_store::any(tx, &letter.county, letter.holder_id).await?;
            let field = if email { "email" } else { "phone" };
            Ok(merged.map(|merged| contact_of(app, &merged, field)).transpose()?.flatten().map(address))
        }
        "reporter" => Ok(contact_of(app, matter, if email { "email" } else { "phone" })?.map(address)),
        _ => {
            let group = matters.ways.groups.iter().find(|group| group.id() == letter.destination);
            Ok(group.map(|group| Address::Group(group.name.clone())))
        }
    }
}

/// The place a browser's address is sealed for.
pub(super) fn device_place(device: Uuid) -> String {
    format!("push_device.sealed/{device}")
}

fn opened_device(app: &App, id: Uuid, sealed: &[u8]) -> Result<Device> {
    let text = app.vault().open(&device_place(id), sealed).while_doing("opening a browser's address")?;
    serde_json::from_str(&text).while_doing("reading a browser's address")
}

/// 「派给你们：261122-048213 路面破损（天城镇）」
async fn line(tx: &mut Tx, matters: &Matters, words: &Words, news: News, matter: &Matter) -> Result<String> {
    let place = joined(&areas::place_name(tx, &matter.path).await?);
    Ok(words.t1(said(news), "what", what(matters, words, matter, &place)))
}

/// 「请于 2026-11-30 09:00 到司法所调解室参加调解（261122-048213）」; `None` for a sitting that is not there any more.
async fn sitting(tx: &mut Tx, words: &Words, letter: &Letter, matter: &Matter) -> Result<Option<String>> {
    let session = disputes::session(tx, &letter.matter_county, letter.event).await?;
    Ok(session.map(|session| {
        let when = civil(session.at).strftime("%Y-%m-%d %H:%M");
        let when = format!("{when} {}", session.place);
        words.t2("told-sitting", "when", when, "number", matter.number.as_str())
    }))
}

/// The number, what kind of matter it is unless that is private, and where.
pub(super) fn what(matters: &Matters, words: &Words, matter: &Matter, place: &str) -> String {
    let kind = match matter.sealed_text {
        Some(_) => words.t("told-private"),
        None => matters.catalogue.name(&matter.category, words.language()),
    };
    words.t2("told-what", "number", format!("{} {kind}", matter.number), "place", place)
}

fn said(news: News) -> &'static str {
    match news {
        News::Assigned => "told-arrived",
        News::Called => "told-called",
        News::CallDue => "told-call-due",
        News::CallLate => "told-call-late",
        News::Invited | News::Sitting => "told-sitting",
        News::Came => "told-came",
        News::Returned => "told-returned",
        News::Late => "told-late",
        News::Climbed => "told-climbed",
        News::Answered => "told-answered",
        News::Reopened => "told-reopened",
        News::Received => "told-received",
        News::Accepted => "told-accepted",
        News::Asked => "told-asked",
        News::Resolved => "told-resolved",
        News::Dismissed => "told-dismissed",
        News::Agreed => "told-agreed",
        News::Unmediated => "told-unmediated",
    }
}

fn composed(app: &App, words: &Words, first: &Letter, matter: &Matter, mut lines: Vec<String>) -> Message {
    let count = lines.len();
    let several = count > 1;
    let page = match (first.holder.as_str(), several) {
        ("reporter" | "joiner" | "merged", _) => {
            format!("/find?county={}&number={}", matter.county, matter.number)
        }
        (_, false) if first.kind == News::Invited.code() => {
            format!("/invitations/{}/{}", first.matter_county, first.event)
        }
        (_, false) => format!("/matters/{}/{}", matter.county, matter.id),
        ("group", true) => "/inbox".to_owned(),
        (_, true) => "/notices".to_owned(),
    };
    let subject = match lines.first() {
        Some(line) if !several => line.clone(),
        _ => words.t1("told-several", "n", count),
    };
    if count > LINES {
        lines.truncate(LINES);
        lines.push(words.t1("told-more", "n", count - LINES));
    }
    Message {
        id: Uuid::nil(),
        subject,
        text: lines.join("\n"),
        link: format!("{}{page}", app.settings().base_url),
        urgent: first.urgent,
    }
}

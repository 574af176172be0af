//! An event reaches its people: a notice for each of the staff, a letter for every way they chose.

use lianxin_foundation::clock::{DAY, MINUTE, Micros};
use lianxin_foundation::outbox::rules::{Quiet, WORTH, due};
use lianxin_foundation::outbox::{Channel, Letter, store as outbox};
use lianxin_foundation::{Action, Context, Result, Role, Tx};
use uuid::Uuid;

use super::choice::REPORTER_WAIT;
use super::news::Whom;
use super::store::{Person, ToTell};
use super::{Choice, News, remind, sittings, store};
use crate::Matters;
use crate::category::Urgency;
use crate::model::Matter;
use crate::store as matters_store;
use crate::store::twins;
use crate::whistle::CallKind;

/// News older than this is listed as looked at: it is history, not a call to act.
const FRESH: Micros = 3 * DAY;

/// Works out whom one event concerns, and tells them. Run for `Who::program`; gives whether it was still to do.
pub(crate) struct Spread<'a> {
    pub(crate) matters: &'a Matters,
    pub(crate) told: ToTell,
}

impl Action for Spread<'_> {
    type Output = bool;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<bool> {
        let told = &self.told;
        if !store::taken(tx, &told.county, told.event).await? {
            return Ok(false);
        }
        let Some(matter) = matters_store::any(tx, &told.county, told.matter).await? else { return Ok(true) };
        if sittings::is_one(told) {
            sittings::tell(tx, self.matters, &matter, told, cx.now).await?;
            return Ok(true);
        }
        remind::set(tx, &matter, told.at).await?;
        let events = matters_store::events(tx, &told.county, told.matter).await?;
        let Some(event) = events.into_iter().find(|event| event.seq == told.seq) else { return Ok(true) };
        if let Some(news) = News::of(event.kind) {
            let emergency = event.detail.promise.is_some_and(|promise| promise.kind == CallKind::Emergency);
            let (matters, id, at) = (self.matters, event.id, event.at);
            let what = What { matters, matter: &matter, event: id, news, at, emergency };
            let units = match news.whom() {
                Whom::Called => event.detail.called.iter().map(|unit| Some(unit.id)).collect(),
                _ => vec![event.unit],
            };
            for unit in units {
                what.tell(tx, unit, event.actor, cx.now).await?;
            }
        }
        Ok(true)
    }
}

/// One thing to be told.
pub(super) struct What<'a> {
    pub(super) matters: &'a Matters,
    pub(super) matter: &'a Matter,
    pub(super) event: Uuid,
    pub(super) news: News,
    pub(super) at: Micros,
    /// Whether it cannot wait, whatever kind of matter it is.
    pub(super) emergency: bool,
}

/// Where letters about it go, and how they are held back.
#[derive(Clone, Copy)]
struct To<'a> {
    county: &'a str,
    holder: &'static str,
    holder_id: Uuid,
    language: &'a str,
    quiet: Quiet,
    wait: Micros,
}

impl What<'_> {
    /// Tells whoever it is for, except `actor`, who did it themselves.
    pub(super) async fn tell(
        &self,
        tx: &mut Tx,
        unit: Option<Uuid>,
        actor: Option<Uuid>,
        now: Micros,
    ) -> Result<()> {
        let path = &self.matter.path;
        let people = match self.news.whom() {
            Whom::Unit | Whom::Called => match unit {
                Some(unit) => store::of_unit(tx, unit, now).await?,
                None => Vec::new(),
            },
            Whom::Dispatchers => store::nearest(tx, Role::Dispatcher, path, now).await?,
            Whom::Supervisors => store::nearest(tx, Role::Supervisor, path, now).await?,
            Whom::Reporter => {
                self.tell_reporter(tx, now).await?;
                Vec::new()
            }
        };
        for person in people.iter().filter(|person| actor != Some(person.account)) {
            self.tell_person(tx, person, now).await?;
        }
        self.tell_groups(tx, now).await
    }

    async fn tell_person(&self, tx: &mut Tx, person: &Person, now: Micros) -> Result<()> {
        let seen = now - self.at > FRESH;
        let new = store::put_notice(tx, person, self.event, self.news, self.matter, self.at, seen).await?;
        if !new || self.too_late(now) {
            return Ok(());
        }
        let ways = &self.matters.ways;
        if ![Channel::Email, Channel::Sms, Channel::Push].into_iter().any(|channel| ways.has(channel)) {
            return Ok(());
        }
        let choice = store::choice(tx, &person.county, person.account).await?;
        let choice = choice.unwrap_or_else(|| Choice::suggested(&person.language));
        let to = To {
            county: &person.county,
            holder: "account",
            holder_id: person.account,
            language: &choice.language,
            quiet: choice.quiet,
            wait: choice.wait * MINUTE,
        };
        let wants = |channel| ways.has(channel) && choice.wants(self.news, channel);
        if wants(Channel::Email) && choice.email.is_some() {
            self.put(tx, &to, person.account, Channel::Email).await?;
        }
        if wants(Channel::Sms) && choice.phone.is_some() {
            self.put(tx, &to, person.account, Channel::Sms).await?;
        }
        if wants(Channel::Push) {
            self.put_to_devices(tx, &to).await?;
        }
        Ok(())
    }

    /// By the contact given on the report, the e-mail address first, and by the browser that agreed to it.
    async fn tell_reporter(&self, tx: &mut Tx, now: Micros) -> Result<()> {
        if self.too_late(now) {
            return Ok(());
        }
        let (matter, ways) = (self.matter, &self.matters.ways);
        let to = To {
            county: &matter.county,
            holder: "reporter",
            holder_id: matter.id,
            language: &matter.language,
            quiet: Quiet::default(),
            wait: REPORTER_WAIT,
        };
        if ways.email && matter.sealed_email.is_some() {
            self.put(tx, &to, matter.id, Channel::Email).await?;
        } else if ways.sms && matter.sealed_phone.is_some() {
            self.put(tx, &to, matter.id, Channel::Sms).await?;
        }
        if ways.has(Channel::Push) {
            self.put_to_devices(tx, &to).await?;
        }
        // When and where the parties sit together is for them alone.
        if self.news == News::Sitting {
            return Ok(());
        }
        self.tell_others(tx, &to).await
    }

    /// Who has met the same hears as well: whoever joined, and the reporters of what was merged into it.
    async fn tell_others(&self, tx: &mut Tx, to: &To<'_>) -> Result<()> {
        let ways = &self.matters.ways;
        if ways.sms {
            for follower in twins::followers(tx, to.county, self.matter.id).await? {
                let to = To { holder: "joiner", holder_id: follower.id, language: &follower.language, ..*to };
                self.put(tx, &to, follower.id, Channel::Sms).await?;
            }
        }
        for merged in twins::merged(tx, to.county, self.matter.id).await? {
            let to = To { holder: "merged", holder_id: merged.id, language: &merged.language, ..*to };
            if ways.email && merged.sealed_email.is_some() {
                self.put(tx, &to, merged.id, Channel::Email).await?;
            } else if ways.sms && merged.sealed_phone.is_some() {
                self.put(tx, &to, merged.id, Channel::Sms).await?;
            }
        }
        Ok(())
    }

    async fn tell_groups(&self, tx: &mut Tx, now: Micros) -> Result<()> {
        let hears = |path: &str| self.matter.path.starts_with(path);
        for group in self.matters.ways.groups.iter().filter(|group| hears(&group.path)) {
            if self.too_late(now) || !group.news.iter().any(|code| code == self.news.code()) {
                continue;
            }
            let to = To {
                county: &self.matter.county,
                holder: "group",
                holder_id: group.id(),
                language: &group.language,
                quiet: Quiet::default(),
                wait: MINUTE,
            };
            self.put(tx, &to, group.id(), group.channel).await?;
        }
        Ok(())
    }

    async fn put_to_devices(&self, tx: &mut Tx, to: &To<'_>) -> Result<()> {
        for device in store::devices(tx, to.county, to.holder, to.holder_id).await? {
            self.put(tx, to, device.id, Channel::Push).await?;
        }
        Ok(())
    }

    async fn put(&self, tx: &mut Tx, to: &To<'_>, destination: Uuid, channel: Channel) -> Result<()> {
        let resident = matches!(to.holder, "reporter" | "joiner" | "merged");
        let urgent = !resident && self.urgent();
        let letter = Letter {
            county: to.county.to_owned(),
            destination,
            event: self.event,
            channel: channel.code().to_owned(),
            holder: to.holder.to_owned(),
            holder_id: to.holder_id,
            kind: self.news.code().to_owned(),
            matter_county: self.matter.county.clone(),
            matter: self.matter.id,
            path: self.matter.path.clone(),
            language: to.language.to_owned(),
            urgent,
            at: self.at,
            due_at: due(self.at, to.wait, to.quiet, urgent),
            expires_at: self.at + WORTH,
            message: None,
            attempts: 0,
        };
        outbox::put(tx, &letter).await?;
        Ok(())
    }

    /// Whether life is at risk, or somebody called for help at once.
    fn urgent(&self) -> bool {
        let category = self.matters.catalogue.get(&self.matter.category);
        self.emergency || category.is_some_and(|category| category.urgency == Urgency::Safety)
    }

    fn too_late(&self, now: Micros) -> bool {
        now - self.at > WORTH
    }
}

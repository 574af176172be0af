//! What is done about visits. Who goes to a door needs no right of its own: whoever keeps the people there
//! ([`Right::KeepPeople`]). For everybody else it does not exist.

mod answer;
mod at_the_door;
mod late;
mod meet;
mod recall;
mod send;
mod take_back;

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use lianxin_registry::actions::people::{AddLodger, AddPerson, Lodging};
use lianxin_registry::household::{Relation, store as households};
use lianxin_registry::person::{Person, Sex, day_typed};
use uuid::Uuid;

pub use answer::Answer;
pub use at_the_door::{NobodyHome, OpenVisit, OpenVisits, PlaceVisit};
pub use late::{Caught, Late, Step};
pub use meet::Meet;
pub use recall::RecallVisits;
pub use send::{SendVisits, Sent};
pub use take_back::TakeBack;

use crate::model::{Campaign, Field};
use crate::rules::findings::{disputed, joined};
use crate::sealed::Listed;
use crate::store::{campaigns, visits};
use crate::visit::Visit;

/// A visit where the asker keeps people, and its campaign.
async fn kept(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Campaign, Visit)> {
    let visit = visits::visit(tx, county, id).await?;
    let Some(visit) = visit.filter(|visit| cx.scope(Right::KeepPeople).covers(&visit.path, &[])) else {
        return Err(Problem::not_found().into());
    };
    match campaigns::campaign(tx, county, visit.campaign).await? {
        Some(campaign) => Ok((campaign, visit)),
        None => Err(Problem::not_found().into()),
    }
}

/// The same of an open campaign.
async fn open(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Campaign, Visit)> {
    let (campaign, visit) = kept(tx, cx, county, id).await?;
    if !campaign.is_open(cx.now) {
        return Err(Problem::new(Kind::Conflict, "check-is-over").into());
    }
    Ok((campaign, visit))
}

/// What is told at a door of somebody, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The name.
    pub name: String,
    /// The ID number, where shown.
    pub id_number: String,
    /// The day of birth, where told.
    pub birth: String,
    /// The sex, where told.
    pub sex: Option<Sex>,
    /// The telephone number, where told.
    pub phone: String,
    /// What they are to the head of the household.
    pub relation: Option<Relation>,
    /// Whether it was looked at that people alike are others.
    pub another: bool,
}

/// The longest note, in characters.
const LONGEST_NOTE: usize = 200;

/// A note for those who go to a door, trimmed.
fn noted(note: &str) -> Result<String> {
    let note = note.trim();
    if note.chars().count() > LONGEST_NOTE {
        return Err(Problem::invalid().field("note", "visit-note-form").into());
    }
    Ok(note.to_owned())
}

/// Something typed, unless it is empty.
fn given(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Told {
    /// What a list tells of somebody.
    fn listed(one: &Listed, another: bool) -> Told {
        Told {
            name: one.name.clone(),
            id_number: one.id_number.clone(),
            birth: one.birth.clone(),
            sex: Sex::from_code(&one.sex),
            phone: one.phone.clone(),
            relation: None,
            another,
        }
    }

    /// The same with what was not told as all who tell of them say.
    fn filled(&self, tellers: &[Listed]) -> Told {
        let (is, disputed) = (joined(tellers), disputed(tellers));
        let or = |told: &str, field: Field, listed: &str| match told.trim() {
            "" if !disputed.contains(&field) => listed.to_owned(),
            told => told.to_owned(),
        };
        Told {
            name: or(&self.name, Field::Name, &is.name),
            id_number: or(&self.id_number, Field::IdNumber, &is.id_number),
            birth: or(&self.birth, Field::Birth, &is.birth),
            sex: self.sex.or_else(|| Sex::from_code(&or("", Field::Sex, &is.sex))),
            phone: or(&self.phone, Field::Phone, &is.phone),
            relation: self.relation,
            another: self.another,
        }
    }

    /// The day of birth.
    fn born(&self) -> Result<Option<jiff::civil::Date>> {
        match given(&self.birth) {
            None => Ok(None),
            Some(typed) => day_typed(&typed)
                .map(Some)
                .ok_or_else(|| Problem::invalid().field("birth", "person-birth-form").into()),
        }
    }

    /// Registers them behind a visit's door: once, by the registry's own action. A household founded so is the visit's.
    async fn register(&self, tx: &mut Tx, cx: Context<'_>, visit: &Visit) -> Result<Person> {
        if !visit.placed {
            return Err(Problem::new(Kind::Conflict, "visit-place-first").into());
        }
        let area = lianxin_registry::area::ancestors(&visit.path).last().copied().unwrap_or_default();
        let address = given(&visit.address(cx.app)?);
        let person = AddPerson {
            name: self.name.clone(),
            id_number: given(&self.id_number),
            phone: given(&self.phone),
            sex: self.sex,
            birth: self.born()?,
            lodging: Lodging { code: None, relation: self.relation, area: area.to_owned(), address },
            from: None,
            another: self.another,
        };
        let county = visit.county.clone();
        match visit.household {
            Some(household) => AddLodger { county, household, person }.run(tx, cx).await,
            None => {
                let person = person.run(tx, cx).await?;
                let homes = households::homes(tx, &county, &[person.id], cx.now).await?;
                if let Some(home) = homes.first() {
                    visits::settle_in(tx, &county, visit.id, home.household).await?;
                }
                Ok(person)
            }
        }
    }
}

//! What those who keep people can do: register, correct, move, enter who joins and leaves, and open what
//! is sealed. All dates are days of China; nothing begins in the future.

mod add;
mod correct;
mod depart;
mod doubles;
mod join;
mod leave;
mod note;
mod open;
mod posting;
mod receive;
mod relocate;
mod stage;
mod transfers;

use jiff::civil::Date;
use lianxin_foundation::clock::{civil, end_of_day, start_of_day};
use lianxin_foundation::error::Kind;
use lianxin_foundation::vault::{normalise_id, normalise_phone};
use lianxin_foundation::{Context, Micros, Problem, Result, Right, Tx};
use uuid::Uuid;

pub use add::{AddLodger, AddPerson, Lodging};
pub(crate) use add::{LONGEST_CODE, alike};
pub use correct::CorrectPerson;
pub use depart::{Depart, Departure};
pub(crate) use doubles::{Half, Laid, laid};
pub use doubles::{MergePeople, TellApart, UndoMerge};
pub use join::Join;
pub use leave::Leave;
pub use note::{NotePeopleExport, NotePeopleSearch};
pub use open::{Contact, OpenPerson, Opened, TakeContact};
pub use posting::{BeginPosting, ProlongPosting};
pub use receive::{Receive, Received, UndoReceive};
pub use relocate::{MoveHousehold, MovePerson};
pub use stage::Advance;
pub use transfers::{AcceptTransfer, AskTransfer, DeclineTransfer};
pub(crate) use transfers::{ask_over, withdraw};

use crate::area::{Area, AreaKind, store as areas};
use crate::person::standing::Standing;
use crate::person::{Person, Sex, store, told_by_id};

/// The longest address below the village, in characters.
pub(crate) const LONGEST_ADDRESS: usize = 120;

/// A person the asker keeps, with everything dated about them.
///
/// # Errors
/// [`Problem::not_found`] for somebody they may not even see, else [`Problem::forbidden`].
async fn kept(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Person, Standing)> {
    let (person, standing) = seen(tx, cx, county, id).await?;
    if !standing.covered(&cx.scope(Right::KeepPeople), cx.now) {
        return Err(Problem::forbidden().into());
    }
    Ok((person, standing))
}

/// A person the asker may see, kept from other changes until the commit.
async fn seen(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Person, Standing)> {
    let found = store::locked(tx, county, id).await?.filter(|person| person.merged_into.is_none());
    let Some(person) = found else { return Err(Problem::not_found().into()) };
    let standing = Standing::of(tx, &person).await?;
    if !standing.covered(&cx.scope(Right::SeePeople), cx.now) {
        return Err(Problem::not_found().into());
    }
    Ok((person, standing))
}

/// The first moment of the day something begins: today when not said.
fn begins(cx: Context<'_>, day: Option<Micros>) -> Result<Micros> {
    let from = start_of_day(day.unwrap_or(cx.now));
    if from > cx.now { Err(Problem::invalid().field("from", "people-day-future").into()) } else { Ok(from) }
}

/// The first moment after the last day of something.
fn ends(cx: Context<'_>, last: Option<Micros>, begun: Micros) -> Result<Micros> {
    let last = start_of_day(last.unwrap_or(cx.now));
    if last > cx.now {
        return Err(Problem::invalid().field("last", "people-day-future").into());
    }
    if last < begun {
        return Err(Problem::invalid().field("last", "people-ends-first").into());
    }
    Ok(end_of_day(last))
}

/// A place a household can stand in: a village or an area within one, kept by the asker.
async fn dwelling(tx: &mut Tx, cx: Context<'_>, id: &str) -> Result<Area> {
    let refused = |code| Err(Problem::invalid().field("area", code).into());
    let found = areas::area(tx, id).await?.filter(|area| area.valid_to.is_none());
    match found {
        None => refused("area-unknown"),
        Some(area) if area.kind < AreaKind::Village => refused("person-place-wide"),
        Some(area) if !cx.scope(Right::KeepPeople).covers(&area.path, &[]) => {
            refused("person-place-not-yours")
        }
        Some(area) => Ok(area),
    }
}

/// An address below the village, trimmed.
fn addressed(address: Option<&str>) -> Result<Option<&str>> {
    let address = address.map(str::trim).filter(|address| !address.is_empty());
    let fits = |address: &str| address.chars().count() <= LONGEST_ADDRESS && !address.contains('\n');
    if address.is_some_and(|address| !fits(address)) {
        return Err(Problem::invalid().field("address", "person-address-form").into());
    }
    Ok(address)
}

/// What identifies a person, as typed: read, checked and made to agree.
#[derive(Debug, Default)]
pub(crate) struct Particulars {
    pub(crate) id_number: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) sex: Option<Sex>,
    pub(crate) birth: Option<Date>,
}

/// The earliest year of birth taken for true.
const OLDEST: i16 = 1890;

impl Particulars {
    /// Reads them; each field that is wrong is named in `problem`. The ID number fills in birth and sex, and
    /// is refused when it says otherwise.
    pub(crate) fn read(
        now: Micros,
        problem: Problem,
        (id_number, phone): (Option<&str>, Option<&str>),
        (sex, birth): (Option<Sex>, Option<Date>),
    ) -> (Particulars, Problem) {
        let mut problem = problem;
        let given =
            |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut read = Particulars { sex, birth, ..Particulars::default() };
        if let Some(typed) = given(id_number) {
            read.id_number = normalise_id(&typed);
            if read.id_number.is_none() {
                problem = problem.field("id-number", "person-id-form");
            }
        }
        if let Some(typed) = given(phone) {
            read.phone = normalise_phone(&typed);
            if read.phone.is_none() {
                problem = problem.field("phone", "person-phone-form");
            }
        }
        if let Some((born, is)) = read.id_number.as_deref().and_then(told_by_id) {
            if birth.is_some_and(|birth| birth != born) {
                problem = problem.field("birth", "person-birth-differs");
            }
            if sex.is_some_and(|sex| sex != is) {
                problem = problem.field("sex", "person-sex-differs");
            }
            (read.birth, read.sex) = (Some(born), Some(is));
        }
        let today = civil(now).date();
        if read.birth.is_some_and(|birth| birth > today || birth.year() < OLDEST) {
            problem = problem.field("birth", "person-birth-form");
        }
        (read, problem)
    }
}

/// Somebody else has this ID number. Whoever typed it knows it; where that person lives is not told.
fn taken() -> Problem {
    Problem::invalid().field("id-number", "person-id-taken")
}

/// Somebody else changed the person while the form stood open.
fn changed_meanwhile() -> Problem {
    Problem::new(Kind::Conflict, "person-changed")
}

//! Personal fields of people and households: sealed when they come in, found by keyed hashes.

use lianxin_foundation::error::While;
use lianxin_foundation::vault::{mask_id, mask_phone};
use lianxin_foundation::{App, Result};
use uuid::Uuid;

use super::Person;

/// The place a person's ID number is sealed for.
pub(crate) fn place_of_id(person: Uuid) -> String {
    format!("person.sealed_id/{person}")
}

/// The place a person's telephone is sealed for.
pub(crate) fn place_of_phone(person: Uuid) -> String {
    format!("person.sealed_phone/{person}")
}

/// Seals a person's ID number.
pub(crate) fn seal_id(app: &App, person: Uuid, id: &str) -> Vec<u8> {
    seal(app, &place_of_id(person), id)
}

/// Seals a person's telephone.
pub(crate) fn seal_phone(app: &App, person: Uuid, phone: &str) -> Vec<u8> {
    seal(app, &place_of_phone(person), phone)
}

/// The place a household's address is sealed for.
pub(crate) fn seal_address(app: &App, household: Uuid, address: &str) -> Vec<u8> {
    seal(app, &format!("household.sealed_address/{household}"), address)
}

fn seal(app: &App, place: &str, plain: &str) -> Vec<u8> {
    app.vault().seal(app.ids(), place, plain)
}

/// Opens a person's ID number.
pub(crate) fn open_id(app: &App, person: &Person) -> Result<Option<String>> {
    open(app, &place_of_id(person.id), person.sealed_id.as_deref())
}

/// Opens a person's telephone number.
pub(crate) fn open_phone(app: &App, person: &Person) -> Result<Option<String>> {
    open(app, &place_of_phone(person.id), person.sealed_phone.as_deref())
}

/// Opens a household's address.
pub(crate) fn open_address(app: &App, household: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>> {
    open(app, &format!("household.sealed_address/{household}"), sealed)
}

/// Opens what was sealed for a place.
pub(crate) fn open(app: &App, place: &str, sealed: Option<&[u8]>) -> Result<Option<String>> {
    let open = |sealed| app.vault().open(place, sealed);
    sealed.map(open).transpose().while_doing(format!("opening {place}"))
}

/// The keyed hash that finds an ID number in one spelling.
pub(crate) fn id_key(app: &App, id: &str) -> Vec<u8> {
    app.vault().search_key("resident-id", id)
}

/// The keyed hash that finds a telephone number in one spelling.
pub(crate) fn phone_key(app: &App, phone: &str) -> Vec<u8> {
    app.vault().search_key("person-phone", phone)
}

/// How many of a number's last digits are looked for.
pub const TAIL: usize = 4;

/// The keyed hash that finds numbers by their last four digits.
pub(crate) fn phone_tail(app: &App, phone: &str) -> Vec<u8> {
    let from = phone.len().saturating_sub(TAIL);
    app.vault().search_key("person-phone-tail", phone.get(from..).unwrap_or(phone))
}

/// What may be shown of the ID number and the telephone without a reason.
pub(crate) fn masked(app: &App, person: &Person) -> Result<(Option<String>, Option<String>)> {
    let id = open_id(app, person)?.map(|id| mask_id(&id));
    let phone = open_phone(app, person)?.map(|phone| mask_phone(&phone));
    Ok((id, phone))
}

//! Who stands on a line of a list: sealed as one, opened where it is needed.

use lianxin_foundation::error::While;
use lianxin_foundation::vault::{mask_address, mask_id, mask_phone};
use lianxin_foundation::{App, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody as a list tells of them; what it does not tell is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The name as written.
    pub name: String,
    /// The ID number: in one spelling where it is right, else as written.
    pub id_number: String,
    /// The day of birth as `1985-03-21` where it can be read, else as written.
    pub birth: String,
    /// `female`, `male` or what is written.
    pub sex: String,
    /// The telephone number, in one spelling where it is right, else as written.
    pub phone: String,
    /// The address as written.
    pub address: String,
}

impl Listed {
    /// The same with numbers and address masked, for a page.
    pub fn masked(&self) -> Listed {
        let masked = |text: &str, mask: fn(&str) -> String| match text {
            "" => String::new(),
            text => mask(text),
        };
        Listed {
            id_number: masked(&self.id_number, mask_id),
            phone: masked(&self.phone, mask_phone),
            address: masked(&self.address, mask_address),
            ..self.clone()
        }
    }

    /// Seals it for a place.
    pub(crate) fn sealed(&self, app: &App, place: &str) -> Result<Vec<u8>> {
        let text = serde_json::to_string(self).while_doing("writing a line of a list")?;
        Ok(app.vault().seal(app.ids(), place, &text))
    }

    /// Opens what was sealed for the same place.
    pub(crate) fn opened(app: &App, place: &str, sealed: &[u8]) -> Result<Listed> {
        let text = app.vault().open(place, sealed).while_doing(format!("opening {place}"))?;
        serde_json::from_str(&text).while_doing(format!("reading {place}"))
    }
}

/// What a line of a list is sealed for.
pub(crate) fn row_place(roll: Uuid, line: i64) -> String {
    format!("roll_row.sealed/{roll}/{line}")
}

/// What a file is sealed for.
pub(crate) fn file_place(roll: Uuid) -> String {
    format!("roll.sealed_file/{roll}")
}

/// The keyed hash that finds one ID number on several lists.
pub(crate) fn id_key(app: &App, id_number: &str) -> Vec<u8> {
    app.vault().search_key("roll-id", id_number)
}

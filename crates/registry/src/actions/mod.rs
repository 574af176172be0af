//! What an administrator can do. Each checks that the place is theirs to keep, writes, and is
//! remembered in the audit trail.

mod add_area;
mod add_organisation;
mod begin_term;
mod bring_codes;
mod change_areas;
mod change_organisation;
mod close_account;
mod close_organisation;
pub mod coverage;
mod describe_organisation;
mod end_post;
mod grant_post;
mod import_shapes;
mod note_export;
mod open_account;
pub mod people;
mod plates;
mod rename_area;
mod reset_password;
pub mod rosters;
mod set_duties;
mod set_shape;

pub use add_area::AddArea;
pub use add_organisation::{AddOrganisation, Founding};
pub use begin_term::BeginTerm;
pub use bring_codes::{Became, Outcome, bring_codes, look_at_codes};
pub(crate) use change_areas::looked_at;
pub use change_areas::{ChangeAreas, UndoAreas};
pub use change_organisation::ChangeOrganisation;
pub use close_account::CloseAccount;
pub use close_organisation::CloseOrganisation;
pub use describe_organisation::DescribeOrganisation;
pub use end_post::EndPost;
pub use grant_post::GrantPost;
pub use import_shapes::{ImportShapes, ShapesImported};
pub use note_export::NoteOrganisationsExport;
pub use open_account::OpenAccount;
pub use plates::{EndPlate, For, MOST_PLATES, MakePlates};
pub use rename_area::RenameArea;
pub use reset_password::ResetPassword;
pub use set_duties::{DutiesSet, SetDuties};
pub use set_shape::SetShape;

/// The longest name of an area or organisation, in characters.
const LONGEST_NAME: usize = 60;

/// A name as given, trimmed, unless it is empty or too long.
pub(crate) fn named(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits =
        !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    fits.then_some(name)
}

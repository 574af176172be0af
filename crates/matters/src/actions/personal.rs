//! Personal fields: sealed when they come in, opened with a reason that is remembered.

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::error::While;
use lianxin_foundation::{Action, App, Context, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{find, note_place};
use crate::model::{Event, Matter};

/// Opens what is sealed in a matter, for a reason.
pub struct OpenPersonal {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Why, in at least four characters; it joins the audit trail.
    pub reason: String,
}

/// What was sealed in a matter; what was not given is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Personal {
    /// The reporter's name.
    pub name: Option<String>,
    /// The reporter's telephone number.
    pub phone: Option<String>,
    /// The reporter's e-mail address.
    pub email: Option<String>,
    /// The exact address.
    pub address: Option<String>,
    /// The reporter's words, where they are private.
    pub text: Option<String>,
}

impl Action for OpenPersonal {
    type Output = Personal;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Personal> {
        let matter = find(tx, cx, &self.county, self.id).await?;
        cx.scope(Right::OpenPersonal).require(&matter.path, &[matter.unit, matter.first_unit])?;
        let reason = audit::reason(&self.reason, "matter-reason-short")?;
        let open = |field, sealed: &Option<Vec<u8>>| opened(cx.app, field, matter.id, sealed.as_deref());
        let personal = Personal {
            name: open("name", &matter.sealed_name)?,
            phone: open("phone", &matter.sealed_phone)?,
            email: open("email", &matter.sealed_email)?,
            address: open("address", &matter.sealed_address)?,
            text: open("text", &matter.sealed_text)?,
        };
        tx.audit(
            Entry::new(cx.who, &self.county, "matter-open-personal", "matter", self.id)
                .because(reason)
                .detail(json!({ "number": matter.number, "fields": personal.fields() })),
        );
        Ok(personal)
    }
}

impl Personal {
    /// The names of the fields that hold something.
    fn fields(&self) -> Vec<&'static str> {
        [
            ("name", &self.name),
            ("phone", &self.phone),
            ("email", &self.email),
            ("address", &self.address),
            ("text", &self.text),
        ]
        .into_iter()
        .filter_map(|(field, value)| value.is_some().then_some(field))
        .collect()
    }
}

/// What the reporter said, for the reporter's own page: never for staff, who open it with a reason.
pub fn said(app: &App, matter: &Matter) -> Result<String> {
    Ok(opened(app, "text", matter.id, matter.sealed_text.as_deref())?.unwrap_or_else(|| matter.text.clone()))
}

/// The sealed words of an event: a note between staff, for staff who may see the matter, or what the
/// reporter of a private matter wrote, for the reporter and for the unit that has it.
pub fn said_in(app: &App, event: &Event) -> Result<Option<String>> {
    let Some(sealed) = &event.sealed_note else { return Ok(None) };
    app.vault()
        .open(&note_place(event.id), sealed)
        .map(Some)
        .while_doing(format!("opening the note of event {}", event.id))
}

/// The contact a reporter left, `email` or `phone`, for the program to tell them by: whoever asks puts that on record.
pub(crate) fn contact_of(app: &App, matter: &Matter, field: &str) -> Result<Option<String>> {
    let sealed = if field == "email" { &matter.sealed_email } else { &matter.sealed_phone };
    opened(app, field, matter.id, sealed.as_deref())
}

/// Seals one field of a matter.
pub(super) fn sealed(app: &App, field: &str, matter: Uuid, plain: &str) -> Vec<u8> {
    app.vault().seal(app.ids(), &place(field, matter), plain)
}

/// Opens one field of a matter.
pub(crate) fn opened(app: &App, field: &str, matter: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>> {
    let open = |sealed| app.vault().open(&place(field, matter), sealed);
    sealed.map(open).transpose().while_doing(format!("opening the {field} of matter {matter}"))
}

/// The column and row a field is sealed for.
fn place(field: &str, matter: Uuid) -> String {
    format!("matter.sealed_{field}/{matter}")
}

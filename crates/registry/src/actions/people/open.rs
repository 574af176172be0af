//! Opens what is sealed about a person, for a reason that is remembered.

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::seen;
use crate::household::store as households;
use crate::membership::Membership;
use crate::person::{Person, sealed};

/// Opens a person's ID number, telephone and address.
#[derive(Debug, Clone)]
pub struct OpenPerson {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// Why, in at least four characters; it joins the audit trail.
    pub reason: String,
}

/// What was sealed; what is not known is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The ID number.
    pub id_number: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The household's address below the village.
    pub address: Option<String>,
    /// The whole day of birth.
    pub birth: Option<String>,
}

impl Action for OpenPerson {
    type Output = Opened;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Opened> {
        let (person, standing) = seen(tx, cx, &self.county, self.id).await?;
        if !standing.covered(&cx.scope(Right::OpenPeople), cx.now) {
            return Err(Problem::forbidden().into());
        }
        let reason = audit::reason(&self.reason, "person-reason-short")?;
        let address = match standing.home(cx.now) {
            Some(home) => households::household(tx, &self.county, home.household).await?,
            None => None,
        };
        let address = match address {
            Some(household) => {
                sealed::open_address(cx.app, household.id, household.sealed_address.as_deref())?
            }
            None => None,
        };
        let opened = Opened {
            id_number: sealed::open_id(cx.app, &person)?,
            phone: sealed::open_phone(cx.app, &person)?,
            address,
            birth: person.birth,
        };
        tx.audit(
            Entry::new(cx.who, &self.county, "person-open", "person", self.id)
                .because(reason)
                .detail(json!({ "fields": opened.fields() })),
        );
        Ok(opened)
    }
}

impl Opened {
    /// The names of the fields that hold something.
    fn fields(&self) -> Vec<&'static str> {
        let all = [
            ("id-number", &self.id_number),
            ("phone", &self.phone),
            ("address", &self.address),
            ("birth", &self.birth),
        ];
        all.into_iter().filter_map(|(field, value)| value.is_some().then_some(field)).collect()
    }
}

/// Takes a person's contact away as a file: the telephone and what they are, nothing else that is sealed.
#[derive(Debug, Clone)]
pub struct TakeContact {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// Why, in at least four characters; it joins the audit trail.
    pub reason: String,
}

/// What a contact holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who.
    pub person: Person,
    /// Their telephone, where known.
    pub phone: Option<String>,
    /// The path of where they live.
    pub home: Option<String>,
    /// What they are now.
    pub roles: Vec<Membership>,
}

impl Action for TakeContact {
    type Output = Contact;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Contact> {
        let (person, standing) = seen(tx, cx, &self.county, self.id).await?;
        let allowed = standing.covered(&cx.scope(Right::OpenPeople), cx.now);
        if !allowed || cx.scope(Right::Export).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let reason = audit::reason(&self.reason, "person-reason-short")?;
        let contact = Contact {
            phone: sealed::open_phone(cx.app, &person)?,
            home: standing.home(cx.now).map(|home| home.path.clone()),
            roles: standing.held(cx.now).cloned().collect(),
            person,
        };
        let fields: &[&str] = if contact.phone.is_some() { &["name", "phone"] } else { &["name"] };
        tx.audit(
            Entry::new(cx.who, &self.county, "person-contact", "person", self.id)
                .because(reason)
                .detail(json!({ "fields": fields })),
        );
        Ok(contact)
    }
}

//! Corrects what was entered about a person.

use jiff::civil::Date;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Particulars, changed_meanwhile, kept, taken};
use crate::person::naming::{Keys, named};
use crate::person::{Person, Sex, sealed, store};

/// What is right about a person. The ID number and the telephone stay as they are unless given.
#[derive(Debug, Clone)]
pub struct CorrectPerson {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// The version the form showed.
    pub version: i64,
    /// The name.
    pub name: String,
    /// The sex, where known.
    pub sex: Option<Sex>,
    /// Another day of birth; the one there stays when not said.
    pub birth: Option<Date>,
    /// Another ID number.
    pub id_number: Option<String>,
    /// Another telephone number.
    pub phone: Option<String>,
    /// Whether the telephone number goes.
    pub drop_phone: bool,
}

impl Action for CorrectPerson {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (mut person, _) = kept(tx, cx, &self.county, self.id).await?;
        let mut problem = Problem::invalid();
        let name = named(&self.name).unwrap_or_default();
        if name.is_empty() {
            problem = problem.field("name", "person-name-form");
        }
        // What the stored ID number says, a correction of birth and sex must agree with.
        let stored = sealed::open_id(cx.app, &person)?;
        let number = self.id_number.as_deref().filter(|typed| !typed.trim().is_empty());
        let typed = (number.or(stored.as_deref()), self.phone.as_deref());
        // Another ID number may say another birth than the one stored, but not than the one typed beside it.
        let birth = self.birth.or_else(|| person.birth().filter(|_| number.is_none()));
        let (read, problem) = Particulars::read(cx.now, problem, typed, (self.sex, birth));
        problem.when_fields()?;
        let mut fields = Vec::new();
        let birth = read.birth.map(|birth| birth.to_string());
        for (field, differs) in [
            ("name", person.name != name),
            ("sex", person.sex() != read.sex),
            ("birth", person.birth != birth),
        ] {
            fields.extend(differs.then_some(field));
        }
        name.clone_into(&mut person.name);
        person.sex = read.sex.map(|sex| sex.code().to_owned());
        person.birth = birth;
        if !store::correct(tx, &person, &Keys::of(name), self.version).await? {
            return Err(changed_meanwhile().into());
        }
        if number.is_some() && read.id_number != stored {
            self.renumber(tx, cx, &person, read.id_number.as_deref()).await?;
            fields.push("id-number");
        }
        if self.drop_phone || read.phone.is_some() {
            let phone = read.phone.as_deref().filter(|_| !self.drop_phone);
            let seal = phone.map(|phone| sealed::seal_phone(cx.app, person.id, phone));
            let key = phone.map(|phone| sealed::phone_key(cx.app, phone));
            let tail = phone.map(|phone| sealed::phone_tail(cx.app, phone));
            store::set_phone(tx, &person, seal, key, tail).await?;
            fields.push("phone");
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "person-correct", "person", self.id)
                .detail(json!({ "fields": fields })),
        );
        Ok(())
    }
}

impl CorrectPerson {
    async fn renumber(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        person: &Person,
        number: Option<&str>,
    ) -> Result<()> {
        let Some(number) = number else { return Ok(()) };
        let key = sealed::id_key(cx.app, number);
        if !store::claim_id(tx, &key, &self.county, self.id).await? {
            return Err(taken().into());
        }
        if let Some(old) = &person.id_key {
            store::free_id(tx, old, &self.county, self.id).await?;
        }
        store::set_id(tx, person, sealed::seal_id(cx.app, self.id, number), key).await
    }
}

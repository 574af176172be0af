//! Registers a person, in a household that is there or a new one.

use jiff::civil::Date;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Particulars, addressed, begins, dwelling, taken};
use crate::area::Area;
use crate::doubles::store as doubles;
use crate::household::{Household, Relation, Residence, store as households};
use crate::person::naming::{Keys, named};
use crate::person::standing::Standing;
use crate::person::store::{self, New};
use crate::person::{Person, Sex, sealed};

/// Where somebody lives.
#[derive(Debug, Clone, Default)]
pub struct Lodging {
    /// The number of the household's booklet: of one that is there, or for a new one.
    pub code: Option<String>,
    /// What they are to its head; the head when not said and the household is new.
    pub relation: Option<Relation>,
    /// The village, grid or micro-grid of a new household.
    pub area: String,
    /// The rest of a new household's address.
    pub address: Option<String>,
}

/// A person to register.
#[derive(Debug, Clone)]
pub struct AddPerson {
    /// The name.
    pub name: String,
    /// The resident ID number, where known.
    pub id_number: Option<String>,
    /// A telephone number, where known.
    pub phone: Option<String>,
    /// The sex, where no ID number tells it.
    pub sex: Option<Sex>,
    /// The day of birth, where no ID number tells it.
    pub birth: Option<Date>,
    /// Where they live.
    pub lodging: Lodging,
    /// Since which day they live there; today when not said.
    pub from: Option<Micros>,
    /// Whether it was looked at that people with the same name and birth or telephone are others.
    pub another: bool,
}

impl Action for AddPerson {
    type Output = Person;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Person> {
        let read = self.read(cx)?;
        let from = begins(cx, self.from)?;
        let (household, area) = self.lodging.found(tx, cx).await?;
        self.register(tx, cx, (read, from), (household, area)).await
    }
}

/// A person to register in a household by its id: whoever stands at a door knows no number of a booklet.
#[derive(Debug, Clone)]
pub struct AddLodger {
    /// The county.
    pub county: String,
    /// The household.
    pub household: Uuid,
    /// Who; of their lodging only the relation counts.
    pub person: AddPerson,
}

impl Action for AddLodger {
    type Output = Person;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Person> {
        let read = self.person.read(cx)?;
        let from = begins(cx, self.person.from)?;
        let found = households::household(tx, &self.county, self.household).await?;
        let Some(household) = found.filter(|household| household.valid_to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        let area = dwelling(tx, cx, &household.area).await?;
        self.person.register(tx, cx, (read, from), (Some(household), area)).await
    }
}

impl AddPerson {
    /// What was typed, read and checked.
    fn read(&self, cx: Context<'_>) -> Result<Particulars> {
        let mut problem = Problem::invalid();
        if named(&self.name).unwrap_or_default().is_empty() {
            problem = problem.field("name", "person-name-form");
        }
        let typed = (self.id_number.as_deref(), self.phone.as_deref());
        let (read, problem) = Particulars::read(cx.now, problem, typed, (self.sex, self.birth));
        problem.when_fields()?;
        Ok(read)
    }

    /// Writes the person, who lives from a moment on in a household that is there or is founded in an area.
    async fn register(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        (read, from): (Particulars, Micros),
        (household, area): (Option<Household>, Area),
    ) -> Result<Person> {
        let name = named(&self.name).unwrap_or_default();
        let keys = Keys::of(name);
        let phone_key = read.phone.as_deref().map(|phone| sealed::phone_key(cx.app, phone));
        let birth = read.birth.map(|birth| birth.to_string());
        let twins = alike(tx, cx, &area.county, &keys, birth.clone(), phone_key.clone()).await?;
        if !self.another && !twins.is_empty() {
            return Err(Problem::new(Kind::Conflict, "person-alike").with("n", twins.len()).into());
        }
        let id = cx.app.ids().new_id(cx.now);
        let id_key = read.id_number.as_deref().map(|number| sealed::id_key(cx.app, number));
        if let Some(key) = &id_key
            && !store::claim_id(tx, key, &area.county, id).await?
        {
            return Err(taken().into());
        }
        let new = New {
            county: &area.county,
            id,
            name,
            keys: &keys,
            sex: read.sex.map(Sex::code),
            birth,
            sealed_id: read.id_number.as_deref().map(|number| sealed::seal_id(cx.app, id, number)),
            id_key,
            sealed_phone: read.phone.as_deref().map(|phone| sealed::seal_phone(cx.app, id, phone)),
            phone_key,
            phone_tail: read.phone.as_deref().map(|phone| sealed::phone_tail(cx.app, phone)),
            at: cx.now,
        };
        store::insert(tx, new).await?;
        self.lodging.lodge(tx, cx, (id, from), household, &area).await?;
        tx.audit(
            Entry::new(cx.who, &area.county, "person-add", "person", id).detail(json!({ "area": area.id })),
        );
        tell_apart(tx, cx, (&area.county, id), &twins).await?;
        let person = store::person(tx, &area.county, id).await?;
        person.ok_or_else(|| Problem::not_found().into())
    }
}

/// Whoever registers somebody as another person has looked at those who may be the same: the pairs are not shown again.
async fn tell_apart(
    tx: &mut Tx,
    cx: Context<'_>,
    (county, new): (&str, Uuid),
    twins: &[Person],
) -> Result<()> {
    for twin in twins {
        doubles::set_apart(tx, county, (new, twin.id), (cx.now, &cx.who.name)).await?;
        tx.audit(
            Entry::new(cx.who, county, "people-apart", "person", new).detail(json!({ "double": twin.id })),
        );
    }
    Ok(())
}

/// The people the asker may see who may be the same as somebody to be registered.
pub(crate) async fn alike(
    tx: &mut Tx,
    cx: Context<'_>,
    county: &str,
    keys: &Keys,
    birth: Option<String>,
    phone_key: Option<Vec<u8>>,
) -> Result<Vec<Person>> {
    let scope = cx.scope(Right::SeePeople);
    let mut found = Vec::new();
    for person in store::alike(tx, county, &keys.plain, birth, phone_key).await? {
        if Standing::of(tx, &person).await?.covered(&scope, cx.now) {
            found.push(person);
        }
    }
    Ok(found)
}

/// The longest number of a household's booklet, in characters.
pub(crate) const LONGEST_CODE: usize = 30;

impl Lodging {
    /// The household with the number given, if there is one, and the area it stands or will stand in.
    pub(super) async fn found(&self, tx: &mut Tx, cx: Context<'_>) -> Result<(Option<Household>, Area)> {
        let Some(code) = self.code() else { return Ok((None, dwelling(tx, cx, &self.area).await?)) };
        let fits =
            code.chars().count() <= LONGEST_CODE && code.chars().all(|c| c.is_alphanumeric() || c == '-');
        if !fits {
            return Err(Problem::invalid().field("household", "household-code-form").into());
        }
        let county = crate::county_of(&self.area);
        match households::by_code(tx, &county, code).await? {
            None => Ok((None, dwelling(tx, cx, &self.area).await?)),
            Some(household) => {
                let area = dwelling(tx, cx, &household.area).await;
                // Whose household it is stays untold to who does not keep its place.
                let area = area.map_err(|_| Problem::invalid().field("household", "household-taken"))?;
                Ok((Some(household), area))
            }
        }
    }

    fn code(&self) -> Option<&str> {
        self.code.as_deref().map(str::trim).filter(|code| !code.is_empty())
    }

    /// Writes that a person lives there from a day on; a household that is not there yet is founded.
    pub(super) async fn lodge(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        (person, from): (Uuid, Micros),
        household: Option<Household>,
        area: &Area,
    ) -> Result<Uuid> {
        let is_new = household.is_none();
        let household = match household {
            Some(household) => household,
            None => self.establish(tx, cx, from, area).await?,
        };
        let relation = self.relation.unwrap_or(if is_new { Relation::Head } else { Relation::Other });
        if relation == Relation::Head && !is_new {
            let lodgers = households::lodgers(tx, &household.county, household.id).await?;
            let heads = |one: &households::Lodger| {
                one.relation == Relation::Head.code()
                    && one.person != person
                    && one.valid_to.is_none_or(|to| from < to)
            };
            if lodgers.iter().any(heads) {
                return Err(Problem::invalid().field("relation", "household-has-head").into());
            }
        }
        let residence = Residence {
            id: cx.app.ids().new_id(cx.now),
            person,
            household: household.id,
            relation: relation.code().to_owned(),
            area: household.area,
            path: household.path,
            from,
            to: None,
            ended: None,
        };
        households::lodge(tx, &household.county, &residence).await?;
        Ok(household.id)
    }

    async fn establish(&self, tx: &mut Tx, cx: Context<'_>, from: Micros, area: &Area) -> Result<Household> {
        let id = cx.app.ids().new_id(cx.now);
        let address = addressed(self.address.as_deref())?;
        let household = Household {
            county: area.county.clone(),
            id,
            code: self.code().map(str::to_owned),
            area: area.id.clone(),
            path: area.path.clone(),
            sealed_address: address.map(|address| sealed::seal_address(cx.app, id, address)),
            valid_from: from,
            valid_to: None,
        };
        households::insert(tx, &household).await?;
        Ok(household)
    }
}

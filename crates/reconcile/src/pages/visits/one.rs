//! One door: whom to ask about, what lists and the registry say of them, and what is found.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::clock::start_of;
use lianxin_foundation::vault::mask_address;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Error, Micros, Problem, Result, Right, Tx};
use lianxin_registry::actions::people::OpenPerson;
use lianxin_registry::form::{Choice, PlaceField, Wrong, place_names, sent_place, wrong};
use lianxin_registry::household::{Relation, store as households};
use lianxin_registry::person::{Sex, store as people};
use uuid::Uuid;

use super::super::{Asked, asked, done};
use super::{look, told_of};
use crate::actions::visits::{Answer, Meet, NobodyHome, OpenVisit, PlaceVisit, TakeBack, Told};
use crate::model::{Campaign, Field};
use crate::rules::answers;
use crate::rules::findings::{Outcome, Side, disputed, joined};
use crate::sealed::{Listed, row_place};
use crate::store::{campaigns, visits};
use crate::visit::{Found, Question, Visit, VisitState};

/// What somebody tells of a person.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) line: i64,
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// A person to ask about.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) side: &'static str,
    pub(crate) sources: Vec<Source>,
    pub(crate) person: Option<String>,
    /// What can be said of them.
    pub(crate) offers: Vec<Outcome>,
    /// Whether nobody of the registry is known for them yet.
    pub(crate) new: bool,
    /// What stands in the form for corrections.
    pub(crate) is: Listed,
    pub(crate) relation: String,
    pub(crate) to: String,
    pub(crate) last: String,
    /// Which form came back, and for it: whether people alike have to be looked at.
    pub(crate) back: Option<(Outcome, bool)>,
    pub(crate) open: bool,
    pub(crate) found: Option<FoundRow>,
}

impl Card {
    /// Whether this can be said of them.
    fn may(&self, outcome: &str) -> bool {
        self.offers.iter().any(|offer| offer.code() == outcome)
    }

    /// Whether a form of this card came back.
    fn came_back(&self, outcome: &str) -> bool {
        self.back.is_some_and(|(back, _)| back.code() == outcome)
    }

    fn alike(&self, outcome: &str) -> bool {
        self.back.is_some_and(|(back, alike)| alike && back.code() == outcome)
    }
}

/// What was found of them.
#[derive(Debug, Clone)]
pub(crate) struct FoundRow {
    pub(crate) look: &'static str,
    pub(crate) said: Vec<String>,
    pub(crate) at: Micros,
    pub(crate) note: String,
    pub(crate) may_take_back: bool,
}

#[derive(Template)]
#[template(path = "visit.html")]
pub(in super::super) struct VisitPage {
    pub(in super::super) s: Shell,
    pub(in super::super) here: String,
    pub(in super::super) campaign: String,
    pub(in super::super) purpose: String,
    pub(in super::super) address: String,
    pub(in super::super) place: String,
    pub(in super::super) look: &'static str,
    pub(in super::super) state: &'static str,
    pub(in super::super) tries: i64,
    pub(in super::super) tried: Option<Micros>,
    pub(in super::super) note: String,
    pub(in super::super) open: bool,
    pub(in super::super) placed: bool,
    pub(in super::super) may_place: bool,
    pub(in super::super) masked: bool,
    pub(in super::super) living: Vec<(String, String, &'static str)>,
    pub(in super::super) cards: Vec<Card>,
    pub(in super::super) left: usize,
    pub(in super::super) sexes: Vec<Choice>,
    pub(in super::super) relations: Vec<Choice>,
    pub(in super::super) field: PlaceField,
    pub(in super::super) met: Option<(Listed, String, bool)>,
    pub(in super::super) notice: Option<String>,
    pub(in super::super) wrong: Wrong,
}

impl VisitPage {
    /// What stands in the form for somebody who was met.
    fn met(&self) -> Listed {
        self.met.as_ref().map(|met| met.0.clone()).unwrap_or_default()
    }

    fn met_relation(&self) -> &str {
        self.met.as_ref().map_or("", |met| met.1.as_str())
    }

    fn met_alike(&self) -> bool {
        self.met.as_ref().is_some_and(|met| met.2)
    }
}

pub(in super::super) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut page = load(&visitor, &county, id).await?;
    page.notice = match asked(&query, "done") {
        "answered" => Some(visitor.words.t("visit-done-answered")),
        "met" => Some(visitor.words.t("visit-done-met")),
        "home" => Some(visitor.words.t("visit-done-home")),
        "placed" => Some(visitor.words.t("visit-done-placed")),
        "back" => Some(visitor.words.t("visit-done-back")),
        _ => None,
    };
    html(&page)
}

/// A visit where the visitor keeps people, and its campaign; nothing of one whose personal data is gone.
async fn kept(tx: &mut Tx, visitor: &Visitor, county: &str, id: Uuid) -> Result<(Campaign, Visit)> {
    let scope = visitor.signed_in()?.scope(Right::KeepPeople, visitor.now);
    let visit = visits::visit(tx, county, id).await?.filter(|visit| scope.covers(&visit.path, &[]));
    let Some(visit) = visit else { return Err(Problem::not_found().into()) };
    let campaign = campaigns::campaign(tx, county, visit.campaign).await?;
    campaign.map(|campaign| (campaign, visit)).ok_or_else(|| Problem::not_found().into())
}

async fn load(visitor: &Visitor, county: &str, id: Uuid) -> Result<VisitPage> {
    let who = visitor.signed_in()?;
    let mut tx = visitor.app.db().read().await?;
    let (campaign, visit) = kept(&mut tx, visitor, county, id).await?;
    let opens = who.scope(Right::OpenPeople, visitor.now).covers(&visit.path, &[]);
    let questions = visits::questions(&mut tx, county, id).await?;
    let tellers = visits::tellers(&mut tx, county, id).await?;
    let living = living(&mut tx, visitor, &visit).await?;
    let place = place_names(&mut tx, [visit.path.as_str()].into_iter()).await?;
    let keeps = visitor.scope(Right::KeepPeople)?;
    let field = PlaceField::of(&mut tx, &keeps, "").await?;
    drop(tx);
    if opens {
        visitor.app.act(who, &OpenVisit { county: county.to_owned(), visit: id }).await?;
    }
    let address = visit.address(&visitor.app)?;
    let open = campaign.is_open(visitor.now);
    let mut cards = Vec::with_capacity(questions.len());
    for question in questions {
        let mut told = Vec::new();
        for one in tellers.iter().filter(|one| one.question == question.id) {
            let listed = Listed::opened(&visitor.app, &row_place(one.roll, one.line), &one.sealed)?;
            told.push((one.title.clone(), one.line, listed));
        }
        cards.push(card(visitor, &campaign, question, told, (opens, open)).await?);
    }
    cards.sort_by_key(|card| !card.open);
    Ok(VisitPage {
        s: visitor.shell(if opens && !address.is_empty() {
            address.clone()
        } else {
            visitor.words.t("visit-title")
        }),
        here: format!("/visits/{county}/{id}"),
        campaign: campaign.title.clone(),
        purpose: campaign.purpose.clone(),
        address: if opens { address } else { mask_address(&address) },
        place: place.get(&visit.path).cloned().unwrap_or_default(),
        look: look(visit.state()),
        state: visit.state().message(),
        tries: visit.tries,
        tried: visit.tried_at,
        note: if opens { visit.note(&visitor.app)? } else { String::new() },
        open,
        placed: visit.placed,
        may_place: open && visit.state() != VisitState::Done,
        masked: !opens,
        living,
        left: cards.iter().filter(|card| card.open).count(),
        cards,
        sexes: [Sex::Female, Sex::Male]
            .map(|sex| Choice::new(sex.code(), visitor.words.t(sex.message())))
            .into(),
        relations: Relation::ALL.map(|one| Choice::new(one.code(), visitor.words.t(one.message()))).into(),
        field,
        met: None,
        notice: None,
        wrong: Wrong::default(),
    })
}

/// Who lives behind the door by the registry: address of the page, name, relation.
pub(super) async fn living(
    tx: &mut Tx,
    visitor: &Visitor,
    visit: &Visit,
) -> Result<Vec<(String, String, &'static str)>> {
    let Some(household) = visit.household else { return Ok(Vec::new()) };
    let lodgers = households::lodgers(tx, &visit.county, household).await?;
    let here = lodgers.into_iter().filter(|one| one.valid_to.is_none_or(|to| to > visitor.now));
    let row = |one: households::Lodger| {
        let relation = Relation::from_code(&one.relation).unwrap_or(Relation::Other).message();
        (format!("/people/{}/{}", visit.county, one.person), one.name, relation)
    };
    Ok(here.map(row).collect())
}

async fn card(
    visitor: &Visitor,
    campaign: &Campaign,
    question: Question,
    mut told: Vec<(String, i64, Listed)>,
    (opens, open): (bool, bool),
) -> Result<Card> {
    let found = match question.outcome() {
        Some(outcome) => Some(found_row(visitor, &question, outcome, &told)?),
        None => None,
    };
    let side = question.side();
    let still = open && answers::offered(side, question.stands(), true).next().is_some();
    let registered = match question.person {
        Some(person) => registered(visitor, campaign, person, opens && still).await?,
        None => None,
    };
    if let Some(registered) = registered.filter(|_| side != Side::Above) {
        told.push((visitor.words.t("check-registered"), 0, registered));
    }
    let whole: Vec<Listed> = told.iter().map(|one| one.2.clone()).collect();
    let is = joined(&whole);
    let source = |(title, line, listed): (String, i64, Listed)| Source {
        title,
        line,
        fields: fields(visitor, if opens { listed } else { listed.masked() }),
    };
    Ok(Card {
        id: question.id.to_string(),
        name: is.name.clone(),
        side: side.message(),
        offers: answers::offered(side, question.stands(), disputed(&whole).is_empty())
            .map(|rule| rule.outcome)
            .collect(),
        sources: told.into_iter().map(source).collect(),
        person: question.person.map(|person| format!("/people/{}/{person}", campaign.county)),
        new: question.person.is_none(),
        // What is masked is left empty: given back as it stands, it would be taken for a number.
        is: if opens { is } else { Listed { id_number: String::new(), phone: String::new(), ..is } },
        relation: String::new(),
        to: String::new(),
        last: String::new(),
        back: None,
        open: still,
        found,
    })
}

fn found_row(
    visitor: &Visitor,
    question: &Question,
    outcome: Outcome,
    lines: &[(String, i64, Listed)],
) -> Result<FoundRow> {
    let first = lines.first().map(|line| line.2.clone()).unwrap_or_default();
    Ok(FoundRow {
        look: if outcome.lives_here() { "resolved" } else { "closed" },
        said: told_of(&visitor.app, &visitor.words, &first, question, false)?,
        at: question.found_at.unwrap_or_default(),
        note: match &question.sealed {
            Some(sealed) => Found::opened(&visitor.app, question.id, sealed)?.note,
            None => String::new(),
        },
        may_take_back: (!question.changed || question.moved().is_some())
            && question.side() != Side::Met
            && outcome != Outcome::Desk,
    })
}

/// What is told, field by field.
pub(super) fn fields(visitor: &Visitor, one: Listed) -> Vec<(&'static str, String)> {
    let sex = Sex::from_code(&one.sex).map_or(one.sex, |sex| visitor.words.t(sex.message()));
    let all = [
        (Field::Name, one.name),
        (Field::IdNumber, one.id_number),
        (Field::Birth, one.birth),
        (Field::Sex, sex),
        (Field::Phone, one.phone),
        (Field::Address, one.address),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| (field.message(), text))
        .collect()
}

/// What the registry tells of somebody: opened, on record for the campaign's purpose, where the visitor may and has to ask.
async fn registered(visitor: &Visitor, campaign: &Campaign, id: Uuid, opens: bool) -> Result<Option<Listed>> {
    let mut tx = visitor.app.db().read().await?;
    let Some(person) = people::person(&mut tx, &campaign.county, id).await? else { return Ok(None) };
    drop(tx);
    let mut told = Listed {
        name: person.name,
        birth: person.birth.unwrap_or_default(),
        sex: person.sex.unwrap_or_default(),
        ..Listed::default()
    };
    if opens {
        let reason = format!("{} · {}", campaign.title, campaign.purpose);
        let open = OpenPerson { county: campaign.county.clone(), id, reason };
        match visitor.app.act(visitor.signed_in()?, &open).await {
            Ok(opened) => {
                told.id_number = opened.id_number.unwrap_or_default();
                told.phone = opened.phone.unwrap_or_default();
            }
            // Who moved out of the visitor's places meanwhile stays closed to them.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(told))
}

pub(in super::super) async fn take(
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    match taken(&visitor, (&county, id), &step, &sent).await {
        Ok(said) => Ok(done(&format!("/visits/{county}/{id}"), said).into_response()),
        Err(error) => {
            let alike = error.code() == Some("person-alike");
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &county, id).await?;
            page.given_back(&step, &sent, alike);
            if step == "place" {
                page.field = PlaceField::given_back(&visitor, Right::KeepPeople, &sent).await?;
            }
            page.wrong = wrong;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

impl VisitPage {
    /// Gives a form back as it was filled in.
    fn given_back(&mut self, step: &str, sent: &Submission, alike: bool) {
        let is = Listed {
            name: sent.text("name").to_owned(),
            id_number: sent.text("id-number").to_owned(),
            birth: sent.text("birth").to_owned(),
            sex: sent.text("sex").to_owned(),
            phone: sent.text("phone").to_owned(),
            address: String::new(),
        };
        let relation = sent.text("relation").to_owned();
        if step == "meet" {
            self.met = Some((is, relation, alike));
            return;
        }
        let outcome = Outcome::from_code(sent.text("outcome"));
        let card = self.cards.iter_mut().find(|card| card.id == sent.text("question"));
        let Some((card, outcome)) = card.zip(outcome) else { return };
        if outcome == Outcome::Corrected {
            (card.is, card.relation) = (is, relation);
        }
        (card.to, card.last) = (sent.text("to").to_owned(), sent.text("last").to_owned());
        card.back = Some((outcome, alike));
    }
}

/// Somebody as the form tells of them.
pub(super) fn typed(sent: &Submission) -> Told {
    let text = |field: &str| sent.text(field).to_owned();
    Told {
        name: text("name"),
        id_number: text("id-number"),
        birth: text("birth"),
        sex: Sex::from_code(sent.text("sex")),
        phone: text("phone"),
        relation: Relation::from_code(sent.text("relation")),
        another: sent.ticked("another"),
    }
}

/// Which question was answered.
fn question_sent(sent: &Submission) -> Result<Uuid> {
    sent.text("question").parse().map_err(|_| Problem::not_found().into())
}

/// What was found of somebody, as sent. With `as_listed` what is left empty is as listed.
pub(super) fn answer_sent(county: &str, visit: Uuid, sent: &Submission, as_listed: bool) -> Result<Answer> {
    let outcome = Outcome::from_code(sent.text("outcome"))
        .ok_or_else(|| Problem::invalid().field("outcome", "visit-outcome-form"))?;
    let last: Option<jiff::civil::Date> = sent.parsed("last", "registry-day-form")?;
    Ok(Answer {
        county: county.to_owned(),
        visit,
        question: question_sent(sent)?,
        outcome,
        told: typed(sent),
        to: sent.text("to").to_owned(),
        last: last.map(start_of),
        as_listed,
        note: sent.text("note").to_owned(),
    })
}

async fn taken(visitor: &Visitor, of: (&str, Uuid), step: &str, sent: &Submission) -> Result<&'static str> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let (county, visit) = (of.0.to_owned(), of.1);
    // Before anything is said about what was sent: whoever keeps nobody there learns nothing.
    drop(kept(&mut app.db().read().await?, visitor, of.0, visit).await?);
    match step {
        "answer" => {
            app.act(who, &answer_sent(&county, visit, sent, false)?).await?;
            Ok("answered")
        }
        "meet" => {
            app.act(who, &Meet { county, visit, told: typed(sent) }).await?;
            Ok("met")
        }
        "home" => {
            app.act(who, &NobodyHome { county, visit, note: sent.text("note").to_owned() }).await?;
            Ok("home")
        }
        "back" => {
            app.act(who, &TakeBack { county, visit, question: question_sent(sent)? }).await?;
            Ok("back")
        }
        "place" => {
            let area = sent_place(visitor, Right::KeepPeople, sent).await?;
            app.act(who, &PlaceVisit { county, visit, area }).await?;
            Ok("placed")
        }
        _ => Err(Problem::not_found().into()),
    }
}

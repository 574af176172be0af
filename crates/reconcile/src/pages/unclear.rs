//! The unclear, one after the other: both side by side, why the program thinks so, and one key for each answer.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Form, Path, Shell, Visitor, escaped, html};
use lianxin_foundation::{Micros, Problem, Result, Right, Tx};
use lianxin_registry::actions::people::OpenPerson;
use lianxin_registry::household::store as households;
use lianxin_registry::person::{Sex, store as people};
use uuid::Uuid;

use super::{Asked, asked, known, notice};
use crate::actions::{Decide, Undecide};
use crate::model::{Band, Campaign, Field, Roll};
use crate::reasons::{self, level_message};
use crate::rules::bands::Thresholds;
use crate::sealed::{Listed, row_place};
use crate::store::matches::{self, Matched};
use crate::store::rolls;

/// So many of the last decisions can be taken back from here.
const LAST: i64 = 5;

/// One field of both.
#[derive(Debug, Clone)]
pub(crate) struct FieldRow {
    pub(crate) name: &'static str,
    pub(crate) above: String,
    pub(crate) below: String,
    /// How they compare, in words.
    pub(crate) level: String,
    /// The chip's look, and the message for how much it says.
    pub(crate) speaks: Option<(&'static str, &'static str)>,
}

impl FieldRow {
    fn is_told(&self) -> bool {
        !(self.above.is_empty() && self.below.is_empty())
    }
}

/// The pair to decide about.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) roll: Uuid,
    pub(crate) line: i64,
    pub(crate) person: Uuid,
    pub(crate) title: String,
    pub(crate) percent: i64,
    pub(crate) fields: Vec<FieldRow>,
    pub(crate) masked: bool,
}

/// A decision that can be taken back.
#[derive(Debug, Clone)]
pub(crate) struct LastRow {
    pub(crate) roll: Uuid,
    pub(crate) line: i64,
    pub(crate) title: String,
    pub(crate) same: bool,
    pub(crate) at: Micros,
}

#[derive(Template)]
#[template(path = "check-unclear.html")]
pub(super) struct UnclearPage {
    pub(super) s: Shell,
    pub(super) here: String,
    pub(super) campaign: String,
    pub(super) name: String,
    pub(super) left: i64,
    pub(super) pair: Option<Pair>,
    /// Where this pair stands among those skipped: what the address goes on after.
    pub(super) after: String,
    pub(super) skipped: bool,
    pub(super) last: Vec<LastRow>,
    pub(super) notice: Option<String>,
}

pub(super) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let campaign = run_by(&mut tx, &visitor, &county, id).await?;
    let thresholds = Thresholds::taught(&matches::decisions(&mut tx, &county, id).await?);
    let rolls = rolls::of_campaign(&mut tx, &county, id).await?;
    let mut left = 0;
    for (roll, run) in rolls.iter().filter_map(|roll| Some((roll, roll.run?))) {
        let counted = matches::by_band(&mut tx, roll, run, &thresholds).await?;
        left += counted.iter().find(|(code, _)| code == Band::Unclear.code()).map_or(0, |one| one.1);
    }
    let next = next(&mut tx, &rolls, &thresholds, asked(&query, "after")).await?;
    let after = next.as_ref().map(|(roll, found)| format!("{}:{}", roll.id, found.line));
    let last = matches::last_decided(&mut tx, &county, id, LAST).await?;
    drop(tx);
    let title = |of: Uuid| rolls.iter().find(|roll| roll.id == of).map(|roll| roll.title.clone());
    let row = |(roll, line, same, at): (Uuid, i64, bool, Micros)| {
        Some(LastRow { roll, line, same, at, title: title(roll)? })
    };
    html(&UnclearPage {
        s: visitor.shell(visitor.words.t("check-unclear-title")),
        here: format!("/checks/{county}/{id}/unclear"),
        campaign: format!("/checks/{county}/{id}"),
        name: campaign.title.clone(),
        left,
        pair: match next {
            Some((roll, found)) => pair(&visitor, &campaign, roll, found).await?,
            None => None,
        },
        after: after.unwrap_or_default(),
        skipped: !asked(&query, "after").is_empty(),
        last: last.into_iter().filter_map(row).collect(),
        notice: notice(&visitor, &query),
    })
}

/// A campaign that the visitor runs.
async fn run_by(tx: &mut Tx, visitor: &Visitor, county: &str, id: Uuid) -> Result<Campaign> {
    let (campaign, standing) = known(tx, visitor, county, id).await?;
    if standing.runs { Ok(campaign) } else { Err(Problem::forbidden().into()) }
}

/// The first unclear line after a place: `roll:line`.
async fn next<'r>(
    tx: &mut Tx,
    rolls: &'r [Roll],
    thresholds: &Thresholds,
    after: &str,
) -> Result<Option<(&'r Roll, Matched)>> {
    let place = after
        .split_once(':')
        .and_then(|(roll, line)| Some((roll.parse::<Uuid>().ok()?, line.parse::<i64>().ok()?)));
    let from = place.and_then(|(roll, _)| rolls.iter().position(|one| one.id == roll)).unwrap_or(0);
    for roll in &rolls[from..] {
        let Some(run) = roll.run else { continue };
        let line = place.filter(|(of, _)| *of == roll.id).map_or(0, |(_, line)| line);
        let of = (Band::Unclear.code(), line);
        if let Some(found) = matches::lines(tx, roll, run, thresholds, of, 1).await?.pop() {
            return Ok(Some((roll, found)));
        }
    }
    Ok(None)
}

/// What the registry tells of a person, opened as far as the visitor may: on record, for the campaign's purpose.
async fn below(visitor: &Visitor, campaign: &Campaign, person: Uuid) -> Result<Option<(Listed, bool)>> {
    let who = visitor.signed_in()?;
    let opens = who.scope(Right::OpenPeople, visitor.now).covers(&campaign.path, &[]);
    let mut tx = visitor.app.db().read().await?;
    let Some(stored) = people::person(&mut tx, &campaign.county, person).await? else { return Ok(None) };
    let home = households::homes(&mut tx, &campaign.county, &[person], visitor.now).await?;
    let path = home.first().map(|home| home.path.clone()).unwrap_or_default();
    let place = lianxin_registry::form::place_names(&mut tx, [path.as_str()].into_iter()).await?;
    drop(tx);
    let mut told = Listed {
        name: stored.name,
        birth: stored.birth.unwrap_or_default(),
        sex: stored.sex.unwrap_or_default(),
        address: place.get(&path).cloned().unwrap_or_default(),
        ..Listed::default()
    };
    if opens {
        let open = OpenPerson {
            county: campaign.county.clone(),
            id: person,
            reason: format!("{} · {}", campaign.title, campaign.purpose),
        };
        // Who moved out of the visitor's places since the list was linked stays masked.
        match visitor.app.act(who, &open).await {
            Ok(opened) => {
                told.id_number = opened.id_number.unwrap_or_default();
                told.phone = opened.phone.unwrap_or_default();
                told.address = [told.address, opened.address.unwrap_or_default()].join(" ");
                return Ok(Some((told, true)));
            }
            Err(lianxin_foundation::Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some((told, false)))
}

async fn pair(visitor: &Visitor, campaign: &Campaign, roll: &Roll, found: Matched) -> Result<Option<Pair>> {
    let Some(person) = found.person else { return Ok(None) };
    let Some((below, opened)) = below(visitor, campaign, person).await? else { return Ok(None) };
    let mut above = Listed::opened(&visitor.app, &row_place(roll.id, found.line), &found.sealed)?;
    if !opened {
        let address = above.address.clone();
        above = Listed { address, ..above.masked() };
    }
    let reasons = reasons::read(&found.reasons);
    let field = |field: Field| {
        let reason = reasons.iter().find(|reason| reason.field == field.code());
        let level = reason.map(|reason| {
            level_message(&reason.level)
                .map_or_else(|| reason.level.clone(), |message| visitor.words.t(message))
        });
        FieldRow {
            name: field.message(),
            above: shown(visitor, &above, field),
            below: shown(visitor, &below, field),
            level: level.unwrap_or_default(),
            speaks: reason.map(|reason| speaks(reason.tenths)),
        }
    };
    Ok(Some(Pair {
        roll: roll.id,
        line: found.line,
        person,
        title: roll.title.clone(),
        percent: (found.probability * 100.0).round() as i64,
        // What neither tells is no help.
        fields: Field::ALL.map(field).into_iter().filter(|row| row.is_told()).collect(),
        masked: !opened,
    }))
}

fn shown(visitor: &Visitor, told: &Listed, field: Field) -> String {
    match field {
        Field::Name => told.name.clone(),
        Field::IdNumber => told.id_number.clone(),
        Field::Birth => told.birth.clone(),
        Field::Sex => {
            Sex::from_code(&told.sex).map_or_else(|| told.sex.clone(), |sex| visitor.words.t(sex.message()))
        }
        Field::Phone => told.phone.clone(),
        Field::Address => told.address.clone(),
    }
}

/// How much a field says, in tenths of bits.
fn speaks(tenths: i64) -> (&'static str, &'static str) {
    match tenths {
        60.. => ("resolved", "check-speaks-much-for"),
        10..60 => ("on-time", "check-speaks-for"),
        -10..10 => ("waiting", "check-speaks-little"),
        -60..-10 => ("due-today", "check-speaks-against"),
        _ => ("overdue", "check-speaks-much-against"),
    }
}

pub(super) async fn decide(
    Path((county, campaign)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    drop(run_by(&mut app.db().read().await?, &visitor, &county, campaign).await?);
    let here = format!("/checks/{county}/{campaign}/unclear");
    let id = |field: &str| sent.text(field).parse::<Uuid>().map_err(|_| Problem::not_found());
    let line = sent.text("line").parse::<i64>().map_err(|_| Problem::not_found());
    let after = escaped(sent.text("after"));
    let page = match sent.text("answer") {
        "same" | "other" => {
            let (roll, person, line) = (id("roll")?, id("person")?, line?);
            let same = sent.text("answer") == "same";
            app.act(who, &Decide { county, campaign, roll, line, person, same }).await?;
            format!("{here}?after={after}")
        }
        "undo" => {
            let (roll, line) = (id("roll")?, line?);
            app.act(who, &Undecide { county, campaign, roll, line }).await?;
            format!("{here}?done=undone")
        }
        _ => format!("{here}?after={after}"),
    };
    Ok(Redirect::to(&page).into_response())
}

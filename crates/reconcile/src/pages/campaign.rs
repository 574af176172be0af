//! One campaign: its lists and where each stands, and what is done about it.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::error::While;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Tx};
use lianxin_registry::form::{Choice, Wrong, place_names, wrong};
use lianxin_registry::organisation::store as organisations;
use uuid::Uuid;

use super::campaigns::status;
use super::{Asked, done, known, notice};
use crate::actions::visits::{RecallVisits, SendVisits};
use crate::actions::{AskWork, BringRoll, CloseCampaign, ReopenCampaign, Standing, StopWork};
use crate::model::{Band, Campaign, Roll, Run, Stage};
use crate::plan::{Ask, plan};
use crate::rules::bands::Thresholds;
use crate::rules::tables::{head, text_of};
use crate::store::matches::{self, Whom};
use crate::store::{rolls, runs, visits};
use crate::visit::VisitState;

/// A list of the campaign.
#[derive(Debug, Clone)]
pub(crate) struct RollRow {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) office: String,
    pub(crate) brought: Micros,
    pub(crate) read: bool,
    pub(crate) people: i64,
    pub(crate) faulty: i64,
    /// How many lines in each band: its code, its name's message and the number; none before it was linked.
    pub(crate) bands: Vec<(&'static str, &'static str, i64)>,
    /// How many of the registry it lacks.
    pub(crate) lacking: Option<i64>,
    /// The newest run: id, state's message, stage's message, share, whether it goes on.
    pub(crate) run: Option<RunRow>,
}

impl RollRow {
    /// Whether it can be linked, or linked again.
    fn may_link(&self) -> bool {
        self.read && !self.run.as_ref().is_some_and(|run| run.under_way)
    }
}

/// Work in the background.
#[derive(Debug, Clone)]
pub(crate) struct RunRow {
    pub(crate) id: String,
    pub(crate) state: &'static str,
    pub(crate) stage: Option<String>,
    pub(crate) share: i64,
    pub(crate) under_way: bool,
}

#[derive(Template)]
#[template(path = "check.html")]
pub(super) struct CampaignPage {
    pub(super) s: Shell,
    pub(super) here: String,
    pub(super) campaign: Campaign,
    pub(super) place: String,
    pub(super) last: Micros,
    pub(super) status: &'static str,
    pub(super) open: bool,
    pub(super) runs: bool,
    pub(super) about: String,
    pub(super) rolls: Vec<RollRow>,
    pub(super) waiting: Vec<String>,
    pub(super) offices: Vec<Choice>,
    pub(super) unclear: i64,
    pub(super) linked: bool,
    pub(super) under_way: bool,
    pub(super) taught: Option<(String, String)>,
    /// Doors done, to do, and where nobody was home; none where the reader does not run the check.
    pub(super) visits: Option<(i64, i64, i64)>,
    pub(super) typed: (String, String),
    pub(super) notice: Option<String>,
    pub(super) wrong: Wrong,
}

pub(super) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut page = load(&visitor, &county, id).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

/// A share as a page says it.
fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

async fn load(visitor: &Visitor, county: &str, id: Uuid) -> Result<CampaignPage> {
    let mut tx = visitor.app.db().read().await?;
    let (campaign, standing) = known(&mut tx, visitor, county, id).await?;
    let thresholds = Thresholds::taught(&matches::decisions(&mut tx, county, id).await?);
    let names = organisations::names_of(&mut tx, county, &standing.offices).await?;
    let (rolls, under_way) = listed(&mut tx, visitor, (&campaign, &standing), &thresholds, &names).await?;
    let name = |office: &Uuid| names.get(office).cloned().unwrap_or_default();
    let brought = |office: &&Uuid| !rolls.iter().any(|roll| roll.office == name(office));
    let unclear = rolls.iter().flat_map(|roll| &roll.bands).filter(|band| band.0 == "unclear");
    let places = place_names(&mut tx, [campaign.path.as_str()].into_iter()).await?;
    let visits = match standing.runs {
        true => Some(visited(&mut tx, &campaign).await?),
        false => None,
    };
    let taught = (percent(thresholds.none), percent(thresholds.likely));
    Ok(CampaignPage {
        s: visitor.shell(campaign.title.clone()),
        here: format!("/checks/{county}/{id}"),
        place: places.get(&campaign.path).cloned().unwrap_or_default(),
        last: campaign.ends_at - 1,
        status: status(&campaign, visitor.now),
        open: campaign.is_open(visitor.now),
        runs: standing.runs,
        about: about(visitor, &campaign),
        waiting: standing.offices.iter().filter(brought).map(name).collect(),
        offices: standing.offices.iter().map(|one| Choice::new(one.to_string(), name(one))).collect(),
        unclear: unclear.map(|band| band.2).sum(),
        linked: rolls.iter().any(|roll| !roll.bands.is_empty()),
        under_way,
        taught: thresholds.is_taught().then_some(taught),
        visits,
        rolls,
        campaign,
        typed: (String::new(), String::new()),
        notice: None,
        wrong: Wrong::default(),
    })
}

/// Doors done, to do, and where nobody was home.
async fn visited(tx: &mut Tx, campaign: &Campaign) -> Result<(i64, i64, i64)> {
    let mut counted = (0, 0, 0);
    for (_, _, state, n) in visits::progress(tx, &campaign.county, campaign.id).await? {
        match VisitState::from_code(&state) {
            Some(VisitState::Done) => counted.0 += n,
            Some(VisitState::Again) => counted.2 += n,
            _ => counted.1 += n,
        }
    }
    Ok(counted)
}

/// Whom the lists are about, in words.
pub(super) fn about(visitor: &Visitor, campaign: &Campaign) -> String {
    let words = &visitor.words;
    match (campaign.age_from, campaign.age_to) {
        (None, None) => words.t("check-about-all"),
        (Some(from), None) => words.t1("check-about-from", "from", from),
        (None, Some(to)) => words.t1("check-about-to", "to", to),
        (Some(from), Some(to)) => words.t2("check-about-between", "from", from, "to", to),
    }
}

/// The lists the visitor may see, and whether anything goes on in the background.
async fn listed(
    tx: &mut Tx,
    visitor: &Visitor,
    (campaign, standing): (&Campaign, &Standing),
    thresholds: &Thresholds,
    names: &HashMap<Uuid, String>,
) -> Result<(Vec<RollRow>, bool)> {
    let runs = runs::of_campaign(tx, &campaign.county, campaign.id).await?;
    let whom = Whom::of(campaign, visitor.now);
    let mut rows = Vec::new();
    for roll in rolls::of_campaign(tx, &campaign.county, campaign.id).await? {
        if !standing.sees(&roll) {
            continue;
        }
        let mut bands = Vec::new();
        let mut lacking = None;
        if let Some(run) = roll.run {
            let counted = matches::by_band(tx, &roll, run, thresholds).await?;
            let of = |band: Band| counted.iter().find(|(code, _)| code == band.code()).map_or(0, |one| one.1);
            bands = Band::ALL.iter().map(|band| (band.code(), band.message(), of(*band))).collect();
            if standing.runs {
                lacking = Some(matches::count_lacking(tx, &roll, run, thresholds, &whom).await?);
            }
        }
        let run = runs.iter().find(|run| run.roll == roll.id);
        rows.push(row(visitor, campaign, roll, (bands, lacking), run, names));
    }
    Ok((rows, runs.iter().any(|run| run.state().is_under_way())))
}

fn row(
    visitor: &Visitor,
    campaign: &Campaign,
    roll: Roll,
    (bands, lacking): (Vec<(&'static str, &'static str, i64)>, Option<i64>),
    run: Option<&Run>,
    names: &HashMap<Uuid, String>,
) -> RollRow {
    RollRow {
        id: roll.id.to_string(),
        href: format!("/checks/{}/{}/rolls/{}", campaign.county, campaign.id, roll.id),
        title: roll.title,
        office: names.get(&roll.organisation).cloned().unwrap_or_default(),
        brought: roll.brought_at,
        read: roll.sealed_file.is_none(),
        people: roll.people,
        faulty: roll.faulty,
        bands,
        lacking,
        run: run.map(|run| run_row(visitor, run)),
    }
}

fn run_row(visitor: &Visitor, run: &Run) -> RunRow {
    let stage = Stage::from_code(&run.stage).filter(|_| run.state().is_under_way());
    let stage = stage.map(|stage| visitor.words.t(stage.message()));
    RunRow {
        id: run.id.to_string(),
        state: run.state().message(),
        stage,
        share: run.share,
        under_way: run.state().is_under_way(),
    }
}

/// A file's text, read aside: others are waiting for this thread.
async fn readable(bytes: Vec<u8>) -> Result<String> {
    let read = tokio::task::spawn_blocking(move || {
        let text = text_of(bytes)?;
        head(&text, 1).map(|_| text)
    });
    Ok(read.await.while_doing("reading an office's file")??)
}

pub(super) async fn take(
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    let here = format!("/checks/{county}/{id}");
    match taken(&visitor, (&county, id), &step, &mut sent).await {
        Ok((page, said)) => Ok(done(&page.unwrap_or(here), said).into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &county, id).await?;
            page.wrong = wrong;
            page.typed = (sent.text("organisation").to_owned(), sent.text("title").to_owned());
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// What a step led to: the page that goes on with it, and what was done.
async fn taken(
    visitor: &Visitor,
    of: (&str, Uuid),
    step: &str,
    sent: &mut Submission,
) -> Result<(Option<String>, &'static str)> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let (county, campaign) = (of.0.to_owned(), of.1);
    let id = |field: &'static str| sent.text(field).parse::<Uuid>().map_err(|_| Problem::not_found());
    match step {
        "bring" => {
            let (organisation, title) = (sent.text("organisation").parse(), sent.text("title").to_owned());
            let organisation = organisation
                .map_err(|_| Problem::invalid().field("organisation", "check-office-not-asked"))?;
            let file = sent.files.pop().ok_or_else(|| Problem::invalid().field("file", "check-file-missing"));
            // Before anything is said about the file: whoever may not bring it learns nothing.
            drop(known(&mut app.db().read().await?, visitor, of.0, campaign).await?);
            let text = readable(file?.bytes).await?;
            let bring = BringRoll { county, campaign, organisation, title, text };
            let roll = app.act(who, &bring).await?;
            Ok((Some(format!("/checks/{}/{campaign}/rolls/{roll}", of.0)), "brought"))
        }
        "link" => {
            let roll = id("roll")?;
            app.act(who, &AskWork { county, campaign, roll }).await?;
            Ok((None, "linking"))
        }
        "stop" => {
            let run = id("run")?;
            app.act(who, &StopWork { county, campaign, run }).await?;
            Ok((None, "stopped"))
        }
        "send" => {
            let ask = Ask { unclear: sent.ticked("unclear"), below: sent.ticked("below") };
            let (found, standing) = known(&mut app.db().read().await?, visitor, of.0, campaign).await?;
            if !standing.runs {
                return Err(Problem::forbidden().into());
            }
            let plan = plan(app, &found, ask, visitor.now).await?;
            let made = app.act(who, &SendVisits { county, campaign, plan }).await?;
            let said = if made.left > 0 { "sent-some" } else { "sent" };
            Ok((Some(format!("/checks/{}/{campaign}/visits", of.0)), said))
        }
        "recall" => {
            app.act(who, &RecallVisits { county, campaign }).await?;
            Ok((Some(format!("/checks/{}/{campaign}/visits", of.0)), "recalled"))
        }
        "close" => {
            app.act(who, &CloseCampaign { county, id: campaign }).await?;
            Ok((None, "closed"))
        }
        "reopen" => {
            app.act(who, &ReopenCampaign { county, id: campaign }).await?;
            Ok((None, "reopened"))
        }
        _ => Err(Problem::not_found().into()),
    }
}

//! Plates of an area: which there are, sheets to print, and what scanning one opens.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Tx, qr};
use uuid::Uuid;

use super::{Asked, Step, Wrong, asked, may_keep, notice, steps, within, wrong};
use crate::actions::{EndPlate, For, MakePlates};
use crate::area::{Area, is_id, joined, store as areas};
use crate::plate::{Plate, read_code, store};

/// How many plates are listed, and printed at once.
const MOST: i64 = 400;

/// Plates on one sheet of A4.
const ON_A_SHEET: usize = 8;

/// A plate in the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) county: String,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) address: String,
    pub(crate) made: Micros,
    pub(crate) ended: Option<Ended>,
}

/// How a plate ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) at: Micros,
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) replaced: bool,
}

#[derive(Template)]
#[template(path = "plates.html")]
pub(crate) struct PlatesPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) live: usize,
    pub(crate) with_ended: bool,
    pub(crate) keeps: bool,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

/// A plate as printed.
#[derive(Debug, Clone)]
pub(crate) struct Printed {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) code: String,
    pub(crate) county: String,
    /// An SVG of our own making.
    pub(crate) picture: String,
}

#[derive(Template)]
#[template(path = "plates-sheet.html")]
pub(crate) struct SheetPage {
    pub(crate) s: Shell,
    pub(crate) id: String,
    /// Eight to a sheet.
    pub(crate) sheets: Vec<Vec<Printed>>,
    /// The address people type when they cannot scan.
    pub(crate) site: String,
}

#[derive(Template)]
#[template(path = "plate-ended.html")]
pub(crate) struct EndedPage {
    pub(crate) s: Shell,
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) replaced: bool,
    pub(crate) report: String,
}

/// `GET /plates/{area}`
pub(super) async fn page(visitor: Visitor, Path(id): Path<String>, query: Asked) -> Result<Response> {
    let mut page = load(&visitor, &id, !asked(&query, "ended").is_empty()).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn seen(visitor: &Visitor, tx: &mut Tx, id: &str) -> Result<Area> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let area = areas::area(tx, id).await?.ok_or_else(Problem::not_found)?;
    within(&scope, &area.path)?;
    Ok(area)
}

async fn load(visitor: &Visitor, id: &str, with_ended: bool) -> Result<PlatesPage> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let area = seen(visitor, &mut tx, id).await?;
    let plates = store::at(&mut tx, &scope, &area.path, with_ended, MOST).await?;
    let steps = steps(&mut tx, &area.path, &scope).await?;
    let row = |plate: &Plate| Row {
        id: plate.id,
        county: plate.county.clone(),
        name: plate.name.clone(),
        code: plate.shown(),
        address: plate.address(),
        made: plate.made_at,
        ended: plate.ended_at.map(|at| Ended {
            at,
            by: plate.ended_by.clone().unwrap_or_default(),
            reason: plate.reason.clone().unwrap_or_default(),
            replaced: plate.replaced_by.is_some(),
        }),
    };
    Ok(PlatesPage {
        s: visitor.shell(visitor.words.t("plates-title")),
        steps,
        live: plates.iter().filter(|plate| plate.ended_at.is_none()).count(),
        rows: plates.iter().map(row).collect(),
        with_ended,
        keeps: may_keep(visitor, &area.path) && area.depth >= 3,
        id: area.id,
        name: area.name,
        notice: None,
        wrong: Wrong::default(),
    })
}

/// `GET /plates/{area}/sheet`: what is printed.
pub(super) async fn sheet(visitor: Visitor, Path(id): Path<String>, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let area = seen(&visitor, &mut tx, &id).await?;
    let mut plates = store::at(&mut tx, &scope, &area.path, false, MOST).await?;
    let one = asked(&query, "plate");
    if !one.is_empty() {
        plates.retain(|plate| plate.id.to_string() == one);
    }
    let mut printed = Vec::with_capacity(plates.len());
    for plate in plates {
        let place = joined(&areas::place_name(&mut tx, &plate.path).await?);
        let label = visitor.words.t1("plate-picture", "name", plate.name.as_str());
        printed.push(Printed {
            picture: qr::svg(&format!("{}{}", visitor.site, plate.address()), &label).unwrap_or_default(),
            code: plate.shown(),
            county: plate.county,
            name: plate.name,
            place,
        });
    }
    html(&SheetPage {
        s: visitor.shell(visitor.words.t("plates-print")),
        id: area.id,
        sheets: printed.chunks(ON_A_SHEET).map(<[Printed]>::to_vec).collect(),
        site: visitor.site.split_once("://").map_or("", |(_, host)| host).to_owned(),
    })
}

/// `POST /plates/{area}`: makes plates for the places that have none.
pub(super) async fn make(Path(id): Path<String>, Form { visitor, sent }: Form) -> Result<Response> {
    let whom = For::from_code(sent.text("for"))
        .ok_or_else(|| Problem::invalid().field("for", "problem-unreadable"))?;
    let action = MakePlates { area: id.clone(), whom };
    match visitor.app.act(visitor.signed_in()?, &action).await {
        Ok(0) => Ok(Redirect::to(&format!("/plates/{id}?done=plates-none")).into_response()),
        Ok(_) => Ok(Redirect::to(&format!("/plates/{id}?done=plates")).into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &id, false).await?;
            page.wrong = wrong;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// `POST /plate/{county}/{id}`: replaces or revokes one.
pub(super) async fn end(
    Path((county, id)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    // The page to go back to stands in the form: only an area can be one.
    let area = sent.given("area").filter(|area| is_id(area)).ok_or_else(Problem::not_found)?;
    let replace = sent.text("what") == "replace";
    let reason = sent.text("reason").to_owned();
    match visitor.app.act(visitor.signed_in()?, &EndPlate { county, id, reason, replace }).await {
        Ok(_) => {
            let done = if replace { "plate-replaced" } else { "plate-revoked" };
            Ok(Redirect::to(&format!("/plates/{area}?ended=1&done={done}")).into_response())
        }
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &area, false).await?;
            page.wrong = wrong;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// `GET /q/{county}/{code}`: what scanning a plate opens: the report, with the place known. An ended plate says
/// so, and still lets people report.
pub(super) async fn scanned(
    visitor: Visitor,
    Path((county, code)): Path<(String, String)>,
) -> Result<Response> {
    visitor.count(Limit::Lookup)?;
    let code = read_code(&code).ok_or_else(Problem::not_found)?;
    let mut tx = visitor.app.db().read().await?;
    let plate = store::by_code(&mut tx, &county, &code).await?.ok_or_else(Problem::not_found)?;
    let report = format!("/report/{}?area={}", plate.county, plate.area);
    if plate.ended_at.is_none() {
        return Ok(Redirect::to(&report).into_response());
    }
    let place = joined(&areas::place_name(&mut tx, &plate.path).await?);
    html(&EndedPage {
        s: visitor.shell(visitor.words.t("plate-ended-title")),
        name: plate.name,
        place,
        replaced: plate.replaced_by.is_some(),
        report,
    })
}

//! What is held about a reporter: for them by their link, for them by a supervisor; and what was deleted.

use askama::Template;
use axum::Extension;
use axum::Json;
use axum::extract::Query;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::{Micros, parse_rfc3339};
use lianxin_foundation::ids::digest;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::scope::Who;
use lianxin_foundation::web::{Beside, Form as Sent, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right};
use serde::Deserialize;
use uuid::Uuid;

use super::lists::Which;
use super::view::{Errors, Parts, Refused};
use crate::Matters;
use crate::actions::{CopyHeld, EraseHeld, HeldAsker};
use crate::model::{Matter, Party};
use crate::rights::{Deletion, Held, Opening, Rule, SaidThen, store};
use crate::store as matters_store;

#[derive(Template)]
#[template(path = "held.html")]
pub(super) struct HeldPage {
    pub s: Shell,
    /// Where its forms go.
    pub here: String,
    pub back: String,
    pub number: String,
    pub category: String,
    /// Whether a supervisor asks for the reporter.
    pub staff: bool,
    /// Whether a telephone number was left, which the reporter then names.
    pub phoned: bool,
    pub over: bool,
    /// What there is, by name; none of it opened.
    pub kinds: Vec<String>,
    pub errors: Errors,
    pub refused: String,
    pub said: String,
    /// Everything, opened for this one view.
    pub held: Option<Held>,
}

/// What a copy holds in codes, as a page tells it.
impl HeldPage {
    pub(super) fn when(&self, at: &str) -> String {
        parse_rfc3339(at).map(|at| self.s.time(&at)).unwrap_or_default()
    }

    pub(super) fn who(&self, said: &SaidThen) -> String {
        Party::from_code(said.party).map(|party| self.s.t(party.message())).unwrap_or_default()
    }

    /// Who opened it: the trail knows the reporter, who has no account, by their party's code.
    pub(super) fn opener(&self, opening: &Opening) -> String {
        match Party::from_code(&opening.by) {
            Some(Party::Reporter) => self.s.t(Party::Reporter.message()),
            _ => opening.by.clone(),
        }
    }
}

/// What the address says was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// How a page was asked for.
#[derive(Clone)]
enum By {
    Link { county: String, secret: String },
    Staff { county: String, id: Uuid },
}

impl By {
    fn here(&self) -> String {
        match self {
            By::Link { county, secret } => format!("/m/{county}/{secret}/held"),
            By::Staff { county, id } => format!("/held/{county}/{id}"),
        }
    }

    fn county(&self) -> &str {
        match self {
            By::Link { county, .. } | By::Staff { county, .. } => county,
        }
    }

    fn asker(&self, sent: &Submission) -> HeldAsker {
        match self {
            By::Link { secret, .. } => {
                HeldAsker::Link { secret: secret.clone(), phone: sent.text("phone").to_owned() }
            }
            By::Staff { id, .. } => HeldAsker::Staff { id: *id, reason: sent.text("reason").to_owned() },
        }
    }

    fn who(&self, visitor: &Visitor) -> Result<Who> {
        match self {
            By::Link { county, .. } => Ok(visitor.who.clone().unwrap_or_else(|| Who::reporter(county))),
            By::Staff { .. } => visitor.signed_in().cloned(),
        }
    }

    /// The matter, for whoever may see that there is something held.
    async fn matter(&self, visitor: &Visitor) -> Result<Matter> {
        let mut tx = visitor.app.db().read().await?;
        match self {
            By::Link { county, secret } => {
                let found = matters_store::matter_by_secret(&mut tx, county, &digest(secret)).await?;
                found.ok_or_else(|| Problem::not_found().into())
            }
            By::Staff { county, id } => {
                let scope = visitor.scope(Right::SeeMatters)?;
                let found = matters_store::matter(&mut tx, &scope, county, *id).await?;
                let matter = found.ok_or_else(Problem::not_found)?;
                visitor.scope(Right::SuperviseMatters)?.require(&matter.path, &[])?;
                Ok(matter)
            }
        }
    }
}

/// `GET /m/{county}/{secret}/held`
pub(super) async fn own(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, secret)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    visitor.count(Limit::Lookup)?;
    shown(&visitor, &matters, &By::Link { county, secret }, &asked).await
}

/// `GET /held/{county}/{id}`
pub(super) async fn for_them(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    shown(&visitor, &matters, &By::Staff { county, id }, &asked).await
}

async fn shown(visitor: &Visitor, matters: &Matters, by: &By, asked: &Asked) -> Result<Response> {
    let mut page = build(visitor, matters, by).await?;
    if asked.done == "erase" {
        page.said = page.s.t("mydata-said-erase");
    }
    html(&page)
}

async fn build(visitor: &Visitor, matters: &Matters, by: &By) -> Result<HeldPage> {
    let matter = by.matter(visitor).await?;
    let staff = matches!(by, By::Staff { .. });
    let title = if staff { "mydata-title-staff" } else { "mydata-title" };
    let s = visitor.shell(visitor.words.t(title));
    let photos = store::photos(&mut visitor.app.db().read().await?, &matter.county, matter.id).await?;
    let kinds = [
        ("mydata-text", true),
        ("mydata-name", matter.sealed_name.is_some()),
        ("mydata-tel", matter.sealed_phone.is_some()),
        ("mydata-email", matter.sealed_email.is_some()),
        ("mydata-address", matter.sealed_address.is_some()),
        ("mydata-photos", photos > 0),
        ("mydata-steps", true),
    ];
    Ok(HeldPage {
        here: by.here(),
        back: match by {
            By::Link { county, secret } => format!("/m/{county}/{secret}"),
            By::Staff { county, id } => format!("/matters/{county}/{id}"),
        },
        number: matter.number.clone(),
        category: matters.catalogue.name(&matter.category, s.language()),
        staff,
        phoned: matter.sealed_phone.is_some(),
        over: matter.status.is_over(),
        kinds: kinds.iter().filter(|(_, there)| *there).map(|(id, _)| s.t(id)).collect(),
        errors: Errors::default(),
        refused: String::new(),
        said: String::new(),
        held: None,
        s,
    })
}

/// `POST /m/{county}/{secret}/held/{what}`
pub(super) async fn own_act(
    Extension(matters): Extension<Matters>,
    Path((county, secret, what)): Path<(String, String, String)>,
    Sent { visitor, sent }: Sent,
) -> Result<Response> {
    visitor.count(Limit::Write)?;
    act(&visitor, &matters, &By::Link { county, secret }, &what, &sent).await
}

/// `POST /held/{county}/{id}/{what}`
pub(super) async fn act_for_them(
    Extension(matters): Extension<Matters>,
    Path((county, id, what)): Path<(String, Uuid, String)>,
    Sent { visitor, sent }: Sent,
) -> Result<Response> {
    act(&visitor, &matters, &By::Staff { county, id }, &what, &sent).await
}

async fn act(
    visitor: &Visitor,
    matters: &Matters,
    by: &By,
    what: &str,
    sent: &Submission,
) -> Result<Response> {
    let who = by.who(visitor)?;
    let (county, asker) = (by.county().to_owned(), by.asker(sent));
    let done = match what {
        "open" | "copy" => visitor.app.act(&who, &CopyHeld { county, asker }).await.map(Some),
        "erase" => {
            let everything = sent.ticked("everything");
            visitor.app.act(&who, &EraseHeld { county, asker, everything }).await.map(|()| None)
        }
        _ => Err(Problem::not_found().into()),
    };
    match done {
        Ok(Some(held)) if what == "copy" => {
            let name = format!("attachment; filename=\"{}.json\"", held.number);
            Ok(([(CONTENT_DISPOSITION, name)], Json(held)).into_response())
        }
        Ok(Some(held)) => html(&HeldPage { held: Some(held), ..build(visitor, matters, by).await? }),
        Ok(None) => Ok(Redirect::to(&format!("{}?done=erase", by.here())).into_response()),
        Err(error) => {
            let Refused { status, said: refused, errors } = Refused::of(error, &visitor.words)?;
            html_with(status, &HeldPage { refused, errors, ..build(visitor, matters, by).await? })
        }
    }
}

/// One deletion in the list.
pub(super) struct DeletionLine {
    pub at: Micros,
    pub rule: String,
    pub number: String,
    pub href: String,
    pub words: String,
    pub by: String,
}

#[derive(Template)]
#[template(path = "deletions.html")]
pub(super) struct DeletionsPage {
    pub s: Shell,
    pub lines: Vec<DeletionLine>,
    pub pages: Beside,
}

/// `GET /deletions`: what was deleted of what was held about reporters, when and by which rule.
pub(super) async fn deletions(visitor: Visitor, Query(which): Query<Which>) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("deletions-title"));
    let paging = which.paging();
    let found = store::list(&mut visitor.app.db().read().await?, &scope, paging).await?;
    html(&DeletionsPage {
        pages: paging.beside(paging.is_full(found.len()), |page| format!("/deletions?page={page}")),
        lines: found.iter().map(|(deletion, number)| line(&s, deletion, number)).collect(),
        s,
    })
}

pub(super) fn line(s: &Shell, deletion: &Deletion, number: &str) -> DeletionLine {
    let name = |word: &str| match word {
        "name" => s.t("mydata-name"),
        "phone" => s.t("mydata-tel"),
        "email" => s.t("mydata-email"),
        "address" => s.t("mydata-address"),
        "place" => s.t("matter-place"),
        "answers" => s.t("mydata-answers"),
        "said" => s.t("mydata-said"),
        "photos" => s.t("retention-photos"),
        "mediation" => s.t("retention-mediation"),
        _ => s.t("mydata-text"),
    };
    DeletionLine {
        at: deletion.at,
        rule: s.t(deletion.rule.message()),
        number: number.to_owned(),
        href: format!("/matters/{}/{}", deletion.county, deletion.matter),
        words: deletion.words.split(',').map(name).collect::<Vec<_>>().join(&s.t("comma")),
        by: match deletion.rule {
            Rule::Asked => s.t(Party::Reporter.message()),
            Rule::Kept => s.t(Party::Program.message()),
            Rule::ForThem => deletion.by_name.clone(),
        },
    }
}

//! Invitations to a mediation on A4: one sheet for each who is invited, or the one of the reader's own organisation.

use askama::Template;
use axum::response::Response;
use lianxin_foundation::web::{Path, Shell, Submission, Visitor, html};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_registry::organisation::store as organisations;
use uuid::Uuid;

use super::disputes::address;
use super::view::Parts;
use crate::actions::{Invitations, PrintInvitations};
use crate::disputes::{Session, Taker, store};
use crate::model::Matter;
use crate::store as matters_store;

/// What one sheet says beyond what all say.
pub(super) struct Sheet {
    pub to: String,
    pub part: String,
}

#[derive(Template)]
#[template(path = "invitations.html")]
pub(super) struct InvitationsPage {
    pub s: Shell,
    /// Where the reader came from; empty for who was invited.
    pub back: String,
    pub sheets: Vec<Sheet>,
    pub number: String,
    pub when: String,
    pub place: String,
    pub mediator: String,
    pub phone: String,
}

/// `POST /disputes/{county}/{id}/invitations`: a sheet for everyone who is invited to the sitting.
pub(super) async fn all(visitor: &Visitor, county: &str, id: Uuid, sent: &Submission) -> Result<Response> {
    let session = sent.parsed::<Uuid>("session", "problem-unreadable")?.ok_or_else(Problem::not_found)?;
    let print = PrintInvitations { county: county.to_owned(), id, session };
    let Invitations { dispute, matter, session, invited } =
        visitor.app.act(visitor.signed_in()?, &print).await?;
    let mut tx = visitor.app.db().read().await?;
    let ids: Vec<Uuid> = invited.iter().filter_map(|(taker, _)| taker.organisation).collect();
    let names = organisations::names(&mut tx, &ids).await?;
    let s = visitor.shell(visitor.words.t("invitation-title"));
    let sheet = |(taker, name): (Taker, Option<String>)| {
        let organisation = taker.organisation.and_then(|id| names.get(&id).cloned());
        Sheet { to: name.or(organisation).unwrap_or_default(), part: s.t(taker.part.message()) }
    };
    let sheets = invited.into_iter().map(sheet).collect();
    html(&InvitationsPage { back: address(&dispute), ..page(&mut tx, s, &matter, &session, sheets).await? })
}

/// `GET /invitations/{county}/{session}`: the sheet of an organisation, for whoever does its work.
pub(super) async fn own(visitor: Visitor, Path((county, session)): Path<(String, Uuid)>) -> Result<Response> {
    let works = visitor.scope(Right::HandleMatters)?;
    let mut tx = visitor.app.db().read().await?;
    let dispute = store::dispute_of(&mut tx, &county, session).await?.ok_or_else(Problem::not_found)?;
    let takers = store::takers(&mut tx, &county, dispute.id).await?;
    let session = store::session(&mut tx, &county, session).await?.ok_or_else(Problem::not_found)?;
    let invited = |taker: &&Taker| session.invited.iter().any(|(party, _)| *party == taker.id);
    let mine = |taker: &&Taker| taker.organisation.is_some() && works.covers("", &[taker.organisation]);
    let own: Vec<&Taker> = takers.iter().filter(invited).filter(mine).collect();
    // Who is not invited finds nothing here, not even that there is a mediation.
    let matter = matters_store::any(&mut tx, &county, dispute.matter).await?.filter(|_| !own.is_empty());
    let matter = matter.ok_or_else(Problem::not_found)?;
    let ids: Vec<Uuid> = own.iter().filter_map(|taker| taker.organisation).collect();
    let names = organisations::names(&mut tx, &ids).await?;
    let s = visitor.shell(visitor.words.t("invitation-title"));
    let sheet = |taker: &&Taker| Sheet {
        to: taker.organisation.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        part: s.t(taker.part.message()),
    };
    let sheets = own.iter().map(sheet).collect();
    html(&page(&mut tx, s, &matter, &session, sheets).await?)
}

async fn page(
    tx: &mut Tx,
    s: Shell,
    matter: &Matter,
    session: &Session,
    sheets: Vec<Sheet>,
) -> Result<InvitationsPage> {
    let mediator = match matter.unit {
        Some(unit) => organisations::serving(tx, &matter.county, unit).await?,
        None => None,
    };
    let phone = mediator.as_ref().and_then(|unit| unit.phone.clone());
    Ok(InvitationsPage {
        back: String::new(),
        number: matter.number.clone(),
        when: s.time(&session.at),
        place: session.place.clone(),
        mediator: mediator.map(|unit| unit.name).unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        sheets,
        s,
    })
}

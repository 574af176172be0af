//! Invitations to a sitting of a mediation, on paper.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::dispute::{seen, unsealed};
use crate::disputes::{Dispute, Session, Taker, store};
use crate::model::Matter;

/// Opens the names of those invited to a sitting, to be written on their invitations.
pub struct PrintInvitations {
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// The sitting.
    pub session: Uuid,
}

/// What stands on the invitations to one sitting.
#[derive(Debug)]
pub struct Invitations {
    /// The dispute.
    pub dispute: Dispute,
    /// Its matter.
    pub matter: Matter,
    /// The sitting.
    pub session: Session,
    /// Who is invited, with the name of each person.
    pub invited: Vec<(Taker, Option<String>)>,
}

impl Action for PrintInvitations {
    type Output = Invitations;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Invitations> {
        let (dispute, matter) = seen(tx, cx, &self.county, self.id).await?;
        let sessions = store::sessions(tx, &self.county, dispute.id).await?;
        let found = sessions.into_iter().find(|session| session.id == self.session);
        let session = found.ok_or_else(Problem::not_found)?;
        let takers = store::takers(tx, &self.county, dispute.id).await?;
        let invited = takers
            .into_iter()
            .filter(|taker| session.invited.iter().any(|(party, _)| *party == taker.id))
            .map(|taker| Ok((unsealed(cx.app, "name", taker.id, taker.sealed_name.as_deref())?, taker)))
            .map(|named: Result<_>| named.map(|(name, taker)| (taker, name)))
            .collect::<Result<Vec<_>>>()?;
        tx.audit(
            Entry::new(cx.who, &self.county, "dispute-invite", "dispute", dispute.id)
                .detail(json!({ "matter": matter.number, "session": session.id, "parties": invited.len() })),
        );
        Ok(Invitations { dispute, matter, session, invited })
    }
}

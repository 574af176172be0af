//! A called unit is reminded before it is late, and the supervisors hear once when it is.

use lianxin_foundation::outbox::derived;
use lianxin_foundation::{Action, Context, Result, Tx};

use super::News;
use super::spread::What;
use crate::Matters;
use crate::store as matters_store;
use crate::whistle::{Call, CallKind, store};

/// Tells what is to be told of one awaited call by now. Run for `Who::program`; gives whether anybody was told. Of two
/// programs that find the same call, the one that marks it tells.
pub(crate) struct TellCall<'a> {
    pub(crate) matters: &'a Matters,
    pub(crate) call: Call,
}

impl Action for TellCall<'_> {
    type Output = bool;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<bool> {
        let Call { county, id, unit, due, .. } = &self.call;
        let late = cx.now > *due;
        let marked = match late {
            true => store::mark_late(tx, county, *id, cx.now).await?,
            false => store::mark_reminded(tx, county, *id, cx.now).await?,
        };
        let Some(matter) = matters_store::any(tx, county, self.call.matter).await?.filter(|_| marked) else {
            return Ok(false);
        };
        let (news, unit, at) =
            if late { (News::CallLate, None, *due) } else { (News::CallDue, Some(*unit), cx.now) };
        let emergency = self.call.kind == CallKind::Emergency;
        let event = derived(&[news.code(), &id.to_string()]);
        let what = What { matters: self.matters, matter: &matter, event, news, at, emergency };
        what.tell(tx, unit, None, cx.now).await?;
        Ok(true)
    }
}

//! The one statement pages have of their own: the line of figures on the start page.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};

/// What came in lately, and how much of it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Counted {
    /// Came in.
    pub received: i64,
    /// Of those, closed: by the reporter's word, a call back or the visible time-out.
    pub closed: i64,
}

/// What came in since `from` in a county.
pub(super) async fn counted(tx: &mut Tx, county: &str, from: Micros) -> Result<Counted> {
    sql("select count(*) as received, count(case when status = 'closed' then 1 end) as closed from matter \
         where county = $1 and created_at >= $2")
    .bind(county)
    .bind(from)
    .one(tx)
    .await
}

//! Somebody looks matters up by a telephone number.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::vault::mask_phone;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;

/// Puts a search by telephone on record, as the reading of personal data that it is: it tells who
/// reported what. The trail holds the number masked, and its keyed hash, so that every search for one
/// number can be found.
pub struct NotePhoneSearch<'a> {
    /// The number, normalised.
    pub phone: &'a str,
    /// How many matters were found.
    pub found: i64,
}

impl Action for NotePhoneSearch<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::OpenPersonal).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let key = cx.app.vault().search_key("phone", self.phone);
        let subject: String = key.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        tx.audit(
            Entry::new(cx.who, &cx.who.county, "matters-find-phone", "telephone", subject)
                .detail(json!({ "telephone": mask_phone(self.phone), "found": self.found })),
        );
        Ok(())
    }
}

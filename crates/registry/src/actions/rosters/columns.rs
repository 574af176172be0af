//! Somebody says what the columns of a roster hold.

use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{moved_on, own};
use crate::roster::{Field, columns_text, fields::heading_key, store};

/// Sets what columns hold; remembered for the next file of the same organisation or area.
pub struct SetColumns {
    /// The roster's county.
    pub county: String,
    /// The roster.
    pub id: Uuid,
    /// Each column's heading, and the field it holds; none is not read.
    pub columns: Vec<(String, Option<Field>)>,
}

impl Action for SetColumns {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let roster = own(tx, cx, &self.county, self.id).await?;
        if !matches!(roster.state.as_str(), "checking" | "checked") {
            return Err(moved_on().into());
        }
        let fields: Vec<Option<Field>> = self.columns.iter().map(|(_, field)| *field).collect();
        let count = |field: Field| fields.iter().filter(|one| **one == Some(field)).count();
        if count(Field::Name) == 0 {
            return Err(Problem::invalid().field("columns", "roster-name-missing").into());
        }
        if Field::ALL.into_iter().any(|field| count(field) > 1) {
            return Err(Problem::invalid().field("columns", "roster-column-twice").into());
        }
        for (heading, field) in &self.columns {
            let (key, code) = (heading_key(heading), field.map_or("", Field::code));
            if !key.is_empty() {
                store::remember(tx, &roster.county, &roster.place(), (&key, code)).await?;
            }
        }
        store::set_columns(tx, &roster, &columns_text(&fields), cx.now).await
    }
}

//! Metres that are given instead of measured: a table, or ways along streets.

/// How far it is from where households start to the shelters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    about: String,
    shelters: usize,
    /// By household: its row, and its metres to where the row starts.
    starts: Vec<(u32, u32)>,
    /// Rows one after the other.
    table: Vec<u32>,
    /// So many units of the table are a metre.
    per_metre: u32,
    longest: u32,
}

/// Why a table of metres cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WaysError {
    /// Another number of households.
    #[error("the metres are of {given} households, not of {wanted}")]
    Households {
        /// How many the table is of.
        given: usize,
        /// How many there are.
        wanted: usize,
    },
    /// Another number of shelters, or a row that is not there.
    #[error("the table of metres has rows missing or of another length than there are shelters")]
    Shape,
}

impl Ways {
    /// In the table: no way leads there.
    pub const NONE: u32 = u32::MAX;
    /// Longer ways are taken for mistakes, in the table's units.
    pub const LONGEST: u32 = 1_000_000_000;

    /// Ways for households that start at row `starts[household].0`, so far from it, with the ways from every row to every
    /// shelter in `table`, row by row, in units of which `per_metre` are a metre; the floor in metres counts. `about` says
    /// in certificates how they were measured.
    ///
    /// # Errors
    /// When the table has not the shape.
    pub fn new(
        about: impl Into<String>,
        starts: Vec<(u32, u32)>,
        table: Vec<u32>,
        shelters: usize,
        per_metre: u32,
    ) -> Result<Self, WaysError> {
        let rows = table.len().checked_div(shelters).unwrap_or(usize::MAX);
        if !table.len().is_multiple_of(shelters) || starts.iter().any(|(row, _)| *row as usize >= rows) {
            return Err(WaysError::Shape);
        }
        let longest = |metres: Option<u32>| metres.unwrap_or(0).min(Self::LONGEST);
        let in_table = longest(table.iter().copied().filter(|metres| *metres != Self::NONE).max());
        let to_table = longest(starts.iter().map(|(_, metres)| *metres).max());
        let per_metre = per_metre.max(1);
        Ok(Self { about: about.into(), shelters, starts, table, per_metre, longest: in_table + to_table })
    }

    pub(crate) fn check(&self, households: usize, shelters: usize) -> Result<(), WaysError> {
        if self.starts.len() != households {
            return Err(WaysError::Households { given: self.starts.len(), wanted: households });
        }
        if self.shelters == shelters { Ok(()) } else { Err(WaysError::Shape) }
    }

    pub(crate) fn about(&self) -> &str {
        &self.about
    }

    /// No way is longer.
    pub(crate) fn longest(&self) -> i64 {
        i64::from(self.longest / self.per_metre)
    }

    /// Households with the same start have the same ways.
    pub(crate) fn start(&self, household: u32) -> (u32, u32) {
        self.starts[household as usize]
    }

    /// The metres from a start to a shelter; `None` where no way leads.
    pub(crate) fn metres(&self, (row, before): (u32, u32), shelter: u32) -> Option<i64> {
        let there = self.table[row as usize * self.shelters + shelter as usize];
        let open = there != Self::NONE;
        let all = there.min(Self::LONGEST) + before.min(Self::LONGEST);
        open.then(|| i64::from(all / self.per_metre))
    }
}

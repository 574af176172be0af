//! Lists in pages.

/// One page of a list, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// From 1.
    pub page: i64,
    /// Rows on a page.
    pub size: i64,
}

impl Paging {
    /// A page number as asked for, kept within reason.
    pub fn new(page: Option<i64>, size: i64) -> Paging {
        Paging { page: page.unwrap_or(1).clamp(1, 10_000), size: size.clamp(1, 500) }
    }

    /// How many rows come before it.
    pub fn offset(self) -> i64 {
        (self.page - 1) * self.size
    }
}

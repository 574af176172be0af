//! What every list of cases has around its rows: what is open and all, and one page of either.

use lianxin_foundation::web::{Beside, Paging};
use serde::Deserialize;

/// How many cases a page lists.
const ROWS: i64 = 50;

/// Which part of a list is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Which {
    show: String,
    page: Option<i64>,
}

impl Which {
    /// Whether only what is open is asked for.
    pub(super) fn open(&self) -> bool {
        self.show != "all"
    }

    /// Which page.
    pub(super) fn paging(&self) -> Paging {
        Paging::new(self.page, ROWS)
    }

    /// What stands around the rows of the list at `address`, with so many open and so many in all.
    pub(super) fn tabs(&self, address: &'static str, opened: i64, all: i64) -> Tabs {
        let (open, paging) = (self.open(), self.paging());
        let (show, total) = if open { ("open", opened) } else { ("all", all) };
        let at = |page: i64| format!("{address}?show={show}&page={page}");
        Tabs { address, open, opened, all, pages: paging.beside(paging.goes_on(total), at) }
    }
}

/// What stands around the rows of a list.
pub(super) struct Tabs {
    pub address: &'static str,
    /// Whether what is open is listed, or all.
    pub open: bool,
    /// How many are open.
    pub opened: i64,
    pub all: i64,
    pub pages: Beside,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tab_goes_through_its_own_pages() {
        let tabs = |show: &str, page| {
            let Tabs { open, pages, .. } =
                Which { show: show.into(), page: Some(page) }.tabs("/cases", 60, 120);
            (open, pages.previous, pages.next)
        };
        let at = |show: &str, page| format!("/cases?show={show}&page={page}");
        assert_eq!(tabs("", 1), (true, String::new(), at("open", 2)));
        assert_eq!(tabs("open", 2), (true, at("open", 1), String::new()));
        assert_eq!(tabs("all", 2), (false, at("all", 1), at("all", 3)));
    }
}

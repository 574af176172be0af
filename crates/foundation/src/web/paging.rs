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

    /// Whether rows come after it, of so many in all.
    pub fn goes_on(self, total: i64) -> bool {
        self.offset() + self.size < total
    }

    /// Whether so many rows fill it, so that more may come after it: for lists that are not counted.
    pub fn is_full(self, rows: usize) -> bool {
        i64::try_from(rows).is_ok_and(|rows| rows >= self.size)
    }

    /// The pages beside it, as `at` writes the address of one.
    pub fn beside(self, goes_on: bool, at: impl Fn(i64) -> String) -> Beside {
        Beside {
            previous: if self.page > 1 { at(self.page - 1) } else { String::new() },
            next: if goes_on { at(self.page + 1) } else { String::new() },
        }
    }
}

/// The addresses of the pages beside one page of a list; each empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// Of the page before it.
    pub previous: String,
    /// Of the page after it.
    pub next: String,
}

impl Beside {
    /// Whether it is the only page.
    pub fn is_empty(&self) -> bool {
        self.previous.is_empty() && self.next.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_those_beside_it() {
        let at = |page: i64| format!("/list?page={page}");
        let beside = |page, total| {
            let paging = Paging::new(Some(page), 50);
            let Beside { previous, next } = paging.beside(paging.goes_on(total), at);
            (previous, next)
        };
        let (none, to) = (String::new, at);
        assert_eq!(beside(1, 0), (none(), none()));
        assert_eq!(beside(1, 50), (none(), none()), "a full page that is the last");
        assert_eq!(beside(1, 51), (none(), to(2)));
        assert_eq!(beside(2, 101), (to(1), to(3)));
        assert_eq!(beside(3, 101), (to(2), none()));
        assert_eq!(beside(9, 101), (to(8), none()), "beyond the end a way back is left");
    }

    #[test]
    fn a_page_number_is_kept_within_reason() {
        for (asked, page) in [(None, 1), (Some(-7), 1), (Some(0), 1), (Some(3), 3), (Some(i64::MAX), 10_000)]
        {
            assert_eq!(Paging::new(asked, 50), Paging { page, size: 50 });
        }
        assert_eq!((Paging::new(None, 0).size, Paging::new(None, 9_999).size), (1, 500));
        assert_eq!(Paging::new(Some(3), 50).offset(), 100);
        let paging = Paging::new(None, 50);
        assert_eq!([49, 50].map(|rows| paging.is_full(rows)), [false, true]);
    }
}

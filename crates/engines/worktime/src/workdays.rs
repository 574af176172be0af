//! Counting workdays at any distance without stepping through them.

/// Days from Monday 1969-12-29 to Thursday 1970-01-01.
const MONDAY_OFFSET: i64 = 3;

/// Which days are workdays: a week that repeats, and days that differ from it. At least one weekday works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Workdays {
    /// Monday first.
    week: [bool; 7],
    /// Workdays of the week before each of its days, and in all of it.
    before_weekday: [i64; 8],
    /// The days that differ from the week, in order, each with the workdays gained less those lost up to and
    /// including it.
    exceptions: Vec<(i64, i64)>,
}

impl Workdays {
    /// `exceptions` gives days, each once, counted from the epoch, and whether each works; at least one day of the week
    /// must.
    pub(crate) fn new(week: [bool; 7], exceptions: impl IntoIterator<Item = (i64, bool)>) -> Self {
        let mut before_weekday = [0; 8];
        for (weekday, works) in week.iter().enumerate() {
            before_weekday[weekday + 1] = before_weekday[weekday] + i64::from(*works);
        }
        let mut differing: Vec<(i64, bool)> =
            exceptions.into_iter().filter(|(day, works)| week[weekday(*day)] != *works).collect();
        differing.sort_unstable();
        let exceptions = differing
            .into_iter()
            .scan(0, |gained, (day, works)| {
                *gained += if works { 1 } else { -1 };
                Some((day, *gained))
            })
            .collect();
        Self { week, before_weekday, exceptions }
    }

    /// Whether people work on that day.
    pub(crate) fn is_workday(&self, day: i64) -> bool {
        let differs = self.exceptions.binary_search_by_key(&day, |exception| exception.0).is_ok();
        self.week[weekday(day)] != differs
    }

    /// The workdays before `day`, counted from a fixed day near the epoch; negative before that.
    pub(crate) fn before(&self, day: i64) -> i64 {
        let weeks = (day + MONDAY_OFFSET).div_euclid(7);
        let passed = self.exceptions.partition_point(|exception| exception.0 < day);
        let gained = passed.checked_sub(1).map_or(0, |last| self.exceptions[last].1);
        weeks * self.before_weekday[7] + self.before_weekday[weekday(day)] + gained
    }

    /// The workday that has `count` workdays [before](Self::before) it.
    pub(crate) fn nth(&self, count: i64) -> i64 {
        // Each week has a workday, so the answer is within so many weeks; `before` never falls as days go by.
        let reach = 7 * (count.abs() + self.exceptions.len() as i64 + 2);
        let (mut low, mut high) = (-reach, reach);
        while low < high {
            // Not `midpoint`: that rounds towards zero and would stand still between -1 and 0.
            let middle = low + (high - low) / 2;
            if self.before(middle + 1) > count {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// Monday is 0.
fn weekday(day: i64) -> usize {
    (day + MONDAY_OFFSET).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn workdays() -> impl Strategy<Value = Workdays> {
        let exceptions = prop::collection::btree_map(-60..60_i64, any::<bool>(), 0..40);
        let week = any::<[bool; 7]>().prop_filter("a week needs a workday", |week| week.contains(&true));
        (week, exceptions).prop_map(|(week, exceptions)| Workdays::new(week, exceptions))
    }

    proptest! {
        #[test]
        fn counting_is_stepping(workdays in workdays(), from in -100..100_i64, length in 0..200_i64) {
            let stepped = (from..from + length).filter(|day| workdays.is_workday(*day)).count() as i64;
            prop_assert_eq!(workdays.before(from + length) - workdays.before(from), stepped);
        }

        #[test]
        fn nth_is_the_inverse(workdays in workdays(), count in -1000..1000_i64, day in -100..100_i64) {
            let nth = workdays.nth(count);
            prop_assert!(workdays.is_workday(nth));
            prop_assert_eq!(workdays.before(nth), count);
            if workdays.is_workday(day) {
                prop_assert_eq!(workdays.nth(workdays.before(day)), day);
            }
        }
    }
}

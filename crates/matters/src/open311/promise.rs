//! A category's limits as a promise in plain words.

use lianxin_foundation::i18n::Words;
use lianxin_worktime::Kind;

use crate::rules::clock::Limits;

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
/// Eight office hours.
const WORKING_DAY: u32 = 8 * HOUR;

/// 「24 小时内联系您，7 天内办结。」
pub(super) fn promise(limits: &Limits, words: &Words) -> String {
    let span = |minutes| span(minutes, limits.kind, words);
    words.t2("open311-promise", "respond", span(limits.respond), "resolve", span(limits.resolve))
}

/// Minutes in the largest unit that holds them without a rest.
fn span(minutes: u32, kind: Kind, words: &Words) -> String {
    let (id, unit) = match kind {
        Kind::Working if minutes.is_multiple_of(WORKING_DAY) => ("open311-working-days", WORKING_DAY),
        Kind::Working if minutes.is_multiple_of(HOUR) => ("open311-working-hours", HOUR),
        Kind::Working => ("open311-working-minutes", 1),
        Kind::Calendar if minutes > DAY && minutes.is_multiple_of(DAY) => ("time-days", DAY),
        Kind::Calendar if minutes.is_multiple_of(HOUR) => ("time-hours", HOUR),
        Kind::Calendar => ("time-minutes", 1),
    };
    words.t1(id, "n", i64::from(minutes / unit))
}

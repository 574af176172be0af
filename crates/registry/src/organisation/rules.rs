//! What is asked of each kind of organisation: how many members, who leads it, how long a term lasts. The rules are
//! data with their sources, `data/organisations.toml`; what a text says must be is refused, what it says is usual is
//! warned of.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::Date;
use lianxin_foundation::Micros;
use lianxin_foundation::clock::{civil, start_of};
use serde::Deserialize;

use super::term::Term;
use super::{Form, OrganisationKind};

/// How firm a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Force {
    /// What breaks it is refused.
    Must,
    /// What breaks it is warned of.
    Usual,
}

/// One rule.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is about; `organisation-rule-…` says how it is broken.
    pub code: String,
    /// The kinds it is for, by code.
    kinds: Vec<String>,
    /// The forms it is for; none: every form.
    #[serde(default)]
    forms: Vec<String>,
    /// Its number.
    pub value: i64,
    /// How firm it is.
    pub force: Force,
    /// `V` the text itself was read, `2` a repost, `M` general knowledge.
    pub sure: String,
    /// The text.
    pub source: String,
    /// The number of formal members from which on it holds.
    #[serde(default)]
    from: i64,
    /// Whether it is for villages and communities only, or only for elsewhere.
    village: Option<bool>,
}

/// What a kind has.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    code: String,
    leader: String,
    #[serde(default)]
    posts: Vec<String>,
    #[serde(default)]
    elects: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    kind: Vec<Kind>,
    rule: Vec<Rule>,
}

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        toml::from_str(include_str!("../../data/organisations.toml"))
            .expect("the built-in rules of organisations are well formed: a test reads them")
    })
}

fn kind_of(kind: OrganisationKind) -> Option<&'static Kind> {
    book().kind.iter().find(|one| one.code == kind.code())
}

/// The kinds of membership that lead an organisation of this kind or sit on its committee.
pub fn posts(kind: OrganisationKind) -> &'static [String] {
    match kind_of(kind) {
        Some(found) if found.posts.is_empty() => std::slice::from_ref(&found.leader),
        Some(found) => &found.posts,
        None => &[],
    }
}

/// What there is to know of an organisation before it can be held to its rules.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// How it is formed.
    pub form: Form,
    /// Whether it stands in a village or community.
    pub village: bool,
    /// How many people are what in it, by kind of membership.
    pub people: BTreeMap<String, i64>,
    /// Units it covers: enterprises, associations and the like directly below it.
    pub covers: i64,
    /// Whether an organisation stands above it.
    pub superior: bool,
    /// Whether its superior's approval is on record.
    pub approval: bool,
    /// Its newest term of office.
    pub term: Option<Term>,
    /// Since when it exists.
    pub from: Micros,
    /// When its task is over.
    pub ends: Option<Micros>,
}

impl Facts {
    /// People who are this in it.
    pub fn count(&self, kind: &str) -> i64 {
        self.people.get(kind).copied().unwrap_or(0)
    }

    /// Formal members.
    pub fn formal(&self) -> i64 {
        self.count("member")
    }
}

/// A rule that is broken, or a date that comes near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// What is so, in the rule's own measure.
    pub has: i64,
    /// The day it is about, where it is about one.
    pub day: Option<Micros>,
}

impl Finding {
    /// The message that says it; it names `value` and `has`, or `day`.
    pub fn message(&self) -> String {
        let about = match self.day {
            Some(_) if self.has > 0 => "-over",
            Some(_) => "-soon",
            None => "",
        };
        format!("organisation-rule-{}{about}", self.rule.code)
    }

    /// Whether it is refused.
    pub fn must(&self) -> bool {
        self.rule.force == Force::Must
    }
}

/// The rules for one organisation.
#[derive(Clone, Copy)]
pub struct Law<'a> {
    kind: OrganisationKind,
    facts: &'a Facts,
}

impl<'a> Law<'a> {
    /// The rules for an organisation of this kind about which this is known.
    pub fn of(kind: OrganisationKind, facts: &'a Facts) -> Law<'a> {
        Law { kind, facts }
    }

    /// The rule with this code, where there is one for such an organisation.
    pub fn rule(self, code: &str) -> Option<&'static Rule> {
        book().rule.iter().find(|rule| {
            rule.code == code
                && rule.kinds.iter().any(|kind| kind == self.kind.code())
                && (rule.forms.is_empty() || rule.forms.iter().any(|form| form == self.facts.form.code()))
                && rule.village.is_none_or(|village| village == self.facts.village)
                && rule.from <= self.facts.formal()
        })
    }

    /// Whether it holds elections.
    pub fn elects(self) -> bool {
        kind_of(self.kind).is_some_and(|kind| kind.elects) && self.rule("no-election").is_none()
    }

    /// The last moment of a term that begins on `from`.
    pub fn term_end(self, from: Micros) -> Option<Micros> {
        let years = i32::try_from(self.rule("term-years")?.value).ok()?;
        civil(from).date().checked_add(years.years()).ok().map(start_of)
    }

    fn found(self, code: &str, broken: impl FnOnce(i64) -> Option<i64>) -> Option<Finding> {
        let rule = self.rule(code)?;
        broken(rule.value).map(|has| Finding { rule, has, day: None })
    }

    /// What stands in the way of founding it: what must be known of it from the beginning.
    pub fn founding(self) -> Vec<Finding> {
        let lacks = |there: bool| move |_| (!there).then_some(0);
        let found = [
            self.found("superior", lacks(self.facts.superior)),
            self.found("approval", lacks(self.facts.approval)),
            self.found("task-end", lacks(self.facts.ends.is_some())),
            self.found("project-months", |months| {
                let (from, to) = (civil(self.facts.from).date(), civil(self.facts.ends?).date());
                let has = whole_months(from, to);
                (has < months).then_some(has)
            }),
        ];
        found.into_iter().flatten().collect()
    }

    /// What stands in the way of electing who leads it.
    pub fn electing(self) -> Vec<Finding> {
        let found = [
            self.found("no-election", Some),
            self.found("members-least", |least| (self.facts.formal() < least).then_some(self.facts.formal())),
        ];
        found.into_iter().flatten().collect()
    }

    /// Everything that is not as it should be at a moment, the firmest first.
    pub fn check(self, now: Micros) -> Vec<Finding> {
        let facts = self.facts;
        let below = |has: i64| move |least| (has < least).then_some(has);
        let above = |has: i64| move |most| (has > most).then_some(has);
        let led = kind_of(self.kind).map_or(0, |kind| facts.count(&kind.leader));
        let board = posts(self.kind).iter().map(|post| facts.count(post)).sum();
        let mut found = self.founding();
        found.extend(
            [
                self.found("members-least", below(facts.formal())),
                self.found("members-most", above(facts.formal())),
                self.found("units-most", above(facts.covers)),
                self.found("leader", below(led)),
                self.found("committee-least", below(board)),
                self.found("committee-most", above(board)),
                self.task_over(now),
                self.term_found(now),
            ]
            .into_iter()
            .flatten(),
        );
        found.sort_by_key(|finding| finding.rule.force);
        found
    }

    fn task_over(self, now: Micros) -> Option<Finding> {
        let ends = self.facts.ends.filter(|ends| *ends <= now)?;
        Some(Finding { rule: self.rule("task-end")?, has: 1, day: Some(ends - 1) })
    }

    /// A term that is over, runs out, or was never entered.
    fn term_found(self, now: Micros) -> Option<Finding> {
        if !self.elects() {
            return None;
        }
        let Some(term) = &self.facts.term else {
            return self.found("term-years", |_| Some(0));
        };
        if term.to <= now {
            return Some(Finding { rule: self.rule("term-years")?, has: 1, day: Some(term.to) });
        }
        let lead = self.rule("term-lead-months")?;
        let months = i32::try_from(lead.value).ok()?;
        let begins = civil(term.to).date().checked_sub(months.months()).ok().map(start_of)?;
        (begins <= now).then_some(Finding { rule: lead, has: 0, day: Some(term.to) })
    }
}

/// Whole months between two days.
pub fn whole_months(from: Date, to: Date) -> i64 {
    let months = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    months - i64::from(to.day() < from.day())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::membership::MembershipKind;
    use OrganisationKind::{Branch, Committee, Enterprise, Group};

    fn at(year: i16, month: i8, day: i8) -> Micros {
        start_of(date(year, month, day))
    }

    fn branch(members: i64) -> Facts {
        let people = [("member", members), ("secretary", 1), ("committee-member", 3)];
        Facts {
            people: people.map(|(kind, n)| (kind.to_owned(), n)).into(),
            superior: true,
            term: Some(Term::between(at(2025, 1, 1), at(2028, 1, 1))),
            from: at(2020, 1, 1),
            ..Facts::default()
        }
    }

    fn codes(found: &[Finding]) -> Vec<(&str, bool)> {
        found.iter().map(|finding| (finding.rule.code.as_str(), finding.must())).collect()
    }

    #[test]
    fn the_book_speaks_of_what_exists_and_names_its_sources() {
        for kind in &book().kind {
            assert!(OrganisationKind::from_code(&kind.code).is_some(), "{}", kind.code);
            for post in kind.posts.iter().chain([&kind.leader]) {
                let post = MembershipKind::from_code(post).unwrap();
                assert!(post.fits(OrganisationKind::from_code(&kind.code).unwrap()), "{}", post.code);
            }
        }
        for rule in &book().rule {
            assert!(
                rule.kinds.iter().all(|kind| OrganisationKind::from_code(kind).is_some()),
                "{}",
                rule.code
            );
            assert!(rule.forms.iter().all(|form| Form::from_code(form).is_some()), "{}", rule.code);
            assert!(
                ["V", "2", "M"].contains(&rule.sure.as_str()) && !rule.source.is_empty(),
                "{}",
                rule.code
            );
            // What nobody read in a text, nor in a repost of one, refuses nothing.
            assert!(rule.sure != "M" || rule.force == Force::Usual, "{}", rule.code);
        }
    }

    #[test]
    fn a_branch_in_order_has_nothing_to_do() {
        assert_eq!(Law::of(Branch, &branch(12)).check(at(2026, 11, 23)), []);
    }

    #[test]
    fn numbers_are_compared_with_the_rules() {
        let now = at(2026, 11, 23);
        for (members, expected) in [
            (2, vec![("members-least", true)]),
            (3, vec![]),
            (50, vec![]),
            (51, vec![("members-most", false)]),
        ] {
            assert_eq!(codes(&Law::of(Branch, &branch(members)).check(now)), expected, "{members}");
        }
        let mut small = branch(6);
        small.people.remove("committee-member");
        assert_eq!(Law::of(Branch, &small).check(now), []);
        small.people.insert("member".to_owned(), 7);
        assert_eq!(codes(&Law::of(Branch, &small).check(now)), [("committee-least", false)]);
        small.people.insert("secretary".to_owned(), 0);
        assert_eq!(
            codes(&Law::of(Branch, &small).check(now)),
            [("leader", false), ("committee-least", false)]
        );
        let joint = Facts { form: Form::Joint, covers: 6, ..branch(5) };
        assert_eq!(codes(&Law::of(Branch, &joint).check(now)), [("units-most", false)]);
        assert_eq!(Law::of(Branch, &Facts { covers: 6, ..branch(5) }).check(now), []);
    }

    #[test]
    fn terms_are_as_long_as_their_kind_and_place_say() {
        let law = |kind, village| {
            let facts = Facts { village, ..branch(5) };
            Law::of(kind, &facts).term_end(at(2024, 2, 29))
        };
        assert_eq!(law(Branch, false), Some(at(2027, 2, 28)));
        assert_eq!(law(Branch, true), Some(at(2029, 2, 28)));
        assert_eq!(law(Committee, false), Some(at(2029, 2, 28)));
        assert_eq!(law(Enterprise, false), None);
    }

    #[test]
    fn a_term_is_missed_runs_out_and_is_over() {
        let said = |term: Option<Term>, now| {
            let facts = Facts { term, ..branch(5) };
            Law::of(Branch, &facts).check(now).iter().map(Finding::message).collect::<Vec<_>>()
        };
        let term = || Some(Term::between(at(2025, 1, 1), at(2028, 1, 1)));
        assert_eq!(said(None, at(2026, 1, 1)), ["organisation-rule-term-years"]);
        assert_eq!(said(term(), at(2027, 6, 30)), [""; 0]);
        assert_eq!(said(term(), at(2027, 7, 1)), ["organisation-rule-term-lead-months-soon"]);
        assert_eq!(said(term(), at(2028, 1, 1)), ["organisation-rule-term-years-over"]);
    }

    #[test]
    fn a_temporary_branch_is_approved_ends_and_elects_nobody() {
        let bare = Facts { form: Form::Temporary, superior: false, term: None, ..branch(3) };
        let law = Law::of(Branch, &bare);
        assert_eq!(codes(&law.founding()), [("superior", true), ("approval", true), ("task-end", true)]);
        assert_eq!(codes(&law.electing()), [("no-election", true)]);
        assert!(!law.elects());
        let good = Facts { superior: true, approval: true, ends: Some(at(2026, 12, 31)), ..bare };
        assert_eq!(Law::of(Branch, &good).check(at(2026, 11, 23)), []);
        let over: Vec<_> =
            Law::of(Branch, &good).check(at(2027, 1, 1)).iter().map(Finding::message).collect();
        assert_eq!(over, ["organisation-rule-task-end-over"]);
    }

    #[test]
    fn a_project_branch_is_for_half_a_year_and_a_group_has_a_branch() {
        let project =
            |ends| Facts { form: Form::Project, ends: Some(ends), from: at(2026, 1, 31), ..branch(5) };
        assert_eq!(
            codes(&Law::of(Branch, &project(at(2026, 7, 30))).founding()),
            [("project-months", false)]
        );
        assert_eq!(Law::of(Branch, &project(at(2026, 7, 31))).founding(), []);
        assert_eq!(codes(&Law::of(Group, &Facts::default()).founding()), [("superior", true)]);
        assert_eq!(Law::of(Enterprise, &Facts::default()).check(at(2026, 1, 1)), []);
    }
}

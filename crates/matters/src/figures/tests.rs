//! The statements against an obvious computation over the same matters, and what readers are given, on
//! both engines.

use std::cell::Cell;
use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{DAY, HOUR, MINUTE, Micros};
use lianxin_foundation::db::sql;
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Right, Role};
use lianxin_registry::Places;
use lianxin_testkit::{Browser, House, NOW, Person, both_engines, path_of};
use lianxin_worktime::Calendar;
use uuid::Uuid;

use super::counts::{Counts, Indicator, Stretch};
use super::held::{Held, Sample};
use super::period::{Month, Period};
use super::report::{Cache, Question, Report};
use super::tables::{Table, rows};
use crate::model::{ClosedBy, Matter, Status, sample_matter};
use crate::{MESSAGES, Matters};

/// A small repeatable source of numbers (xorshift64, G. Marsaglia 2003).
struct Dice(Cell<u64>);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(Cell::new(seed))
    }

    fn below(&self, n: i64) -> i64 {
        let mut x = self.0.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0.set(x);
        i64::try_from(x % n.unsigned_abs()).unwrap()
    }

    fn coin(&self) -> bool {
        self.below(2) == 0
    }

    fn one<T: Copy>(&self, of: &[T]) -> T {
        of[usize::try_from(self.below(i64::try_from(of.len()).unwrap())).unwrap()]
    }

    fn maybe<T>(&self, value: T) -> Option<T> {
        (self.below(4) != 0).then_some(value)
    }
}

const AREAS: [&str; 7] = [
    "421223",
    "421223100",
    "421223100001",
    "421223100001-01",
    "421223100002",
    "421223101003-02",
    "421202001001",
];
const CATEGORIES: [&str; 3] = ["street-light", "road-damage", "enquiry"];

/// A matter with columns at random, also such as no log gives: the statements must not care.
fn random_matter(dice: &Dice, at: u128, units: &[Uuid]) -> Matter {
    let area = dice.one(&AREAS);
    let created_at = NOW - dice.below(500 * DAY);
    let dispatched_at = dice.maybe(created_at + dice.below(2 * HOUR));
    let responded_at = dispatched_at.and_then(|from| dice.maybe(from + dice.below(30 * HOUR)));
    let resolved_at = dispatched_at.and_then(|from| dice.maybe(from + dice.below(9 * DAY)));
    let closed_by =
        dice.one(&[None, Some(ClosedBy::Reporter), Some(ClosedBy::CallBack), Some(ClosedBy::TimeOut)]);
    let status = match closed_by {
        Some(_) => Status::Closed,
        None => dice.one(&[Status::Received, Status::Accepted, Status::Withdrawn, Status::Dismissed]),
    };
    Matter {
        county: lianxin_testkit::county_of(area),
        id: Uuid::from_u128(at),
        number: format!("{at:013}"),
        area: area.to_owned(),
        path: path_of(area),
        category: dice.one(&CATEGORIES).to_owned(),
        status,
        unit: dice.maybe(dice.one(units)),
        first_unit: dice.coin().then(|| dice.one(units)),
        settled_level: dice.maybe(3 + dice.below(5)),
        created_at,
        dispatched_at,
        responded_at,
        resolved_at,
        closed_at: closed_by.map(|_| created_at + dice.below(20 * DAY)),
        closed_by,
        solved: dice.maybe(dice.below(5) != 0),
        satisfied: dice.maybe(dice.coin()),
        responded_in_time: dice.maybe(dice.below(9) != 0),
        hops: dice.below(3),
        reopened: dice.below(8) / 6,
        ..sample_matter()
    }
}

/// Counts one matter at a time.
fn count(matters: &[&Matter]) -> Counts {
    let each: Vec<Counts> = matters.iter().map(|matter| Counts::of(matter)).collect();
    each.iter().collect()
}

/// The counts that [`super::store::rates`] gives.
fn rates_only(counts: Counts) -> Counts {
    let Counts {
        received, closed, dispatched, judged, in_time, solved, satisfied, unsolved, settled, ..
    } = counts;
    let rates = Counts { received, closed, dispatched, judged, in_time, ..Counts::default() };
    Counts { solved, satisfied, unsolved, settled, ..rates }
}

fn median(matters: &[&Matter], stretch: Stretch) -> Option<i64> {
    let length = |matter: &&Matter| stretch.seconds(matter).map(super::sums::rounded);
    let mut lengths: Vec<i64> = matters.iter().filter_map(length).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len().saturating_sub(1) / 2).copied()
}

async fn insert(house: &House, matters: &[Matter]) {
    let mut tx = house.db().write().await.unwrap();
    for matter in matters {
        sql("insert into matter (county, id, number, secret, category, text, place, attributes, channel, language, \
             area, path, status, unit, first_unit, settled_level, created_at, dispatched_at, responded_at, resolved_at, \
             closed_at, closed_by, solved, satisfied, responded_in_time, hops, reopened, objections, events, version) \
             values ($1, $2, $3, $4, $5, '', '', '{}', 'web', 'zh-CN', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
             $16, $17, $18, $19, $20, $21, $22, 0, 0, 0)")
        .bind(&matter.county)
        .bind(matter.id)
        .bind(&matter.number)
        .bind(matter.id.as_bytes().to_vec())
        .bind(&matter.category)
        .bind(&matter.area)
        .bind(&matter.path)
        .bind(matter.status.code())
        .bind(matter.unit)
        .bind(matter.first_unit)
        .bind(matter.settled_level)
        .bind(matter.created_at)
        .bind(matter.dispatched_at)
        .bind(matter.responded_at)
        .bind(matter.resolved_at)
        .bind(matter.closed_at)
        .bind(matter.closed_by.map(ClosedBy::code))
        .bind(matter.solved)
        .bind(matter.satisfied)
        .bind(matter.responded_in_time)
        .bind(matter.hops)
        .bind(matter.reopened)
        .run(&mut tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    super::sums::recount(house.app()).await.unwrap();
}

/// Two counties with units and 700 matters at random.
async fn county(house: &House) -> (Vec<Matter>, Vec<Uuid>) {
    for area in AREAS {
        house.area(area).await;
    }
    let units = vec![
        house.organisation("421223", "unit", "演示城管局").await,
        house.organisation("421223100", "unit", "演示镇政府").await,
    ];
    let dice = Dice::new(0x2026_1122);
    let matters: Vec<Matter> = (1..=700).map(|at| random_matter(&dice, at, &units)).collect();
    insert(house, &matters).await;
    (matters, units)
}

fn asked(area: &str, first: &str, last: &str) -> Question {
    let period = Period { first: Month::parse(first).unwrap(), last: Month::parse(last).unwrap() };
    Question { area: area.to_owned(), period, category: None, unit: None, enterprises: false, scope: None }
}

/// The matters a question is about, looked at one by one.
fn meant<'m>(question: &Question, all: &'m [Matter]) -> Vec<&'m Matter> {
    let (from, below) =
        path_range(&if question.area.is_empty() { String::new() } else { path_of(&question.area) });
    let within = |matter: &&Matter| {
        (question.period.start()..question.period.end()).contains(&matter.created_at)
            && matter.path >= from
            && matter.path < below
            && question.category.as_ref().is_none_or(|category| *category == matter.category)
            && question.unit.is_none_or(|unit| matter.first_unit.or(matter.unit) == Some(unit))
            && question.scope.as_ref().is_none_or(|scope| scope.covers(&matter.path, &[]))
    };
    all.iter().filter(within).collect()
}

fn of<'m>(matters: &[&'m Matter], keep: impl Fn(&Matter) -> bool) -> Vec<&'m Matter> {
    matters.iter().copied().filter(|matter| keep(matter)).collect()
}

/// Compares every number of a report with the slow computation.
fn check(report: &Report, all: &[Matter]) {
    let question = &report.question;
    let mine = meant(question, all);
    assert_eq!(report.whole, count(&mine), "whole of {question:?}");
    for (stretch, found) in Stretch::ALL.into_iter().zip(report.medians) {
        assert_eq!(found, median(&mine, stretch), "{stretch:?} of {question:?}");
    }
    for line in report.areas.iter().filter(|line| !line.key.is_empty()) {
        let inside = format!("/{}/", line.key);
        let expected = count(&of(&mine, |matter| format!("/{}", matter.path).contains(&inside)));
        assert_eq!(line.counts, expected, "{} of {question:?}", line.key);
    }
    if !report.areas.is_empty() {
        assert_eq!(report.areas.iter().map(|line| &line.counts).collect::<Counts>(), report.whole);
    }
    for line in &report.categories {
        assert_eq!(line.counts, count(&of(&mine, |matter| matter.category == line.key)));
    }
    for line in &report.units {
        assert_eq!(line.counts, count(&of(&mine, |matter| matter.first_unit.or(matter.unit) == line.key)));
    }
    let within = |from: Micros, to: Micros| {
        let first = Question { period: question.period.year(), ..question.clone() };
        let before = Question { period: question.period.before(), ..question.clone() };
        let mut wide = [meant(&first, all), meant(&before, all)].concat();
        wide.sort_by_key(|matter| matter.id);
        wide.dedup_by_key(|matter| matter.id);
        rates_only(count(&of(&wide, |matter| (from..to).contains(&matter.created_at))))
    };
    for (month, counts) in &report.months {
        assert_eq!(*counts, within(month.start(), month.later(1).start()), "{}", month.code());
    }
    let before = question.period.before();
    assert_eq!(report.before, within(before.start(), question.period.fair_end_before(NOW)));
}

/// The pages of figures and their JSON, before somebody's browser.
async fn browser(house: &House) -> Browser {
    let matters = Matters::new(Arc::new(Calendar::china()), Places::new()).unwrap();
    house.browser(super::routes().layer(Extension(matters)))
}

async fn bearing(house: &House, person: &Person) -> Browser {
    let token = AddToken {
        county: person.who.county.clone(),
        account: person.account(),
        name: "演示程序".into(),
        expires_at: None,
    };
    let token = house.app().act(&person.who, &token).await.unwrap();
    browser(house).await.bearing(&token)
}

/// The addresses of lists that a page of figures opens, each with the number it stands behind: none for
/// a percentage. Staff's lists are in the inbox, the public's beside the figures.
fn opened(page: &str) -> Vec<(String, Option<i64>)> {
    let list = |link: &&str| link.starts_with("/inbox?") || link.contains("/matters?");
    let links = page.split("<a href=\"").skip(1).filter(list);
    links
        .map(|link| {
            let (address, rest) = link.split_once("\">").unwrap();
            let text = rest.split('<').next().unwrap().replace(',', "");
            (address.replace("&#38;", "&"), text.trim().parse().ok())
        })
        .collect()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, MESSAGES];

    async fn every_number_is_what_counting_one_by_one_gives(house: House) {
        let (all, units) = county(&house).await;
        let who = house.who(&[house.post(Role::Secretary, "421223100"), house.post(Role::Secretary, "421202")]);
        let scope = who.scope(Right::SeeFigures, NOW);
        let cache = Cache::default();
        for (area, first, last) in [
            ("421223", "2026-11", "2026-11"),
            ("421223", "2026-01", "2026-10"),
            ("421223", "2025-06", "2026-11"),
            ("421223100", "2026-05", "2026-11"),
            ("421223100001", "2026-01", "2026-11"),
            ("421223100001-01", "2026-01", "2026-11"),
            ("421202", "2026-01", "2026-11"),
            ("4212", "2026-03", "2026-11"),
            ("42", "2026-03", "2026-11"),
            ("", "2026-03", "2026-11"),
            ("421223", "2031-01", "2031-02"),
        ] {
            let question = asked(area, first, last);
            check(&cache.report(house.app(), &question).await.unwrap(), &all);
            for category in [None, Some("street-light".to_owned())] {
                for unit in [None, Some(units[0])] {
                    let staff = Question { category: category.clone(), unit, scope: Some(scope.clone()), ..question.clone() };
                    match cache.report(house.app(), &staff).await {
                        Ok(report) => check(&report, &all),
                        Err(error) => {
                            assert_eq!(error.code(), Some("problem-not-found"));
                            assert!(!scope.covers(&if area.is_empty() { String::new() } else { path_of(area) }, &[]));
                        }
                    }
                }
            }
        }
    }

    async fn what_an_earlier_program_never_summed_up_is_counted_at_the_start(house: House) {
        let (all, _) = county(&house).await;
        let mut tx = house.db().write().await.unwrap();
        sql("delete from figure_place").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        crate::figures::sums::begin(house.app()).await.unwrap();
        let question = asked("421223", "2026-01", "2026-11");
        check(&Cache::default().report(house.app(), &question).await.unwrap(), &all);
        assert_eq!(crate::figures::sums::recount(house.app()).await.unwrap(), 0);
    }

    async fn an_answer_is_given_again_for_a_minute_and_then_renewed(house: House) {
        let (_, units) = county(&house).await;
        let cache = Cache::default();
        let question = asked("421223", "2026-11", "2026-11");
        let first = cache.report(house.app(), &question).await.unwrap();
        let mut late = random_matter(&Dice::new(7), 900, &units);
        late.created_at = NOW;
        late.county = "421223".into();
        late.path = path_of("421223");
        insert(&house, &[late]).await;
        house.clock().set(NOW + MINUTE - 1);
        assert_eq!(cache.report(house.app(), &question).await.unwrap(), first);
        // Stale: the old answer at once, the new one soon.
        house.clock().set(NOW + MINUTE);
        assert_eq!(cache.report(house.app(), &question).await.unwrap(), first);
        let renewed = loop {
            let report = cache.report(house.app(), &question).await.unwrap();
            if report != first {
                break report;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        };
        assert_eq!((renewed.as_of, renewed.whole.received), (NOW + MINUTE, first.whole.received + 1));
        // Too old to be given at all.
        house.clock().set(NOW + HOUR);
        assert_eq!(cache.report(house.app(), &question).await.unwrap().as_of, NOW + HOUR);
    }

    async fn the_public_sees_numbers_of_every_place(house: House) {
        county(&house).await;
        let mut browser = browser(&house).await;
        let home = browser.get("/figures?from=2025-12&to=2026-11").await;
        assert_eq!(home.status, 200, "{}", home.text());
        assert!(home.text().contains("演示区划 421223"));
        assert!(home.text().contains("/figures/421223100?"));
        for (address, status) in [
            ("/figures", 200),
            ("/figures/42", 200),
            ("/figures/421223100001?show=response&from=2026-01&to=2026-11", 200),
            ("/figures/method", 200),
            ("/figures/421223100001-01", 404),
            ("/figures/429999", 404),
            ("/figures?from=soon", 422),
            ("/figures?from=2020-01&to=2026-01", 422),
            ("/figures.csv?table=units", 404),
            ("/staff/figures", 303),
            ("/staff/figures.csv", 303),
            ("/api/v1/figures", 401),
        ] {
            assert_eq!(browser.get(address).await.status, status, "{address}");
        }
        for language in ["zh-CN", "zh-TW", "en"] {
            let mut browser = browser.clone().with("accept-language", language);
            for address in ["/figures", "/figures/method"] {
                let text = browser.get(address).await.text();
                assert!(text.contains(&format!("<html lang=\"{language}\"")), "{language}");
                assert!(!text.contains("figures-"), "a message of {address} is missing in {language}");
            }
        }
        for table in ["areas", "categories", "months"] {
            let file = browser.get(&format!("/figures.csv?table={table}&from=2025-12&to=2026-11")).await;
            assert_eq!(file.status, 200);
            assert!(file.header("content-type").starts_with("text/csv"));
            assert!(file.text().starts_with('\u{feff}'));
            let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
            let columns = lines[0].split(',').count();
            assert!(lines.len() > 2 && lines.iter().all(|line| line.split(',').count() == columns), "{table}");
        }
    }

    async fn no_page_orders_by_a_rate_and_thin_rows_stand_apart(house: House) {
        let (all, _) = county(&house).await;
        let page = browser(&house).await.get("/figures?from=2026-09&to=2026-11").await.text();
        let report = Cache::default().report(house.app(), &asked("421223", "2026-09", "2026-11")).await.unwrap();
        check(&report, &all);
        let thin = |counts: &Counts| counts.rate(Indicator::Solved).is_thin();
        assert!(report.areas.iter().any(|line| thin(&line.counts)), "the sample must have a thin row");
        let (above, below) = page.split_once("样本太小或不宜说").unwrap();
        for line in report.areas.iter().filter(|line| !line.key.is_empty() && thin(&line.counts)) {
            let row = format!("/figures/{}?", line.key);
            assert!(below.contains(&row) && !above.contains(&row), "{row}");
        }
        let keys: Vec<&str> = report.areas.iter().map(|line| line.key.as_str()).filter(|key| !key.is_empty()).collect();
        assert!(keys.is_sorted());
    }

    async fn a_private_category_is_only_part_of_a_sum_below_the_county(house: House) {
        let catalogue = crate::category::Catalogue::defaults().unwrap();
        let private = catalogue.all().iter().find(|category| category.private).unwrap().clone();
        let (_, units) = county(&house).await;
        let mut matter = random_matter(&Dice::new(3), 901, &units);
        matter.category = private.code.clone();
        matter.county = "421223".into();
        matter.path = path_of("421223100001");
        matter.created_at = NOW - HOUR;
        insert(&house, &[matter]).await;
        let mut browser = browser(&house).await;
        let name = private.name(lianxin_foundation::i18n::Language::ZhCn);
        assert!(browser.get("/figures/421223").await.text().contains(name));
        for address in ["/figures/421223100001", "/figures.csv?area=421223100001&table=categories"] {
            let text = browser.get(address).await.text();
            assert!(!text.contains(name) && !text.contains(&private.code), "{address}");
            assert!(text.contains("其余各类"), "{address}");
        }
    }

    async fn the_public_is_not_told_what_few_answered(house: House) {
        let (_, units) = county(&house).await;
        let mut matter = random_matter(&Dice::new(3), 902, &units);
        matter.category = "enquiry".into();
        matter.county = "421223".into();
        matter.path = path_of("421223100002");
        matter.created_at = NOW - HOUR;
        matter.status = Status::Closed;
        (matter.closed_by, matter.closed_at) = (Some(ClosedBy::Reporter), Some(NOW));
        (matter.solved, matter.satisfied, matter.reopened) = (Some(true), Some(false), 0);
        insert(&house, &[matter]).await;
        let mut browser = browser(&house).await;
        // One matter's answer stands on no public page, in no file and in no sum less the others.
        for show in ["solved", "satisfied", "response"] {
            let page = browser.get(&format!("/figures/421223100002?show={show}&from=2026-11")).await.text();
            assert!(page.contains("不说其中多少件"), "{show}");
            assert!(!page.contains("件里有"), "{show}: a thin sample shows its hits");
        }
        let name = crate::category::Catalogue::defaults().unwrap();
        let name = name.name("enquiry", lianxin_foundation::i18n::Language::ZhCn);
        let page = browser.get("/figures/421223100002?from=2026-11").await.text();
        assert!(!page.contains(&name) && page.contains("其余各类"), "a rare category is told in a village");
        // By category only a county's page tells rates: other places would tell what it holds back.
        let file = browser.get("/figures.csv?area=421223100&table=categories").await.text();
        assert!(file.lines().all(|line| line.split(',').count() == 4), "{file}");
        for (area, table) in [("421223100", "areas"), ("421223", "categories"), ("421223100", "months")] {
            let file = browser.get(&format!("/figures.csv?area={area}&table={table}")).await.text();
            for line in file.lines().skip(1) {
                let cells: Vec<&str> = line.split(',').collect();
                for rate in [4, 9, 14] {
                    let thin = cells[rate + 1].parse::<i64>().unwrap() < 30;
                    assert!(!thin || cells[rate].is_empty(), "{table}: {line}");
                }
            }
        }
    }

    async fn a_page_tells_no_more_than_the_table_above_it(house: House) {
        county(&house).await;
        let (cache, catalogue) = (Cache::default(), crate::category::Catalogue::defaults().unwrap());
        let locales = lianxin_foundation::i18n::Locales::new(&[lianxin_registry::MESSAGES, MESSAGES]).unwrap();
        let words = locales.speak(lianxin_foundation::i18n::Language::ZhCn);
        let mut covered = 0;
        for (first, last) in [("2026-11", "2026-11"), ("2026-09", "2026-11"), ("2025-09", "2026-11")] {
            let mut pages = vec![String::new()];
            while let Some(area) = pages.pop() {
                let report = cache.report(house.app(), &asked(&area, first, last)).await.unwrap();
                for row in rows(Table::Area, &report, &catalogue, &words) {
                    assert!(Sample::ALL.into_iter().all(|one| row.held.withholds(one) || one.size(&row.counts) >= 30));
                    if row.key.is_empty() || row.key.len() > 12 {
                        continue;
                    }
                    let below = cache.report(house.app(), &asked(&row.key, first, last)).await.unwrap();
                    assert_eq!(below.held.whole, row.held, "{} of {first}–{last}", row.key);
                    covered += i32::from(row.held.any() && !Held::few(&row.counts).any());
                    let months = rows(Table::Month, &below, &catalogue, &words);
                    if first == last {
                        assert_eq!(months.last().unwrap().held, row.held, "the month {first} of {}", row.key);
                    } else {
                        let mut alone = vec![];
                        for month in report.question.period.each() {
                            let code = month.code();
                            alone.push(cache.report(house.app(), &asked(&row.key, &code, &code)).await.unwrap());
                        }
                        let told = months.iter().rev().zip(alone.iter().rev());
                        for (month, alone) in told {
                            let held = |of: Held, sample| of.withholds(sample);
                            assert!(Sample::ALL.into_iter().all(|one| held(month.held, one) || !held(alone.held.whole, one)));
                        }
                    }
                    pages.push(row.key);
                }
            }
        }
        assert!(covered > 0, "the sample must have a place that covers another");
    }

    async fn words_are_looked_for_where_it_is_quick(house: House) {
        use crate::model::Status;
        use crate::store::{Query, words_since};
        county(&house).await;
        let scope = house.who(&[house.post(Role::Dispatcher, "421223")]).scope(Right::SeeMatters, NOW);
        let wide = house.who(&[house.post(Role::Secretary, "4212")]).scope(Right::SeeMatters, NOW);
        let mut tx = house.db().read().await.unwrap();
        let here = Query { words: Some("路灯".into()), county: Some("421223".into()), ..Query::default() };
        let open = Query { statuses: vec![Status::Received, Status::Dispatched], county: None, ..here.clone() };
        let named = Query { from: Some(NOW - 400 * DAY), county: None, ..here.clone() };
        let silent = Query { words: None, county: None, ..here.clone() };
        let everywhere = Query { county: None, ..here.clone() };
        for (scope, query, since) in [
            // Fewer than are looked through anyway.
            (&scope, &here, None),
            (&wide, &everywhere, Some(NOW - 31 * DAY)),
            (&wide, &open, None),
            (&wide, &named, None),
            (&wide, &silent, None),
        ] {
            assert_eq!(words_since(&mut tx, scope, query, NOW).await.unwrap(), since, "{query:?}");
        }
    }

    async fn every_number_opens_into_the_matters_it_counts(house: House) {
        county(&house).await;
        let secretary = house.person("secretary", &[house.post(Role::Secretary, "421223")]).await;
        let matters = Matters::new(Arc::new(Calendar::china()), Places::new()).unwrap();
        let mut browser = house.browser(crate::routes().layer(Extension(matters)));
        browser.sign_in(&secretary).await;
        let (mut numbers, mut several) = (0, 0);
        for asked in ["", "&show=response", "&category=street-light", "&area=421223100", "&area=421223100001"] {
            let page = browser.get(&format!("/staff/figures?from=2026-03&to=2026-11{asked}")).await.text();
            for (address, number) in opened(&page) {
                let list = browser.get(&address).await;
                assert_eq!(list.status, 200, "{address}");
                let text = list.text();
                let listed = text.split("<span>").find_map(|part| part.split_once(" 件</span>")).expect("a count").0;
                let listed: i64 = listed.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
                numbers += 1;
                // A rate's hits are behind its percentage; what was called back counts answers.
                if address.ends_with("called_back") {
                    several += i64::from(listed < number.unwrap());
                    assert!(listed <= number.unwrap(), "{address}: {listed}, {number:?}");
                } else if let Some(number) = number {
                    assert_eq!(listed, number, "{address}");
                }
            }
        }
        assert!(numbers > 200 && several > 0, "{numbers} numbers, {several} of several answers");
    }

    async fn the_public_sees_how_the_work_behind_a_number_went(house: House) {
        let (all, _) = county(&house).await;
        let mut browser = browser(&house).await;
        let mut numbers = 0;
        for area in ["421223", "421223100", "421223100001"] {
            let page = browser.get(&format!("/figures/{area}?from=2026-03&to=2026-11")).await.text();
            for (address, number) in opened(&page) {
                let Some(number) = number else { continue };
                let (mut listed, mut at) = (0, address.clone());
                loop {
                    let list = browser.get(&at).await;
                    assert_eq!(list.status, 200, "{at}");
                    let text = list.text();
                    listed += text.matches("/find?county=").count() as i64;
                    assert!(!text.contains("路灯") && !text.contains("满意率") && !text.contains("Reporter"));
                    match text.split_once("\" rel=\"next\"").and_then(|(before, _)| before.rsplit_once("href=\"")) {
                        Some((_, next)) => at = next.replace("&#38;", "&"),
                        None => break,
                    }
                }
                assert_eq!(listed, number, "{address}");
                numbers += 1;
            }
        }
        assert!(numbers > 40, "{numbers}");
        // What somebody answered, other places, and what is held back of a few open for nobody.
        for refused in [
            "/figures/421223/matters?counted=satisfied",
            "/figures/421223/matters?counted=closed_time_out",
            "/figures/421223/matters?counted=nothing",
            "/figures/4212/matters",
            "/figures/421223100001-01/matters",
            "/figures/999999/matters",
        ] {
            assert_eq!(browser.get(refused).await.status, 404, "{refused}");
        }
        let few = all.iter().find(|matter| matter.path.contains("421223101003")).unwrap();
        let month = Month::of(few.created_at).code();
        let village = format!("/figures/421223101003/matters?from={month}&to={month}");
        let shown = browser.get(&village).await.text();
        assert!(shown.contains(&few.number) && !shown.contains("首次联系"), "few responses are told as a number alone");
        assert_eq!(browser.get(&format!("{village}&counted=in_time")).await.status, 404);
    }

    async fn staff_see_their_place_and_nothing_beside_it(house: House) {
        let (all, units) = county(&house).await;
        let secretary = house.person("secretary", &[house.post(Role::Secretary, "421223100")]).await;
        let mut browser = browser(&house).await;
        browser.sign_in(&secretary).await;
        let page = browser.get("/staff/figures?from=2025-12&to=2026-11").await;
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains("演示镇政府"));
        assert!(!page.text().contains("/staff/figures?area=421223&"), "the county is not theirs to open");
        for (address, status) in [
            ("/staff/figures?area=421223100001", 200),
            ("/staff/figures?area=421223100001-01", 200),
            ("/staff/figures?category=street-light&show=satisfied", 200),
            ("/staff/figures?area=421223", 404),
            ("/staff/figures?area=421223101", 404),
            ("/staff/figures?category=nothing", 404),
            ("/staff/figures?unit=nothing", 404),
            ("/staff/figures.csv?table=units&from=2026-01&to=2026-11", 200),
            ("/staff/figures.csv?area=421202", 404),
        ] {
            assert_eq!(browser.get(address).await.status, status, "{address}");
        }
        assert_eq!(browser.get(&format!("/staff/figures?unit={}", units[1])).await.status, 200);

        // Taking away is a right over places of its own: here a dispatcher's, beside a grid worker's to look.
        let posts = [house.post(Role::Dispatcher, "421223100"), house.post(Role::GridWorker, "421223101003")];
        let both = house.person("both", &posts).await;
        browser.sign_in(&both).await;
        let village = "area=421223101003&from=2026-01&to=2026-11";
        let seen = browser.get(&format!("/staff/figures?{village}")).await;
        assert!(seen.status == 200 && !seen.text().contains("figures.csv"));
        assert_eq!(browser.get(&format!("/staff/figures.csv?{village}")).await.status, 403);

        let mut tx = house.db().read().await.unwrap();
        let taken: i64 = sql("select count(*) from audit where action = 'figures-export'").scalar(&mut tx).await.unwrap();
        assert_eq!(taken, 1);
        drop(tx);

        let body = bearing(&house, &secretary).await.get("/api/v1/figures?from=2026-01&to=2026-11").await;
        assert_eq!(body.status, 200, "{}", body.text());
        let expected = count(&meant(&asked("421223100", "2026-01", "2026-11"), &all));
        assert_eq!(bearing(&house, &secretary).await.get("/api/v1/figures?from=a&from=b").await.status, 422);
        assert_eq!(body.json()["area"], "421223100");
        assert_eq!(body.json()["whole"]["received"], expected.received);
        assert_eq!(body.json()["whole"]["solved"]["n"], expected.called_back());
    }

    async fn a_post_without_figures_sees_none(house: House) {
        county(&house).await;
        let household = house.person("household", &[house.post(Role::ContactHousehold, "421223100001")]).await;
        let mut browser = browser(&house).await;
        browser.sign_in(&household).await;
        assert_eq!(browser.get("/staff/figures").await.status, 403);
        assert_eq!(bearing(&house, &household).await.get("/api/v1/figures").await.status, 403);
    }
}

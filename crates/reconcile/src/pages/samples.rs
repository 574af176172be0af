//! Every template of two-way checks, rendered from samples in every language.

use askama::Template;
use lianxin_foundation::Micros;
use lianxin_foundation::clock::{DAY, HOUR};
use lianxin_foundation::i18n::{self, Language, Locales};
use lianxin_foundation::web::Shell;
use lianxin_registry::form::{Choice, PlaceField, Wrong};
use uuid::Uuid;

use super::PersonLine;
use super::campaign::{CampaignPage, RollRow, RunRow};
use super::campaigns::{self, ListPage, NewPage};
use super::coverage::{self, Cell, CoveragePage, Look};
use super::roll::{ColumnRow, ColumnsPage, LineRow, RollPage};
use super::unclear::{FieldRow, LastRow, Pair, UnclearPage};
use super::visits::list;
use super::visits::one::{Card, FoundRow, Source, VisitPage};
use super::visits::progress::{self, FoundPerson, ProgressPage};
use crate::model::{Band, Campaign, Field, Roll, RunState};
use crate::rules::answers::{self, Stands};
use crate::rules::coverage::Method;
use crate::rules::findings::{Outcome, Side};
use crate::rules::lines::Fault;
use crate::sealed::Listed;
use crate::visit::VisitState;

/// 2026-11-22 08:30 in China.
const NOW: Micros = 1_795_307_400_000_000;

/// The address of the sample's campaign.
const HERE: &str = "/checks/421223/0";

fn text(text: &str) -> String {
    text.to_owned()
}

fn wrong() -> Wrong {
    Wrong { whole: Some(text("整体不对")), fields: vec![(text("title"), text("名称不对"))] }
}

fn offices() -> Vec<Choice> {
    vec![Choice::new("1", "演示民政办"), Choice::new("2", "演示医保所")]
}

/// A campaign that is open, closed, or whose personal data is gone.
fn campaign(closed_at: Option<Micros>, erased_at: Option<Micros>) -> Campaign {
    Campaign {
        county: text("421223"),
        id: Uuid::nil(),
        title: text("演示：六十岁以上老人双向排查"),
        purpose: text("发放高龄津贴"),
        ground: text("演示依据"),
        area: text("421223100"),
        path: text("42/4212/421223/421223100/"),
        age_from: Some(60),
        age_to: None,
        ends_at: NOW + 30 * DAY,
        created_at: NOW - DAY,
        closed_at,
        erased_at,
    }
}

fn list(s: &Shell, rows: bool) -> ListPage {
    let each = [
        campaign(None, None),
        campaign(Some(NOW), None),
        Campaign { ends_at: NOW, ..campaign(None, None) },
        campaign(None, Some(NOW)),
    ];
    let row = |one: Campaign| campaigns::Row {
        href: text(HERE),
        place: text("天城镇"),
        last: one.ends_at - 1,
        open: one.is_open(NOW),
        status: campaigns::status(&one, NOW),
        title: one.title,
    };
    ListPage { s: s.clone(), rows: each.into_iter().filter(|_| rows).map(row).collect(), runs: rows }
}

fn new(s: &Shell) -> NewPage {
    NewPage {
        s: s.clone(),
        wrong: wrong(),
        place: PlaceField {
            typed: text("桃溪"),
            offered: vec![text("天城镇 › 桃溪社区")],
            which: vec![Choice::new("421223100001", "天城镇 › 桃溪社区")],
        },
        offices: offices(),
        chosen: vec![text("1")],
        typed: vec![("title", text("演示"))],
    }
}

/// A list of the campaign, at each point of its way: brought, read, at work, linked.
fn rolls(s: &Shell) -> Vec<RollRow> {
    let brought = RollRow {
        id: text("0"),
        href: text("/checks/421223/0/rolls/0"),
        title: text("演示名单"),
        office: text("演示民政办"),
        brought: NOW - HOUR,
        read: false,
        people: 0,
        faulty: 0,
        bands: Vec::new(),
        lacking: None,
        run: None,
    };
    let read = RollRow { read: true, people: 120, faulty: 3, ..brought.clone() };
    let run = |state: RunState| RunRow {
        id: text("0"),
        state: state.message(),
        stage: state.is_under_way().then(|| s.t("check-stage-comparing")),
        share: 40,
        under_way: state.is_under_way(),
    };
    use RunState::{Done, Failed, Running, Stopped, Waiting};
    let at_work =
        [Waiting, Running, Stopped, Failed].map(|state| RollRow { run: Some(run(state)), ..read.clone() });
    let linked = RollRow {
        bands: Band::ALL.map(|band| (band.code(), band.message(), 30)).into(),
        lacking: Some(7),
        run: Some(run(Done)),
        ..read.clone()
    };
    [brought, read].into_iter().chain(at_work).chain([linked]).collect()
}

fn one(s: &Shell, campaign: Campaign, rolls: Vec<RollRow>) -> CampaignPage {
    CampaignPage {
        s: s.clone(),
        here: text(HERE),
        place: text("天城镇"),
        last: campaign.ends_at - 1,
        status: campaigns::status(&campaign, NOW),
        open: campaign.is_open(NOW),
        runs: true,
        about: s.t1("check-about-from", "from", 60),
        waiting: vec![text("演示医保所")],
        offices: offices(),
        unclear: if rolls.is_empty() { 0 } else { 30 },
        linked: !rolls.is_empty(),
        under_way: !rolls.is_empty(),
        taught: Some((text("12%"), text("88%"))),
        visits: Some(if rolls.len() > 1 { (3, 2, 1) } else { (0, 0, 0) }),
        typed: (text("1"), text("演示名单")),
        notice: Some(s.t("check-done-opened")),
        wrong: if rolls.is_empty() { wrong() } else { Wrong::default() },
        rolls,
        campaign,
    }
}

fn columns(s: &Shell) -> ColumnsPage {
    let column = |(at, (heading, known)): (usize, (&str, bool))| ColumnRow {
        at,
        heading: text(heading),
        examples: vec![text("演示甲"), text("演示乙")],
        field: text(Field::Name.code()),
        known,
    };
    ColumnsPage {
        s: s.clone(),
        here: text("/checks/421223/0/rolls/0"),
        campaign: text(HERE),
        office: text("演示民政办"),
        columns: [("姓名", true), ("", false)].into_iter().enumerate().map(column).collect(),
        fields: Field::ALL.map(|field| Choice::new(field.code(), s.t(field.message()))).into(),
        notice: Some(s.t("check-done-brought")),
        wrong: wrong(),
    }
}

fn person() -> PersonLine {
    PersonLine {
        href: text("/people/421223/0"),
        name: text("演示甲"),
        sex: Some("sex-female"),
        birth: text("1955-03-21"),
        age: Some(71),
    }
}

fn listed() -> Listed {
    Listed { name: text("演示甲"), birth: text("1955-03-21"), sex: text("female"), ..Listed::default() }
}

/// The list's page as it shows one of its bands, `below`, or that it is not linked yet.
fn roll(s: &Shell, tab: &str, linked: bool) -> RollPage {
    let faults = Fault::ALL.map(Fault::message);
    let row = |decided| LineRow {
        line: 2,
        listed: listed(),
        sex: Some("sex-female"),
        faults: faults.into(),
        person: Some(person()),
        percent: 97,
        decided,
        place: if decided { text("天城镇 › 桃溪社区") } else { String::new() },
        found: if decided { vec![text("搬走了"), text("到 2026-11-01")] } else { Vec::new() },
    };
    let bands = Band::ALL.map(|band| (text(band.code()), band.message(), 30));
    RollPage {
        s: s.clone(),
        here: text("/checks/421223/0/rolls/0"),
        campaign: text(HERE),
        office: text("演示民政办"),
        roll: Roll {
            county: text("421223"),
            id: Uuid::nil(),
            campaign: Uuid::nil(),
            organisation: Uuid::nil(),
            title: text("演示名单"),
            sealed_file: None,
            people: 120,
            faulty: 3,
            run: linked.then_some(Uuid::nil()),
            brought_at: NOW - HOUR,
        },
        runs: linked,
        open: true,
        tells: linked,
        linked,
        tabs: bands.into_iter().chain([(text("below"), "check-band-below", 7)]).collect(),
        tab: text(tab),
        rows: if tab.is_empty() { Vec::new() } else { vec![row(false), row(true)] },
        next: Some(text("/checks/421223/0/rolls/0?show=above&after=2")),
        faulty: vec![(2, faults.into())],
        twice: vec![(person(), 2)],
        notice: Some(s.t("check-done-read")),
    }
}

fn unclear(s: &Shell, shown: bool, skipped: bool) -> UnclearPage {
    let speaks = [
        ("resolved", "check-speaks-much-for"),
        ("on-time", "check-speaks-for"),
        ("waiting", "check-speaks-little"),
        ("due-today", "check-speaks-against"),
        ("overdue", "check-speaks-much-against"),
    ];
    let field = |(at, field): (usize, Field)| FieldRow {
        name: field.message(),
        above: text("甲"),
        below: text("乙"),
        level: text("相同"),
        speaks: speaks.get(at).copied(),
    };
    let pair = Pair {
        roll: Uuid::nil(),
        line: 2,
        person: Uuid::nil(),
        title: text("演示名单"),
        percent: 61,
        fields: Field::ALL.into_iter().enumerate().map(field).collect(),
        masked: skipped,
    };
    let last =
        |same| LastRow { roll: Uuid::nil(), line: 2, title: text("演示名单"), same, at: NOW - HOUR };
    UnclearPage {
        s: s.clone(),
        here: text("/checks/421223/0/unclear"),
        campaign: text(HERE),
        name: text("演示排查"),
        left: if shown || skipped { 4 } else { 0 },
        pair: shown.then_some(pair),
        after: text("0:2"),
        skipped,
        last: vec![last(true), last(false)],
        notice: Some(s.t("check-done-undone")),
    }
}

fn coverage(s: &Shell, method: Method, lists: &[&str]) -> CoveragePage {
    let row = |place: &str, known: bool| coverage::Row {
        path: text("42/4212/421223/421223100/421223100001/"),
        place: text(place),
        inside: known.then(|| text("?area=421223100001")),
        cells: vec![Cell { people: 90, share: known.then_some((90, 84, 97)) }; lists.len() + 1],
        all: known.then_some((100, 95, 108)),
        wide: false,
        unseen: known.then_some((10, 5, 18)),
        above: 4,
    };
    let next = Look {
        place: text("天城镇 › 桃溪社区"),
        visits: text("/visits"),
        why: vec![s.t2("check-next-likely", "n", 10_i64, "range", "5–18")],
    };
    CoveragePage {
        s: s.clone(),
        campaign: text(HERE),
        name: text("演示排查"),
        lists: lists.iter().map(|list| text(list)).collect(),
        method: method.message(),
        whole: row(&s.t("check-coverage-whole"), true),
        rows: vec![row("天城镇 › 桃溪社区", true), row("天城镇 › 茶店村", false)],
        next: vec![next],
        map: (method == Method::Chao).then(|| text("421223100")),
        unmapped: vec![text("天城镇 › 茶店村")],
    }
}

fn visits_of(s: &Shell, done: bool, rows: bool) -> list::ListPage {
    let row = |state: VisitState, placed: bool| list::Row {
        href: text("/visits/421223/0"),
        address: if placed { text("演示小区 9 栋 201 室") } else { String::new() },
        campaign: text("演示排查"),
        people: 3,
        open: if state == VisitState::Done { 0 } else { 1 },
        look: "new",
        state: state.message(),
        tried: (state == VisitState::Again).then_some(NOW - HOUR),
        tries: 2,
        placed,
    };
    let each =
        VisitState::ALL.map(|state| row(state, true)).into_iter().chain([row(VisitState::Open, false)]);
    let round =
        list::Round { place: text("天城镇 › 桃溪社区 › 第1网格"), rows: each.collect() };
    list::ListPage {
        s: s.clone(),
        done,
        kept: if done { text("&campaign=0") } else { String::new() },
        narrowed: if rows { text("桃溪社区") } else { String::new() },
        rounds: if rows { vec![round] } else { Vec::new() },
        more: rows,
    }
}

/// A person to ask about: agreed on or not, with a form that came back, or found already.
fn cards() -> Vec<Card> {
    let source =
        Source { title: text("演示名单"), line: 2, fields: vec![("person-name", text("演示甲"))] };
    let card = |side: Side, back: Option<(Outcome, bool)>, found: Option<Outcome>| Card {
        id: text("0"),
        name: text("演示甲"),
        side: side.message(),
        sources: vec![source.clone(), Source { line: 0, ..source.clone() }],
        person: (side != Side::Above).then(|| text("/people/421223/0")),
        offers: answers::offered(side, Stands::Open, side != Side::Unclear)
            .map(|rule| rule.outcome)
            .collect(),
        new: side == Side::Above,
        is: listed(),
        relation: text("head"),
        to: text("武汉"),
        last: text("2026-11-01"),
        back,
        open: found.is_none(),
        found: found.map(|outcome| FoundRow {
            look: "resolved",
            said: vec![text("搬走了"), text("到 2026-11-01")],
            at: NOW - HOUR,
            note: text("晚上来"),
            may_take_back: outcome == Outcome::Unknown,
        }),
    };
    let back = answers::RULES.iter().map(|rule| card(Side::Above, Some((rule.outcome, true)), None));
    let sides = Side::ALL.into_iter().map(|side| card(side, None, None));
    let found = Outcome::ALL.into_iter().map(|outcome| card(Side::Below, None, Some(outcome)));
    back.chain(sides).chain(found).collect()
}

fn visit(s: &Shell, placed: bool, open: bool) -> VisitPage {
    VisitPage {
        s: s.clone(),
        here: text("/visits/421223/0"),
        campaign: text("演示排查"),
        purpose: text("发放高龄津贴"),
        address: if placed { text("演示小区 9 栋 201 室") } else { String::new() },
        place: text("天城镇 › 桃溪社区 › 第1网格"),
        look: "waiting",
        state: VisitState::Again.message(),
        tries: 2,
        tried: Some(NOW - HOUR),
        note: if placed { text("白天没人") } else { String::new() },
        open,
        placed,
        may_place: open,
        masked: !placed,
        living: vec![(text("/people/421223/0"), text("演示甲"), "relation-head")],
        cards: cards(),
        left: 2,
        sexes: vec![Choice::new("female", s.t("sex-female"))],
        relations: vec![Choice::new("head", s.t("relation-head"))],
        field: PlaceField::default(),
        met: placed.then(|| (listed(), text("child"), true)),
        notice: Some(s.t("visit-done-home")),
        wrong: if placed { wrong() } else { Wrong::default() },
    }
}

fn progress(s: &Shell, rows: bool) -> ProgressPage {
    let row = |workers: &[&str]| progress::Row {
        place: text("天城镇 › 桃溪社区 › 第1网格"),
        href: text("/visits?campaign=0&area=421223100001-01"),
        open: 3,
        again: 1,
        done: 2,
        unplaced: 1,
        workers: workers.iter().map(|name| text(name)).collect(),
    };
    let found = |person: Option<PersonLine>| FoundPerson {
        person,
        says: Outcome::Elsewhere.message(),
        place: text("天城镇 › 桃溪社区 › 第1网格"),
        visit: text("/visits/421223/0"),
    };
    ProgressPage {
        s: s.clone(),
        campaign: text(HERE),
        name: text("演示排查"),
        open: rows,
        rows: if rows { vec![row(&["演示网格员", "演示网格员二"]), row(&[])] } else { Vec::new() },
        whole: row(&[]),
        outcomes: Outcome::ALL.map(|one| (one.message(), 2)).into_iter().filter(|_| rows).collect(),
        met: if rows { vec![found(Some(person())), found(None)] } else { Vec::new() },
        office: if rows { vec![found(Some(person())), found(None)] } else { Vec::new() },
        notice: Some(s.t("check-done-sent")),
    }
}

/// Every template in every way it can stand.
fn pages(s: &Shell) -> Vec<String> {
    let campaigns = [(None, None), (Some(NOW), None), (None, Some(NOW))];
    let one = |(closed, erased)| one(s, campaign(closed, erased), rolls(s)).render().unwrap();
    let tabs = Band::ALL.map(Band::code).into_iter().chain(["below", "visited", ""]);
    let mut pages = vec![
        list(s, true).render().unwrap(),
        list(s, false).render().unwrap(),
        new(s).render().unwrap(),
        self::one(s, campaign(None, None), Vec::new()).render().unwrap(),
        columns(s).render().unwrap(),
        roll(s, "", false).render().unwrap(),
        coverage(s, Method::Chapman, &["演示名单"]).render().unwrap(),
        coverage(s, Method::Chao, &["演示名单", "另一份"]).render().unwrap(),
        coverage(s, Method::Chapman, &[]).render().unwrap(),
        visits_of(s, false, true).render().unwrap(),
        visits_of(s, true, false).render().unwrap(),
        visit(s, true, true).render().unwrap(),
        visit(s, false, true).render().unwrap(),
        visit(s, true, false).render().unwrap(),
        progress(s, true).render().unwrap(),
        progress(s, false).render().unwrap(),
    ];
    pages.extend(campaigns.map(one));
    pages.extend(tabs.map(|tab| roll(s, tab, true).render().unwrap()));
    pages.extend(
        [(true, false), (true, true), (false, true), (false, false)]
            .map(|(shown, skipped)| unclear(s, shown, skipped).render().unwrap()),
    );
    pages
}

#[test]
fn every_template_renders_in_every_language() {
    let rooms = [i18n::MESSAGES, lianxin_registry::MESSAGES, crate::MESSAGES];
    let locales = Locales::new(&rooms).unwrap();
    let ids: Vec<&str> = rooms
        .iter()
        .flat_map(|room| room[0].lines())
        .filter_map(|line| line.split_once(" = ").map(|(id, _)| id))
        .filter(|id| id.contains('-'))
        .collect();
    for language in Language::ALL {
        for page in pages(&Shell::sample(locales.speak(language), NOW)) {
            assert!(page.contains("</html>"), "cut off: {page}");
            assert!(!page.contains("style="), "an inline style, which the content policy forbids: {page}");
            for id in &ids {
                assert!(!page.contains(&format!(">{id}<")), "the id {id} is shown in {}", language.tag());
            }
        }
    }
}

//! Every template, rendered from samples in every language: a page that names a message which does
//! not exist would show its id.

mod areas_changed;
mod coverage;
mod organisations;
mod people;

use std::collections::HashMap;

use askama::Template;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::i18n::{self, Language, Locales};
use lianxin_foundation::web::Shell;

use super::area::{AnswerRow, AreaPage, ChildRow, HolderRow, View};
use super::audit_details::Fact;
use super::first_steps::FirstStep;
use super::place::PlaceField;
use super::{Choice, Step, Wrong, account, areas, audit, duties, me, plates, posts, sign_in};
use crate::area::Crumb;

/// 2026-11-22 08:30 in China.
const NOW: i64 = 1_795_307_400_000_000;

fn text(text: &str) -> String {
    text.to_owned()
}

fn wrong() -> Wrong {
    Wrong { whole: Some(text("整体不对")), fields: vec![(text("name"), text("名称不对"))] }
}

fn steps() -> Vec<Step> {
    [("42", "湖北省", false), ("421223", "崇阳县", true), ("421223100", "天城镇", true)]
        .map(|(id, name, open)| Step { id: text(id), name: text(name), open })
        .into()
}

fn holders() -> Vec<HolderRow> {
    vec![HolderRow { name: text("演示·网格员"), role: "role-grid-worker", from: NOW - DAY }]
}

fn post_rows() -> Vec<account::PostRow> {
    vec![account::PostRow {
        role: "role-dispatcher", place: text("天城镇"), from: NOW - DAY, to: Some(NOW)
    }]
}

fn place() -> PlaceField {
    PlaceField {
        typed: text("桃溪"),
        offered: vec![text("天城镇 › 桃溪社区")],
        which: vec![Choice::new("421223100001", "天城镇 › 桃溪社区")],
    }
}

fn choices() -> Vec<Choice> {
    vec![Choice::new("unit", "承办单位")]
}

fn plates_page(s: Shell) -> plates::PlatesPage {
    let row = |ended| plates::Row {
        id: uuid::Uuid::nil(),
        county: text("421223"),
        name: text("第一网格"),
        code: text("7GK3-M9XQ"),
        address: text("/q/421223/7GK3M9XQ"),
        made: NOW - DAY,
        ended,
    };
    let ended =
        plates::Ended { at: NOW, by: text("演示·管理员"), reason: text("掉了"), replaced: true };
    plates::PlatesPage {
        s,
        steps: steps(),
        id: text("421223100001"),
        name: text("桃溪社区"),
        rows: vec![row(None), row(Some(ended))],
        live: 1,
        with_ended: false,
        keeps: true,
        notice: Some(text("做好了")),
        wrong: wrong(),
    }
}

/// A template's name, and how to render its sample.
type Sample = (&'static str, Box<dyn FnOnce() -> String>);

/// One page of each template.
fn pages(s: &Shell) -> Vec<Sample> {
    fn page<T: Template + 'static>(name: &'static str, page: T) -> Sample {
        (name, Box::new(move || page.render().unwrap()))
    }
    let s = || s.clone();
    vec![
        page("plates", plates_page(s())),
        page("area-change", areas_changed::page(s(), true)),
        page("area-changed", areas_changed::page(s(), false)),
        page("answering", areas_changed::answering(s(), true)),
        page("answering-none", areas_changed::answering(s(), false)),
        page("codes", areas_changed::codes(s(), false, false)),
        page("codes-looked-at", areas_changed::codes(s(), true, false)),
        page("codes-brought", areas_changed::codes(s(), true, true)),
        page("outlines", areas_changed::outlines(s(), true)),
        page("outlines-none", areas_changed::outlines(s(), false)),
        page("organisations", organisations::list_page(s())),
        page("organisation-tree", organisations::tree_page(s())),
        page("organisation-new", organisations::new_page(s())),
        page("organisation", organisations::organisation_page(s())),
        page("coverage", coverage::list_page(s(), "done")),
        page("coverage-waiting", coverage::list_page(s(), "waiting")),
        page("coverage-failed", coverage::list_page(s(), "failed")),
        page("coverage-none", coverage::list_page(s(), "")),
        page("coverage-proposal", coverage::proposal_page(s(), None)),
        page("coverage-accepted", coverage::proposal_page(s(), Some(true))),
        page("coverage-declined", coverage::proposal_page(s(), Some(false))),
        page("people", people::people_page(s())),
        page("person", people::person_page(s())),
        page("doubles", people::doubles_page(s())),
        page("postings", people::postings_page(s())),
        page("double", people::double_page(s())),
        page(
            "double-apart",
            crate::pages::people::doubles::DoublePage {
                apart: Some((text("演示·书记"), NOW)),
                barred: Some(text("先办完转接")),
                ..people::double_page(s())
            },
        ),
        page("person-new", people::new_page(s())),
        page("household", people::household_page(s())),
        page("rosters", people::rosters_page(s())),
        page("roster", people::roster_page(s())),
        page("transfers", people::transfers_page(s())),
        page(
            "plates-sheet",
            plates::SheetPage {
                s: s(),
                id: text("421223100001"),
                sheets: vec![vec![plates::Printed {
                    name: text("第一网格"),
                    place: text("天城镇 › 桃溪社区 › 第一网格"),
                    code: text("7GK3-M9XQ"),
                    county: text("421223"),
                    picture: text("<svg></svg>"),
                }]],
                site: text("lianxin.example"),
            },
        ),
        page(
            "plate-ended",
            plates::EndedPage {
                s: s(),
                name: text("第一网格"),
                place: text("天城镇"),
                replaced: true,
                report: text("/report/421223"),
            },
        ),
        page(
            "areas",
            areas::AreasPage {
                s: s(),
                q: text("天城"),
                areas: vec![areas::Found {
                    id: text("421223100"),
                    name: text("天城镇"),
                    place: text("天城镇"),
                    kind: "area-kind-town",
                }],
                keeps: true,
            },
        ),
        page(
            "area",
            AreaPage {
                s: s(),
                steps: steps(),
                id: text("421223100001"),
                name: text("桃溪社区"),
                kind: "area-kind-village",
                households: Some(812),
                children: vec![ChildRow {
                    id: text("421223100001-01"),
                    name: text("第一网格"),
                    kind: "area-kind-grid",
                    areas: 2,
                    households: Some(300),
                    has_shape: true,
                }],
                holders: holders(),
                answers: vec![AnswerRow {
                    organisation: text("桃溪社区居民委员会"),
                    id: text("0"),
                    categories: vec![text("道路破损"), text("邻里纠纷")],
                }],
                organisations: 3,
                view: Some(View { lon: 114.04, lat: 29.55, zoom: 12 }),
                keeps: true,
                draws: true,
                adds: Some("area-kind-grid"),
                holidays_missing: Some(2027),
                first_steps: vec![FirstStep {
                    words: "first-step-organisation",
                    href: text("/organisations/new?area=421223"),
                    done: false,
                }],
                notice: Some(text("做好了")),
                wrong: wrong(),
                typed: HashMap::from([("name", text("第二网格"))]),
            },
        ),
        page(
            "duties",
            duties::DutiesPage {
                s: s(),
                path: vec![Crumb { id: text("421223"), name: text("崇阳县") }],
                groups: vec![duties::Group {
                    name: text("市政设施"),
                    rows: vec![duties::Row {
                        category: text("道路破损"),
                        organisation: text("天城镇人民政府"),
                        phone: Some(text("0715-0000000")),
                        above: Some(text("崇阳县")),
                    }],
                }],
                children: vec![Crumb { id: text("421223100"), name: text("天城镇") }],
            },
        ),
        page(
            "posts",
            posts::PostsPage {
                s: s(),
                within: place(),
                nowhere: false,
                place: place(),
                area: text("421223"),
                q: text("演示"),
                role: text("grid-worker"),
                organisation: String::new(),
                term: "running",
                terms: choices(),
                rows: vec![posts::Row {
                    county: text("421223"),
                    id: text("0"),
                    account: text("0"),
                    login: text("grid"),
                    name: text("演示·网格员"),
                    role: "role-grid-worker",
                    area: text("421223100001"),
                    place: text("天城镇 › 桃溪社区"),
                    organisation: Some(text("桃溪社区居民委员会")),
                    from: NOW - DAY,
                    to: Some(NOW + DAY),
                    ended: false,
                }],
                total: 300,
                page: 2,
                roles: choices(),
                organisations: choices(),
                notice: Some(text("做好了")),
                wrong: wrong(),
                typed: HashMap::new(),
            },
        ),
        page(
            "account-new",
            account::NewPage {
                s: s(),
                roles: choices(),
                organisations: choices(),
                wrong: wrong(),
                login: text("grid"),
                name: text("演示·网格员"),
                role: text("grid-worker"),
                place: place(),
                organisation: String::new(),
            },
        ),
        page(
            "account",
            account::AccountPage {
                s: s(),
                county: text("421223"),
                id: text("0"),
                login: text("grid"),
                two_factors: true,
                closed: None,
                posts: post_rows(),
                notice: Some(text("做好了")),
                wrong: wrong(),
                reason: String::new(),
            },
        ),
        page(
            "audit",
            audit::AuditPage {
                s: s(),
                counties: vec![Choice::new("421223", "崇阳县")],
                county: text("421223"),
                actions: vec![Choice::new("area-add", "加网格")],
                action: String::new(),
                subject: String::new(),
                day: text("2026-11-22"),
                rows: vec![audit::Row {
                    seq: 7,
                    at: NOW,
                    actor: text("演示·管理员"),
                    action: text("加网格"),
                    action_code: text("area-add"),
                    subject: text("第一网格"),
                    subject_code: text("421223100001-01"),
                    same: text("/audit?county=421223&subject=421223100001-01"),
                    href: Some(text("/areas/421223100001-01")),
                    reason: Some(text("新划分")),
                    facts: vec![Fact { name: text("名称"), value: text("第一网格") }],
                    hash: "0f".repeat(32),
                }],
                older: Some(text("/audit?below=7")),
            },
        ),
        page(
            "sign-in",
            sign_in::SignInPage {
                s: s(),
                back: text("/areas"),
                login: text("grid"),
                notice: Some(text("做好了")),
                wrong: Some(text("不对")),
            },
        ),
        page("sign-in-code", sign_in::CodePage { s: s(), back: text("/areas"), waiting: text("00ff") }),
        page(
            "me",
            me::MePage {
                s: s(),
                login: text("grid"),
                posts: post_rows(),
                two_factors: false,
                enrolment: Some(me::Enrolment {
                    secret: text("GEZDGNBV"),
                    uri: text("otpauth://totp/x"),
                    picture: lianxin_foundation::qr::svg("otpauth://totp/x", "x").unwrap(),
                }),
                tokens: vec![me::TokenRow {
                    id: text("0"),
                    name: text("统计程序"),
                    expires: Some(NOW + DAY),
                    used: Some(NOW - DAY),
                }],
                fresh: Some(text("lx_421223_0")),
                days: [30, 90, 365],
                notice: Some(text("做好了")),
                wrong: wrong(),
            },
        ),
    ]
}

#[test]
fn every_template_renders_in_every_language() {
    let locales = Locales::new(&[i18n::MESSAGES, crate::MESSAGES]).unwrap();
    for language in Language::ALL {
        let shell = Shell::sample(locales.speak(language), NOW);
        for (name, render) in pages(&shell) {
            let page = render();
            assert!(page.contains("</html>"), "{name} is cut off");
            for line in crate::MESSAGES[0].lines() {
                let Some((id, _)) = line.split_once(" = ") else { continue };
                if id.contains('-') {
                    let shown = page.contains(&format!(">{id}<"));
                    assert!(!shown, "{name} shows the id {id} in {}", language.tag());
                }
            }
            assert!(!page.contains("style="), "{name} has an inline style, which the content policy forbids");
        }
    }
}

#[test]
fn every_language_has_the_same_messages() {
    let ids = |text: &'static str| -> Vec<&str> {
        text.lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(id, _)| id)
            .collect()
    };
    let [first, second, third] = crate::MESSAGES;
    assert_eq!(ids(first), ids(second));
    assert_eq!(ids(first), ids(third));
}

//! Samples of the pages of organisations.

use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Shell;

use super::{NOW, choices, holders, place, steps, text, wrong};
use crate::pages::organisation::{DutyChoice, DutyGroup, Elsewhere, OrganisationPage};
use crate::pages::organisation_life::{Asked, Before, Leader, Life, Near, TermRow};
use crate::pages::organisation_profile::ProfileForm;
use crate::pages::organisation_tree::{Branch, TreePage};
use crate::pages::organisations::{NewPage, OrganisationsPage, Row};

pub(super) fn list_page(s: Shell) -> OrganisationsPage {
    OrganisationsPage {
        s,
        q: String::new(),
        area: text("421223"),
        within: place(),
        nowhere: false,
        kind: text("unit"),
        closed: true,
        term: text("soon"),
        terms: choices(),
        day: text("2026-11-01"),
        kinds: choices(),
        rows: vec![Row {
            id: text("0"),
            name: text("崇阳县水利局"),
            kind: "organisation-kind-unit",
            area: text("421223"),
            place: text("崇阳县"),
            phone: Some(text("0715-0000000")),
            closed: true,
            term: Some(NOW),
            over: true,
        }],
        total: 240,
        page: 2,
        exports: true,
        keeps: true,
    }
}

pub(super) fn tree_page(s: Shell) -> TreePage {
    let branch = |below, closes| Branch {
        name: text("桃溪社区党支部"),
        href: text("/organisations/0"),
        kind: "organisation-kind-branch",
        place: text("天城镇 › 桃溪社区"),
        below,
        closes: vec![(); closes],
    };
    TreePage {
        s,
        area: text("421223100"),
        within: place(),
        nowhere: false,
        day: text("2026-11-01"),
        branches: vec![branch(1, 0), branch(0, 1)],
        alone: 12,
        cut: true,
    }
}

pub(super) fn new_page(s: Shell) -> NewPage {
    NewPage {
        s,
        kinds: choices(),
        wrong: wrong(),
        name: text("水利局"),
        kind: text("unit"),
        place: place(),
        phone: String::new(),
        code: String::new(),
        forms: choices(),
        form: text("unit"),
        superior: text("天城镇党委"),
        approval: String::new(),
        ends: text("2027-01-31"),
    }
}

fn life() -> Life {
    let near = |href: Option<&str>| Near {
        name: text("天城镇党委"),
        href: href.map(text),
        kind: "organisation-kind-committee",
    };
    let asked = |must| Asked {
        words: text("正式党员 2 名，不足 3 名。"),
        must,
        source: "条例",
        sure: "organisation-rule-sure-repost",
    };
    let term =
        |over| TermRow {
            from: NOW - 900 * DAY, to: NOW, approval: Some(text("天党〔2023〕3 号")), over
        };
    Life {
        form: Some("organisation-form-joint"),
        approval: Some(text("天党〔2023〕3 号")),
        ends: Some(NOW),
        superior: Some(near(Some("/organisations/1"))),
        below: vec![near(None)],
        covered: vec![near(Some("/organisations/2"))],
        asked: Some(vec![asked(true), asked(false)]),
        leaders: Some(vec![Leader {
            kind: text("书记"),
            name: text("演示甲"),
            href: text("/people/421223/0"),
            since: NOW - DAY,
        }]),
        terms: vec![term(true), term(false)],
        elects: true,
        before: vec![Before {
            name: text("桃溪村党支部"),
            place: text("天城镇"),
            superior: Some(text("天城镇党委")),
            from: NOW - 900 * DAY,
            to: NOW - DAY,
            reason: text("村改社区"),
        }],
        offered: vec![text("天城镇党委")],
        place: text("天城镇 421223100"),
        party: true,
        step: "change",
        ..Life::default()
    }
}

fn profile() -> ProfileForm {
    ProfileForm {
        covered: true,
        hosts: true,
        trade: text("物流"),
        point: text("114.04, 29.55"),
        takes: text("3"),
        associations: text("天城镇示范商会"),
        trades: vec![text("物流")],
        open: true,
    }
}

pub(super) fn organisation_page(s: Shell) -> OrganisationPage {
    OrganisationPage {
        s,
        steps: steps(),
        id: text("0"),
        name: text("天城镇人民政府"),
        kind: "organisation-kind-unit",
        code: Some(text("t-421223100-gov")),
        area: text("421223100"),
        phone: Some(text("0715-0000000")),
        from: NOW - DAY,
        to: Some(NOW),
        groups: vec![DutyGroup {
            name: text("市政设施"),
            choices: vec![DutyChoice { code: text("road"), name: text("道路破损"), held: true }],
        }],
        elsewhere: vec![Elsewhere {
            area: text("421223101"),
            place: text("沙坪镇"),
            categories: vec![text("积水")],
        }],
        holders: holders(),
        members: Some(vec![(text("正式党员"), 12)]),
        life: life(),
        profile: profile(),
        postings: super::people::posting_rows(),
        keeps: true,
        notice: Some(text("做好了")),
        wrong: wrong(),
        reason: String::new(),
    }
}

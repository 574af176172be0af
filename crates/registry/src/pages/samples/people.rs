//! Samples of the pages of people and households.

use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Shell;

use super::{NOW, choices, place, steps, text, wrong};
use crate::doubles::Side;
use crate::pages::Choice;
use crate::pages::people::doubles::{
    DoublePage, DoubleRow, DoublesPage, FactRow, FieldRow, HalfRow, MergeRow, PairRow,
};
use crate::pages::people::household::{HouseholdPage, LodgerRow};
use crate::pages::people::list::{PeoplePage, Row};
use crate::pages::people::new::{NewPage, Twin};
use crate::pages::people::person::{HomeRow, Look, NextStage, PersonPage, RoleRow};
use crate::pages::people::postings::{PostingRow, PostingsPage};
use crate::pages::people::rosters::{ColumnRow, Earlier, RosterPage, RostersPage, RowSeen, Tab};
use crate::pages::people::transfers::{TransferRow, TransfersPage};

pub(super) fn people_page(s: Shell) -> PeoplePage {
    let row = Row {
        county: text("421223"),
        id: text("0"),
        name: text("演示甲"),
        sex: Some("sex-female"),
        age: Some(41),
        home: Some((text("0"), text("天城镇 › 桃溪社区"))),
        roles: vec![(text("正式党员"), text("桃溪社区党支部"))],
    };
    PeoplePage {
        s,
        q: text("zw"),
        area: text("421223100"),
        within: place(),
        nowhere: false,
        kind: text("member"),
        kinds: vec![Choice::new("member", "正式党员")],
        organisation: Some((text("0"), text("桃溪社区党支部"))),
        day: text("2026-01-01"),
        rows: vec![row],
        next: Some(text("/people?after=x")),
        first: false,
        keeps: true,
        exports: true,
        digits_refused: false,
        query: text("q=zw"),
    }
}

fn role() -> RoleRow {
    RoleRow {
        id: text("0"),
        organisation: text("桃溪社区党支部"),
        href: Some(text("/organisations/0")),
        kind: text("预备党员"),
        from: NOW - DAY,
        to: Some(NOW),
        ended: Some(text("转走")),
        keeps: true,
        posting: true,
    }
}

pub(super) fn person_page(s: Shell) -> PersonPage {
    let home = HomeRow {
        href: Some(text("/households/421223/0")),
        place: text("天城镇 › 桃溪社区"),
        relation: "relation-head",
        from: NOW - DAY,
        to: Some(NOW),
        ended: Some("residence-ended-moved"),
    };
    PersonPage {
        s,
        steps: steps(),
        county: text("421223"),
        id: text("0"),
        version: 1,
        name: text("演示甲"),
        sex: Some("sex-female"),
        sex_code: text("female"),
        age: Some(41),
        birth_year: Some(text("1985")),
        masked: vec![("person-phone", text("138****0000"))],
        opened: Some(vec![("person-phone", text("13800000000"))]),
        may_open: true,
        may_take: true,
        homes: vec![home],
        roles: vec![role()],
        past: vec![role()],
        next: Some(NextStage {
            code: text("member"),
            name: text("正式党员"),
            usual: text("2027-01-01"),
            source: "《细则》",
            early: true,
        }),
        doubles: vec![DoubleRow {
            name: text("演示甲"),
            href: text("/people/421223/0/double/1"),
            why: vec!["doubles-same-birth"],
        }],
        merges: vec![merge(false), merge(true)],
        looks: vec![Look { at: NOW, who: text("演示·网格员"), reason: text("核对电话") }],
        day: text("2026-01-01"),
        keeps: true,
        lives_here: true,
        joins: choices(),
        kinds: choices(),
        sexes: choices(),
        relations: choices(),
        departures: choices(),
        place: place(),
        notice: Some(text("做好了")),
        wrong: wrong(),
        step: text("stage"),
        typed: vec![(text("reason"), text("组织安排"))],
    }
}

fn merge(undone: bool) -> MergeRow {
    MergeRow {
        at: NOW - DAY,
        by: text("演示·网格员"),
        reason: text("同一人登记了两次"),
        undone: undone.then(|| (NOW, text("演示·书记"))),
        address: text("/people/merges/421223/0/undo"),
    }
}

pub(super) fn doubles_page(s: Shell) -> DoublesPage {
    let half = || HalfRow {
        href: text("/people/421223/0"),
        name: text("演示甲"),
        birth_year: Some(text("1985")),
        place: Some(text("天城镇 › 桃溪社区")),
    };
    let row = PairRow {
        one: half(),
        other: half(),
        why: vec!["doubles-same-birth", "doubles-same-phone"],
        href: text("/people/421223/0/double/1"),
    };
    DoublesPage { s, within: place(), nowhere: false, rows: vec![row], more: true, notice: None }
}

pub(super) fn double_page(s: Shell) -> DoublePage {
    let field = |field, label, chosen, from| FieldRow {
        field,
        label,
        kept: Some(text("138****0000")),
        gone: (chosen || from == Some(Side::Gone)).then(|| text("138****0001")),
        chosen,
        from,
    };
    let fact = |of, becomes, days| FactRow {
        of,
        what: text("桃溪社区党支部 · 正式党员"),
        from: NOW - DAY,
        to: Some(NOW),
        becomes,
        days,
    };
    DoublePage {
        s,
        county: text("421223"),
        kept: (text("0"), text("演示甲")),
        gone: (text("1"), text("演示甲")),
        versions: (1, 2),
        fields: vec![
            field("phone", "person-phone", false, Some(Side::Gone)),
            field("id-number", "person-id-number", true, None),
            field("home", "doubles-home", true, Some(Side::Kept)),
        ],
        facts: vec![
            fact(Side::Kept, "doubles-becomes-stays", None),
            fact(Side::Gone, "doubles-becomes-cut", Some((NOW - DAY, None))),
        ],
        transfers: 1,
        elsewhere: 2,
        barred: None,
        apart: None,
        reason: text("同一人登记了两次"),
        notice: Some(text("做好了")),
        wrong: wrong(),
    }
}

pub(super) fn new_page(s: Shell) -> NewPage {
    NewPage {
        s,
        wrong: wrong(),
        sexes: choices(),
        relations: choices(),
        place: place(),
        typed: vec![("name", text("演示甲"))],
        twins: vec![Twin {
            href: text("/people/421223/0"), name: text("演示甲"), birth: Some(text("1985"))
        }],
    }
}

pub(super) fn household_page(s: Shell) -> HouseholdPage {
    let row = || LodgerRow {
        id: text("0"),
        name: text("演示甲"),
        sex: Some("sex-female"),
        age: Some(41),
        relation: "relation-head",
        from: NOW - DAY,
        to: Some(NOW),
    };
    HouseholdPage {
        s,
        steps: steps(),
        county: text("421223"),
        id: text("0"),
        code: Some(text("H-1")),
        area: text("421223100001"),
        has_address: true,
        here: vec![row()],
        before: vec![row()],
        day: text("2026-01-01"),
        keeps: true,
        place: place(),
        address: String::new(),
        from: String::new(),
        notice: Some(text("做好了")),
        wrong: wrong(),
    }
}

pub(super) fn rosters_page(s: Shell) -> RostersPage {
    let earlier = Earlier {
        href: text("/people/rosters/421223/0"),
        whither: text("桃溪社区"),
        at: NOW,
        rows: 120,
        state: "roster-state-done",
    };
    RostersPage {
        s,
        place: place(),
        organisations: choices(),
        organisation: String::new(),
        kinds: choices(),
        kind: String::new(),
        earlier: vec![earlier],
        wrong: wrong(),
    }
}

pub(super) fn roster_page(s: Shell) -> RosterPage {
    let row = RowSeen {
        line: 3,
        name: text("演示甲"),
        what: "roster-changed",
        changes: vec![(text("电话"), text("138****0000"), text("138****0001"))],
        reasons: vec![text("写法不对")],
    };
    RosterPage {
        s,
        county: text("421223"),
        id: text("0"),
        whither: text("桃溪社区"),
        state: text("checked"),
        total: 120,
        behind: 40,
        tabs: vec![Tab { what: "changed", label: text("有更改"), count: 1, current: true }],
        columns: vec![ColumnRow { at: 0, heading: text("姓名"), field: text("name") }],
        fields: choices(),
        unread: 1,
        rows: vec![row],
        what: text("changed"),
        next: Some(50),
        moves: 1,
        refused: 1,
        wrong: wrong(),
    }
}

pub(super) fn transfers_page(s: Shell) -> TransfersPage {
    let row = |open: bool| TransferRow {
        county: text("421223"),
        id: text("0"),
        person: text("演示甲"),
        href: open.then(|| text("/people/421223/0")),
        kind: text("正式党员"),
        from: text("桃溪社区党支部"),
        to: text("菖蒲村党支部"),
        asked_by: text("演示·书记"),
        asked_at: NOW - DAY,
        reason: text("搬家"),
        due_at: NOW + DAY,
        state: if open { "transfer-open" } else { "transfer-refused" },
        open,
        answers: true,
        answered: (!open).then(|| (text("演示·书记"), NOW, text("手续不全"))),
    };
    TransfersPage { s, rows: vec![row(true), row(false)], wrong: wrong() }
}

pub(super) fn posting_rows() -> Vec<PostingRow> {
    let row = |to: Option<i64>| PostingRow {
        name: text("演示甲"),
        href: text("/people/421223/0"),
        kind: text("第一书记"),
        unit: text("桃溪社区党支部"),
        unit_href: to.map(|_| text("/organisations/0")),
        place: text("天城镇 › 桃溪社区"),
        from: NOW - DAY,
        to,
        soon: to.is_some(),
    };
    vec![row(Some(NOW + DAY)), row(None), PostingRow { soon: false, ..row(Some(NOW + 400 * DAY)) }]
}

pub(super) fn postings_page(s: Shell) -> PostingsPage {
    PostingsPage {
        s,
        within: place(),
        nowhere: false,
        kind: text("unit"),
        kinds: choices(),
        due: true,
        rows: posting_rows(),
        more: true,
    }
}

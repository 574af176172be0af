//! Samples of the page on which the tree is changed.

use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Shell;

use super::{NOW, steps, text, wrong};
use crate::pages::answering::{AnsweringPage, GridPart, Row as AnsweringRow};
use crate::pages::area_change::{ChangePage, Done, Preview, Row};
use crate::pages::codes::{CodesPage, Row as CodeRow};
use crate::pages::outlines::{GridRow, OutlinesPage, Panel, WrongRow};
use crate::pages::{Choice, Wrong};

fn row() -> Row {
    Row {
        name: text("第一网格"),
        id: text("421223100001-01"),
        becomes: text("第二网格"),
        heir: text("421223100001-02"),
    }
}

pub(super) fn page(s: Shell, looked_at: bool) -> ChangePage {
    let preview = Preview {
        kind: "area-change-merge",
        rows: vec![row()],
        counts: vec![("area-touched-people", 812), ("area-touched-posts", 2)],
        open: 3,
        matters: 41,
        sent: vec![(text("kind"), text("merge")), (text("into"), text("421223100001-02"))],
    };
    let done = |undone| Done {
        kind: "area-change-split",
        what: vec![row()],
        day: NOW - DAY,
        by: text("演示·管理员"),
        reason: text("户数超过通常的规模"),
        undone,
        address: text("/areas/421223100001/changes/0/undo"),
    };
    ChangePage {
        s,
        steps: steps(),
        id: text("421223100001-01"),
        name: text("第一网格"),
        households: Some(812),
        kinds: vec!["move", "merge", "split", "close"],
        numbered: !looked_at,
        children: vec![Choice::new("421223100001-01-01", "微网格")],
        preview: looked_at.then_some(preview),
        history: vec![done(None), done(Some((NOW, text("演示·管理员"))))],
        keeps: true,
        day: text("2026-11-01"),
        then: vec![(text("421223100001-01-01"), text("微网格"), "area-kind-micro-grid")],
        notice: None,
        wrong: wrong(),
        typed: [("kind", "split"), ("name", "新网格")]
            .map(|(field, value)| (text(field), text(value)))
            .into(),
    }
}

pub(super) fn panel(s: Shell) -> Panel {
    let grid = |id: &str, name: &str, by_ground, ground| GridRow {
        id: text(id),
        name: text(name),
        ground,
        told: Some(412),
        registered: 35,
        by_ground,
        warning: by_ground.map(|_| "outline-many"),
        changed: by_ground.is_some(),
    };
    let wrong =
        |message, is_new| WrongRow { message, who: text("第一网格、第二网格"), ground: 131, is_new };
    Panel {
        s,
        rows: vec![
            grid("421223100001-01", "第一网格", Some(540), Some(182_000)),
            grid("421223100001-02", "第二网格", None, None),
            grid("421223100001-03", "第三网格", None, Some(4_200)),
        ],
        wrong_ground: vec![
            wrong("outline-wrong-overlap", true),
            wrong("outline-wrong-gap", true),
            wrong("outline-wrong-empty", false),
            wrong("outline-wrong-outside", false),
        ],
        closed: 0,
        mends: true,
        leaves: true,
        refused: Some(text("有一圈边界自己交叉了")),
        looked: text("{}"),
    }
}

pub(super) fn outlines(s: Shell, drawn: bool) -> OutlinesPage {
    let mut panel = panel(s.clone());
    if !drawn {
        (panel.wrong_ground, panel.closed, panel.refused) = (Vec::new(), 2, None);
    }
    OutlinesPage {
        s,
        steps: steps(),
        id: text("421223100001"),
        name: text("桃溪社区"),
        grids: if drawn { vec![Choice::new("421223100001-01", "第一网格")] } else { Vec::new() },
        view: text("114.04,29.55"),
        drawn: text("{}"),
        reason: text("演示"),
        panel,
        notice: None,
        wrong: if drawn { wrong() } else { Wrong::default() },
    }
}

pub(super) fn codes(s: Shell, rows: bool, done: bool) -> CodesPage {
    let row = |became, why: Option<&'static str>| CodeRow {
        line: 2,
        old: text("421223100001"),
        new: text("421223101077"),
        name: text("桃溪社区居委会"),
        kind: why.is_none().then_some("area-change-move"),
        became,
        why,
        odd: why.is_none(),
    };
    let all = [
        row(("new", "codes-will"), None),
        row(("closed", "codes-done"), None),
        row(("closed", "codes-same"), None),
        row(("refused", "codes-refused"), Some("codes-kind")),
    ];
    CodesPage {
        s,
        kinds: vec!["area-change-open", "area-change-rename"],
        rows: if rows { all.into() } else { Vec::new() },
        table: text("[]"),
        done,
        changes: 2,
        refused: 1,
        wrong: wrong(),
    }
}

pub(super) fn answering(s: Shell, grids: bool) -> AnsweringPage {
    let row =
        |gap, who: &str| AnsweringRow {
            gap, who: text(who), categories: vec![text("垃圾"), text("道路")]
        };
    let grid = |answered, rows| GridPart {
        id: text("421223100001-01"),
        name: text("第一网格"),
        duties: 8,
        answered,
        rows,
    };
    let gaps = vec![
        row(Some(("overdue", "answering-nobody")), ""),
        row(Some(("due-today", "answering-several")), "演示甲、演示乙"),
        row(Some(("waiting", "answering-no-unit")), ""),
        row(None, "演示丙"),
    ];
    AnsweringPage {
        s,
        steps: steps(),
        id: text("421223100001"),
        name: text("桃溪社区"),
        day: text(""),
        grids: if grids { vec![grid(2, gaps), grid(8, vec![row(None, "演示丁")])] } else { Vec::new() },
    }
}

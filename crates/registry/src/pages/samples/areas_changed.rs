//! Samples of the page on which the tree is changed.

use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Shell;

use super::{NOW, steps, text, wrong};
use crate::pages::Choice;
use crate::pages::area_change::{ChangePage, Done, Preview, Row};

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

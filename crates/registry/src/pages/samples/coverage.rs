//! Samples of the pages of coverage.

use std::collections::BTreeSet;

use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::{NOW, place, text, wrong};
use crate::coverage::{Plan, Way};
use crate::pages::coverage::list::{CoveragePage, Tab};
use crate::pages::coverage::proposal::ProposalPage;
use crate::pages::coverage::told::{Because, Decided, Proposal, UnitRow};

fn unit(name: &str) -> UnitRow {
    UnitRow {
        id: text(name),
        name: text(name),
        members: 2,
        staff: 31,
        why: vec![text("正式党员 2 名，不够单独组建。"), text("由本单位牵头。")],
        because: vec![Because {
            words: text("正式党员 3 人以上的，应当单独成立党支部。"),
            source: "条例",
            sure: "organisation-rule-sure-repost",
        }],
        next: Some(text("放到别处，全部路程至少多 900 米。")),
    }
}

fn proposal(way: Way, decided: Option<bool>) -> Proposal {
    Proposal {
        href: text("/organisations/coverage/421223/0/0"),
        seat: text("0"),
        way,
        founds: way.proposes().then_some("organisation-kind-branch"),
        name: text("示范企业等2家单位联合党支部"),
        units: vec![unit("示范企业"), unit("示范商会")],
        members: 4,
        decided: decided.map(|accepted| Decided {
            accepted,
            by: text("演示·管理员"),
            at: NOW,
            reason: text("先等换届"),
            organisation: accepted.then(|| (text("/organisations/0"), text("示范联合党支部"))),
        }),
    }
}

fn plan(state: &str, best: bool) -> Plan {
    Plan {
        county: text("421223"),
        id: Uuid::nil(),
        area: text("421223"),
        path: text("42/4212/421223/"),
        state: text(state),
        made_at: NOW,
        made_by: text("演示·管理员"),
        changed_at: NOW,
        units: 12,
        placeless: 1,
        left_out: 1,
        joints: 3,
        metres: 4_200,
        least_left_out: 1,
        least_joints: if best { 3 } else { 2 },
        least_metres: 4_200,
    }
}

pub(super) fn list_page(s: Shell, state: &str) -> CoveragePage {
    let done = state == "done";
    let tab = |show, current| Tab { show, label: text("待决定"), count: 120, current };
    CoveragePage {
        s,
        area: text("421223"),
        within: place(),
        nowhere: false,
        plan: (!state.is_empty()).then(|| plan(state, state == "done")),
        tabs: if done { vec![tab("open", true), tab("own", false)] } else { Vec::new() },
        show: text("open"),
        rows: match done {
            true => vec![
                proposal(Way::Joint, None),
                proposal(Way::Own, Some(true)),
                proposal(Way::Attached, Some(false)),
                proposal(Way::Left, None),
            ],
            false => Vec::new(),
        },
        page: 2,
        total: 240,
        offered: vec![text("天城镇党委")],
        superior: text("天城镇党委"),
        approval: String::new(),
        notice: Some(text("做好了")),
        wrong: wrong(),
    }
}

pub(super) fn proposal_page(s: Shell, decided: Option<bool>) -> ProposalPage {
    ProposalPage {
        s,
        back: text("/organisations/coverage?area=421223"),
        one: proposal(Way::Joint, decided),
        ticked: BTreeSet::from([text("示范企业")]),
        name: text("示范联合党支部"),
        superior: text("天城镇党委"),
        approval: String::new(),
        reason: text("先等换届"),
        offered: vec![text("天城镇党委")],
        notice: None,
        wrong: wrong(),
    }
}

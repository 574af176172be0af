//! Samples of the pages about how long things are kept, and of invitations on paper.

use askama::Template;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Shell;

use super::super::invitations::{InvitationsPage, Sheet};
use super::super::retention::{RetentionPage, RuleLine};
use super::super::view::Errors;
use super::now;
use crate::disputes::Part;
use crate::retention::Kind;
use crate::retention::store::{Decided, Run};

pub(super) fn pages(s: &Shell) -> Vec<String> {
    vec![retention(s, true).render().unwrap(), retention(s, false).render().unwrap(), invitations(s)]
}

fn retention(s: &Shell, decided: bool) -> RetentionPage {
    let rule = |kind: Kind| RuleLine {
        code: kind.code(),
        name: s.t(kind.message()),
        basis: s.t(kind.basis()),
        days: kind.bounds().built_in,
        bounds: kind.bounds(),
        decided: decided.then(|| Decided {
            days: 60,
            valid_from: now() - DAY,
            by_name: "演示人员".into(),
            reason: "演示决定".into(),
        }),
        run: decided.then(|| Run { at: now(), gone: 3, total: 120 }),
        due: "7".into(),
        typed: "60".into(),
        reason: String::new(),
        preview: if decided { s.t1("retention-would-go", "n", 7) } else { String::new() },
        errors: if decided { Errors::one("days", &s.t("retention-range")) } else { Errors::default() },
    };
    RetentionPage {
        s: s.clone(),
        said: if decided { s.t("limits-same") } else { String::new() },
        county: "421223".into(),
        county_name: "崇阳县".into(),
        may_manage: decided,
        rules: Kind::ALL.map(rule).into(),
    }
}

fn invitations(s: &Shell) -> String {
    let sheet = |part: Part| Sheet { to: "演示住户".into(), part: s.t(part.message()) };
    let page = InvitationsPage {
        s: s.clone(),
        back: "/disputes/421223/1".into(),
        sheets: Part::ALL.map(sheet).into(),
        number: "261122-048213".into(),
        when: "2026-11-30 09:00".into(),
        place: "演示议事厅".into(),
        mediator: "演示司法所".into(),
        phone: "0715-0000000".into(),
    };
    page.render().unwrap()
}

//! Samples of the pages about what is held about a reporter.

use askama::Template;
use lianxin_foundation::clock::{DAY, rfc3339};
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::held::{DeletionsPage, HeldPage, line};
use super::super::view::Errors;
use super::{beside, now};
use crate::model::Party;
use crate::rights::{Deletion, Held, Opening, Rule, SaidThen};
use crate::rules::Step;

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let refused = HeldPage {
        refused: s.t("mydata-nothing"),
        errors: Errors::one("reason", "要改"),
        staff: true,
        over: false,
        ..page(s, None)
    };
    vec![
        page(s, None).render().unwrap(),
        page(s, Some(held())).render().unwrap(),
        page(s, Some(Held::default())).render().unwrap(),
        refused.render().unwrap(),
        deletions(s, &Rule::ALL).render().unwrap(),
        deletions(s, &[]).render().unwrap(),
    ]
}

fn page(s: &Shell, held: Option<Held>) -> HeldPage {
    HeldPage {
        s: s.clone(),
        here: "/m/421223/k/held".into(),
        back: "/m/421223/k".into(),
        number: "261122-048213".into(),
        category: "路面".into(),
        staff: false,
        phoned: true,
        over: true,
        kinds: vec![s.t("mydata-text"), s.t("mydata-tel")],
        errors: Errors::one("phone", "要改"),
        refused: String::new(),
        said: s.t("mydata-said-erase"),
        held,
    }
}

fn held() -> Held {
    let said = |party: Party| SaidThen {
        at: rfc3339(now()),
        step: Step::Note.code(),
        party: party.code(),
        words: "演示：还没修".into(),
    };
    Held {
        number: "261122-048213".into(),
        received: rfc3339(now() - DAY),
        text: "演示：路面有坑".into(),
        name: Some("演示甲".into()),
        phone: Some("13800001234".into()),
        email: Some("demo@county.example".into()),
        address: Some("演示路3号".into()),
        photos: 2,
        said: Party::ALL.map(said).into(),
        opened: vec![Opening { at: rfc3339(now()), by: "演示人员".into(), why: "回访".into() }],
        ..Held::default()
    }
}

fn deletions(s: &Shell, rules: &[Rule]) -> DeletionsPage {
    let deletion = |rule: &Rule| Deletion {
        county: "421223".into(),
        id: Uuid::nil(),
        at: now(),
        rule: *rule,
        matter: Uuid::nil(),
        words: "name,phone,email,address,text,place,answers,said,photos,mediation".into(),
        by_name: "演示人员".into(),
    };
    DeletionsPage {
        s: s.clone(),
        lines: rules.iter().map(|rule| line(s, &deletion(rule), "261122-048213")).collect(),
        pages: beside("/deletions"),
    }
}

//! Samples of the pages for whoever speaks for an enterprise.

use askama::Template;
use lianxin_foundation::web::{Beside, Shell};
use uuid::Uuid;

use super::super::enterprise::{FormPage, ListPage, Mine};
use super::super::report::{Kept, enterprises_groups};
use super::{errors, row};
use crate::category::Catalogue;

pub(super) fn pages(s: &Shell, catalogue: &Catalogue) -> Vec<String> {
    let mine = |some: bool| Mine {
        name: "演示企业".into(),
        report: "/enterprise/report/421223/k".into(),
        all_href: if some { "/enterprise?of=k".into() } else { String::new() },
        open: 1,
        all: 7,
        rows: if some { vec![row(s)] } else { Vec::new() },
    };
    let list = |enterprises| ListPage {
        s: s.clone(),
        enterprises,
        pages: Beside { previous: "/enterprise?page=1".into(), next: "/enterprise?page=3".into() },
    };
    let form = FormPage {
        s: s.clone(),
        here: "/enterprise/report/421223/k".into(),
        enterprise: "演示企业".into(),
        id: Uuid::nil().to_string(),
        place: "演示厂区".into(),
        kept: Kept::default(),
        categories: enterprises_groups(s, catalogue, ""),
        errors: errors(),
    };
    vec![
        list(Vec::new()).render().unwrap(),
        list(vec![mine(true), mine(false)]).render().unwrap(),
        form.render().unwrap(),
    ]
}

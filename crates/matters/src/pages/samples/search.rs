//! Samples of the search for everything.

use askama::Template;
use lianxin_foundation::web::Shell;

use super::super::search::{Group, Row, SearchPage};

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let page = |q: &str, groups: Vec<Group>| SearchPage { s: s.clone(), q: q.into(), groups };
    let row = || Row {
        href: "/people/421223/0".into(),
        name: "演示甲".into(),
        about: s.t1("search-born", "year", "1985"),
        place: "天城镇 › 桃溪社区".into(),
    };
    let group = |title, more: Option<&str>| Group {
        title,
        icon: "person",
        rows: vec![row(), row()],
        more: more.map(str::to_owned),
    };
    let found = vec![
        group("search-matters", None),
        group("search-people", Some("/people?q=yzj")),
        group("search-organisations", None),
        group("search-areas", None),
    ];
    [page("", Vec::new()), page("没有的", Vec::new()), page("yzj", found)]
        .map(|page| page.render().unwrap())
        .into()
}

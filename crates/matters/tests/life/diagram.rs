//! The state machine in the docs is the one in the code.

use std::fs;

use lianxin_matters::rules::diagram;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/matter-states.md");

fn page() -> String {
    format!(
        "# How a matter moves\n\n\
         Drawn from the table in `crates/matters/src/rules/mod.rs`; a test fails when the two differ. To draw it anew:\n\
         `LIANXIN_UPDATE=1 cargo test -p lianxin-matters --test life diagram`.\n\n\
         An arrow says from where to where, by which step, and in brackets who can take it. Notes, corrections and\n\
         the record of idle time leave a matter where it is and are not drawn.\n\n\
         ```mermaid\n{}```\n",
        diagram()
    )
}

#[test]
fn the_docs_show_the_table() {
    if std::env::var_os("LIANXIN_UPDATE").is_some() {
        fs::write(FILE, page()).unwrap();
    }
    let drawn = fs::read_to_string(FILE).unwrap_or_default();
    assert_eq!(drawn, page(), "docs/matter-states.md is out of date: run again with LIANXIN_UPDATE=1");
}

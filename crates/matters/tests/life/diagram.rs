//! The state machine in the docs is the one in the code.

use std::fs;

use lianxin_matters::rules::diagram;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/matter-states.md");

/// What is drawn stands between these; the rest of the page is written by hand and left alone.
const MARKS: [&str; 2] = ["<!-- drawn: begin -->\n", "<!-- drawn: end -->\n"];

/// The page with the table drawn anew.
fn drawn_anew(page: &str) -> String {
    let [begin, end] = MARKS;
    let (before, rest) = page.split_once(begin).expect("the page has the mark where the drawing begins");
    let (_, after) = rest.split_once(end).expect("the page has the mark where the drawing ends");
    format!("{before}{begin}```mermaid\n{}```\n{end}{after}", diagram())
}

#[test]
fn the_docs_show_the_table() {
    let page = fs::read_to_string(FILE).unwrap();
    let anew = drawn_anew(&page);
    if std::env::var_os("LIANXIN_UPDATE").is_some() {
        fs::write(FILE, &anew).unwrap();
    } else {
        assert_eq!(page, anew, "docs/matter-states.md is out of date: run again with LIANXIN_UPDATE=1");
    }
}

#[test]
fn words_around_the_drawing_are_kept() {
    let page = format!("前\n{}旧的\n{}后\n", MARKS[0], MARKS[1]);
    let anew = drawn_anew(&page);
    assert!(anew.starts_with("前\n") && anew.ends_with("后\n") && !anew.contains("旧的"), "{anew}");
}

//! The state machine in the docs is the one in the code.

use std::fs;

use lianxin_matters::rules::diagram;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/matter-states.md");

/// The rules of `rules/clock.rs` in words.
const CLOCK: &str = "\
## What a step does to the deadlines

- A matter runs by its category's limits in its county as they were when it came in, whatever is changed later.
- **Settled by** starts with the first dispatch and survives every hand-over and climb. A rest with a logged reason moves it
  by exactly the time rested; a reporter's no begins a new round with the next dispatch.
- **Taken by** and **goes up at** begin anew with every unit that gets it.
- **A category put right** changes the limits, not the history: *settled by* becomes what the same events would have made of
  it under the right category from the start, every rest and every round counted. Whoever has the matter keeps the time they
  were given to take it and to hold it, unless the right category gives less, counted from the correction. What was missed
  stays missed; nobody is late for what they could not know, and nobody gains time.
";

fn page() -> String {
    format!(
        "# How a matter moves\n\n\
         Drawn from the table in `crates/matters/src/rules/mod.rs`; a test fails when the two differ. To draw it anew:\n\
         `LIANXIN_UPDATE=1 cargo test -p lianxin-matters --test life diagram`.\n\n\
         An arrow says from where to where, by which step, and in brackets who can take it. Notes, corrections and\n\
         the record of idle time leave a matter where it is and are not drawn.\n\n\
         ```mermaid\n{}```\n\n{CLOCK}",
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

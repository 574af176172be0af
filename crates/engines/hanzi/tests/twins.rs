//! How well twins are found, held so that it does not get worse unseen.

use lianxin_hanzi::measure::{Measured, cross_checked, fitted, held_out};
use lianxin_hanzi::twins::model;

fn at_least(name: &str, measured: &Measured, precision: f64, recall: f64) {
    for (same, p, a, b) in &measured.wrong {
        println!("{} {p:.2}  {a}  |  {b}", if *same { "missed  " } else { "mistaken" });
    }
    let (was, found) = (measured.precision(), measured.recall());
    println!(
        "{name}: {} pairs, {} the same: precision {was:.3}, recall {found:.3}",
        measured.pairs, measured.same
    );
    assert!(was >= precision, "{name}: precision {was:.3}");
    assert!(found >= recall, "{name}: recall {found:.3}");
}

#[test]
fn twins_are_found_in_places_never_seen() {
    let measured = cross_checked();
    assert!(measured.pairs >= 1000 && measured.same >= 160);
    at_least("cross-checked", &measured, 0.75, 0.68);
}

#[test]
fn twins_are_found_in_words_never_seen() {
    let measured = held_out();
    assert!(measured.pairs >= 150 && measured.same >= 20);
    at_least("held out", &measured, 0.75, 0.55);
}

#[test]
fn the_weights_that_ship_are_the_fit() {
    let fitted = fitted().written();
    assert_eq!(model().written(), fitted, "write this into data/twins.txt:\n{fitted}");
}

//! Links two files like `lianxin link`, without the rest of the program: for measuring.
//!
//! `link A.csv [B.csv] links.csv`, or `link sample ordinary|poor SIZE SEED FOLDER`.

use std::fmt::Write;
use std::fs;

use lianxin_linkage::sample::{Poverty, generate};
use lianxin_linkage::{Lists, Options, link};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["sample", poverty, size, seed, folder] => {
            let poverty = if poverty == "poor" { Poverty::Poor } else { Poverty::Ordinary };
            let sample = generate(size.parse()?, poverty, seed.parse()?);
            for (name, text) in [("a.csv", sample.a), ("b.csv", sample.b), ("truth.csv", sample.truth)] {
                fs::write(format!("{folder}/{name}"), text)?;
            }
            Ok(())
        }
        [a, out] => linked(a, None, out),
        [a, b, out] => linked(a, Some(b), out),
        _ => Err("link A.csv [B.csv] links.csv | link sample ordinary|poor SIZE SEED FOLDER".into()),
    }
}

fn linked(a: &str, b: Option<&str>, out: &str) -> Result<(), Failure> {
    let (text_a, text_b) = (fs::read_to_string(a)?, b.map(fs::read_to_string).transpose()?);
    let lists = Lists::read(&text_a, text_b.as_deref(), &[])?;
    for field in &lists.mapping().fields {
        eprintln!("{:?} {} {:?} {:?}", field.column.kind, field.column.name, field.a, field.b);
    }
    drop((text_a, text_b));
    let (people, keys) = lists.finish(2);
    let keys = if b.is_none() { [&keys[0], &keys[0]] } else { [&keys[0], &keys[1]] };
    let linkage = link(&people, &Options::default(), &|stage, share| {
        if share == 0.0 {
            eprintln!("{stage:?}");
        }
        true
    })?;
    let mut text = "a_id,b_id,score\n".to_owned();
    for pair in &linkage.pairs {
        writeln!(text, "{},{},{:.6}", keys[0].get(pair.a), keys[1].get(pair.b), pair.probability)?;
    }
    fs::write(out, text)?;
    eprintln!("{} compared, {} linked", linkage.compared, linkage.pairs.len());
    Ok(())
}

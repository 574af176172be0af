//! Precision and recall of [`crate::twins`] on reports that this house wrote and labelled.
//!
//! Every neighbourhood of `data/reports.tsv` is judged by a model fitted without it, so no pair and no place is
//! seen before it is asked about; but the word list was mended by what went wrong there. `data/held-out.tsv`
//! was written afterwards and changed nothing: its figures are the ones to believe. Both come from the same
//! hands; in a county with a dialect of its own expect less, and measure there.

use crate::twins::{FEATURES, LIKELY, Model, Report, features};

const REPORTS: &str = include_str!("../data/reports.tsv");
const HELD_OUT: &str = include_str!("../data/held-out.tsv");

/// One degree of latitude in metres, for reports placed in metres.
const DEGREE: f64 = 111_320.0;

/// A labelled report.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Which thing it speaks of, within its neighbourhood.
    pub thing: String,
    /// The words.
    pub words: String,
    /// As it is compared.
    pub report: Report,
}

/// The labelled reports the model is fitted to, by neighbourhood.
pub fn reports() -> Vec<Vec<Labelled>> {
    read(REPORTS)
}

fn read(text: &str) -> Vec<Vec<Labelled>> {
    let mut all: Vec<Vec<Labelled>> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with("==") {
            all.push(Vec::new());
            continue;
        }
        let parts: Vec<&str> = line.splitn(6, ' ').collect();
        let ([thing, east, north, hours, category, words], Some(here)) = (parts.as_slice(), all.last_mut())
        else {
            continue;
        };
        let metres = east.parse::<f64>().ok().zip(north.parse::<f64>().ok());
        let point = metres.map(|(east, north)| (114.0 + east / DEGREE / 0.87, 29.55 + north / DEGREE));
        let category = Some(*category).filter(|code| *code != "-");
        let report = Report::new(words, point, category, hours.parse().unwrap_or(0.0));
        here.push(Labelled { thing: (*thing).to_owned(), words: (*words).to_owned(), report });
    }
    all
}

/// A described pair, whether it is the same, and the words of both.
type Pair = ([f64; FEATURES], bool, String, String);

fn pairs(neighbourhood: &[Labelled]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, a) in neighbourhood.iter().enumerate() {
        for b in &neighbourhood[at + 1..] {
            let same = a.thing == b.thing;
            pairs.push((features(&a.report, &b.report), same, a.words.clone(), b.words.clone()));
        }
    }
    pairs
}

/// Pairs from two neighbourhoods that speak of the same kind of thing, as if nobody knew where: told apart
/// by words alone.
fn across(here: &[Labelled], there: &[Labelled]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for a in here {
        for b in there.iter().filter(|b| !a.report.said.things.is_disjoint(&b.report.said.things)) {
            let nowhere = |one: &Labelled| Report { point: None, ..one.report.clone() };
            pairs.push((features(&nowhere(a), &nowhere(b)), false, a.words.clone(), b.words.clone()));
        }
    }
    pairs
}

/// The pairs of some neighbourhoods: within each, and across.
fn among(neighbourhoods: &[&Vec<Labelled>]) -> Vec<Pair> {
    let mut found: Vec<Pair> = neighbourhoods.iter().flat_map(|one| pairs(one)).collect();
    for (at, here) in neighbourhoods.iter().enumerate() {
        found.extend(neighbourhoods[at + 1..].iter().flat_map(|there| across(here, there)));
    }
    found
}

/// All pairs the model is fitted to, in `folds` groups of neighbourhoods in turn.
fn grouped(folds: usize) -> Vec<Vec<Pair>> {
    let reports = reports();
    let group = |fold: usize| among(&reports.iter().skip(fold).step_by(folds).collect::<Vec<_>>());
    (0..folds).map(group).collect()
}

/// How many groups the neighbourhoods are judged in.
const FOLDS: usize = 8;

/// The model fitted to all labelled pairs: the one that the program uses.
pub fn fitted() -> Model {
    let all: Vec<_> = grouped(FOLDS).iter().flatten().map(|pair| (pair.0, pair.1)).collect();
    Model::fit(&all)
}

/// What was found where nothing was seen before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// How many pairs were asked about.
    pub pairs: usize,
    /// How many of them are the same.
    pub same: usize,
    /// Of those, how many were found.
    pub found: usize,
    /// How many others were taken for the same.
    pub mistaken: usize,
    /// What was missed and what was mistaken: whether it is the same, the probability, both texts.
    pub wrong: Vec<(bool, f64, String, String)>,
}

impl Measured {
    /// Of what was called the same, the share that is.
    pub fn precision(&self) -> f64 {
        self.found as f64 / (self.found + self.mistaken).max(1) as f64
    }

    /// Of what is the same, the share that was found.
    pub fn recall(&self) -> f64 {
        self.found as f64 / self.same.max(1) as f64
    }
}

impl Measured {
    fn ask(&mut self, model: &Model, pairs: &[Pair]) {
        for (features, same, a, b) in pairs {
            let p = model.of(features);
            self.pairs += 1;
            self.same += usize::from(*same);
            match (*same, p >= LIKELY) {
                (true, true) => self.found += 1,
                (false, true) => self.mistaken += 1,
                _ => {}
            }
            if *same != (p >= LIKELY) {
                self.wrong.push((*same, p, a.clone(), b.clone()));
            }
        }
    }
}

/// Judges each group of the neighbourhoods in `data/reports.tsv` by a model fitted to the others.
pub fn cross_checked() -> Measured {
    let groups = grouped(FOLDS);
    let mut measured = Measured::default();
    for (fold, asked) in groups.iter().enumerate() {
        let others = groups.iter().enumerate().filter(|(at, _)| *at != fold);
        let seen: Vec<_> = others.flat_map(|(_, pairs)| pairs).map(|pair| (pair.0, pair.1)).collect();
        measured.ask(&Model::fit(&seen), asked);
    }
    measured
}

/// Judges `data/held-out.tsv` by the model that comes with the program: places, pairs and words that
/// neither the weights nor the word list were made with.
pub fn held_out() -> Measured {
    let mut measured = Measured::default();
    measured.ask(crate::twins::model(), &among(&read(HELD_OUT).iter().collect::<Vec<_>>()));
    measured
}

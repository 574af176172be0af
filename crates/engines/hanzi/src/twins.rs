//! Do two short reports speak of the same thing? A probability from what can be named: words and their
//! synonyms, names and numbers, place, category and time.
//!
//! A logistic model over twenty-five features. Its weights are no opinion: [`crate::measure`] fits them to
//! pairs this house labelled, and a test holds that what stands in `data/twins.txt` is that fit.

use std::sync::OnceLock;

use crate::words::{Said, said};

const WEIGHTS: &str = include_str!("../data/twins.txt");

/// From this probability on two reports are shown as likely the same.
pub const LIKELY: f64 = 0.5;

/// A report as it is compared: made once, compared with many.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Its words taken apart.
    pub said: Said,
    /// WGS-84 longitude and latitude in degrees, where the point is known.
    pub point: Option<(f64, f64)>,
    /// The category's code, where one was chosen.
    pub category: Option<String>,
    /// When, in hours from any common beginning.
    pub hours: f64,
}

impl Report {
    /// A report from its words and what else is known of it.
    pub fn new(words: &str, point: Option<(f64, f64)>, category: Option<&str>, hours: f64) -> Report {
        Report { said: said(words), point, category: category.map(str::to_owned), hours }
    }
}

/// How many numbers describe a pair.
pub const FEATURES: usize = 25;

/// What the features are called, in order: for the weights' file and for whoever wants to know why.
pub const NAMES: [&str; FEATURES] = [
    "always",
    "things-shared",
    "thing-shared",
    "things-differ",
    "broad-shared",
    "states-shared",
    "states-differ",
    "things-and-states-shared",
    "pairs-shared",
    "names-shared",
    "names-differ",
    "numbers-shared",
    "numbers-differ",
    "place-kinds-shared",
    "near",
    "far",
    "place-unknown",
    "category-same",
    "category-differs",
    "days",
    "thing-near",
    "letters-shared",
    "letters-near",
    "things-unknown",
    "unknown-letters-near",
];

/// Describes a pair. The order of the two does not matter.
pub fn features(a: &Report, b: &Report) -> [f64; FEATURES] {
    let (x, y) = (&a.said, &b.said);
    let flag = |is: bool| if is { 1.0 } else { 0.0 };
    let things = shared(x.things.len(), y.things.len(), x.things.intersection(&y.things).count());
    let states = shared(x.states.len(), y.states.len(), x.states.intersection(&y.states).count());
    let broad = shared(x.broad.len(), y.broad.len(), x.broad.intersection(&y.broad).count());
    let places = shared(x.places.len(), y.places.len(), x.places.intersection(&y.places).count());
    let pairs = shared(x.pairs.len(), y.pairs.len(), common(&x.pairs, &y.pairs));
    let letters = shared(x.letters.len(), y.letters.len(), common(&x.letters, &y.letters));
    let unknown = flag(x.things.is_empty() || y.things.is_empty());
    let names = common(&x.rest, &y.rest);
    let fewer = x.rest.len().min(y.rest.len());
    let same_number = x.numbers.intersection(&y.numbers).count() > 0;
    let other_number = x.numbers.iter().any(|(unit, number)| {
        y.numbers.iter().any(|(counted, other)| unit == counted && number != other)
            && !y.numbers.contains(&(*unit, number.clone()))
    });
    let metres = a.point.zip(b.point).map(|(a, b)| metres(a, b));
    let near = metres.map_or(0.0, |metres| (-metres / 60.0).exp());
    let categories = a.category.as_ref().zip(b.category.as_ref());
    let days = ((a.hours - b.hours).abs() / 24.0).ln_1p();
    [
        1.0,
        things,
        flag(things > 0.0),
        flag(!x.things.is_empty() && !y.things.is_empty() && things == 0.0),
        broad,
        states,
        flag(!x.states.is_empty() && !y.states.is_empty() && states == 0.0),
        flag(things > 0.0 && states > 0.0),
        pairs,
        if fewer == 0 { 0.0 } else { names as f64 / fewer as f64 },
        flag(fewer > 0 && names == 0),
        flag(same_number),
        flag(other_number),
        places,
        near,
        metres.map_or(0.0, |metres| (metres / 100.0).ln_1p()),
        flag(metres.is_none()),
        flag(categories.is_some_and(|(a, b)| a == b)),
        flag(categories.is_some_and(|(a, b)| a != b)),
        days,
        near * things,
        letters,
        near * letters,
        unknown,
        unknown * near * letters,
    ]
}

/// The share that two sets have in common (Dice); 0 where one is empty.
fn shared(a: usize, b: usize, both: usize) -> f64 {
    if a == 0 || b == 0 { 0.0 } else { 2.0 * both as f64 / (a + b) as f64 }
}

/// How many entries two sorted lists have in common.
fn common<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        (i, j) = (i + usize::from(x <= y), j + usize::from(y <= x));
    }
    both
}

/// Metres between two points a few kilometres apart at most, on a flat earth.
pub fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    const DEGREE: f64 = 111_320.0;
    let east = (a.0 - b.0) * DEGREE * ((a.1 + b.1) / 2.0).to_radians().cos();
    east.hypot((a.1 - b.1) * DEGREE)
}

/// What the features weigh.
#[derive(Debug, Clone, PartialEq)]
pub struct Model(pub [f64; FEATURES]);

/// The weights that come with the program.
pub fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let mut weights = [0.0; FEATURES];
        for line in WEIGHTS.lines() {
            let Some((name, value)) = line.split_once(' ') else { continue };
            if let Some(at) = NAMES.iter().position(|known| *known == name) {
                weights[at] = value.parse().unwrap_or(0.0);
            }
        }
        Model(weights)
    })
}

impl Model {
    /// The probability that two reports speak of the same thing.
    pub fn same(&self, a: &Report, b: &Report) -> f64 {
        self.of(&features(a, b))
    }

    /// The probability for a pair described already.
    pub fn of(&self, features: &[f64; FEATURES]) -> f64 {
        logistic(features.iter().zip(&self.0).map(|(x, w)| x * w).sum())
    }

    /// The model that fits labelled pairs best: logistic regression by Newton's steps, with a ridge of
    /// `1` on every weight but the first, so that few pairs do not make wild weights.
    pub fn fit(pairs: &[([f64; FEATURES], bool)]) -> Model {
        const RIDGE: f64 = 1.0;
        const STEPS: usize = 25;
        let mut weights = [0.0; FEATURES];
        for _ in 0..STEPS {
            let mut slope = [0.0; FEATURES];
            let mut curve = [[0.0; FEATURES]; FEATURES];
            for i in 1..FEATURES {
                slope[i] = -RIDGE * weights[i];
                curve[i][i] = RIDGE;
            }
            curve[0][0] = 1e-9;
            for (features, same) in pairs {
                let p = Model(weights).of(features);
                let error = if *same { 1.0 } else { 0.0 } - p;
                for i in 0..FEATURES {
                    slope[i] += error * features[i];
                    for j in 0..FEATURES {
                        curve[i][j] += p * (1.0 - p) * features[i] * features[j];
                    }
                }
            }
            for (weight, step) in weights.iter_mut().zip(solved(curve, slope)) {
                *weight += step;
            }
        }
        Model(weights)
    }

    /// The weights as `data/twins.txt` has them.
    pub fn written(&self) -> String {
        NAMES.iter().zip(&self.0).map(|(name, weight)| format!("{name} {weight:.4}\n")).collect()
    }
}

/// 1 / (1 + e^-x).
pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Solves `curve · x = slope` for a symmetric, positive curve, by elimination with pivots.
fn solved(mut curve: [[f64; FEATURES]; FEATURES], mut slope: [f64; FEATURES]) -> [f64; FEATURES] {
    for column in 0..FEATURES {
        let pivot = (column..FEATURES)
            .max_by(|a, b| curve[*a][column].abs().total_cmp(&curve[*b][column].abs()))
            .unwrap_or(column);
        curve.swap(column, pivot);
        slope.swap(column, pivot);
        let row = curve[column];
        for other in column + 1..FEATURES {
            let factor = curve[other][column] / row[column];
            for (value, above) in curve[other].iter_mut().zip(&row).skip(column) {
                *value -= factor * above;
            }
            slope[other] -= factor * slope[column];
        }
    }
    let mut solution = [0.0; FEATURES];
    for row in (0..FEATURES).rev() {
        let known: f64 = (row + 1..FEATURES).map(|column| curve[row][column] * solution[column]).sum();
        solution[row] = (slope[row] - known) / curve[row][row];
    }
    solution
}

/// The likeliest twins among `others`: their places in the list and probabilities, the likeliest first, at
/// least [`LIKELY`] and at most `most`.
pub fn likeliest<'r>(
    report: &Report,
    others: impl IntoIterator<Item = &'r Report>,
    most: usize,
) -> Vec<(usize, f64)> {
    let model = model();
    let mut found: Vec<(usize, f64)> = others
        .into_iter()
        .enumerate()
        .map(|(at, other)| (at, model.same(report, other)))
        .filter(|(_, p)| *p >= LIKELY)
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(most);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_lamp_is_found_among_others() {
        let mine = Report::new("大桥路口路灯不亮", Some((114.04, 29.55)), None, 0.0);
        let others = [
            Report::new("菜场井盖丢了", Some((114.04, 29.55)), Some("manhole"), 3.0),
            Report::new("桥头那盏灯坏了，晚上黑漆漆", Some((114.0401, 29.5501)), Some("street-light"), 5.0),
            Report::new("广场路灯不亮", Some((114.06, 29.57)), Some("street-light"), 5.0),
        ];
        let found = likeliest(&mine, &others, 3);
        assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1]);
    }

    proptest! {
        #[test]
        fn the_order_of_two_does_not_matter(a in ".{0,20}", b in "[路灯不亮漏水坏0-9]{0,12}", hours in 0.0..500.0) {
            let a = Report::new(&a, Some((114.0, 29.5)), None, 0.0);
            let b = Report::new(&b, Some((114.001, 29.5)), Some("gas"), hours);
            prop_assert_eq!(features(&a, &b), features(&b, &a));
            let p = model().same(&a, &b);
            prop_assert!((0.0..=1.0).contains(&p));
        }
    }
}

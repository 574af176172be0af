//! Which category words belong to, learned from examples: a multinomial naive Bayes over concepts and pairs of
//! characters, whose probabilities are brought down to what held-out examples bear out.
//!
//! What is remembered of the examples is how often a pair of characters stood in a category, and only pairs
//! that stood in at least [`FEWEST`] examples: nothing one person wrote can be read back out of a model.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::words::{hashed, said};

/// In how many examples a feature must stand to be remembered.
pub const FEWEST: usize = 3;
/// In how many parts the examples are cut to measure: each part is judged by a model of the others.
const PARTS: usize = 5;
/// What is added to every count, so that what was never seen is unlikely and not impossible.
const SMOOTHING: f64 = 0.2;

/// Words and the category they were found to belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The words.
    pub words: String,
    /// The category's code.
    pub category: String,
}

/// What was learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classifier {
    /// The categories' codes and how many examples each had.
    categories: Vec<(String, u32)>,
    /// Of each feature how often it stood in which category, by place in `categories`.
    features: BTreeMap<u64, Vec<(u16, u32)>>,
    /// How many features each category's examples had.
    totals: Vec<u32>,
    /// What log-odds are divided by, so that «90 %» is right nine times in ten.
    temperature: f64,
}

/// How well one category was told, on examples the judging model had not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The category's code.
    pub category: String,
    /// How many examples belong to it.
    pub examples: u32,
    /// How many of those were told right.
    pub right: u32,
    /// How often it was said at all.
    pub said: u32,
}

/// What was learned, and how well it did where it had not looked.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The model of all examples.
    pub classifier: Classifier,
    /// Each category, by code.
    pub told: Vec<Told>,
    /// How many examples there were.
    pub examples: u32,
    /// How many were told right by a model that had not seen them.
    pub right: u32,
}

/// The features of a text, each once.
fn features(words: &str) -> BTreeSet<u64> {
    let said = said(words);
    let concepts = said.things.iter().chain(&said.states).chain(&said.broad).chain(&said.places);
    let named = concepts.map(|name| hashed(&name.chars().collect::<Vec<_>>()));
    // Names of places and people are left out: what the word list does not know counts by its letters only.
    named.chain(said.pairs.iter().copied()).collect()
}

/// Learns from examples; `None` where there are fewer than two categories.
pub fn learn(examples: &[Example]) -> Option<Learned> {
    let described: Vec<(BTreeSet<u64>, &str)> =
        examples.iter().map(|one| (features(&one.words), one.category.as_str())).collect();
    let codes: BTreeSet<&str> = described.iter().map(|(_, category)| *category).collect();
    if codes.len() < 2 {
        return None;
    }
    let mut told: BTreeMap<&str, Told> = codes
        .iter()
        .map(|code| (*code, Told { category: (*code).to_owned(), examples: 0, right: 0, said: 0 }))
        .collect();
    let mut judged: Vec<(Vec<f64>, usize)> = Vec::with_capacity(described.len());
    let mut right = 0;
    for part in 0..PARTS {
        let others = described.iter().enumerate().filter(|(at, _)| at % PARTS != part).map(|(_, one)| one);
        let model = Classifier::counted(&codes, others);
        for (features, category) in described.iter().skip(part).step_by(PARTS) {
            let scores = model.scores(features);
            let best = most(&scores);
            let truth = codes.iter().position(|code| code == category).unwrap_or(0);
            let said = codes.iter().nth(best).copied().unwrap_or_default();
            if let Some(one) = told.get_mut(said) {
                one.said += 1;
            }
            if let Some(one) = told.get_mut(category) {
                one.examples += 1;
                one.right += u32::from(best == truth);
            }
            right += u32::from(best == truth);
            judged.push((scores, truth));
        }
    }
    let mut classifier = Classifier::counted(&codes, described.iter());
    classifier.temperature = temperature(&judged);
    Some(Learned {
        classifier,
        told: told.into_values().collect(),
        examples: u32::try_from(examples.len()).unwrap_or(u32::MAX),
        right,
    })
}

fn most(scores: &[f64]) -> usize {
    (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a))).unwrap_or(0)
}

/// The divisor that makes the truth likeliest over what was judged.
fn temperature(judged: &[(Vec<f64>, usize)]) -> f64 {
    let surprise = |divisor: f64| -> f64 {
        judged.iter().map(|(scores, truth)| -shares(scores, divisor)[*truth].max(1e-12).ln()).sum()
    };
    let steps = (0..24).map(|step| 1.25_f64.powi(step));
    steps.min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(1.0)
}

/// Scores as probabilities.
fn shares(scores: &[f64], divisor: f64) -> Vec<f64> {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = scores.iter().map(|score| ((score - highest) / divisor).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|one| one / sum).collect()
}

impl Classifier {
    fn counted<'e>(
        codes: &BTreeSet<&str>,
        examples: impl Iterator<Item = &'e (BTreeSet<u64>, &'e str)>,
    ) -> Classifier {
        let mut categories: Vec<(String, u32)> = codes.iter().map(|code| ((*code).to_owned(), 0)).collect();
        let mut counts: BTreeMap<u64, BTreeMap<u16, u32>> = BTreeMap::new();
        for (features, category) in examples {
            let Some(at) = codes.iter().position(|code| code == category) else { continue };
            categories[at].1 += 1;
            let class = u16::try_from(at).unwrap_or(u16::MAX);
            for feature in features {
                *counts.entry(*feature).or_default().entry(class).or_default() += 1;
            }
        }
        counts.retain(|_, by_class| by_class.values().sum::<u32>() as usize >= FEWEST);
        let mut totals = vec![0; categories.len()];
        for (class, count) in counts.values().flatten() {
            totals[usize::from(*class)] += count;
        }
        let features = counts.into_iter().map(|(feature, by)| (feature, by.into_iter().collect())).collect();
        Classifier { categories, features, totals, temperature: 1.0 }
    }

    /// Log-likelihoods, by place in `categories`.
    fn scores(&self, features: &BTreeSet<u64>) -> Vec<f64> {
        let examples: f64 = self.categories.iter().map(|(_, count)| f64::from(*count)).sum();
        let known = self.features.len() as f64;
        let mut scores: Vec<f64> = self
            .categories
            .iter()
            .map(|(_, count)| ((f64::from(*count) + 1.0) / (examples + self.categories.len() as f64)).ln())
            .collect();
        for by_class in features.iter().filter_map(|feature| self.features.get(feature)) {
            for (at, score) in scores.iter_mut().enumerate() {
                let count =
                    by_class.iter().find(|(class, _)| usize::from(*class) == at).map_or(0, |(_, n)| *n);
                let all = f64::from(self.totals[at]) + SMOOTHING * known;
                *score += ((f64::from(count) + SMOOTHING) / all).ln();
            }
        }
        scores
    }

    /// The categories of a text with their probabilities, the likeliest first.
    pub fn suggest(&self, words: &str) -> Vec<(&str, f64)> {
        let shares = shares(&self.scores(&features(words)), self.temperature);
        let mut named: Vec<(&str, f64)> =
            self.categories.iter().map(|(code, _)| code.as_str()).zip(shares).collect();
        named.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> Vec<Example> {
        let of = |category: &str, words: &[&str]| -> Vec<Example> {
            words
                .iter()
                .map(|words| Example { words: (*words).to_owned(), category: category.to_owned() })
                .collect()
        };
        let lamps =
            ["路灯不亮", "桥头路灯坏了", "灯杆歪了路灯灭", "广场路灯不亮黑", "巷子路灯坏", "路灯一闪一闪"];
        let waste =
            ["垃圾没人清", "垃圾桶满了", "一堆垃圾发臭", "楼下垃圾乱倒", "垃圾堆成山", "门口垃圾没拉"];
        [of("street-light", &lamps), of("garbage", &waste)].concat()
    }

    #[test]
    fn what_was_learned_is_told_and_measured() {
        let learned = learn(&examples()).unwrap();
        let said = learned.classifier.suggest("我家门前的街灯坏了");
        assert_eq!(said[0].0, "street-light");
        assert!(said[0].1 > 0.6 && (said.iter().map(|one| one.1).sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!((learned.examples, learned.right), (12, 12));
        assert!(learned.told.iter().all(|one| one.examples == 6 && one.right == 6 && one.said == 6));
    }

    #[test]
    fn one_category_teaches_nothing() {
        assert_eq!(learn(&examples()[..6]), None);
        assert_eq!(learn(&[]), None);
    }

    #[test]
    fn what_one_person_wrote_is_not_remembered() {
        let mut with = examples();
        with.push(Example {
            words: "路灯 张三丰住在桃花坞".into(), category: "street-light".into()
        });
        let classifier = learn(&with).unwrap().classifier;
        for pair in ["张三", "桃花", "花坞"] {
            assert!(!classifier.features.contains_key(&hashed(&pair.chars().collect::<Vec<_>>())));
        }
    }
}

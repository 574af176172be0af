//! The rules a plan is made by: data with their sources, read from TOML.

use serde::{Deserialize, Serialize};

const BUILT_IN: &str = include_str!("../data/rules.toml");

/// Most units that one organisation may be allowed to cover.
pub const MOST_UNITS: u32 = 12;
/// The highest threshold for a branch of its own: the search keeps a list for each number of members below it.
pub const MOST_LEAST: u32 = 12;

/// Whether a plan against a rule is refused or warned about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Force {
    /// The text says it must be so.
    Must,
    /// The text says 一般: it is usually so.
    Usual,
}

/// How sure it is that a rule says what it is said to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Sure {
    /// The regulation's own text was read.
    V,
    /// A repost or a secondary source.
    #[serde(rename = "2")]
    Second,
    /// General knowledge: a default to set.
    M,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its number.
    pub value: u32,
    /// What the number counts.
    pub unit: String,
    /// Whether it must be kept.
    pub force: Force,
    /// How sure it is.
    pub sure: Sure,
    /// The text it comes from.
    pub source: String,
    /// What it says in Chinese; `{}` is the number.
    pub zh: String,
    /// What it says in English.
    pub en: String,
}

impl Rule {
    /// What it says, in Chinese and in English, with its number.
    pub fn says(&self) -> [String; 2] {
        [&self.zh, &self.en].map(|text| text.replace("{}", &self.value.to_string()))
    }
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// From how many formal members a unit has a branch of its own; every branch has as many.
    pub own_least: Rule,
    /// How many members a branch has at most.
    pub branch_most: Rule,
    /// From how many members on there is a committee.
    pub committee_from: Rule,
    /// From how many members on a branch elects a committee of its own.
    pub leaders_from: Rule,
    /// How many units a joint branch covers at most.
    pub joint_units: Rule,
    /// How far neighbours may be from the seat.
    pub near_metres: Rule,
    /// How far units of its trade may be from the seat.
    pub trade_metres: Rule,
    /// How far units of its association may be from the seat.
    pub association_metres: Rule,
    /// How many units an organisation takes on.
    pub attached_units: Rule,
    /// How many units the new branch of an enterprise takes on; an association's takes on `attached_units`.
    pub enterprise_takes: Rule,
    /// How many leading parts of the area's path the units of an organisation share.
    pub same_area: Rule,
    /// How many units without members an organisation instructs.
    pub instructor_units: Rule,
}

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not TOML, or a key that is missing, unknown or of another type.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// A number that makes no sense.
    #[error("[{name}] value {value} is not between {least} and {most}")]
    Value {
        /// The rule.
        name: &'static str,
        /// Its number.
        value: u32,
        /// The least it can be.
        least: u32,
        /// The most it can be.
        most: u32,
    },
}

impl Rules {
    /// The rules that are built in.
    pub fn built_in() -> Rules {
        toml::from_str(BUILT_IN).expect("the tests read what is built in")
    }

    /// The rules that are built in, but those that stand in `text`. A rule there may leave out whatever stays as
    /// it is.
    ///
    /// # Errors
    /// What cannot be read or used.
    pub fn from_toml(text: &str) -> Result<Rules, RulesError> {
        let mut all: toml::Table = BUILT_IN.parse()?;
        for (name, rule) in text.parse::<toml::Table>()? {
            match (all.get_mut(&name), rule) {
                (Some(toml::Value::Table(known)), toml::Value::Table(own)) => known.extend(own),
                (_, other) => drop(all.insert(name, other)),
            }
        }
        let rules: Rules = all.try_into()?;
        rules.check()?;
        Ok(rules)
    }

    /// No unit is further from the seat of its organisation than this, whatever the rules say.
    pub fn cap_metres(&mut self, most: u32) {
        for rule in [&mut self.near_metres, &mut self.trade_metres, &mut self.association_metres] {
            rule.value = rule.value.min(most);
        }
    }

    fn check(&self) -> Result<(), RulesError> {
        let far = crate::FARTHEST_M.unsigned_abs();
        let bounds = [
            ("own_least", &self.own_least, 1, MOST_LEAST),
            ("branch_most", &self.branch_most, self.own_least.value, u32::MAX),
            ("committee_from", &self.committee_from, self.branch_most.value, u32::MAX),
            ("joint_units", &self.joint_units, 1, MOST_UNITS),
            ("near_metres", &self.near_metres, 0, far),
            ("trade_metres", &self.trade_metres, 0, far),
            ("association_metres", &self.association_metres, 0, far),
            ("attached_units", &self.attached_units, 0, 1000),
            ("enterprise_takes", &self.enterprise_takes, 0, 1000),
            ("same_area", &self.same_area, 0, 20),
        ];
        for (name, rule, least, most) in bounds {
            if !(least..=most).contains(&rule.value) {
                return Err(RulesError::Value { name, value: rule.value, least, most });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_can_be_used() {
        Rules::built_in().check().unwrap();
        assert_eq!(Rules::from_toml("").unwrap(), Rules::built_in());
        assert_eq!(Rules::built_in().joint_units.says()[1].matches(" 5 ").count(), 1);
    }

    #[test]
    fn a_rule_of_ones_own_changes_only_what_it_names() {
        let rules = Rules::from_toml("[joint_units]\nvalue = 3\nsource = \"县委组织部\"").unwrap();
        assert_eq!((rules.joint_units.value, rules.joint_units.source.as_str()), (3, "县委组织部"));
        assert_eq!(rules.joint_units.force, Force::Usual);
        assert_eq!(rules.own_least, Rules::built_in().own_least);
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let wrong = |text: &str| Rules::from_toml(text).unwrap_err().to_string();
        assert_eq!(wrong("[joint_units]\nvalue = 0"), "[joint_units] value 0 is not between 1 and 12");
        assert_eq!(
            wrong("[branch_most]\nvalue = 2"),
            "[branch_most] value 2 is not between 3 and 4294967295"
        );
        assert!(wrong("[own_least]\nvalue = -1").contains("-1"));
        assert!(wrong("[joint]\nvalue = 1").contains("joint"));
        assert!(wrong("own_least = 3").contains("own_least") || wrong("own_least = 3").contains("Rule"));
        assert!(wrong("[own_least]\nforce = \"maybe\"").contains("maybe"));
        assert!(wrong("[[[").contains("expected") || !wrong("[[[").is_empty());
    }
}

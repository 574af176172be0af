//! What a column of a roster can hold, and how people call and write it: `data/roster.toml`.

use std::collections::HashMap;
use std::sync::OnceLock;

use lianxin_foundation::every;
use lianxin_foundation::vault::half_width;
use serde::Deserialize;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The name: the one column that must be there.
    Name,
    /// The resident ID number, also the old one of fifteen digits.
    IdNumber,
    /// A telephone number.
    Phone,
    /// The sex.
    Sex,
    /// The day of birth.
    Birth,
    /// The village, grid or micro-grid they live in: a name or a code.
    Area,
    /// The number of the household's booklet.
    Household,
    /// What they are to its head.
    Relation,
    /// The rest of the address.
    Address,
    /// The organisation they belong to, by name.
    Organisation,
    /// What they are there.
    Kind,
    /// Since which day.
    Since,
}

every! {
    /// Every field, in the order of the template.
    Field {
        Name         = "name",         "roster-field-name";
        IdNumber     = "id-number",    "roster-field-id-number";
        Phone        = "phone",        "roster-field-phone";
        Sex          = "sex",          "roster-field-sex";
        Birth        = "birth",        "roster-field-birth";
        Area         = "area",         "roster-field-area";
        Household    = "household",    "roster-field-household";
        Relation     = "relation",     "roster-field-relation";
        Address      = "address",      "roster-field-address";
        Organisation = "organisation", "roster-field-organisation";
        Kind         = "kind",         "roster-field-kind";
        Since        = "since",        "roster-field-since";
    }
}

impl Field {
    /// The field a heading names.
    pub fn of_heading(heading: &str) -> Option<Field> {
        names().headings.get(&heading_key(heading)).copied()
    }

    /// The heading in the template.
    pub fn heading(self) -> &'static str {
        names().first.get(&self).map_or("", String::as_str)
    }
}

/// A heading as it is compared: without spaces, stars and what stands in brackets.
pub fn heading_key(heading: &str) -> String {
    let mut key = String::new();
    let mut deep = 0_u32;
    for letter in heading.chars().map(half_width) {
        match letter {
            '(' | '【' | '[' => deep += 1,
            ')' | '】' | ']' => deep = deep.saturating_sub(1),
            _ if deep > 0 || letter.is_whitespace() || "*:".contains(letter) => {}
            _ => key.extend(letter.to_lowercase()),
        }
    }
    key
}

/// The code that a word in a column of this field stands for.
pub fn coded(field: Field, word: &str) -> Option<&'static str> {
    names().values.get(&(field, heading_key(word))).map(String::as_str)
}

struct Names {
    headings: HashMap<String, Field>,
    first: HashMap<Field, String>,
    values: HashMap<(Field, String), String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    field: Vec<WrittenField>,
    value: Vec<WrittenValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenField {
    code: String,
    headings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenValue {
    field: String,
    code: String,
    words: Vec<String>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let written: Written = toml::from_str(include_str!("../../data/roster.toml"))
            .expect("the built-in names of columns are well formed: a test reads them");
        let mut names = Names { headings: HashMap::new(), first: HashMap::new(), values: HashMap::new() };
        for WrittenField { code, headings } in written.field {
            let Some(field) = Field::from_code(&code) else { continue };
            names.first.extend(headings.first().map(|heading| (field, heading.clone())));
            names.headings.extend(headings.iter().map(|heading| (heading_key(heading), field)));
        }
        for WrittenValue { field, code, words } in written.value {
            let Some(field) = Field::from_code(&field) else { continue };
            names.values.extend(words.iter().map(|word| ((field, heading_key(word)), code.clone())));
        }
        names
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::Relation;
    use crate::membership::MembershipKind;
    use crate::person::Sex;

    #[test]
    fn headings_are_found_as_people_write_them() {
        for (heading, field) in [
            ("姓名", Some(Field::Name)),
            (" 姓　名 *", Some(Field::Name)),
            ("身份证号（18位）", Some(Field::IdNumber)),
            ("联系方式：", Some(Field::Phone)),
            ("村（社区）或网格", Some(Field::Area)),
            ("备注", None),
            ("", None),
        ] {
            assert_eq!(Field::of_heading(heading), field, "{heading}");
        }
        assert!(Field::ALL.iter().all(|field| Field::of_heading(field.heading()) == Some(*field)));
    }

    #[test]
    fn every_word_stands_for_a_code_that_exists() {
        for ((field, word), code) in &names().values {
            let is_one = match field {
                Field::Sex => Sex::from_code(code).is_some(),
                Field::Relation => Relation::from_code(code).is_some(),
                Field::Kind => MembershipKind::from_code(code).is_some(),
                _ => false,
            };
            assert!(is_one, "{word} stands for {code}");
        }
        assert_eq!(coded(Field::Relation, "长女"), Some("child"));
        assert_eq!(coded(Field::Kind, "预备党员"), Some("probationary"));
        assert_eq!(coded(Field::Sex, "未知"), None);
    }
}

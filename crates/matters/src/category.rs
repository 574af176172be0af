//! The catalogue: what a resident may report, what is then asked, and the clocks that start.
//!
//! It is built in: `data/categories.toml`. What a county decided otherwise lies over it:
//! [`local`](crate::local).

use std::collections::HashMap;
use std::sync::Arc;

use lianxin_foundation::Result;
use lianxin_foundation::clock::{Micros, parse_rfc3339};
use lianxin_foundation::error::{Error, While};
use lianxin_foundation::i18n::Language;
use lianxin_registry::CategoryName;
use lianxin_worktime::Kind;
use serde::{Deserialize, Serialize};

use crate::rules::clock::Limits;

/// The group of what enterprises report; residents are offered the others.
pub const FOR_ENTERPRISES: &str = "enterprise-problems";

/// The category of what fits nowhere else.
pub const FALLBACK: &str = "enquiry";

const CATEGORIES: &str = include_str!("../data/categories.toml");
const TEMPLATES: &str = include_str!("../data/templates.toml");

/// How much a delay costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// Life is at risk.
    Safety,
    /// Water, power, gas, heating.
    Utility,
    /// Everything else.
    General,
}

impl Urgency {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Urgency::Safety => "safety",
            Urgency::Utility => "utility",
            Urgency::General => "general",
        }
    }
}

/// The type of an attribute's answer, as Open311 GeoReport v2 names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datatype {
    /// One line.
    String,
    /// A number.
    Number,
    /// A moment, RFC 3339 or as a browser's date field gives it.
    Datetime,
    /// Several lines.
    Text,
    /// One of the values.
    SingleValueList,
    /// Some of the values.
    MultiValueList,
}

impl Datatype {
    /// The name Open311 gives it.
    pub fn code(self) -> &'static str {
        match self {
            Datatype::String => "string",
            Datatype::Number => "number",
            Datatype::Datetime => "datetime",
            Datatype::Text => "text",
            Datatype::SingleValueList => "singlevaluelist",
            Datatype::MultiValueList => "multivaluelist",
        }
    }
}

/// One value of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeValue {
    /// What is stored.
    pub key: String,
    /// What is shown, in the order of [`Language::ALL`].
    pub names: [String; 3],
}

/// A question asked for a category.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its stable code.
    pub code: String,
    /// Its place among the others, from 1.
    pub order: i64,
    /// Whether it must be answered.
    pub required: bool,
    /// What kind of answer.
    pub datatype: Datatype,
    /// The question, in the order of [`Language::ALL`].
    pub descriptions: [String; 3],
    /// What can be chosen; empty unless it is a list.
    pub values: Vec<AttributeValue>,
}

impl Attribute {
    /// The question in a language.
    pub fn description(&self, language: Language) -> &str {
        &self.descriptions[language as usize]
    }
}

impl AttributeValue {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        &self.names[language as usize]
    }
}

/// Something that can be reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Its stable code.
    pub code: String,
    /// Its group's code.
    pub group: String,
    /// How much a delay costs.
    pub urgency: Urgency,
    /// Its name, in the order of [`Language::ALL`].
    pub names: [String; 3],
    /// What belongs to it, in the same order.
    pub descriptions: [String; 3],
    /// Words by which it is suggested, in any language.
    pub keywords: Vec<String>,
    /// Its clocks.
    pub limits: Limits,
    /// Whether what is said is hidden from the public and sealed.
    pub private: bool,
    /// The depth of the lowest level that tries first: 3 county … 6 grid.
    pub first_level: i64,
    /// The questions asked, in order.
    pub attributes: Vec<Attribute>,
    /// Where its values come from, shown beside them, in the order of [`Language::ALL`].
    pub basis: [String; 3],
}

impl Category {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        &self.names[language as usize]
    }

    /// Whether it is for enterprises, and not for residents.
    pub fn for_enterprises(&self) -> bool {
        self.group == FOR_ENTERPRISES
    }

    /// Where its values come from, in a language.
    pub fn basis(&self, language: Language) -> &str {
        &self.basis[language as usize]
    }

    /// What belongs to it, in a language.
    pub fn description(&self, language: Language) -> &str {
        &self.descriptions[language as usize]
    }
}

/// A group of categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its stable code.
    pub code: String,
    /// Its name, in the order of [`Language::ALL`].
    pub names: [String; 3],
}

impl Group {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        &self.names[language as usize]
    }
}

/// Words that staff can start from; a name in braces is left for them to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// Its stable code: for an objection also the reason's.
    pub code: String,
    /// What it is for: `reply`, `ask`, `hand-over`, `dismiss` or `object`.
    pub kind: String,
    /// Its name, in the order of [`Language::ALL`].
    pub names: [String; 3],
    /// The words, in the same order.
    pub bodies: [String; 3],
}

/// Every category, group and template. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    /// In the order screens list them.
    all: Vec<Arc<Category>>,
    by_code: HashMap<String, Arc<Category>>,
    shared: Arc<Shared>,
}

/// What no county changes.
#[derive(Debug)]
struct Shared {
    changed: Micros,
    groups: Vec<Group>,
    templates: Vec<TemplateText>,
}

/// How many categories are suggested at most.
const SUGGESTIONS: usize = 3;

impl Catalogue {
    /// The catalogue as built in.
    ///
    /// # Errors
    /// [`Error::Failed`] when the data cannot be read, which a test rules out.
    pub fn defaults() -> Result<Catalogue> {
        let doing = "reading data/categories.toml";
        let written: Written = toml::from_str(CATEGORIES).while_doing(doing)?;
        let templates: WrittenTemplates =
            toml::from_str(TEMPLATES).while_doing("reading data/templates.toml")?;
        let changed = parse_rfc3339(&written.changed)
            .ok_or_else(|| Error::failed(doing, format!("{:?} is no moment", written.changed)))?;
        let group = |group: WrittenGroup| Group { code: group.code, names: group.name.into() };
        let shared = Shared {
            changed,
            groups: written.group.into_iter().map(group).collect(),
            templates: templates.template.into_iter().map(TemplateText::from).collect(),
        };
        let all = written.category.into_iter().map(|category| Arc::new(category.into())).collect();
        Ok(Catalogue::of(all, Arc::new(shared)))
    }

    fn of(all: Vec<Arc<Category>>, shared: Arc<Shared>) -> Catalogue {
        let by_code = all.iter().map(|category| (category.code.clone(), category.clone())).collect();
        Catalogue(Arc::new(Parts { all, by_code, shared }))
    }

    /// The same with some categories as `other` says; `None` leaves one as it is.
    pub(crate) fn with(&self, other: impl Fn(&Category) -> Option<Category>) -> Catalogue {
        let or_other = |category: &Arc<Category>| other(category).map_or_else(|| category.clone(), Arc::new);
        Catalogue::of(self.all().iter().map(or_other).collect(), self.0.shared.clone())
    }

    /// When the built-in catalogue last changed.
    pub fn changed(&self) -> Micros {
        self.0.shared.changed
    }

    /// The category with this code.
    pub fn get(&self, code: &str) -> Option<Arc<Category>> {
        self.0.by_code.get(code).cloned()
    }

    /// The categories, in the order screens list them.
    pub fn all(&self) -> &[Arc<Category>] {
        &self.0.all
    }

    /// Those that residents report, in the same order.
    pub fn for_residents(&self) -> impl Iterator<Item = &Arc<Category>> {
        self.all().iter().filter(|category| !category.for_enterprises())
    }

    /// Those that enterprises report, in the same order.
    pub fn for_enterprises(&self) -> impl Iterator<Item = &Arc<Category>> {
        self.all().iter().filter(|category| category.for_enterprises())
    }

    /// The groups, in the order screens list them.
    pub fn groups(&self) -> &[Group] {
        &self.0.shared.groups
    }

    /// The words staff can start from for one purpose.
    pub fn templates(&self, kind: &str) -> Vec<&TemplateText> {
        self.0.shared.templates.iter().filter(|template| template.kind == kind).collect()
    }

    /// The name of a category; its code where it is not known.
    pub fn name(&self, code: &str, language: Language) -> String {
        self.get(code).map_or_else(|| code.to_owned(), |category| category.name(language).to_owned())
    }

    /// The codes of the categories these words speak of, the likeliest first, at most three: those
    /// with the most keywords in the text, longer keywords counting more. Only ever a suggestion.
    pub fn suggest(&self, words: &str) -> Vec<String> {
        let words = words.to_lowercase();
        let latin: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        // A Latin keyword must be a whole word: "road" is not in "broad".
        let has = |keyword: &str| {
            if keyword.is_ascii() { latin.contains(&keyword) } else { words.contains(keyword) }
        };
        let mut scored: Vec<(usize, &str)> = Vec::new();
        for category in self.for_residents() {
            let said = category.keywords.iter().filter(|keyword| has(keyword));
            let score =
                said.map(|keyword| if keyword.is_ascii() { 2 } else { keyword.chars().count() }).sum();
            if score > 0 {
                scored.push((score, &category.code));
            }
        }
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().take(SUGGESTIONS).map(|(_, code)| code.to_owned()).collect()
    }

    /// The names as the registry's pages borrow them.
    pub fn names(&self) -> Vec<CategoryName> {
        let group = |code: &str| self.groups().iter().find(|group| group.code == code);
        self.all()
            .iter()
            .map(|category| CategoryName {
                code: category.code.clone(),
                group: group(&category.group).map(|group| group.names.clone()).unwrap_or_default(),
                name: category.names.clone(),
            })
            .collect()
    }
}

/// The shape of `data/categories.toml`.
#[derive(Deserialize)]
struct Written {
    changed: String,
    group: Vec<WrittenGroup>,
    category: Vec<WrittenCategory>,
}

#[derive(Deserialize)]
struct WrittenGroup {
    code: String,
    name: Names,
}

#[derive(Deserialize)]
struct Names {
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    #[serde(rename = "zh-TW")]
    zh_tw: String,
    en: String,
}

impl From<Names> for [String; 3] {
    fn from(names: Names) -> [String; 3] {
        [names.zh_cn, names.zh_tw, names.en]
    }
}

#[derive(Deserialize)]
struct WrittenCategory {
    code: String,
    group: String,
    name: Names,
    description: Names,
    keywords: Vec<String>,
    urgency: Urgency,
    time: Kind,
    respond_minutes: u32,
    climb_minutes: u32,
    resolve_minutes: u32,
    first_level: Level,
    private: bool,
    basis: Names,
    #[serde(default)]
    attribute: Vec<WrittenAttribute>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Level {
    County = 3,
    Town = 4,
    Village = 5,
    Grid = 6,
}

#[derive(Deserialize)]
struct WrittenAttribute {
    code: String,
    order: i64,
    required: bool,
    datatype: Datatype,
    description: Names,
    #[serde(default)]
    values: Vec<WrittenValue>,
}

#[derive(Deserialize)]
struct WrittenValue {
    key: String,
    name: Names,
}

impl From<WrittenCategory> for Category {
    fn from(written: WrittenCategory) -> Category {
        let mut attributes: Vec<Attribute> = written.attribute.into_iter().map(Attribute::from).collect();
        attributes.sort_by_key(|attribute| attribute.order);
        Category {
            code: written.code,
            group: written.group,
            urgency: written.urgency,
            names: written.name.into(),
            descriptions: written.description.into(),
            keywords: written.keywords.into_iter().map(|keyword| keyword.to_lowercase()).collect(),
            limits: Limits {
                respond: written.respond_minutes,
                resolve: written.resolve_minutes,
                climb: written.climb_minutes,
                kind: written.time,
            },
            private: written.private,
            first_level: written.first_level as i64,
            attributes,
            basis: written.basis.into(),
        }
    }
}

impl From<WrittenAttribute> for Attribute {
    fn from(written: WrittenAttribute) -> Attribute {
        let value = |value: WrittenValue| AttributeValue { key: value.key, names: value.name.into() };
        Attribute {
            code: written.code,
            order: written.order,
            required: written.required,
            datatype: written.datatype,
            descriptions: written.description.into(),
            values: written.values.into_iter().map(value).collect(),
        }
    }
}

#[derive(Deserialize)]
struct WrittenTemplates {
    template: Vec<WrittenTemplate>,
}

#[derive(Deserialize)]
struct WrittenTemplate {
    code: String,
    kind: String,
    name: Names,
    body: Names,
}

impl From<WrittenTemplate> for TemplateText {
    fn from(written: WrittenTemplate) -> TemplateText {
        TemplateText {
            code: written.code,
            kind: written.kind,
            names: written.name.into(),
            bodies: written.body.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// The moment written in the data, and the digest of everything below it.
    const MARKED: (&str, &str) = ("2026-11-22T06:00:00+08:00", "caca50825b75ce06");

    #[test]
    fn whoever_changes_the_catalogue_says_when() {
        let (moment, rest) = CATEGORIES.split_once("changed = \"").unwrap().1.split_once('"').unwrap();
        let digest: String = Sha256::digest(rest).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((moment, digest.as_str()), MARKED, "date the change in the data, then note both here");
        assert!(Catalogue::defaults().unwrap().changed() > 0);
    }

    #[test]
    fn built_in_limits_are_in_order() {
        for category in Catalogue::defaults().unwrap().all() {
            let Limits { respond, climb, resolve, .. } = category.limits;
            assert!(0 < respond && respond <= climb && climb <= resolve, "{}", category.code);
        }
    }
}

//! The catalogue: what a resident may report, what is then asked, and the clocks that start.
//!
//! The defaults are `data/categories.toml`; a row of the table `category` replaces the default with
//! the same code or adds one. A category that is retired can no longer be chosen, but the matters
//! that have it keep their clock and name.

use std::collections::HashMap;
use std::sync::Arc;

use lianxin_foundation::error::While;
use lianxin_foundation::i18n::Language;
use lianxin_foundation::{Result, Tx};
use lianxin_registry::CategoryName;
use lianxin_worktime::Kind;
use serde::{Deserialize, Serialize};

use crate::rules::clock::Limits;
use crate::store;

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
    /// Whether it can no longer be chosen.
    pub retired: bool,
}

impl Category {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        &self.names[language as usize]
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

/// Every category, group and template, read once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    /// Those that can be chosen, in the order screens list them.
    open: Vec<Arc<Category>>,
    by_code: HashMap<String, Arc<Category>>,
    groups: Vec<Group>,
    templates: Vec<TemplateText>,
}

/// How many categories are suggested at most.
const SUGGESTIONS: usize = 3;

impl Catalogue {
    /// The defaults with what the table `category` says instead.
    pub async fn load(tx: &mut Tx) -> Result<Catalogue> {
        Catalogue::merged(store::categories(tx).await?)
    }

    /// The defaults alone.
    pub fn defaults() -> Result<Catalogue> {
        Catalogue::merged(Vec::new())
    }

    fn merged(rows: Vec<store::CategoryRow>) -> Result<Catalogue> {
        let written: Written = toml::from_str(CATEGORIES).while_doing("reading data/categories.toml")?;
        let templates: WrittenTemplates =
            toml::from_str(TEMPLATES).while_doing("reading data/templates.toml")?;
        // Defaults stand at 10, 20, 30, … so that a row can be put between two of them.
        let mut sorted: Vec<(i64, Category)> =
            (1_i64..).map(|at| at * 10).zip(written.category.into_iter().map(Category::from)).collect();
        for row in rows {
            let (sort, category) = from_row(row)?;
            sorted.retain(|(_, default)| default.code != category.code);
            sorted.push((sort, category));
        }
        sorted.sort_by_key(|(sort, _)| *sort);
        let all: Vec<Arc<Category>> = sorted.into_iter().map(|(_, category)| Arc::new(category)).collect();
        Ok(Catalogue(Arc::new(Parts {
            open: all.iter().filter(|category| !category.retired).cloned().collect(),
            by_code: all.iter().map(|category| (category.code.clone(), category.clone())).collect(),
            groups: written
                .group
                .into_iter()
                .map(|group| Group { code: group.code, names: group.name.into() })
                .collect(),
            templates: templates.template.into_iter().map(TemplateText::from).collect(),
        })))
    }

    /// The category with this code, retired ones too.
    pub fn get(&self, code: &str) -> Option<Arc<Category>> {
        self.0.by_code.get(code).cloned()
    }

    /// The category with this code, if it can still be chosen.
    pub fn open(&self, code: &str) -> Option<Arc<Category>> {
        self.get(code).filter(|category| !category.retired)
    }

    /// The categories that can be chosen, in the order screens list them.
    pub fn all(&self) -> &[Arc<Category>] {
        &self.0.open
    }

    /// The groups, in the order screens list them.
    pub fn groups(&self) -> &[Group] {
        &self.0.groups
    }

    /// The words staff can start from for one purpose.
    pub fn templates(&self, kind: &str) -> Vec<&TemplateText> {
        self.0.templates.iter().filter(|template| template.kind == kind).collect()
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
        for category in self.all() {
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

/// The default with this code, as a row of the table holds it.
///
/// # Errors
/// [`Error::Failed`](lianxin_foundation::Error::Failed) when the defaults cannot be read.
pub(crate) fn default_row(code: &str) -> Result<Option<store::CategoryRow>> {
    let doing = "reading data/categories.toml";
    let written: toml::Table = toml::from_str(CATEGORIES).while_doing(doing)?;
    let all = written.get("category").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let found = all
        .iter()
        .zip(1_i64..)
        .find(|(body, _)| body.get("code").and_then(toml::Value::as_str) == Some(code));
    let Some((body, at)) = found else { return Ok(None) };
    let category = Category::from(body.clone().try_into::<WrittenCategory>().while_doing(doing)?);
    Ok(Some(store::CategoryRow {
        code: category.code,
        group_code: category.group,
        body: serde_json::to_string(body).while_doing(doing)?,
        respond_minutes: category.limits.respond.into(),
        resolve_minutes: category.limits.resolve.into(),
        climb_minutes: category.limits.climb.into(),
        working_time: category.limits.kind == Kind::Working,
        private: category.private,
        sort: at * 10,
        retired_at: None,
    }))
}

/// A row of the table: its columns count, its body (a default's shape, as JSON) gives the rest.
fn from_row(row: store::CategoryRow) -> Result<(i64, Category)> {
    let written: WrittenCategory =
        serde_json::from_str(&row.body).while_doing(format!("reading category {}", row.code))?;
    let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or(u32::MAX);
    let category = Category {
        code: row.code,
        group: row.group_code,
        private: row.private,
        retired: row.retired_at.is_some(),
        limits: Limits {
            respond: minutes(row.respond_minutes),
            resolve: minutes(row.resolve_minutes),
            climb: minutes(row.climb_minutes),
            kind: if row.working_time { Kind::Working } else { Kind::Calendar },
        },
        ..Category::from(written)
    };
    Ok((row.sort, category))
}

/// The shape of `data/categories.toml`.
#[derive(Deserialize)]
struct Written {
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
            retired: false,
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

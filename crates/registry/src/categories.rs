//! The names of categories, lent to the pages here by the program: this room stores codes only.

use std::sync::{Arc, PoisonError, RwLock};

use lianxin_foundation::i18n::Language;

/// A category as the pages here show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryName {
    /// The category's code.
    pub code: String,
    /// The name of its group, in the order of [`Language::ALL`].
    pub group: [String; 3],
    /// Its own name, in the same order.
    pub name: [String; 3],
}

/// Every category in the order screens list them. Cheap to clone; clones see what [`CategoryNames::set`]
/// changes.
#[derive(Clone, Default)]
pub struct CategoryNames(Arc<RwLock<Arc<Vec<CategoryName>>>>);

impl CategoryNames {
    /// The given categories.
    pub fn new(categories: Vec<CategoryName>) -> CategoryNames {
        CategoryNames(Arc::new(RwLock::new(Arc::new(categories))))
    }

    /// Replaces them, as after an administrator's change.
    pub fn set(&self, categories: Vec<CategoryName>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(categories);
    }

    /// All of them, categories of one group beside each other.
    pub fn all(&self) -> Arc<Vec<CategoryName>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The name of a category; its code where it is not known.
    pub fn name(&self, code: &str, language: Language) -> String {
        self.all()
            .iter()
            .find(|category| category.code == code)
            .map_or_else(|| code.to_owned(), |category| category.name[language as usize].clone())
    }

    /// Whether there is such a category.
    pub fn knows(&self, code: &str) -> bool {
        self.all().iter().any(|category| category.code == code)
    }
}

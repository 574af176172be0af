//! Languages by Fluent: simplified Chinese by default, traditional Chinese, English.
//!
//! Every room brings its own messages in `locales/LANGUAGE.ftl`. A test walks the source and fails on
//! a message that is missing in any language or used nowhere.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::error::{Error, Problem, Result};
use crate::every;

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// 简体中文
    #[default]
    ZhCn,
    /// 繁體中文
    ZhTw,
    /// English
    En,
}

every! {
    /// Every language, the default first.
    Language { ZhCn, ZhTw, En }
}

impl Language {
    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::ZhCn => "zh-CN",
            Language::ZhTw => "zh-TW",
            Language::En => "en",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::ZhCn => "简体中文",
            Language::ZhTw => "繁體中文",
            Language::En => "English",
        }
    }

    /// The language of a tag as programs send it: `zh-Hant`, `zh-HK`, `en-GB`, …
    pub fn from_tag(tag: &str) -> Option<Language> {
        let tag = tag.trim().to_ascii_lowercase();
        let traditional = ["zh-tw", "zh-hk", "zh-mo", "zh-hant"];
        if traditional.iter().any(|start| tag.starts_with(start)) {
            Some(Language::ZhTw)
        } else if tag == "zh" || tag.starts_with("zh-") {
            Some(Language::ZhCn)
        } else if tag == "en" || tag.starts_with("en-") {
            Some(Language::En)
        } else {
            None
        }
    }

    /// The best language for an `Accept-Language` header.
    pub fn accepted(header: &str) -> Option<Language> {
        let mut best: Option<(f32, Language)> = None;
        for part in header.split(',') {
            let mut words = part.split(';');
            let Some(language) = words.next().and_then(Language::from_tag) else { continue };
            let weight = words
                .find_map(|word| word.trim().strip_prefix("q=").and_then(|q| q.parse().ok()))
                .unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// A room's messages: one text per language, in the order of [`Language::ALL`].
pub type Messages = [&'static str; 3];

/// The foundation's own messages.
pub const MESSAGES: Messages = [
    include_str!("../locales/zh-CN.ftl"),
    include_str!("../locales/zh-TW.ftl"),
    include_str!("../locales/en.ftl"),
];

/// Every message in every language.
#[derive(Clone)]
pub struct Locales(Arc<Texts>);

struct Texts {
    bundles: [FluentBundle<FluentResource>; 3],
    /// Every message's id, in order.
    ids: BTreeSet<String>,
}

impl Locales {
    /// Puts the rooms' messages together.
    ///
    /// # Errors
    /// When a text is not Fluent, or two rooms use one id.
    pub fn new(rooms: &[Messages]) -> Result<Locales> {
        let bundle = |language: Language| -> Result<FluentBundle<FluentResource>> {
            let tag: LanguageIdentifier =
                language.tag().parse().map_err(|error| Error::failed("reading a language tag", error))?;
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            // The isolating marks would end up in titles, CSV files and the clipboard.
            bundle.set_use_isolating(false);
            for room in rooms {
                let resource =
                    FluentResource::try_new(room[language as usize].to_owned()).map_err(|(_, errors)| {
                        Error::failed("reading messages", format!("{}: {errors:?}", language.tag()))
                    })?;
                bundle.add_resource(resource).map_err(|errors| {
                    Error::failed("joining messages", format!("{}: {errors:?}", language.tag()))
                })?;
            }
            Ok(bundle)
        };
        let [first, second, third] = Language::ALL;
        let bundles = [bundle(first)?, bundle(second)?, bundle(third)?];
        // A test keeps the languages' ids the same.
        let lines = rooms.iter().flat_map(|room| room[first as usize].lines());
        let ids = lines.filter_map(|line| line.split_once(" =")).map(|(id, _)| id.to_owned());
        Ok(Locales(Arc::new(Texts { ids: ids.filter(|id| bundles[0].has_message(id)).collect(), bundles })))
    }

    /// The messages of one language.
    pub fn speak(&self, language: Language) -> Words {
        Words { locales: self.clone(), language }
    }
}

/// The messages of one language, as pages use them.
#[derive(Clone)]
pub struct Words {
    locales: Locales,
    language: Language,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.language.tag())
    }
}

/// Something a message can name.
pub trait Named {
    /// As Fluent wants it: numbers stay numbers, so that languages can count.
    fn named(&self) -> FluentValue<'static>;
}

macro_rules! named_number {
    ($($kind:ty),*) => { $( impl Named for $kind {
        fn named(&self) -> FluentValue<'static> { FluentValue::from(*self) }
    } )* };
}
named_number!(i64, i32, u32, u64, usize, f64);

impl Named for str {
    fn named(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}
impl Named for String {
    fn named(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}
impl<T: Named + ?Sized> Named for &T {
    fn named(&self) -> FluentValue<'static> {
        (**self).named()
    }
}

impl Words {
    /// Which language these are.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The BCP 47 tag, for `lang` attributes.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The ids of the messages that begin so, in order: what a list of choices is made of.
    pub fn beginning(&self, start: &str) -> Vec<&str> {
        let ids = self.locales.0.ids.range::<str, _>((Bound::Included(start), Bound::Unbounded));
        ids.take_while(|id| id.starts_with(start)).map(String::as_str).collect()
    }

    /// A message that names nothing.
    pub fn t(&self, id: &str) -> String {
        self.say(id, None)
    }

    /// A message that names one thing.
    pub fn t1(&self, id: &str, name: &str, value: impl Named) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), value.named());
        self.say(id, Some(&args))
    }

    /// A message that names two things.
    pub fn t2(&self, id: &str, one: &str, first: impl Named, two: &str, second: impl Named) -> String {
        let mut args = FluentArgs::new();
        args.set(one.to_owned(), first.named());
        args.set(two.to_owned(), second.named());
        self.say(id, Some(&args))
    }

    /// A message whose named things stay open as `{name}`, for a script to fill in.
    pub fn with_blanks(&self, id: &str, names: &[&'static str]) -> String {
        let args = names.iter().map(|&name| (name, format!("{{{name}}}"))).collect();
        self.say(id, Some(&args))
    }

    /// What a refusal says.
    pub fn problem(&self, problem: &Problem) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &problem.args {
            args.set(*name, FluentValue::from(value.clone()));
        }
        self.say(problem.code, Some(&args))
    }

    /// A missing message shows its id: plain enough to be noticed, and a test forbids it.
    fn say(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = &self.locales.0.bundles[self.language as usize];
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, args, &mut errors).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_gets_the_language_they_prefer() {
        for (header, language) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::ZhCn)),
            ("fr, en;q=0.5, zh-Hant;q=0.7", Some(Language::ZhTw)),
            ("en-GB", Some(Language::En)),
            ("fr,de", None),
            ("en;q=0, zh-HK;q=0.1", Some(Language::ZhTw)),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn messages_name_things_and_count() {
        let text = "left = { $n ->\n    [one] one hour\n   *[other] { $n } hours\n } left\n";
        let locales = Locales::new(&[[text, text, text]]).unwrap();
        let words = locales.speak(Language::En);
        assert_eq!(words.t1("left", "n", 1_i64), "one hour left");
        assert_eq!(words.t1("left", "n", 3_i64), "3 hours left");
        assert_eq!(words.t("nothing"), "nothing");
        assert_eq!((words.beginning("le"), words.beginning("m")), (vec!["left"], vec![]));
    }
}

//! What stands around every page.

use std::ops::Deref;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use super::{Visitor, assets};
use crate::base_map::BaseMap;
use crate::clock::{self, DAY, HOUR, MINUTE, Micros};
use crate::error::{Result, While};
use crate::i18n::{Language, Words};
use crate::scope::Right;

/// One entry of the staff navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// What it says.
    pub label: String,
    /// Whether the visitor is there.
    pub current: bool,
    /// How much there waits to be looked at; 0 shows nothing.
    pub count: i64,
}

/// Everything the layout needs. Templates call it `s`, and speak through it: `{{ s.t("start-title") }}`.
#[derive(Clone)]
pub struct Shell {
    words: Words,
    /// The page's title, without the program's name.
    pub title: String,
    /// The signed-in person's name, or empty.
    pub name: String,
    /// The token every form carries.
    pub token: String,
    /// Path and query of this page, for links that come back here.
    pub here: String,
    /// Elder mode.
    pub elder: bool,
    /// `light`, `dark` or empty.
    pub theme: &'static str,
    /// The staff navigation; empty for residents.
    pub nav: Vec<NavItem>,
    /// Whether everything here is generated demo data.
    pub demo: bool,
    /// Now, for relative times.
    pub now: Micros,
    /// Which extra scripts the page needs: `staff.js`, `map.js`, `chart.js`.
    pub scripts: Vec<&'static str>,
    /// Where the base map says what it is; empty without one.
    pub base_map: String,
}

impl Deref for Shell {
    type Target = Words;

    fn deref(&self) -> &Words {
        &self.words
    }
}

/// The staff pages in the order of the navigation: address, message id, the right that shows it.
const NAV: &[(&str, &str, Right)] = &[
    ("/enterprise", "nav-enterprise", Right::SpeakForEnterprise),
    ("/inbox", "nav-inbox", Right::SeeMatters),
    ("/notices", "nav-notices", Right::SeeMatters),
    ("/map", "nav-map", Right::SeeMatters),
    ("/whistles", "nav-whistles", Right::SeeMatters),
    ("/disputes", "nav-disputes", Right::SeeMatters),
    ("/sources", "nav-sources", Right::SeeMatters),
    ("/field", "nav-field", Right::EnterMatters),
    ("/patrols", "nav-patrols", Right::EnterMatters),
    ("/staff/figures", "nav-figures", Right::SeeFigures),
    ("/areas", "nav-areas", Right::SeeRegistry),
    ("/people", "nav-people", Right::SeePeople),
    ("/checks", "nav-checks", Right::BringLists),
    ("/visits", "nav-visits", Right::KeepPeople),
    ("/organisations", "nav-organisations", Right::SeeRegistry),
    ("/posts", "nav-posts", Right::Manage),
    ("/categories", "nav-categories", Right::Manage),
    ("/letters", "nav-letters", Right::Manage),
    ("/retention", "nav-retention", Right::Manage),
    ("/audit", "nav-audit", Right::SeeAudit),
];

/// What the scripts of `web/` say. The page carries these in the reader's language, see
/// [`Shell::script_words`]; `web/scripts/words.ts` names the same ones.
const SCRIPT_WORDS: &[&str] = &[
    "script-copied",
    "script-copy-selected",
    "script-draft-restored",
    "script-draft-drop",
    "script-photos-add",
    "script-photos-chosen",
    "script-photos-too-large",
    "script-photos-too-many",
    "script-photo-remove",
    "script-photo-remove-named",
    "script-place-locating",
    "script-place-found",
    "script-place-picked",
    "script-place-refused",
    "script-place-slow",
    "script-place-unknown",
    "script-map-title",
    "script-map-zoom-in",
    "script-map-zoom-out",
    "script-map-marker",
    "script-map-close",
    "script-map-opening",
    "script-map-unopened",
    "script-chart-none",
    "script-matter-next",
    "script-not-sent",
    "script-picked",
];

/// The places in [`SCRIPT_WORDS`] that only the script can fill in.
const SCRIPT_BLANKS: &[&str] = &["lat", "lon", "metres", "most", "n", "name"];

impl Shell {
    pub(super) fn new(visitor: &Visitor, title: String) -> Shell {
        let path = visitor.here.split('?').next().unwrap_or("/");
        let nav = match &visitor.who {
            None => Vec::new(),
            Some(who) => NAV
                .iter()
                .filter(|(_, _, right)| who.may(*right, visitor.now))
                .map(|&(href, message, _)| NavItem {
                    href,
                    label: visitor.words.t(message),
                    current: path == href || path.starts_with(&format!("{href}/")),
                    count: if href == "/notices" { visitor.unread } else { 0 },
                })
                .collect(),
        };
        Shell {
            words: visitor.words.clone(),
            title,
            name: visitor.who.as_ref().map(|who| who.name.clone()).unwrap_or_default(),
            token: visitor.form_token(),
            here: visitor.here.clone(),
            elder: visitor.look.elder,
            theme: visitor.look.theme,
            nav,
            demo: visitor.app.settings().demo,
            now: visitor.now,
            base_map: visitor.app.settings().base_map.as_ref().map(BaseMap::address).unwrap_or_default(),
            scripts: if visitor.who.is_some() { vec!["staff.js"] } else { Vec::new() },
        }
    }

    /// A shell for rendering samples in tests: nobody signed in, a fixed moment.
    pub fn sample(words: Words, now: Micros) -> Shell {
        Shell {
            title: "sample".into(),
            name: String::new(),
            token: "sample-token".into(),
            here: "/".into(),
            elder: false,
            theme: "",
            nav: Vec::new(),
            demo: true,
            now,
            scripts: Vec::new(),
            base_map: String::new(),
            words,
        }
    }

    /// Adds a script the page needs.
    #[must_use]
    pub fn with_script(mut self, name: &'static str) -> Shell {
        self.scripts.push(name);
        self
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// What the scripts say, as a JSON object for the page's `lx-words` block: `{"map-zoom-in":"放大", …}`,
    /// with blanks such as `{n}` left for the script. No `<` stands in it, so it cannot end its element.
    pub fn script_words(&self) -> String {
        let said = |id: &&str| {
            let key = id.trim_start_matches("script-").to_owned();
            (key, Value::String(self.with_blanks(id, SCRIPT_BLANKS)))
        };
        Value::Object(SCRIPT_WORDS.iter().map(said).collect()).to_string().replace('<', "\\u003c")
    }

    /// The other languages, for the footer.
    pub fn languages(&self) -> [Language; 3] {
        Language::ALL
    }

    /// Whether somebody is signed in.
    pub fn staff(&self) -> bool {
        !self.name.is_empty()
    }

    /// The exact time, `2026-11-22 08:30`.
    pub fn time(&self, at: &Micros) -> String {
        clock::civil(*at).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The day, `2026-11-22`.
    pub fn day(&self, at: &Micros) -> String {
        clock::civil(*at).strftime("%Y-%m-%d").to_string()
    }

    /// The machine's form, for `<time datetime>`.
    pub fn rfc3339(&self, at: &Micros) -> String {
        clock::rfc3339(*at)
    }

    /// How long ago: 「5 分钟前」; the exact day when it is more than a month.
    pub fn ago(&self, at: &Micros) -> String {
        let past = self.now - at;
        match past {
            past if past < MINUTE => self.t("time-just-now"),
            past if past < 31 * DAY => self.t1("time-ago", "span", self.span(&past)),
            _ => self.day(at),
        }
    }

    /// A length of time in its one or two largest units: 「2 天」, 「3 小时」, 「25 分钟」.
    pub fn span(&self, span: &Micros) -> String {
        let span = span.abs();
        if span >= 2 * DAY {
            self.t1("time-days", "n", span / DAY)
        } else if span >= HOUR {
            self.t1("time-hours", "n", span / HOUR)
        } else {
            self.t1("time-minutes", "n", (span / MINUTE).max(1))
        }
    }
}

/// Percent-encodes what may not stand in a query value.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Renders a page.
pub fn html(page: &impl Template) -> Result<Response> {
    html_with(StatusCode::OK, page)
}

/// Renders a page with a status other than 200, such as a form given back.
pub fn html_with(status: StatusCode, page: &impl Template) -> Result<Response> {
    let text = page.render().while_doing("rendering a page")?;
    Ok((status, Html(text)).into_response())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::i18n::{Locales, MESSAGES};

    fn words_in(messages: crate::i18n::Messages, language: Language) -> (String, BTreeMap<String, String>) {
        let text = Shell::sample(Locales::new(&[messages]).unwrap().speak(language), 0).script_words();
        let words = serde_json::from_str(&text).unwrap();
        (text, words)
    }

    #[test]
    fn the_page_carries_every_word_that_a_script_asks_for() {
        let script = include_str!("../../../../web/scripts/words.ts");
        let (_, named) = script.split_once("type Word =").unwrap();
        let (named, _) = named.split_once(';').unwrap();
        let mut asked: Vec<&str> = named.split('"').skip(1).step_by(2).collect();
        asked.sort_unstable();
        for language in Language::ALL {
            let (_, words) = words_in(MESSAGES, language);
            assert_eq!(words.keys().collect::<Vec<_>>(), asked, "{}", language.tag());
            let unsaid = words.values().find(|said| said.starts_with("script-") || said.contains('$'));
            assert_eq!(unsaid, None, "{}", language.tag());
        }
    }

    #[test]
    fn script_words_are_data_whatever_a_translator_writes() {
        let text = "script-copied = \\ \"quoted\" </script><!-- { $n }\n";
        let (json, words) = words_in([text, text, text], Language::En);
        assert_eq!(words["copied"], "\\ \"quoted\" </script><!-- {n}");
        assert!(!json.contains('<'), "{json}");
    }
}

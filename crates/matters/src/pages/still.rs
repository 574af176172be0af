//! Pages that only say something: personal data, interfaces, the design system.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use lianxin_foundation::Result;
use lianxin_foundation::web::{Shell, Visitor, html};

use super::design;
use super::view::{Chip, Errors, Icon, Life, Parts};
use crate::Matters;

#[derive(Template)]
#[template(path = "privacy.html")]
pub(super) struct PrivacyPage {
    pub s: Shell,
    /// Heading and text of each part: message ids.
    pub parts: Vec<(&'static str, &'static str)>,
    /// What is held, why, and who can see it: message ids.
    pub held: Vec<(&'static str, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "api.html")]
pub(super) struct ApiPage {
    pub s: Shell,
}

#[derive(Template)]
#[template(path = "design.html")]
pub(super) struct DesignPage {
    pub s: Shell,
    pub chips: Vec<Chip>,
    pub errors: Errors,
    pub life: Life,
    pub icons: Vec<(Icon, &'static str)>,
}

impl PrivacyPage {
    pub(super) fn new(s: Shell) -> PrivacyPage {
        PrivacyPage {
            s,
            parts: vec![
                ("privacy-min-head", "privacy-min"),
                ("privacy-keep-head", "privacy-keep"),
                ("privacy-photo-head", "privacy-photo"),
                ("privacy-link-head", "privacy-link"),
                ("privacy-long-head", "privacy-long"),
                ("privacy-rights-head", "privacy-rights"),
                ("privacy-not-head", "privacy-not"),
            ],
            held: vec![
                ("held-text", "held-text-why", "held-text-who"),
                ("held-phone", "held-phone-why", "held-phone-who"),
                ("held-address", "held-address-why", "held-address-who"),
                ("held-event", "held-event-why", "held-event-who"),
            ],
        }
    }
}

/// `GET /privacy`
pub(super) async fn privacy(visitor: Visitor) -> Result<Response> {
    html(&PrivacyPage::new(visitor.shell(visitor.words.t("foot-privacy"))))
}

/// `GET /api`
pub(super) async fn api(visitor: Visitor) -> Result<Response> {
    html(&ApiPage { s: visitor.shell(visitor.words.t("foot-api")) })
}

/// `GET /design`
pub(super) async fn shown(visitor: Visitor, Extension(matters): Extension<Matters>) -> Result<Response> {
    html(&design::page(visitor.shell(visitor.words.t("foot-design")), &matters.catalogue))
}

impl DesignPage {
    /// Every icon of the sprite by its name.
    pub(super) fn icons(s: &Shell) -> Vec<(Icon, &'static str)> {
        design::ICONS.iter().map(|name| (s.icon(name), *name)).collect()
    }
}

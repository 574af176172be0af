//! Samples of the pages about being told.

use askama::Template;
use lianxin_foundation::clock::HOUR;
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::choices::{ChoicesPage, Item, NewsRow, Way};
use super::super::letters::{LettersPage, Stuck};
use super::super::notices::{NoticesPage, Told};
use super::super::view::{Choice, Errors};
use super::{errors, now, row};
use crate::told::News;

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let told = |news: News, read| Told { row: row(s), news: news.message(), at: now() - HOUR, read };
    let all = News::ALL.into_iter().enumerate().map(|(at, news)| told(news, at > 3)).collect();
    vec![
        NoticesPage { s: s.clone(), unread: 4, told: all, until: now(), outside: false }.render().unwrap(),
        NoticesPage { s: s.clone(), unread: 0, told: Vec::new(), until: now(), outside: true }
            .render()
            .unwrap(),
        choices(s, true).render().unwrap(),
        choices(s, false).render().unwrap(),
        letters(s, vec![stuck(s)]).render().unwrap(),
        letters(s, Vec::new()).render().unwrap(),
    ]
}

fn choices(s: &Shell, outside: bool) -> ChoicesPage {
    let way = || Way { value: "late:email".into(), label: s.t("way-email"), ticked: true };
    let item = |used| Item { id: Uuid::nil(), made: now() - HOUR, used };
    ChoicesPage {
        s: s.clone(),
        said: "told-said-kept",
        errors: if outside { errors() } else { Errors::default() },
        channels: if outside { vec!["way-push", "way-email", "way-sms"] } else { Vec::new() },
        news: News::for_staff()
            .map(|news| NewsRow { name: s.t(news.message()), ways: vec![way()] })
            .collect(),
        has_email: true,
        has_sms: true,
        email: "l…@county.example".into(),
        phone: if outside { String::new() } else { "138****1234".into() },
        quiet: true,
        quiet_from: "22:00".into(),
        quiet_to: "07:00".into(),
        waits: vec![Choice { value: "0".into(), label: s.t("told-wait-none"), chosen: true }],
        push_key: if outside { "key".into() } else { String::new() },
        devices: vec![item(None)],
        feeds: vec![item(None), item(Some(now()))],
        fresh: outside.then(|| ["https://lianxin.example/a".into(), "https://lianxin.example/b".into()]),
    }
}

fn letters(s: &Shell, stuck: Vec<Stuck>) -> LettersPage {
    LettersPage { s: s.clone(), stuck }
}

fn stuck(s: &Shell) -> Stuck {
    Stuck {
        address: "/letters/421223/1".into(),
        channel: s.t("way-sms"),
        whom: s.t("letters-to-staff"),
        news: s.t("news-late"),
        things: 2,
        attempts: 8,
        why: "http-503".into(),
        at: now() - HOUR,
    }
}

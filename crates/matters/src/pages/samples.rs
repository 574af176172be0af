//! Every template is rendered from samples in every language, and no message is missing.

mod cases;
mod enterprise;
mod exclusions;
mod held;
mod patrols;
mod retention;
mod search;
mod sources;
mod told;

use askama::Template;
use lianxin_foundation::clock::{DAY, HOUR, Micros, parse_rfc3339};
use lianxin_foundation::i18n::{Language, Locales};
use lianxin_foundation::web::{Beside, Shell};
use lianxin_registry::area::Crumb;
use uuid::Uuid;

use super::bulk::{BulkDonePage, BulkPage};
use super::categories::{CategoriesPage, groups};
use super::enter::{EnterPage, EnteredPage};
use super::field::FieldPage;
use super::filter::Filter;
use super::find::{FindPage, Found};
use super::inbox::{Glance, InboxPage, Pages, Tab};
use super::joined::JoinedPage;
use super::lists::Tabs;
use super::map::MapPage;
use super::matter::{MatterPage, Point, times};
use super::mine::{Can, MinePage};
use super::place::{Counties, PlaceForm, Spoken};
use super::report::{ChoosePage, Kept, Question, ReportPage, category_groups};
use super::rows::{DueGroup, Row};
use super::start::StartPage;
use super::step_form::Forms;
use super::still::{ApiPage, PrivacyPage};
use super::store::Counted;
use super::view::{Chip, Choice, Errors, Group, Life, Picture, Pictures, Reader, Told, next};
use super::views::{KeptView, ViewsPage};
use super::words::{WordRow, WordsPage};
use super::{design, still};
use crate::category::Catalogue;
use crate::model::{Detail, Event, Matter, Party, Status, sample_matter};
use crate::rules::Step;

fn now() -> Micros {
    parse_rfc3339("2026-11-22T08:30:00+08:00").unwrap()
}

fn locales() -> Locales {
    let rooms = [lianxin_foundation::i18n::MESSAGES, lianxin_registry::MESSAGES, crate::MESSAGES];
    Locales::new(&rooms).unwrap()
}

fn overdue() -> Matter {
    Matter {
        status: Status::Accepted,
        hops: 1,
        unit: Some(Uuid::nil()),
        resolve_due: Some(now() - 2 * DAY),
        climb_due: Some(now() + HOUR),
        ..sample_matter()
    }
}

fn event(kind: Step, party: Party) -> Event {
    Event {
        seq: 1,
        id: Uuid::nil(),
        at: now() - 3 * HOUR,
        kind,
        actor: None,
        party,
        actor_name: "演示人员".into(),
        unit: None,
        unit_name: Some("演示镇".into()),
        level: Some(4),
        status: Status::Accepted,
        note: Some("演示：已到现场".into()),
        sealed_note: None,
        detail: Detail {
            reason: Some("not-our-duty".into()),
            in_time: Some(false),
            satisfied: Some(true),
            idle_hours: Some(9),
            ..Detail::default()
        },
    }
}

/// A life with every step by every party who may take it.
fn life(s: &Shell, catalogue: &Catalogue, reader: Reader) -> Life {
    let events: Vec<Event> =
        Step::ALL.into_iter().flat_map(|step| Party::ALL.map(|party| event(step, party))).collect();
    let told =
        events
            .iter()
            .map(|event| Told { event, internal: Some("内部".into()), pictures: pictures(s).each });
    Life::new(s, catalogue, &overdue(), "演示镇", told.collect(), reader)
}

fn pictures(s: &Shell) -> Pictures {
    let picture = Picture { thumb: "/files/1?size=thumb".into(), full: "/files/1".into() };
    Pictures { alt: s.t("photo"), each: vec![picture.clone(), picture] }
}

fn chips(s: &Shell) -> Vec<Chip> {
    let dues = [None, Some(now() - DAY), Some(now() + 1), Some(now() + 3 * DAY)];
    let states = Status::ALL.into_iter().flat_map(|status| dues.map(|due| (status, due)));
    let matters =
        states.flat_map(|state| [3, 5].map(|level| (state, level))).map(|((status, due), level)| Matter {
            status,
            level: Some(level),
            unit: Some(Uuid::nil()),
            hops: 1,
            respond_due: due,
            climb_due: due,
            resolve_due: due,
            ..sample_matter()
        });
    let mut chips = Vec::new();
    for matter in matters {
        chips.extend([Chip::of(s, &matter, "演示镇"), Chip::short(s, &matter)]);
        for reader in [Reader::Reporter, Reader::Staff] {
            chips.push(Chip::new("new", next(s, &matter, "演示镇", reader)));
        }
    }
    chips
}

/// The pages beside the second of a list.
fn beside(address: &str) -> Beside {
    Beside { previous: format!("{address}?page=1"), next: format!("{address}?page=3") }
}

fn tabs(address: &'static str, open: bool) -> Tabs {
    Tabs { address, open, opened: 2, all: 6, pages: beside(address) }
}

fn crumbs() -> Vec<Crumb> {
    [("421223", "崇阳县"), ("421223100", "天城镇")]
        .map(|(id, name)| Crumb { id: id.into(), name: name.into() })
        .into()
}

fn place() -> PlaceForm {
    PlaceForm {
        words: "演示路口".into(),
        lon: "114.04".into(),
        lat: "29.55".into(),
        area: "421223100".into(),
        crumbs: crumbs(),
        inner: vec![Choice::new("421223100001", "演示村", "421223100001")],
        center: "114.04,29.55".into(),
        shapes: "/areas/421223/shapes.geojson".into(),
        spoken: Some(Spoken {
            id: "421223100001".into(),
            path: "42/4212/421223/421223100/421223100001/".into(),
            name: "天城镇 演示村".into(),
            right: None,
        }),
    }
}

fn errors() -> Errors {
    Errors::one("text", "要改的话")
}

fn questions() -> Vec<Question> {
    let question = |choices: Vec<Choice>| Question {
        name: "attribute[trapped]".into(),
        label: "有人困在里面吗".into(),
        required: choices.is_empty(),
        choices,
        several: false,
        kept: String::new(),
        error: "要填".into(),
    };
    vec![question(Vec::new()), question(vec![Choice::new("yes", "有", "yes")])]
}

fn row(s: &Shell) -> Row {
    Row {
        href: "/matters/421223/1".into(),
        key: "421223.1".into(),
        title: "演示：路面有坑".into(),
        chip: Chip::of(s, &overdue(), "演示镇"),
        number: "261122-048213".into(),
        category: "路面".into(),
        place: "天城镇".into(),
        unit: "演示镇".into(),
        created: now() - HOUR,
    }
}

fn public_pages(s: &Shell, catalogue: &Catalogue) -> Vec<String> {
    let counties = || Counties {
        base: "/",
        crumbs: crumbs(),
        choices: vec![Choice::new("42", "湖北省", "")],
        last: false,
        ask: "county-ask-province",
    };
    let start = |home: &str| StartPage {
        s: s.clone(),
        home: home.into(),
        home_name: "崇阳县".into(),
        counties: counties(),
        counted: Some(Counted { received: 12, closed: 9 }),
    };
    vec![
        start("").render().unwrap(),
        start("421223").render().unwrap(),
        ChoosePage {
            s: s.clone(),
            counties: Counties { last: true, ask: "county-ask-county", ..counties() },
        }
        .render()
        .unwrap(),
        ChoosePage { s: s.clone(), counties: Counties { choices: Vec::new(), ..counties() } }
            .render()
            .unwrap(),
        ReportPage {
            s: s.clone(),
            county: "421223".into(),
            county_name: "崇阳县".into(),
            id: Uuid::nil().to_string(),
            key: "0".repeat(26),
            kept: Kept { private: true, ..Kept::default() },
            place: place(),
            categories: category_groups(s, catalogue, "road-damage"),
            questions: questions(),
            errors: errors(),
            more_open: true,
            look: None,
            photos_kept: String::new(),
            photos_said: String::new(),
        }
        .render()
        .unwrap(),
        mine(s, catalogue, true).render().unwrap(),
        mine(s, catalogue, false).render().unwrap(),
        find(s, true).render().unwrap(),
        find(s, false).render().unwrap(),
        joined(s, catalogue).render().unwrap(),
        PrivacyPage::new(s.clone()).render().unwrap(),
        ApiPage { s: s.clone() }.render().unwrap(),
        design_page(s, catalogue).render().unwrap(),
    ]
}

fn design_page(s: &Shell, catalogue: &Catalogue) -> still::DesignPage {
    let mut page = design::page(s.clone(), catalogue);
    page.chips.extend(chips(s));
    page
}

fn find(s: &Shell, found: bool) -> FindPage {
    let found = found.then(|| Found {
        number: "261122-048213".into(),
        chip: Chip::of(s, &overdue(), "演示镇").big(),
        created: now(),
    });
    FindPage {
        s: s.clone(),
        counties: vec![Choice::new("421223", "崇阳县", "421223")],
        number: "1".into(),
        asked: true,
        found,
    }
}

fn mine(s: &Shell, catalogue: &Catalogue, new: bool) -> MinePage {
    MinePage {
        s: s.clone(),
        county: "421223".into(),
        merged: s.t1("mine-merged", "number", "261122-048213"),
        kept_life: Some(life(s, catalogue, Reader::Joiner)),
        here: "/m/421223/k".into(),
        new,
        said: "mine-said-solved",
        errors: errors(),
        kept: String::new(),
        title: "演示：路面有坑".into(),
        number: "261122-048213".into(),
        category: "路面".into(),
        chip: Chip::of(s, &overdue(), "演示镇").big(),
        holder: "演示镇".into(),
        next: next(s, &overdue(), "演示镇", Reader::Reporter),
        can: Can { answer: true, confirm: true, note: true, withdraw: true },
        question: "哪一段？".into(),
        reply: "已修好".into(),
        closes: "2026-11-29".into(),
        life: life(s, catalogue, Reader::Reporter),
        link: "https://lianxin.example/m/421223/k".into(),
        text: "演示：路面有坑".into(),
        pictures: pictures(s),
        place: "天城镇".into(),
        created: now(),
        contact: "138****1234".into(),
        push_key: "key".into(),
    }
}

fn many(s: &Shell, catalogue: &Catalogue, possible: bool) -> BulkPage {
    let forms = Forms {
        s,
        catalogue,
        here: "/inbox/bulk",
        units: Vec::new(),
        categories: Vec::new(),
        sent: None,
        errors: &Errors::default(),
    };
    BulkPage {
        s: s.clone(),
        title: s.t2("bulk-title", "what", s.t("act-resolve"), "n", 1),
        refused: if possible { String::new() } else { s.t("bulk-none") },
        query: "tab=todo".into(),
        id: Uuid::nil().to_string(),
        form: forms.of(&[Step::Resolve]).pop().filter(|_| possible),
        can: vec![row(s)],
        cannot: vec![row(s)],
        lost: s.t1("bulk-lost", "n", 1),
    }
}

fn joined(s: &Shell, catalogue: &Catalogue) -> JoinedPage {
    JoinedPage {
        new: true,
        link: "https://lianxin.example/j/421223/secret".into(),
        title: "演示：路灯不亮".into(),
        number: "261122-048213".into(),
        category: "路灯".into(),
        chip: Chip::of(s, &overdue(), "演示镇").big(),
        holder: "演示镇".into(),
        next: next(s, &overdue(), "演示镇", Reader::Joiner),
        life: life(s, catalogue, Reader::Joiner),
        place: "天城镇".into(),
        since: now(),
        others: s.t1("twin-others", "n", 3),
        s: s.clone(),
    }
}

/// What was learned by then; nothing at version 0.
fn learned(s: &Shell, version: i64) -> WordsPage {
    let row = WordRow { name: "路灯".into(), examples: 40, found: "90%".into(), right: "88%".into() };
    WordsPage {
        county: "421223".into(),
        county_name: "崇阳县".into(),
        enough: 200,
        version,
        at: now(),
        examples: 260,
        share: "85%".into(),
        rows: if version == 0 { Vec::new() } else { vec![row] },
        s: s.clone(),
    }
}

fn kept_views(s: &Shell, views: Vec<KeptView>) -> ViewsPage {
    ViewsPage {
        s: s.clone(),
        errors: Errors::one("name", "要改"),
        refused: String::new(),
        query: "tab=open".into(),
        conditions: vec![s.t("inbox-tab-open")],
        name: "演示".into(),
        circles: vec![Choice::new("421223100", "天城镇", "")],
        views,
    }
}

fn matter(s: &Shell, catalogue: &Catalogue, opened: bool) -> MatterPage {
    let fact = |id: &str| (s.t(id), "演示".to_owned());
    let units = vec![Group { name: s.t("act-units-duty"), choices: vec![Choice::new("1", "演示镇", "")] }];
    let categories = category_groups(s, catalogue, "road-damage");
    let forms = Forms {
        s,
        catalogue,
        here: "/matters/421223/1",
        units,
        categories,
        sent: None,
        errors: &Errors::default(),
    };
    MatterPage {
        here: "/matters/421223/1".into(),
        said: s.t("act-accept-said"),
        refused: s.t("matter-step-party"),
        errors: Errors::one("reason", "要改"),
        crumbs: crumbs(),
        title: "演示：路面有坑".into(),
        chip: Chip::of(s, &overdue(), "演示镇").big(),
        holder: s.t("matter-holder-none"),
        next: next(s, &overdue(), "演示镇", Reader::Staff),
        text: String::new(),
        pictures: pictures(s),
        forms: forms.of(&Step::ALL),
        life: life(s, catalogue, Reader::Staff),
        number: "261122-048213".into(),
        category: "路面".into(),
        place: "天城镇".into(),
        facts: vec![fact("matter-channel"), fact("matter-level")],
        times: vec![(s.t("matter-received"), now())],
        point: Some(Point { points: "/p".into(), shapes: "/s".into(), center: "114,29".into() }),
        opened: opened.then(|| vec![fact("personal-phone")]),
        masked: vec![fact("personal-name"), fact("personal-text")],
        may_open: true,
        sources: vec![(
            "/sources/421223/1".into(),
            "演示：管子太细".into(),
            Chip::new("on-time", s.t("source-under-way")),
        )],
        source_new: "/sources/new/421223/1".into(),
        held: "/held/421223/1".into(),
        exclusion: Some(("/exclusions/421223/1".into(), s.t("exclusions-link"))),
        disputes: vec![("/disputes/421223/1".into(), Chip::new("on-time", "调解中".into()))],
        calls: cases::calls(s),
        same: Default::default(),
        s: s.clone(),
    }
}

fn staff_pages(s: &Shell, catalogue: &Catalogue) -> Vec<String> {
    let choice = || vec![Choice::new("421223", "崇阳县", "421223"), Choice::new("421202", "咸安区", "")];
    let inbox = |groups: Vec<DueGroup>, applied: Vec<Choice>| InboxPage {
        s: s.clone(),
        since: s.t1("inbox-words-since", "date", "2026-08-22"),
        roles: s.t("role-dispatcher"),
        may_enter: true,
        may_export: true,
        query: "tab=todo".into(),
        filter: Filter::default(),
        tabs: vec![Tab {
            href: "/inbox".into(),
            label: s.t("inbox-tab-todo"),
            count: "3".into(),
            current: true,
        }],
        lately: true,
        glance: vec![Glance {
            href: "/inbox?by=over".into(),
            chip: Chip::new("overdue", s.t("inbox-due-over")),
            count: "3".into(),
            current: true,
        }],
        views: choice(),
        acts: choice(),
        all: s.t1("bulk-all", "n", 40),
        statuses: choice(),
        categories: category_groups(s, catalogue, ""),
        areas: choice(),
        whose: choice(),
        applied,
        groups,
        total: "1".into(),
        pages: Pages { said: s.t2("pages-said", "from", 1, "to", 40), beside: beside("/inbox") },
    };
    vec![
        FieldPage { s: s.clone() }.render().unwrap(),
        learned(s, 3).render().unwrap(),
        learned(s, 0).render().unwrap(),
        inbox(vec![DueGroup { heading: s.t("inbox-due-today"), rows: vec![row(s)] }], choice())
            .render()
            .unwrap(),
        inbox(Vec::new(), choice()).render().unwrap(),
        inbox(Vec::new(), Vec::new()).render().unwrap(),
        many(s, catalogue, true).render().unwrap(),
        many(s, catalogue, false).render().unwrap(),
        BulkDonePage {
            s: s.clone(),
            title: s.t("bulk-done-accept"),
            query: "tab=todo".into(),
            said: s.t2("bulk-said", "done", 1, "refused", 2),
            already: s.t1("bulk-already", "n", 1),
            refused: vec![(row(s), s.t("matter-step-party"))],
            done: vec![row(s)],
            lost: s.t1("bulk-lost", "n", 1),
        }
        .render()
        .unwrap(),
        kept_views(s, Vec::new()).render().unwrap(),
        kept_views(
            s,
            vec![KeptView {
                id: Uuid::nil(),
                name: "演示".into(),
                href: "/inbox?tab=open".into(),
                shared: s.t1("view-shared", "with", "演示镇"),
                own: true,
            }],
        )
        .render()
        .unwrap(),
        matter(s, catalogue, true).render().unwrap(),
        matter(s, catalogue, false).render().unwrap(),
        EnterPage {
            s: s.clone(),
            county: "421223".into(),
            counties: choice(),
            id: Uuid::nil().to_string(),
            key: "0".repeat(26),
            channels: choice(),
            kept: Kept::default(),
            place: place(),
            categories: category_groups(s, catalogue, ""),
            questions: questions(),
            errors: errors(),
        }
        .render()
        .unwrap(),
        EnteredPage {
            s: s.clone(),
            county: "421223".into(),
            number: "261122-048213".into(),
            chip: Chip::of(s, &overdue(), "演示镇").big(),
            holder: s.t("matter-holder-none"),
            next: String::new(),
            link: "https://lianxin.example/m/421223/k".into(),
            href: "/matters/421223/1".into(),
        }
        .render()
        .unwrap(),
        MapPage {
            s: s.clone(),
            shown: 3,
            without_point: 1,
            places: choice(),
            pictures: choice(),
            heat: String::new(),
            dense: true,
            points: "/map/matters.geojson".into(),
            shapes: "/areas/421223/shapes.geojson".into(),
            rows: vec![row(s)],
        }
        .render()
        .unwrap(),
        CategoriesPage {
            s: s.clone(),
            said: "已改".into(),
            errors: Errors::default(),
            county: "421223".into(),
            county_name: "演示县".into(),
            counties: choice(),
            groups: groups(s, catalogue, catalogue, None),
            may_manage: true,
            holidays_missing: Some(2027),
        }
        .render()
        .unwrap(),
    ]
}

/// What a reader sees or hears: the text between tags, and the attributes that are spoken.
fn heard(page: &str) -> String {
    let mut heard = String::new();
    for piece in page.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        for attribute in ["aria-label=\"", "placeholder=\"", "alt=\"", "title=\""] {
            let spoken = tag.split(attribute).nth(1).and_then(|rest| rest.split('"').next());
            heard.push_str(spoken.unwrap_or_default());
            heard.push('\n');
        }
        // What scripts read is nobody's text.
        if !tag.starts_with("script") {
            heard.push_str(text);
        }
        heard.push('\n');
    }
    heard
}

/// Words that look like the id of a message that is missing: `step-climb`.
fn leaks(page: &str) -> Vec<String> {
    let is_id = |word: &&str| {
        let (parts, letters) = (word.split('-').count(), |c: char| c.is_ascii_lowercase() || c == '-');
        parts > 1 && word.chars().all(letters) && !word.starts_with('-') && !word.ends_with('-')
    };
    let text = heard(page);
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .filter(is_id)
        .map(str::to_owned)
        .collect()
}

/// Every sample of this room.
fn pages(s: &Shell, catalogue: &Catalogue) -> Vec<String> {
    let all = [
        public_pages(s, catalogue),
        staff_pages(s, catalogue),
        told::pages(s),
        cases::pages(s),
        sources::pages(s),
        patrols::pages(s),
        held::pages(s),
        retention::pages(s),
        enterprise::pages(s, catalogue),
        exclusions::pages(s),
        search::pages(s),
        crate::figures::samples::pages(s),
    ];
    all.into_iter().flatten().collect()
}

#[test]
fn every_page_speaks_every_language() {
    let (locales, catalogue) = (locales(), Catalogue::defaults().unwrap());
    for language in [Language::ZhCn, Language::ZhTw] {
        let s = Shell::sample(locales.speak(language), now());
        for page in pages(&s, &catalogue) {
            assert_eq!(
                leaks(&page),
                [""; 0],
                "{language:?}: {}",
                page.split("<main").nth(1).unwrap_or(&page)
            );
        }
    }
    // English has hyphens of its own; its messages are compared one by one below.
    let s = Shell::sample(locales.speak(Language::En), now());
    assert!(pages(&s, &catalogue).iter().all(|page| page.contains("<main")));
}

#[test]
fn the_three_languages_have_the_same_messages() {
    let ids = |text: &str| -> Vec<String> {
        let id = |line: &str| line.split_once(" =").map(|(id, _)| id.to_owned());
        let mut ids: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(id)
            .collect();
        ids.sort();
        ids
    };
    let [cn, tw, en] = crate::MESSAGES.map(ids);
    assert_eq!(cn, tw);
    assert_eq!(cn, en);
}

#[test]
fn the_report_page_has_two_required_fields_at_most() {
    let (locales, catalogue) = (locales(), Catalogue::defaults().unwrap());
    let s = Shell::sample(locales.speak(Language::ZhCn), now());
    let page = ReportPage {
        county: "421223".into(),
        county_name: "崇阳县".into(),
        id: Uuid::nil().to_string(),
        key: "0".repeat(26),
        kept: Kept::default(),
        place: PlaceForm { spoken: None, ..place() },
        categories: category_groups(&s, &catalogue, ""),
        questions: Vec::new(),
        errors: Errors::default(),
        more_open: false,
        look: None,
        photos_kept: String::new(),
        photos_said: String::new(),
        s,
    };
    assert_eq!(page.render().unwrap().matches(" required").count(), 1);
}

/// Sent out, to be taken in an hour, a level's share ten hours later.
fn sent_out(level: i64) -> Matter {
    Matter {
        status: Status::Dispatched,
        level: Some(level),
        unit: Some(Uuid::nil()),
        respond_due: Some(now() + HOUR),
        climb_due: Some(now() + 11 * HOUR),
        resolve_due: Some(now() + 3 * DAY),
        ..sample_matter()
    }
}

#[test]
fn a_page_names_one_time_for_taking_it() {
    let locales = locales();
    let (taken, above) = ("09:30", "19:30");
    let missed = |level| Matter { respond_due: Some(now() - HOUR), ..sent_out(level) };
    for language in [Language::ZhCn, Language::ZhTw, Language::En] {
        let s = Shell::sample(locales.speak(language), now());
        for level in [3, 5] {
            assert!(Chip::short(&s, &sent_out(level)).text.contains(taken), "{language:?}");
            for reader in [Reader::Reporter, Reader::Staff] {
                let said = next(&s, &sent_out(level), "演示局", reader);
                assert!(said.contains(taken) && !said.contains(above), "{said}");
                let late = next(&s, &missed(level), "演示局", reader);
                assert!(late.contains(above) && !late.contains("07:30") && late != said, "{late}");
            }
            let named =
                |message: &str| times(&s, &sent_out(level)).contains(&(s.t(message), now() + 11 * HOUR));
            let top = level == 3;
            assert_eq!((named("matter-due-idle"), named("matter-due-climb")), (top, !top), "{language:?}");
        }
    }
}

#[test]
fn reporters_do_not_read_of_themselves_in_the_third_person() {
    let (locales, catalogue) = (locales(), Catalogue::defaults().unwrap());
    let s = Shell::sample(locales.speak(Language::ZhCn), now());
    for party in [Party::Reporter, Party::Dispatcher, Party::Unit] {
        for step in Step::ALL {
            let event = Event { detail: Detail::default(), note: None, ..event(step, party) };
            for status in Status::ALL {
                let matter = Matter { status, ..sent_out(5) };
                let told = vec![Told { event: &event, internal: None, pictures: Vec::new() }];
                let life = Life::new(&s, &catalogue, &matter, "演示镇", told, Reader::Reporter);
                let (life, chip) = (life.render().unwrap(), Chip::of(&s, &matter, "演示镇").text);
                assert!(
                    !life.contains("反映人") && !chip.contains("反映人"),
                    "{step:?} by {party:?}, {status:?}: {chip} {life}"
                );
            }
        }
    }
}

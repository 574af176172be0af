//! Who is told what, when, and how.

use std::sync::Mutex;

use lianxin_foundation::account::{AddToken, ChangePassword};
use lianxin_foundation::clock::{DAY, HOUR, MINUTE, SECOND};
use lianxin_foundation::outbox::rules::Quiet;
use lianxin_foundation::outbox::{Address, Carrier, Channel, Device, Group, Message, Outcome, Ways};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{App, Micros, Result, Right, Role, sql};
use lianxin_matters::Matters;
use lianxin_matters::actions::{Ask, Object, Report, ReporterAnswer, ReporterConfirm};
use lianxin_matters::told::actions::{AddDevice, AddFeed, Choose, DropDevice, Holder, RevokeFeed};
use lianxin_matters::told::{Choice, News, store, worker};
use lianxin_testkit::{Browser, House, PASSWORD, Person, both_engines, path_of};
use tokio::sync::watch;
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, KEY, VILLAGE, code, reporter};

/// Keeps what it carries and answers as told.
struct Postman {
    answer: Outcome,
    carried: Mutex<Vec<(Channel, String, Message)>>,
}

impl Postman {
    fn new() -> Postman {
        Postman { answer: Outcome::Sent, carried: Mutex::default() }
    }

    /// What was carried since it was last asked: channel, address, text.
    fn carried(&self) -> Vec<(Channel, String, String)> {
        let carried = std::mem::take(&mut *self.carried.lock().unwrap());
        carried.into_iter().map(|(channel, to, message)| (channel, to, message.text)).collect()
    }
}

impl Carrier for Postman {
    async fn carry(&self, channel: Channel, to: &Address, message: &Message) -> Outcome {
        let to = match to {
            Address::Email(to) | Address::Phone(to) | Address::Group(to) => to.clone(),
            Address::Device(device) => device.endpoint.clone(),
        };
        self.carried.lock().unwrap().push((channel, to, message.clone()));
        self.answer.clone()
    }
}

/// One round of telling people, which nobody stops.
async fn round(app: &App, matters: &Matters, carrier: &impl Carrier) -> Result<usize> {
    let (_going_on, mut stopped) = watch::channel(false);
    worker::round(app, matters, carrier, &mut stopped).await
}

/// A handler of the grid's unit who can sign in.
async fn worker_of(county: &County, login: &str) -> Person {
    let house = &county.house;
    let post = Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) };
    house.person(login, &[post]).await
}

fn ways() -> Ways {
    let group = Group {
        name: "演示工作群".into(),
        channel: Channel::WeCom,
        path: path_of(VILLAGE),
        news: vec!["climbed".into(), "late".into()],
        language: "zh-CN".into(),
    };
    Ways { email: true, sms: true, push_key: Some("demo".into()), groups: vec![group] }
}

/// The county with every way out.
async fn county_with_ways(house: &House) -> (County, Matters) {
    let county = County::new(house).await;
    let matters = county.matters.clone().with_ways(ways());
    (county, matters)
}

/// By e-mail, at once, at any hour.
fn by_email(wait: i64) -> Choose {
    Choose {
        ways: Choice::suggested("zh-CN").ways,
        email: Some("li@county.example".into()),
        phone: Some("138 0000 0000".into()),
        quiet: Quiet { from: 0, to: 0 },
        wait,
        language: "zh-CN".into(),
    }
}

async fn notices(house: &House, person: &Person) -> Vec<(News, bool)> {
    let scope = person.who.scope(Right::SeeMatters, house.now());
    let mut tx = house.db().read().await.unwrap();
    let found = store::notices(&mut tx, &scope, COUNTY, person.account(), 50).await.unwrap();
    found.into_iter().map(|notice| (notice.news, notice.read)).collect()
}

async fn count(house: &House, text: &'static str) -> i64 {
    sql(text).scalar(&mut house.db().read().await.unwrap()).await.unwrap()
}

fn browser(house: &House, matters: &Matters) -> Browser {
    house.browser(lianxin_matters::routes().layer(axum::Extension(matters.clone())))
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_matters::MESSAGES];

    /// Nothing is set up: the list in the program works all the same, and nothing waits to leave.
    async fn the_list_works_without_any_way_out(house: House) {
        let county = County::new(&house).await;
        let li = worker_of(&county, "li").await;
        let id = county.filed().await;
        assert_eq!(worker::spread(house.app(), &county.matters).await.unwrap(), 2, "reported and sent");
        assert_eq!(worker::spread(house.app(), &county.matters).await.unwrap(), 0, "once");
        assert_eq!(notices(&house, &li).await, [(News::Assigned, false)]);
        assert_eq!(count(&house, "select count(*) from letter").await, 0);
        let mut browser = browser(&house, &county.matters);
        let add = AddToken { county: COUNTY.into(), account: li.account(), name: "demo".into(), expires_at: None };
        let mut program = browser.clone().bearing(&house.app().act(&li.who, &add).await.unwrap());
        let listed = program.get("/api/v1/notices").await.json();
        assert_eq!((&listed[0]["news"], &listed[0]["read"], &listed[0]["matter"]), (&"arrived".into(), &false.into(), &id.to_string().into()));
        for (until, status) in [("yesterday", 422), ("2000-01-01T00:00:00Z", 200)] {
            let seen = program.json("POST", "/api/v1/notices/seen", &serde_json::json!({ "until": until })).await;
            assert_eq!(seen.status, status, "{until}");
        }
        browser.sign_in(&li).await;
        let page = browser.get("/notices").await.text();
        assert!(page.contains("派给我单位") && page.contains("1 条没看") && page.contains("没有接通短信"), "{page}");
        assert!(page.contains("<span class=\"count\">1</span>"), "the bell counts");
        browser.get(&format!("/matters/{COUNTY}/{id}")).await;
        assert_eq!(notices(&house, &li).await, [(News::Assigned, true)], "whoever opened the matter has seen it");
        assert!(!browser.get("/notices").await.text().contains("class=\"count\""));
    }

    /// Each kind of news reaches whom it is for, nobody else, and never whoever did it.
    async fn news_reaches_whom_it_is_for(house: House) {
        let county = County::new(&house).await;
        let (app, matters) = (house.app(), &county.matters);
        let li = worker_of(&county, "li").await;
        let post = |role, area| house.post(role, area);
        let near = house.person("near", &[post(Role::Dispatcher, VILLAGE)]).await;
        let far = house.person("far", &[post(Role::Dispatcher, COUNTY)]).await;
        let boss = house.person("boss", &[post(Role::Supervisor, COUNTY)]).await;
        let told = async |person: &Person| -> Vec<News> {
            worker::spread(app, matters).await.unwrap();
            notices(&house, person).await.into_iter().map(|(news, _)| news).collect()
        };
        let id = county.filed().await;
        let reason = matters.catalogue.templates("object")[0].code.clone();
        let object = Object { matters, county: COUNTY.into(), id, reason, note: String::new() };
        app.act(&county.handlers[0], &object).await.unwrap();
        assert_eq!(told(&near).await, [News::Returned]);
        assert!(told(&far).await.is_empty(), "the nearest dispatcher is enough");

        house.clock().set(house.now() + MINUTE);
        let second = county.file(&Report { key: Some(KEY.into()), id: Some(Uuid::from_u128(9)), ..county.report() }).await;
        assert_eq!(code(second), "matter-id-taken", "one secret, one matter");
        let other = "zzzzzzzzzzzzzzzzzzzzzzzzzz";
        let id = county.file(&Report { key: Some(other.into()), ..county.report() }).await.unwrap().id;
        app.act(&li.who, &county.accept(id)).await.unwrap();
        app.act(&li.who, &Ask { matters, county: COUNTY.into(), id, question: "哪里？".into() }).await.unwrap();
        house.clock().set(house.now() + MINUTE);
        let answer = ReporterAnswer { matters, county: COUNTY.into(), secret: other.into(), text: "门口".into(), photos: Vec::new() };
        app.act(&reporter(), &answer).await.unwrap();
        app.act(&li.who, &county.resolve(id)).await.unwrap();
        house.clock().set(house.now() + MINUTE);
        let confirm = ReporterConfirm { matters, county: COUNTY.into(), secret: other.into(), solved: false, satisfied: None, comment: String::new() };
        app.act(&reporter(), &confirm).await.unwrap();
        assert_eq!(told(&li).await, [News::Answered, News::Assigned, News::Assigned]);
        assert_eq!(told(&boss).await, [News::Reopened]);
    }

    /// Several things within the wait are one message; it says numbers and kinds, never what somebody wrote.
    async fn many_pings_are_one_digest(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let li = worker_of(&county, "li").await;
        house.app().act(&li.who, &by_email(10)).await.unwrap();
        let postman = Postman::new();
        let start = house.now();
        for n in 0..7 {
            house.clock().set(start + n * SECOND);
            county.file(&Report { key: None, ..county.report() }).await.unwrap();
        }
        round(house.app(), &matters, &postman).await.unwrap();
        assert!(postman.carried().is_empty(), "it is gathered");
        house.clock().set(start + 10 * MINUTE);
        assert_eq!(round(house.app(), &matters, &postman).await.unwrap(), 1);
        let carried = postman.carried();
        let [(channel, to, text)] = &carried[..] else { panic!("{carried:?}") };
        assert_eq!((*channel, to.as_str()), (Channel::Email, "li@county.example"));
        assert!(text.lines().count() == 6 && text.contains("还有 2 件"), "{text}");
        assert!(text.contains("派给您单位") && !text.contains("垃圾三天没清"), "{text}");
        house.clock().set(start + DAY);
        assert_eq!(round(house.app(), &matters, &postman).await.unwrap(), 0);
        let opened = "select count(*) from audit where action = 'told-open' and actor is null";
        assert_eq!(count(&house, opened).await, 1, "the address was opened on record");
    }

    /// At night only what puts life at risk comes; the rest in the morning, together.
    async fn nights_are_quiet_but_for_danger(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        for category in ["life-danger", "garbage"] {
            house.duty(county.units[0], category, GRID).await;
        }
        let li = worker_of(&county, "li").await;
        house.app().act(&li.who, &Choose { quiet: Quiet::default(), ..by_email(0) }).await.unwrap();
        let night = house.now() + 14 * HOUR + 30 * MINUTE;
        house.clock().set(night);
        county.file(&Report { key: None, ..county.report() }).await.unwrap();
        county.file(&Report { key: None, category: Some("life-danger".into()), ..county.report() }).await.unwrap();
        let postman = Postman::new();
        round(house.app(), &matters, &postman).await.unwrap();
        let now: Vec<_> = postman.carried().into_iter().filter(|sent| sent.0 == Channel::Email).collect();
        assert_eq!(now.len(), 1, "{now:?}");
        assert_eq!(now[0].2.lines().count(), 1, "the other waits");
        house.clock().set(night + 8 * HOUR);
        round(house.app(), &matters, &postman).await.unwrap();
        assert!(postman.carried().iter().any(|sent| sent.0 == Channel::Email), "in the morning");
    }

    /// By the contact on the report: the e-mail address first, else the number; in the reporter's language.
    async fn the_reporter_is_told_by_the_contact_they_gave(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let postman = Postman::new();
        let phone = Report { key: None, phone: Some("13900000000".into()), language: "en".into(), ..county.report() };
        county.file(&phone).await.unwrap();
        let both = Report { email: Some("wang@home.example".into()), phone: Some("13900000000".into()), ..county.report() };
        let id = county.file(&both).await.unwrap().id;
        county.file(&Report { key: None, ..county.report() }).await.unwrap();
        worker::spread(house.app(), &matters).await.unwrap();
        house.clock().set(house.now() + 3 * MINUTE);
        round(house.app(), &matters, &postman).await.unwrap();
        let mut carried = postman.carried();
        carried.sort();
        assert_eq!(carried.len(), 2, "the third gave no contact: {carried:?}");
        assert!(carried[0].0 == Channel::Email && carried[0].1 == "wang@home.example" && carried[0].2.contains("已收到"));
        assert!(carried[1].0 == Channel::Sms && carried[1].1 == "13900000000" && carried[1].2.contains("We have what you reported"));
        house.app().act(&county.handlers[0], &county.accept(id)).await.unwrap();
        house.app().act(&county.handlers[0], &county.resolve(id)).await.unwrap();
        worker::spread(house.app(), &matters).await.unwrap();
        house.clock().set(house.now() + 3 * MINUTE);
        round(house.app(), &matters, &postman).await.unwrap();
        let carried = postman.carried();
        assert_eq!(carried.len(), 1);
        assert!(carried[0].2.contains("有单位接了") && carried[0].2.contains("告诉我们解决没有"), "{carried:?}");
    }

    /// A private matter's message does not even say what kind it is.
    async fn a_private_matter_stays_private_on_a_lock_screen(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let li = worker_of(&county, "li").await;
        house.app().act(&li.who, &by_email(0)).await.unwrap();
        county.file(&Report { key: None, private: true, ..county.report() }).await.unwrap();
        let postman = Postman::new();
        round(house.app(), &matters, &postman).await.unwrap();
        let text = &postman.carried()[0].2;
        let kind = matters.catalogue.name("garbage", lianxin_foundation::i18n::Language::ZhCn);
        assert!(text.contains("不公开的事项") && !text.contains(&kind), "{text}");
    }

    /// One reminder for each deadline, none when it was settled or moved.
    async fn one_reminder_before_it_is_late(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let app = house.app();
        let li = worker_of(&county, "li").await;
        let id = county.accepted().await;
        worker::spread(app, &matters).await.unwrap();
        let due = county.stored(id).await.resolve_due.unwrap();
        let late = async |at: Micros| {
            house.clock().set(at);
            worker::spread(app, &matters).await.unwrap();
            worker::remind(app, &matters).await.unwrap()
        };
        assert_eq!(late(due - 4 * HOUR - MINUTE).await, 0, "not yet");
        assert_eq!(late(due - 4 * HOUR).await, 1);
        assert_eq!(late(due - HOUR).await, 0, "once");
        let told = notices(&house, &li).await;
        assert_eq!(told.iter().filter(|(news, _)| *news == News::Late).count(), 1, "{told:?}");
        // The group of the village hears of it too.
        let postman = Postman::new();
        round(app, &matters, &postman).await.unwrap();
        let groups: Vec<_> = postman.carried().into_iter().filter(|sent| sent.0 == Channel::WeCom).collect();
        assert!(groups.len() == 1 && groups[0].1 == "演示工作群" && groups[0].2.contains("快到期了"), "{groups:?}");
        let settled = county.file(&Report { key: None, ..county.report() }).await.unwrap().id;
        app.act(&county.handlers[0], &county.accept(settled)).await.unwrap();
        let due = county.stored(settled).await.resolve_due.unwrap();
        app.act(&county.handlers[0], &county.resolve(settled)).await.unwrap();
        assert_eq!(late(due - HOUR).await, 0, "settled");
        assert_eq!(count(&house, "select count(*) from reminder").await, 0);
    }

    /// Who lost their post, or can no longer sign in, is told nothing more.
    async fn who_may_not_see_it_is_not_told(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let li = worker_of(&county, "li").await;
        house.app().act(&li.who, &by_email(10)).await.unwrap();
        county.filed().await;
        worker::spread(house.app(), &matters).await.unwrap();
        let mut tx = house.db().write().await.unwrap();
        sql("update post set valid_to = $1").bind(house.now() + MINUTE).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        house.clock().set(house.now() + 10 * MINUTE);
        let postman = Postman::new();
        round(house.app(), &matters, &postman).await.unwrap();
        assert!(postman.carried().is_empty());
        let scope = lianxin_foundation::Scope::of(&[], Right::SeeMatters, house.now());
        let mut tx = house.db().read().await.unwrap();
        assert!(store::notices(&mut tx, &scope, COUNTY, li.account(), 9).await.unwrap().is_empty());
    }

    /// A browser agrees, is told, and is forgotten when it takes that back; the reporter's by their link alone.
    async fn browsers_agree_and_take_it_back(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let li = worker_of(&county, "li").await;
        let device = |at: &str| Device { endpoint: at.into(), p256dh: "B".repeat(87), auth: "A".repeat(22), page: String::new() };
        let add = |at: &str| AddDevice { holder: Holder::Myself, device: device(at) };
        for bad in ["http://push.example/1", "https:", "", "file:///x"] {
            let bad = if bad == "https:" { Device { auth: "A".into(), ..device("https://push.example/") } } else { device(bad) };
            assert_eq!(code(house.app().act(&li.who, &AddDevice { holder: Holder::Myself, device: bad }).await), "told-device-form");
        }
        house.app().act(&li.who, &add("https://push.example/li")).await.unwrap();
        house.app().act(&li.who, &add("https://push.example/li")).await.unwrap();
        assert_eq!(count(&house, "select count(*) from push_device").await, 1, "once");
        assert_eq!(code(house.app().act(&reporter(), &add("https://push.example/x")).await), "problem-sign-in");
        county.filed().await;
        let wrong = Holder::Reporter { county: COUNTY.into(), secret: "0".repeat(26) };
        assert_eq!(code(house.app().act(&reporter(), &AddDevice { holder: wrong, device: device("https://push.example/w") }).await), "problem-not-found");
        let link = Holder::Reporter { county: COUNTY.into(), secret: KEY.into() };
        house.app().act(&reporter(), &AddDevice { holder: link, device: device("https://push.example/wang") }).await.unwrap();
        let gone = Postman { answer: Outcome::Gone, ..Postman::new() };
        worker::spread(house.app(), &matters).await.unwrap();
        house.clock().set(house.now() + HOUR);
        round(house.app(), &matters, &gone).await.unwrap();
        let mut to: Vec<String> = gone.carried().into_iter().map(|sent| sent.1).collect();
        to.sort();
        assert_eq!(to, ["https://push.example/li", "https://push.example/wang"]);
        assert_eq!(count(&house, "select count(*) from push_device").await, 0, "forgotten");
        let none = DropDevice { holder: Holder::Myself, id: Uuid::nil() };
        assert_eq!(code(house.app().act(&li.who, &none).await), "problem-not-found");
    }

    async fn a_person_chooses_on_the_page(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let li = worker_of(&county, "li").await;
        let mut browser = browser(&house, &matters);
        browser.sign_in(&li).await;
        let fields = |email: &'static str, from: &'static str| {
            [("email", email), ("phone", ""), ("quiet", "1"), ("quiet-from", from), ("quiet-to", "06:30"), ("wait", "60"), ("way", "late:email")]
        };
        for (email, from, words) in [("nobody", "22:00", "电子邮"), ("li@county.example", "25:00", "时间要写成")] {
            let refused = browser.post("/me/told", &fields(email, from)).await;
            assert_eq!(refused.status, 422, "{email} {from}");
            assert!(refused.text().contains(words) || refused.text().contains("邮箱"), "{words}");
        }
        assert_eq!(browser.post("/me/told", &fields("li@county.example", "21:15")).await.status, 303);
        let page = browser.get("/me/told?said=kept").await.text();
        assert!(page.contains("21:15") && page.contains("l…@county.example") && !page.contains("li@county.example"), "masked");
        assert!(page.contains("value=\"late:email\" checked") && page.contains("value=\"arrived:email\">"), "{page}");
        let kept = browser.post("/me/told", &fields("", "21:15")).await;
        assert_eq!(kept.status, 303);
        assert!(browser.get("/me/told").await.text().contains("l…@county.example"), "left empty, it stays");
        browser.post("/me/told", &[("email-gone", "1"), ("wait", "0")]).await;
        let page = browser.get("/me/told").await.text();
        assert!(!page.contains("county.example") && !page.contains("value=\"late:email\" checked"));
        assert_eq!(count(&house, "select count(*) from told_choice where sealed_email is not null").await, 0);
        let mut nobody = self::browser(&house, &matters);
        for page in ["/me/told", "/notices", "/letters"] {
            assert!(nobody.get(page).await.location().starts_with("/sign-in"), "{page}");
        }
        assert_eq!(browser.get("/letters").await.status, 403, "for administrators");
    }

    /// A feed opens by its secret and nothing else, shows what its owner may see, and closes when revoked.
    async fn feeds_open_by_their_own_secret(house: House) {
        let county = County::new(&house).await;
        let li = worker_of(&county, "li").await;
        let id = county.filed().await;
        county.file(&Report { key: None, private: true, text: "演示：不公开的话".into(), ..county.report() }).await.unwrap();
        worker::spread(house.app(), &county.matters).await.unwrap();
        let secret = house.app().act(&li.who, &AddFeed).await.unwrap();
        let mut reader = browser(&house, &county.matters);
        let mine = |name: &str| format!("/feeds/mine/{COUNTY}/{secret}/{name}");
        let inbox = reader.get(&mine("inbox.atom")).await;
        assert_eq!((inbox.status, inbox.header("content-type")), (200, "application/atom+xml; charset=utf-8"));
        assert_eq!(inbox.text().matches("<entry>").count(), 2);
        assert!(!inbox.text().contains("不公开的话") && !inbox.text().contains(&secret), "nothing to pass on");
        let calendar = reader.get(&mine("deadlines.ics")).await;
        assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
        let text = calendar.text().replace("\r\n ", "");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
        assert!(text.contains(&format!("UID:{id}@lianxin")) && text.contains("BEGIN:VALARM"), "{text}");
        let public = reader.get(&format!("/feeds/areas/{COUNTY}.atom")).await.text();
        assert_eq!(public.matches("<entry>").count(), 1, "the private one is left out");
        assert!(public.contains("垃圾三天没清") && !public.contains("不公开的话"));
        for none in [mine("inbox.atom").replace(&secret, "0"), "/feeds/areas/42.atom".into(), "/feeds/areas/999999".into(), mine("x")] {
            assert_eq!(reader.get(&none).await.status, 404, "{none}");
        }
        // It opens nothing else, and is no access token.
        assert!(reader.get("/notices").await.location().starts_with("/sign-in"));
        assert_eq!(reader.clone().bearing(&format!("lx_{COUNTY}_{secret}")).get("/api/v1/matters").await.status, 401);
        let keys = store::feed_keys(&mut house.db().read().await.unwrap(), COUNTY, li.account()).await.unwrap();
        assert_eq!(keys[0].used_at, Some(house.now()));
        // Whoever had the old password may have made some: a new one closes what opens without a sign-in.
        let other = worker_of(&county, "zhao").await;
        let kept = house.app().act(&other.who, &AddFeed).await.unwrap();
        let device = Device { endpoint: "https://push.example/zhao".into(), p256dh: "B".repeat(87), auth: "A".repeat(22), page: String::new() };
        house.app().act(&other.who, &AddDevice { holder: Holder::Myself, device }).await.unwrap();
        assert_eq!(reader.get(&format!("/feeds/mine/{COUNTY}/{kept}/inbox.atom")).await.status, 200);
        let change = ChangePassword { current: PASSWORD.into(), new: "Another-Password-7".into() };
        change.attempt(house.app(), &other.who).await.unwrap();
        assert_eq!(reader.get(&format!("/feeds/mine/{COUNTY}/{kept}/inbox.atom")).await.status, 404);
        assert_eq!(count(&house, "select count(*) from push_device").await, 0);
        assert_eq!(reader.get(&mine("inbox.atom")).await.status, 200, "nobody else's");
        let stranger = worker_of(&county, "stranger").await;
        assert_eq!(code(house.app().act(&stranger.who, &RevokeFeed { id: keys[0].id }).await), "problem-not-found");
        house.app().act(&li.who, &RevokeFeed { id: keys[0].id }).await.unwrap();
        assert_eq!(reader.get(&mine("deadlines.ics")).await.status, 404);
    }

    /// Two programs on one database: everybody is told once.
    async fn two_programs_tell_everybody_once(house: House) {
        let (county, matters) = county_with_ways(&house).await;
        let li = worker_of(&county, "li").await;
        house.app().act(&li.who, &by_email(0)).await.unwrap();
        for _ in 0..10 {
            county.file(&Report { key: None, ..county.report() }).await.unwrap();
        }
        let postman = Postman::new();
        let round = || round(house.app(), &matters, &postman);
        let (one, two) = tokio::join!(round(), round());
        let sent = one.unwrap() + two.unwrap() + round().await.unwrap();
        let lines: usize = postman.carried().iter().map(|sent| sent.2.lines().count()).sum();
        assert!(sent >= 1 && lines >= 6, "{sent} {lines}");
        assert_eq!(notices(&house, &li).await.len(), 10);
        assert_eq!(count(&house, "select count(*) from letter where state = 'sent'").await, 10);
        assert_eq!(count(&house, "select count(*) from to_tell").await, 0);
    }
}

//! The pages of two-way checks, and the interface for programs, without a network.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::account::AddToken;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Role, Who, sql};
use lianxin_reconcile::worker;
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_testkit::{Browser, House, Person, both_engines};
use tokio::sync::watch;
use uuid::Uuid;

const COUNTY: &str = "421223";
const TOWN: &str = "421223100";
const VILLAGE: &str = "421223100001";

/// A secretary who runs checks, a clerk of the office asked, and a clerk of another one.
struct Yard {
    house: House,
    office: Uuid,
    secretary: Browser,
    clerk: Browser,
    other: Browser,
    person: Person,
}

impl Yard {
    async fn new(house: House) -> Yard {
        house.area(VILLAGE).await;
        let office = house.organisation(COUNTY, "unit", "演示民政局").await;
        let other = house.organisation(COUNTY, "unit", "演示医保局").await;
        let of = |unit| Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) };
        let secretary = house.person("secretary", &[house.post(Role::Secretary, TOWN)]).await;
        let clerk = house.person("clerk", &[of(office)]).await;
        let stranger = house.person("other", &[of(other)]).await;
        let signed_in = async |person: &Person| {
            let mut browser = house.browser(lianxin_reconcile::routes());
            browser.sign_in(person).await;
            browser
        };
        let browsers = (signed_in(&secretary).await, signed_in(&clerk).await, signed_in(&stranger).await);
        let (secretary_in, clerk, other) = browsers;
        Yard { office, secretary: secretary_in, clerk, other, person: secretary, house }
    }

    /// Opens a check by the form and gives its address.
    async fn open(&mut self) -> String {
        let office = self.office.to_string();
        let fields = [
            ("title", "演示津贴排查"),
            ("purpose", "核对高龄津贴"),
            ("ground", "演示依据第一条"),
            ("area", VILLAGE),
            ("age-from", ""),
            ("age-to", ""),
            ("last", "2026-12-31"),
            ("offices", &office),
        ];
        let wrong: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, if *name == "last" { "2026-01-01" } else { *value }))
            .collect();
        let refused = self.secretary.post("/checks/new", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("核对高龄津贴"), "what was typed comes back");
        let answer = self.secretary.post("/checks/new", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.location().split('?').next().unwrap().to_owned()
    }

    async fn sweep(&self) {
        let (_stop, stopped) = watch::channel(false);
        let holder = self.house.app().ids().new_id(self.house.now());
        worker::sweep(self.house.app(), holder, &stopped).await.unwrap();
    }
}

async fn register(house: &House, name: &str, birth: &str, phone: &str) {
    let add = AddPerson {
        name: name.into(),
        id_number: None,
        phone: Some(phone.into()),
        sex: None,
        birth: birth.parse().ok(),
        lodging: Lodging {
            area: VILLAGE.into(), address: Some("演示路 1 号".into()), ..Lodging::default()
        },
        from: None,
        another: true,
    };
    house.app().act(&Who::program(COUNTY), &add).await.unwrap();
}

const LIST: &str = "姓名,出生日期,电话,住址\n演示王甲,1940-01-02,13900000001,演示路1号\n演示李乙,1941-03-04,13900000002,演示路2号\n\
    演示赵丙,1942-05-06,123,演示路3号\n";

async fn bring(browser: &mut Browser, page: &str, office: &str) -> lianxin_testkit::Answer {
    let fields = [("organisation", office), ("title", "津贴名单")];
    browser.post_files(&format!("{page}/bring"), &fields, &[("file", "list.csv", LIST.as_bytes())]).await
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_reconcile::MESSAGES];

    async fn a_check_goes_from_its_form_to_matched_lists(house: House) {
        let mut yard = Yard::new(house).await;
        for (name, birth, phone) in [
            ("演示王甲", "1940-01-02", "13900000001"),
            ("演示李乙", "1941-03-04", "13900000009"),
            ("演示周丁", "1950-07-08", "13900000004"),
        ] {
            register(&yard.house, name, birth, phone).await;
        }
        for (path, status) in [("/checks", 200), ("/checks/new", 200)] {
            assert_eq!(yard.secretary.get(path).await.status, status);
        }
        assert_eq!(yard.clerk.get("/checks/new").await.status, 403);
        let page = yard.open().await;
        for (browser, status) in [(&mut yard.secretary, 200), (&mut yard.clerk, 200), (&mut yard.other, 404)] {
            assert_eq!(browser.get(&page).await.status, status);
        }
        assert!(!yard.other.get("/checks").await.text().contains(&page));
        assert!(yard.clerk.get("/checks").await.text().contains(&page));
        let office = yard.office.to_string();
        assert_eq!(bring(&mut yard.other, &page, &office).await.status, 404);
        let empty = yard.clerk.post_files(&format!("{page}/bring"), &[("organisation", &office), ("title", "空")], &[("file", "a.csv", b"")]).await;
        assert_eq!(empty.status, 422);
        let answer = bring(&mut yard.clerk, &page, &office).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let roll = answer.location().split('?').next().unwrap().to_owned();
        let columns = yard.clerk.get(&roll).await;
        assert!(columns.text().contains("value=\"birth\" selected"), "the guess stands in the form");
        assert_eq!(yard.other.get(&roll).await.status, 404);
        let none = yard.clerk.post(&format!("{roll}/read"), &[("column-0", "phone")]).await;
        assert_eq!(none.status, 422);
        let fields = [("column-0", "name"), ("column-1", "birth"), ("column-2", "phone"), ("column-3", "address")];
        assert_eq!(yard.clerk.post(&format!("{roll}/read"), &fields).await.status, 303);
        let id = roll.rsplit('/').next().unwrap().to_owned();
        assert_eq!(yard.clerk.post(&format!("{page}/link"), &[("roll", &id)]).await.status, 403);
        assert_eq!(yard.secretary.post(&format!("{page}/link"), &[("roll", &id)]).await.status, 303);
        let waiting = yard.secretary.get(&page).await.text();
        assert!(waiting.contains("正在排队"));
        yard.sweep().await;
        for show in ["certain", "likely", "unclear", "above", "below"] {
            assert_eq!(yard.secretary.get(&format!("{roll}?show={show}")).await.status, 200, "{show}");
        }
        let below = yard.secretary.get(&format!("{roll}?show=below")).await.text();
        assert!(below.contains("演示周丁"));
        let office_sees = yard.clerk.get(&format!("{roll}?show=below")).await.text();
        assert!(!office_sees.contains("演示周丁"), "whom the registry has is no business of the office");
        assert!(yard.clerk.get(&roll).await.text().contains("第 4 行"), "a wrong line is named");
        for (browser, coverage, told) in
            [(&mut yard.secretary, 200, 200), (&mut yard.clerk, 403, 200), (&mut yard.other, 404, 404)]
        {
            assert_eq!(browser.get(&format!("{page}/coverage")).await.status, coverage);
            assert_eq!(browser.get(&format!("{roll}/told.xlsx")).await.status, told);
        }
        let led = yard.clerk.clone().with("sec-fetch-site", "cross-site");
        assert_eq!(led.clone().get(&format!("{roll}/told.xlsx")).await.status, 403, "another site asked for it");
        let mut tx = yard.house.db().read().await.unwrap();
        let told: (i64,) = sql("select count(*) from audit where action = 'check-tell'").one(&mut tx).await.unwrap();
        assert_eq!(told.0, 2);
        drop(tx);
        let whole = yard.secretary.get(&format!("{page}/coverage")).await.text();
        assert!(whole.contains("整个范围") && whole.contains("Chapman"));
        for language in ["zh-TW", "en"] {
            let mut other = yard.house.browser(lianxin_reconcile::routes()).with("accept-language", language);
            other.sign_in(&yard.person).await;
            for path in ["/checks", "/checks/new", &page, &roll, &format!("{page}/unclear"), &format!("{page}/coverage")] {
                let text = other.get(path).await.text();
                assert!(!text.contains("check-") || !text.contains(">check-"), "{language} {path}");
            }
        }
    }

    async fn the_unclear_are_decided_one_after_the_other(house: House) {
        let mut yard = Yard::new(house).await;
        register(&yard.house, "演示王甲", "1940-01-02", "13900000001").await;
        register(&yard.house, "演示李乙", "1941-03-04", "13900000002").await;
        let page = yard.open().await;
        let office = yard.office.to_string();
        let roll = bring(&mut yard.clerk, &page, &office).await.location().split('?').next().unwrap().to_owned();
        let fields = [("column-0", "name"), ("column-1", "birth"), ("column-2", "phone"), ("column-3", "address")];
        yard.clerk.post(&format!("{roll}/read"), &fields).await;
        let id = roll.rsplit('/').next().unwrap().to_owned();
        yard.secretary.post(&format!("{page}/link"), &[("roll", &id)]).await;
        yard.sweep().await;
        // However sure the program is of so few people: this one is to be looked at.
        let mut tx = yard.house.db().write().await.unwrap();
        sql("update roll_match set probability = case when line = 2 then 0.6 else 0.0 end, reasons = 'name|same|80'").run(&mut tx).await.unwrap();
        let (person,): (Uuid,) = sql("select person from roll_match where line = 2").one(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let unclear = format!("{page}/unclear");
        assert_eq!(yard.clerk.get(&unclear).await.status, 403);
        assert_eq!(yard.other.get(&unclear).await.status, 404);
        let shown = yard.secretary.get(&unclear).await.text();
        assert!(shown.contains("13900000001"), "who may open people's fields sees both, on record");
        let mut tx = yard.house.db().read().await.unwrap();
        let opened: (i64,) = sql("select count(*) from audit where action = 'person-open'").one(&mut tx).await.unwrap();
        assert_eq!(opened.0, 1);
        drop(tx);
        let admin = yard.house.person("admin", &[yard.house.post(Role::Administrator, COUNTY)]).await;
        let mut masked = yard.house.browser(lianxin_reconcile::routes());
        masked.sign_in(&admin).await;
        assert!(!masked.get(&unclear).await.text().contains("13900000001"), "who may not sees them masked");
        let person = person.to_string();
        let answer = |answer: &'static str| [("roll", id.clone()), ("line", "2".to_owned()), ("person", person.clone()), ("answer", answer.to_owned()), ("after", format!("{id}:2"))];
        let send = |fields: &[(&'static str, String); 5]| fields.clone();
        for (what, left) in [("skip", "还有 1 个"), ("same", "还有 0 个"), ("undo", "还有 1 个")] {
            let fields = send(&answer(what));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(yard.clerk.post(&unclear, &fields).await.status, 403);
            let answered = yard.secretary.post(&unclear, &fields).await;
            assert_eq!(answered.status, 303, "{what}: {}", answered.text());
            assert!(yard.secretary.get(&unclear).await.text().contains(left), "{what}");
        }
        let token = AddToken { county: COUNTY.into(), account: yard.person.account(), name: "演示".into(), expires_at: None };
        let token = yard.house.app().act(&yard.person.who, &token).await.unwrap();
        let mut program = yard.house.browser(lianxin_reconcile::routes()).bearing(&token);
        let told = program.get(&format!("/api/v1{page}")).await;
        assert_eq!(told.status, 200);
        assert!(told.text().contains("\"people\":3") && !told.text().contains("演示王甲"));
        assert!(program.get("/api/v1/checks").await.text().contains("演示津贴排查"));
        assert_eq!(program.get(&format!("/api/v1/checks/{COUNTY}/{}", Uuid::nil())).await.status, 404);
    }

    async fn what_is_open_is_asked_at_the_doors(house: House) {
        let mut yard = Yard::new(house).await;
        register(&yard.house, "演示王甲", "1940-01-02", "13900000001").await;
        let page = yard.open().await;
        let office = yard.office.to_string();
        let roll = bring(&mut yard.clerk, &page, &office).await.location().split('?').next().unwrap().to_owned();
        let fields = [("column-0", "name"), ("column-1", "birth"), ("column-2", "phone"), ("column-3", "address")];
        yard.clerk.post(&format!("{roll}/read"), &fields).await;
        let id = roll.rsplit('/').next().unwrap().to_owned();
        yard.secretary.post(&format!("{page}/link"), &[("roll", &id)]).await;
        yard.sweep().await;
        // However sure the program is of so few people: the first is certain, the others are nobody.
        let mut tx = yard.house.db().write().await.unwrap();
        sql("update roll_match set probability = case when line = 2 then 1.0 else 0.0 end").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for (browser, status) in [(&mut yard.clerk, 403), (&mut yard.other, 404), (&mut yard.secretary, 303)] {
            assert_eq!(browser.post(&format!("{page}/send"), &[]).await.status, status);
        }
        assert_eq!(yard.secretary.post(&format!("{page}/send"), &[]).await.status, 422, "everything is sent");
        let worker = yard.house.person("worker", &[yard.house.post(Role::GridWorker, VILLAGE)]).await;
        let mut browser = yard.house.browser(lianxin_reconcile::routes());
        browser.sign_in(&worker).await;
        let list = browser.get("/visits").await.text();
        assert!(list.find("演示路2号") < list.find("演示路3号"), "as one walks");
        assert_eq!(yard.clerk.get("/visits").await.status, 403);
        let token = AddToken { county: COUNTY.into(), account: worker.account(), name: "演示".into(), expires_at: None };
        let token = yard.house.app().act(&worker.who, &token).await.unwrap();
        let mut program = yard.house.browser(lianxin_reconcile::routes()).bearing(&token);
        let listed = program.get("/api/v1/visits").await;
        assert!(!listed.text().contains("演示"), "nothing of any person: {}", listed.text());
        let before = list.split("演示路3号").next().unwrap();
        let visit = before.rsplit("/visits/421223/").next().unwrap()[..36].to_owned();
        let here = format!("/visits/{COUNTY}/{visit}");
        for (browser, status) in [(&mut yard.clerk, 404), (&mut yard.other, 404), (&mut yard.secretary, 200), (&mut browser, 200)] {
            assert_eq!(browser.get(&here).await.status, status);
        }
        let shown = browser.get(&here).await.text();
        assert!(shown.contains("演示赵丙") && shown.contains("津贴名单"));
        let mut tx = yard.house.db().read().await.unwrap();
        let opened: (i64,) = sql("select count(*) from audit where action = 'visit-open'").one(&mut tx).await.unwrap();
        assert_eq!(opened.0, 3, "each look is on record");
        drop(tx);
        let whole = program.get(&format!("/api/v1{here}")).await.json();
        let question = whole["questions"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(program.post(&format!("/api/v1{here}/nobody-home"), &[]).await.json()["visit"]["state"], "again");
        assert_eq!(program.get(&format!("/api/v1/visits/{COUNTY}/{}", Uuid::nil())).await.status, 404);
        let lives = [("question", question.as_str()), ("outcome", "lives")];
        assert_eq!(yard.other.post(&format!("{here}/answer"), &lives).await.status, 403, "who keeps nobody");
        let refused = browser.post(&format!("{here}/answer"), &lives).await;
        assert_eq!(refused.status, 422, "the list's number is none");
        let right = |phone: &'static str| [
            ("question", question.as_str()), ("outcome", "corrected"), ("name", "演示赵丙"), ("birth", "1942-05-06"), ("phone", phone),
        ];
        let refused = browser.post(&format!("{here}/answer"), &right("13")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("value=\"13\""), "what was typed comes back");
        assert_eq!(browser.post(&format!("{here}/answer"), &right("13900000033")).await.status, 303);
        assert_eq!(browser.post(&format!("{here}/home"), &[]).await.status, 422, "it is done");
        let told = yard.clerk.get(&format!("{roll}?show=visited")).await.text();
        assert!(told.contains("电话应为 139****0033"), "the office sees what is wrong with its line");
        assert_eq!(yard.clerk.get(&format!("{roll}/told.xlsx")).await.status, 200);
        assert_eq!(yard.clerk.get(&format!("{page}/visits")).await.status, 403);
        let far = yard.secretary.get(&format!("{page}/visits")).await.text();
        assert!(far.contains("worker"), "who goes there is named");
        for language in ["zh-TW", "en"] {
            let mut other = yard.house.browser(lianxin_reconcile::routes()).with("accept-language", language);
            other.sign_in(&yard.person).await;
            for path in ["/visits", "/visits?show=done", &here, &format!("{page}/visits")] {
                let text = other.get(path).await.text();
                assert!(!text.contains(">visit-") && !text.contains(">check-"), "{language} {path}");
            }
        }
    }
}

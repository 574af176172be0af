//! People of the next county, of the next town and of nowhere knock at every address of the program, with
//! everything a post can allow, with valid sessions, form tokens and access tokens: none opens, and nothing of
//! the place is touched.
//!
//! The addresses and their methods are the router's own, so a new one is knocked at as soon as it is there. One
//! that names a thing must say in [`Yard::things`] which thing, and is knocked at by its rightful keeper too:
//! what refuses even them would prove nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::ALLOW;
use lianxin_foundation::account::AddToken;
use lianxin_foundation::db::schema::tables;
use lianxin_foundation::db::{dump, sql};
use lianxin_foundation::i18n::Language;
use lianxin_foundation::outbox::Device;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{App, Role, web};
use lianxin_matters::Matters;
use lianxin_matters::actions::{
    Accept, AddTaker, Arrange, KeepView, Mediate, OpenSource, PlanPatrols, Report,
};
use lianxin_matters::disputes::Part;
use lianxin_matters::model::Channel;
use lianxin_matters::patrols::Every;
use lianxin_matters::told::actions::{AddDevice, AddFeed, Holder};
use lianxin_reconcile::actions::visits::{Meet, SendVisits, Told};
use lianxin_reconcile::actions::{AskWork, BringRoll, OpenCampaign, ReadRoll};
use lianxin_reconcile::model::Field;
use lianxin_reconcile::plan::{Ask, plan};
use lianxin_registry::Places;
use lianxin_registry::actions::coverage::PlanCoverage;
use lianxin_registry::actions::people::{AddPerson, AskTransfer, Join, Lodging, MergePeople};
use lianxin_registry::actions::{ChangeAreas, DescribeOrganisation, For, MakePlates};
use lianxin_registry::area::change::plan::Asked;
use lianxin_registry::coverage;
use lianxin_registry::doubles::Elsewhere;
use lianxin_registry::doubles::plan::Choices;
use lianxin_registry::organisation::Profile;
use lianxin_testkit::{Answer, Browser, House, Person, both_engines};
use lianxin_worktime::Calendar;
use serde_json::{Value as Json, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{document, furnished, rooms};
use crate::metrics::Metrics;

const COUNTY: &str = "421223";
const VILLAGE: &str = "421223100001";
/// Stands in every name and text of the place that only its own people may read.
const MARK: &str = "秘标";
const CLERK: &str = "hidden-clerk";

/// What anybody may open without signing in: there is nothing to refuse.
const OPEN: &[&str] = &[
    "/",
    "/api",
    "/api/openapi.json",
    "/api/v1/figures",
    "/assets/{file}",
    "/base-map/{version}/map.json",
    "/base-map/{version}/{z}/{x}/{y}",
    "/categories",
    "/design",
    "/duties",
    "/duties/{area}",
    "/feeds/areas/{area}",
    "/field/app.webmanifest",
    "/field/worker.js",
    "/figures",
    "/figures.csv",
    "/figures/method",
    "/figures/{area}",
    "/figures/{area}/matters",
    "/find",
    "/healthz",
    "/look",
    "/open311/{*path}",
    "/p/{area}",
    "/places/{id}/shapes.geojson",
    "/privacy",
    "/q/{county}/{code}",
    "/readyz",
    "/report",
    "/report/{county}",
    "/report/{county}/look",
    "/report/{county}/spoken",
    "/sign-in",
    "/sign-out",
];

/// What opens by a secret in the address alone: without it, to nobody.
const SECRET: &[&str] = &["/m/", "/j/", "/feeds/mine/", "/files/"];

/// What names no thing of a place, only a way to do something with what the form picks.
const WAYS: &[&str] = &["/inbox/bulk/{step}"];

/// What stands for `{step}` or `{what}` at the end of an address, by how it begins.
#[rustfmt::skip]
const STEPS: &[(&str, &[&str])] = &[
    ("/checks/{county}/{id}/rolls/", &["read", "drop"]),
    ("/checks/", &["bring", "link", "send", "recall", "stop", "close", "reopen"]),
    ("/visits/", &["answer", "back", "home", "meet", "place"]),
    ("/enterprise/matters/", &["answer", "note", "confirm", "withdraw"]),
    ("/disputes/", &["parties", "sessions", "record", "agreement", "failure", "confirmation", "file", "invitations"]),
    ("/inbox/bulk/", &["accept", "dispatch", "note", "resolve"]),
    ("/letters/", &["again", "drop"]),
    ("/matters/", &[
        "accept", "arrive", "ask", "call-back", "call-off", "correct", "dismiss", "dispatch", "hand-over", "hide",
        "mediate", "merge", "note", "object", "part", "pause", "personal", "resolve", "resume", "whistle",
    ]),
    ("/held/", &["open", "copy", "erase"]),
    ("/exclusions/", &["propose", "confirm", "refuse", "lift"]),
    ("/patrols/", &["fine", "found", "missed", "off"]),
    ("/sources/", &["notes", "links", "parting", "end", "again"]),
    ("/organisations/coverage/", &["accept", "decline", "undo"]),
    ("/people/rosters/", &["columns", "drop", "go"]),
    ("/people/transfers/", &["accept", "decline"]),
    ("/people/{county}/{id}/double/", &["apart", "together", "look", "merge"]),
    ("/people/", &["contact", "correct", "depart", "join", "leave", "move", "open", "prolong", "stage", "transfer"]),
];

/// The routes as the program serves them, without the foundation's own, which a test's browser brings.
fn routes() -> Router<App> {
    let matters =
        Matters::new(Arc::new(Calendar::china()), Places::new()).expect("the catalogue is well formed");
    furnished(rooms(), matters, &Metrics::new(""))
}

/// Every address of the router that is not open to anybody, with its methods.
async fn addresses(app: &App) -> BTreeMap<String, Vec<String>> {
    let all = web::routes().merge(routes());
    // What the router says of itself ends with the paths of its tree.
    let said = format!("{all:?}");
    let tree = said.split("fallback_router").next().and_then(|own| own.rsplit("Node { paths: ").next());
    let paths: Vec<&str> = tree
        .unwrap_or_default()
        .split('"')
        .skip(1)
        .step_by(2)
        .take_while(|text| text.starts_with('/'))
        .collect();
    let all = all.with_state(app.clone());
    let mut found = BTreeMap::new();
    for path in paths.into_iter().filter(|path| !OPEN.contains(path)) {
        // Nothing answers to this method: the refusal names those that something answers to.
        let target: String = path
            .split('/')
            .map(|part| if part.starts_with('{') { "0" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let request =
            Request::builder().method("PROPFIND").uri(target).body(Body::empty()).expect("a request");
        let Ok(answer) = all.clone().oneshot(request).await;
        let allow = answer.headers().get(ALLOW).and_then(|methods| methods.to_str().ok()).unwrap_or_default();
        let methods: Vec<String> = allow
            .split(',')
            .map(str::trim)
            .filter(|method| !matches!(*method, "" | "HEAD"))
            .map(str::to_owned)
            .collect();
        assert!(!methods.is_empty(), "{path} says no methods: {}", answer.status());
        found.insert(path.to_owned(), methods);
    }
    assert!(found.len() > 70, "the router's addresses are found: {}", found.len());
    found
}

/// A place with one of everything, and people around it.
struct Yard {
    house: House,
    /// Who may do everything here.
    keeper: Person,
    clerk: Person,
    unit: Uuid,
    other_unit: Uuid,
    matter: Uuid,
    number: String,
    other_number: String,
    post: Uuid,
    plate: Uuid,
    letter: Uuid,
    token: Uuid,
    device: Uuid,
    feed: Uuid,
    view: Uuid,
    dispute: Uuid,
    source: Uuid,
    patrol: Uuid,
    idle_patrol: Uuid,
    session: Uuid,
    takers: Vec<Uuid>,
    person: Uuid,
    double: Uuid,
    merge: Uuid,
    household: Uuid,
    campaign: Uuid,
    visit: Uuid,
    roll: Uuid,
    roster: Uuid,
    transfer: Uuid,
    change: Uuid,
    enterprise: Uuid,
    /// A plan of branches for the place.
    plan: Uuid,
    /// The enterprise's matter.
    spoken: Uuid,
}

/// A transfer of a person from one branch of the place to another, unanswered.
async fn asked(house: &House, keeper: &Person, person: &Uuid) -> Uuid {
    let from = house.organisation(VILLAGE, "branch", &format!("{MARK}一支部")).await;
    let to = format!("{MARK}二支部");
    house.organisation(VILLAGE, "branch", &to).await;
    let (county, person) = (COUNTY.to_owned(), *person);
    let join = Join {
        county: county.clone(),
        person,
        organisation: from,
        kind: "group-leader".into(),
        from: None,
        reason: String::new(),
    };
    let membership = house.app().act(&keeper.who, &join).await.expect("somebody joins a branch");
    let ask = AskTransfer { county, person, membership, to, reason: format!("{MARK}：搬家") };
    house.app().act(&keeper.who, &ask).await.expect("a transfer is asked for").id
}

/// A second record that may be of a person, and a third one that went into the second.
async fn doubles(house: &House, keeper: &Person) -> (Uuid, Uuid) {
    let mut made = Vec::new();
    for _ in 0..2 {
        let lodging = Lodging { area: VILLAGE.into(), ..Lodging::default() };
        let add = AddPerson {
            name: format!("{MARK}乙"),
            id_number: None,
            phone: None,
            sex: None,
            birth: None,
            lodging,
            from: None,
            another: true,
        };
        made.push(house.app().act(&keeper.who, &add).await.expect("a record is made").id);
    }
    let merge = MergePeople {
        county: COUNTY.into(),
        kept: made[0],
        gone: made[1],
        versions: (1, 1),
        choices: Choices::default(),
        reason: format!("{MARK}：登记了两次"),
        elsewhere: Elsewhere::NOWHERE,
    };
    (made[0], house.app().act(&keeper.who, &merge).await.expect("two records become one"))
}

/// A plan of branches for the place, in which the enterprise is told about.
async fn planned(house: &House, keeper: &Person, enterprise: Uuid) -> Uuid {
    let app = house.app();
    let profile = Profile { lon: Some(114.04), lat: Some(29.55), ..Profile::default() };
    let describe = DescribeOrganisation {
        county: COUNTY.into(),
        id: enterprise,
        profile,
        associations: BTreeSet::new(),
    };
    app.act(&keeper.who, &describe).await.expect("the enterprise has a place");
    let plan =
        app.act(&keeper.who, &PlanCoverage { area: VILLAGE.into() }).await.expect("a plan is asked for");
    coverage::worker::sweep(app).await.expect("a plan is made");
    plan.id
}

/// A roster that was looked at and waits for its owner to say go.
async fn looked_at(house: &House, keeper: &Person) -> Uuid {
    let mut browser = house.browser(routes());
    browser.sign_in(keeper).await;
    let file = format!("姓名,手机\n{MARK}丙,13800001235\n{MARK}丁,1\n");
    let files = [("file", "roster.csv", file.as_bytes())];
    let answer = browser.post_files("/people/rosters", &[("area", VILLAGE)], &files).await;
    assert_eq!(answer.status, 303, "a roster comes in: {}", answer.text());
    newest(house, "roster").await
}

/// Everything that posts over one area can allow, for a unit of it.
fn every_post(house: &House, area: &str, unit: Uuid) -> Vec<Post> {
    let post = |role: Role| Post { organisation: Some(unit), ..house.post(role, area) };
    Role::ALL.map(post).into()
}

impl Yard {
    async fn new(house: &House) -> Yard {
        let unit = house.organisation(VILLAGE, "unit", &format!("{MARK}村委会")).await;
        let other_unit = house.organisation(VILLAGE, "unit", &format!("{MARK}城管所")).await;
        house.duty(unit, "garbage", VILLAGE).await;
        let enterprise = house.organisation(VILLAGE, "enterprise", &format!("{MARK}企业")).await;
        let mut posts = every_post(house, COUNTY, unit);
        posts.push(Post { organisation: Some(enterprise), ..house.post(Role::Specialist, COUNTY) });
        let keeper = house.person("keeper", &posts).await;
        let clerk_post = house.post(Role::Dispatcher, VILLAGE);
        let clerk = house.person(CLERK, std::slice::from_ref(&clerk_post)).await;
        let matters =
            Matters::new(Arc::new(Calendar::china()), Places::new()).expect("the catalogue is well formed");
        let report = |text: &str| Report {
            matters: &matters,
            id: None,
            key: None,
            county: COUNTY.into(),
            category: Some("garbage".into()),
            text: format!("{MARK}：{text}"),
            place: format!("{MARK}路口"),
            address: Some(format!("{MARK}路一号")),
            name: Some(format!("{MARK}甲")),
            phone: Some("13800001234".into()),
            email: None,
            lon: Some(114.04),
            lat: Some(29.55),
            area: Some(VILLAGE.into()),
            attributes: json!({}),
            channel: Channel::Phone,
            language: "zh-CN".into(),
            private: false,
            photos: Vec::new(),
            enterprise: None,
        };
        let app = house.app();
        let one = app.act(&keeper.who, &report("垃圾三天没清了")).await.expect("a matter comes in");
        let other = app.act(&keeper.who, &report("垃圾又满了")).await.expect("a matter comes in");
        let spoken = Report {
            enterprise: Some(enterprise),
            category: Some("enterprise-land".into()),
            ..report("厂房漏水")
        };
        let spoken = app.act(&keeper.who, &spoken).await.expect("an enterprise's problem comes in");
        let plates = MakePlates { area: VILLAGE.into(), whom: For::Itself };
        app.act(&keeper.who, &plates).await.expect("a plate is made");
        let add = AddToken {
            county: COUNTY.into(),
            account: keeper.account(),
            name: MARK.into(),
            expires_at: None,
        };
        app.act(&keeper.who, &add).await.expect("a token is made");
        app.act(&keeper.who, &AddFeed).await.expect("a feed is made");
        let device = Device {
            endpoint: "https://push.example/secret".into(),
            p256dh: "0123456789abcdef0123".into(),
            auth: "0123456789abcdef0123".into(),
            page: String::new(),
        };
        app.act(&keeper.who, &AddDevice { holder: Holder::Myself, device }).await.expect("a device is kept");
        let view = KeepView { name: MARK.into(), query: "tab=all".into(), shared_with: String::new() };
        app.act(&keeper.who, &view).await.expect("a view is kept");
        let letter = stuck_letter(house, &keeper, one.id).await;
        let (dispute, session, takers) =
            mediation(house, &keeper, &matters, other.id, [unit, other_unit]).await;
        let lodging =
            Lodging { code: Some("HB-1".into()), relation: None, area: VILLAGE.into(), address: None };
        let person = AddPerson {
            name: format!("{MARK}乙"),
            id_number: None,
            phone: None,
            sex: None,
            birth: None,
            lodging,
            from: None,
            another: false,
        };
        let person = app.act(&keeper.who, &person).await.expect("a person is registered").id;
        let (double, merge) = doubles(house, &keeper).await;
        let (campaign, roll) = checks(house, &keeper, unit).await;
        let source = OpenSource {
            county: COUNTY.into(),
            matter: one.id,
            title: format!("{MARK}源头"),
            words: format!("{MARK}：箱子太小"),
            area: VILLAGE.into(),
            unit,
        };
        let source = app.act(&keeper.who, &source).await.expect("a source is taken up");
        let plan = PlanPatrols {
            area: VILLAGE.into(),
            place: format!("{MARK}水库"),
            look: format!("{MARK}：坝面有没有渗水"),
            first: house.now(),
            last: house.now(),
            every: Every::Once,
        };
        let patrol = app.act(&keeper.who, &plan).await.expect("a patrol is planned").first;
        // One is called off before it could be noted.
        let idle_patrol = app.act(&keeper.who, &plan).await.expect("a patrol is planned").first;
        let roster = looked_at(house, &keeper).await;
        let transfer = asked(house, &keeper, &person).await;
        let asked = Asked::Rename { area: VILLAGE.into(), name: "演示新村".into() };
        let rename = ChangeAreas { asked, reason: "演示".into() };
        let change = app.act(&keeper.who, &rename).await.expect("an area gets another name");
        Yard {
            change,
            enterprise,
            plan: planned(house, &keeper, enterprise).await,
            spoken: spoken.id,
            campaign,
            roll,
            visit: newest(house, "visit").await,
            roster,
            transfer,
            double,
            merge,
            view: newest(house, "saved_view").await,
            dispute,
            source,
            patrol,
            idle_patrol,
            session,
            takers,
            person,
            household: newest(house, "household").await,
            unit,
            other_unit,
            matter: one.id,
            number: one.number,
            other_number: other.number,
            post: clerk_post.id,
            plate: newest(house, "plate").await,
            letter,
            token: newest(house, "access_token").await,
            device: newest(house, "push_device").await,
            feed: newest(house, "feed_key").await,
            house: house.clone(),
            keeper,
            clerk,
        }
    }

    /// What stands for the names in an address, by how it begins, in order; the longest beginning counts.
    fn things(&self) -> Vec<(&'static str, String)> {
        let id = |id: Uuid| id.to_string();
        vec![
            ("/api/v1/areas/{id}", VILLAGE.into()),
            ("/api/v1/disputes/{county}/{id}", id(self.dispute)),
            (
                "/api/v1/disputes/{county}/{id}/sessions/{session}",
                format!("{} {}", self.dispute, self.session),
            ),
            ("/api/v1/people/{county}/{id}", id(self.person)),
            ("/api/v1/matters/{county}/{id}", id(self.matter)),
            ("/api/v1/organisations/{id}", id(self.unit)),
            ("/areas/{id}", VILLAGE.into()),
            ("/checks/{county}/{id}", id(self.campaign)),
            ("/checks/{county}/{id}/rolls/{roll}", format!("{} {}", self.campaign, self.roll)),
            ("/api/v1/checks/{county}/{id}", id(self.campaign)),
            ("/visits/{county}/{id}", id(self.visit)),
            ("/api/v1/visits/{county}/{id}", id(self.visit)),
            ("/areas/{id}/changes/{change}", format!("{VILLAGE} {}", self.change)),
            ("/categories/{county}/{code}", "garbage".into()),
            ("/disputes/{county}/{id}", id(self.dispute)),
            ("/invitations/{county}/{session}", id(self.session)),
            ("/enterprise/report/{county}/{id}", id(self.enterprise)),
            ("/enterprise/matters/{county}/{id}", id(self.spoken)),
            ("/households/{county}/{id}", id(self.household)),
            ("/inbox/views/{id}", id(self.view)),
            ("/letters/{county}/{message}", id(self.letter)),
            ("/matters/new/{county}", String::new()),
            ("/matters/{county}/{id}", id(self.matter)),
            ("/me/told/devices/{id}", id(self.device)),
            ("/me/told/feeds/{id}", id(self.feed)),
            ("/me/tokens/{id}", id(self.token)),
            ("/api/v1/coverage/{area}", VILLAGE.into()),
            ("/organisations/coverage/{county}/{plan}", id(self.plan)),
            ("/organisations/coverage/{county}/{plan}/{unit}", format!("{} {}", self.plan, self.enterprise)),
            ("/organisations/{id}", id(self.unit)),
            ("/plate/{county}/{id}", id(self.plate)),
            ("/plates/{area}", VILLAGE.into()),
            ("/people/rosters/{county}/{id}", id(self.roster)),
            ("/people/transfers/{county}/{id}", id(self.transfer)),
            ("/people/{county}/{id}", id(self.person)),
            ("/people/{county}/{id}/double/{other}", format!("{} {}", self.person, self.double)),
            ("/people/merges/{county}/{id}", id(self.merge)),
            ("/api/v1/sources/{county}/{id}", id(self.source)),
            ("/held/{county}/{id}", id(self.matter)),
            ("/exclusions/{county}/{id}", id(self.matter)),
            ("/sources/new/{county}/{id}", id(self.matter)),
            ("/api/v1/patrols/{county}/{id}", id(self.patrol)),
            ("/api/v1/patrols/{county}/{id}/calling-off", id(self.idle_patrol)),
            ("/patrols/new/{area}", VILLAGE.into()),
            ("/patrols/{county}/{id}", id(self.patrol)),
            ("/sources/{county}/{id}", id(self.source)),
            ("/posts/accounts/{county}/{id}", id(self.clerk.account())),
            ("/posts/{county}/{id}", id(self.post)),
            ("/whistles/limits/{county}/{kind}", "daily".into()),
            ("/retention/{county}/{kind}", "photos".into()),
        ]
    }

    /// Where an address leads here: one target for each step it takes; only itself where it names nothing.
    fn targets(&self, address: &str) -> Vec<String> {
        if SECRET.iter().any(|beginning| address.starts_with(beginning)) {
            return vec![filled(address, COUNTY, &Uuid::nil().to_string())];
        }
        let things = self.things();
        let thing = things.iter().filter(|(beginning, _)| address.starts_with(beginning));
        let named = match thing.max_by_key(|(beginning, _)| beginning.len()) {
            Some((beginning, id)) => filled(beginning, COUNTY, id) + &address[beginning.len()..],
            None => address.to_owned(),
        };
        let steps =
            STEPS.iter().find(|(beginning, _)| address.starts_with(beginning)).map(|(_, steps)| steps);
        let targets: Vec<String> = match named.rsplit_once('/').zip(steps) {
            Some(((before, "{step}" | "{what}"), steps)) => {
                steps.iter().map(|step| format!("{before}/{step}")).collect()
            }
            _ => vec![named],
        };
        let left = targets.iter().find(|target| target.contains('{'));
        assert_eq!(left, None, "say in `Yard::things` what stands in {address}");
        targets
    }

    /// A form with every field that any form has, each naming something of this place.
    fn form(&self, target: &str) -> Vec<(&'static str, String)> {
        let (unit, other, matter) =
            (self.unit.to_string(), self.other_unit.to_string(), self.matter.to_string());
        let (session, pick) = (self.session.to_string(), format!("{COUNTY}.{}", self.matter));
        let reason = if target.ends_with("/object") { "not-our-duty" } else { "演示：理由足够长" };
        let kind = if target.ends_with("/whistle") { "daily" } else { "unit" };
        let mut fields = vec![
            ("about", "演示：为了什么"),
            ("area", VILLAGE),
            ("at", "2026-11-22T08:00"),
            ("auth", "0123456789abcdef0123"),
            ("category", "street-light"),
            ("channel", "phone"),
            ("column[0]", "name"),
            ("climb", "2"),
            ("climb-unit", "days"),
            ("comment", "演示"),
            ("county", COUNTY),
            ("current", "not the password"),
            ("days", "30"),
            ("endpoint", "https://push.example/mine"),
            ("event", "1"),
            ("for", "itself"),
            ("form", "written"),
            ("households", "5"),
            ("into", &self.other_number),
            ("kind", kind),
            ("login", CLERK),
            ("matter", &matter),
            ("minutes", "90"),
            ("name", "演示名"),
            ("new", "Walk-Password-7"),
            ("new-name", "演示改名"),
            ("note", "演示：看过"),
            ("number", &self.other_number),
            ("organisation", &unit),
            ("outcome", "stopped"),
            ("p256dh", "0123456789abcdef0123"),
            ("part", "side"),
            ("password", "Walk-Password-7"),
            ("phone", "0715-3300000"),
            ("pick", &pick),
            ("place", "演示路口"),
            ("query", "tab=all"),
            ("question", "演示：在哪里"),
            ("record", "演示：说了什么"),
            ("reason", reason),
            ("reply", "演示：已办结"),
            ("resolve", "3"),
            ("result", "演示：断流了"),
            ("resolve-unit", "days"),
            ("respond", "1"),
            ("respond-unit", "days"),
            ("role", "dispatcher"),
            ("session", &session),
            ("solved", "yes"),
            ("since", "2026-11-20"),
            ("terms", "演示：怎么定的"),
            ("text", "演示：补充一句"),
            ("title", "演示：一句话"),
            ("unit", &other),
            ("units", &other),
            ("until", "1"),
            ("wait", "0"),
            ("what", "replace"),
            ("words", "演示：一句"),
        ];
        let fresh = self.house.app().ids().new_id(self.house.now()).to_string();
        match target {
            "/field/entries" => fields.extend([("step", "accept"), ("id", &fresh)]),
            bulk if bulk.starts_with("/inbox/bulk/") => fields.push(("bulk", &fresh)),
            _ => {}
        }
        let takers: Vec<String> = self.takers.iter().map(Uuid::to_string).collect();
        for taker in &takers {
            fields.extend([("invited", taker.as_str()), ("came", taker.as_str())]);
        }
        fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// A body as the interface's own document asks for it, naming things of this place.
    fn body(&self, document: &Json, address: &str) -> Json {
        let schema =
            &document["paths"][address]["post"]["requestBody"]["content"]["application/json"]["schema"];
        let schema = resolved(document, schema);
        let needed = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let value = |name: &str| match name {
            "county" => json!(COUNTY),
            "form" => json!("written"),
            "part" => json!("side"),
            "into" | "number" => json!(self.other_number),
            "outcome" => json!("stopped"),
            "step" => json!("propose"),
            "area" => json!(VILLAGE),
            "unit" => json!(self.other_unit),
            _ => {
                let field = resolved(document, &schema["properties"][name]);
                let several = field["type"] == "array";
                let one = if several { resolved(document, &field["items"]) } else { field };
                let value = match (one["type"].as_str(), one["format"].as_str()) {
                    _ if one["enum"].is_array() => one["enum"][0].clone(),
                    (_, Some("uuid")) => json!(self.other_unit),
                    (_, Some("date-time")) => json!("2026-11-22T00:00:00Z"),
                    (Some("boolean"), _) => json!(true),
                    (Some("number" | "integer"), _) => json!(1),
                    _ => json!("演示：一句足够长的话"),
                };
                if several { json!([value]) } else { value }
            }
        };
        let mut body: Json =
            needed.map(|name| (name.to_owned(), value(name))).collect::<serde_json::Map<_, _>>().into();
        if address == "/api/v1/matters" {
            body["area"] = json!(VILLAGE);
            body["place"] = json!("演示路口");
        }
        body
    }

    /// Knocks once and tells what came back.
    async fn knock(
        &self,
        browser: &mut Browser,
        document: &Json,
        method: &str,
        address: &str,
        target: &str,
    ) -> Answer {
        match method {
            "GET" => browser.get(target).await,
            "POST" if address.starts_with("/api/") => {
                browser.json("POST", target, &self.body(document, address)).await
            }
            "POST" => {
                let form = self.form(target);
                let form: Vec<(&str, &str)> =
                    form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.post(target, &form).await
            }
            other => panic!("{address} answers to {other}, which this walk does not know"),
        }
    }

    /// Everything kept, but for what a person's own account brings with it, and the ends of the audit chains.
    async fn kept_beside(&self, account: Uuid) -> BTreeMap<String, Vec<String>> {
        let own = account.to_string();
        let mut kept = BTreeMap::new();
        let mut tx = self.house.db().read().await.expect("the test database answers");
        for table in tables().into_iter().filter(|table| table.name != "audit_head") {
            let mut rows = Vec::new();
            let mut each = |row: Vec<lianxin_foundation::db::Value>| {
                let said = format!("{row:?}");
                if !said.contains(&own) {
                    rows.push(said);
                }
                Ok(())
            };
            dump::rows(&mut tx, &table, &mut each).await.expect("a table can be read");
            kept.insert(table.name, rows);
        }
        kept
    }

    /// Two browsers of one person: with a session, and with an access token.
    async fn visitor(&self, person: &Person) -> (Browser, Browser) {
        let add = AddToken {
            county: person.who.county.clone(),
            account: person.account(),
            name: "演示".into(),
            expires_at: None,
        };
        let token = self.house.app().act(&person.who, &add).await.expect("a token is made");
        let mut signed_in = self.house.browser(routes());
        signed_in.sign_in(person).await;
        (signed_in, self.house.browser(routes()).bearing(&token))
    }

    fn shows_anything(&self, answer: &Answer) -> bool {
        let text = answer.text();
        [MARK, &self.clerk.who.name, &self.number, &self.other_number]
            .into_iter()
            .any(|secret| text.contains(secret))
    }
}

/// A dispute over a matter with two sides who were invited: its id, the sitting's, and the sides'.
async fn mediation(
    house: &House,
    keeper: &Person,
    matters: &Matters,
    matter: Uuid,
    sides: [Uuid; 2],
) -> (Uuid, Uuid, Vec<Uuid>) {
    let app = house.app();
    let accept = Accept { matters, county: COUNTY.into(), id: matter, note: String::new() };
    app.act(&keeper.who, &accept).await.expect("the unit takes it");
    let mediate =
        Mediate { matters, county: COUNTY.into(), id: matter, about: format!("{MARK}：为了什么") };
    let id = app.act(&keeper.who, &mediate).await.expect("a dispute is opened");
    let mut takers = Vec::new();
    for side in sides {
        let add = AddTaker {
            county: COUNTY.into(),
            id,
            part: Part::Side,
            organisation: Some(side),
            name: String::new(),
            phone: String::new(),
        };
        takers.push(app.act(&keeper.who, &add).await.expect("a side takes part"));
    }
    let place = format!("{MARK}会议室");
    let arrange = Arrange { county: COUNTY.into(), id, at: house.now(), place, invited: takers.clone() };
    let session = app.act(&keeper.who, &arrange).await.expect("they are invited");
    (id, session, takers)
}

/// A two-way check and a list that was matched.
async fn checks(house: &House, keeper: &Person, unit: Uuid) -> (Uuid, Uuid) {
    let open = OpenCampaign {
        title: format!("{MARK}排查"),
        purpose: format!("{MARK}：为了什么"),
        ground: format!("{MARK}：依据什么"),
        area: VILLAGE.into(),
        age_from: None,
        age_to: None,
        last: Some(house.now() + lianxin_foundation::clock::DAY),
        offices: vec![unit],
    };
    let (county, campaign) = house.app().act(&keeper.who, &open).await.expect("a check is opened");
    let text = format!("姓名,电话\n{MARK}丙,13800001234\n");
    let app = house.app();
    let title = format!("{MARK}名单");
    let bring = BringRoll { county: county.clone(), campaign, organisation: unit, title, text };
    let roll = app.act(&keeper.who, &bring).await.expect("a list is brought");
    let fields = [(0, Field::Name), (1, Field::Phone)].into();
    let read = ReadRoll { county: county.clone(), roll, fields };
    read.carry_out(app, &keeper.who).await.expect("a list is read");
    app.act(&keeper.who, &AskWork { county, campaign, roll }).await.expect("a list is to be matched");
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let holder = app.ids().new_id(house.now());
    lianxin_reconcile::worker::sweep(app, holder, &stopped).await.expect("a list is matched");
    let mut tx = app.db().read().await.expect("the test database answers");
    let found = lianxin_reconcile::store::campaigns::campaign(&mut tx, COUNTY, campaign);
    let found = found.await.expect("the check is read").expect("there is a check");
    drop(tx);
    let plan = plan(app, &found, Ask::default(), house.now()).await.expect("visits are planned");
    let send = SendVisits { county: COUNTY.into(), campaign, plan };
    app.act(&keeper.who, &send).await.expect("visits are sent");
    // Somebody met there: the visit stays when its list is taken out.
    let visit = newest(house, "visit").await;
    let told = Told { name: format!("{MARK}丁"), ..Told::default() };
    app.act(&keeper.who, &Meet { county: COUNTY.into(), visit, told }).await.expect("somebody is met");
    (campaign, roll)
}

/// A message to the keeper that could not be sent.
async fn stuck_letter(house: &House, keeper: &Person, matter: Uuid) -> Uuid {
    let message = house.app().ids().new_id(house.now());
    let mut tx = house.db().write().await.expect("the test database takes writes");
    sql("insert into letter (county, destination, event, channel, holder, holder_id, kind, matter_county, matter, path, \
         language, urgent, at, due_at, expires_at, message, attempts, state, why, done_at) \
         values ($1, $2, $3, 'email', 'account', $2, 'arrived', $1, $4, $5, 'zh-CN', $6, $7, $7, $7, $3, 1, 'dead', 'http-500', $7)")
    .bind(COUNTY)
    .bind(keeper.account())
    .bind(message)
    .bind(matter)
    .bind(lianxin_testkit::path_of(VILLAGE))
    .bind(false)
    .bind(house.now())
    .run(&mut tx)
    .await
    .expect("a letter can be written");
    tx.commit().await.expect("a letter can be committed");
    message
}

/// The newest row's id of a table.
async fn newest(house: &House, table: &str) -> Uuid {
    let mut tx = house.db().read().await.expect("the test database answers");
    let table = tables().into_iter().find(|known| known.name == table).expect("the table is known");
    let at = table.columns.iter().position(|(name, _)| name == "id").expect("it has ids");
    let mut found = Vec::new();
    let mut each = |row: Vec<lianxin_foundation::db::Value>| {
        if let lianxin_foundation::db::Value::Uuid(Some(id)) = row[at] {
            found.push(id);
        }
        Ok(())
    };
    dump::rows(&mut tx, &table, &mut each).await.expect("a table can be read");
    found.into_iter().max().expect("there is a row")
}

/// An address with its county filled in, and its other names by `ids`, one after the other, the last for the rest.
fn filled(address: &str, county: &str, ids: &str) -> String {
    let (mut next, mut last) = (ids.split(' '), "");
    let part = |part: &str| match part {
        "{county}" => county.to_owned(),
        name if name.starts_with('{') => {
            last = next.next().unwrap_or(last);
            last.to_owned()
        }
        plain => plain.to_owned(),
    };
    address.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn resolved<'d>(document: &'d Json, schema: &'d Json) -> &'d Json {
    let named = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    let named = named.or_else(|| schema["oneOf"].as_array()?.iter().find_map(|one| one["$ref"].as_str()));
    match named.and_then(|name| name.rsplit('/').next()) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    }
}

/// What a list is asked for, so that a filter is no way around a scope.
fn narrowed(address: &str) -> String {
    format!(
        "{address}?county={COUNTY}&area={VILLAGE}&tab=all&term=all&closed=1&ended=1&name=%E7%A7%98&q=%E7%A7%98"
    )
}

async fn strangers_find_every_door_shut(house: House) {
    let yard = Yard::new(&house).await;
    let document = serde_json::to_value(document()).expect("the document is JSON");
    let addresses = addresses(house.app()).await;
    let mut strangers = Vec::new();
    for area in ["421202001", "421223101"] {
        let unit = house.organisation(area, "unit", "邻居单位").await;
        strangers.push(house.person(&format!("stranger-{area}"), &every_post(&house, area, unit)).await);
    }
    let over = Post { to: Some(house.now()), ..house.post(Role::Supervisor, COUNTY) };
    strangers.push(house.person("former", &[over]).await);
    let mut wrong = String::new();
    for stranger in &strangers {
        let (mut signed_in, mut program) = yard.visitor(stranger).await;
        let before = yard.kept_beside(stranger.account()).await;
        for (address, methods) in &addresses {
            let names = address.contains('{') && !WAYS.contains(&address.as_str());
            let mut targets = yard.targets(address);
            targets.extend((!names).then(|| narrowed(address)));
            for (method, target) in
                methods.iter().flat_map(|method| targets.iter().map(move |target| (method, target)))
            {
                let browser = if address.starts_with("/api/") { &mut program } else { &mut signed_in };
                let answer = yard.knock(browser, &document, method, address, target).await;
                let shut = matches!(answer.status, 401 | 403 | 404);
                if (names && !shut) || answer.status >= 500 || yard.shows_anything(&answer) {
                    let _ = writeln!(wrong, "{}: {method} {target} gave {}", stranger.login, answer.status);
                }
            }
        }
        for (table, rows) in yard.kept_beside(stranger.account()).await {
            if before[&table] != rows {
                let new: Vec<_> = rows.iter().filter(|row| !before[&table].contains(row)).collect();
                let _ = writeln!(wrong, "{} changed the table {table}: {new:?}", stranger.login);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    keepers_get_in(&yard, &document, &addresses).await;
}

/// The same knocks by whoever keeps the place: what names a thing must open to them, one way or another.
async fn keepers_get_in(yard: &Yard, document: &Json, addresses: &BTreeMap<String, Vec<String>>) {
    let (mut signed_in, mut program) = yard.visitor(&yard.keeper).await;
    let forbidden = yard.house.app().locales().speak(Language::default()).t("problem-forbidden");
    let mut wrong = String::new();
    let names = |address: &str| address.contains('{') && !WAYS.contains(&address);
    // What closes something takes posts with it, the keeper's own last.
    let closes = |address: &str| {
        u8::from(address.ends_with("/close")) + u8::from(address.starts_with("/organisations/"))
    };
    let mut in_order: Vec<(&String, &Vec<String>)> = addresses.iter().collect();
    in_order.sort_by_key(|(address, _)| if address.ends_with("/close") { closes(address) } else { 0 });
    for method in ["GET", "POST"] {
        for (address, _) in in_order
            .iter()
            .filter(|(address, methods)| names(address) && methods.iter().any(|one| one == method))
        {
            if SECRET.iter().any(|beginning| address.starts_with(beginning)) {
                continue;
            }
            let mut opened = false;
            let mut statuses = Vec::new();
            for target in yard.targets(address) {
                let browser = if address.starts_with("/api/") { &mut program } else { &mut signed_in };
                let answer = yard.knock(browser, document, method, address, &target).await;
                statuses.push(answer.status);
                // Whose it is and how it stands are two questions: "not by this party now" is the second.
                opened |= match answer.status {
                    401 | 404 => false,
                    403 => !answer.text().contains(&forbidden),
                    status => status < 500,
                };
            }
            if !opened {
                let _ = writeln!(wrong, "{method} {address} is shut to its keeper too: {statuses:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_matters::MESSAGES, lianxin_reconcile::MESSAGES];

    async fn every_door(house: House) {
        strangers_find_every_door_shut(house).await;
    }
}

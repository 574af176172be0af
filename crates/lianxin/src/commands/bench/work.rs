//! What people do all day, on the full county: through the very actions and pages they use.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use lianxin_foundation::account::{Outcome, SESSION_COOKIE, SignIn};
use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::scope::{Means, Post};
use lianxin_foundation::{App, Right, Role, Who};
use lianxin_matters::Matters;
use lianxin_matters::actions::{Accept, Report, Resolve};
use lianxin_matters::figures::period::Period;
use lianxin_matters::figures::report::{Cache, Question};
use lianxin_matters::model::Channel;
use lianxin_matters::store;
use lianxin_registry::area::path_of;
use tower::ServiceExt;
use uuid::Uuid;

use super::super::demo::{PASSWORD, data};
use super::clients::{Timing, drive};
use super::load::{self, County};
use super::machine::Meter;
use super::seed::Seed;
use super::stand::Stand;
use crate::metrics::Metrics;
use crate::serve;

/// One client alone, and several at once.
const CLIENTS: [usize; 2] = [1, 8];

/// One kind of work.
pub(super) struct Line {
    pub(super) what: &'static str,
    pub(super) clients: usize,
    pub(super) timing: Timing,
}

/// What was found.
pub(super) struct Measured {
    pub(super) lines: Vec<Line>,
    /// What the database server held when it was done.
    pub(super) server_megabytes: Option<f64>,
    pub(super) events: usize,
    /// Matters on which something is still to be done.
    pub(super) open: usize,
}

/// Everybody's work, one kind after the other.
pub(super) async fn measure(
    stand: &Stand,
    app: &App,
    county: County,
    each: Duration,
    meter: Meter,
) -> Result<Measured> {
    let open = county.statuses.iter().filter(|(status, _)| !status.is_over()).map(|(_, count)| count).sum();
    let events = county.events;
    let office = Arc::new(Office::open(app, county).await?);
    let mut lines = Vec::new();
    for clients in CLIENTS {
        stand.say(&format!("work, clients: {clients}"));
        let mut add = |what, timing: Timing| {
            let (each, slow) = (timing.per_second(), timing.milliseconds(0.99));
            stand.say(&format!("{what}: {each:.1} a second, 99 % within {slow:.0} ms"));
            lines.push(Line { what, clients, timing });
        };

        let at = office.clone();
        let report = move |n| {
            let office = at.clone();
            async move { office.report(clients, n).await }
        };
        add("report a matter, routed to its unit", drive(clients, each, meter, report).await?);

        office.look_up_units().await?;
        let at = office.clone();
        let settle = move |n| {
            let office = at.clone();
            async move { office.settle(n).await }
        };
        add("settle a matter: accept, then resolve", drive(clients, each, meter, settle).await?);

        for (what, login) in [
            ("dispatcher's inbox, the whole county", "dispatcher"),
            ("unit handler's inbox, one department", "handler-city"),
            ("grid worker's inbox, one community", "grid"),
        ] {
            let (at, cookie) = (office.clone(), session(&office.app, login).await?);
            let inbox = move |_| {
                let (office, cookie) = (at.clone(), cookie.clone());
                async move { office.page(&cookie, "/inbox").await }
            };
            add(what, drive(clients, each, meter, inbox).await?);
        }

        let (at, cookie) = (office.clone(), session(&office.app, "dispatcher").await?);
        let open = move |n| {
            let (office, cookie) = (at.clone(), cookie.clone());
            async move { office.open_one(&cookie, n).await }
        };
        add("open one matter", drive(clients, each, meter, open).await?);

        let at = office.clone();
        let figures = move |_| {
            let office = at.clone();
            async move { office.figures().await }
        };
        add("the county's figures, computed anew", drive(clients, each, meter, figures).await?);
    }
    Ok(Measured { lines, server_megabytes: meter.server_megabytes(), events, open })
}

/// The program at work, and the people in it.
struct Office {
    app: App,
    matters: Matters,
    router: Router,
    county: County,
    stories: Vec<data::Story>,
    /// Matters reported and not yet settled; the unit is looked up apart from what is measured.
    reported: Mutex<Vec<(Uuid, Option<Uuid>)>>,
}

impl Office {
    async fn open(app: &App, county: County) -> Result<Office> {
        let matters = load::matters()?;
        Ok(Office {
            app: app.clone(),
            router: serve::router(app, matters.clone(), Metrics::new("")),
            matters,
            county,
            stories: data::stories()?,
            reported: Mutex::new(Vec::new()),
        })
    }

    /// A resident reports as the public page does: words, a point, a telephone number.
    async fn report(&self, clients: usize, n: usize) -> Result<bool> {
        let mut seed = Seed::new((clients as u64) << 32 | n as u64);
        let story = seed.one_of(&self.stories);
        let place = seed.skewed(&self.county.places);
        let report = Report {
            matters: &self.matters,
            id: None,
            key: None,
            county: self.county.code.clone(),
            category: None,
            text: story.text.clone(),
            place: story.place_hint.clone(),
            address: None,
            name: Some(story.reporter.clone()),
            phone: Some(format!("138{:08}", seed.next() % 100_000_000)),
            email: None,
            lon: place.lon,
            lat: place.lat,
            area: place.lon.is_none().then(|| place.area.clone()),
            attributes: serde_json::json!({}),
            private: false,
            channel: Channel::Web,
            language: "zh-CN".to_owned(),
            photos: Vec::new(),
            enterprise: None,
        };
        let reported = self.app.act(&Who::reporter(&self.county.code), &report).await?;
        self.reported.lock().unwrap_or_else(PoisonError::into_inner).push((reported.id, None));
        Ok(true)
    }

    /// Finds out who has the matters reported since the last time, and forgets those already settled.
    async fn look_up_units(&self) -> Result<()> {
        let all = Who::program(&self.county.code).scope(Right::SeeMatters, self.app.clock().now());
        let reported = std::mem::take(&mut *self.reported.lock().unwrap_or_else(PoisonError::into_inner));
        let mut tx = self.app.db().read().await?;
        let mut with_units = Vec::with_capacity(reported.len());
        for (id, _) in reported.into_iter().filter(|(_, unit)| unit.is_none()) {
            let matter = store::matter(&mut tx, &all, &self.county.code, id).await?;
            with_units.extend(matter.and_then(|matter| matter.unit).map(|unit| (id, Some(unit))));
        }
        *self.reported.lock().unwrap_or_else(PoisonError::into_inner) = with_units;
        Ok(())
    }

    /// Somebody of the unit takes a matter and settles it. `false` when all are settled.
    async fn settle(&self, n: usize) -> Result<bool> {
        let next = self.reported.lock().unwrap_or_else(PoisonError::into_inner).get(n).copied();
        let Some((id, Some(unit))) = next else { return Ok(false) };
        let county = &self.county.code;
        let who = handler(county, unit);
        let accept = Accept { matters: &self.matters, county: county.clone(), id, note: String::new() };
        self.app.act(&who, &accept).await?;
        let reply = "已安排人员到现场处理完毕，当天复查一切正常，有问题请再联系我们。".to_owned();
        let resolve =
            Resolve { matters: &self.matters, county: county.clone(), id, reply, photos: Vec::new() };
        self.app.act(&who, &resolve).await?;
        Ok(true)
    }

    async fn open_one(&self, cookie: &str, n: usize) -> Result<bool> {
        let id = Seed::new(n as u64).one_of(&self.county.some).to_owned();
        self.page(cookie, &format!("/matters/{}/{id}", self.county.code)).await
    }

    /// A whole page, from the cookie to the compressed HTML.
    async fn page(&self, cookie: &str, target: &str) -> Result<bool> {
        let doing = || format!("opening {target}");
        let request = Request::get(target)
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT_ENCODING, "gzip")
            .body(Body::empty())
            .while_doing(doing())?;
        let answer = self.router.clone().oneshot(request).await.while_doing(doing())?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.while_doing(doing())?;
        if status.is_success() && !body.is_empty() {
            return Ok(true);
        }
        Err(Error::failed(doing(), format!("answered {status}")))
    }

    /// The staff page's figures of the current period, which the program otherwise keeps for a minute.
    async fn figures(&self) -> Result<bool> {
        let now = self.app.clock().now();
        let question = Question {
            area: self.county.code.clone(),
            period: Period::current(now),
            category: None,
            unit: None,
            enterprises: false,
            scope: Some(Who::program(&self.county.code).scope(Right::SeeFigures, now)),
        };
        let report = Cache::default().report(&self.app, &question).await?;
        if report.whole.received > 0 {
            return Ok(true);
        }
        Err(Error::failed("computing figures", "nothing was counted"))
    }
}

/// The session cookie of one of the demo's people.
pub(super) async fn session(app: &App, login: &str) -> Result<String> {
    let typed = SignIn { login: login.to_owned(), password: PASSWORD.to_owned(), code: None, language: None };
    match typed.attempt(app).await? {
        Outcome::In(secret) => Ok(format!("{SESSION_COOKIE}={secret}")),
        Outcome::NeedsCode => Err(Error::failed("signing in", format!("{login} has a second factor"))),
    }
}

/// Somebody who does this unit's work.
fn handler(county: &str, unit: Uuid) -> Who {
    let post = Post {
        id: Uuid::nil(),
        role: Role::UnitHandler,
        area: county.to_owned(),
        path: path_of(county),
        organisation: Some(unit),
        from: 0,
        to: None,
    };
    let name = "演示·经办人".to_owned();
    Who { account: None, county: county.to_owned(), name, posts: vec![post], means: Means::Assumed }
}

//! 调解: who takes part, sittings, an agreement with its legal limits, or none.

use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{DAY, HOUR, rfc3339};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Right, Role, audit, sql};
use lianxin_matters::actions::{
    AddTaker, Agree, Arrange, ConfirmAgreement, FailMediation, Mediate, OpenDispute, RecordSession, Withdraw,
};
use lianxin_matters::clock_worker::sweep;
use lianxin_matters::disputes::store::{count, of_matter};
use lianxin_matters::disputes::{Dispute, Form, Outcome, Part, confirm_by};
use lianxin_matters::model::Status;
use lianxin_matters::rules::Step;
use lianxin_testkit::both_engines;
use serde_json::json;
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, code, reporter};

impl County {
    fn mediate(&self, id: Uuid) -> Mediate<'_> {
        Mediate {
            matters: &self.matters, county: COUNTY.into(), id, about: "演示：楼道堆物谁来清".into()
        }
    }

    async fn disputes(&self, matter: Uuid) -> Vec<Dispute> {
        of_matter(&mut self.house.db().read().await.unwrap(), COUNTY, matter).await.unwrap()
    }

    fn agree(&self, id: Uuid) -> Agree<'_> {
        let (county, at) = (COUNTY.into(), self.house.now());
        Agree {
            matters: &self.matters,
            county,
            id,
            form: Form::Written,
            at,
            terms: "演示：三天内清完".into(),
        }
    }

    fn fail(&self, id: Uuid) -> FailMediation<'_> {
        FailMediation {
            matters: &self.matters, county: COUNTY.into(), id, reason: "演示：谈不拢".into()
        }
    }

    /// The property company, the owners' committee, a resident and an adviser at one table; a sitting they came to.
    async fn sat(&self, dispute: Uuid) -> [Uuid; 4] {
        let (app, house) = (self.house.app(), &self.house);
        let property = house.organisation(COUNTY, "property-company", "演示物业").await;
        let owners = house.organisation(COUNTY, "owners-committee", "演示业委会").await;
        let mut takers = Vec::new();
        for (part, organisation, name) in [
            (Part::Property, Some(property), ""),
            (Part::Owners, Some(owners), ""),
            (Part::Side, None, "演示住户"),
            (Part::Adviser, None, "演示律师"),
        ] {
            let add = AddTaker { part, organisation, name: name.into(), ..person(dispute) };
            takers.push(app.act(&self.handlers[0], &add).await.unwrap());
        }
        let session = app.act(&self.handlers[0], &arrange(dispute, house.now(), &takers)).await.unwrap();
        let came = takers[..3].to_vec();
        let record = RecordSession {
            county: COUNTY.into(),
            id: dispute,
            session,
            came,
            record: "演示：都说了话".into(),
        };
        app.act(&self.handlers[0], &record).await.unwrap();
        takers.try_into().unwrap()
    }
}

fn person(id: Uuid) -> AddTaker {
    let (name, phone) = ("演示住户".into(), "13800001234".into());
    AddTaker { county: COUNTY.into(), id, part: Part::Side, organisation: None, name, phone }
}

fn arrange(id: Uuid, at: i64, invited: &[Uuid]) -> Arrange {
    Arrange {
        county: COUNTY.into(), id, at, place: "演示社区议事厅".into(), invited: invited.to_vec()
    }
}

fn confirm(id: Uuid, at: i64) -> ConfirmAgreement {
    ConfirmAgreement { county: COUNTY.into(), id, at, note: "演示法院（演）1号".into() }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// From the first word to a court's confirmation; the file opens with a reason, on record.
    async fn the_parties_agree_and_may_ask_a_court(house: House) {
        let county = County::new(&house).await;
        let (app, owner, matter) = (house.app(), &county.handlers[0], county.accepted().await);
        let before = county.stored(matter).await;
        let id = app.act(owner, &county.mediate(matter)).await.unwrap();
        assert_eq!(county.stored(matter).await.resolve_due, before.resolve_due, "the same clock");
        let takers = county.sat(id).await;
        assert_eq!(code(app.act(owner, &county.resolve(matter)).await), "dispute-still-open");
        let agreed = app.act(owner, &county.agree(id)).await.unwrap();
        assert_eq!((agreed.outcome, agreed.confirm_by), (Some(Outcome::Agreed), Some(confirm_by(house.now()))));
        assert_eq!(county.events(matter).await.pop().unwrap().kind, Step::Agree);
        assert_eq!(code(app.act(owner, &confirm(id, house.now() - 1)).await), "dispute-confirm-range");
        house.clock().set(house.now() + 29 * DAY);
        app.act(owner, &confirm(id, house.now())).await.unwrap();
        assert_eq!(code(app.act(owner, &confirm(id, house.now())).await), "dispute-confirmed-already");
        let open = |reason: &str| OpenDispute { county: COUNTY.into(), id, reason: reason.into() };
        assert_eq!(code(app.act(owner, &open("看")).await), "matter-reason-short");
        let file = app.act(owner, &open("打印归档")).await.unwrap();
        assert_eq!(file.takers.iter().map(|(taker, ..)| taker.id).collect::<Vec<_>>(), takers);
        let resident = &file.takers[2];
        assert_eq!((resident.1.as_deref(), resident.2.as_deref()), (Some("演示住户"), Some("13800001234")));
        assert_eq!((file.about.as_str(), file.terms.as_deref()), ("演示：楼道堆物谁来清", Some("演示：三天内清完")));
        let (session, record) = &file.sessions[0];
        assert_eq!(record.as_deref(), Some("演示：都说了话"));
        assert_eq!(session.invited.iter().filter(|(_, came)| *came == Some(true)).count(), 3);
        app.act(owner, &county.resolve(matter)).await.unwrap();
        county.check_log(matter).await;
        let mut tx = house.db().read().await.unwrap();
        let opened: i64 = sql("select count(*) from audit where action = 'dispute-open-file'").scalar(&mut tx).await.unwrap();
        assert_eq!(opened, 1, "a refusal opens nothing");
        drop(tx);
        let verdicts = audit::verify(house.db(), app.vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// After thirty days a court takes no joint request; what was never agreed cannot be confirmed.
    async fn a_court_is_asked_within_thirty_days(house: House) {
        let county = County::new(&house).await;
        let (app, owner, matter) = (house.app(), &county.handlers[0], county.accepted().await);
        let id = app.act(owner, &county.mediate(matter)).await.unwrap();
        assert_eq!(code(app.act(owner, &confirm(id, house.now())).await), "dispute-not-agreed");
        county.sat(id).await;
        let late = Agree { at: house.now() + HOUR, ..county.agree(id) };
        assert_eq!(code(app.act(owner, &late).await), "dispute-agreed-range");
        app.act(owner, &Agree { form: Form::Oral, ..county.agree(id) }).await.unwrap();
        let until = county.disputes(matter).await[0].confirm_by.unwrap();
        house.clock().set(until);
        assert_eq!(code(app.act(owner, &confirm(id, until)).await), "dispute-confirm-late");
        app.act(owner, &confirm(id, until - 1)).await.unwrap();
    }

    /// Who may do what, and what has to come before what.
    async fn mediation_has_its_limits(house: House) {
        let county = County::new(&house).await;
        let (app, owner, matter) = (house.app(), &county.handlers[0], county.filed().await);
        assert_eq!(code(app.act(owner, &county.mediate(matter)).await), "matter-step-now", "take it first");
        app.act(owner, &county.accept(matter)).await.unwrap();
        assert_eq!(code(app.act(owner, &Mediate { about: " ".into(), ..county.mediate(matter) }).await), "dispute-about-missing");
        assert_eq!(code(app.act(&county.dispatcher, &county.mediate(matter)).await), "matter-step-party");
        assert_eq!(code(app.act(&county.handlers[3], &county.mediate(matter)).await), "problem-not-found");
        let id = app.act(owner, &county.mediate(matter)).await.unwrap();
        assert_eq!(code(app.act(owner, &county.mediate(matter)).await), "dispute-open-already");
        assert_eq!(code(app.act(owner, &county.agree(id)).await), "dispute-session-missing");
        for (add, refused) in [
            (AddTaker { name: " ".into(), ..person(id) }, "dispute-name-missing"),
            (AddTaker { phone: "12".into(), ..person(id) }, "matter-phone-form"),
            (AddTaker { organisation: Some(Uuid::from_u128(99)), ..person(id) }, "matter-unit-missing"),
            (AddTaker { id: Uuid::from_u128(99), ..person(id) }, "problem-not-found"),
        ] {
            assert_eq!(code(app.act(owner, &add).await), refused);
        }
        assert_eq!(code(app.act(&county.dispatcher, &person(id)).await), "matter-step-party");
        let branch = AddTaker { part: Part::Branch, organisation: Some(county.units[1]), ..person(id) };
        let first = app.act(owner, &branch).await.unwrap();
        assert_eq!(code(app.act(owner, &branch).await), "dispute-party-already");
        let adviser = app.act(owner, &AddTaker { part: Part::Adviser, ..person(id) }).await.unwrap();
        let now = house.now();
        assert_eq!(code(app.act(owner, &arrange(id, now, &[first, adviser])).await), "dispute-invited-few", "an adviser is no side");
        let side = app.act(owner, &person(id)).await.unwrap();
        assert_eq!(code(app.act(owner, &arrange(id, now, &[first, Uuid::from_u128(9)])).await), "problem-not-found");
        assert_eq!(code(app.act(owner, &arrange(id, now + 91 * DAY, &[first, side])).await), "dispute-time-range");
        assert_eq!(code(app.act(owner, &Arrange { place: " ".into(), ..arrange(id, now, &[first, side]) }).await), "dispute-place-missing");
        let session = app.act(owner, &arrange(id, now + HOUR, &[first, side])).await.unwrap();
        let record = |came: &[Uuid]| RecordSession { county: COUNTY.into(), id, session, came: came.to_vec(), record: "演示".into() };
        assert_eq!(code(app.act(owner, &record(&[first, side])).await), "dispute-session-early");
        house.clock().set(now + HOUR);
        assert_eq!(code(app.act(owner, &RecordSession { record: " ".into(), ..record(&[]) }).await), "dispute-record-missing");
        app.act(owner, &record(&[first])).await.unwrap();
        assert_eq!(code(app.act(owner, &record(&[first, side])).await), "dispute-session-held", "what is noted stays");
        assert_eq!(code(app.act(owner, &county.agree(id)).await), "dispute-session-missing", "one side alone agrees on nothing");
    }

    /// It fails, is told and over; the next level may try again on the same clock.
    async fn the_lowest_level_tries_first_and_the_next_one_again(house: House) {
        let county = County::new(&house).await;
        let (app, owner, matter) = (house.app(), &county.handlers[0], county.accepted().await);
        let first = app.act(owner, &county.mediate(matter)).await.unwrap();
        house.clock().set(county.stored(matter).await.next_due.unwrap());
        sweep(app, &county.matters).await.unwrap();
        let climbed = county.stored(matter).await;
        assert_eq!((climbed.unit, climbed.hops), (Some(county.units[1]), 1), "the clock carries it up");
        assert_eq!(code(app.act(owner, &person(first)).await), "matter-step-party", "it is the village's now");
        let village = &county.handlers[1];
        assert_eq!(code(app.act(village, &FailMediation { reason: " ".into(), ..county.fail(first) }).await), "matter-reason-missing");
        let failed = app.act(village, &county.fail(first)).await.unwrap();
        assert_eq!((failed.outcome, failed.confirm_by), (Some(Outcome::Failed), None));
        assert_eq!(code(app.act(village, &county.fail(first)).await), "dispute-over");
        assert_eq!(code(app.act(village, &person(first)).await), "dispute-over");
        app.act(village, &county.accept(matter)).await.unwrap();
        app.act(village, &county.mediate(matter)).await.unwrap();
        let back = Withdraw { matters: &county.matters, county: COUNTY.into(), secret: KEY.into(), reason: String::new() };
        app.act(&reporter(), &back).await.unwrap();
        let outcomes: Vec<_> = county.disputes(matter).await.iter().map(|dispute| dispute.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Failed), Some(Outcome::Dropped)]);
        assert_eq!(county.stored(matter).await.status, Status::Withdrawn);
        county.check_log(matter).await;
    }

    /// Lists keep to the scope; whoever does not mediate reads that there is one, not what was said.
    async fn who_does_not_mediate_reads_no_words(house: House) {
        let county = County::new(&house).await;
        let matter = county.accepted().await;
        let id = house.app().act(&county.handlers[0], &county.mediate(matter)).await.unwrap();
        county.sat(id).await;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let page = format!("/disputes/{COUNTY}/{id}");
        let read = async |login: &str, role: Role, place: &str| {
            let person = house.person(login, &[house.post(role, place)]).await;
            let seen = person.who.scope(Right::SeeMatters, house.now());
            let listed = count(&mut house.db().read().await.unwrap(), &seen, true).await.unwrap();
            let mut browser = house.browser(routes());
            browser.sign_in(&person).await;
            let list = browser.get("/disputes").await;
            let shown = browser.get(&page).await;
            let file = browser.post(&format!("{page}/file"), &[("reason", "打印归档")]).await;
            (listed, list.status, shown.status, shown.text().contains("都说了话"), shown.text().contains("演示住户"), file.status)
        };
        assert_eq!(read("boss", Role::Supervisor, COUNTY).await, (1, 200, 200, true, false, 200), "names stay masked on the page");
        assert_eq!(read("secretary", Role::Secretary, COUNTY).await, (1, 200, 200, false, false, 403));
        assert_eq!(read("elsewhere", Role::Supervisor, "421202").await, (0, 200, 404, false, false, 404));
    }

    /// The same by the page's forms and by a program.
    async fn pages_and_programs_mediate(house: House) {
        let county = County::new(&house).await;
        let post = Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) };
        let owner = house.person("owner", &[post]).await;
        let matter = county.accepted().await;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes());
        browser.sign_in(&owner).await;
        let begun = browser.post(&format!("/matters/{COUNTY}/{matter}/mediate"), &[("about", "演示：停车位")]).await;
        assert_eq!(begun.status, 303, "{}", begun.text());
        let id = county.disputes(matter).await[0].id;
        let page = format!("/disputes/{COUNTY}/{id}");
        assert!(browser.get(&format!("/matters/{COUNTY}/{matter}")).await.text().contains(&page));
        assert_eq!(browser.post(&format!("{page}/parties"), &[("part", "side")]).await.status, 422);
        for name in ["演示甲", "演示乙"] {
            assert_eq!(browser.post(&format!("{page}/parties"), &[("part", "side"), ("name", name)]).await.status, 303);
        }
        let shown = browser.get(&page).await.text();
        assert!(shown.contains("演**") && shown.contains("停车位") && !shown.contains("演示甲"));
        assert_eq!(browser.post(&format!("{page}/nothing"), &[]).await.status, 404);
        assert_eq!(browser.post(&format!("{page}/sessions"), &[("at", "明天"), ("place", "x")]).await.status, 422);
        let add = AddToken { county: COUNTY.into(), account: owner.account(), name: "接口".into(), expires_at: None };
        let token = house.app().act(&owner.who, &add).await.unwrap();
        let mut program = house.browser(routes()).bearing(&token);
        let below = format!("/api/v1{page}");
        let file = program.json("POST", &format!("{below}/file"), &json!({ "reason": "核对参加人" })).await.json();
        assert_eq!((&file["about"], &file["parties"][1]["name"]), (&"演示：停车位".into(), &"演示乙".into()));
        let invited: Vec<_> = file["parties"].as_array().unwrap().iter().map(|party| party["id"].clone()).collect();
        let now = rfc3339(house.now());
        let session = json!({ "at": now, "place": "演示社区", "invited": invited });
        let made = program.json("POST", &format!("{below}/sessions"), &session).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let session = made.json()["id"].as_str().unwrap().to_owned();
        let record = json!({ "came": invited, "record": "演示：说开了" });
        let held = program.json("POST", &format!("{below}/sessions/{session}/record"), &record).await;
        assert_eq!(held.status, 200, "{}", held.text());
        let wrong = json!({ "form": "spoken", "at": now, "terms": "演示" });
        assert_eq!(program.json("POST", &format!("{below}/agreement"), &wrong).await.status, 422);
        let terms = json!({ "form": "oral", "at": now, "terms": "演示：各停一边" });
        let agreed = program.json("POST", &format!("{below}/agreement"), &terms).await.json();
        assert_eq!((&agreed["outcome"], &agreed["form"]), (&"agreed".into(), &"oral".into()));
        let asked = json!({ "at": now, "note": "演示法院" });
        assert_eq!(program.json("POST", &format!("{below}/confirmation"), &asked).await.status, 200);
        assert_eq!(program.json("POST", &format!("{below}/failure"), &json!({ "reason": "x" })).await.status, 409);
        assert_eq!(program.get("/api/v1/disputes").await.json()["total"], 1);
        assert_eq!(program.get("/api/v1/disputes?show=open").await.json()["total"], 0);
        let of = program.get(&format!("/api/v1/matters/{COUNTY}/{matter}/disputes")).await.json();
        assert_eq!(of[0]["court"], "演示法院");
        let paper = browser.post(&format!("{page}/file"), &[("reason", "打印归档")]).await.text();
        assert!(paper.contains("演示甲") && paper.contains("各停一边"), "{paper}");
    }
}

//! A two-way check from its opening to its last day: who may do what, what is found, what is kept.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use lianxin_foundation::clock::{DAY, MINUTE};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Action, Error, Role, Who, sql};
use lianxin_reconcile::actions::{
    AskWork, BringRoll, CloseCampaign, Decide, DropRoll, NoteTold, OpenCampaign, ReadRoll, ReopenCampaign,
    SILENT, StopWork, Undecide,
};
use lianxin_reconcile::model::{Band, Field, RunState};
use lianxin_reconcile::rules::bands::Thresholds;
use lianxin_reconcile::rules::tables::guessed;
use lianxin_reconcile::store::matches::{self, Matched, Whom};
use lianxin_reconcile::store::{campaigns, rolls, runs};
use lianxin_reconcile::worker;
use lianxin_registry::actions::people::{AddPerson, Lodging};
use lianxin_testkit::{House, both_engines};
use tokio::sync::watch;
use uuid::Uuid;

const COUNTY: &str = "421223";
const TOWN: &str = "421223100";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223101001";

/// A place with a secretary, an office whose list is asked for, and one that is not asked.
struct Yard {
    house: House,
    secretary: Who,
    office: Uuid,
    clerk: Who,
    stranger: Who,
}

impl Yard {
    async fn new(house: House) -> Yard {
        house.area(VILLAGE).await;
        house.area(OTHER).await;
        let office = house.organisation(COUNTY, "unit", "演示民政局").await;
        let other = house.organisation(COUNTY, "unit", "演示医保局").await;
        let of = |unit| Post { organisation: Some(unit), ..house.post(Role::UnitHandler, COUNTY) };
        let (clerk, stranger) = (house.who(&[of(office)]), house.who(&[of(other)]));
        let secretary = house.who(&[house.post(Role::Secretary, TOWN)]);
        Yard { secretary, office, clerk, stranger, house }
    }

    fn campaign(&self) -> OpenCampaign {
        OpenCampaign {
            title: "演示排查".into(),
            purpose: "核对高龄津贴".into(),
            ground: "演示依据第一条".into(),
            area: VILLAGE.into(),
            age_from: None,
            age_to: None,
            last: Some(self.house.now() + 30 * DAY),
            offices: vec![self.office],
        }
    }

    async fn opened(&self) -> Uuid {
        self.house.app().act(&self.secretary, &self.campaign()).await.unwrap().1
    }

    fn bring(&self, campaign: Uuid, text: &str) -> BringRoll {
        BringRoll {
            county: COUNTY.into(),
            campaign,
            organisation: self.office,
            title: "高龄津贴名单".into(),
            text: text.into(),
        }
    }

    /// Brings a list and reads it as it is guessed.
    async fn read(&self, campaign: Uuid, text: &str) -> Uuid {
        let app = self.house.app();
        let roll = app.act(&self.clerk, &self.bring(campaign, text)).await.unwrap();
        self.columns(roll, text).carry_out(app, &self.clerk).await.unwrap();
        roll
    }

    fn columns(&self, roll: Uuid, text: &str) -> ReadRoll {
        let fields = guessed(text).into_iter().enumerate();
        let fields: HashMap<usize, Field> = fields.filter_map(|(at, field)| Some((at, field?))).collect();
        ReadRoll { county: COUNTY.into(), roll, fields }
    }

    async fn ask(&self, campaign: Uuid, roll: Uuid) -> Uuid {
        let ask = AskWork { county: COUNTY.into(), campaign, roll };
        self.house.app().act(&self.secretary, &ask).await.unwrap()
    }

    async fn sweep(&self) -> usize {
        let (_stop, stopped) = watch::channel(false);
        let holder = self.house.app().ids().new_id(self.house.now());
        worker::sweep(self.house.app(), holder, &stopped).await.unwrap()
    }

    /// A line of a linked list as it stands.
    async fn line(&self, roll: Uuid, line: i64) -> Matched {
        let mut tx = self.house.db().read().await.unwrap();
        let roll = rolls::roll(&mut tx, COUNTY, roll).await.unwrap().unwrap();
        let thresholds =
            Thresholds::taught(&matches::decisions(&mut tx, COUNTY, roll.campaign).await.unwrap());
        matches::line(&mut tx, &roll, roll.run.unwrap(), &thresholds, line).await.unwrap().unwrap()
    }

    async fn bands(&self, roll: Uuid) -> Vec<(String, i64)> {
        let mut tx = self.house.db().read().await.unwrap();
        let roll = rolls::roll(&mut tx, COUNTY, roll).await.unwrap().unwrap();
        let mut found =
            matches::by_band(&mut tx, &roll, roll.run.unwrap(), &Thresholds::default()).await.unwrap();
        found.sort();
        found
    }

    async fn count(&self, table: &'static str) -> i64 {
        let mut tx = self.house.db().read().await.unwrap();
        let text = match table {
            "roll_row" => "select count(*) from roll_row",
            "roll_match" => "select count(*) from roll_match",
            "roll_decision" => "select count(*) from roll_decision",
            "sealed_file" => "select count(*) from roll where sealed_file is not null",
            other => panic!("{other} is not counted here"),
        };
        sql(text).scalar(&mut tx).await.unwrap()
    }

    async fn audited(&self, action: &str) -> Vec<String> {
        let mut tx = self.house.db().read().await.unwrap();
        let rows: Vec<(String,)> = sql("select detail from audit where action = $1 order by county, seq")
            .bind(action)
            .all(&mut tx)
            .await
            .unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }
}

/// The field refused and why, or the code where it is about none.
async fn refused<A: Action>(house: &House, who: &Who, action: &A) -> String {
    said(house.app().act(who, action).await)
}

/// The same of reading a list.
async fn unread(yard: &Yard, who: &Who, read: &ReadRoll) -> String {
    said(read.carry_out(yard.house.app(), who).await)
}

fn said<T>(done: Result<T, Error>) -> String {
    match done {
        Ok(_) => "done".to_owned(),
        Err(Error::Refused(problem)) => problem
            .fields
            .first()
            .map_or_else(|| problem.code.to_owned(), |wrong| format!("{} {}", wrong.field, wrong.code)),
        Err(error) => panic!("{}", error.chain()),
    }
}

const FAMILY: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "黄", "赵"];
const GIVEN: [&str; 12] =
    ["建国", "秀英", "志强", "桂兰", "海涛", "春梅", "文斌", "玉珍", "德胜", "腊梅", "永福", "静怡"];

/// A generated person: name, birth, telephone.
fn somebody(at: usize) -> (String, String, String) {
    let name = format!("{}{}", FAMILY[at % FAMILY.len()], GIVEN[(at * 5 + at / FAMILY.len()) % GIVEN.len()]);
    let birth = format!("{}-{:02}-{:02}", 1930 + at * 7 % 60, 1 + at * 5 % 12, 1 + at * 11 % 28);
    (name, birth, format!("1390000{:04}", at))
}

/// Registers so many generated people in the village.
async fn register(yard: &Yard, count: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for at in 0..count {
        let (name, birth, phone) = somebody(at);
        let add = AddPerson {
            name,
            id_number: None,
            phone: Some(phone),
            sex: None,
            birth: birth.parse().ok(),
            lodging: Lodging {
                code: Some(format!("H-{}", at / 2)),
                relation: None,
                area: VILLAGE.into(),
                address: Some(format!("演示路 {} 号", at / 2)),
            },
            from: None,
            another: true,
        };
        ids.push(yard.house.app().act(&Who::program(COUNTY), &add).await.unwrap().id);
    }
    ids
}

/// A list of those people between two places, and some whom nobody registered.
fn list(from: usize, to: usize, strangers: usize) -> String {
    let mut text = "姓名,出生日期,联系电话,住址\n".to_owned();
    for at in (from..to).chain(9_000..9_000 + strangers) {
        let (name, birth, phone) = somebody(at);
        text.push_str(&format!("{name},{birth},{phone},演示路 {} 号\n", at / 2));
    }
    text
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_reconcile::MESSAGES];

    async fn a_check_is_opened_with_purpose_ground_and_end(house: House) {
        let yard = Yard::new(house).await;
        let change = |change: &dyn Fn(&mut OpenCampaign)| {
            let mut one = yard.campaign();
            change(&mut one);
            one
        };
        let now = yard.house.now();
        for (one, said) in [
            (change(&|one| one.title = " ".into()), "title check-title-form"),
            (change(&|one| one.purpose.clear()), "purpose check-purpose-form"),
            (change(&|one| one.ground.clear()), "ground check-ground-form"),
            (change(&|one| one.last = None), "last check-last-missing"),
            (change(&|one| one.last = Some(now - DAY)), "last check-last-range"),
            (change(&|one| one.last = Some(now + 400 * DAY)), "last check-last-range"),
            (change(&|one| one.age_from = Some(0)), "age-from check-age-range"),
            (change(&|one| (one.age_from, one.age_to) = (Some(60), Some(60))), "age-from check-age-range"),
            (change(&|one| one.offices.clear()), "offices check-offices-form"),
            (change(&|one| one.offices = vec![Uuid::nil()]), "offices check-office-unknown"),
            (change(&|one| one.area = OTHER.into()), "area check-area-not-yours"),
            (change(&|one| one.area = "421223100999".into()), "area area-unknown"),
        ] {
            assert_eq!(refused(&yard.house, &yard.secretary, &one).await, said);
        }
        let wide = yard.house.who(&[yard.house.post(Role::Administrator, "42")]);
        let city = change(&|one| one.area = "4212".into());
        assert_eq!(refused(&yard.house, &wide, &city).await, "area check-area-wide");
        assert_eq!(refused(&yard.house, &yard.clerk, &yard.campaign()).await, "area check-area-not-yours");
        let id = yard.opened().await;
        let mut tx = yard.house.db().read().await.unwrap();
        for (who, sees) in [(&yard.secretary, true), (&yard.clerk, true), (&yard.stranger, false), (&wide, true)] {
            use lianxin_foundation::Right::{BringLists, RunChecks};
            let scopes = (who.scope(RunChecks, now), who.scope(BringLists, now));
            let found = campaigns::in_scope(&mut tx, &scopes.0, &scopes.1, 9).await.unwrap();
            assert_eq!(found.iter().any(|one| one.id == id), sees, "{:?}", who.posts);
        }
        assert_eq!(yard.audited("check-open").await.len(), 1);
    }

    async fn a_list_is_read_line_by_line_and_nothing_is_lost(house: House) {
        let yard = Yard::new(house).await;
        let campaign = yard.opened().await;
        let text = "序号,姓名,身份证号,电话,住址,备注\n1,演示甲,11010519491231002X,13812345678,天城镇,\n\
                    2,,110105194912310021,12,,x\n\n3,\"演示\n乙\",,13900000001,,,多\n";
        let bring = yard.bring(campaign, text);
        assert_eq!(refused(&yard.house, &yard.stranger, &bring).await, "problem-not-found");
        let elsewhere = BringRoll { organisation: Uuid::nil(), ..bring.clone() };
        assert_eq!(refused(&yard.house, &yard.clerk, &elsewhere).await, "organisation check-office-not-asked");
        let roll = yard.house.app().act(&yard.clerk, &bring).await.unwrap();
        assert_eq!(yard.count("sealed_file").await, 1);
        let read = yard.columns(roll, text);
        assert_eq!(unread(&yard, &yard.stranger, &read).await, "problem-not-found");
        let fields = |fields: &[(usize, Field)]| ReadRoll {
            fields: fields.iter().copied().collect(), ..read.clone()
        };
        for (one, said) in [
            (fields(&[(2, Field::IdNumber)]), "columns check-columns-name"),
            (fields(&[(1, Field::Name)]), "columns check-columns-telling"),
            (fields(&[(1, Field::Name), (2, Field::Name), (3, Field::Phone)]), "columns check-columns-twice"),
        ] {
            assert_eq!(unread(&yard, &yard.clerk, &one).await, said);
        }
        // Somebody began to read it and was cut off: their lines do not count, and go when it is read anew.
        let mut tx = yard.house.db().write().await.unwrap();
        sql("update roll set reading = $1, reading_at = $2 where id = $1").bind(roll).bind(yard.house.now()).run(&mut tx).await.unwrap();
        sql("insert into roll_row (county, roll, line, sealed, faults) values ($1, $2, 2, $3, '')")
            .bind(COUNTY)
            .bind(roll)
            .bind(vec![0_u8])
            .run(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(unread(&yard, &yard.clerk, &read).await, "check-roll-being-read");
        yard.house.clock().set(yard.house.now() + SILENT + 1);
        assert_eq!(read.carry_out(yard.house.app(), &yard.clerk).await.unwrap(), 3);
        assert_eq!(unread(&yard, &yard.clerk, &read).await, "check-roll-read-already");
        let mut tx = yard.house.db().read().await.unwrap();
        assert_eq!(
            rolls::faulty(&mut tx, COUNTY, roll, 9).await.unwrap(),
            [(3, "no-name,id-number,phone".to_owned()), (5, "columns".to_owned())]
        );
        let known = rolls::columns(&mut tx, COUNTY, yard.office).await.unwrap();
        assert!(known.contains(&("身份证号".to_owned(), "id-number".to_owned())), "remembered: {known:?}");
        let plain: Vec<(Vec<u8>,)> = sql("select sealed from roll_row").all(&mut tx).await.unwrap();
        assert!(plain.iter().all(|row| !String::from_utf8_lossy(&row.0).contains("演示")), "sealed");
        drop(tx);
        assert_eq!(yard.count("sealed_file").await, 0, "the file itself is gone");
        let drop_it = DropRoll { county: COUNTY.into(), roll };
        assert_eq!(refused(&yard.house, &yard.stranger, &drop_it).await, "problem-not-found");
        assert_eq!(refused(&yard.house, &yard.clerk, &drop_it).await, "done");
        assert_eq!(yard.count("roll_row").await, 0);
    }

    async fn a_list_is_matched_decided_about_and_decisions_are_taken_back(house: House) {
        let yard = Yard::new(house).await;
        let people = register(&yard, 60).await;
        let campaign = yard.opened().await;
        let roll = yard.read(campaign, &list(10, 50, 5)).await;
        let ask = AskWork { county: COUNTY.into(), campaign, roll };
        assert_eq!(refused(&yard.house, &yard.clerk, &ask).await, "problem-forbidden", "an office does not run it");
        assert_eq!(refused(&yard.house, &yard.stranger, &ask).await, "problem-not-found");
        yard.ask(campaign, roll).await;
        assert_eq!(refused(&yard.house, &yard.secretary, &ask).await, "check-work-under-way");
        assert_eq!(yard.sweep().await, 1);
        assert_eq!(yard.sweep().await, 0);
        let bands = yard.bands(roll).await;
        assert_eq!(bands.iter().map(|band| band.1).sum::<i64>(), 45, "{bands:?}");
        let above = bands.iter().find(|band| band.0 == "above").map_or(0, |band| band.1);
        assert!((5..=7).contains(&above), "the five strangers: {bands:?}");
        let first = yard.line(roll, 2).await;
        assert_eq!(first.person, Some(people[10]));
        let mut tx = yard.house.db().read().await.unwrap();
        let stored = campaigns::campaign(&mut tx, COUNTY, campaign).await.unwrap().unwrap();
        let list = rolls::roll(&mut tx, COUNTY, roll).await.unwrap().unwrap();
        let whom = Whom::of(&stored, yard.house.now());
        let rule = Thresholds::default();
        assert_eq!(matches::count_whom(&mut tx, &whom).await.unwrap(), 60);
        let lacking = matches::count_lacking(&mut tx, &list, list.run.unwrap(), &rule, &whom).await.unwrap();
        assert!((20..=22).contains(&lacking), "twenty people stand on no line: {lacking}");
        let named = matches::lacking(&mut tx, &list, list.run.unwrap(), &rule, &whom, (Uuid::nil(), 99)).await.unwrap();
        assert_eq!(i64::try_from(named.len()).unwrap(), lacking);
        drop(tx);
        let decide = |person: Uuid, same: bool| Decide { county: COUNTY.into(), campaign, roll, line: 2, person, same };
        assert_eq!(refused(&yard.house, &yard.clerk, &decide(people[10], false)).await, "problem-forbidden");
        assert_eq!(refused(&yard.house, &yard.secretary, &decide(people[11], false)).await, "check-linked-again");
        assert_eq!(refused(&yard.house, &yard.secretary, &decide(people[10], false)).await, "done");
        let now = yard.line(roll, 2).await;
        assert_eq!((now.band.as_str(), now.decided), (Band::Above.code(), true));
        yard.ask(campaign, roll).await;
        assert_eq!(yard.sweep().await, 1);
        assert_eq!(yard.line(roll, 2).await.band, Band::Above.code(), "a decision outlives a run");
        let undo = Undecide { county: COUNTY.into(), campaign, roll, line: 2 };
        assert_eq!(refused(&yard.house, &yard.secretary, &undo).await, "done");
        assert_eq!(refused(&yard.house, &yard.secretary, &undo).await, "problem-not-found");
        assert_eq!(yard.line(roll, 2).await.band, first.band);
        assert_eq!(yard.count("roll_match").await, 45, "what the first run found is gone");
        let tell = NoteTold { county: COUNTY.into(), roll, rows: 3 };
        assert_eq!(refused(&yard.house, &yard.stranger, &tell).await, "problem-not-found");
        assert_eq!(refused(&yard.house, &yard.clerk, &tell).await, "done");
    }

    async fn stopping_killing_and_starting_again_lose_nothing(house: House) {
        let yard = Yard::new(house).await;
        register(&yard, 40).await;
        let campaign = yard.opened().await;
        let roll = yard.read(campaign, &list(5, 35, 3)).await;
        yard.ask(campaign, roll).await;
        assert_eq!(yard.sweep().await, 1);
        let (bands, line) = (yard.bands(roll).await, yard.line(roll, 4).await);
        // Stopped before it began: what was found before stays.
        let run = yard.ask(campaign, roll).await;
        let stop = StopWork { county: COUNTY.into(), campaign, run };
        assert_eq!(refused(&yard.house, &yard.stranger, &stop).await, "problem-not-found");
        assert_eq!(refused(&yard.house, &yard.secretary, &stop).await, "done");
        assert_eq!(refused(&yard.house, &yard.secretary, &stop).await, "check-work-ended");
        assert_eq!(yard.sweep().await, 0);
        assert_eq!(yard.bands(roll).await, bands);
        // Killed in the middle: whoever held it is gone, and half of what it found is written.
        let run = yard.ask(campaign, roll).await;
        let mut tx = yard.house.db().write().await.unwrap();
        sql("update check_run set state = 'running', holder = $2, beat_at = $3 where id = $1")
            .bind(run).bind(Uuid::nil()).bind(yard.house.now()).run(&mut tx).await.unwrap();
        sql("insert into roll_match (county, run, line, probability, reasons) values ($1, $2, 2, 0.5, '')")
            .bind(COUNTY).bind(run).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(yard.sweep().await, 0, "its holder was heard of just now");
        assert_eq!(yard.bands(roll).await, bands, "nothing half done is shown");
        yard.house.clock().set(yard.house.now() + MINUTE);
        assert_eq!(yard.sweep().await, 1, "a silent holder is taken for gone");
        assert_eq!(yard.bands(roll).await, bands);
        assert_eq!(yard.line(roll, 4).await, line, "the same again");
        // Told to end while it works: it is given back, and nothing of it stays.
        let run = yard.ask(campaign, roll).await;
        let (stop, stopped) = watch::channel(false);
        stop.send_replace(true);
        assert_eq!(worker::sweep(yard.house.app(), run, &stopped).await.unwrap(), 0);
        let mut tx = yard.house.db().read().await.unwrap();
        let state = runs::run(&mut tx, COUNTY, run).await.unwrap().unwrap().state();
        assert_eq!(state, RunState::Waiting);
        drop(tx);
        assert_eq!(yard.sweep().await, 1);
        assert_eq!(yard.count("roll_match").await, 33);
    }

    async fn nothing_personal_outlives_the_last_day(house: House) {
        let yard = Yard::new(house).await;
        let people = register(&yard, 30).await;
        let campaign = yard.opened().await;
        let roll = yard.read(campaign, &list(0, 20, 2)).await;
        let waiting = yard.house.app().act(&yard.clerk, &yard.bring(campaign, "姓名,电话\n演示丁,1\n")).await.unwrap();
        yard.ask(campaign, roll).await;
        yard.sweep().await;
        let decide = Decide { county: COUNTY.into(), campaign, roll, line: 2, person: people[0], same: true };
        assert_eq!(refused(&yard.house, &yard.secretary, &decide).await, "done");
        let close = CloseCampaign { county: COUNTY.into(), id: campaign };
        assert_eq!(refused(&yard.house, &yard.clerk, &close).await, "problem-forbidden");
        assert_eq!(refused(&yard.house, &yard.secretary, &close).await, "done");
        assert_eq!(refused(&yard.house, &yard.secretary, &decide).await, "check-is-over");
        let reopen = ReopenCampaign { county: COUNTY.into(), id: campaign };
        assert_eq!(refused(&yard.house, &yard.secretary, &reopen).await, "done");
        assert_eq!(worker::erase_overdue(yard.house.app()).await.unwrap(), 0, "its last day is not over");
        yard.house.clock().set(yard.house.now() + 31 * DAY);
        assert_eq!(refused(&yard.house, &yard.secretary, &reopen).await, "check-is-over");
        assert_eq!(unread(&yard, &yard.clerk, &yard.columns(waiting, "姓名,电话\n")).await, "check-is-over");
        assert_eq!(worker::erase_overdue(yard.house.app()).await.unwrap(), 22);
        for table in ["roll_row", "roll_match", "roll_decision", "sealed_file"] {
            assert_eq!(yard.count(table).await, 0, "{table}");
        }
        assert_eq!(yard.audited("check-erase").await, [r#"{"rows":22}"#]);
        assert_eq!(worker::erase_overdue(yard.house.app()).await.unwrap(), 0, "once");
        let mut tx = yard.house.db().read().await.unwrap();
        let kept = rolls::roll(&mut tx, COUNTY, roll).await.unwrap().unwrap();
        assert_eq!((kept.people, kept.run), (22, None), "numbers stay");
    }
}

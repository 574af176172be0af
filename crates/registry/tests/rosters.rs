//! Rosters: looked at, brought in, gone on with, and what of them is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Cursor;
use std::sync::Arc;

use axum::Extension;
use calamine::{Data, Reader, Xlsx};
use lianxin_foundation::{Error, Role, Who, sql};
use lianxin_registry::actions::rosters::BeginRoster;
use lianxin_registry::roster::{BATCH, Counts, Roster, Sheet, bring_in, worker};
use lianxin_registry::{CategoryNames, Places};
use lianxin_testkit::{Answer, Browser, House, both_engines};
use lianxin_worktime::Calendar;

const COUNTY: &str = "421223";
const VILLAGE: &str = "421223100001";
const OTHER: &str = "421223100002";
const ID: &str = "11010519491231002X";

fn browser(house: &House) -> Browser {
    let routes = lianxin_registry::routes()
        .layer(Extension(CategoryNames::new(Vec::new())))
        .layer(Extension(Arc::new(Calendar::china())))
        .layer(Extension(Places::new()));
    house.browser(routes)
}

async fn keeper(house: &House, login: &str, area: &str) -> Browser {
    house.area(area).await;
    let person = house.person(login, &[house.post(Role::GridWorker, area)]).await;
    let mut browser = browser(house);
    browser.sign_in(&person).await;
    browser
}

/// Sends a file in and gives the page it leads to.
async fn sent(browser: &mut Browser, fields: &[(&str, &str)], file: &str) -> Answer {
    browser.post_files("/people/rosters", fields, &[("file", "roster.csv", file.as_bytes())]).await
}

/// What a look, or the import, says: new, changed, as it was, refused.
async fn counts(house: &House) -> (i64, i64, i64, i64) {
    let mut tx = house.db().read().await.unwrap();
    let newest =
        sql("select added, changed, same, refused from roster order by created_at desc, id desc limit 1");
    newest.one(&mut tx).await.unwrap()
}

async fn how_many(house: &House, table: &str) -> i64 {
    let mut tx = house.db().read().await.unwrap();
    match table {
        "person" => sql("select count(*) from person").scalar(&mut tx).await,
        "household" => sql("select count(*) from household").scalar(&mut tx).await,
        "residence" => sql("select count(*) from residence").scalar(&mut tx).await,
        _ => sql("select count(*) from membership").scalar(&mut tx).await,
    }
    .unwrap()
}

/// The reasons in the file of rows that were not taken, by name.
async fn refused(browser: &mut Browser, page: &str) -> Vec<(String, String)> {
    let file = browser.get(&format!("{page}/refused.xlsx")).await;
    assert_eq!(file.status, 200);
    let mut book = Xlsx::new(Cursor::new(file.body.clone())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: Option<&Data>| cell.map(ToString::to_string).unwrap_or_default();
    let name = (0..sheet.width()).find(|at| text(sheet.get((0, *at))).starts_with('姓')).unwrap();
    let rows = 1..sheet.height() - 1; // the last one is the mark
    rows.map(|row| (text(sheet.get((row, name))), text(sheet.get((row, 0))))).collect()
}

/// An ID number of its own for each `n`, born on a day of 1990.
fn id_number(n: usize) -> String {
    let body = format!("421223199001{:02}{:03}", n / 1000 % 28 + 1, n % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize =
        body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{body}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11])
}

/// A roster as a command begins it.
async fn begun(house: &House, sheet: &Sheet, area: &str) -> Roster {
    let id = house.app().ids().new_id(house.now());
    let begin =
        BeginRoster { id, sheet, area: Some(area.to_owned()), organisation: None, kind: String::new() };
    house.app().act(&Who::program("000000"), &begin).await.unwrap()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_clerk_looks_brings_in_and_mends(house: House) {
        let mut clerk = keeper(&house, "worker", VILLAGE).await;
        assert_eq!(clerk.get("/people/rosters").await.status, 200);
        let file = format!(
            "桃溪花名册,,,,,\n姓　名*,身份证号（18位）,手机号码,户号,与户主关系,备注\n\
             张伟,１１０１０５４９１２３１００２,138 1234 5678,H-1,户主,甲\n\
             王芳,,13912345678,H-1,妻子,\n\
             李,{},,,,\n\
             赵六,110105194912310020,,,,\n\
             张伟,{ID},,,,\n", id_number(7),
        );
        let answer = sent(&mut clerk, &[("area", VILLAGE)], &file).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let page = answer.location().to_owned();
        assert_eq!(counts(&house).await, (3, 0, 0, 2));
        assert_eq!(how_many(&house, "person").await, 0, "a look changes nothing");
        let shown = clerk.get(&page).await.text();
        assert!(shown.contains("导入这 3 人") && shown.contains("备注"));
        let why = refused(&mut clerk, &page).await;
        assert_eq!(why.len(), 2);
        assert!(why[0].0 == "赵六" && why[0].1.contains("身份证"), "{why:?}");
        assert!(why[1].1.contains("同一个人"), "the old number and the new one are one person's: {why:?}");
        assert_eq!(clerk.post(&format!("{page}/go"), &[]).await.status, 303);
        assert_eq!(counts(&house).await, (3, 0, 0, 2));
        assert_eq!((how_many(&house, "person").await, how_many(&house, "household").await), (3, 2));
        assert_eq!(refused(&mut clerk, &page).await, why, "in the same words after it is in");
        let list = clerk.get("/people?q=zw").await.text();
        assert!(list.contains("张伟") && !list.contains("13812345678"));
        assert!(clerk.get("/people?q=5678").await.text().contains("张伟"), "found by the end of the number");
        // Mended, sent again: only what differs changes.
        let again = format!("姓名,身份证号,手机,性别\n张伟,{ID},13812345679,女\n王芳,,13912345678,女\n李,{},,\n", id_number(7));
        let answer = sent(&mut clerk, &[("area", VILLAGE)], &again).await;
        assert_eq!(counts(&house).await, (0, 2, 1, 0));
        let page = answer.location().to_owned();
        let shown = clerk.get(&format!("{page}?show=changed")).await.text();
        assert!(shown.contains("138****5678") && shown.contains("138****5679"), "{shown}");
        clerk.post(&format!("{page}/go"), &[]).await;
        assert_eq!(counts(&house).await, (0, 2, 1, 0));
        assert_eq!(how_many(&house, "person").await, 3);
        assert!(clerk.get("/people?q=5679").await.text().contains("张伟"));
        let mut tx = house.db().read().await.unwrap();
        let plain: i64 = sql("select count(*) from person where sex = 'female'").scalar(&mut tx).await.unwrap();
        assert_eq!(plain, 2);
    }

    async fn members_join_a_branch(house: House) {
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let other = house.organisation(OTHER, "branch", "菖蒲村党支部").await;
        let secretary = house.person("secretary", &[house.post(Role::Secretary, "421223100")]).await;
        let mut browser = browser(&house);
        browser.sign_in(&secretary).await;
        let (branch, _other) = (branch.to_string(), other);
        let file = "姓名,出生年月,党员类别,入党时间,所在党支部\n\
            张伟,1980.3.21,正式党员,2005-7-1,\n\
            王芳,1990年5月2日,预备党员,2026.01.08,菖蒲村党支部\n\
            赵六,1991-1-1,群众,,\n\
            钱七,1991-1-1,,2030-1-1,\n\
            孙八,1991-1-1,,,没有这个支部\n";
        let answer = sent(&mut browser, &[("organisation", &branch), ("kind", "member")], file).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(counts(&house).await, (2, 0, 0, 3));
        let page = answer.location().to_owned();
        browser.post(&format!("{page}/go"), &[]).await;
        assert_eq!((how_many(&house, "membership").await, how_many(&house, "residence").await), (2, 0));
        let list = browser.get(&format!("/people?organisation={branch}")).await.text();
        assert!(list.contains("张伟") && list.contains("正式党员") && !list.contains("王芳"));
        // In another branch already: that takes a transfer. And nobody becomes what an organisation does not have.
        let file = "姓名,出生日期\n王芳,1990-05-02\n张伟,1980-03-21\n";
        sent(&mut browser, &[("organisation", &branch), ("kind", "member")], file).await;
        assert_eq!(counts(&house).await, (0, 0, 1, 1));
        let wrong = sent(&mut browser, &[("organisation", &branch), ("kind", "rider-of-none")], file).await;
        assert_eq!(wrong.status, 422);
    }

    async fn stopped_anywhere_it_goes_on_where_it_was(house: House) {
        house.area(VILLAGE).await;
        let rows: String = (0..BATCH + 500).map(|n| format!("演示,{}\n", id_number(n))).collect();
        let sheet = Arc::new(Sheet::read(format!("姓名,身份证号\n{rows}演示,{}\n", id_number(0)).as_bytes()).unwrap());
        let roster = begun(&house, &sheet, VILLAGE).await;
        let who = Who::program(COUNTY);
        let some = bring_in(house.app(), &who, &roster, sheet.clone(), (BATCH, &|_| {})).await.unwrap();
        assert_eq!(some, Counts { added: 2_000, ..Counts::default() });
        assert_eq!(how_many(&house, "person").await, 2_000);
        // The same batch again, by a program that does not know: its rows are taken.
        let again = bring_in(house.app(), &who, &roster, sheet.clone(), (BATCH, &|_| {})).await;
        assert!(matches!(again, Err(Error::Refused(problem)) if problem.code == "roster-moved-on"));
        let roster = begun(&house, &sheet, VILLAGE).await;
        assert_eq!(roster.next_row, 2_000, "the same file for the same place is the same roster");
        let done = bring_in(house.app(), &who, &roster, sheet, (usize::MAX, &|_| {})).await.unwrap();
        assert_eq!(done, Counts { added: 2_500, refused: 1, ..Counts::default() });
        assert_eq!(how_many(&house, "person").await, 2_500);
        assert_eq!(roster.refusals(house.app()).await.unwrap(), [(2_502, "roster-twice".to_owned())]);
    }

    async fn what_is_not_theirs_is_refused(house: House) {
        let mut clerk = keeper(&house, "worker", VILLAGE).await;
        house.area(OTHER).await;
        let mut stranger = keeper(&house, "stranger", OTHER).await;
        let branch = house.organisation(OTHER, "branch", "菖蒲村党支部").await.to_string();
        let file = format!("姓名,身份证号\n张伟,{ID}\n");
        assert_eq!(sent(&mut clerk, &[("area", OTHER)], &file).await.status, 422, "another village");
        assert_eq!(sent(&mut clerk, &[("organisation", &branch), ("kind", "member")], &file).await.status, 422);
        assert_eq!(sent(&mut clerk, &[], &file).await.status, 422, "nowhere");
        assert_eq!(sent(&mut clerk, &[("area", VILLAGE)], "编号\n1\n").await.status, 422, "no names");
        let page = sent(&mut clerk, &[("area", VILLAGE)], &file).await.location().to_owned();
        for address in [page.clone(), format!("{page}/refused.xlsx")] {
            assert_eq!(stranger.get(&address).await.status, 404, "{address}");
        }
        for step in ["go", "columns", "drop"] {
            assert_eq!(stranger.post(&format!("{page}/{step}"), &[]).await.status, 404, "{step}");
        }
        clerk.post(&format!("{page}/go"), &[]).await;
        // The other village learns that the number is taken, not whose it is, and may name no place beyond its own.
        let file = format!("姓名,身份证号,所在村\n张伟,{ID},\n王芳,,{VILLAGE}\n");
        let page = sent(&mut stranger, &[("area", OTHER)], &file).await.location().to_owned();
        assert_eq!(counts(&house).await, (0, 0, 0, 2));
        let shown = stranger.get(&page).await.text();
        assert!(shown.contains("别处登记") || shown.contains("身份证"), "{shown}");
    }

    async fn columns_are_chosen_once(house: House) {
        let mut clerk = keeper(&house, "worker", VILLAGE).await;
        let file = "姓名,号码,备注\n张伟,13812345678,甲\n";
        let page = sent(&mut clerk, &[("area", VILLAGE)], file).await.location().to_owned();
        let wrong = clerk.post(&format!("{page}/columns"), &[("column[0]", "name"), ("column[1]", "name")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(clerk.post(&format!("{page}/columns"), &[("column[1]", "phone")]).await.status, 422, "no name");
        let chosen = [("column[0]", "name"), ("column[1]", "phone"), ("column[2]", "")];
        assert_eq!(clerk.post(&format!("{page}/columns"), &chosen).await.status, 303);
        clerk.post(&format!("{page}/go"), &[]).await;
        assert!(clerk.get("/people?q=5678").await.text().contains("张伟"));
        let page = sent(&mut clerk, &[("area", VILLAGE)], &file.replace("5678", "9999")).await.location().to_owned();
        let shown = clerk.get(&format!("{page}?show=new")).await.text();
        assert!(shown.contains("1 列不导入"), "the telephone was found without being told: {shown}");
        // Thrown away, nothing of it is left; the worker forgets what lies for a week.
        assert_eq!(clerk.post(&format!("{page}/drop"), &[]).await.status, 303);
        assert_eq!(clerk.get(&format!("{page}/refused.xlsx")).await.status, 404);
        house.clock().set(house.now() + 8 * 86_400_000_000);
        assert_eq!(worker::sweep(house.app()).await.unwrap(), 1, "the one that went in");
    }
}

//! What a backup must not hold: who is signed in, keys, anything personal in the open.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use lianxin_foundation::db::schema::{Table, tables, tables_at};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::house::{COUNTY, Folder, House, LOGIN, PASSWORD, PATIENCE, PostgresDatabase, Program};
use crate::http::Http;

#[test]
fn a_backup_of_sqlite_holds_what_it_may() {
    let (folder, other) = (Folder::new("backup-sqlite"), Folder::new("backup-sqlite-again"));
    holds_what_it_may(&House::on_sqlite(&folder), &House::on_sqlite(&other));
}

#[test]
fn a_backup_of_postgres_holds_what_it_may() {
    let (folder, other) = (Folder::new("backup-postgres"), Folder::new("backup-postgres-again"));
    let server = PostgresDatabase::new("backup");
    holds_what_it_may(&House::new(&folder, server.url()), &House::on_sqlite(&other));
}

fn holds_what_it_may(house: &House, again: &House) {
    house.furnish();
    let token = house.token();
    let file = house.data.join("all.lianxin");
    let program = Program::start(house);
    let personal = json!({
        "county": COUNTY, "place": "大桥路口", "text": "演示：路灯不亮", "name": "演示甲", "phone": "13800001234",
        "email": "yanshi@example.com", "address": "演示路 1 号",
    });
    let mut http = Http::connect(program.port).expect("the program takes connections");
    let (status, answer) = http.post(&token, "/api/v1/matters", &personal).expect("the program answers");
    assert_eq!(status, 201, "{answer}");
    let link = answer["link"].as_str().or(answer["secret"].as_str()).unwrap_or_default().to_owned();
    let cookie = signed_in(program.port);
    assert_eq!(status_of(&asked(program.port, "/me", &cookie)), 200, "the session counts here");
    house.run(&["backup", file.to_str().expect("a name in UTF-8")]);
    drop(program);

    let (lines, rows) = contents(&file);
    assert_eq!(rows("session"), 0, "nobody is signed in after a restore");
    assert!(rows("account") > 0 && rows("access_token") > 0 && rows("matter") > 0 && rows("audit") > 0);
    let session = cookie.split(['=', '.']).next_back().unwrap_or_default();
    assert!(session.len() > 20, "{cookie}");
    let keys = fs::read_to_string(house.data.join("keys.txt")).expect("there are keys");
    let key = keys.lines().find_map(|line| line.split_once(':')).map_or("", |(_, key)| key.trim());
    let mut secrets =
        vec![PASSWORD, &token, session, key, "13800001234", "演示甲", "yanshi@example.com", "演示路 1 号"];
    secrets.extend(token.rsplit('_').next());
    secrets.extend(link.rsplit('/').next());
    for secret in secrets.into_iter().filter(|secret| secret.len() > 4) {
        let found = lines.iter().find(|line| line.contains(secret));
        assert_eq!(found, None, "a backup must not hold {secret}");
    }

    fs::copy(house.data.join("keys.txt"), again.data.join("keys.txt")).expect("the keys can be copied");
    again.run(&["restore", file.to_str().expect("a name in UTF-8")]);
    assert!(again.run(&["audit", "verify"]).contains("events of matters are as they were written"));
    let program = Program::start(again);
    assert_ne!(status_of(&asked(program.port, "/me", &cookie)), 200, "who was signed in must sign in again");
    assert_eq!(status_of(&asked(program.port, "/me", &signed_in(program.port))), 200);
}

#[test]
fn older_backups_are_brought_up_to_date_on_sqlite() {
    let (folder, other) = (Folder::new("older-sqlite"), Folder::new("older-sqlite-again"));
    are_brought_up_to_date(&House::on_sqlite(&folder), &House::on_sqlite(&other));
}

#[test]
fn older_backups_are_brought_up_to_date_on_postgres() {
    let (folder, other) = (Folder::new("older-postgres"), Folder::new("older-postgres-again"));
    let server = PostgresDatabase::new("older");
    are_brought_up_to_date(&House::on_sqlite(&folder), &House::new(&other, server.url()));
}

/// A schema before figures had sums, events had salts and people were reminded.
const OLDER: i64 = 5;

fn are_brought_up_to_date(house: &House, again: &House) {
    house.furnish();
    let token = house.token();
    let program = Program::start(house);
    let number = program.report(&token, "演示：路灯不亮");
    drop(program);
    let file = house.data.join("all.lianxin");
    let name = |file: &std::path::Path| file.to_str().expect("a name in UTF-8").to_owned();
    house.run(&["backup", &name(&file)]);
    let (lines, rows) = contents(&file);
    assert_eq!(rows("reminder"), 0, "nobody has it, so nobody is reminded");
    fs::copy(house.data.join("keys.txt"), again.data.join("keys.txt")).expect("the keys can be copied");

    let newer = house.data.join("newer.lianxin");
    write(
        &newer,
        &lines.iter().enumerate().map(|(at, line)| if at == 0 { newest(line) } else { line.clone() }),
    );
    let said = again.refused(&["restore", &name(&newer)]);
    assert!(said.contains("a newer program made it (schema 9999"), "{said}");

    let older = house.data.join("older.lianxin");
    write(&older, &aged(&lines).into_iter());
    again.run(&["restore", &name(&older)]);
    let since = again.data.join("since.lianxin");
    again.run(&["backup", &name(&since)]);
    let (_, rows) = contents(&since);
    assert_eq!((rows("matter"), rows("reminder")), (1, 1), "what a later schema made of such rows is made");
    let program = Program::start(again);
    assert!(program.matters(&token).contains(&number));
    program.report(&token, "演示：还能再报");
    drop(program);
    again.run(&["backup", &name(&since)]);
    assert!(contents(&since).1("figure_place") > 0, "the sums are counted anew");
}

/// The head as a program of some other year would write it.
fn newest(head: &str) -> String {
    let mut head: Value = serde_json::from_str(head).expect("the head is JSON");
    head["schema"] = json!(9999);
    head.to_string()
}

/// A backup's lines as a program of the older schema would have written them, its matter in somebody's hands.
fn aged(lines: &[String]) -> Vec<String> {
    let (known, now) = (tables_at(OLDER), tables());
    let column = |name: &str| {
        let matter = now.iter().find(|table| table.name == "matter").expect("there are matters");
        matter.columns.iter().position(|(column, _)| column == name).expect("a matter has it")
    };
    let (mut old, mut table, mut digest, mut rows) = (Vec::new(), None::<&Table>, Sha256::new(), 0);
    for line in lines {
        let mut item: Value = serde_json::from_str(line).expect("a line is JSON");
        if let Some(name) = item["table"].as_str() {
            table = known.iter().find(|table| table.name == name);
            (digest, rows) = (Sha256::new(), 0);
            old.extend(table.map(|_| line.clone()));
        } else if item["end"].is_string() {
            old.extend(table.map(|table| {
                let sum: String =
                    digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
                json!({ "end": table.name, "rows": rows, "sha256": sum }).to_string()
            }));
        } else if let Some(cells) = item.as_array_mut() {
            let Some(table) = table else { continue };
            cells.truncate(table.columns.len());
            if table.name == "matter" {
                cells[column("status")] = json!("dispatched");
                cells[column("due")] = json!(1_795_307_400_000_000_i64);
            }
            let row = item.to_string();
            digest.update(row.as_bytes());
            rows += 1;
            old.push(row);
        } else {
            item.as_object_mut().expect("a line is an object").remove("schema");
            old.push(item.to_string());
        }
    }
    old
}

fn write(file: &std::path::Path, lines: &(impl Iterator<Item = String> + Clone)) {
    let mut out = GzEncoder::new(File::create(file).expect("the folder can be written"), Compression::fast());
    for line in lines.clone() {
        writeln!(out, "{line}").expect("the file can be written");
    }
    out.finish().expect("the file can be ended");
}

/// The lines of a backup, and how many rows it holds of a table.
fn contents(file: &std::path::Path) -> (Vec<String>, impl Fn(&str) -> u64) {
    let file = File::open(file).expect("the backup is there");
    let lines: Vec<String> =
        BufReader::new(GzDecoder::new(file)).lines().map(|line| line.expect("the backup is whole")).collect();
    let ends: Vec<Value> = lines
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["end"].is_string())
        .collect();
    let rows = move |table: &str| {
        let end = ends.iter().find(|end| end["end"] == table);
        end.and_then(|end| end["rows"].as_u64()).expect("the table is in the backup")
    };
    (lines, rows)
}

/// Signs in with the form, as a browser does; gives the session's cookie.
fn signed_in(port: u16) -> String {
    let page = asked(port, "/sign-in", "");
    let token = page
        .split("name=\"token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default();
    let form = format!("token={token}&login={LOGIN}&password={PASSWORD}");
    let first: Vec<&str> = cookies(&page).collect();
    let answer = said(
        port,
        &format!(
            "POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\nconnection: close\r\n\
             cookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            first.join("; "),
            form.len()
        ),
    );
    assert_eq!(status_of(&answer), 303, "{answer}");
    let set: Vec<&str> = cookies(&answer).collect();
    set.into_iter().find(|cookie| cookie.contains(&format!("{COUNTY}."))).expect("a session").to_owned()
}

fn cookies(answer: &str) -> impl Iterator<Item = &str> {
    let lines = answer.lines().take_while(|line| !line.is_empty());
    let set = lines
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    set.filter_map(|(_, cookie)| cookie.split(';').next())
}

fn asked(port: u16, target: &str, cookie: &str) -> String {
    said(
        port,
        &format!(
            "GET {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
        ),
    )
}

fn said(port: u16, bytes: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the program listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket can be set up");
    stream.write_all(bytes.as_bytes()).expect("the program reads");
    let mut back = Vec::new();
    stream.read_to_end(&mut back).expect("the program closes the connection");
    String::from_utf8_lossy(&back).into_owned()
}

fn status_of(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

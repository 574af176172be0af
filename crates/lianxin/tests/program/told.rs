//! What an operator is told when something is wrong: in words, with what to do, and never a success.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::house::{Folder, House, PostgresDatabase};

/// Every command that reads or writes the data there is.
const COMMANDS: [&[&str]; 9] = [
    &["db", "check"],
    &["db", "recount"],
    &["db", "distribute"],
    &["audit", "verify"],
    &["backup", "/nonexistent-folder/all.lianxin"],
    &["restore", "/nonexistent-folder/all.lianxin"],
    &["token", "add", "--login", "somebody", "--name", "test"],
    &[
        "user",
        "add",
        "somebody",
        "--name",
        "演示",
        "--role",
        "auditor",
        "--area",
        "421223",
        "--password",
        "program-test-Password-7",
    ],
    &["import", "divisions", "/nonexistent-folder/x.csv"],
];

/// What a refusal must never look like: an engine's own words, or the inside of a program.
fn in_words(said: &str) {
    for raw in [
        "panicked",
        "SqliteError",
        "PgDatabaseError",
        "no such table",
        "Os {",
        "Some(",
        "relation \"",
        "RUST_BACKTRACE",
    ] {
        assert!(!said.contains(raw), "raw {raw:?} in: {said}");
    }
    assert!(said.contains("lianxin: "), "{said}");
}

fn write(place: &Path, text: impl AsRef<[u8]>) {
    fs::write(place, text).expect("the temporary folder can be written");
}

#[test]
fn an_empty_database_is_told_what_to_do() {
    let (folder, other) = (Folder::new("empty-sqlite"), Folder::new("empty-postgres"));
    let server = PostgresDatabase::new("empty");
    for house in [House::on_sqlite(&folder), House::new(&other, server.url())] {
        write(&house.data.join("lianxin.db"), "");
        write(&house.data.join("keys.txt"), "");
        let said = house.refused(&["db", "check"]);
        in_words(&said);
        assert!(
            said.contains("there is none: if this is the right database, run `lianxin db migrate`"),
            "{said}"
        );
        house.run(&["db", "migrate"]);
        assert!(house.run(&["db", "check"]).contains("this program's"));
    }
}

#[test]
fn a_damaged_or_foreign_database_is_told_by_every_command() {
    let folder = Folder::new("damaged-database");
    let house = House::on_sqlite(&folder);
    house.furnish();
    let file = house.data.join("lianxin.db");
    for rest in ["-wal", "-shm"] {
        let _gone = fs::remove_file(house.data.join(format!("lianxin.db{rest}")));
    }
    write(&file, "this is no database, only some words that are long enough to be looked at".repeat(90));
    for command in COMMANDS {
        let said = house.refused(command);
        in_words(&said);
        let about_file = command[0] == "restore" || command[0] == "import";
        assert!(about_file || said.contains("is damaged, or is no SQLite database"), "{command:?}: {said}");
    }
    let said = house.refused(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("is damaged, or is no SQLite database"), "{said}");
}

#[test]
fn a_server_that_is_not_there_or_not_ours_is_told() {
    let folder = Folder::new("no-server");
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("loopback has a free port")
        .port();
    let house = House::new(&folder, format!("postgres://lx:Pa55word-in-url@127.0.0.1:{port}/lianxin"));
    let said = house.refused(&["db", "check"]);
    in_words(&said);
    assert!(said.contains("nothing answers there") && !said.contains("Pa55word"), "{said}");
    let server = PostgresDatabase::new("not_there");
    let house = House::new(&folder, server.url().replace("not_there", "really_not_there"));
    let said = house.refused(&["db", "check"]);
    in_words(&said);
    assert!(said.contains("no database of this name"), "{said}");
    let house = House::new(&folder, "mysql://lx:Pa55word-in-url@127.0.0.1/lianxin".to_owned());
    let said = house.refused(&["db", "check"]);
    assert!(said.contains("must begin with sqlite: or postgres://") && !said.contains("Pa55word"), "{said}");
}

#[test]
fn an_older_and_a_newer_schema_are_told() {
    let folder = Folder::new("schemas");
    let server = PostgresDatabase::new("schemas");
    let house = House::new(&folder, server.url());
    house.furnish();
    server.within("insert into _sqlx_migrations select version + 1000, description, now(), success, checksum, 0 from _sqlx_migrations where version = 1");
    let said = house.run(&["db", "check"]);
    assert!(said.contains("newer than this program's"), "{said}");
    assert!(house.run(&["audit", "verify"]).contains("hold together"));
    house.run(&["db", "migrate"]);
    server.within("delete from _sqlx_migrations where version > 4");
    for command in [&["db", "check"][..], &["audit", "verify"], &["serve", "--listen", "127.0.0.1:0"]] {
        let said = house.refused(command);
        in_words(&said);
        assert!(said.contains("run `lianxin db migrate`"), "{command:?}: {said}");
    }
    server.within("update _sqlx_migrations set checksum = 'x'");
    for command in [&["db", "check"][..], &["db", "migrate"], &["backup", "/nonexistent-folder/x"]] {
        let said = house.refused(command);
        in_words(&said);
        assert!(said.contains("was not made by this program"), "{command:?}: {said}");
    }
}

#[test]
fn files_and_folders_that_cannot_be_used_are_told() {
    let folder = Folder::new("places");
    let house = House::on_sqlite(&folder);
    house.furnish();
    let file = house.data.join("words.txt");
    write(&file, "words");
    let said = House::at(&file).refused(&["db", "migrate"]);
    in_words(&said);
    assert!(said.contains("words.txt"), "{said}");
    let said = house.refused(&["backup", "/nonexistent-folder/all.lianxin"]);
    assert!(said.contains("/nonexistent-folder/all") && said.contains("no such file or folder"), "{said}");
    let said = house.refused(&["backup", text(&file.join("below"))]);
    assert!(said.contains("a file stands where a folder should"), "{said}");
    let other = Folder::new("places-restored");
    let other = House::on_sqlite(&other);
    for (bytes, expected) in
        [(&b"words"[..], "this is no backup, or is damaged"), (b"", "this is no backup, or is damaged")]
    {
        write(&file, bytes);
        let said = other.refused(&["restore", text(&file)]);
        in_words(&said);
        assert!(said.contains(expected), "{said}");
    }
    let said = other.refused(&["restore", "/nonexistent-folder/all.lianxin"]);
    assert!(said.contains("no such file or folder"), "{said}");
    write(&house.data.join("keys.txt"), "1:not-a-key");
    let said = house.refused(&["audit", "verify"]);
    in_words(&said);
    assert!(said.contains("line 1 of the key text") && !said.contains("not-a-key"), "{said}");
}

/// A file may grow no further: what a full disk looks like from within, without a disk to fill.
#[test]
fn a_full_disk_is_told() {
    let folder = Folder::new("full");
    let house = House::on_sqlite(&folder);
    house.furnish();
    let target = house.data.join("all.lianxin");
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let done = Command::new("bash")
        .args([
            "-c",
            limited,
            env!("CARGO_BIN_EXE_lianxin"),
            "--data",
            text(&house.data),
            "backup",
            text(&target),
        ])
        .env("LC_ALL", "en")
        .output()
        .expect("bash can be started");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success() && !target.exists(), "{said}");
    in_words(&said);
    assert!(said.contains("the disk is full"), "{said}");
}

#[test]
fn a_port_in_use_is_told() {
    let folder = Folder::new("port");
    let house = House::on_sqlite(&folder);
    let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = taken.local_addr().expect("a listener has an address").to_string();
    let said = house.refused(&["serve", "--listen", &address]);
    in_words(&said);
    assert!(said.contains(&address) && said.contains("another program listens there already"), "{said}");
    let said = house.refused(&["serve", "--listen", "nonsense"]);
    in_words(&said);
    assert!(said.contains("listening on nonsense"), "{said}");
}

#[test]
fn a_file_of_settings_is_read_or_told() {
    let folder = Folder::new("settings");
    let house = House::on_sqlite(&folder);
    let file = house.data.join("lianxin.toml");
    for (written, expected) in [
        (
            "listen = \"127.0.0.1:1\"\ndatabase = \"postgres://lx:Pa55word-in-file@db/x\nhome = 1",
            "line 2 is not TOML",
        ),
        ("listn = \"127.0.0.1:1\"", "there is no setting `listn`"),
        ("[limits]\nwrit = \"5\"", "there is no setting `limits.writ`"),
        ("home = 1\nhome = 2", "line 2 is not TOML"),
    ] {
        write(&file, written);
        let said = house.refused(&["--config", text(&file), "config"]);
        in_words(&said);
        assert!(
            said.contains(expected) && said.contains("lianxin.toml") && !said.contains("Pa55word"),
            "{said}"
        );
    }
    let said = house.refused(&["--config", "/nonexistent-folder/lianxin.toml", "config"]);
    assert!(said.contains("no such file or folder"), "{said}");
    let plain =
        House::at(folder.path()).with(&[("LIANXIN_DATABASE", "postgres://lx:Pa55word-in-env@db/lianxin")]);
    let shown = plain.run(&["config"]);
    assert!(!shown.contains("Pa55word"), "{shown}");
}

fn text(place: &Path) -> &str {
    place.to_str().expect("the temporary folder has a name in UTF-8")
}

//! The commands an operator types, on each engine and from one engine to the other.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::house::{Folder, House, PostgresDatabase, Program};

#[test]
fn sqlite_moves_to_postgres_whole() {
    let (from, to) = (Folder::new("from-sqlite"), Folder::new("to-postgres"));
    let server = PostgresDatabase::new("to_postgres");
    moves_whole(&House::on_sqlite(&from), &House::new(&to, server.url()));
}

#[test]
fn postgres_moves_to_sqlite_whole() {
    let (from, to) = (Folder::new("from-postgres"), Folder::new("to-sqlite"));
    let server = PostgresDatabase::new("from_postgres");
    moves_whole(&House::new(&from, server.url()), &House::on_sqlite(&to));
}

/// A backup is taken while the program serves, restored into the other engine with the same keys, and
/// the trail, the sign-ins and the matters work there as they did here.
fn moves_whole(from: &House, to: &House) {
    from.furnish();
    let token = from.token();
    let file = from.data.join("all.lianxin");
    let number = {
        let program = Program::start(from);
        let number = program.report(&token, "演示：路灯不亮");
        let said = from.run(&["backup", path(&file)]);
        assert!(said.contains("read back and compared"), "{said}");
        number
    };
    give_keys(from, to);
    let said = to.run(&["restore", path(&file)]);
    assert!(said.contains("restored, read back and compared"), "{said}");
    assert!(to.run(&["audit", "verify"]).contains("hold together"));
    let program = Program::start(to);
    let listed = program.matters(&token);
    assert!(listed.contains(&number), "the matter {number} did not arrive: {listed}");
    drop(program);
    let again = to.refused(&["restore", path(&file)]);
    assert!(again.contains("not empty"), "{again}");
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let (from, to) = (Folder::new("damaged"), Folder::new("spared"));
    let (from, to) = (House::on_sqlite(&from), House::on_sqlite(&to));
    from.furnish();
    give_keys(&from, &to);
    let file = from.data.join("all.lianxin");
    from.run(&["backup", path(&file)]);
    let whole = fs::read(&file).expect("a backup can be read");
    fs::write(&file, &whole[..whole.len() / 2]).expect("a backup can be cut");
    let said = to.refused(&["restore", path(&file)]);
    assert!(!said.is_empty());
    fs::write(&file, &whole).expect("a backup can be mended");
    to.run(&["restore", path(&file)]);
}

#[test]
fn importing_twice_changes_nothing_and_wrong_rows_are_named() {
    let folder = Folder::new("import");
    let house = House::on_sqlite(&folder);
    house.furnish();
    let again = house.import();
    assert!(again.contains("0 added") && again.contains("5 unchanged"), "{again}");
    let wrong = house.data.join("wrong.csv");
    fs::write(&wrong, "code,name,areaCode,provinceCode,cityCode\n42122310x,天城镇,421223,42,4212\n")
        .expect("the temporary folder can be written");
    let said = house.refused(&["import", "divisions", path(&wrong)]);
    assert!(said.contains("wrong.csv:2") && said.contains("nothing was imported"), "{said}");
}

#[test]
fn the_trail_shows_the_edit_of_an_event() {
    let folder = Folder::new("trail-event");
    let server = PostgresDatabase::new("trail_event");
    let house = House::new(&folder, server.url());
    house.furnish();
    let token = house.token();
    let program = Program::start(&house);
    program.report(&token, "演示：路灯不亮");
    drop(program);
    let said = house.run(&["audit", "verify"]);
    assert!(said.contains("events of matters are as they were written"), "{said}");
    let said = house.run(&["figures", "recompute"]);
    assert!(
        said.contains(
            "421223: 1 matters of 1 months replayed from 1 events: every number is what pages show"
        ),
        "{said}"
    );
    server.within("update matter set solved = true; update figure_place set closed = closed + 1");
    let said = house.refused(&["figures", "recompute"]);
    assert!(said.contains("DIFFERENT: closed in ") && said.contains("pages show 1, the log has 0"), "{said}");
    house.run(&["db", "recount"]);
    let said = house.refused(&["figures", "recompute"]);
    assert!(said.contains("DIFFERENT: solved in ") && !said.contains("closed"), "{said}");
    server.within("update matter set solved = null");
    house.run(&["db", "recount"]);
    house.run(&["figures", "recompute"]);
    server.within("update matter_event set actor_name = 'somebody else' where seq = 1");
    let said = house.refused(&["audit", "verify"]);
    assert!(
        said.contains("CHANGED: event 1 of matter ") && said.contains("is not what was written"),
        "{said}"
    );
    server.within("delete from matter_event");
    let said = house.refused(&["audit", "verify"]);
    assert!(said.contains("hold together") && said.contains("is gone"), "{said}");
}

#[test]
fn the_trail_shows_an_edit() {
    let folder = Folder::new("trail");
    let server = PostgresDatabase::new("trail");
    let house = House::new(&folder, server.url());
    house.furnish();
    assert!(house.run(&["audit", "verify"]).contains("hold together"));
    server.within("update audit set actor_name = 'somebody else' where seq = 1 and county = '421223'");
    let said = house.refused(&["audit", "verify"]);
    assert!(said.contains("421223: BROKEN at entry 1"), "{said}");
}

/// There is no Citus where the tests run, so two functions with Citus' names write down what they are
/// asked, in a table with the columns that Citus keeps.
#[test]
fn distributing_asks_citus_for_every_table_once() {
    let folder = Folder::new("distribute");
    let server = PostgresDatabase::new("distribute");
    let house = House::new(&folder, server.url());
    house.run(&["db", "migrate"]);
    let said = house.refused(&["db", "distribute"]);
    assert!(said.contains("create extension citus"), "{said}");
    server.within(
        "create table pg_dist_partition (logicalrelid regclass, partkey text);
         create function create_reference_table(of regclass) returns void language sql as
         $$ insert into pg_dist_partition values (of, null) $$;
         create function create_distributed_table(of regclass, by text, colocate_with text default 'default')
         returns void language sql as $$ insert into pg_dist_partition values (of, by) $$;",
    );
    let said = house.run(&["db", "distribute"]);
    assert!(said.contains("category: on every node"), "{said}");
    assert!(said.contains("login: spread by login"), "{said}");
    assert!(said.contains("matter: spread by county"), "{said}");
    let again = house.run(&["db", "distribute"]);
    assert!(again.lines().all(|line| line.ends_with("spread already")), "{again}");
}

#[test]
fn the_database_says_what_it_needs() {
    let folder = Folder::new("check");
    let server = PostgresDatabase::new("check");
    let house = House::new(&folder, server.url());
    let said = house.refused(&["db", "check"]);
    assert!(!said.is_empty());
    house.run(&["db", "migrate"]);
    house.run(&["db", "migrate"]);
    assert!(house.run(&["db", "check"]).contains("this program's"));
    let config = house.run(&["config"]);
    assert!(config.contains("command line") && config.contains("built in"), "{config}");
    assert!(house.run(&["openapi"]).contains("/api/v1/matters"));
}

fn give_keys(from: &House, to: &House) {
    fs::copy(from.data.join("keys.txt"), to.data.join("keys.txt")).expect("the keys can be copied");
}

#[test]
fn a_backup_is_restored_only_beside_its_keys() {
    let (from, to, other) = (Folder::new("keyed"), Folder::new("keyless"), Folder::new("other-keys"));
    let (from, to, other) = (House::on_sqlite(&from), House::on_sqlite(&to), House::on_sqlite(&other));
    from.furnish();
    other.furnish();
    let file = from.data.join("all.lianxin");
    from.run(&["backup", path(&file)]);
    let said = to.refused(&["restore", path(&file)]);
    assert!(said.contains("there are none: put the keys.txt of this backup"), "{said}");
    assert!(!to.data.join("keys.txt").exists() && !to.data.join("lianxin.db").exists());
    give_keys(&other, &to);
    let said = to.refused(&["restore", path(&file)]);
    assert!(said.contains("are not those of this backup"), "{said}");
    assert!(!to.data.join("lianxin.db").exists());
    fs::remove_file(to.data.join("keys.txt")).expect("the keys can be taken away");
    give_keys(&from, &to);
    to.run(&["restore", path(&file)]);
    assert!(to.run(&["audit", "verify"]).contains("hold together"));
    give_keys(&other, &to);
    let said = to.refused(&["audit", "verify"]);
    assert!(said.contains("are not the keys of this trail"), "{said}");
}

#[test]
fn a_mistyped_folder_is_refused_and_not_made() {
    let folder = Folder::new("mistyped");
    let place = folder.path().join("lianxn");
    let house = House::at(&place);
    let file = folder.path().join("all.lianxin");
    for arguments in [
        &["audit", "verify"][..],
        &["db", "check"],
        &["db", "recount"],
        &["backup", path(&file)],
        &["token", "add", "--login", "somebody", "--name", "test"],
    ] {
        let said = house.refused(arguments);
        assert!(said.contains("no Lianxin data in") && said.contains("lianxn"), "{said}");
        assert!(!place.exists() && !file.exists(), "{arguments:?} made something");
    }
    house.run(&["config"]);
    assert!(!place.exists());
}

#[test]
fn refusals_speak_of_the_command() {
    let folder = Folder::new("refusals");
    let house = House::on_sqlite(&folder);
    house.furnish();
    let add = |role: &str, password: &str| {
        let post = ["--name", "演示", "--role", role, "--area", "421223", "--password", password];
        house.refused(&[&["user", "add", "somebody"][..], &post].concat())
    };
    let said = add("dispatchr", "program-test-Password-8");
    assert!(said.contains("possible values: grid-worker, ") && said.contains("auditor"), "{said}");
    let said = add("dispatcher", "short");
    assert!(!said.contains("form") && said.contains("as it was written:\n  password: "), "{said}");
}

#[test]
fn a_mistyped_variable_is_named() {
    let folder = Folder::new("variable");
    let house = House::on_sqlite(&folder).with(&[("LIANXIN_LISTN", "127.0.0.1:1")]);
    assert!(house.refused(&["db", "check"]).contains("LIANXIN_LISTN in the environment is no setting"));
}

fn path(file: &Path) -> &str {
    file.to_str().expect("the temporary folder has a name in UTF-8")
}

#[test]
fn what_the_program_keeps_is_for_its_user_alone() {
    let folder = Folder::new("private");
    let house = House::on_sqlite(&folder);
    // As an earlier program left it.
    fs::set_permissions(&house.data, Permissions::from_mode(0o755)).expect("the folder is ours");
    house.furnish();
    let database = house.data.join("lianxin.db");
    fs::set_permissions(&database, Permissions::from_mode(0o644)).expect("the file is ours");
    let file = house.data.join("all.lianxin");
    let _program = Program::start(&house);
    house.run(&["backup", path(&file)]);
    let mode = |place: &Path| fs::metadata(place).expect("it is there").permissions().mode() & 0o7777;
    for place in ["", "photos"] {
        assert_eq!(mode(&house.data.join(place)), 0o700, "folder {place}");
    }
    for place in ["lianxin.db", "lianxin.db-wal", "lianxin.db-shm", "all.lianxin", "keys.txt"] {
        assert_eq!(mode(&house.data.join(place)), 0o600, "{place}");
    }
}

//! The commands an operator types, on each engine and from one engine to the other.

use std::fs;
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
    fs::copy(from.data.join("keys.txt"), to.data.join("keys.txt")).expect("the keys can be copied");
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

fn path(file: &Path) -> &str {
    file.to_str().expect("the temporary folder has a name in UTF-8")
}

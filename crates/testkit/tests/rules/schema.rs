//! Keys are laid out for sharding: `county` leads them all.

use std::fs;
use std::path::PathBuf;

use lianxin_foundation::db::migrate::versions;

use crate::source::{files, root, short};

/// Tables that every county shares, or that are a directory over all of them, and the column their
/// keys begin with (design: storage, rules 2 and 3).
const SHARED: &[(&str, &str)] = &[("category", "code"), ("login", "login"), ("identity", "id_key")];

#[test]
fn county_leads_every_key() {
    let mut wrong = Vec::new();
    let mut tables = 0;
    for path in files(&root().join("migrations"), "sql") {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        for statement in text.split(';').filter_map(|statement| statement.split_once("create table ")) {
            let body = statement.1;
            let name = body.split([' ', '(']).next().unwrap_or_default();
            let first =
                SHARED.iter().find(|(table, _)| *table == name).map_or("county", |(_, column)| column);
            tables += 1;
            if !body.contains("primary key (") {
                wrong.push(format!("{}: {name} has no primary key of its own line", short(&path)));
            }
            for kind in ["primary key (", "unique (", "foreign key ("] {
                for (at, _) in body.match_indices(kind) {
                    let leads = body[at + kind.len()..].split([',', ')']).next().unwrap_or_default().trim();
                    if leads != first {
                        wrong.push(format!(
                            "{}: {name}: {kind}{leads}…) must begin with {first}",
                            short(&path)
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tables >= 14, "the tables are found: {tables}");
}

#[test]
fn every_migration_is_part_of_the_program() {
    let number = |path: &PathBuf| path.file_name()?.to_str()?.split('_').next()?.parse::<i64>().ok();
    let mut lying: Vec<i64> =
        files(&root().join("migrations"), "sql").iter().map(|path| number(path).unwrap()).collect();
    lying.sort_unstable();
    assert_eq!(versions().collect::<Vec<_>>(), lying, "name it in crates/foundation/src/db/migrate.rs");
}

#[test]
fn migrations_use_only_what_both_engines_and_a_sharded_one_know() {
    let kinds = ["bigint", "text", "double", "boolean", "uuid", "bytea"];
    let forbidden = [
        "serial",
        "autoincrement",
        "create trigger",
        "now()",
        "current_timestamp",
        "set null",
        "jsonb",
        "timestamptz",
    ];
    for path in files(&root().join("migrations"), "sql") {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        let code: Vec<&str> =
            text.lines().map(|line| line.split("--").next().unwrap_or_default().trim()).collect();
        for word in forbidden {
            assert!(!code.iter().any(|line| line.contains(word)), "{} uses {word}", short(&path));
        }
        for table in code.join("\n").split(';').filter_map(|statement| statement.split_once("create table "))
        {
            for line in table.1.lines().skip(1).filter(|line| !line.is_empty() && !line.starts_with(')')) {
                let mut words = line.split_whitespace();
                let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let key = ["primary", "unique", "foreign"].contains(&first);
                assert!(key || kinds.contains(&second.trim_end_matches(',')), "{}: {line}", short(&path));
            }
        }
    }
}

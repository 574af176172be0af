//! The division table: in, again, wrong, and in part.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::PathBuf;

use lianxin_foundation::Who;
use lianxin_registry::area::{AreaKind, store};
use lianxin_registry::import::{self, ImportError, Summary};
use lianxin_testkit::{House, both_engines};

fn write(house: &House, name: &str, text: &str) -> PathBuf {
    let file = house.folder().join(name);
    fs::write(&file, text).unwrap();
    file
}

fn tables(house: &House) -> Vec<PathBuf> {
    let provinces = "code,name\n42,湖北省\n43,湖南省\n";
    let cities = "code,name,provinceCode\n4212,咸宁市,42\n4301,长沙市,43\n";
    let areas = "code,name,cityCode,provinceCode\n421223,\"崇阳县\",4212,42\n430102,\"芙蓉区\",4301,43\n";
    let streets = "code,name,areaCode,provinceCode,cityCode\n421223100,\"天城镇\",421223,42,4212\n";
    let villages = "code,name,streetCode,provinceCode,cityCode,areaCode\n\
                    421223100001,\"桃溪社区居委会\",421223100,42,4212,421223\n\
                    421223100200,\"菖蒲村委会\",421223100,42,4212,421223\n";
    // In no particular order: the headers tell the levels.
    [("v.csv", villages), ("s.csv", streets), ("p.csv", provinces), ("c.csv", cities), ("a.csv", areas)]
        .map(|(name, text)| write(house, name, text))
        .into()
}

async fn run(house: &House, files: &[PathBuf], under: &[&str]) -> Result<Summary, ImportError> {
    let under: Vec<String> = under.iter().map(|code| (*code).to_owned()).collect();
    import::divisions(house.app(), &Who::program("000000"), files, &under, &|_| ()).await
}

async fn name(house: &House, id: &str) -> Option<String> {
    let mut tx = house.db().read().await.unwrap();
    store::area(&mut tx, id).await.unwrap().map(|area| area.name)
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_second_run_changes_nothing(house: House) {
        let files = tables(&house);
        let first = run(&house, &files, &[]).await.unwrap();
        assert_eq!((first.added, first.renamed, first.unchanged), (9, 0, 0));
        let second = run(&house, &files, &[]).await.unwrap();
        assert_eq!((second.added, second.renamed, second.unchanged), (0, 0, 9));

        let mut tx = house.db().read().await.unwrap();
        let village = store::area(&mut tx, "421223100001").await.unwrap().unwrap();
        assert_eq!(village.kind, AreaKind::Village);
        assert_eq!(village.path, "42/4212/421223/421223100/421223100001/");
        assert_eq!((village.depth, village.parent.as_deref()), (5, Some("421223100")));
        let place = store::place_name(&mut tx, &village.path).await.unwrap();
        assert_eq!(lianxin_registry::area::joined(&place), "天城镇 › 桃溪社区");
        let county = store::place_name(&mut tx, "42/4212/421223/").await.unwrap();
        assert_eq!(lianxin_registry::area::joined(&county), "崇阳县");
    }

    async fn a_new_name_is_taken_over(house: House) {
        let mut files = tables(&house);
        run(&house, &files, &[]).await.unwrap();
        let streets = "code,name,areaCode\n421223100,天城街道,421223\n421223101,沙坪镇,421223\n";
        files.truncate(0);
        files.push(write(&house, "s2.csv", streets));
        let summary = run(&house, &files, &[]).await.unwrap();
        assert_eq!((summary.added, summary.renamed, summary.unchanged, summary.odd), (1, 1, 0, 1));
        assert_eq!(name(&house, "421223100").await.as_deref(), Some("天城街道"));
    }

    async fn one_wrong_row_and_nothing_is_kept(house: House) {
        let mut files = tables(&house);
        let wrong = "code,name,streetCode\n\
                     421223100002,好社区居委会,421223100\n\
                     42122310000,短,421223100\n\
                     421223999001,孤儿,421223999\n\
                     421223100002,又来,421223100\n\
                     421223100003\n\
                     421223100004,,421223100\n";
        files.push(write(&house, "wrong.csv", wrong));
        let Err(ImportError::Rows(rows)) = run(&house, &files, &[]).await else { panic!("wrong rows were taken") };
        let said: Vec<String> = rows.iter().map(ToString::to_string).collect();
        assert_eq!(said, [
            "wrong.csv:3: the code \"42122310000\" should be 12 digits",
            "wrong.csv:4: 421223999001 lies in 421223999, which is not known",
            "wrong.csv:5: the code 421223100002 came before",
            "wrong.csv:6: fields: 1, where the first line has 3",
            "wrong.csv:7: the name of 421223100004 is empty, longer than 60 characters or not printable",
        ]);
        assert_eq!(name(&house, "42").await, None);
    }

    async fn a_part_keeps_its_ancestors(house: House) {
        let files = tables(&house);
        let summary = run(&house, &files, &["421223"]).await.unwrap();
        assert_eq!(summary.added, 6);
        assert_eq!(name(&house, "43").await, None);
        assert!(matches!(run(&house, &files, &["42122"]).await, Err(ImportError::Under(_))));
    }

    async fn a_file_that_is_no_table_is_named(house: House) {
        let file = write(&house, "x.csv", "编号,名字\n1,2\n");
        assert!(matches!(run(&house, &[file], &[]).await, Err(ImportError::Header { .. })));
        let missing = house.folder().join("none.csv");
        assert!(matches!(run(&house, &[missing], &[]).await, Err(ImportError::File { .. })));
    }
}

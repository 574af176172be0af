//! Migrations, statements, transactions, bulk loading.

use lianxin_foundation::db::{Bulk, Db, Value, sql, sql_with};
use lianxin_testkit::both_engines;
use uuid::Uuid;

/// One row of every kind of value.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Row {
    id: i64,
    int: Option<i64>,
    real: Option<f64>,
    text: Option<String>,
    truth: Option<bool>,
    uuid: Option<Uuid>,
    bytes: Option<Vec<u8>>,
}

const COLUMNS: &[&str] = &["id", "int", "real", "text", "truth", "uuid", "bytes"];

impl Row {
    fn empty(id: i64) -> Row {
        Row { id, int: None, real: None, text: None, truth: None, uuid: None, bytes: None }
    }

    fn values(self) -> [Value; 7] {
        [
            self.id.into(),
            self.int.into(),
            self.real.into(),
            self.text.into(),
            self.truth.into(),
            self.uuid.into(),
            self.bytes.into(),
        ]
    }
}

async fn sample_table(db: &Db) {
    let mut tx = db.write().await.unwrap();
    sql("create table sample (id BIGINT not null, int BIGINT, real DOUBLE PRECISION, text TEXT, truth BOOLEAN, \
         uuid UUID, bytes BYTEA, primary key (id))")
        .run(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn samples(db: &Db) -> Vec<Row> {
    let mut tx = db.read().await.unwrap();
    sql("select id, int, real, text, truth, uuid, bytes from sample order by id").all(&mut tx).await.unwrap()
}

/// Everything that a text protocol, a C string or a careless escape would stumble over.
fn odd_rows() -> Vec<Row> {
    let texts = [
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\\",
        "\\.",
        "\\N",
        "\\t",
        "a\tb\\c\nd\re",
        "'",
        "\"",
        "$1",
        "{scope}",
        "NULL",
        "漏水了，请来看看",
        "𠮷野家",
        "👨‍👩‍👧",
        "\u{feff}bom",
        "\u{1}\u{1f}\u{7f}",
        "ＡＢ％_",
        "--",
        "/* */",
        ";",
    ];
    let ints = [0, 1, -1, i64::MAX, i64::MIN];
    let reals = [0.0, -0.5, 114.047_5, f64::MAX, f64::MIN_POSITIVE, 1e-7];
    let bytes: [&[u8]; 5] = [b"", b"\0", b"\\x41", &[0, 255, 9, 10, 92], "漏".as_bytes()];
    let mut rows = vec![Row::empty(0)];
    for (at, text) in (1_i64..).zip(texts) {
        let turn = at as usize;
        rows.push(Row {
            id: at,
            int: Some(ints[turn % ints.len()]),
            real: Some(reals[turn % reals.len()]),
            text: Some(text.to_owned()),
            truth: Some(turn.is_multiple_of(2)),
            uuid: Some(Uuid::from_u128(u128::MAX - turn as u128)),
            bytes: Some(bytes[turn % bytes.len()].to_vec()),
        });
    }
    rows
}

both_engines! {
    async fn migrating_again_changes_nothing(house: House) {
        house.area("421223100001").await;
        house.db().migrate().await.unwrap();
        assert_eq!(house.db().check_schema().await.unwrap(), 0);
        let mut tx = house.db().read().await.unwrap();
        let areas: i64 = sql("select count(*) from area").scalar(&mut tx).await.unwrap();
        assert_eq!(areas, 5);
    }

    async fn an_older_schema_is_refused(house: House) {
        let mut tx = house.db().write().await.unwrap();
        let dropped = sql("delete from _sqlx_migrations where version > 1").run(&mut tx).await.unwrap();
        assert!(dropped > 0);
        tx.commit().await.unwrap();
        let refusal = house.db().check_schema().await.unwrap_err().chain();
        assert!(refusal.contains("lianxin db migrate"), "{refusal}");
    }

    async fn a_newer_schema_is_used_and_told(house: House) {
        let mut tx = house.db().write().await.unwrap();
        sql("insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             select version + 1000, description, success, checksum, execution_time from _sqlx_migrations where version = 1")
            .run(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(house.db().check_schema().await.unwrap() > 900);
        house.db().migrate().await.unwrap();
    }

    async fn a_schema_of_another_origin_is_refused(house: House) {
        let mut tx = house.db().write().await.unwrap();
        sql("update _sqlx_migrations set checksum = $1 where version = 2").bind(vec![1_u8]).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for refusal in [house.db().check_schema().await.unwrap_err(), house.db().migrate().await.unwrap_err()] {
            assert!(refusal.chain().contains("its version 2 was not made by this program"), "{}", refusal.chain());
        }
    }

    async fn an_empty_database_is_told_what_to_do(house: House) {
        let mut tx = house.db().write().await.unwrap();
        sql("drop table _sqlx_migrations").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let refusal = house.db().check_schema().await.unwrap_err().chain();
        assert_eq!(refusal, "checking the schema: there is none: if this is the right database, run `lianxin db migrate`");
    }

    async fn every_kind_of_value_survives_a_statement(house: House) {
        sample_table(house.db()).await;
        let rows = odd_rows();
        let mut tx = house.db().write().await.unwrap();
        for row in rows.clone() {
            sql("insert into sample (id, int, real, text, truth, uuid, bytes) values ($1, $2, $3, $4, $5, $6, $7)")
                .bind_all(row.values())
                .run(&mut tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(samples(house.db()).await, rows);
    }

    async fn every_kind_of_value_survives_a_bulk_load(house: House) {
        sample_table(house.db()).await;
        let rows = odd_rows();
        let mut tx = house.db().write().await.unwrap();
        let mut bulk = Bulk::new("sample", COLUMNS);
        for row in rows.clone() {
            bulk.push(&mut tx, row.values()).await.unwrap();
        }
        bulk.finish(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(samples(house.db()).await, rows);
    }

    async fn a_long_bulk_load_arrives_whole_and_an_empty_one_is_harmless(house: House) {
        sample_table(house.db()).await;
        let mut tx = house.db().write().await.unwrap();
        Bulk::new("sample", COLUMNS).finish(&mut tx).await.unwrap();
        // More than twice what waits before it is sent, and no multiple of a SQLite statement's rows.
        let count = 12_345;
        let mut bulk = Bulk::new("sample", COLUMNS);
        for id in 0..count {
            bulk.push(&mut tx, Row { int: Some(id), ..Row::empty(id) }.values()).await.unwrap();
        }
        bulk.finish(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let (rows, sum): (i64, i64) =
            sql("select count(*), cast(sum(int) as BIGINT) from sample").one(&mut tx).await.unwrap();
        assert_eq!((rows, sum), (count, count * (count - 1) / 2));
    }

    async fn a_bulk_load_with_a_twin_is_refused_whole(house: House) {
        sample_table(house.db()).await;
        let mut tx = house.db().write().await.unwrap();
        let mut bulk = Bulk::new("sample", COLUMNS);
        for id in [1, 2, 2] {
            bulk.push(&mut tx, Row::empty(id).values()).await.unwrap();
        }
        bulk.finish(&mut tx).await.unwrap_err();
        drop(tx);
        assert_eq!(samples(house.db()).await, []);
    }

    async fn what_the_engines_would_not_keep_alike_is_refused(house: House) {
        sample_table(house.db()).await;
        for value in [Value::from("a\0b"), Value::from(f64::NAN), Value::from(f64::INFINITY)] {
            let mut tx = house.db().write().await.unwrap();
            let insert = sql("insert into sample (id, text) values ($1, $2)").bind(1_i64).bind_all([value.clone()]);
            assert_eq!(insert.run(&mut tx).await.unwrap_err().code(), Some("problem-unreadable"));
            let mut bulk = Bulk::new("sample", &["id", "text"]);
            bulk.push(&mut tx, [1_i64.into(), value]).await.unwrap();
            assert_eq!(bulk.finish(&mut tx).await.unwrap_err().code(), Some("problem-unreadable"));
        }
        assert_eq!(samples(house.db()).await, []);
    }

    async fn a_dropped_transaction_leaves_no_trace(house: House) {
        sample_table(house.db()).await;
        for id in 0..3 {
            let mut tx = house.db().write().await.unwrap();
            sql("insert into sample (id) values ($1)").bind(id).run(&mut tx).await.unwrap();
            drop(tx);
        }
        assert_eq!(samples(house.db()).await, []);
    }

    async fn a_read_is_one_picture_however_often_it_looks(house: House) {
        sample_table(house.db()).await;
        let mut reading = house.db().read().await.unwrap();
        let count = "select count(*) from sample";
        assert_eq!(sql(count).scalar::<i64>(&mut reading).await.unwrap(), 0);
        let mut tx = house.db().write().await.unwrap();
        sql("insert into sample (id) values (1)").run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sql(count).scalar::<i64>(&mut reading).await.unwrap(), 0);
        drop(reading);
        assert_eq!(samples(house.db()).await.len(), 1);
    }

    async fn a_read_cannot_write(house: House) {
        sample_table(house.db()).await;
        let mut tx = house.db().read().await.unwrap();
        sql("insert into sample (id) values (1)").run(&mut tx).await.unwrap_err();
    }

    async fn gaps_take_conditions_and_marks_take_lists(house: House) {
        sample_table(house.db()).await;
        let mut tx = house.db().write().await.unwrap();
        for id in 0..10_i64 {
            sql("insert into sample (id) values ($1)").bind(id).run(&mut tx).await.unwrap();
        }
        let wanted = [2_i64, 3, 5];
        let marks = "$2, $3, $4";
        let found: Vec<(i64,)> = sql_with(
            "select id from sample where id > $1 and id in ({marks}) and {more} order by id",
            &[("marks", marks), ("more", "(1 = 1)")],
        )
        .bind(2_i64)
        .bind_all(wanted.map(Value::from))
        .all(&mut tx)
        .await
        .unwrap();
        assert_eq!(found, [(3,), (5,)]);
    }

    async fn a_statement_tells_what_it_met(house: House) {
        sample_table(house.db()).await;
        let insert = || sql("insert into sample (id) values ($1) on conflict do nothing").bind(7_i64);
        let mut tx = house.db().write().await.unwrap();
        assert!(insert().inserted(&mut tx).await.unwrap());
        assert!(!insert().inserted(&mut tx).await.unwrap());
        let none: Option<Row> = sql("select id, int, real, text, truth, uuid, bytes from sample where id = $1")
            .bind(8_i64)
            .optional(&mut tx)
            .await
            .unwrap();
        assert_eq!(none, None);
        let failure = sql("select id from sample where id = $1").bind(8_i64).scalar::<i64>(&mut tx).await.unwrap_err();
        assert!(failure.to_string().contains("select id from sample"), "{failure}");
    }

    async fn paths_sort_and_compare_byte_by_byte(house: House) {
        for id in ["42", "421223100001-01", "421223100001-10-02", "421223100002"] {
            house.area(id).await;
        }
        let mut tx = house.db().read().await.unwrap();
        let rows: Vec<(String,)> = sql("select path from area order by path").all(&mut tx).await.unwrap();
        let found: Vec<String> = rows.into_iter().map(|row| row.0).collect();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        assert_eq!(found, sorted);
        let (from, below) = lianxin_foundation::scope::path_range("42/4212/421223/421223100/421223100001/");
        let inside: i64 = sql("select count(*) from area where path >= $1 and path < $2")
            .bind(from)
            .bind(below)
            .scalar(&mut tx)
            .await
            .unwrap();
        assert_eq!(inside, 4, "the village, two grids and a micro-grid");
    }
}

//! Fresh databases from templates, and the rows that tests begin with.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use lianxin_foundation::db::{Db, Tx, migrate, sql};
use lianxin_foundation::{Micros, Result};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::Place;

/// Names the PostgreSQL server that tests may make databases on.
const SERVER: &str = "LIANXIN_TEST_POSTGRES";

/// Serialises the making of the template among test programs on one server; any number serves.
const LOCK: i64 = 0x006c_6961_6e78_696e;

/// A migrated SQLite file, in memory: made once in each test program.
static SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// The name of the migrated PostgreSQL database, once it is known to be there.
static POSTGRES: OnceCell<String> = OnceCell::const_new();

/// Copies the template into `folder` and gives the copy's address.
pub(crate) async fn sqlite_copy(folder: &Path) -> String {
    fs::create_dir_all(folder).expect("the temporary folder can be written");
    let template = SQLITE.get_or_init(|| migrated_file(folder)).await;
    let file = folder.join("lianxin.db");
    fs::write(&file, template).expect("the temporary folder can be written");
    format!("sqlite:{}", file.display())
}

async fn migrated_file(folder: &Path) -> Vec<u8> {
    let file = folder.join("template.db");
    migrate_new(&format!("sqlite:{}", file.display())).await;
    // The last connection to close has moved the write-ahead log into the file.
    fs::read(&file).expect("the file was just written")
}

async fn migrate_new(url: &str) {
    let db = Db::open(url).await.expect("a new database opens");
    db.migrate().await.expect("the migrations run on an empty database");
    db.close().await;
}

/// Makes the database `name` from the template and gives its address.
pub(crate) async fn postgres_copy(name: &str) -> String {
    let template = POSTGRES.get_or_init(template).await;
    let mut server = server().await;
    execute(&mut server, format!("create database {name} template {template}")).await;
    address().database(name).to_url_lossy().to_string()
}

/// Makes the template unless an earlier test program left it: its name says which migrations it holds.
/// It stays on the server, so that the next test program begins at once.
async fn template() -> String {
    let name = format!("lianxin_template_{}", migrate::fingerprint());
    let mut server = server().await;
    execute(&mut server, format!("select pg_advisory_lock({LOCK})")).await;
    let found: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut server)
        .await
        .expect("PostgreSQL lists its databases");
    if found.is_none() {
        // Under another name until it is whole: a test program may be stopped in the middle.
        let unfinished = format!("{name}_unfinished");
        execute(&mut server, format!("drop database if exists {unfinished} with (force)")).await;
        execute(&mut server, format!("create database {unfinished} template template0")).await;
        migrate_new(address().database(&unfinished).to_url_lossy().as_str()).await;
        execute(&mut server, format!("alter database {unfinished} rename to {name}")).await;
    }
    execute(&mut server, format!("select pg_advisory_unlock({LOCK})")).await;
    name
}

/// Removes a database, whoever still holds it.
pub(crate) async fn drop_postgres(name: &str) {
    execute(&mut server().await, format!("drop database if exists {name} with (force)")).await;
}

fn address() -> PgConnectOptions {
    let Ok(url) = std::env::var(SERVER) else {
        panic!("{SERVER} names no PostgreSQL server: run the tests as `scripts/with-postgres.sh cargo test`");
    };
    PgConnectOptions::from_str(&url)
        .unwrap_or_else(|error| panic!("{SERVER} is no PostgreSQL address: {error}"))
}

async fn server() -> PgConnection {
    let address = address();
    PgConnection::connect_with(&address)
        .await
        .unwrap_or_else(|error| panic!("the PostgreSQL server that {SERVER} names does not answer: {error}"))
}

/// Runs a command whose names all come from this file: PostgreSQL takes no arguments for them.
async fn execute(server: &mut PgConnection, text: String) {
    let failed = format!("PostgreSQL refused: {text}");
    sqlx::raw_sql(AssertSqlSafe(text)).execute(server).await.expect(&failed);
}

/// Writes an area unless it is there.
pub(crate) async fn insert_area(tx: &mut Tx, place: &Place, parent: Option<&str>, kind: &str) -> Result<()> {
    sql("insert into area (county, id, parent, kind, name, path, depth, valid_from) \
         values ($1, $2, $3, $4, $5, $6, $7, 0) on conflict do nothing")
    .bind(&place.county)
    .bind(&place.id)
    .bind(parent.map(str::to_owned))
    .bind(kind)
    .bind(&place.name)
    .bind(&place.path)
    .bind(place.depth)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes an organisation of `place`.
pub(crate) async fn insert_organisation(
    tx: &mut Tx,
    id: Uuid,
    place: &Place,
    kind: &str,
    name: &str,
) -> Result<()> {
    sql("insert into organisation (county, id, kind, name, area, path, valid_from) values ($1, $2, $3, $4, $5, $6, 0)")
        .bind(&place.county)
        .bind(id)
        .bind(kind)
        .bind(name)
        .bind(&place.id)
        .bind(&place.path)
        .run(tx)
        .await?;
    Ok(())
}

/// Makes an organisation answer for a category in `place` and below.
pub(crate) async fn insert_duty(
    tx: &mut Tx,
    id: Uuid,
    organisation: Uuid,
    category: &str,
    place: &Place,
    from: Micros,
) -> Result<()> {
    sql("insert into duty (county, id, organisation, category, area, depth, valid_from) \
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&place.county)
    .bind(id)
    .bind(organisation)
    .bind(category)
    .bind(&place.id)
    .bind(place.depth)
    .bind(from)
    .run(tx)
    .await?;
    Ok(())
}

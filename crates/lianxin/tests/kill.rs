//! The process is killed a hundred times while people report, on each engine, and every answered
//! report is found again: whole, once, with what happened to it.
//!
//! One database lives through all hundred kills. Each round starts the real program, lets a few
//! clients report as fast as they can, and ends with SIGKILL at a moment that a seed chooses. A report
//! without an answer may or may not be there; sent again under its id it is there exactly once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::{Builder, Uuid};

const KILLS: u64 = 100;
const CLIENTS: usize = 4;
const COUNTY: &str = "421223";
const LOGIN: &str = "kill-test";

/// A hang is a failure, not a longer test.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn sqlite_keeps_every_answered_report() {
    let folder = Folder::new("sqlite");
    let database = format!("sqlite:{}", folder.0.join("lianxin.db").display());
    outlives_kills(&House { data: folder.0.clone(), database }, 7);
}

#[test]
fn postgres_keeps_every_answered_report() {
    let folder = Folder::new("postgres");
    let server = PostgresDatabase::new();
    outlives_kills(&House { data: folder.0.clone(), database: server.url() }, 8);
}

fn outlives_kills(house: &House, seed: u64) {
    house.furnish();
    let token = house.token();
    let mut seed = Seed(seed);
    let mut ledger = Ledger::default();
    for round in 0..KILLS {
        let mut program = Program::start(house);
        ledger.settle(&program, &token);
        ledger.write(&mut program, &token, Duration::from_millis(15 + seed.next() % 250));
        assert!(ledger.total() > 0 || round < 5, "nothing is answered between the kills");
    }
    let program = Program::start(house);
    ledger.settle(&program, &token);
    ledger.compare(&program, &token);
    drop(program);
    println!(
        "{} answered reports outlived {KILLS} kills; of {} without an answer {} had been written",
        ledger.answered, ledger.resent, ledger.written
    );
    assert!(ledger.resent > 0, "no kill came while a report was being written");
    println!("{}", house.run(&["audit", "verify"]));
}

/// What the program has promised so far.
#[derive(Default)]
struct Ledger {
    /// Ids made so far: each client takes the next.
    made: AtomicU64,
    /// Answered reports that no later start has been asked for yet, with the number they got.
    fresh: Vec<(Uuid, String)>,
    /// Reports that were sent and not answered.
    open: Vec<Uuid>,
    /// Every report that must be there, with its number.
    promised: BTreeMap<Uuid, String>,
    answered: usize,
    resent: usize,
    /// How many of those sent again had been written before the kill.
    written: usize,
}

impl Ledger {
    fn total(&self) -> usize {
        self.promised.len() + self.fresh.len()
    }

    /// Lets clients report until the program is killed, so long `after` all of them have begun.
    fn write(&mut self, program: &mut Program, token: &str, after: Duration) {
        let (port, made) = (program.port, &self.made);
        let before = made.load(Ordering::SeqCst);
        let told = thread::scope(|scope| {
            let clients: Vec<_> =
                (0..CLIENTS).map(|_| scope.spawn(move || report(port, token, made))).collect();
            wait_until("a client to begin", || made.load(Ordering::SeqCst) >= before + CLIENTS as u64);
            thread::sleep(after);
            program.kill();
            clients
                .into_iter()
                .map(|client| client.join().expect("a client ends by itself"))
                .collect::<Vec<_>>()
        });
        for (answered, open) in told {
            self.answered += answered.len();
            self.fresh.extend(answered);
            self.open.extend(open);
        }
    }

    /// Asks the program, started again, for what the last one answered, and sends again what it did not.
    fn settle(&mut self, program: &Program, token: &str) {
        let mut http = Http::connect(program.port).expect("the started program takes connections");
        for (id, number) in std::mem::take(&mut self.fresh) {
            assert_whole(&mut http, token, id);
            self.promised.insert(id, number);
        }
        for id in std::mem::take(&mut self.open) {
            let (first, number) = post(&mut http, token, id).expect("the running program answers");
            let (second, same) = post(&mut http, token, id).expect("the running program answers");
            assert!(first == 200 || first == 201, "sending {id} again was answered by {first}");
            assert_eq!((second, &same), (200, &number), "a third sending of {id} is the same matter");
            assert_whole(&mut http, token, id);
            self.promised.insert(id, number);
            self.resent += 1;
            self.written += usize::from(first == 200);
        }
    }

    /// The database holds exactly what was promised.
    fn compare(&self, program: &Program, token: &str) {
        let mut http = Http::connect(program.port).expect("the started program takes connections");
        let mut found = BTreeMap::new();
        for page in 1.. {
            let target = format!("/api/v1/matters?county={COUNTY}&size=500&page={page}");
            let (status, list) = http.get(token, &target).expect("the running program answers");
            assert_eq!(status, 200, "{list}");
            let matters = list["matters"].as_array().expect("a list has matters");
            for matter in matters {
                let id: Uuid =
                    matter["id"].as_str().and_then(|id| id.parse().ok()).expect("a matter has an id");
                let number = matter["number"].as_str().expect("a matter has a number").to_owned();
                assert_eq!(found.insert(id, number), None, "{id} is there twice");
            }
            if matters.is_empty() {
                break;
            }
        }
        assert_eq!(found, self.promised);
    }
}

/// One client: reports until there is no answer. Gives what was answered, and what was not.
fn report(port: u16, token: &str, made: &AtomicU64) -> (Vec<(Uuid, String)>, Option<Uuid>) {
    let mut answered = Vec::new();
    let Ok(mut http) = Http::connect(port) else { return (answered, None) };
    loop {
        let id = id_number(made.fetch_add(1, Ordering::SeqCst));
        match post(&mut http, token, id) {
            Ok((status, number)) => {
                assert_eq!(status, 201, "{id} is new");
                answered.push((id, number));
            }
            Err(_) => return (answered, Some(id)),
        }
    }
}

/// The id of the test's report with this number.
fn id_number(number: u64) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&Seed(number).next().to_be_bytes());
    Builder::from_unix_timestamp_millis(1_790_000_000_000 + number, &random).into_uuid()
}

/// Reports under an id; gives the answer's status and the matter's number.
fn post(http: &mut Http, token: &str, id: Uuid) -> io::Result<(u16, String)> {
    let body = json!({
        "id": id, "county": COUNTY, "place": "大桥路口", "text": "演示：大桥路口路灯不亮", "phone": "13800000000",
    });
    let (status, answer) = http.post(token, "/api/v1/matters", &body)?;
    let number = answer["number"].as_str().unwrap_or_else(|| panic!("reporting {id}: {status} {answer}"));
    Ok((status, number.to_owned()))
}

/// The matter is there, with as many events as it says, numbered from 1, the first of them its report.
fn assert_whole(http: &mut Http, token: &str, id: Uuid) {
    let one = format!("/api/v1/matters/{COUNTY}/{id}");
    let (status, matter) = http.get(token, &one).expect("the running program answers");
    assert_eq!(
        (status, matter["id"].as_str()),
        (200, Some(id.to_string().as_str())),
        "{id} was answered: {matter}"
    );
    let (_, events) = http.get(token, &format!("{one}/events")).expect("the running program answers");
    let events = events.as_array().expect("events are a list");
    let reports = events.iter().filter(|event| event["kind"] == "report").count();
    assert_eq!((reports, &events[0]["kind"]), (1, &json!("report")), "{id}");
    for (event, seq) in events.iter().zip(1..) {
        assert_eq!(event["seq"], seq, "{id}");
    }
}

/// The data folder and database of one engine.
struct House {
    data: PathBuf,
    database: String,
}

impl House {
    /// The country of this test: one village, and somebody who may enter matters in its county.
    fn furnish(&self) {
        let files = [
            ("provinces", "code,name\n42,湖北省\n"),
            ("cities", "code,name,provinceCode\n4212,咸宁市,42\n"),
            ("areas", "code,name,cityCode,provinceCode\n421223,崇阳县,4212,42\n"),
            ("streets", "code,name,areaCode,provinceCode,cityCode\n421223100,天城镇,421223,42,4212\n"),
            (
                "villages",
                "code,name,streetCode,provinceCode,cityCode,areaCode\n\
                 421223100001,桃溪社区居委会,421223100,42,4212,421223\n",
            ),
        ];
        let mut arguments = vec!["import".to_owned(), "divisions".to_owned()];
        for (name, text) in files {
            let file = self.data.join(name).with_extension("csv");
            fs::write(&file, text).expect("the temporary folder can be written");
            arguments.push(file.display().to_string());
        }
        self.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        self.run(&[
            "user",
            "add",
            LOGIN,
            "--name",
            "测试派单员",
            "--role",
            "dispatcher",
            "--area",
            COUNTY,
            "--password",
            "kill-test-Password-7",
        ]);
    }

    fn token(&self) -> String {
        self.run(&["token", "add", "--login", LOGIN, "--name", "kill test"]).trim().to_owned()
    }

    /// The program on this house, hearing nothing of what else the environment sets.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lianxin"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LIANXIN_") {
                command.env_remove(name);
            }
        }
        command
            .env("LIANXIN_LOG", "warn")
            .arg("--database")
            .arg(&self.database)
            .arg("--data")
            .arg(&self.data);
        command
    }

    /// Runs a command to its end and gives what it printed.
    fn run(&self, arguments: &[&str]) -> String {
        let done = self.command().args(arguments).output().expect("the program can be started");
        let (said, failed) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "lianxin {arguments:?}: {said}{failed}");
        said.into_owned()
    }

    fn log(&self) -> PathBuf {
        self.data.join("serve.log")
    }
}

/// The program, serving.
struct Program {
    child: Child,
    port: u16,
}

impl Program {
    fn start(house: &House) -> Program {
        let port = free_port();
        let log = File::create(house.log()).expect("the temporary folder can be written");
        let child = house
            .command()
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program can be started");
        let mut program = Program { child, port };
        wait_until("the program to be ready", || program.is_ready(&house.log()));
        program
    }

    fn is_ready(&mut self, log: &Path) -> bool {
        if let Some(status) = self.child.try_wait().expect("a child can be asked") {
            panic!("the program ended with {status}: {}", fs::read_to_string(log).unwrap_or_default());
        }
        Http::connect(self.port)
            .and_then(|mut http| http.get("", "/readyz"))
            .is_ok_and(|(status, _)| status == 200)
    }

    /// SIGKILL: nothing in the program hears of it.
    fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a killed child ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(3));
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address").port()
}

/// As much of HTTP/1.1 as the test needs: one connection, kept open, JSON both ways.
struct Http(BufReader<TcpStream>);

impl Http {
    fn connect(port: u16) -> io::Result<Http> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Http(BufReader::new(stream)))
    }

    fn get(&mut self, token: &str, target: &str) -> io::Result<(u16, Value)> {
        self.ask("GET", token, target, "")
    }

    fn post(&mut self, token: &str, target: &str, body: &Value) -> io::Result<(u16, Value)> {
        self.ask("POST", token, target, &body.to_string())
    }

    fn ask(&mut self, method: &str, token: &str, target: &str, body: &str) -> io::Result<(u16, Value)> {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(cut_off)?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                None => break,
                Some(("content-length", value)) => length = value.trim().parse().map_err(|_| cut_off())?,
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                Some(_) => {}
            }
        }
        let bytes = if chunked { self.chunks()? } else { self.bytes(length)? };
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// A line without its end. A connection that ends before it is an error: the answer is not whole.
    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(cut_off)
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line()?, 16).map_err(|_| cut_off())?;
            whole.extend(self.bytes(size)?);
            self.line()?;
            if size == 0 {
                return Ok(whole);
            }
        }
    }
}

fn cut_off() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }
}

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("lianxin-kill-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's temporary folder.
        let _removed = fs::remove_dir_all(&self.0);
    }
}

/// A database of its own on the server that the tests are given.
struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    fn new() -> PostgresDatabase {
        let server = std::env::var("LIANXIN_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!("LIANXIN_TEST_POSTGRES names no PostgreSQL server: run the tests as `scripts/with-postgres.sh cargo test`")
        });
        let database = PostgresDatabase { server, name: format!("lianxin_kill_{}", std::process::id()) };
        database.tell(&format!("create database {}", database.name)).expect("PostgreSQL makes a database");
        database
    }

    /// The server's address with this database in place of its own.
    fn url(&self) -> String {
        let (address, rest) =
            self.server.split_once('?').map_or((self.server.as_str(), None), |(a, r)| (a, Some(r)));
        let host_end =
            address.find("://").and_then(|at| address[at + 3..].find('/').map(|slash| at + 3 + slash));
        let rest = rest.map(|rest| format!("?{rest}")).unwrap_or_default();
        format!("{}/{}{rest}", &address[..host_end.unwrap_or(address.len())], self.name)
    }

    fn tell(&self, text: &str) -> Result<(), String> {
        let arguments =
            ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", text, &self.server];
        let done = Command::new("psql")
            .args(arguments)
            .output()
            .map_err(|error| format!("starting psql: {error}"))?;
        if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // The server may be gone before the test is.
        let _dropped = self.tell(&format!("drop database if exists {} with (force)", self.name));
    }
}

//! The real program on a data folder and database of its own.

use std::fs::{self, File};
#[cfg(unix)]
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::ExitStatus;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Http;

/// The county of these tests.
pub const COUNTY: &str = "421223";
/// Who may enter matters there, and their password.
pub const LOGIN: &str = "test-dispatcher";
pub const PASSWORD: &str = "program-test-Password-7";

/// A hang is a failure, not a longer test.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The data folder and database of one engine.
pub struct House {
    pub data: PathBuf,
    database: String,
    settings: Vec<(&'static str, &'static str)>,
}

impl House {
    pub fn new(folder: &Folder, database: String) -> House {
        House {
            data: folder.0.clone(),
            database,
            // One token writes thousands of matters as quickly as it can.
            settings: vec![("LIANXIN_LOG", "warn"), ("LIANXIN_LIMITS_ENABLED", "no")],
        }
    }

    pub fn on_sqlite(folder: &Folder) -> House {
        House::new(folder, format!("sqlite:{}", folder.0.join("lianxin.db").display()))
    }

    /// A house whose folder nobody made.
    pub fn at(place: &Path) -> House {
        let database = format!("sqlite:{}", place.join("lianxin.db").display());
        House { data: place.to_owned(), database, settings: vec![("LIANXIN_LOG", "warn")] }
    }

    /// The same house under these settings.
    pub fn with(mut self, settings: &[(&'static str, &'static str)]) -> House {
        self.settings.extend(settings);
        self
    }

    /// The country of this test: one village, and somebody who may enter matters in its county.
    pub fn furnish(&self) {
        self.import();
        let name = ["--name", "测试派单员", "--role", "dispatcher", "--area", COUNTY];
        self.run(&[&["user", "add", LOGIN, "--password", PASSWORD][..], &name[..]].concat());
    }

    /// Imports the divisions; gives what the program said.
    pub fn import(&self) -> String {
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
        self.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub fn token(&self) -> String {
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
            .env("LC_ALL", "en")
            .envs(self.settings.iter().copied())
            .arg("--database")
            .arg(&self.database)
            .arg("--data")
            .arg(&self.data);
        command
    }

    /// Runs a command to its end and gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let done = self.command().args(arguments).output().expect("the program can be started");
        let (said, failed) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "lianxin {arguments:?}: {said}{failed}");
        said.into_owned()
    }

    /// Runs a command that must be refused and gives what it printed.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let done = self.command().args(arguments).output().expect("the program can be started");
        assert!(!done.status.success(), "lianxin {arguments:?} was not refused");
        String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
    }

    /// Begins a command, presses Ctrl-C when it has written a line that begins so to its errors, and gives how it ended and
    /// what it wrote afterwards.
    #[cfg(unix)]
    pub fn interrupted(&self, arguments: &[&str], line: &str) -> (ExitStatus, String) {
        let mut child = self
            .command()
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut said = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut before = String::new();
        while !before.lines().any(|told| told.starts_with(line)) {
            let read = said.read_line(&mut before).expect("the program writes text");
            assert!(read > 0, "it ended before {line:?}: {before}");
        }
        let pressed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(pressed.expect("there is kill").success());
        let mut after = String::new();
        said.read_to_string(&mut after).expect("the program writes text");
        (child.wait().expect("it was started here"), after)
    }

    pub fn log(&self) -> PathBuf {
        self.data.join("serve.log")
    }
}

/// The program, serving.
pub struct Program {
    child: Child,
    pub port: u16,
}

impl Program {
    pub fn start(house: &House) -> Program {
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

    /// Reports something and gives its number.
    pub fn report(&self, token: &str, text: &str) -> String {
        let body = json!({ "county": COUNTY, "place": "大桥路口", "text": text, "phone": "13800000000" });
        let mut http = Http::connect(self.port).expect("the program takes connections");
        let (status, answer) = http.post(token, "/api/v1/matters", &body).expect("the program answers");
        assert_eq!(status, 201, "{answer}");
        answer["number"].as_str().expect("a matter has a number").to_owned()
    }

    /// The county's matters, as the API lists them.
    pub fn matters(&self, token: &str) -> String {
        let mut http = Http::connect(self.port).expect("the program takes connections");
        http.get(token, "/api/v1/matters").expect("the program answers").1.to_string()
    }

    /// SIGKILL: nothing in the program hears of it.
    pub fn kill(&mut self) {
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

pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
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

/// A folder that goes when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("lianxin-program-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's temporary folder.
        let _removed = fs::remove_dir_all(&self.0);
    }
}

/// A database of its own on the server that the tests are given.
pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    pub fn new(name: &str) -> PostgresDatabase {
        let server = std::env::var("LIANXIN_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!("LIANXIN_TEST_POSTGRES names no PostgreSQL server: run the tests as `scripts/with-postgres.sh cargo test`")
        });
        let database =
            PostgresDatabase { server, name: format!("lianxin_program_{name}_{}", std::process::id()) };
        database
            .tell(&database.server, &format!("create database {}", database.name))
            .expect("PostgreSQL makes a database");
        database
    }

    /// The server's address with this database in place of its own.
    pub fn url(&self) -> String {
        let (address, rest) =
            self.server.split_once('?').map_or((self.server.as_str(), None), |(a, r)| (a, Some(r)));
        let host_end =
            address.find("://").and_then(|at| address[at + 3..].find('/').map(|slash| at + 3 + slash));
        let rest = rest.map(|rest| format!("?{rest}")).unwrap_or_default();
        format!("{}/{}{rest}", &address[..host_end.unwrap_or(address.len())], self.name)
    }

    /// Runs statements inside the database.
    pub fn within(&self, text: &str) {
        self.tell(&self.url(), text).expect("PostgreSQL runs the statements");
    }

    fn tell(&self, place: &str, text: &str) -> Result<(), String> {
        let arguments = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", text, place];
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
        let _dropped =
            self.tell(&self.server, &format!("drop database if exists {} with (force)", self.name));
    }
}

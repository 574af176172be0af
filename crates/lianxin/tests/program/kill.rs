//! The process is killed a hundred times while people report, on each engine, and every answered
//! report is found again: whole, once, with what happened to it.
//!
//! One database lives through all hundred kills. Each round starts the real program, lets a few
//! clients report as fast as they can, and ends with SIGKILL at a moment that a seed chooses. A report
//! without an answer may or may not be there; sent again under its id it is there exactly once.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use uuid::{Builder, Uuid};

use crate::house::{COUNTY, Folder, House, PostgresDatabase, Program, wait_until};
use crate::http::Http;

const KILLS: u64 = 100;
const CLIENTS: usize = 4;

#[test]
fn sqlite_keeps_every_answered_report() {
    let folder = Folder::new("kill-sqlite");
    outlives_kills(&House::on_sqlite(&folder), 7);
}

#[test]
fn postgres_keeps_every_answered_report() {
    let folder = Folder::new("kill-postgres");
    let server = PostgresDatabase::new("kill");
    outlives_kills(&House::new(&folder, server.url()), 8);
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

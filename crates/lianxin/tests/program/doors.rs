//! The program's doors, knocked at over real connections.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::house::{Folder, House, PATIENCE, Program};

/// Sends these bytes, and gives everything that comes back until the program closes.
fn said(port: u16, bytes: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the program listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket can be set up");
    stream.write_all(bytes.as_bytes()).expect("the program reads");
    let mut back = Vec::new();
    stream.read_to_end(&mut back).expect("the program closes the connection");
    String::from_utf8_lossy(&back).into_owned()
}

fn get(port: u16, target: &str, headers: &str) -> String {
    said(port, &format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{headers}\r\n"))
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

#[test]
fn who_dawdles_or_asks_too_often_is_sent_away() {
    let folder = Folder::new("doors");
    let house = House::on_sqlite(&folder).with(&[
        ("LIANXIN_LIMITS_ENABLED", "yes"),
        ("LIANXIN_LIMITS_READ", "2 + 1/hour"),
        ("LIANXIN_LIMITS_LOOKUP", "1 + 1/hour"),
        ("LIANXIN_LIMITS_HEAD_SECONDS", "1"),
        ("LIANXIN_LIMITS_PAUSE_SECONDS", "1"),
        ("LIANXIN_HOME", "421223"),
    ]);
    house.furnish();
    let program = Program::start(&house);
    let port = program.port;

    let since = Instant::now();
    assert_eq!(said(port, "GET / HTTP/1.1\r\nhost: 127.0"), "", "a head that never ends");
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());

    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n";
    let slow = said(port, &format!("POST /report/421223 HTTP/1.1\r\nhost: 127.0.0.1\r\n{form}\r\ntext=x"));
    assert!(slow.starts_with("HTTP/1.1 408 ") && slow.contains("没有传完"), "a body that never ends: {slow}");

    for forged in ["", "x-forwarded-for: 203.0.113.1\r\n"] {
        assert_eq!(status(&get(port, "/open311/v2/services.json", forged)), 200);
    }
    let refused = get(port, "/open311/v2/services.json", "x-forwarded-for: 203.0.113.2\r\n");
    assert_eq!(status(&refused), 429);
    let head = refused.to_ascii_lowercase();
    assert!(head.contains("retry-after: ") && refused.contains("\"code\":429"), "{refused}");

    assert_eq!(status(&get(port, "/find?number=261122-000001", "")), 200);
    assert_eq!(status(&get(port, "/find?number=261122-000002", "")), 429);
    assert_eq!(status(&get(port, "/find", "")), 200, "only looking up is counted");
}

#[test]
fn metrics_are_for_this_machine_or_for_a_token() {
    let folder = Folder::new("metrics");
    let house = House::on_sqlite(&folder);
    let program = Program::start(&house);
    let shown = get(program.port, "/metrics", "");
    assert!(status(&shown) == 200 && shown.contains("lianxin_http_requests"), "{shown}");
    for proxied in ["x-forwarded-for: 127.0.0.1", "forwarded: for=127.0.0.1", "x-real-ip: 127.0.0.1"] {
        assert_eq!(status(&get(program.port, "/metrics", &format!("{proxied}\r\n"))), 403, "{proxied}");
    }
    drop(program);
    let program = Program::start(&house.with(&[("LIANXIN_METRICS_TOKEN", "test-metrics-token")]));
    for (headers, expected) in [
        ("", 401),
        ("authorization: Bearer other\r\n", 401),
        ("authorization: Bearer test-metrics-token\r\n", 200),
    ] {
        assert_eq!(status(&get(program.port, "/metrics", headers)), expected, "{headers}");
    }
}

#[test]
fn asking_whether_it_is_ready_does_not_write_each_time() {
    let folder = Folder::new("ready");
    let house = House::on_sqlite(&folder);
    let program = Program::start(&house);
    let probe = house.data.join("photos/readiness-probe");
    let written = || probe.metadata().and_then(|file| file.modified()).expect("it was probed once");
    let first = written();
    for _ in 0..20 {
        assert_eq!(status(&get(program.port, "/readyz", "")), 200);
    }
    assert_eq!(written(), first);
}

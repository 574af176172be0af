//! Deadlines as iCalendar (RFC 5545), for the calendar a person already looks at.

use jiff::Timestamp;
use lianxin_foundation::clock::{MINUTE, Micros};
use uuid::Uuid;

/// One deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The matter's id: the same event as long as it is due.
    pub matter: Uuid,
    /// How often the matter was written: a newer one replaces an older.
    pub version: i64,
    /// When it is due.
    pub due: Micros,
    /// One line.
    pub summary: String,
    /// Where to look.
    pub url: String,
}

/// How long before a deadline a calendar reminds, and how long it is drawn.
const ALARM: &str = "-PT1H";
const DRAWN: Micros = 15 * MINUTE;

/// The whole calendar; `now` is when it was put together.
pub fn written(name: &str, deadlines: &[Deadline], now: Micros) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Lianxin//Deadlines//ZH".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        format!("NAME:{}", escaped(name)),
        format!("X-WR-CALNAME:{}", escaped(name)),
        "REFRESH-INTERVAL;VALUE=DURATION:PT30M".to_owned(),
    ];
    for deadline in deadlines {
        let summary = escaped(&deadline.summary);
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@lianxin", deadline.matter),
            format!("DTSTAMP:{}", moment(now)),
            format!("SEQUENCE:{}", deadline.version),
            format!("DTSTART:{}", moment(deadline.due - DRAWN)),
            format!("DTEND:{}", moment(deadline.due)),
            format!("SUMMARY:{summary}"),
            format!("URL:{}", deadline.url),
            "TRANSP:TRANSPARENT".to_owned(),
            "BEGIN:VALARM".to_owned(),
            "ACTION:DISPLAY".to_owned(),
            format!("DESCRIPTION:{summary}"),
            format!("TRIGGER;RELATED=END:{ALARM}"),
            "END:VALARM".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// UTC, to the second: `20261122T003000Z`.
fn moment(at: Micros) -> String {
    let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text as a value (3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// A line of at most 75 octets, the rest on lines that begin with a space (3.1); characters stay whole.
fn folded(line: &str) -> String {
    let (mut out, mut octets) = (String::with_capacity(line.len() + 8), 0);
    for letter in line.chars() {
        if octets + letter.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        octets += letter.len_utf8();
        out.push(letter);
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters_and_values_escaped() {
        let deadline = Deadline {
            matter: Uuid::nil(),
            version: 3,
            due: 1_795_307_400_000_000,
            summary: "演示；逗号, 分号; 反斜\\杠\n换行\u{7} ".repeat(4),
            url: "https://lianxin.example/matters/421223/x".to_owned(),
        };
        let text = written("到期", &[deadline], 0);
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert!(text.ends_with("END:VCALENDAR\r\n") && text.contains("DTEND:20261122T003000Z\r\n"));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:演示；逗号\\, 分号\\; 反斜\\\\杠\\n换行 "), "{unfolded}");
        let count = |start: &str| unfolded.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!((count("BEGIN:"), count("END:")), (3, 3));
    }
}

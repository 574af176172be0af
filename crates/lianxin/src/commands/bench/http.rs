//! As much of HTTP/1.1 as the bench needs: one request, one answer, the connection closed.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use flate2::read::GzDecoder;

/// A server that says nothing for so long is not measured any further.
const PATIENCE: Duration = Duration::from_secs(20);

/// A question as it goes over the wire, without the headers that every one carries.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    /// Names and values.
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
}

/// An answer, its body as it came over the wire.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Where it leads on to.
    pub(super) location: Option<String>,
    gzip: bool,
    body: Vec<u8>,
}

impl Answer {
    /// How many bytes the body was on the wire.
    pub(super) fn bytes(&self) -> usize {
        self.body.len()
    }

    /// The body as text.
    pub(super) fn text(&self) -> Result<String> {
        let mut text = String::new();
        if self.gzip {
            GzDecoder::new(&*self.body).read_to_string(&mut text)
        } else {
            (&*self.body).read_to_string(&mut text)
        }?;
        Ok(text)
    }

    /// The answer, if it is of this kind.
    pub(super) fn expect(self, status: u16, target: &str) -> Result<Answer> {
        if self.status == status {
            return Ok(self);
        }
        let said = self.text().ok().and_then(|page| refusal(&page)).unwrap_or_default();
        Err(Error::other(format!("{target} is answered by {} {said}", self.status)))
    }
}

/// What a form that was given back says is wrong with it.
fn refusal(page: &str) -> Option<String> {
    let (_, errors) = page.split_once("id=\"errors\"")?;
    let (errors, _) = errors.split_once("</ul>")?;
    let words = errors.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words.trim());
    Some(words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" "))
}

/// Asks for a page as a browser does, compressed where the server can.
pub(super) fn get(server: SocketAddr, target: &str) -> Result<Answer> {
    send(server, Ask { method: "GET", target, headers: &[], body: &[] })
}

/// The same of somebody with this cookie.
pub(super) fn get_as(cookie: &str, server: SocketAddr, target: &str) -> Result<Answer> {
    send(server, Ask { method: "GET", target, headers: &[("cookie", cookie)], body: &[] })
}

/// Asks, and reads the whole answer.
pub(super) fn send(server: SocketAddr, ask: Ask<'_>) -> Result<Answer> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {server}\r\naccept-encoding: gzip\r\nconnection: close\r\ncontent-length: {}\r\n",
        ask.method,
        ask.target,
        ask.body.len()
    );
    for (name, value) in ask.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(ask.body)?;
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole)?;
    read(&whole)
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("no HTTP answer to {}", ask.target)))
}

fn read(whole: &[u8]) -> Option<Answer> {
    let end = whole.windows(4).position(|four| four == b"\r\n\r\n")?;
    let written = std::str::from_utf8(&whole[..end]).ok()?;
    let head = written.to_ascii_lowercase();
    let location = head.find("\r\nlocation: ").and_then(|at| written[at + 12..].lines().next());
    let location = location.map(str::to_owned);
    let body = &whole[end + 4..];
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = if head.contains("\r\ntransfer-encoding: chunked") { joined(body)? } else { body.to_vec() };
    Some(Answer { status, location, gzip: head.contains("\r\ncontent-encoding: gzip"), body })
}

/// The chunks of a body, put together.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunks.get(end + 2..end + 2 + size)?);
        chunks = chunks.get(end + 2 + size + 2..)?;
    }
}

/// An address on loopback that nobody listens on.
pub(super) fn free_address() -> Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_lead_on() {
        let answer = read(b"HTTP/1.1 303 See Other\r\nLocation: /m/421223/aBc?new=1\r\n\r\n").unwrap();
        assert_eq!(answer.location.as_deref(), Some("/m/421223/aBc?new=1"));
        assert!(answer.expect(200, "/").is_err());
    }

    #[test]
    fn a_form_given_back_says_why() {
        let page = r##"<div id="errors" tabindex="-1"><h2>1 thing</h2><ul><li><a href="#text">Say it</a></li></ul></div>"##;
        assert_eq!(refusal(page).as_deref(), Some("1 thing Say it"));
        assert_eq!(refusal("<p>nothing"), None);
    }

    #[test]
    fn chunks_are_put_together() {
        let answer =
            read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                .unwrap();
        assert_eq!((answer.status, answer.bytes(), answer.text().unwrap().as_str()), (200, 5, "abcde"));
    }
}

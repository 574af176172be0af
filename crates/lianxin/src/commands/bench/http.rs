//! As much of HTTP/1.1 as the bench needs: one request, one answer, the connection closed.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use flate2::read::GzDecoder;

/// A server that says nothing for so long is not measured any further.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, its body as it came over the wire.
pub(super) struct Answer {
    pub(super) status: u16,
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
}

/// Asks for a page as a browser does, compressed where the server can.
pub(super) fn get(server: SocketAddr, target: &str) -> Result<Answer> {
    get_as("", server, target)
}

/// The same of somebody with this cookie.
pub(super) fn get_as(cookie: &str, server: SocketAddr, target: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nhost: {server}\r\naccept-encoding: gzip\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    )?;
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole)?;
    read(&whole).ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("no HTTP answer to {target}")))
}

fn read(whole: &[u8]) -> Option<Answer> {
    let end = whole.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&whole[..end]).ok()?.to_ascii_lowercase();
    let body = &whole[end + 4..];
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = if head.contains("\r\ntransfer-encoding: chunked") { joined(body)? } else { body.to_vec() };
    Some(Answer { status, gzip: head.contains("\r\ncontent-encoding: gzip"), body })
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
    fn chunks_are_put_together() {
        let answer =
            read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                .unwrap();
        assert_eq!((answer.status, answer.bytes(), answer.text().unwrap().as_str()), (200, 5, "abcde"));
    }
}

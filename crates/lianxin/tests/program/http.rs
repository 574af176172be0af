//! HTTP/1.1 over one socket: all that these tests need of it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::house::PATIENCE;

/// As much of HTTP/1.1 as the test needs: one connection, kept open, JSON both ways.
pub struct Http(BufReader<TcpStream>);

impl Http {
    pub fn connect(port: u16) -> io::Result<Http> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Http(BufReader::new(stream)))
    }

    pub fn get(&mut self, token: &str, target: &str) -> io::Result<(u16, Value)> {
        self.ask("GET", token, target, "")
    }

    pub fn post(&mut self, token: &str, target: &str, body: &Value) -> io::Result<(u16, Value)> {
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

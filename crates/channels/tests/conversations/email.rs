//! A mail server that holds the conversation of RFC 5321 line by line.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lianxin_foundation::outbox::{Address, Carrier, Channel, Outcome};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::{channels, message};

/// What the server answers to one of its commands instead of taking it.
#[derive(Clone, Copy)]
struct Trouble {
    at: &'static str,
    with: &'static str,
}

const NONE: Trouble = Trouble { at: "(nothing)", with: "" };

/// Everything said to it, a line each; the data as sent.
type Heard = Arc<Mutex<Vec<String>>>;

async fn server(trouble: Trouble) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard: Heard = Arc::default();
    let kept = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that hangs up in the middle ends the conversation, nothing else.
            let _ = converse(stream, trouble, kept.clone()).await;
        }
    });
    (port, heard)
}

async fn converse(stream: TcpStream, trouble: Trouble, heard: Heard) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let greeting = if trouble.at == "(greeting)" { trouble.with } else { "220 stand-in ready" };
    write.write_all(format!("{greeting}\r\n").as_bytes()).await?;
    let mut data = false;
    while let Some(line) = lines.next_line().await? {
        heard.lock().unwrap().push(line.clone());
        if data {
            if line != "." {
                continue;
            }
            data = false;
            let answer = if trouble.at == "." { trouble.with } else { "250 2.0.0 taken" };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
            continue;
        }
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        if verb == trouble.at {
            if trouble.with.is_empty() {
                return Ok(());
            }
            write.write_all(format!("{}\r\n", trouble.with).as_bytes()).await?;
            continue;
        }
        let answer = match verb.as_str() {
            "EHLO" => "250-stand-in\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN",
            "AUTH" => "235 2.7.0 welcome",
            "MAIL" | "RCPT" | "RSET" | "NOOP" => "250 2.1.0 ok",
            "DATA" => {
                data = true;
                "354 go on"
            }
            "QUIT" => "221 2.0.0 bye",
            _ => "502 5.5.2 what?",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if verb == "QUIT" {
            return Ok(());
        }
    }
    Ok(())
}

async fn send(port: u16, to: &str) -> Outcome {
    let file = format!(
        "[email]\nserver='127.0.0.1'\nport={port}\nsecurity='none'\nfrom='连心 <told@lianxin.example>'\n\
         username='lianxin'\npassword='hush'\n"
    );
    channels(&file).carry(Channel::Email, &Address::Email(to.to_owned()), &message()).await
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let (port, heard) = server(NONE).await;
    assert_eq!(send(port, "li@county.example").await, Outcome::Sent);
    let heard = heard.lock().unwrap().clone();
    let said =
        |start: &str| heard.iter().find_map(|line| line.strip_prefix(start)).unwrap_or_default().to_owned();
    assert!(heard.iter().any(|line| line.starts_with("MAIL FROM:<told@lianxin.example>")), "{heard:?}");
    assert!(heard.iter().any(|line| line.starts_with("RCPT TO:<li@county.example>")));
    let secret = STANDARD.decode(said("AUTH PLAIN ")).unwrap();
    assert_eq!(secret, b"\0lianxin\0hush");
    assert_eq!(said("Message-ID: "), "<00000000-0000-0000-0000-000000000007@lianxin.example>");
    assert_eq!(said("Auto-Submitted: "), "auto-generated");
    assert!(said("Subject: ").starts_with("=?utf-8?b?"), "the subject is encoded");
    let end = heard.iter().position(|line| line.is_empty()).unwrap();
    let body: String = heard[end + 1..].iter().take_while(|line| *line != ".").cloned().collect();
    let text = String::from_utf8(STANDARD.decode(body).unwrap()).unwrap();
    assert!(text.contains("路面破损") && text.contains("https://lianxin.example/matters/421223/7"), "{text}");
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_tried_again_and_one_that_refuses_is_not() {
    for (at, with, outcome) in [
        ("(greeting)", "421 4.3.2 not now", Outcome::Later("smtp-421".into(), None)),
        ("AUTH", "535 5.7.8 wrong", Outcome::Refused("smtp-535".into())),
        ("MAIL", "451 4.3.0 try again", Outcome::Later("smtp-451".into(), None)),
        ("RCPT", "450 4.2.0 greylisted", Outcome::Later("smtp-450".into(), None)),
        ("RCPT", "550 5.1.1 li@county.example unknown", Outcome::Refused("smtp-550".into())),
        (".", "552 5.3.4 too large", Outcome::Refused("smtp-552".into())),
        (".", "452 4.3.1 disk full", Outcome::Later("smtp-452".into(), None)),
        ("DATA", "", Outcome::Later("no-connection".into(), None)),
    ] {
        let (port, _) = server(Trouble { at, with }).await;
        assert_eq!(send(port, "li@county.example").await, outcome, "{at} {with}");
    }
}

#[tokio::test]
async fn an_address_cannot_say_more_than_an_address() {
    let (port, heard) = server(NONE).await;
    for to in
        ["", "nobody", "a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example, c@d.example", "a b@c.example"]
    {
        assert_eq!(send(port, to).await, Outcome::Refused("email-address".into()), "{to:?}");
    }
    assert!(heard.lock().unwrap().is_empty(), "nobody was even asked");
    assert_eq!(send(1, "li@county.example").await, Outcome::Later("no-connection".into(), None));
}

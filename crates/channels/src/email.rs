//! E-mail by SMTP (RFC 5321).

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use lianxin_foundation::outbox::{Message, Outcome};

use crate::SettingsError;
use crate::net::PATIENCE;
use crate::settings::EmailSettings;

/// An SMTP server to hand mail to.
pub struct Email {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// Tells other programs that nobody waits for an answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<AutoSubmitted, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(AutoSubmitted::name(), "auto-generated".to_owned())
    }
}

fn wrong(wrong: impl ToString) -> SettingsError {
    SettingsError { part: "[email]", wrong: wrong.to_string() }
}

impl Email {
    /// The server as the operator set it up. Nothing is asked yet.
    ///
    /// # Errors
    /// When the sender is no address, or the connection would be open to listeners on its way.
    pub fn new(settings: &EmailSettings) -> Result<Email, SettingsError> {
        let from: Mailbox = settings.from.parse().map_err(|_| wrong("`from` is no address"))?;
        let server = settings.server.as_str();
        let tls = || TlsParameters::new(server.to_owned()).map_err(wrong);
        let (tls, port) = match settings.security.as_str() {
            "tls" => (Tls::Wrapper(tls()?), 465),
            "starttls" => (Tls::Required(tls()?), 587),
            "none" if ["localhost", "127.0.0.1", "::1"].contains(&server) => (Tls::None, 25),
            "none" => return Err(wrong("without TLS the server must be this very machine")),
            other => return Err(wrong(format!("security is `{other}`, and can be tls, starttls or none"))),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server)
            .port(settings.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !settings.username.is_empty() {
            let password = settings.password.told("[email]")?;
            transport = transport.credentials(Credentials::new(settings.username.clone(), password));
        }
        Ok(Email { from, transport: transport.build() })
    }

    /// Hands one message over.
    pub async fn send(&self, to: &str, message: &Message) -> Outcome {
        let Ok(address) = to.parse() else { return Outcome::Refused("email-address".to_owned()) };
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        let body = format!("{}\n\n{}\n", message.text, message.link);
        let mail = Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(&message.subject)
            .message_id(Some(id))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(body);
        let Ok(mail) = mail else { return Outcome::Refused("email-form".to_owned()) };
        match self.transport.send(mail).await {
            Ok(_) => Outcome::Sent,
            Err(error) => {
                let code = error.status().map(|code| code.to_string());
                let why = code.map_or_else(|| "no-connection".to_owned(), |code| format!("smtp-{code}"));
                // Its Message-ID lets a repeat be known, so that whatever is not refused for good may come again.
                if error.is_permanent() { Outcome::Refused(why) } else { Outcome::Later(why, None) }
            }
        }
    }
}

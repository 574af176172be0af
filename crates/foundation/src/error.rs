//! Refusals and failures, told apart.
//!
//! A [`Problem`] is something the reader can act on: it has a stable code, which is also the id of
//! the message that explains it in every language, and may point at fields. An [`Error::Failed`] is
//! ours: the reader learns only that it happened, the log learns the operation and its cause.

use std::borrow::Cow;
use std::error::Error as Cause;

/// The result of anything that may be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of refusal, as HTTP will say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input is wrong (422, or 400 where a protocol says so).
    Invalid,
    /// Nobody is signed in, or the sign-in no longer counts (401).
    SignIn,
    /// Signed in, but this is not theirs to do (403).
    Forbidden,
    /// There is no such thing, or none that the asker may know of (404).
    NotFound,
    /// It cannot be done now, because of what happened meanwhile (409).
    Conflict,
    /// The body did not arrive in time (408).
    TooSlow,
    /// Too large (413).
    TooLarge,
    /// Too often (429).
    TooMany,
}

impl Kind {
    /// The HTTP status code.
    pub fn status(self) -> u16 {
        match self {
            Kind::Invalid => 422,
            Kind::SignIn => 401,
            Kind::Forbidden => 403,
            Kind::NotFound => 404,
            Kind::Conflict => 409,
            Kind::TooSlow => 408,
            Kind::TooLarge => 413,
            Kind::TooMany => 429,
        }
    }
}

/// One field that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form or the JSON body.
    pub field: Cow<'static, str>,
    /// The message id that explains it.
    pub code: &'static str,
}

/// A refusal the reader can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which HTTP status it becomes.
    pub kind: Kind,
    /// A stable code: the message id that explains it, and the last part of its RFC 9457 type.
    pub code: &'static str,
    /// What the message names: argument, value.
    pub args: Vec<(&'static str, String)>,
    /// The fields that are wrong, if it is about fields.
    pub fields: Vec<FieldProblem>,
}

impl Problem {
    /// A refusal of `kind`, explained by the message `code`.
    pub fn new(kind: Kind, code: &'static str) -> Problem {
        Problem { kind, code, args: Vec::new(), fields: Vec::new() }
    }

    /// Names something in the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Problem {
        self.args.push((name, value.to_string()));
        self
    }

    /// Points at one field.
    #[must_use]
    pub fn field(mut self, field: impl Into<Cow<'static, str>>, code: &'static str) -> Problem {
        self.fields.push(FieldProblem { field: field.into(), code });
        self
    }

    /// "There is no such thing": also what an asker outside the scope is told, so that nobody learns
    /// of what they may not see.
    pub fn not_found() -> Problem {
        Problem::new(Kind::NotFound, "problem-not-found")
    }

    /// "This is not yours to do."
    pub fn forbidden() -> Problem {
        Problem::new(Kind::Forbidden, "problem-forbidden")
    }

    /// "Sign in first."
    pub fn sign_in() -> Problem {
        Problem::new(Kind::SignIn, "problem-sign-in")
    }

    /// "Please look at these fields", to be filled with [`Problem::field`].
    pub fn invalid() -> Problem {
        Problem::new(Kind::Invalid, "problem-invalid")
    }

    /// How many seconds to wait before asking again, where that is known: what `Retry-After` says.
    pub fn retry_after(&self) -> Option<u64> {
        let (_, seconds) =
            self.args.iter().find(|(name, _)| self.kind == Kind::TooMany && *name == "seconds")?;
        seconds.parse().ok()
    }

    /// An error when any field was found wrong, else nothing.
    pub fn when_fields(self) -> Result<()> {
        if self.fields.is_empty() { Ok(()) } else { Err(self.into()) }
    }
}

/// What an operation may end in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reader can act on it.
    #[error("refused: {}", .0.code)]
    Refused(Box<Problem>),
    /// We failed; `doing` names the operation and its subject.
    #[error("{doing}")]
    Failed {
        /// The operation and its subject, for the log: no personal data.
        doing: Cow<'static, str>,
        /// What went wrong beneath.
        #[source]
        source: Box<dyn Cause + Send + Sync>,
    },
    /// The database refused to order two transactions; the caller runs the whole one again.
    #[error("the transaction has to be run again")]
    Again(#[source] sqlx::Error),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error::Refused(Box::new(problem))
    }
}

impl Error {
    /// A failure of ours while `doing` something.
    pub fn failed(
        doing: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn Cause + Send + Sync>>,
    ) -> Error {
        Error::Failed { doing: doing.into(), source: source.into() }
    }

    /// The refusal's code, if it is one.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Error::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// The whole chain of causes on one line, for a log.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }
}

/// Names the operation a foreign error broke.
pub trait While<T> {
    /// Turns any error into [`Error::Failed`], naming what was being done.
    fn while_doing(self, doing: impl Into<Cow<'static, str>>) -> Result<T>;
}

impl<T, E: Into<Box<dyn Cause + Send + Sync>>> While<T> for std::result::Result<T, E> {
    fn while_doing(self, doing: impl Into<Cow<'static, str>>) -> Result<T> {
        self.map_err(|source| Error::failed(doing, source))
    }
}

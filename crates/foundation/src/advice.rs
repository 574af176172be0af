//! What an operator can do about a failure that comes from outside: the engine, the disk, the network.

use std::error::Error as Cause;
use std::io::{self, ErrorKind};

use crate::error::Error;

impl Error {
    /// One sentence on what to do, where the cause is known; in English, for the terminal.
    pub fn advice(&self) -> Option<&'static str> {
        let mut next = self.source();
        let mut found = None;
        while let Some(cause) = next {
            // The innermost cause that is known says most.
            found = of(cause).or(found);
            next = cause.source();
        }
        found
    }
}

fn of(cause: &(dyn Cause + 'static)) -> Option<&'static str> {
    if let Some(error) = cause.downcast_ref::<sqlx::Error>() {
        return match error {
            sqlx::Error::Database(error) => {
                let code = error.code()?;
                if code.len() == 5 { of_postgres(&code) } else { of_sqlite(code.parse().ok()?) }
            }
            sqlx::Error::PoolTimedOut => {
                Some("the database does not answer in time: look whether it is overloaded or stuck")
            }
            sqlx::Error::Io(error) => of_io(error.kind()),
            _ => None,
        };
    }
    of_io(cause.downcast_ref::<io::Error>()?.kind())
}

/// By SQLite's result code; its lowest byte is the kind.
fn of_sqlite(code: u32) -> Option<&'static str> {
    Some(match code & 0xff {
        5 | 6 => "another program holds the file: stop it first, or wait",
        8 => "the file, or its folder, is not this user's to write: look at its owner and rights",
        10 | 13 => "the disk is full or failing: free space, then look at the disk",
        11 | 26 => {
            "the file is damaged, or is no SQLite database: keep it aside and `lianxin restore` a backup into a new one"
        }
        14 => "the folder is missing, or not this user's to read and write: look at its owner and rights",
        _ => return None,
    })
}

/// By PostgreSQL's SQLSTATE.
fn of_postgres(code: &str) -> Option<&'static str> {
    Some(match code {
        "28P01" | "28000" => "PostgreSQL refuses this user or password: look at the setting `database`",
        "3D000" => {
            "there is no database of this name: make it with `createdb`, or look at the setting `database`"
        }
        "42501" | "25006" => {
            "this user may not do that in the database: grant it the rights, or use the database's owner"
        }
        "53100" => "PostgreSQL's disk is full: free space on its machine",
        "53300" => "PostgreSQL has no connection left: raise max_connections, or stop what else uses it",
        "57P03" => "PostgreSQL is starting or stopping: try again in a moment",
        _ => return None,
    })
}

fn of_io(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::AddrInUse => {
            "another program listens there already: stop it, or choose another address by `--listen`"
        }
        ErrorKind::AddrNotAvailable => "this machine has no such address: choose another by `--listen`",
        ErrorKind::ConnectionRefused
        | ErrorKind::ConnectionReset
        | ErrorKind::TimedOut
        | ErrorKind::HostUnreachable => {
            "nothing answers there: look whether it is running, and at the address"
        }
        ErrorKind::InvalidInput => "look at how it is written: an address is 127.0.0.1:8080, host and port",
        ErrorKind::PermissionDenied => {
            "this user may not do that: look at the owner and rights of the file or folder, or choose a port from 1024 on"
        }
        ErrorKind::ReadOnlyFilesystem => "this disk is for reading only: choose another folder",
        ErrorKind::NotADirectory => "a file stands where a folder should: choose another folder",
        ErrorKind::IsADirectory => "a folder stands where a file should: name a file",
        ErrorKind::NotFound => "look at the name: there is no such file or folder",
        ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded => {
            "the disk is full, or this user's share of it: free space, then try again"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::While;

    #[test]
    fn the_innermost_known_cause_advises() {
        let full: Result<(), _> = Err(io::Error::from(ErrorKind::StorageFull));
        let error = full.while_doing("writing").unwrap_err();
        let error = Error::failed("backing up", error);
        assert!(error.advice().unwrap().contains("disk is full"));
        let refused = sqlx::Error::Io(io::Error::from(ErrorKind::ConnectionRefused));
        assert!(Error::failed("connecting", refused).advice().unwrap().contains("nothing answers"));
        assert_eq!(Error::failed("thinking", "it is hard").advice(), None);
        assert_eq!(of_sqlite(6922), of_sqlite(10), "an extended code");
        assert_eq!(of_postgres("23505"), None);
    }
}

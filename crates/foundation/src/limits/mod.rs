//! How much one address, account or access token may ask for in a while, so that nobody uses the house up
//! for everybody else.
//!
//! The limits are wide on purpose. A township hall, a school or a mobile carrier shows hundreds of people
//! under one address; whoever is refused there did nothing wrong. So what a person is signed in for is counted
//! by account and what a program does by token, and only strangers share what their address may do.

mod rate;
mod room;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use self::rate::{NoRate, Rate};
pub use self::room::Room;
use self::room::Rooms;
use crate::clock::{MINUTE, Micros, SECOND};
use crate::error::{Error, Kind, Problem, Result};
use crate::every;

/// Every kind of request that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A report or a reporter's step sent without signing in.
    Write,
    /// Files sent, in megabytes.
    Upload,
    /// An attempt to sign in.
    SignIn,
    /// A matter looked up by its number or its secret link.
    Lookup,
    /// A program reading what is public, without a token.
    Read,
    /// A program's call with its token.
    Api,
    /// A token that does not count.
    WrongToken,
}

every! {
    /// All of them.
    Limit { Write, Upload, SignIn, Lookup, Read, Api, WrongToken }
}

impl Limit {
    /// What it is when nobody sets it. `docs/operators.md` says why each is so.
    pub const fn built_in(self) -> Rate {
        match self {
            Limit::Write => Rate::new(120, 10, MINUTE),
            Limit::Upload => Rate::new(2000, 300, MINUTE),
            Limit::SignIn => Rate::new(300, 60, MINUTE),
            Limit::Lookup => Rate::new(200, 60, MINUTE),
            Limit::Read => Rate::new(600, 300, MINUTE),
            Limit::Api => Rate::new(1200, 600, MINUTE),
            Limit::WrongToken => Rate::new(60, 30, MINUTE),
        }
    }

    /// What the refused are told. Who sent a form is told that it is not lost.
    fn code(self) -> &'static str {
        match self {
            Limit::Write | Limit::Upload | Limit::SignIn => "problem-too-many-form",
            Limit::Lookup | Limit::Read | Limit::Api | Limit::WrongToken => "problem-too-many",
        }
    }
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asker {
    /// Everybody at one address.
    Address(IpAddr),
    /// One person, signed in.
    Account(Uuid),
    /// One access token, by the beginning of its hash.
    Token(u128),
}

impl Asker {
    /// Whoever comes from this address. A household or a server has a whole /64 of IPv6 addresses for itself,
    /// so these count as one; an IPv4 address counts the same in either notation.
    pub fn at(address: IpAddr) -> Asker {
        Asker::Address(match address.to_canonical() {
            IpAddr::V6(six) => IpAddr::V6((six.to_bits() & (!0 << 64)).into()),
            four => four,
        })
    }

    /// Whoever sends this access token.
    pub fn token(secret: &str) -> Asker {
        let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        Asker::Token(hash.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte)))
    }
}

/// What an operator may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// For every kind in the order of [`Limit::ALL`]; `None` is no limit. [`Rules::set`] sets one.
    pub rates: [Option<Rate>; Limit::ALL.len()],
    /// The most megabytes of forms that are held in memory at once, over all requests, beyond the first
    /// 256 kilobytes of each; the beginnings have a quarter as much for themselves.
    pub upload_memory: u32,
    /// How long a form waits for some of it before it is refused.
    pub upload_wait: Duration,
    /// How long a request's body may take in all.
    pub body: Duration,
    /// How long nothing may come of a body that has begun.
    pub pause: Duration,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            rates: Limit::ALL.map(|limit| Some(limit.built_in())),
            upload_memory: 512,
            upload_wait: Duration::from_secs(10),
            body: Duration::from_secs(600),
            pause: Duration::from_secs(30),
        }
    }
}

impl Rules {
    /// Sets one rate; `None` is no limit.
    pub fn set(&mut self, limit: Limit, rate: Option<Rate>) {
        self.rates[limit as usize] = rate;
    }

    /// One rate; `None` is no limit.
    pub fn rate(&self, limit: Limit) -> Option<Rate> {
        self.rates[limit as usize]
    }
}

/// The most askers of one kind that are remembered: some 5 MB.
const MOST: usize = 50_000;

/// Until there are so many, those who may be forgotten are kept.
const FEW: usize = 1_000;

/// For every asker when their debt is paid off.
#[derive(Default)]
struct Ledger {
    free: HashMap<Asker, Micros>,
    sweep_at: usize,
}

impl Ledger {
    fn take(&mut self, rate: Rate, asker: Asker, units: i64, now: Micros) -> Result<(), Micros> {
        let free = self.free.get(&asker).copied().unwrap_or(now);
        let after = rate.take(free, units, now)?;
        self.free.insert(asker, after);
        if self.free.len() > self.sweep_at.max(FEW) {
            self.sweep(now);
        }
        Ok(())
    }

    /// Forgets whoever owes nothing any more: they are as good as never seen. When more are in debt than can
    /// be remembered, all are forgotten: that many addresses are stopped by nobody who counts by address, and
    /// it is better to let some through than to lock out those who come for the first time.
    fn sweep(&mut self, now: Micros) {
        self.free.retain(|_, free| *free > now);
        if self.free.len() > MOST {
            tracing::warn!("more than {MOST} addresses at once: starting to count anew");
            self.free.clear();
        }
        // Twice as many before the next look: on average each request looks at two others.
        self.sweep_at = self.free.len() * 2;
    }
}

/// Counts requests.
pub struct Limits {
    rules: Rules,
    ledgers: [Mutex<Ledger>; Limit::ALL.len()],
    rooms: Rooms,
}

impl Limits {
    /// Nobody has asked for anything yet.
    pub fn new(rules: Rules) -> Limits {
        let rooms = Rooms::new(rules.upload_memory, rules.upload_wait);
        Limits { rules, ledgers: Default::default(), rooms }
    }

    /// What the operator set.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Counts `units` of a request; most kinds have one.
    ///
    /// # Errors
    /// [`Kind::TooMany`], naming the whole seconds to wait, when there were too many; those refused count
    /// for nothing.
    pub fn take(&self, limit: Limit, asker: Asker, units: i64, now: Micros) -> Result<()> {
        let Some(rate) = self.rules.rate(limit) else { return Ok(()) };
        // Nobody leaves a ledger half written; if they did, counting on is still right.
        let mut ledger = self.ledgers[limit as usize].lock().unwrap_or_else(PoisonError::into_inner);
        ledger.take(rate, asker, units, now).map_err(|wait| too_many(limit.code(), wait))
    }

    /// Refuses whoever could take nothing more, and counts nothing.
    ///
    /// # Errors
    /// As [`Limits::take`].
    pub fn check(&self, limit: Limit, asker: Asker, now: Micros) -> Result<()> {
        let Some(rate) = self.rules.rate(limit) else { return Ok(()) };
        let ledger = self.ledgers[limit as usize].lock().unwrap_or_else(PoisonError::into_inner);
        let free = ledger.free.get(&asker).copied().unwrap_or(now);
        rate.take(free, 1, now).map(drop).map_err(|wait| too_many(limit.code(), wait))
    }

    /// Room in memory for one more form of this asker.
    pub fn room(&self, asker: Asker) -> Room {
        self.rooms.room(asker)
    }
}

fn too_many(code: &'static str, wait: Micros) -> Error {
    Problem::new(Kind::TooMany, code).with("seconds", (wait + SECOND - 1) / SECOND).into()
}

#[cfg(test)]
mod tests;

//! What must hold for every plan: against brute force on small problems, against the checker on larger ones.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

mod brute;
mod explained;
mod input;
mod judged;
mod optimum;
mod support;

//! What the tests of every room stand on: a whole program on a fresh database, on both engines.
//!
//! ```text
//! use lianxin_foundation::Role;
//! use lianxin_testkit::both_engines;
//!
//! both_engines! {
//!     rooms = [lianxin_registry::MESSAGES];   // messages beside the foundation's; may be left out
//!
//!     /// Becomes two tests: `a_clerk_sees_the_inbox::sqlite` and `…::postgres`.
//!     async fn a_clerk_sees_the_inbox(house: House) {
//!         let grid = house.area("421223100001-01").await;            // with everything above it
//!         let clerk = house.person("clerk", &[house.post(Role::Dispatcher, "421223")]).await;
//!         let mut browser = house.browser(lianxin_matters::routes());
//!         browser.sign_in(&clerk).await;
//!         let page = browser.get("/inbox").await;
//!         assert_eq!(page.status, 200);
//!         let answer = browser.post("/matters", &[("text", "漏水")]).await; // carries the form token
//!         assert_eq!(answer.status, 303);
//!         house.app().act(&clerk.who, &SomeAction { area: grid.id }).await.unwrap();
//!         house.clock().set(NOW + HOUR);
//!     }
//! }
//! ```
//!
//! A [`House`] has a clock that stands at [`NOW`], counting ids, a fixed key, the cheapest password
//! cost, files in a folder of its own and a database copied from a template that was migrated once.
//! Everything of it is gone when the test ends, also when it fails.
//!
//! PostgreSQL is the server that `LIANXIN_TEST_POSTGRES` names; `scripts/with-postgres.sh cargo test`
//! starts one. Without it the tests fail: they never skip.
//!
//! Statements that a test needs beside the rooms' own are written in the test with
//! [`lianxin_foundation::sql`]; the rule that SQL stands in `store.rs` is for the program.

mod house;
mod http;
mod people;
mod places;
mod run;
mod store;

pub use house::{CHEAP, House, NOW};
pub use http::{Answer, Browser};
pub use lianxin_foundation::db::Engine;
pub use people::{PASSWORD, Person};
pub use places::{Place, county_of, path_of};
pub use run::run;

/// Both engines, for tests that walk over them by themselves.
pub fn engines() -> [Engine; 2] {
    [Engine::Sqlite, Engine::Postgres]
}

/// Writes one test for both engines: see the crate's page.
#[macro_export]
macro_rules! both_engines {
    (rooms = [$($room:expr),* $(,)?]; $($rest:tt)+) => {
        $crate::both_engines! { @each [$($room),*] $($rest)+ }
    };
    (@each $rooms:tt) => {};
    (@each [$($room:expr),*] $(#[$meta:meta])* async fn $name:ident($house:ident: House) $body:block $($rest:tt)*) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story($house: $crate::House) $body

            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, &[$($room),*], story);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, &[$($room),*], story);
            }
        }
        $crate::both_engines! { @each [$($room),*] $($rest)* }
    };
    ($($rest:tt)+) => {
        $crate::both_engines! { @each [] $($rest)+ }
    };
}

//! One test on one engine, cleaned up after however it ends.

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use lianxin_foundation::i18n::Messages;
use tokio::runtime::Builder;

use crate::{Engine, House};

/// Opens a house on `engine` with the messages of `rooms` beside the foundation's, tells it `story`,
/// and takes the house down again, also when the story panics. [`both_engines!`](crate::both_engines)
/// writes the calls.
///
/// # Panics
/// When the story does, or when there is no PostgreSQL to run it on.
pub fn run<Story, Told>(engine: Engine, rooms: &[Messages], story: Story)
where
    Story: FnOnce(House) -> Told,
    Told: Future<Output = ()>,
{
    let runtime =
        Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a test can start threads");
    runtime.block_on(async {
        let house = House::open(engine, rooms).await;
        let told = AssertUnwindSafe(story(house.clone())).catch_unwind().await;
        house.take_down().await;
        if let Err(panic) = told {
            resume_unwind(panic);
        }
    });
}

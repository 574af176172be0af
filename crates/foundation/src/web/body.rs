//! Bodies that must arrive in time.

use std::error::Error as Cause;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use crate::app::App;
use crate::error::{Error, Kind, Problem};

/// How long the rest of a body is still listened to after its request was answered. A browser that is
/// hung up on while it sends shows a broken connection instead of the answer.
const LINGER: Duration = Duration::from_secs(10);

/// Nothing came for too long, or all of it took too long.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
struct TooSlow;

/// Why a body could not be read: it came too slowly, was refused on the way, or `otherwise`.
pub fn unread(error: &(dyn Cause + 'static), otherwise: Problem) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return Problem::new(Kind::TooSlow, "problem-too-slow");
        }
        if let Some(Error::Refused(problem)) = error.downcast_ref() {
            return (**problem).clone();
        }
        cause = error.source();
    }
    otherwise
}

/// A body with a clock.
struct Timed {
    body: Option<BodyDataStream>,
    end: Instant,
    pause: Duration,
    alarm: Pin<Box<Sleep>>,
    lingers: bool,
}

impl Timed {
    fn next_alarm(&self) -> Instant {
        self.end.min(Instant::now() + self.pause)
    }
}

impl Stream for Timed {
    type Item = Result<Bytes, Box<dyn Cause + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if let Poll::Ready(next) = body.poll_next_unpin(cx) {
            if next.is_none() {
                self.body = None;
            }
            let alarm = self.next_alarm();
            self.alarm.as_mut().reset(alarm);
            return Poll::Ready(next.map(|chunk| chunk.map_err(Into::into)));
        }
        ready!(self.alarm.as_mut().poll(cx));
        self.body = None;
        Poll::Ready(Some(Err(TooSlow.into())))
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        if let (true, Some(mut rest), Ok(runtime)) = (self.lingers, self.body.take(), Handle::try_current()) {
            let reading = async move { while rest.next().await.is_some_and(|chunk| chunk.is_ok()) {} };
            runtime.spawn(timeout(LINGER, reading));
        }
    }
}

/// Gives every body that long, and no longer, to arrive.
pub(super) async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let rules = app.limits().rules();
    let (pause, end) = (rules.pause, Instant::now() + rules.body);
    // Who waits for our word before sending needs no listener when the word is no.
    let lingers = !request.headers().contains_key(header::EXPECT);
    next.run(request.map(|body| {
        let alarm = Box::pin(sleep_until(end.min(Instant::now() + pause)));
        Body::from_stream(Timed { body: Some(body.into_data_stream()), end, pause, alarm, lingers })
    }))
    .await
}

//! Many people at once, each at an address of their own and over HTTP: fifty reports with a photo every second for
//! minutes, what everybody else notices of it, and a thousand who have met the same in one moment.
//!
//! Reports begin at their moments whether or not earlier ones are answered, and each is timed from its moment: a
//! program that falls behind shows it. Preparing a photo takes a processor's time however the program is built, so a
//! few reports without one tell what a report takes apart from that.

use std::collections::BTreeMap;
use std::io::{Error as Io, Result as IoResult};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lianxin_foundation::Clock;
use lianxin_foundation::db::Engine;
use lianxin_foundation::error::{Error, Result, While};
use uuid::Uuid;

use super::super::demo::{data, picture};
use super::clients::share_of;
use super::http::{Answer, Ask, get_as, send};
use super::machine::{Meter, peak_megabytes};
use super::seed::Seed;
use super::serving::Served;
use super::stand::Stand;
use super::{REPORT_PAGE, divisions, load, store, work};

/// Between two reports with a photo, two without, and two inboxes.
const WITH_PHOTO: Duration = Duration::from_millis(20);
const WITHOUT: Duration = Duration::from_millis(500);
const INBOX: Duration = Duration::from_secs(1);
/// How many of one kind may be under way at once: as many as come in two seconds, and more.
const UNDER_WAY: usize = 128;
/// How many join one matter in one moment.
const JOINING: usize = 1_000;
/// A photo is so many times finer than the demo's: 1024 by 768 pixels.
const FINER: f64 = 1.28;
/// How many different photos there are.
const PHOTOS: u32 = 16;

/// How much is measured.
#[derive(Clone, Copy)]
pub(super) struct Size {
    /// Matters in the county before.
    pub(super) matters: usize,
    /// How long reports come in.
    pub(super) lasting: Duration,
}

impl Size {
    pub(super) const FULL: Size = Size { matters: 100_000, lasting: Duration::from_secs(600) };
    pub(super) const QUICK: Size = Size { matters: 2_000, lasting: Duration::from_secs(5) };
}

/// What one kind of visit took, from its moment on.
#[derive(Default)]
pub(super) struct Times {
    /// Microseconds of each, the quickest first.
    pub(super) micros: Vec<u128>,
    /// What went wrong instead, in words.
    pub(super) errors: Vec<String>,
}

impl Times {
    /// The milliseconds that this share of the visits did not exceed.
    pub(super) fn milliseconds(&self, share: f64) -> f64 {
        share_of(&self.micros, share)
    }
}

/// What was found.
pub(super) struct Measured {
    pub(super) engine: Engine,
    pub(super) seconds: f64,
    /// Kilobytes of a photo as it is sent.
    pub(super) photo: f64,
    pub(super) with_photo: Times,
    pub(super) without: Times,
    pub(super) inbox: Times,
    /// Processor seconds of the program and the database server meanwhile.
    pub(super) cpu: f64,
    /// The most megabytes the program held.
    pub(super) megabytes: f64,
    pub(super) joining: Times,
    /// How many the program then says have joined.
    pub(super) joined: i64,
}

/// Serves a county to a crowd.
pub(super) async fn measure(stand: &Stand, country: &Path, size: Size, clock: &Clock) -> Result<Measured> {
    let target = stand.fresh("crowd")?;
    stand.say("importing the country");
    divisions::import_into(&target, country)?;
    let app = target.app(clock).await?;
    stand.say(&format!("{} matters", size.matters));
    let (county, _) = load::fill(&app, size.matters).await?;
    stand.settle(&target)?;
    let worker = store::server_process(&mut app.db().read().await?).await?;
    let dispatcher = work::session(&app, "dispatcher").await?;
    let mut served = Served::start(&target)?;
    let crowd = Crowd::new(served.address, &county)?;
    let meter = Meter::of(served.child.id(), worker);

    stand.say(&format!("fifty reports with a photo a second, for {} s", size.lasting.as_secs()));
    let (since, cpu) = (Instant::now(), meter.cpu_seconds());
    let with_photo: Visit<'_> = Box::new(|n| crowd.report(n, true).map(drop));
    let without: Visit<'_> = Box::new(|n| crowd.report(n, false).map(drop));
    let inbox: Visit<'_> =
        Box::new(|_| get_as(&dispatcher, crowd.server, "/inbox")?.expect(200, "/inbox").map(drop));
    let streams = [(WITH_PHOTO, &with_photo), (WITHOUT, &without), (INBOX, &inbox)];
    let [with_photo, without, inbox] = thread::scope(|scope| {
        let begin = |(every, visit)| scope.spawn(move || evenly(every, size.lasting, visit));
        streams.map(begin).map(|stream| stream.join().unwrap_or_default())
    });
    let (seconds, cpu) = (since.elapsed().as_secs_f64(), meter.cpu_seconds() - cpu);

    stand.say(&format!("{JOINING} join one matter at once"));
    let (matter, joining) = crowd.join().while_doing("joining a matter")?;
    let joined = store::joined(&mut app.db().read().await?, &county.code, matter).await?;
    let megabytes = peak_megabytes(served.child.id()).unwrap_or(f64::NAN);
    served.stop()?;
    app.db().close().await;
    stand.remove(&target)?;
    let photo = crowd.photos.iter().map(Vec::len).sum::<usize>() as f64 / f64::from(PHOTOS) / 1e3;
    let engine = stand.engine;
    Ok(Measured { engine, seconds, photo, with_photo, without, inbox, cpu, megabytes, joining, joined })
}

/// One visit by its number.
type Visit<'v> = Box<dyn Fn(usize) -> IoResult<()> + Sync + 'v>;

/// Lets a visit begin again and again in even steps, however long the visits take.
fn evenly(every: Duration, lasting: Duration, visit: &Visit<'_>) -> Times {
    let (since, next) = (Instant::now(), AtomicUsize::new(0));
    let count = (lasting.as_secs_f64() / every.as_secs_f64()) as usize;
    let times = Mutex::new(Times::default());
    let person = || loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= count {
            return;
        }
        let moment = every * u32::try_from(n).unwrap_or(u32::MAX);
        thread::sleep(moment.saturating_sub(since.elapsed()));
        let done = visit(n);
        let took = since.elapsed().saturating_sub(moment).as_micros();
        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(()) => times.micros.push(took),
            Err(error) => times.errors.push(error.to_string()),
        }
    };
    thread::scope(|scope| {
        for _ in 0..UNDER_WAY.min(count) {
            scope.spawn(person);
        }
    });
    sorted(times)
}

fn sorted(times: Mutex<Times>) -> Times {
    let mut times = times.into_inner().unwrap_or_else(PoisonError::into_inner);
    times.micros.sort_unstable();
    times
}

/// Everybody's words, places and photos.
struct Crowd<'c> {
    server: SocketAddr,
    county: &'c load::County,
    stories: Vec<data::Story>,
    photos: Vec<Vec<u8>>,
}

impl Crowd<'_> {
    fn new(server: SocketAddr, county: &load::County) -> Result<Crowd<'_>> {
        let photos = (0..PHOTOS).map(|n| picture::draw_finer(n, FINER)).collect::<Result<_>>()?;
        // What a category asks beyond the words is for the demo: the crowd says what happened.
        let stories = data::stories()?.into_iter().filter(|story| story.attributes.is_empty()).collect();
        Ok(Crowd { server, county, stories, photos })
    }

    /// A resident opens the form, sends it, and sees that it came in; gives the matter's id.
    fn report(&self, n: usize, with_photo: bool) -> IoResult<Uuid> {
        let mut seed = Seed::new((n as u64) << 1 | u64::from(with_photo));
        let address = address(seed.next());
        let from = ("x-forwarded-for", address.as_str());
        let form = self.ask("GET", REPORT_PAGE, &[from], b"")?.expect(200, REPORT_PAGE)?.text()?;
        let hidden = |name: &str| {
            let start = form.find(&format!("name=\"{name}\" value=\""))? + name.len() + 15;
            form[start..].split('"').next()
        };
        let (Some(id), Some(key)) = (hidden("id"), hidden("key")) else {
            return Err(Io::other("the form has no id and key"));
        };
        let (story, place) = (seed.one_of(&self.stories), seed.skewed(&self.county.places));
        let phone = format!("138{:08}", seed.next() % 100_000_000);
        let fields = [
            ("id", id),
            ("key", key),
            // Seen by a script while it was typed.
            ("looked", "1"),
            ("text", &story.text),
            ("category", &story.category),
            ("place", &story.place_hint),
            ("area", &place.area),
            ("name", &story.reporter),
            ("phone", &phone),
        ];
        let photo = with_photo.then(|| self.photos[n % self.photos.len()].as_slice());
        let (kind, body) = multipart(&fields, photo);
        let sent = self.ask("POST", REPORT_PAGE, &[from, ("content-type", kind)], &body)?;
        let received = sent.expect(303, REPORT_PAGE)?.location.unwrap_or_default();
        self.ask("GET", &received, &[from], b"")?.expect(200, &received)?;
        id.parse().map_err(Io::other)
    }

    /// One reports, and everybody presses "I have met the same" in one moment.
    fn join(&self) -> IoResult<(Uuid, Times)> {
        let matter = self.report(usize::MAX >> 1, false)?;
        let (ready, times) = (Barrier::new(JOINING), Mutex::new(Times::default()));
        let press = |n: usize| -> IoResult<()> {
            let (address, browser) = (address(n as u64), format!("lx_key=BENCH{n:021}"));
            let headers = [
                ("x-forwarded-for", address.as_str()),
                ("cookie", &browser),
                ("content-type", "application/x-www-form-urlencoded"),
            ];
            let body = format!("join={matter}");
            self.ask("POST", REPORT_PAGE, &headers, body.as_bytes())?.expect(303, REPORT_PAGE).map(drop)
        };
        thread::scope(|scope| {
            for n in 0..JOINING {
                let (ready, times, press) = (&ready, &times, &press);
                let person = move || {
                    ready.wait();
                    let since = Instant::now();
                    let done = press(n);
                    let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
                    match done {
                        Ok(()) => times.micros.push(since.elapsed().as_micros()),
                        Err(error) => times.errors.push(error.to_string()),
                    }
                };
                scope.spawn(person);
            }
        });
        Ok((matter, sorted(times)))
    }

    fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> IoResult<Answer> {
        send(self.server, Ask { method, target, headers, body })
    }
}

/// An address within a private network, for whoever has this number.
fn address(number: u64) -> String {
    let [_, _, _, _, _, a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

/// A form as a browser sends it: its kind and its body.
fn multipart(fields: &[(&str, &str)], photo: Option<&[u8]>) -> (&'static str, Vec<u8>) {
    const LINE: &str = "--lianxin-bench-form";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("{LINE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some(photo) = photo {
        let head =
            "content-disposition: form-data; name=\"photos\"; filename=\"p.jpg\"\r\ncontent-type: image/jpeg";
        body.extend_from_slice(format!("{LINE}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(photo);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("{LINE}--\r\n").as_bytes());
    ("multipart/form-data; boundary=lianxin-bench-form", body)
}

/// Refuses what is no result: a crowd that was not served, or was counted wrongly.
///
/// # Errors
/// Says what went wrong, and how often.
pub(super) fn check(measured: &Measured) -> Result<()> {
    let all = [&measured.with_photo, &measured.without, &measured.inbox, &measured.joining];
    let mut errors = BTreeMap::<&str, usize>::new();
    for error in all.into_iter().flat_map(|times| &times.errors) {
        *errors.entry(error).or_default() += 1;
    }
    if !errors.is_empty() {
        let said: Vec<String> =
            errors.iter().map(|(error, times)| format!("{times} times: {error}")).collect();
        return Err(Error::failed("serving a crowd", said.join("; ")));
    }
    if usize::try_from(measured.joined).ok() != Some(JOINING) {
        let said = format!("{JOINING} joined, {} are counted", measured.joined);
        return Err(Error::failed("serving a crowd", said));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_are_timed_from_their_moment() {
        // One visit at a time would take a tenth of a second for each of five: the last would show it.
        let slow: Visit<'_> = Box::new(|_| {
            thread::sleep(Duration::from_millis(20));
            Ok(())
        });
        let times = evenly(Duration::from_millis(1), Duration::from_millis(5), &slow);
        assert_eq!((times.micros.len(), times.errors.len()), (5, 0));
        assert!(times.micros[0] >= 20_000);
        let failing: Visit<'_> = Box::new(|n| if n == 3 { Err(Io::other("no")) } else { Ok(()) });
        let times = evenly(Duration::from_millis(1), Duration::from_millis(5), &failing);
        assert_eq!((times.micros.len(), times.errors), (4, vec!["no".to_owned()]));
    }

    #[test]
    fn forms_are_written_as_browsers_write_them() {
        let (kind, body) = multipart(&[("text", "漏水")], Some(b"JPEG"));
        let text = String::from_utf8(body).unwrap();
        assert!(kind.ends_with("boundary=lianxin-bench-form"));
        assert!(text.starts_with(
            "--lianxin-bench-form\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n漏水\r\n"
        ));
        assert!(text.ends_with("\r\nJPEG\r\n--lianxin-bench-form--\r\n"));
        assert_eq!(address(0x01_02_03), "10.1.2.3");
    }
}

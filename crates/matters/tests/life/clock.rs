//! What happens by itself.

use lianxin_foundation::clock::{DAY, HOUR, MINUTE};
use lianxin_matters::actions::{Ask, Report};
use lianxin_matters::clock_worker::sweep;
use lianxin_matters::model::{ClosedBy, Party, Status};
use lianxin_matters::rules::Step;
use lianxin_matters::rules::clock::{CONFIRM, REST};
use lianxin_testkit::both_engines;

use crate::place::{COUNTY, County};

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Nobody answers: grid, village, town, county, and then it is on record, again and again.
    async fn it_climbs_level_by_level(house: House) {
        let county = County::new(&house).await;
        let (app, id) = (house.app(), county.filed().await);
        assert_eq!(sweep(app, &county.matters).await.unwrap(), 0, "nothing is due yet");
        let promise = county.stored(id).await.resolve_due;
        for (hop, level) in [(1, 5), (2, 4), (3, 3)] {
            house.clock().set(county.stored(id).await.next_due.unwrap() - 1);
            assert_eq!(sweep(app, &county.matters).await.unwrap(), 0);
            house.clock().set(house.now() + 1);
            assert_eq!(sweep(app, &county.matters).await.unwrap(), 1);
            let matter = county.stored(id).await;
            assert_eq!((matter.level, matter.hops, matter.status), (Some(level), hop, Status::Dispatched));
            assert_eq!(matter.resolve_due, promise);
            let event = county.events(id).await.pop().unwrap();
            assert_eq!((event.kind, event.party, event.detail.idle_hours), (Step::Climb, Party::Program, Some(24)));
        }
        for idle in 1..=3 {
            house.clock().set(county.stored(id).await.next_due.unwrap());
            assert_eq!(sweep(app, &county.matters).await.unwrap(), 1);
            assert_eq!(sweep(app, &county.matters).await.unwrap(), 0, "once, not again and again in one moment");
            let matter = county.stored(id).await;
            assert_eq!((matter.level, matter.hops, matter.events), (Some(3), 3, 5 + idle));
        }
        let late = app.act(&county.handlers[3], &county.accept(id)).await.unwrap();
        assert_eq!(late.responded_in_time, Some(false), "the fourth level's quickness undoes nothing");
        county.check_log(id).await;
    }

    /// Taken but not settled: the next level takes over, who first took it stays responsible.
    async fn it_climbs_although_it_was_taken(house: House) {
        let county = County::new(&house).await;
        let id = county.accepted().await;
        house.clock().set(county.stored(id).await.climb_due.unwrap());
        sweep(house.app(), &county.matters).await.unwrap();
        let matter = county.stored(id).await;
        assert_eq!((matter.unit, matter.first_unit, matter.responded_in_time), (Some(county.units[1]), Some(county.units[0]), Some(true)));
        county.check_log(id).await;
    }

    /// A level whose unit has the matter already is passed over.
    async fn it_never_climbs_to_itself(house: House) {
        let county = County::new(&house).await;
        for area in ["421223100001-01", "421223100001", "421223100"] {
            house.duty(county.units[2], "ebike", area).await;
        }
        house.duty(county.units[3], "ebike", COUNTY).await;
        let id = county.file(&Report { category: Some("ebike".into()), ..county.report() }).await.unwrap().id;
        assert_eq!(county.stored(id).await.level, Some(6));
        house.clock().set(county.stored(id).await.next_due.unwrap());
        sweep(house.app(), &county.matters).await.unwrap();
        let matter = county.stored(id).await;
        assert_eq!((matter.unit, matter.level), (Some(county.units[3]), Some(3)));
    }

    /// A question nobody answers: the clock runs on by itself, and the promise moved by the rest.
    async fn a_rest_ends_by_itself(house: House) {
        let county = County::new(&house).await;
        let (app, matters, id) = (house.app(), &county.matters, county.accepted().await);
        house.clock().set(house.now() + HOUR);
        let before = county.stored(id).await.resolve_due.unwrap();
        app.act(&county.handlers[0], &Ask { matters, county: COUNTY.into(), id, question: "哪里？".into() }).await.unwrap();
        house.clock().set(house.now() + REST + 20 * MINUTE);
        assert_eq!(sweep(app, matters).await.unwrap(), 1);
        let matter = county.stored(id).await;
        assert_eq!((matter.status, matter.paused_at), (Status::Accepted, None));
        assert_eq!(matter.resolve_due, Some(before + REST + 20 * MINUTE));
        county.check_log(id).await;
    }

    /// Nobody says whether it is solved: it closes at the time shown, and says so.
    async fn it_closes_at_the_time_shown(house: House) {
        let county = County::new(&house).await;
        let id = county.resolved().await;
        house.clock().set(house.now() + CONFIRM - 1);
        assert_eq!(sweep(house.app(), &county.matters).await.unwrap(), 0);
        house.clock().set(house.now() + 1);
        assert_eq!(sweep(house.app(), &county.matters).await.unwrap(), 1);
        let matter = county.stored(id).await;
        assert_eq!((matter.status, matter.closed_by, matter.solved), (Status::Closed, Some(ClosedBy::TimeOut), None));
        house.clock().set(house.now() + 30 * DAY);
        assert_eq!(sweep(house.app(), &county.matters).await.unwrap(), 0);
        county.check_log(id).await;
    }

    /// Two programs sweep at once: each matter moves once.
    async fn two_programs_move_each_matter_once(house: House) {
        let county = County::new(&house).await;
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(county.file(&Report { key: None, ..county.report() }).await.unwrap().id);
        }
        house.clock().set(house.now() + 2 * DAY);
        let (one, two) = tokio::join!(sweep(house.app(), &county.matters), sweep(house.app(), &county.matters));
        assert_eq!(one.unwrap() + two.unwrap(), 20);
        for id in ids {
            assert_eq!(county.stored(id).await.hops, 1);
            county.check_log(id).await;
        }
    }
}

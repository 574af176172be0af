//! Photos that belong to nothing go; every other stays.

use std::net::Ipv4Addr;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use lianxin_foundation::Micros;
use lianxin_foundation::clock::{DAY, HOUR, parse_rfc3339};
use lianxin_foundation::files::blobs::Listed;
use lianxin_foundation::limits::Asker;
use lianxin_matters::actions::Report;
use lianxin_matters::photo_worker::{sweep, sweep_listed};
use lianxin_matters::photos::{self, Size, StoredPhoto};
use lianxin_testkit::{House, NOW, both_engines};
use uuid::Uuid;

use crate::personal::WHITE_PIXEL;
use crate::place::County;

/// A moment that no machine's clock has reached: files were written long before it.
fn far() -> Micros {
    parse_rfc3339("2100-01-01T00:00:00Z").unwrap()
}

/// Whoever sends photos here.
pub fn asker() -> Asker {
    Asker::at(Ipv4Addr::LOCALHOST.into())
}

async fn put_away(house: &House, at: Micros) -> StoredPhoto {
    house.clock().set(at);
    photos::store(house.app(), asker(), vec![WHITE_PIXEL.to_vec()]).await.unwrap().remove(0)
}

/// Which of its two files are there.
async fn files(house: &House, photo: &StoredPhoto) -> [bool; 2] {
    let mut there = [false; 2];
    for (there, size) in there.iter_mut().zip([Size::Full, Size::Thumbnail]) {
        *there = house.app().blobs().get(&photos::key(photo.id, size)).await.unwrap().is_some();
    }
    there
}

async fn listed(house: &House) -> Vec<Listed> {
    house.app().blobs().list(photos::FOLDER, 500).try_concat().await.unwrap()
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    async fn a_photo_that_belongs_to_nothing_goes_after_a_day(house: House) {
        let county = County::new(&house).await;
        let (lost, kept) = (put_away(&house, far()).await, put_away(&house, far()).await);
        county.file(&Report { photos: vec![kept.clone()], key: None, ..county.report() }).await.unwrap();
        let young = put_away(&house, far() + HOUR).await;
        for (at, removed) in [(far() + DAY, 0), (far() + DAY + HOUR, 2), (far() + DAY + HOUR, 0)] {
            house.clock().set(at);
            assert_eq!(sweep(house.app()).await.unwrap(), removed, "{at}");
        }
        assert_eq!(files(&house, &lost).await, [false; 2]);
        assert_eq!((files(&house, &kept).await, files(&house, &young).await), ([true; 2], [true; 2]));
        house.clock().set(far() + 2 * DAY);
        assert_eq!(sweep(house.app()).await.unwrap(), 2, "its day has come too");
        assert_eq!(files(&house, &kept).await, [true; 2]);
    }

    async fn a_house_without_photos_has_nothing_to_sweep(house: House) {
        assert_eq!(sweep(house.app()).await.unwrap(), 0);
    }

    async fn a_photo_that_is_attached_during_the_sweep_stays(house: House) {
        let county = County::new(&house).await;
        let (slow, lost) = (put_away(&house, far()).await, put_away(&house, far()).await);
        house.clock().set(far() + 2 * DAY);
        let seen = listed(&house).await;
        assert_eq!(seen.len(), 4);
        county.file(&Report { photos: vec![slow.clone()], key: None, ..county.report() }).await.unwrap();
        assert_eq!(sweep_listed(house.app(), &seen).await.unwrap(), 2);
        assert_eq!((files(&house, &slow).await, files(&house, &lost).await), ([true; 2], [false; 2]));
    }

    async fn photos_that_come_in_while_sweeps_run_all_stay(house: House) {
        let county = County::new(&house).await;
        house.clock().set(far());
        let reports = join_all((0..12).map(|_| async {
            let stored = photos::store(house.app(), asker(), vec![WHITE_PIXEL.to_vec()]).await.unwrap();
            county.file(&Report { photos: stored.clone(), key: None, ..county.report() }).await.unwrap();
            stored
        }));
        let sweeps = join_all((0..6).map(|_| sweep(house.app())));
        let (reported, swept) = tokio::join!(reports, sweeps);
        assert!(swept.into_iter().all(|removed| removed.unwrap() == 0));
        for photo in reported.iter().flatten() {
            assert_eq!(files(&house, photo).await, [true; 2]);
        }
    }

    async fn what_a_backup_brought_back_just_now_is_left_alone(house: House) {
        let old = put_away(&house, NOW - 30 * DAY).await;
        house.clock().set(NOW);
        let file = |written_at| Listed { key: photos::key(old.id, Size::Full), written_at };
        assert_eq!(sweep_listed(house.app(), &[file(NOW - HOUR)]).await.unwrap(), 0);
        assert_eq!(sweep_listed(house.app(), &[file(NOW - DAY - HOUR)]).await.unwrap(), 1);
        assert_eq!(files(&house, &old).await, [false, true]);
    }

    async fn a_file_that_is_no_photo_is_left_alone(house: House) {
        let keys = ["photos/readme.txt", "photos/x.jpg", "photos/below/0192f3a0-0000-7000-8000-000000000000.jpg"];
        let random = format!("photos/{}.jpg", Uuid::from_u128(7));
        for key in keys.into_iter().chain([random.as_str()]) {
            house.app().blobs().put(key, vec![1]).await.unwrap();
        }
        house.clock().set(far());
        assert_eq!(sweep(house.app()).await.unwrap(), 0);
        assert_eq!(listed(&house).await.len(), 4);
    }
}

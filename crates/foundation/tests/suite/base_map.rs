//! A small archive written here, read back, and spoilt in every way that a copy, a converter or a slip can.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use lianxin_testkit::{House, both_engines};
use tower::ServiceExt;

use lianxin_foundation::base_map::BaseMap;
use lianxin_foundation::web;

/// The number of the tile 2/3/1.
const TOP_RIGHT: u64 = 17;

const ABOUT: &str = r#"{"attribution":"<a href=\"https://example.org\">&copy; 演示数据</a>","vector_layers":[{"id":"water"},{"id":"roads"}]}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// A directory of (number, run, length, place).
fn directory(entries: &[(u64, u64, u64, u64)]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(&mut out, entries.len() as u64);
    let mut last = 0;
    for entry in entries {
        varint(&mut out, entry.0 - last);
        last = entry.0;
    }
    entries.iter().for_each(|entry| varint(&mut out, entry.1));
    entries.iter().for_each(|entry| varint(&mut out, entry.2));
    entries.iter().for_each(|entry| varint(&mut out, entry.3 + 1));
    gzip(&out)
}

/// An archive of zooms 0 to 2: the whole earth, a run over zoom 1, and one tile of zoom 2 behind a leaf directory.
fn archive(form: u8, about: &str) -> Vec<u8> {
    let tiles = [gzip(b"earth"), gzip(b"quarters"), gzip(b"a sixteenth")];
    let mut place = 0;
    let mut places = Vec::new();
    for tile in &tiles {
        places.push((tile.len() as u64, place));
        place += tile.len() as u64;
    }
    let leaf = directory(&[(TOP_RIGHT, 1, places[2].0, places[2].1)]);
    let root = directory(&[
        (0, 1, places[0].0, places[0].1),
        (1, 4, places[1].0, places[1].1),
        (5, 0, leaf.len() as u64, 0),
    ]);
    let about = gzip(about.as_bytes());
    let mut header = b"PMTiles\x03".to_vec();
    let mut at = 127;
    for length in [root.len(), about.len(), leaf.len(), tiles.iter().map(Vec::len).sum()] {
        header.extend((at as u64).to_le_bytes());
        header.extend((length as u64).to_le_bytes());
        at += length;
    }
    header.extend([0; 24]);
    header.extend([1, 2, 2, form, 0, 2]);
    for edge in [-180.0, -85.0, 180.0, 85.0_f64] {
        header.extend(((edge * 1e7) as i32).to_le_bytes());
    }
    header.extend([0; 9]);
    assert_eq!(header.len(), 127);
    [header, root, about, leaf, tiles.concat()].concat()
}

fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("lianxin-base-map-{}-{name}.pmtiles", std::process::id()));
    fs::write(&path, bytes).unwrap();
    path
}

fn opened(name: &str, bytes: &[u8], credit: &str) -> Result<BaseMap, String> {
    let path = written(name, bytes);
    let map = BaseMap::open(&path, credit).map_err(|error| error.chain());
    fs::remove_file(path).unwrap();
    map
}

#[test]
fn a_file_that_is_no_map_is_refused_in_words() {
    let good = archive(1, ABOUT);
    let changed = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    for (name, bytes, said) in [
        ("empty", Vec::new(), "it is no PMTiles file"),
        ("other", b"SQLite format 3\0".repeat(20), "it is no PMTiles file"),
        ("old", changed(7, 2), "only version 3 is read"),
        ("zstd", changed(98, 4), "its tiles are packed by zstd"),
        ("avif", changed(99, 5), "neither vector tiles nor PNG"),
        ("zooms", changed(100, 9), "its zooms are 9 to 2"),
        ("short", good[..good.len() - 4].to_vec(), "the copy may be incomplete"),
        ("root", changed(130, 0xff), "reading its root directory"),
        ("place", changed(15, 0xff), "it points beyond its own end"),
        ("nameless", archive(1, r#"{"vector_layers":[{"id":"water"}]}"#), "set map.credit"),
        ("no-layers", archive(1, r#"{"attribution":"演示数据"}"#), "names no layers"),
        ("no-json", archive(1, "?"), "reading its metadata"),
    ] {
        let error = opened(name, &bytes, "").unwrap_err();
        assert!(error.contains(said) && error.contains("opening the base map"), "{name}: {error}");
    }
    let missing = BaseMap::open(&std::env::temp_dir().join("lianxin-no-such.pmtiles"), "").unwrap_err();
    assert!(missing.chain().contains("lianxin-no-such.pmtiles"), "{}", missing.chain());
}

#[test]
fn no_spoilt_byte_breaks_the_reader() {
    let good = archive(1, ABOUT);
    for at in 0..good.len() {
        for byte in [0, 0x7f, 0xff, good[at] ^ 1] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            let Ok(map) = opened("spoilt", &bytes, "x") else { continue };
            for (zoom, x, y) in [(0, 0, 0), (1, 1, 1), (2, 3, 1), (2, 0, 0)] {
                drop(map.tile(zoom, x, y));
            }
        }
    }
}

#[test]
fn whose_map_it_is_is_plain_text_and_the_operator_has_the_last_word() {
    let bytes = archive(1, ABOUT);
    assert_eq!(opened("own", &bytes, "").unwrap().tilejson()["attribution"], "© 演示数据");
    assert_eq!(opened("said", &bytes, " 县自然资源局 ").unwrap().tilejson()["attribution"], "县自然资源局");
    assert!(opened("long", &bytes, &"长".repeat(201)).unwrap_err().contains("shorten it"));
}

both_engines! {
    async fn a_browser_gets_the_tiles_and_only_those(house: House) {
        let map = opened("served", &archive(1, ABOUT), "").unwrap();
        let about = map.address();
        let base = about.trim_end_matches("map.json").to_owned();
        let house = house.with(|settings| settings.base_map = Some(map));

        let answer = ask(&house, &about, "").await;
        assert!(answer.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let said: serde_json::Value = serde_json::from_slice(&body(answer).await).unwrap();
        assert_eq!(said["tiles"][0], format!("{base}{{z}}/{{x}}/{{y}}"));
        assert_eq!((&said["format"], &said["maxzoom"]), (&"vector".into(), &2.into()));

        for (tile, expected) in [("0/0/0", "earth"), ("1/1/1", "quarters"), ("2/3/1", "a sixteenth")] {
            let answer = ask(&house, &format!("{base}{tile}"), "").await;
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/vnd.mapbox-vector-tile");
            assert_eq!(body(answer).await, expected.as_bytes(), "{tile}");
        }
        let packed = ask(&house, &format!("{base}0/0/0"), "gzip, br").await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(body(packed).await, gzip(b"earth"));

        for (tile, status) in [
            ("2/0/0", StatusCode::NO_CONTENT),
            ("3/0/0", StatusCode::NO_CONTENT),
            ("1/7/7", StatusCode::NO_CONTENT),
            ("1/-1/0", StatusCode::NOT_FOUND),
            ("999/0/0", StatusCode::NOT_FOUND),
        ] {
            assert_eq!(ask(&house, &format!("{base}{tile}"), "").await.status(), status, "{tile}");
        }
        let other = ask(&house, "/base-map/000000000000/0/0/0", "").await;
        assert_eq!(other.status(), StatusCode::NOT_FOUND, "another map's tile");
        let none = house.with(|settings| settings.base_map = None);
        assert_eq!(ask(&none, &about, "").await.status(), StatusCode::NOT_FOUND, "no map at all");
    }

    async fn where_a_map_of_pictures_has_none_an_empty_one_comes(house: House) {
        let map = opened("pictures", &archive(2, r#"{"attribution":"演示数据"}"#), "").unwrap();
        let base = map.address().replace("map.json", "");
        let house = house.with(|settings| settings.base_map = Some(map));
        let answer = ask(&house, &format!("{base}2/0/0"), "").await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/png");
        assert!(body(answer).await.starts_with(b"\x89PNG"));
    }
}

async fn ask(house: &House, address: &str, accept: &str) -> Response {
    let request = Request::get(address).header(header::ACCEPT_ENCODING, accept).body(Body::empty()).unwrap();
    let pages = web::wrap(web::routes(), house.app().clone());
    let Ok(answer) = pages.oneshot(request).await;
    answer
}

async fn body(answer: Response) -> Vec<u8> {
    to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()
}

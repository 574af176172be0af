use image::{Rgb, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];
/// A GPS latitude reference and value that must not survive.
const GPS_MARK: &[u8] = b"N\0\0\0";

/// Left half red, right half blue.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE }))
}

fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(&two_halves(width, height).into(), ImageFormat::Jpeg)
}

/// An Exif APP1 segment: big-endian TIFF with an orientation, the maker's name and a GPS folder that
/// holds a latitude reference.
fn exif_segment(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend(b"\0\x03");
    tiff.extend(b"\x01\x0f\0\x02\0\0\0\x08\0\0\0\x32"); // Make, 8 letters at 50
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]); // Orientation
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3a"); // GPS folder at 58
    tiff.extend([0; 4]);
    assert_eq!(tiff.len(), 50);
    tiff.extend(b"DEMOCAM\0");
    tiff.extend(b"\0\x01");
    tiff.extend(b"\0\x01\0\x02\0\0\0\x02"); // GPSLatitudeRef
    tiff.extend(GPS_MARK);
    tiff.extend([0; 4]);

    let mut segment = vec![0xFF, 0xE1];
    segment.extend((2 + 6 + tiff.len() as u16).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

fn with_segment(jpeg: &[u8], segment: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segment, &jpeg[2..]].concat()
}

fn pixels(rendition: &Rendition) -> RgbImage {
    image::load_from_memory_with_format(&rendition.bytes, ImageFormat::Jpeg).unwrap().into_rgb8()
}

/// JPEG changes colours a little.
fn near(found: Rgb<u8>, expected: [u8; 3]) -> bool {
    found.0.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 40)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn photos_of_every_kind_become_small_jpegs() {
    let picture = DynamicImage::from(two_halves(2400, 1200));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let photo = Photo::prepare(&encode(&picture, format)).unwrap();
        assert_eq!((photo.full.width, photo.full.height), (1600, 800), "{format:?}");
        assert_eq!((photo.thumbnail.width, photo.thumbnail.height), (320, 160), "{format:?}");
        for rendition in [&photo.full, &photo.thumbnail] {
            let seen = pixels(rendition);
            assert_eq!((seen.width(), seen.height()), (rendition.width, rendition.height));
            assert!(near(*seen.get_pixel(seen.width() / 4, seen.height() / 2), RED));
            assert!(near(*seen.get_pixel(seen.width() * 3 / 4, seen.height() / 2), BLUE));
            assert_eq!(rendition.sha256, <[u8; 32]>::from(Sha256::digest(&rendition.bytes)));
        }
    }
}

#[test]
fn a_small_photo_is_never_enlarged() {
    let photo = Photo::prepare(&jpeg(40, 30)).unwrap();
    assert_eq!((photo.full.width, photo.full.height), (40, 30));
    assert_eq!((photo.thumbnail.width, photo.thumbnail.height), (40, 30));
}

#[test]
fn very_long_pictures_keep_at_least_a_line() {
    let photo = Photo::prepare(&jpeg(8000, 2)).unwrap();
    assert_eq!((photo.full.width, photo.full.height), (1600, 1));
    assert_eq!((photo.thumbnail.width, photo.thumbnail.height), (320, 1));
}

/// The eight orientations of Exif: where the stored left half is when the picture is upright.
#[test]
fn photos_come_out_upright() {
    for orientation in 1..=8 {
        let upload = with_segment(&jpeg(80, 40), &exif_segment(orientation));
        let photo = Photo::prepare(&upload).unwrap();
        let size = (photo.full.width, photo.full.height);
        let (red_at, blue_at, expected) = match orientation {
            1 | 4 => ((10, 20), (70, 20), (80, 40)),
            2 | 3 => ((70, 20), (10, 20), (80, 40)),
            5 | 6 => ((20, 10), (20, 70), (40, 80)),
            _ => ((20, 70), (20, 10), (40, 80)),
        };
        assert_eq!(size, expected, "orientation {orientation}");
        let seen = pixels(&photo.full);
        assert!(near(*seen.get_pixel(red_at.0, red_at.1), RED), "orientation {orientation}");
        assert!(near(*seen.get_pixel(blue_at.0, blue_at.1), BLUE), "orientation {orientation}");
    }
}

#[test]
fn nothing_the_telephone_added_survives() {
    let upload = with_segment(&jpeg(80, 40), &exif_segment(6));
    let mut before = image::codecs::jpeg::JpegDecoder::new(Cursor::new(&upload)).unwrap();
    let exif = before.exif_metadata().unwrap().expect("the test's own photo has metadata");
    assert!(contains(&exif, GPS_MARK) && contains(&exif, b"DEMOCAM"));

    let photo = Photo::prepare(&upload).unwrap();
    for rendition in [&photo.full, &photo.thumbnail] {
        let mut after = image::codecs::jpeg::JpegDecoder::new(Cursor::new(&rendition.bytes)).unwrap();
        assert_eq!(after.exif_metadata().unwrap(), None);
        assert_eq!(after.xmp_metadata().unwrap(), None);
        for trace in [&b"Exif"[..], b"DEMOCAM", b"\x88\x25\0\x04"] {
            assert!(!contains(&rendition.bytes, trace));
        }
    }
}

#[test]
fn broken_metadata_does_not_lose_the_photo() {
    let mut segment = exif_segment(6);
    segment.truncate(30);
    segment[2..4].copy_from_slice(&28_u16.to_be_bytes());
    assert!(Photo::prepare(&with_segment(&jpeg(80, 40), &segment)).is_ok());
}

#[test]
fn what_is_transparent_becomes_white() {
    let clear = RgbaImage::from_pixel(30, 30, Rgba([0, 0, 0, 0]));
    let photo = Photo::prepare(&encode(&clear.into(), ImageFormat::Png)).unwrap();
    assert!(near(*pixels(&photo.full).get_pixel(15, 15), [255, 255, 255]));
    let half = RgbaImage::from_pixel(30, 30, Rgba([0, 0, 0, 128]));
    let photo = Photo::prepare(&encode(&half.into(), ImageFormat::WebP)).unwrap();
    assert!(near(*pixels(&photo.full).get_pixel(15, 15), [127, 127, 127]));
}

#[test]
fn grey_and_deep_pictures_are_read() {
    let grey = DynamicImage::from(two_halves(40, 40)).into_luma8();
    assert!(Photo::prepare(&encode(&grey.into(), ImageFormat::Jpeg)).is_ok());
    let deep = DynamicImage::from(two_halves(40, 40)).into_rgba16();
    assert!(Photo::prepare(&encode(&deep.into(), ImageFormat::Png)).is_ok());
}

#[test]
fn a_photo_cut_short_is_told_apart() {
    let whole = with_segment(&jpeg(400, 300), &exif_segment(1));
    for keep in [whole.len() - 1, whole.len() - 2, whole.len() / 2, 200, 20, 3] {
        let error = Photo::prepare(&whole[..keep]).unwrap_err();
        assert!(matches!(error, PhotoError::CutShort), "{keep}: {error}");
    }
    // A complete thumbnail inside the metadata must not pass for the end of the photo.
    let mut inner = vec![0xFF, 0xE1];
    let small = jpeg(16, 16);
    inner.extend((2 + small.len() as u16).to_be_bytes());
    inner.extend(&small);
    let nested = with_segment(&jpeg(400, 300), &inner);
    assert!(Photo::prepare(&nested).is_ok());
    let error = Photo::prepare(&nested[..nested.len() - 10]).unwrap_err();
    assert!(matches!(error, PhotoError::CutShort), "{error}");

    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let whole = encode(&two_halves(400, 300).into(), format);
        let error = Photo::prepare(&whole[..whole.len() / 2]).unwrap_err();
        assert!(matches!(error, PhotoError::Damaged(_)), "{format:?}: {error}");
    }
}

#[test]
fn bytes_after_the_end_do_not_matter() {
    let mut upload = jpeg(80, 40);
    upload.extend(b"a short film that some telephones append");
    assert!(Photo::prepare(&upload).is_ok());
}

/// A PNG of a few bytes that says it is `width` by `height`.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(&header);
    png.extend(crc32(&header).to_be_bytes());
    let data = b"IDAT\x78\x9c\x03\0\0\0\0\x01";
    png.extend(8_u32.to_be_bytes());
    png.extend(data);
    png.extend(crc32(data).to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
            },
        )
    })
}

#[test]
fn a_bomb_fails_by_its_header() {
    for (width, height) in [(10_000, 10_000), (60_001, 1_000), (u32::MAX >> 1, 1)] {
        let error = Photo::prepare(&png_header(width, height)).unwrap_err();
        let expected = matches!(
            error,
            PhotoError::TooManyPixels { width: w, height: h } if (w, h) == (width, height)
        );
        assert!(expected || matches!(error, PhotoError::Damaged(ImageError::Limits(_))), "{error}");
    }
    // A JPEG's size stands in its frame header, after the marker SOF0.
    let mut upload = jpeg(16, 16);
    let frame = upload.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    upload[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
    let error = Photo::prepare(&upload).unwrap_err();
    assert!(matches!(error, PhotoError::TooManyPixels { .. }), "{error}");
}

#[test]
fn what_is_no_photo_is_refused() {
    assert!(matches!(Photo::prepare(b""), Err(PhotoError::Empty)));
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    let page = b"<!doctype html><script>alert(1)</script>";
    let drawing = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    for upload in [&gif[..], page, drawing, b"%PDF-1.7", &[0; 64], b"x"] {
        assert!(matches!(Photo::prepare(upload), Err(PhotoError::WrongKind)));
    }
}

#[test]
fn an_upload_may_have_exactly_the_largest_size() {
    let mut upload = jpeg(16, 16);
    upload.resize(MAX_BYTES, 0);
    assert!(Photo::prepare(&upload).is_ok());
    upload.resize(21 * 1024 * 1024, 0);
    let error = Photo::prepare(&upload).unwrap_err();
    assert!(matches!(error, PhotoError::TooLarge { bytes: 22_020_096 }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a network or an attacker did to the bytes, the answer is a photo or an error.
    #[test]
    fn damaged_bytes_never_panic(
        at in any::<prop::sample::Index>(),
        value in any::<u8>(),
        keep in any::<prop::sample::Index>(),
        format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP]),
    ) {
        let mut upload = encode(&two_halves(24, 16).into(), format);
        let at = at.index(upload.len());
        upload[at] = value;
        let _ = Photo::prepare(&upload);
        let _ = Photo::prepare(&upload[..keep.index(upload.len())]);
    }
}

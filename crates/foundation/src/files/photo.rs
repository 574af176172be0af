//! A resident's photo made fit to keep: recognised by its content, turned upright, made smaller and
//! written anew, so that nothing the telephone added (place, time, owner) survives.
//!
//! Decoding takes processor time and, for the largest picture allowed, some 300 MB; callers run
//! [`Photo::prepare`] off the async threads and few at a time.

use std::io::Cursor;

use fast_image_resize::{ResizeError, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use jpeg_encoder::{ColorType, Encoder, EncodingError};
use sha2::{Digest, Sha256};

/// The largest upload, in bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// The most pixels a picture may say it has, whatever its size in bytes: a telephone's 50-megapixel camera gives
/// up to 8192 by 6144.
pub const MAX_PIXELS: u64 = 51_000_000;
/// The longer side of what is kept, in pixels.
pub const FULL_SIDE: u32 = 1600;
/// The longer side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;

const JPEG_QUALITY: u8 = 82;
/// Room for the pixels allowed, four bytes each, and the decoder's own buffers.
const MAX_ALLOC: u64 = MAX_PIXELS * 4 + 64 * 1024 * 1024;

/// A photo ready to be stored, in both sizes.
#[derive(Debug, Clone)]
pub struct Photo {
    /// At most [`FULL_SIDE`] on its longer side; never larger than it came.
    pub full: Rendition,
    /// At most [`THUMBNAIL_SIDE`] on its longer side.
    pub thumbnail: Rendition,
}

/// One JPEG file without metadata.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// The file.
    pub bytes: Vec<u8>,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// SHA-256 of `bytes`.
    pub sha256: [u8; 32],
}

/// Why an upload is not kept.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// No bytes.
    #[error("the photo is empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("the photo has {bytes} bytes, more than {MAX_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Neither JPEG, PNG nor WebP, whatever its name says.
    #[error("the upload is not a JPEG, PNG or WebP picture")]
    WrongKind,
    /// More than [`MAX_PIXELS`].
    #[error("the photo says it has {width} by {height} pixels, more than {MAX_PIXELS}")]
    TooManyPixels {
        /// As its header says.
        width: u32,
        /// As its header says.
        height: u32,
    },
    /// Its end is missing, as when a connection broke.
    #[error("the photo ends before it is complete")]
    CutShort,
    /// It cannot be decoded, or only with more memory than allowed.
    #[error("the photo cannot be read")]
    Damaged(#[from] ImageError),
    /// Its pixels are of a kind that cannot be made fewer.
    #[error("the photo cannot be made smaller")]
    Unshrinkable(#[from] ResizeError),
    /// What was made of it cannot be written.
    #[error("the photo cannot be written anew")]
    Unwritable(#[from] EncodingError),
}

impl PhotoError {
    /// The message id that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            PhotoError::Empty => "photo-empty",
            PhotoError::TooLarge { .. } => "photo-too-large",
            PhotoError::WrongKind => "photo-wrong-kind",
            PhotoError::TooManyPixels { .. } => "photo-too-many-pixels",
            PhotoError::CutShort => "photo-cut-short",
            PhotoError::Damaged(_) | PhotoError::Unshrinkable(_) | PhotoError::Unwritable(_) => {
                "photo-damaged"
            }
        }
    }
}

/// How many pixels an upload says it has, read from its header alone: what decoding it will cost.
///
/// # Errors
/// As [`Photo::prepare`], as far as a header tells.
pub fn pixels(upload: &[u8]) -> Result<u64, PhotoError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(upload), recognise(upload)?);
    reader.limits(limits);
    allowed(&reader.into_decoder()?)
}

fn allowed(decoder: &impl ImageDecoder) -> Result<u64, PhotoError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS { Err(PhotoError::TooManyPixels { width, height }) } else { Ok(pixels) }
}

impl Photo {
    /// Checks and rewrites an upload. What is cheap to check is checked first: a file made to use up
    /// memory fails by its header.
    pub fn prepare(upload: &[u8]) -> Result<Photo, PhotoError> {
        let format = recognise(upload)?;
        let (picture, orientation) = decode(upload, format)?;
        // Turning the smaller picture costs a fraction of turning the large one, and looks the same.
        let mut full = shrink(picture, FULL_SIDE)?;
        full.apply_orientation(orientation);
        let full = on_white(full);
        let kept = Rendition::encode(&full)?;
        let thumbnail = Rendition::encode(&on_white(shrink(full.into(), THUMBNAIL_SIDE)?))?;
        Ok(Photo { full: kept, thumbnail })
    }
}

impl Rendition {
    fn encode(picture: &RgbImage) -> Result<Rendition, PhotoError> {
        let (width, height) = picture.dimensions();
        // A JPEG's sides are sixteen bits; ours are at most FULL_SIDE.
        let [wide, high] = [width, height].map(|side| u16::try_from(side).unwrap_or(u16::MAX));
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, JPEG_QUALITY).encode(picture.as_raw(), wide, high, ColorType::Rgb)?;
        let sha256 = Sha256::digest(&bytes).into();
        Ok(Rendition { bytes, width, height, sha256 })
    }
}

fn recognise(upload: &[u8]) -> Result<ImageFormat, PhotoError> {
    if upload.is_empty() {
        return Err(PhotoError::Empty);
    }
    if upload.len() > MAX_BYTES {
        return Err(PhotoError::TooLarge { bytes: upload.len() });
    }
    match image::guess_format(upload) {
        // The JPEG decoder fills a missing end with grey; we would rather ask for the photo again.
        Ok(ImageFormat::Jpeg) if !jpeg_is_complete(upload) => Err(PhotoError::CutShort),
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => Ok(format),
        _ => Err(PhotoError::WrongKind),
    }
}

fn decode(upload: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation), PhotoError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    allowed(&decoder)?;
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    // A photo whose metadata is broken is still a photo.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// Fits the picture into a square of `side` pixels; a smaller one stays as it is.
fn shrink(picture: DynamicImage, side: u32) -> Result<DynamicImage, PhotoError> {
    let longer = picture.width().max(picture.height());
    if longer <= side {
        return Ok(picture);
    }
    let fit = |length: u32| {
        let fitted = (u64::from(length) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(fitted).unwrap_or(side).max(1)
    };
    let mut small = DynamicImage::new(fit(picture.width()), fit(picture.height()), picture.color());
    Resizer::new().resize(&picture, &mut small, None)?;
    Ok(small)
}

/// JPEG knows no transparency: what could be seen through shows white paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0.map(u32::from);
        image::Rgb([red, green, blue].map(|c| ((c * alpha + 255 * (255 - alpha)) / 255) as u8))
    })
}

/// Whether a JPEG reaches its end-of-image marker (ITU-T T.81, annex B). Segments are stepped over
/// by their length, since a thumbnail inside the metadata has an end marker of its own; what follows
/// the end, as some telephones append, does not matter.
fn jpeg_is_complete(jpeg: &[u8]) -> bool {
    const END: u8 = 0xD9;
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let Some((marker, after)) = next_marker(rest) {
        rest = match marker {
            END => return true,
            // Stuffed zeros, restart markers and fill bytes belong to the picture's own data.
            0x00 | 0x01 | 0xD0..=0xD7 => after,
            _ => match after.first_chunk::<2>() {
                Some(len) => after.get(usize::from(u16::from_be_bytes(*len))..).unwrap_or_default(),
                None => return false,
            },
        };
    }
    false
}

/// The next marker's code and what follows it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let start = bytes.iter().position(|byte| *byte == 0xFF)?;
    let code = bytes[start..].iter().position(|byte| *byte != 0xFF)? + start;
    Some((bytes[code], &bytes[code + 1..]))
}

#[cfg(test)]
mod tests;

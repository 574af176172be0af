//! Generated pictures for the demo: a street, a patch on it, nothing and nobody real.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use lianxin_foundation::error::{Result, While};

/// A picture by number, 800 by 600 pixels, as JPEG bytes; the same number gives the same picture.
pub fn draw(number: u32) -> Result<Vec<u8>> {
    draw_finer(number, 1.0)
}

/// The same picture with so many times the pixels on each side.
pub fn draw_finer(number: u32, times: f64) -> Result<Vec<u8>> {
    let [width, height] = [800.0, 600.0].map(|side| (side * times) as u32);
    let tone = |base: u32, step: u32| u8::try_from((base + number * step) % 60).unwrap_or(0);
    let (sky, ground) =
        ([170 + tone(5, 7), 190 + tone(9, 11), 205], [110 + tone(3, 13), 105 + tone(1, 17), 98]);
    let (left, top) = (250.0 + f64::from(number * 37 % 300), 400.0 + f64::from(number * 53 % 120));
    let (wide, high) = (60.0 + f64::from(number * 29 % 110), 22.0 + f64::from(number * 19 % 40));
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (fx, fy) = (f64::from(x) / times, f64::from(y) / times);
        let grain = (x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 7) % 14;
        let grain = u8::try_from(grain).unwrap_or(0);
        let ripple = 1.0 + 0.12 * ((fx / 23.0).sin() + (fy / 11.0).cos());
        let inside = ((fx - left) / wide).powi(2) + ((fy - top) / high).powi(2) < ripple;
        let base = if fy < 240.0 {
            sky
        } else if inside {
            [58, 60, 66]
        } else if (fx - 400.0).abs() < (fy - 240.0) / 28.0 + 2.0 && (fy as u32 / 40).is_multiple_of(2) {
            [222, 214, 190]
        } else {
            ground
        };
        Rgb(base.map(|value| value.saturating_add(grain)))
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).while_doing("drawing a demo picture")?;
    Ok(bytes.into_inner())
}

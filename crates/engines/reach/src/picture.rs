//! A map of a coverage, as SVG.

use std::fmt::Write;

use crate::isochrone::{Corner, Outline};
use crate::streets::{Decimetres, Place, Streets};
use crate::walk::Nearest;

/// How wide the map is drawn; its height follows.
const WIDTH: f64 = 1000.0;
const MARGIN: f64 = 16.0;
/// For the words below the map.
const FOOT: f64 = 44.0;

const PAPER: &str = "#fbfaf8";
const INK: &str = "#1d1c1a";
const GROUND: &str = "#dfece8";
const STATION: &str = "#b3261e";
/// The streets' colours and widths, from near to the limit, and beyond it.
const SHADES: [(&str, f64); 4] = [("#0b5d52", 1.6), ("#2f8f80", 1.4), ("#7dbcae", 1.2), ("#c9c5be", 0.8)];

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The streets.
    pub streets: &'a Streets,
    /// For every place the nearest station.
    pub near: &'a [Option<Nearest>],
    /// How far people walk.
    pub limit: Decimetres,
    /// Where stations stand.
    pub stations: &'a [Place],
    /// The ground within reach.
    pub outlines: &'a [Outline],
    /// One line below the map.
    pub caption: &'a str,
}

/// From the plane to the paper.
struct Frame {
    west: f64,
    north: f64,
    scale: f64,
    height: f64,
}

impl Frame {
    /// Around all streets, and the ground beyond them.
    fn around(places: &[Place], outlines: &[Outline]) -> Frame {
        let mut around: Option<[f64; 4]> = None;
        let places = places.iter().map(|place| (f64::from(place.x_dm), f64::from(place.y_dm)));
        let corners = outlines.iter().flat_map(|outline| outline.polygons.iter().flatten().flatten());
        for (x, y) in places.chain(corners.map(|corner| (corner.x, corner.y))) {
            let [west, east, south, north] = around.unwrap_or([x, x, y, y]);
            around = Some([west.min(x), east.max(x), south.min(y), north.max(y)]);
        }
        let [west, east, south, north] = around.unwrap_or_default();
        let inner = WIDTH - 2.0 * MARGIN;
        // A city drawn on end is kept within twice its width.
        let scale = (inner / (east - west).max(1.0)).min(2.0 * inner / (north - south).max(1.0));
        Frame { west, north, scale, height: (north - south) * scale + 2.0 * MARGIN }
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (MARGIN + (x - self.west) * self.scale, MARGIN + (self.north - y) * self.scale)
    }

    fn place(&self, place: &Place) -> (f64, f64) {
        self.at(f64::from(place.x_dm), f64::from(place.y_dm))
    }
}

/// Draws the map: ground within reach, streets by how far the nearest station is, stations, a scale.
#[must_use]
pub fn draw(scene: &Scene<'_>) -> String {
    let frame = Frame::around(scene.streets.places(), scene.outlines);
    let mut out = String::new();
    let height = frame.height + FOOT;
    let draw = |out: &mut String| -> std::fmt::Result {
        writeln!(
            out,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0} {height:.0}" font-family="system-ui, sans-serif">"#
        )?;
        writeln!(out, r#"<rect width="{WIDTH:.0}" height="{height:.0}" fill="{PAPER}"/>"#)?;
        ground(out, &frame, scene.outlines)?;
        streets(out, &frame, scene)?;
        for station in scene.stations {
            let (x, y) = frame.place(station);
            let ring = format!(r#"stroke="{PAPER}" stroke-width="1.5""#);
            writeln!(out, r#"<circle cx="{x:.1}" cy="{y:.1}" r="4.5" fill="{STATION}" {ring}/>"#)?;
        }
        foot(out, &frame, scene.caption)?;
        out.write_str("</svg>\n")
    };
    draw(&mut out).expect("a string takes all that is written");
    out
}

fn ground(out: &mut String, frame: &Frame, outlines: &[Outline]) -> std::fmt::Result {
    for outline in outlines.iter().filter(|outline| !outline.polygons.is_empty()) {
        write!(out, r#"<path fill="{GROUND}" fill-rule="evenodd" d=""#)?;
        for ring in outline.polygons.iter().flatten() {
            for (number, Corner { x, y }) in ring.iter().enumerate() {
                let (x, y) = frame.at(*x, *y);
                write!(out, "{}{x:.1} {y:.1}", if number == 0 { 'M' } else { 'L' })?;
            }
            out.write_char('Z')?;
        }
        writeln!(out, r#""/>"#)?;
    }
    Ok(())
}

/// One path for each shade, the nearest last and so on top.
fn streets(out: &mut String, frame: &Frame, scene: &Scene<'_>) -> std::fmt::Result {
    let places = scene.streets.places();
    let shade = |place: u32| {
        let far = scene.near.get(place as usize).copied().flatten().map_or(Decimetres::MAX, |near| near.far);
        let beyond = SHADES.len() - 1;
        let part = u64::from(far) * beyond as u64 / (u64::from(scene.limit) + 1);
        (part as usize).min(beyond)
    };
    let mut shades: [String; SHADES.len()] = Default::default();
    for street in scene.streets.streets() {
        let [a, b] = [street.from, street.to].map(|place| frame.place(&places[place as usize]));
        let path = &mut shades[shade(street.from).max(shade(street.to))];
        write!(path, "M{:.1} {:.1}l{:.1} {:.1}", a.0, a.1, b.0 - a.0, b.1 - a.1)?;
    }
    let strokes = SHADES.iter().zip(&shades);
    for ((stroke, width), path) in strokes.rev().filter(|(_, path)| !path.is_empty()) {
        writeln!(
            out,
            r#"<path fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" d="{path}"/>"#
        )?;
    }
    Ok(())
}

/// A scale of a round length, and the caption.
fn foot(out: &mut String, frame: &Frame, caption: &str) -> std::fmt::Result {
    let metre = frame.scale * 10.0;
    let mut lengths = (0..7).flat_map(|power| [1.0, 2.0, 5.0].map(|lead| lead * 10_f64.powi(power)));
    let length = lengths.rfind(|length| length * metre <= 200.0).unwrap_or(1.0);
    let (y, end) = (frame.height + 20.0, MARGIN + length * metre);
    let name = if length >= 1000.0 { format!("{} km", length / 1000.0) } else { format!("{length} m") };
    writeln!(
        out,
        r#"<path stroke="{INK}" stroke-width="1.5" fill="none" d="M{MARGIN} {:.1}v6H{end:.1}v-6"/>"#,
        y - 8.0
    )?;
    let words = |out: &mut String, x: f64, anchor: &str, text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        writeln!(
            out,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="15" fill="{INK}" text-anchor="{anchor}">{text}</text>"#
        )
    };
    words(out, end + 8.0, "start", &name)?;
    words(out, WIDTH - MARGIN, "end", caption)
}

//! A plan drawn.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::plan::Assignment;
use crate::problem::Problem;

/// The picture's width and height without margins, in its own units.
const SIDE: f64 = 1000.0;
const MARGIN: f64 = 30.0;
/// For the words below.
const FOOT: f64 = 36.0;
/// Into how many cells a side is cut: those who go from one cell to one shelter are drawn as one.
const CELLS: i64 = 120;

/// Persons of one cell who go to one shelter, with their places summed up.
#[derive(Default)]
struct Flow {
    persons: f64,
    x: f64,
    y: f64,
}

/// Where a plane is drawn.
struct Frame {
    west: f64,
    north: f64,
    scale: f64,
}

impl Frame {
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (MARGIN + (x - self.west) * self.scale, MARGIN + (self.north - y) * self.scale)
    }
}

/// A plan as an SVG picture: shelters as circles as large as their capacity, filled as far as they are full, with a
/// cross for medical care; lines from where people live to where they go; below, a scale and how many go how far.
pub fn picture(problem: &Problem, assignments: &[Assignment]) -> String {
    let places = problem.households().iter().map(|household| (household.x, household.y));
    let shelters = problem.shelters().iter().map(|shelter| (shelter.x, shelter.y));
    let (mut west, mut east, mut south, mut north) = (i64::MAX, i64::MIN, i64::MAX, i64::MIN);
    for (x, y) in places.chain(shelters).map(|(x, y)| (i64::from(x), i64::from(y))) {
        (west, east) = (west.min(x), east.max(x));
        (south, north) = (south.min(y), north.max(y));
    }
    if west > east {
        (west, east, south, north) = (0, 0, 0, 0);
    }
    let span = (east - west).max(north - south).max(1);
    let frame = Frame { west: real(west), north: real(north), scale: SIDE / real(span) };
    let (width, height) = frame.at(real(east), real(south));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"system-ui, sans-serif\">\n<rect width=\"100%\" \
         height=\"100%\" fill=\"#fbfaf7\"/>\n",
        width + MARGIN,
        height + MARGIN + FOOT
    );
    let mut taken = vec![0.0; problem.shelters().len()];
    draw_flows(&mut svg, &frame, problem, assignments, span, &mut taken);
    draw_shelters(&mut svg, &frame, problem, &taken);
    draw_foot(&mut svg, &frame, (width, height + FOOT), &caption(problem, assignments));
    svg.push_str("</svg>\n");
    svg
}

fn draw_flows(
    svg: &mut String,
    frame: &Frame,
    problem: &Problem,
    assignments: &[Assignment],
    span: i64,
    taken: &mut [f64],
) {
    let mut flows: BTreeMap<(u32, i64, i64), Flow> = BTreeMap::new();
    for row in assignments {
        let Some(household) = problem.households().get(row.household as usize) else { continue };
        let cell = |value: i32| i64::from(value) * CELLS / span;
        let flow = flows.entry((row.shelter, cell(household.x), cell(household.y))).or_default();
        let persons = f64::from(row.persons);
        flow.persons += persons;
        flow.x += persons * f64::from(household.x);
        flow.y += persons * f64::from(household.y);
        if let Some(taken) = taken.get_mut(row.shelter as usize) {
            *taken += persons;
        }
    }
    for ((shelter, _, _), flow) in &flows {
        let Some(to) = problem.shelters().get(*shelter as usize) else { continue };
        let (x, y) = frame.at(flow.x / flow.persons, flow.y / flow.persons);
        let (to_x, to_y) = frame.at(f64::from(to.x), f64::from(to.y));
        let width = (flow.persons.sqrt() / 6.0).clamp(0.3, 3.0);
        let colour = colour(*shelter);
        // Writing to a String cannot fail.
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\" stroke=\"{colour}\" stroke-width=\"{width:.1}\" \
             opacity=\".55\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"{colour}\"/>",
            width + 0.4
        );
    }
}

fn draw_shelters(svg: &mut String, frame: &Frame, problem: &Problem, taken: &[f64]) {
    let most = problem.shelters().iter().map(|shelter| shelter.capacity).max().unwrap_or(1).max(1);
    for (index, (shelter, taken)) in (0..).zip(problem.shelters().iter().zip(taken)) {
        let (x, y) = frame.at(f64::from(shelter.x), f64::from(shelter.y));
        let radius = 3.0 + 9.0 * (f64::from(shelter.capacity) / f64::from(most)).sqrt();
        let full = (taken / f64::from(shelter.capacity.max(1))).clamp(0.0, 1.0).sqrt();
        let arm = radius.min(6.0) * 0.6;
        let cross = format!(
            "<path d=\"M{:.1} {y:.1}h{:.1}M{x:.1} {:.1}v{:.1}\" stroke=\"#fff\" stroke-width=\"4\"/><path d=\"M{:.1} {y:.1}h{:.1}M{x:.1} \
             {:.1}v{:.1}\" stroke=\"#c62828\" stroke-width=\"2.2\"/>",
            x - arm - 1.0,
            2.0 * arm + 2.0,
            y - arm - 1.0,
            2.0 * arm + 2.0,
            x - arm,
            2.0 * arm,
            y - arm,
            2.0 * arm
        );
        let cross = if shelter.medical { cross } else { String::new() };
        let _ = writeln!(
            svg,
            "<g><title>{}: {taken:.0} / {}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" \
             fill=\"#fff\" stroke=\"#333\" stroke-width=\"1.2\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" \
             r=\"{:.1}\" fill=\"{}\"/>{cross}</g>",
            escaped(&shelter.id),
            shelter.capacity,
            radius * full,
            colour(index)
        );
    }
}

/// How many go how far.
fn caption(problem: &Problem, assignments: &[Assignment]) -> String {
    let placed: i64 = assignments.iter().map(|row| i64::from(row.persons)).sum();
    let metres = |row: &Assignment| {
        problem.metres(row.household as usize, row.shelter as usize).unwrap_or(0) * i64::from(row.persons)
    };
    let far = assignments.iter().map(metres).sum::<i64>() / placed.max(1);
    format!("{placed} of {} persons, {far} m on average", problem.persons())
}

/// A scale of a round length to the left, words to the right.
fn draw_foot(svg: &mut String, frame: &Frame, (right, y): (f64, f64), words: &str) {
    let mut lengths = (0..9).flat_map(|power| [1.0, 2.0, 5.0].map(|lead| lead * 10_f64.powi(power)));
    let length = lengths.rfind(|length| length * frame.scale <= SIDE / 4.0).unwrap_or(1.0);
    let end = MARGIN + length * frame.scale;
    let name = if length >= 1000.0 { format!("{} km", length / 1000.0) } else { format!("{length} m") };
    let _ = writeln!(
        svg,
        "<path stroke=\"#333\" stroke-width=\"1.5\" fill=\"none\" d=\"M{MARGIN} {:.1}v6H{end:.1}v-6\"/>\n<text x=\"{:.1}\" y=\"{y:.1}\" \
         font-size=\"16\">{name}</text>\n<text x=\"{right:.1}\" y=\"{y:.1}\" font-size=\"16\" text-anchor=\"end\">{}</text>",
        y - 8.0,
        end + 8.0,
        escaped(words)
    );
}

/// Neighbours in the list get colours far apart: steps of the golden angle.
fn colour(index: u32) -> String {
    format!("hsl({:.0} 62% 42%)", (f64::from(index) * 137.508) % 360.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[expect(clippy::cast_precision_loss, reason = "places on a picture")]
fn real(value: i64) -> f64 {
    value as f64
}

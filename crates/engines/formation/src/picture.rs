//! A plan drawn.

use std::fmt::Write;

use crate::plan::{Place, Plan, seat_of};
use crate::problem::Problem;

const SIDE: f64 = 1000.0;
const MARGIN: f64 = 24.0;
/// Below the map: what the marks mean.
const LEGEND: f64 = 44.0;

/// Where a plane is drawn.
struct Frame {
    west: f64,
    north: f64,
    scale: f64,
}

impl Frame {
    fn at(&self, (x, y): (i32, i32)) -> (f64, f64) {
        (MARGIN + (f64::from(x) - self.west) * self.scale, MARGIN + (self.north - f64::from(y)) * self.scale)
    }
}

/// A plan as an SVG picture: stars of joint branches, thin lines to whom units are attached, dots for organisations of
/// their own as large as their members, small grey dots for those that an instructor visits.
pub fn picture(problem: &Problem, plan: &Plan) -> String {
    let units = problem.units().iter().map(|unit| (unit.x, unit.y));
    let there = problem.organisations().iter().map(|one| (one.x, one.y));
    let (mut west, mut east, mut south, mut north) = (i32::MAX, i32::MIN, i32::MAX, i32::MIN);
    for (x, y) in units.chain(there) {
        (west, east) = (west.min(x), east.max(x));
        (south, north) = (south.min(y), north.max(y));
    }
    if west > east {
        (west, east, south, north) = (0, 0, 0, 0);
    }
    let span = f64::from(east.abs_diff(west).max(north.abs_diff(south)).max(1));
    let frame = Frame { west: f64::from(west), north: f64::from(north), scale: SIDE / span };
    let (width, height) = frame.at((east, south));
    let (width, height) = ((width + MARGIN).max(560.0), height + MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {:.0}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fbfaf7\"/>\n",
        height + LEGEND
    );
    lines(&mut svg, &frame, problem, plan);
    dots(&mut svg, &frame, problem, plan);
    legend(&mut svg, height, problem, plan);
    svg.push_str("</svg>\n");
    svg
}

fn lines(svg: &mut String, frame: &Frame, problem: &Problem, plan: &Plan) {
    for (at, (unit, place)) in problem.units().iter().zip(&plan.places).enumerate() {
        let (colour, width) = match place {
            Place::Joint { seat } => (colour(*seat), 1.8),
            Place::Attached { .. } => ("#8a8178".to_owned(), 1.0),
            _ => continue,
        };
        let Some(seat) = seat_of(*place, problem, at) else { continue };
        let ((x, y), (to_x, to_y)) = (frame.at((unit.x, unit.y)), frame.at(problem.place_of(seat)));
        // Writing to a String cannot fail.
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        );
    }
}

fn dots(svg: &mut String, frame: &Frame, problem: &Problem, plan: &Plan) {
    for one in problem.organisations() {
        let (x, y) = frame.at((one.x, one.y));
        let (left, top) = (x - 3.0, y - 3.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"6\" height=\"6\" fill=\"#fff\" stroke=\"#5b534b\"><title>{}\
             </title></rect>",
            escaped(&one.name)
        );
    }
    for (at, (unit, place)) in (0_u32..).zip(problem.units().iter().zip(&plan.places)) {
        let (x, y) = frame.at((unit.x, unit.y));
        let (radius, fill, ring) = match place {
            Place::Kept => (2.0, "#a39a8f".to_owned(), "none"),
            Place::Instructed { .. } => (1.4, "#c9c1b6".to_owned(), "none"),
            Place::Own => (2.0 + f64::from(unit.members).sqrt() * 0.7, "#a61b1b".to_owned(), "#fff"),
            Place::Joint { seat } if *seat == at => (3.4, colour(*seat), "#222"),
            Place::Joint { seat } => (2.6, colour(*seat), "none"),
            Place::Attached { .. } => (2.4, "#8a8178".to_owned(), "none"),
            Place::Left { .. } => (4.0, "#fff".to_owned(), "#d00000"),
        };
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{fill}\" stroke=\"{ring}\"><title>{}</title>\
             </circle>",
            escaped(&unit.name)
        );
    }
}

/// What the marks mean, with how many there are.
fn legend(svg: &mut String, top: f64, problem: &Problem, plan: &Plan) {
    let count = |wanted: fn(&Place) -> bool| plan.places.iter().filter(|place| wanted(place)).count();
    let seats = plan.joints.first().map_or(0, |joint| joint.seat);
    let marks = [
        ("#a61b1b".to_owned(), format!("单独组建 {}", count(|place| *place == Place::Own))),
        (
            colour(seats),
            format!(
                "联合 {} 家 / {} 个",
                count(|place| matches!(place, Place::Joint { .. })),
                plan.joints.len()
            ),
        ),
        ("#8a8178".to_owned(), format!("挂靠 {}", count(|place| matches!(place, Place::Attached { .. })))),
        ("#a39a8f".to_owned(), format!("已覆盖 {}", count(|place| *place == Place::Kept))),
        (
            "#c9c1b6".to_owned(),
            format!("指导员 {}", count(|place| matches!(place, Place::Instructed { .. }))),
        ),
        ("#d00000".to_owned(), format!("未覆盖 {}", count(|place| matches!(place, Place::Left { .. })))),
    ];
    let (mut x, y) = (MARGIN, top + LEGEND / 2.0);
    for (colour, text) in marks {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"5\" fill=\"{colour}\"/><text x=\"{:.0}\" y=\"{:.0}\" \
             fill=\"#333\">{text}</text>",
            x + 10.0,
            y + 5.0
        );
        x += 40.0 + text.chars().map(|letter| if letter.is_ascii() { 7.5 } else { 13.0 }).sum::<f64>();
    }
    let _ = writeln!(
        svg,
        "<rect x=\"{:.0}\" y=\"{:.0}\" width=\"8\" height=\"8\" fill=\"#fff\" stroke=\"#5b534b\"/><text x=\"{:.0}\" \
         y=\"{:.0}\" fill=\"#333\">现有组织 {}</text>",
        x - 4.0,
        y - 4.0,
        x + 10.0,
        y + 5.0,
        problem.organisations().len()
    );
}

/// Neighbours in the list get colours far apart: steps of the golden angle, without the red of own branches.
fn colour(index: u32) -> String {
    format!("hsl({:.0} 60% 40%)", 30.0 + (f64::from(index) * 137.508) % 300.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

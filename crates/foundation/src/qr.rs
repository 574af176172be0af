//! QR codes as pictures that a page can hold.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

/// White around the code, in modules: what ISO/IEC 18004 asks for.
const MARGIN: usize = 4;

/// An SVG of `text` as a QR code named `label`, 240 by 240 pixels unless a style sheet says otherwise. Its
/// colours stand in attributes, since the content policy forbids inline styles, and are black on white in
/// dark pages too: many telephones read no other. `None` when the text is too long for any code.
pub fn svg(text: &str, label: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, side) = (code.width(), code.width() + 2 * MARGIN);
    let modules = code.to_colors();
    let mut path = String::new();
    for (row, colors) in modules.chunks(width).enumerate() {
        let mut at = 0;
        // Neighbours in one stroke: a third of the size, and no seams between them.
        for run in colors.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                path.push_str(&format!("M{} {}h{}v1h-{}z", at + MARGIN, row + MARGIN, run.len(), run.len()));
            }
            at += run.len();
        }
    }
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Some(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{label}\" xmlns=\"http://www.w3.org/2000/svg\" width=\"240\" \
         height=\"240\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the picture from its own path, four pixels a module, and reads it as a telephone would.
    fn scanned(svg: &str) -> String {
        const SCALE: usize = 4;
        let between = |from: &str, to: &str| {
            let (_, rest) = svg.split_once(from).unwrap();
            rest.split_once(to).unwrap().0.to_owned()
        };
        let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut dark = vec![false; side * side];
        for stroke in between(" d=\"", "\"").split('z').filter(|stroke| !stroke.is_empty()) {
            let (x, rest) = stroke.trim_start_matches('M').split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (run, _) = rest.split_once('v').unwrap();
            let (x, y, run): (usize, usize, usize) =
                (x.parse().unwrap(), y.parse().unwrap(), run.parse().unwrap());
            dark[y * side + x..y * side + x + run].fill(true);
        }
        let shade = |x: usize, y: usize| if dark[y / SCALE * side + x / SCALE] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, shade);
        let codes = image.detect_grids();
        assert_eq!(codes.len(), 1);
        codes[0].decode().unwrap().1
    }

    #[test]
    fn a_telephone_reads_what_was_written() {
        for text in [
            "otpauth://totp/%E8%BF%9E%E5%BF%83:clerk01?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E8%BF%9E%E5%BF%83",
            "https://lianxin.example/p/421223100001",
            "x",
        ] {
            assert_eq!(scanned(&svg(text, "code").unwrap()), text);
        }
    }

    #[test]
    fn a_name_cannot_end_its_attribute_and_nothing_is_styled_inline() {
        let svg = svg("x", "\"><script>&").unwrap();
        assert!(svg.contains("aria-label=\"&quot;>&lt;script>&amp;\"") && !svg.contains("style"), "{svg}");
    }

    #[test]
    fn a_text_too_long_for_any_code_has_none() {
        assert_eq!(svg(&"长".repeat(2000), "code"), None);
    }
}

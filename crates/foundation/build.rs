//! Embeds the built web assets. `make web` builds them; without them there is no program.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let dist = here.join("../../web/dist");
    println!("cargo:rerun-if-changed={}", dist.display());
    let manifest = dist.join("manifest.json");
    let Ok(text) = fs::read_to_string(&manifest) else {
        panic!("the web assets are not built yet: run `make web` first");
    };
    let names: BTreeMap<String, String> = read_manifest(&text);
    let mut code = String::from("pub(super) const ASSETS: &[Asset] = &[\n");
    for (name, file) in &names {
        let plain = dist.join(file);
        let packed = dist.join(format!("{file}.gz"));
        let gzip = if packed.exists() {
            format!("Some(include_bytes!({}))", quoted(&packed))
        } else {
            "None".into()
        };
        writeln!(
            code,
            "    Asset {{ name: {name:?}, file: {file:?}, plain: include_bytes!({}), gzip: {gzip} }},",
            quoted(&plain),
        )
        .expect("writing to a String cannot fail");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("assets.rs");
    fs::write(out, code).expect("the build folder can be written");
}

fn quoted(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| panic!("{} is named but missing", path.display()));
    format!("{:?}", path.display().to_string())
}

/// The manifest is a flat object of strings: `{"app.css":"app-1234.css"}`.
fn read_manifest(text: &str) -> BTreeMap<String, String> {
    let words: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
    words.chunks_exact(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
}

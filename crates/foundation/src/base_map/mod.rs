//! The base map: roads, water and houses from one PMTiles file beside the program, drawn under every map. No other
//! computer is asked for a tile, ever (docs/decisions/0032).

mod archive;
mod pages;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::archive::{Archive, Form};
pub(crate) use self::pages::routes;
use crate::error::{Error, Result, While};

/// Words of credit longer than this hide the map on a phone.
const LONGEST_CREDIT: usize = 200;

/// An open base map. Cheap to clone; holds the file open, so a file that is replaced counts from the next start on.
#[derive(Debug, Clone)]
pub struct BaseMap(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    archive: Archive,
    /// Stands in every address, so that a browser may keep a tile for good and never mixes two maps.
    version: String,
    credit: String,
    /// What vector tiles call their layers.
    layers: Vec<String>,
}

impl BaseMap {
    /// Opens the PMTiles file at `path` (version 3; vector tiles, PNG, JPEG or WebP; packed by gzip or not at all). `credit`
    /// says whose map it is; empty, the file's own words are shown.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged, and when nobody says whose map it is.
    pub fn open(path: &Path, credit: &str) -> Result<BaseMap> {
        BaseMap::read(path, credit).while_doing(format!("opening the base map {}", path.display()))
    }

    fn read(path: &Path, credit: &str) -> Result<BaseMap> {
        let archive = Archive::open(path)?;
        let about: Value = serde_json::from_slice(&archive.about).while_doing("reading its metadata")?;
        let own = about["attribution"].as_str().map(plain).unwrap_or_default();
        let credit = if credit.trim().is_empty() { own } else { credit.trim().to_owned() };
        if credit.is_empty() {
            return Err(refused("neither it nor map.credit says whose map it is: set map.credit"));
        }
        if credit.chars().count() > LONGEST_CREDIT {
            return Err(refused("whose map it is takes more than 200 characters: shorten it in map.credit"));
        }
        let layers = layers(&about);
        if archive.form == Form::Vector && layers.is_empty() {
            return Err(refused("its metadata names no layers (vector_layers), so nothing could be drawn"));
        }
        let mut hash = Sha256::new();
        hash.update(archive.header);
        hash.update(&archive.about);
        let version = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(BaseMap(Arc::new(Inner { archive, version, credit, layers })))
    }

    /// Where the map says what it is.
    pub fn address(&self) -> String {
        format!("/base-map/{}/map.json", self.0.version)
    }

    /// What the map is, as TileJSON 3.0.0, with addresses that begin at this host.
    pub fn tilejson(&self) -> Value {
        let Inner { archive, version, credit, layers } = &*self.0;
        json!({
            "tilejson": "3.0.0",
            "tiles": [format!("/base-map/{version}/{{z}}/{{x}}/{{y}}")],
            "minzoom": archive.zooms.0,
            "maxzoom": archive.zooms.1,
            "bounds": archive.bounds,
            "attribution": credit,
            "format": if archive.form == Form::Vector { "vector" } else { "raster" },
            "vector_layers": layers.iter().map(|id| json!({ "id": id, "fields": {} })).collect::<Vec<_>>(),
        })
    }

    /// A tile as it lies in the file, packed by gzip or not; `None` where the map has none. Blocks while it reads.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn tile(&self, zoom: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>> {
        self.0.archive.tile(zoom, x, y)
    }
}

fn refused(what: &'static str) -> Error {
    Error::failed("reading the base map", what)
}

/// The names of vector layers, `[{"id": "water"}, …]`.
fn layers(about: &Value) -> Vec<String> {
    let all = about["vector_layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|layer| Some(layer["id"].as_str()?.to_owned())).collect()
}

/// Text without its HTML: whoever made the file may link to themselves, our pages do not.
fn plain(html: &str) -> String {
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    pieces.filter_map(|piece| piece.split_once('>')).for_each(|(_, after)| text.push_str(after));
    text.replace("&copy;", "©").replace("&amp;", "&").trim().to_owned()
}

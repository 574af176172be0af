//! A PMTiles archive, version 3: a header of 127 bytes, directories that say where each tile lies, the tiles.
//! Everything but the tiles is read once; a tile is one read at one place.
//! Source: the PMTiles specification, version 3 (protomaps, public domain).

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::GzDecoder;

use crate::error::{Error, Result, While};

const HEADER: usize = 127;
const MAGIC: &[u8] = b"PMTiles";
const VERSION: u8 = 3;

/// A directory or a tile larger than this, packed or not, is taken for a damaged file, not for memory to give away.
const LARGEST: u64 = 32 << 20;

/// Leaf directories kept in memory: some thousand tiles each, so a county has a handful.
const LEAVES_KEPT: usize = 64;

/// The root points at leaves, a leaf at leaves at most twice more.
const DEEPEST: usize = 4;

/// A tile deeper than this has no number in 64 bits that all readers agree on.
pub(super) const DEEPEST_ZOOM: u8 = 26;

/// What the tiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Shapes, drawn in the browser in our own look.
    Vector,
    /// Pictures.
    Png,
    /// Pictures.
    Jpeg,
    /// Pictures.
    Webp,
}

impl Form {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Form::Vector => "application/vnd.mapbox-vector-tile",
            Form::Png => "image/png",
            Form::Jpeg => "image/jpeg",
            Form::Webp => "image/webp",
        }
    }
}

/// Where tiles lie: `run` tiles from `first` on are the same bytes; a run of none names a leaf directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    first: u64,
    offset: u64,
    length: u64,
    run: u64,
}

/// A part of the file.
#[derive(Debug, Clone, Copy)]
struct Part {
    offset: u64,
    length: u64,
}

/// An open archive. Reading blocks: call it off the async threads.
#[derive(Debug)]
pub(super) struct Archive {
    file: File,
    length: u64,
    leaves: Part,
    tiles: Part,
    root: Vec<Entry>,
    kept: Mutex<HashMap<u64, Arc<Vec<Entry>>>>,
    packed_inside: bool,
    /// Whether each tile is packed by gzip.
    pub(super) packed: bool,
    pub(super) form: Form,
    pub(super) zooms: (u8, u8),
    /// West, south, east, north in degrees.
    pub(super) bounds: [f64; 4],
    /// The archive's own words about itself, JSON.
    pub(super) about: Vec<u8>,
    /// The header's bytes, by which one archive is told from another.
    pub(super) header: [u8; HEADER],
}

impl Archive {
    /// Opens the archive and looks whether it is one: header, root directory, its words about itself, and the first tile.
    ///
    /// # Errors
    /// Naming what is wrong with the file.
    pub(super) fn open(path: &Path) -> Result<Archive> {
        let file = File::open(path).while_doing("opening it")?;
        let length = file.metadata().while_doing("opening it")?.len();
        let mut header = [0; HEADER];
        if file.read_exact_at(&mut header, 0).is_err() || !header.starts_with(MAGIC) {
            return Err(wrong("it is no PMTiles file"));
        }
        if header[7] != VERSION {
            return Err(wrong(format!("it is PMTiles version {}, only version 3 is read", header[7])));
        }
        let mut archive = Archive {
            file,
            length,
            leaves: part(&header, 40),
            tiles: part(&header, 56),
            root: Vec::new(),
            kept: Mutex::default(),
            packed_inside: packing(header[97], "its directories")?,
            packed: packing(header[98], "its tiles")?,
            form: form(header[99])?,
            zooms: (header[100], header[101]),
            bounds: [102, 106, 110, 114].map(|at| degrees(&header, at)),
            about: Vec::new(),
            header,
        };
        archive.check()?;
        let root = archive.inside(part(&header, 8)).while_doing("reading its root directory")?;
        archive.root = entries(&root).ok_or_else(|| wrong("its root directory is damaged"))?;
        archive.about = archive.inside(part(&header, 24)).while_doing("reading its metadata")?;
        let Some(first) = archive.root.first().copied() else { return Err(wrong("it holds no tile")) };
        archive.find(first.first).while_doing("reading its first tile")?;
        Ok(archive)
    }

    fn check(&self) -> Result<()> {
        let (least, most) = self.zooms;
        if least > most || most > DEEPEST_ZOOM {
            return Err(wrong(format!("its zooms are {least} to {most}")));
        }
        let [west, south, east, north] = self.bounds;
        if west >= east || south >= north || west < -180.0 || east > 180.0 || south < -90.0 || north > 90.0 {
            return Err(wrong("its bounds enclose nothing"));
        }
        for (name, part) in [("leaf directories", self.leaves), ("tiles", self.tiles)] {
            if part.offset.checked_add(part.length).is_none_or(|end| end > self.length) {
                return Err(wrong(format!("it ends before its {name} do: the copy may be incomplete")));
            }
        }
        Ok(())
    }

    /// A tile as it lies in the file, packed if [`Archive::packed`]; `None` where the archive has none.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub(super) fn tile(&self, zoom: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>> {
        let within = zoom >= self.zooms.0 && zoom <= self.zooms.1;
        match number(zoom, x, y).filter(|_| within) {
            Some(number) => self.find(number),
            None => Ok(None),
        }
    }

    fn find(&self, number: u64) -> Result<Option<Vec<u8>>> {
        let mut here: Option<Arc<Vec<Entry>>> = None;
        for _ in 0..DEEPEST {
            let directory = here.as_ref().map_or(&self.root, |leaf| leaf.as_ref());
            let after = directory.partition_point(|entry| entry.first <= number);
            let Some(entry) = after.checked_sub(1).map(|at| directory[at]) else { return Ok(None) };
            if entry.run > 0 {
                let there = number - entry.first < entry.run;
                let tile = Part { offset: entry.offset, length: entry.length };
                return if there { self.read(within(self.tiles, tile)?).map(Some) } else { Ok(None) };
            }
            here = Some(self.leaf(entry)?);
        }
        Err(wrong("its directories lead in a circle"))
    }

    fn leaf(&self, entry: Entry) -> Result<Arc<Vec<Entry>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leaf) = kept.get(&entry.offset) {
            return Ok(leaf.clone());
        }
        let place = within(self.leaves, Part { offset: entry.offset, length: entry.length })?;
        let leaf = entries(&self.inside(place)?).ok_or_else(|| wrong("a leaf directory is damaged"))?;
        if kept.len() >= LEAVES_KEPT {
            kept.clear();
        }
        let leaf = Arc::new(leaf);
        kept.insert(entry.offset, leaf.clone());
        Ok(leaf)
    }

    /// A directory or the metadata, unpacked.
    fn inside(&self, part: Part) -> Result<Vec<u8>> {
        let bytes = self.read(part)?;
        if self.packed_inside { unpacked(&bytes) } else { Ok(bytes) }
    }

    fn read(&self, part: Part) -> Result<Vec<u8>> {
        if part.length > LARGEST || part.offset.checked_add(part.length).is_none_or(|end| end > self.length) {
            return Err(wrong("it points beyond its own end"));
        }
        let mut bytes = vec![0; usize::try_from(part.length).while_doing("reading the base map")?];
        self.file.read_exact_at(&mut bytes, part.offset).while_doing("reading the base map")?;
        Ok(bytes)
    }
}

/// What gzip packed.
///
/// # Errors
/// When it is damaged, or larger than any tile is.
pub(super) fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).take(LARGEST + 1).read_to_end(&mut plain).while_doing("unpacking the base map")?;
    if plain.len() as u64 > LARGEST {
        return Err(wrong("a part of it is larger than 32 MB"));
    }
    Ok(plain)
}

fn wrong(what: impl Into<String>) -> Error {
    Error::failed("reading the base map", what.into())
}

/// `inner`, which counts from the beginning of `outer` and may not leave it.
fn within(outer: Part, inner: Part) -> Result<Part> {
    match inner.offset.checked_add(inner.length) {
        Some(end) if end <= outer.length => {
            Ok(Part { offset: outer.offset + inner.offset, length: inner.length })
        }
        _ => Err(wrong("it points beyond its own end")),
    }
}

fn part(header: &[u8; HEADER], at: usize) -> Part {
    let word = |at: usize| header[at..at + 8].iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    Part { offset: word(at), length: word(at + 8) }
}

/// Ten-millionths of a degree.
fn degrees(header: &[u8; HEADER], at: usize) -> f64 {
    let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
    f64::from(i32::from_le_bytes(bytes)) / 1e7
}

fn packing(code: u8, what: &str) -> Result<bool> {
    match code {
        1 => Ok(false),
        2 => Ok(true),
        other => {
            let name = ["unknown", "", "", "brotli", "zstd"].get(usize::from(other)).unwrap_or(&"unknown");
            Err(wrong(format!("{what} are packed by {name}; only gzip or nothing is read")))
        }
    }
}

fn form(code: u8) -> Result<Form> {
    match code {
        1 => Ok(Form::Vector),
        2 => Ok(Form::Png),
        3 => Ok(Form::Jpeg),
        4 => Ok(Form::Webp),
        _ => Err(wrong("its tiles are neither vector tiles nor PNG, JPEG or WebP pictures")),
    }
}

/// A directory: how many entries, then column by column the steps between numbers, the runs, the lengths, the places.
/// `None` when the bytes are none.
fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut rest = bytes;
    let count = usize::try_from(varint(&mut rest)?).ok()?;
    // Each entry takes four bytes at least.
    if count > bytes.len() / 4 {
        return None;
    }
    let mut all = Vec::with_capacity(count);
    let mut number = 0_u64;
    for _ in 0..count {
        number = number.checked_add(varint(&mut rest)?)?;
        all.push(Entry { first: number, offset: 0, length: 0, run: 0 });
    }
    for entry in &mut all {
        entry.run = varint(&mut rest)?;
    }
    for entry in &mut all {
        entry.length = varint(&mut rest)?;
    }
    let mut end = 0_u64;
    for entry in &mut all {
        entry.offset = match varint(&mut rest)? {
            // Right behind the one before.
            0 => end,
            place => place - 1,
        };
        end = entry.offset.checked_add(entry.length)?;
    }
    Some(all)
}

/// Seven bits a byte, the lowest first; the high bit says that more follow.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for place in 0..10 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// A tile's number: all tiles of smaller zooms come first, those of one zoom along Hilbert's curve. `None` for a tile that
/// its zoom does not have.
pub(super) fn number(zoom: u8, x: u32, y: u32) -> Option<u64> {
    if zoom > DEEPEST_ZOOM || u64::from(x.max(y)) >= 1_u64 << zoom {
        return None;
    }
    let before = ((1_u64 << (2 * zoom)) - 1) / 3;
    let (mut x, mut y, mut along) = (u64::from(x), u64::from(y), 0_u64);
    for level in (0..zoom).rev() {
        let side = 1_u64 << level;
        let (right, down) = (u64::from(x & side > 0), u64::from(y & side > 0));
        along += side * side * ((3 * right) ^ down);
        (x, y) = (x & (side - 1), y & (side - 1));
        if down == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    Some(before + along)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_have_the_numbers_that_the_specification_gives() {
        for ((zoom, x, y), expected) in [
            ((0, 0, 0), 0),
            ((1, 0, 0), 1),
            ((1, 0, 1), 2),
            ((1, 1, 1), 3),
            ((1, 1, 0), 4),
            ((2, 0, 0), 5),
            ((2, 3, 1), 17),
            ((12, 3423, 1763), 19_078_479),
        ] {
            assert_eq!(number(zoom, x, y), Some(expected), "{zoom}/{x}/{y}");
        }
        assert_eq!(number(1, 2, 0), None);
        assert_eq!(number(27, 0, 0), None);
    }

    #[test]
    fn every_tile_of_a_zoom_has_a_number_of_its_own() {
        let mut all: Vec<u64> = (0..32).flat_map(|x| (0..32).filter_map(move |y| number(5, x, y))).collect();
        all.sort_unstable();
        assert_eq!(all, (341..341 + 1024).collect::<Vec<_>>());
    }
}

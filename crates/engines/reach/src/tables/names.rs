//! Ids as numbers in the order in which they come.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// Ids borrowed from a table's text, numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    list: Vec<&'t str>,
    numbers: HashMap<&'t str, u32, BuildHasherDefault<Mix>>,
}

impl<'t> Names<'t> {
    /// Adds an id, or gives back one that is there already.
    pub(super) fn add(&mut self, name: &'t str) -> Result<u32, &'t str> {
        let number = self.next();
        match self.numbers.entry(name) {
            Entry::Occupied(_) => Err(name),
            Entry::Vacant(free) => {
                free.insert(number);
                self.list.push(name);
                Ok(number)
            }
        }
    }

    pub(super) fn number_or_add(&mut self, name: &'t str) -> u32 {
        self.number(name).unwrap_or_else(|| self.add(name).unwrap_or_default())
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// Empty for a number that was not given out.
    pub(super) fn name(&self, number: u32) -> &'t str {
        self.list.get(number as usize).copied().unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'t str> {
        self.list.iter().copied()
    }

    fn next(&self) -> u32 {
        u32::try_from(self.list.len()).expect("a text of ids is shorter than 4 GB times its shortest id")
    }
}

/// Multiplies and rotates eight bytes at a time: ids are short and come from one's own files, where the
/// standard hasher's guard against chosen collisions would take most of the reading time.
#[derive(Default)]
struct Mix(u64);

impl Mix {
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.word(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // The table looks at the upper and the lower bits; multiplication leaves the lower ones weak.
        self.0 ^ self.0 >> 32
    }
}

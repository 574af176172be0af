//! The house's source, read as far as the rules need it: which text is code, and which is quoted.

use std::fs;
use std::path::{Path, PathBuf};

/// The checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every crate's folder: those below `crates/` and `crates/engines/` that have a manifest.
pub(crate) fn crates() -> Vec<PathBuf> {
    let crates = root().join("crates");
    let mut found: Vec<PathBuf> = [crates.clone(), crates.join("engines")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").exists())
        .collect();
    found.sort();
    found
}

/// Every file with this extension below a folder, in order; none when there is no such folder.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A path as people name it: from the checkout's root.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// A Rust file without its own tests.
pub(crate) struct Rust {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The code; comments and the insides of literals are blanks, so that offsets stay.
    pub(crate) code: String,
    /// Every string literal: where its opening quote stands, and what it says.
    pub(crate) strings: Vec<(usize, String)>,
}

impl Rust {
    /// Every Rust file of the program; files of tests, `tests.rs`, are left out.
    pub(crate) fn all() -> Vec<Rust> {
        let paths = crates().into_iter().flat_map(|folder| files(&folder.join("src"), "rs"));
        paths.filter(|path| !path.ends_with("tests.rs")).map(|path| Rust::read(&path)).collect()
    }

    fn read(path: &Path) -> Rust {
        let text = fs::read_to_string(path).unwrap();
        // A module of tests stands last in its file.
        let program = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let (code, strings) = taken_apart(program);
        Rust { path: path.to_owned(), code, strings }
    }

    /// What the literal that opens at `at` says.
    pub(crate) fn string_at(&self, at: usize) -> Option<&str> {
        self.strings.iter().find(|(start, _)| *start == at).map(|(_, said)| said.as_str())
    }

    /// Every literal that opens within the range.
    pub(crate) fn strings_in(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, &str)> {
        self.strings
            .iter()
            .filter(move |(at, _)| (from..to).contains(at))
            .map(|(at, said)| (*at, said.as_str()))
    }

    /// The offsets just behind each `name(`: calls, not definitions or longer names.
    pub(crate) fn calls(&self, name: &str) -> Vec<usize> {
        let wanted = format!("{name}(");
        let part_of_name = |before: char| before.is_alphanumeric() || before == '_';
        let found = self.code.match_indices(&wanted).filter(|(at, _)| {
            let before = &self.code[..*at];
            let longer = wanted.starts_with(char::is_alphanumeric) && before.ends_with(part_of_name);
            !longer && !before.trim_end().ends_with("fn")
        });
        found.map(|(at, _)| at + wanted.len()).collect()
    }

    /// Where the bracket closes that was opened just before `at`.
    pub(crate) fn closing(&self, at: usize) -> usize {
        let mut depth = 1;
        for (step, byte) in self.code[at..].bytes().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at + step;
            }
        }
        self.code.len()
    }

    /// The first offset at or after `at` with something other than white space.
    pub(crate) fn next(&self, at: usize) -> usize {
        at + self.code[at..].len() - self.code[at..].trim_start().len()
    }
}

/// Tells code from comments and literals.
fn taken_apart(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut strings = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let end = if rest.starts_with("//") {
            at + rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            at + rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some((length, said)) = string(rest) {
            strings.push((at, said));
            at + length
        } else if let Some(length) = character(rest) {
            at + length
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        code[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        if matches!(bytes[at], b'"' | b'r' | b'b') {
            // Something still stands there, so that white space can be skipped up to it.
            code[at] = b'"';
        }
        at = end;
    }
    (String::from_utf8_lossy(&code).into_owned(), strings)
}

/// The length and meaning of the string literal at the beginning of `rest`, if there is one.
fn string(rest: &str) -> Option<(usize, String)> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let body = raw[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = body.find(&close)?;
        return Some((1 + hashes + 1 + end + close.len(), body[..end].to_owned()));
    }
    let body = rest.strip_prefix('"')?;
    let mut said = String::new();
    let mut letters = body.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((at + 2, said)),
            '\\' => match letters.next()?.1 {
                'n' => said.push('\n'),
                't' => said.push('\t'),
                '\n' => {
                    // The literal goes on with the next line's first letter.
                    let ahead = letters.as_str();
                    let blanks = ahead.chars().take_while(|letter| letter.is_whitespace()).count();
                    if blanks > 0 {
                        letters.nth(blanks - 1);
                    }
                }
                other => said.push(other),
            },
            other => said.push(other),
        }
    }
    None
}

/// The length of the character literal at the beginning of `rest`; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    if let Some(escaped) = body.strip_prefix('\\') {
        return escaped[1..].find('\'').map(|end| 1 + 1 + 1 + end + 1);
    }
    let letter = body.chars().next()?;
    body[letter.len_utf8()..].starts_with('\'').then(|| 1 + letter.len_utf8() + 1)
}

#[test]
fn code_and_literals_are_told_apart() {
    let text = "a(\"x\\\"y \\\n   z\"); // \"no\"\nlet c = '\"'; b(r#\"ra\"w\"#); fn f<'a>() {} /* \"no\" */";
    let (code, strings) = taken_apart(text);
    let said: Vec<&str> = strings.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(said, ["x\"y z", "ra\"w"]);
    assert_eq!(code.len(), text.len());
    assert!(!code.contains("no") && code.contains("fn f<'a>() {}"), "{code}");
}

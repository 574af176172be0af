//! Every message is there in every language, says the same things, and is used.
//!
//! A message is used when its id stands as a literal in Rust or in a template, or when a literal such
//! as `"reason-{code}"` makes ids that begin like it. What is surely meant as a message must exist: the
//! id given to `t`, `t1`, `t2`, `Problem::new`, `field`, `parsed`, `audit::reason`, and every literal in a function
//! named `message` or in the last column of an `every!` table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lianxin_foundation::i18n::Locales;

use crate::source::{Rust, crates, files, short};

const LANGUAGES: [&str; 3] = ["zh-CN", "zh-TW", "en"];

/// The ids of one file, each with the arguments it names.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn is_id(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

/// Reads a Fluent file line by line; `Locales::new` has checked its grammar elsewhere.
fn read(path: &Path, wrong: &mut Vec<String>) -> Messages {
    let mut messages = Messages::new();
    let mut current = String::new();
    for line in fs::read_to_string(path).unwrap_or_default().lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| is_id(id)) {
            current = id.to_owned();
            if messages.insert(current.clone(), BTreeSet::new()).is_some() {
                wrong.push(format!("{}: {id} stands twice", short(path)));
            }
        }
        for (_, rest) in line.match_indices('$').map(|(at, _)| line.split_at(at + 1)) {
            let name: String =
                rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
            messages.entry(current.clone()).or_default().insert(name);
        }
    }
    messages
}

/// Every room's messages in the default language, once all three are known to agree.
pub(crate) fn agreed(wrong: &mut Vec<String>) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut all: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for folder in crates().iter().map(|room| room.join("locales")).filter(|folder| folder.exists()) {
        let [first, others @ ..] =
            LANGUAGES.map(|language| read(&folder.join(format!("{language}.ftl")), wrong));
        for (other, language) in others.iter().zip(&LANGUAGES[1..]) {
            for id in first.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
                if first.get(id) != other.get(id) {
                    let both = (first.get(id), other.get(id));
                    wrong.push(format!(
                        "{}: {id}: zh-CN has {:?}, {language} has {:?}",
                        short(&folder),
                        both.0,
                        both.1
                    ));
                }
            }
        }
        for (id, args) in first {
            if let Some((room, _)) = all.insert(id.clone(), (short(&folder), args)) {
                wrong.push(format!("{id} stands in {room} and in {}", short(&folder)));
            }
        }
    }
    all
}

/// What the source says: every literal, and the uses that are surely messages.
#[derive(Default)]
struct Uses {
    literals: BTreeSet<String>,
    beginnings: BTreeSet<String>,
    /// Place, id, and the arguments given when they are known.
    sure: Vec<(String, String, Option<BTreeSet<String>>)>,
}

impl Uses {
    fn literal(&mut self, said: &str) {
        if is_id(said) {
            self.literals.insert(said.to_owned());
        }
        let beginning = said.split('{').next().unwrap_or_default();
        if beginning.ends_with('-') && is_id(beginning) && beginning.len() > 2 {
            self.beginnings.insert(beginning.to_owned());
        }
    }

    fn uses(&self, id: &str) -> bool {
        self.literals.contains(id) || self.beginnings.iter().any(|beginning| id.starts_with(beginning))
    }

    fn read_rust(&mut self, file: &Rust) {
        for (_, said) in &file.strings {
            self.literal(said);
        }
        for (call, arguments) in [(".t", 0), (".t1", 1), (".t2", 2)] {
            for at in file.calls(call) {
                let said: Vec<(usize, &str)> = file.strings_in(at, file.closing(at)).collect();
                let Some((_, id)) = said.first().filter(|(start, _)| *start == file.next(at)) else {
                    continue;
                };
                let names = said[1..]
                    .iter()
                    .take(arguments)
                    .map(|(_, name)| (*name).to_owned())
                    .collect::<BTreeSet<_>>();
                // An argument's value may itself hold literals: only one name is surely a name.
                let known = (arguments < 2 && names.len() == arguments).then_some(names);
                self.sure.push((place(file, at), (*id).to_owned(), known));
            }
        }
        for call in ["Problem::new", ".field", ".parsed", "audit::reason"] {
            for at in file.calls(call) {
                let end = file.closing(at);
                // The code is the last argument; a variable there says nothing.
                let last = file.strings_in(at, end).last();
                let code = last.filter(|(start, id)| {
                    let ends = file.code[start + 1..end].trim().is_empty();
                    ends && is_id(id) && id.contains('-')
                });
                self.sure.extend(code.map(|(start, id)| (place(file, start), id.to_owned(), None)));
            }
        }
        for (start, _) in file.code.match_indices("every! {") {
            let open = start + "every! {".len();
            for (at, id) in file.strings_in(open, file.closing(open)) {
                // In a row of such a table, the code comes first, then the message.
                if file.code[..at].trim_end().ends_with(',') {
                    self.sure.push((place(file, at), id.to_owned(), None));
                }
            }
        }
        for (start, _) in file.code.match_indices("fn message(") {
            let Some(open) = file.code[start..].find('{').map(|step| start + step + 1) else { continue };
            for (at, id) in file.strings_in(open, file.closing(open)) {
                // A state's code to compare with may stand there too, and is one word.
                if is_id(id) && id.contains('-') {
                    self.sure.push((place(file, at), id.to_owned(), None));
                }
            }
        }
    }

    fn read_template(&mut self, path: &Path) {
        let text = fs::read_to_string(path).unwrap();
        text.split('"').for_each(|said| self.literal(said));
        for (call, arguments) in [(".t(\"", 0), (".t1(\"", 1), (".t2(\"", 2)] {
            for (at, _) in text.match_indices(call) {
                let words: Vec<&str> = text[at + call.len()..].split('"').take(3).collect();
                let names = words.iter().skip(2).take(arguments).map(|name| (*name).to_owned()).collect();
                self.sure.push((short(path), words[0].to_owned(), (arguments < 2).then_some(names)));
            }
        }
    }
}

fn place(file: &Rust, at: usize) -> String {
    format!("{}:{}", short(&file.path), file.code[..at].matches('\n').count() + 1)
}

#[test]
fn every_message_exists_in_every_language_and_is_used() {
    let mut wrong = Vec::new();
    let messages = agreed(&mut wrong);
    assert!(messages.len() > 60, "the messages are found: {}", messages.len());
    let mut uses = Uses::default();
    for file in Rust::all().iter().filter(|file| !short(&file.path).starts_with("crates/testkit/")) {
        uses.read_rust(file);
    }
    for path in crates().iter().flat_map(|room| files(&room.join("templates"), "html")) {
        uses.read_template(&path);
    }
    for (id, (room, _)) in &messages {
        if !uses.uses(id) {
            wrong.push(format!("{room}: {id} is used nowhere"));
        }
    }
    for (place, id, given) in &uses.sure {
        match (messages.get(id), given) {
            (None, _) => wrong.push(format!("{place}: there is no message {id}")),
            (Some((_, args)), Some(given)) if args != given => {
                wrong.push(format!("{place}: {id} names {args:?} and is given {given:?}"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} things are wrong with messages:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_rooms_messages_are_fluent_and_fit_together() {
    let text = |folder: &Path, language: &str| -> &'static str {
        fs::read_to_string(folder.join(format!("{language}.ftl"))).unwrap().leak()
    };
    let rooms: Vec<[&'static str; 3]> = crates()
        .iter()
        .map(|room| room.join("locales"))
        .filter(|folder| folder.exists())
        .map(|folder| LANGUAGES.map(|language| text(&folder, language)))
        .collect();
    Locales::new(&rooms).unwrap();
}

/// Frequent characters that only the simplified script has.
const SIMPLIFIED: &str = "们这个为说时会来办处关门问题责务类见种应该发现实续过还给谁让网录审号开对区县镇乡级结单员织组认证码长电话\
    页请选择传图报进转数据设备维护确节点动变众体优价伤导师帮带广庆归总战户执扩拟损换仅从则历厅压协";

#[test]
fn traditional_chinese_is_traditional() {
    for path in crates().iter().map(|room| room.join("locales/zh-TW.ftl")).filter(|path| path.exists()) {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let found: String = line.chars().filter(|letter| SIMPLIFIED.contains(*letter)).collect();
            assert!(found.is_empty(), "{}:{}: {found} in {line}", short(&path), number + 1);
        }
    }
}

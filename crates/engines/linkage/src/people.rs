//! People in columns: every field read once, its values numbered, a person being a row of numbers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::fields::address::{Address, Cut, Gazetteer};
use crate::fields::name::Name;
use crate::fields::resident_id::ResidentId;
use crate::fields::{birth, phone, plain};
use crate::sorting::sort_by_bits;
use crate::text::{hash_bytes, joined, says_nothing};
use crate::threads::shared_out;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A whole personal name.
    Name,
    /// The resident identity number.
    ResidentId,
    /// The birth date.
    Birth,
    /// 男 or 女.
    Sex,
    /// A telephone number.
    Phone,
    /// A Chinese address.
    Address,
    /// Who one works for.
    Employer,
    /// Any other text that belongs to one person.
    Text,
    /// Any other text that people living together mostly share: a surname, a street, a post code.
    SharedText,
}

/// One field that both lists may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it is called, for the explanation.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The first list.
    A,
    /// The second list.
    B,
}

/// The most columns that are compared.
pub const MOST_COLUMNS: usize = 12;

/// More columns than can be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} columns; at most {MOST_COLUMNS} can be compared")]
pub struct TooManyColumns(pub usize);

/// Passes a hash through as it is.
#[derive(Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_bytes(bytes);
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A map from hashes.
pub(crate) type Hashed<T> = HashMap<u64, T, BuildHasherDefault<AsItIs>>;

/// A field's values by number; number 0 is "not told".
#[derive(Debug)]
pub(crate) enum Values {
    Names(Vec<Name>),
    Ids(Vec<ResidentId>),
    Numbers(Vec<u64>),
    Addresses(Vec<Address>),
    Texts(Vec<plain::Text>),
}

impl Values {
    fn new(kind: Kind) -> Values {
        match kind {
            Kind::Name => Values::Names(Vec::new()),
            Kind::ResidentId => Values::Ids(Vec::new()),
            Kind::Birth | Kind::Sex | Kind::Phone => Values::Numbers(Vec::new()),
            Kind::Address => Values::Addresses(Vec::new()),
            Kind::Employer | Kind::Text | Kind::SharedText => Values::Texts(Vec::new()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Values::Names(all) => all.len(),
            Values::Ids(all) => all.len(),
            Values::Numbers(all) => all.len(),
            Values::Addresses(all) => all.len(),
            Values::Texts(all) => all.len(),
        }
    }
}

/// One field of everybody.
pub(crate) struct Field {
    pub(crate) kind: Kind,
    pub(crate) values: Values,
    /// Value number by the hash of the text as it came.
    by_text: Hashed<u32>,
    /// Value number by the hash of what was understood.
    by_meaning: Hashed<u32>,
    /// The addresses' texts one after the other, their hashes, and where each ends, until they are cut.
    texts: String,
    hashes: Vec<u64>,
    ends: Vec<usize>,
    /// Telephones that stand behind the first in a cell, and which cell.
    further: Vec<(u32, phone::Phone)>,
}

impl Field {
    fn new(kind: Kind) -> Field {
        Field {
            kind,
            values: Values::new(kind),
            by_text: Hashed::default(),
            by_meaning: Hashed::default(),
            texts: String::new(),
            hashes: Vec::new(),
            ends: Vec::new(),
            further: Vec::new(),
        }
    }

    /// The number of the value a text tells; 0 when it tells none.
    fn number(&mut self, text: &str, month_first: bool) -> u32 {
        let text = text.trim();
        if text.is_empty() || says_nothing(text) {
            return 0;
        }
        match self.kind {
            Kind::ResidentId => ResidentId::read(text).map_or(0, |id| self.next_id(id)),
            Kind::Birth => birth::read(text, month_first).map_or(0, |date| self.number_of(u64::from(date))),
            Kind::Phone => self.next_phone(text),
            Kind::Sex => read_sex(text).map_or(0, |sex| self.number_of(u64::from(sex))),
            Kind::Address => self.next_address(text),
            _ => self.number_of_text(text),
        }
    }

    /// Most people have a number of their own, so equal ones are found by sorting at the end.
    fn next_id(&mut self, id: ResidentId) -> u32 {
        let Values::Ids(all) = &mut self.values else { return 0 };
        all.push(id);
        all.len() as u32
    }

    fn next_phone(&mut self, text: &str) -> u32 {
        let Values::Numbers(all) = &mut self.values else { return 0 };
        let mut phones = phone::all(text);
        let Some(first) = phones.next() else { return 0 };
        all.push(first);
        let number = all.len() as u32;
        self.further.extend(phones.map(|phone| (number - 1, phone)));
        number
    }

    /// Where a cell has several telephones, the one that stands elsewhere too goes before one that does not.
    fn choose_phones(&mut self) {
        let Values::Numbers(all) = &mut self.values else { return };
        let mut times = Hashed::<u32>::default();
        let hash = |phone: phone::Phone| crate::text::mixed(phone);
        for (cell, phone) in &self.further {
            times.extend([(hash(*phone), 0), (hash(all[*cell as usize]), 0)]);
        }
        for phone in all.iter() {
            times.entry(hash(*phone)).and_modify(|times| *times += 1);
        }
        for (cell, phone) in std::mem::take(&mut self.further) {
            let chosen = &mut all[cell as usize];
            if times[&hash(*chosen)] == 1 && times[&hash(phone)] > 0 {
                *times.entry(hash(*chosen)).or_default() -= 1;
                *times.entry(hash(phone)).or_default() += 1;
                *chosen = phone;
            }
        }
    }

    /// Addresses are kept as they came: they are cut when all are known, equal ones once.
    fn next_address(&mut self, text: &str) -> u32 {
        self.texts.push_str(text);
        self.hashes.push(hash_bytes(text.as_bytes()));
        self.ends.push(self.texts.len());
        self.ends.len() as u32
    }

    /// Gives equal values one number; the new number of each old one, from 1.
    fn united(&mut self) -> Vec<u32> {
        match &mut self.values {
            Values::Ids(all) => united(all, |id| joined(id.digits() as u64, (id.digits() >> 64) as u64)),
            Values::Numbers(all) => united(all, |number| crate::text::mixed(*number)),
            _ => Vec::new(),
        }
    }

    pub(crate) fn number_of(&mut self, number: u64) -> u32 {
        let Values::Numbers(all) = &mut self.values else { return 0 };
        *self.by_meaning.entry(crate::text::mixed(number)).or_insert_with(|| {
            all.push(number);
            all.len() as u32
        })
    }

    fn number_of_text(&mut self, text: &str) -> u32 {
        let hash = hash_bytes(text.as_bytes());
        if let Some(number) = self.by_text.get(&hash) {
            return *number;
        }
        let number = self.new_text(text);
        self.by_text.insert(hash, number);
        number
    }

    fn new_text(&mut self, text: &str) -> u32 {
        match &mut self.values {
            Values::Names(all) => Name::read(text).map_or(0, |name| {
                *self.by_meaning.entry(name.key()).or_insert_with(|| {
                    all.push(name);
                    all.len() as u32
                })
            }),
            Values::Texts(all) => {
                let read = if self.kind == Kind::Employer { plain::read_employer } else { plain::read };
                read(text).map_or(0, |text| {
                    *self.by_meaning.entry(crate::fields::name::hash_letters(text.letters())).or_insert_with(
                        || {
                            all.push(text);
                            all.len() as u32
                        },
                    )
                })
            }
            Values::Ids(_) | Values::Numbers(_) | Values::Addresses(_) => 0,
        }
    }

    fn address_text(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.texts[from..self.ends[at]]
    }

    /// Cuts the addresses, once all are known and the names of units can be learned from them; the new number of
    /// each old one, from 1.
    fn cut_addresses(&mut self, mut known: Gazetteer, threads: usize) -> Vec<u32> {
        const STUDIED: usize = 40_000;
        let count = self.ends.len();
        let numbers = united(&mut std::mem::take(&mut self.hashes), |hash| *hash);
        let mut firsts = Vec::new();
        for (at, number) in numbers[1..].iter().enumerate() {
            if *number as usize > firsts.len() {
                firsts.push(at);
            }
        }
        let none = Gazetteer::new();
        for at in (0..count).step_by(count.div_ceil(STUDIED).max(1)) {
            known.learn(&Cut::new(self.address_text(at), &none));
        }
        known.settle();
        let cut = shared_out(firsts.len(), threads, |range| {
            let text = |at: &usize| self.address_text(*at);
            firsts[range]
                .iter()
                .map(|at| Cut::new(text(at), &known).address(&known))
                .collect::<Vec<Address>>()
        });
        self.values = Values::Addresses(cut.concat());
        (self.texts, self.ends) = (String::new(), Vec::new());
        numbers
    }

    fn forget_texts(&mut self) {
        self.by_text = Hashed::default();
        self.by_meaning = Hashed::default();
    }
}

fn united<T: Copy + PartialEq>(all: &mut Vec<T>, hash: impl Fn(&T) -> u64) -> Vec<u32> {
    // The upper half a hash, the lower the place; equal ones come together, the first of them first.
    let mut order: Vec<u64> =
        all.iter().enumerate().map(|(at, value)| hash(value) & !0xFFFF_FFFF | at as u64).collect();
    sort_by_bits(&mut order, 32, 64);
    let mut stands: Vec<u32> = (0..all.len() as u32).collect();
    for block in order.chunk_by(|a, b| a >> 32 == b >> 32).filter(|block| block.len() > 1) {
        for (at, member) in block.iter().enumerate() {
            let place = (member & 0xFFFF_FFFF) as usize;
            let first = block[..at]
                .iter()
                .map(|other| (other & 0xFFFF_FFFF) as usize)
                .find(|other| all[*other] == all[place]);
            if let Some(first) = first {
                stands[place] = first as u32;
            }
        }
    }
    // Close the gaps.
    let mut number = vec![0; all.len() + 1];
    let mut kept = 0;
    for place in 0..all.len() {
        let first = stands[place] as usize;
        if first == place {
            all[kept] = all[place];
            kept += 1;
            number[place + 1] = kept as u32;
        } else {
            number[place + 1] = number[first + 1];
        }
    }
    all.truncate(kept);
    number
}

fn read_sex(text: &str) -> Option<u32> {
    let first = text.chars().find_map(crate::text::folded)?;
    match first {
        '男' | 'm' | '1' => Some(1),
        '女' | 'f' | '2' => Some(2),
        _ => None,
    }
}

/// Takes two lists in, row by row.
pub struct Gather {
    columns: Vec<Column>,
    fields: Vec<Field>,
    rows: [Vec<u32>; 2],
    divisions: Gazetteer,
    /// The lists whose dates like 05/06/1994 have the month first.
    month_first: [bool; 2],
    single: bool,
}

impl Gather {
    /// For lists with these columns.
    ///
    /// # Errors
    /// More than [`MOST_COLUMNS`].
    pub fn new(columns: Vec<Column>) -> Result<Gather, TooManyColumns> {
        if columns.len() > MOST_COLUMNS {
            return Err(TooManyColumns(columns.len()));
        }
        let fields = columns.iter().map(|column| Field::new(column.kind)).collect();
        Ok(Gather {
            columns,
            fields,
            rows: [Vec::new(), Vec::new()],
            divisions: Gazetteer::new(),
            month_first: [false; 2],
            single: false,
        })
    }

    /// Makes a division of the official table known by its code and name, so that addresses are cut by it.
    pub fn division(&mut self, code: &str, name: &str) {
        self.divisions.add_division(code, name);
    }

    /// There is one list only, and it is compared with itself. Two lists of which one is empty have nobody in common.
    pub fn one_list(&mut self) {
        self.single = true;
    }

    /// Reads a list's dates like 05/06/1994 with the month first from now on.
    pub fn month_first(&mut self, side: Side) {
        self.month_first[side as usize] = true;
    }

    /// Takes a person in: one text for each column, in the columns' order; missing ones are "not told".
    pub fn push(&mut self, side: Side, texts: &[&str]) {
        let rows = &mut self.rows[side as usize];
        let month_first = self.month_first[side as usize];
        for (at, field) in self.fields.iter_mut().enumerate() {
            rows.push(texts.get(at).map_or(0, |text| field.number(text, month_first)));
        }
    }

    /// Makes room for as many people as will come.
    pub fn expect(&mut self, people: usize) {
        for (rows, _) in self.rows.iter_mut().zip([Side::A, Side::B]) {
            rows.reserve(people / 2 * self.columns.len());
        }
        for field in self.fields.iter_mut().filter(|field| field.kind == Kind::Address) {
            field.hashes.reserve(people);
            field.ends.reserve(people);
        }
    }

    /// Everybody, ready to be compared.
    pub fn finish(mut self, threads: usize) -> People {
        let width = self.columns.len();
        let [a, b] = self.rows;
        let first = a.len().checked_div(width).unwrap_or(0);
        let mut rows = a;
        rows.extend(b);
        for (column, field) in self.fields.iter_mut().enumerate() {
            let numbers = match field.kind {
                Kind::Address => field.cut_addresses(self.divisions.clone(), threads),
                Kind::Phone if !field.further.is_empty() => {
                    field.choose_phones();
                    field.united()
                }
                Kind::ResidentId | Kind::Phone => field.united(),
                _ => continue,
            };
            rows.iter_mut()
                .skip(column)
                .step_by(width)
                .for_each(|number| *number = numbers[*number as usize]);
        }
        let mut people =
            People { columns: self.columns, fields: self.fields, rows, width, first, single: self.single };
        people.fill_from_ids();
        people.fields.iter_mut().for_each(Field::forget_texts);
        people
    }
}

/// Both lists, in columns.
pub struct People {
    columns: Vec<Column>,
    pub(crate) fields: Vec<Field>,
    rows: Vec<u32>,
    width: usize,
    first: usize,
    single: bool,
}

impl People {
    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many people both lists have together.
    pub(crate) fn len(&self) -> usize {
        self.rows.len().checked_div(self.width).unwrap_or(0)
    }

    /// How many people a list has.
    pub fn count(&self, side: Side) -> usize {
        match side {
            Side::A => self.first,
            Side::B => self.len() - self.first,
        }
    }

    /// Whether there is one list only.
    pub fn is_single(&self) -> bool {
        self.single
    }

    /// A person's value numbers; the second list's people stand behind the first list's.
    pub(crate) fn row(&self, person: usize) -> &[u32] {
        &self.rows[person * self.width..(person + 1) * self.width]
    }

    /// The first column of a kind.
    pub(crate) fn column_of(&self, kind: Kind) -> Option<usize> {
        self.columns.iter().position(|column| column.kind == kind)
    }

    /// A right resident number tells birth and sex where the columns do not.
    fn fill_from_ids(&mut self) {
        let Some(id) = self.column_of(Kind::ResidentId) else { return };
        for (kind, told) in
            [(Kind::Birth, ResidentId::birth as fn(ResidentId) -> Option<u32>), (Kind::Sex, ResidentId::sex)]
        {
            let Some(column) = self.column_of(kind) else { continue };
            for person in 0..self.len() {
                let (number, missing) = (self.row(person)[id], self.row(person)[column] == 0);
                let Values::Ids(ids) = &self.fields[id].values else { continue };
                let Some(value) =
                    ids.get((number as usize).wrapping_sub(1)).copied().and_then(told).filter(|_| missing)
                else {
                    continue;
                };
                self.rows[person * self.width + column] = self.fields[column].number_of(u64::from(value));
            }
        }
    }
}

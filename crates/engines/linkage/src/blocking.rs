//! Finds the pairs worth comparing: people who share a key. A key that too many share is not given up: those
//! people are asked for a second key, and a third. So there is always a way for a pair to be found, whatever is
//! missing, as long as what is left tells the two from most others.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::fields::address;
use crate::fields::name::Name;
use crate::link::{Stage, Stopped, Watch};
use crate::people::{Hashed, Kind, People, Side, Values};
use crate::promise::{Glance, Print, Promise, RARITY, glances};
use crate::sorting::sort_by_bits;
use crate::text::{joined, mixed};
use crate::threads::shared_out;

/// What of a field makes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The value itself.
    Whole,
    /// The resident number's 17 digits; those without the place.
    IdBody,
    IdTail,
    /// A name's letters when spelled, in any order; as dialects hear it; its surname; the surname with the first
    /// given character; the last character's sound; the given name.
    NameSound,
    NameBlurred,
    NameSurname,
    NameHead,
    NameTail,
    NameGiven,
    /// The date with month and day in either order; year and month in either reading.
    BirthDay,
    BirthYear,
    /// A door seen from village, estate or road; the units themselves; a village group.
    Door(usize),
    Unit(usize),
    Group,
    House,
    /// A text's first letters.
    Start,
}

/// When a key is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// At first, and again where another first key is shared by too many.
    First,
    /// Where a first key is shared by too many.
    Then,
    /// Where this one, which says less about the same field, does not do.
    After(Part),
}

/// A key: a part of a field.
#[derive(Debug, Clone, Copy)]
struct Key {
    column: usize,
    part: Part,
    when: When,
}

/// How many on each side may share a key before a further one is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The product of both sides' counts in one block.
    pub(crate) pairs_in_block: usize,
}

impl Limits {
    /// Few people can be compared more freely than many.
    pub(crate) fn for_people(count: usize) -> Limits {
        let partners = (36_000_000 / count.max(1)).clamp(12, 60);
        Limits { pairs_in_block: partners * partners }
    }
}

fn keys_of(kind: Kind) -> &'static [(Part, When)] {
    use When::{After, First, Then};
    match kind {
        // Whoever shares the whole number shares its end.
        Kind::ResidentId => &[(Part::IdTail, First)],
        Kind::Phone => &[(Part::Whole, First)],
        Kind::Name => &[
            (Part::NameBlurred, First),
            (Part::NameSurname, Then),
            (Part::NameTail, Then),
            (Part::NameHead, After(Part::NameSurname)),
            (Part::NameGiven, After(Part::NameTail)),
        ],
        Kind::Birth => &[(Part::BirthDay, First), (Part::BirthYear, Then)],
        Kind::Address => &[
            (Part::Door(address::VILLAGE), First),
            (Part::Door(address::ESTATE), First),
            (Part::Door(address::ROAD), First),
            (Part::Group, First),
            (Part::Unit(address::TOWN), Then),
            (Part::Unit(address::VILLAGE), Then),
            (Part::Unit(address::ESTATE), After(Part::Unit(address::VILLAGE))),
            (Part::Unit(address::ROAD), After(Part::Unit(address::TOWN))),
        ],
        Kind::Employer => &[(Part::Start, Then), (Part::Whole, After(Part::Start))],
        Kind::Text | Kind::SharedText => &[(Part::Whole, First), (Part::Start, Then)],
        Kind::Sex => &[],
    }
}

fn keys(people: &People) -> Vec<Key> {
    let mut keys = Vec::new();
    for (column, field) in people.columns().iter().enumerate() {
        keys.extend(keys_of(field.kind).iter().map(|(part, when)| Key { column, part: *part, when: *when }));
        let spelled =
            matches!(&people.fields[column].values, Values::Names(all) if all.iter().any(Name::is_spelled));
        if spelled {
            // Names in letters meet Chinese ones by their spelling.
            keys.push(Key { column, part: Part::NameSound, when: When::First });
        }
    }
    keys
}

/// The key of every value of a field; 0 where it has none.
fn key_of_values(people: &People, key: Key) -> Vec<u32> {
    let short =
        |hash: u64| if hash == 0 { 0 } else { ((joined(hash, key.column as u64) >> 32) as u32).max(1) };
    let values = &people.fields[key.column].values;
    let made: Vec<u32> = match values {
        Values::Names(all) => all
            .iter()
            .map(|name| {
                short(match key.part {
                    Part::NameBlurred => name.blurred_key(),
                    Part::NameSurname => name.surname_key(),
                    Part::NameHead => name.head_key(),
                    Part::NameTail => name.tail_key(),
                    Part::NameGiven => name.given_key(),
                    _ => name.sound_key(),
                })
            })
            .collect(),
        Values::Ids(all) => all
            .iter()
            .map(|id| {
                let part = match key.part {
                    Part::IdTail => id.tail(),
                    _ => id.body(),
                };
                short(joined(part as u64, (part >> 64) as u64))
            })
            .collect(),
        Values::Numbers(all) => all
            .iter()
            .map(|number| {
                short(match key.part {
                    Part::BirthDay => birth_key(*number),
                    Part::BirthYear => joined(7, number / 10_000),
                    _ => joined(8, *number),
                })
            })
            .collect(),
        Values::Addresses(all) => all
            .iter()
            .map(|address| {
                short(match key.part {
                    Part::Door(level) => address.room_key(level),
                    Part::Unit(level) => address.unit_key(level),
                    Part::House => address.house_room_key(),
                    _ => address.group_key(),
                })
            })
            .collect(),
        Values::Texts(all) => all
            .iter()
            .map(|text| {
                let end =
                    if key.part == Part::Start { text.letters().len().min(4) } else { text.letters().len() };
                short(crate::fields::name::hash_letters(&text.letters()[..end]))
            })
            .collect(),
    };
    [vec![0], made].concat()
}

/// Equal for a date and the same with month and day swapped; 0 where the day is not told.
fn birth_key(date: u64) -> u64 {
    let (month, day) = (date / 100 % 100, date % 100);
    if day == 0 { 0 } else { joined(9, date / 10_000 * 10_000 + month.min(day) * 100 + month.max(day)) }
}

/// A block member: the upper half is a hash of the keys shared, the lower half the person.
type Member = u64;

fn person(member: Member) -> usize {
    (member & 0xFFFF_FFFF) as usize
}

/// Finds pairs.
pub(crate) struct Blocking<'a> {
    people: &'a People,
    keys: Vec<Key>,
    values: Vec<Vec<u32>>,
    prints: Vec<Print>,
    promise: Promise,
    limits: Limits,
    first: usize,
    single: bool,
}

/// The key that a glance looks at.
fn key_of_glance(glance: Glance) -> Part {
    match glance {
        Glance::Id => Part::IdBody,
        Glance::Name => Part::NameBlurred,
        Glance::NameHead => Part::NameHead,
        Glance::NameTail => Part::NameTail,
        Glance::Birth => Part::BirthDay,
        Glance::BirthYear => Part::BirthYear,
        Glance::Sex | Glance::Phone => Part::Whole,
        Glance::Town => Part::Unit(address::TOWN),
        Glance::Place => Part::Unit(address::VILLAGE),
        Glance::Door => Part::House,
        Glance::Employer | Glance::Text | Glance::SharedText => Part::Start,
    }
}

/// How rare each value's key is among everybody, in bits.
fn rarities(people: &People, column: usize, keys: &[u32]) -> Vec<u16> {
    let mut times = vec![0_u32; keys.len()];
    (0..people.len()).for_each(|person| times[people.row(person)[column] as usize] += 1);
    let mut sums = Hashed::<u32>::default();
    for (key, count) in keys.iter().zip(&times).skip(1) {
        *sums.entry(mixed(u64::from(*key))).or_default() += count;
    }
    let told: u32 = times[1..].iter().sum();
    let bits = |key: &u32| {
        sums.get(&mixed(u64::from(*key)))
            .map_or(0, |count| told.max(1).ilog2().saturating_sub(count.max(&1).ilog2()))
    };
    keys.iter().map(|key| bits(key) as u16).collect()
}

/// Every person's keys for the quick look.
fn prints(people: &People, threads: usize) -> (Vec<Print>, Promise) {
    let columns = people.columns().iter().enumerate();
    let looked: Vec<(usize, Glance)> = columns
        .flat_map(|(column, field)| glances(field.kind).iter().map(move |glance| (column, *glance)))
        .collect();
    let promise = Promise::new(&looked.iter().map(|(_, glance)| *glance).collect::<Vec<_>>(), people.len());
    let values = shared_out(promise.used(), threads, |range| {
        let key =
            |at: usize| Key { column: looked[at].0, part: key_of_glance(looked[at].1), when: When::First };
        range.map(|at| key_of_values(people, key(at))).collect::<Vec<_>>()
    })
    .concat();
    let rarities =
        promise.name().map(|name| (looked[name].0, rarities(people, looked[name].0, &values[name])));
    let print = |person: usize| {
        let row = people.row(person);
        let mut print = Print::default();
        if let Some((column, rarities)) = &rarities {
            print[RARITY] = rarities[row[*column] as usize];
        }
        for (at, values) in values.iter().enumerate() {
            // A hash of 16 bits will do for a quick look; 0 stays "not told".
            let key = values[row[looked[at].0] as usize];
            print[at] = if key == 0 { 0 } else { (key >> 16) as u16 | 1 };
        }
        print
    };
    let made = shared_out(people.len(), threads, |range| range.map(print).collect::<Vec<_>>());
    (made.concat(), promise)
}

impl<'a> Blocking<'a> {
    /// Between both lists, or within the only one.
    pub(crate) fn new(people: &'a People, limits: Limits, threads: usize) -> Blocking<'a> {
        let keys = keys(people);
        let values = shared_out(keys.len(), threads, |range| {
            range.map(|at| key_of_values(people, keys[at])).collect::<Vec<_>>()
        });
        let single = people.is_single();
        let (prints, promise) = prints(people, threads);
        let (values, first) = (values.concat(), people.count(Side::A));
        Blocking { people, keys, values, prints, promise, limits, first, single }
    }

    /// The pairs, in order and each once: the first person in the upper half, the second in the lower.
    ///
    /// # Errors
    /// It was stopped.
    pub(crate) fn pairs(&self, threads: usize, watch: &Watch<'_>) -> Result<Vec<u64>, Stopped> {
        let done = AtomicUsize::new(0);
        // About half of the work is in the first keys.
        let at = |from: f64, steps: usize| {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            watch.at(Stage::Blocking, (from + done as f64 / steps as f64 / 2.0).min(1.0))
        };
        let firsts: Vec<usize> =
            (0..self.keys.len()).filter(|key| self.keys[*key].when == When::First).collect();
        let everybody: Vec<Member> = (0..self.people.len() as u64).collect();
        let begun = shared_out(firsts.len(), threads, |range| {
            let mut pairs = Vec::new();
            let mut crowds = Vec::new();
            for key in range {
                crowds.push(self.refine(&everybody, firsts[key], &mut pairs));
                at(0.0, firsts.len())?;
            }
            distinct(&mut pairs);
            Ok((pairs, crowds))
        });
        let mut found = Vec::new();
        let mut crowds: Vec<Vec<Member>> = Vec::new();
        for begun in begun {
            let (pairs, crowd) = begun?;
            found.extend(pairs);
            crowds.extend(crowd);
        }
        distinct(&mut found);
        let certain = self.certain(&found);
        if !certain.is_empty() {
            crowds.iter_mut().for_each(|crowd| crowd.retain(|member| !certain[person(*member)]));
        }
        let crowded = self.crowded(&crowds);
        done.store(0, Ordering::Relaxed);
        let steps: Vec<(usize, usize)> = (0..firsts.len())
            .flat_map(|at| (0..self.keys.len()).map(move |next| (at, next)))
            .filter(|(at, next)| !crowds[*at].is_empty() && self.follows(*next, &[firsts[*at]]))
            .collect();
        let more = shared_out(steps.len(), threads, |range| {
            let mut pairs = Vec::new();
            for (first, next) in &steps[range] {
                let again = firsts.iter().position(|first| first == next);
                let members = match again {
                    // Whoever is not in a crowd there as well has been found there.
                    Some(bit) => kept(&crowds[*first], |member| crowded[person(member)] >> bit & 1 == 1),
                    None => crowds[*first].clone(),
                };
                self.narrow(&members, *next, &[firsts[*first]], &mut pairs);
                distinct(&mut pairs);
                at(0.5, steps.len())?;
            }
            Ok(pairs)
        });
        for pairs in more {
            found.extend(pairs?);
        }
        drop(crowds);
        distinct(&mut found);
        Ok(found)
    }

    /// Whoever is the same as exactly one person of the other list, as good as certain: looking for further ones
    /// among crowds would only find strangers.
    fn certain(&self, pairs: &[u64]) -> Vec<bool> {
        if self.single || self.promise.name().is_none() {
            return Vec::new();
        }
        let mut partners = vec![0_u8; self.people.len()];
        let both = |pair: &u64| [(pair >> 32) as usize, (pair & 0xFFFF_FFFF) as usize];
        for [a, b] in pairs.iter().map(both) {
            if self.promise.is_certain(&self.prints[a], &self.prints[b]) {
                [a, b].into_iter().for_each(|person| partners[person] = partners[person].saturating_add(1));
            }
        }
        partners.into_iter().map(|count| count == 1).collect()
    }

    /// For every person a bit for each first key that too many share with it.
    fn crowded(&self, crowds: &[Vec<Member>]) -> Vec<u64> {
        let mut bits = vec![0; self.people.len()];
        for (at, crowd) in crowds.iter().enumerate().take(64) {
            crowd.iter().for_each(|member| bits[person(*member)] |= 1 << at);
        }
        bits
    }

    /// Puts members into blocks by one more key, and those whose blocks are too large into still smaller ones.
    fn narrow(&self, members: &[Member], key: usize, used: &[usize], pairs: &mut Vec<u64>) {
        const DEEPEST: usize = 3;
        let crowd = self.refine(members, key, pairs);
        let used = [used, &[key]].concat();
        if crowd.is_empty() || used.len() > DEEPEST {
            return;
        }
        for next in (0..self.keys.len()).filter(|next| self.follows(*next, &used)) {
            self.narrow(&crowd, next, &used, pairs);
        }
    }

    /// Whether a key is asked for after those used: each set of keys once, and of one field only what says more
    /// than what was asked before.
    fn follows(&self, next: usize, used: &[usize]) -> bool {
        let key = self.keys[next];
        let same_field = |before: &&usize| self.keys[**before].column == key.column;
        match key.when {
            When::After(part) => {
                used.iter().any(|before| self.keys[*before].part == part && same_field(&before))
            }
            _ if used.iter().any(|before| same_field(&before)) => false,
            When::First => used.iter().all(|before| next > *before),
            When::Then => used.iter().all(|before| self.keys[*before].when != When::Then || next > *before),
        }
    }

    /// Emits the pairs of the blocks that are small enough, and gives the members of those that are not, in
    /// their order.
    fn refine(&self, members: &[Member], key: usize, pairs: &mut Vec<u64>) -> Vec<Member> {
        let mut sorted = self.keyed(members, key);
        // Most blocks are told apart by their hashes' first bits; the few others are put in order by themselves.
        sort_by_bits(&mut sorted, 42, 64);
        for mixed in sorted.chunk_by_mut(|a, b| a >> 42 == b >> 42) {
            if !mixed.is_sorted_by_key(|member| member >> 32) {
                mixed.sort_by_key(|member| member >> 32);
            }
        }
        let mut crowd = Vec::new();
        let mut batch = Batch::default();
        for block in sorted.chunk_by(|a, b| a >> 32 == b >> 32) {
            let split = block.partition_point(|member| person(*member) < self.first);
            let (a, b) = if self.single { (block, block) } else { block.split_at(split) };
            if a.is_empty() || b.is_empty() || (self.single && block.len() < 2) {
                continue;
            }
            if a.len() * b.len() <= self.limits.pairs_in_block {
                batch.take(a, b);
                if batch.members.len() >= Batch::FULL {
                    self.emit(&mut batch, pairs);
                }
            } else {
                crowd.extend_from_slice(block);
            }
        }
        self.emit(&mut batch, pairs);
        // In the order of people, so that the next keys are read one after the other.
        sort_by_bits(&mut crowd, 0, 64 - (self.people.len() as u64).leading_zeros());
        crowd
    }

    fn keyed(&self, members: &[Member], key: usize) -> Vec<Member> {
        let column = self.keys[key].column;
        let values = &self.values[key];
        let mut keyed = Vec::with_capacity(members.len());
        keyed.extend(members.iter().filter_map(|member| {
            let value = values[self.people.row(person(*member))[column] as usize];
            let hash = joined(member >> 32, u64::from(value)) & !0xFFFF_FFFF;
            (value != 0).then_some(hash | (member & 0xFFFF_FFFF))
        }));
        keyed
    }

    /// The pairs of the blocks of a batch that are worth comparing.
    fn emit(&self, batch: &mut Batch, pairs: &mut Vec<u64>) {
        batch.prints.extend(batch.members.iter().map(|member| self.prints[person(*member)]));
        let mut from = 0;
        for (split, end) in &batch.blocks {
            // Within one list a block stands on both sides.
            let others = if self.single { from } else { *split };
            for x in from..*split {
                for y in others..*end {
                    let (a, b) = (person(batch.members[x]) as u64, person(batch.members[y]) as u64);
                    if a < b && self.promise.given(&batch.prints[x], &batch.prints[y]) {
                        pairs.push(a << 32 | b);
                    }
                }
            }
            from = *end;
        }
        batch.members.clear();
        batch.blocks.clear();
        batch.prints.clear();
    }
}

/// Blocks whose people are looked up together, one after the other, which is faster than each in its turn.
#[derive(Default)]
struct Batch {
    members: Vec<Member>,
    /// Where the first side of each block ends, and where the second does.
    blocks: Vec<(usize, usize)>,
    prints: Vec<Print>,
}

impl Batch {
    const FULL: usize = 1024;

    /// Takes a block in: its two sides, or the same twice within one list.
    fn take(&mut self, a: &[Member], b: &[Member]) {
        self.members.extend_from_slice(a);
        let split = self.members.len();
        if !std::ptr::eq(a, b) {
            self.members.extend_from_slice(b);
        }
        self.blocks.push((split, self.members.len()));
    }
}

fn kept(members: &[Member], keep: impl Fn(Member) -> bool) -> Vec<Member> {
    members.iter().copied().filter(|member| keep(*member)).collect()
}

/// Sorts and leaves each once. Nobody is in many pairs, so those of one person are sorted by themselves.
fn distinct(pairs: &mut Vec<u64>) {
    let most = pairs.iter().fold(0, |most, pair| most | pair) >> 32;
    sort_by_bits(pairs, 32, 32 + (64 - most.leading_zeros()).max(1));
    pairs.chunk_by_mut(|x, y| x >> 32 == y >> 32).for_each(<[u64]>::sort_unstable);
    pairs.dedup();
}

//! A quick look at a pair, before it is compared with care: which keys agree and which contradict. Pairs that
//! share one common thing and contradict each other in everything else are most of all pairs in large lists.

use crate::people::{Kind, MOST_COLUMNS};

/// How many keys of a person are looked at, and one place more for how rare the name is.
const KEYS: usize = 16;
/// Where a print tells how rare the name is, in bits.
pub(crate) const RARITY: usize = KEYS - 1;

/// A person's keys; 0 is not told.
pub(crate) type Print = [u16; KEYS];

/// What agreement and contradiction in each key are worth, roughly in bits.
#[derive(Debug, Clone)]
pub(crate) struct Promise {
    agrees: [i16; KEYS],
    differs: [i16; KEYS],
    used: usize,
    /// Where the name stands among the keys.
    name: usize,
    /// From how many bits on a pair is compared with care.
    enough: i16,
}

/// Which of a field's keys are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glance {
    /// The resident number.
    Id,
    /// The whole name as dialects hear it; its beginning; its end.
    Name,
    NameHead,
    NameTail,
    Birth,
    BirthYear,
    Sex,
    Phone,
    Town,
    Place,
    Door,
    Employer,
    Text,
    SharedText,
}

/// The keys of a field of this kind, the more telling first.
pub(crate) fn glances(kind: Kind) -> &'static [Glance] {
    match kind {
        Kind::Name => &[Glance::Name, Glance::NameHead, Glance::NameTail],
        Kind::ResidentId => &[Glance::Id],
        Kind::Birth => &[Glance::Birth, Glance::BirthYear],
        Kind::Sex => &[Glance::Sex],
        Kind::Phone => &[Glance::Phone],
        Kind::Address => &[Glance::Door, Glance::Place, Glance::Town],
        Kind::Employer => &[Glance::Employer],
        Kind::Text => &[Glance::Text],
        Kind::SharedText => &[Glance::SharedText],
    }
}

/// What a key is worth that agrees, and one that does not. A name that agrees is worth what it is rare besides; one
/// that does not at its beginning or end either is another's, as good as certain.
fn worth(glance: Glance) -> (i16, i16) {
    match glance {
        Glance::Id => (20, -7),
        Glance::Name => (-9, -9),
        Glance::NameHead => (6, 0),
        Glance::NameTail => (5, 0),
        Glance::Birth => (6, -4),
        Glance::BirthYear => (5, -3),
        Glance::Sex => (0, -3),
        Glance::Phone => (14, -2),
        Glance::Town => (2, -2),
        Glance::Place => (5, -2),
        Glance::Door => (5, 0),
        Glance::Employer => (4, -1),
        Glance::Text => (8, -3),
        Glance::SharedText => (5, -2),
    }
}

impl Promise {
    /// For keys in this order; those beyond the most that are looked at do not count. Among many people more things
    /// agree by accident.
    pub(crate) fn new(glances: &[Glance], people: usize) -> Promise {
        const FEW: u32 = 17;
        const { assert!(MOST_COLUMNS <= RARITY) };
        let enough = people.max(1).ilog2().saturating_sub(FEW).min(4) as i16;
        let used = glances.len().min(RARITY);
        let name = glances.iter().take(used).position(|glance| *glance == Glance::Name).unwrap_or(RARITY);
        let mut promise = Promise { agrees: [0; KEYS], differs: [0; KEYS], used, name, enough };
        for (at, glance) in glances.iter().enumerate().take(used) {
            (promise.agrees[at], promise.differs[at]) = worth(*glance);
        }
        promise
    }

    /// Where the name stands among the keys, if it does.
    pub(crate) fn name(&self) -> Option<usize> {
        (self.name < RARITY).then_some(self.name)
    }

    /// How many keys are looked at.
    pub(crate) fn used(&self) -> usize {
        self.used
    }

    /// Whether a pair is worth comparing.
    pub(crate) fn given(&self, a: &Print, b: &Print) -> bool {
        self.sum(a, b) >= self.enough
    }

    /// Whether a pair has one name and so much else that it is the same person, as good as certain.
    pub(crate) fn is_certain(&self, a: &Print, b: &Print) -> bool {
        const CERTAIN: i16 = 24;
        a[self.name] != 0 && a[self.name] == b[self.name] && self.sum(a, b) >= CERTAIN
    }

    /// What speaks for a pair, in bits.
    fn sum(&self, a: &Print, b: &Print) -> i16 {
        let mut sum = 0;
        for at in 0..KEYS {
            let told = i16::from((a[at] != 0) & (b[at] != 0));
            let same = i16::from(a[at] == b[at]);
            sum += told * (self.differs[at] + same * (self.agrees[at] - self.differs[at]));
        }
        let same_name = (a[self.name] != 0) & (a[self.name] == b[self.name]);
        sum + i16::from(same_name) * (a[RARITY] as i16)
    }
}

//! Numbers that look random and are the same in every run (splitmix64).

/// The state after the last number.
#[derive(Clone)]
pub(super) struct Seed(u64);

impl Seed {
    pub(super) fn new(seed: u64) -> Seed {
        Seed(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// From 0 up to, not including, 1.
    pub(super) fn share(&mut self) -> f64 {
        // 53 bits are what an f64 holds.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` up to, not including, `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// One of a list that is not empty.
    pub(super) fn one_of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[(self.next() % list.len() as u64) as usize]
    }

    /// One of a list, the first ones far more often than the last, as streets and complaints are.
    pub(super) fn skewed<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let share = self.share();
        &list[((share * share * list.len() as f64) as usize).min(list.len() - 1)]
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_be_bytes()[..part.len()]);
        }
        bytes
    }
}

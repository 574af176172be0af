//! Sorting of numbers by their bits, in time that grows with how many there are.

use std::cell::Cell;

const DIGIT: u32 = 11;

thread_local! {
    /// What one sort worked in, for the next: fresh memory costs more than sorting within it.
    static SPARE: Cell<Vec<u64>> = const { Cell::new(Vec::new()) };
}

/// Sorts by the bits `from..to`, keeping the order of equal ones.
pub(crate) fn sort_by_bits(numbers: &mut Vec<u64>, from: u32, to: u32) {
    if numbers.len() < 256 {
        let mask = if to - from >= 64 { u64::MAX } else { (1 << (to - from)) - 1 };
        numbers.sort_by_key(|number| number >> from & mask);
        return;
    }
    let mut other = SPARE.take();
    other.resize(numbers.len(), 0);
    let mut low = from;
    while low < to {
        let width = DIGIT.min(to - low);
        pass(numbers, &mut other, low, width);
        std::mem::swap(numbers, &mut other);
        low += width;
    }
    SPARE.set(other);
}

fn pass(numbers: &[u64], other: &mut [u64], low: u32, width: u32) {
    let mask = (1_u64 << width) - 1;
    let mut starts = [0_usize; 1 << DIGIT];
    for number in numbers {
        starts[(number >> low & mask) as usize] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        let count = *start;
        *start = sum;
        sum += count;
    }
    for number in numbers {
        let start = &mut starts[(number >> low & mask) as usize];
        other[*start] = *number;
        *start += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_like_the_library() {
        for count in [0_u64, 1, 100, 5000] {
            let mut numbers: Vec<u64> = (0..count).map(|number| crate::text::mixed(number) >> 20).collect();
            let mut want = numbers.clone();
            want.sort_unstable();
            sort_by_bits(&mut numbers, 0, 44);
            assert_eq!(numbers, want);
        }
    }
}

//! Generated people for trying things out: a county that never was, its households, and two lists of it with
//! every mistake that lists have, and who is whom. Nobody in it exists.
//!
//! Surnames come with the shares that China's Ministry of Public Security published in 2007 (王 7.25 %, 李 7.19 %,
//! 张 6.83 %; ten above 20 million people, twelve more above 10 million; a hundred make 84.77 %); between these
//! fixed points the shares are drawn through.

mod mistakes;
mod people;
mod words;

pub use people::Poverty;

use mistakes::written;
use people::{County, Luck};

/// Two lists as comma-separated text, and which rows are the same person.
pub struct Sample {
    /// The first list.
    pub a: String,
    /// The second list.
    pub b: String,
    /// `a_id,b_id` of everyone on both.
    pub truth: String,
}

/// Generates two lists of `size` people each, most of them on both.
pub fn generate(size: usize, poverty: Poverty, seed: u64) -> Sample {
    let mut luck = Luck::new(seed);
    let county = County::settled(size + size / 9, &mut luck);
    let header = "编号,姓名,性别,身份证号,出生日期,手机号,住址,工作单位\n";
    let mut sample = Sample { a: header.to_owned(), b: header.to_owned(), truth: "a_id,b_id\n".to_owned() };
    let mut order: Vec<usize> = (0..county.people.len()).collect();
    luck.shuffle(&mut order);
    let (mut rows_a, mut rows_b): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for person in order {
        // Each list misses a tenth, independently.
        if luck.chance(0.9) {
            rows_a.push(person);
        }
        if luck.chance(0.9) {
            rows_b.push(person);
        }
    }
    luck.shuffle(&mut rows_b);
    rows_a.truncate(size);
    rows_b.truncate(size);
    let mut place = vec![0_u32; county.people.len()];
    for (row, person) in rows_a.iter().enumerate() {
        place[*person] = row as u32 + 1;
        written(&mut sample.a, &format!("A{}", row + 1), &county, *person, false, poverty, &mut luck);
    }
    for (row, person) in rows_b.iter().enumerate() {
        written(&mut sample.b, &format!("B{}", row + 1), &county, *person, true, poverty, &mut luck);
        if place[*person] != 0 {
            sample.truth.push_str(&format!("A{},B{}\n", place[*person], row + 1));
        }
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_lists() {
        let (one, two, other) = (
            generate(300, Poverty::Ordinary, 7),
            generate(300, Poverty::Ordinary, 7),
            generate(300, Poverty::Ordinary, 8),
        );
        assert_eq!((one.a.clone(), one.b, one.truth.clone()), (two.a, two.b, two.truth));
        assert_ne!(one.a, other.a);
        assert!(one.truth.lines().count() > 220);
    }
}

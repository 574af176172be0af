//! What a column holds, by what stands in it: for columns whose names say nothing, or say it wrongly.

use std::collections::HashSet;

use super::names::Meaning;
use crate::ResidentId;
use crate::characters::is_chinese;
use crate::fields::{birth, name, phone};
use crate::people::Kind;
use crate::text::{folded, says_nothing};

/// A column's first texts, those that say nothing left out.
pub(super) struct Content<'a> {
    texts: Vec<&'a str>,
}

impl<'a> Content<'a> {
    pub(super) fn of(rows: &'a [Vec<String>], column: usize) -> Content<'a> {
        let texts = rows.iter().filter_map(|row| row.get(column)).map(|text| text.trim());
        Content { texts: texts.filter(|text| !says_nothing(text)).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// How many characters a text has in the mean.
    pub(super) fn mean_length(&self) -> usize {
        self.texts.iter().map(|text| text.chars().count()).sum::<usize>() / self.texts.len().max(1)
    }

    /// Whether both columns have many texts in common.
    pub(super) fn shares(&self, other: &Content<'_>) -> bool {
        let (a, b) = (self.distinct(), other.distinct());
        let common = a.iter().filter(|text| b.contains(*text)).count();
        common * 10 > a.len().min(b.len()) * 4
    }

    /// The share of texts that pass a test; 0 if there are none.
    fn share(&self, test: impl Fn(&str) -> bool) -> f64 {
        let passed = self.texts.iter().filter(|text| test(text)).count();
        passed as f64 / self.texts.len().max(1) as f64
    }

    pub(super) fn distinct(&self) -> HashSet<&'a str> {
        self.texts.iter().copied().collect()
    }

    /// Whether most texts have Chinese characters.
    pub(super) fn is_chinese(&self) -> bool {
        self.share(|text| text.chars().any(is_chinese)) > 0.5
    }

    /// Whether what a name says can be true of these texts.
    pub(super) fn allows(&self, kind: Kind) -> bool {
        if self.is_empty() {
            return true;
        }
        match kind {
            Kind::ResidentId => self.share(|text| ResidentId::read(text).is_some() || is_masked(text)) > 0.3,
            Kind::Birth => self.share(|text| birth::read(text, false).is_some()) > 0.3,
            Kind::Phone => self.share(|text| phone::read(text).is_some()) > 0.3,
            Kind::Sex => self.share(is_sex) > 0.3,
            // A western address, or half of one, is text like any other.
            Kind::Address => self.is_chinese(),
            _ => true,
        }
    }

    /// What the texts are, if they leave no doubt.
    pub(super) fn meaning(&self) -> Option<Meaning> {
        const FEWEST: usize = 3;
        if self.texts.len() < FEWEST {
            return None;
        }
        let valid = |text: &str| ResidentId::read(text).is_some_and(ResidentId::is_valid);
        if self.share(valid) > 0.5 {
            Some(Meaning::ResidentId)
        } else if self.share(is_sex) > 0.9 {
            Some(Meaning::Sex)
        } else if self.share(is_mobile) > 0.6 {
            Some(Meaning::Mobile)
        } else if self.are_births() {
            Some(Meaning::Birth)
        } else if self.share(is_address) > 0.5 {
            Some(Meaning::Address)
        } else if self.share(is_employer) > 0.4 {
            Some(Meaning::Employer)
        } else if self.share(name::looks_chinese) > 0.7 && self.distinct().len() * 4 > self.texts.len() {
            Some(Meaning::Name)
        } else {
            None
        }
    }

    /// Dates that spread over people's ages, not over the weeks in which a form was filled in.
    fn are_births(&self) -> bool {
        let dated = |text: &str| {
            text.chars().filter(char::is_ascii_digit).count() >= 6 && birth::read(text, false).is_some()
        };
        if self.share(dated) < 0.6 {
            return false;
        }
        let mut years: Vec<u32> =
            self.texts.iter().filter_map(|text| birth::read(text, false)).map(|date| date / 10_000).collect();
        years.sort_unstable();
        let (early, late) = (years[years.len() / 10], years[years.len() * 9 / 10]);
        late - early >= 12 && (1900..=2030).contains(&early) && late <= 2030
    }

    /// Whether the texts number the rows: the same beginning, then numbers that grow by one.
    pub(super) fn number_rows(&self) -> bool {
        let number = |text: &&str| {
            let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
            digits.parse::<u64>().ok()
        };
        let numbers: Vec<u64> = self.texts.iter().filter_map(number).collect();
        numbers.len() >= 3
            && numbers.len() == self.texts.len()
            && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
    }

    /// Whether in dates written as 05/06/1994 the month stands first.
    pub(super) fn month_first(&self) -> bool {
        let parts = |text: &&str| -> Option<[u32; 2]> {
            let mut numbers = text.split(['/', '-', '.']);
            let (first, second) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
            let year: &str = numbers.next()?;
            (year.len() >= 4).then_some([first, second])
        };
        let (mut month, mut day) = (0, 0);
        for [first, second] in self.texts.iter().filter_map(parts) {
            month += u32::from(second > 12 && first <= 12);
            day += u32::from(first > 12 && first <= 31);
        }
        month > day
    }
}

fn is_sex(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "男" | "女" | "男性" | "女性" | "m" | "f" | "male" | "female"
    )
}

fn is_masked(text: &str) -> bool {
    text.len() >= 15 && text.contains('*')
}

fn is_mobile(text: &str) -> bool {
    phone::read(text).is_some_and(|number| number >> 40 == 1 && (3..=9).contains(&(number >> 36 & 0xF)))
}

fn is_address(text: &str) -> bool {
    let mut chinese = 0;
    let mut marks = 0;
    for letter in text.chars().filter_map(folded) {
        chinese += u32::from(is_chinese(letter));
        marks += u32::from("省市区县镇乡村组路街道号栋幢室".contains(letter));
    }
    chinese >= 3 && marks >= 2
}

fn is_employer(text: &str) -> bool {
    ["公司", "厂", "学校", "医院", "中学", "小学", "局", "店", "中心", "合作社", "大学", "银行"]
        .iter()
        .any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(texts: &str) -> Option<Meaning> {
        let rows: Vec<Vec<String>> = texts.split(' ').map(|text| vec![text.to_owned()]).collect();
        Content::of(&rows, 0).meaning()
    }

    #[test]
    fn what_stands_in_a_column_tells_what_it_is() {
        assert_eq!(meaning("张伟 李娜 王小明 欧阳锋"), Some(Meaning::Name));
        assert_eq!(meaning("13800000000 13900000001 无 18900000002"), Some(Meaning::Mobile));
        assert_eq!(meaning("1950-01-02 1999/3/4 1972年5月6日"), Some(Meaning::Birth));
        assert_eq!(meaning("2024-01-02 2024/3/4 2024年5月6日"), None);
        assert_eq!(meaning("男 女 男 女"), Some(Meaning::Sex));
        assert_eq!(
            meaning("咸安区永安街道文笔社区3组 永安街道12号 官埠桥镇窑嘴村4组"),
            Some(Meaning::Address)
        );
        assert_eq!(meaning("宏达有限公司 第一中学 人民医院"), Some(Meaning::Employer));
        assert_eq!(meaning("a b c d"), None);
    }

    #[test]
    fn rows_numbered_and_months_first_are_seen() {
        let rows = |texts: &str| -> Vec<Vec<String>> {
            texts.split(' ').map(|text| vec![text.to_owned()]).collect()
        };
        assert!(Content::of(&rows("r1 r2 r3 r4"), 0).number_rows());
        assert!(!Content::of(&rows("71 12 33"), 0).number_rows());
        assert!(Content::of(&rows("05/16/1994 01/02/1990"), 0).month_first());
        assert!(!Content::of(&rows("16/05/1994 01/02/1990"), 0).month_first());
    }
}

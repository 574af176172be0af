//! How a person is written down: what is left out, abbreviated, misheard and mistyped.

use std::fmt::Write;

use super::people::{County, Home, Luck, Person, Poverty, estate, firm, road};
use super::words::{LOOKALIKE, SOUNDALIKE, TRADITIONAL};

/// Shares of what is missing: number, telephone, birth.
fn missing(poverty: Poverty) -> [f64; 3] {
    match poverty {
        Poverty::Ordinary => [0.08, 0.15, 0.04],
        Poverty::Poor => [0.75, 0.40, 0.25],
    }
}

/// Writes a row.
pub(super) fn written(
    list: &mut String,
    key: &str,
    county: &County,
    person: usize,
    second: bool,
    poverty: Poverty,
    luck: &mut Luck,
) {
    let person: &Person = &county.people[person];
    let [no_id, no_phone, no_birth] = missing(poverty);
    let home = person.moved.filter(|_| second).unwrap_or(person.home);
    let id = if luck.chance(no_id) { String::new() } else { id(person, luck) };
    let birth = if luck.chance(no_birth) { String::new() } else { birth(person.birth, luck) };
    let phone = if luck.chance(no_phone) { String::new() } else { phone(person.phone, second, luck) };
    let sex = if luck.chance(0.03) {
        ""
    } else if person.male {
        "男"
    } else {
        "女"
    };
    let employer = person.employer.filter(|_| luck.chance(0.8)).map_or(String::new(), |number| {
        let (whole, short) = firm(number);
        if luck.chance(0.4) { short } else { whole }
    });
    let name = name(person, luck);
    let address = if luck.chance(0.03) { String::new() } else { address(county, home, luck) };
    // Writing to a string cannot fail.
    let _ = writeln!(list, "{key},{name},{sex},{id},{birth},{phone},{address},{employer}");
}

fn swapped(text: &str, luck: &mut Luck) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = luck.below(letters.len().saturating_sub(1));
    if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

fn changed(text: &str, luck: &mut Luck) -> String {
    let at = luck.below(text.len());
    let digit = char::from(b'0' + luck.below(10) as u8);
    text.chars().enumerate().map(|(place, letter)| if place == at { digit } else { letter }).collect()
}

fn id(person: &Person, luck: &mut Luck) -> String {
    let id = &person.id;
    if luck.chance(0.01) {
        return changed(id, luck);
    }
    if luck.chance(0.005) {
        return swapped(id, luck);
    }
    if luck.chance(0.01) && person.birth < 20_000_000 {
        return format!("{}{}", &id[..6], &id[8..17]);
    }
    if luck.chance(0.1) { id.to_lowercase() } else { id.clone() }
}

fn birth(date: u32, luck: &mut Luck) -> String {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let (month, day) = if luck.chance(0.01) && day <= 12 { (day, month) } else { (month, day) };
    let day = if luck.chance(0.01) { 1 + luck.below(28) as u32 } else { day };
    match luck.below(10) {
        0 => format!("{year}年{month}月{day}日"),
        1 => format!("{year}/{month}/{day}"),
        2 => format!("{year}{month:02}{day:02}"),
        3 if luck.chance(0.3) => format!("{year}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

fn phone(number: u64, second: bool, luck: &mut Luck) -> String {
    let number =
        if second && luck.chance(0.12) { 13_000_000_000 + luck.below(999_999_999) as u64 } else { number };
    let text = number.to_string();
    match luck.below(40) {
        0 => changed(&text, luck),
        1 => format!("+86 {text}"),
        2 => format!("{} {} {}", &text[..3], &text[3..7], &text[7..]),
        _ => text,
    }
}

fn name(person: &Person, luck: &mut Luck) -> String {
    let mut letters: Vec<char> = person.surname.chars().chain(person.given.iter().copied()).collect();
    let given = person.surname.chars().count();
    let at = given + luck.below(person.given.len());
    if luck.chance(0.02) {
        letters[at] = alike(letters[at], &SOUNDALIKE, luck);
    } else if luck.chance(0.01) {
        letters[at] = alike(letters[at], &LOOKALIKE, luck);
    } else if luck.chance(0.004) && letters.len() > 2 {
        letters.remove(at);
    } else if luck.chance(0.003) {
        letters.rotate_left(given);
    }
    if luck.chance(0.03) {
        letters.iter_mut().for_each(|letter| *letter = traditional(*letter));
    }
    let text: String = letters.iter().collect();
    match luck.below(60) {
        0 => format!("{} {}", &text[..person.surname.len()], &text[person.surname.len()..]),
        1 => format!("　{text}"),
        _ => text,
    }
}

fn alike(letter: char, groups: &[&str], luck: &mut Luck) -> char {
    match groups.iter().find(|group| group.contains(letter)) {
        Some(group) => group.chars().nth(luck.below(group.chars().count())).unwrap_or(letter),
        None => letter,
    }
}

fn traditional(letter: char) -> char {
    let mut letters = TRADITIONAL.chars();
    while let (Some(simple), Some(full)) = (letters.next(), letters.next()) {
        if simple == letter {
            return full;
        }
    }
    letter
}

fn address(county: &County, home: Home, luck: &mut Luck) -> String {
    let (town, village) = county.names(home.village);
    let street = home.flat.is_some();
    let start = ["湖北省咸宁市咸安区", "咸宁市咸安区", "咸安区", "咸安", ""][luck.below(5)];
    let short = luck.chance(0.15);
    let town = match (short, street, luck.below(6)) {
        (true, ..) => town.to_owned(),
        (_, true, 0) => format!("{town}办事处"),
        (_, true, _) => format!("{town}街道"),
        (_, false, _) => format!("{town}镇"),
    };
    // Some offices write only as far as the town, or the village.
    if luck.chance(0.03) {
        return format!("{start}{town}");
    }
    let place = match (short, street) {
        (true, _) => village,
        (_, true) => format!("{village}社区"),
        (_, false) => format!("{village}村"),
    };
    if luck.chance(0.10) {
        return format!("{start}{town}{place}");
    }
    let door = match home.flat {
        Some((estate_number, building, unit, room)) => {
            let road = road(estate_number);
            let number = 1 + estate_number / 16;
            let estate = estate(estate_number);
            match luck.below(4) {
                0 => format!("{estate}小区{building}栋{unit}单元{room}室"),
                1 => format!("{estate}小区{building}-{unit}-{room}"),
                _ => format!("{road}路{number}号{estate}小区{building}栋{unit}单元{room}"),
            }
        }
        None => match luck.below(4) {
            0 => format!("{}组", home.group),
            1 => format!("{}组{}号", numeral(home.group), home.door),
            _ => format!("{}组{}号", home.group, home.door),
        },
    };
    format!("{start}{town}{place}{door}")
}

fn numeral(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |digit: u32| DIGITS[(digit % 10) as usize];
    match number {
        0..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number)),
        _ => format!("{}十{}", digit(number / 10), digit(number)),
    }
}

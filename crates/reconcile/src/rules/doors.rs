//! Which door an address names: how two writings of one are the same, which building it stands in, in what order a street
//! is walked.

use lianxin_foundation::vault::half_width;

/// The door that an address names below its village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// One spelling for all writings of it: `演示小区9栋201室`.
    pub key: String,
    /// The same without its last number: the building, or the street.
    pub building: String,
}

/// What numbers stand before, in words as well as digits.
const COUNTED: &str = "组栋幢座单楼层室号队";

/// Reads an address. `places` are the names of the places around the door, which it may repeat; what stands before the last of
/// them says nothing more. `None` where no number is left: then no door is named.
pub fn door(address: &str, places: &[String]) -> Option<Door> {
    let address: String =
        address.chars().map(half_width).filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let ends = places.iter().filter(|name| !name.is_empty());
    let after = ends.filter_map(|name| Some(address.rfind(name.as_str())? + name.len())).max().unwrap_or(0);
    let key = in_digits(&address[after..]);
    let last = key.rfind(|c: char| c.is_ascii_digit())?;
    let first = key[..last].rfind(|c: char| !c.is_ascii_digit());
    let first = first.map_or(0, |at| at + key[at..].chars().next().map_or(1, char::len_utf8));
    Some(Door { building: key[..first].to_owned(), key })
}

/// The same with numbers below a hundred written in digits where they count something: 三组 is 3组.
fn in_digits(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let numerals = letters[at..].iter().take_while(|c| numeral(**c).is_some()).count();
        let counts = letters.get(at + numerals).is_some_and(|c| COUNTED.contains(*c));
        match number(&letters[at..at + numerals]).filter(|_| counts) {
            Some(number) => {
                written.push_str(&number.to_string());
                at += numerals;
            }
            None => {
                written.push(*letter);
                at += 1;
            }
        }
    }
    written
}

fn numeral(letter: char) -> Option<u32> {
    "〇一二三四五六七八九十".chars().position(|one| one == letter).and_then(|at| u32::try_from(at).ok())
}

/// 三 is 3, 十 is 10, 十二 is 12, 二十 is 20, 二十三 is 23; nothing else is read.
fn number(letters: &[char]) -> Option<u32> {
    let values: Vec<u32> = letters.iter().filter_map(|letter| numeral(*letter)).collect();
    match values.as_slice() {
        [10, one] if *one < 10 => Some(10 + one),
        [one] => Some(*one),
        [ten, 10] if *ten < 10 => Some(ten * 10),
        [ten, 10, one] if *ten < 10 && *one < 10 => Some(ten * 10 + one),
        _ => None,
    }
}

/// What addresses are sorted by so that doors are met in order: every number filled up to six digits.
pub fn walk(address: &str) -> String {
    let mut key = String::with_capacity(address.len() + 12);
    let mut digits = String::new();
    for letter in address.chars().map(half_width).filter(|c| !c.is_whitespace()).chain([' ']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            key.push_str(&format!("{digits:0>6}"));
            digits.clear();
        }
        key.push(letter);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Vec<String> {
        ["崇阳县", "天城镇", "桃溪社区", "桃溪社区居委会"].map(str::to_owned).into()
    }

    #[test]
    fn one_door_is_one_however_it_is_written() {
        for address in [
            "演示小区9栋201室",
            "天城镇桃溪社区演示小区 9 栋 201 室",
            "崇阳县天城镇 桃溪社区居委会 演示小区九栋２０１室",
            "演示小区，9栋，201室",
        ] {
            let door = door(address, &places()).unwrap();
            assert_eq!(
                (door.key.as_str(), door.building.as_str()),
                ("演示小区9栋201室", "演示小区9栋"),
                "{address}"
            );
        }
        assert_eq!(door("桃溪社区三组", &places()).unwrap().key, "3组");
        assert_eq!(door("桃溪社区二十三组5号", &places()).unwrap().key, "23组5号");
        assert_eq!(
            door("八一路十二号", &[]).unwrap(),
            Door { key: "八一路12号".into(), building: "八一路".into() }
        );
        for address in ["", "天城镇桃溪社区", "桃溪社区演示小区", "三好小区"] {
            assert_eq!(door(address, &places()), None, "{address}");
        }
    }

    #[test]
    fn streets_are_walked_in_order() {
        let mut addresses = ["演示路 12 号", "演示路 2 号", "安路 3 号", "演示路 2 号 10 室", "演示路2号9室"];
        addresses.sort_by_key(|address| walk(address));
        assert_eq!(
            addresses,
            ["安路 3 号", "演示路 2 号", "演示路2号9室", "演示路 2 号 10 室", "演示路 12 号"]
        );
    }
}

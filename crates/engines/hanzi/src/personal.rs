//! What in a text is somebody's own business: telephone and ID numbers, plates, names, doors, e-mail.
//!
//! Found by form alone, so that a page can ask "shall this be public?". It misses what has no form (a nickname,
//! an illness) and may take a number for what it is not: people decide, this only points.

use crate::normal;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mobile or fixed telephone number.
    Phone,
    /// A resident ID: 18 characters with a right check character, or the 15 digits of before 1999.
    Id,
    /// A vehicle's plate.
    Plate,
    /// A name after words that introduce one: 我叫, 联系人.
    Name,
    /// The room of a flat: what tells a household from its building.
    Door,
    /// An e-mail address.
    Email,
}

impl Kind {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Phone => "phone",
            Kind::Id => "id",
            Kind::Plate => "plate",
            Kind::Name => "name",
            Kind::Door => "door",
            Kind::Email => "email",
        }
    }
}

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What it looks like.
    pub kind: Kind,
    /// The first character, counted in characters.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

/// What stands for what was taken out.
const MASK: &str = "***";

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// Words before a name.
const INTRODUCING: [&str; 9] = ["我叫", "我是", "本人", "联系人", "姓名", "名字叫", "名叫", "户主", "业主叫"];

/// The commonest family names, enough for nineteen people in twenty.
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由";

/// What follows a name and is no part of it.
const AFTER_NAME: &str = "的是在住家说，,。.电手我们今前昨有和跟与也报反想要一这那啊呢吧村社区";

/// No telephone number has more digits, and no address more characters on a side of its `@`: without an end, a page
/// of them would be read again from each of its words.
const MOST_DIGITS: usize = 20;
const LONGEST_PART: usize = 255;

/// Everything found, in the order of the text; nothing overlaps.
pub fn find(text: &str) -> Vec<Found> {
    let letters: Vec<char> = text.chars().map(normal::one).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match stretch(&letters, at) {
            Some(one) => {
                at = one.to;
                found.push(one);
            }
            None => at += 1,
        }
    }
    found
}

/// The text with everything found taken out; a plate keeps its place, a name its family.
pub fn masked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (mut said, mut at) = (String::with_capacity(text.len()), 0);
    for one in find(text) {
        let kept = match one.kind {
            Kind::Plate => 2,
            Kind::Name => 1,
            _ => 0,
        };
        said.extend(&letters[at..one.from + kept]);
        said.push_str(MASK);
        at = one.to;
    }
    said.extend(&letters[at..]);
    said
}

/// What begins at `at`.
fn stretch(letters: &[char], at: usize) -> Option<Found> {
    let one = |kind, to| Some(Found { kind, from: at, to });
    let before = at.checked_sub(1).map(|before| letters[before]);
    let here = letters[at];
    if here.is_ascii_alphanumeric()
        && !before.is_some_and(|before| before.is_ascii_alphanumeric())
        && let Some(to) = email(letters, at)
    {
        return one(Kind::Email, to);
    }
    if here.is_ascii_digit() && !before.is_some_and(|before| before.is_ascii_digit()) {
        if let Some(to) = id(letters, at) {
            return one(Kind::Id, to);
        }
        if let Some(to) = phone(letters, at) {
            return one(Kind::Phone, to);
        }
        if let Some(to) = door(letters, at) {
            return one(Kind::Door, to);
        }
    }
    if PROVINCES.contains(here)
        && let Some(to) = plate(letters, at)
    {
        return one(Kind::Plate, to);
    }
    name(letters, at).and_then(|to| one(Kind::Name, to))
}

/// Digits from `at` on, over single blanks and hyphens between them; with the place behind the last.
fn digits(letters: &[char], at: usize) -> (Vec<u32>, usize) {
    let (mut found, mut end) = (Vec::new(), at);
    let mut next = at;
    while let Some(letter) = letters.get(next).filter(|_| found.len() < MOST_DIGITS) {
        if let Some(digit) = letter.to_digit(10) {
            found.push(digit);
            end = next + 1;
        } else if !(matches!(letter, ' ' | '-' | '—') && end == next) {
            break;
        }
        next += 1;
    }
    (found, end)
}

fn phone(letters: &[char], at: usize) -> Option<usize> {
    let (digits, end) = digits(letters, at);
    let mobile = digits.len() == 11 && digits[0] == 1 && digits[1] >= 3;
    let fixed = (10..=12).contains(&digits.len()) && digits[0] == 0 && digits[1] != 0;
    let abroad = digits.len() == 13 && digits[..2] == [8, 6] && digits[2] == 1;
    (mobile || fixed || abroad).then_some(end)
}

fn id(letters: &[char], at: usize) -> Option<usize> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'x', '9', '8', '7', '6', '5', '4', '3', '2'];
    let plain: Vec<u32> = letters[at..].iter().map_while(|letter| letter.to_digit(10)).take(19).collect();
    let date = |month: &[u32], day: &[u32]| {
        (1..=12).contains(&(month[0] * 10 + month[1])) && (1..=31).contains(&(day[0] * 10 + day[1]))
    };
    if plain.len() == 15 && date(&plain[8..10], &plain[10..12]) && (1..=8).contains(&plain[0]) {
        return Some(at + 15);
    }
    let body = plain.get(..17)?;
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let right = letters.get(at + 17) == Some(&CHECKS[(sum % 11) as usize]);
    (right && plain.len() <= 18 && date(&body[10..12], &body[12..14])).then_some(at + 18)
}

fn plate(letters: &[char], at: usize) -> Option<usize> {
    let letter = letters.get(at + 1).filter(|letter| letter.is_ascii_lowercase())?;
    let from = at + 2 + usize::from(letters.get(at + 2).is_some_and(|dot| "·• -".contains(*dot)));
    let body: Vec<char> = letters[from.min(letters.len())..]
        .iter()
        .copied()
        .take_while(|letter| {
            letter.is_ascii_digit() || (letter.is_ascii_lowercase() && !"io".contains(*letter))
        })
        .take(7)
        .collect();
    let special = letters.get(from + body.len()).is_some_and(|last| "学警挂港澳".contains(*last));
    let length = body.len() + usize::from(special);
    let digits = body.iter().filter(|letter| letter.is_ascii_digit()).count();
    (letter.is_ascii_lowercase() && (5..=6).contains(&length) && digits >= 2).then_some(from + length)
}

/// A room behind a unit or a building, or digits that say they are one: `2单元301`, `3栋1202室`, `501室`.
fn door(letters: &[char], at: usize) -> Option<usize> {
    let (room, end) = digits(letters, at);
    if !(3..=4).contains(&room.len()) || end != at + room.len() {
        return None;
    }
    let behind = |words: &[&str]| {
        words.iter().any(|word| {
            let word: Vec<char> = word.chars().collect();
            letters[..at].ends_with(&word)
        })
    };
    let after = letters.get(end).copied();
    let says = matches!(after, Some('室' | '房' | '户'));
    let follows = behind(&["单元", "栋", "幢", "号楼", "座", "楼"]);
    let counted = after.is_some_and(|after| "元块米斤个人天年度瓦".contains(after));
    ((says || follows) && !counted).then_some(end + usize::from(says))
}

fn name(letters: &[char], at: usize) -> Option<usize> {
    // The word before it, over 「：」, 「是」 or a blank.
    let mut head = at;
    while head > 0 && matches!(letters[head - 1], ':' | ' ' | '是' | '叫') && at - head < 3 {
        head -= 1;
    }
    let introduced = [at, head, (head + 1).min(at)].into_iter().find_map(|end| {
        INTRODUCING.iter().find(|word| {
            let word: Vec<char> = word.chars().collect();
            letters[..end].ends_with(&word)
        })
    })?;
    if !FAMILY.contains(*letters.get(at)?) {
        return None;
    }
    let given = letters[at + 1..]
        .iter()
        .take(2)
        .take_while(|letter| normal::is_chinese(**letter) && !AFTER_NAME.contains(**letter));
    let to = at + 1 + given.count();
    // 「我是」 introduces much else: only where a name stands alone behind it.
    let alone = letters.get(to).is_none_or(|after| !normal::is_chinese(*after) || "的，".contains(*after));
    (to > at + 1 && (*introduced != "我是" || alone)).then_some(to)
}

fn email(letters: &[char], at: usize) -> Option<usize> {
    let part = |from: usize, more: &str| {
        let taken = |letter: &&char| letter.is_ascii_alphanumeric() || more.contains(**letter);
        from + letters[from.min(letters.len())..].iter().take(LONGEST_PART).take_while(taken).count()
    };
    let sign = part(at, "._%+-");
    if letters.get(sign) != Some(&'@') {
        return None;
    }
    let end = part(sign + 1, ".-");
    let host: String = letters[sign + 1..end].iter().collect();
    let host = host.trim_end_matches(['.', '-']);
    (host.contains('.') && !host.starts_with('.')).then(|| sign + 1 + host.chars().count())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_of_numbers_or_names_takes_no_time() {
        for piece in ["1 ", "138-", "1", "a.", "a@b.", "1号楼2单元3室", "王先生", "鄂A"] {
            let page = piece.repeat(64_000 / piece.len());
            assert!(masked(&page).len() <= 2 * page.len(), "{piece}");
        }
        assert_eq!(masked(&"1 ".repeat(40)), "1 ".repeat(40), "no telephone has forty digits");
    }

    #[test]
    fn what_is_personal_is_taken_out() {
        for (text, said) in [
            ("路灯坏了，电话13812340006", "路灯坏了，电话***"),
            ("打138 1234 0006找我", "打***找我"),
            ("座机０７１５－１２３４５６７", "座机***"),
            ("身份证11010519491231002X。", "身份证***。"),
            ("鄂L12345堵了门", "鄂L***堵了门"),
            ("粤B·D12345停了半年", "粤B***停了半年"),
            ("我叫王小明，住在后面", "我叫王***，住在后面"),
            ("联系人：李四，下午在家", "联系人：李***，下午在家"),
            ("3栋2单元301漏水", "3栋2单元***漏水"),
            ("八栋1202室", "八栋***"),
            ("写信到 wang.x@example.com 谢谢", "写信到 *** 谢谢"),
        ] {
            assert_eq!(masked(text), said);
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for text in [
            "欠我们12000块钱，300个人",
            "公里碑1203米处",
            "热线12345没人接",
            "订单号110105194912310021",
            "我是村里的低保户",
            "我叫了三次没人来",
            "3号楼2单元门口",
            "云A",
            "新a区",
            "2026年11月22日",
        ] {
            assert_eq!(masked(text), text, "{:?}", find(text));
        }
    }

    proptest! {
        #[test]
        fn nothing_is_found_twice(text in "[0-9a-z@.:我叫王小明是鄂L单元室栋 -]{0,60}") {
            let found = find(&text);
            prop_assert!(found.windows(2).all(|two| two[0].to <= two[1].from));
            prop_assert!(found.iter().all(|one| one.from < one.to && one.to <= text.chars().count()));
            prop_assert!(masked(&text).chars().count() <= text.chars().count() + 3 * found.len());
        }
    }
}

//! What a column's name says it holds, in Chinese, in the initials of pinyin that offices use, or in English.

use crate::people::Kind;
use crate::text::folded;

/// What a column holds, more closely than its kind: columns of one meaning go together first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A whole name; its parts.
    Name,
    Given,
    Surname,
    Middle,
    ResidentId,
    Birth,
    Sex,
    /// A telephone carried along; one that stands at home or at work.
    Mobile,
    Landline,
    /// Where one lives; where one is registered; a part of an address in a column of its own.
    Address,
    Registered,
    AddressPart,
    Employer,
    /// Parts of an address outside China.
    StreetNumber,
    Street,
    AddressLine,
    Town,
    PostCode,
    Region,
    /// Any other number that a person keeps.
    OtherNumber,
    Mail,
    /// Of somebody else: the head of the household, a parent, whom to call.
    Relative,
    /// Of the form, not of the person: when it was filled in, by whom.
    Form,
}

impl Meaning {
    /// The kind it is compared as.
    pub(super) fn kind(self) -> Kind {
        match self {
            Meaning::Name => Kind::Name,
            Meaning::ResidentId => Kind::ResidentId,
            Meaning::Birth => Kind::Birth,
            Meaning::Sex => Kind::Sex,
            Meaning::Mobile | Meaning::Landline => Kind::Phone,
            Meaning::Address | Meaning::Registered | Meaning::AddressPart => Kind::Address,
            Meaning::Employer => Kind::Employer,
            Meaning::Given | Meaning::Middle | Meaning::OtherNumber | Meaning::Mail | Meaning::Form => {
                Kind::Text
            }
            Meaning::Surname
            | Meaning::StreetNumber
            | Meaning::Street
            | Meaning::AddressLine
            | Meaning::Town
            | Meaning::PostCode
            | Meaning::Region
            | Meaning::Relative => Kind::SharedText,
        }
    }
}

/// A column's name in one form: half width, lower case, simplified, words parted by `_`.
pub(super) fn plain(name: &str) -> String {
    let mut text = String::new();
    let mut lower = false;
    for letter in name.trim().trim_start_matches('\u{FEFF}').chars() {
        let parted = letter.is_whitespace() || matches!(letter, '-' | '_' | '.' | '/' | ':' | '：' | '、');
        let begins = parted || (lower && letter.is_ascii_uppercase());
        if begins && !text.ends_with('_') && !text.is_empty() {
            text.push('_');
        }
        lower = letter.is_ascii_lowercase();
        text.extend(folded(letter).filter(|_| !parted));
    }
    text.trim_end_matches('_').to_owned()
}

/// Chinese words, those that decide first.
const CHINESE: [(Meaning, &[&str]); 13] = [
    (
        Meaning::Form,
        &[
            "日期",
            "时间",
            "填表",
            "登记人",
            "录入",
            "备注",
            "说明",
            "审核",
            "采集",
            "单位地址",
            "工作地址",
            "公司地址",
        ],
    ),
    (
        Meaning::Relative,
        &["户主", "监护", "父亲", "母亲", "配偶", "紧急", "家属", "子女", "关系", "抚养", "代办"],
    ),
    (Meaning::ResidentId, &["身份证", "身份号", "证件号", "居民身份", "身分证", "证号", "身份证件"]),
    (Meaning::Birth, &["出生", "生日", "生辰"]),
    (Meaning::Sex, &["性别"]),
    (Meaning::Landline, &["固定电话", "座机", "固话", "家庭电话", "单位电话", "办公电话"]),
    (Meaning::Mobile, &["手机", "电话", "联系方式", "联络方式", "联系号", "移动"]),
    (Meaning::Registered, &["户籍", "户口", "籍贯", "原籍"]),
    (
        Meaning::Address,
        &["地址", "住址", "居住", "住所", "住处", "现住", "住地", "家庭住", "所在地", "通讯处", "位置"],
    ),
    (Meaning::Employer, &["单位", "公司", "企业", "学校", "服务处所", "工作地", "就业"]),
    (Meaning::Name, &["姓名", "名字", "人名", "姓名全称"]),
    (
        Meaning::AddressPart,
        &["省份", "乡镇", "街道", "社区", "村组", "小组", "小区", "楼栋", "门牌", "区县", "县区", "行政村"],
    ),
    (Meaning::PostCode, &["邮编", "邮政编码"]),
];

/// Whole names: single characters and pinyin initials say too little as a part of one.
const WHOLE: [(Meaning, &[&str]); 14] = [
    (Meaning::Name, &["xm", "xingming", "name", "fullname", "full_name", "person_name", "姓名"]),
    (Meaning::Surname, &["姓", "姓氏"]),
    (Meaning::Given, &["名"]),
    (
        Meaning::ResidentId,
        &[
            "sfz",
            "sfzh",
            "sfzhm",
            "sfzjh",
            "sfzjhm",
            "gmsfhm",
            "gmsfzh",
            "zjhm",
            "zjh",
            "idno",
            "idnum",
            "id_no",
            "id_num",
            "id_number",
            "idnumber",
            "idcard",
            "id_card",
            "id_card_no",
            "idcardno",
            "pid",
            "cert_no",
            "certno",
            "证件",
            "shenfenzheng",
        ],
    ),
    (Meaning::Birth, &["csrq", "csny", "csnyr", "sr", "dob", "bday", "born", "chusheng"]),
    (Meaning::Sex, &["xb", "sex", "gender", "xingbie"]),
    (Meaning::Mobile, &["sj", "sjh", "sjhm", "dh", "dhhm", "lxdh", "lxfs", "yddh", "phone", "tel", "mobile"]),
    (Meaning::Address, &["dz", "zz", "jzdz", "xzz", "xzdz", "xjzdz", "jtzz", "jtdz", "zhuzhi", "addr"]),
    (Meaning::Registered, &["hjdz", "hjd", "hkszd", "hkdz", "hj"]),
    (Meaning::Employer, &["gzdw", "dw", "dwmc", "fwcs"]),
    (
        Meaning::AddressPart,
        &["省", "市", "县", "区", "镇", "乡", "村", "组", "网格", "楼", "栋", "单元", "室"],
    ),
    (Meaning::Relative, &["yhzgx", "hzxm", "hzsfzh"]),
    (Meaning::Form, &["bz", "note", "notes", "remark", "remarks", "comment", "comments", "year"]),
    (Meaning::PostCode, &["yb", "yzbm"]),
];

/// English words, those that decide first; a name is cut into words at `_`.
const ENGLISH: [(Meaning, &[&str]); 18] = [
    (
        Meaning::Relative,
        &[
            "spouse",
            "dependent",
            "mother",
            "father",
            "parent",
            "guardian",
            "emergency",
            "head",
            "householder",
            "relationship",
        ],
    ),
    (Meaning::Form, &["created", "updated", "registered", "timestamp", "survey", "event"]),
    (Meaning::Birth, &["birth", "dob", "birthdate", "birthday", "dateofbirth", "bday"]),
    (Meaning::Sex, &["sex", "gender"]),
    (Meaning::Mail, &["email", "mail"]),
    (
        Meaning::Mobile,
        &["phone", "mobile", "tel", "telephone", "cell", "cellphone", "phonenumber", "phoneno"],
    ),
    (
        Meaning::Employer,
        &["employer", "company", "workplace", "organisation", "organization", "occupation", "firm", "work"],
    ),
    (Meaning::OtherNumber, &["ssn", "soc", "social", "nino", "nhs", "passport", "licence", "license", "tin"]),
    (Meaning::ResidentId, &["idcard", "identity", "resident", "national"]),
    (Meaning::PostCode, &["postcode", "zip", "zipcode", "postal", "post"]),
    (Meaning::Town, &["suburb", "city", "town", "locality", "village", "municipality", "place"]),
    (Meaning::Region, &["state", "province", "region", "county", "country"]),
    (Meaning::Given, &["given", "first", "forename", "firstname", "fname", "christian", "givenname"]),
    (Meaning::Surname, &["surname", "last", "family", "lastname", "lname", "sname"]),
    (Meaning::Middle, &["middle", "initial", "middlename", "mname"]),
    (Meaning::Street, &["street", "road", "st"]),
    (Meaning::Address, &["address", "addr", "residence", "home"]),
    (Meaning::Name, &["name", "fullname"]),
];

/// What a column's name says it holds; `None` if it says nothing known.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let name = plain(name);
    // 被登记人姓名 is the person's own, 登记人姓名 is not.
    let name = match name.strip_prefix('被').and_then(|rest| rest.split_once('人')) {
        Some((_, what)) if !what.is_empty() => what.to_owned(),
        _ => name,
    };
    let has = |list: &[(Meaning, &[&str])], test: &dyn Fn(&str) -> bool| {
        list.iter().find(|(_, words)| words.iter().any(|word| test(word))).map(|(meaning, _)| *meaning)
    };
    if let Some(meaning) = has(&WHOLE, &|word| name == word) {
        return Some(meaning);
    }
    if let Some(meaning) = has(&CHINESE, &|word| name.contains(word)) {
        // 出生日期 is no date of the form.
        let birth = meaning == Meaning::Form && ["出生", "生日"].iter().any(|word| name.contains(word));
        return Some(if birth { Meaning::Birth } else { meaning });
    }
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let says = |word: &str| words.contains(&word);
    let numbered = ["number", "no", "num", "nbr"].iter().any(|word| says(word));
    if numbered && ["street", "house", "unit", "apt", "flat", "building"].iter().any(|word| says(word)) {
        return Some(Meaning::StreetNumber);
    }
    if ["address_2", "addr_2", "address2", "addr2", "address_line_2"].iter().any(|word| name.contains(word)) {
        return Some(Meaning::AddressLine);
    }
    let found = has(&ENGLISH, &says);
    // 姓名 as a part of English: firstname_lastname and the like are rare; id numbers are told by both words.
    if found.is_none() && says("id") && (numbered || says("card")) {
        return Some(Meaning::ResidentId);
    }
    found
}

/// Whether a name is one that rows go by.
pub(super) fn names_rows(name: &str, first: bool) -> bool {
    const ROWS: [&str; 22] = [
        "rec_id",
        "record_id",
        "row_id",
        "rowid",
        "id",
        "uid",
        "编号",
        "序号",
        "key",
        "rid",
        "unique_id",
        "no",
        "xh",
        "bh",
        "index",
        "row",
        "number",
        "行号",
        "档案号",
        "人员编号",
        "record",
        "#",
    ];
    let name = plain(name);
    let said = name == "id" || meaning(&name).is_none();
    ROWS.contains(&name.as_str())
        || first
            && said
            && (name.is_empty() || name.ends_with("_id") || name.ends_with("编号") || name.ends_with("id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_three_ways_say_the_same() {
        for (names, want) in [
            ("姓名 xm name Name 全名姓名 fullName 被采集人姓名 申请人姓名", Meaning::Name),
            ("身份证号码 公民身份号码 sfzh ID_Number idCardNo gmsfhm 證件號碼", Meaning::ResidentId),
            ("出生日期 出生年月 csny csrq birth_date dateOfBirth DOB date_of_birth", Meaning::Birth),
            ("性别 性別 xb Gender", Meaning::Sex),
            ("手机号 联系电话 lxdh phone_number Mobile 電話", Meaning::Mobile),
            ("现居住地址 家庭住址 jzdz address home_address", Meaning::Address),
            ("户籍地址 户口所在地 hjdz", Meaning::Registered),
            ("工作单位 gzdw employer 单位名称", Meaning::Employer),
            ("given_name first_name FirstName", Meaning::Given),
            ("surname last_name familyName", Meaning::Surname),
            ("street_number house_no unit_number", Meaning::StreetNumber),
            ("address_2", Meaning::AddressLine),
            ("户主姓名 户主身份证号 与户主关系 紧急联系人电话 spouse_first_name", Meaning::Relative),
            ("登记日期 填表人 采集人姓名 备注 event_date", Meaning::Form),
            ("soc_sec_id ssn", Meaning::OtherNumber),
        ] {
            for name in names.split(' ') {
                assert_eq!(meaning(name), Some(want), "{name}");
            }
        }
        assert_eq!(meaning("x7"), None);
        assert!(names_rows("rec_id", false) && names_rows("序号", true) && names_rows("simulant_id", true));
        assert!(!names_rows("soc_sec_id", true) && !names_rows("身份证号", true));
    }
}

//! Which column of each list holds what: by its name, and where the name says too little, by what stands in it.

use crate::people::{Column, Kind, MOST_COLUMNS};

/// A field to compare, and the columns it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// What is compared.
    pub column: Column,
    /// The place of the column in the first list, from 0; several are read as one text.
    pub a: Vec<usize>,
    /// In the second list.
    pub b: Vec<usize>,
}

/// How two lists' columns go together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// The fields to compare.
    pub fields: Vec<Mapped>,
    /// The column that names a row, in each list, if there is one.
    pub keys: [Option<usize>; 2],
}

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not written as `field=column` or `field=columnA:columnB`.
    #[error("{0:?} is not written as FIELD=COLUMN or FIELD=COLUMN_A:COLUMN_B")]
    Unreadable(String),
    /// No such field.
    #[error(
        "{0:?} is no field; there are name, id, birth, sex, phone, address, employer, text, shared, key, skip"
    )]
    UnknownField(String),
    /// A list has no such column.
    #[error("list {list} has no column {column:?}")]
    UnknownColumn {
        /// A or B.
        list: char,
        /// The name that was asked for.
        column: String,
    },
    /// Nothing can be compared.
    #[error("the lists share no column that can be compared; say which with --map")]
    NothingInCommon,
}

/// The names a field goes by; they are looked for whole first, then as a part.
const NAMES: [(Kind, &[&str]); 7] = [
    (
        Kind::ResidentId,
        &[
            "身份证",
            "公民身份号码",
            "证件号",
            "idcard",
            "id_card",
            "idno",
            "id_no",
            "id_number",
            "idnumber",
            "resident_id",
            "residentid",
            "identity",
            "national_id",
            "sfz",
            "sfzh",
            "cert_no",
            "certno",
        ],
    ),
    (Kind::Birth, &["出生", "生日", "birth", "dob", "csrq"]),
    (Kind::Sex, &["性别", "sex", "gender", "xb"]),
    (Kind::Phone, &["手机", "电话", "联系方式", "phone", "mobile", "tel", "lxdh", "sjh"]),
    (Kind::Employer, &["工作单位", "单位", "employer", "company", "workplace", "work_unit", "企业", "gzdw"]),
    (Kind::Address, &["地址", "住址", "居住地", "户籍地", "住所", "address", "addr", "residence", "dz"]),
    (Kind::Name, &["姓名", "名字", "name", "fullname", "full_name", "xm"]),
];

/// Names of columns that tell a row, not a person.
const KEYS: [&str; 12] =
    ["rec_id", "record_id", "row_id", "rowid", "id", "uid", "编号", "序号", "key", "rid", "unique_id", "no"];

/// Parts of names that people of one household share.
const SHARED: [&str; 14] = [
    "surname",
    "last_name",
    "family",
    "street",
    "suburb",
    "postcode",
    "post_code",
    "zip",
    "state",
    "city",
    "town",
    "address",
    "house",
    "邮编",
];

/// What a column's name says it holds.
pub fn kind_by_name(name: &str) -> Option<Kind> {
    let name = plain(name);
    if matches!(
        name.as_str(),
        "given_name" | "first_name" | "last_name" | "surname" | "middle_name" | "street_name"
    ) {
        return None;
    }
    NAMES
        .iter()
        .find(|(_, names)| names.iter().any(|part| name == *part))
        .or_else(|| {
            NAMES.iter().find(|(_, names)| names.iter().any(|part| part.len() > 2 && name.contains(part)))
        })
        .map(|(kind, _)| *kind)
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// A few rows of a list.
pub type Sample = Vec<Vec<String>>;

/// Finds the columns of two lists by their names and a few rows, then changes what is found by what the user
/// says: `field=column` or `field=columnA:columnB`, several columns of one field joined by `+`; `key=column`
/// names the rows, `skip=column` leaves one out. A list compared with itself is given twice.
///
/// # Errors
/// What is wrong with what was said, or [`MappingError::NothingInCommon`].
pub fn mapped(
    headers: [&[String]; 2],
    samples: [&Sample; 2],
    said: &[String],
) -> Result<Mapping, MappingError> {
    let mut mapping = guess(headers, samples);
    override_with(&mut mapping, said, headers)?;
    if mapping.fields.is_empty() { Err(MappingError::NothingInCommon) } else { Ok(mapping) }
}

fn guess(headers: [&[String]; 2], samples: [&Sample; 2]) -> Mapping {
    let kinds = [0, 1].map(|list| kinds(headers[list], samples[list]));
    let mut mapping = Mapping {
        keys: [0, 1].map(|list| key(headers[list], &kinds[list], samples[list])),
        ..Mapping::default()
    };
    for (a, name) in headers[0].iter().enumerate() {
        if mapping.keys[0] == Some(a) || mapping.fields.len() == MOST_COLUMNS {
            continue;
        }
        let free = |b: &usize| {
            mapping.keys[1] != Some(*b) && !mapping.fields.iter().any(|field| field.b.contains(b))
        };
        let same_name = (0..headers[1].len()).filter(free).find(|b| plain(&headers[1][*b]) == plain(name));
        let same_kind = || {
            let kind = kinds[0][a]?;
            (0..headers[1].len()).filter(free).find(|b| kinds[1][*b] == Some(kind))
        };
        let Some(b) = same_name.or_else(same_kind) else { continue };
        let once = |kind: &Kind| {
            !mapping.fields.iter().any(|field| {
                field.column.kind == *kind && matches!(kind, Kind::ResidentId | Kind::Birth | Kind::Sex)
            })
        };
        let kind = kinds[0][a].or(kinds[1][b]).filter(once).unwrap_or_else(|| text_kind(name));
        mapping.fields.push(Mapped { column: Column { name: name.clone(), kind }, a: vec![a], b: vec![b] });
    }
    mapping
}

fn text_kind(name: &str) -> Kind {
    let name = plain(name);
    if SHARED.iter().any(|part| name.contains(part)) { Kind::SharedText } else { Kind::Text }
}

fn kinds(header: &[String], sample: &Sample) -> Vec<Option<Kind>> {
    (0..header.len())
        .map(|at| {
            let texts: Vec<&str> = sample
                .iter()
                .filter_map(|row| row.get(at))
                .map(|text| text.trim())
                .filter(|text| !text.is_empty())
                .collect();
            let by_name = kind_by_name(&header[at]);
            let share = |test: &dyn Fn(&str) -> bool| {
                texts.iter().filter(|text| test(text)).count() * 2 > texts.len()
            };
            let is_id = |text: &str| crate::ResidentId::read(text).is_some_and(crate::ResidentId::is_valid);
            match by_name {
                // A western address, or half of one, is text like any other.
                Some(Kind::Address)
                    if !share(&|text| text.chars().any(crate::characters::is_chinese))
                        && !texts.is_empty() =>
                {
                    None
                }
                Some(kind) => Some(kind),
                None if share(&is_id) => Some(Kind::ResidentId),
                None => None,
            }
        })
        .collect()
}

/// The column that names a row: called so, and with no two rows alike.
fn key(header: &[String], kinds: &[Option<Kind>], sample: &Sample) -> Option<usize> {
    let distinct = |at: &usize| {
        let mut texts: Vec<&str> = sample.iter().filter_map(|row| row.get(*at)).map(String::as_str).collect();
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        texts.len() == count && texts.first().is_none_or(|text| !text.is_empty())
    };
    let candidate = |at: &usize| kinds[*at].is_none() && distinct(at);
    let named = |at: &usize| {
        let name = plain(&header[*at]);
        KEYS.contains(&name.as_str()) || name.ends_with("_id") && kind_by_name(&name).is_none() && *at == 0
    };
    (0..header.len()).filter(candidate).find(named)
}

fn override_with(
    mapping: &mut Mapping,
    said: &[String],
    headers: [&[String]; 2],
) -> Result<(), MappingError> {
    for text in said {
        let (field, columns) = text.split_once('=').ok_or_else(|| MappingError::Unreadable(text.clone()))?;
        let (a, b) = columns.split_once(':').unwrap_or((columns, columns));
        let places = |list: usize, names: &str| -> Result<Vec<usize>, MappingError> {
            names
                .split('+')
                .map(|name| {
                    headers[list].iter().position(|column| plain(column) == plain(name)).ok_or_else(|| {
                        MappingError::UnknownColumn {
                            list: if list == 0 { 'A' } else { 'B' },
                            column: name.to_owned(),
                        }
                    })
                })
                .collect()
        };
        let (a, b) = (places(0, a)?, places(1, b)?);
        mapping.fields.retain(|field| {
            !field.a.iter().any(|at| a.contains(at)) && !field.b.iter().any(|at| b.contains(at))
        });
        let kind = match field.trim() {
            "skip" => continue,
            "key" => {
                mapping.keys = [a.first().copied(), b.first().copied()];
                continue;
            }
            "name" => Kind::Name,
            "id" => Kind::ResidentId,
            "birth" => Kind::Birth,
            "sex" => Kind::Sex,
            "phone" => Kind::Phone,
            "address" => Kind::Address,
            "employer" => Kind::Employer,
            "text" => Kind::Text,
            "shared" => Kind::SharedText,
            other => return Err(MappingError::UnknownField(other.to_owned())),
        };
        let name = a.iter().map(|at| headers[0][*at].as_str()).collect::<Vec<_>>().join("+");
        mapping.fields.push(Mapped { column: Column { name, kind }, a, b });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn columns_are_found_by_name_in_both_languages() {
        let a = header("编号,姓名,身份证号,出生日期,手机号码,家庭住址,工作单位");
        let b = header("id,name,id_no,birth_date,phone,address,employer");
        let row = |texts: &str| vec![header(texts), header(&texts.replace("1,", "2,"))];
        let sample_a = row("1,张伟,,1990-01-02,,咸安区,");
        let mapping = mapped([&a, &b], [&sample_a, &row("1,张伟,,1990-01-02,,咸安区,")], &[]).unwrap();
        let kinds: Vec<Kind> = mapping.fields.iter().map(|field| field.column.kind).collect();
        assert_eq!(
            kinds,
            [Kind::Name, Kind::ResidentId, Kind::Birth, Kind::Phone, Kind::Address, Kind::Employer]
        );
        assert_eq!(mapping.keys, [Some(0), Some(0)]);
    }

    #[test]
    fn what_is_said_goes_before_what_is_guessed() {
        let a = header("id,name,note");
        let empty = Sample::new();
        let said = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            mapped([&a, &a], [&empty, &empty], &texts)
        };
        let mapping = said(&["skip=note", "text=name"]).unwrap();
        assert_eq!(mapping.fields.len(), 1);
        assert_eq!(mapping.fields[0].column.kind, Kind::Text);
        let unknown = MappingError::UnknownColumn { list: 'A', column: "x".into() };
        assert_eq!(said(&["name=x"]), Err(unknown));
        assert!(matches!(said(&["what=id"]), Err(MappingError::UnknownField(_))));
        assert!(matches!(said(&["what"]), Err(MappingError::Unreadable(_))));
        assert_eq!(said(&["skip=name", "skip=note"]), Err(MappingError::NothingInCommon));
    }
}

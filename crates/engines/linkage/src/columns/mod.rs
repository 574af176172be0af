//! Which column of each list holds what: by its name, and where the name says too little, by what stands in it.

mod content;
mod names;

use crate::people::{Column, Kind, MOST_COLUMNS};
use content::Content;
use names::{Meaning, plain};

/// A field to compare, and the columns it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// What is compared.
    pub column: Column,
    /// The place of the column in the first list, from 0; several are read as one text.
    pub a: Vec<usize>,
    /// In the second list.
    pub b: Vec<usize>,
    /// In each list the columns that are read, as one text, where those say nothing: the village of somebody
    /// whose address is missing.
    pub instead: [Vec<usize>; 2],
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
    let lists = [0, 1].map(|list| List::told(headers[list], samples[list]));
    let mut mapping = guess(&lists);
    override_with(&mut mapping, said, headers)?;
    if mapping.fields.len() > MOST_COLUMNS && said.is_empty() {
        keep_most_telling(&mut mapping, &lists);
    }
    if mapping.fields.is_empty() { Err(MappingError::NothingInCommon) } else { Ok(mapping) }
}

/// A list's columns as far as they are understood.
struct List<'a> {
    header: &'a [String],
    contents: Vec<Content<'a>>,
    meanings: Vec<Option<Meaning>>,
    key: Option<usize>,
}

impl<'a> List<'a> {
    fn told(header: &'a [String], sample: &'a Sample) -> List<'a> {
        let contents: Vec<Content<'_>> = (0..header.len()).map(|at| Content::of(sample, at)).collect();
        let mut meanings: Vec<Option<Meaning>> = header
            .iter()
            .zip(&contents)
            .map(|(name, content)| match names::meaning(name) {
                Some(Meaning::Address | Meaning::Registered) if !content.allows(Kind::Address) => {
                    Some(Meaning::Street)
                }
                Some(meaning) if content.allows(meaning.kind()) => Some(meaning),
                _ => None,
            })
            .collect();
        let key = key(header, &meanings, &contents);
        // What stands in a column says what its name does not, unless another column is called so.
        for at in 0..header.len() {
            if meanings[at].is_none() && key != Some(at) {
                let found = contents[at].meaning().filter(|found| !meanings.contains(&Some(*found)));
                meanings[at] = found;
            }
        }
        // A list of people has their names: where no other column does, those that seem to be of who filled the
        // form in are, if they are many.
        let named = [Meaning::Name, Meaning::Given].iter().any(|name| meanings.contains(&Some(*name)));
        let form = (0..header.len()).find(|at| {
            meanings[*at] == Some(Meaning::Form) && contents[*at].meaning() == Some(Meaning::Name)
        });
        if let Some(at) = form.filter(|_| !named) {
            meanings[at] = Some(Meaning::Name);
        }
        List { header, contents, meanings, key }
    }

    fn with(&self, meaning: Meaning) -> Option<usize> {
        self.meanings.iter().position(|told| *told == Some(meaning))
    }

    /// The columns that make up the whole name, in reading order, when it stands in parts.
    fn name_parts(&self) -> Option<Vec<usize>> {
        let (given, surname) = (self.with(Meaning::Given)?, self.with(Meaning::Surname)?);
        let chinese = self.contents[surname].is_chinese();
        Some(if chinese { vec![surname, given] } else { vec![given, surname] })
    }

    /// The columns that make up the address: one that tells it whole, or its parts and what goes on from them.
    fn address(&self) -> Vec<usize> {
        const WHOLE: usize = 9;
        let parts = |at: &usize| self.meanings[*at] == Some(Meaning::AddressPart);
        let whole = self.with(Meaning::Address).or_else(|| self.with(Meaning::Registered));
        match whole {
            Some(whole) if self.contents[whole].mean_length() >= WHOLE => vec![whole],
            _ => (0..self.header.len()).filter(parts).chain(whole).collect(),
        }
    }

    /// The parts of an address, for those whose address stands in `whole` and is missing.
    fn address_instead(&self, whole: &[usize]) -> Vec<usize> {
        let first = [Meaning::Address, Meaning::Registered].iter().find_map(|meaning| self.with(*meaning));
        let parts = |at: &usize| self.meanings[*at] == Some(Meaning::AddressPart);
        let told = matches!(whole, [one] if Some(*one) == first);
        if told { (0..self.header.len()).filter(parts).collect() } else { Vec::new() }
    }

    fn is_free(&self, at: usize) -> bool {
        self.key != Some(at) && self.meanings[at] != Some(Meaning::Form)
    }
}

fn guess(lists: &[List<'_>; 2]) -> Mapping {
    let [a, b] = lists;
    let mut mapping = Mapping { keys: [a.key, b.key], ..Mapping::default() };
    join_names(lists, &mut mapping);
    join_addresses(lists, &mut mapping);
    let tests: [&dyn Fn(usize, usize) -> bool; 4] = [
        &|x, y| plain(&a.header[x]) == plain(&b.header[y]),
        &|x, y| a.meanings[x].is_some() && a.meanings[x] == b.meanings[y],
        &|x, y| match (a.meanings[x], b.meanings[y]) {
            (Some(x), Some(y)) => x.kind() == y.kind() && !matches!(x.kind(), Kind::Text | Kind::SharedText),
            _ => false,
        },
        &|x, y| a.meanings[x].is_none() && b.meanings[y].is_none() && a.contents[x].shares(&b.contents[y]),
    ];
    for goes_with in tests {
        for x in (0..a.header.len()).filter(|x| a.is_free(*x)) {
            let taken = |fields: &[Mapped], x, y| {
                fields.iter().any(|field| field.a.contains(&x) || field.b.contains(&y))
            };
            let found = (0..b.header.len())
                .filter(|y| b.is_free(*y))
                .find(|y| !taken(&mapping.fields, x, *y) && goes_with(x, *y));
            if let Some(y) = found {
                mapping.fields.push(one(lists, x, y, &mapping.fields));
            }
        }
    }
    for field in mapping.fields.iter_mut().filter(|field| field.column.kind == Kind::Address) {
        field.instead = [a.address_instead(&field.a), b.address_instead(&field.b)];
    }
    mapping.fields.retain(|field| !is_constant(lists, field));
    mapping.fields.sort_by_key(|field| field.a.first().copied());
    mapping
}

/// A column of each list that go together.
fn one(lists: &[List<'_>; 2], a: usize, b: usize, fields: &[Mapped]) -> Mapped {
    let meaning = lists[0].meanings[a].or(lists[1].meanings[b]);
    let kind = meaning.map_or(Kind::Text, Meaning::kind);
    let once = matches!(kind, Kind::ResidentId | Kind::Birth | Kind::Sex);
    let again = once && fields.iter().any(|field| field.column.kind == kind);
    let kind = if again { Kind::Text } else { kind };
    Mapped {
        column: Column { name: lists[0].header[a].clone(), kind },
        a: vec![a],
        b: vec![b],
        instead: Default::default(),
    }
}

/// Makes whole names where one list has them whole, or where Chinese ones stand in parts.
fn join_names(lists: &[List<'_>; 2], mapping: &mut Mapping) {
    let whole = [0, 1].map(|list| lists[list].with(Meaning::Name).map(|at| vec![at]));
    let parts = [0, 1].map(|list| lists[list].name_parts());
    let chinese =
        |list: usize| parts[list].as_ref().is_some_and(|at| lists[list].contents[at[0]].is_chinese());
    let (a, b) = match (&whole, &parts) {
        ([Some(a), None], [_, Some(b)]) | ([None, Some(b)], [Some(a), _]) => (a, b),
        ([None, None], [Some(a), Some(b)]) if chinese(0) && chinese(1) => (a, b),
        _ => return,
    };
    push(lists, mapping, Kind::Name, a.clone(), b.clone());
}

/// Makes whole addresses where a list has them in parts.
fn join_addresses(lists: &[List<'_>; 2], mapping: &mut Mapping) {
    let [a, b] = [0, 1].map(|list| lists[list].address());
    if a.len().max(b.len()) > 1 && !a.is_empty() && !b.is_empty() {
        push(lists, mapping, Kind::Address, a, b);
    }
}

fn push(lists: &[List<'_>; 2], mapping: &mut Mapping, kind: Kind, a: Vec<usize>, b: Vec<usize>) {
    let name = a.iter().map(|at| lists[0].header[*at].as_str()).collect::<Vec<_>>().join("+");
    mapping.fields.push(Mapped { column: Column { name, kind }, a, b, instead: Default::default() });
}

fn is_constant(lists: &[List<'_>; 2], field: &Mapped) -> bool {
    const ENOUGH: usize = 50;
    let constant = |content: &Content<'_>| content.len() >= ENOUGH && content.distinct().len() == 1;
    match (&field.a[..], &field.b[..]) {
        ([a], [b]) => constant(&lists[0].contents[*a]) && constant(&lists[1].contents[*b]),
        _ => false,
    }
}

/// Leaves out what tells people apart least, until no more are left than can be compared.
fn keep_most_telling(mapping: &mut Mapping, lists: &[List<'_>; 2]) {
    let telling = |field: &Mapped| match field.column.kind {
        Kind::ResidentId | Kind::Name | Kind::Birth | Kind::Phone | Kind::Address | Kind::Sex => usize::MAX,
        _ => field.a.iter().map(|at| lists[0].contents[*at].distinct().len()).max().unwrap_or(0),
    };
    mapping.fields.sort_by_key(|field| std::cmp::Reverse(telling(field)));
    mapping.fields.truncate(MOST_COLUMNS);
    mapping.fields.sort_by_key(|field| field.a.first().copied());
}

/// The column that names a row: called so, or numbering the rows, and with no two rows alike.
fn key(header: &[String], meanings: &[Option<Meaning>], contents: &[Content<'_>]) -> Option<usize> {
    let valid = |at: &usize| contents[*at].meaning() == Some(Meaning::ResidentId);
    let distinct = |at: &usize| contents[*at].distinct().len() == contents[*at].len() && !valid(at);
    let free = |at: &usize| meanings[*at].is_none() && distinct(at);
    let named = (0..header.len()).find(|at| names::names_rows(&header[*at], *at == 0) && free(at));
    named.or_else(|| (0..header.len()).find(|at| free(at) && contents[*at].number_rows()))
}

/// Whether dates like 05/06/1994 in these columns have the month first.
pub(crate) fn month_first(rows: &Sample, columns: &[usize]) -> bool {
    columns.iter().any(|column| Content::of(rows, *column).month_first())
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
        mapping.fields.push(Mapped { column: Column { name, kind }, a, b, instead: Default::default() });
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
    fn names_are_found_under_an_unusual_heading() {
        let sample: Sample = ["张伟", "李娜", "王小明", "欧阳锋"].map(|name| vec![name.to_owned()]).into();
        for heading in ["被采集人姓名", "登记人员", "对象"] {
            let mapping = mapped([&header("姓名"), &header(heading)], [&sample, &sample], &[]).unwrap();
            assert_eq!(mapping.fields[0].column.kind, Kind::Name, "{heading}");
        }
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

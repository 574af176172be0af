//! A line of a list read as a person: in one spelling where it is right, as written and with a fault where it is not.
//! No line is lost.

use jiff::civil::Date;
use lianxin_foundation::every;
use lianxin_foundation::vault::{normalise_id, normalise_phone};
use lianxin_registry::person::{Sex, day_typed, naming, told_by_id};

use crate::model::Field;
use crate::sealed::Listed;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No name: whoever it is cannot be looked for.
    NoName,
    /// The ID number is none.
    IdNumber,
    /// The day of birth cannot be read, or lies ahead.
    Birth,
    /// The ID number says another day of birth.
    BirthDiffers,
    /// The telephone number is none.
    Phone,
    /// The line has more fields than the list has columns.
    Columns,
}

every! {
    /// Every fault.
    Fault {
        NoName       = "no-name",       "check-fault-no-name";
        IdNumber     = "id-number",     "check-fault-id-number";
        Birth        = "birth",         "check-fault-birth";
        BirthDiffers = "birth-differs", "check-fault-birth-differs";
        Phone        = "phone",         "check-fault-phone";
        Columns      = "columns",       "check-fault-columns";
    }
}

impl Fault {
    /// The faults with these codes, joined by commas.
    pub fn read(codes: &str) -> Vec<Fault> {
        codes.split(',').filter_map(Fault::from_code).collect()
    }

    /// Their codes, joined by commas.
    pub fn written(faults: &[Fault]) -> String {
        faults.iter().map(|fault| fault.code()).collect::<Vec<_>>().join(",")
    }
}

/// Whether a line's ID number can be trusted.
pub fn has_id(listed: &Listed) -> bool {
    normalise_id(&listed.id_number).is_some()
}

/// Reads a line; `fields` says what its columns hold, `today` is the last day anybody can have been born.
pub fn read(cells: &[impl AsRef<str>], fields: &[Option<Field>], today: Date) -> (Listed, Vec<Fault>) {
    let of = |field: Field| {
        let parts = fields.iter().zip(cells).filter(|(told, _)| **told == Some(field));
        let parts: Vec<&str> =
            parts.map(|(_, cell)| cell.as_ref().trim()).filter(|text| !text.is_empty()).collect();
        parts.concat()
    };
    let mut faults = Vec::new();
    let mut spelled = |text: String, read: Option<String>, fault: Fault| match read {
        Some(read) => read,
        None if text.is_empty() => text,
        None => {
            faults.push(fault);
            text
        }
    };
    let (id_number, birth, phone) = (of(Field::IdNumber), of(Field::Birth), of(Field::Phone));
    let id_read = normalise_id(&id_number);
    let told = id_read.as_deref().and_then(told_by_id);
    let id_number = spelled(id_number, id_read, Fault::IdNumber);
    let born = day_typed(&birth).filter(|day| *day <= today);
    let birth = spelled(birth, born.map(|day| day.to_string()), Fault::Birth);
    let phone_read = normalise_phone(&phone);
    let phone = spelled(phone, phone_read, Fault::Phone);
    if told.zip(born).is_some_and(|((told, _), born)| told != born) {
        faults.push(Fault::BirthDiffers);
    }
    let name = of(Field::Name);
    if naming::Keys::of(&name).plain.is_empty() {
        faults.insert(0, Fault::NoName);
    }
    let sex = match of(Field::Sex).as_str() {
        "女" | "女性" | "F" | "f" | "2" => Sex::Female.code().to_owned(),
        "男" | "男性" | "M" | "m" | "1" => Sex::Male.code().to_owned(),
        other => other.to_owned(),
    };
    let birth = match told {
        Some((told, _)) if birth.is_empty() => told.to_string(),
        _ => birth,
    };
    (Listed { name, id_number, birth, sex, phone, address: of(Field::Address) }, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_or_kept_as_written_with_its_fault() {
        use Field::{Address, Birth, IdNumber, Name, Phone, Sex};
        let fields = [
            Some(Name),
            Some(IdNumber),
            Some(Birth),
            Some(Sex),
            Some(Phone),
            Some(Address),
            None,
            Some(Address),
        ];
        let today: Date = "2026-11-22".parse().unwrap();
        let line = |cells: [&str; 8]| read(&cells, &fields, today);
        let (listed, faults) =
            line([" 演示甲 ", "11010519491231002x", "", "女", "138 1234 5678", "天城镇", "x", "3组"]);
        assert_eq!(faults, []);
        assert_eq!((listed.name.as_str(), listed.address.as_str()), ("演示甲", "天城镇3组"));
        assert_eq!((listed.birth.as_str(), listed.sex.as_str()), ("1949-12-31", "female"));
        assert_eq!((listed.id_number.as_str(), listed.phone.as_str()), ("11010519491231002X", "13812345678"));
        let (listed, faults) = line(["", "4.21E+17", "1850/13/40", "", "12", "", "", ""]);
        assert_eq!(faults, [Fault::NoName, Fault::IdNumber, Fault::Birth, Fault::Phone]);
        assert_eq!(
            (listed.id_number.as_str(), listed.birth.as_str()),
            ("4.21E+17", "1850/13/40"),
            "nothing is lost"
        );
        let (_, faults) = line(["演示乙", "11010519491231002X", "1949-12-30", "", "", "", "", ""]);
        assert_eq!(faults, [Fault::BirthDiffers]);
        let (_, faults) = line(["演示丙", "", "2030-01-01", "", "", "", "", ""]);
        assert_eq!(faults, [Fault::Birth], "nobody is born ahead of time");
        assert_eq!(Fault::read(&Fault::written(&Fault::ALL)), Fault::ALL);
        assert_eq!(Fault::read(""), []);
    }
}

//! What is given: enterprises and associations, and the organisations there are.

use std::collections::BTreeMap;

use crate::rules::Rules;

/// Greatest coordinate either way, in metres: beyond any national grid, zone prefix included.
pub const FARTHEST_M: i32 = 100_000_000;
/// Most members or staff of one unit.
pub const MOST_PEOPLE: u32 = 1_000_000;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    /// 企业
    Enterprise,
    /// 协会、商会
    Association,
}

/// An enterprise or an association, which is to be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Unlike every other unit's.
    pub id: String,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// The area's path, ids joined by `/` from the province down.
    pub area: String,
    /// Metres east on a plane grid.
    pub x: i32,
    /// Metres north on the same grid.
    pub y: i32,
    /// Its trade; empty where it is not known.
    pub trade: String,
    /// The id of the association it belongs to (an association's own id for itself); empty where it belongs to none.
    pub association: String,
    /// Formal members of the party.
    pub members: u32,
    /// Everyone who works there.
    pub staff: u32,
    /// The id of the organisation it belongs to already; empty where it belongs to none.
    pub organisation: String,
}

/// What an organisation is that exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationKind {
    /// 党支部
    Branch,
    /// 联合党支部
    JointBranch,
    /// 党总支
    GeneralBranch,
    /// 党委
    Committee,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: [OrganisationKind; 4] = [
        OrganisationKind::Branch,
        OrganisationKind::JointBranch,
        OrganisationKind::GeneralBranch,
        OrganisationKind::Committee,
    ];

    /// The code of the files.
    pub fn code(self) -> &'static str {
        match self {
            OrganisationKind::Branch => "branch",
            OrganisationKind::JointBranch => "joint-branch",
            OrganisationKind::GeneralBranch => "general-branch",
            OrganisationKind::Committee => "committee",
        }
    }

    /// Reads the code of the files.
    pub fn from_code(code: &str) -> Option<OrganisationKind> {
        OrganisationKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What so many members have.
    pub fn of(members: u32, rules: &Rules) -> OrganisationKind {
        if members >= rules.committee_from.value {
            OrganisationKind::Committee
        } else if members > rules.branch_most.value {
            OrganisationKind::GeneralBranch
        } else {
            OrganisationKind::Branch
        }
    }

    /// How many members it can have before it would have to be something larger.
    pub(crate) fn most_members(self, rules: &Rules) -> u32 {
        match self {
            OrganisationKind::Branch | OrganisationKind::JointBranch => rules.branch_most.value,
            OrganisationKind::GeneralBranch => rules.committee_from.value.saturating_sub(1),
            OrganisationKind::Committee => u32::MAX,
        }
    }
}

/// An organisation that exists already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Unlike every other organisation's.
    pub id: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// The area's path.
    pub area: String,
    /// Metres east.
    pub x: i32,
    /// Metres north.
    pub y: i32,
    /// Its members now.
    pub members: u32,
    /// Units it covers now: all of a joint branch's, those attached to another.
    pub units: u32,
    /// Units it would take on besides, as far as the rules let it; 0 where it takes none.
    pub takes: u32,
}

/// Which list a wrong record stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Enterprises and associations, in this order.
    Units,
    /// Organisations.
    Organisations,
}

/// Why a record cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Its id is empty.
    #[error("the id is empty")]
    NoId,
    /// Another record before it has the same id.
    #[error("the id {id} stands already at record {first}")]
    Twice {
        /// The id.
        id: String,
        /// The earlier record, from 1.
        first: usize,
    },
    /// A coordinate beyond [`FARTHEST_M`].
    #[error("the coordinate {0} is beyond ±{FARTHEST_M} metres")]
    Far(i32),
    /// More than [`MOST_PEOPLE`].
    #[error("{0} people are more than {MOST_PEOPLE}")]
    People(u32),
    /// More members than staff.
    #[error("{members} members among {staff} staff")]
    MoreThanStaff {
        /// Members.
        members: u32,
        /// Staff.
        staff: u32,
    },
    /// Its area has fewer parts than the rule `same_area` compares.
    #[error(
        "the area {area:?} has fewer than {parts} parts, by which the rule same_area tells superiors apart"
    )]
    Area {
        /// The area.
        area: String,
        /// Parts.
        parts: u32,
    },
    /// It belongs to an association that is not on the list.
    #[error("there is no association {0:?}")]
    NoAssociation(String),
    /// It belongs to an organisation that is not on the list.
    #[error("there is no organisation {0:?}")]
    NoOrganisation(String),
}

/// A record that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{list:?} record {}: {reason}", index + 1)]
pub struct InputError {
    /// Which list.
    pub list: List,
    /// Which record of it, from 0.
    pub index: usize,
    /// Why.
    pub reason: Reason,
}

/// The leading parts of an area's path that tell superiors apart; `None` when it has too few.
pub(crate) fn superior(area: &str, parts: u32) -> Option<&str> {
    if parts == 0 {
        return Some("");
    }
    let area = area.trim_end_matches('/');
    let mut ends = area.match_indices('/').map(|(at, _)| at).chain([area.len()]);
    ends.nth(parts as usize - 1).map(|end| &area[..end]).filter(|path| !path.is_empty())
}

/// Everything that is wrong with the lists, in their order.
pub fn check_input(units: &[Unit], organisations: &[Organisation], rules: &Rules) -> Vec<InputError> {
    let mut wrong = Vec::new();
    let places = units.iter().map(|unit| (unit.id.as_str(), unit.x, unit.y, unit.area.as_str()));
    check_places(&mut wrong, List::Units, places, rules);
    let places = organisations.iter().map(|one| (one.id.as_str(), one.x, one.y, one.area.as_str()));
    let known = check_places(&mut wrong, List::Organisations, places, rules);
    let is_association = |unit: &&Unit| unit.kind == UnitKind::Association;
    let associations: BTreeMap<&str, ()> =
        units.iter().filter(is_association).map(|unit| (unit.id.as_str(), ())).collect();
    for (index, unit) in units.iter().enumerate() {
        let mut found = |reason| wrong.push(InputError { list: List::Units, index, reason });
        for people in [unit.members, unit.staff].into_iter().filter(|people| *people > MOST_PEOPLE) {
            found(Reason::People(people));
        }
        if unit.staff > 0 && unit.members > unit.staff {
            found(Reason::MoreThanStaff { members: unit.members, staff: unit.staff });
        }
        if !unit.association.is_empty() && !associations.contains_key(unit.association.as_str()) {
            found(Reason::NoAssociation(unit.association.clone()));
        }
        if !unit.organisation.is_empty() && !known.contains_key(unit.organisation.as_str()) {
            found(Reason::NoOrganisation(unit.organisation.clone()));
        }
    }
    for (index, one) in organisations.iter().enumerate() {
        if one.members > MOST_PEOPLE {
            let reason = Reason::People(one.members);
            wrong.push(InputError { list: List::Organisations, index, reason });
        }
    }
    wrong.sort_by_key(|error| (error.list, error.index));
    wrong
}

fn check_places<'a>(
    wrong: &mut Vec<InputError>,
    list: List,
    places: impl Iterator<Item = (&'a str, i32, i32, &'a str)>,
    rules: &Rules,
) -> BTreeMap<&'a str, usize> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, (id, x, y, area)) in places.enumerate() {
        let mut found = |reason| wrong.push(InputError { list, index, reason });
        if id.is_empty() {
            found(Reason::NoId);
        } else if let Some(first) = seen.get(id) {
            found(Reason::Twice { id: id.to_owned(), first: first + 1 });
        } else {
            seen.insert(id, index);
        }
        for coordinate in [x, y].into_iter().filter(|value| !(-FARTHEST_M..=FARTHEST_M).contains(value)) {
            found(Reason::Far(coordinate));
        }
        let parts = rules.same_area.value;
        if superior(area, parts).is_none() {
            found(Reason::Area { area: area.to_owned(), parts });
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::superior;

    #[test]
    fn superiors_are_told_by_leading_parts() {
        assert_eq!(superior("42/4212/421223/421223100/", 3), Some("42/4212/421223"));
        assert_eq!(superior("42/4212/421223", 3), Some("42/4212/421223"));
        assert_eq!(superior("42/4212", 3), None);
        assert_eq!(superior("", 1), None);
        assert_eq!(superior("anywhere", 0), Some(""));
    }
}

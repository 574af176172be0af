//! Areas and organisations, made from their codes alone.

use lianxin_foundation::scope::county_in;
use uuid::Uuid;

use crate::{House, store};

/// An area as a test needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The six-digit code that leads its keys.
    pub county: String,
    /// Its code.
    pub id: String,
    /// A made-up name that says its code: 演示区划 421223.
    pub name: String,
    /// Its code and those above it, joined and ended by `/`.
    pub path: String,
    /// How many codes that are.
    pub depth: i64,
}

impl Place {
    /// The place with this code, without writing anything.
    ///
    /// # Panics
    /// When the code is none of a province (2 digits), city (4), county (6), town (9), village (12),
    /// or a village's grid `-01` or micro-grid `-01-02`.
    pub fn new(id: &str) -> Place {
        let path = path_of(id);
        Place {
            county: county_of(id),
            id: id.to_owned(),
            name: format!("演示区划 {id}"),
            depth: path.matches('/').count() as i64,
            path,
        }
    }
}

/// Kinds by depth, from the province down.
const KINDS: [&str; 7] = ["province", "city", "county", "town", "village", "grid", "micro-grid"];

/// The codes from the province down to `id` itself.
fn line_of(id: &str) -> Vec<&str> {
    let digits = id.split('-').next().unwrap_or(id);
    let mut line: Vec<&str> = [2, 4, 6, 9, 12].iter().filter_map(|length| digits.get(..*length)).collect();
    let dashes = id.match_indices('-').map(|(at, _)| at).skip(1).chain([id.len()]);
    line.extend(dashes.filter(|at| *at > digits.len()).map(|at| &id[..at]));
    let known = line.last() == Some(&id) && line.len() <= KINDS.len() && (digits == id || digits.len() == 12);
    assert!(known, "{id} is no division code");
    line
}

/// The path of the area with this code: `421223` is at `42/4212/421223/`.
pub fn path_of(id: &str) -> String {
    line_of(id).join("/") + "/"
}

/// The six digits that lead the keys of the area with this code; a city and a province have their own.
pub fn county_of(id: &str) -> String {
    match county_in(&path_of(id)) {
        Some(county) => county.to_owned(),
        None => format!("{id:0<6}"),
    }
}

impl House {
    /// The area with this code, written together with every area above it that is missing.
    pub async fn area(&self, id: &str) -> Place {
        let mut tx = self.db().write().await.expect("the test database takes writes");
        let mut parent = None;
        for (code, kind) in line_of(id).into_iter().zip(KINDS) {
            store::insert_area(&mut tx, &Place::new(code), parent, kind)
                .await
                .expect("an area can be written");
            parent = Some(code);
        }
        tx.commit().await.expect("areas can be committed");
        Place::new(id)
    }

    /// An organisation of `kind` at an area, which is written too.
    pub async fn organisation(&self, area: &str, kind: &str, name: &str) -> Uuid {
        let place = self.area(area).await;
        let id = self.app().ids().new_id(self.now());
        let mut tx = self.db().write().await.expect("the test database takes writes");
        store::insert_organisation(&mut tx, id, &place, kind, name)
            .await
            .expect("an organisation can be written");
        tx.commit().await.expect("an organisation can be committed");
        id
    }

    /// Puts on the duty list that `organisation`, of the same county, answers for `category` in an area.
    pub async fn duty(&self, organisation: Uuid, category: &str, area: &str) {
        let id = self.app().ids().new_id(self.now());
        let mut tx = self.db().write().await.expect("the test database takes writes");
        store::insert_duty(&mut tx, id, organisation, category, &Place::new(area), 0)
            .await
            .expect("a duty can be written");
        tx.commit().await.expect("a duty can be committed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_where_it_lies() {
        for (id, county, path) in [
            ("42", "420000", "42/"),
            ("4212", "421200", "42/4212/"),
            ("421223", "421223", "42/4212/421223/"),
            ("421223100001", "421223", "42/4212/421223/421223100/421223100001/"),
            (
                "421223100001-01-02",
                "421223",
                "42/4212/421223/421223100/421223100001/421223100001-01/421223100001-01-02/",
            ),
        ] {
            assert_eq!((county_of(id).as_str(), path_of(id).as_str()), (county, path), "{id}");
        }
    }

    #[test]
    #[should_panic(expected = "42122 is no division code")]
    fn a_code_of_another_length_is_refused() {
        path_of("42122");
    }
}

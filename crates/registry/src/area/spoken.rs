//! The place that words name: a town, village or grid of one county, as its people say it.
//!
//! Names are looked for with their 村, 社区, 镇: streets and shops share the rest of them (桃溪大道 is not
//! 桃溪社区). Words that fit several places, or places apart from each other, name none.

use lianxin_foundation::{Result, Tx};

use super::{Area, AreaKind, ancestors, store};

/// What committees of villages and of communities are called, the longer first.
const OF_VILLAGES: [&str; 2] = ["村民委员会", "村委会"];
const OF_COMMUNITIES: [&str; 2] = ["居民委员会", "居委会"];
/// A name this short is also the end of others: it counts only where a word begins.
const SHORT: usize = 2;

/// The one place of a county that words name, the smallest; `None` where they name none, or more than one.
pub async fn named_in(tx: &mut Tx, county: &str, words: &str) -> Result<Option<Area>> {
    let places = store::named_places(tx, county).await?;
    let Some(found) = meant(words, &places) else { return Ok(None) };
    let mut found = found.id.clone();
    // Grids have names that say something only within their village.
    loop {
        let below = store::children(tx, &found).await?;
        let inner =
            below.into_iter().filter(|area| area.kind > AreaKind::Village && words.contains(&area.name));
        match inner.map(|area| area.id).collect::<Vec<_>>().as_slice() {
            [only] => found.clone_from(only),
            _ => return store::area(tx, &found).await,
        }
    }
}

/// The towns and villages of a county, for many addresses at once.
pub struct Named(Vec<NamedPlace>);

impl Named {
    /// Reads them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(tx: &mut Tx, county: &str) -> Result<Named> {
        Ok(Named(store::named_places(tx, county).await?))
    }

    /// The one place that words name, the smallest; `None` where they name none, or more than one.
    pub fn place(&self, words: &str) -> Option<&NamedPlace> {
        meant(words, &self.0)
    }
}

/// A town or village of a county.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedPlace {
    /// Its code.
    pub id: String,
    /// Its name in the division table.
    pub name: String,
    /// Its path.
    pub path: String,
}

/// An area's name as people say it: without the committee that the division table names it after.
pub fn short_name(name: &str) -> String {
    let without = |committees: [&str; 2]| {
        let stem = committees.iter().find_map(|committee| name.strip_suffix(committee))?;
        (!stem.is_empty()).then_some(stem)
    };
    let ended = |stem: &str, ending: &str, fits: &[&str]| match fits.iter().any(|fit| stem.ends_with(fit)) {
        true => stem.to_owned(),
        false => format!("{stem}{ending}"),
    };
    if let Some(stem) = without(OF_VILLAGES) {
        return ended(stem, "村", &["村"]);
    }
    if let Some(stem) = without(OF_COMMUNITIES) {
        return ended(stem, "社区", &["社区", "村", "场", "区"]);
    }
    name.strip_suffix("办事处").filter(|street| street.ends_with("街道")).unwrap_or(name).to_owned()
}

/// A name found in the words: where it begins and ends, and the places that have it.
struct Mention<'p> {
    from: usize,
    to: usize,
    places: Vec<&'p NamedPlace>,
}

/// The smallest place on whose path every name in the words lies, if it is the only one.
fn meant<'p>(words: &str, places: &'p [NamedPlace]) -> Option<&'p NamedPlace> {
    let mentions = mentions(words, places);
    let on_path = |place: &NamedPlace, mention: &Mention<'_>| {
        mention.places.iter().any(|named| place.path.starts_with(&named.path))
    };
    let mut fitting: Vec<&NamedPlace> = mentions
        .iter()
        .flat_map(|mention| mention.places.iter().copied())
        .filter(|place| mentions.iter().all(|mention| on_path(place, mention)))
        .collect();
    fitting.sort_by_key(|place| (ancestors(&place.path).len(), &place.id));
    fitting.dedup();
    match fitting.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

fn mentions<'p>(words: &str, places: &'p [NamedPlace]) -> Vec<Mention<'p>> {
    let mut all: Vec<Mention<'p>> = Vec::new();
    for place in places {
        let short = short_name(&place.name);
        for name in [place.name.as_str(), &short] {
            for (from, _) in words.match_indices(name) {
                let to = from + name.len();
                match all.iter_mut().find(|known| (known.from, known.to) == (from, to)) {
                    Some(known) if known.places.contains(&place) => {}
                    Some(known) => known.places.push(place),
                    None => all.push(Mention { from, to, places: vec![place] }),
                }
            }
        }
    }
    let longer = |one: &Mention<'_>| {
        let around = |other: &Mention<'_>| other.from <= one.from && one.to <= other.to;
        all.iter().any(|other| around(other) && other.to - other.from > one.to - one.from)
    };
    let begins = |one: &Mention<'_>| {
        let before = words[..one.from].chars().next_back();
        !before.is_some_and(char::is_alphabetic) || all.iter().any(|other| other.to == one.from)
    };
    let is_short = |one: &Mention<'_>| words[one.from..one.to].chars().count() <= SHORT;
    let counts: Vec<bool> = all.iter().map(|one| !longer(one) && (!is_short(one) || begins(one))).collect();
    all.into_iter().zip(counts).filter_map(|(mention, counts)| counts.then_some(mention)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str, name: &str) -> NamedPlace {
        NamedPlace { id: id.to_owned(), name: name.to_owned(), path: super::super::path_of(id) }
    }

    fn county() -> Vec<NamedPlace> {
        vec![
            place("421223101", "青山镇"),
            place("421223101201", "城下村村委会"),
            place("421223101202", "畈上村委会"),
            place("421223101001", "桃溪社区居委会"),
            place("421223102", "白霓镇"),
            place("421223102201", "下村村委会"),
            place("421223102202", "畈上村村委会"),
            place("421223102001", "河街居民委员会"),
            place("421223003", "永安街道办事处"),
        ]
    }

    #[test]
    fn a_place_is_found_where_its_name_says_enough() {
        for (words, found) in [
            ("青山镇城下村三组村口", Some("421223101201")),
            ("城下村三组", Some("421223101201")),
            ("城下村村委会门口", Some("421223101201")),
            ("我住青山镇 桃溪社区，小区北门", Some("421223101001")),
            ("白霓镇政府对面", Some("421223102")),
            ("永安街道的桥头", Some("421223003")),
            ("河街社区老井边", Some("421223102001")),
            // A short name counts where a word begins, also right behind another name.
            ("下村祠堂", Some("421223102201")),
            ("白霓镇下村祠堂", Some("421223102201")),
            ("大石下村祠堂", None),
            // Streets and shops share the beginnings of names.
            ("桃溪大道农商行", None),
            ("青山超市门口", None),
            // Two villages have the name, until the town is said.
            ("畈上村水渠", None),
            ("白霓镇畈上村水渠", Some("421223102202")),
            ("畈上村（青山镇）水渠", Some("421223101202")),
            // Places apart from each other, and a village that lies in another town than the one said.
            ("城下村和桃溪社区交界的路", None),
            ("白霓镇城下村", None),
            ("", None),
        ] {
            let places = county();
            assert_eq!(meant(words, &places).map(|place| place.id.as_str()), found, "{words}");
        }
    }

    #[test]
    fn names_are_shortened_as_people_say_them() {
        for (name, short) in [
            ("城下村村委会", "城下村"),
            ("白鹤村委会", "白鹤村"),
            ("西庄村民委员会", "西庄村"),
            ("桃溪社区居委会", "桃溪社区"),
            ("温泉社区居民委员会", "温泉社区"),
            ("河街居委会", "河街社区"),
            ("永安街道办事处", "永安街道"),
            ("石城镇", "石城镇"),
            ("村委会", "村委会"),
            ("滨河社区", "滨河社区"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }
}

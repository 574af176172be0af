//! Records that may be of one person: the list, two of them side by side, and what was merged.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Context, Micros, Problem, Result, Right, Scope, Tx};
use uuid::Uuid;

use crate::actions::people::{Half, Laid, MergePeople, TellApart, UndoMerge, laid};
use crate::area::path_of;
use crate::doubles::plan::{Carried, Choices, TwoStages, homes_differ};
use crate::doubles::{Elsewhere, Likeness, Merge, Side, What, store};
use crate::household::Relation;
use crate::organisation::store as organisations;
use crate::pages::place::{self, PlaceField};
use crate::pages::{Asked, Wrong, asked, done, notice, place_names, wrong};
use crate::person::standing::Standing;
use crate::person::{Person, sealed, store as people};

/// At most this many pairs are listed.
const MOST: i64 = 100;

/// One of two records in the list.
#[derive(Debug, Clone)]
pub(crate) struct HalfRow {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) birth_year: Option<String>,
    pub(crate) place: Option<String>,
}

/// Two records that may be of one person.
#[derive(Debug, Clone)]
pub(crate) struct PairRow {
    pub(crate) one: HalfRow,
    pub(crate) other: HalfRow,
    /// The messages that say why.
    pub(crate) why: Vec<&'static str>,
    pub(crate) href: String,
}

#[derive(Template)]
#[template(path = "doubles.html")]
pub(crate) struct DoublesPage {
    pub(crate) s: Shell,
    pub(crate) within: PlaceField,
    pub(crate) nowhere: bool,
    pub(crate) rows: Vec<PairRow>,
    /// Whether there are more than these.
    pub(crate) more: bool,
    pub(crate) notice: Option<String>,
}

pub(crate) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let keeps = visitor.scope(Right::KeepPeople)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(&query, "area");
    let place::Asked { field, area } = PlaceField::asked(&mut tx, &keeps, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let path = area.map(|area| path_of(&area)).unwrap_or_default();
    let rows = if nowhere { Vec::new() } else { rows(&mut tx, &keeps, &path, visitor.now).await? };
    html(&DoublesPage {
        s: visitor.shell(visitor.words.t("doubles-title")),
        within: field,
        nowhere,
        more: rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX),
        rows,
        notice: notice(&visitor, &query),
    })
}

/// The parts of a place that a scope holds by place.
fn parts<'p>(scope: &'p Scope, path: &'p str) -> Vec<&'p str> {
    let within = |grant: &'p Grant| match grant {
        Grant::Place(place) if place.starts_with(path) => Some(place.as_str()),
        Grant::Place(place) if path.starts_with(place.as_str()) => Some(path),
        _ => None,
    };
    scope.grants().iter().filter_map(within).collect()
}

async fn rows(tx: &mut Tx, keeps: &Scope, path: &str, now: Micros) -> Result<Vec<PairRow>> {
    let mut pairs: Vec<(String, (Uuid, Uuid), Vec<&'static str>)> = Vec::new();
    for county in people::counties(tx, keeps, path).await? {
        for part in parts(keeps, path) {
            for likeness in Likeness::ALL {
                for (one, other) in store::pairs(tx, (&county, part), likeness, now, MOST).await? {
                    let pair = (one.min(other), one.max(other));
                    match pairs.iter_mut().find(|(of, known, _)| *of == county && *known == pair) {
                        Some((_, _, why)) if why.contains(&likeness.message()) => {}
                        Some((_, _, why)) => why.push(likeness.message()),
                        None => pairs.push((county.clone(), pair, vec![likeness.message()])),
                    }
                }
            }
        }
    }
    let mut rows = Vec::new();
    for (county, (one, other), why) in pairs.into_iter().take(usize::try_from(MOST).unwrap_or(usize::MAX)) {
        let halves =
            (half(tx, keeps, (&county, one), now).await?, half(tx, keeps, (&county, other), now).await?);
        if let (Some(first), Some(then)) = halves {
            rows.push(PairRow { one: first, other: then, why, href: beside(&county, one, other) });
        }
    }
    Ok(rows)
}

/// The address where two records stand side by side.
fn beside(county: &str, kept: Uuid, gone: Uuid) -> String {
    format!("/people/{county}/{kept}/double/{gone}")
}

/// One of two, where the reader keeps it.
async fn half(
    tx: &mut Tx,
    keeps: &Scope,
    (county, id): (&str, Uuid),
    now: Micros,
) -> Result<Option<HalfRow>> {
    let Some(person) = people::person(tx, county, id).await? else { return Ok(None) };
    let standing = Standing::of(tx, &person).await?;
    if !standing.covered(keeps, now) {
        return Ok(None);
    }
    let place = match standing.home(now) {
        Some(home) => place_names(tx, [home.path.as_str()].into_iter()).await?.remove(&home.path),
        None => None,
    };
    Ok(Some(HalfRow {
        href: format!("/people/{county}/{id}"),
        birth_year: person.birth.as_deref().and_then(|day| day.get(..4)).map(str::to_owned),
        name: person.name,
        place,
    }))
}

/// Somebody who may be the same as the person of a page.
#[derive(Debug, Clone)]
pub(crate) struct DoubleRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) why: Vec<&'static str>,
}

/// Those who may be the same as a person, of whom the reader keeps both; who is said to be somebody else is left out.
pub(super) async fn doubles_of(
    tx: &mut Tx,
    keeps: &Scope,
    person: &Person,
    now: Micros,
) -> Result<Vec<DoubleRow>> {
    let Some(own) = store::record(tx, &person.county, person.id).await? else { return Ok(Vec::new()) };
    let plain = crate::person::naming::Keys::of(&person.name).plain;
    let alike =
        people::alike(tx, &person.county, &plain, person.birth.clone(), own.phone_key.clone()).await?;
    let others = store::others(tx, &person.county, person.id).await?;
    let mut rows = Vec::new();
    for one in alike.into_iter().filter(|one| one.id != person.id && !others.contains(&one.id)) {
        if !Standing::of(tx, &one).await?.covered(keeps, now) {
            continue;
        }
        let Some(record) = store::record(tx, &one.county, one.id).await? else { continue };
        let same = |likeness: &Likeness| match likeness {
            Likeness::Birth => person.birth.is_some() && person.birth == one.birth,
            Likeness::Phone => own.phone_key.is_some() && own.phone_key == record.phone_key,
        };
        rows.push(DoubleRow {
            href: beside(&person.county, person.id, one.id),
            name: one.name.clone(),
            why: Likeness::ALL.iter().filter(|likeness| same(likeness)).map(|one| one.message()).collect(),
        });
    }
    Ok(rows)
}

/// A merge as the kept person's page shows it.
#[derive(Debug, Clone)]
pub(crate) struct MergeRow {
    pub(crate) at: Micros,
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) undone: Option<(Micros, String)>,
    pub(crate) address: String,
}

/// What went into a record.
pub(super) fn merge_row(merge: Merge) -> MergeRow {
    MergeRow {
        address: format!("/people/merges/{}/{}/undo", merge.county, merge.id),
        at: merge.made_at,
        by: merge.made_by,
        reason: merge.reason,
        undone: merge.undone_at.zip(merge.undone_by),
    }
}

/// A field of two records.
#[derive(Debug, Clone)]
pub(crate) struct FieldRow {
    /// Its name in the form.
    pub(crate) field: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kept: Option<String>,
    pub(crate) gone: Option<String>,
    /// Whether somebody has to choose.
    pub(crate) chosen: bool,
    /// From which record it comes.
    pub(crate) from: Option<Side>,
}

/// A home or membership of one of them.
#[derive(Debug, Clone)]
pub(crate) struct FactRow {
    /// Whose it is now.
    pub(crate) of: Side,
    pub(crate) what: String,
    pub(crate) from: Micros,
    pub(crate) to: Option<Micros>,
    /// The message that says what becomes of it.
    pub(crate) becomes: &'static str,
    /// Its days afterwards, where they are others.
    pub(crate) days: Option<(Micros, Option<Micros>)>,
}

#[derive(Template)]
#[template(path = "double.html")]
pub(crate) struct DoublePage {
    pub(crate) s: Shell,
    pub(crate) county: String,
    pub(crate) kept: (String, String),
    pub(crate) gone: (String, String),
    pub(crate) versions: (i64, i64),
    pub(crate) fields: Vec<FieldRow>,
    pub(crate) facts: Vec<FactRow>,
    pub(crate) transfers: usize,
    pub(crate) elsewhere: usize,
    /// What stands in the way, in words.
    pub(crate) barred: Option<String>,
    /// Who said that they are two people, and when.
    pub(crate) apart: Option<(String, Micros)>,
    pub(crate) reason: String,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

pub(crate) async fn page(
    visitor: Visitor,
    Path((county, kept, gone)): Path<(String, Uuid, Uuid)>,
    query: Asked,
    Extension(elsewhere): Extension<Elsewhere>,
) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let page = load(&visitor, (&county, kept, gone), (&Choices::default(), ""), elsewhere).await?;
    html(&DoublePage { notice: notice(&visitor, &query), ..page })
}

async fn load(
    visitor: &Visitor,
    (county, kept, gone): (&str, Uuid, Uuid),
    (choices, reason): (&Choices, &str),
    elsewhere: Elsewhere,
) -> Result<DoublePage> {
    let cx = Context::new(&visitor.app, visitor.signed_in()?, visitor.now);
    let mut tx = visitor.app.db().read().await?;
    let laid = laid(&mut tx, cx, (county, (kept, gone)), choices, elsewhere).await?;
    let (one, other) = (&laid.kept.record.person, &laid.gone.record.person);
    let (facts, barred) = match &laid.facts {
        Ok(facts) => (fact_rows(&mut tx, visitor, &laid, facts).await?, None),
        Err(two) => (Vec::new(), Some(two_stages(&mut tx, visitor, two).await?)),
    };
    let waits = [&laid.kept, &laid.gone].iter().any(|half| half.transfers.iter().any(|(_, waits)| *waits));
    Ok(DoublePage {
        s: visitor.shell(visitor.words.t("doubles-beside")),
        county: county.to_owned(),
        kept: (kept.to_string(), one.name.clone()),
        gone: (gone.to_string(), other.name.clone()),
        versions: (one.version, other.version),
        fields: {
            let mut fields = fields(visitor, &laid)?;
            fields.extend(home_field(&mut tx, visitor, &laid, choices).await?);
            fields
        },
        facts,
        transfers: laid.kept.transfers.len() + laid.gone.transfers.len(),
        elsewhere: laid.gone.elsewhere.len(),
        barred: barred.or_else(|| waits.then(|| visitor.words.t("doubles-transfer-waits"))),
        apart: laid.apart,
        reason: reason.to_owned(),
        notice: None,
        wrong: Wrong::default(),
    })
}

async fn two_stages(tx: &mut Tx, visitor: &Visitor, TwoStages(both): &TwoStages) -> Result<String> {
    let names = organisations::names(tx, &[both[0].1, both[1].1]).await?;
    let name = |at: usize| names.get(&both[at].1).cloned().unwrap_or_default();
    Ok(visitor.words.t2("doubles-two-stages", "one", name(0), "other", name(1)))
}

fn fields(visitor: &Visitor, laid: &Laid) -> Result<Vec<FieldRow>> {
    let (one, other) = (&laid.kept.record.person, &laid.gone.record.person);
    let (own_id, own_phone) = sealed::masked(&visitor.app, one)?;
    let (their_id, their_phone) = sealed::masked(&visitor.app, other)?;
    let sex = |person: &Person| person.sex().map(|sex| visitor.words.t(sex.message()));
    let year = |person: &Person| person.birth.as_deref().and_then(|day| day.get(..4)).map(str::to_owned);
    let of = &laid.sources;
    let told = laid.kept.has().id_number || laid.gone.has().id_number;
    let rows = [
        (
            "name",
            "person-name",
            Some(one.name.clone()),
            Some(other.name.clone()),
            one.name != other.name,
            Some(of.name),
        ),
        (
            "id-number",
            "person-id-number",
            own_id,
            their_id,
            one.id_key.is_some() && other.id_key.is_some(),
            of.id_number,
        ),
        ("sex", "person-sex", sex(one), sex(other), !told && differ(&one.sex, &other.sex), Some(of.sex)),
        (
            "birth",
            "person-birth-year",
            year(one),
            year(other),
            !told && differ(&one.birth, &other.birth),
            Some(of.birth),
        ),
        (
            "phone",
            "person-phone",
            own_phone,
            their_phone,
            differ(&laid.kept.record.phone_key, &laid.gone.record.phone_key),
            Some(of.phone),
        ),
    ];
    let row =
        |(field, label, kept, gone, chosen, from): (_, _, Option<String>, Option<String>, _, _)| FieldRow {
            field,
            label,
            from: if kept.is_none() && gone.is_none() { None } else { from },
            kept,
            gone,
            chosen,
        };
    Ok(rows.into_iter().map(row).collect())
}

/// Which home counts, where both have one now.
async fn home_field(
    tx: &mut Tx,
    visitor: &Visitor,
    laid: &Laid,
    choices: &Choices,
) -> Result<Option<FieldRow>> {
    if !homes_differ(&laid.kept.standing, &laid.gone.standing, visitor.now) {
        return Ok(None);
    }
    let mut said = Vec::new();
    for half in [&laid.kept, &laid.gone] {
        let Some(home) = half.standing.home(visitor.now) else { return Ok(None) };
        let mut places = place_names(tx, [home.path.as_str()].into_iter()).await?;
        let place = places.remove(&home.path).unwrap_or_default();
        said.push(format!("{place} · {}", visitor.words.t(home.message())));
    }
    let gone = said.pop();
    Ok(Some(FieldRow {
        field: "home",
        label: "doubles-home",
        kept: said.pop(),
        gone,
        chosen: true,
        from: Some(choices.home),
    }))
}

fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && other.is_some() && one != other
}

async fn fact_rows(tx: &mut Tx, visitor: &Visitor, laid: &Laid, facts: &[Carried]) -> Result<Vec<FactRow>> {
    let halves: [&Half; 2] = [&laid.kept, &laid.gone];
    let homes = || halves.into_iter().flat_map(|half| &half.standing.residences);
    let roles = || halves.into_iter().flat_map(|half| &half.standing.memberships);
    let places = place_names(tx, homes().map(|home| home.path.as_str())).await?;
    let units: Vec<Uuid> = roles().map(|role| role.organisation).collect();
    let names = organisations::names(tx, &units).await?;
    let said = |one: &Carried| match one.what {
        What::Residence => homes().find(|home| home.id == one.id).map(|home| {
            let relation = Relation::from_code(&home.relation).unwrap_or(Relation::Other).message();
            let place = places.get(&home.path).cloned().unwrap_or_default();
            format!("{place} · {}", visitor.words.t(relation))
        }),
        _ => roles().find(|role| role.id == one.id).map(|role| {
            let unit = names.get(&role.organisation).cloned().unwrap_or_default();
            format!("{unit} · {}", visitor.words.t(&role.message()))
        }),
    };
    let kept = laid.kept.record.person.id;
    let row = |one: &Carried| {
        let cut = (one.becomes.from, one.becomes.to) != (one.was.from, one.was.to);
        FactRow {
            of: if one.was.person == kept { Side::Kept } else { Side::Gone },
            what: said(one).unwrap_or_default(),
            from: one.was.from,
            to: one.was.to.map(|to| to - 1),
            becomes: match () {
                () if one.set_aside() => "doubles-becomes-aside",
                () if cut => "doubles-becomes-cut",
                () if one.was.person == kept => "doubles-becomes-stays",
                () => "doubles-becomes-goes",
            },
            days: (cut && !one.set_aside()).then(|| (one.becomes.from, one.becomes.to.map(|to| to - 1))),
        }
    };
    Ok(facts.iter().filter(|one| !one.was.is_empty()).map(row).collect())
}

fn chosen(sent: &Submission) -> Choices {
    let side = |field: &str| Side::from_code(sent.text(field));
    Choices {
        name: side("name").unwrap_or_default(),
        sex: side("sex").unwrap_or_default(),
        birth: side("birth").unwrap_or_default(),
        id_number: side("id-number"),
        phone: side("phone").unwrap_or_default(),
        home: side("home").unwrap_or_default(),
    }
}

pub(crate) async fn take(
    Path((county, kept, gone, step)): Path<(String, Uuid, Uuid, String)>,
    Extension(elsewhere): Extension<Elsewhere>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let (choices, reason) = (chosen(&sent), sent.text("reason").to_owned());
    let tell = |two| TellApart { county: county.clone(), one: kept, other: gone, two };
    let outcome = match step.as_str() {
        "look" => {
            let page = load(&visitor, (&county, kept, gone), (&choices, &reason), elsewhere).await?;
            return html(&page);
        }
        "apart" => app.act(who, &tell(true)).await.map(|()| ("/people/doubles".to_owned(), "doubles-apart")),
        "together" => {
            app.act(who, &tell(false)).await.map(|()| (beside(&county, kept, gone), "doubles-together"))
        }
        "merge" => {
            let number = |field| sent.parsed(field, "person-changed").map(Option::unwrap_or_default);
            let merge = MergePeople {
                county: county.clone(),
                kept,
                gone,
                versions: (number("kept-version")?, number("gone-version")?),
                choices,
                reason: reason.clone(),
                elsewhere,
            };
            app.act(who, &merge).await.map(|_| (format!("/people/{county}/{kept}"), "doubles-merged"))
        }
        _ => Err(Problem::not_found().into()),
    };
    match outcome {
        Ok((address, said)) => Ok(done(&address, said).into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let page = load(&visitor, (&county, kept, gone), (&choices, &reason), elsewhere).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &DoublePage { wrong, ..page })
        }
    }
}

pub(crate) async fn undo(
    Path((county, id)): Path<(String, Uuid)>,
    Extension(elsewhere): Extension<Elsewhere>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let undo = UndoMerge { county: county.clone(), id, reason: sent.text("reason").to_owned(), elsewhere };
    match visitor.app.act(visitor.signed_in()?, &undo).await {
        Ok(merge) => Ok(done(&beside(&county, merge.kept, merge.gone), "doubles-undone").into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let found = store::merge(&mut visitor.app.db().read().await?, &county, id).await?;
            let Some(merge) = found else { return Err(Problem::not_found().into()) };
            super::person::refused(&visitor, (&county, merge.kept), ("undo", Vec::new()), (wrong, None)).await
        }
    }
}

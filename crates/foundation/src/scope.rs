//! Who may do what, where, and when: posts, rights, and the one compiler that turns them into a
//! condition every list, count, search, export and detail page uses.
//!
//! A **post** gives an account a [`Role`] over a place for a time. [`Scope::of`] turns the posts that
//! hold at a moment into grants for one [`Right`]; [`Scope::condition`] turns the grants into SQL and
//! [`Scope::covers`] answers for one thing already at hand. `oracle.rs`, a slow and obvious reading
//! of the same table, must agree with both on random trees, posts and days.

mod condition;
#[cfg(test)]
mod oracle;

use uuid::Uuid;

use crate::clock::Micros;
use crate::error::{Problem, Result};
use crate::every;

pub use condition::{Columns, Condition, county_in, range as path_range};

/// A kind of post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// 网格员: looks after one grid.
    GridWorker,
    /// 党员中心户: the member household neighbours turn to.
    ContactHousehold,
    /// 承办单位经办人: does the work of one unit.
    UnitHandler,
    /// 派单员: sends matters to units.
    Dispatcher,
    /// 督办员: watches deadlines, decides reopened matters, calls people back.
    Supervisor,
    /// 书记: sees everything in the place, and its figures; keeps the people of the place and of the organisation.
    Secretary,
    /// 管理员: keeps areas, organisations, people, posts and sign-ins; sees no matter.
    Administrator,
    /// 审计员: reads matters without personal data, and the audit trail.
    Auditor,
    /// 第一专员: sent to an enterprise, speaks for it.
    Specialist,
    /// 企业联系人: speaks for the enterprise they work in.
    EnterpriseContact,
}

/// Something a post may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Read matters, with personal fields masked.
    SeeMatters,
    /// Enter a matter for someone who called or came.
    EnterMatters,
    /// Do a unit's work on a matter.
    HandleMatters,
    /// Send matters to units.
    DispatchMatters,
    /// Decide reopened matters, call people back.
    SuperviseMatters,
    /// Open a masked personal field, with a reason.
    OpenPersonal,
    /// See staff figures.
    SeeFigures,
    /// Take lists away as files.
    Export,
    /// See areas, organisations and who holds which post.
    SeeRegistry,
    /// Change areas, organisations, posts, sign-ins and categories.
    Manage,
    /// Read the audit trail.
    SeeAudit,
    /// See people, households and who belongs to what, with personal fields masked.
    SeePeople,
    /// Register and correct people, move households, enter who joins and leaves.
    KeepPeople,
    /// Open a person's masked fields, with a reason, and find people by them.
    OpenPeople,
    /// Open two-way checks (双向排查), link their lists, decide what is unclear, see how complete they are.
    RunChecks,
    /// Bring an office's list into a check it was asked for, and take what was found back to it.
    BringLists,
    /// Report an enterprise's problems, follow them and say whether they are solved.
    SpeakForEnterprise,
}

every! {
    /// Every right.
    Right {
        SeeMatters, EnterMatters, HandleMatters, DispatchMatters, SuperviseMatters, OpenPersonal, SeeFigures, Export,
        SeeRegistry, Manage, SeeAudit, SeePeople, KeepPeople, OpenPeople, RunChecks, BringLists,
        SpeakForEnterprise,
    }
}

/// How far a role carries a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Everything in the post's place.
    Place,
    /// Only what the post's organisation has, wherever it is.
    Unit,
    /// Both.
    PlaceAndUnit,
}

every! {
    /// Every role, in the order screens list them.
    Role {
        GridWorker        = "grid-worker",        "role-grid-worker";
        ContactHousehold  = "contact-household",  "role-contact-household";
        UnitHandler       = "unit-handler",       "role-unit-handler";
        Dispatcher        = "dispatcher",         "role-dispatcher";
        Supervisor        = "supervisor",         "role-supervisor";
        Secretary         = "secretary",          "role-secretary";
        Administrator     = "administrator",      "role-administrator";
        Auditor           = "auditor",            "role-auditor";
        Specialist        = "specialist",         "role-specialist";
        EnterpriseContact = "enterprise-contact", "role-enterprise-contact";
    }
}

impl Role {
    /// Whether a post of this role must name the organisation it works for.
    pub fn needs_organisation(self) -> bool {
        self.for_enterprise() || matches!(self, Role::UnitHandler)
    }

    /// Whether it speaks for an enterprise: the organisation of its post is one.
    pub fn for_enterprise(self) -> bool {
        matches!(self, Role::Specialist | Role::EnterpriseContact)
    }

    /// The table of rights: what this role may do, and how far.
    fn reach(self, right: Right) -> Option<Reach> {
        use Reach::{Place, PlaceAndUnit, Unit};
        use Right::*;
        match (self, right) {
            (Role::GridWorker, SeeMatters) => Some(PlaceAndUnit),
            (Role::GridWorker, HandleMatters | OpenPersonal) => Some(Unit),
            (
                Role::GridWorker,
                EnterMatters | SeeFigures | SeeRegistry | SeePeople | KeepPeople | OpenPeople,
            ) => Some(Place),

            (Role::ContactHousehold, SeeMatters | EnterMatters | SeeRegistry) => Some(Place),

            (Role::UnitHandler, SeeMatters | HandleMatters | OpenPersonal | Export | BringLists) => {
                Some(Unit)
            }
            (Role::UnitHandler, EnterMatters | SeeFigures | SeeRegistry) => Some(Place),

            (
                Role::Dispatcher,
                SeeMatters | EnterMatters | DispatchMatters | OpenPersonal | SeeFigures | Export
                | SeeRegistry,
            ) => Some(Place),

            (
                Role::Supervisor,
                SeeMatters | EnterMatters | DispatchMatters | SuperviseMatters | OpenPersonal | SeeFigures
                | Export | SeeRegistry,
            ) => Some(Place),

            (Role::Secretary, SeeMatters | SeeFigures | Export | SeeRegistry | RunChecks | BringLists) => {
                Some(Place)
            }
            (Role::Secretary, SeePeople | KeepPeople | OpenPeople) => Some(PlaceAndUnit),

            (
                Role::Administrator,
                Manage | SeeRegistry | SeeFigures | SeePeople | KeepPeople | RunChecks | BringLists,
            ) => Some(Place),

            (Role::Auditor, SeeMatters | SeeFigures | SeeRegistry | SeeAudit | Export) => Some(Place),

            (Role::Specialist | Role::EnterpriseContact, SpeakForEnterprise) => Some(Unit),

            _ => None,
        }
    }
}

/// A role over a place from a moment to a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The post's id.
    pub id: Uuid,
    /// Its kind.
    pub role: Role,
    /// The area it is over.
    pub area: String,
    /// That area's path, ending in `/`.
    pub path: String,
    /// The organisation it works for, if any.
    pub organisation: Option<Uuid>,
    /// The first moment it holds.
    pub from: Micros,
    /// The first moment it no longer holds, if known.
    pub to: Option<Micros>,
}

impl Post {
    /// Whether the post holds at `now`.
    pub fn holds(&self, now: Micros) -> bool {
        self.from <= now && self.to.is_none_or(|to| now < to)
    }
}

/// By what means somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A sign-in in a browser; the bytes are the session's key, for its form tokens.
    Session(Vec<u8>),
    /// A personal access token; the bytes are what is stored of its secret.
    Token(Vec<u8>),
    /// A secret link to one matter.
    Link,
    /// The program itself: clocks, commands.
    Program,
    /// Somebody the program itself speaks for, with posts it names: demo data and measurements. No
    /// request is ever known like this.
    Assumed,
}

/// Who is asking. Never taken from input: only from a session, a token, a link or the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The account, unless it is a resident or the program.
    pub account: Option<Uuid>,
    /// The county the account belongs to (a city's or province's own code for its people).
    pub county: String,
    /// The name shown beside what they do.
    pub name: String,
    /// Every post of the account, past and future ones too; dates decide.
    pub posts: Vec<Post>,
    /// How they are known.
    pub means: Means,
}

impl Who {
    /// The program acting by itself in a county.
    pub fn program(county: &str) -> Who {
        Who::without_account(county, "lianxin", Means::Program)
    }

    /// A resident holding the secret link of one matter.
    pub fn reporter(county: &str) -> Who {
        Who::without_account(county, "reporter", Means::Link)
    }

    fn without_account(county: &str, name: &str, means: Means) -> Who {
        Who { account: None, county: county.to_owned(), name: name.to_owned(), posts: Vec::new(), means }
    }

    /// What they may do with `right` at `now`. The program itself, run by the operator who holds the
    /// machine and its keys, is bounded by nothing.
    pub fn scope(&self, right: Right, now: Micros) -> Scope {
        match self.means {
            Means::Program => Scope { grants: vec![Grant::Place(String::new())] },
            _ => Scope::of(&self.posts, right, now),
        }
    }

    /// Whether any post gives `right` at `now`, anywhere.
    pub fn may(&self, right: Right, now: Micros) -> bool {
        !self.scope(right, now).is_empty()
    }

    /// The roles held at `now`.
    pub fn roles(&self, now: Micros) -> Vec<Role> {
        let mut roles: Vec<Role> =
            self.posts.iter().filter(|post| post.holds(now)).map(|post| post.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// One way in which something is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Everything whose path begins with this one.
    Place(String),
    /// Everything this organisation has or first took.
    Unit(Uuid),
}

/// All the ways in which one right is allowed to one asker at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    grants: Vec<Grant>,
}

impl Scope {
    /// Compiles the posts that hold at `now` for one right.
    pub fn of(posts: &[Post], right: Right, now: Micros) -> Scope {
        let mut grants = Vec::new();
        for post in posts.iter().filter(|post| post.holds(now)) {
            let Some(reach) = post.role.reach(right) else { continue };
            if matches!(reach, Reach::Place | Reach::PlaceAndUnit) {
                grants.push(Grant::Place(post.path.clone()));
            }
            if let (Reach::Unit | Reach::PlaceAndUnit, Some(unit)) = (reach, post.organisation) {
                grants.push(Grant::Unit(unit));
            }
        }
        Scope { grants: simplified(grants) }
    }

    /// Everything at or below these places, whoever asks: what statements about places use that no right bounds.
    pub(crate) fn over<'p>(paths: impl Iterator<Item = &'p str>) -> Scope {
        Scope { grants: simplified(paths.map(|path| Grant::Place(path.to_owned())).collect()) }
    }

    /// The grants, none of which lies inside another.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
    }

    /// Whether something at `path`, which `units` have or first took, is allowed.
    pub fn covers(&self, path: &str, units: &[Option<Uuid>]) -> bool {
        self.grants.iter().any(|grant| match grant {
            Grant::Place(place) => path.starts_with(place.as_str()),
            Grant::Unit(unit) => units.contains(&Some(*unit)),
        })
    }

    /// Refuses what is not covered.
    ///
    /// # Errors
    /// [`Problem::forbidden`].
    pub fn require(&self, path: &str, units: &[Option<Uuid>]) -> Result<()> {
        if self.covers(path, units) { Ok(()) } else { Err(Problem::forbidden().into()) }
    }
}

/// Drops places inside other places, and repeats: fewer alternatives make a quicker statement.
fn simplified(mut grants: Vec<Grant>) -> Vec<Grant> {
    let places: Vec<String> = grants
        .iter()
        .filter_map(|grant| match grant {
            Grant::Place(path) => Some(path.clone()),
            Grant::Unit(_) => None,
        })
        .collect();
    let mut seen: Vec<Grant> = Vec::new();
    grants.retain(|grant| {
        let inside = matches!(grant, Grant::Place(path)
            if places.iter().any(|other| other != path && path.starts_with(other.as_str())));
        let keep = !inside && !seen.contains(grant);
        if keep {
            seen.push(grant.clone());
        }
        keep
    });
    grants
}

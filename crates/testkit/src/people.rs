//! Accounts with posts.

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::account::{AddAccount, NewPassword, Outcome, SignIn};
use lianxin_foundation::scope::{Means, Post};
use lianxin_foundation::{Role, Who};
use uuid::Uuid;

use crate::{House, Place, county_of};

/// The password of every account in a test.
pub const PASSWORD: &str = "test-Password-7";

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct Person {
    /// As actions see them, not tied to a session.
    pub who: Who,
    /// Their login; the password is [`PASSWORD`].
    pub login: String,
}

impl Person {
    /// The account.
    pub fn account(&self) -> Uuid {
        self.who.account.expect("a person of a test has an account")
    }
}

impl House {
    /// A post over the area with this code, for ever. Other dates or an organisation by
    /// `Post { organisation: Some(unit), ..house.post(role, area) }`.
    pub fn post(&self, role: Role, area: &str) -> Post {
        let place = Place::new(area);
        Post {
            id: self.app().ids().new_id(self.now()),
            role,
            area: place.id,
            path: place.path,
            organisation: None,
            from: 0,
            to: None,
        }
    }

    /// Somebody with these posts and no account: for actions and scopes alone.
    pub fn who(&self, posts: &[Post]) -> Who {
        Who {
            account: Some(self.app().ids().new_id(self.now())),
            county: home_of(posts),
            name: "测试人员".to_owned(),
            posts: posts.to_vec(),
            means: Means::Assumed,
        }
    }

    /// An account with these posts, in the county of the first one (421223 without any).
    pub async fn person(&self, login: &str, posts: &[Post]) -> Person {
        let county = home_of(posts);
        let password = NewPassword::new(self.app(), PASSWORD, login).await.expect("a password can be hashed");
        let add = AddAccount {
            county: county.clone(),
            login: login.to_owned(),
            name: format!("测试{login}"),
            password,
            language: "zh-CN".to_owned(),
        };
        let account = self.app().act(&Who::program(&county), &add).await.expect("an account can be made");
        let mut tx = self.db().write().await.expect("the test database takes writes");
        for post in posts {
            accounts::insert_post(&mut tx, &county, account, post).await.expect("a post can be written");
        }
        tx.commit().await.expect("posts can be committed");
        let who = Who {
            account: Some(account),
            county,
            name: add.name,
            posts: posts.to_vec(),
            means: Means::Assumed,
        };
        Person { who, login: add.login }
    }

    /// Signs a person in and gives the session cookie's value.
    ///
    /// # Panics
    /// When the sign-in is refused or asks for a second factor.
    pub async fn session(&self, person: &Person) -> String {
        let typed =
            SignIn { login: person.login.clone(), password: PASSWORD.to_owned(), code: None, language: None };
        match typed.attempt(self.app()).await.expect("the sign-in is not refused") {
            Outcome::In(cookie) => cookie,
            Outcome::NeedsCode => panic!("{} has a second factor", person.login),
        }
    }
}

fn home_of(posts: &[Post]) -> String {
    posts.first().map_or_else(|| "421223".to_owned(), |post| county_of(&post.area))
}

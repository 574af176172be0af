//! `lianxin user` and `lianxin token`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use lianxin_foundation::account::{AddToken, NewPassword, store};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::{Error, Problem, Result};
use lianxin_foundation::{App, Role, Who};
use lianxin_registry::actions::OpenAccount;
use lianxin_registry::area;

use crate::config::Config;
use crate::house;

/// People who sign in.
#[derive(Subcommand)]
pub enum User {
    /// Make a sign-in with its first post; prints a password made for it
    Add(Add),
}

/// Access tokens for programs.
#[derive(Subcommand)]
pub enum Token {
    /// Make a token that acts as this person; prints it once
    Add(AddTokenTo),
}

/// A sign-in and its first post.
#[derive(Args)]
pub struct Add {
    /// The login: small letters, digits, dots, hyphens
    login: String,
    /// The name shown beside what they do
    #[arg(long)]
    name: String,
    /// What the post is
    #[arg(long, value_parser = roles())]
    role: Role,
    /// The area the post is over: a division code such as 421223 or 421223100
    #[arg(long)]
    area: String,
    /// The organisation the post works for, by its code
    #[arg(long)]
    organisation: Option<String>,
    /// The password; without it one is made and printed
    #[arg(long, env = "LIANXIN_NEW_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

/// A token.
#[derive(Args)]
pub struct AddTokenTo {
    /// Whose token it is
    #[arg(long)]
    login: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// After how many days it ends; without it, never
    #[arg(long)]
    days: Option<i64>,
}

impl User {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let User::Add(add) = self;
        let app = open(config).await?;
        let password = add.password.clone().unwrap_or_else(|| app.ids().secret());
        let county = area::county_of(&add.area);
        let organisation = match &add.organisation {
            None => None,
            Some(code) => {
                let mut tx = app.db().read().await?;
                let found = lianxin_registry::organisation::store::by_code(&mut tx, &county, code).await?;
                Some(
                    found
                        .ok_or_else(|| Problem::invalid().field("organisation", "post-organisation-unknown"))?
                        .id,
                )
            }
        };
        let login = add.login.to_lowercase();
        let open = OpenAccount {
            name: add.name,
            password: NewPassword::new(&app, &password, &login).await?,
            login,
            language: "zh-CN".to_owned(),
            role: add.role,
            area: add.area,
            organisation,
        };
        app.act(&Who::program(&county), &open).await?;
        println!("{} can sign in as {}", open.name, open.login);
        if add.password.is_none() {
            println!("password: {password}");
        }
        Ok(())
    }
}

impl Token {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Result<()> {
        let Token::Add(add) = self;
        let app = open(config).await?;
        let account = {
            let mut tx = app.db().read().await?;
            store::account_by_login(&mut tx, &add.login.to_lowercase()).await?
        };
        let Some(account) = account else {
            return Err(Error::failed("making a token", format!("nobody signs in as {}", add.login)));
        };
        let token = AddToken {
            county: account.county.clone(),
            account: account.id,
            name: add.name,
            expires_at: add.days.map(|days| app.clock().now() + days * DAY),
        };
        println!("{}", app.act(&Who::program(&account.county), &token).await?);
        Ok(())
    }
}

/// Reads a role's code; a wrong one is answered with all of them.
fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::code))
        .try_map(|code| Role::from_code(&code).ok_or_else(|| format!("there is no role {code}")))
}

async fn open(config: &Config) -> Result<App> {
    house::refuse_unless_there(config)?;
    house::app(config, house::migrated(config).await?, config.clock(), false)
}

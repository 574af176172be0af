//! `lianxin`: commands, configuration and wiring. No rules, no SQL.

mod commands;
mod config;
mod house;
mod listen;
mod metrics;
mod ready;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use lianxin_foundation::Result;

use crate::config::Config;

/// 连心: the system behind grassroots governance.
#[derive(Parser)]
#[command(name = "lianxin", version, about)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes stands apart from what is its own.
const SETTINGS: &str = "Settings";

#[derive(Args)]
struct Common {
    /// A TOML file of settings; `lianxin config` prints one
    #[arg(long, global = true, help_heading = SETTINGS, value_name = "FILE", env = "LIANXIN_CONFIG")]
    config: Option<PathBuf>,
    /// sqlite:FILE or postgres://…
    #[arg(long, global = true, help_heading = SETTINGS, value_name = "URL")]
    database: Option<String>,
    /// The folder for the SQLite file, the keys and the photos
    #[arg(long, global = true, help_heading = SETTINGS, value_name = "DIR")]
    data: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and programs until stopped
    Serve {
        /// The address to serve on
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
    /// Print every setting in force, and where it came from
    Config,
    /// Bring data in from files
    #[command(subcommand)]
    Import(commands::import::Import),
    /// People who sign in
    #[command(subcommand)]
    User(commands::users::User),
    /// Access tokens for programs
    #[command(subcommand)]
    Token(commands::users::Token),
    /// Fill in the demo if it is not there yet, then serve it
    Demo(commands::demo::Demo),
    /// The schema
    #[command(subcommand)]
    Db(commands::db::DbCommand),
    /// Write everything to one file while the program runs, and read it back
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Fill an empty database from a backup, of whichever engine, and compare
    Restore {
        /// The file to read
        file: PathBuf,
    },
    /// The audit trail
    #[command(subcommand)]
    Audit(commands::audit::Audit),
    /// The figures that pages show
    #[command(subcommand)]
    Figures(commands::figures::Figures),
    /// Plan who goes to which shelter, from files to files; needs no server
    #[command(subcommand)]
    Relocate(commands::relocate::Relocate),
    /// How people are told outside the program
    #[command(subcommand)]
    Channels(commands::channels::Channels),
    /// Print the OpenAPI document
    Openapi,
    /// Plan who can walk to which service, from files to files; needs no server
    #[command(subcommand)]
    Reach(commands::reach::Reach),
    /// Find who is on two lists, or twice on one
    Link(commands::link::Link),
    /// Plan which enterprises form branches, join or are attached, from files to files; needs no server
    #[command(subcommand)]
    Form(commands::form::Form),
    /// Measure this machine: the README's figures
    Bench(commands::bench::Bench),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("lianxin: starting: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lianxin: {}", commands::told(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let listen = match &cli.command {
        Command::Serve { listen } => listen.clone(),
        Command::Demo(demo) => demo.listen.clone(),
        _ => None,
    };
    let flags = [("database", cli.common.database), ("data", cli.common.data), ("listen", listen)];
    let config = Config::read(cli.common.config.as_deref(), &flags)?;
    let long_reads = matches!(cli.command, Command::Backup { .. } | Command::Restore { .. });
    house::start_log(&config, long_reads);
    for variable in config::unknown_variables() {
        tracing::warn!("{variable} in the environment is no setting; `lianxin config` lists them");
    }
    match cli.command {
        Command::Serve { .. } => serve::serve(&config, commands::demo::is_demo(&config)?).await,
        Command::Config => {
            print!("{}", config.explain());
            Ok(())
        }
        Command::Import(import) => import.run(&config).await,
        Command::User(user) => user.run(&config).await,
        Command::Token(token) => token.run(&config).await,
        Command::Demo(demo) => demo.run(&config).await,
        Command::Db(db) => db.run(&config).await,
        Command::Backup { file } => commands::backup::backup(&config, &file).await,
        Command::Restore { file } => commands::backup::restore(&config, &file).await,
        Command::Audit(audit) => audit.run(&config).await,
        Command::Figures(figures) => figures.run(&config).await,
        Command::Relocate(relocate) => commands::whole::stoppable("planning", move || relocate.run()).await,
        Command::Channels(channels) => channels.run(&config).await,
        Command::Openapi => {
            println!("{}", serve::openapi_text());
            Ok(())
        }
        Command::Reach(reach) => commands::whole::stoppable("looking for ways", move || reach.run()).await,
        Command::Link(link) => link.run().await,
        Command::Form(form) => commands::whole::stoppable("planning", move || form.run()).await,
        Command::Bench(bench) => bench.run(&config).await,
    }
}

//! `comptoir people add`: sign-ins without the browser.

use super::terminal::{new_secret, say};
use crate::config::Config;
use crate::wire;
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use comptoir_session::frames::is_email;
use comptoir_storage::StorageError;
use comptoir_storage::model::{AgentId, NewAgent, Role, SiteId};
use jiff::Timestamp;
use uuid::Uuid;

/// What to do with people.
#[derive(Debug, Subcommand)]
pub enum PeopleCommand {
    /// Create a person; the password is asked for twice, or read from a pipe.
    Add(AddArgs),
}

/// Who to create.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Site the person works at.
    #[arg(long)]
    site: String,
    /// E-mail to sign in with.
    #[arg(long)]
    email: String,
    /// First name, shown to visitors.
    #[arg(long)]
    name: String,
    /// What the person may do.
    #[arg(long, value_enum)]
    role: RoleArg,
    /// Do nothing when the e-mail already signs in.
    #[arg(long)]
    if_absent: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArg {
    Owner,
    Artisan,
}

/// Runs the command.
pub async fn run(command: PeopleCommand, config: &Config) -> anyhow::Result<()> {
    let PeopleCommand::Add(args) = command;
    let site = SiteId::parse(&args.site).context("a site name is 1 to 40 of a-z, 0-9 and -")?;
    let email = args.email.trim().to_lowercase();
    if !is_email(&email) {
        bail!("{email} is not an e-mail address");
    }
    let name = args.name.trim().to_owned();
    if name.is_empty() {
        bail!("--name is empty: visitors are shown this first name");
    }
    let storage = wire::storage(config).await?;
    let password = new_secret("Password: ", "The same again: ")?
        .context("the two passwords are not the same: nobody was added")?;
    let password_hash = comptoir_admin::password::hash(&password)?;
    let agent = NewAgent {
        id: AgentId(Uuid::now_v7()),
        site,
        email,
        name,
        role: match args.role {
            RoleArg::Owner => Role::Owner,
            RoleArg::Artisan => Role::Artisan,
        },
        lang: "fr".to_owned(),
        password_hash,
        created_at: Timestamp::now(),
    };
    let outcome = storage.create_agent(&agent).await;
    storage.close().await;
    match outcome {
        Ok(agent) => say(format_args!("{} can sign in", agent.email)),
        Err(StorageError::Taken { .. }) if args.if_absent => {}
        Err(StorageError::Taken { .. }) => bail!("{} already signs in", agent.email),
        Err(StorageError::Missing { .. }) => {
            bail!("there is no site {}: create it with `comptoir site create`", agent.site)
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

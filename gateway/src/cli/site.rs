//! `comptoir site create | set | snippet`: counters without the browser.

use super::terminal::say;
use crate::config::Config;
use crate::wire;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use comptoir_storage::StorageError;
use comptoir_storage::model::{SiteId, SiteSettings};
use jiff::Timestamp;
use std::path::PathBuf;

/// What to do with sites.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Create a site from a settings file.
    Create(CreateArgs),
    /// Print the line to paste into the firm's pages.
    Snippet {
        /// Short name of the site.
        id: String,
    },
}

/// The site to create.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Short name, as in `data-site`.
    id: String,
    /// Settings in TOML; the keys are those of the settings page.
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Origin of the pages the widget stands on (repeatable), beside those of the file.
    #[arg(long = "origin", value_name = "URL")]
    origins: Vec<String>,
    /// Replace the settings when the site exists.
    #[arg(long)]
    update: bool,
}

/// Runs the command.
pub async fn run(command: SiteCommand, config: &Config) -> anyhow::Result<()> {
    match command {
        SiteCommand::Create(args) => create(args, config).await,
        SiteCommand::Snippet { id } => {
            let id = parse(&id)?;
            let storage = wire::storage(config).await?;
            let site = storage.site(&id).await;
            storage.close().await;
            if site?.is_none() {
                bail!("there is no site {id}: create it with `comptoir site create`");
            }
            say(snippet(&config.http.public_url, &id));
            Ok(())
        }
    }
}

/// The one line that embeds the widget.
#[must_use]
pub fn snippet(public_url: &str, id: &SiteId) -> String {
    let base = public_url.trim_end_matches('/');
    format!(r#"<script src="{base}/widget.js" data-site="{id}" async></script>"#)
}

fn parse(id: &str) -> anyhow::Result<SiteId> {
    SiteId::parse(id).context("a site name is 1 to 40 of a-z, 0-9 and -")
}

async fn create(args: CreateArgs, config: &Config) -> anyhow::Result<()> {
    let id = parse(&args.id)?;
    let text = std::fs::read_to_string(&args.settings)
        .with_context(|| format!("cannot read {}", args.settings.display()))?;
    let mut settings: SiteSettings =
        toml::from_str(&text).with_context(|| format!("in {}", args.settings.display()))?;
    settings.allowed_origins.extend(args.origins);
    let storage = wire::storage(config).await?;
    let now = Timestamp::now();
    let outcome = match storage.create_site(&id, &settings, now).await {
        Err(StorageError::Taken { .. }) if args.update => {
            let version = storage.site(&id).await?.map_or(0, |site| site.version);
            storage.update_site(&id, version, &settings, now).await
        }
        outcome => outcome,
    };
    storage.close().await;
    match outcome {
        Ok(_) => say(snippet(&config.http.public_url, &id)),
        Err(StorageError::Taken { .. }) => bail!("the site {id} exists; add --update to replace"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippet_is_one_line_whatever_the_address() {
        let id = SiteId::parse("demo").unwrap();
        let expected =
            r#"<script src="https://chat.example/widget.js" data-site="demo" async></script>"#;
        assert_eq!(snippet("https://chat.example/", &id), expected);
    }
}

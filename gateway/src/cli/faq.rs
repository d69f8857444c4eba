//! `comptoir faq import | export`

use super::terminal::say;
use crate::config::Config;
use crate::wire;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use comptoir_admin::imports;
use comptoir_ingest::{
    Action, Draft, ExportFormat, Format, ImportPlan, Parsed, RowNote, Severity, SourceHint, export,
    parse, sitemap_urls,
};
use comptoir_storage::Storage;
use comptoir_storage::model::{EntryFilter, EntryStatus, SiteId};
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// Pages read from one sitemap.
const MAX_PAGES: usize = 500;

/// What to do with the FAQ.
#[derive(Debug, Subcommand)]
pub enum FaqCommand {
    /// Add and change entries from a file, a page or a sitemap.
    Import(ImportArgs),
    /// Write all entries to a file.
    Export(ExportArgs),
}

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// CSV, JSON, JSONL, Markdown or HTML file; or the address of a page or sitemap.
    source: String,
    /// Site to import into.
    #[arg(long)]
    site: String,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Keep new entries as drafts.
    #[arg(long)]
    draft: bool,
    /// Do nothing when the site has entries.
    #[arg(long)]
    only_if_empty: bool,
}

/// Where to export to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// File to write; its ending chooses the format (csv, json, jsonl, md).
    file: PathBuf,
    /// Site to export.
    #[arg(long)]
    site: String,
}

/// Runs the command.
pub async fn run(command: FaqCommand, config: &Config) -> anyhow::Result<()> {
    let storage = wire::storage(config).await?;
    let outcome = match command {
        FaqCommand::Import(args) => import(args, storage.as_ref()).await,
        FaqCommand::Export(args) => write_out(args, storage.as_ref()).await,
    };
    storage.close().await;
    outcome
}

async fn known_site(storage: &dyn Storage, name: &str) -> anyhow::Result<(SiteId, String)> {
    let id = SiteId::parse(name).context("a site name is 1 to 40 of a-z, 0-9 and -")?;
    match storage.site(&id).await? {
        Some(site) => Ok((id, site.settings.default_lang)),
        None => {
            let sites = storage.sites().await?;
            let names: Vec<&str> = sites.iter().map(|site| site.id.as_str()).collect();
            bail!("there is no site {name}; known sites: {}", names.join(", "))
        }
    }
}

async fn import(args: ImportArgs, storage: &dyn Storage) -> anyhow::Result<()> {
    let (site, lang) = known_site(storage, &args.site).await?;
    if args.only_if_empty && storage.count_entries(&site, &EntryFilter::default()).await? > 0 {
        return Ok(());
    }
    let (drafts, notes) = read(&args.source).await?;
    let plan = imports::plan_import(storage, &site, &drafts, &lang).await?;
    report(&plan, &notes);
    if args.dry_run {
        say("dry run: nothing was changed");
        return Ok(());
    }
    if drafts.is_empty() {
        bail!("no entry could be read from {}", args.source);
    }
    let status = if args.draft { EntryStatus::Draft } else { EntryStatus::Published };
    let now = Timestamp::now();
    let done =
        imports::apply_import(storage, &site, &plan, status, None, now, Uuid::now_v7).await?;
    say(format_args!("{done} entries written"));
    Ok(())
}

/// One line per row that is new, changed or left out, then the counts.
fn report(plan: &ImportPlan, notes: &[RowNote]) {
    for row in &plan.rows {
        let what = match &row.action {
            Action::Add => "add".to_owned(),
            Action::Change { fields } => {
                let names: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
                format!("change {}", names.join(", "))
            }
            Action::Restore => "restore (deleted here)".to_owned(),
            Action::Skip { .. } => "skip (same as an earlier row)".to_owned(),
            Action::Same => continue,
        };
        say(format_args!("line {:>5}  {what}: {}", row.line, row.draft.question));
    }
    for note in notes {
        let kind = match note.severity {
            Severity::Skipped => "skip",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        say(format_args!("line {:>5}  {kind}: {}", note.line, note.problem));
    }
    let counts = plan.counts;
    let skipped = notes.iter().filter(|note| note.severity == Severity::Skipped).count();
    say(format_args!(
        "{} to add, {} to change, {} already there, {} skipped",
        counts.added,
        counts.changed,
        counts.same,
        counts.skipped + skipped
    ));
}

/// Drafts of a file, a page, or all pages of a sitemap.
pub async fn read(source: &str) -> anyhow::Result<(Vec<Draft>, Vec<RowNote>)> {
    let Some(url) = address(source) else {
        let bytes = std::fs::read(source).with_context(|| format!("cannot read {source}"))?;
        let parsed = parse(&bytes, &SourceHint::named(source));
        return Ok((parsed.drafts, parsed.notes));
    };
    let client = client()?;
    let (bytes, parsed) = fetch(&client, &url).await?;
    if parsed.format != Some(Format::Sitemap) {
        return Ok((parsed.drafts, parsed.notes));
    }
    let sitemap = sitemap_urls(&bytes).context("the sitemap cannot be read")?;
    let (mut drafts, mut notes) = (Vec::new(), Vec::new());
    for page in sitemap.pages.iter().take(MAX_PAGES) {
        match fetch(&client, page).await {
            Ok((_, parsed)) => {
                drafts.extend(parsed.drafts);
                notes.extend(parsed.notes);
            }
            // One broken page never costs the others.
            Err(error) => say(format_args!("{page}: {error:#}")),
        }
    }
    Ok((drafts, notes))
}

fn address(source: &str) -> Option<Url> {
    Url::parse(source).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn client() -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .user_agent(concat!("comptoir/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

async fn fetch(client: &reqwest::Client, url: &Url) -> anyhow::Result<(Vec<u8>, Parsed)> {
    let response = client.get(url.clone()).send().await?.error_for_status()?;
    let content_type = response
        .headers()
        .get(reqwest::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut bytes = Vec::new();
    let mut response = response;
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > comptoir_ingest::limits::FILE_BYTES {
            bail!("larger than {} bytes", comptoir_ingest::limits::FILE_BYTES);
        }
    }
    let hint = SourceHint { file_name: None, content_type, base_url: Some(url.clone()) };
    let parsed = parse(&bytes, &hint);
    Ok((bytes, parsed))
}

async fn write_out(args: ExportArgs, storage: &dyn Storage) -> anyhow::Result<()> {
    let (site, _) = known_site(storage, &args.site).await?;
    let name = args.file.to_string_lossy();
    let format = ExportFormat::of_file_name(&name)
        .context("the file's ending must be csv, json, jsonl or md")?;
    let drafts = imports::drafts(imports::all_entries(storage, &site).await?);
    std::fs::write(&args.file, export(format, &drafts))
        .with_context(|| format!("cannot write {name}"))?;
    say(format_args!("{} entries written to {name}", drafts.len()));
    Ok(())
}

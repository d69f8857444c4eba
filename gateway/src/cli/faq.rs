//! `comptoir faq import | export`

use super::terminal::say;
use crate::config::Config;
use crate::wire;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use comptoir_admin::imports;
use comptoir_ingest::{
    Action, Draft, ExportFormat, Format, ImportPlan, Parsed, RowNote, Severity, Sitemap,
    SourceHint, export, parse, sitemap_urls,
};
use comptoir_storage::Storage;
use comptoir_storage::model::{EntryFilter, EntryStatus, SiteId};
use jiff::Timestamp;
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// Pages read from one sitemap.
const MAX_PAGES: usize = 500;
/// Sitemaps read from one index.
const MAX_SITEMAPS: usize = 50;

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
    let reading = read(&args.source).await?;
    let plan = imports::plan_import(storage, &site, &reading.drafts, &lang).await?;
    report(&plan, &reading);
    if args.dry_run {
        say("dry run: nothing was changed");
        return Ok(());
    }
    if reading.drafts.is_empty() {
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
fn report(plan: &ImportPlan, reading: &Reading) {
    for (index, row) in plan.rows.iter().enumerate() {
        let what = match &row.action {
            Action::Add => "add".to_owned(),
            Action::Change { fields } => {
                let names: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
                format!("change {}", names.join(", "))
            }
            Action::Restore => "restore".to_owned(),
            Action::Skip { .. } => "skip (same as an earlier row)".to_owned(),
            Action::Same => continue,
        };
        let place = place(row.line, reading.page(|page| index < page.drafts));
        say(format_args!("{place}  {what}: {}", row.draft.question));
    }
    for (index, note) in reading.notes.iter().enumerate() {
        let kind = match note.severity {
            Severity::Skipped => "skip",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        let place = place(note.line, reading.page(|page| index < page.notes));
        say(format_args!("{place}  {kind}: {}", note.problem));
    }
    let counts = plan.counts;
    let skipped = reading.notes.iter().filter(|note| note.severity == Severity::Skipped).count();
    say(format_args!(
        "{} to add, {} to change, {} already there, {} skipped",
        counts.added,
        counts.changed,
        counts.same,
        counts.skipped + skipped
    ));
}

/// Line numbers are of one page each, so the page is named where there are several.
fn place(line: u32, page: Option<&Url>) -> String {
    page.map_or_else(|| format!("line {line:>5}"), |page| format!("{page} line {line}"))
}

/// Everything read from one source.
#[derive(Default)]
pub struct Reading {
    /// Usable entries.
    pub drafts: Vec<Draft>,
    /// What was wrong.
    pub notes: Vec<RowNote>,
    /// The pages of a sitemap, in order.
    pages: Vec<PageEnd>,
}

/// Up to where drafts and notes are of a page, the earlier pages' included.
struct PageEnd {
    url: Url,
    drafts: usize,
    notes: usize,
}

impl Reading {
    fn take(&mut self, parsed: Parsed) {
        self.drafts.extend(parsed.drafts);
        self.notes.extend(parsed.notes);
    }

    fn page(&self, holds: impl Fn(&&PageEnd) -> bool) -> Option<&Url> {
        self.pages.iter().find(holds).map(|page| &page.url)
    }
}

/// Drafts of a file, a page, or all pages of a sitemap.
pub async fn read(source: &str) -> anyhow::Result<Reading> {
    let mut reading = Reading::default();
    let Some(url) = address(source) else {
        let bytes = std::fs::read(source).with_context(|| format!("cannot read {source}"))?;
        reading.take(parse(&bytes, &SourceHint::named(source)));
        return Ok(reading);
    };
    let client = client()?;
    let (bytes, parsed) = fetch(&client, &url).await?;
    if parsed.format != Some(Format::Sitemap) {
        reading.take(parsed);
        return Ok(reading);
    }
    let sitemap = sitemap_urls(&bytes).context("the sitemap cannot be read")?;
    for page in pages(&client, sitemap).await {
        match fetch(&client, &page).await {
            Ok((_, parsed)) => {
                reading.take(parsed);
                let (drafts, notes) = (reading.drafts.len(), reading.notes.len());
                reading.pages.push(PageEnd { url: page, drafts, notes });
            }
            // One broken page never costs the others.
            Err(error) => say(format_args!("{page}: {error:#}")),
        }
    }
    Ok(reading)
}

/// The pages a sitemap and the sitemaps of its index list, at most
/// [`MAX_PAGES`]; what is left out is said.
async fn pages(client: &reqwest::Client, sitemap: Sitemap) -> Vec<Url> {
    let mut pages = sitemap.pages;
    for (index, further) in sitemap.sitemaps.iter().enumerate() {
        if index == MAX_SITEMAPS {
            let left = sitemap.sitemaps.len() - index;
            say(format_args!("only {MAX_SITEMAPS} sitemaps are read: {left} are left out"));
            break;
        }
        let listed = fetch(client, further).await;
        match listed.and_then(|(bytes, _)| Ok(sitemap_urls(&bytes)?)) {
            Ok(listed) => {
                pages.extend(listed.pages);
                // An index in an index is not allowed by the protocol.
                if !listed.sitemaps.is_empty() {
                    say(format_args!("{further}: an index within an index is left out"));
                }
            }
            Err(error) => say(format_args!("{further}: {error:#}")),
        }
    }
    let mut seen = HashSet::new();
    pages.retain(|page| seen.insert(page.clone()));
    if pages.len() > MAX_PAGES {
        let left = pages.len() - MAX_PAGES;
        say(format_args!("only {MAX_PAGES} pages are read: {left} are left out"));
        pages.truncate(MAX_PAGES);
    }
    pages
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// Answers every request with the body its path names.
    fn site(pages: &'static [(&'static str, &'static str, &'static str)]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let own = base.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut head = [0; 4096];
                let read = stream.read(&mut head).expect("a request");
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default();
                let found = pages.iter().find(|(name, ..)| *name == path);
                let (kind, body) =
                    found.map_or(("text/plain", ""), |(_, kind, body)| (*kind, *body));
                let body = body.replace("BASE", &own);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).expect("answered");
            }
        });
        base
    }

    #[tokio::test]
    async fn an_index_of_sitemaps_is_followed_and_each_page_is_named() {
        drop(rustls::crypto::ring::default_provider().install_default());
        let base = site(&[
            (
                "/index.xml",
                "application/xml",
                "<sitemapindex><sitemap><loc>BASE/a.xml</loc></sitemap></sitemapindex>",
            ),
            (
                "/a.xml",
                "application/xml",
                "<urlset><url><loc>BASE/1</loc></url><url><loc>BASE/2</loc></url></urlset>",
            ),
            ("/1", "text/html", "<dl><dt>Ouvert le samedi ?</dt><dd>Oui.</dd></dl>"),
            ("/2", "text/html", "<dl><dt>Devis gratuit ?</dt><dd>Oui.</dd></dl>"),
        ]);
        let reading = read(&format!("{base}/index.xml")).await.expect("read");
        let questions: Vec<&str> =
            reading.drafts.iter().map(|draft| draft.question.as_str()).collect();
        assert_eq!(questions, ["Ouvert le samedi ?", "Devis gratuit ?"]);
        let second = reading.page(|page| 1 < page.drafts).expect("a page");
        assert_eq!(place(3, Some(second)), format!("{base}/2 line 3"));
    }
}

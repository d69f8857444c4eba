//! `comptoir eval`: questions through the very pipeline that serves visitors,
//! on a scratch database and index.

use super::terminal::say;
use super::{eval_site, faq};
use crate::adapters::{StoredEntries, reply};
use crate::config::{Config, EngineKind};
use crate::wire;
use anyhow::{Context, bail};
use clap::Args;
use comptoir_admin::imports;
use comptoir_chat::policy::{self, PolicySettings, Smalltalk, Triage};
use comptoir_chat::wording;
use comptoir_engine::{EngineHandle, TextGenerator};
use comptoir_messages::Catalog;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::eval::{
    EvalContext, Metrics, QuestionRow, ResultRow, RouteName, Triaged, read_questions, run_question,
    run_retrieval, table,
};
use comptoir_rag::knowledge::{Knowledge, Vectors};
use comptoir_rag::pipeline::{Outcome, Pipeline, PipelineSettings, Route};
use comptoir_storage::Storage;
use comptoir_storage::model::{EntryStatus, SiteId, SiteSettings};
use comptoir_storage_sqlite::{SqliteOptions, SqliteStorage};
use indicatif::ProgressBar;
use jiff::Timestamp;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// The language of the page that the questions are asked on.
const PAGE: &str = "fr";

/// What to evaluate.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// FAQ in any importable format.
    #[arg(long, value_name = "FILE", required_unless_present = "site", requires = "questions")]
    faq: Option<String>,
    /// Questions, JSONL.
    #[arg(long, value_name = "FILE", requires = "faq")]
    questions: Option<PathBuf>,
    /// Instead of files: the test questions of this site, on its own entries.
    #[arg(long, conflicts_with_all = ["faq", "questions", "retrieval_only", "out"])]
    site: Option<String>,
    /// Write the site's test questions as a question file, and ask nothing.
    #[arg(long, value_name = "FILE", requires = "site")]
    export: Option<PathBuf>,
    /// Look entries up and decide nothing.
    #[arg(long)]
    retrieval_only: bool,
    /// Results, JSONL, in the order of the questions.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Firm's name in prompts and sentences.
    #[arg(long, default_value = "l'entreprise")]
    firm: String,
}

/// Runs the evaluation and prints its table.
pub async fn run(args: EvalArgs, config: &Config) -> anyhow::Result<()> {
    match (&args.site, &args.faq, &args.questions) {
        (Some(name), _, _) => on_site(name, &args, config).await,
        (None, Some(faq), Some(questions)) => on_files(faq, questions, &args, config).await,
        (None, _, _) => bail!("name a FAQ and questions, or a site"),
    }
}

/// A site's own test questions, or their export.
async fn on_site(name: &str, args: &EvalArgs, config: &Config) -> anyhow::Result<()> {
    let site = SiteId::parse(name).context("a site name is 1 to 40 of a-z, 0-9 and -")?;
    let storage = wire::storage(config).await?;
    let checks = eval_site::checks(storage.as_ref(), &site).await?;
    let outcome = if let Some(path) = &args.export {
        eval_site::export(storage.as_ref(), &site, &checks, path).await
    } else {
        let scratch = tempfile::tempdir()?;
        let parts = parts(config, false, scratch.path(), &storage).await?;
        read_ahead(&parts.0, &RagSite::new(site.as_str())).await?;
        eval_site::run(Arc::clone(&storage), parts, &site, &checks).await
    };
    storage.close().await;
    outcome
}

/// Labelled questions on a FAQ file.
async fn on_files(
    faq: &str,
    questions: &Path,
    args: &EvalArgs,
    config: &Config,
) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(questions)
        .with_context(|| format!("cannot read {}", questions.display()))?;
    let questions = read_questions(&text).with_context(|| format!("in {}", questions.display()))?;
    let scratch = tempfile::tempdir()?;
    let site = SiteId::parse("eval").context("the scratch site's name")?;
    let storage = furnish(scratch.path(), &site, faq, args).await?;
    let (pipeline, _) = parts(config, args.retrieval_only, scratch.path(), &storage).await?;
    let rag_site = RagSite::new(site.as_str());
    pipeline.knowledge().sync(&rag_site).await?;
    if !args.retrieval_only {
        read_ahead(&pipeline, &rag_site).await?;
    }
    let catalog = Catalog::get(PAGE);
    let settings = PolicySettings::default();
    let context = EvalContext {
        pipeline: &pipeline,
        site: rag_site,
        firm: &args.firm,
        triage: &|text, _| triaged(text, &settings, catalog, &args.firm),
        wording: &|outcome| wording(outcome, &args.firm),
    };
    let results = ask_all(&context, &questions, args.retrieval_only).await?;
    if let Some(path) = &args.out {
        write_results(path, &results)?;
    }
    say(table(&Metrics::new(&questions, &results)?));
    storage.close().await;
    Ok(())
}

async fn furnish(
    folder: &Path,
    site: &SiteId,
    faq: &str,
    args: &EvalArgs,
) -> anyhow::Result<Arc<dyn Storage>> {
    let path = folder.join("eval.db");
    let storage = SqliteStorage::open(&path, SqliteOptions::default()).await?;
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let now = Timestamp::now();
    let settings = SiteSettings { firm: args.firm.clone(), ..SiteSettings::default() };
    storage.create_site(site, &settings, now).await?;
    let faq::Reading { drafts, notes, .. } = faq::read(faq).await?;
    if drafts.is_empty() {
        bail!("no entry could be read from {faq}");
    }
    if !notes.is_empty() {
        say(format_args!(
            "{} remarks on the FAQ file; see `comptoir faq import --dry-run`",
            notes.len()
        ));
    }
    let plan = imports::plan_import(storage.as_ref(), site, &drafts, "fr").await?;
    let status = EntryStatus::Published;
    let ids = Uuid::now_v7;
    let done = imports::apply_import(storage.as_ref(), site, &plan, status, None, now, ids).await?;
    say(format_args!("{done} entries"));
    Ok(storage)
}

/// The pipeline over an index in `folder`, and its engine.
async fn parts(
    config: &Config,
    retrieval_only: bool,
    folder: &Path,
    storage: &Arc<dyn Storage>,
) -> anyhow::Result<(Pipeline, Arc<dyn TextGenerator>)> {
    let store = wire::models(config)?;
    let embedder = wire::embedder(config, &store).await?;
    let mut scratch = config.clone();
    scratch.index.path = folder.join("index");
    if retrieval_only {
        scratch.engine.kind = EngineKind::Off;
    }
    let index = wire::index(&scratch, embedder.dimensions()).await?;
    let engine: Arc<dyn TextGenerator> = match scratch.engine.kind {
        EngineKind::Local => {
            let model = wire::language_model(&scratch, &store).await?;
            let engine = EngineHandle::start(wire::engine_params(&scratch, model));
            engine.ready().await?;
            Arc::new(engine)
        }
        EngineKind::Remote | EngineKind::Off => wire::engine(&scratch, &store).await,
    };
    let source = Arc::new(StoredEntries(Arc::clone(storage)));
    let knowledge = Arc::new(Knowledge::new(source, index, Vectors::new(embedder, None)));
    let pipeline = Pipeline::new(knowledge, Arc::clone(&engine), PipelineSettings::default());
    Ok((pipeline, engine))
}

/// Has the model read the entries, as a server has by the time it is asked.
async fn read_ahead(pipeline: &Pipeline, site: &RagSite) -> anyhow::Result<()> {
    let bar = ProgressBar::new(0);
    pipeline
        .warm(site, |warmed| {
            bar.set_length(warmed.entries as u64);
            bar.set_position(warmed.read as u64);
        })
        .await?;
    bar.finish_and_clear();
    Ok(())
}

async fn ask_all(
    context: &EvalContext<'_>,
    questions: &[QuestionRow],
    retrieval_only: bool,
) -> anyhow::Result<Vec<ResultRow>> {
    let bar = ProgressBar::new(questions.len() as u64);
    let mut results = Vec::with_capacity(questions.len());
    for question in questions {
        let result = if retrieval_only {
            run_retrieval(context, question).await?
        } else {
            run_question(context, question).await?
        };
        results.push(result);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(results)
}

/// What happens before the FAQ is asked: people and courtesies.
fn triaged(
    text: &str,
    settings: &PolicySettings,
    catalog: &Catalog,
    firm: &str,
) -> Option<Triaged> {
    match policy::triage(text, settings) {
        Triage::Handover { reason, danger, matched } => Some(Triaged {
            route: RouteName::Handover,
            reason: format!("{reason:?}: {matched}"),
            text: wording::called(danger, PAGE),
        }),
        Triage::Smalltalk(kind) => {
            let template = match kind {
                Smalltalk::Greeting => &catalog.bot.greeting,
                Smalltalk::Thanks => &catalog.bot.thanks,
                Smalltalk::Goodbye => &catalog.bot.goodbye,
                Smalltalk::Identity => &catalog.bot.identity,
            };
            let text = template.fill(&[("firm", firm)]);
            Some(Triaged { route: RouteName::Smalltalk, reason: format!("{kind:?}"), text })
        }
        Triage::Ask { .. } => None,
    }
}

/// What a visitor reads, in the words of the conversation.
fn wording(outcome: &Outcome, firm: &str) -> String {
    if outcome.route == Route::Handover {
        let danger = policy::called_for(outcome.reason).and_then(|(_, danger)| danger);
        return wording::called(danger, PAGE);
    }
    let spoken = wording::spoken(&reply(outcome.clone()), PAGE, firm);
    let choices = outcome.choices.iter();
    std::iter::once(&spoken.text).chain(choices).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn write_results(path: &Path, results: &[ResultRow]) -> anyhow::Result<()> {
    let file =
        std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut file = std::io::BufWriter::new(file);
    for result in results {
        serde_json::to_writer(&mut file, result)?;
        file.write_all(b"\n")?;
    }
    file.flush()?;
    Ok(())
}

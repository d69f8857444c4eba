//! `comptoir eval`: questions through the very pipeline that serves visitors,
//! on a scratch database and index.

use super::faq;
use super::terminal::say;
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
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// The language of the page that the questions are asked on.
const PAGE: &str = "fr";

/// What to evaluate.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// FAQ in any importable format.
    #[arg(long, value_name = "FILE")]
    faq: String,
    /// Questions, JSONL.
    #[arg(long, value_name = "FILE")]
    questions: PathBuf,
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
    let text = std::fs::read_to_string(&args.questions)
        .with_context(|| format!("cannot read {}", args.questions.display()))?;
    let questions =
        read_questions(&text).with_context(|| format!("in {}", args.questions.display()))?;
    let scratch = tempfile::tempdir()?;
    let site = SiteId::parse("eval").context("the scratch site's name")?;
    let storage = furnish(scratch.path(), &site, &args).await?;
    let pipeline = pipeline(config, &args, scratch.path(), &storage).await?;
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
    folder: &std::path::Path,
    site: &SiteId,
    args: &EvalArgs,
) -> anyhow::Result<Arc<dyn Storage>> {
    let path = folder.join("eval.db");
    let storage = SqliteStorage::open(&path, SqliteOptions::default()).await?;
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let now = Timestamp::now();
    let settings = SiteSettings { firm: args.firm.clone(), ..SiteSettings::default() };
    storage.create_site(site, &settings, now).await?;
    let faq::Reading { drafts, notes, .. } = faq::read(&args.faq).await?;
    if drafts.is_empty() {
        bail!("no entry could be read from {}", args.faq);
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

async fn pipeline(
    config: &Config,
    args: &EvalArgs,
    folder: &std::path::Path,
    storage: &Arc<dyn Storage>,
) -> anyhow::Result<Pipeline> {
    let store = wire::models(config)?;
    let embedder = wire::embedder(config, &store).await?;
    let mut scratch = config.clone();
    scratch.index.path = folder.join("index");
    if args.retrieval_only {
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
    Ok(Pipeline::new(knowledge, engine, PipelineSettings::default()))
}

/// Has the model read the entries, as a server has by the time it is asked.
async fn read_ahead(pipeline: &Pipeline, site: &RagSite) -> anyhow::Result<()> {
    let bar = ProgressBar::new(0);
    pipeline
        // Replies are few and their time does not count here.
        .warm(site, None, |warmed| {
            bar.set_length(warmed.entries as u64);
            bar.set_position(warmed.judged as u64);
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

fn write_results(path: &std::path::Path, results: &[ResultRow]) -> anyhow::Result<()> {
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

//! `comptoir eval`: questions through the very pipeline that serves visitors,
//! on a scratch database and index.

use super::eval_site;
use super::scratch::{self, Furniture, Scratch};
use super::terminal::say;
use crate::adapters::reply;
use crate::config::Config;
use crate::wire;
use anyhow::{Context, bail};
use clap::Args;
use comptoir_chat::policy::{self, PolicySettings, Smalltalk, Triage};
use comptoir_chat::wording;
use comptoir_messages::Catalog;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::eval::{
    EvalContext, Metrics, QuestionRow, ResultRow, RouteName, Triaged, read_questions, run_question,
    run_retrieval, table,
};
use comptoir_rag::pipeline::{Outcome, Route};
use comptoir_storage::model::{SiteId, SiteSettings};
use indicatif::ProgressBar;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

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
    /// Seconds that visitors wait for a first word of the model before they
    /// read an entry's own; 0: as long as it takes. Without it, as for a new site.
    #[arg(long, value_name = "SECONDS")]
    first_word: Option<u32>,
}

impl EvalArgs {
    fn first_word(&self) -> Option<Duration> {
        let millis = match self.first_word {
            Some(seconds) => u64::from(seconds) * 1_000,
            None => u64::from(SiteSettings::default().first_word_ms),
        };
        (millis > 0).then(|| Duration::from_millis(millis))
    }
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
        let folder = tempfile::tempdir()?;
        let parts = scratch::parts(config, true, folder.path(), &storage).await?;
        scratch::read_ahead(&parts.0, &RagSite::new(site.as_str())).await?;
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
    let furniture = Furniture { faq, firm: &args.firm, model: !args.retrieval_only };
    let scratch = Scratch::open(config, furniture).await?;
    let catalog = Catalog::get(PAGE);
    let settings = PolicySettings::default();
    let context = EvalContext {
        pipeline: &scratch.pipeline,
        site: scratch.site.clone(),
        firm: &args.firm,
        triage: &|text, _| triaged(text, &settings, catalog, &args.firm),
        wording: &|outcome| wording(outcome, &args.firm),
        first_word: args.first_word(),
    };
    let results = ask_all(&context, &questions, args.retrieval_only).await?;
    if let Some(path) = &args.out {
        write_results(path, &results)?;
    }
    say(table(&Metrics::new(&questions, &results)?));
    scratch.close().await;
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

//! `comptoir eval`: questions through the very pipeline that serves visitors,
//! on a scratch database and index.

use super::scratch::{Furniture, Scratch};
use super::terminal::say;
use crate::adapters::reply;
use crate::config::Config;
use anyhow::Context;
use clap::Args;
use comptoir_chat::policy::{self, PolicySettings, Smalltalk, Triage};
use comptoir_chat::wording;
use comptoir_messages::Catalog;
use comptoir_rag::eval::{
    EvalContext, Metrics, QuestionRow, ResultRow, RouteName, Triaged, read_questions, run_question,
    run_retrieval, table,
};
use comptoir_rag::pipeline::{Outcome, Route};
use indicatif::ProgressBar;
use std::io::Write;
use std::path::PathBuf;

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
    let furniture = Furniture { faq: &args.faq, firm: &args.firm, model: !args.retrieval_only };
    let scratch = Scratch::open(config, furniture).await?;
    let catalog = Catalog::get(PAGE);
    let settings = PolicySettings::default();
    let context = EvalContext {
        pipeline: &scratch.pipeline,
        site: scratch.site.clone(),
        firm: &args.firm,
        triage: &|text, _| triaged(text, &settings, catalog, &args.firm),
        wording: &|outcome| wording(outcome, &args.firm),
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

//! `comptoir calibrate`: fits what "sure enough" means to an embedder, on
//! labelled questions, and keeps it with its curve.

use super::scratch::{Furniture, Scratch};
use super::terminal::say;
use crate::config::{Config, EngineKind};
use anyhow::{Context, bail};
use clap::Args;
use comptoir_rag::confidence::{Calibration, CurvePoint, Thresholds};
use comptoir_rag::eval::{EvalContext, QuestionRow, Samples, calibrate, collect, read_questions};
use indicatif::ProgressBar;
use std::path::PathBuf;

/// Stands in prompts; no sentence is said here.
const FIRM: &str = "l'entreprise";

/// What to fit on.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// FAQ in any importable format; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    faq: Vec<String>,
    /// Labelled questions about the FAQ in the same place, JSONL.
    #[arg(long, value_name = "FILE", required = true)]
    questions: Vec<PathBuf>,
    /// Share of the stated answers that may come from a wrong entry.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    wrong: f32,
    /// The calibration; set `[models] calibration` to it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Collects observations, fits, prints the curves and writes the file.
pub async fn run(args: CalibrateArgs, config: &Config) -> anyhow::Result<()> {
    if args.faq.len() != args.questions.len() {
        bail!("give as many --questions as --faq, in the same order");
    }
    if !(0.0..1.0).contains(&args.wrong) {
        bail!("--wrong is a share between 0 and 1, for instance 0.01");
    }
    let model = config.engine.kind != EngineKind::Off;
    let mut all = Samples::default();
    let mut embedder = String::new();
    for (faq, questions) in args.faq.iter().zip(&args.questions) {
        let text = std::fs::read_to_string(questions)
            .with_context(|| format!("cannot read {}", questions.display()))?;
        let rows = read_questions(&text).with_context(|| format!("in {}", questions.display()))?;
        let scratch = Scratch::open(config, Furniture { faq, firm: FIRM, model }).await?;
        embedder = scratch.pipeline.knowledge().vectors().embedder().id().to_owned();
        let samples = observe(&scratch, &rows, model).await?;
        all.fast.extend(samples.fast);
        all.judged.extend(samples.judged);
        scratch.close().await;
    }
    let fitted = calibrate(&embedder, &all, args.wrong);
    tell(&fitted);
    std::fs::write(&args.out, fitted.to_json()?)
        .with_context(|| format!("cannot write {}", args.out.display()))?;
    say(format_args!("written to {}", args.out.display()));
    Ok(())
}

async fn observe(scratch: &Scratch, rows: &[QuestionRow], judge: bool) -> anyhow::Result<Samples> {
    let context = EvalContext {
        pipeline: &scratch.pipeline,
        site: scratch.site.clone(),
        firm: FIRM,
        triage: &|_, _| None,
        wording: &|_| String::new(),
        first_word: None,
    };
    let bar = ProgressBar::new(rows.len() as u64);
    let mut all = Samples::default();
    for row in rows {
        let one = collect(&context, std::slice::from_ref(row), 1.0, judge).await?;
        all.fast.extend(one.fast);
        all.judged.extend(one.judged);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(all)
}

fn tell(fitted: &Calibration) {
    part("without the model", fitted.fast_thresholds, &fitted.fast_curve);
    if fitted.judged.is_some() {
        part("with the model", fitted.judged_thresholds, &fitted.judged_curve);
    }
}

/// Thresholds and every fifth point of their curve.
fn part(name: &str, at: Thresholds, points: &[CurvePoint]) {
    say(format_args!("{name}: stated from {:.2}, likely from {:.2}", at.known, at.between));
    say("| from | stated | of these wrong |\n|---|---|---|");
    for point in points.iter().step_by(5) {
        say(format_args!(
            "| {:.2} | {:.3} | {:.3} |",
            point.threshold, point.answered, point.wrong
        ));
    }
}

//! Figures on labelled sets outside the repository. Not part of the suite:
//! `COMPTOIR_EVAL_DIR=… cargo test -p comptoir-rag --test measure -- --ignored --nocapture`.

mod support;

use comptoir_rag::confidence::{Calibration, Sample};
use comptoir_rag::eval::{
    EvalContext, Metrics, QuestionRow, Samples, calibrate, collect, read_questions, run_question,
    run_retrieval, table, with_judge,
};
use comptoir_rag::people::{Example, Folded, Head, fit, folded};
use comptoir_rag::pipeline::Outcome;
use std::path::PathBuf;
use support::Firm;

/// Share of wrong answers that a threshold may let through, on sets of which
/// every fourth question is a near miss made to mislead.
const WRONG: f32 = 0.03;

fn folder() -> PathBuf {
    std::env::var_os("COMPTOIR_EVAL_DIR")
        .map(PathBuf::from)
        .expect("COMPTOIR_EVAL_DIR names the folder of the labelled sets")
}

fn questions(path: &str, keep: impl Fn(&serde_json::Value) -> bool) -> Vec<QuestionRow> {
    let text = std::fs::read_to_string(folder().join(path)).expect("the set is there");
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| serde_json::from_str(line).is_ok_and(|value| keep(&value)))
        .collect();
    read_questions(&kept.join("\n")).expect("questions")
}

fn first_two(value: &serde_json::Value) -> bool {
    value["pos"].as_u64().is_some_and(|pos| pos <= 1)
}

fn wording(outcome: &Outcome) -> String {
    match (&outcome.nearest, outcome.choices.is_empty()) {
        (Some(nearest), _) => format!("Cette précision ne figure pas. {}", nearest.question),
        (None, false) => outcome.choices.join(" / "),
        (None, true) => "Cette précision ne figure pas.".to_owned(),
    }
}

fn context<'a>(firm: &'a Firm) -> EvalContext<'a> {
    EvalContext {
        pipeline: &firm.pipeline,
        site: firm.site.clone(),
        firm: "l'entreprise",
        triage: &|_, _| None,
        wording: &wording,
        first_word: None,
    }
}

/// Fits the head of `rag/src/people` on our own sentences, writes it to
/// `COMPTOIR_PEOPLE_OUT`, prints its curve.
#[tokio::test]
#[ignore = "a fit, not a check"]
async fn people() {
    let sentences = support::needs::embedded(support::needs::FITTED).await;
    let examples: Vec<Example> = sentences.into_iter().map(|(example, _)| example).collect();
    let curve = Folded::curve(&folded(&examples));
    for point in &curve {
        println!("{:.2} {:.3} {:.3}", point.threshold, point.answered, point.wrong);
    }
    let head = Head { curve, ..fit(&support::embedder_id().await, &examples, 0.5) };
    if let Some(out) = std::env::var_os("COMPTOIR_PEOPLE_OUT") {
        std::fs::write(out, head.to_json().expect("text")).expect("written");
    }
}

#[tokio::test]
#[ignore = "needs the labelled sets"]
async fn retrieval() {
    for (faq, rows) in [
        (
            "cdtn/faq_contributions_41.jsonl",
            questions("cdtn/queries_contributions_dev.jsonl", first_two),
        ),
        (
            "plombier/faq.jsonl",
            questions("plombier/questions.jsonl", |v| v["kind"] == "answerable"),
        ),
        ("plombier/faq.jsonl", questions("plombier/questions.jsonl", |v| v["kind"] == "followup")),
    ] {
        let firm = Firm::from_file(&folder().join(faq), support::no_engine()).await;
        let context = context(&firm);
        let mut results = Vec::new();
        for row in &rows {
            results.push(run_retrieval(&context, row).await.expect("retrieval"));
        }
        println!("{faq}\n{}", table(&Metrics::new(&rows, &results).expect("patterns")));
    }
}

/// Appends the observations of one question to `COMPTOIR_SAMPLES_OUT`.
fn keep(row: &QuestionRow, samples: &Samples) {
    use std::io::Write as _;
    let Some(path) = std::env::var_os("COMPTOIR_SAMPLES_OUT") else {
        return;
    };
    let mut file =
        std::fs::OpenOptions::new().create(true).append(true).open(path).expect("a file to write");
    let judged: Vec<_> = samples.judged.iter().flatten().cloned().collect();
    for (set, samples) in [("fast", &samples.fast), ("judged", &judged)] {
        for (place, s) in samples.iter().enumerate() {
            let line = serde_json::json!({
                "set": set, "id": row.id, "kind": row.kind, "place": place,
                "x": s.features, "y": s.right, "w": s.weight,
            });
            writeln!(file, "{line}").expect("written");
        }
    }
}

#[tokio::test]
#[ignore = "needs the labelled sets and a model"]
async fn calibration() {
    let engine = support::engine_from_env().await;
    let judge = engine.is_some();
    let engine = engine.unwrap_or_else(support::no_engine);
    let mut all = Samples::default();
    let demo = support::faq::demo_folder();
    let plombier = folder().join("plombier/faq.jsonl");
    let cdtn = folder().join("cdtn/faq_contributions_41.jsonl");
    let judged_kinds = ["answerable", "near_miss", "out_of_domain", "followup"];
    let kinds = |v: &serde_json::Value| judged_kinds.contains(&v["kind"].as_str().unwrap_or(""));
    let own = std::fs::read_to_string(demo.join("questions.jsonl")).expect("the demo's questions");
    let own: Vec<QuestionRow> = read_questions(&own)
        .expect("questions")
        .into_iter()
        .filter(|row| judged_kinds.contains(&row.kind.as_deref().unwrap_or("")))
        .collect();
    let asked = questions("plombier/questions.jsonl", kinds);
    let searched = questions("cdtn/queries_contributions_dev.jsonl", first_two);
    let strange: Vec<QuestionRow> = asked
        .iter()
        .filter(|row| row.kind.as_deref() == Some("answerable"))
        .map(|row| QuestionRow { relevant: Vec::new(), ..row.clone() })
        .collect();
    for (faq, rows, weight, judge) in [
        (demo.join("faq.jsonl"), own, 1.0, judge),
        (plombier, asked, 1.0, judge),
        (cdtn.clone(), searched, 0.2, false),
        (cdtn, strange, 0.3, false),
    ] {
        let firm = Firm::from_file(&faq, engine.clone()).await;
        let mut samples = Samples::default();
        for row in rows {
            let one = collect(&context(&firm), std::slice::from_ref(&row), weight, judge)
                .await
                .expect("samples");
            if judge {
                println!("{} {}", row.id, one.judged.iter().flatten().count());
                std::io::Write::flush(&mut std::io::stdout()).expect("a terminal");
            }
            keep(&row, &one);
            samples.fast.extend(one.fast);
            samples.judged.extend(one.judged);
        }
        println!("{}: {} fast, {} judged", faq.display(), samples.fast.len(), samples.judged.len());
        all.fast.extend(samples.fast);
        all.judged.extend(samples.judged);
    }
    let fitted = calibrate(&support::embedder_id().await, &all, WRONG);
    println!("fast {:?}\n{:?}", fitted.fast_thresholds, fitted.fast);
    println!("judged {:?}\n{:?}", fitted.judged_thresholds, fitted.judged);
    if let Some(out) = std::env::var_os("COMPTOIR_CALIBRATION_OUT") {
        std::fs::write(out, fitted.to_json().expect("text")).expect("written");
    }
}

/// Fits the judge's part of the calibration again, on the observations that
/// `calibration` kept in the file `COMPTOIR_SAMPLES_IN`.
#[tokio::test]
#[ignore = "a fit, not a check"]
async fn refit() {
    let path = std::env::var_os("COMPTOIR_SAMPLES_IN").expect("a file of observations");
    let text = std::fs::read_to_string(path).expect("readable");
    let mut questions: Vec<(String, Vec<Sample>)> = Vec::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("an observation");
        if row["set"] != "judged" {
            continue;
        }
        let number = |value: &serde_json::Value| value.as_f64().expect("a number") as f32;
        let sample = Sample {
            features: row["x"].as_array().expect("features").iter().map(number).collect(),
            right: row["y"].as_bool().expect("a label"),
            weight: number(&row["w"]),
        };
        let id = row["id"].as_str().expect("an id").to_owned();
        match questions.iter_mut().find(|(known, _)| *known == id) {
            Some((_, hits)) => hits.push(sample),
            None => questions.push((id, vec![sample])),
        }
    }
    let questions: Vec<Vec<Sample>> = questions.into_iter().map(|(_, hits)| hits).collect();
    let built_in = Calibration::built_in(&support::embedder_id().await).expect("it ships");
    let fitted = with_judge(built_in, &questions, WRONG);
    println!("{} questions, {:?}\n{:?}", questions.len(), fitted.judged_thresholds, fitted.judged);
    for point in &fitted.judged_curve {
        println!("{:.2} {:.3} {:.3}", point.threshold, point.answered, point.wrong);
    }
    if let Some(out) = std::env::var_os("COMPTOIR_CALIBRATION_OUT") {
        std::fs::write(out, fitted.to_json().expect("text")).expect("written");
    }
}

/// Every `COMPTOIR_STEP`th question of the kinds in `COMPTOIR_KINDS`.
fn sampled(rows: Vec<QuestionRow>) -> Vec<QuestionRow> {
    let step = std::env::var("COMPTOIR_STEP").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let kinds = std::env::var("COMPTOIR_KINDS").unwrap_or_default();
    let wanted = |row: &QuestionRow| {
        kinds.is_empty() || row.kind.as_deref().is_some_and(|k| kinds.split(',').any(|x| x == k))
    };
    rows.into_iter().filter(wanted).step_by(step).collect()
}

#[tokio::test]
#[ignore = "needs the labelled sets and a model"]
async fn whole() {
    let engine = support::engine_from_env().await.unwrap_or_else(support::no_engine);
    let set = std::env::var("COMPTOIR_SET").unwrap_or_else(|_| "plombier".into());
    let (faq, rows) = if set == "demo" {
        let demo = support::faq::demo_folder();
        let own = std::fs::read_to_string(demo.join("questions.jsonl")).expect("questions");
        (demo.join("faq.jsonl"), read_questions(&own).expect("questions"))
    } else {
        (folder().join("plombier/faq.jsonl"), questions("plombier/questions.jsonl", |_| true))
    };
    let rows = sampled(rows);
    let firm = Firm::from_file(&faq, engine).await;
    let warmed = firm.pipeline.warm(&firm.site, None, |_| ()).await.expect("entries");
    println!("{} entries read ahead", warmed.judged);
    let context = context(&firm);
    let mut results = Vec::new();
    for row in &rows {
        let result = run_question(&context, row).await.expect("an outcome");
        println!(
            "{} {:?} {} p={:.2} {}ms [{}] -> {:?} | {}",
            row.id,
            result.route,
            result.reason,
            result.confidence,
            result.ms.total,
            row.relevant.join(","),
            result.citations,
            result.text.chars().take(150).collect::<String>().replace('\n', " ")
        );
        results.push(result);
    }
    println!("{}", table(&Metrics::new(&rows, &results).expect("patterns")));
}

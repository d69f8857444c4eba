//! One question from retrieval to its last piece.

use super::assess::{self, Verdict};
use super::outcome::{Cited, Hit, Outcome, Piece, Route, Trace};
use super::write::{self, Written};
use super::{Ask, Pipeline, questions, translate};
use crate::RagError;
use crate::document::EntryDoc;
use crate::plan::{Circumstances, Decision, Fallback, Nearest, decide};
use crate::retrieve::{Found, Ranked};
use comptoir_text::Lang;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// Pieces that may wait for a slow reader; the writer waits then.
const ROOM: usize = 64;

/// Everything known about one question while it is being answered.
pub(super) struct Run {
    pub(super) pipeline: Pipeline,
    pub(super) ask: Ask,
    pub(super) lang: Lang,
    /// The question as it is looked up: in the visitor's words, or translated.
    question: String,
    /// The visitor's turn before, when the message leans on it.
    pub(super) before: Option<String>,
    pub(super) started: Instant,
    /// The model was asked to judge and did not in time.
    late: bool,
    pub(super) trace: Trace,
    pub(super) out: mpsc::Sender<Result<Piece, RagError>>,
}

/// Looks the question up and starts answering.
pub(super) async fn start(
    pipeline: Pipeline,
    ask: Ask,
) -> Result<BoxStream<'static, Result<Piece, RagError>>, RagError> {
    let started = Instant::now();
    let lang = questions::lang_of(&ask);
    let found = questions::find(&pipeline, &ask, &ask.text, lang).await?;
    let mut parts = Vec::new();
    for part in questions::split(&ask.text, lang) {
        let found = questions::find(&pipeline, &ask, &part, lang).await?;
        parts.push((part, found));
    }
    let trace = Trace { hits: hits_of(&found), retrieve_ms: millis(started), ..Trace::default() };
    let (out, pieces) = mpsc::channel(ROOM);
    let question = ask.text.clone();
    let before = found.before.clone();
    let run = Run { pipeline, ask, lang, question, before, started, late: false, trace, out };
    tokio::spawn(run.work(found, parts));
    let pieces = stream::unfold(pieces, |mut pieces| async {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    Ok(pieces.boxed())
}

impl Run {
    /// Works until the outcome is sent or the reader is gone.
    async fn work(mut self, found: Found, parts: Vec<(String, Found)>) {
        let out = self.out.clone();
        tokio::select! {
            // The visitor left: dropping the work frees the engine's slot.
            () = out.closed() => {}
            () = self.reply(found, parts) => {}
        }
    }

    async fn reply(&mut self, found: Found, parts: Vec<(String, Found)>) {
        let fast = assess::fast(&self.pipeline, &found);
        if let Some(need) = assess::need(&self.pipeline, &found, &fast) {
            let outcome = self.outcome(Route::Handover, need.word());
            return self.end(outcome).await;
        }
        let (found, fast, parts) = match self.translated(&found, &fast).await {
            Some(found) => {
                let fast = assess::fast(&self.pipeline, &found);
                (found, fast, Vec::new())
            }
            None => (found, fast, parts),
        };
        let decision = self.decide(&found, fast, &parts).await;
        let outcome = match decision {
            Decision::Verbatim(entries) => self.verbatim(&entries, "known").await,
            Decision::Generate { entries, otherwise } => self.generate(&entries, otherwise).await,
            Decision::Clarify(entries) => self.clarify(&entries),
            Decision::Likely(nearest) => self.nearest(&nearest, "likely"),
            Decision::NearMiss(nearest) => self.nearest(&nearest, "near_miss"),
            Decision::Nothing => self.outcome(Route::OfferHuman, "nothing_found"),
        };
        self.end(outcome).await;
    }

    /// What is found for the question in the FAQ's own language, when the
    /// visitor writes another one and nothing is certain yet.
    async fn translated(&mut self, found: &Found, fast: &Verdict) -> Option<Found> {
        let main = *found.state.langs.first()?;
        if fast.knows() || found.state.langs.contains(&self.lang) {
            return None;
        }
        let text = translate::into(&self.pipeline, &self.ask, self.lang, main).await?;
        let found = questions::find(&self.pipeline, &self.ask, &text, main).await;
        let found = found.inspect_err(|error| tracing::warn!(%error, "no second look")).ok()?;
        self.trace.hits = hits_of(&found);
        self.before.clone_from(&found.before);
        self.question = text;
        Some(found)
    }

    async fn end(&mut self, outcome: Outcome) {
        self.trace.total_ms = millis(self.started);
        let outcome = Outcome { trace: std::mem::take(&mut self.trace), ..outcome };
        // A reader that is gone needs no outcome.
        let _ = self.out.send(Ok(Piece::Done(Box::new(outcome)))).await;
    }

    async fn decide(
        &mut self,
        found: &Found,
        fast: Verdict,
        parts: &[(String, Found)],
    ) -> Decision {
        if let Some(decision) = self.decide_parts(parts).await {
            return decision;
        }
        let text = self.question.clone();
        let verdict = self.assess(found, fast, &text).await;
        if let Some(best) = verdict.assessed.first() {
            self.trace.confidence = best.probability;
        }
        let now = Circumstances {
            engine_ready: !self.late && self.pipeline.engine_ready(),
            lang: self.lang,
            long_answer: self.pipeline.settings.long_answer,
            tie: self.pipeline.settings.tie,
        };
        decide(&verdict.assessed, verdict.thresholds, now)
    }

    /// Several questions in one message, each known: all their answers.
    async fn decide_parts(&mut self, parts: &[(String, Found)]) -> Option<Decision> {
        let mut entries: Vec<Arc<EntryDoc>> = Vec::new();
        for (text, found) in parts {
            let fast = assess::fast(&self.pipeline, found);
            let verdict = self.assess(found, fast, text).await;
            let best = verdict.assessed.first()?;
            if !verdict.knows() {
                return None;
            }
            self.trace.confidence = best.probability;
            if !entries.iter().any(|entry| entry.id == best.entry.id) {
                entries.push(Arc::clone(&best.entry));
            }
        }
        (entries.len() > 1).then_some(Decision::Verbatim(entries))
    }

    /// The fast assessment, or the judge's where the fast one is not certain.
    async fn assess(&mut self, found: &Found, fast: Verdict, text: &str) -> Verdict {
        let best = fast.assessed.first().map_or(0.0, |best| best.probability);
        if best >= fast.thresholds.known || best < fast.thresholds.near {
            return fast;
        }
        let asked = Instant::now();
        match assess::judged(&self.pipeline, found, text, self.ask.client).await {
            Some(judged) => {
                self.trace.judged |= judged.judged;
                judged.or_named_by(fast)
            }
            None => {
                // Who could not judge in time would not write in time either;
                // a server that cannot judge at all may write well.
                self.late |= asked.elapsed() >= self.pipeline.settings.judge.deadline;
                fast
            }
        }
    }

    async fn verbatim(&mut self, entries: &[Arc<EntryDoc>], reason: &'static str) -> Outcome {
        let text = entries.iter().map(|entry| entry.answer.trim()).collect::<Vec<_>>().join("\n\n");
        if self.trace.first_token_ms == 0 {
            self.trace.first_token_ms = millis(self.started).max(1);
            // A reader that is gone is noticed by the caller.
            let _ = self.out.send(Ok(Piece::Text(text.clone()))).await;
        }
        let foreign = entries.iter().any(|entry| entry.lang != self.lang);
        Outcome {
            text: Some(text),
            citations: cite(entries),
            ..self.outcome(Route::Answer, if foreign { "known_other_language" } else { reason })
        }
    }

    async fn generate(&mut self, entries: &[Arc<EntryDoc>], otherwise: Fallback) -> Outcome {
        let reason = match write::write(self, entries).await {
            Written::Text { text, used } => {
                let used: Vec<_> =
                    used.iter().filter_map(|at| entries.get(*at)).map(Arc::clone).collect();
                return Outcome {
                    text: Some(text),
                    citations: cite(if used.is_empty() { entries } else { &used }),
                    ..self.outcome(Route::Answer, "written")
                };
            }
            Written::Abstained => "near_miss",
            Written::Failed(reason) => reason,
        };
        match (otherwise, entries.first()) {
            (Fallback::Known, Some(best)) => {
                let best = [Arc::clone(best)];
                let reason = if reason == "near_miss" { "known" } else { reason };
                self.verbatim(&best, reason).await
            }
            (Fallback::Known, None) => self.outcome(Route::OfferHuman, "nothing_found"),
            (Fallback::Nearest(nearest), _) => self.nearest(&nearest, reason),
        }
    }

    fn clarify(&self, entries: &[Arc<EntryDoc>]) -> Outcome {
        Outcome {
            choices: entries.iter().map(|entry| entry.question.clone()).collect(),
            citations: cite(entries),
            ..self.outcome(Route::Clarify, "close_entries")
        }
    }

    /// Nobody could make sure that one of the entries answers: the text is the
    /// best one's, the citations are all that may be said, each as the answer
    /// to its own question, and a person is offered beside them.
    fn nearest(&self, nearest: &Nearest, reason: &'static str) -> Outcome {
        let Some(best) = nearest.shown.first() else {
            return self.outcome(Route::OfferHuman, "nothing_found");
        };
        Outcome {
            text: Some(best.answer.trim().to_owned()),
            citations: cite(&nearest.shown),
            choices: nearest.choices.iter().map(|entry| entry.question.clone()).collect(),
            nearest: Some(best.as_ref().into()),
            ..self.outcome(Route::OfferHuman, reason)
        }
    }

    fn outcome(&self, route: Route, reason: &'static str) -> Outcome {
        Outcome {
            route,
            reason,
            text: None,
            lang: self.lang.code(),
            citations: Vec::new(),
            choices: Vec::new(),
            nearest: None,
            trace: Trace::default(),
        }
    }
}

fn cite(entries: &[Arc<EntryDoc>]) -> Vec<Cited> {
    entries.iter().map(|entry| entry.as_ref().into()).collect()
}

fn hits_of(found: &Found) -> Vec<Hit> {
    let hit = |hit: &Ranked| Hit {
        id: hit.entry.id,
        external_id: hit.entry.external_id.clone(),
        score: hit.score,
    };
    found.hits.iter().map(hit).collect()
}

/// Milliseconds since `started`.
pub(super) fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

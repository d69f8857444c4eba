//! One question through triage and pipeline.

use super::rows::{EntryScore, Millis, QuestionRow, ResultRow, RouteName};
use crate::RagError;
use crate::pipeline::last;
use crate::pipeline::{Ask, Outcome, Pipeline, Route, Speaker, Turn};
use comptoir_index::SiteId;
use comptoir_text::Lang;
use std::time::Duration;

/// What happens before the pipeline is asked.
pub struct Triaged {
    /// Handover or smalltalk.
    pub route: RouteName,
    /// Why.
    pub reason: String,
    /// What the visitor reads.
    pub text: String,
}

/// The caller's routing to people and courtesies.
pub type Triage<'a> = &'a (dyn Fn(&str, &[Turn]) -> Option<Triaged> + Sync);

/// Everything a question needs besides itself.
pub struct EvalContext<'a> {
    /// The pipeline that serves visitors.
    pub pipeline: &'a Pipeline,
    /// The scratch site.
    pub site: SiteId,
    /// The firm's name.
    pub firm: &'a str,
    /// Routing before the pipeline.
    pub triage: Triage<'a>,
    /// What the visitor reads for an outcome.
    pub wording: &'a (dyn Fn(&Outcome) -> String + Sync),
    /// How long visitors wait for a first word of the model.
    pub first_word: Option<Duration>,
}

/// The question as the pipeline takes it.
pub(super) fn ask(context: &EvalContext<'_>, row: &QuestionRow) -> Ask {
    let history = row.history.iter().map(|turn| Turn {
        speaker: if turn.role == "assistant" { Speaker::Assistant } else { Speaker::Visitor },
        text: turn.text.clone(),
    });
    Ask {
        site: context.site.clone(),
        firm: context.firm.to_owned(),
        text: row.text.clone(),
        lang: row.lang.as_deref().map_or(Lang::Fr, Lang::from_code),
        history: history.collect(),
        client: 0,
        first_word: context.first_word,
    }
}

/// Runs one question.
///
/// # Errors
/// When storage, index or embedder fail.
pub async fn run_question(
    context: &EvalContext<'_>,
    row: &QuestionRow,
) -> Result<ResultRow, RagError> {
    let ask = ask(context, row);
    if let Some(triaged) = (context.triage)(&ask.text, &ask.history) {
        return Ok(ResultRow {
            id: row.id.clone(),
            route: triaged.route,
            reason: triaged.reason,
            entries: entries(context, &ask).await?,
            text: triaged.text,
            citations: Vec::new(),
            ms: Millis::default(),
            guarded: 0,
            confidence: 0.0,
        });
    }
    let outcome = last(context.pipeline.answer(ask).await?).await?;
    let text = (context.wording)(&outcome);
    let name = |external: &Option<String>, id: uuid::Uuid| {
        external.clone().unwrap_or_else(|| id.to_string())
    };
    Ok(ResultRow {
        id: row.id.clone(),
        route: match outcome.route {
            Route::Answer => RouteName::Answer,
            Route::Clarify => RouteName::Clarify,
            Route::OfferHuman => RouteName::OfferHuman,
            Route::Handover => RouteName::Handover,
        },
        reason: outcome.reason.to_owned(),
        entries: outcome
            .trace
            .hits
            .iter()
            .map(|hit| EntryScore { id: name(&hit.external_id, hit.id), score: hit.score })
            .collect(),
        text,
        citations: outcome.citations.iter().map(|c| name(&c.external_id, c.id)).collect(),
        ms: Millis {
            retrieve: outcome.trace.retrieve_ms,
            first_token: outcome.trace.first_token_ms,
            total: outcome.trace.total_ms,
        },
        guarded: outcome.trace.guard_interventions,
        confidence: outcome.trace.confidence,
    })
}

/// Retrieval alone; the route is `answer` when anything was found.
///
/// # Errors
/// When storage, index or embedder fail.
pub async fn run_retrieval(
    context: &EvalContext<'_>,
    row: &QuestionRow,
) -> Result<ResultRow, RagError> {
    let started = std::time::Instant::now();
    let entries = entries(context, &ask(context, row)).await?;
    let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(ResultRow {
        id: row.id.clone(),
        route: if entries.is_empty() { RouteName::OfferHuman } else { RouteName::Answer },
        reason: "retrieval_only".to_owned(),
        entries,
        text: String::new(),
        citations: Vec::new(),
        ms: Millis { retrieve: took, first_token: 0, total: took },
        guarded: 0,
        confidence: 0.0,
    })
}

async fn entries(context: &EvalContext<'_>, ask: &Ask) -> Result<Vec<EntryScore>, RagError> {
    let found = context.pipeline.find(ask).await?;
    Ok(found
        .hits
        .iter()
        .map(|hit| EntryScore {
            id: hit.entry.external_id.clone().unwrap_or_else(|| hit.entry.id.to_string()),
            score: hit.score,
        })
        .collect())
}

//! The language model as a judge: does this entry hold what was asked?
//!
//! One batched scoring pass over the best entries, each continued with the
//! visitor's question. The entry comes right after a fixed instruction, so
//! that an engine that keeps prompt states evaluates the question only.

use crate::document::EntryDoc;
use comptoir_engine::{ChatMessage, ClientKey, ScoreRequest, TextGenerator};
use std::time::Duration;

/// What the judge says of one entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Log-probability of "Oui" less that of "Non".
    pub verdict: f32,
    /// How much likelier the question is given the entry than without, per
    /// token.
    pub gain: f32,
}

/// Asks the model about entries.
#[derive(Debug, Clone, Copy)]
pub struct Judge {
    /// Entries asked about at most.
    pub candidates: usize,
    /// Time for the whole pass. A visitor leaves after ten seconds; the entry
    /// that probably answers, now and with a person beside it, beats the right
    /// verdict then.
    pub deadline: Duration,
}

impl Default for Judge {
    fn default() -> Self {
        Self { candidates: 4, deadline: Duration::from_secs(8) }
    }
}

const INSTRUCTION: &str = "Tu compares une question avec un extrait de FAQ. Réponds Oui \
uniquement si l'extrait contient l'information précise demandée. Même sujet sans l'information \
précise : Non.";
const NO_ENTRY: &str = "Extrait : (vide)";
const CLOSING: &str = "\nL'extrait contient-il la réponse précise ? Oui ou Non.";
/// Characters of an answer that the judge reads.
const LONGEST_ANSWER: usize = 900;
const LONGEST_QUESTION: usize = 400;

impl Judge {
    /// The judge's view of `entries`, in their order; `None` when the engine
    /// cannot say, for whatever reason.
    pub async fn ask<'a>(
        &self,
        engine: &dyn TextGenerator,
        entries: impl Iterator<Item = &'a EntryDoc>,
        question: &str,
        client: ClientKey,
    ) -> Option<Vec<Judgement>> {
        let mut candidates: Vec<Vec<ChatMessage>> =
            entries.take(self.candidates).map(|entry| prompt(&excerpt(entry))).collect();
        candidates.push(prompt(NO_ENTRY));
        let asked: String = question.chars().take(LONGEST_QUESTION).collect();
        let request = ScoreRequest {
            candidates,
            question: format!("Question : {asked}"),
            closing: CLOSING.to_owned(),
            targets: vec!["Oui".to_owned(), "Non".to_owned()],
            deadline: self.deadline,
            client,
        };
        let mut scores = match engine.score(request).await {
            Ok(scores) => scores,
            Err(error) => {
                tracing::debug!(%error, "judge not available");
                return None;
            }
        };
        let bare = scores.pop()?;
        scores
            .into_iter()
            .map(|score| {
                let tokens = f32::from(u16::try_from(score.question_tokens().max(1)).ok()?);
                let verdict = score.target_logprobs.first()? - score.target_logprobs.get(1)?;
                let gain = (score.question_logprob() - bare.question_logprob()) / tokens;
                (verdict.is_finite() && gain.is_finite()).then_some(Judgement { verdict, gain })
            })
            .collect()
    }

    /// The beginning of every prompt about an entry, to be evaluated when the
    /// entry is published.
    #[must_use]
    pub fn prefix(entry: &EntryDoc) -> Vec<ChatMessage> {
        prompt(&excerpt(entry))
    }

    /// The beginning of the prompt without an entry, against which the
    /// question's likelihood is measured.
    #[must_use]
    pub fn bare() -> Vec<ChatMessage> {
        prompt(NO_ENTRY)
    }
}

fn prompt(excerpt: &str) -> Vec<ChatMessage> {
    vec![ChatMessage::system(format!("{INSTRUCTION}\n\n{excerpt}"))]
}

fn excerpt(entry: &EntryDoc) -> String {
    let answer: String = entry.answer.chars().take(LONGEST_ANSWER).collect();
    format!("Extrait :\n{}\n{answer}", entry.question)
}

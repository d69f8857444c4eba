//! Asking a firm a question.

use super::{Firm, faq};
use comptoir_engine::TextGenerator;
use comptoir_rag::RagError;
use comptoir_rag::pipeline::{Ask, Outcome, Piece};
use comptoir_text::Lang;
use futures::StreamExt;
use std::sync::Arc;

/// A question of a French visitor who has asked nothing before.
pub fn ask(firm: &Firm, text: &str) -> Ask {
    Ask {
        site: firm.site.clone(),
        firm: "Aubépine Chauffage".into(),
        text: text.into(),
        lang: Lang::Fr,
        history: Vec::new(),
        client: 1,
        first_word: None,
    }
}

/// The outcome and everything that was shown on the way.
pub async fn answer(firm: &Firm, ask: Ask) -> Result<(Outcome, String), RagError> {
    let mut pieces = firm.pipeline.answer(ask).await?;
    let mut shown = String::new();
    while let Some(piece) = pieces.next().await {
        match piece? {
            Piece::Queued { .. } => {}
            Piece::Text(text) => shown.push_str(&text),
            Piece::Done(outcome) => return Ok((*outcome, shown)),
        }
    }
    Err(RagError::Task)
}

/// The demo firm.
pub async fn demo(engine: Arc<dyn TextGenerator>) -> Firm {
    Firm::from_file(&faq::demo_folder().join("faq.jsonl"), engine).await
}

/// The owner's names of the entries that a reply stands on.
pub fn cited(outcome: &Outcome) -> Vec<&str> {
    outcome.citations.iter().filter_map(|c| c.external_id.as_deref()).collect()
}

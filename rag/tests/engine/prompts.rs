//! Prompts of the demo firm: its entries, and questions as people put them.

use super::faq;
use comptoir_engine::{ChatMessage, ClientKey, GenerateRequest};
use comptoir_rag::document::EntryDoc;
use comptoir_rag::prompt::{self, PromptParts};
use comptoir_text::Lang;
use std::sync::Arc;
use std::time::Duration;

const FIRM: &str = "Ardelune";

/// The firm's entries and what is asked of them.
pub struct Prompts {
    entries: Vec<Arc<EntryDoc>>,
}

impl Prompts {
    /// From the demo's file.
    pub fn demo() -> Self {
        Self { entries: faq::demo_entries().into_iter().map(Arc::new).collect() }
    }

    /// Entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The beginning of every prompt about one entry.
    pub fn beginning(&self, entry: usize) -> Vec<ChatMessage> {
        prompt::beginning(FIRM, &self.entries[entry], Lang::Fr)
    }

    /// One entry.
    pub fn entry(&self, entry: usize) -> &EntryDoc {
        &self.entries[entry]
    }

    /// A way to ask for an entry; they repeat after some.
    pub fn question(&self, entry: usize, way: usize) -> &str {
        let doc = &self.entries[entry];
        let ways = &doc.alternatives;
        if ways.is_empty() { &doc.question } else { &ways[way % ways.len()] }
    }

    /// A request for a reply from an entry, and from so many others after it.
    pub fn request(&self, entry: usize, others: usize, way: usize) -> GenerateRequest {
        let count = self.entries.len();
        let entries: Vec<Arc<EntryDoc>> =
            (0..=others).map(|at| Arc::clone(&self.entries[(entry + at * 7) % count])).collect();
        let messages = prompt::build(PromptParts {
            firm: FIRM,
            entries: &entries,
            message: self.question(entry, way),
            before: None,
            lang: Lang::Fr,
        });
        GenerateRequest {
            messages,
            max_tokens: 120,
            stop: vec!["</".to_owned()],
            deadline: Duration::from_secs(600),
            client: ClientKey(entry as u64),
        }
    }
}

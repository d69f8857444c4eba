//! From a question to the entries that may answer it, best first.
//!
//! The index proposes candidates on dense and sparse legs; every candidate is
//! then scored exactly on all signals, and the signals are fused. Only
//! current entries leave this module. It must never decide that an entry
//! *answers*: that is the matter of [`crate::confidence`].

mod fuse;
mod legs;
mod query;
mod settings;

pub use legs::Signals;
pub use query::{Query, QueryWord};
pub use settings::RetrievalSettings;

use crate::RagError;
use crate::document::EntryDoc;
use crate::knowledge::{Knowledge, SiteState};
use comptoir_index::SiteId;
use comptoir_text::Lang;
use std::sync::Arc;
use uuid::Uuid;

/// One entry with the reasons for its place.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The entry in its current version.
    pub entry: Arc<EntryDoc>,
    /// The fused score; compares within one question only.
    pub score: f32,
    /// What was measured.
    pub signals: Signals,
}

/// What was found for one question.
#[derive(Debug, Clone)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Ranked>,
    /// The analysed question.
    pub query: Query,
    /// The snapshot that was searched.
    pub state: Arc<SiteState>,
    /// An entry of the snapshot is no longer current: a sync is due.
    pub stale: bool,
    /// What the visitor asked before, when this question leans on it.
    pub before: Option<String>,
    /// What was looked up is a translation of the visitor's words.
    pub translated: bool,
}

/// What to look for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The visitor's words.
    pub text: &'a str,
    /// Their language.
    pub lang: Lang,
    /// The visitor's words before, when there are any.
    pub before: Option<&'a str>,
    /// What was answered to those.
    pub answered: Option<&'a str>,
    /// The visitor's own words and their language, when `text` is a translation.
    pub original: Option<(&'a str, Lang)>,
}

/// Finds the entries for a question.
///
/// # Errors
/// When storage, index or embedder fail.
pub async fn retrieve(
    knowledge: &Knowledge,
    settings: &RetrievalSettings,
    site: &SiteId,
    ask: Ask<'_>,
) -> Result<Found, RagError> {
    let state = knowledge.state(site).await?;
    let query = Query::new(knowledge.vectors(), &state, ask.text, ask.lang).await?;
    if state.entries.is_empty() || query.is_empty() {
        return Ok(Found {
            hits: Vec::new(),
            query,
            state,
            stale: false,
            before: None,
            translated: false,
        });
    }
    let mut scored = legs::score(knowledge, settings, site, &state, &query).await?;
    let mut fused = fuse::fuse(settings, &scored);
    let follows = ask.before.filter(|_| query::leans_on_before(ask.text, &query));
    let answered = follows.and(ask.answered);
    let beside = [
        follows.map(|text| (text, ask.lang, settings.before)),
        answered.map(|text| (text, ask.lang, settings.answered)),
        ask.original.map(|(text, lang)| (text, lang, settings.original)),
    ];
    for (text, lang, weight) in beside.into_iter().flatten() {
        let text: String = text.chars().take(settings.longest_context).collect();
        let other = Query::new(knowledge.vectors(), &state, &text, lang).await?;
        let more = legs::score(knowledge, settings, site, &state, &other).await?;
        let extra = fuse::fuse(settings, &more);
        fuse::add(&mut scored, &mut fused, more, &extra, weight);
    }
    let mut order: Vec<(Uuid, f32)> = fused.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    order.truncate(settings.results);
    let ids: Vec<Uuid> = order.iter().map(|(id, _)| *id).collect();
    let current = knowledge.source().by_ids(site, &ids).await?;
    let mut stale = false;
    let mut hits = Vec::with_capacity(order.len());
    for (id, score) in order {
        let Some(known) = state.entries.get(&id) else {
            continue;
        };
        let fresh =
            current.iter().any(|doc| doc.id == id && doc.live && doc.version == known.doc.version);
        if !fresh {
            stale = true;
            continue;
        }
        hits.push(Ranked {
            entry: Arc::clone(&known.doc),
            score,
            signals: scored.get(&id).copied().unwrap_or_default(),
        });
    }
    let before = follows.map(str::to_owned);
    Ok(Found { hits, query, state, stale, before, translated: ask.original.is_some() })
}

impl Found {
    /// The question as it has to be understood: with the turn before, when it
    /// leans on it.
    #[must_use]
    pub fn understood(&self, text: &str) -> String {
        match &self.before {
            Some(before) => format!("{before} {text}"),
            None => text.to_owned(),
        }
    }
}

//! Other ways to ask for an entry: proposed by the local model, or learned from
//! visitors who confirmed an answer. An owner decides on each.
//!
//! An entry goes in ([`request`]), lines of the model come out and are read
//! ([`read`]); every candidate then passes [`fits`], pure, and
//! [`leads_there`], a look-up in what is published. Nothing here is shown to a
//! visitor, and nothing may pass that states a fact the entry does not.

mod fit;
mod prompt;

pub use fit::{Refusal, fits};
pub use prompt::{digest, read, request};

use crate::RagError;
use crate::document::EntryDoc;
use crate::knowledge::Knowledge;
use crate::retrieve::{self, RetrievalSettings};
use comptoir_index::SiteId;

/// Whether a phrasing leads to this entry among all that is published, and to
/// no other one first: one that does not is another entry's question.
///
/// # Errors
/// When storage, index or embedder fail.
pub async fn leads_there(
    knowledge: &Knowledge,
    site: &SiteId,
    entry: &EntryDoc,
    phrasing: &str,
) -> Result<bool, RagError> {
    let ask = retrieve::Ask {
        text: phrasing,
        lang: entry.lang,
        before: None,
        answered: None,
        original: None,
    };
    let found = retrieve::retrieve(knowledge, &RetrievalSettings::default(), site, ask).await?;
    Ok(found.hits.first().is_some_and(|hit| hit.entry.id == entry.id))
}

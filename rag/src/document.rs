//! A FAQ entry as the answering side sees it, and the port it comes from.

use async_trait::async_trait;
use comptoir_index::SiteId;
use comptoir_text::Lang;
use uuid::Uuid;

/// One entry of a site's FAQ in one version.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryDoc {
    /// Identity, the same over all versions.
    pub id: Uuid,
    /// Grows with every edit of this entry.
    pub version: i64,
    /// Grows with every change of the site; orders [`EntrySource::changes_since`].
    pub revision: i64,
    /// The owner's own identifier, when the entry was imported with one.
    pub external_id: Option<String>,
    /// The question, as the owner wrote it.
    pub question: String,
    /// Other ways to ask it.
    pub alternatives: Vec<String>,
    /// The answer, shown to visitors as it stands.
    pub answer: String,
    /// A heading it belongs under.
    pub category: Option<String>,
    /// Words that lead here.
    pub keywords: Vec<String>,
    /// The language it is written in.
    pub lang: Lang,
    /// Published and not deleted. Anything else is never shown.
    pub live: bool,
}

/// Why entries could not be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the entries cannot be read: {0}")]
pub struct SourceError(pub String);

/// Where the truth about entries lives. The gateway adapts its storage.
#[async_trait]
pub trait EntrySource: Send + Sync {
    /// Entries changed after `revision`, oldest change first, at most `limit`;
    /// unpublished and deleted ones too, with `live` false.
    ///
    /// # Errors
    /// When the storage fails.
    async fn changes_since(
        &self,
        site: &SiteId,
        revision: i64,
        limit: usize,
    ) -> Result<Vec<EntryDoc>, SourceError>;

    /// The current versions of these entries; unknown ones are left out.
    ///
    /// # Errors
    /// When the storage fails.
    async fn by_ids(&self, site: &SiteId, ids: &[Uuid]) -> Result<Vec<EntryDoc>, SourceError>;

    /// The site's latest revision, 0 when it has no entry.
    ///
    /// # Errors
    /// When the storage fails.
    async fn revision(&self, site: &SiteId) -> Result<i64, SourceError>;

    /// Groups of words that mean the same to this site.
    ///
    /// # Errors
    /// When the storage fails.
    async fn synonyms(&self, site: &SiteId) -> Result<Vec<Vec<String>>, SourceError> {
        let _ = site;
        Ok(Vec::new())
    }
}

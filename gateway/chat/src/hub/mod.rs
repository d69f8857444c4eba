//! The handle that gateway and admin hold.
use crate::{Answerer, AgentInput, ChatError, Clock, Ids, Joined, OpenRequest, Opened, Receipt, SiteWatch, VisitorAction};
use comptoir_protocol::{Epoch, Seq, SiteCard};
use comptoir_storage::{Storage, model::{ConversationKey, SiteId, VisitorKey}};
use std::{sync::Arc, time::Duration};
/// How much of everything.
#[derive(Debug, Clone, Default)]
pub struct Limits {}
/// What a [`Chat`] stands on.
pub struct Deps {
    /// Where conversations are kept.
    pub storage: Arc<dyn Storage>,
    /// Who answers questions.
    pub answerer: Arc<dyn Answerer>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New identifiers and secrets.
    pub ids: Arc<dyn Ids>,
    /// How much of everything.
    pub limits: Limits,
}
/// Every conversation of this process.
#[derive(Clone)]
pub struct Chat {}
/// Identity of the visitor who holds this secret.
#[must_use]
pub fn visitor_key(_token: &str) -> VisitorKey { comptoir_storage::model::TokenHash([0; 32]) }
#[expect(clippy::unused_async, clippy::needless_pass_by_value, missing_docs, reason = "signatures first")]
impl Chat {
    #[must_use] pub fn new(_deps: Deps) -> Self { Self {} }
    pub async fn open(&self, _request: OpenRequest) -> Result<Opened, ChatError> { Err(ChatError::Stopping) }
    pub async fn join(&self, _key: ConversationKey, _visitor: VisitorKey, _held: Option<(Epoch, Seq)>) -> Result<Joined, ChatError> { Err(ChatError::Stopping) }
    pub async fn watch(&self, _key: ConversationKey) -> Result<Joined, ChatError> { Err(ChatError::Stopping) }
    pub async fn visitor(&self, _key: ConversationKey, _action: VisitorAction) -> Result<Receipt, ChatError> { Err(ChatError::Stopping) }
    pub async fn agent(&self, _key: ConversationKey, _input: AgentInput) -> Result<Receipt, ChatError> { Err(ChatError::Stopping) }
    pub fn watch_site(&self, _site: &SiteId) -> Result<SiteWatch, ChatError> { Err(ChatError::Stopping) }
    pub async fn site_card(&self, _site: &SiteId, _lang: &str) -> Result<SiteCard, ChatError> { Err(ChatError::Stopping) }
    pub fn settings_changed(&self, _site: &SiteId) {}
    pub async fn resume_unfinished(&self) -> Result<usize, ChatError> { Ok(0) }
    pub async fn shutdown(&self, _deadline: Duration) {}
}

//! A visitor opens the widget: find their conversation or begin one.

use super::Chat;
use crate::api::{ChatError, OpenRequest, Opened};
use comptoir_protocol::Epoch;
use comptoir_storage::model::{
    ConversationHead, ConversationKey, Holder, NewConversation, SiteId, TokenHash, VisitorKey,
};
use sha2::{Digest, Sha256};

/// Identity of the visitor who holds this secret. Only the hash is kept.
#[must_use]
pub fn visitor_key(token: &str) -> VisitorKey {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}

/// Whether a secret looks like one of ours: 256 bits, base64url. Anything else
/// is ignored, so that nobody can choose a weak one.
fn is_secret(token: &str) -> bool {
    token.len() == 43
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

impl Chat {
    /// Finds the visitor's conversation, or begins one.
    ///
    /// A named conversation is resumed if it is the visitor's, closed or not.
    /// One that no longer exists is as if it were not named.
    ///
    /// # Errors
    /// `UnknownSite`, `NotYours`, `Stopping`, `Storage`.
    pub async fn open(&self, request: OpenRequest) -> Result<Opened, ChatError> {
        if self.world.is_stopping() {
            return Err(ChatError::Stopping);
        }
        let OpenRequest { site, token, conversation, lang, page } = request;
        self.world.site(&site).await?;
        let Some(known) = token.filter(|token| is_secret(token)) else {
            if let Some(named) = conversation
                && self.world.storage.conversation(named).await?.is_some()
            {
                return Err(ChatError::NotYours);
            }
            let secret = self.world.ids.secret();
            let visitor = visitor_key(&secret);
            let key = self.begin(&site, visitor, &lang, page).await?;
            return Ok(Opened { key, visitor, token: Some(secret) });
        };
        let visitor = visitor_key(&known);
        let found = self.find(&site, visitor, conversation).await?;
        let key = match found {
            Some(key) => key,
            None => self.begin(&site, visitor, &lang, page).await?,
        };
        Ok(Opened { key, visitor, token: None })
    }

    /// Opens a conversation for whoever holds its ticket, as its visitor; the
    /// caller has read the ticket. One that is closed and not named is left
    /// alone: the visitor begins anew.
    ///
    /// # Errors
    /// `Stopping`, `Storage`.
    pub async fn open_by_ticket(
        &self,
        request: &OpenRequest,
        key: ConversationKey,
    ) -> Result<Option<Opened>, ChatError> {
        if self.world.is_stopping() {
            return Err(ChatError::Stopping);
        }
        let found = self.world.storage.conversation(key).await?.filter(|found| {
            let is_open = !matches!(found.head.holder, Holder::Closed { .. });
            found.site == request.site && (is_open || request.conversation == Some(key))
        });
        Ok(found.map(|found| Opened { key, visitor: found.visitor, token: None }))
    }

    async fn find(
        &self,
        site: &SiteId,
        visitor: VisitorKey,
        named: Option<ConversationKey>,
    ) -> Result<Option<ConversationKey>, ChatError> {
        if let Some(named) = named
            && let Some(conversation) = self.world.storage.conversation(named).await?
        {
            let own = conversation.visitor == visitor && conversation.site == *site;
            return if own { Ok(Some(named)) } else { Err(ChatError::NotYours) };
        }
        let open = self.world.storage.open_conversation_of(site, visitor).await?;
        Ok(open.map(|conversation| conversation.key))
    }

    async fn begin(
        &self,
        site: &SiteId,
        visitor: VisitorKey,
        lang: &str,
        page: String,
    ) -> Result<ConversationKey, ChatError> {
        let key = ConversationKey(self.world.ids.uuid());
        let new = NewConversation {
            key,
            site: site.clone(),
            visitor,
            epoch: Epoch(self.world.ids.uuid().to_string()),
            head: ConversationHead::beginning(lang),
            page,
            at: self.world.clock.now(),
        };
        // Several tabs may open at once, on several nodes; only one begins.
        Ok(self.world.storage.open_or_begin(&new).await?.key)
    }
}

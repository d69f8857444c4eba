//! The addresses an installation is known by.

use comptoir_storage::model::ConversationKey;

/// Where people reach the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Address people type, without a slash at its end.
    pub public_url: String,
    /// Part of the sender's address behind the `@`.
    pub domain: String,
    /// Mailbox whose letters come back to us, if any; tickets go behind a `+`.
    pub replies: Option<String>,
}

impl Addresses {
    /// The thread in the desk.
    #[must_use]
    pub fn desk(&self, key: ConversationKey) -> String {
        format!("{}/admin/inbox/{key}", self.public_url)
    }

    /// Where a person sets how they are told.
    #[must_use]
    pub fn wishes(&self) -> String {
        format!("{}/admin/notifications", self.public_url)
    }

    /// The visitor's way back.
    #[must_use]
    pub fn resume(&self, ticket: &str) -> String {
        format!("{}/resume/{ticket}", self.public_url)
    }

    /// Where an answer with this ticket goes.
    #[must_use]
    pub fn reply(&self, ticket: &str) -> Option<String> {
        let (local, domain) = self.replies.as_deref()?.rsplit_once('@')?;
        Some(format!("{local}+{ticket}@{domain}"))
    }

    /// A message id.
    #[must_use]
    pub fn message_id(&self, local: &str) -> String {
        format!("{local}@{}", self.domain)
    }

    /// The message id that groups the letters of a conversation.
    #[must_use]
    pub fn thread(&self, key: ConversationKey) -> String {
        self.message_id(&format!("c.{key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_goes_behind_a_plus() {
        let mut addresses = Addresses {
            public_url: "https://chat.example".to_owned(),
            domain: "firm.example".to_owned(),
            replies: Some("reponse@firm.example".to_owned()),
        };
        assert_eq!(addresses.reply("abc").as_deref(), Some("reponse+abc@firm.example"));
        addresses.replies = None;
        assert_eq!(addresses.reply("abc"), None);
    }
}

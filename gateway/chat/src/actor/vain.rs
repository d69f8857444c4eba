//! What was asked for and changed nothing, such as a person while one is there.
//!
//! No event keeps its id, and another tab that shares the wish may send it
//! again later, when it would change something: after the visitor ended the
//! conversation, say. It was granted once; that is enough.

use crate::api::Receipt;
use comptoir_protocol::ClientId;
use std::collections::VecDeque;

/// Most wishes remembered; the oldest give way.
const MOST: usize = 32;

/// Wishes that changed nothing, as they were acknowledged. In memory: tabs
/// share a wish for moments, and a conversation rests later than that.
#[derive(Debug, Default)]
pub(super) struct Vain(VecDeque<(ClientId, Receipt)>);

impl Vain {
    /// How this was acknowledged, if it was.
    pub(super) fn receipt(&self, id: &ClientId) -> Option<Receipt> {
        self.0.iter().find(|(known, _)| known == id).map(|(_, receipt)| *receipt)
    }

    pub(super) fn remember(&mut self, id: ClientId, receipt: Receipt) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((id, receipt));
    }
}

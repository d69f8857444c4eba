//! Columns of `notes`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::{count, seq, timestamp, uuid};
use crate::StorageError;
use crate::model::{AgentId, ConversationKey, Note};

const TABLE: &str = "notes";

/// A row of `notes`.
#[derive(Debug)]
pub struct NoteRow {
    pub conversation_id: String,
    pub number: i64,
    pub after_seq: i64,
    pub agent_id: String,
    pub name: String,
    pub text: String,
    pub at: i64,
}

impl TryFrom<NoteRow> for Note {
    type Error = StorageError;

    fn try_from(row: NoteRow) -> Result<Self, StorageError> {
        Ok(Self {
            conversation: ConversationKey(uuid(TABLE, &row.conversation_id)?),
            number: count(TABLE, row.number)?,
            after: seq(TABLE, row.after_seq)?,
            agent: AgentId(uuid(TABLE, &row.agent_id)?),
            name: row.name,
            text: row.text,
            at: timestamp(TABLE, row.at)?,
        })
    }
}

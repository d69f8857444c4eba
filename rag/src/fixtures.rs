//! Entries for the unit tests of this crate.

use crate::document::EntryDoc;
use comptoir_text::Lang;
use uuid::Uuid;

/// A live French entry whose id follows from its question.
pub(crate) fn entry(question: &str, answer: &str) -> EntryDoc {
    let id =
        question.bytes().fold(7_u128, |h, b| h.wrapping_mul(1_000_003).wrapping_add(u128::from(b)));
    EntryDoc {
        id: Uuid::from_u128(id),
        version: 1,
        revision: 1,
        external_id: None,
        question: question.to_owned(),
        alternatives: Vec::new(),
        answer: answer.to_owned(),
        category: None,
        keywords: Vec::new(),
        lang: Lang::Fr,
        live: true,
    }
}

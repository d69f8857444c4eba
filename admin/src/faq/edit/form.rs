//! An entry as it is typed.

use crate::format::{filled, items, lines};
use crate::texts::Texts;
use comptoir_ingest::limits;
use comptoir_storage::model::{Entry, EntryContent, EntryStatus, NewEntry};
use serde::Deserialize;

/// What was typed. Kept whole when it is refused, so that nothing is lost.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Other phrasings, one per line.
    pub alternatives: String,
    /// Group.
    pub category: String,
    /// Words that lead here, separated by commas.
    pub keywords: String,
    /// Language tag.
    pub lang: String,
    /// The version it was made from.
    pub version: i64,
    /// Whether visitors are to have it.
    pub publish: bool,
    /// Questions it is written for; see [`crate::gaps::ids`].
    pub gap: String,
    /// The entry, for parts of the page that look at it.
    pub id: String,
}

impl EntryForm {
    /// Content as it would be typed.
    #[must_use]
    pub fn of_content(content: &EntryContent) -> Self {
        Self {
            question: content.question.clone(),
            answer: content.answer.clone(),
            alternatives: content.alternatives.join("\n"),
            category: content.category.clone().unwrap_or_default(),
            keywords: content.keywords.join(", "),
            lang: content.lang.clone(),
            publish: content.status == EntryStatus::Published,
            ..Self::default()
        }
    }

    /// A stored entry as it would be typed.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self {
            version: entry.version,
            id: entry.id.0.to_string(),
            ..Self::of_content(&entry.content)
        }
    }

    /// A new entry as it was typed.
    #[must_use]
    pub fn of_new(entry: &NewEntry) -> Self {
        Self::of_content(&entry.content)
    }

    /// What was typed as content, or what is wrong with it.
    ///
    /// # Errors
    /// The sentence that says what is wrong.
    pub fn content<'t>(&self, t: &'t Texts) -> Result<EntryContent, &'t str> {
        let question = self.question.split_whitespace().collect::<Vec<_>>().join(" ");
        let answer = self.answer.replace("\r\n", "\n").trim().to_owned();
        if question.is_empty() || answer.is_empty() {
            return Err(&t.faq.missing);
        }
        if question.chars().count() > limits::QUESTION || answer.chars().count() > limits::ANSWER {
            return Err(&t.faq.too_long);
        }
        Ok(EntryContent {
            question,
            answer,
            alternatives: lines(&self.alternatives).into_iter().take(limits::ITEMS).collect(),
            category: filled(&self.category),
            keywords: items(&self.keywords).into_iter().take(limits::ITEMS).collect(),
            lang: filled(&self.lang).unwrap_or_else(|| "fr".to_owned()),
            status: if self.publish { EntryStatus::Published } else { EntryStatus::Draft },
        })
    }
}

//! The gate every row of every format passes: cleaned, checked, compared with
//! the rows before it, then kept or noted.

use std::collections::HashMap;

use url::Url;

use crate::canon;
use crate::draft::{Draft, Format, Parsed};
use crate::fields::{self, Field};
use crate::fold::fold;
use crate::limits;
use crate::lists::{CleanList, RawList};
use crate::note::{Problem, RowNote, Severity};

/// Raw answers this much longer than the limit are not even cleaned.
const RAW_FACTOR: usize = 8;

/// A row as its format gives it.
#[derive(Debug, Default)]
pub(crate) struct RawRow {
    pub(crate) line: u32,
    pub(crate) external_id: Option<String>,
    pub(crate) question: Option<String>,
    pub(crate) answer: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) keywords: RawList,
    pub(crate) alternatives: RawList,
    pub(crate) lang: Option<String>,
    pub(crate) published: Option<String>,
    /// Address of the page, for links in the answer.
    pub(crate) base: Option<Url>,
}

/// The earlier row with the same question.
struct Earlier {
    line: u32,
    has_id: bool,
}

/// Drafts and notes of one file, as they come.
pub(crate) struct Collector {
    drafts: Vec<Draft>,
    notes: Vec<RowNote>,
    rows: usize,
    ids: HashMap<String, u32>,
    questions: HashMap<(String, Option<String>), Earlier>,
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self {
            drafts: Vec::new(),
            notes: Vec::new(),
            rows: 0,
            ids: HashMap::new(),
            questions: HashMap::new(),
        }
    }

    pub(crate) fn note(&mut self, line: u32, severity: Severity, problem: Problem) {
        self.notes.push(RowNote { line, severity, problem });
    }

    /// Leaves a row out, saying why.
    pub(crate) fn skip(&mut self, line: u32, problem: Problem) {
        self.note(line, Severity::Skipped, problem);
    }

    /// Counts a row about to be read; false once the limit is reached, which
    /// is noted once. Readers stop there.
    pub(crate) fn admits_row(&mut self, line: u32) -> bool {
        self.rows += 1;
        if self.rows == limits::ROWS + 1 {
            let max = limits::ROWS;
            self.skip(line, Problem::TooManyRows { max });
        }
        self.rows <= limits::ROWS
    }

    /// Takes a row: it becomes a draft, or a note.
    pub(crate) fn row(&mut self, row: RawRow) {
        let line = row.line;
        match self.checked(row) {
            Ok(draft) => self.keep(draft),
            Err(problem) => self.skip(line, problem),
        }
    }

    fn checked(&mut self, row: RawRow) -> Result<Draft, Problem> {
        let line = row.line;
        let raw_question = row.question.unwrap_or_default();
        let raw_answer = row.answer.unwrap_or_default();
        within(Field::Question, &raw_question, limits::QUESTION * RAW_FACTOR)?;
        within(Field::Answer, &raw_answer, limits::ANSWER * RAW_FACTOR)?;
        let question = canon::line(&raw_question);
        let answer = canon::answer(&raw_answer, row.base.as_ref());
        if question.is_empty() {
            return Err(Problem::MissingQuestion);
        }
        if answer.is_empty() {
            return Err(Problem::MissingAnswer);
        }
        within(Field::Question, &question, limits::QUESTION)?;
        within(Field::Answer, &answer, limits::ANSWER)?;
        Ok(Draft {
            external_id: self.optional(line, Field::ExternalId, row.external_id, limits::ID),
            category: self.optional(line, Field::Category, row.category, limits::CATEGORY),
            keywords: self.list(line, Field::Keywords, canon::keywords(row.keywords)),
            alternatives: self.list(
                line,
                Field::Alternatives,
                canon::alternatives(row.alternatives),
            ),
            lang: self.lang(line, row.lang),
            published: self.published(line, row.published),
            question,
            answer,
            line,
        })
    }

    fn drop_value(&mut self, line: u32, field: Field) {
        self.note(line, Severity::Warning, Problem::ValueDropped { field });
    }

    fn optional(
        &mut self,
        line: u32,
        field: Field,
        raw: Option<String>,
        max: usize,
    ) -> Option<String> {
        let text = canon::line(&raw?);
        if text.chars().count() > max {
            self.drop_value(line, field);
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn list(&mut self, line: u32, field: Field, list: CleanList) -> Vec<String> {
        if list.dropped > 0 {
            self.drop_value(line, field);
        }
        list.items
    }

    fn lang(&mut self, line: u32, raw: Option<String>) -> Option<String> {
        let raw = raw?;
        let known = fields::language(&raw);
        if known.is_none() && !raw.trim().is_empty() {
            self.drop_value(line, Field::Lang);
        }
        known
    }

    fn published(&mut self, line: u32, raw: Option<String>) -> Option<bool> {
        let raw = raw?;
        let known = fields::published(&raw);
        if known.is_none() && !raw.trim().is_empty() {
            self.drop_value(line, Field::Published);
        }
        known
    }

    /// Keeps a draft unless the file already holds it. Two rows with distinct
    /// ids may ask the same question: both stay, with a warning.
    fn keep(&mut self, draft: Draft) {
        let line = draft.line;
        let known_id = draft.external_id.as_ref().and_then(|id| self.ids.get(id));
        if let Some(&first_line) = known_id {
            self.skip(line, Problem::DuplicateId { first_line });
            return;
        }
        let has_id = draft.external_id.is_some();
        let key = (fold(&draft.question), draft.lang.clone());
        let earlier = self.questions.get(&key).map(|earlier| (earlier.line, earlier.has_id));
        if let Some((first_line, earlier_has_id)) = earlier {
            let problem = Problem::DuplicateQuestion { first_line };
            if !(has_id && earlier_has_id) {
                self.skip(line, problem);
                return;
            }
            self.note(line, Severity::Warning, problem);
        }
        self.questions.entry(key).or_insert(Earlier { line, has_id });
        if let Some(id) = &draft.external_id {
            self.ids.insert(id.clone(), line);
        }
        self.drafts.push(draft);
    }

    pub(crate) fn finish(mut self, format: Format) -> Parsed {
        let explained = self.notes.iter().any(|note| note.severity == Severity::Skipped);
        if self.drafts.is_empty() && !explained {
            self.skip(1, Problem::NothingFound);
        }
        self.notes.sort_by_key(|note| note.line);
        Parsed { format: Some(format), drafts: self.drafts, notes: self.notes }
    }
}

fn within(field: Field, text: &str, max: usize) -> Result<(), Problem> {
    let chars = text.chars().count();
    if chars > max {
        return Err(Problem::TooLong { field, chars, max });
    }
    Ok(())
}

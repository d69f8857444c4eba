//! What was wrong with a row, in types. The words people read are written
//! elsewhere, from the code; the `Display` text here is for logs and tests.

use serde::Serialize;

use crate::fields::Field;

/// What a note means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing was lost; good to know.
    Info,
    /// The row is kept, something in it was not.
    Warning,
    /// The row, or the file, is left out.
    Skipped,
}

/// A remark about one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowNote {
    /// Line of the file, from 1.
    pub line: u32,
    /// What it means for the row.
    pub severity: Severity,
    /// What is the matter.
    pub problem: Problem,
}

/// Everything that can be the matter with a file or a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Problem {
    /// The file exceeds the size limit.
    #[error("the file has {bytes} bytes, the limit is {max}")]
    FileTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The file is a workbook, a PDF or the like.
    #[error("the file is not text but {kind}")]
    NotText {
        /// What it looks like.
        kind: &'static str,
    },
    /// The file holds nothing.
    #[error("the file is empty")]
    EmptyFile,
    /// The file is none of the known formats.
    #[error("the format is not recognised")]
    UnknownFormat,
    /// The file lists pages instead of entries.
    #[error("this is a sitemap: import the pages it lists")]
    IsSitemap,
    /// The file was read and holds no question with an answer.
    #[error("no question with an answer was found")]
    NothingFound,
    /// Reading stopped at the row limit.
    #[error("more than {max} rows: the rest is left out")]
    TooManyRows {
        /// The limit.
        max: usize,
    },
    /// No header line names both a question and an answer column.
    #[error("no header line names a question and an answer column")]
    MissingColumns,
    /// A column that is not imported.
    #[error("column {name:?} is not imported")]
    UnknownColumn {
        /// Its header.
        name: String,
    },
    /// The row has filled cells beyond the header, as an unquoted separator
    /// gives; importing it would cut the answer short.
    #[error("the row has {found} cells, the header {expected}")]
    TooManyCells {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A quoted cell never ends, or goes on after its closing quote.
    #[error("a quote is not balanced")]
    UnbalancedQuote,
    /// Bytes that are no characters in the file's encoding.
    #[error("some characters could not be read")]
    UnreadableCharacters,
    /// Not valid JSON.
    #[error("invalid JSON: {detail}")]
    BadJson {
        /// The parser's own words.
        detail: String,
    },
    /// A JSON value that should be an object.
    #[error("the row is not an object")]
    NotAnObject,
    /// A field of a type that cannot be used.
    #[error("field {} has an unusable type", field.as_str())]
    WrongType {
        /// The field.
        field: Field,
    },
    /// No question.
    #[error("the question is missing")]
    MissingQuestion,
    /// No answer.
    #[error("the answer is missing")]
    MissingAnswer,
    /// The question or answer exceeds its limit.
    #[error("field {} has {chars} characters, the limit is {max}", field.as_str())]
    TooLong {
        /// The field.
        field: Field,
        /// Its length in characters.
        chars: usize,
        /// The limit.
        max: usize,
    },
    /// An optional value that was left out: too long, or not understood.
    #[error("a value of field {} is left out", field.as_str())]
    ValueDropped {
        /// The field.
        field: Field,
    },
    /// A question in bold within the answer of another: one entry, not two.
    #[error("a question in bold stands within the answer above")]
    QuestionInAnswer,
    /// The same id stands on an earlier line.
    #[error("the id already stands on line {first_line}")]
    DuplicateId {
        /// The earlier line.
        first_line: u32,
    },
    /// The same question stands on an earlier line; with two different ids
    /// both rows are kept and this is a warning.
    #[error("the question already stands on line {first_line}")]
    DuplicateQuestion {
        /// The earlier line.
        first_line: u32,
    },
}

impl Problem {
    /// A stable name for catalogs and counts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "file_too_large",
            Self::NotText { .. } => "not_text",
            Self::EmptyFile => "empty_file",
            Self::UnknownFormat => "unknown_format",
            Self::IsSitemap => "is_sitemap",
            Self::NothingFound => "nothing_found",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::MissingColumns => "missing_columns",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::TooManyCells { .. } => "too_many_cells",
            Self::UnbalancedQuote => "unbalanced_quote",
            Self::UnreadableCharacters => "unreadable_characters",
            Self::BadJson { .. } => "bad_json",
            Self::NotAnObject => "not_an_object",
            Self::WrongType { .. } => "wrong_type",
            Self::MissingQuestion => "missing_question",
            Self::MissingAnswer => "missing_answer",
            Self::TooLong { .. } => "too_long",
            Self::ValueDropped { .. } => "value_dropped",
            Self::QuestionInAnswer => "question_in_answer",
            Self::DuplicateId { .. } => "duplicate_id",
            Self::DuplicateQuestion { .. } => "duplicate_question",
        }
    }
}

//! What goes in besides the bytes, and what comes out.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::note::{Problem, RowNote, Severity};

/// One question and its answer, as a file or page states them.
///
/// All texts are canonical: plain, NFC, without invisible characters, within
/// [`crate::limits`]. An absent optional field means that the file says
/// nothing about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The file's own id for this entry, stable between imports.
    pub external_id: Option<String>,
    /// One line.
    pub question: String,
    /// Plain text: paragraphs, lines, list items starting with `- `.
    pub answer: String,
    /// The heading or theme it stands under.
    pub category: Option<String>,
    /// Words an owner wants the entry found by.
    pub keywords: Vec<String>,
    /// Other wordings of the question.
    pub alternatives: Vec<String>,
    /// Primary language tag in lower case, such as `fr`.
    pub lang: Option<String>,
    /// Whether visitors get answers from it.
    pub published: Option<bool>,
    /// Line of the file on which the entry starts, from 1; 0 when it comes
    /// from no file.
    pub line: u32,
}

/// The formats understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Separated values with a header line.
    Csv,
    /// An array of objects, or an object holding one.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// Headings or bold lines as questions.
    Markdown,
    /// A page with FAQPage data, `details` or definition lists.
    Html,
    /// A list of pages; it holds no entries itself, see
    /// [`crate::sitemap_urls`].
    Sitemap,
}

/// What is known about the bytes from outside.
#[derive(Debug, Clone, Default)]
pub struct SourceHint {
    /// Name of the file, for its extension.
    pub file_name: Option<String>,
    /// Content type as a server sent it, with its charset if any.
    pub content_type: Option<String>,
    /// Address of the page: relative links are resolved against it. Without
    /// it a relative link keeps its words and loses its target.
    pub base_url: Option<Url>,
}

impl SourceHint {
    /// A hint from a file name alone.
    #[must_use]
    pub fn named(file_name: &str) -> Self {
        Self { file_name: Some(file_name.to_owned()), ..Self::default() }
    }

    /// The content type without parameters, in lower case.
    pub(crate) fn media_type(&self) -> Option<String> {
        let full = self.content_type.as_deref()?;
        let media = full.split(';').next().unwrap_or_default();
        Some(media.trim().to_ascii_lowercase())
    }

    /// The charset parameter of the content type.
    pub(crate) fn charset(&self) -> Option<String> {
        let full = self.content_type.as_deref()?;
        full.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let named = name.trim().eq_ignore_ascii_case("charset");
            named.then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        })
    }

    /// The extension of the file name, else of the address, in lower case.
    pub(crate) fn extension(&self) -> Option<String> {
        let from_name = self.file_name.as_deref();
        let path = from_name.or_else(|| self.base_url.as_ref().map(Url::path))?;
        let (_, extension) = path.rsplit_once('.')?;
        Some(extension.to_ascii_lowercase())
    }
}

/// Everything read from one file.
#[derive(Debug, Clone, Serialize)]
pub struct Parsed {
    /// The format it was read as; `None` when none fits.
    pub format: Option<Format>,
    /// Usable entries in the order of the file.
    pub drafts: Vec<Draft>,
    /// What was wrong, by line.
    pub notes: Vec<RowNote>,
}

impl Parsed {
    /// A file of which nothing can be used.
    pub(crate) fn refused(format: Option<Format>, problem: Problem) -> Self {
        let note = RowNote { line: 1, severity: Severity::Skipped, problem };
        Self { format, drafts: Vec::new(), notes: vec![note] }
    }

    /// Number of notes about rows that were left out.
    #[must_use]
    pub fn skipped(&self) -> usize {
        let skipped = |note: &&RowNote| note.severity == Severity::Skipped;
        self.notes.iter().filter(skipped).count()
    }
}

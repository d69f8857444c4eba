//! Drafts written to a file that [`crate::parse`] reads back unchanged.

mod markdown;

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde::Serialize;

use crate::canon;
use crate::csv_file::guarded;
use crate::draft::Draft;
use crate::lists::join_cell;

/// A format to export to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// `;`, byte-order mark, French header: opens in a French spreadsheet.
    Csv,
    /// An array of objects.
    Json,
    /// One object per line.
    Jsonl,
    /// Themes and questions as headings, the rest in comments.
    Markdown,
}

impl ExportFormat {
    /// The format a file name asks for.
    #[must_use]
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// The content type to serve it with.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Jsonl => "application/x-ndjson",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}

/// The columns of a CSV export, in order; one more where an entry says
/// whether it is published.
const COLUMNS: [&str; 7] =
    ["identifiant", "langue", "catégorie", "question", "réponse", "mots-clés", "formulations"];
const PUBLISHED: &str = "publié";

/// Writes drafts as UTF-8 bytes. Texts are made canonical on the way, so the
/// file gives back exactly the canonical drafts.
#[must_use]
pub fn export(format: ExportFormat, drafts: &[Draft]) -> Vec<u8> {
    let drafts: Vec<Draft> = drafts.iter().map(canon::draft).collect();
    match format {
        ExportFormat::Csv => csv(&drafts),
        ExportFormat::Json => json(&drafts),
        ExportFormat::Jsonl => jsonl(&drafts),
        ExportFormat::Markdown => markdown::write(&drafts).into_bytes(),
    }
}

fn csv(drafts: &[Draft]) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .delimiter(b';')
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    let says_published = drafts.iter().any(|draft| draft.published.is_some());
    let mut header: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    header.extend(says_published.then(|| PUBLISHED.to_owned()));
    let rows = drafts.iter().map(|draft| {
        let optional = |text: &Option<String>| guarded(text.as_deref().unwrap_or_default());
        let published = match draft.published {
            Some(true) => "oui",
            Some(false) => "non",
            None => "",
        };
        let mut cells = vec![
            optional(&draft.external_id),
            optional(&draft.lang),
            optional(&draft.category),
            guarded(&draft.question),
            guarded(&draft.answer),
            guarded(&join_cell(&draft.keywords)),
            guarded(&join_cell(&draft.alternatives)),
        ];
        cells.extend(says_published.then(|| published.to_owned()));
        cells
    });
    for row in std::iter::once(header).chain(rows) {
        // Every row has as many cells as the header and the writer is memory:
        // neither of the two ways to fail exists here.
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}

/// A draft as an object, its keys in a fixed order, what is unsaid left out.
#[derive(Serialize)]
struct Row<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'d str>,
    question: &'d str,
    answer: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'d str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'d [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    alternatives: &'d [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<bool>,
}

impl<'d> From<&'d Draft> for Row<'d> {
    fn from(draft: &'d Draft) -> Self {
        Self {
            id: draft.external_id.as_deref(),
            question: &draft.question,
            answer: &draft.answer,
            category: draft.category.as_deref(),
            keywords: &draft.keywords,
            alternatives: &draft.alternatives,
            lang: draft.lang.as_deref(),
            published: draft.published,
        }
    }
}

fn json(drafts: &[Draft]) -> Vec<u8> {
    let rows: Vec<Row<'_>> = drafts.iter().map(Row::from).collect();
    // Plain values only: serialising them cannot fail.
    let mut bytes = serde_json::to_vec_pretty(&rows).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn jsonl(drafts: &[Draft]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for draft in drafts {
        bytes.extend(serde_json::to_vec(&Row::from(draft)).unwrap_or_default());
        bytes.push(b'\n');
    }
    bytes
}

//! FAQ files and pages parsed into drafts, planned against what a site
//! already holds, and exported again.
//!
//! In: the bytes of one file or page, with whatever its name or content type
//! says about it ([`SourceHint`]). Out: [`Parsed`], the drafts that can be
//! used and a [`RowNote`] for every row that cannot, by line and typed reason.
//! [`plan`] compares drafts with the entries of a site and says what an import
//! would do; [`export`] writes drafts back to any of the four file formats.
//!
//! ```
//! use comptoir_ingest::{SourceHint, parse, plan};
//!
//! let file = "Question;Réponse\nVous déplacez-vous le soir ?;Oui, jusqu'à 20 h.\n";
//! let parsed = parse(file.as_bytes(), &SourceHint::named("faq.csv"));
//! assert_eq!(parsed.drafts[0].answer, "Oui, jusqu'à 20 h.");
//! let import = plan(&[], &parsed.drafts, "fr");
//! assert_eq!(import.counts.added, 1);
//! ```
//!
//! Rules this crate keeps:
//! - A bad row never costs a good one, and nothing is dropped without a note.
//! - Parsing never fails and never panics, whatever the bytes.
//! - What comes out is plain text: no markup, no invisible character, one
//!   Unicode form. Exporting it and parsing it again gives it back unchanged.
//! - It never opens a file, a socket or a database, and reads no clock.

mod canon;
mod clean;
mod collect;
mod csv_file;
mod decode;
mod detect;
mod draft;
mod export;
mod fields;
mod fold;
mod html;
mod json_file;
mod json_row;
mod lines;
mod link;
mod lists;
mod markdown;
mod note;
mod plan;
mod sitemap;

pub use draft::{Draft, Format, Parsed, SourceHint};
pub use export::{ExportFormat, export};
pub use fields::Field;
pub use fold::fold;
pub use note::{Problem, RowNote, Severity};
pub use plan::{
    Action, Counts, ExistingEntry, ImportPlan, PlanRow, SkipReason, canonical_lang, plan,
};
pub use sitemap::{Sitemap, SitemapError, sitemap_urls};

/// Limits on what one import may hold. Sizes of texts are in characters.
pub mod limits {
    /// Largest file, in bytes.
    pub const FILE_BYTES: usize = 64 * 1024 * 1024;
    /// Largest HTML page, in bytes: a page is parsed into a tree many times
    /// its size, and no honest FAQ page comes near this.
    pub const PAGE_BYTES: usize = 8 * 1024 * 1024;
    /// Most rows read from one file.
    pub const ROWS: usize = 200_000;
    /// Longest question.
    pub const QUESTION: usize = 500;
    /// Longest answer.
    pub const ANSWER: usize = 8_000;
    /// Longest external id.
    pub const ID: usize = 200;
    /// Longest category.
    pub const CATEGORY: usize = 120;
    /// Longest keyword.
    pub const KEYWORD: usize = 120;
    /// Most keywords, and most alternative phrasings, of one entry.
    pub const ITEMS: usize = 50;
}

/// Reads every question and answer the bytes hold.
///
/// The format is taken from the hint where the content agrees with it, else
/// from the content itself. A file that cannot be used at all gives no drafts
/// and one note that says why.
#[must_use]
pub fn parse(bytes: &[u8], hint: &SourceHint) -> Parsed {
    if bytes.len() > limits::FILE_BYTES {
        let problem = Problem::FileTooLarge { bytes: bytes.len(), max: limits::FILE_BYTES };
        return Parsed::refused(None, problem);
    }
    if let Some(kind) = detect::binary_kind(bytes) {
        return Parsed::refused(None, Problem::NotText { kind });
    }
    let decoded = decode::decode(bytes, hint);
    let text = decoded.text.as_str();
    if text.trim().is_empty() {
        return Parsed::refused(None, Problem::EmptyFile);
    }
    let Some(format) = detect::format(text, hint) else {
        return Parsed::refused(None, Problem::UnknownFormat);
    };
    let mut collector = collect::Collector::new();
    for line in decoded.damaged_lines {
        collector.note(line, Severity::Warning, Problem::UnreadableCharacters);
    }
    match format {
        Format::Csv => csv_file::read(text, &mut collector),
        Format::Json => json_file::read_json(text, hint, &mut collector),
        Format::Jsonl => json_file::read_jsonl(text, &mut collector),
        Format::Markdown => markdown::read(text, &mut collector),
        Format::Html => html::read(text, hint, &mut collector),
        Format::Sitemap => collector.note(1, Severity::Skipped, Problem::IsSitemap),
    }
    collector.finish(format)
}

//! Which format a text is in. Unmistakable content wins over the hint (a
//! server's error page saved as `faq.csv` is a page), the hint over a guess.

use crate::csv_file;
use crate::draft::{Format, SourceHint};

/// How much of a file is looked at for signs of binary content.
const BINARY_WINDOW: usize = 8 * 1024;
/// How much of a text is looked at for signs of its format.
const SNIFF_CHARS: usize = 4 * 1024;

/// What the bytes are when they are not text at all.
pub(crate) fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 4] = [
        (b"PK\x03\x04", "a workbook or an archive"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "compressed"),
    ];
    let signature = known.iter().find(|(start, _)| bytes.starts_with(start));
    if let Some((_, kind)) = signature {
        return Some(kind);
    }
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let head = bytes.get(..BINARY_WINDOW.min(bytes.len()))?;
    (!utf16 && head.contains(&0)).then_some("binary data")
}

pub(crate) fn format(text: &str, hint: &SourceHint) -> Option<Format> {
    let head: String = text.trim_start().chars().take(SNIFF_CHARS).collect();
    let head = head.to_ascii_lowercase();
    if head.starts_with('<') && (head.contains("<urlset") || head.contains("<sitemapindex")) {
        return Some(Format::Sitemap);
    }
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        return Some(Format::Html);
    }
    match hinted(hint) {
        Some(Format::Json | Format::Jsonl) if head.starts_with('[') => Some(Format::Json),
        Some(Format::Json) => Some(json_kind(text)),
        Some(format) => Some(format),
        None => guess(text, &head),
    }
}

fn hinted(hint: &SourceHint) -> Option<Format> {
    let by_extension = match hint.extension().as_deref() {
        Some("csv" | "tsv" | "tab") => Some(Format::Csv),
        Some("json") => Some(Format::Json),
        Some("jsonl" | "ndjson") => Some(Format::Jsonl),
        Some("md" | "markdown") => Some(Format::Markdown),
        Some("html" | "htm" | "xhtml") => Some(Format::Html),
        _ => None,
    };
    by_extension.or_else(|| match hint.media_type().as_deref() {
        Some("text/csv" | "application/csv" | "text/tab-separated-values") => Some(Format::Csv),
        Some("application/json" | "application/ld+json") => Some(Format::Json),
        Some("application/x-ndjson" | "application/jsonl" | "application/json-lines") => {
            Some(Format::Jsonl)
        }
        Some("text/markdown") => Some(Format::Markdown),
        Some("text/html" | "application/xhtml+xml") => Some(Format::Html),
        _ => None,
    })
}

/// One object over the whole file, or one per line.
fn json_kind(text: &str) -> Format {
    let mut rows = text.lines().map(str::trim).filter(|row| !row.is_empty());
    let closed = rows.next().is_some_and(|row| row.starts_with('{') && row.ends_with('}'));
    let again = rows.next().is_some_and(|row| row.starts_with('{'));
    if closed && again { Format::Jsonl } else { Format::Json }
}

fn guess(text: &str, head: &str) -> Option<Format> {
    if head.starts_with('{') {
        return Some(json_kind(text));
    }
    let inside = head.strip_prefix('[').map(str::trim_start);
    if inside.is_some_and(|rest| rest.starts_with(['{', ']', '"'])) {
        return Some(Format::Json);
    }
    if csv_file::has_header(text) {
        return Some(Format::Csv);
    }
    let heading = |row: &str| row.starts_with('#') || row.starts_with("**");
    if head.lines().any(|row| heading(row.trim_start())) {
        return Some(Format::Markdown);
    }
    head.starts_with('<').then_some(Format::Html)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(text: &str) -> Option<Format> {
        format(text, &SourceHint::default())
    }

    #[test]
    fn formats_are_guessed_from_content() {
        assert_eq!(guessed("{\"a\":1}\n{\"a\":2}\n"), Some(Format::Jsonl));
        assert_eq!(guessed("{\n \"faq\": []}"), Some(Format::Json));
        assert_eq!(guessed(" [ {\"question\":\"\"}]"), Some(Format::Json));
        assert_eq!(guessed("Réponse\tQuestion\nb\ta"), Some(Format::Csv));
        assert_eq!(guessed("Intro\n\n## Une question ?\n"), Some(Format::Markdown));
        assert_eq!(guessed("<dl><dt>a</dt></dl>"), Some(Format::Html));
        assert_eq!(guessed("Bonjour, ceci est une lettre."), None);
    }

    #[test]
    fn unmistakable_content_wins_over_the_name() {
        let hint = SourceHint::named("faq.csv");
        assert_eq!(format("<!DOCTYPE html><p>", &hint), Some(Format::Html));
        assert_eq!(format("<?xml version='1.0'?><urlset>", &hint), Some(Format::Sitemap));
        let hint = SourceHint::named("faq.json");
        assert_eq!(format("{\"a\":1}\n{\"a\":2}", &hint), Some(Format::Jsonl));
    }

    #[test]
    fn workbooks_are_named_for_what_they_are() {
        assert_eq!(binary_kind(b"PK\x03\x04rest"), Some("a workbook or an archive"));
        assert_eq!(binary_kind(b"ab\0c"), Some("binary data"));
        assert_eq!(binary_kind(b"\xff\xfea\0"), None);
    }
}

//! Separated values: `;`, `,` or tab, header in French or English, quoted
//! line ends, as French spreadsheets write them.
//!
//! The header is looked for in the first lines, so that a title above it does
//! no harm. A row with filled cells beyond the header is left out rather than
//! imported with its answer cut short.

mod scan;

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord};

use crate::collect::{Collector, RawRow};
use crate::fields::Field;
use crate::lists::RawList;
use crate::note::{Problem, Severity};
use scan::{Record, Records};

const DELIMITERS: [u8; 3] = [b';', b',', b'\t'];
/// How many records are looked at for the header.
const HEADER_WINDOW: usize = 5;

/// The header line and what its columns mean.
struct Header {
    delimiter: u8,
    /// Records before the first row, the header included.
    records: usize,
    line: u32,
    columns: Vec<Option<Field>>,
    unknown: Vec<String>,
}

impl Header {
    fn known(&self) -> usize {
        self.columns.iter().flatten().count()
    }
}

/// Whether one of the first lines is a header this module understands.
pub(crate) fn has_header(text: &str) -> bool {
    find_header(text).is_some()
}

pub(crate) fn read(text: &str, collector: &mut Collector) {
    let Some(header) = find_header(text) else {
        collector.skip(1, Problem::MissingColumns);
        return;
    };
    for name in &header.unknown {
        let problem = Problem::UnknownColumn { name: name.clone() };
        collector.note(header.line, Severity::Info, problem);
    }
    for record in Records::new(text, header.delimiter).skip(header.records) {
        if !collector.admits_row(record.line) {
            return;
        }
        match row(&record, &header) {
            Ok(Some(row)) => collector.row(row),
            Ok(None) => {}
            Err(problem) => collector.skip(record.line, problem),
        }
    }
}

/// The header under the separator that makes most sense of it.
fn find_header(text: &str) -> Option<Header> {
    let found = DELIMITERS.iter().filter_map(|delimiter| header_with(text, *delimiter));
    // The first of equals wins: `;` before `,`.
    found.reduce(|best, next| if next.known() > best.known() { next } else { best })
}

fn header_with(text: &str, delimiter: u8) -> Option<Header> {
    let records = Records::new(text, delimiter).enumerate().take(HEADER_WINDOW);
    for (index, record) in records {
        let Some(names) = cells(record.text, delimiter).filter(|_| record.balanced) else {
            continue;
        };
        let mut seen = HashSet::new();
        let mut unknown = Vec::new();
        let mut columns = Vec::new();
        for name in &names {
            let field = Field::named(name).filter(|field| seen.insert(*field));
            if field.is_none() && !name.trim().is_empty() {
                unknown.push(name.trim().to_owned());
            }
            columns.push(field);
        }
        if seen.contains(&Field::Question) && seen.contains(&Field::Answer) {
            return Some(Header {
                delimiter,
                records: index + 1,
                line: record.line,
                columns,
                unknown,
            });
        }
    }
    None
}

fn cells(record: &str, delimiter: u8) -> Option<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(record.len().max(1))
        .from_reader(record.as_bytes());
    let mut cells = StringRecord::new();
    let read = reader.read_record(&mut cells).ok()?;
    read.then_some(cells)
}

/// The row of a record; `None` when all its cells are empty.
fn row(record: &Record<'_>, header: &Header) -> Result<Option<RawRow>, Problem> {
    if !record.balanced {
        return Err(Problem::UnbalancedQuote);
    }
    let cells = cells(record.text, header.delimiter).unwrap_or_default();
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(None);
    }
    let expected = header.columns.len();
    if cells.iter().skip(expected).any(|cell| !cell.trim().is_empty()) {
        let found = cells.len();
        return Err(Problem::TooManyCells { found, expected });
    }
    let mut row = RawRow { line: record.line, ..RawRow::default() };
    for (column, cell) in header.columns.iter().zip(&cells) {
        let Some(field) = *column else { continue };
        let cell = unguarded(cell);
        if cell.trim().is_empty() {
            continue;
        }
        let cell = cell.to_owned();
        match field {
            Field::ExternalId => row.external_id = Some(cell),
            Field::Question => row.question = Some(cell),
            Field::Answer => row.answer = Some(cell),
            Field::Category => row.category = Some(cell),
            Field::Keywords => row.keywords = RawList::Cell(cell),
            Field::Alternatives => row.alternatives = RawList::Cell(cell),
            Field::Lang => row.lang = Some(cell),
            Field::Published => row.published = Some(cell),
        }
    }
    Ok(Some(row))
}

/// Whether a spreadsheet could take the cell for a formula, or for a guarded
/// one.
fn needs_guard(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    bare.starts_with(['=', '+', '-', '@'])
}

/// A cell no spreadsheet runs as a formula: an apostrophe goes before.
pub(crate) fn guarded(cell: &str) -> String {
    if needs_guard(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell without the apostrophe [`guarded`] put before it.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if needs_guard(cell) => bare,
        Some(_) | None => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_undone_and_only_guards() {
        for cell in ["=1+1", "- un\n- deux", "'=x", "''-", "l'eau", "'texte", "+33 2"] {
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("'texte"), "'texte");
    }

    #[test]
    fn the_separator_that_explains_most_columns_wins() {
        let header = find_header("Question, la vraie;Réponse;Catégorie\n");
        assert!(header.is_none());
        let header = find_header("sep=,\nid,question,answer\n");
        assert_eq!(header.map(|h| (h.delimiter, h.records)), Some((b',', 2)));
    }
}

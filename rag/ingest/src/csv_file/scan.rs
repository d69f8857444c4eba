//! Where the records of a separated-values text begin and end.
//!
//! A reader that trusts quotes lets one forgotten quote swallow the rest of
//! the file. Here a record whose quotes do not add up costs one line: reading
//! goes on with the next.

/// No honest row is longer; a quote that closes later than this is a mistake.
const RECORD_BYTES: usize = 256 * 1024;

/// One record, without its line end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'t> {
    /// Line it starts on, from 1.
    pub(super) line: u32,
    pub(super) text: &'t str,
    /// False when its quotes do not add up; `text` is then one line.
    pub(super) balanced: bool,
}

/// The records of a text, blank lines left out.
pub(super) struct Records<'t> {
    rest: &'t str,
    line: u32,
    delimiter: u8,
}

impl<'t> Records<'t> {
    pub(super) fn new(text: &'t str, delimiter: u8) -> Self {
        Self { rest: text, line: 1, delimiter }
    }

    /// Moves past `bytes` of the rest, which end where a character does.
    fn advance(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        let ends = taken.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.rest = rest;
    }
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        let blank = self.rest.len() - self.rest.trim_start_matches('\n').len();
        self.advance(blank);
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let found = record_end(self.rest.as_bytes(), self.delimiter);
        let balanced = found.is_some();
        let line_end = || self.rest.find('\n').unwrap_or(self.rest.len());
        let end = found.unwrap_or_else(line_end);
        let text = self.rest.get(..end).unwrap_or_default();
        self.advance(end);
        Some(Record { line, text, balanced })
    }
}

/// Offset of the line end that closes the record starting at 0, or the length
/// of the text; `None` when its quotes do not add up.
fn record_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            at = quoted_end(bytes, at + 1)?;
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
        } else {
            let cell_ends = |byte: &u8| *byte == delimiter || *byte == b'\n';
            let cell = bytes.get(at..).unwrap_or_default();
            at += cell.iter().position(cell_ends).unwrap_or(cell.len());
        }
        if at > RECORD_BYTES {
            return None;
        }
        match bytes.get(at) {
            None | Some(b'\n') => return Some(at.min(bytes.len())),
            Some(byte) if *byte == delimiter => at += 1,
            Some(_) => return None,
        }
    }
}

/// Offset behind the quote that closes a cell whose text starts at `at`.
fn quoted_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let window_end = bytes.len().min(at + RECORD_BYTES);
        let quote = bytes.get(at..window_end)?.iter().position(|byte| *byte == b'"')?;
        at += quote + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
        if at > RECORD_BYTES {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, &str, bool)> {
        let records = Records::new(text, b';');
        records.map(|record| (record.line, record.text, record.balanced)).collect()
    }

    #[test]
    fn quoted_line_ends_stay_inside_and_lines_are_counted() {
        let text = "a;b\n\n\"x\ny\";\"\"\"z\"\"\" \nc;d";
        assert_eq!(
            rows(text),
            [(1, "a;b", true), (3, "\"x\ny\";\"\"\"z\"\"\" ", true), (5, "c;d", true),]
        );
    }

    #[test]
    fn a_forgotten_quote_costs_one_line() {
        let text = "a;\"b\nc;d\ne;\"f\"\n";
        assert_eq!(rows(text), [(1, "a;\"b", false), (2, "c;d", true), (3, "e;\"f\"", true)]);
    }
}

//! Bytes into text. Byte-order marks first, then UTF-8 if it is valid, then
//! what the server or the page says, then Windows-1252, the superset of
//! Latin-1 that French spreadsheets write. Line ends become `\n`.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::draft::SourceHint;
use crate::lines::Lines;

/// Most lines reported as damaged; beyond that the file is simply damaged.
const REPORTED_LINES: usize = 100;
/// How far into a page its charset is looked for, as browsers do.
const META_WINDOW: usize = 2048;

/// Readable text and the lines on which characters were lost.
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) damaged_lines: Vec<u32>,
}

pub(crate) fn decode(bytes: &[u8], hint: &SourceHint) -> Decoded {
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..).unwrap_or_default()),
        None => (choose(bytes, hint), bytes),
    };
    let (decoded, damaged) = encoding.decode_without_bom_handling(body);
    let text = if decoded.contains('\r') {
        decoded.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        decoded.into_owned()
    };
    let damaged_lines = if damaged { replaced_lines(&text) } else { Vec::new() };
    Decoded { text, damaged_lines }
}

fn choose(bytes: &[u8], hint: &SourceHint) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let declared = hint.charset().or_else(|| meta_charset(bytes));
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        return encoding;
    }
    if is_mostly_utf8(bytes) { UTF_8 } else { WINDOWS_1252 }
}

/// UTF-8 with a few broken places: far more well-formed multi-byte characters
/// than broken ones. In Latin-1 text they hardly occur by chance.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > broken * 3
}

/// The charset a page declares in its first bytes.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..META_WINDOW.min(bytes.len()))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let label: String = after
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

fn replaced_lines(text: &str) -> Vec<u32> {
    let lines = Lines::of(text);
    let mut found: Vec<u32> =
        text.match_indices('\u{fffd}').map(|(offset, _)| lines.at(offset)).collect();
    found.dedup();
    found.truncate(REPORTED_LINES);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes, &SourceHint::default()).text
    }

    #[test]
    fn marks_utf8_and_latin1_are_told_apart() {
        assert_eq!(text(b"\xef\xbb\xbf\xc3\xa9"), "é");
        assert_eq!(text(b"\xff\xfee\x00\xe9\x00"), "eé");
        assert_eq!(text("été".as_bytes()), "été");
        assert_eq!(text(b"\xe9t\xe9 \x80"), "été €");
    }

    #[test]
    fn a_declared_charset_counts_when_the_bytes_are_not_utf8() {
        let page = b"<meta charset=\"iso-8859-15\"><p>10 \xa4";
        assert!(text(page).ends_with("10 €"));
    }

    #[test]
    fn broken_utf8_stays_utf8_and_names_its_lines() {
        let mut bytes = "réponse à côté, été\n".as_bytes().to_vec();
        bytes.extend(b"ici \xff oui\r\nfin");
        let decoded = decode(&bytes, &SourceHint::default());
        assert_eq!(decoded.damaged_lines, [2]);
        assert!(decoded.text.ends_with("oui\nfin"));
    }
}

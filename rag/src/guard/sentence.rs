//! Where sentences end. The same rule cuts entries and replies.

/// The byte after the first finished sentence of `text`, blanks behind it
/// excluded, or `None` while it may still go on. With `ended` the text is
/// complete and its end finishes the last sentence.
pub(super) fn end(text: &str, ended: bool) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\n' && !text[..at].trim().is_empty() {
            return Some(at);
        }
        if !matches!(c, '.' | '!' | '?' | ';' | '…') {
            continue;
        }
        let after = at + c.len_utf8();
        match chars.peek() {
            // The next piece decides whether "12." goes on as "12.50".
            None if !ended => return None,
            None => return Some(after),
            Some((_, next)) if next.is_whitespace() && !numbering(&text[..at], c) => {
                return Some(after);
            }
            Some(_) => {}
        }
    }
    (ended && !text.trim().is_empty()).then_some(text.len())
}

/// `1.` at the start of a line numbers a list and ends nothing.
fn numbering(before: &str, c: char) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before).trim();
    c == '.' && (1..=2).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit())
}

/// `text` without the bullet or number that opens its line.
pub(super) fn without_bullet(text: &str) -> &str {
    let text = text.trim_start();
    let bare = text.trim_start_matches(['-', '•', '–', '—', ' ']);
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    match bare[digits..].strip_prefix(['.', ')']) {
        Some(rest) if (1..=2).contains(&digits) && rest.starts_with(' ') => rest.trim_start(),
        Some(_) | None => bare,
    }
}

/// All sentences of a complete text.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(len) = end(rest, true) {
        out.push(rest[..len].trim());
        rest = &rest[len..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{end, split, without_bullet};

    #[test]
    fn decimals_and_addresses_end_nothing() {
        assert_eq!(
            split("C'est 12.50 €. Voir exemple.fr/a. Fin"),
            ["C'est 12.50 €.", "Voir exemple.fr/a.", "Fin"]
        );
        assert_eq!(split("Oui ; non"), ["Oui ;", "non"]);
        assert_eq!(split("1. Fermez\n2. Ouvrez"), ["1. Fermez", "2. Ouvrez"]);
    }

    #[test]
    fn a_stream_waits_for_the_character_behind_the_dot() {
        assert_eq!(end("C'est 12.", false), None);
        assert_eq!(end("C'est 12. ", false), Some(9));
        assert_eq!(end("C'est", false), None);
        assert_eq!(end("  ", true), None);
    }

    #[test]
    fn bullets_are_no_claims() {
        assert_eq!(without_bullet("- fermez"), "fermez");
        assert_eq!(without_bullet("2) ouvrez"), "ouvrez");
        assert_eq!(without_bullet("12 rue"), "12 rue");
    }
}

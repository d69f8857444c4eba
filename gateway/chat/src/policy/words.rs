//! A message as the lexicons see it: folded words with their place.

use comptoir_text::tokens;

/// One word of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Folded form.
    pub text: String,
    /// First byte in the message.
    pub start: usize,
    /// Which sentence, counted from 0. Patterns stay within one.
    pub sentence: usize,
    /// Which clause, counted from 0 over the message. Negation stays in one.
    pub clause: usize,
}

/// Cuts a message into words. A full stop, question mark, line break and the
/// like end a sentence; a comma or a bracket ends a clause only.
pub(super) fn words(message: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let (mut sentence, mut clause, mut end) = (0, 0, 0);
    for token in tokens(message) {
        let between = message.get(end..token.start).unwrap_or_default();
        if !out.is_empty() && between.contains(['.', '?', '!', ';', ':', '…', '\n']) {
            sentence += 1;
            clause += 1;
        } else if !out.is_empty() && between.contains([',', '(', ')', '«', '»', '"', '–', '—'])
        {
            clause += 1;
        }
        end = token.end;
        out.push(Word { text: token.text, start: token.start, sentence, clause });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn stops_end_sentences_and_commas_end_clauses() {
        let places: Vec<_> = words("Non, merci. L'eau coule !! Vite")
            .into_iter()
            .map(|word| (word.text, word.sentence, word.clause))
            .collect();
        let expected = [
            ("non", 0, 0),
            ("merci", 0, 1),
            ("l", 1, 2),
            ("eau", 1, 2),
            ("coule", 1, 2),
            ("vite", 2, 3),
        ];
        assert_eq!(places, expected.map(|(word, s, c)| (word.to_owned(), s, c)));
    }
}

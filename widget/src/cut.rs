//! Cutting text at an ASCII character. The standard library's searchers are
//! faster, which nobody would notice here, and ten times the size.

/// What stands before the first `at` and after it; nothing after when there
/// is none.
pub(crate) fn first(text: &str, at: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == at) {
        Some(end) => (text.get(..end).unwrap_or_default(), text.get(end + 1..)),
        None => (text, None),
    }
}

/// All parts between `at`, at least one.
pub(crate) fn parts(text: &str, at: u8) -> Parts<'_> {
    Parts { rest: Some(text), at }
}

/// See [`parts`].
pub(crate) struct Parts<'a> {
    rest: Option<&'a str>,
    at: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (part, rest) = first(self.rest?, self.at);
        self.rest = rest;
        Some(part)
    }
}

/// The place of `word` among space-separated `words`.
pub(crate) fn place(words: &str, word: &str) -> Option<usize> {
    parts(words, b' ').position(|w| w == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_like_split() {
        for text in ["", "a", " ", "a b", " a  é "] {
            let ours: Vec<_> = parts(text, b' ').collect();
            assert_eq!(ours, text.split(' ').collect::<Vec<_>>(), "{text:?}");
        }
        assert_eq!(place("un deux trois", "trois"), Some(2));
        assert_eq!(place("un deux trois", "tro"), None);
    }
}

//! The answer being streamed. Ephemeral: the completed message replaces it.

use crate::prelude::*;
use comptoir_protocol::AnswerId;

/// Text of a running answer as far as it is known without holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which answer.
    pub id: AnswerId,
    /// Everything from its beginning.
    pub text: String,
    units: u32,
}

impl Answer {
    /// An answer of which `text` is known.
    #[must_use]
    pub fn new(id: AnswerId, text: String) -> Self {
        let units = utf16_len(&text);
        Self { id, text, units }
    }

    /// Adds `piece`, which begins at `offset` UTF-16 units. What is already
    /// there is skipped, and a piece beyond the end waits for nobody: the
    /// completed message will carry it. Tells whether the text grew.
    pub fn add(&mut self, offset: u32, piece: &str) -> bool {
        let Some(known) = self.units.checked_sub(offset) else {
            return false;
        };
        let Some(rest) = skip_utf16(piece, known) else {
            return false;
        };
        self.text.push_str(rest);
        self.units += utf16_len(rest);
        !rest.is_empty()
    }
}

fn utf16_len(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

/// `text` after its first `units` UTF-16 units; `None` when that is not a
/// character boundary or beyond the end.
fn skip_utf16(text: &str, units: u32) -> Option<&str> {
    let mut left = units;
    let mut rest = text.chars();
    while left > 0 {
        left = left.checked_sub(rest.next()?.len_utf16() as u32)?;
    }
    Some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(text: &str) -> Answer {
        Answer::new(AnswerId::from("a"), text.to_owned())
    }

    #[test]
    fn pieces_follow_overlap_and_leave_no_hole() {
        let mut a = answer("Bonj");
        assert!(a.add(4, "our"));
        assert!(a.add(5, "ur, été"));
        assert!(!a.add(40, "perdu"), "a piece after a hole is not shown");
        assert!(!a.add(0, "Bonjour"), "nothing new");
        assert_eq!(a.text, "Bonjour, été");
    }

    #[test]
    fn half_a_surrogate_pair_is_refused() {
        let mut a = answer("x");
        assert!(!a.add(0, "😀"));
        assert_eq!(a.text, "x");
    }

    proptest! {
        /// However pieces are cut, repeated and reordered, what is shown is
        /// always a beginning of the whole text.
        #[test]
        fn always_a_prefix(whole in "[a-zé😀 ]{0,40}", cuts in prop::collection::vec((0usize..40, 0usize..40), 0..12)) {
            let chars: Vec<char> = whole.chars().collect();
            let mut a = answer("");
            for (from, len) in cuts {
                let from = from.min(chars.len());
                let to = (from + len).min(chars.len());
                let before: String = chars[..from].iter().collect();
                let piece: String = chars[from..to].iter().collect();
                a.add(utf16_len(&before), &piece);
                prop_assert!(whole.starts_with(&a.text));
            }
            a.add(0, &whole);
            prop_assert_eq!(a.text, whole);
        }
    }
}

//! Stop strings in a stream: text that could be the beginning of one is held back until it is
//! known not to be.

/// Watches a reply for its stop strings.
#[derive(Debug)]
pub(crate) struct StopFilter {
    stops: Vec<String>,
    held: String,
}

/// What became of a piece of text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Filtered {
    /// Text that may be shown; possibly empty.
    Text(String),
    /// The last text before a stop string; the reply is over.
    Stopped(String),
}

impl StopFilter {
    /// A filter for these strings; empty ones are ignored.
    pub(crate) fn new(stops: Vec<String>) -> Self {
        let stops = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
        Self { stops, held: String::new() }
    }

    /// Adds text and says what can be shown.
    pub(crate) fn push(&mut self, text: &str) -> Filtered {
        self.held.push_str(text);
        if let Some(at) = self.stops.iter().filter_map(|stop| self.held.find(stop)).min() {
            self.held.truncate(at);
            return Filtered::Stopped(std::mem::take(&mut self.held));
        }
        let keep = self.stops.iter().map(|stop| overlap(&self.held, stop)).max().unwrap_or(0);
        let rest = self.held.split_off(self.held.len() - keep);
        Filtered::Text(std::mem::replace(&mut self.held, rest))
    }

    /// The reply ended otherwise: what was held back is text after all.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

/// Length of the longest end of `text` that begins `stop` without being all of it.
fn overlap(text: &str, stop: &str) -> usize {
    let ends = stop.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
    ends.filter(|at| text.ends_with(&stop[..*at])).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(stops: &[&str], pieces: &[&str]) -> (String, bool) {
        let mut filter = StopFilter::new(stops.iter().map(ToString::to_string).collect());
        let mut shown = String::new();
        for piece in pieces {
            match filter.push(piece) {
                Filtered::Text(text) => shown.push_str(&text),
                Filtered::Stopped(text) => return (shown + &text, true),
            }
        }
        (shown + &filter.finish(), false)
    }

    #[test]
    fn a_stop_string_over_several_pieces_is_never_shown() {
        assert_eq!(run(&["\nVisiteur"], &["Oui.\n", "Visi", "teur : et"]), ("Oui.".into(), true));
    }

    #[test]
    fn what_only_looked_like_a_stop_is_shown_in_the_end() {
        assert_eq!(run(&["###"], &["a#", "#", "b##"]), ("a##b##".into(), false));
    }

    #[test]
    fn the_earliest_stop_wins() {
        assert_eq!(run(&["fin", "b"], &["abc fin"]), ("a".into(), true));
    }

    proptest! {
        #[test]
        fn cutting_the_text_differently_changes_nothing(
            text in "[ab#é]{0,24}", stop in "[ab#é]{1,4}", cut in 1usize..4,
        ) {
            let letters: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = letters.chunks(cut).map(|c| c.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let (shown, stopped) = run(&[&stop], &pieces);
            let expected = text.split(&stop).next().unwrap_or_default();
            prop_assert_eq!(&shown, expected);
            prop_assert_eq!(stopped, text.contains(&stop));
        }
    }
}

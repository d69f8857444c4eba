//! What was wrong with a row, in the reader's language.

use crate::texts::Texts;
use comptoir_ingest::Problem;

/// The sentence for a problem; its code where a newer parser has no text yet.
#[must_use]
pub fn in_words(t: &Texts, problem: &Problem) -> String {
    t.problem.get(problem.code()).cloned().unwrap_or_else(|| problem.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_problems_have_words_in_both_languages() {
        let problems = [
            Problem::EmptyFile,
            Problem::UnknownFormat,
            Problem::MissingAnswer,
            Problem::UnbalancedQuote,
            Problem::DuplicateQuestion { first_line: 1 },
            Problem::MissingColumns,
        ];
        for problem in problems {
            for lang in ["fr", "en"] {
                assert!(in_words(Texts::get(lang), &problem).contains(' '), "{problem:?}");
            }
        }
    }
}

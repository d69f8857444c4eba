//! Tolerance for typing errors: bounded edit distance and trigrams.

/// Edits (insert, delete, replace, swap two neighbours) from `a` to `b`, or
/// `None` when it takes more than `max`. Counted in characters; no character
/// is edited twice (optimal string alignment).
#[must_use]
pub fn distance(a: &str, b: &str, max: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > max {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &cb) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(ca != cb)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && ca == b[j - 1] && a[i - 1] == cb {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        if row.iter().min().is_none_or(|best| *best > max) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|found| *found <= max)
}

/// Whether two folded tokens are probably the same word with a typing error.
///
/// Words under four letters and anything with a digit must be equal: one edit
/// of `45€` is another price. Four to seven letters may differ by one edit,
/// longer ones by two, and the first letter counts.
#[must_use]
pub fn similar_token(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let exact = |s: &str| s.chars().any(|c| c.is_ascii_digit() || c == '@' || c == '/');
    if exact(a) || exact(b) || a.chars().next() != b.chars().next() {
        return false;
    }
    let allowed = match a.chars().count().min(b.chars().count()) {
        0..=3 => 0,
        4..=7 => 1,
        8.. => 2,
    };
    allowed > 0 && distance(a, b, allowed).is_some()
}

/// The character trigrams of a folded word with its ends marked by `$`:
/// `eau` gives `$ea`, `eau`, `au$`. Empty for an empty word.
#[must_use]
pub fn trigrams(word: &str) -> Vec<String> {
    if word.is_empty() {
        return Vec::new();
    }
    let marked: Vec<char> = format!("${word}$").chars().collect();
    marked.windows(3).map(|w| w.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{distance, similar_token, trigrams};

    #[test]
    fn distance_counts_a_swap_as_one_and_stops_at_the_bound() {
        assert_eq!(distance("chaudiere", "chaudiere", 0), Some(0));
        assert_eq!(distance("chaudiere", "chuadiere", 2), Some(1));
        assert_eq!(distance("fuite", "fuites", 1), Some(1));
        assert_eq!(distance("", "ab", 2), Some(2));
        assert_eq!(distance("robinet", "radiateur", 2), None);
    }

    #[test]
    fn typing_errors_are_forgiven_where_it_is_safe() {
        assert!(similar_token("chaudiere", "chaudierre"));
        assert!(similar_token("robinet", "robniet"));
        assert!(similar_token("plombier", "plonbiers"));
        assert!(!similar_token("eau", "eaux"));
        assert!(!similar_token("45€", "46€"));
        assert!(!similar_token("fuite", "suite"));
        assert!(!similar_token("devis", "delai"));
    }

    #[test]
    fn trigrams_mark_both_ends() {
        assert_eq!(trigrams("eau"), ["$ea", "eau", "au$"]);
        assert_eq!(trigrams("a"), ["$a$"]);
        assert!(trigrams("").is_empty());
    }
}

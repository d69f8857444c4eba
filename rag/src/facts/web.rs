//! Addresses of the web and of mail, found at a place in a text.

/// An address and the bytes it covers.
pub(super) enum Address {
    /// Canonical e-mail address.
    Email(String, usize),
    /// Canonical web address.
    Url(String, usize),
}

/// Reads an address at the start of `rest`. Anything that looks like one is
/// one: a wrong reading is refused by the guard, a missed one would be shown.
pub(super) fn read(rest: &str) -> Option<Address> {
    let run = rest
        .find(|c: char| c.is_whitespace() || "<>\"«»()[]{}|`,;".contains(c))
        .map_or(rest, |end| &rest[..end]);
    let run = run.trim_end_matches(['.', '!', '?', ':', '\'', '*', '_', '…']);
    if run.is_empty() {
        return None;
    }
    let lower = run.to_lowercase();
    if lower.contains("://") || lower.starts_with("www.") {
        return Some(Address::Url(canonical(&lower), run.len()));
    }
    if lower.contains('@') && !lower.starts_with('@') {
        let plain = lower.trim_start_matches("mailto:").to_owned();
        return Some(Address::Email(plain, run.len()));
    }
    domain(&lower).then(|| Address::Url(canonical(&lower), run.len()))
}

fn canonical(lower: &str) -> String {
    let plain = lower.split_once("://").map_or(lower, |(_, rest)| rest);
    let plain = plain.strip_prefix("www.").unwrap_or(plain);
    plain.trim_end_matches('/').to_owned()
}

/// `name.tld` or `name.tld/path`, with a last label of letters.
fn domain(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or(text);
    let Some((head, tail)) = host.rsplit_once('.') else {
        return false;
    };
    let label = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || c == '-');
    tail.len() >= 2
        && tail.bytes().all(|b| b.is_ascii_lowercase())
        && head.split('.').all(label)
        && head.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::{Address, read};

    fn url(text: &str) -> Option<String> {
        match read(text)? {
            Address::Url(url, _) => Some(url),
            Address::Email(..) => None,
        }
    }

    #[test]
    fn one_form_for_one_address() {
        assert_eq!(url("https://www.exemple.fr/tarifs/."), url("exemple.fr/tarifs"));
        assert!(matches!(read("Contact@Exemple.FR, ou"),
            Some(Address::Email(mail, 18)) if mail == "contact@exemple.fr"));
    }

    #[test]
    fn ordinary_words_and_figures_are_no_address() {
        for text in ["bonjour", "3.5 km", "fin. Nous", "etc.", "12.50", "M. Durand", "@"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}

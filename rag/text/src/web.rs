//! Recognises e-mail addresses and web addresses, which stay one token.

/// The addresses a firm's visitors type without `www.`; others need it.
const BARE_DOMAINS: &[&str] = &["fr", "com", "net", "org", "eu"];

/// Length in bytes of the address that `text` starts with, if it does.
pub(crate) fn address_len(text: &str) -> Option<usize> {
    url_len(text).or_else(|| email_len(text)).or_else(|| domain_len(text))
}

fn url_len(text: &str) -> Option<usize> {
    ["http://", "https://", "www."]
        .iter()
        .find(|prefix| {
            text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
        })
        .map(|prefix| (prefix.len(), path_len(text)))
        .filter(|(prefix, whole)| whole > prefix)
        .map(|(_, whole)| whole)
}

/// Up to the next blank or bracket, without the punctuation of the sentence.
fn path_len(text: &str) -> usize {
    let stop = |c: char| c.is_whitespace() || "<>\"«»()[]{}".contains(c);
    let end = text.find(stop).unwrap_or(text.len());
    text.get(..end)
        .map_or(0, |s| s.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’']).len())
}

fn email_len(text: &str) -> Option<usize> {
    let local = run_len(text, |c| c.is_alphanumeric() || "._%+-".contains(c));
    let domain_text = text.get(local..)?.strip_prefix('@')?;
    let domain = host_len(domain_text);
    let (name, ending) = domain_text.get(..domain)?.rsplit_once('.')?;
    (local > 0 && !name.is_empty() && ending.chars().count() >= 2).then_some(local + 1 + domain)
}

fn domain_len(text: &str) -> Option<usize> {
    let host = host_len(text);
    let (name, ending) = text.get(..host)?.rsplit_once('.')?;
    let known = BARE_DOMAINS.iter().any(|d| ending.eq_ignore_ascii_case(d));
    if name.len() < 2 || !known {
        return None;
    }
    let rest = text.get(host..)?;
    Some(if rest.starts_with('/') { host + path_len(rest) } else { host })
}

fn host_len(text: &str) -> usize {
    let run = run_len(text, |c| c.is_alphanumeric() || c == '.' || c == '-');
    text.get(..run).map_or(0, |s| s.trim_end_matches(['.', '-']).len())
}

fn run_len(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|c| !keep(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::address_len;

    fn whole(text: &str) -> Option<&str> {
        address_len(text).map(|len| &text[..len])
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(whole("contact@exemple.fr."), Some("contact@exemple.fr"));
        assert_eq!(whole("https://exemple.fr/a?b=c, merci"), Some("https://exemple.fr/a?b=c"));
        assert_eq!(whole("www.exemple.fr)"), Some("www.exemple.fr"));
        assert_eq!(whole("exemple.fr/tarifs !"), Some("exemple.fr/tarifs"));
    }

    #[test]
    fn ordinary_words_are_no_addresses() {
        for text in ["merci.bonjour", "moi@", "a@b", "https://", "fuite", "12.50"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}

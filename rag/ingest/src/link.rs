//! Links in answers, as plain text: `words (address)`.

use url::Url;

/// The text of a link whose words are `words` and whose target is `target`.
///
/// Only web, mail and telephone targets survive. A relative target needs
/// `base`; without one the words alone remain.
pub(crate) fn as_text(words: &str, target: &str, base: Option<&Url>) -> String {
    let target = target.trim();
    if target.is_empty() || target.starts_with('#') {
        return words.to_owned();
    }
    let resolved = match Url::parse(target) {
        Ok(url) => Some(url),
        Err(_) => base.and_then(|base| base.join(target).ok()),
    };
    let Some(url) = resolved else {
        return words.to_owned();
    };
    let shown = match url.scheme() {
        // As written where possible: the parser would add a final slash.
        "http" | "https" if Url::parse(target).is_ok() => target.to_owned(),
        "http" | "https" => url.to_string(),
        "mailto" | "tel" => url.path().to_owned(),
        _ => return words.to_owned(),
    };
    if is_said_by(&shown, words) {
        return words.to_owned();
    }
    if words.trim().is_empty() {
        return shown;
    }
    format!("{words} ({shown})")
}

/// Whether the words already state the target, up to spacing and scheme.
fn is_said_by(target: &str, words: &str) -> bool {
    let squeeze = |text: &str| -> String {
        let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/'));
        kept.flat_map(char::to_lowercase).collect()
    };
    let bare = target.trim_start_matches("https://").trim_start_matches("http://");
    // "+33 2…" and "02…" are one number.
    let national = bare.strip_prefix("+33").map(|rest| format!("0{rest}"));
    let said = squeeze(words);
    !bare.is_empty()
        && (said.contains(&squeeze(bare)) || national.is_some_and(|n| said.contains(&squeeze(&n))))
}

#[cfg(test)]
mod tests {
    use super::as_text;
    use url::Url;

    #[test]
    fn targets_are_shown_once() {
        assert_eq!(
            as_text("nos tarifs", "https://a.example/t", None),
            "nos tarifs (https://a.example/t)"
        );
        assert_eq!(as_text("https://a.example", "https://a.example", None), "https://a.example");
        assert_eq!(as_text("02 61 91 00 00", "tel:+33261910000", None), "02 61 91 00 00");
        assert_eq!(as_text("écrivez", "mailto:a@b.example", None), "écrivez (a@b.example)");
    }

    #[test]
    fn relative_targets_need_a_base_and_scripts_go() {
        assert_eq!(as_text("contact", "/contact", None), "contact");
        let base = Url::parse("https://a.example/faq").ok();
        assert_eq!(
            as_text("contact", "/contact", base.as_ref()),
            "contact (https://a.example/contact)"
        );
        assert_eq!(as_text("ici", "javascript:alert(1)", base.as_ref()), "ici");
    }
}

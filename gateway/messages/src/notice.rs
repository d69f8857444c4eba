//! Which text of the AI notice a visitor saw.

use crate::Catalog;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Version of the notice texts: a digest, so that no edit can keep an old name.
/// Written into the log when a visitor has seen the notice.
#[must_use]
pub fn notice_version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let texts = ["fr", "en"].map(|lang| Catalog::get(lang).notice.text.as_str());
        digest(&texts)
    });
    &VERSION
}

fn digest(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_has_another_version() {
        assert_eq!(notice_version().len(), 12);
        assert_ne!(digest(&["a", "b"]), digest(&["a", "c"]));
        assert_ne!(digest(&["ab", ""]), digest(&["a", "b"]));
    }

    #[test]
    fn the_notice_says_what_the_law_asks() {
        for (lang, machine, person) in
            [("fr", "assistant automatique (IA)", "personne"), ("en", "assistant (AI)", "person")]
        {
            let text = Catalog::get(lang).notice.text.fill(&[("firm", "Hydro")]);
            assert!(text.contains(machine) && text.contains(person) && text.contains("Hydro"));
        }
    }
}

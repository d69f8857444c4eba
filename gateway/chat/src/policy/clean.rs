//! What people type, without what must not be in it.

/// Without control characters (line breaks stay), bidirectional overrides and
/// zero-width tricks, which would let a text look like another; trimmed.
#[must_use]
pub fn clean(text: &str) -> String {
    let kept = text.replace("\r\n", "\n");
    let kept: String = kept
        .chars()
        .filter(|&c| c == '\n' || c == '\t' || !c.is_control())
        .filter(|&c| !matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}'))
        .filter(|&c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect();
    kept.trim().to_owned()
}

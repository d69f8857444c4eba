//! Text as people see it: no control, invisible or direction-changing
//! characters (they hide instructions and break matching), one Unicode form,
//! plain spaces. Cleaning clean text changes nothing.

use unicode_normalization::UnicodeNormalization;

/// A text of one line.
pub(crate) fn line(raw: &str) -> String {
    let stripped: String = strip(raw).nfc().collect();
    let words: Vec<&str> = stripped.split_whitespace().collect();
    words.join(" ")
}

/// A text of several lines: spaces single, lines trimmed, at most one blank
/// line in a row.
pub(crate) fn block(raw: &str) -> String {
    let stripped: String = strip(raw).nfc().collect();
    let mut out = String::with_capacity(stripped.len());
    let mut blank = false;
    for row in stripped.split('\n') {
        let words: Vec<&str> = row.split_whitespace().collect();
        if words.is_empty() {
            blank = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        out.push_str(&words.join(" "));
    }
    out
}

/// Line ends become `\n`, other white space a space; hidden characters go.
fn strip(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut previous = '\0';
    for character in raw.chars() {
        match character {
            '\n' if previous == '\r' => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            _ if character.is_whitespace() => out.push(' '),
            _ if is_hidden(character) => {}
            _ => out.push(character),
        }
        previous = character;
    }
    out
}

/// Characters nobody sees: controls, zero-width and soft characters,
/// direction marks, variation selectors, fillers, tags, non-characters.
pub(crate) fn is_hidden(character: char) -> bool {
    let code = u32::from(character);
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_and_odd_spaces_disappear() {
        assert_eq!(line("Prix\u{a0}:\u{202f}45\u{200b}\u{202e} €\u{e0041}"), "Prix : 45 €");
        assert_eq!(line("e\u{301}te\u{301}"), "été");
        assert_eq!(line("a\u{ad}b\u{0}c"), "abc");
    }

    #[test]
    fn lines_are_trimmed_and_blank_lines_single() {
        let raw = "  Oui.  \r\n\r\n\r\n- un\t point \r- deux\u{2028}fin\n\n";
        assert_eq!(block(raw), "Oui.\n\n- un point\n- deux\nfin");
    }

    #[test]
    fn a_mark_behind_a_hidden_character_still_composes() {
        assert_eq!(line("e\u{200b}\u{301}"), "é");
    }
}

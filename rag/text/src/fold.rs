//! One spelling for what people type in many: case, accents, ligatures,
//! apostrophes, dashes and invisible characters.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds `text` for comparison: NFKC, lower case, accents removed, ligatures
/// opened (`œ` to `oe`, `ß` to `ss`), apostrophes and dashes unified, line
/// breaks and tabs turned into spaces, zero-width, bidirectional and control
/// characters removed. Folding twice gives the same text as folding once.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let visible = text.chars().filter(|c| !is_invisible(*c)).map(unify);
    // Compatibility forms first (ﬁ, ², full-width letters), then lower case,
    // then decomposition so that every accent is a mark of its own.
    for c in visible.nfkc().flat_map(char::to_lowercase).nfd() {
        push_folded(c, &mut out);
    }
    out
}

/// Folds one token: like [`fold`], for callers that hold a slice of a text.
pub(crate) fn fold_word(word: &str) -> String {
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return word.to_ascii_lowercase();
    }
    fold(word)
}

fn push_folded(c: char, out: &mut String) {
    match c {
        'œ' => out.push_str("oe"),
        'æ' => out.push_str("ae"),
        'ß' => out.push_str("ss"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' => out.push('d'),
        'ı' => out.push('i'),
        c if is_combining_mark(c) || is_invisible(c) => {}
        // A compatibility form may only now have become one of these.
        c => out.push(unify(c)),
    }
}

fn unify(c: char) -> char {
    match c {
        c if is_apostrophe(c) => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '«' | '»' | '“' | '”' | '„' => '"',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Every character that people's keyboards put between `l` and `eau`.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʻ' | '′' | '`' | '´' | '＇' | '\u{02B9}')
}

/// Characters that show nothing and could hide one word inside another.
pub(crate) fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn french_spellings_meet() {
        assert_eq!(fold("Où est l’ŒUVRE ?"), "ou est l'oeuvre ?");
        assert_eq!(fold("e\u{301}tage"), fold("étage"));
        assert_eq!(fold("ÇA COÛTE 45\u{a0}€"), "ca coute 45 €");
        assert_eq!(fold("ﬁn de\nsemaine"), "fin de semaine");
        assert_eq!(fold("12 m²"), "12 m2");
    }

    #[test]
    fn nothing_invisible_survives() {
        assert_eq!(fold("plom\u{200b}b\u{ad}ier\u{202e}\u{7}"), "plombier");
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in [
            "L´été à Sèvres – n°4",
            "İstanbul ǅ ẞ ſ",
            "½ journée … №5 ｌ＇ｅａｕ",
            "\u{1f4a7} fuite",
        ] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }
}

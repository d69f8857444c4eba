//! The one form an entry's texts are kept, compared and exported in. Every
//! function here gives back canonical text unchanged.

use url::Url;

use crate::draft::Draft;
use crate::lists::RawList;
use crate::{clean, html, limits};

/// How often markup within markup is unpacked before its signs are removed.
const ROUNDS: usize = 4;

/// A one-line text: question, category, id.
pub(crate) fn line(raw: &str) -> String {
    clean::line(&plain(raw, None))
}

/// An answer. Markup some systems store in their text fields becomes plain.
pub(crate) fn answer(raw: &str, base: Option<&Url>) -> String {
    plain(raw, base)
}

/// Keywords, canonical.
pub(crate) fn keywords(raw: RawList) -> crate::lists::CleanList {
    raw.clean(true, limits::KEYWORD, limits::ITEMS)
}

/// Alternative phrasings, canonical.
pub(crate) fn alternatives(raw: RawList) -> crate::lists::CleanList {
    raw.clean(false, limits::QUESTION, limits::ITEMS)
}

/// A draft with every text canonical. Nothing is checked against limits here
/// but the lists, whose items beyond them are left out.
pub(crate) fn draft(raw: &Draft) -> Draft {
    let optional = |text: &Option<String>| {
        let cleaned = line(text.as_deref().unwrap_or_default());
        (!cleaned.is_empty()).then_some(cleaned)
    };
    Draft {
        external_id: optional(&raw.external_id),
        question: line(&raw.question),
        answer: answer(&raw.answer, None),
        category: optional(&raw.category),
        keywords: keywords(RawList::Items(raw.keywords.clone())).items,
        alternatives: alternatives(RawList::Items(raw.alternatives.clone())).items,
        lang: raw.lang.as_deref().and_then(crate::fields::language),
        published: raw.published,
        line: raw.line,
    }
}

fn plain(raw: &str, base: Option<&Url>) -> String {
    let mut text = clean::block(raw);
    for _ in 0..ROUNDS {
        if !looks_like_html(&text) {
            return text;
        }
        text = html::fragment_text(&text, base);
    }
    if looks_like_html(&text) {
        text = clean::block(&text.replace(['<', '&'], ""));
    }
    text
}

/// Elements that content systems leave in text fields.
const TAGS: [&str; 36] = [
    "a",
    "article",
    "b",
    "blockquote",
    "br",
    "code",
    "details",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];
/// Entities that stand for characters French texts use.
const ENTITIES: [&str; 28] = [
    "agrave", "amp", "apos", "bull", "ccedil", "deg", "eacute", "ecirc", "egrave", "euml", "euro",
    "gt", "hellip", "icirc", "iuml", "laquo", "ldquo", "lsquo", "lt", "mdash", "nbsp", "ndash",
    "ocirc", "quot", "raquo", "rdquo", "rsquo", "ugrave",
];

/// A real tag or entity, not just a `<` or `&` in a sentence.
fn looks_like_html(text: &str) -> bool {
    let after = |sign: char| text.match_indices(sign).filter_map(|(at, _)| text.get(at + 1..));
    after('<').any(is_tag) || after('&').any(is_entity)
}

fn is_tag(rest: &str) -> bool {
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name_ends = rest.find(|c: char| !c.is_ascii_alphanumeric());
    let Some((name, tail)) = name_ends.and_then(|at| rest.split_at_checked(at)) else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    let goes_on = tail.starts_with(['>', '/', ' ', '\n']) && tail.contains('>');
    goes_on && TAGS.binary_search(&name.as_str()).is_ok()
}

fn is_entity(rest: &str) -> bool {
    let window: String = rest.chars().take(12).collect();
    let Some((name, _)) = window.split_once(';') else {
        return false;
    };
    match name.strip_prefix('#') {
        Some(number) => {
            let digits = number.trim_start_matches(['x', 'X']);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        None => ENTITIES.binary_search(&name).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_markup_becomes_plain_text() {
        let raw = "<p>De 8&nbsp;h &agrave; 18&#160;h.</p><ul><li>lundi</li><li>mardi</li></ul>";
        assert_eq!(answer(raw, None), "De 8 h à 18 h.\n\n- lundi\n- mardi");
        assert_eq!(line("Eau &amp; gaz&nbsp;?"), "Eau & gaz ?");
    }

    #[test]
    fn signs_in_a_sentence_are_no_markup() {
        for text in
            ["si la pression est < 1 bar", "a <b et c", "Dupont & fils ; et R&D;", "1 < 2 > 0"]
        {
            assert_eq!(answer(text, None), text);
        }
    }

    #[test]
    fn markup_packed_in_markup_ends_plain() {
        let packed = "&amp;amp;amp;amp;amp;lt;br&amp;amp;gt;";
        let once = answer(packed, None);
        assert_eq!(answer(&once, None), once);
    }

    #[test]
    fn the_tables_are_sorted_for_searching() {
        assert!(TAGS.is_sorted() && ENTITIES.is_sorted());
    }
}

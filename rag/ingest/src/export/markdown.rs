//! Markdown export: a first-level heading per theme, a second-level heading
//! per question, the answer as text and lists, and what Markdown has no place
//! for in a comment of JSON below the question.

use serde::Serialize;

use crate::draft::Draft;
use crate::markdown::{DATA_MARK, is_generic_title};

pub(super) fn write(drafts: &[Draft]) -> String {
    let mut out = String::new();
    let mut theme: Option<&str> = None;
    for draft in drafts {
        let category = draft.category.as_deref();
        if let Some(next) = category.filter(|next| Some(*next) != theme && is_heading_safe(next)) {
            out.push_str(&format!("# {}\n\n", inline(next)));
            theme = Some(next);
        }
        out.push_str(&format!("## {}\n\n", inline(&draft.question)));
        out.push_str(&data(draft, theme));
        out.push_str(&answer(&draft.answer));
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Whether a heading of these words is read back as this theme.
fn is_heading_safe(category: &str) -> bool {
    !is_generic_title(category) && !category.ends_with('?')
}

/// What the headings do not say.
#[derive(Serialize)]
struct Data<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'d str>,
    /// Present, even as null, when the heading above does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Option<&'d str>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'d [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    alternatives: &'d [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<bool>,
}

/// The comment that holds what the headings do not say, empty when they say
/// everything.
fn data(draft: &Draft, theme: Option<&str>) -> String {
    let category = draft.category.as_deref();
    let data = Data {
        id: draft.external_id.as_deref(),
        lang: draft.lang.as_deref(),
        category: (category != theme).then_some(category),
        keywords: &draft.keywords,
        alternatives: &draft.alternatives,
        published: draft.published,
    };
    // Plain values only: serialising them cannot fail.
    let json = serde_json::to_string(&data).unwrap_or_default();
    if json == "{}" {
        return String::new();
    }
    // `>` could end the comment early.
    let json = json.replace('>', "\\u003e");
    format!("{DATA_MARK}{json} -->\n\n")
}

/// Text in which no sign is taken for markup.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let special = matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '#'
        );
        if special {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// A line of text, its start not taken for a list, heading or table either.
fn row(text: &str) -> String {
    let out = inline(text);
    if out.starts_with(['-', '+', '=', ':']) {
        return format!("\\{out}");
    }
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    match out.split_at_checked(digits) {
        Some((number, rest)) if digits > 0 && rest.starts_with(['.', ')']) => {
            format!("{number}\\{rest}")
        }
        Some(_) | None => out,
    }
}

/// The answer: list items as such, other lines held by hard breaks.
fn answer(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_item = false;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let item = line.strip_prefix("- ");
        match item {
            Some(item) => {
                in_item = true;
                out.push_str(&format!("- {}", row(item)));
            }
            None => out.push_str(&row(line)),
        }
        let Some(next) = lines.peek() else { break };
        let goes_on = !next.is_empty() && !next.starts_with("- ");
        if line.is_empty() || !goes_on {
            out.push('\n');
        } else {
            out.push_str(if in_item { "\\\n  " } else { "\\\n" });
        }
        if next.is_empty() {
            in_item = false;
        }
    }
    out
}

//! JSON flattened as `js/value.js` does it.

use serde_json::Value;

/// The tokens of a value.
pub fn flat(value: &Value) -> String {
    match value {
        Value::Null => "\u{7}n".to_owned(),
        Value::Bool(true) => "\u{7}t".to_owned(),
        Value::Bool(false) => "\u{7}f".to_owned(),
        Value::Number(number) => format!("\u{5}{number}"),
        Value::String(text) => format!("\u{3}{}", clean(text)),
        Value::Array(items) => {
            format!("\u{6}{}\u{4}", items.iter().map(flat).collect::<String>())
        }
        Value::Object(members) => {
            let member =
                |(name, value): (&String, &Value)| format!("\u{2}{}{}", clean(name), flat(value));
            format!("\u{1}{}\u{4}", members.iter().map(member).collect::<String>())
        }
    }
}

/// Control characters carry the structure; no text needs them.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c < ' ' && c != '\n' { ' ' } else { c }).collect()
}

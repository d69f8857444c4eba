//! schema.org questions in JSON-LD: FAQPage or QAPage, at the root, in arrays
//! or in `@graph`, answers inline or by reference.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// A question as the data states it; texts may still hold markup.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) question: String,
    pub(super) answer: Option<String>,
    pub(super) lang: Option<String>,
}

type Object = Map<String, Value>;
type ById<'v> = HashMap<&'v str, &'v Object>;

/// Parses one script's text. Wrappers some systems put around it are removed,
/// and raw line ends within strings, a common slip, are forgiven.
pub(super) fn parse(script: &str) -> Result<Value, serde_json::Error> {
    let script = script.replace("<![CDATA[", "").replace("]]>", "");
    let start = script.find(['{', '[']).unwrap_or(0);
    let end = script.rfind(['}', ']']).map_or(script.len(), |at| at + 1);
    let body = script.get(start..end).unwrap_or(&script);
    serde_json::from_str(body).or_else(|error| {
        let repaired: String = body.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&repaired).map_err(|_| error)
    })
}

/// Every question of the page, in order.
pub(super) fn questions(scripts: &[Value]) -> Vec<Found> {
    let mut by_id = HashMap::new();
    for script in scripts {
        index(script, &mut by_id);
    }
    let mut found = Vec::new();
    for script in scripts {
        collect(script, &by_id, &mut found);
    }
    found
}

/// Nodes by `@id`, those that say something about themselves first.
fn index<'v>(value: &'v Value, by_id: &mut ById<'v>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| index(value, by_id)),
        Value::Object(object) => {
            if let Some(Value::String(id)) = object.get("@id").filter(|_| object.len() > 1) {
                by_id.entry(id).or_insert(object);
            }
            object.values().for_each(|value| index(value, by_id));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn collect(value: &Value, by_id: &ById<'_>, found: &mut Vec<Found>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, by_id, found)),
        Value::Object(object) if is_question(object) => found.extend(question(object, by_id)),
        Value::Object(object) => object.values().for_each(|value| collect(value, by_id, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_question(object: &Object) -> bool {
    let named = |value: &Value| {
        let name = value.as_str().unwrap_or_default();
        name.rsplit(['/', ':']).next() == Some("Question")
    };
    match object.get("@type") {
        Some(Value::Array(types)) => types.iter().any(named),
        Some(value) => named(value),
        None => false,
    }
}

fn question(object: &Object, by_id: &ById<'_>) -> Option<Found> {
    let question = text(object.get("name")).or_else(|| text(object.get("text")))?;
    let accepted = object.get("acceptedAnswer").and_then(|value| answer(value, by_id));
    let suggested = || object.get("suggestedAnswer").and_then(|value| answer(value, by_id));
    Some(Found {
        question,
        answer: accepted.or_else(suggested),
        lang: text(object.get("inLanguage")),
    })
}

/// The first answer text a value holds or refers to.
fn answer(value: &Value, by_id: &ById<'_>) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => values.iter().find_map(|value| answer(value, by_id)),
        Value::Object(object) => {
            let own = text(object.get("text")).or_else(|| text(object.get("name")));
            own.or_else(|| {
                let id = object.get("@id")?.as_str()?;
                text(by_id.get(id)?.get("text"))
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A text, plain or as a language-tagged value.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => object.get("@value")?.as_str().map(str::to_owned),
        Value::Array(values) => text(values.first()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_by_reference_are_followed() {
        let script = r##"{"@graph":[
            {"@type":"FAQPage","mainEntity":{"@id":"#q"}},
            {"@type":["Thing","https://schema.org/Question"],"@id":"#q","name":"Ouvert ?","acceptedAnswer":{"@id":"#a"}},
            {"@type":"Answer","@id":"#a","text":"Oui."}]}"##;
        let found = questions(&[parse(script).expect("valid")]);
        assert_eq!(
            found,
            [Found { question: "Ouvert ?".into(), answer: Some("Oui.".into()), lang: None }]
        );
    }

    #[test]
    fn wrapped_and_slightly_broken_scripts_are_read() {
        let script = "\n//<![CDATA[\n{\"@type\":\"Question\",\"name\":\"A ?\",\"acceptedAnswer\":{\"text\":\"b\nc\"}}\n//]]>";
        let found = questions(&[parse(script).expect("repaired")]);
        assert_eq!(found.first().and_then(|f| f.answer.as_deref()), Some("b c"));
    }
}

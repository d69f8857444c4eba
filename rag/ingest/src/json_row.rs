//! One JSON object into a row. Keys as in [`Field::named`].

use serde_json::{Map, Value};

use crate::collect::{Collector, RawRow};
use crate::fields::Field;
use crate::lists::RawList;
use crate::note::{Problem, Severity};

/// Whether an object looks like an entry rather than like a wrapper of them.
pub(crate) fn is_entry(object: &Map<String, Value>) -> bool {
    let has = |wanted: Field| object.keys().any(|key| Field::named(key) == Some(wanted));
    has(Field::Question) || has(Field::Answer)
}

/// Takes the value of one row.
pub(crate) fn take(value: &Value, line: u32, collector: &mut Collector) {
    let Value::Object(object) = value else {
        collector.skip(line, Problem::NotAnObject);
        return;
    };
    let mut row = RawRow { line, ..RawRow::default() };
    for (key, value) in object {
        let Some(field) = Field::named(key) else {
            continue;
        };
        let fits = match field {
            Field::ExternalId => text(value, &mut row.external_id),
            Field::Question => text(value, &mut row.question),
            Field::Answer => text(value, &mut row.answer),
            Field::Category => text(value, &mut row.category),
            Field::Lang => text(value, &mut row.lang),
            Field::Published => truth(value, &mut row.published),
            Field::Keywords => list(value, &mut row.keywords),
            Field::Alternatives => list(value, &mut row.alternatives),
        };
        if fits {
            continue;
        }
        let problem = Problem::WrongType { field };
        if matches!(field, Field::Question | Field::Answer) {
            collector.skip(line, problem);
            return;
        }
        collector.note(line, Severity::Warning, problem);
    }
    collector.row(row);
}

/// Takes a text or number; false for what is neither. The first key wins.
fn text(value: &Value, slot: &mut Option<String>) -> bool {
    let read = match value {
        Value::Null => return true,
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => return false,
    };
    slot.get_or_insert(read);
    true
}

/// Takes a truth value, said as such or in words.
fn truth(value: &Value, slot: &mut Option<String>) -> bool {
    match value {
        Value::Bool(said) => {
            slot.get_or_insert(said.to_string());
            true
        }
        Value::Null | Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            text(value, slot)
        }
    }
}

/// Takes an array of texts, or one text to be split.
fn list(value: &Value, slot: &mut RawList) -> bool {
    match value {
        Value::Null => true,
        Value::String(cell) => {
            *slot = RawList::Cell(cell.clone());
            true
        }
        Value::Array(values) => {
            let mut items = Vec::with_capacity(values.len());
            let all = values.iter().all(|value| {
                let mut item = None;
                let fits = text(value, &mut item);
                items.extend(item);
                fits
            });
            *slot = RawList::Items(items);
            all
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

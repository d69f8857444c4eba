//! JSON: an array of entries, an object holding one under `entries`, `faq`,
//! `items`, `data` or `questions`, a single entry, or schema.org data; and
//! JSONL.
//!
//! Arrays are walked element by element, so that rows have lines and a broken
//! element costs the rows up to the next line that starts an object, not the
//! file.

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};

use crate::collect::Collector;
use crate::draft::SourceHint;
use crate::html;
use crate::json_row;
use crate::lines::Lines;
use crate::note::Problem;

/// Keys under which exports keep their entries.
const WRAPPERS: [&str; 5] = ["entries", "faq", "items", "data", "questions"];

pub(crate) fn read_jsonl(text: &str, collector: &mut Collector) {
    for (index, row) in text.split('\n').enumerate() {
        let row = row.trim();
        if row.is_empty() {
            continue;
        }
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if !collector.admits_row(line) {
            return;
        }
        match serde_json::from_str::<Value>(row) {
            Ok(value) => json_row::take(&value, line, collector),
            Err(error) => collector.skip(line, bad_json(&error)),
        }
    }
}

pub(crate) fn read_json(text: &str, hint: &SourceHint, collector: &mut Collector) {
    let mut walker = Walker { text, at: 0, lines: Lines::of(text) };
    match walker.peek() {
        Some(b'[') => walker.array(collector),
        Some(b'{') => read_object(walker, hint, collector),
        Some(_) | None => collector.skip(1, Problem::NotAnObject),
    }
}

/// An object: schema.org data, a single entry, or a wrapper of entries.
fn read_object(mut walker: Walker<'_>, hint: &SourceHint, collector: &mut Collector) {
    if let Ok(Value::Object(object)) = serde_json::from_str::<Value>(walker.text) {
        if object.keys().any(|key| key.starts_with('@') || key == "mainEntity") {
            html::read_linked_data(walker.text, hint, collector);
            return;
        }
        let wrapped = |key: &str| object.get(key).is_some_and(Value::is_array);
        if json_row::is_entry(&object) && !WRAPPERS.into_iter().any(wrapped) {
            let line = walker.line();
            json_row::take(&Value::Object(object), line, collector);
            return;
        }
    }
    walker.object(collector);
}

fn bad_json(error: &serde_json::Error) -> Problem {
    // The parser counts lines from the row it was given: its own place says
    // nothing to a person, the note has the line of the file.
    let message = error.to_string();
    let detail = message.split(" at line ").next().unwrap_or_default();
    Problem::BadJson { detail: detail.to_owned() }
}

/// A place in a JSON text, moved forward value by value.
struct Walker<'t> {
    text: &'t str,
    at: usize,
    lines: Lines,
}

impl Walker<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte that is not white space; the place moves there.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.text.as_bytes().get(self.at).copied()
    }

    fn line(&mut self) -> u32 {
        self.peek();
        self.lines.at(self.at)
    }

    /// Reads the value at this place and moves behind it.
    fn value<T: DeserializeOwned>(&mut self) -> Result<T, serde_json::Error> {
        let mut stream = Deserializer::from_str(self.rest()).into_iter::<T>();
        let value = match stream.next() {
            Some(read) => read?,
            None => return Err(serde::de::Error::custom("unexpected end")),
        };
        self.at += stream.byte_offset();
        Ok(value)
    }

    /// Moves to the next line that starts an object; false when none does.
    fn resume(&mut self) -> bool {
        let mut at = self.at;
        let Some(tail) = self.text.get(at..) else {
            return false;
        };
        for (index, row) in tail.split_inclusive('\n').enumerate() {
            if index > 0 && row.trim_start().starts_with('{') {
                self.at = at;
                return true;
            }
            at += row.len();
        }
        false
    }

    /// The rows of the array at this place.
    fn array(&mut self, collector: &mut Collector) {
        self.at += 1;
        loop {
            match self.peek() {
                None | Some(b']') => {
                    self.at += 1;
                    return;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let line = self.line();
            if !collector.admits_row(line) {
                return;
            }
            match self.value::<Value>() {
                Ok(value) => json_row::take(&value, line, collector),
                Err(error) => {
                    collector.skip(line, bad_json(&error));
                    if !self.resume() {
                        return;
                    }
                }
            }
        }
    }

    /// The rows of every known array in the object at this place.
    fn object(&mut self, collector: &mut Collector) {
        self.at += 1;
        loop {
            match self.peek() {
                None | Some(b'}') => return,
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let line = self.line();
            if let Err(error) = self.member(collector) {
                collector.skip(line, bad_json(&error));
                return;
            }
        }
    }

    /// One member of an object: rows of a known array, anything else skipped.
    fn member(&mut self, collector: &mut Collector) -> Result<(), serde_json::Error> {
        let key: String = self.value()?;
        if self.peek() != Some(b':') {
            return Err(serde::de::Error::custom("expected `:`"));
        }
        self.at += 1;
        let known = WRAPPERS.contains(&key.to_lowercase().as_str());
        if known && self.peek() == Some(b'[') {
            self.array(collector);
            return Ok(());
        }
        self.value::<serde::de::IgnoredAny>().map(drop)
    }
}

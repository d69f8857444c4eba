//! A parsed JSON value, as the shell hands it over.
//!
//! Each token is a control character and what follows it up to the next:
//!
//! | | |
//! |---|---|
//! | `\x01` | an object begins |
//! | `\x02key` | the key of the next value |
//! | `\x03text` | text |
//! | `\x04` | the object or array ends |
//! | `\x05123` | a number |
//! | `\x06` | an array begins |
//! | `\x07t` `\x07f` `\x07n` | true, false, null |
//!
//! Texts contain no control character but the line feed; the shell strips them.

use crate::prelude::*;

const DEEPEST: usize = 16;
/// A number beyond this is not one of ours, and would overflow.
const LARGEST: i64 = 1 << 53;

/// A value, borrowing its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// Null, or nothing that was understood.
    Null,
    /// A boolean.
    Flag(bool),
    /// A number, as written.
    Number(&'a str),
    /// Text.
    Text(&'a str),
    /// An array.
    List(Vec<Value<'a>>),
    /// An object, in the order written.
    Map(Vec<(&'a str, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Reads a whole value; [`Value::Null`] when there is none.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Tokens { rest: text }.value(0).unwrap_or(Self::Null)
    }

    /// The member named `key`; `None` when absent or null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(members) = self else {
            return None;
        };
        members.iter().find(|(k, _)| *k == key).map(|(_, v)| v).filter(|v| **v != Self::Null)
    }

    /// The text, if it is text.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        let Self::Number(text) = self else {
            return None;
        };
        let digits = text.strip_prefix('-').unwrap_or(text);
        let mut number: i64 = 0;
        for byte in digits.bytes() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 || number > LARGEST {
                return None;
            }
            number = number * 10 + i64::from(digit);
        }
        (!digits.is_empty()).then_some(if digits.len() < text.len() { -number } else { number })
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// The members, if it is an array.
    #[must_use]
    pub fn list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }
}

struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    fn token(&mut self) -> Option<(u8, &'a str)> {
        let kind = *self.rest.as_bytes().first().filter(|b| **b < 8)?;
        let rest = self.rest.get(1..)?;
        let end = rest.bytes().position(|b| b < 8).unwrap_or(rest.len());
        let (content, rest) = rest.split_at_checked(end)?;
        self.rest = rest;
        Some((kind, content))
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let (kind, content) = self.token()?;
        self.after(kind, content, depth)
    }

    fn after(&mut self, kind: u8, content: &'a str, depth: usize) -> Option<Value<'a>> {
        if depth > DEEPEST {
            return None;
        }
        Some(match kind {
            1 => {
                let mut members = Vec::new();
                while let (2, key) = self.token()? {
                    members.push((key, self.value(depth + 1)?));
                }
                Value::Map(members)
            }
            3 => Value::Text(content),
            5 => Value::Number(content),
            6 => {
                let mut items = Vec::new();
                loop {
                    let (kind, content) = self.token()?;
                    if kind == 4 {
                        return Some(Value::List(items));
                    }
                    items.push(self.after(kind, content, depth + 1)?);
                }
            }
            7 if content != "n" => Value::Flag(content == "t"),
            7 => Value::Null,
            _ => return None,
        })
    }
}

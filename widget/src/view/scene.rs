//! What a part of the panel shows, as text for the shell to draw.
//!
//! Each token is a control character and what follows it up to the next:
//!
//! | | |
//! |---|---|
//! | `\x01tag` | an element begins |
//! | `\x02name=value` | it has this attribute |
//! | `\x03text` | a text node |
//! | `\x04` | it ends |
//! | `\x05t123` | a text node: the time of this moment (`d` day, `m` weekday and time) |
//! | `\x06text` | text in which the shell may link addresses that stand in the trust |
//! | `\x07text` | adds a text to what this scene trusts |
//!
//! Text can only become a text node or an attribute's value, whatever it
//! holds: the shell lets no control character in, and never parses markup.

use crate::cut;
use crate::prelude::*;
use crate::texts::{GAP, Key, Texts};
use crate::wire::push_number;

/// The beginning of an element with constant attributes, joined at compile
/// time: `tag!("p", class = "by")`.
macro_rules! tag {
    ($tag:literal $(, $name:literal = $value:literal)*) => {
        concat!("\u{1}", $tag $(, "\u{2}", $name, "=", $value)*)
    };
}
pub(super) use tag;

/// A drawing under way.
pub struct Scene<'a> {
    out: String,
    texts: &'a Texts,
}

impl<'a> Scene<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(texts: &'a Texts) -> Self {
        Self { out: String::new(), texts }
    }

    /// The drawing as text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.out
    }

    /// Begins an element made by `tag!`.
    pub fn open(&mut self, tag: &str) -> &mut Self {
        self.out.push_str(tag);
        self
    }

    /// Gives the element just begun an attribute.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        self.out.push('\u{2}');
        self.out.push_str(name);
        self.out.push('=');
        self.out.push_str(value);
        self
    }

    /// Gives the element just begun a name for everyone.
    pub fn name(&mut self, key: Key) -> &mut Self {
        let name = self.texts.get(key);
        self.attr("aria-label", name).attr("title", name)
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.out.push('\u{3}');
        self.out.push_str(text);
        self
    }

    /// Adds a sentence.
    pub fn say(&mut self, key: Key) -> &mut Self {
        self.text(self.texts.get(key))
    }

    /// Adds a sentence with `value` in its gap.
    pub fn fill(&mut self, key: Key, value: &str) -> &mut Self {
        self.text("");
        for (i, part) in cut::parts(self.texts.get(key), GAP).enumerate() {
            if i > 0 {
                self.out.push_str(value);
            }
            self.out.push_str(part);
        }
        self
    }

    /// Adds text whose addresses may become links if they are trusted.
    pub fn linked(&mut self, text: &str) -> &mut Self {
        self.out.push('\u{6}');
        self.out.push_str(text);
        self
    }

    /// Adds a text whose addresses are trusted from here on.
    pub fn trust(&mut self, text: &str) -> &mut Self {
        self.out.push('\u{7}');
        self.out.push_str(text);
        self
    }

    /// Ends the element begun last.
    pub fn end(&mut self) -> &mut Self {
        self.out.push('\u{4}');
        self
    }

    /// Adds a moment, formatted for the reader; `form` is `t`, `d` or `m`.
    pub fn moment(&mut self, form: char, at: i64) -> &mut Self {
        self.out.push('\u{5}');
        self.out.push(form);
        push_number(&mut self.out, u64::try_from(at).unwrap_or(0));
        self
    }

    /// Begins a button; a click sends `action` and `value` to the driver.
    pub fn button(&mut self, class: &str, action: &str, value: &str) -> &mut Self {
        self.open(tag!("button", "type" = "button")).attr("class", class);
        self.attr("data-do", action).attr("data-v", value)
    }

    /// A whole button with a sentence.
    pub fn choice(&mut self, class: &str, action: &str, value: &str, key: Key) -> &mut Self {
        self.button(class, action, value).say(key).end()
    }
}

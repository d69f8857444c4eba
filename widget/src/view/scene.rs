//! What a part of the panel shows, as text for the shell to draw.
//!
//! Each token is a control character and what follows it up to the next:
//!
//! | | |
//! |---|---|
//! | `\x01tag` | an element begins |
//! | `\x02name=value` | it has this attribute |
//! | `\x03text` | a text node |
//! | `\x06text` | text in which the shell may link addresses that stand in the trust |
//! | `\x07text` | adds a text to what this scene trusts |
//! | `\x04` | it ends |
//! | `\x05t123` | a text node: the time of this moment (`d` day, `m` weekday and time) |
//!
//! Text can only become a text node or an attribute's value, whatever it
//! holds: the shell lets no control character in, and never parses markup.

use crate::prelude::*;
use crate::wire::push_number;

/// A drawing under way.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Scene(String);

impl Scene {
    /// The drawing as text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }

    /// Begins an element; an empty class is left out.
    pub fn open(&mut self, tag: &str, class: &str) -> &mut Self {
        self.0.push('\u{1}');
        self.0.push_str(tag);
        if !class.is_empty() {
            self.attr("class", class);
        }
        self
    }

    /// Gives the element just begun an attribute.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        self.0.push('\u{2}');
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(value);
        self
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('\u{3}');
        self.0.push_str(text);
        self
    }

    /// Adds text whose addresses may become links if they are trusted.
    pub fn linked(&mut self, text: &str) -> &mut Self {
        self.0.push('\u{6}');
        self.0.push_str(text);
        self
    }

    /// Adds a text whose addresses are trusted from here on.
    pub fn trust(&mut self, text: &str) -> &mut Self {
        self.0.push('\u{7}');
        self.0.push_str(text);
        self
    }

    /// Ends the element begun last.
    pub fn end(&mut self) -> &mut Self {
        self.0.push('\u{4}');
        self
    }

    /// Adds a moment, formatted for the reader; `form` is `t`, `d` or `m`.
    pub fn moment(&mut self, form: char, at: i64) -> &mut Self {
        self.0.push('\u{5}');
        self.0.push(form);
        push_number(&mut self.0, u64::try_from(at).unwrap_or(0));
        self
    }

    /// A whole element with text only.
    pub fn leaf(&mut self, tag: &str, class: &str, text: &str) -> &mut Self {
        self.open(tag, class).text(text).end()
    }

    /// A line drawing on a 24-unit square, hidden from screen readers.
    pub fn icon(&mut self, path: &str) -> &mut Self {
        self.open("svg", "").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
        self.open("path", "").attr("d", path).end().end()
    }

    /// Begins a button; a click sends `action` and `value` to the driver.
    pub fn button(&mut self, class: &str, action: &str, value: &str) -> &mut Self {
        self.open("button", class).attr("type", "button");
        self.attr("data-do", action).attr("data-v", value)
    }

    /// A whole button with text only.
    pub fn choice(&mut self, class: &str, action: &str, value: &str, text: &str) -> &mut Self {
        self.button(class, action, value).text(text).end()
    }

    /// A whole button with an icon and a name for everyone.
    pub fn tool(&mut self, action: &str, path: &str, name: &str) -> &mut Self {
        self.button("i", action, "").attr("aria-label", name).attr("title", name);
        self.icon(path).end()
    }
}

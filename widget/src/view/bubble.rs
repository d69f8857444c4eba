//! A message's frame. Visitor, machine and person differ by label, mark and
//! shape; colour only helps.

use super::{Pen, Scene};
use crate::core::lines;
use crate::texts::Key;

/// Who speaks.
#[derive(Clone, Copy)]
pub(super) enum Voice<'a> {
    /// The visitor.
    Visitor,
    /// The machine.
    Machine,
    /// A person, by first name.
    Person(&'a str),
}

/// Begins a message: who, and when if it is known. The caller adds the body
/// and ends it.
pub(super) fn bubble(s: &mut Scene, pen: &Pen<'_>, voice: Voice<'_>, at: Option<i64>) {
    let (class, mark, name) = match voice {
        Voice::Visitor => ("m v", "", pen.texts.get(Key::You)),
        Voice::Machine => ("m b", pen.texts.get(Key::Machine), pen.texts.get(Key::Assistant)),
        Voice::Person(name) => ("m p", initial(name), name),
    };
    s.open("div", class).open("p", "by");
    if !mark.is_empty() {
        s.open("i", "mark").attr("aria-hidden", "true").text(mark).end();
    }
    s.leaf("b", "", name).text(" ");
    if let Some(at) = at {
        s.open("time", "").moment('t', at).end();
    }
    s.end();
}

fn initial(name: &str) -> &str {
    let end = name.chars().next().map_or(0, char::len_utf8);
    name.get(..end).unwrap_or_default()
}

/// Text as paragraphs, lists and links; `lang` when it is known. A link is
/// made only of an address that stands in what the scene trusts (the cited
/// entries for the machine, the message itself for a person), so that nothing
/// a model invents can be clicked.
pub(super) fn body(s: &mut Scene, class: &str, lang: &str, text: &str) {
    s.open("div", class);
    if !lang.is_empty() {
        s.attr("lang", lang);
    }
    let mut listing = false;
    for line in lines(text) {
        if line.bullet != listing {
            listing = line.bullet;
            if listing { s.open("ul", "") } else { s.end() };
        }
        s.open(if listing { "li" } else { "p" }, "").linked(line.text).end();
    }
    if listing {
        s.end();
    }
    s.end();
}

/// A link that leaves the widget.
pub(super) fn link(s: &mut Scene, href: &str, text: &str) {
    s.open("a", "").attr("href", href).attr("target", "_blank");
    s.attr("rel", "noopener noreferrer").text(text).end();
}

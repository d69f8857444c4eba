//! A message's frame. Visitor, machine and person differ by label, mark and
//! shape; colour only helps.

use super::Scene;
use super::scene::tag;
use crate::core::lines;
use crate::texts::Key;

const BY: &str = concat!("\u{4}", tag!("b"));
const MARK: &str = tag!("i", "class" = "mark", "aria-hidden" = "true");

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
pub(super) fn bubble(s: &mut Scene<'_>, voice: Voice<'_>, at: Option<i64>) {
    const PEOPLE: &str = tag!("p", "class" = "by");
    match voice {
        Voice::Visitor => {
            s.open(tag!("div", "class" = "m v")).open(PEOPLE).open(tag!("b")).say(Key::You)
        }
        Voice::Machine => s
            .open(tag!("div", "class" = "m b"))
            .open(PEOPLE)
            .open(MARK)
            .say(Key::Machine)
            .open(BY)
            .say(Key::Assistant),
        Voice::Person(name) => s
            .open(tag!("div", "class" = "m p"))
            .open(PEOPLE)
            .open(MARK)
            .text(initial(name))
            .open(BY)
            .text(name),
    };
    s.end().text(" ");
    if let Some(at) = at {
        s.open(tag!("time")).moment('t', at).end();
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
pub(super) fn body(s: &mut Scene<'_>, class: &str, lang: &str, text: &str) {
    s.open(tag!("div")).attr("class", class);
    if !lang.is_empty() {
        s.attr("lang", lang);
    }
    let mut listing = false;
    for line in lines(text) {
        if line.bullet != listing {
            listing = line.bullet;
            if listing {
                s.open(tag!("ul"))
            } else {
                s.end()
            };
        }
        s.open(if listing { tag!("li") } else { tag!("p") }).linked(line.text).end();
    }
    if listing {
        s.end();
    }
    s.end();
}

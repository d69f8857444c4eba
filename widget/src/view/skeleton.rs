//! The panel with its parts still empty.

use super::Scene;
use super::scene::tag;
use crate::prelude::*;
use crate::texts::{Key, Texts};

/// Ends the element begun last, and begins another.
macro_rules! then {
    ($($part:tt)*) => {
        concat!("\u{4}", tag!($($part)*))
    };
}

/// Draws what is always there.
#[must_use]
pub fn skeleton(texts: &Texts) -> String {
    let mut s = Scene::new(texts);
    s.open(concat!(
        tag!(
            "dialog",
            "class" = "panel",
            "part" = "panel",
            "tabindex" = "-1",
            "aria-labelledby" = "t",
            "aria-describedby" = "n"
        ),
        tag!("header", "data-p" = "head"),
        then!("div", "role" = "status"),
        tag!("p", "class" = "banner", "data-p" = "banner"),
        "\u{4}",
        then!("div", "class" = "scroll", "tabindex" = "0", "role" = "group"),
    ));
    s.attr("aria-label", texts.get(Key::Messages)).open(concat!(
        tag!("p", "class" = "intro", "data-p" = "intro"),
        then!("div", "class" = "log", "role" = "log", "data-p" = "log"),
    ));
    s.attr("aria-label", texts.get(Key::Messages)).open(concat!(
        then!("div", "data-p" = "own"),
        then!("div", "data-p" = "answer"),
        then!("div", "class" = "typing", "role" = "status", "data-p" = "typing"),
        then!("div", "class" = "next", "data-p" = "next"),
        "\u{4}",
        then!("footer"),
        tag!(
            "p",
            "class" = "notice",
            "id" = "n",
            "role" = "note",
            "aria-live" = "polite",
            "data-p" = "notice"
        ),
        then!("form", "class" = "write"),
        tag!(
            "textarea",
            "rows" = "1",
            "maxlength" = "4000",
            "enterkeyhint" = "send",
            "aria-describedby" = "n"
        ),
    ));
    s.attr("aria-label", texts.get(Key::Input)).attr("placeholder", texts.get(Key::Placeholder));
    s.open(then!("button", "class" = "i send")).name(Key::Send).open(concat!(
        tag!("svg", "viewBox" = "0 0 24 24", "aria-hidden" = "true"),
        tag!("path", "d" = "M5 12h13M12 5l7 7-7 7"),
        "\u{4}\u{4}\u{4}",
        then!("div", "data-p" = "foot"),
        "\u{4}\u{4}",
    ));
    s.into_text()
}

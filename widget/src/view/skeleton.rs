//! The panel with its parts still empty.

use super::Scene;
use crate::prelude::*;
use crate::texts::{Key, Texts};

const ARROW: &str = "M5 12h13M12 5l7 7-7 7";

/// Draws what is always there.
#[must_use]
pub fn skeleton(texts: &Texts) -> String {
    let s = &mut Scene::default();
    s.open("dialog", "panel").attr("part", "panel").attr("tabindex", "-1");
    s.attr("aria-labelledby", "t").attr("aria-describedby", "n");
    part(s, "header", "head");
    part(s.open("div", "").attr("role", "status"), "p", "banner").end();
    s.open("div", "scroll").attr("tabindex", "0").attr("role", "group");
    s.attr("aria-label", texts.get(Key::Messages));
    part(s, "p", "intro");
    s.open("div", "log").attr("role", "log").attr("data-p", "log");
    s.attr("aria-label", texts.get(Key::Messages)).end();
    for name in ["own", "answer", "typing"] {
        part(s, "div", name);
    }
    part(s, "div", "next").end();
    s.open("footer", "");
    s.open("p", "notice").attr("id", "n").attr("role", "note").attr("aria-live", "polite").attr("data-p", "notice").end();
    s.open("form", "write").open("textarea", "").attr("rows", "1").attr("maxlength", "4000");
    s.attr("enterkeyhint", "send").attr("aria-label", texts.get(Key::Input));
    s.attr("aria-describedby", "n").attr("placeholder", texts.get(Key::Placeholder)).end();
    let send = texts.get(Key::Send);
    s.open("button", "i send").attr("aria-label", send).attr("title", send).icon(ARROW);
    s.end().end();
    part(s, "div", "foot").end().end();
    ::core::mem::take(s).into_text()
}

fn part<'a>(s: &'a mut Scene, tag: &str, name: &str) -> &'a mut Scene {
    s.open(tag, name).attr("data-p", name).end()
}

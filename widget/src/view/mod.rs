//! What is to be seen.
//!
//! What it is for: each part of the panel is a function from the state to a
//! [`Scene`]. The driver compares a part's scene with the one shown and has
//! the shell redraw what changed. Completed messages are drawn once and
//! appended to a `role="log"`, so that a screen reader reads each once and
//! whole; streamed text is a part outside of it.
//!
//! What it must never do: change the state.

mod bubble;
mod foot;
mod head;
mod message;
mod next;
mod scene;
mod skeleton;
mod tail;

use comptoir_protocol::NumberedEvent;

use crate::core::State;
use crate::prelude::*;
use crate::texts::Texts;
pub use scene::Scene;
pub use skeleton::skeleton;

/// Draws one part.
pub type Part = fn(&mut Scene<'_>, &Pen<'_>);

/// The parts redrawn as wholes, by the value of `data-p` on their element.
pub const PARTS: [(&str, Part); 9] = [
    ("head", head::head),
    ("banner", head::banner),
    ("intro", head::intro),
    ("own", tail::own),
    ("answer", tail::answer),
    ("typing", tail::typing),
    ("next", next::next),
    ("notice", foot::notice),
    ("foot", foot::foot),
];

/// What every drawing needs.
pub struct Pen<'a> {
    /// The sentences.
    pub texts: &'a Texts,
    /// What is to be seen.
    pub state: &'a State,
}

/// Draws a completed event, if it is to be seen.
#[must_use]
pub fn event(pen: &Pen<'_>, event: &NumberedEvent) -> Option<String> {
    let mut scene = Scene::new(pen.texts);
    // The shell hides a day equal to the one before.
    scene.open(scene::tag!("p", "class" = "day")).moment('d', event.at).end();
    message::event(&mut scene, event).then(|| scene.into_text())
}

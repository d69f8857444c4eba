//! An answer that another node writes, shown here too: asked for while
//! somebody here looks, put together from what is heard, gone with its end.

use super::Actor;
use crate::api::Update;
use crate::hub::{Live, PIECE_CHARS};
use crate::machine::Running;
use comptoir_protocol::{AnswerId, AnswerSoFar, Event, Seq, Typist};
use std::time::Duration;
use tokio::time::Instant;

/// How long is waited before the same answer is asked for again.
const AGAIN: Duration = Duration::from_millis(500);

/// What is known here of other nodes' answers.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// The running one, from its beginning and without holes.
    answer: Option<Mirror>,
    /// The question whose answer was asked for last, and when.
    asked: Option<(Seq, Instant)>,
    /// Whether visitors were told that the machine writes.
    is_writing: bool,
}

/// The beginning of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mirror {
    id: AnswerId,
    to: Seq,
    text: String,
    units: u32,
}

/// What a piece of text adds to a beginning.
#[derive(Debug, PartialEq, Eq)]
enum Adds {
    /// This, at this offset.
    More(u32, String),
    /// Nothing that is not there.
    Nothing,
    /// It begins beyond the end: something was lost.
    Hole,
}

impl Mirror {
    fn new(id: AnswerId, to: Seq) -> Self {
        Self { id, to, text: String::new(), units: 0 }
    }

    /// Adds a piece that begins at `offset` UTF-16 units.
    fn add(&mut self, offset: u32, piece: &str) -> Adds {
        let Some(known) = self.units.checked_sub(offset) else {
            return Adds::Hole;
        };
        let rest = match after(piece, known) {
            Some("") | None => return Adds::Nothing,
            Some(rest) => rest,
        };
        let begins = self.units;
        self.text.push_str(rest);
        self.units = self.units.saturating_add(units(rest));
        Adds::More(begins, rest.to_owned())
    }
}

/// Length in UTF-16 code units.
fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// A text after its first UTF-16 units; none when it is shorter or a character
/// would be cut.
fn after(text: &str, skipped: u32) -> Option<&str> {
    let mut left = usize::try_from(skipped).ok()?;
    let mut rest = text.chars();
    while left > 0 {
        left = left.checked_sub(rest.next()?.len_utf16())?;
    }
    Some(rest.as_str())
}

/// A text from `offset` on as pieces that fit into a note.
pub(super) fn pieces(answer: &AnswerId, to: Seq, offset: u32, text: &str) -> Vec<Live> {
    let (mut rest, mut offset, mut pieces) = (text, offset, Vec::new());
    while !rest.is_empty() {
        let end = rest.char_indices().nth(PIECE_CHARS).map_or(rest.len(), |(at, _)| at);
        let (piece, later) = rest.split_at(end);
        let (answer, text) = (answer.clone(), piece.to_owned());
        pieces.push(Live::Delta { answer, to, offset, text });
        (rest, offset) = (later, offset.saturating_add(units(piece)));
    }
    pieces
}

impl Actor {
    /// Another node tells something that is not kept.
    pub(super) fn live(&mut self, what: Live) {
        match what {
            Live::Wanted => self.show_elsewhere(),
            Live::Typing { who: Typist::Bot, on, .. } => self.bot_writes_elsewhere(on),
            Live::Typing { who, name, on } => {
                self.audience.tell(&Update::Typing { who, name, on });
            }
            Live::Queued { position, wait_ms } if self.answer.is_none() => {
                self.audience.tell(&Update::Queued { position, wait_ms });
            }
            Live::Queued { .. } => {}
            Live::Delta { answer, to, offset, text } if self.open_question() == Some(to) => {
                self.piece_elsewhere(answer, to, offset, &text);
            }
            Live::Delta { .. } => {}
        }
    }

    /// Somebody at another node wants to see the answer that is written here:
    /// all of it, and from now on every piece.
    fn show_elsewhere(&mut self) {
        let Some(run) = &mut self.answer else { return };
        run.is_wanted = true;
        let so_far = run.running();
        self.tell_live(Live::Typing { who: Typist::Bot, name: None, on: true });
        for piece in pieces(&so_far.answer, so_far.to, 0, &so_far.shown) {
            self.tell_live(piece);
        }
    }

    fn bot_writes_elsewhere(&mut self, on: bool) {
        if self.answer.is_none() && self.elsewhere.is_writing != on {
            self.elsewhere.is_writing = on;
            self.audience.tell(&Update::Typing { who: Typist::Bot, name: None, on });
        }
    }

    fn piece_elsewhere(&mut self, answer: AnswerId, to: Seq, offset: u32, text: &str) {
        if self.answer.is_some() || self.audience.is_empty() {
            return;
        }
        let known = self.elsewhere.answer.take().filter(|mirror| mirror.id == answer);
        let mut mirror = known.unwrap_or_else(|| Mirror::new(answer.clone(), to));
        match mirror.add(offset, text) {
            Adds::More(offset, text) => {
                self.audience.tell(&Update::Delta { answer, offset, text });
                self.elsewhere.answer = Some(mirror);
            }
            Adds::Nothing => self.elsewhere.answer = Some(mirror),
            Adds::Hole => {
                self.elsewhere.answer = Some(mirror).filter(|mirror| mirror.units > 0);
                self.want_answer();
            }
        }
    }

    /// Asks the node that answers the open question to show what it writes, if
    /// somebody here looks.
    pub(super) fn want_answer(&mut self) {
        if self.world.bus.is_alone() || self.answer.is_some() || self.audience.is_empty() {
            return;
        }
        let Some(open) = self.open_question() else { return };
        let now = Instant::now();
        let was_asked = |(seq, at): (Seq, Instant)| seq == open && now - at < AGAIN;
        if !self.elsewhere.asked.is_some_and(was_asked) {
            self.elsewhere.asked = Some((open, now));
            self.tell_live(Live::Wanted);
        }
    }

    /// The answer that another node writes, as the machine sees it.
    pub(super) fn running_elsewhere(&self) -> Option<Running> {
        let mirror = self.mirror()?;
        Some(Running { answer: mirror.id.clone(), to: mirror.to, shown: mirror.text.clone() })
    }

    /// What is known of another node's answer to the question that is open.
    fn mirror(&self) -> Option<&Mirror> {
        let open = self.open_question();
        self.elsewhere.answer.as_ref().filter(|mirror| Some(mirror.to) == open)
    }

    fn open_question(&self) -> Option<Seq> {
        self.state.as_ref()?.conversation.head.open_question
    }

    /// What is known of the answer that another node writes.
    pub(super) fn so_far_elsewhere(&self) -> Option<AnswerSoFar> {
        let mirror = self.mirror()?;
        Some(AnswerSoFar { answer: mirror.id.clone(), text: mirror.text.clone() })
    }

    /// An event ends the answer that another node wrote.
    pub(super) fn ends_elsewhere(&mut self, event: &Event) {
        let ended = match event {
            // Small talk beside it does not end it.
            Event::BotMessage { answer, .. } => {
                self.elsewhere.answer.as_ref().is_some_and(|mirror| mirror.id == *answer)
            }
            Event::HandoverRequested { .. }
            | Event::Transferred { .. }
            | Event::AgentJoined { .. }
            | Event::Closed { .. } => true,
            Event::NoticeShown { .. }
            | Event::VisitorMessage { .. }
            | Event::AgentMessage { .. }
            | Event::BotResumed
            | Event::ContactLeft { .. }
            | Event::CalledAgain { .. }
            | Event::ContactAsked { .. }
            | Event::Feedback { .. } => false,
        };
        if ended && self.answer.is_none() {
            self.forget_elsewhere();
        }
    }

    /// Nobody else writes, or no more.
    pub(super) fn forget_elsewhere(&mut self) {
        self.bot_writes_elsewhere(false);
        self.elsewhere = Elsewhere::default();
    }

    pub(super) fn tell_live(&self, what: Live) {
        self.world.tell_live(self.key, what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(piece: &Live) -> (u32, &str) {
        let Live::Delta { offset, text, .. } = piece else { panic!("no text: {piece:?}") };
        (*offset, text)
    }

    fn texts(pieces: &[Live]) -> Vec<(u32, &str)> {
        pieces.iter().map(text).collect()
    }

    #[test]
    fn a_beginning_grows_without_holes() {
        let mut mirror = Mirror::new(AnswerId::from("a"), Seq(1));
        assert_eq!(mirror.add(0, "Bonj"), Adds::More(0, "Bonj".to_owned()));
        assert_eq!(mirror.add(2, "njour"), Adds::More(4, "our".to_owned()));
        assert_eq!(mirror.add(0, "Bon"), Adds::Nothing);
        assert_eq!(mirror.add(9, "perdu"), Adds::Hole);
        assert_eq!(mirror.text, "Bonjour");
    }

    proptest! {
        /// However an answer is cut into notes, and whichever of them come
        /// again, what is put together is the answer.
        #[test]
        fn pieces_make_the_whole_again(
            text in "[a-zé€😀\n]{0,60}",
            repeats in 1usize..40,
            again in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let whole = text.repeat(repeats);
            let id = AnswerId::from("a");
            let all = pieces(&id, Seq(1), 0, &whole);
            let mut mirror = Mirror::new(id, Seq(1));
            for (offset, piece) in texts(&all) {
                prop_assert!(piece.chars().count() <= PIECE_CHARS);
                mirror.add(offset, piece);
                for index in &again {
                    let (offset, piece) = texts(&all)[index.index(all.len())];
                    mirror.add(offset, piece);
                    prop_assert!(whole.starts_with(&mirror.text));
                }
            }
            prop_assert_eq!(mirror.text, whole);
        }
    }
}

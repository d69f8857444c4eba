//! A conversation as lines of a letter: who, when, what.

use crate::texts::Texts;
use comptoir_protocol::{Event, NumberedEvent};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Most lines of a letter; what came before is left out, and that is said.
const MOST_LINES: usize = 40;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The visitor.
    Visitor,
    /// The machine.
    Machine,
    /// A person of the firm.
    Person,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who speaks.
    pub voice: Voice,
    /// How they are called.
    pub who: String,
    /// When, in the firm's time.
    pub when: String,
    /// What was said.
    pub text: String,
}

/// What was said, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Heading.
    pub title: String,
    /// Said when the beginning is left out.
    pub note: Option<String>,
    /// The lines.
    pub lines: Vec<Line>,
}

impl Transcript {
    /// The last lines of a log. The visitor reads "you" where people of the
    /// firm read "visitor". The machine's words are marked as such.
    #[must_use]
    pub fn of(log: &[NumberedEvent], t: &Texts, zone: &TimeZone, is_visitors: bool) -> Self {
        let visitor = if is_visitors { &t.common.you } else { &t.common.visitor };
        let all: Vec<Line> =
            log.iter().filter_map(|logged| line(logged, t, zone, visitor.as_str())).collect();
        let skipped = all.len().saturating_sub(MOST_LINES);
        Self {
            title: t.common.transcript.as_str().to_owned(),
            note: (skipped > 0).then(|| t.common.earlier.as_str().to_owned()),
            lines: all.into_iter().skip(skipped).collect(),
        }
    }
}

fn line(logged: &NumberedEvent, t: &Texts, zone: &TimeZone, visitor: &str) -> Option<Line> {
    let (voice, who, text) = match &logged.event {
        Event::VisitorMessage { text, .. } => (Voice::Visitor, visitor, text),
        Event::BotMessage { text, .. } => (Voice::Machine, t.common.assistant.as_str(), text),
        Event::AgentMessage { name, text, .. } => (Voice::Person, name.as_str(), text),
        Event::NoticeShown { .. }
        | Event::HandoverRequested { .. }
        | Event::CalledAgain { .. }
        | Event::ContactAsked { .. }
        | Event::Transferred { .. }
        | Event::AgentJoined { .. }
        | Event::BotResumed
        | Event::ContactLeft { .. }
        | Event::Feedback { .. }
        | Event::Closed { .. } => return None,
    };
    let at = Timestamp::from_millisecond(logged.at).unwrap_or(Timestamp::UNIX_EPOCH);
    let when = at.to_zoned(zone.clone()).strftime("%d/%m %H:%M").to_string();
    Some(Line { voice, who: who.to_owned(), when, text: text.clone() })
}

//! A conversation's events as rows of the thread: who, what, when, in words.

use crate::format;
use crate::texts::{Texts, fill};
use comptoir_protocol::{
    AnswerStatus, CloseReason, Event, FeedbackValue, HandoverReason, NumberedEvent,
};
use comptoir_storage::model::Note;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Who stands behind a row; machine and people never share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The visitor.
    Visitor,
    /// The machine.
    Machine,
    /// A person of the firm.
    Person,
    /// A person of the firm, to colleagues only.
    Note,
    /// Nobody: something that happened.
    System,
}

impl Voice {
    /// Class of the row; for templates.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Machine => "machine",
            Self::Person => "person",
            Self::Note => "private",
            Self::System => "system",
        }
    }
}

/// A row of the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Position in the conversation; a note stands after this event.
    pub seq: u64,
    /// The row's own name on the page.
    pub id: String,
    /// Who.
    pub voice: Voice,
    /// Label above the text; empty for system rows.
    pub who: String,
    /// The words.
    pub text: String,
    /// Language of the words, when known.
    pub lang: Option<String>,
    /// Hour and minute.
    pub time: String,
    /// Entries the words rest on: id and question.
    pub sources: Vec<(String, String)>,
    /// Whether the machine was cut short.
    pub is_interrupted: bool,
    /// The day, on the first row of another day than the row before.
    pub day: Option<String>,
}

impl Row {
    /// Whether the machine speaks; for templates.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.voice == Voice::Machine
    }

    /// First letter of the label, for the mark before it.
    #[must_use]
    pub fn initial(&self) -> String {
        self.who.chars().take(1).collect()
    }
}

/// Makes the row of an event.
#[must_use]
pub fn row(t: &Texts, event: &NumberedEvent, zone: &TimeZone) -> Row {
    let at = Timestamp::from_millisecond(event.at).unwrap_or(Timestamp::UNIX_EPOCH);
    let base = Row {
        seq: event.seq.0,
        id: format!("m{}", event.seq.0),
        voice: Voice::System,
        who: String::new(),
        text: String::new(),
        lang: None,
        time: format::clock(at, zone),
        sources: Vec::new(),
        is_interrupted: false,
        day: None,
    };
    match &event.event {
        Event::VisitorMessage { text, .. } => {
            Row { voice: Voice::Visitor, who: t.common.visitor.clone(), text: text.clone(), ..base }
        }
        Event::BotMessage { text, lang, citations, status, .. } => Row {
            voice: Voice::Machine,
            who: t.common.assistant.clone(),
            text: text.clone(),
            lang: Some(lang.clone()),
            sources: citations.iter().map(|c| (c.entry.clone(), c.title.clone())).collect(),
            is_interrupted: *status == AnswerStatus::Interrupted,
            ..base
        },
        Event::AgentMessage { name, text, .. } => {
            Row { voice: Voice::Person, who: name.clone(), text: text.clone(), ..base }
        }
        other @ (Event::NoticeShown { .. }
        | Event::HandoverRequested { .. }
        | Event::CalledAgain { .. }
        | Event::ContactAsked { .. }
        | Event::Transferred { .. }
        | Event::AgentJoined { .. }
        | Event::BotResumed
        | Event::ContactLeft { .. }
        | Event::Feedback { .. }
        | Event::Closed { .. }) => Row { text: happening(t, other), ..base },
    }
}

/// Makes the row of a note: another voice, so that nobody takes it for an
/// answer.
#[must_use]
pub fn note_row(t: &Texts, note: &Note, zone: &TimeZone) -> Row {
    Row {
        seq: note.after.0,
        id: format!("n{}", note.number),
        voice: Voice::Note,
        who: fill(&t.inbox.note_by, &[("name", &note.name)]),
        text: note.text.clone(),
        lang: None,
        time: format::clock(note.at, zone),
        sources: Vec::new(),
        is_interrupted: false,
        day: None,
    }
}

/// The sentence for something that happened; empty for messages.
fn happening(t: &Texts, event: &Event) -> String {
    match event {
        Event::NoticeShown { .. } => t.event.notice.clone(),
        Event::HandoverRequested { reason: why, .. } => {
            fill(&t.event.handover, &[("reason", reason(t, *why))])
        }
        Event::CalledAgain { .. } => t.event.called_again.clone(),
        Event::ContactAsked { .. } => t.event.contact_asked.clone(),
        Event::Transferred { by, to: Some(to), .. } => {
            fill(&t.event.transferred, &[("by", by), ("to", to)])
        }
        Event::Transferred { by, to: None, .. } => fill(&t.event.transferred_all, &[("by", by)]),
        Event::AgentJoined { name } => fill(&t.event.joined, &[("name", name)]),
        Event::BotResumed => t.event.resumed.clone(),
        Event::ContactLeft { value, .. } => fill(&t.event.contact, &[("value", value)]),
        Event::Feedback { value: FeedbackValue::Yes, .. } => t.event.feedback_yes.clone(),
        Event::Feedback { value: FeedbackValue::No, .. } => t.event.feedback_no.clone(),
        Event::Closed { reason: CloseReason::Visitor } => t.event.closed_visitor.clone(),
        Event::Closed { reason: CloseReason::Agent } => t.event.closed_agent.clone(),
        Event::Closed { reason: CloseReason::Idle } => t.event.closed_idle.clone(),
        Event::VisitorMessage { .. } | Event::BotMessage { .. } | Event::AgentMessage { .. } => {
            String::new()
        }
    }
}

/// Why a person is needed, in a few words.
#[must_use]
pub fn reason(t: &Texts, reason: HandoverReason) -> &str {
    match reason {
        HandoverReason::Button => &t.reason.button,
        HandoverReason::ExplicitWish => &t.reason.explicit_wish,
        HandoverReason::EscalationWord => &t.reason.escalation_word,
        HandoverReason::Danger => &t.reason.danger,
        HandoverReason::Complaint => &t.reason.complaint,
        HandoverReason::Anger => &t.reason.anger,
        HandoverReason::NothingFound => &t.reason.nothing_found,
        HandoverReason::RepeatedFailure => &t.reason.repeated_failure,
        HandoverReason::EngineDown => &t.reason.engine_down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_protocol::examples;

    #[test]
    fn every_event_has_words_in_both_languages_and_its_own_voice() {
        for lang in ["fr", "en"] {
            let t = Texts::get(lang);
            for event in examples::events() {
                let row = row(t, &event, &TimeZone::UTC);
                assert!(!row.text.is_empty(), "{event:?}");
                let is = |voice| row.voice == voice;
                assert_eq!(is(Voice::Visitor), matches!(event.event, Event::VisitorMessage { .. }));
                assert_eq!(is(Voice::Machine), matches!(event.event, Event::BotMessage { .. }));
                assert_eq!(is(Voice::Person), matches!(event.event, Event::AgentMessage { .. }));
            }
        }
    }
}

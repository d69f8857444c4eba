//! A decision in the making.

use super::{Context, Decision, Effect, State};
use crate::policy::Triage;
use crate::policy::triage;
use crate::ports::{Question, Turn};
use comptoir_messages::Catalog;
use comptoir_protocol::{ClientId, ConversationId, Event, Route, Seq};
use comptoir_storage::model::{ConversationHead, Holder, NewEvent, NewGap, NotificationKind};
use jiff::SignedDuration;

/// How many turns before a question are told to the answerer.
const HISTORY: usize = 8;

pub(super) struct Draft<'a> {
    pub state: &'a State,
    pub cx: &'a Context<'a>,
    pub head: ConversationHead,
    effects: Vec<Effect>,
    appended: Vec<(Seq, Event)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(state: &'a State, cx: &'a Context<'a>) -> Self {
        let head = state.conversation.head.clone();
        Self { state, cx, head, effects: Vec::new(), appended: Vec::new() }
    }

    pub(super) fn done(self) -> Decision {
        Decision { effects: self.effects, head: self.head }
    }

    /// Texts in the language of the visitor's widget.
    pub(super) fn texts(&self) -> &'static Catalog {
        Catalog::get(&self.head.lang)
    }

    /// Appends an event and tells the number it will have.
    pub(super) fn append(&mut self, event: Event, client_id: Option<&ClientId>) -> Seq {
        let last = self.appended.last().map_or(self.state.conversation.last_seq, |(seq, _)| *seq);
        let seq = last.next();
        self.appended.push((seq, event.clone()));
        self.effects.push(Effect::Append(NewEvent { event, client_id: client_id.cloned() }));
        seq
    }

    pub(super) fn keep(&mut self, gap: NewGap) {
        self.effects.push(Effect::Keep(gap));
    }

    /// Somebody is told outside the pages, `after` so long.
    pub(super) fn notify(&mut self, kind: NotificationKind, after: SignedDuration) {
        // A time past the calendar's end is as good as never.
        let due_at = self.cx.now.checked_add(after).unwrap_or(jiff::Timestamp::MAX);
        self.effects.push(Effect::Notify { kind, due_at });
    }

    pub(super) fn cancel(&mut self) {
        if self.state.running.is_some() {
            self.effects.push(Effect::Cancel);
        }
    }

    pub(super) fn call(&mut self) {
        if !self.effects.contains(&Effect::Call) {
            self.effects.push(Effect::Call);
        }
    }

    /// Starts the answer to a visitor message; its question is open from now on.
    pub(super) fn ask(&mut self, to: Seq, message: &str) {
        self.head.open_question = Some(to);
        let question = self.question(to, message);
        self.effects.push(Effect::Ask { answer: self.cx.fresh.answer.clone(), to, question });
    }

    /// Has a private draft written of an answer to a visitor message.
    pub(super) fn propose(&mut self, to: Seq, message: &str) {
        let question = self.question(to, message);
        self.effects.push(Effect::Propose { to, question });
    }

    /// Sets a private draft aside. Only a person who holds the conversation
    /// can have one.
    pub(super) fn withdraw(&mut self) {
        let held = matches!(self.state.conversation.head.holder, Holder::Human { .. });
        if held && !self.effects.contains(&Effect::Withdraw) {
            self.effects.push(Effect::Withdraw);
        }
    }

    fn question(&self, to: Seq, message: &str) -> Question {
        Question {
            site: self.state.conversation.site.clone(),
            firm: self.cx.site.firm.clone(),
            conversation: ConversationId(self.state.conversation.key.to_string()),
            text: without_greeting(message, self.cx),
            lang: self.head.lang.clone(),
            history: self.history(to),
        }
    }

    /// The latest message of the visitor, if it is near enough.
    pub(super) fn last_message(&self) -> Option<(Seq, String)> {
        self.state.recent.iter().rev().find_map(|logged| {
            let Event::VisitorMessage { text, .. } = &logged.event else {
                return None;
            };
            Some((logged.seq, text.clone()))
        })
    }

    /// The oldest visitor message after `answered` that got no reply yet.
    pub(super) fn next_question(&self, answered: Seq) -> Option<(Seq, String)> {
        let replied = |seq| {
            self.log().any(|(_, event)| matches!(event, Event::BotMessage { to, .. } if *to == seq))
        };
        self.log().find_map(|(seq, event)| {
            let Event::VisitorMessage { text, .. } = event else {
                return None;
            };
            (seq > answered && !replied(seq)).then(|| (seq, text.clone()))
        })
    }

    /// The text of a visitor message, if it is near enough.
    pub(super) fn message(&self, wanted: Seq) -> Option<(String, i64)> {
        let logged = self.state.recent.iter().find(|logged| logged.seq == wanted)?;
        let Event::VisitorMessage { text, .. } = &logged.event else {
            return None;
        };
        Some((text.clone(), logged.at))
    }

    /// Latest events, those of this decision included.
    fn log(&self) -> impl Iterator<Item = (Seq, &Event)> {
        let kept = self.state.recent.iter().map(|logged| (logged.seq, &logged.event));
        kept.chain(self.appended.iter().map(|(seq, event)| (*seq, event)))
    }

    /// What was said before a question; later questions are left out.
    fn history(&self, question: Seq) -> Vec<Turn> {
        let mut turns: Vec<Turn> = self
            .log()
            .filter_map(|(seq, event)| {
                turn(event).filter(|turn| seq < question || matches!(turn, Turn::Bot(_)))
            })
            .collect();
        turns.drain(..turns.len().saturating_sub(HISTORY));
        turns
    }
}

/// What was said, as the answerer hears it: fixed replies are left out.
fn turn(event: &Event) -> Option<Turn> {
    if let Event::VisitorMessage { text, .. } = event {
        return Some(Turn::Visitor(text.clone()));
    }
    let Event::BotMessage { text, route, .. } = event else {
        return None;
    };
    match route {
        Route::Answer | Route::Clarify | Route::OfferHuman => Some(Turn::Bot(text.clone())),
        Route::Handover | Route::Smalltalk => None,
    }
}

fn without_greeting(message: &str, cx: &Context<'_>) -> String {
    match triage(message, &cx.site.into()) {
        Triage::Ask { question } => question,
        // Settings may have changed since the message was let through.
        Triage::Handover { .. } | Triage::Smalltalk(_) => message.to_owned(),
    }
}

//! Flattened JSON to server frames.
//!
//! Unknown members are ignored and unknown events skipped, so a newer gateway
//! can add; a missing or wrong member refuses the frame, so nothing is shown
//! half-understood. A [`Reader`] remembers that something was wrong instead
//! of returning at once: a hundred early returns, each dropping what was
//! built before it, would be a third of the widget.

use ::core::cell::Cell;

use comptoir_protocol::{
    AnswerId, AnswerSoFar, AnswerStatus, ByeCode, Citation, ClientId, CloseReason, ContactChannel,
    ConversationId, ConversationState, Epoch, ErrorCode, Event, FeedbackValue, HandoverReason,
    NumberedEvent, Offer, OpeningState, Resume, Route, Seq, ServerFrame, SiteCard, Typist, Welcome,
};

use super::Value;
use crate::cut;
use crate::prelude::*;

/// Why a value is not a frame of this protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// A member is missing or of another type, or the tag is unknown.
    Malformed,
    /// A numbered event of a kind this version does not know.
    UnknownEvent(Seq),
}

/// A whole server frame.
///
/// # Errors
/// See [`DecodeError`].
pub fn server_frame(value: &Value<'_>) -> Result<ServerFrame, DecodeError> {
    let (bad, unknown) = (Cell::new(false), Cell::new(Seq(0)));
    let frame = frame(&Reader { value: Some(value), bad: &bad, unknown: &unknown });
    match (bad.get(), unknown.get()) {
        (true, _) => Err(DecodeError::Malformed),
        (false, Seq(0)) => Ok(frame),
        // A welcome is good without it; a lone event is nothing.
        (false, _) if matches!(frame, ServerFrame::Welcome(_)) => Ok(frame),
        (false, seq) => Err(DecodeError::UnknownEvent(seq)),
    }
}

/// A value being read, and whether anything in the frame was wrong so far.
struct Reader<'a> {
    value: Option<&'a Value<'a>>,
    bad: &'a Cell<bool>,
    unknown: &'a Cell<Seq>,
}

impl<'a> Reader<'a> {
    fn on(&self, value: Option<&'a Value<'a>>) -> Self {
        Self { value, bad: self.bad, unknown: self.unknown }
    }

    fn at(&self, key: &str) -> Self {
        self.on(self.value.and_then(|v| v.get(key)))
    }

    fn has(&self, key: &str) -> bool {
        self.at(key).value.is_some()
    }

    fn str(&self) -> &'a str {
        self.value.and_then(Value::text).unwrap_or_else(|| {
            self.bad.set(true);
            ""
        })
    }

    fn text(&self, key: &str) -> String {
        self.at(key).str().to_owned()
    }

    fn maybe(&self, key: &str) -> Option<String> {
        self.has(key).then(|| self.text(key))
    }

    fn number(&self, key: &str) -> i64 {
        self.at(key).value.and_then(Value::number).unwrap_or_else(|| {
            self.bad.set(true);
            0
        })
    }

    fn small(&self, key: &str) -> u32 {
        u32::try_from(self.number(key)).unwrap_or_else(|_| {
            self.bad.set(true);
            0
        })
    }

    fn seq(&self, key: &str) -> Seq {
        let number = self.number(key);
        self.bad.set(self.bad.get() || number < 0);
        Seq(number as u64)
    }

    fn flag(&self, key: &str) -> bool {
        self.at(key).value.and_then(Value::flag).unwrap_or_else(|| {
            self.bad.set(true);
            false
        })
    }

    /// Which of the space-separated `words` stands there.
    fn index(&self, key: &str, words: &str) -> usize {
        let word = self.at(key).str();
        cut::place(words, word).unwrap_or_else(|| {
            self.bad.set(true);
            0
        })
    }

    /// The member of `table` in the place of the word that stands there.
    fn word<T: Copy, const N: usize>(&self, key: &str, words: &str, table: [T; N]) -> T {
        table.get(self.index(key, words)).copied().unwrap_or(table[0])
    }

    fn each(&self, key: &str, mut item: impl FnMut(Self)) {
        match self.at(key).value.and_then(Value::list) {
            Some(items) => items.iter().for_each(|i| item(self.on(Some(i)))),
            None => self.bad.set(true),
        }
    }

    fn channel(&self) -> ContactChannel {
        self.word("channel", "email phone", [ContactChannel::Email, ContactChannel::Phone])
    }
}

fn frame(r: &Reader<'_>) -> ServerFrame {
    match r.index("t", "pong welcome event ack delta typing queued busy error bye") {
        1 => ServerFrame::Welcome(Box::new(welcome(r))),
        2 => match numbered(r) {
            Some(event) => ServerFrame::Event(event),
            None => ServerFrame::Pong,
        },
        3 => ServerFrame::Ack { id: ClientId(r.text("id")), seq: r.seq("seq") },
        4 => ServerFrame::Delta {
            answer: AnswerId(r.text("answer")),
            offset: r.small("offset"),
            text: r.text("text"),
        },
        5 => ServerFrame::Typing {
            who: r.word("who", "bot agent visitor", [Typist::Bot, Typist::Agent, Typist::Visitor]),
            name: r.maybe("name"),
            on: r.flag("on"),
        },
        6 => ServerFrame::Queued { position: r.small("position"), wait_ms: r.small("wait_ms") },
        7 => ServerFrame::Busy { id: r.maybe("id").map(ClientId), retry_ms: r.small("retry_ms") },
        8 => ServerFrame::Error { code: error_code(r), id: r.maybe("id").map(ClientId) },
        9 => ServerFrame::Bye {
            code: r.word(
                "code",
                "restart too_slow idle protocol",
                [ByeCode::Restart, ByeCode::TooSlow, ByeCode::Idle, ByeCode::Protocol],
            ),
            retry_ms: r.small("retry_ms"),
        },
        _ => ServerFrame::Pong,
    }
}

fn error_code(r: &Reader<'_>) -> ErrorCode {
    r.word(
        "code",
        "bad_frame frame_too_large unsupported_version hello_expected unknown_site \
         origin_not_allowed not_yours empty_message message_too_long bad_contact \
         notice_required id_reused rate_limited internal",
        [
            ErrorCode::BadFrame,
            ErrorCode::FrameTooLarge,
            ErrorCode::UnsupportedVersion,
            ErrorCode::HelloExpected,
            ErrorCode::UnknownSite,
            ErrorCode::OriginNotAllowed,
            ErrorCode::NotYours,
            ErrorCode::EmptyMessage,
            ErrorCode::MessageTooLong,
            ErrorCode::BadContact,
            ErrorCode::NoticeRequired,
            ErrorCode::IdReused,
            ErrorCode::RateLimited,
            ErrorCode::Internal,
        ],
    )
}

fn welcome(r: &Reader<'_>) -> Welcome {
    let mut events = Vec::new();
    r.each("events", |e| events.extend(numbered(&e)));
    let answering = r.at("answering");
    Welcome {
        v: r.small("v") as u16,
        site: site_card(&r.at("site")),
        token: r.maybe("token"),
        conversation: ConversationId(r.text("conversation")),
        epoch: Epoch(r.text("epoch")),
        state: holder(&r.at("state")),
        resume: r.word(
            "resume",
            "fresh replay snapshot",
            [Resume::Fresh, Resume::Replay, Resume::Snapshot],
        ),
        events,
        answering: answering.value.is_some().then(|| AnswerSoFar {
            answer: AnswerId(answering.text("answer")),
            text: answering.text("text"),
        }),
        notice_due: r.flag("notice_due"),
    }
}

fn holder(r: &Reader<'_>) -> ConversationState {
    match r.index("state", "bot queued human closed") {
        1 => ConversationState::Queued,
        2 => ConversationState::Human { name: r.text("name") },
        3 => ConversationState::Closed,
        _ => ConversationState::Bot,
    }
}

fn site_card(r: &Reader<'_>) -> SiteCard {
    let mut quick_questions = Vec::new();
    r.each("quick_questions", |q| quick_questions.push(q.str().to_owned()));
    let opening = r.at("opening");
    SiteCard {
        firm: r.text("firm"),
        phone: r.maybe("phone"),
        email: r.maybe("email"),
        notice: r.text("notice"),
        notice_version: r.text("notice_version"),
        welcome: r.text("welcome"),
        quick_questions,
        privacy_url: r.maybe("privacy_url"),
        accent: r.maybe("accent"),
        opening: match opening.index("state", "open closed") {
            0 => OpeningState::Open,
            _ => OpeningState::Closed {
                opens_at: opening.has("opens_at").then(|| opening.number("opens_at")),
            },
        },
    }
}

fn numbered(r: &Reader<'_>) -> Option<NumberedEvent> {
    let seq = r.seq("seq");
    let at = r.number("at");
    match event(&r.at("event")) {
        Some(event) => Some(NumberedEvent { seq, at, event }),
        None => {
            r.unknown.set(seq);
            None
        }
    }
}

const KINDS: &str = "notice_shown visitor_message bot_message agent_message handover_requested \
                     agent_joined bot_resumed contact_left feedback closed \
                     called_again contact_asked transferred";

/// `None` for a kind this version does not know.
fn event(r: &Reader<'_>) -> Option<Event> {
    let kind = r.at("kind").str();
    Some(match cut::place(KINDS, kind)? {
        0 => Event::NoticeShown { version: r.text("version"), lang: r.text("lang") },
        1 => Event::VisitorMessage { id: ClientId(r.text("id")), text: r.text("text") },
        2 => bot_message(r),
        3 => Event::AgentMessage {
            id: ClientId(r.text("id")),
            name: r.text("name"),
            text: r.text("text"),
        },
        4 => Event::HandoverRequested { reason: reason(r), text: r.text("text") },
        5 => Event::AgentJoined { name: r.text("name") },
        6 => Event::BotResumed,
        7 => Event::ContactLeft { channel: r.channel(), value: r.text("value") },
        8 => Event::Feedback {
            message: r.seq("message"),
            value: r.word("value", "yes no", [FeedbackValue::Yes, FeedbackValue::No]),
        },
        9 => Event::Closed {
            reason: r.word(
                "reason",
                "visitor agent idle",
                [CloseReason::Visitor, CloseReason::Agent, CloseReason::Idle],
            ),
        },
        10 => Event::CalledAgain { text: r.text("text") },
        11 => Event::ContactAsked { text: r.text("text") },
        _ => Event::Transferred { by: r.text("by"), to: r.maybe("to"), text: r.text("text") },
    })
}

fn reason(r: &Reader<'_>) -> HandoverReason {
    r.word(
        "reason",
        "button explicit_wish escalation_word danger complaint anger nothing_found \
         repeated_failure engine_down",
        [
            HandoverReason::Button,
            HandoverReason::ExplicitWish,
            HandoverReason::EscalationWord,
            HandoverReason::Danger,
            HandoverReason::Complaint,
            HandoverReason::Anger,
            HandoverReason::NothingFound,
            HandoverReason::RepeatedFailure,
            HandoverReason::EngineDown,
        ],
    )
}

fn bot_message(r: &Reader<'_>) -> Event {
    let mut citations = Vec::new();
    r.each("citations", |c| {
        citations.push(Citation {
            entry: c.text("entry"),
            version: c.number("version"),
            title: c.text("title"),
            text: c.text("text"),
        });
    });
    let mut offers = Vec::new();
    r.each("offers", |o| {
        offers.push(match o.index("do", "human contact call ask") {
            1 => Offer::Contact,
            2 => Offer::Call { phone: o.text("phone") },
            3 => Offer::Ask { text: o.text("text") },
            _ => Offer::Human,
        });
    });
    Event::BotMessage {
        answer: AnswerId(r.text("answer")),
        to: r.seq("to"),
        text: r.text("text"),
        lang: r.text("lang"),
        route: r.word(
            "route",
            "answer clarify offer_human handover smalltalk",
            [Route::Answer, Route::Clarify, Route::OfferHuman, Route::Handover, Route::Smalltalk],
        ),
        citations,
        status: r.word(
            "status",
            "complete interrupted",
            [AnswerStatus::Complete, AnswerStatus::Interrupted],
        ),
        offers,
    }
}

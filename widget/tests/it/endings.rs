//! What was found by simulation: a conversation that ends, or a notice that
//! comes from another tab, while something is on its way.

use comptoir_protocol::{
    CloseReason, ConversationState, ErrorCode, Event, FeedbackValue, NumberedEvent, Resume, Seq,
    ServerFrame, Welcome,
};
use comptoir_widget::core::{Effect, Identity, Msg, Now, Page, Phase, Stage, State, update};

use crate::gateway::card;

fn does(state: &mut State, msg: Msg) -> Vec<Effect> {
    update(state, msg, Now { mono: 1_000_000.0, wall: 5, dice: 0.5 })
}

fn welcome(state: ConversationState, events: Vec<NumberedEvent>) -> Msg {
    Msg::Frame(ServerFrame::Welcome(Box::new(Welcome {
        v: 1,
        site: card(),
        token: None,
        conversation: "c".into(),
        epoch: "e".into(),
        state,
        resume: Resume::Snapshot,
        events,
        answering: None,
        notice_due: false,
    })))
}

fn numbered(seq: u64, event: Event) -> NumberedEvent {
    NumberedEvent { seq: Seq(seq), at: 0, event }
}

fn written(id: &str) -> Event {
    Event::VisitorMessage { id: id.into(), text: format!("message {id}") }
}

fn online() -> State {
    let page = Page { lang: "fr".into(), ..Page::default() };
    let mut state = State::new(page, Identity::default(), Seq(0));
    for msg in [Msg::Opened, Msg::SocketOpen, welcome(ConversationState::Bot, Vec::new())] {
        does(&mut state, msg);
    }
    state
}

fn send(id: &str) -> Msg {
    Msg::Send { id: id.into(), text: format!("message {id}") }
}

fn is_sent(effects: &[Effect], id: &str) -> bool {
    effects.iter().any(|e| matches!(e, Effect::Send(text) if text.contains(id)))
}

#[test]
fn what_a_closed_conversation_did_not_take_goes_into_the_next() {
    let mut state = online();
    does(&mut state, send("kept"));
    does(&mut state, send("left"));
    does(&mut state, Msg::SocketClosed);
    does(&mut state, Msg::Woken);
    // Somebody ended it; the first message was stored before, the second not.
    let closed = numbered(2, Event::Closed { reason: CloseReason::Agent });
    let log = vec![numbered(1, written("kept")), closed];
    let effects = does(&mut state, welcome(ConversationState::Closed, log));
    assert!(!is_sent(&effects, "left"), "the closed one is not asked again");
    assert!(effects.contains(&Effect::Connect) && state.identity.conversation.is_none());
    let effects = does(&mut state, welcome(ConversationState::Bot, Vec::new()));
    assert!(is_sent(&effects, "left") && !is_sent(&effects, "kept"));
}

#[test]
fn a_verdict_on_a_closed_conversation_is_not_tried_for_ever() {
    let mut state = online();
    does(&mut state, Msg::SocketClosed);
    let (id, value) = ("verdict".into(), FeedbackValue::Yes);
    does(&mut state, Msg::Feedback { id, message: Seq(1), value });
    does(&mut state, Msg::Woken);
    let effects = does(&mut state, welcome(ConversationState::Closed, Vec::new()));
    assert!(!is_sent(&effects, "verdict"));
    assert_eq!((state.outbox.items().len(), state.link.phase), (0, Phase::Online));
}

#[test]
fn a_message_that_waits_for_the_notice_leaves_when_another_tab_showed_it() {
    let mut state = online();
    does(&mut state, send("m"));
    let code = ErrorCode::NoticeRequired;
    does(&mut state, Msg::Frame(ServerFrame::Error { code, id: Some("m".into()) }));
    let shown = Event::NoticeShown { version: "n1".into(), lang: "fr".into() };
    let effects = does(&mut state, Msg::Frame(ServerFrame::Event(numbered(1, shown))));
    assert!(is_sent(&effects, "message m"), "{effects:?}");
    assert_eq!(state.outbox.items()[0].stage, Stage::InFlight);
}

#[test]
fn what_a_welcome_shows_is_done_and_not_brought_back_by_storage() {
    let mut state = online();
    does(&mut state, send("m"));
    does(&mut state, Msg::SocketClosed);
    does(&mut state, Msg::Woken);
    does(&mut state, welcome(ConversationState::Bot, vec![numbered(1, written("m"))]));
    assert!(state.outbox.items().is_empty());
    assert_eq!(state.outbox.done(), ["m".into()]);
}

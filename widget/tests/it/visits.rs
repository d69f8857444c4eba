//! Decisions one at a time.

use comptoir_protocol::{
    AnswerSoFar, ByeCode, ConversationState, ErrorCode, Event, NumberedEvent, Resume, Seq,
    ServerFrame, Typist, Welcome,
};
use comptoir_widget::core::{
    Effect, Identity, Msg, Notice, Now, Page, Phase, Stage, State, Timer, Typing, Wait,
    heartbeat_ms, reconnect_ms, update,
};

use crate::gateway::card;

fn now() -> Now {
    Now { mono: 1_000_000.0, wall: 5, dice: 0.5 }
}

fn does(state: &mut State, msg: Msg) -> Vec<Effect> {
    update(state, msg, now())
}

fn frame(state: &mut State, frame: ServerFrame) -> Vec<Effect> {
    does(state, Msg::Frame(frame))
}

fn closed() -> State {
    State::new(Page { lang: "fr".into(), ..Page::default() }, Identity::default(), Seq(0))
}

fn welcome() -> Welcome {
    Welcome {
        v: 1,
        site: card(),
        token: Some("secret".into()),
        conversation: "c".into(),
        epoch: "e".into(),
        state: ConversationState::Bot,
        resume: Resume::Fresh,
        events: Vec::new(),
        answering: None,
        notice_due: true,
    }
}

fn greeted(welcome: Welcome) -> State {
    let mut state = closed();
    does(&mut state, Msg::Opened);
    does(&mut state, Msg::SocketOpen);
    frame(&mut state, ServerFrame::Welcome(Box::new(welcome)));
    state
}

fn online() -> State {
    let mut state = greeted(welcome());
    does(&mut state, Msg::Painted);
    state
}

fn send(state: &mut State, id: &str) -> Vec<Effect> {
    does(state, Msg::Send { id: id.into(), text: format!("message {id}") })
}

fn sent(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|e| if let Effect::Send(text) = e { Some(text.as_str()) } else { None })
        .collect()
}

fn event(seq: u64, event: Event) -> ServerFrame {
    ServerFrame::Event(NumberedEvent { seq: Seq(seq), at: 0, event })
}

#[test]
fn nothing_connects_before_the_first_open() {
    let mut state = closed();
    assert!(does(&mut state, Msg::Visible(true)).is_empty());
    assert!(does(&mut state, Msg::Woken).is_empty());
    assert!(does(&mut state, Msg::Opened).contains(&Effect::Connect));
}

#[test]
fn no_message_leaves_before_the_notice_is_on_screen() {
    let mut state = greeted(welcome());
    assert!(sent(&send(&mut state, "a")).is_empty(), "the notice was not drawn yet");
    does(&mut state, Msg::Visible(false));
    assert!(does(&mut state, Msg::Painted).is_empty(), "a hidden tab shows nothing");
    does(&mut state, Msg::Visible(true));
    let effects = does(&mut state, Msg::Painted);
    let frames = sent(&effects);
    assert!(frames[0].contains("notice_shown") && frames[0].contains("\"n1\""));
    assert!(frames[1].contains("message a"));
}

#[test]
fn the_notice_is_due_again_when_the_machine_comes_back() {
    let mut state = online();
    frame(&mut state, event(1, Event::AgentJoined { name: "Camille".into() }));
    assert_eq!(state.holder, ConversationState::Human { name: "Camille".into() });
    frame(&mut state, event(2, Event::BotResumed));
    assert_eq!(state.notice, Notice::Due);
    assert!(state.notice_in_full());
    assert!(sent(&send(&mut state, "a")).is_empty());
}

#[test]
fn what_follows_a_welcome_that_was_lost_counts_for_nothing() {
    let mut state = online();
    frame(&mut state, event(1, Event::AgentJoined { name: "Camille".into() }));
    // A hole: the log is asked for again, and the answer is lost too.
    frame(&mut state, event(3, Event::BotResumed));
    does(&mut state, Msg::Timer(Timer::Reconnect));
    does(&mut state, Msg::SocketOpen);
    let effects = frame(&mut state, event(4, Event::AgentJoined { name: "Ines".into() }));
    assert!(effects.contains(&Effect::Disconnect), "it asks again");
    assert_eq!(state.link.phase, Phase::Waiting);
    assert_eq!(state.log.held(), Seq(1), "nothing is taken over a hole");
}

#[test]
fn one_message_travels_at_a_time_and_keeps_its_place() {
    let mut state = online();
    assert_eq!(sent(&send(&mut state, "a")).len(), 1);
    assert!(sent(&send(&mut state, "b")).is_empty());
    frame(&mut state, ServerFrame::Busy { id: Some("a".into()), retry_ms: 100 });
    assert_eq!(state.wait, Some(Wait::Busy));
    let again = does(&mut state, Msg::Timer(Timer::Retry));
    assert!(sent(&again)[0].contains("message a"));
    let next = frame(&mut state, ServerFrame::Ack { id: "a".into(), seq: Seq(1) });
    assert!(sent(&next)[0].contains("message b"));
    assert_eq!(state.outbox.items()[0].stage, Stage::Acked(Seq(1)), "its event is still to come");
    let seen = Event::VisitorMessage { id: "a".into(), text: "message a".into() };
    frame(&mut state, event(1, seen));
    assert_eq!(state.outbox.items().len(), 1);
}

#[test]
fn a_refused_message_waits_for_the_visitor() {
    let mut state = online();
    send(&mut state, "a");
    frame(&mut state, ServerFrame::Error { code: ErrorCode::RateLimited, id: Some("a".into()) });
    assert_eq!(state.outbox.items()[0].stage, Stage::Failed(ErrorCode::RateLimited));
    assert!(sent(&does(&mut state, Msg::Retry("a".into())))[0].contains("message a"));
    frame(&mut state, ServerFrame::Error { code: ErrorCode::Internal, id: Some("a".into()) });
    does(&mut state, Msg::Discard("a".into()));
    assert!(state.outbox.items().is_empty());
}

#[test]
fn a_gateway_that_never_accepts_the_notice_is_not_asked_for_ever() {
    let mut state = online();
    send(&mut state, "a");
    for _ in 0..10 {
        let refused = ErrorCode::NoticeRequired;
        frame(&mut state, ServerFrame::Error { code: refused, id: Some("a".into()) });
        does(&mut state, Msg::Painted);
    }
    assert_eq!(state.outbox.items()[0].stage, Stage::Failed(ErrorCode::Internal));
}

#[test]
fn a_lost_connection_is_tried_again_later_and_later() {
    let mut state = online();
    let mut last = 0;
    for _ in 0..8 {
        let effects = does(&mut state, Msg::SocketClosed);
        let Some(Effect::Start(Timer::Reconnect, ms)) = effects.last() else { panic!() };
        assert!(*ms >= last && *ms <= 30_000);
        last = *ms;
        assert!(state.link.is_lost());
        assert!(does(&mut state, Msg::Timer(Timer::Reconnect)).contains(&Effect::Connect));
    }
    assert!(last > 20_000);
    frame(&mut state, ServerFrame::Welcome(Box::new(welcome())));
    frame(&mut state, ServerFrame::Pong);
    assert_eq!(state.link.attempts, 0);
}

#[test]
fn waiting_times_have_jitter_and_bounds() {
    assert_eq!((reconnect_ms(0, 0.0), reconnect_ms(0, 1.0)), (250, 500));
    assert_eq!((reconnect_ms(99, 0.0), reconnect_ms(99, 1.0)), (15_000, 30_000));
    assert_eq!((heartbeat_ms(0.0), heartbeat_ms(1.0)), (20_000, 30_000));
}

#[test]
fn a_restarting_gateway_says_when_to_come_back() {
    let mut state = online();
    let effects = frame(&mut state, ServerFrame::Bye { code: ByeCode::Restart, retry_ms: 8_000 });
    assert!(effects.contains(&Effect::Start(Timer::Reconnect, 10_000)), "with jitter: {effects:?}");
    let mut state = online();
    let effects = frame(&mut state, ServerFrame::Bye { code: ByeCode::Protocol, retry_ms: 0 });
    assert!(effects.contains(&Effect::GiveUp));
    assert_eq!(state.link.phase, Phase::Refused);
}

#[test]
fn silence_after_a_heartbeat_or_a_message_drops_the_socket() {
    for timer in [Timer::Pong, Timer::Ack, Timer::Welcome] {
        let mut state = online();
        assert!(does(&mut state, Msg::Timer(timer)).contains(&Effect::Disconnect));
        assert_eq!(state.link.phase, Phase::Waiting);
    }
}

#[test]
fn coming_back_checks_a_socket_that_was_silent() {
    let mut state = online();
    state.link.heard = now().mono - 60_000.0;
    assert_eq!(sent(&does(&mut state, Msg::Visible(true))), ["{\"t\":\"ping\"}"]);
    does(&mut state, Msg::Suspended);
    assert!(does(&mut state, Msg::Woken).contains(&Effect::Connect));
}

#[test]
fn sites_origins_and_versions_that_are_refused_end_it() {
    for code in [ErrorCode::UnknownSite, ErrorCode::OriginNotAllowed, ErrorCode::UnsupportedVersion]
    {
        let mut state = closed();
        does(&mut state, Msg::Opened);
        assert!(frame(&mut state, ServerFrame::Error { code, id: None }).contains(&Effect::GiveUp));
        assert!(does(&mut state, Msg::Woken).is_empty());
    }
    let mut state = closed();
    does(&mut state, Msg::Opened);
    let newer = Welcome { v: 2, ..welcome() };
    assert!(frame(&mut state, ServerFrame::Welcome(Box::new(newer))).contains(&Effect::GiveUp));
}

#[test]
fn a_stranger_s_conversation_is_left_for_a_new_one() {
    let mut state = online();
    send(&mut state, "a");
    frame(&mut state, ServerFrame::Error { code: ErrorCode::NotYours, id: None });
    assert_eq!(state.identity, Identity::default());
    assert_eq!(state.outbox.items().len(), 1, "what was not sent is kept");
}

#[test]
fn a_hole_in_the_log_is_asked_for_once() {
    let mut state = online();
    let late = || event(5, Event::AgentJoined { name: "Camille".into() });
    assert!(frame(&mut state, late()).contains(&Effect::Disconnect));
    assert!(state.log.events().is_empty());
    does(&mut state, Msg::Timer(Timer::Reconnect));
    let same = Welcome { resume: Resume::Replay, notice_due: false, ..welcome() };
    frame(&mut state, ServerFrame::Welcome(Box::new(same)));
    frame(&mut state, late());
    assert_eq!(state.log.held(), Seq(5), "a gateway that skips numbers is believed");
}

#[test]
fn a_running_answer_is_taken_up_and_replaced() {
    let answering = AnswerSoFar { answer: "r".into(), text: "Bonj".into() };
    let mut state = greeted(Welcome { answering: Some(answering), ..welcome() });
    let delta =
        |offset, text: &str| ServerFrame::Delta { answer: "r".into(), offset, text: text.into() };
    frame(&mut state, delta(4, "our"));
    assert_eq!(state.answer.as_ref().unwrap().text, "Bonjour");
    frame(&mut state, ServerFrame::Delta { answer: "s".into(), offset: 9, text: "x".into() });
    assert_eq!(state.answer.as_ref().unwrap().text, "Bonjour", "another answer, from its middle");
    frame(&mut state, event(1, Event::AgentJoined { name: "Camille".into() }));
    assert!(state.answer.is_none(), "the machine is silent now");
}

#[test]
fn a_typing_indicator_does_not_stay() {
    let mut state = online();
    let on = ServerFrame::Typing { who: Typist::Agent, name: Some("Camille".into()), on: true };
    let effects = frame(&mut state, on);
    assert!(matches!(effects[..], [Effect::Start(Timer::Typing, _)]));
    assert_eq!(state.typing, Typing::Person("Camille".into()));
    does(&mut state, Msg::Timer(Timer::Typing));
    assert_eq!(state.typing, Typing::Nobody);
}

#[test]
fn only_a_person_is_told_that_the_visitor_types() {
    let mut state = online();
    assert!(sent(&does(&mut state, Msg::Typed(3))).is_empty());
    frame(&mut state, event(1, Event::AgentJoined { name: "Camille".into() }));
    assert_eq!(sent(&does(&mut state, Msg::Typed(3))).len(), 1);
    assert!(sent(&does(&mut state, Msg::Typed(4))).is_empty(), "said once");
    assert_eq!(sent(&does(&mut state, Msg::Timer(Timer::Typed))).len(), 1);
}

#[test]
fn unread_counts_what_was_not_on_screen() {
    let mut state = online();
    send(&mut state, "a");
    does(&mut state, Msg::Closed);
    let said =
        |n| event(n, Event::AgentMessage { id: "x".into(), name: "C".into(), text: "t".into() });
    frame(&mut state, said(1));
    frame(&mut state, said(2));
    assert_eq!(state.unread(), 2);
    assert!(!state.wants_paint());
    does(&mut state, Msg::Opened);
    assert!(state.wants_paint());
    assert!(sent(&does(&mut state, Msg::Painted)).contains(&"{\"t\":\"read\",\"seq\":2}"));
    assert_eq!(state.unread(), 0);
}

#[test]
fn a_closed_panel_keeps_the_socket_only_for_a_conversation() {
    let mut state = online();
    assert!(does(&mut state, Msg::Closed).contains(&Effect::Disconnect));
    let mut state = online();
    send(&mut state, "a");
    assert!(!does(&mut state, Msg::Closed).contains(&Effect::Disconnect));
}

#[test]
fn writing_after_the_end_begins_another_conversation() {
    let mut state = online();
    state.holder = ConversationState::Closed;
    let effects = send(&mut state, "a");
    assert!(effects.contains(&Effect::Connect));
    assert_eq!(state.identity.conversation, None);
    assert_eq!(state.identity.token.as_deref(), Some("secret"), "the visitor is the same");
    assert_eq!(state.outbox.items().len(), 1);
}

#[test]
fn a_megabyte_is_cut_to_what_the_gateway_takes() {
    let mut state = online();
    let text = "é".repeat(1_000_000);
    let effects = does(&mut state, Msg::Send { id: "a".into(), text });
    let frame = sent(&effects)[0].to_owned();
    assert_eq!(frame.matches('é').count(), comptoir_protocol::MAX_MESSAGE_CHARS);
    assert!(frame.len() <= comptoir_protocol::MAX_FRAME_BYTES);
    assert!(sent(&does(&mut state, Msg::Send { id: "b".into(), text: " \n ".into() })).is_empty());
}

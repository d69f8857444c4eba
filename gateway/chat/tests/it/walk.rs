//! Random walks: whatever happens in whatever order, the promises hold.

use crate::machine::{Table, notice};
use crate::support::{answer, nothing_found, send};
use comptoir_chat::machine::{Effect, Input};
use comptoir_chat::{AgentAction, AnswerError, Colleague, Reply, VisitorAction};
use comptoir_protocol::{
    AnswerId, AnswerStatus, ClientId, ContactChannel, ConversationState, Event, FeedbackValue,
    Route, Seq,
};
use comptoir_storage::model::{AgentId, CloseOutcome, ConversationHead, Holder};
use proptest::prelude::*;
use uuid::Uuid;

#[derive(Debug, Clone)]
enum Step {
    Visitor(VisitorAction),
    Agent(u128, AgentAction),
    Answered(Reply, bool),
    Failed(bool),
    Show,
    Resume,
    Restart,
    Interrupt,
    Later(i64),
    /// People come and go.
    Staff(Vec<u128>),
}

const SENTENCES: [&str; 9] = [
    "Bonjour",
    "Vous ouvrez quand ?",
    "Combien coûte le ramonage ?",
    "oui",
    "non merci",
    "je veux parler à quelqu'un",
    "ça sent le gaz",
    "vous êtes nuls",
    "merci",
];

fn colleague(number: u128) -> Colleague {
    Colleague { agent: AgentId(Uuid::from_u128(number)), name: format!("agent {number}") }
}

fn agent_action() -> impl Strategy<Value = AgentAction> {
    let id = || (0u32..100_000).prop_map(|id| ClientId(format!("a{id}")));
    prop_oneof![
        3 => Just(AgentAction::Claim),
        1 => Just(AgentAction::TakeOver),
        3 => Just(AgentAction::Release),
        2 => id().prop_map(|id| AgentAction::Reply { id, text: "Bonjour.".to_owned() }),
        2 => prop::option::of(1u128..4).prop_map(|to| AgentAction::Transfer { to: to.map(colleague) }),
        1 => Just(AgentAction::Close { outcome: None }),
        1 => Just(AgentAction::Close { outcome: Some(CloseOutcome::Answered) }),
        1 => Just(AgentAction::Reopen),
        1 => id().prop_map(|id| AgentAction::Note { id, text: "Vu.".to_owned() }),
        1 => Just(AgentAction::Propose),
        1 => Just(AgentAction::Withdraw),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let id = || (0u32..100_000).prop_map(|id| ClientId(format!("c{id}")));
    let visitor = prop_oneof![
        8 => (id(), 0..SENTENCES.len()).prop_map(|(id, at)| send(&id.0, SENTENCES[at])),
        4 => Just(notice()),
        1 => id().prop_map(|id| VisitorAction::Human { id }),
        1 => id().prop_map(|id| VisitorAction::Mail { id, text: "Et alors ?".to_owned() }),
        1 => id().prop_map(|id| VisitorAction::Contact {
            id,
            channel: ContactChannel::Phone,
            value: "0600000000".to_owned(),
        }),
        2 => (id(), 0u64..40, any::<bool>()).prop_map(|(id, message, yes)| {
            let value = if yes { FeedbackValue::Yes } else { FeedbackValue::No };
            VisitorAction::Feedback { id, message: Seq(message), value }
        }),
        1 => id().prop_map(|id| VisitorAction::Close { id }),
    ];
    let reply = prop_oneof![
        Just(answer("À 8 h.")),
        Just(nothing_found()),
        Just(Reply {
            route: Route::Clarify,
            choices: vec!["A ?".to_owned()],
            text: None,
            ..answer("")
        }),
        Just(Reply { route: Route::Handover, text: None, ..answer("") }),
        Just(Reply { route: Route::Smalltalk, text: None, ..answer("") }),
    ];
    prop_oneof![
        10 => visitor.prop_map(Step::Visitor),
        5 => (1u128..4, agent_action()).prop_map(|(who, action)| Step::Agent(who, action)),
        6 => (reply, prop::bool::weighted(0.9)).prop_map(|(reply, own)| Step::Answered(reply, own)),
        1 => prop::bool::weighted(0.9).prop_map(Step::Failed),
        2 => Just(Step::Show),
        1 => Just(Step::Resume),
        1 => Just(Step::Restart),
        1 => Just(Step::Interrupt),
        3 => (0i64..900).prop_map(Step::Later),
        1 => prop::collection::vec(1u128..4, 0..3).prop_map(Step::Staff),
    ]
}

/// The answer a step speaks of: the running one, or one of long ago.
fn answer_id(table: &Table, own: bool) -> Option<AnswerId> {
    let running = table.state.running.as_ref().map(|running| running.answer.clone());
    if own { running } else { Some(AnswerId::from("long ago")) }
}

fn input(table: &mut Table, step: Step) -> Option<Input> {
    match step {
        Step::Visitor(action) => Some(Input::Visitor(action)),
        Step::Agent(who, action) => {
            Some(Input::Agent(crate::support::agent(who, &format!("agent {who}"), action)))
        }
        Step::Answered(reply, own) => {
            answer_id(table, own).map(|answer| Input::Answered { answer, reply })
        }
        Step::Failed(own) => answer_id(table, own)
            .map(|answer| Input::Failed { answer, error: AnswerError::Unavailable(String::new()) }),
        Step::Show => {
            if table.state.running.is_some() {
                table.show("Nous ");
            }
            None
        }
        Step::Resume => Some(Input::Resume),
        Step::Restart => {
            table.state.running = None;
            Some(Input::Resume)
        }
        Step::Interrupt => None,
        Step::Later(seconds) => {
            table.now += jiff::SignedDuration::from_secs(seconds);
            Some(Input::TimePassed)
        }
        Step::Staff(people) => {
            table.staff = people.into_iter().map(|who| AgentId(Uuid::from_u128(who))).collect();
            None
        }
    }
}

/// What must hold of one decision.
fn check(table: &mut Table, input: &Input, log: &mut Vec<Event>) -> Result<(), TestCaseError> {
    let before = table.state.conversation.head.clone();
    // The actor never lets an answer of long ago in: only its own ends come.
    let stale = matches!(input, Input::Answered { answer, .. } | Input::Failed { answer, .. }
        if answer.as_str() == "long ago");
    let Ok(decision) = table.decide(input) else {
        return Ok(());
    };
    if stale {
        let appends = decision.effects.iter().any(|effect| matches!(effect, Effect::Append(_)));
        prop_assert!(!appends, "an answer of long ago said something");
        return Ok(());
    }
    let events = table.apply(input).expect("decided before");
    let after = &table.state.conversation.head;
    if let Input::Visitor(VisitorAction::Send { .. }) = input {
        prop_assert!(
            matches!(events.first(), Some(Event::VisitorMessage { .. })),
            "appended first"
        );
        prop_assert!(
            !before.notice_due || matches!(before.holder, Holder::Human { .. }),
            "notice first"
        );
    }
    changes(input, before.holder, after, &events)?;
    if matches!((before.holder, after.holder), (Holder::Bot, Holder::Queued { .. })) {
        prop_assert!(decision.effects.contains(&Effect::Call), "nobody was called");
    }
    let may_have_draft = matches!(after.holder, Holder::Human { .. });
    prop_assert!(table.proposed.is_none() || may_have_draft, "a draft for nobody");
    open_question(table)?;
    log.extend(events);
    prop_assert_eq!(told(log), table.state.for_visitors(), "both sides saw who has it");
    steps_are_taken_once(log)?;
    ended(log, after.open_question)
}

/// What must hold of who has it before and afterwards.
fn changes(
    input: &Input,
    before: Holder,
    after: &ConversationHead,
    events: &[Event],
) -> Result<(), TestCaseError> {
    let bots = events.iter().filter(|event| matches!(event, Event::BotMessage { .. })).count();
    match (before, after.holder) {
        (Holder::Human { .. }, _) => prop_assert_eq!(bots, 0, "the bot spoke over a person"),
        (Holder::Closed { .. }, _) => prop_assert!(
            events.is_empty() || reopens(input),
            "closed, and nobody reopened it on purpose"
        ),
        (Holder::Bot, Holder::Queued { .. }) => {
            let told = events.iter().any(
                |event| matches!(event, Event::HandoverRequested { text, .. } if !text.is_empty()),
            );
            prop_assert!(told, "a silent handover");
        }
        (Holder::Queued { .. }, Holder::Bot) => prop_assert!(
            matches!(input, Input::Agent(agent) if agent.action == AgentAction::Release),
            "a request went back to the machine by itself"
        ),
        (Holder::Bot | Holder::Queued { .. }, _) => {}
    }
    if matches!(after.holder, Holder::Human { .. }) && !matches!(before, Holder::Human { .. }) {
        let joined = events.iter().position(|event| matches!(event, Event::AgentJoined { .. }));
        let last_bot = events.iter().rposition(|event| matches!(event, Event::BotMessage { .. }));
        prop_assert!(joined.is_some() && last_bot < joined, "joined, and then silence");
    }
    if matches!(after.holder, Holder::Bot) && !matches!(before, Holder::Bot) {
        prop_assert!(
            events.contains(&Event::BotResumed) && after.notice_due,
            "announced, notice due"
        );
    }
    Ok(())
}

fn reopens(input: &Input) -> bool {
    match input {
        Input::Visitor(action) => matches!(action, VisitorAction::Human { .. }),
        Input::Agent(agent) => agent.action == AgentAction::Reopen,
        Input::Answered { .. }
        | Input::Failed { .. }
        | Input::Resume
        | Input::Interrupt
        | Input::AgentGone { .. }
        | Input::TimePassed
        | Input::Silence { .. } => false,
    }
}

/// Who has the conversation, as the log tells it: one at a time.
fn told(log: &[Event]) -> ConversationState {
    log.iter().fold(ConversationState::Bot, |before, event| match event {
        Event::HandoverRequested { .. } | Event::Transferred { .. } => ConversationState::Queued,
        Event::AgentJoined { name } => ConversationState::Human { name: name.clone() },
        Event::BotResumed => ConversationState::Bot,
        Event::Closed { .. } => ConversationState::Closed,
        Event::NoticeShown { .. }
        | Event::VisitorMessage { .. }
        | Event::BotMessage { .. }
        | Event::AgentMessage { .. }
        | Event::CalledAgain { .. }
        | Event::ContactAsked { .. }
        | Event::ContactLeft { .. }
        | Event::Feedback { .. } => before,
    })
}

/// Within one wait, people are called again once, then the visitor is asked
/// once, and never without the one before.
fn steps_are_taken_once(log: &[Event]) -> Result<(), TestCaseError> {
    let (mut again, mut asked) = (0, 0);
    for event in log {
        match event {
            Event::CalledAgain { .. } => again += 1,
            Event::ContactAsked { .. } => asked += 1,
            Event::HandoverRequested { .. }
            | Event::Transferred { .. }
            | Event::AgentJoined { .. }
            | Event::BotResumed
            | Event::Closed { .. } => (again, asked) = (0, 0),
            Event::NoticeShown { .. }
            | Event::VisitorMessage { .. }
            | Event::BotMessage { .. }
            | Event::AgentMessage { .. }
            | Event::ContactLeft { .. }
            | Event::Feedback { .. } => {}
        }
        prop_assert!(again <= 1 && asked <= again, "{again} calls, {asked} questions: {log:?}");
    }
    Ok(())
}

/// A question is open exactly while the machine works on it.
fn open_question(table: &Table) -> Result<(), TestCaseError> {
    let after = &table.state.conversation.head;
    if matches!(after.holder, Holder::Bot) {
        prop_assert_eq!(
            after.open_question.is_some(),
            table.state.running.is_some(),
            "open means running"
        );
    } else {
        prop_assert_eq!(after.open_question, None, "only the machine has open questions");
        prop_assert!(table.state.running.is_none(), "only the machine answers");
    }
    Ok(())
}

/// Every question to the machine is answered, handed over or still open.
fn ended(log: &[Event], open: Option<Seq>) -> Result<(), TestCaseError> {
    let mut with_bot = true;
    for (at, event) in log.iter().enumerate() {
        match event {
            Event::HandoverRequested { .. }
            | Event::Transferred { .. }
            | Event::AgentJoined { .. }
            | Event::Closed { .. } => with_bot = false,
            Event::BotResumed => with_bot = true,
            Event::VisitorMessage { .. } if with_bot => {
                let seq = Seq(at as u64 + 1);
                let settled = log.iter().skip(at + 1).any(|later| match later {
                    Event::BotMessage { to, status, .. } => {
                        *to == seq && (*status == AnswerStatus::Complete || open != Some(seq))
                    }
                    Event::HandoverRequested { .. }
                    | Event::AgentJoined { .. }
                    | Event::Closed { .. } => true,
                    Event::NoticeShown { .. }
                    | Event::VisitorMessage { .. }
                    | Event::AgentMessage { .. }
                    | Event::CalledAgain { .. }
                    | Event::ContactAsked { .. }
                    | Event::Transferred { .. }
                    | Event::BotResumed
                    | Event::ContactLeft { .. }
                    | Event::Feedback { .. } => false,
                });
                let waits = open.is_some_and(|open| open <= seq);
                prop_assert!(settled || waits, "a question without an end: {seq:?} in {log:?}");
            }
            Event::NoticeShown { .. }
            | Event::VisitorMessage { .. }
            | Event::BotMessage { .. }
            | Event::AgentMessage { .. }
            | Event::CalledAgain { .. }
            | Event::ContactAsked { .. }
            | Event::ContactLeft { .. }
            | Event::Feedback { .. } => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_promises_hold(steps in prop::collection::vec(step(), 1..50)) {
        let mut table = Table::unannounced();
        let mut log = Vec::new();
        for step in steps {
            if matches!(step, Step::Interrupt) {
                // A stop: what was shown is kept, then another process begins.
                if table.state.running.is_some() {
                    log.extend(table.apply(&Input::Interrupt).expect("kept"));
                    check(&mut table, &Input::Resume, &mut log)?;
                }
            } else if let Some(input) = input(&mut table, step) {
                check(&mut table, &input, &mut log)?;
            }
        }
    }
}

//! Every state and every input: what becomes of the conversation. A change of
//! this table is a change of the product.

use super::{Table, colleague, kinds, notice};
use crate::support::{agent, answer, send};
use comptoir_chat::machine::{Input, Refusal};
use comptoir_chat::{AgentAction, AnswerError, VisitorAction};
use comptoir_protocol::{
    AnswerId, ClientId, ContactChannel, ConversationState, FeedbackValue, Seq,
};
use comptoir_storage::model::{AgentId, CloseOutcome};
use jiff::SignedDuration;
use uuid::Uuid;

/// The four states; the person is Camille.
fn states() -> [(&'static str, Table); 4] {
    let with_bot = || {
        let mut table = Table::new();
        table.says("Bonjour");
        table
    };
    let mut queued = with_bot();
    queued.asks();
    let mut human = with_bot();
    human.asks();
    human.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    let mut closed = with_bot();
    closed.agent(1, "Camille", AgentAction::Close { outcome: None }).expect("closed");
    [("bot", with_bot()), ("queued", queued), ("human", human), ("closed", closed)]
}

/// What comes of an input: the events, then who has the conversation; or the
/// refusal.
fn outcome(table: &mut Table, input: &Input) -> String {
    match table.apply(input) {
        Ok(events) => {
            let state = match table.state.for_visitors() {
                ConversationState::Bot => "bot",
                ConversationState::Queued => "queued",
                ConversationState::Human { .. } => "human",
                ConversationState::Closed => "closed",
            };
            [kinds(&events).join(" ").as_str(), state].join(" > ").trim_start().to_owned()
        }
        Err(Refusal::NoticeRequired) => "notice required".to_owned(),
        Err(Refusal::HeldBy { name }) => format!("held by {name}"),
        Err(Refusal::Closed) => "refused: closed".to_owned(),
        Err(Refusal::NotPossible) => "refused".to_owned(),
    }
}

fn check(rows: Vec<(&str, Input, [&str; 4])>) {
    let mut wrong = Vec::new();
    for (name, input, expected) in rows {
        for ((state, mut table), expected) in states().into_iter().zip(expected) {
            table.now += SignedDuration::from_mins(6);
            let outcome = outcome(&mut table, &input);
            if outcome != expected {
                wrong.push(format!("{name} in {state}: {outcome:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn of_what_a_visitor_does() {
    let id = || ClientId::from("v");
    let (channel, value) = (ContactChannel::Email, "a@b.example".to_owned());
    let contact = VisitorAction::Contact { id: id(), channel, value };
    let verdict = VisitorAction::Feedback { id: id(), message: Seq(3), value: FeedbackValue::Yes };
    let refused = "refused: closed";
    let unchanged = ["> bot", "> queued", "> human", "> closed"];
    let rows = [
        ("notice", notice(), unchanged),
        ("typing", VisitorAction::Typing { on: true }, unchanged),
        ("reading", VisitorAction::Read { seq: Seq(1) }, unchanged),
        (
            "a question",
            send("v", "Vous ouvrez quand ?"),
            ["visitor > bot", "visitor > queued", "visitor > human", refused],
        ),
        (
            "a wish for a person",
            send("v", "je veux parler à quelqu’un"),
            ["visitor handover > queued", "visitor > queued", "visitor > human", refused],
        ),
        (
            "danger",
            send("v", "ça sent le gaz"),
            ["visitor bot handover > queued", "visitor bot > queued", "visitor > human", refused],
        ),
        (
            "the button",
            VisitorAction::Human { id: id() },
            ["handover > queued", "> queued", "> human", "handover > queued"],
        ),
        (
            "a way to answer",
            contact,
            ["contact handover > queued", "contact > queued", "contact > human", refused],
        ),
        (
            "a verdict",
            verdict,
            ["feedback > bot", "feedback > queued", "feedback > human", refused],
        ),
        (
            "the end",
            VisitorAction::Close { id: id() },
            ["closed > closed", "closed > closed", "closed > closed", "> closed"],
        ),
    ];
    check(
        rows.into_iter().map(|(name, action, row)| (name, Input::Visitor(action), row)).collect(),
    );
}

#[test]
fn of_what_the_person_who_holds_it_does() {
    let ends = ["closed > closed", "closed > closed", "closed > closed", "> closed"];
    let unchanged = ["> bot", "> queued", "> human", "> closed"];
    let (joins, refused) = ("joined > human", "refused: closed");
    let reply = AgentAction::Reply { id: ClientId::from("a"), text: "Bonjour.".to_owned() };
    let outcome = Some(CloseOutcome::FollowUp);
    let rows = [
        ("claim", AgentAction::Claim, [joins, joins, "> human", refused]),
        ("take over", AgentAction::TakeOver, [joins, joins, "> human", refused]),
        (
            "reply",
            reply,
            ["joined agent > human", "joined agent > human", "agent > human", refused],
        ),
        ("release", AgentAction::Release, ["refused", "resumed > bot", "resumed > bot", refused]),
        (
            "transfer",
            AgentAction::Transfer { to: Some(colleague(2, "Inès")) },
            ["refused", "transferred > queued", "transferred > queued", refused],
        ),
        (
            "transfer to all",
            AgentAction::Transfer { to: None },
            ["refused", "refused", "transferred > queued", refused],
        ),
        ("close", AgentAction::Close { outcome: None }, ends),
        ("close with an outcome", AgentAction::Close { outcome }, ends),
        ("reopen", AgentAction::Reopen, ["refused", "refused", "> human", joins]),
        ("note", AgentAction::Note { id: ClientId::from("n"), text: "Vu.".to_owned() }, unchanged),
        ("propose", AgentAction::Propose, ["refused", "refused", "> human", refused]),
        ("withdraw", AgentAction::Withdraw, unchanged),
        ("typing", AgentAction::Typing { on: true }, unchanged),
        ("reading", AgentAction::Read { seq: Seq(1) }, unchanged),
    ];
    let input = |action| Input::Agent(agent(1, "Camille", action));
    check(rows.into_iter().map(|(name, action, row)| (name, input(action), row)).collect());
}

#[test]
fn of_what_a_colleague_does() {
    let (joins, refused, held) = ("joined > human", "refused: closed", "held by Camille");
    let reply = AgentAction::Reply { id: ClientId::from("a"), text: "Bonjour.".to_owned() };
    let ended = "closed > closed";
    let rows = [
        ("claim", AgentAction::Claim, [joins, joins, held, refused]),
        ("take over", AgentAction::TakeOver, [joins, joins, joins, refused]),
        ("reply", reply, ["joined agent > human", "joined agent > human", held, refused]),
        ("release", AgentAction::Release, ["refused", "resumed > bot", held, refused]),
        (
            "transfer",
            AgentAction::Transfer { to: Some(colleague(1, "Camille")) },
            ["refused", "transferred > queued", held, refused],
        ),
        ("close", AgentAction::Close { outcome: None }, [ended, ended, held, "> closed"]),
        ("reopen", AgentAction::Reopen, ["refused", "refused", held, joins]),
        ("propose", AgentAction::Propose, ["refused", "refused", held, refused]),
        (
            "note",
            AgentAction::Note { id: ClientId::from("n"), text: "Vu.".to_owned() },
            ["> bot", "> queued", "> human", "> closed"],
        ),
    ];
    let input = |action| Input::Agent(agent(2, "Inès", action));
    check(rows.into_iter().map(|(name, action, row)| (name, input(action), row)).collect());
}

#[test]
fn of_what_happens_by_itself() {
    let unchanged = ["> bot", "> queued", "> human", "> closed"];
    let old = || AnswerId::from("long ago");
    let error = AnswerError::Unavailable(String::new());
    let gone = |number| Input::AgentGone { agent: AgentId(Uuid::from_u128(number)) };
    let then = Table::new().now + SignedDuration::from_secs(1);
    check(vec![
        ("time", Input::TimePassed, ["> bot", "again > queued", "> human", "> closed"]),
        ("Camille is gone", gone(1), ["> bot", "> queued", "handover > queued", "> closed"]),
        ("Inès is gone", gone(2), unchanged),
        (
            "silence",
            Input::Silence { before: then },
            ["closed > closed", "> queued", "> human", "> closed"],
        ),
        (
            "a late answer",
            Input::Answered { answer: old(), reply: answer("Trop tard.") },
            unchanged,
        ),
        ("a late failure", Input::Failed { answer: old(), error }, unchanged),
        ("a restart", Input::Resume, unchanged),
        ("a stop", Input::Interrupt, unchanged),
    ]);
}

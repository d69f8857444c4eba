//! A conversation without a database, to decide on.

use crate::support::{agent, send};
use comptoir_chat::machine::{Context, Decision, Effect, Fresh, Input, Refusal, State, handle};
use comptoir_chat::{AgentAction, AnswerError, Reply, VisitorAction};
use comptoir_protocol::{AnswerId, ClientId, Epoch, Event, NumberedEvent, Seq};
use comptoir_storage::model::{
    AgentId, Conversation, ConversationHead, ConversationKey, GapId, Holder, NotificationKind,
    SiteId, SiteSettings, TokenHash,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use uuid::Uuid;

/// A conversation without a database: carries out what the machine decides.
pub struct Table {
    pub state: State,
    pub site: SiteSettings,
    pub now: Timestamp,
    /// People who are really available; Camille at first.
    pub staff: Vec<AgentId>,
    pub gaps: Vec<String>,
    pub calls: u32,
    /// The visitor message that a private draft is written for.
    pub proposed: Option<Seq>,
    /// Who is told of what, after how many seconds.
    pub told: Vec<(NotificationKind, i64)>,
    ids: u64,
}

impl Table {
    /// A conversation in which the notice was shown.
    pub fn new() -> Self {
        let mut table = Self::unannounced();
        table.visitor(notice()).expect("the notice");
        table
    }

    pub fn unannounced() -> Self {
        let now: Timestamp = crate::support::NOW.parse().expect("an instant");
        let conversation = Conversation {
            key: ConversationKey(Uuid::nil()),
            site: SiteId::parse("atelier").expect("a name"),
            visitor: TokenHash([0; 32]),
            epoch: Epoch::from("e"),
            last_seq: Seq(0),
            head: ConversationHead::beginning("fr"),
            page: "/".to_owned(),
            created_at: now,
            updated_at: now,
        };
        let state =
            State { conversation, recent: VecDeque::new(), holder_name: None, running: None };
        let site = SiteSettings {
            firm: "Atelier Vasseur".to_owned(),
            phone: Some("02 00 00 00 00".to_owned()),
            ..SiteSettings::default()
        };
        let staff = vec![AgentId(Uuid::from_u128(1))];
        Self {
            state,
            site,
            now,
            staff,
            gaps: Vec::new(),
            calls: 0,
            told: Vec::new(),
            proposed: None,
            ids: 0,
        }
    }

    pub fn decide(&mut self, input: &Input) -> Result<Decision, Refusal> {
        self.ids += 1;
        let id = |kind: &str| AnswerId(format!("{kind}{}", self.ids));
        let cx = Context {
            now: self.now,
            site: &self.site,
            staff: &self.staff,
            fresh: Fresh {
                reply: id("r"),
                answer: id("a"),
                gap: GapId(Uuid::from_u128(self.ids.into())),
            },
            resume_within: SignedDuration::from_mins(10),
            unread_for: SignedDuration::from_mins(1),
        };
        handle(&self.state, input, &cx)
    }

    /// Decides and carries out; gives the appended events.
    pub fn apply(&mut self, input: &Input) -> Result<Vec<Event>, Refusal> {
        let decision = self.decide(input)?;
        let mut events: Vec<NumberedEvent> = Vec::new();
        let mut running = self.state.running.clone();
        if matches!(input, Input::Answered { .. } | Input::Failed { .. }) {
            running = None;
        }
        for effect in decision.effects {
            match effect {
                Effect::Append(new) => {
                    let seq = Seq(self.state.conversation.last_seq.0 + events.len() as u64 + 1);
                    events.push(NumberedEvent {
                        seq,
                        at: self.now.as_millisecond(),
                        event: new.event,
                    });
                }
                Effect::Keep(gap) => self.gaps.push(gap.question),
                Effect::Notify { kind, due_at } => {
                    self.told.push((kind, due_at.duration_since(self.now).as_secs()));
                }
                Effect::Ask { answer, to, .. } => {
                    running =
                        Some(comptoir_chat::machine::Running { answer, to, shown: String::new() });
                }
                Effect::Cancel => running = None,
                Effect::Propose { to, .. } => self.proposed = Some(to),
                Effect::Withdraw => self.proposed = None,
                Effect::Call => self.calls += 1,
            }
        }
        self.state.running = running;
        self.state.apply(&events, decision.head, self.now);
        Ok(events.into_iter().map(|logged| logged.event).collect())
    }

    /// It is so many minutes later.
    pub fn after(&mut self, minutes: i64) -> Vec<Event> {
        self.now += SignedDuration::from_mins(minutes);
        self.apply(&Input::TimePassed).expect("time passes")
    }

    /// The visitor asks for a person.
    pub fn asks(&mut self) -> Vec<Event> {
        let id = ClientId(format!("h{}", self.ids));
        self.visitor(VisitorAction::Human { id }).expect("asked")
    }

    pub fn visitor(&mut self, action: VisitorAction) -> Result<Vec<Event>, Refusal> {
        self.apply(&Input::Visitor(action))
    }

    pub fn says(&mut self, text: &str) -> Vec<Event> {
        let id = format!("c{}", self.ids);
        self.visitor(send(&id, text)).expect("said")
    }

    pub fn agent(
        &mut self,
        who: u128,
        name: &str,
        action: AgentAction,
    ) -> Result<Vec<Event>, Refusal> {
        self.apply(&Input::Agent(agent(who, name, action)))
    }

    pub fn answered(&mut self, reply: Reply) -> Vec<Event> {
        let answer = self.state.running.as_ref().expect("a running answer").answer.clone();
        self.apply(&Input::Answered { answer, reply }).expect("answered")
    }

    pub fn failed(&mut self) -> Vec<Event> {
        let answer = self.state.running.as_ref().expect("a running answer").answer.clone();
        let error = AnswerError::Unavailable("a secret detail".to_owned());
        self.apply(&Input::Failed { answer, error }).expect("failed")
    }

    pub fn show(&mut self, text: &str) {
        self.state.running.as_mut().expect("a running answer").shown.push_str(text);
    }

    pub fn holder(&self) -> Holder {
        self.state.conversation.head.holder
    }
}

pub fn notice() -> VisitorAction {
    VisitorAction::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() }
}

/// Names of events, for short expectations.
pub fn kinds(events: &[Event]) -> Vec<&'static str> {
    let kind = |event: &Event| match event {
        Event::NoticeShown { .. } => "notice",
        Event::VisitorMessage { .. } => "visitor",
        Event::BotMessage { .. } => "bot",
        Event::AgentMessage { .. } => "agent",
        Event::HandoverRequested { .. } => "handover",
        Event::CalledAgain { .. } => "again",
        Event::ContactAsked { .. } => "asked",
        Event::Transferred { .. } => "transferred",
        Event::AgentJoined { .. } => "joined",
        Event::BotResumed => "resumed",
        Event::ContactLeft { .. } => "contact",
        Event::Feedback { .. } => "feedback",
        Event::Closed { .. } => "closed",
    };
    events.iter().map(kind).collect()
}

//! A person of the firm: acts, asks again when the answer is lost, and keeps
//! one thread open on the desk.

use crate::node::Node;
use comptoir_chat::{AgentAction, AgentInput, AgentUpdate, ChatError, Receipt, Update};
use comptoir_protocol::{ClientId, NumberedEvent, Seq};
use comptoir_storage::model::{AgentId, ConversationKey};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

/// Before something unanswered is tried again, in milliseconds.
const AGAIN_MS: u64 = 400;

/// A person.
pub(crate) struct Artisan {
    pub agent: AgentId,
    pub name: String,
    asked: Option<Asked>,
    thread: Option<Thread>,
    /// Replies that are on disk.
    pub acked: Vec<(ConversationKey, ClientId, Seq)>,
}

struct Asked {
    key: ConversationKey,
    action: AgentAction,
    /// The answer, once somebody was asked.
    outcome: Option<mpsc::UnboundedReceiver<Result<Receipt, ChatError>>>,
    again_at: u64,
}

struct Thread {
    key: ConversationKey,
    shown: Vec<NumberedEvent>,
    told: Option<mpsc::UnboundedReceiver<Told>>,
    again_at: u64,
}

enum Told {
    Opened(Vec<NumberedEvent>),
    Event(NumberedEvent),
}

impl Artisan {
    pub(crate) fn new(agent: AgentId, name: String) -> Self {
        Self { agent, name, asked: None, thread: None, acked: Vec::new() }
    }

    /// Does something, unless the last thing has no answer yet.
    pub(crate) fn act(&mut self, key: ConversationKey, action: AgentAction) {
        if self.asked.is_none() {
            self.asked = Some(Asked { key, action, outcome: None, again_at: 0 });
        }
    }

    /// Opens a thread; the page of another one is left.
    pub(crate) fn open(&mut self, key: ConversationKey) {
        self.thread = Some(Thread { key, shown: Vec::new(), told: None, again_at: 0 });
    }

    /// Whether nothing waits for an answer.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.asked.is_none()
    }

    /// The open thread as shown.
    pub(crate) fn shown(&self) -> Option<(ConversationKey, &[NumberedEvent])> {
        self.thread.as_ref().map(|thread| (thread.key, &*thread.shown))
    }

    /// When something is to be tried again.
    pub(crate) fn next(&self) -> Option<u64> {
        let asked = self.asked.iter().filter(|asked| asked.outcome.is_none()).map(|a| a.again_at);
        let thread = self.thread.iter().filter(|thread| thread.told.is_none()).map(|t| t.again_at);
        asked.chain(thread).min()
    }

    /// Hears what came in, and asks what is due.
    pub(crate) fn turn(&mut self, now: u64, node: Option<&Node>) {
        self.hear(now);
        self.read(now);
        let Some(node) = node else { return };
        if let Some(asked) =
            self.asked.as_mut().filter(|a| a.outcome.is_none() && a.again_at <= now)
        {
            let (answer, outcome) = mpsc::unbounded_channel();
            let (chat, key) = (node.chat.clone(), asked.key);
            let (agent, name) = (self.agent, self.name.clone());
            let input = AgentInput { agent, name, action: asked.action.clone() };
            node.spawn(async move {
                // Nobody may wait for the answer any more.
                drop(answer.send(chat.agent(key, input).await));
            });
            asked.outcome = Some(outcome);
        }
        if let Some(thread) = self.thread.as_mut().filter(|t| t.told.is_none() && t.again_at <= now)
        {
            thread.told = Some(watch(node, thread.key));
        }
    }

    fn hear(&mut self, now: u64) {
        let Some(asked) = &mut self.asked else { return };
        let Some(outcome) = &mut asked.outcome else { return };
        match outcome.try_recv() {
            Err(TryRecvError::Empty) => {}
            Ok(Ok(receipt)) => {
                if let AgentAction::Reply { id, .. } = &asked.action {
                    self.acked.push((asked.key, id.clone(), receipt.seq));
                }
                self.asked = None;
            }
            // The page says so; the person presses the button again.
            Ok(Err(ChatError::Busy { .. } | ChatError::Stopping | ChatError::Storage(_)))
            | Err(TryRecvError::Disconnected) => {
                asked.outcome = None;
                asked.again_at = now + AGAIN_MS;
            }
            Ok(Err(_refused)) => self.asked = None,
        }
    }

    fn read(&mut self, now: u64) {
        let Some(thread) = &mut self.thread else { return };
        while let Some(told) = &mut thread.told {
            match told.try_recv() {
                Ok(Told::Opened(events)) => thread.shown = events,
                Ok(Told::Event(event)) => thread.shown.push(event),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    thread.told = None;
                    thread.again_at = now + AGAIN_MS;
                }
            }
        }
    }
}

fn watch(node: &Node, key: ConversationKey) -> mpsc::UnboundedReceiver<Told> {
    let (tell, told) = mpsc::unbounded_channel();
    let chat = node.chat.clone();
    node.spawn(async move {
        let Ok(mut joined) = chat.watch(key).await else { return };
        drop(tell.send(Told::Opened(std::mem::take(&mut joined.events))));
        while let Some(update) = joined.updates.recv().await {
            if let AgentUpdate::Shared(Update::Event(event)) = update
                && tell.send(Told::Event(event)).is_err()
            {
                return;
            }
        }
    });
    told
}

//! Many visitors at once.

use super::{Caller, Door};
use comptoir::config::Config;
use comptoir::wire;
use comptoir_chat::visitor_key;
use comptoir_protocol::{ClientId, Event, Seq};
use comptoir_simulation::check::{Ack, History, Log, Written};
use comptoir_simulation::screen::Screen;
use comptoir_storage::Storage;
use comptoir_storage::model::{Conversation, ConversationKey};
use comptoir_tests::until;
use comptoir_widget::core::Msg;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Longest time until everybody is online, or until half of what was written
/// between two kills is acknowledged.
const PATIENCE: Duration = Duration::from_secs(90);

/// Events read at a time.
const PAGE: u32 = 500;

/// What visitors say; the first calls a person.
const SENTENCES: [&str; 4] = [
    "je voudrais parler à quelqu'un",
    "Combien coûte une réparation de crevaison ?",
    "Vous ouvrez quand ?",
    "Et le samedi ?",
];

/// Everybody.
pub(super) struct Crowd {
    callers: Vec<Caller>,
}

/// Splits a number of messages over the rounds between kills.
pub(super) fn shares(messages: usize, rounds: usize) -> impl Iterator<Item = usize> {
    (0..rounds).map(move |round| messages * (round + 1) / rounds - messages * round / rounds)
}

/// How many replies of people a log holds.
pub(super) fn replies(log: &Log) -> usize {
    log.events.iter().filter(|event| matches!(event.event, Event::AgentMessage { .. })).count()
}

/// The database of a counter that is closed.
pub(super) async fn storage(config: &Path) -> Arc<dyn Storage> {
    let config = Config::load(Some(config)).expect("the counter's configuration");
    wire::storage(&config).await.expect("the database opens")
}

impl Crowd {
    /// Everybody opens the widget.
    pub(super) async fn gather(visitors: usize, door: &Door) -> Self {
        let mut callers = Vec::new();
        for number in 0..visitors {
            callers.push(Caller::open(number, door.clone()));
        }
        let crowd = Self { callers };
        let all = async || (crowd.online() == visitors).then_some(());
        until(PATIENCE, "everybody is welcomed", all).await;
        crowd
    }

    /// How many are online.
    pub(super) fn online(&self) -> usize {
        let online = |caller: &&Caller| caller.glance.online.load(Ordering::Acquire);
        self.callers.iter().filter(online).count()
    }

    fn acked(&self) -> usize {
        self.callers.iter().map(|caller| caller.glance.acked.load(Ordering::Acquire)).sum()
    }

    /// Everybody writes in turns, so many messages in all.
    pub(super) fn write(&mut self, messages: usize, round: usize) {
        let callers = self.callers.len();
        for number in 0..messages {
            let caller = &mut self.callers[(round + number) % callers];
            let said = caller.written.len();
            caller.write(SENTENCES[said % SENTENCES.len()]);
        }
    }

    /// Waits for the middle of a round.
    pub(super) async fn until_half_is_acknowledged(&self, messages: usize) {
        let wanted = self.acked() + messages / 2;
        let half = async || (self.acked() >= wanted).then_some(());
        until(PATIENCE, "half of the messages are acknowledged", half).await;
    }

    /// Every other browser says that the network is back.
    pub(super) fn wake(&self) {
        for caller in self.callers.iter().step_by(2) {
            caller.order(Msg::Woken);
        }
    }

    /// Waits until everything that was written is shown.
    pub(super) async fn come_to_rest(&self) {
        let rest = async || self.callers.iter().all(Caller::is_at_rest).then_some(());
        until(2 * PATIENCE, "everything that was written is shown", rest).await;
    }

    /// Messages written.
    pub(super) fn written(&self) -> usize {
        self.callers.iter().map(|caller| caller.written.len()).sum()
    }

    /// Everybody leaves.
    pub(super) async fn end(self) -> Vec<Screen> {
        let mut screens = Vec::new();
        for caller in self.callers {
            screens.push(caller.end().await);
        }
        screens
    }

    /// What everybody was shown and told, beside what is on disk.
    pub(super) async fn history(self, storage: &dyn Storage, desks: Vec<Reply>) -> History {
        let written: Vec<Vec<(ClientId, String)>> =
            self.callers.iter().map(|caller| caller.written.clone()).collect();
        let screens = self.end().await;
        let mut history = History::default();
        let (mut owners, mut keys) = (BTreeMap::new(), BTreeSet::new());
        for (screen, written) in screens.into_iter().zip(written) {
            let whose = screen.tokens.iter().map(|token| visitor_key(token).0);
            owners.extend(whose.map(|key| (key, screen.name.clone())));
            keys.extend(screen.acked.iter().map(|acked| acked.conversation.clone()));
            keys.extend(screen.state.identity.conversation.iter().map(|key| key.0.clone()));
            history.written.extend(written.into_iter().map(|(id, text)| Written {
                visitor: screen.name.clone(),
                screen: screen.name.clone(),
                refused: screen.refused.contains(&id),
                id,
                text,
                due: true,
            }));
            history.add(screen, true);
        }
        keys.extend(desks.iter().map(|reply| reply.conversation.clone()));
        for key in keys {
            let log = log(storage, &key, &owners).await;
            history.logs.insert(key, log);
        }
        acknowledge(storage, &mut history, desks).await;
        history
    }
}

/// A reply that an artisan was told is on disk.
pub(super) struct Reply {
    pub who: &'static str,
    pub conversation: String,
    pub id: ClientId,
}

async fn log(storage: &dyn Storage, key: &str, owners: &BTreeMap<[u8; 32], String>) -> Log {
    let found: Option<Conversation> = match key.parse().map(ConversationKey) {
        Ok(key) => storage.conversation(key).await.expect("the database answers"),
        Err(_) => None,
    };
    let Some(conversation) = found else { return Log::default() };
    let mut events = Vec::new();
    while let Ok(page) = storage.events(conversation.key, last(&events), PAGE).await
        && !page.is_empty()
    {
        events.extend(page);
    }
    Log {
        visitor: owners.get(&conversation.visitor.0).cloned().unwrap_or_default(),
        events,
        open_question: conversation.head.open_question,
        ids: BTreeMap::new(),
    }
}

fn last(events: &[comptoir_protocol::NumberedEvent]) -> Seq {
    events.last().map_or(Seq(0), |event| event.seq)
}

/// Looks every acknowledged id up, as a retry would; artisans are told no
/// number, so theirs must only be there.
async fn acknowledge(storage: &dyn Storage, history: &mut History, desks: Vec<Reply>) {
    for reply in desks {
        let key = reply.conversation.parse().map(ConversationKey).expect("a conversation's key");
        let kept = storage.event_by_client_id(key, &reply.id).await.expect("the database answers");
        let seq = kept.map_or(Seq(u64::MAX), |event| event.seq);
        let (who, id) = (reply.who.to_owned(), reply.id);
        history.acks.push(Ack { who, conversation: reply.conversation, id, seq });
    }
    for ack in &history.acks {
        let Some(log) = history.logs.get_mut(&ack.conversation) else { continue };
        let Ok(key) = ack.conversation.parse().map(ConversationKey) else { continue };
        if let Ok(Some(event)) = storage.event_by_client_id(key, &ack.id).await {
            log.ids.insert(ack.id.clone(), event.seq);
        }
    }
}

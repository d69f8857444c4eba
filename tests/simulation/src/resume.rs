//! One resume out of arbitrary bytes: the real session, hub and actor are
//! asked by a client that holds anything, or lies. For fuzzing.
//!
//! What must hold: whatever a client claims, it gets a complete replay, the
//! whole log, or a typed refusal, and never a word of another conversation.

use crate::dice::Dice;
use crate::node::Node;
use crate::store::{Disk, Record};
use crate::weather::{Odds, Weather};
use crate::wire::{Down, Wire};
use comptoir_chat::{InProcessBus, OpenRequest, VisitorAction};
use comptoir_protocol::{
    ClientFrame, ClientId, ConversationId, Epoch, Hello, NumberedEvent, Resume, Seq, ServerFrame,
    Welcome,
};
use comptoir_storage::model::SiteId;
use std::sync::Arc;

/// Secrets of two visitors.
const SECRETS: [&str; 2] =
    ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"];

/// Most messages of a conversation.
const MOST: u8 = 6;

/// Reads bytes, then zeroes.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u64 {
        (0..8).fold(0, |number, _| (number << 8) | u64::from(self.next()))
    }

    fn text(&mut self) -> String {
        let (text, rest) = self.0.split_at((usize::from(self.next()) % 64).min(self.0.len()));
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }
}

/// Plays one resume; gives what was wrong, if anything.
#[must_use]
pub fn resume(input: &[u8]) -> Option<String> {
    let mut bytes = Bytes(input);
    let odds = Odds { disk_ms: 0, line_ms: 0, ..Odds::calm() };
    let weather = Weather::new(Dice::new(1), odds, None);
    let disk = Disk::new(weather.clone());
    let (site, _) = disk.furnish(0);
    let node = Node::start(0, &weather, &disk, Arc::new(InProcessBus::default()), site.clone());
    for secret in SECRETS {
        let messages = bytes.next() % MOST;
        node.block_on(converse(&node, &site, secret, messages));
    }
    let records = disk.records();
    let hello = hello(&mut bytes, &records);
    let frame = serde_json::to_string(&ClientFrame::Hello(hello.clone())).ok()?;
    let welcome = answer(&node, &weather, frame)?;
    wrong(&hello, &welcome, &disk.records())
}

async fn converse(node: &Node, site: &SiteId, secret: &str, messages: u8) {
    let request = OpenRequest {
        site: site.clone(),
        token: Some(secret.to_owned()),
        conversation: None,
        lang: "fr".to_owned(),
        page: "/".to_owned(),
    };
    let Ok(opened) = node.chat.open(request).await else { return };
    let human = VisitorAction::Human { id: ClientId::from("h") };
    let notice = VisitorAction::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() };
    let said = (0..messages).map(|number| VisitorAction::Send {
        id: ClientId(format!("{number}")),
        text: format!("{secret} {number}"),
    });
    // A person is called first, so that only the visitor speaks.
    for action in [human, notice].into_iter().chain(said).take(usize::from(messages)) {
        drop(node.chat.visitor(opened.key, action).await);
    }
}

/// What the client claims to be and to hold.
fn hello(bytes: &mut Bytes<'_>, records: &[Record]) -> Hello {
    let pick = |of: u8| records.get(usize::from(of) % records.len().max(1));
    let token = match bytes.next() % 5 {
        0 => None,
        1 => Some(bytes.text()),
        which => SECRETS.get(usize::from(which) % 2).map(|&secret| secret.to_owned()),
    };
    let conversation = match bytes.next() % 5 {
        0 => None,
        1 => Some(ConversationId(bytes.text())),
        which => pick(which).map(|one| ConversationId(one.conversation.key.to_string())),
    };
    let epoch = match bytes.next() % 5 {
        0 => None,
        1 => Some(Epoch(bytes.text())),
        which => pick(which).map(|one| one.conversation.epoch.clone()),
    };
    let seq = match bytes.next() % 4 {
        0 => Seq(bytes.number()),
        1 => Seq(0),
        _near => Seq(u64::from(bytes.next() % (MOST + 3))),
    };
    let (v, site) = match bytes.next() % 16 {
        0 => (2, "atelier".to_owned()),
        1 => (1, bytes.text()),
        _right => (1, "atelier".to_owned()),
    };
    Hello { v, site, token, conversation, epoch, seq, lang: bytes.text(), page: bytes.text() }
}

/// What the session says; none when it refuses.
fn answer(node: &Node, weather: &Weather, hello: String) -> Option<Welcome> {
    let (mut wire, end) = Wire::new(weather.clone(), Dice::new(2), 0);
    node.accept(end);
    wire.send(0, hello);
    for now in 1..20 {
        wire.carry(now);
        node.run_for(1);
        wire.carry(now);
        while let Some(Down::Frame(text)) = wire.deliver(now) {
            if let Ok(ServerFrame::Welcome(welcome)) = serde_json::from_str(&text) {
                return Some(*welcome);
            }
        }
    }
    None
}

fn wrong(hello: &Hello, welcome: &Welcome, records: &[Record]) -> Option<String> {
    let named = |one: &&Record| one.conversation.key.to_string() == welcome.conversation.0;
    let Some(record) = records.iter().find(named) else {
        return Some("welcomed to a conversation that is not there".to_owned());
    };
    let token = welcome.token.as_ref().or(hello.token.as_ref());
    if token.is_none_or(|token| comptoir_chat::visitor_key(token) != record.conversation.visitor) {
        return Some("welcomed to somebody else's conversation".to_owned());
    }
    let held = hello.epoch.as_ref().filter(|epoch| **epoch == record.conversation.epoch);
    let follows: &[NumberedEvent] = match welcome.resume {
        Resume::Replay if held.is_none() => {
            return Some("a replay for who holds another log".to_owned());
        }
        Resume::Replay => {
            let from = usize::try_from(hello.seq.0).unwrap_or(usize::MAX);
            match record.events.get(from..) {
                Some(events) => events,
                None => return Some("a replay for who is ahead of the log".to_owned()),
            }
        }
        Resume::Fresh | Resume::Snapshot => &record.events,
    };
    let complete = welcome.events == follows;
    (!complete).then(|| format!("{:?} is not complete", welcome.resume))
}

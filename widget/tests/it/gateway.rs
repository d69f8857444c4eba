//! A gateway in a few lines: stores what it is sent, numbers it, resumes. It
//! misbehaves only as a test tells it to.

use std::collections::HashMap;

use comptoir_protocol::{
    ClientFrame, ClientId, ConversationState, Epoch, Event, NumberedEvent, OpeningState, Resume,
    Seq, ServerFrame, SiteCard, Welcome,
};

/// One conversation, on disk.
#[derive(Default)]
pub struct Gateway {
    /// The log.
    pub log: Vec<NumberedEvent>,
    ids: HashMap<ClientId, Seq>,
    /// Whether the notice was acknowledged.
    pub told: bool,
    /// Messages refused because it was not.
    pub refused: usize,
}

/// The firm of these tests.
pub fn card() -> SiteCard {
    SiteCard {
        firm: "Chauffage Morin".into(),
        phone: Some("02 41 00 12 34".into()),
        email: Some("contact@morin.example".into()),
        notice: "Vous parlez à une IA de Chauffage Morin.".into(),
        notice_version: "n1".into(),
        welcome: "Bonjour.".into(),
        quick_questions: vec!["Quels tarifs ?".into()],
        privacy_url: Some("https://morin.example/donnees".into()),
        accent: None,
        opening: OpeningState::Open,
    }
}

impl Gateway {
    /// Commits an event; returns it as every client gets it.
    pub fn commit(&mut self, event: Event) -> ServerFrame {
        let numbered = NumberedEvent { seq: Seq(self.log.len() as u64 + 1), at: 0, event };
        self.log.push(numbered.clone());
        ServerFrame::Event(numbered)
    }

    /// Takes a frame; returns what the client gets.
    pub fn take(&mut self, frame: ClientFrame) -> Vec<ServerFrame> {
        match frame {
            ClientFrame::Hello(hello) => {
                let replay = hello.seq > Seq(0) && hello.epoch == Some(Epoch::from("e"));
                let events = self.log.iter().filter(|e| !replay || e.seq > hello.seq);
                vec![ServerFrame::Welcome(Box::new(Welcome {
                    v: 1,
                    site: card(),
                    token: hello.token.is_none().then(|| "secret".into()),
                    conversation: "c".into(),
                    epoch: "e".into(),
                    state: ConversationState::Bot,
                    resume: if replay { Resume::Replay } else { Resume::Snapshot },
                    events: events.cloned().collect(),
                    answering: None,
                    notice_due: !self.told,
                }))]
            }
            ClientFrame::NoticeShown { version, lang } => {
                self.told = true;
                vec![self.commit(Event::NoticeShown { version, lang })]
            }
            ClientFrame::Send { id, text } => {
                if !self.told {
                    self.refused += 1;
                    let code = comptoir_protocol::ErrorCode::NoticeRequired;
                    return vec![ServerFrame::Error { code, id: Some(id) }];
                }
                if let Some(seq) = self.ids.get(&id) {
                    return vec![ServerFrame::Ack { id, seq: *seq }];
                }
                let event = self.commit(Event::VisitorMessage { id: id.clone(), text });
                let seq = Seq(self.log.len() as u64);
                self.ids.insert(id.clone(), seq);
                vec![event, ServerFrame::Ack { id, seq }]
            }
            ClientFrame::Ping => vec![ServerFrame::Pong],
            ClientFrame::Human { .. }
            | ClientFrame::Contact { .. }
            | ClientFrame::Feedback { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::Read { .. }
            | ClientFrame::Close { .. } => Vec::new(),
        }
    }

    /// The texts of the visitor's messages, in the order stored.
    pub fn messages(&self) -> Vec<&str> {
        self.log
            .iter()
            .filter_map(|e| {
                if let Event::VisitorMessage { text, .. } = &e.event {
                    Some(text.as_str())
                } else {
                    None
                }
            })
            .collect()
    }
}

//! One example of every frame and event, for the documentation, the schema
//! check and clients written elsewhere. `README.md` shows exactly these.

use crate::{
    AnswerId, AnswerSoFar, AnswerStatus, ByeCode, Citation, ClientFrame, ClientId, CloseReason,
    ContactChannel, ConversationId, ConversationState, Epoch, ErrorCode, Event, FeedbackValue,
    HandoverReason, Hello, NumberedEvent, Offer, OpeningState, Resume, Route, Seq, ServerFrame,
    SiteCard, Typist, Welcome,
};

/// Every frame a client may send.
#[must_use]
pub fn client_frames() -> Vec<ClientFrame> {
    let id = || ClientId::from("c7f1-4");
    vec![
        ClientFrame::Hello(Hello {
            v: 1,
            site: "demo".to_owned(),
            token: Some("q3v…".to_owned()),
            conversation: Some(ConversationId::from("0199f7c2-3a51-7cc0-9a0e-3f6f5a1f2b11")),
            epoch: Some(Epoch::from("8d2c41")),
            seq: Seq(12),
            lang: "fr".to_owned(),
            page: "/tarifs".to_owned(),
        }),
        ClientFrame::NoticeShown { version: "1f4c".to_owned(), lang: "fr".to_owned() },
        ClientFrame::Send { id: id(), text: "Venez-vous le dimanche ?".to_owned() },
        ClientFrame::Human { id: id() },
        ClientFrame::Contact {
            id: id(),
            channel: ContactChannel::Phone,
            value: "01 99 00 12 34".to_owned(),
        },
        ClientFrame::Feedback { id: id(), message: Seq(14), value: FeedbackValue::Yes },
        ClientFrame::Typing { on: true },
        ClientFrame::Read { seq: Seq(14) },
        ClientFrame::Close { id: id() },
        ClientFrame::Ping,
    ]
}

/// Every frame the gateway may send; `event` frames are in [`events`].
#[must_use]
pub fn server_frames() -> Vec<ServerFrame> {
    vec![
        ServerFrame::Welcome(Box::new(welcome())),
        ServerFrame::Event(numbered(
            13,
            Event::VisitorMessage {
                id: ClientId::from("c7f1-4"),
                text: "Venez-vous le dimanche ?".to_owned(),
            },
        )),
        ServerFrame::Ack { id: ClientId::from("c7f1-4"), seq: Seq(13) },
        ServerFrame::Delta {
            answer: AnswerId::from("a-1"),
            offset: 9,
            text: " le dimanche".to_owned(),
        },
        ServerFrame::Typing { who: Typist::Agent, name: Some("Karim".to_owned()), on: true },
        ServerFrame::Queued { position: 2, wait_ms: 6_000 },
        ServerFrame::Busy { id: Some(ClientId::from("c7f1-4")), retry_ms: 3_000 },
        ServerFrame::Error { code: ErrorCode::MessageTooLong, id: Some(ClientId::from("c7f1-4")) },
        ServerFrame::Bye { code: ByeCode::Restart, retry_ms: 1_000 },
        ServerFrame::Pong,
    ]
}

fn welcome() -> Welcome {
    Welcome {
        v: 1,
        site: SiteCard {
            firm: "Chauffage Exemple".to_owned(),
            phone: Some("01 99 00 12 34".to_owned()),
            email: Some("bonjour@chauffage.example".to_owned()),
            notice: "Vous parlez à un assistant automatique (IA).".to_owned(),
            notice_version: "1f4c".to_owned(),
            welcome: "Bonjour, que puis-je pour vous ?".to_owned(),
            quick_questions: vec!["Quels sont vos horaires ?".to_owned()],
            privacy_url: Some("https://chauffage.example/donnees".to_owned()),
            accent: Some("#0f5c5a".to_owned()),
            opening: OpeningState::Closed { opens_at: Some(1_795_417_200_000) },
        },
        token: Some("q3v…".to_owned()),
        conversation: ConversationId::from("0199f7c2-3a51-7cc0-9a0e-3f6f5a1f2b11"),
        epoch: Epoch::from("8d2c41"),
        state: ConversationState::Human { name: "Karim".to_owned() },
        resume: Resume::Replay,
        events: vec![],
        answering: Some(AnswerSoFar {
            answer: AnswerId::from("a-1"),
            text: "Oui, nous".to_owned(),
        }),
        notice_due: false,
    }
}

/// Every kind of durable event.
#[must_use]
pub fn events() -> Vec<NumberedEvent> {
    vec![
        numbered(1, Event::NoticeShown { version: "1f4c".to_owned(), lang: "fr".to_owned() }),
        numbered(
            2,
            Event::VisitorMessage {
                id: ClientId::from("c7f1-1"),
                text: "Venez-vous le dimanche ?".to_owned(),
            },
        ),
        numbered(3, bot_message()),
        numbered(4, Event::Feedback { message: Seq(3), value: FeedbackValue::No }),
        numbered(
            5,
            Event::HandoverRequested {
                reason: HandoverReason::ExplicitWish,
                text: "Je transmets votre demande à l'équipe.".to_owned(),
            },
        ),
        numbered(
            6,
            Event::ContactLeft {
                channel: ContactChannel::Email,
                value: "lea@maison.example".to_owned(),
            },
        ),
        numbered(7, Event::AgentJoined { name: "Karim".to_owned() }),
        numbered(
            8,
            Event::AgentMessage {
                id: ClientId::from("k-1"),
                name: "Karim".to_owned(),
                text: "Bonjour, je peux passer à 14 h.".to_owned(),
            },
        ),
        numbered(9, Event::BotResumed),
        numbered(10, Event::Closed { reason: CloseReason::Visitor }),
    ]
    .into_iter()
    .chain(waits())
    .collect()
}

/// What happens while the visitor waits for a person.
fn waits() -> [NumberedEvent; 3] {
    [
        numbered(
            11,
            Event::CalledAgain {
                text: "Personne n'a encore pu vous répondre. Je relance l'équipe.".to_owned(),
            },
        ),
        numbered(
            12,
            Event::ContactAsked {
                text: "Laissez un numéro ou un e-mail : la réponse vous y parviendra.".to_owned(),
            },
        ),
        numbered(
            13,
            Event::Transferred {
                by: "Karim".to_owned(),
                to: Some("Inès".to_owned()),
                text: "Karim transmet votre conversation à Inès.".to_owned(),
            },
        ),
    ]
}

fn bot_message() -> Event {
    Event::BotMessage {
        answer: AnswerId::from("a-1"),
        to: Seq(2),
        text: "Oui, nous intervenons le dimanche.".to_owned(),
        lang: "fr".to_owned(),
        route: Route::Answer,
        citations: vec![Citation {
            entry: "0199f7c2-0000-7000-8000-000000000007".to_owned(),
            version: 3,
            title: "Intervenez-vous le dimanche ?".to_owned(),
            text: "Oui, nous intervenons le dimanche.".to_owned(),
        }],
        status: AnswerStatus::Complete,
        offers: vec![
            Offer::Human,
            Offer::Contact,
            Offer::Call { phone: "+33199001234".to_owned() },
            Offer::Ask { text: "Et les jours fériés ?".to_owned() },
        ],
    }
}

fn numbered(seq: u64, event: Event) -> NumberedEvent {
    NumberedEvent { seq: Seq(seq), at: 1_795_370_000_000, event }
}

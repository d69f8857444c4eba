//! The log of a conversation: what was said comes back as it was said.

use crate::runner::cases;
use crate::world::{World, answers, at, says, says_as};
use comptoir_protocol::{
    AnswerId, AnswerStatus, Citation, ClientId, CloseReason, ContactChannel, Event, FeedbackValue,
    HandoverReason, NumberedEvent, Offer, Route, Seq,
};
use comptoir_storage::Storage;
use comptoir_storage::model::NewEvent;
use std::sync::Arc;

cases![
    every_kind_of_event_comes_back_as_written,
    any_text_comes_back_as_written,
    a_log_is_read_in_pieces,
    an_event_is_found_by_its_client_id,
];

/// One event of each kind.
fn every_kind() -> Vec<Event> {
    let id = ClientId::from("c1");
    vec![
        Event::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() },
        Event::VisitorMessage { id: id.clone(), text: "Bonjour".to_owned() },
        Event::BotMessage {
            answer: AnswerId::from("a1"),
            to: Seq(2),
            text: "Comptez deux heures.".to_owned(),
            lang: "fr".to_owned(),
            route: Route::Clarify,
            citations: vec![Citation {
                entry: "e1".to_owned(),
                version: 4,
                title: "Délai".to_owned(),
                text: "Deux heures.".to_owned(),
            }],
            status: AnswerStatus::Interrupted,
            offers: vec![
                Offer::Human,
                Offer::Contact,
                Offer::Call { phone: "+33241000000".to_owned() },
                Offer::Ask { text: "Et le samedi ?".to_owned() },
            ],
        },
        Event::AgentMessage { id, name: "Ana".to_owned(), text: "J’arrive.".to_owned() },
        Event::HandoverRequested { reason: HandoverReason::Button, text: "Bien.".to_owned() },
        Event::CalledAgain { text: "Je relance.".to_owned() },
        Event::ContactAsked { text: "Un numéro ?".to_owned() },
        Event::Transferred {
            by: "Ana".to_owned(),
            to: Some("Malo".to_owned()),
            text: "À Malo.".to_owned(),
        },
        Event::Transferred { by: "Ana".to_owned(), to: None, text: "À tous.".to_owned() },
        Event::AgentJoined { name: "Ana".to_owned() },
        Event::BotResumed,
        Event::ContactLeft { channel: ContactChannel::Email, value: "a@example.org".to_owned() },
        Event::Feedback { message: Seq(3), value: FeedbackValue::No },
        Event::Closed { reason: CloseReason::Idle },
    ]
}

async fn every_kind_of_event_comes_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    let new = every_kind().into_iter().map(|event| NewEvent { event, client_id: None }).collect();
    let committed = world.append(key, 5, new).await.expect("committed");
    let expected: Vec<_> = (1..)
        .zip(every_kind())
        .map(|(seq, event)| NumberedEvent { seq: Seq(seq), at: at(5).as_millisecond(), event })
        .collect();
    assert_eq!(committed.events, expected);
    assert_eq!(committed.last_seq, Seq(14));
    assert_eq!(world.log(key).await, expected);
}

async fn any_text_comes_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    let texts = [
        "Ça coûte 80 € TTC — « forfait » œuvre 👩‍🔧 e\u{301} ‏עברית 漢字".to_owned(),
        "nul \0, fin de ligne \r\n, '); DROP TABLE events; --, \u{2028} \u{feff}".to_owned(),
        "é".repeat(4_000),
        "\\\"{}[]".repeat(40_000),
    ];
    for text in &texts {
        world.append(key, 1, vec![says(text)]).await.expect("committed");
        world.append(key, 2, vec![answers(Seq(1), text)]).await.expect("committed");
    }
    let read: Vec<String> = world
        .log(key)
        .await
        .into_iter()
        .map(|numbered| {
            let (Event::VisitorMessage { text, .. } | Event::BotMessage { text, .. }) =
                numbered.event
            else {
                panic!("event {} is no message", numbered.seq.0)
            };
            text
        })
        .collect();
    let expected: Vec<_> = texts.iter().flat_map(|text| [text.clone(), text.clone()]).collect();
    assert!(read == expected, "some text changed on its way");
    assert!(texts[3].len() > 200_000, "the large one is large");
}

async fn a_log_is_read_in_pieces(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    let new = (0..7).map(|number| says(&format!("message {number}"))).collect();
    let all = world.append(key, 1, new).await.expect("committed").events;
    let piece = |after, limit| {
        let storage = Arc::clone(&storage);
        async move { storage.events(key, Seq(after), limit).await.expect("read") }
    };
    assert_eq!(piece(0, 3).await, all[..3]);
    assert_eq!(piece(3, 3).await, all[3..6]);
    assert_eq!(piece(6, 3).await, all[6..]);
    assert_eq!(piece(7, 3).await, []);
    assert_eq!(piece(u64::MAX, 3).await, [], "a position from the future");
}

async fn an_event_is_found_by_its_client_id(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (key, other) = (world.begin(0).await.key, world.begin(0).await.key);
    let ids = ["m-1", "Été \0 👋"];
    for id in ids {
        let stored = world.append(key, 1, vec![says_as(id, id)]).await.expect("committed").events;
        let id = ClientId::from(id);
        let found = storage.event_by_client_id(key, &id).await.expect("read");
        assert_eq!(found.as_ref(), stored.first());
        let elsewhere = storage.event_by_client_id(other, &id).await.expect("read");
        assert_eq!(elsewhere, None, "ids belong to one conversation");
    }
    let unknown = storage.event_by_client_id(key, &ClientId::from("m-2")).await.expect("read");
    assert_eq!(unknown, None);
}

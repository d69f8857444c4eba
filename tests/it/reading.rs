//! The model reads published entries ahead of time: never a draft, never in a
//! visitor's way. What the engine does with it is the engine's matter; that
//! visitors pass is tested there.

use comptoir_engine::{
    ChatMessage, EngineError, EngineStatus, GenerateRequest, Generation, ModelInfo, Score,
    ScoreRequest, TextGenerator,
};
use comptoir_tests::firm::{LONG_QUESTION, OWNER};
use comptoir_tests::{Desk, TestApp, until};
use futures::FutureExt as _;
use futures::future::{BoxFuture, pending, ready};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// What reading ahead does to the engine.
#[derive(Clone, Copy)]
enum Mood {
    /// Reads; gives up at the third text and then never again, as when
    /// visitors keep it busy for long.
    LateOnce,
    /// Never ends with the first text.
    Stuck,
}

/// An engine that remembers what it was given to read and writes nothing.
struct Reader {
    mood: Mood,
    begun: AtomicUsize,
    asked: AtomicUsize,
    read: Mutex<BTreeSet<String>>,
}

impl Reader {
    fn new(mood: Mood) -> Arc<Self> {
        let (begun, asked) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Self { mood, begun, asked, read: Mutex::default() })
    }

    fn has_read(&self, words: &str) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.iter().any(|text| text.contains(words))
    }

    fn texts(&self) -> usize {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

type Outcome<'a, T> = BoxFuture<'a, Result<T, EngineError>>;

impl TextGenerator for Reader {
    fn generate<'a, 'b>(&'a self, _: GenerateRequest) -> Outcome<'b, Generation>
    where
        'a: 'b,
        Self: 'b,
    {
        self.asked.fetch_add(1, Ordering::Relaxed);
        ready(Err(EngineError::Unsupported)).boxed()
    }

    fn score<'a, 'b>(&'a self, _: ScoreRequest) -> Outcome<'b, Vec<Score>>
    where
        'a: 'b,
        Self: 'b,
    {
        self.asked.fetch_add(1, Ordering::Relaxed);
        ready(Err(EngineError::Unsupported)).boxed()
    }

    fn warm<'a, 'b>(&'a self, messages: Vec<ChatMessage>) -> Outcome<'b, ()>
    where
        'a: 'b,
        Self: 'b,
    {
        let begun = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        match self.mood {
            Mood::LateOnce if begun == 3 => return ready(Err(EngineError::Deadline)).boxed(),
            Mood::LateOnce => {}
            Mood::Stuck => return pending().boxed(),
        }
        let text = messages.into_iter().map(|message| message.content).collect();
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(text);
        ready(Ok(())).boxed()
    }

    fn status(&self) -> EngineStatus {
        EngineStatus::default()
    }

    fn model(&self) -> ModelInfo {
        ModelInfo::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_is_read_ahead_even_after_an_interruption() {
    const ENTRIES: usize = 8;
    let reader = Reader::new(Mood::LateOnce);
    let app = TestApp::builder().engine(reader.clone()).open().await;
    // To judge by and to write from; one more, since the question is also put without an entry.
    let all = async || (reader.texts() == 2 * ENTRIES + 1).then_some(());
    until(PATIENCE, "all entries are read", all).await;
    for fact in ["14 €", "22 € par roue", "600 €", "8 mois", "119 €"] {
        assert!(reader.has_read(fact), "{fact}");
    }

    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let draft = [
        ("question", "Prêtez-vous un vélo ?"),
        ("answer", "Oui, pour 27 € la journée."),
        ("publish", "false"),
    ];
    assert_eq!(desk.post("/admin/faq/new", &draft).await.status, 303);
    let id = desk.write_entry("Reprenez-vous les vieux vélos ?", "Oui, pour 31 €.").await;
    until(PATIENCE, "the new entry is read", async || reader.has_read("31 €").then_some(())).await;
    assert_eq!(desk.change_answer(&id, "Oui, pour 33 €.").await.status, 303);
    until(PATIENCE, "its edit is read", async || reader.has_read("33 €").then_some(())).await;
    assert!(!reader.has_read("27 €"), "a draft was read");
    let asked = reader.asked.load(Ordering::Relaxed);
    assert_eq!(asked, 0, "reading ahead takes a visitor's place");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_that_never_ends_delays_no_visitor_no_owner_and_no_stop() {
    let reader = Reader::new(Mood::Stuck);
    let app = TestApp::builder().engine(reader.clone()).open().await;
    let has_begun = async || (reader.begun.load(Ordering::Relaxed) > 0).then_some(());
    until(PATIENCE, "the reading begins", has_begun).await;
    let mut visitor = app.visitor().await;
    assert!(visitor.ask(LONG_QUESTION).await.text.contains("119 €"));
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    desk.write_entry("Reprenez-vous les vieux vélos ?", "Oui, pour 31 €.").await;
    let is_served = async || {
        let reply = app.visitor().await.ask("Reprenez-vous les vieux vélos ?").await;
        reply.text.contains("31 €").then_some(())
    };
    until(Duration::from_secs(1), "the new entry is served", is_served).await;
    assert_eq!(reader.begun.load(Ordering::Relaxed), 1, "the reading still goes on");
    let start = Instant::now();
    app.stop().await;
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

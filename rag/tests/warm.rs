//! Reading entries ahead, over the real embedder and the real index. The
//! engine is a double that counts and can give up: what it does is the test.

mod support;

use async_trait::async_trait;
use comptoir_engine::{
    ChatMessage, EngineError, EngineState, EngineStatus, GenerateRequest, Generation, ModelInfo,
    TextGenerator, Unavailable,
};
use comptoir_rag::confidence::Judge;
use comptoir_rag::pipeline::Warmed;
use comptoir_rag::prompt::beginning;
use std::sync::{Arc, Mutex, PoisonError};
use support::{Firm, faq};

/// Remembers what it was given to read; takes so many and then is late.
struct Reader {
    most: usize,
    read: Mutex<Vec<Vec<ChatMessage>>>,
    state: EngineState,
}

impl Reader {
    fn new(most: usize, state: EngineState) -> Arc<Self> {
        Arc::new(Self { most, read: Mutex::default(), state })
    }

    fn read(&self) -> Vec<Vec<ChatMessage>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl TextGenerator for Reader {
    async fn generate(&self, _: GenerateRequest) -> Result<Generation, EngineError> {
        Err(EngineError::Unsupported)
    }

    async fn warm(&self, messages: Vec<ChatMessage>) -> Result<(), EngineError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() == self.most {
            return Err(EngineError::Deadline);
        }
        read.push(messages);
        Ok(())
    }

    fn status(&self) -> EngineStatus {
        EngineStatus { state: self.state.clone(), ..EngineStatus::default() }
    }

    fn model(&self) -> ModelInfo {
        ModelInfo::default()
    }
}

const FIRM: &str = "Plomberie du Pont";

async fn warmed(reader: &Arc<Reader>, firm: Option<&str>) -> (Warmed, Vec<usize>) {
    let engine = Arc::clone(reader) as Arc<dyn TextGenerator>;
    let files = Firm::from_file(&faq::demo_folder().join("faq.jsonl"), engine).await;
    let mut told = Vec::new();
    let note = |now: Warmed| told.push(now.judged + now.written);
    let warmed = files.pipeline.warm(&files.site, firm, note).await;
    (warmed.expect("entries"), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_entry_is_read_as_it_will_be_judged_and_written_from() {
    let reader = Reader::new(usize::MAX, EngineState::Ready);
    let (warmed, told) = warmed(&reader, Some(FIRM)).await;
    let entries = warmed.entries;
    assert!(entries > 10 && warmed.left() == 0, "{warmed:?}");
    assert_eq!(told, (1..=2 * entries).collect::<Vec<_>>());
    let read = reader.read();
    assert_eq!(read.len(), 2 * entries + 1);
    assert_eq!(read[0], Judge::bare());
    let published = faq::entries(&faq::demo_folder().join("faq.jsonl"));
    for entry in published.iter().filter(|entry| entry.live) {
        let place = |wanted| read.iter().position(|one| *one == wanted);
        let judged = place(Judge::prefix(entry)).expect("read to judge by");
        let written = place(beginning(FIRM, entry, entry.lang)).expect("read to write from");
        assert!(judged <= entries && written > entries, "judging first: {}", entry.question);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_firm_entries_are_read_for_judging_alone() {
    let reader = Reader::new(usize::MAX, EngineState::Ready);
    let (warmed, _) = warmed(&reader, None).await;
    assert_eq!((warmed.judged, warmed.written), (warmed.entries, 0));
    assert_eq!((warmed.left(), reader.read().len()), (warmed.entries, warmed.entries + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_gives_up_is_no_error_and_is_told() {
    let (warmed_to, _) = warmed(&Reader::new(4, EngineState::Ready), Some(FIRM)).await;
    assert_eq!((warmed_to.judged, warmed_to.written), (3, 0));
    let most = warmed_to.entries + 3;
    let (further, _) = warmed(&Reader::new(most, EngineState::Ready), Some(FIRM)).await;
    assert_eq!((further.judged, further.written), (further.entries, 2));
    let down = EngineState::Dead { reason: Unavailable::Stopped };
    let reader = Reader::new(usize::MAX, down);
    let (nothing, told) = warmed(&reader, Some(FIRM)).await;
    assert_eq!((nothing.judged, told.len(), reader.read().len()), (0, 0, 0));
}

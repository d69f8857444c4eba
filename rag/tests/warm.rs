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

async fn warmed(reader: &Arc<Reader>) -> (Warmed, Vec<usize>) {
    let engine = Arc::clone(reader) as Arc<dyn TextGenerator>;
    let firm = Firm::from_file(&faq::demo_folder().join("faq.jsonl"), engine).await;
    let mut told = Vec::new();
    let warmed = firm.pipeline.warm(&firm.site, |now| told.push(now.read)).await;
    (warmed.expect("entries"), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_entry_is_read_once_as_the_judge_will_ask() {
    let reader = Reader::new(usize::MAX, EngineState::Ready);
    let (warmed, told) = warmed(&reader).await;
    assert!(warmed.entries > 10 && warmed.read == warmed.entries, "{warmed:?}");
    assert_eq!(told, (1..=warmed.entries).collect::<Vec<_>>());
    let read = reader.read();
    assert_eq!(read.len(), warmed.entries + 1);
    assert_eq!(read[0], Judge::bare());
    let published = faq::entries(&faq::demo_folder().join("faq.jsonl"));
    for entry in published.iter().filter(|entry| entry.live) {
        let times = read.iter().filter(|one| **one == Judge::prefix(entry)).count();
        assert_eq!(times, 1, "{}", entry.question);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_gives_up_is_no_error_and_is_told() {
    let (warmed_to, _) = warmed(&Reader::new(4, EngineState::Ready)).await;
    assert_eq!(warmed_to.read, 3);
    let down = EngineState::Dead { reason: Unavailable::Stopped };
    let reader = Reader::new(usize::MAX, down);
    let (nothing, told) = warmed(&reader).await;
    assert_eq!((nothing.read, told.len(), reader.read().len()), (0, 0, 0));
}

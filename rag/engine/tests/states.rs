//! States of warmed beginnings beside context memory, with real weights.

mod common;

use std::path::Path;
use std::time::Duration;

use comptoir_engine::{
    ChatMessage, ClientKey, EngineHandle, EngineParams, Score, ScoreRequest, TextGenerator,
};

use common::{SMOL, ask, params};

const ENTRIES: [&str; 3] = [
    "The yearly service of a gas boiler costs 139 euros, travel included.",
    "We come on Saturday mornings by appointment, on Sundays for leaks only.",
    "A new boiler is guaranteed for two years, parts and labour.",
];

fn entry(index: usize) -> Vec<ChatMessage> {
    let house = "You compare a question with an excerpt and say whether it holds the answer.";
    vec![ChatMessage::system(format!("{house}\n\nExcerpt:\n{}", ENTRIES[index]))]
}

/// Settings under which only stored states can spare work.
fn stored(memory_bytes: u64, folder: Option<&Path>) -> EngineParams {
    let mut params = params(SMOL);
    params.states.memory_bytes = memory_bytes;
    params.states.folder = folder.map(Path::to_owned);
    params
}

async fn started(params: EngineParams) -> EngineHandle {
    let engine = EngineHandle::start(params);
    engine.ready().await.expect("ready");
    engine
}

async fn scores(engine: &EngineHandle) -> Vec<Score> {
    let request = ScoreRequest {
        candidates: (0..ENTRIES.len()).map(entry).collect(),
        question: "How long is the guarantee?".into(),
        closing: "\nYes or No.".into(),
        targets: vec!["Yes".into(), "No".into()],
        deadline: Duration::from_secs(60),
        client: ClientKey(1),
    };
    engine.score(request).await.expect("scores")
}

fn assert_alike(one: &[Score], two: &[Score]) {
    for (one, two) in one.iter().zip(two) {
        let figures = |score: &Score| {
            let mut all = score.target_logprobs.clone();
            all.push(score.question_logprob() / score.question_tokens() as f32);
            all
        };
        let apart = figures(one).iter().zip(figures(two)).any(|(a, b)| (a - b).abs() > 1e-2);
        assert!(!apart, "{one:?} {two:?}");
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("readable");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_the_same_from_context_memory_from_memory_and_from_disk_after_a_restart() {
    let folder = tempfile::tempdir().expect("temporary folder");
    // The same beginnings, evaluated and kept in context memory. (Evaluating everything in one
    // wide step would give other last bits, which a model this small turns into a few percent.)
    let bare = started(stored(0, None)).await;
    for index in 0..ENTRIES.len() {
        bare.warm(entry(index)).await.expect("warmed");
    }
    let expected = scores(&bare).await;
    assert_eq!((bare.status().stored.count, bare.status().stored.loaded), (0, 0));
    bare.stop().await;
    let mut small = stored(64 << 20, Some(folder.path()));
    let engine = started(small.clone()).await;
    for index in 0..ENTRIES.len() {
        engine.warm(entry(index)).await.expect("warmed");
        engine.warm(entry(index)).await.expect("there already");
    }
    let status = engine.status();
    assert_eq!((status.stored.count, files(folder.path()).len()), (3, 3));
    assert!(status.stored.memory_bytes > 0 && status.stored.disk_bytes > 0);
    assert_alike(&scores(&engine).await, &expected);
    engine.stop().await;
    for memory in [64 << 20, 0] {
        small.states.memory_bytes = memory;
        let engine = started(small.clone()).await;
        assert_eq!(engine.status().stored.count, 3, "files survive");
        let found = scores(&engine).await;
        assert_alike(&found, &expected);
        assert!(found.iter().all(|score| score.cached_tokens > 25), "{found:?}");
        assert_eq!(engine.status().stored.loaded, 3);
        engine.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_context_memory_dropped_comes_back_from_memory() {
    let mut params = stored(64 << 20, None);
    params.prefixes = 3;
    let engine = started(params).await;
    for index in 0..ENTRIES.len() {
        engine.warm(entry(index)).await.expect("warmed");
    }
    let first = scores(&engine).await;
    let loaded = engine.status().stored.loaded;
    assert!(loaded > 0, "three kept beginnings have no room beside what they share");
    // Others push them out.
    for topic in ["the sea", "a mountain", "one river", "two cities"] {
        let mut other = ask("Hello", 2, 1);
        other.messages.insert(0, ChatMessage::system(format!("Of {topic}. ").repeat(12)));
        let reply = engine.generate(other).await.expect("accepted");
        reply.collect_text().await.expect("reply");
    }
    assert_alike(&scores(&engine).await, &first);
    assert_eq!(engine.status().stored.loaded, loaded + 3);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_evaluated_instead() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let engine = started(stored(0, Some(folder.path()))).await;
    for index in 0..ENTRIES.len() {
        engine.warm(entry(index)).await.expect("warmed");
    }
    engine.stop().await;
    for (index, file) in files(folder.path()).into_iter().enumerate() {
        let mut bytes = std::fs::read(&file).expect("readable");
        match index {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes[1000] ^= 0x40,
            _ => bytes.truncate(20),
        }
        std::fs::write(&file, bytes).expect("written");
    }
    let engine = started(stored(0, Some(folder.path()))).await;
    let found = scores(&engine).await;
    assert!(found.iter().all(|score| score.question_logprob().is_finite()));
    assert_eq!((engine.status().stored.count, engine.status().stored.loaded), (0, 0));
    assert!(files(folder.path()).is_empty(), "damaged files go");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_stands_on_a_stored_state_and_is_the_same() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut request = ask("How long is the guarantee?", 16, 1);
    request.messages.splice(0..0, entry(2));
    let mut texts = Vec::new();
    for folder in [None, Some(folder.path())] {
        if folder.is_some() {
            let engine = started(stored(0, folder)).await;
            engine.warm(entry(2)).await.expect("warmed");
            engine.stop().await;
        }
        let engine = started(stored(0, folder)).await;
        let reply = engine.generate(request.clone()).await.expect("accepted");
        let (text, finish) = reply.collect_text().await.expect("reply");
        assert_eq!(finish.cached_tokens > 25, folder.is_some(), "{finish:?}");
        texts.push(text);
        engine.stop().await;
    }
    assert_eq!(texts[0], texts[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_visitors_is_written() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let engine = started(stored(1 << 20, Some(folder.path()))).await;
    scores(&engine).await;
    let reply = engine.generate(ask("Hello", 4, 1)).await.expect("accepted");
    reply.collect_text().await.expect("reply");
    assert!(files(folder.path()).is_empty());
    assert_eq!(engine.status().stored.count, 0);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_done_without() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "in the way").expect("written");
    let engine = started(stored(64 << 20, Some(&blocked.join("states")))).await;
    engine.warm(entry(0)).await.expect("warmed");
    assert_eq!((engine.status().stored.count, engine.status().stored.disk_bytes), (1, 0));
    engine.stop().await;
}
